import { _t } from "@web/core/l10n/translation";

const MODEL = "account.bank.statement.line";

/** What is done with the movement that a panel shows. Each act is called what it is, and is taken back from its answer. */
export class MovementActs {
    /** @param {Object} panel ReconcilePanel */
    constructor(panel) {
        this.panel = panel;
        this.store = panel.store;
        this.notification = panel.notification;
    }

    get line() {
        return this.panel.line;
    }

    get state() {
        return this.panel.state;
    }

    act(method, args, options) {
        if (!this.panel.isShown) {
            return;
        }
        this.store.act(this.line.id, MODEL, method, [[this.line.id], ...args], options || this.booking);
    }

    /** Options of an act that books the movement: what it is called, and how it is taken back. */
    get booking() {
        const partner = this.line.partner && !this.line.by_account ? this.line.partner[0] : false;
        const args = [[this.line.id], { [this.line.id]: partner }];
        return { what: this.panel.what, undo: { model: MODEL, method: "bank_reconcile_take_back", args } };
    }

    /** What is chosen by hand goes before what is proposed. */
    accept() {
        if (!this.panel.isShown || this.line.reconciled) {
            return;
        }
        if (this.state.chosen.length) {
            if (!this.panel.isShort) {
                this.reconcile(null);
            }
        } else if (this.panel.best && this.line.caution) {
            this.notification.add(this.line.note, { title: _t("Look first: no key accepts this"), type: "warning" });
        } else if (this.panel.best && !this.panel.best.changed) {
            this.acceptProposal(this.panel.best);
        } else if (!this.panel.best && this.line.transfers.length === 1) {
            this.transfer(this.line.transfers[0]);
        }
    }

    /** The documents of a proposal in full; what the payment lacks becomes a write-off. */
    settle(proposal) {
        if (this.panel.isShown) {
            this.state.chosen = proposal.parts.map((part) => ({ ...part, amount: part.open }));
            this.state.tab = "writeOff";
        }
    }

    acceptProposal(proposal) {
        if (!this.panel.isShown) {
            return;
        }
        const offer = Boolean(proposal.coding);
        this.store.act(this.line.id, "bank.match", "action_accept", [[proposal.id]], { ...this.booking, offer });
    }

    /** What is proposed, and from now on the like by itself; without such a proposal, what was offered last. */
    allow() {
        if (!this.panel.isShown) {
            return;
        }
        const { best } = this.panel;
        if (!this.line.reconciled && best && best.may_allow && !this.state.chosen.length) {
            this.act("bank_reconcile_allow", [], {
                what: (answer) => this.store.allowed(answer),
                title: _t("Booked by itself from now on"),
                undo: (answer) => this.store.disallow(answer),
            });
        } else {
            this.allowLast();
        }
    }

    /** What the message on the screen offers, whatever is looked at meanwhile. */
    allowLast() {
        if (this.store.isOffering) {
            this.store.takeOffer();
        } else {
            this.store.nothing(_t("Nothing here is sure enough to be booked by itself."));
        }
    }

    /** All that wait and are of this kind. */
    like() {
        const { best } = this.panel;
        if (!this.panel.isShown || this.line.reconciled || !best?.coding || this.state.chosen.length) {
            this.store.nothing(_t("No others like this one are known."));
            return;
        }
        if (this.line.caution) {
            this.notification.add(this.line.note, { title: _t("Look first: no key accepts this"), type: "warning" });
            return;
        }
        this.act("bank_reconcile_like", [], {
            what: (answer) => {
                for (const { name, reason } of answer.failed) {
                    this.notification.add(reason, { title: _t("Not done: %s", name), type: "warning", sticky: true });
                }
                return answer.done.length && _t("%(count)s movements: %(what)s", { count: answer.done.length, what: best.documents });
            },
            undo: (answer) => answer.done.length && { model: MODEL, method: "bank_reconcile_take_back", args: [answer.done, answer.partners] },
            offer: true,
        });
    }

    refuse(proposal = this.panel.isShown && this.panel.best) {
        if (proposal && this.panel.isShown && !this.line.reconciled) {
            this.store.act(this.line.id, "bank.match", "action_refuse", [[proposal.id]], {
                next: false,
                what: proposal.documents,
                title: proposal.coding ? _t("Not like that: a person is asked for the like, too") : _t("Refused: not proposed again"),
                undo: { model: "bank.match", method: "action_unrefuse", args: [[proposal.id]] },
            });
        }
    }

    /** @param {Object|null} rest what becomes of what is left, as the server takes it */
    reconcile(rest) {
        const parts = this.state.chosen.map((item) => [item.id, item.amount]);
        const { id } = this.line;
        const partner = this.line.partner ? this.line.partner[0] : false;
        const chosen = [...this.state.chosen];
        const failed = () => this.panel.drafts.set(id, chosen);
        const offer = !parts.length && ["account", "model"].includes(rest?.kind);
        this.act("bank_reconcile", [parts, rest, partner, this.line.rest], { ...this.booking, failed, offer });
    }

    transfer(other) {
        this.act("bank_reconcile_transfer", [other ? other.id : false]);
    }

    undo() {
        if (this.panel.isShown) {
            this.store.undoOf([this.line.id], this.panel.what);
        }
    }

    /** All of it stands on the partner's account until somebody settles it. */
    credit() {
        if (!this.panel.isShown || this.line.reconciled || this.state.chosen.length) {
            return;
        }
        if (this.line.partner) {
            this.reconcile({ kind: "partner" });
        } else {
            this.store.nothing(_t("Say first who the partner is (P)."));
        }
    }

    /** What the server made of a movement, in a sentence. */
    outcome(id, answer, otherwise) {
        const state = answer?.[id];
        return state?.note && (state.reconciled || state.state === "proposed") ? state.note : otherwise;
    }

    /** The rate was entered after the movement came. */
    useRate() {
        this.act("bank_reconcile_rate", [], { next: false, what: this.panel.what, title: _t("Booked at the day's rate") });
    }

    newPartner() {
        const { id, counterparty } = this.line;
        this.act("bank_reconcile_new_partner", [], {
            next: false,
            what: counterparty,
            title: _t("A new contact"),
            undo: (answer) => ({ model: MODEL, method: "bank_reconcile_drop_partner", args: [[id], answer[id].partner] }),
        });
    }

    again() {
        const { id } = this.line;
        this.act("bank_reconcile_again", [], {
            next: false,
            title: _t("Looked again"),
            what: (answer) => this.outcome(id, answer, _t("Nothing new was found.")),
            undo: (answer) => answer?.[id]?.reconciled && { model: MODEL, method: "bank_reconcile_take_back", args: [[id]] },
        });
    }

    setPartner(id) {
        const { id: lineId } = this.line;
        const what = this.panel.what;
        const before = this.line.partner && !this.line.by_account ? this.line.partner[0] : false;
        this.state.tab = "";
        this.act("bank_reconcile_partner", [id || false], {
            next: false,
            title: id ? _t("The partner is known") : _t("The partner was removed"),
            what: (answer) => this.outcome(lineId, answer, what),
            undo: (answer) => !answer?.[lineId]?.reconciled && { model: MODEL, method: "bank_reconcile_partner", args: [[lineId], before, false] },
        });
    }

    toggleCheck() {
        if (this.line) {
            const { checked, id } = this.line;
            this.act("bank_reconcile_check", [!checked], {
                next: false,
                what: this.panel.what,
                title: checked ? _t("To be checked") : _t("Checked"),
                undo: { model: MODEL, method: "bank_reconcile_check", args: [[id], checked] },
            });
        }
    }
}
