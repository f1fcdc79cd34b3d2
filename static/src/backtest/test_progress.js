import { Component, status, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

const POLL_MS = 2000;

/** While a matching test runs, its form shows how far it is, and the results as soon as they are there. */
export class TestProgress extends Component {
    static template = "account_bank_feed.TestProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.busy = false;
        this.failed = false;
        useEffect(
            (running) => {
                const timer = running && setInterval(() => this.reload(), POLL_MS);
                return () => clearInterval(timer);
            },
            () => [this.isRunning]
        );
    }

    get isRunning() {
        return this.props.record.data.state === "queued";
    }

    async reload() {
        if (this.busy || this.failed || this.props.record.dirty) {
            return;
        }
        this.busy = true;
        try {
            await this.props.record.load();
        } catch (error) {
            this.failed = true; // said once
            if (status(this) !== "destroyed") {
                throw error; // else the person has left this screen meanwhile
            }
        } finally {
            this.busy = false;
        }
    }
}

registry.category("view_widgets").add("bank_test_progress", { component: TestProgress });
