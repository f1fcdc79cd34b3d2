import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Where each bank switches its mails on. */
export class MailGuide extends Component {
    static template = "account_bank_feed.MailGuide";
    static props = { ...standardFieldProps };

    get banks() {
        return (this.props.record.data[this.props.name] || {}).banks || [];
    }
}

registry.category("fields").add("bank_mail_guide", { component: MailGuide, supportedTypes: ["json"] });
