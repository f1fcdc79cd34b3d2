import { Component, onWillStart, useRef, useState } from "@odoo/owl";
import { useAutofocus, useService } from "@web/core/utils/hooks";
import { registry } from "@web/core/registry";
import { useDebounced } from "@web/core/utils/timing";
import { user } from "@web/core/user";
import { moveActive } from "../list_keys";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const MODEL = "bank.provider";

/** One search over the banks of all providers, set up or not: connect it, or set its provider up first. */
export class FindBank extends Component {
    static template = "account_bank_feed.FindBank";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.list = useRef("list");
        useAutofocus({ refName: "input" });
        this.state = useState({ text: "", country: "", banks: [], countries: [], ready: 0, unknown: false, active: 0 });
        this.search = useDebounced(() => this.find(), 200);
        onWillStart(async () => {
            const [company] = await this.orm.read("res.company", [user.activeCompany.id], ["country_code"]);
            this.home = company.country_code || "";
            await this.find();
            if (this.state.countries.some(([code]) => code === this.home)) {
                this.state.country = this.home;
                await this.find();
            }
        });
    }

    async find() {
        const { text, country } = this.state;
        const found = await this.orm.silent.call(MODEL, "find_banks", [text, country]);
        if (text === this.state.text && country === this.state.country) {
            this.answered = text;
            Object.assign(this.state, { ...found, active: 0 });
        }
    }

    setCountry(code) {
        this.state.country = code;
        this.find();
    }

    onKeydown(ev) {
        if (ev.key === "Enter") {
            this.chooseActive();
        } else if (!moveActive(ev, this.state, this.state.banks.length, this.list.el)) {
            return;
        }
        ev.preventDefault();
        ev.stopPropagation();
    }

    /** What is chosen is of the text that is written, not of the one before. */
    async chooseActive() {
        if (this.answered !== this.state.text) {
            this.search.cancel();
            await this.find();
        }
        const bank = this.state.banks[this.state.active];
        if (bank) {
            this.choose(bank);
        }
    }

    async choose(bank) {
        if (bank.institution_id) {
            this.action.doAction(await this.orm.call(MODEL, "connect_bank", [bank.institution_id]));
            return;
        }
        const context = bank.provider_id ? {} : { default_interface: bank.interface, default_name: bank.provider };
        await this.action.doAction({ type: "ir.actions.act_window_close" });
        this.action.doAction({
            type: "ir.actions.act_window",
            res_model: MODEL,
            res_id: bank.provider_id,
            views: [[false, "form"]],
            context,
        });
    }

    /** Everything can be tried without a bank. */
    async trySandbox() {
        this.action.doAction(await this.orm.call("bank.connect", "try_sandbox", []));
    }
}

registry.category("actions").add("bank_feed_find_bank", FindBank);
