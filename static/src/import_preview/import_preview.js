import { Component, onWillDestroy, onWillStart, useState } from "@odoo/owl";
import { FileUploadListRenderer } from "@account/views/file_upload_list/file_upload_list_renderer";
import { fileUploadListView } from "@account/views/file_upload_list/file_upload_list_view";
import { _t } from "@web/core/l10n/translation";
import { formatCurrency } from "@web/core/currency";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { buildM2OFieldDescription, Many2OneField } from "@web/views/fields/many2one/many2one_field";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { usePolledRecord } from "../polled_record";

/** Rows of an account that are shown at first. */
const FIRST = 12;
const POLL_MS = 3000;

/** What is in the files: of each account what adds up and what does not, and its movements, new ones first. */
export class ImportPreview extends Component {
    static template = "account_bank_feed.ImportPreview";
    static props = { ...standardFieldProps };

    setup() {
        this.bus = useService("bus_service");
        this.action = useService("action");
        this.orm = useService("orm");
        this.shown = useState({});
        this.progress = useState({ part: 0, of: 0 });
        const onImport = (payload) => {
            if (payload.id !== this.props.record.resId) {
                return;
            }
            Object.assign(this.progress, { part: payload.part, of: payload.of });
            if (!payload.part) {
                this.reload();
            }
        };
        onWillStart(() => this.bus.subscribe("account_bank_feed/import", onImport));
        onWillDestroy(() => this.bus.unsubscribe("account_bank_feed/import", onImport));
        this.reload = usePolledRecord(() => this.isBusy, POLL_MS);
    }

    get value() {
        return this.props.record.data[this.props.name] || { files: [], accounts: [] };
    }

    get isBusy() {
        return ["reading", "queued"].includes(this.props.record.data.state);
    }

    get busyText() {
        if (this.props.record.data.state === "reading") {
            return _t("Reading …");
        }
        return this.progress.part
            ? _t("Importing … %(part)s of %(of)s. You can go on working.", this.progress)
            : _t("Importing … You can go on working.");
    }

    rows(account) {
        return this.shown[account.id] ? account.rows : account.rows.slice(0, FIRST);
    }

    hidden(account) {
        return account.rows.length - this.rows(account).length;
    }

    showAll(account) {
        this.shown[account.id] = true;
    }

    amount(row, account) {
        return formatCurrency(parseFloat(row.amount), account.currency);
    }

    state(row) {
        const words = { gone: _t("Removed"), new: _t("New"), known: _t("Known"), held: _t("On hold"), pending: _t("Pending") };
        return words[row.state] || row.said;
    }

    badge(row) {
        const done = { done: "text-bg-success", proposed: "text-bg-info", open: "text-bg-secondary" };
        return done[row.state] || { gone: "text-bg-secondary", new: "text-bg-success", known: "text-bg-secondary", held: "text-bg-warning", pending: "text-bg-info" }[row.state];
    }

    said(row) {
        const ways = {
            feed: _t("from the bank's interface"),
            file: _t("from a file"),
            mail: _t("from a mail"),
            hand: _t("entered by hand"),
            held: _t("on hold already"),
            twice: _t("in another of these files"),
        };
        return ["done", "proposed", "open"].includes(row.state) ? row.match : ways[row.said] || row.said;
    }

    openImport(id) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "bank.import", res_id: id, views: [[false, "form"]] });
    }

    async openBefore(account) {
        this.action.doAction(await this.orm.call("bank.import.statement", "action_open_before", [[account.id]]));
    }

    async teach(file) {
        this.action.doAction(await this.orm.call("bank.import.file", "action_teach", [[file.id]]));
    }
}

/** The journal of a statement: chosen, it is saved, and what is new in it is said at once. */
export class JournalNow extends Many2OneField {
    get m2oProps() {
        const props = super.m2oProps;
        return {
            ...props,
            update: async (value) => {
                await props.update(value);
                await this.props.record.model.root.save();
            },
        };
    }
}

registry.category("fields").add("bank_import_journal", { ...buildM2OFieldDescription(JournalNow) });
registry.category("fields").add("bank_import_preview", { component: ImportPreview, supportedTypes: ["json"] });

class ImportListRenderer extends FileUploadListRenderer {
    setup() {
        super.setup();
        this.dropZoneTitle = _t("Drop statements of your bank");
        this.dropZoneDescription = _t("You see what is new before anything is booked");
    }
}

registry.category("views").add("bank_import_list", { ...fileUploadListView, Renderer: ImportListRenderer });
