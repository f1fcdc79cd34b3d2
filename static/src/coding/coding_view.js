import { onMounted, status, useExternalListener } from "@odoo/owl";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";
import { FIELD, typedAhead, until } from "./typed_ahead";

const MODEL = "account.bank.statement.line";
/** milliseconds for which a person may type on after the last row was booked */
const TYPING_ON = 700;
const TYPED = ["account_id", "tax_id", "partner_id", "label"];

function isListed(input) {
    return Boolean(input.closest("td")?.querySelector(".o-autocomplete--dropdown-item .ui-state-active"));
}

/** A text that somebody typed into a field of the row and has not chosen anything for, or "". */
function unchosen(record) {
    const input = document.activeElement;
    const cell = input?.matches?.("input") && input.closest(".o_field_many2one")?.closest("td[name]");
    const typed = cell && record ? input.value.trim() : "";
    const chosen = cell && record ? record.data[cell.getAttribute("name")]?.display_name || "" : "";
    return typed && typed !== chosen.trim() ? typed : "";
}

/** Many movements coded by keyboard: Enter goes down the column, Ctrl+D takes what stands above, Ctrl+Enter books. */
export class CodingController extends ListController {
    static template = "account_bank_feed.CodingView";

    setup() {
        super.setup();
        typedAhead.sayTo(this.env.services.notification);
        useHotkey("control+enter", () => this.book(), { bypassEditableProtection: true });
        useExternalListener(window, "keydown", (ev) => this.onEscape(ev), { capture: true }); // before whatever list was open
    }

    /** Out of a row that nobody edits: back. */
    onEscape(ev) {
        const free = this.env.services.ui.activeElement === document && !this.model.root.editedRecord && !(typedAhead.isHolding && ev.isTrusted);
        if (ev.key === "Escape" && free && !ev.target.closest?.("input, textarea, .o_searchview, .dropdown-menu")) {
            ev.preventDefault();
            ev.stopImmediatePropagation();
            this.env.config.historyBack();
        }
    }

    /** The ticked rows, else all of the grid that have an account. */
    book() {
        return typedAhead.hold(() => this.bookRows());
    }

    /** @returns {boolean} whether somebody may type on */
    async bookRows() {
        const { root } = this.model;
        const left = unchosen(root.editedRecord);
        if (left) {
            this.env.services.notification.add(_t("“%s” is not chosen yet: choose from the list first.", left), { type: "warning" });
            return true;
        }
        if (!(await root.leaveEditMode())) {
            return true;
        }
        const ids = root.selection.length ? await root.getResIds(true) : root.records.filter((record) => record.data.account_id).map((record) => record.resId);
        if (!ids.length) {
            this.env.services.notification.add(_t("Type an account first: rows without one wait on."), { type: "info" });
            return false;
        }
        this.say(await this.env.services.orm.call("bank.coding", "action_book", [ids])); // the component's own never answers once it is gone
        if (status(this) === "destroyed") {
            return false;
        }
        await this.model.load();
        if (!this.model.root.count) {
            this.env.config.historyBack(); // all of it is booked
            await until(() => !document.querySelector(".o_bank_coding_keys"));
            await until(() => false, TYPING_ON); // whoever types on meant the grid
            return false;
        }
        const next = this.model.root.records.find((record) => !record.data.account_id);
        if (next) {
            await this.model.root.enterEditMode(next); // whoever types goes on
        }
        return Boolean(next);
    }

    /** What was booked, how it is taken back: one message at a time. */
    say({ done, refused, text, partners, lines }) {
        const { notification, "account_bank_feed.steps": steps } = this.env.services;
        const step = { id: done[0], model: MODEL, method: "bank_reconcile_take_back", args: [done, partners], what: text };
        const undo = { name: _t("Undo"), onClick: () => this.takeBack(step, lines) };
        steps.last?.close?.();
        step.close = notification.add(text, { type: refused ? "warning" : "success", sticky: true, buttons: done.length ? [undo] : [] });
        if (done.length) {
            steps.push(step);
        }
    }

    /** What was booked last waits again, in the grid that it was in. Asked for after the grid has been left, too: hence not by the component's own services. */
    takeBack(step, lines) {
        const { orm, action, "account_bank_feed.steps": steps } = this.env.services;
        step.close();
        steps.drop(step);
        return typedAhead.hold(async () => {
            const here = action.currentController?.props?.resModel === "bank.coding";
            if (here && status(this) !== "destroyed") {
                await this.model.root.leaveEditMode(); // what was typed since stays
            }
            await orm.call(step.model, step.method, step.args);
            const grid = await orm.call(MODEL, "bank_reconcile_grid", [[["id", "in", lines]]]);
            await action.doAction(grid, here ? { stackPosition: "replaceCurrentAction" } : {});
        });
    }
}

export class CodingRenderer extends ListRenderer {
    setup() {
        super.setup();
        onMounted(() => this.begin());
        useExternalListener(window, "keydown", (ev) => this.onEnter(ev), { capture: true }); // before the field's own
    }

    /** In a field with a list of what the text may mean: the list may not be there yet, or be looked for still. */
    onEnter(ev) {
        const input = ev.target;
        const cell = input.matches?.(FIELD) && input.closest(".o_field_many2one")?.closest("td[name]");
        if (!cell || (typedAhead.isHolding && ev.isTrusted) || getActiveHotkey(ev) !== "enter") {
            return;
        }
        const { editedRecord: record } = this;
        if (isListed(input)) {
            typedAhead.hold(() => until(() => !unchosen(record) && !isListed(input))); // core chooses; what comes next is for what comes of it
            return;
        }
        ev.preventDefault();
        ev.stopImmediatePropagation();
        const name = cell.getAttribute("name");
        if (unchosen(record)) {
            typedAhead.hold(() => this.chooseWhenListed(input, record, name));
        } else {
            this.goDown(name);
        }
    }

    /** Who opens the grid wants to type: in the first row that has no account, else in the first one. */
    async begin() {
        const { list } = this.props;
        const first = list.records.find((record) => !record.data.account_id) || list.records[0];
        if (first) {
            await typedAhead.hold(() => this.goTo(first, "account_id"));
        }
    }

    /** Rows go down the column in which somebody types. */
    onCellKeydownEditMode(hotkey, cell, group, record) {
        const name = cell?.getAttribute("name");
        const open = cell?.querySelector(".o-autocomplete--dropdown-menu");
        if (hotkey === "control+d" && TYPED.includes(name)) {
            typedAhead.hold(() => this.takeFromAbove(name));
            return true;
        }
        if ((hotkey === "enter" && !open) || hotkey === "control+arrowdown" || hotkey === "control+arrowup") {
            this.goDown(name, hotkey === "control+arrowup" ? -1 : 1);
            return true;
        }
        return super.onCellKeydownEditMode(hotkey, cell, group, record);
    }

    /** It is for the first of the list, as soon as that is there. */
    async chooseWhenListed(input, record, name) {
        await until(() => isListed(input) || !unchosen(record));
        if (!unchosen(record)) {
            return this.goDown(name); // it was chosen by the key before
        }
        if (!isListed(input)) {
            return true;
        }
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        return until(() => !unchosen(record) && !isListed(input));
    }

    goDown(name, step = 1) {
        const { list } = this.props;
        return typedAhead.hold(() => this.goTo(list.records[list.records.indexOf(this.editedRecord) + step], name));
    }

    /**
     * The row is saved first: what is shown anew meanwhile would forget the column.
     *
     * @returns {boolean} whether the field is there
     */
    async goTo(record, name) {
        const { list } = this.props;
        if (!(await list.leaveEditMode()) || !record) {
            return false;
        }
        this.cellToFocus = { column: this.columns.find((column) => column.name === name), record };
        await list.enterEditMode(record);
        return until(() => document.activeElement?.closest("tr")?.dataset.id === record.id);
    }

    /** Ctrl+D is the browser's bookmark elsewhere. */
    onCellKeydown(ev, group, record) {
        if (getActiveHotkey(ev) === "control+d") {
            ev.preventDefault();
        }
        return super.onCellKeydown(ev, group, record);
    }

    takeFromAbove(name) {
        const { records } = this.props.list;
        const above = records[records.indexOf(this.editedRecord) - 1];
        if (above && name === "tax_id" && above.data.tax_use !== this.editedRecord.data.tax_use) {
            this.env.services.notification.add(_t("The tax above is for money in the other direction."), { type: "warning" });
        } else if (above) {
            return this.editedRecord.update({ [name]: above.data[name] });
        }
    }
}

registry.category("views").add("bank_coding", { ...listView, Controller: CodingController, Renderer: CodingRenderer, buttonTemplate: "account_bank_feed.CodingView.Buttons" });
