"""Groups that fields and calls ask for."""

from odoo.exceptions import AccessError

#: who keeps or audits the books; through no other model does anybody ask these fields
KEEPERS = 'account.group_account_basic,account.group_account_readonly'
#: who reconciles
ACCOUNTANTS = 'account_bank_feed.bank_feed_group_accountant'
#: who connects and configures
MANAGERS = 'account_bank_feed.bank_feed_group_manager'
#: who approves payments and signs them at the bank
PAYERS = 'account_bank_feed.bank_feed_group_payer'
#: who sees whom salaries are paid to, and how much
PAYROLL = 'account_bank_feed.bank_feed_group_payroll'


def check_may_reconcile(lines):
    """:raise AccessError: the person may not reconcile, or not these statement lines"""
    lines.check_access('write')
    if not lines.env.user.has_group(ACCOUNTANTS):
        raise AccessError(lines.env._("You need the right “Bank Feeds: Accountant” to reconcile movements."))
