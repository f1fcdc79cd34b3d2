import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { MultiRecordSelector } from "@web/core/record_selectors/multi_record_selector";
import { useService } from "@web/core/utils/hooks";
import { RecordSelector } from "@web/core/record_selectors/record_selector";

/** What becomes of the rest: a reconciliation model, or an account with label and taxes. */
export class WriteOff extends Component {
    static template = "account_bank_feed.WriteOff";
    static components = { MultiRecordSelector, RecordSelector };
    static props = { line: Object, left: String, onChoose: Function };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ account: false, label: "", taxes: [], models: [] });
        onWillStart(() => this.loadModels(this.props.line.id));
        onWillUpdateProps((next) => next.line.id !== this.props.line.id && this.loadModels(next.line.id));
    }

    async loadModels(lineId) {
        const models = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_models", [[lineId]]);
        this.state.models = models;
    }

    get accountDomain() {
        return [
            ["account_type", "not in", ["asset_receivable", "liability_payable", "off_balance"]],
            ["company_ids", "parent_of", [this.props.line.company_id]],
        ];
    }

    get taxDomain() {
        return [
            ["type_tax_use", "in", ["sale", "purchase"]],
            ["company_id", "parent_of", this.props.line.company_id],
        ];
    }

    byModel(model) {
        this.props.onChoose({ kind: "model", model_id: model.id });
    }

    byAccount() {
        const { account, label, taxes } = this.state;
        this.props.onChoose({ kind: "account", account_id: account, label, tax_ids: [...taxes] });
    }
}
