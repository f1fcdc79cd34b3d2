import { Component, onWillStart, onWillUpdateProps, useState } from "@odoo/owl";
import { useService } from "@web/core/utils/hooks";

const MODEL = "account.bank.statement.line";

/** The movement's entry as it is, and as it would be after what is chosen. */
export class EntryPreview extends Component {
    static template = "account_bank_feed.EntryPreview";
    static props = { lineId: Number, version: Number, parts: Array, rest: Object, partner: { type: [Number, Boolean] }, matchId: { type: [Number, Boolean] } };

    setup() {
        this.orm = useService("orm");
        this.state = useState({ before: [], after: false, reason: "" });
        onWillStart(() => void this.load(this.props));
        onWillUpdateProps((next) => void this.load(next));
    }

    async load({ lineId, version, parts, rest, partner, matchId }) {
        const args = [[lineId], parts, rest, partner, matchId];
        const asked = JSON.stringify([version, args]);
        if (asked === this.asked) {
            return;
        }
        this.asked = asked;
        try {
            const found = await this.orm.silent.call(MODEL, "bank_reconcile_preview", args);
            if (asked === this.asked) {
                Object.assign(this.state, found);
            }
        } catch (error) {
            if (asked === this.asked) {
                Object.assign(this.state, { before: [], after: false, reason: error.data?.message || error.message });
            }
        }
    }
}
