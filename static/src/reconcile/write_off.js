import { Component, useState } from "@odoo/owl";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** What becomes of the rest: a reconciliation model, or an account with label and taxes. */
export class WriteOff extends Component {
    static template = "account_bank_feed.WriteOff";
    static components = { MultiRecordSelector, RecordSelector };
    static props = { line: Object, left: String, onChoose: Function };

    setup() {
        this.state = useState({ account: false, label: "", taxes: [] });
    }

    get accountDomain() {
        return [["account_type", "not in", ["asset_receivable", "liability_payable", "off_balance"]]];
    }

    get taxDomain() {
        return [["type_tax_use", "=", this.props.line.rest > 0 ? "sale" : "purchase"], ["company_id", "=", this.props.line.company_id]];
    }

    byModel(model) {
        this.props.onChoose({ kind: "model", model_id: model.id });
    }

    byAccount() {
        const { account, label, taxes } = this.state;
        this.props.onChoose({ kind: "account", account_id: account, label, tax_ids: [...taxes] });
    }
}
