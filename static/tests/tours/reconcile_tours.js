import { registry } from "@web/core/registry";

/** The ten most frequent acts of an accountant; tests/browser/test_tours.py prepares the movements and looks at the books after. */

const PANEL = ".o_bank_panel";
const row = (text) => `tr.o_data_row:contains("${text}")`;
const shown = (text) => ({ content: `the panel shows ${text}`, trigger: `${PANEL} .h4:contains("${text}")` });
const choose = (text) => [
    { content: `choose ${text}`, trigger: `${row(text)} td[name=payment_ref]`, run: "click" },
    shown(text),
];
const key = (name, content) => ({ content, trigger: `${PANEL} .h4`, run: `press ${name}` });
const gone = (text) => ({ content: `${text} is finished`, trigger: `.o_list_view:not(:has(${row(text)}))` });
const back = (text) => ({ content: `${text} waits again`, trigger: row(text) });

function tour(name, steps) {
    registry.category("web_tour.tours").add(`bank_reconcile_${name}`, { steps: () => steps });
}

tour("accept_and_undo", [
    ...choose("Payer of one"),
    { content: "the reason stands in the bank's text", trigger: `${PANEL} mark` },
    key("a", "accept by one key"),
    gone("Payer of one"),
    key("u", "take it back"),
    back("Payer of one"),
    ...choose("Payer of one"),
    { content: "it is proposed as before", trigger: ".o_bank_accept" },
    { content: "refuse", trigger: ".o_bank_refuse", run: "click" },
    { content: "nothing is proposed", trigger: `${PANEL} [role=status]:contains("refused")` },
    key("u", "the refusal is taken back"),
    { content: "it is proposed again", trigger: ".o_bank_accept" },
]);

tour("accept", [
    ...choose("Payer of one"),
    { content: "accept by the button", trigger: ".o_bank_accept", run: "click" },
    gone("Payer of one"),
]);

tour("refuse", [
    ...choose("Payer of one"),
    { content: "refuse", trigger: ".o_bank_refuse", run: "click" },
    { content: "why nothing is proposed", trigger: `${PANEL} [role=status]:contains("refused")` },
]);

tour("several_items", [
    ...choose("Group of two"),
    { content: "search", trigger: ".o_bank_open_search", run: "click" },
    { content: "by the customer", trigger: ".o_bank_search input", run: "edit Zákazník" },
    { content: "the first", trigger: ".o_bank_search [role=option]:contains(40.00)", run: "click" },
    { content: "the second", trigger: ".o_bank_search [role=option]:contains(60.00)", run: "click" },
    { content: "the difference", trigger: ".o_bank_chosen:contains(All of the movement is used)" },
    { content: "reconcile", trigger: ".o_bank_reconcile_chosen", run: "click" },
    gone("Group of two"),
]);

tour("settle_in_full", [
    ...choose("Payer of one"),
    { content: "settle in full", trigger: ".o_bank_settle", run: "click" },
    { content: "what is missing", trigger: ".o_bank_left:contains(-3.00)" },
    { content: "the company's own model", trigger: ".o_bank_writeoff button:contains(Card fees)", run: "click" },
    gone("Payer of one"),
]);

tour("escape", [
    ...choose("Bank itself"),
    { content: "write off", trigger: ".o_bank_open_writeoff", run: "click" },
    { content: "a label", trigger: ".o_bank_writeoff_label", run: "edit Fee && press Escape" },
    { content: "closed", trigger: `${PANEL}:not(:has(.o_bank_writeoff))` },
    { content: "by key", trigger: `${PANEL} .h4`, run: "press w" },
    { content: "leave it", trigger: ".o_bank_writeoff .o-autocomplete--input", run: "press Escape && press Escape" },
    { content: "closed again", trigger: `${PANEL}:not(:has(.o_bank_writeoff))` },
]);

tour("part_and_rest", [
    ...choose("Pays too much"),
    { content: "search", trigger: ".o_bank_open_search", run: "click" },
    { content: "by the amount", trigger: ".o_bank_search input", run: "edit 40" },
    { content: "choose", trigger: ".o_bank_search [role=option]:contains(40)", run: "click" },
    { content: "less of it", trigger: ".o_bank_chosen input", run: "edit 30 && press Tab" },
    { content: "what is left", trigger: ".o_bank_left:contains(20.00)" },
    { content: "to the partner", trigger: ".o_bank_chosen button:contains(Credit the rest)", run: "click" },
    gone("Pays too much"),
]);

tour("write_off", [
    ...choose("Bank itself"),
    { content: "write off", trigger: ".o_bank_open_writeoff", run: "click" },
    { content: "what it would be", trigger: `${PANEL} .o_bank_entry` },
    { content: "the account", trigger: ".o_bank_writeoff .o-autocomplete--input", run: "edit 568" },
    { content: "take it", trigger: ".o-autocomplete--dropdown-item:contains(Bank fees)", run: "click" },
    { content: "book", trigger: ".o_bank_book:enabled", run: "click" },
    gone("Bank itself"),
]);

tour("model", [
    ...choose("Bank itself"),
    { content: "write off", trigger: ".o_bank_open_writeoff", run: "click" },
    { content: "the company's own model", trigger: ".o_bank_writeoff button:contains(Card fees)", run: "click" },
    gone("Bank itself"),
]);

tour("transfer", [
    ...choose("To our savings"),
    { content: "the other side was found", trigger: `${PANEL} button:contains("Transfer: Savings")`, run: "click" },
    gone("To our savings"),
]);

tour("partner", [
    ...choose("Unknown person"),
    { content: "who it was", trigger: ".o_bank_partner input", run: "edit Zákazník" },
    { content: "take it", trigger: ".o-autocomplete--dropdown-item:contains(Zákazník)", run: "click" },
    { content: "it is known", trigger: ".o_bank_partner .fw-bold:contains(Zákazník)" },
    { content: "all of it is the partner's", trigger: `${PANEL} button:contains(Credit all)`, run: "click" },
    gone("Unknown person"),
]);

tour("to_check", [
    ...choose("Unknown person"),
    key("t", "to be checked"),
    { content: "it says so", trigger: `${PANEL} .badge:contains(To check)` },
]);

tour("accept_all", [
    { content: "all of the filter", trigger: "button:contains(Accept all):enabled", run: "click" },
    { content: "the sum first", trigger: ".modal td:contains(EUR)" },
    { content: "accept", trigger: ".modal .btn-primary:contains(Accept)", run: "click" },
    { content: "done", trigger: ".modal .text-success:contains(accepted)" },
    { content: "close", trigger: ".modal .btn-secondary:contains(Close)", run: "click" },
    gone("Payer of one"),
    { content: "what was not proposed stays", trigger: row("Unknown person") },
]);
