import { Component, onWillDestroy, onWillStart } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { usePolledRecord } from "../polled_record";

const POLL_MS = 3000;

/** Live state of the last fetch of each account of a connection. */
export class FeedProgress extends Component {
    static template = "account_bank_feed.FeedProgress";
    static props = { ...standardFieldProps };

    setup() {
        this.bus = useService("bus_service");
        const onRun = (payload) => {
            if (payload.connection_id === this.props.record.resId) {
                this.reload();
            }
        };
        onWillStart(() => {
            this.bus.subscribe("account_bank_feed/run", onRun);
            this.bus.start();
        });
        // where the websocket does not get through, the display still moves
        this.reload = usePolledRecord(() => this.isRunning, POLL_MS);
        onWillDestroy(() => this.bus.unsubscribe("account_bank_feed/run", onRun));
    }

    get rows() {
        return (this.props.record.data[this.props.name] || []).filter((row) => row.state !== "none");
    }

    get isRunning() {
        return this.rows.some((row) => ["queued", "running"].includes(row.state));
    }

    text(row) {
        if (row.state === "queued" && row.stuck) {
            return _t(
                "No scheduled worker has taken this for two minutes. The administrator has to let the server run scheduled jobs (max_cron_threads of 1 or more)."
            );
        }
        if (row.state === "queued") {
            return _t("Waiting for its turn …");
        }
        if (row.state === "running") {
            return row.new ? _t("Fetching … %s stored", row.new) : _t("Fetching …");
        }
        return row.state === "done" && row.new ? _t("%s new movements", row.new) : row.message || "";
    }

    icon(row) {
        return {
            queued: "fa-clock-o text-muted",
            running: "fa-circle-o-notch fa-spin text-info",
            done: "fa-check-circle text-success",
            failed: "fa-exclamation-circle text-danger",
            postponed: "fa-pause-circle text-warning",
        }[row.state];
    }
}

registry.category("fields").add("bank_feed_progress", { component: FeedProgress, supportedTypes: ["json"] });
