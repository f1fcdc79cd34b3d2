import { Component } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";
import { COMMANDS } from "./commands";

export class HelpDialog extends Component {
    static template = "account_bank_feed.HelpDialog";
    static components = { Dialog };
    static props = { close: Function };

    setup() {
        this.rows = COMMANDS;
    }
}
