import { onMounted } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

/** milliseconds for which a list is waited for, and between two looks */
const LISTED = 2000;
const STEP = 50;
const TYPED = ["account_id", "tax_id", "partner_id", "label"];

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
        useHotkey("control+enter", () => this.book(), { bypassEditableProtection: true });
        useHotkey("escape", () => this.env.config.historyBack(), { isAvailable: () => !this.model.root.editedRecord });
    }

    /** The ticked rows, else all of the grid that have an account. */
    async book() {
        const { root } = this.model;
        const left = unchosen(root.editedRecord);
        if (left) {
            this.env.services.notification.add(_t("“%s” is not chosen yet: choose from the list first.", left), { type: "warning" });
            return;
        }
        if (!(await root.leaveEditMode())) {
            return;
        }
        const ids = root.selection.length ? await root.getResIds(true) : root.records.filter((record) => record.data.account_id).map((record) => record.resId);
        if (!ids.length) {
            this.env.services.notification.add(_t("Type an account first: rows without one wait on."), { type: "info" });
            return;
        }
        const { done, refused, text, partners, lines } = await this.orm.call("bank.coding", "action_book", [ids]);
        await this.model.load();
        const { notification } = this.env.services;
        const undo = { name: _t("Undo"), onClick: () => this.takeBack(done, partners, lines) };
        const close = notification.add(text, { type: refused ? "warning" : "success", sticky: true, buttons: done.length ? [undo] : [] });
        this.closeLast = close;
        if (!this.model.root.count) {
            this.env.config.historyBack(); // all of it is booked
            return;
        }
        const next = this.model.root.records.find((record) => !record.data.account_id);
        if (next) {
            await this.model.root.enterEditMode(next); // whoever types goes on
        }
    }

    /** What was booked last waits again, in the grid that it was in. Asked for after the grid has been left, too: hence not by the component's own services. */
    async takeBack(ids, partners, lines) {
        const { orm, action } = this.env.services;
        this.closeLast?.();
        await orm.call("account.bank.statement.line", "bank_reconcile_take_back", [ids, partners]);
        const grid = await orm.call("account.bank.statement.line", "bank_reconcile_grid", [[["id", "in", lines]]]);
        const here = action.currentController?.props?.resModel === "bank.coding";
        await action.doAction(grid, here ? { stackPosition: "replaceCurrentAction" } : {});
    }
}

export class CodingRenderer extends ListRenderer {
    setup() {
        super.setup();
        onMounted(() => this.begin());
    }

    /** Who opens the grid wants to type: in the first row that has no account. */
    async begin() {
        const { list } = this.props;
        const first = list.records.find((record) => !record.data.account_id);
        if (first) {
            await this.goTo(first, "account_id");
        }
    }

    /** Rows go down the column in which somebody types. */
    onCellKeydownEditMode(hotkey, cell, group, record) {
        const name = cell?.getAttribute("name");
        const open = cell?.querySelector(".o-autocomplete--dropdown-menu");
        if (hotkey === "control+d" && TYPED.includes(name)) {
            this.takeFromAbove(name);
            return true;
        }
        if (hotkey === "enter" && !open && unchosen(record)) {
            this.chooseWhenListed(cell.querySelector("input"));
            return true;
        }
        if ((hotkey === "enter" && !open) || hotkey === "control+arrowdown" || hotkey === "control+arrowup") {
            const { list } = this.props;
            const place = list.records.indexOf(this.editedRecord) + (hotkey === "control+arrowup" ? -1 : 1);
            this.goTo(list.records[place], name);
            return true;
        }
        return super.onCellKeydownEditMode(hotkey, cell, group, record);
    }

    /** Enter came before the list of what the text may mean: it is for the first one, as soon as that is there. */
    async chooseWhenListed(input) {
        const typed = input.value;
        for (let waited = 0; waited < LISTED && input.isConnected && input.value === typed; waited += STEP) {
            if (input.closest("td").querySelector(".o-autocomplete--dropdown-item .ui-state-active")) {
                input.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
                return;
            }
            await new Promise((done) => browser.setTimeout(done, STEP));
        }
    }

    /** The row is saved first: what is shown anew meanwhile would forget the column. */
    async goTo(record, name) {
        const { list } = this.props;
        if ((await list.leaveEditMode()) && record) {
            this.cellToFocus = { column: this.columns.find((column) => column.name === name), record };
            await list.enterEditMode(record);
        }
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
            this.editedRecord.update({ [name]: above.data[name] });
        }
    }
}

registry.category("views").add("bank_coding", { ...listView, Controller: CodingController, Renderer: CodingRenderer, buttonTemplate: "account_bank_feed.CodingView.Buttons" });
