import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/core/utils/numbers";
import { parseFloat } from "@web/views/fields/parsers";
import { RecordSelector } from "@web/core/record_selectors/record_selector";
import { useService } from "@web/core/utils/hooks";
import { BankText } from "./bank_text";
import { ItemSearch } from "./item_search";
import { WriteOff } from "./write_off";

const MODEL = "account.bank.statement.line";

const FIRST = { partner: ".o_bank_partner input", writeOff: ".o_bank_writeoff input" };

/** One movement: who, what, the proposals and their reasons, and everything that finishes it without leaving. */
export class ReconcilePanel extends Component {
    static template = "account_bank_feed.ReconcilePanel";
    static components = { BankText, ItemSearch, RecordSelector, WriteOff };
    static props = { lineId: [Number, { value: false }], version: Number };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.action = useService("action");
        this.store = useState(this.env.reconcile);
        this.root = useRef("root");
        this.cache = new Map();
        this.state = useState({ line: null, chosen: [], tab: "", details: false, error: "" });
        useEffect(
            () => {
                this.load();
            },
            () => [this.props.lineId, this.props.version]
        );
        // who opens a form wants to type: letters must not be taken for commands
        useEffect(
            (tab, field) => {
                field?.focus();
            },
            () => [this.state.tab, FIRST[this.state.tab] && this.root.el?.querySelector(FIRST[this.state.tab])]
        );
        Object.assign(this.store.panel, {
            accept: () => this.accept(),
            refuse: () => this.refuse(),
            search: () => this.open("search"),
            writeOff: () => this.open("writeOff"),
            partner: () => this.open("partner", true),
            credit: () => this.credit(),
            newDocument: () => this.isShown && this.createDocument(this.line.rest < 0 ? "in_invoice" : "out_invoice"),
            leave: () => (this.state.tab = ""),
            check: () => this.toggleCheck(),
            again: () => this.isShown && !this.line.reconciled && !this.best && this.again(),
            details: () => (this.state.details = !this.state.details),
        });
        onWillUnmount(() => (this.gone = true));
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
                    Object.assign(this.state, { chosen: [], tab: "" });
                } else if (line.rest !== this.state.line.rest) {
                    this.state.chosen = [];
                }
                Object.assign(this.state, { line, error: "" });
                this.prefetch(lineId);
            }
        } catch (error) {
            this.cache.delete(lineId);
            if (!this.gone && lineId === this.props.lineId) {
                Object.assign(this.state, { line: null, error: error.data?.message || error.message });
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

    money(amount) {
        return `${this.number(amount)} ${this.line.currency.symbol}`;
    }

    open(tab, stay = false) {
        if (!this.isShown || this.line.reconciled) {
            return;
        }
        this.state.tab = this.state.tab === tab && !stay ? "" : tab;
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
        try {
            item.amount = Math.abs(parseFloat(text)) * Math.sign(item.open);
        } catch {
            this.notification.add(_t("“%s” is no amount.", text), { type: "danger" });
        }
        item.written = (item.written || 0) + 1; // the field shows what is counted
    }

    // === Acting ===

    act(method, args, options) {
        if (!this.isShown) {
            return;
        }
        this.store.act(this.line.id, MODEL, method, [[this.line.id], ...args], options || this.booking);
    }

    /** Options of an act that books the movement: what it is called, and how it is taken back. */
    get booking() {
        const partner = this.line.partner && !this.line.by_account ? this.line.partner[0] : false;
        const args = [[this.line.id], { [this.line.id]: partner }];
        return { what: this.what, undo: { model: MODEL, method: "bank_reconcile_take_back", args } };
    }

    /** What is chosen by hand goes before what is proposed. */
    accept() {
        if (!this.isShown || this.line.reconciled) {
            return;
        }
        if (this.state.chosen.length) {
            if (!this.isShort) {
                this.reconcile(null);
            }
        } else if (this.best && !this.best.changed) {
            this.acceptProposal(this.best);
        } else if (!this.best && this.line.transfers.length === 1) {
            this.transfer(this.line.transfers[0]);
        }
    }

    /** The documents of a proposal in full; what the payment lacks becomes a write-off. */
    settle(proposal) {
        if (this.isShown) {
            this.state.chosen = proposal.parts.map((part) => ({ ...part, amount: part.open }));
            this.state.tab = "writeOff";
        }
    }

    acceptProposal(proposal) {
        if (!this.isShown) {
            return;
        }
        this.store.act(this.line.id, "bank.match", "action_accept", [[proposal.id]], this.booking);
    }

    refuse(proposal = this.isShown && this.best) {
        if (proposal && this.isShown && !this.line.reconciled) {
            this.store.act(this.line.id, "bank.match", "action_refuse", [[proposal.id]], {
                next: false,
                undo: { model: "bank.match", method: "action_unrefuse", args: [[proposal.id]] },
            });
        }
    }

    /** @param {Object|null} rest what becomes of what is left, as the server takes it */
    reconcile(rest) {
        const parts = this.state.chosen.map((item) => [item.id, item.amount]);
        const partner = this.line.partner ? this.line.partner[0] : false;
        this.act("bank_reconcile", [parts, rest, partner, this.line.rest]);
    }

    transfer(other) {
        this.act("bank_reconcile_transfer", [other ? other.id : false]);
    }

    undo() {
        if (this.isShown) {
            this.store.undo([this.line.id]);
        }
    }

    /** All of it stands on the partner's account until somebody settles it. */
    credit() {
        if (this.isShown && !this.line.reconciled && this.line.partner && !this.state.chosen.length) {
            this.reconcile({ kind: "partner" });
        }
    }

    newPartner() {
        this.act("bank_reconcile_new_partner", [], { next: false });
    }

    again() {
        this.act("bank_reconcile_again", [], { next: false });
    }

    setPartner(id) {
        this.state.tab = "";
        this.act("bank_reconcile_partner", [id || false], { next: false });
    }

    toggleCheck() {
        if (this.line) {
            this.act("bank_reconcile_check", [!this.line.checked], { next: false });
        }
    }

    openMove(id) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "account.move", res_id: id, views: [[false, "form"]] });
    }

    /** A document that is not there yet: a draft in a dialog, which pays itself with the movement when it is confirmed. */
    async createDocument(type) {
        const { id } = this.line;
        const booking = this.booking;
        const action = await this.orm.call(MODEL, "bank_reconcile_new_document", [[id], type]);
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
        this.store.version++;
    }
}
