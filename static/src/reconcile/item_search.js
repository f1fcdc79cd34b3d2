import { Component, onWillStart, onWillUpdateProps, useRef, useState } from "@odoo/owl";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";

/** Open items by number, partner, amount or day; several can be chosen. */
export class ItemSearch extends Component {
    static template = "account_bank_feed.ItemSearch";
    static props = { lineId: Number, chosen: Array, onChoose: Function, onLeave: Function };

    setup() {
        this.orm = useService("orm");
        this.input = useAutofocus({ refName: "input" });
        this.list = useRef("list");
        this.state = useState({ text: "", items: [], more: false, active: 0 });
        this.search = useDebounced(() => this.find(this.props.lineId), 200);
        onWillStart(() => this.find(this.props.lineId));
        onWillUpdateProps((next) => next.lineId !== this.props.lineId && this.find(next.lineId));
    }

    async find(lineId) {
        const asked = this.state.text;
        const found = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_search", [[lineId], asked]);
        if (asked === this.state.text) {
            Object.assign(this.state, { ...found, active: 0 });
        }
    }

    async showMore() {
        const args = [[this.props.lineId], this.state.text, this.state.items.length];
        const found = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_search", args);
        this.state.items.push(...found.items);
        this.state.more = found.more;
    }

    isChosen(item) {
        return this.props.chosen.some((chosen) => chosen.id === item.id);
    }

    onKeydown(ev) {
        const { items } = this.state;
        if (ev.key === "ArrowDown" || ev.key === "ArrowUp") {
            const step = ev.key === "ArrowDown" ? 1 : -1;
            this.state.active = Math.max(0, Math.min(items.length - 1, this.state.active + step));
            this.list.el?.children[this.state.active]?.scrollIntoView({ block: "nearest" });
        } else if (ev.key === "Enter" && items[this.state.active]) {
            this.props.onChoose(items[this.state.active]);
        } else if (ev.key === "Escape") {
            this.input.el.blur();
            this.props.onLeave();
        } else {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }
}
