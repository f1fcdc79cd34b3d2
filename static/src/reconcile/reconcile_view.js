import { onWillStart, status, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { typedAhead } from "../coding/typed_ahead";
import { AcceptAllDialog } from "./accept_all_dialog";
import { HelpDialog } from "./help_dialog";
import { isCommand, useCommands } from "./keyboard";
import { ReconcilePanel } from "./reconcile_panel";
import { ReconcileStore } from "./reconcile_store";

/** Rows are not opened but looked at, in the panel beside them. */
export class ReconcileController extends ListController {
    static template = "account_bank_feed.ReconcileView";
    static components = { ...ListController.components, ReconcilePanel };

    setup() {
        super.setup();
        this.store = useState(
            // not the component's own: what was begun is finished when the view is left
            new ReconcileStore(
                this.env.services.orm,
                useService("notification"),
                { reload: () => this.model.load(), records: () => this.records },
                this.env.services["account_bank_feed.steps"]
            )
        );
        useSubEnv({ reconcile: this.store });
        this.notice = "";
        onWillStart(async () => {
            this.store.select(this.props.context.bank_reconcile_line_id || false);
            this.notice = await this.orm.call("account.bank.statement.line", "bank_reconcile_notice", []);
        });
        useCommands(this.store, this.run.bind(this));
    }

    /** Records in the order of the rows, through all open groups. */
    get records() {
        const flat = (list) => (list.isGrouped ? list.groups.flatMap((group) => flat(group.list)) : list.records);
        return this.model.isReady ? flat(this.model.root) : [];
    }

    /** What is under way is not lost by closing the window. */
    async beforeUnload(ev) {
        await super.beforeUnload(ev);
        if (this.store.waiting) {
            ev.preventDefault();
            ev.returnValue = "…";
        }
    }

    async openRecord(record) {
        this.store.select(record.resId);
    }

    /** @param {Object} command of the table */
    run({ name, on, unseen = false }) {
        if (on === "view") {
            this[name]();
        } else if (name === "leave") {
            document.activeElement?.blur();
            this.store.command(name);
        } else {
            this.store.type(() => (on === "list" ? this.store[name]() : this.store.command(name)), unseen);
        }
    }

    help() {
        this.dialogService.add(HelpDialog, {});
    }

    /** The ticked ones, else all of the filter. */
    async wanted() {
        const { root } = this.model;
        return root.selection.length ? [["id", "in", await root.getResIds(true)]] : root.domain;
    }

    /** Many of them, typed down a column: what is typed while it opens is for it. Not by the component's own services: they never answer once it is gone. */
    grid() {
        const { orm, action: actions, notification } = this.env.services;
        this.store.closeOffer?.();
        typedAhead.sayTo(notification);
        return typedAhead.hold(async () => {
            const action = await orm.call("account.bank.statement.line", "bank_reconcile_grid", [await this.wanted()]);
            if (status(this) === "destroyed") {
                return false; // whoever has left meanwhile stays there
            }
            await actions.doAction(action);
            return action.res_model === "bank.coding";
        });
    }

    async acceptAll() {
        const domain = await this.wanted();
        const summary = await this.orm.call("account.bank.statement.line", "bank_reconcile_summary", [domain]);
        if (!summary.ids.length) {
            const text = summary.left
                ? _t("Only guesses and equal possibilities are proposed here: look at each.")
                : _t("No proposal is waiting among these movements.");
            this.store.notification.add(text, { type: "info" });
            return;
        }
        this.dialogService.add(AcceptAllDialog, { summary, onDone: (ids, partners) => this.store.doneElsewhere(ids, partners) });
    }
}

export class ReconcileRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.reconcile = useState(this.env.reconcile);
    }

    /** Our keys are not the cells' too. */
    onCellKeydown(ev, group, record) {
        const folds = group && !record && ev.key === "Enter";
        return isCommand(ev) && !folds ? undefined : super.onCellKeydown(ev, group, record);
    }

    getRowClass(record) {
        const classes = [super.getRowClass(record)];
        if (record.resId === this.reconcile.current) {
            classes.push("o_bank_selected table-active");
        }
        if (this.reconcile.acting[record.resId] === true) {
            classes.push("text-muted text-decoration-line-through");
        }
        return classes.join(" ");
    }
}

registry.category("views").add("bank_reconcile", {
    ...listView,
    Controller: ReconcileController,
    Renderer: ReconcileRenderer,
    buttonTemplate: "account_bank_feed.ReconcileView.Buttons",
});
