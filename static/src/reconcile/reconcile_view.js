import { onWillStart, useExternalListener, useState, useSubEnv } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { AcceptAllDialog } from "./accept_all_dialog";
import { HelpDialog } from "./help_dialog";
import { ReconcilePanel } from "./reconcile_panel";
import { ReconcileStore } from "./reconcile_store";

/** A held key moves on, it does not go on accepting. */
const MOVES = ["j", "k", "ArrowDown", "ArrowUp"];

/** Rows are not opened but looked at, in the panel beside them. */
export class ReconcileController extends ListController {
    static template = "account_bank_feed.ReconcileView";
    static components = { ...ListController.components, ReconcilePanel };

    setup() {
        super.setup();
        this.ui = useService("ui");
        this.store = useState(
            // not the component's own: what was begun is finished when the view is left
            new ReconcileStore(this.env.services.orm, useService("notification"), {
                reload: () => this.model.load(),
                records: () => this.records,
            })
        );
        useSubEnv({ reconcile: this.store });
        this.notice = "";
        onWillStart(async () => {
            this.store.select(this.props.context.bank_reconcile_line_id || false);
            this.notice = await this.orm.call("account.bank.statement.line", "bank_reconcile_notice", []);
        });
        useExternalListener(window, "keydown", this.onKeydown.bind(this), { capture: true });
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

    /** Keys, and for the panel the name of the act. */
    get keys() {
        const panel = (name, blind = true) => () => this.store.type(() => this.store.command(name), blind);
        return {
            j: () => this.store.type(() => this.store.move(1)),
            ArrowDown: () => this.store.type(() => this.store.move(1)),
            k: () => this.store.type(() => this.store.move(-1)),
            ArrowUp: () => this.store.type(() => this.store.move(-1)),
            a: panel("accept", false),
            Enter: panel("accept", false),
            r: panel("refuse", false),
            s: panel("search", false),
            "/": panel("search", false),
            w: panel("writeOff", false),
            p: panel("partner", false),
            t: panel("check", false),
            c: panel("credit", false),
            n: panel("newDocument", false),
            f: panel("settle", false),
            x: panel("transfer", false),
            Escape: () => this.store.command("leave"),
            d: panel("details"),
            e: panel("entry"),
            m: panel("discuss"),
            l: panel("again", false),
            u: () => this.store.type(() => this.store.undoLast()),
            A: () => this.acceptAll(),
            "?": () => this.help(),
        };
    }

    onKeydown(ev) {
        const target = ev.target;
        const typing = target.closest?.("input, textarea, select, [contenteditable=true], .o_searchview, .dropdown-menu");
        const own = "button, a, summary, th, [role=button], .o_group_header";
        const focused = ev.key === "Enter" && target.closest?.(own);
        if (ev.key === "Escape" && target.closest?.(".o_bank_panel") && !target.closest(".o-autocomplete:has(.dropdown-menu), .o-mail-Chatter, .o_bank_analytic")) {
            target.blur();
            this.store.command("leave");
            return;
        }
        if (ev.ctrlKey || ev.metaKey || ev.altKey || typing || focused || this.ui.activeElement !== document) {
            return;
        }
        const taken = ev.key.length === 1 && this.store.takeLetter(ev.key);
        const act = !taken && this.keys[ev.key];
        if (taken || act) {
            ev.preventDefault();
            ev.stopPropagation();
            if (act && (!ev.repeat || MOVES.includes(ev.key))) {
                act();
            }
        }
    }

    help() {
        this.dialogService.add(HelpDialog, {});
    }

    async acceptAll() {
        const domain = this.model.root.selection.length
            ? [["id", "in", await this.model.root.getResIds(true)]]
            : this.model.root.domain;
        const summary = await this.orm.call("account.bank.statement.line", "bank_reconcile_summary", [domain]);
        if (!summary.ids.length) {
            const text = summary.left
                ? _t("Only guesses and equal possibilities are proposed here: look at each.")
                : _t("No proposal is waiting among these movements.");
            this.store.notification.add(text, { type: "info" });
            return;
        }
        this.dialogService.add(AcceptAllDialog, { summary, onDone: (ids) => this.store.doneElsewhere(ids) });
    }
}

export class ReconcileRenderer extends ListRenderer {
    setup() {
        super.setup();
        this.reconcile = useState(this.env.reconcile);
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
