import { browser } from "@web/core/browser/browser";
import { _t } from "@web/core/l10n/translation";

/** milliseconds: for which keys wait at all, for which a field is waited for, and what a key begins; between two looks */
const LONGEST = 10000;
const FIELD_LATE = 2000;
const MOVED = 600;
const STEP = 20;
const MOST = 60;
export const FIELD = ".o_selected_row input";
const HELD = ["Control", "Shift", "Alt", "AltGraph", "Meta", "CapsLock"];
/** keys that may wait, beside letters; with Ctrl: as above, book */
const WAITING = ["Enter", "Tab", "Backspace", "Escape"];
const WITH_CONTROL = ["d", "D", "Enter"];

/**
 * Keys that are pressed while the grid is at work (it opens, a list of accounts is fetched, a row is saved, the next one opens) wait, in
 * their order, and go to the field that is there afterwards. A key that cannot wait (arrows, paste, the browser's own), or the mouse, ends the
 * waiting: what was typed before it is dropped, and that is said.
 */
class TypedAhead {
    constructor() {
        this.keys = [];
        this.begun = null;
        this.onDropped = () => {};
        this.onKeydown = this.onKeydown.bind(this);
        this.giveUp = this.giveUp.bind(this);
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
        const begun = (this.begun = {});
        browser.addEventListener("keydown", this.onKeydown, { capture: true });
        browser.addEventListener("pointerdown", this.giveUp, { capture: true });
        const end = browser.setTimeout(() => this.end(begun), LONGEST);
        try {
            let shown = await work();
            while (this.keys.length && shown !== false && begun === this.begun) {
                const isThere = await until(() => document.activeElement?.matches(FIELD), this.keys[0].key === "Escape" ? MOVED : FIELD_LATE);
                if (begun !== this.begun || (!isThere && this.keys[0].key !== "Escape")) {
                    return;
                }
                begun.inner = undefined;
                const field = document.activeElement;
                const key = this.keys.shift();
                press(field, key);
                shown = await begun.inner;
                if (key.key === "Tab") {
                    await until(() => document.activeElement !== field && document.activeElement?.matches(FIELD), MOVED);
                } else if (key.key === "Escape") {
                    await until(() => document.activeElement !== field, MOVED);
                }
            }
        } finally {
            browser.clearTimeout(end);
            this.end(begun);
        }
    }

    /** Keys are the page's again. */
    end(begun) {
        if (begun === this.begun) {
            if (this.keys.length) {
                this.onDropped();
            }
            this.keys = [];
            this.begun = null;
            browser.removeEventListener("keydown", this.onKeydown, { capture: true });
            browser.removeEventListener("pointerdown", this.giveUp, { capture: true });
        }
    }

    giveUp() {
        this.end(this.begun);
    }

    /** Whoever opens the grid, or is in it, says what was dropped.
     *
     * @param {Object} notification the service */
    sayTo(notification) {
        this.onDropped = () => notification.add(_t("What was typed while the grid was at work was dropped: type it again."), { type: "warning" });
    }

    onKeydown(ev) {
        if (!ev.isTrusted || HELD.includes(ev.key)) {
            return;
        }
        if (!mayWait(ev)) {
            this.giveUp();
            return;
        }
        ev.preventDefault();
        ev.stopImmediatePropagation();
        if (this.keys.length >= MOST) {
            this.giveUp();
        } else {
            const { key, code, ctrlKey, shiftKey, altKey, metaKey } = ev;
            const isSign = key.length === 1 && ctrlKey && altKey; // AltGr, as some systems tell it
            this.keys.push({ key, code, ctrlKey: ctrlKey && !isSign, shiftKey, altKey: altKey && !isSign, metaKey });
        }
    }
}

/** Whether a key may wait: it is acted on later as if it were pressed then. */
function mayWait(ev) {
    if (ev.isComposing || ev.metaKey) {
        return false;
    }
    if (ev.key.length === 1 && ev.ctrlKey === ev.altKey) {
        return true;
    }
    return !ev.altKey && (ev.ctrlKey ? WITH_CONTROL : WAITING).includes(ev.key);
}

/** One person, one keyboard: Reconcile opens the grid, the grid goes on. */
export const typedAhead = new TypedAhead();

/** Whether something became true in time. */
export async function until(isTrue, longest = FIELD_LATE) {
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
