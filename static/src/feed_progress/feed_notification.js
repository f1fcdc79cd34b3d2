import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";

/** Seconds after which what ended is no news: a browser that comes back gets what it has missed. */
const FRESH = 60;
const ENDED = ["done", "failed", "postponed"];

/** After a fetch that somebody waited for: what came of it, and the way to what needs a person. */
export const feedNotification = {
    dependencies: ["bus_service", "notification", "action"],
    start(env, { bus_service: bus, notification, action }) {
        /** The journals' cards show what is true now. */
        const refreshDashboard = () => {
            const shown = action.currentController?.action;
            if (shown?.res_model === "account.journal" && action.currentController.view?.type === "kanban") {
                action.doAction("soft_reload");
            }
        };
        bus.subscribe("account_bank_feed/run", (run) => {
            if (!ENDED.includes(run.state)) {
                return;
            }
            refreshDashboard();
            if (Date.now() / 1000 - run.at > FRESH) {
                return;
            }
            if (run.state !== "done" || !run.new) {
                const type = run.state === "done" ? "success" : "warning";
                notification.add(run.message || _t("No new movements."), { title: run.name, type, sticky: type === "warning" });
                return;
            }
            const buttons = run.waiting
                ? [
                      {
                          name: _t("Reconcile"),
                          primary: true,
                          onClick: () => action.doAction("account_bank_feed.bank_reconcile_action"),
                      },
                  ]
                : [];
            notification.add(
                _t("New: %(new)s, reconciled by themselves: %(reconciled)s, left for you: %(waiting)s.", run),
                { title: run.name, type: run.waiting ? "info" : "success", buttons }
            );
        });
    },
};

registry.category("services").add("bank_feed_notification", feedNotification);
