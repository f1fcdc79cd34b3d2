import { onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";

/** Above the connections: those that were begun and not ended. */
export class ConnectionKanbanController extends KanbanController {
    static template = "account_bank_feed.ConnectionKanban";

    setup() {
        super.setup();
        this.action = useService("action");
        this.unfinished = useState({ rows: [] });
        onWillStart(async () => {
            this.unfinished.rows = await this.model.orm.call("bank.connection", "unfinished", []);
        });
    }

    finish(row) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "bank.connect.result", res_id: row.id, views: [[false, "form"]] });
    }
}

registry.category("views").add("bank_connection_kanban", { ...kanbanView, Controller: ConnectionKanbanController });
