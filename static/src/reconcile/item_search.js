import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { moveActive } from "../list_keys";

/** Open items by number, partner, amount or day; several can be chosen. */
export class ItemSearch extends Component {
    static template = "account_bank_feed.ItemSearch";
    static props = { lineId: Number, chosen: Array, onChoose: Function, onLeave: Function };

    setup() {
        this.orm = useService("orm");
        this.input = useRef("input");
        this.list = useRef("list");
        this.state = useState({ text: "", items: [], more: false, hint: "", active: 0 });
        this.search = useDebounced(() => this.find(this.props.lineId), 200);
        onWillStart(() => void this.find(this.props.lineId)); // the field is there at once
        onWillUpdateProps((next) => next.lineId !== this.props.lineId && this.find(next.lineId));
    }

    async find(lineId) {
        const asked = this.state.text;
        const found = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_search", [[lineId], asked]);
        if (asked === this.state.text) {
            this.answered = asked;
            Object.assign(this.state, { ...found, active: 0 });
        }
    }

    async showMore() {
        const asked = this.state.text;
        const args = [[this.props.lineId], asked, this.state.items.length];
        const found = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_search", args);
        if (asked !== this.state.text) {
            return;
        }
        this.state.items.push(...found.items);
        this.state.more = found.more;
    }

    isChosen(item) {
        return this.props.chosen.some((chosen) => chosen.id === item.id);
    }

    /** What is chosen is of the text that is written, not of the one before. */
    async chooseActive() {
        if (this.answered !== this.state.text) {
            this.search.cancel();
            await this.find(this.props.lineId);
        }
        const item = this.state.items[this.state.active];
        if (item) {
            this.props.onChoose(item);
        }
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            this.chooseActive();
        } else if (ev.key === "Escape") {
            this.input.el.blur();
            this.props.onLeave();
        } else if (!moveActive(ev, this.state, this.state.items.length, this.list.el)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }
}
