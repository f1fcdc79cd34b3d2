import { Component } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { usePolledRecord } from "../polled_record";

const POLL_MS = 2000;

/** While a matching test runs, its form shows how far it is, and the results as soon as they are there. */
export class TestProgress extends Component {
    static template = "account_bank_feed.TestProgress";
    static props = { ...standardWidgetProps };

    setup() {
        usePolledRecord(() => this.isRunning, POLL_MS);
    }

    get isRunning() {
        return this.props.record.data.state === "queued";
    }
}

registry.category("view_widgets").add("bank_test_progress", { component: TestProgress });
