import { Component, onWillStart, status, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const BADGES = { valid: "success", ending: "warning", ended: "danger", invited: "info", no_rights: "light text-muted border", none: "light text-muted border" };

/** People and connections: who holds a consent where, whose ends, who may be asked. */
export class ConsentMatrix extends Component {
    static template = "account_bank_feed.ConsentMatrix";
    static components = { Layout };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ matrix: null });
        this.display = { controlPanel: {} };
        onWillStart(() => this.load());
    }

    async load() {
        this.state.matrix = await this.orm.call("bank.consent.holder", "matrix", []);
    }

    badge(cell) {
        return BADGES[cell.state];
    }

    cellOf(person, connection) {
        return person.cells[connection.id] || { state: "none", said: "" };
    }

    async invite(person, connection) {
        const context = { default_connection_id: connection.id, default_company_id: connection.company, default_user_ids: [person.id] };
        this.action.doAction("account_bank_feed.bank_invite_action", { additionalContext: context, onClose: () => status(this) === "mounted" && this.load() });
    }

    async remind(cell) {
        this.action.doAction(await this.orm.call("bank.consent.holder", "action_remind", [[cell.id]]));
    }

    give(connection) {
        window.location = `/bank_feed/consents/${connection.id}`;
    }

    async noRights(cell, connection) {
        if (cell.id) {
            await this.orm.call("bank.consent.holder", "action_no_rights", [[cell.id]]);
        } else {
            await this.orm.call("bank.consent.holder", "say_no_rights", [connection.id]);
        }
        await this.load();
    }

    async hasRights(cell) {
        await this.orm.call("bank.consent.holder", "action_has_rights", [[cell.id]]);
        await this.load();
    }

    openConnection(connection) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "bank.connection", res_id: connection.id, views: [[false, "form"]] });
    }
}

registry.category("actions").add("bank_consent_matrix", ConsentMatrix);
