import { _t } from "@web/core/l10n/translation";

/**
 * What can be done in the reconciliation view by a key: one table, from which the keys, the help, the buttons' titles and
 * docs/keys.md come.
 *
 * - name: of the act
 * - keys: as core's hotkey service names them
 * - shown: as a person reads them
 * - label: what it does
 * - on: who does it: the "list", the "panel", or the "view"
 * - unseen: it may be done with a movement that was not on the screen yet
 * - held: it goes on while the key is held
 */
export const COMMANDS = [
    { name: "next", keys: ["arrowdown", "j"], shown: "↓ / J", label: _t("Next movement"), on: "list", unseen: true, held: true },
    { name: "previous", keys: ["arrowup", "k"], shown: "↑ / K", label: _t("Previous movement"), on: "list", unseen: true, held: true },
    { name: "accept", keys: ["enter", "a"], shown: "Enter / A", label: _t("Accept what is proposed, or what you chose"), on: "panel" },
    { name: "refuse", keys: ["r"], shown: "R", label: _t("Refuse: never propose this again"), on: "panel" },
    { name: "allow", keys: ["b"], shown: "B", label: _t("Book it, and the like by itself from now on"), on: "panel" },
    { name: "allowLast", keys: ["shift+b"], shown: "Shift+B", label: _t("Book the like of what was booked last by itself, as the message offers"), on: "panel" },
    { name: "like", keys: ["g"], shown: "G", label: _t("Book it and all like it that wait"), on: "panel" },
    { name: "why", keys: ["y"], shown: "Y", label: _t("Why: the earlier movements that it rests on"), on: "panel", unseen: true },
    { name: "search", keys: ["s"], shown: "S, /", label: _t("Search open items (↑ ↓ Enter to choose, Esc to leave)"), on: "panel" },
    { name: "writeOff", keys: ["w"], shown: "W", label: _t("Write off, fees, other accounts"), on: "panel" },
    { name: "partner", keys: ["p"], shown: "P", label: _t("Set the partner"), on: "panel" },
    { name: "credit", keys: ["c"], shown: "C", label: _t("All of it to the partner's account"), on: "panel" },
    { name: "newDocument", keys: ["n"], shown: "N", label: _t("New bill or invoice for it"), on: "panel" },
    { name: "leave", keys: ["escape"], shown: "Esc", label: _t("Close the search or the write-off"), on: "panel", unseen: true },
    { name: "settle", keys: ["f"], shown: "F", label: _t("Settle the document in full, book the difference"), on: "panel" },
    { name: "transfer", keys: ["x"], shown: "X", label: _t("The transfer or the payment that came back"), on: "panel" },
    { name: "details", keys: ["d"], shown: "D", label: _t("All that the bank wrote"), on: "panel", unseen: true },
    { name: "entry", keys: ["e"], shown: "E", label: _t("The journal entry, before and after"), on: "panel", unseen: true },
    { name: "discuss", keys: ["m"], shown: "M", label: _t("Notes, activities and files"), on: "panel", unseen: true },
    { name: "check", keys: ["t"], shown: "T", label: _t("To be checked, or checked"), on: "panel" },
    { name: "again", keys: ["l"], shown: "L", label: _t("Look again for what fits"), on: "panel" },
    { name: "undo", keys: ["u"], shown: "U", label: _t("Undo what you did last, here or in the grid"), on: "list", unseen: true },
    { name: "acceptAll", keys: ["shift+a"], shown: "Shift + A", label: _t("Accept all clear proposals of the filter"), on: "view" },
    { name: "grid", keys: ["shift+g"], shown: "Shift + G", label: _t("Many movements in a grid"), on: "view" },
    { name: "help", keys: ["shift+h"], shown: "?, Shift + H", label: _t("This help"), on: "view" },
];

/** Signs that core's hotkey service leaves to others; where they are depends on the keyboard. */
export const SIGNS = { "/": "search", "?": "help" };

/** The key of an act, for the title of its button. */
export function keyOf(name) {
    return COMMANDS.find((command) => command.name === name).shown;
}
