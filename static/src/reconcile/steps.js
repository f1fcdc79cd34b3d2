import { registry } from "@web/core/registry";

/** milliseconds for which what was done is what a person "did last" on another screen, too (the server takes no more for a moment ago) */
const MOMENT = 3600000;

/**
 * What the person did with movements, in Reconcile and in the grid, until the page is loaded anew: a stack of steps
 * {id, model, method, args, name, said, what, close}; ``close`` takes its message off the screen. And what is under way, whichever screen
 * began it.
 */
export class Steps {
    constructor() {
        this.steps = [];
        this.queue = Promise.resolve();
        this.waiting = 0;
    }

    push(step) {
        step.at = Date.now();
        this.steps.push(step);
    }

    get last() {
        return this.steps.at(-1);
    }

    pop() {
        return this.steps.pop();
    }

    /** A step was taken back where it was done. */
    drop(step) {
        this.steps = this.steps.filter((one) => one !== step);
    }

    /** A screen opens: what is long ago is history, not what was done last. */
    begin() {
        this.steps = this.steps.filter((step) => Date.now() - step.at < MOMENT);
        return this;
    }
}

registry.category("services").add("account_bank_feed.steps", { start: () => new Steps() });
