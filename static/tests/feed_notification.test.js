import { beforeEach, expect, test } from "@odoo/hoot";
import { allowTranslations } from "@web/../tests/web_test_helpers";
import { feedNotification } from "@account_bank_feed/feed_progress/feed_notification";

beforeEach(allowTranslations);

/** The service with a bus that is rung by hand. */
function started() {
    const shown = [];
    const opened = [];
    let ring;
    feedNotification.start(
        {},
        {
            bus_service: { subscribe: (_name, listener) => (ring = listener) },
            notification: { add: (text, options) => shown.push({ text: String(text), ...options }) },
            action: { doAction: (action) => opened.push(action) },
        }
    );
    return { shown, opened, ring: (values) => ring({ state: "done", name: "Account", new: 3, reconciled: 2, waiting: 1, ...values }) };
}

test("a fetch says what came of it, and leads to what waits", () => {
    const { shown, opened, ring } = started();
    ring({});
    expect(shown[0].text).toBe("New: 3, reconciled by themselves: 2, left for you: 1.");
    shown[0].buttons[0].onClick();
    expect(opened).toEqual(["account_bank_feed.bank_reconcile_action"]);
});

test("nothing is said while it runs", () => {
    const { shown, ring } = started();
    ring({ state: "running" });
    ring({ state: "queued" });
    expect(shown).toEqual([]);
});

test("a fetch that brought nothing says so, one that failed says why and stays", () => {
    const { shown, ring } = started();
    ring({ new: 0, message: "No new movements." });
    ring({ state: "failed", new: 0, message: "The bank does not answer." });
    expect(shown.map(({ text, type, sticky }) => [text, type, Boolean(sticky)])).toEqual([
        ["No new movements.", "success", false],
        ["The bank does not answer.", "warning", true],
    ]);
});

test("where nothing waits, there is nothing to open", () => {
    const { shown, ring } = started();
    ring({ waiting: 0 });
    expect(shown[0].buttons).toEqual([]);
    expect(shown[0].type).toBe("success");
});
