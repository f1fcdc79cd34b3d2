from odoo import api, models
from odoo.exceptions import UserError

from ..lib.named import account_name
from ..lib.rights import ACCOUNTANTS


class AccountAccount(models.Model):
    _inherit = 'account.account'

    @api.depends_context('bank_account_numbers')
    def _compute_display_name(self):
        """With their numbers in the coding grid, where core shows these to full accountants only: names alone do not tell them apart."""
        told = super()._compute_display_name()
        if self.env.context.get('bank_account_numbers') and self.env.user.has_group(ACCOUNTANTS):
            for account in self:
                account.display_name = account_name(account, self.env.company)
        return told

    @api.ondelete(at_uninstall=False)
    def _check_bank_automated(self):
        """A model that runs by itself would book on what is left of it: the database deletes its line with the account."""
        lines = (
            self.env['account.reconcile.model.line']
            .sudo()
            .search(
                [
                    ('account_id', 'in', self.ids),
                    ('model_id.trigger', '=', 'auto_reconcile'),
                    ('model_id.bank_feed_matching', '=', False),
                ],
                limit=1,
            )
        )
        if lines and not lines.model_id.with_env(self.env)._filtered_access('read'):
            raise UserError(
                self.env._("%s is where another company books by itself.", lines.account_id.with_env(self.env).name)
            )
        if lines:
            raise UserError(
                self.env._(
                    "%(account)s is where “%(model)s” books by itself: change that first.",
                    account=lines.account_id.display_name,
                    model=lines.model_id.name,
                )
            )
