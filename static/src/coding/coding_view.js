import { getActiveHotkey } from "@web/core/hotkeys/hotkey_service";
import { useHotkey } from "@web/core/hotkeys/hotkey_hook";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { ListController } from "@web/views/list/list_controller";
import { ListRenderer } from "@web/views/list/list_renderer";
import { listView } from "@web/views/list/list_view";

const TYPED = ["account_id", "tax_id", "partner_id", "label"];

/** Many movements coded by keyboard: Enter goes down the column, Ctrl+D takes what stands above, Ctrl+Enter books. */
export class CodingController extends ListController {
    static template = "account_bank_feed.CodingView";

    setup() {
        super.setup();
        this.actions = useService("action");
        useHotkey("control+enter", () => this.book(), { bypassEditableProtection: true });
    }

    /** The ticked rows, else all of the grid that have an account. */
    async book() {
        const { root } = this.model;
        if (!(await root.leaveEditMode())) {
            return;
        }
        const ids = root.selection.length ? await root.getResIds(true) : root.records.filter((record) => record.data.account_id).map((record) => record.resId);
        if (!ids.length) {
            this.env.services.notification.add(_t("Type an account first: rows without one wait on."), { type: "info" });
            return;
        }
        const action = await this.orm.call("bank.coding", "action_book", [ids]);
        await this.actions.doAction(action);
    }
}

export class CodingRenderer extends ListRenderer {
    /** Rows go down the column in which somebody types. */
    onCellKeydownEditMode(hotkey, cell, group, record) {
        const name = cell?.getAttribute("name");
        const open = cell?.querySelector(".o-autocomplete--dropdown-menu");
        if (hotkey === "control+d" && TYPED.includes(name)) {
            this.takeFromAbove(name);
            return true;
        }
        if ((hotkey === "enter" && !open) || hotkey === "control+arrowdown" || hotkey === "control+arrowup") {
            const { list } = this.props;
            const place = list.records.indexOf(this.editedRecord) + (hotkey === "control+arrowup" ? -1 : 1);
            const next = list.records[place];
            if (next) {
                this.cellToFocus = { column: this.columns.find((column) => column.name === name), record: next };
                list.enterEditMode(next);
            } else {
                list.leaveEditMode();
            }
            return true;
        }
        return super.onCellKeydownEditMode(hotkey, cell, group, record);
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
        if (above) {
            this.editedRecord.update({ [name]: above.data[name] });
        }
    }
}

registry.category("views").add("bank_coding", { ...listView, Controller: CodingController, Renderer: CodingRenderer, buttonTemplate: "account_bank_feed.CodingView.Buttons" });
