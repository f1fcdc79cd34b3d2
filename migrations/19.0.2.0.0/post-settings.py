"""Without matching settings nothing is booked by itself: companies that are connected get those that counted until now."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    for company in env['bank.connection'].search([]).company_id:
        env['account.reconcile.model']._provide_bank_feed_settings(company)
