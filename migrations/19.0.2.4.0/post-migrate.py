"""Where a company ticked rules of its own, those for payments that were sent from here are ticked, too: what left by its own hand was approved."""

from odoo import SUPERUSER_ID, api

OWN = ('R23', 'R24', 'R25', 'R26')


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    rules = env['bank.match.rule'].search([('code', 'in', OWN)])
    models = env['account.reconcile.model'].with_context(active_test=False)
    for model in models.search([('bank_feed_matching', '=', True), ('bank_feed_policy', '=', 'rules')]):
        model.bank_feed_rule_ids |= rules
