import { registry } from "@web/core/registry";

/** Leave the page of a record that is gone: the one before it is shown again, as it is now. */
registry.category("actions").add("account_bank_feed.back", (env) => env.services.action.restore());
