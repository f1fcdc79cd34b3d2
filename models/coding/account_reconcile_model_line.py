from odoo import api, models


class AccountReconcileModelLine(models.Model):
    """Where a model books: whoever changes that of one that runs by itself must be allowed to reconcile."""

    _inherit = 'account.reconcile.model.line'

    @api.model_create_multi
    def create(self, vals_list):
        made = super().create(vals_list)
        made.model_id._check_bank_automated()
        return made

    def write(self, vals):
        self.model_id._check_bank_automated()
        result = super().write(vals)
        self.model_id._check_bank_automated()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_bank_automated_deleted(self):
        self.model_id._check_bank_automated()
