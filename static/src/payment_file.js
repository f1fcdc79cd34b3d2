import { registry } from "@web/core/registry";

/** The bank's file of a payment order is downloaded, and the order is shown as it is now. */
registry.category("actions").add("account_bank_feed.payment_file", (env, action) => {
    const link = document.createElement("a");
    link.href = action.params.url;
    link.download = "";
    link.click();
    return env.services.action.doAction("soft_reload");
});
