import { markRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

const MODEL = "account.bank.statement.line";

/** What is looked at, and what is under way. Acting on a movement moves on to the next at once; the server follows. */
export class ReconcileStore {
    /**
     * @param {Object} orm
     * @param {Object} notification
     * @param {{reload: Function, records: Function}} view
     */
    constructor(orm, notification, view) {
        this.orm = markRaw(orm);
        this.notification = markRaw(notification);
        this.view = markRaw(view);
        this.selectedId = false;
        this.version = 0;
        this.acting = {};
        this.queue = markRaw(Promise.resolve());
        this.waiting = 0;
        this.done = [];
        this.panel = markRaw({});
    }

    select(id) {
        this.selectedId = id;
    }

    get records() {
        return this.view.records();
    }

    /** The movement to look at: the chosen one, else the first that waits. */
    get current() {
        if (this.selectedId) {
            return this.selectedId;
        }
        const first = this.records.find((record) => !this.acting[record.resId]);
        return first ? first.resId : false;
    }

    move(step, from = this.current) {
        const records = this.records;
        let place = records.findIndex((record) => record.resId === from);
        do {
            place += step;
        } while (records[place] && this.acting[records[place].resId]);
        if (records[place]) {
            this.select(records[place].resId);
            return true;
        }
        return false;
    }

    /** A key was pressed; the panel knows what it means for the movement that it shows. */
    command(name) {
        this.panel[name]?.();
    }

    /**
     * Do something with a movement, after what was asked for before it.
     *
     * @param {number} id of the movement
     * @param {string} model
     * @param {string} method
     * @param {Array} args
     * @param {{undo?: boolean, next?: boolean}} options undo: it can be taken back; next: it is finished with
     */
    act(id, model, method, args, { undo = true, next = true } = {}) {
        if (this.acting[id]) {
            return this.queue;
        }
        this.acting[id] = next;
        if (next && !this.move(1, id) && !this.move(-1, id)) {
            this.select(false);
        }
        this.waiting++;
        this.queue = this.queue.then(async () => {
            try {
                await this.orm.silent.call(model, method, args);
                if (undo) {
                    this.done.push(id);
                }
            } catch (error) {
                this.select(id);
                this.notification.add(error.data?.message || error.message || _t("It did not work."), {
                    title: _t("Not reconciled"),
                    type: "danger",
                });
            }
            this.waiting--;
            if (!this.waiting) {
                await this.view.reload();
                this.acting = {};
                this.version++;
            }
        });
        return this.queue;
    }

    /** Take back what was done last in this view. */
    undoLast() {
        const id = this.done.pop();
        if (!id) {
            this.notification.add(_t("Nothing was done here that could be undone."), { type: "info" });
            return;
        }
        this.undo(id);
    }

    undo(id) {
        this.act(id, MODEL, "bank_reconcile_undo", [[id]], { undo: false, next: false });
        this.select(id);
    }
}
