import { markRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";

/** milliseconds after which a reload is taken for overtaken */
const LONGEST_RELOAD = 10000;
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
        this.finished = markRaw([]);
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

    /** The movement to look at: the chosen one while it is shown, else the first that waits. */
    get current() {
        const records = this.records;
        if (this.selectedId && records.some((record) => record.resId === this.selectedId)) {
            return this.selectedId;
        }
        const first = records.find((record) => !(record.resId in this.acting));
        return first ? first.resId : false;
    }

    move(step, from = this.current) {
        const records = this.records;
        let place = records.findIndex((record) => record.resId === from);
        do {
            place += step;
        } while (records[place] && records[place].resId in this.acting);
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
     * @param {{undo?: Object|null, next?: boolean, what?: string}} options undo: {model, method, args} that takes it back;
     *   next: it is finished with; what: how to call it, to say that it was done
     */
    act(id, model, method, args, { undo = null, next = true, what = "" } = {}) {
        if (id in this.acting) {
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
                    this.done.push({ id, ...undo });
                }
                if (undo && what) {
                    this.offerUndo(what);
                }
            } catch (error) {
                this.notification.add(error.data?.message || error.message || _t("It did not work."), {
                    title: _t("Not reconciled"),
                    type: "danger",
                });
            }
            this.finished.push(id);
            this.waiting--;
            if (!this.waiting) {
                this.refresh(); // not waited for: what comes next does not depend on it
            }
        });
        return this.queue;
    }

    /** Show how things stand. A reload that another one overtakes never ends: nothing may wait for it. */
    async refresh() {
        const finished = this.finished.splice(0);
        const free = () => {
            if (!free.done) {
                free.done = true;
                finished.forEach((id) => delete this.acting[id]);
                this.version++;
            }
        };
        setTimeout(free, LONGEST_RELOAD);
        try {
            await this.view.reload();
        } catch {
            // the next one shows it
        }
        free();
    }

    /** What was done last can be taken back: one message at a time. */
    offerUndo(what) {
        this.closeOffer?.();
        this.closeOffer = this.notification.add(what, {
            title: _t("Booked"),
            type: "success",
            buttons: [{ name: _t("Undo (U)"), onClick: () => this.undoLast() }],
        });
    }

    /** Several were done at once, elsewhere: one step to undo. */
    doneElsewhere(ids) {
        if (ids.length) {
            this.done.push({ id: ids[0], model: MODEL, method: "bank_reconcile_take_back", args: [ids] });
            this.offerUndo(_t("%s proposals were accepted.", ids.length));
        }
        return this.refresh();
    }

    /** Take back what was done last in this view. */
    undoLast() {
        const undo = this.done.pop();
        this.closeOffer?.();
        if (!undo) {
            this.notification.add(_t("Nothing was done here that could be undone."), { type: "info" });
            return;
        }
        this.act(undo.id, undo.model, undo.method, undo.args, { next: false });
        this.select(undo.id);
    }

    /** Undo something of the past: it is not proposed again. */
    undo(ids) {
        this.act(ids[0], MODEL, "bank_reconcile_undo", [ids], { next: false });
        this.select(ids[0]);
    }
}
