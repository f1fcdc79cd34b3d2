import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Chatter } from "@mail/chatter/web_portal/chatter";
import { browser } from "@web/core/browser/browser";
import { Dropzone } from "@web/core/dropzone/dropzone";
import { useCustomDropzone } from "@web/core/dropzone/dropzone_hook";
import { _t } from "@web/core/l10n/translation";
import { checkFileSize } from "@web/core/utils/files";
import { formatFloat } from "@web/core/utils/numbers";
import { getDataURLFromFile } from "@web/core/utils/urls";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useService } from "@web/core/utils/hooks";
import { readAmount } from "./amount";
import { BankText } from "./bank_text";
import { EntryPreview } from "./entry_preview";
import { ItemSearch } from "./item_search";
import { keyOf } from "./commands";
import { MovementActs } from "./movement_acts";
import { WriteOff } from "./write_off";

const MODEL = "account.bank.statement.line";

const FIRST = { partner: ".o_bank_partner input", writeOff: ".o_bank_writeoff input", search: ".o_bank_search input" };
/** whether the entry is shown, remembered in this browser */
const ENTRY = "account_bank_feed.entry";

/** One movement: who, what, the proposals and their reasons, and everything that finishes it without leaving. */
export class ReconcilePanel extends Component {
    static template = "account_bank_feed.ReconcilePanel";
    static components = { BankText, Chatter, EntryPreview, ItemSearch, RecordSelector, WriteOff };
    static props = { lineId: [Number, { value: false }], version: Number };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.action = useService("action");
        this.store = useState(this.env.reconcile);
        this.root = useRef("root");
        this.acts = new MovementActs(this);
        this.key = keyOf;
        this.cache = new Map();
        this.drafts = new Map(); // what was chosen for a movement, while the server has not taken it
        const entry = browser.localStorage.getItem(ENTRY) !== "hidden";
        this.state = useState({ line: null, chosen: [], rest: null, tab: "", details: false, why: false, discuss: false, entry, error: "" });
        useEffect(
            () => {
                this.load();
            },
            () => [this.props.lineId, this.props.version]
        );
        // who opens a form wants to type: letters must not be taken for commands
        useEffect(
            (tab, field) => {
                if (field) {
                    field.focus();
                    const letters = this.store.letters.give();
                    if (letters) {
                        field.value += letters;
                        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
                    }
                }
            },
            () => [this.state.tab, FIRST[this.state.tab] && this.root.el?.querySelector(FIRST[this.state.tab])]
        );
        useEffect(
            () => this.store.registerPanel(this.commands),
            () => []
        );
        onWillUnmount(() => (this.gone = true));
        useCustomDropzone(
            this.root,
            Dropzone,
            { onDrop: (ev) => this.attach([...ev.dataTransfer.files]) },
            () => this.isShown && !this.state.discuss
        );
    }

    /** What keys do here, by the names of the table of commands. */
    get commands() {
        const open = () => this.isShown && !this.line.reconciled;
        return {
            accept: () => this.acts.accept(),
            refuse: () => this.acts.refuse(),
            allow: () => this.acts.allow(),
            allowLast: () => this.acts.allowLast(),
            like: () => this.acts.like(),
            why: () => (this.state.why = !this.state.why),
            search: () => this.open("search"),
            writeOff: () => this.open("writeOff"),
            partner: () => this.open("partner", true),
            credit: () => this.acts.credit(),
            newDocument: () => this.isShown && this.createDocument(this.line.rest < 0 ? "in_invoice" : "out_invoice"),
            leave: () => (this.state.tab = ""),
            check: () => this.acts.toggleCheck(),
            again: () => open() && this.acts.again(),
            transfer: () => {
                if (open() && this.line.transfers.length === 1) {
                    this.acts.transfer(this.line.transfers[0]);
                } else if (open()) {
                    this.store.nothing(_t("No one transfer or returned payment is found for it."));
                }
            },
            settle: () => {
                if (open() && this.best && this.isPartial(this.best)) {
                    this.acts.settle(this.best);
                } else if (open()) {
                    this.store.nothing(_t("No document is left with a difference that could be settled."));
                }
            },
            discuss: () => (this.state.discuss = !this.state.discuss),
            entry: () => this.toggleEntry(),
            details: () => (this.state.details = !this.state.details),
            isReady: () => Boolean(this.state.error) || (this.isShown && this.loadedVersion === this.store.version),
            isSeen: (id) => this.line?.id === id,
        };
    }

    // === What is shown ===

    async load() {
        const { lineId, version } = this.props;
        if (version !== this.shownVersion) {
            this.shownVersion = version;
            this.cache.clear();
        }
        if (!lineId) {
            this.state.line = null;
            return;
        }
        try {
            const line = await this.fetch(lineId);
            if (!this.gone && lineId === this.props.lineId && version === this.props.version) {
                if (this.state.line?.id !== lineId) {
                    Object.assign(this.state, { chosen: this.drafts.get(lineId) || [], rest: null, tab: "" });
                } else if (line.rest !== this.state.line.rest) {
                    Object.assign(this.state, { chosen: [], rest: null });
                }
                this.drafts.delete(lineId);
                Object.assign(this.state, { line, error: "" });
                this.loadedVersion = version;
                this.prefetch(lineId);
                this.store.drain();
            }
        } catch (error) {
            this.cache.delete(lineId);
            if (!this.gone && lineId === this.props.lineId) {
                Object.assign(this.state, { line: null, error: error.data?.message || error.message });
                this.store.drain();
            }
        }
    }

    fetch(id) {
        if (!this.cache.has(id)) {
            this.cache.set(id, this.orm.silent.call(MODEL, "bank_reconcile_details", [[id]]));
        }
        return this.cache.get(id);
    }

    /** The next one is there when it is needed. */
    prefetch(id) {
        const records = this.store.records;
        const next = records[records.findIndex((record) => record.resId === id) + 1];
        if (next) {
            this.fetch(next.resId).catch(() => this.cache.delete(next.resId));
        }
    }

    get line() {
        return this.state.line;
    }

    /** What is shown is what is chosen in the list; else nothing is done with it. */
    get isShown() {
        return Boolean(this.line) && this.line.id === this.props.lineId;
    }

    /** Nothing is under way with it. */
    get isReady() {
        return this.isShown && !(this.line.id in this.store.acting);
    }

    get what() {
        return `${this.line.counterparty || this.line.label}, ${this.line.amount_text}`;
    }

    get best() {
        return this.line.proposals[0];
    }

    get others() {
        return this.line.proposals.slice(1);
    }

    /** What is left of the movement after what is chosen. */
    get left() {
        const digits = this.line.currency.digits;
        const paid = this.state.chosen.reduce((sum, item) => sum + (item.amount || 0), 0);
        return Number((this.line.rest - paid).toFixed(digits));
    }

    /** The proposal's documents are short of money: they can be settled in full. */
    isPartial(proposal) {
        return !proposal.changed && proposal.parts.some((part) => part.left_text && part.same_currency);
    }

    /** More is paid than the movement has: the difference needs an account, a fee for instance. */
    get isShort() {
        return this.left !== 0 && this.left > 0 !== this.line.rest > 0;
    }

    number(amount) {
        return formatFloat(amount, { digits: [16, this.line.currency.digits] });
    }

    money(amount, symbol = true) {
        return symbol ? `${this.number(amount)} ${this.line.currency.symbol}` : this.number(amount);
    }

    open(tab, stay = false) {
        if (!this.isShown || this.line.reconciled) {
            return;
        }
        this.state.tab = this.state.tab === tab && !stay ? "" : tab;
        this.state.rest = null;
        if (this.state.tab) {
            this.store.letters.expect();
        }
    }

    toggleEntry() {
        this.state.entry = !this.state.entry;
        browser.localStorage.setItem(ENTRY, this.state.entry ? "shown" : "hidden");
    }

    /** What the entry below would be booked with: what is chosen, else what is proposed. */
    get planned() {
        const parts = this.state.chosen.map((item) => [item.id, item.amount]);
        const rest = this.state.tab === "writeOff" && this.state.rest ? this.state.rest : {};
        const partner = this.line.partner ? this.line.partner[0] : false;
        const best = !parts.length && !rest.kind && !this.line.reconciled && this.best && !this.best.changed;
        return { parts, rest, partner, matchId: best ? this.best.id : false };
    }

    // === Choosing ===

    choose(item) {
        if (this.state.chosen.some((chosen) => chosen.id === item.id)) {
            this.unchoose(item);
            return;
        }
        const left = this.left;
        const towards = item.open > 0 === left > 0;
        const amount = towards && Math.abs(item.open) > Math.abs(left) && left ? left : item.open;
        this.state.chosen.push({ ...item, amount });
    }

    unchoose(item) {
        this.state.chosen = this.state.chosen.filter((chosen) => chosen.id !== item.id);
    }

    setAmount(item, text) {
        const amount = Number(Math.abs(readAmount(text)).toFixed(this.line.currency.digits));
        if (isNaN(amount) || !amount) {
            this.notification.add(_t("“%s” is no amount.", text), { type: "danger" });
        } else if (amount > Math.abs(item.open)) {
            const values = { amount: this.money(Math.abs(item.open)), name: item.name };
            this.notification.add(_t("Only %(amount)s is open on %(name)s.", values), { type: "warning" });
            item.amount = item.open;
        } else {
            item.amount = amount * Math.sign(item.open);
        }
        item.written = (item.written || 0) + 1; // the field shows what is counted
    }

    // === Documents, notes and files ===

    /** Files that were dropped on the movement are its own; a bill that is made of it takes them along. */
    async attach(files) {
        const { id, move_id, rest, reconciled } = this.line;
        const ids = [];
        for (const file of files.filter((file) => checkFileSize(file.size, this.notification))) {
            const datas = (await getDataURLFromFile(file)).split(",")[1] || "";
            const values = { name: file.name, datas, res_model: "account.move", res_id: move_id };
            ids.push(...(await this.orm.create("ir.attachment", [values])));
        }
        if (!ids.length) {
            return;
        }
        const buttons = [];
        if (!reconciled && rest < 0) {
            buttons.push({ name: _t("Make a bill of it"), primary: true, onClick: () => this.line?.id === id && this.createDocument("in_invoice") });
        }
        this.notification.add(files.map((file) => file.name).join(", "), { title: _t("Attached"), type: "success", buttons });
        this.refresh();
    }

    openMove(id) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "account.move", res_id: id, views: [[false, "form"]] });
    }

    /** A document that is not there yet: a draft in a dialog, which pays itself with the movement when it is confirmed. */
    async createDocument(type) {
        if (this.creating) {
            return;
        }
        this.creating = true;
        const { id } = this.line;
        const booking = this.acts.booking;
        const files = this.line.files.map((file) => file.id);
        let action;
        try {
            action = await this.orm.call(MODEL, "bank_reconcile_new_document", [[id], type, files]);
        } finally {
            this.creating = false;
        }
        this.action.doAction(action, {
            onClose: async () => {
                const state = await this.orm.call(MODEL, "bank_reconcile_drop_document", [[id], action.res_id]);
                if (state[id].reconciled) {
                    this.store.act(id, MODEL, "bank_reconcile_state", [[id]], booking); // done: on to the next one
                } else {
                    this.refresh();
                }
            },
        });
    }

    async scheduleActivity() {
        const action = await this.orm.call(MODEL, "bank_reconcile_activity", [[this.line.id]]);
        this.action.doAction(action, { onClose: () => this.refresh() });
    }

    refresh() {
        this.store.refresh();
    }
}
