import { markRaw } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { Letters } from "./letters";
import { Steps } from "./steps";

/** milliseconds after which a reload is taken for overtaken */
const LONGEST_RELOAD = 10000;
const MOST_TYPED = 20;
/** milliseconds for which a message that asks is on the screen */
const OFFERED = 8000;
/** milliseconds for which keys go on that were typed behind one that means nothing */
const DEAF = 1000;
const MODEL = "account.bank.statement.line";

/** What is looked at, and what is under way. Acting on a movement moves on to the next at once; the server follows. */
export class ReconcileStore {
    /**
     * @param {Object} orm
     * @param {Object} notification
     * @param {{reload: Function, records: Function}} view
     * @param {Steps} steps what was done before
     */
    constructor(orm, notification, view, steps = new Steps()) {
        this.orm = markRaw(orm);
        this.notification = markRaw(notification);
        this.view = markRaw(view);
        this.selectedId = false;
        this.kept = false; // looked at though the filter does not show it any more
        this.place = 0; // of the chosen one among the rows
        this.version = 0;
        this.acting = {};
        this.finished = markRaw([]);
        this.done = markRaw(steps.begin());
        this.offered = null; // the like of a movement may be booked by itself
        this.panel = markRaw({});
        this.typed = markRaw([]);
        this.deafUntil = 0;
        this.letters = markRaw(new Letters());
        if (steps.waiting) {
            steps.queue.then(() => this.refresh()); // another screen began it
        }
    }

    /** How many acts are under way, whichever screen began them. */
    get waiting() {
        return this.done.waiting;
    }

    get queue() {
        return this.done.queue;
    }

    select(id) {
        this.deafUntil = 0;
        this.selectedId = id;
        this.kept = false;
        const place = this.records.findIndex((record) => record.resId === id);
        if (place >= 0) {
            this.place = place;
        }
    }

    /** Stay with a movement, whatever becomes of it. */
    keep(id) {
        this.select(id);
        this.kept = true;
    }

    get records() {
        return this.view.records();
    }

    /** The movement to look at: the chosen one while it is shown or kept, else the one in its place that waits. */
    get current() {
        const records = this.records;
        const id = this.selectedId;
        if (id && (this.kept || records.some((record) => record.resId === id))) {
            return id;
        }
        const free = (record) => !(record.resId in this.acting);
        const next = records.slice(this.place).find(free) || records.slice(0, this.place).reverse().find(free);
        return next ? next.resId : false;
    }

    move(step, from = this.current) {
        const records = this.records;
        let place = records.findIndex((record) => record.resId === from);
        if (place < 0) {
            place = step > 0 ? this.place - 1 : this.place;
        }
        do {
            place += step;
        } while (records[place] && records[place].resId in this.acting);
        if (records[place]) {
            this.select(records[place].resId);
            return true;
        }
        return false;
    }

    next() {
        return this.move(1);
    }

    previous() {
        return this.move(-1);
    }

    undo() {
        return this.undoLast();
    }

    // === Keys ===

    /**
     * The panel says what it does with its movement.
     *
     * @param {Object} acts {name: function}, and isReady, isSeen
     * @returns {Function} that takes it back
     */
    registerPanel(acts) {
        this.panel = markRaw(acts);
        return () => (this.panel = markRaw({}));
    }

    /** A key was pressed; the panel knows what it means for the movement that it shows. */
    command(name) {
        this.panel[name]?.();
    }

    /**
     * Keys wait, in their order, while the server works on the movement that they were pressed for. One that was not on the
     * screen yet is neither accepted nor refused.
     *
     * @param {Function} act
     * @param {boolean} blind whether it may be done with a movement that was not seen
     */
    type(act, blind = true) {
        const id = this.current;
        if (!blind && Date.now() < this.deafUntil) {
            this.deafUntil = Date.now() + DEAF;
            return;
        }
        if (!id || (!this.typed.length && !(id in this.acting) && (blind || this.panel.isReady?.()))) {
            act();
            return;
        }
        if (!blind && !this.panel.isSeen?.(id)) {
            this.notification.add(_t("This movement was not on the screen yet: look, and press the key again."), { type: "info" });
            return;
        }
        if (this.typed.length < MOST_TYPED) {
            this.typed.push({ id, act });
        }
    }

    /** A key means nothing for this movement: that is said, and what is typed right behind it was meant for what it would have opened. */
    nothing(text) {
        this.typed.length = 0;
        this.deafUntil = Date.now() + DEAF;
        this.notification.add(text, { type: "info" });
    }

    /** What was typed meanwhile, as soon as the panel shows how things stand. */
    drain() {
        while (this.typed.length) {
            const id = this.current;
            if (id && (id in this.acting || !this.panel.isReady?.())) {
                return;
            }
            const next = this.typed.shift();
            if (next.id !== id) {
                this.typed.length = 0; // they were meant for another one
                return;
            }
            next.act();
        }
    }

    // === Acts ===

    /**
     * Do something with a movement, after what was asked for before it.
     *
     * @param {number} id of the movement
     * @param {string} model
     * @param {string} method
     * @param {Array} args
     * @param {Object} options
     * @param {Object|Function|null} options.undo {model, method, args, name} that takes it back; or what makes it of the answer
     * @param {boolean} options.next it is finished with
     * @param {string|Function} options.what how to call it, to say that it was done; or what makes it of the answer
     * @param {string} options.title of that message
     * @param {Function} options.failed called where the server refused
     * @param {boolean} options.stay it is looked at, where it is not finished with
     * @param {boolean} options.offer ask afterwards whether the like may be booked by itself
     */
    act(id, model, method, args, { undo = null, next = true, what = "", title = _t("Booked"), failed = null, offer = false, stay = true } = {}) {
        if (id in this.acting) {
            return this.queue;
        }
        this.acting[id] = next;
        if (!next && !stay) {
            delete this.acting[id]; // another one is looked at by now
        } else if (!next) {
            this.keep(id);
        } else if (!this.move(1, id) && !this.move(-1, id)) {
            this.select(false);
        }
        this.done.waiting++;
        this.done.queue = this.queue.then(async () => {
            try {
                const answer = await this.orm.silent.call(model, method, args);
                const back = typeof undo === "function" ? undo(answer) : undo;
                const text = typeof what === "function" ? what(answer) : what;
                const step = back ? { id, what: text, ...back } : null;
                if (step) {
                    this.done.push(step);
                }
                if (text) {
                    this.say(text, title, step);
                }
                this.offered = null;
                if (offer) {
                    this.askOffer(id, text, title, step);
                }
            } catch (error) {
                this.typed.length = 0;
                failed?.();
                this.notification.add(error.data?.message || error.message || _t("It did not work."), {
                    title: _t("Not done"),
                    type: "danger",
                    sticky: true,
                    buttons: next ? [{ name: _t("Back to it"), onClick: () => this.keep(id) }] : [],
                });
            }
            this.finished.push(id);
            this.done.waiting--;
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
                if (this.undoWanted) {
                    this.undoWanted = false;
                    this.undoLast();
                }
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

    /** Say what was done, and how it is taken back: one message at a time. */
    say(text, title, step, buttons = [], autocloseDelay = 4000) {
        this.closeOffer?.();
        const undo = step ? [{ name: step.name || _t("Undo (U)"), onClick: () => this.undoStep(step) }] : [];
        this.closeOffer = this.notification.add(text, { title, type: "success", buttons: [...buttons, ...undo], autocloseDelay });
        if (step) {
            step.close = this.closeOffer;
        }
    }

    /** After the second equal booking: may the like be booked by itself? The message that it was done asks; nothing waits for it. */
    async askOffer(id, text, title, step) {
        const { last } = this.done;
        const found = await this.orm.silent.call(MODEL, "bank_reconcile_offer", [[id]]).catch(() => false);
        if (found && last === this.done.last) {
            this.offered = { id, what: found.name, at: Date.now() };
            const allow = { name: _t("Book the like by itself (Shift+B)"), primary: true, onClick: () => this.takeOffer() };
            this.say(`${text}. ${found.why}`, title, step, [allow], OFFERED);
        }
    }

    /** Whether the message that asks is still on the screen. */
    get isOffering() {
        return Boolean(this.offered) && Date.now() - this.offered.at < OFFERED;
    }

    /** How allowing a kind is taken back. */
    disallow({ model, done, before }) {
        return { model: MODEL, method: "bank_reconcile_disallow", args: [model, done, before] };
    }

    /** What came of allowing a kind. */
    allowed({ name, done }) {
        return done.length > 1 ? _t("%(name)s: %(count)s movements were booked", { name, count: done.length }) : name;
    }

    takeOffer() {
        const { id } = this.offered;
        if (id in this.acting) {
            this.queue.then(() => this.offered && this.takeOffer());
            return;
        }
        this.offered = null;
        this.act(id, MODEL, "bank_reconcile_allow", [[id]], {
            next: false,
            stay: false,
            what: (answer) => this.allowed(answer),
            title: _t("Booked by itself from now on"),
            undo: (answer) => this.disallow(answer),
        });
    }

    /** Several were done at once, elsewhere: one step to undo. */
    doneElsewhere(ids, partners = {}) {
        if (ids.length) {
            const what = ids.length === 1 ? _t("One proposal was accepted.") : _t("%s proposals were accepted.", ids.length);
            const step = { id: ids[0], model: MODEL, method: "bank_reconcile_take_back", args: [ids, partners], what };
            this.done.push(step);
            this.say(what, _t("Booked"), step);
        }
        return this.refresh();
    }

    /** Take back what was done last, here or in the grid. */
    undoLast() {
        if (this.waiting || (this.done.last && this.done.last.id in this.acting)) {
            this.undoWanted = true; // what is under way comes first, and is what is meant
            return;
        }
        const step = this.done.pop();
        if (step) {
            this.takeBack(step);
        } else {
            this.closeOffer?.();
            this.notification.add(_t("Nothing was done here that could be undone."), { type: "info" });
        }
    }

    /** Take back what a message tells of, whatever was done since. */
    undoStep(step) {
        if (step.taken) {
            return;
        }
        if (step === this.done.last) {
            this.undoLast();
        } else if (this.waiting) {
            this.queue.then(() => this.undoStep(step));
        } else {
            this.done.drop(step);
            this.takeBack(step);
        }
    }

    takeBack(step) {
        step.taken = true;
        this.offered = null;
        this.closeOffer?.();
        step.close?.();
        const what = step.said || step.what || _t("It is as it was before.");
        this.act(step.id, step.model, step.method, step.args, { next: false, what, title: _t("Undone") });
    }

    /** Undo something of the past: it is not booked by itself again. */
    undoOf(ids, what) {
        return this.act(ids[0], MODEL, "bank_reconcile_undo", [ids], {
            next: false,
            what,
            title: _t("Undone"),
            undo: (answer) => {
                const redo = answer?.[ids[0]]?.redo;
                return redo && { model: MODEL, method: "bank_reconcile", args: [ids, ...redo], name: _t("Reconcile again (U)"), said: what };
            },
        });
    }
}
