import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { computeM2OProps, Many2One } from "@web/views/fields/many2one/many2one";
import { buildM2OFieldDescription, Many2OneField } from "@web/views/fields/many2one/many2one_field";

/** Chooses a bank: each with its picture, and with the provider that reaches it, as several may. */
export class BankInstitutionField extends Component {
    static template = "account_bank_feed.BankInstitutionField";
    static components = { Many2One };
    static props = { ...Many2OneField.props };

    get m2oProps() {
        return { ...computeM2OProps(this.props), specification: { logo_url: {}, provider_name: {} } };
    }
}

registry.category("fields").add("bank_institution", buildM2OFieldDescription(BankInstitutionField));
