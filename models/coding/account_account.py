from odoo import api, models
from odoo.exceptions import UserError


class AccountAccount(models.Model):
    _inherit = 'account.account'

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
