import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { AnalyticDistribution } from "@analytic/components/analytic_distribution/analytic_distribution";
import { _t } from "@web/core/l10n/translation";
import { Record } from "@web/model/record";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { AccountPicker } from "./account_picker";
import { readAmount } from "./amount";

const MODEL = "account.bank.statement.line";
/** milliseconds for which a list of accounts is waited for */
const LISTED = 2000;

/** What becomes of the rest: a reconciliation model, or accounts with amounts, labels, taxes and analytic. */
export class WriteOff extends Component {
    static template = "account_bank_feed.WriteOff";
    static components = { AccountPicker, AnalyticDistribution, Record };
    static props = { line: Object, left: Number, money: Function, onChange: Function, onChoose: Function };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.state = useState({ lines: [this.newLine()], taxes: [], models: [], analytic: false });
        onWillStart(() => void this.load(this.props.line.id));
        onWillUpdateProps((next) => {
            if (next.line.id !== this.props.line.id) {
                this.state.lines = [this.newLine()];
                this.enters = 0;
                this.load(next.line.id);
            }
        });
    }

    async load(id) {
        const [models, taxes, analytic] = await Promise.all([
            this.orm.silent.call(MODEL, "bank_reconcile_models", [[id]]),
            this.orm.silent.call(MODEL, "bank_reconcile_taxes", [[id]]),
            user.hasGroup("analytic.group_analytic_accounting"),
        ]);
        if (id === this.props.line.id) {
            Object.assign(this.state, { models, taxes, analytic });
        }
    }

    newLine() {
        this.lastKey = (this.lastKey || 0) + 1;
        return { key: this.lastKey, account: { id: false, name: "" }, label: "", taxes: [], amount: null, written: 0, analytic: {} };
    }

    /** The one line that was not given an amount takes what the others leave. */
    get free() {
        const given = this.state.lines.reduce((sum, line) => sum + (line.amount || 0), 0);
        return Number((this.props.left - given).toFixed(this.props.line.currency.digits));
    }

    /** What a line would be booked with, as the field shows it: as a part of what is left, so without its sign. */
    shown(line) {
        const sign = this.props.left < 0 ? -1 : 1;
        return (line.amount === null ? this.free : line.amount) * sign;
    }

    setAmount(line, text) {
        const amount = readAmount(text);
        if (text.trim() && (isNaN(amount) || !amount)) {
            this.notification.add(_t("“%s” is no amount.", text), { type: "danger" });
        } else {
            const sign = this.props.left < 0 ? -1 : 1;
            line.amount = text.trim() ? Number((amount * sign).toFixed(this.props.line.currency.digits)) : null;
        }
        line.written++;
        this.changed();
    }

    setAccount(line, account) {
        const books = this.isBooking;
        this.enters = 0;
        line.account = account;
        this.changed();
        if (account.id && books) {
            this.byAccount(); // the second Enter came before the list of the first one
        }
    }

    /** Whether a second Enter came before the list of accounts was there; a list that does not come is not waited for. */
    get isBooking() {
        return this.enters > 1 && Date.now() - this.entered < LISTED;
    }

    /** Keys that come before the list of accounts: the first Enter chooses of it, the second one books, what follows is for another movement. */
    onKeydownFirst(ev) {
        const field = ev.target.closest(".o-autocomplete");
        if (!field || ev.isComposing) {
            return;
        }
        if (this.isBooking && ev.key !== "Escape") {
            ev.preventDefault();
            ev.stopPropagation();
        } else if (ev.key === "Enter" && !ev.repeat) {
            const waits = field.querySelector("input").value && !field.querySelector(".ui-state-active");
            this.enters = waits ? (this.enters || 0) + 1 : 0;
            this.entered = Date.now();
        } else {
            this.enters = 0;
        }
    }

    /** Taxes are added one by one: the list shows no choice of its own. */
    onTax(line, ev) {
        this.setTax(line, Number(ev.target.value));
        ev.target.value = "";
    }

    setTax(line, id) {
        line.taxes = line.taxes.includes(id) ? line.taxes.filter((tax) => tax !== id) : id ? [...line.taxes, id] : [];
        this.changed();
    }

    taxName(id) {
        return this.state.taxes.find((tax) => tax.id === id)?.name || "";
    }

    /** The line before takes what it shows; the new one the rest. */
    addLine() {
        const last = this.state.lines.at(-1);
        if (last.amount === null) {
            this.notification.add(_t("Say first how much the line above takes."), { type: "info" });
            return;
        }
        this.state.lines.push(this.newLine());
    }

    removeLine(line) {
        this.state.lines = this.state.lines.filter((other) => other.key !== line.key);
        this.changed();
    }

    analyticRecord(line) {
        return {
            fields: { analytic_distribution: { name: "analytic_distribution", type: "json", string: _t("Analytic") } },
            values: { analytic_distribution: line.analytic },
            hooks: {
                onRecordChanged: (record) => {
                    line.analytic = { ...record.data.analytic_distribution };
                    this.changed();
                },
            },
        };
    }

    get isComplete() {
        return this.state.lines.every((line) => line.account.id);
    }

    /** As the server takes it. */
    get rest() {
        const lines = this.state.lines.map((line) => ({
            account_id: line.account.id,
            amount: line.amount,
            label: line.label,
            tax_ids: [...line.taxes],
            analytic_distribution: Object.keys(line.analytic).length ? { ...line.analytic } : null,
        }));
        return { kind: "account", lines };
    }

    /** The entry below follows. */
    changed() {
        this.props.onChange(this.isComplete ? this.rest : null);
    }

    byModel(model) {
        this.props.onChoose({ kind: "model", model_id: model.id });
    }

    /** Enter in a field books, once it is complete; in a list of choices it chooses. */
    onKeydown(ev) {
        const free = ev.target.matches("input") && !ev.target.closest(".o-autocomplete:has(.dropdown-menu)");
        if (ev.key === "Enter" && free && !ev.isComposing && !ev.defaultPrevented && !ev.repeat) {
            ev.preventDefault();
            ev.target.dispatchEvent(new Event("change", { bubbles: true }));
            this.byAccount();
        }
    }

    byAccount() {
        if (this.isComplete) {
            this.props.onChoose(this.rest);
        }
    }
}
