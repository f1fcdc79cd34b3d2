import { Component, useState } from "@odoo/owl";
import { AutoComplete } from "@web/core/autocomplete/autocomplete";
import { _t } from "@web/core/l10n/translation";
import { useService } from "@web/core/utils/hooks";

const MODEL = "account.bank.statement.line";

/** Accounts by number or name; those that were used before come first. */
export class AccountPicker extends Component {
    static template = "account_bank_feed.AccountPicker";
    static components = { AutoComplete };
    static props = { lineId: Number, name: String, onSelect: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ text: "" });
    }

    get sources() {
        return [{ options: (text) => this.find(text) }];
    }

    async find(text) {
        const asked = text === this.props.name ? "" : text;
        const found = await this.orm.silent.call(MODEL, "bank_reconcile_accounts", [[this.props.lineId], asked]);
        if (!found.length) {
            return [{ label: _t("No account has this number or name.") }];
        }
        return found.map((account) => ({ label: account.name, onSelect: () => this.props.onSelect(account) }));
    }

    /** What was emptied is chosen no more. */
    onChange({ inputValue }) {
        if (!inputValue) {
            this.props.onSelect({ id: false, name: "" });
        }
    }
}
