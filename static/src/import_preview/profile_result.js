import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** What the whole file says, read in this form. */
export class ProfileResult extends Component {
    static template = "account_bank_feed.ProfileResult";
    static props = { ...standardFieldProps };

    get value() {
        return this.props.record.data[this.props.name] || {};
    }
}

registry.category("fields").add("bank_profile_result", { component: ProfileResult, supportedTypes: ["json"] });
