import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the bank sent with a movement, field by field. */
export class BankDetails extends Component {
    static template = "account_bank_feed.BankDetails";
    static props = { ...standardFieldProps };

    get labels() {
        return {
            booking_date: _t("Booking date"),
            value_date: _t("Value date"),
            entry_reference: _t("Bank's reference"),
            transaction_id: _t("Transaction id"),
            counterparty_name: _t("Counterparty"),
            counterparty_account: _t("Counterparty's account"),
            counterparty_bic: _t("Counterparty's BIC"),
            remittance: _t("Text"),
            structured: _t("Structured reference"),
            end_to_end_id: _t("End-to-end id"),
            mandate_id: _t("Mandate"),
            creditor_id: _t("Creditor id"),
            bank_transaction_code: _t("Transaction code"),
            proprietary_code: _t("Bank's own code"),
            purpose_code: _t("Purpose"),
            additional_information: _t("Additional information"),
            original_amount: _t("Original amount"),
            original_currency: _t("Original currency"),
            exchange_rate: _t("Exchange rate"),
            balance_after: _t("Balance after"),
        };
    }

    get rows() {
        const details = this.props.record.data[this.props.name] || {};
        return Object.entries(this.labels)
            .filter(([key]) => details[key])
            .map(([key, label]) => ({ key, label, text: [].concat(details[key]).join("\n") }));
    }

    get raw() {
        const details = this.props.record.data[this.props.name] || {};
        return this.rows.length ? "" : JSON.stringify(details.raw || {}, null, 2);
    }
}

registry.category("fields").add("bank_details", { component: BankDetails, supportedTypes: ["json"] });
