import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { _t } from "@web/core/l10n/translation";

export class HelpDialog extends Component {
    static template = "account_bank_feed.HelpDialog";
    static components = { Dialog };
    static props = { close: Function };

    get rows() {
        return [
            ["↓ / J", _t("Next movement")],
            ["↑ / K", _t("Previous movement")],
            ["Enter / A", _t("Accept what is proposed, or what you chose")],
            ["R", _t("Refuse: never propose this again")],
            ["S or /", _t("Search open items (↑ ↓ Enter to choose, Esc to leave)")],
            ["W", _t("Write off, fees, other accounts")],
            ["P", _t("Set the partner")],
            ["C", _t("All of it to the partner's account")],
            ["N", _t("New bill or invoice for it")],
            ["Tab, Enter", _t("From field to field, and the button that is marked")],
            ["Esc", _t("Close the search or the write-off")],
            ["F", _t("Settle the document in full, book the difference")],
            ["X", _t("The transfer or the payment that came back")],
            ["D", _t("All that the bank wrote")],
            ["E", _t("The journal entry, before and after")],
            ["M", _t("Notes, activities and files")],
            ["T", _t("To be checked, or checked")],
            ["L", _t("Look again for what fits")],
            ["U", _t("Undo what you did last here")],
            ["Shift + A", _t("Accept all clear proposals of the filter")],
            ["?", _t("This help")],
        ];
    }
}
