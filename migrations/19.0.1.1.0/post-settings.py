"""Without matching settings nothing is booked by itself any more: companies that are connected get those that counted until now.
Statement lines are hidden by their fields, no longer by a record rule that core's own code met as well."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for company in env['bank.connection'].search([]).company_id:
        env['account.reconcile.model']._provide_bank_feed_settings(company)
    if rule := env.ref('account_bank_feed.statement_line_rule_bank_data', raise_if_not_found=False):
        rule.unlink()
