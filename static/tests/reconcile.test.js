import { expect, test, describe } from "@odoo/hoot";
import { press, queryAllTexts, waitFor } from "@odoo/hoot-dom";
import { animationFrame } from "@odoo/hoot-mock";
import {
    contains,
    defineModels,
    fields,
    models,
    mountView,
    mountWithCleanup,
    onRpc,
} from "@web/../tests/web_test_helpers";
import { defineMailModels } from "@mail/../tests/mail_test_helpers";
import { COMMANDS } from "@account_bank_feed/reconcile/commands";
import { ReconcileController } from "@account_bank_feed/reconcile/reconcile_view";
import { BankText } from "@account_bank_feed/reconcile/bank_text";
import { readAmount } from "@account_bank_feed/reconcile/amount";
import { ReconcileStore } from "@account_bank_feed/reconcile/reconcile_store";

describe.current.tags("desktop");

const LINE = "account.bank.statement.line";

class StatementLine extends models.Model {
    _name = "account.bank.statement.line";
    payment_ref = fields.Char();
    partner_name = fields.Char();
    bank_match_note = fields.Char();
    amount = fields.Float();
    is_reconciled = fields.Boolean();
    bank_signs = fields.Json();
    _records = [1, 2, 3].map((id) => ({ id, payment_ref: `Invoice ${id}`, partner_name: `Payer ${id}`, amount: id * 10 }));
}

defineModels([StatementLine]);
defineMailModels();

function details(id, values = {}) {
    const part = {
        id: 100 + id, move_id: 200 + id, name: `INV/${id}`, partner: "Alfa", due: "today", open: id * 10,
        open_text: `${id * 10} €`, amount: id * 10, amount_text: `${id * 10} €`, left_text: "",
    };
    return {
        id, date: "today", journal: "Bank", company_id: 1, counterparty: `Payer ${id}`, label: `Invoice ${id}`,
        amount: id * 10, amount_text: `${id * 10} €`, original_text: "", partner: false, reconciled: false, checked: true,
        state: "proposed", state_text: "Proposed", note: "", rest: id * 10, currency: { id: 1, digits: 2, symbol: "€" },
        texts: [{ field: "text", label: "Text", text: `Invoice ${id}`, marks: [[8, 9]] }],
        proposals: [{ id: 300 + id, rule: "", reason: "why not", pieces: [], documents: "", partner: "", parts: [part], left: 0, left_text: "" }],
        paid: [], transfers: [], own_account: false, models: [], move_id: 400 + id, signs: {}, files: [], caution: false, at_another_rate: false,
        ...values,
    };
}

/** A store over rows 1, 2, 3 whose server answers as it is told. */
function store(answer) {
    const calls = [];
    const orm = { silent: { call: async (...call) => (calls.push(call), answer?.(...call)) } };
    const messages = [];
    const notification = {
        add(text, { type }) {
            if (type !== "success") {
                messages.push(text);
            }
            return () => {};
        },
    };
    const view = { reload: async () => {}, records: () => [{ resId: 1 }, { resId: 2 }, { resId: 3 }] };
    return { store: new ReconcileStore(orm, notification, view), calls, messages };
}

async function mountReconcile() {
    onRpc(LINE, "bank_reconcile_notice", () => "");
    onRpc(LINE, "bank_reconcile_preview", () => ({ before: [], after: false, reason: "" }));
    onRpc(LINE, "bank_reconcile_details", ({ args }) => details(args[0][0]));
    await mountView({
        type: "list",
        resModel: LINE,
        arch: `<list js_class="bank_reconcile"><field name="payment_ref" widget="bank_movement"/><field name="amount"/></list>`,
    });
    await animationFrame();
}

test("the evidence is marked in the bank's text", async () => {
    await mountWithCleanup(BankText, { props: { text: "Faktúra č. 42, ďakujem", marks: [[11, 13]] } });
    expect(queryAllTexts("mark")).toEqual(["42"]);
    expect("span").toHaveText("Faktúra č. 42, ďakujem");
});

test("marks that overlap are shown once", async () => {
    await mountWithCleanup(BankText, { props: { text: "<b>42</b>", marks: [[3, 5], [4, 5]] } });
    expect(queryAllTexts("mark")).toEqual(["42"]);
    expect("b").toHaveCount(0);
});

test("acting moves on at once, and the server is asked in order", async () => {
    const { store: own, calls } = store();
    own.act(1, LINE, "one", []);
    expect(own.current).toBe(2);
    await own.act(2, LINE, "two", []);
    expect(calls.map((call) => call[1])).toEqual(["one", "two"]);
    expect(own.current).toBe(3);
});

test("what fails comes back, and says why", async () => {
    const { store: own, messages } = store(() => Promise.reject({ data: { message: "It is paid." } }));
    await own.act(1, LINE, "one", []);
    expect(messages).toEqual(["It is paid."]);
    expect(own.current).toBe(2);
    own.undoLast();
    expect(messages).toHaveLength(2);
});

test("the same movement is not acted upon twice", async () => {
    const { store: own, calls } = store();
    own.act(1, LINE, "one", []);
    await own.act(1, LINE, "again", []);
    expect(calls).toHaveLength(1);
});

test("keys wait for the server, in order, and for the movement that they were pressed for", async () => {
    let answer;
    const { store: own } = store(() => new Promise((resolve) => (answer = resolve)));
    own.panel.isReady = () => true;
    own.panel.isSeen = () => true;
    own.keep(1);
    const acting = own.act(1, LINE, "bank_reconcile_partner", [], { next: false });
    await Promise.resolve();
    const typed = [];
    own.type(() => typed.push("credit"), false);
    own.type(() => typed.push("search"), false);
    expect(typed).toEqual([]);
    answer({});
    await acting;
    await new Promise((resolve) => setTimeout(resolve));
    own.drain();
    expect(typed).toEqual(["credit", "search"]);
});

test("a movement that was not on the screen is not accepted", async () => {
    const { store: own, messages } = store();
    own.panel.isReady = () => false;
    own.panel.isSeen = () => false;
    own.type(() => expect.step("accept"), false);
    own.drain();
    expect(messages).toHaveLength(1);
    expect.verifySteps([]);
});

test("only looks are taken at a movement that was not on the screen, by any key", async () => {
    const { store: own, messages } = store();
    const acts = Object.fromEntries(COMMANDS.map(({ name }) => [name, () => expect.step(name)]));
    own.registerPanel({ ...acts, isReady: () => false, isSeen: () => false });
    const commands = COMMANDS.filter(({ on, name }) => on === "panel" && name !== "leave");
    for (const command of commands) {
        ReconcileController.prototype.run.call({ store: own }, command);
    }
    own.drain();
    expect.verifySteps(["why", "details", "entry", "discuss"]);
    expect(messages).toHaveLength(commands.length - 4);
});

test("what is undone stays in sight, and can be done again", async () => {
    const parts = [[7, 3.5]];
    const { store: own, calls } = store((_model, method) => (method === "bank_reconcile_undo" ? { 9: { redo: [parts, null, 5] } } : {}));
    await own.undoOf([9], "Payer, 3.50");
    expect(own.current).toBe(9);
    own.acting = {};
    own.undoLast();
    await own.queue;
    expect(calls.at(-1)).toEqual([LINE, "bank_reconcile", [[9], parts, null, 5]]);
});

test("the place is kept where the filter takes a movement away", async () => {
    const rows = [{ resId: 1 }, { resId: 2 }, { resId: 3 }];
    const { store: own } = store();
    own.view.records = () => rows;
    own.select(2);
    rows.splice(1, 1);
    expect(own.current).toBe(3);
});

test("amounts with any separators", () => {
    for (const [text, amount] of [["99,45", 99.45], ["1.234,56", 1234.56], ["1,234.56", 1234.56], ["1 234", 1234], ["-2,5", -2.5], ["10,000", 10000]]) {
        expect(readAmount(text)).toBe(amount);
    }
    expect(readAmount("x")).toBe(NaN);
});

test("letters that are typed while a form opens are for the form", async () => {
    const { store: own } = store();
    own.letters.expect();
    expect(own.letters.take("a")).toBe(true);
    expect(own.letters.give()).toBe("a");
    expect(own.letters.take("a")).toBe(false);
});

test("rows, keyboard and proposal", async () => {
    onRpc("bank.match", "action_accept", ({ args }) => {
        expect.step(`accept ${args[0][0]}`);
        return true;
    });
    await mountReconcile();
    expect(".o_data_row").toHaveCount(3);
    expect(".o_bank_panel .h4").toHaveText("Payer 1");
    await press("j");
    await waitFor('.o_bank_panel .h4:contains("Payer 2")');
    await press("a");
    await waitFor('.o_bank_panel .h4:contains("Payer 3")');
    expect.verifySteps(["accept 302"]);
});

test("keys that are typed into a field are text", async () => {
    onRpc("bank.match", "action_accept", () => expect.step("accept"));
    onRpc(LINE, "bank_reconcile_search", () => ({ items: [], more: false }));
    await mountReconcile();
    await contains(".o_bank_open_search").click();
    await contains(".o_bank_search input").edit("aaa", { confirm: false });
    expect(".o_bank_search input").toHaveValue("aaa");
    expect.verifySteps([]);
});

test("what is chosen is counted against the movement", async () => {
    const items = [{ id: 7, move_id: 1, name: "INV/7", ref: "", partner: "Beta", date: "", due: "", open: 4, open_text: "4 €", same_currency: true }];
    onRpc(LINE, "bank_reconcile_search", () => ({ items, more: false }));
    onRpc(LINE, "bank_reconcile", ({ args }) => {
        expect.step(args[1]);
        return {};
    });
    await mountReconcile();
    await contains(".o_bank_open_search").click();
    await contains(".o_bank_search [role=option]").click();
    expect(".o_bank_left").toHaveText("6.00 €");
    await contains(".o_bank_chosen input").edit("3.50");
    expect(".o_bank_left").toHaveText("6.50 €");
    await contains(".o_bank_reconcile_chosen").click();
    await animationFrame();
    expect.verifySteps([[[7, 3.5]]]);
});
