import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { Layout } from "@web/search/layout";
import { View } from "@web/views/view";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

const LINE = "account.bank.statement.line";

/** How much is matched by itself, what waits and for how long, and how the accounts are. */
export class BankFeedOverview extends Component {
    static template = "account_bank_feed.Overview";
    static components = { Layout, View };
    static props = { ...standardActionServiceProps };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.state = useState({ figures: null });
        this.display = { controlPanel: {} };
        onWillStart(async () => {
            this.state.figures = await this.orm.call("bank.feed", "overview", []);
        });
    }

    get most() {
        return Math.max(1, ...this.state.figures.ages.map((age) => age.count));
    }

    get graph() {
        return {
            type: "graph",
            resModel: LINE,
            domain: [["bank_feed_way", "!=", false]],
            context: { graph_view_ref: "account_bank_feed.bank_reconcile_view_graph" },
            display: { controlPanel: false },
            loadIrFilters: false,
        };
    }

    open(age) {
        const domain = [...this.state.figures.waits, ["date", "<=", age.to]];
        if (age.from) {
            domain.push(["date", ">=", age.from]);
        }
        this.openReconcile(domain);
    }

    async openReconcile(domain) {
        const action = await this.action.loadAction("account_bank_feed.bank_reconcile_action");
        this.action.doAction({ ...action, ...(domain ? { domain, context: {} } : {}) });
    }

    async openDoubted() {
        const action = await this.action.loadAction("account_bank_feed.bank_feed_line_action");
        this.action.doAction({ ...action, context: { search_default_doubted: 1 } });
    }

    get periods() {
        return { week: _t("each week"), month: _t("each month"), quarter: _t("each quarter"), year: _t("each year") };
    }

    /** The regular movements of one payee or payer. */
    async openLines({ ids, who }) {
        const action = await this.action.loadAction("account_bank_feed.bank_feed_line_action");
        this.action.doAction({ ...action, display_name: who, domain: [["id", "in", ids]], context: {} });
    }

    connect() {
        this.action.doAction("account_bank_feed.bank_connection_action");
    }

    openFeed(id) {
        this.action.doAction({ type: "ir.actions.act_window", res_model: "bank.feed", res_id: id, views: [[false, "form"]] });
    }
}

registry.category("actions").add("bank_feed_overview", BankFeedOverview);
