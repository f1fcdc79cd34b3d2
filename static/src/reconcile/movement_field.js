import { Component } from "@odoo/owl";
import { formatDate } from "@web/core/l10n/dates";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** Who and what of a movement in one cell, and why it waits. */
export class MovementField extends Component {
    static template = "account_bank_feed.MovementField";
    static props = { ...standardFieldProps };

    get who() {
        const { partner_id, partner_name } = this.props.record.data;
        return partner_name || (partner_id && partner_id.display_name) || "";
    }

    get what() {
        const text = this.props.record.data[this.props.name] || "";
        return text === this.who ? "" : text;
    }

    get day() {
        const { date } = this.props.record.data;
        return date ? formatDate(date) : "";
    }

    get signs() {
        return this.props.record.data.bank_signs || {};
    }

    get why() {
        return this.props.record.data.bank_match_note || "";
    }
}

registry.category("fields").add("bank_movement", {
    component: MovementField,
    supportedTypes: ["char"],
    fieldDependencies: [
        { name: "partner_name", type: "char" },
        { name: "bank_match_note", type: "char" },
        { name: "bank_signs", type: "json" },
    ],
});
