"""Girocards, more of banks' own words and trades' names have keys now: those of the movements that are there are worked out again, by the thousand."""

from odoo import SUPERUSER_ID, api
from odoo.addons.account_bank_feed.models.lib.stored_again import work_out_again


def migrate(cr, version):
    work_out_again(api.Environment(cr, SUPERUSER_ID, {}), 'account.bank.statement.line', 'bank_grounds')
