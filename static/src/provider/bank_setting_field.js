import { Component } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/** The value of a provider's setting: shown, chosen, or hidden and only replaced. */
export class BankSettingField extends Component {
    static template = "account_bank_feed.BankSettingField";
    static props = { ...standardFieldProps };

    get row() {
        return this.props.record.data;
    }

    get isHidden() {
        return ["secret", "key", "certificate"].includes(this.row.kind);
    }

    get placeholder() {
        if (this.isHidden && this.row.is_set) {
            return _t("Set; type to replace");
        }
        return this.row.required ? _t("Needed") : _t("Optional");
    }

    get shown() {
        const { choices, value, kind, is_set } = this.row;
        if (this.isHidden) {
            return is_set ? "••••••••" : kind === "key" ? _t("Not made yet") : value ? "••••••••" : "";
        }
        const choice = (choices || []).find(([key]) => key === value);
        return choice ? choice[1] : value || "";
    }

    update(value) {
        return this.props.record.update({ [this.props.name]: value });
    }
}

registry.category("fields").add("bank_setting", { component: BankSettingField, supportedTypes: ["char"] });
