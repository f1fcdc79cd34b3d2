import { Component, onWillUnmount, useEffect, useRef, useState } from "@odoo/owl";
import { Dialog } from "@web/core/dialog/dialog";

const CHUNK = 10;

/** One look at the sum, then all proposals of a filter, with progress; it can be stopped between two of them. */
export class AcceptAllDialog extends Component {
    static template = "account_bank_feed.AcceptAllDialog";
    static components = { Dialog };
    static props = { summary: Object, onDone: Function, close: Function };

    setup() {
        this.orm = this.env.services.orm;
        this.done = [];
        this.partners = {};
        this.state = useState({ running: false, stopped: false, done: 0, failed: [], finished: false, error: "" });
        onWillUnmount(() => this.stop());
        const close = useRef("close");
        useEffect(
            (finished) => {
                if (finished) {
                    close.el?.focus(); // Enter leaves
                }
            },
            () => [this.state.finished]
        );
    }

    get total() {
        return this.props.summary.ids.length;
    }

    get share() {
        return Math.round(((this.state.done + this.state.failed.length) / this.total) * 100);
    }

    async start() {
        this.state.running = true;
        const { ids } = this.props.summary;
        try {
            for (let place = 0; place < ids.length && !this.state.stopped; place += CHUNK) {
                const chunk = ids.slice(place, place + CHUNK);
                const found = await this.orm.silent.call("account.bank.statement.line", "bank_reconcile_accept", [chunk]);
                this.done.push(...found.done);
                Object.assign(this.partners, found.partners);
                this.state.done = this.done.length;
                this.state.failed.push(...found.failed);
            }
        } catch (error) {
            this.state.error = error.data?.message || error.message;
        }
        Object.assign(this.state, { running: false, finished: true });
        await this.props.onDone(this.done, this.partners);
    }

    stop() {
        this.state.stopped = true;
    }
}
