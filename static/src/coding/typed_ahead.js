import { browser } from "@web/core/browser/browser";

/** milliseconds for which a field is waited for, and between two looks */
const LONGEST = 2000;
const STEP = 20;
const MOST = 60;
export const FIELD = ".o_selected_row input";
const HELD = ["Control", "Shift", "Alt", "AltGraph", "Meta"];

/**
 * Keys that are pressed while the grid is at work (it opens, a list of accounts is fetched, a row is saved, the next one opens) wait, in
 * their order, and go to the field that is there afterwards.
 */
class TypedAhead {
    constructor() {
        this.keys = [];
        this.begun = null;
        this.onKeydown = this.onKeydown.bind(this);
    }

    get isHolding() {
        return Boolean(this.begun);
    }

    /**
     * While work lasts, keys wait.
     *
     * @param {Function} work answers false where no field is to come
     */
    hold(work) {
        if (this.begun) {
            return (this.begun.inner = work()); // a key that had waited began it
        }
        return this.work(work);
    }

    async work(work) {
        this.begun = {};
        browser.addEventListener("keydown", this.onKeydown, { capture: true });
        try {
            let shown = await work();
            while (this.keys.length && shown !== false && (await until(() => document.activeElement?.matches(FIELD)))) {
                this.begun.inner = undefined;
                press(document.activeElement, this.keys.shift());
                shown = await this.begun.inner;
            }
        } finally {
            this.keys = [];
            this.begun = null;
            browser.removeEventListener("keydown", this.onKeydown, { capture: true });
        }
    }

    onKeydown(ev) {
        if (!ev.isTrusted || HELD.includes(ev.key)) {
            return;
        }
        ev.preventDefault();
        ev.stopImmediatePropagation();
        if (this.keys.length < MOST) {
            const { key, code, ctrlKey, shiftKey, altKey, metaKey } = ev;
            this.keys.push({ key, code, ctrlKey, shiftKey, altKey, metaKey });
        }
    }
}

/** One person, one keyboard: Reconcile opens the grid, the grid goes on. */
export const typedAhead = new TypedAhead();

/** Whether something became true in time. */
export async function until(isTrue, longest = LONGEST) {
    for (let waited = 0; waited < longest; waited += STEP) {
        if (isTrue()) {
            return true;
        }
        await new Promise((done) => browser.setTimeout(done, STEP));
    }
    return false;
}

/** As if the key were pressed now: letters are put in; of all others, what the page makes of them. */
function press(field, key) {
    const isPlain = !key.ctrlKey && !key.altKey && !key.metaKey;
    const { selectionStart: from, selectionEnd: to } = field;
    if (isPlain && key.key.length === 1) {
        field.setRangeText(key.key, from, to, "end");
    } else if (isPlain && key.key === "Backspace") {
        field.setRangeText("", from === to ? Math.max(0, from - 1) : from, to, "end");
    } else {
        field.dispatchEvent(new KeyboardEvent("keydown", { ...key, bubbles: true, cancelable: true }));
        return;
    }
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
}
