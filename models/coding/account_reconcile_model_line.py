from odoo import api, models


class AccountReconcileModelLine(models.Model):
    """Where a model books: whoever changes that of one that runs by itself must be allowed to reconcile."""

    _inherit = 'account.reconcile.model.line'

    @api.model_create_multi
    def create(self, vals_list):
        given = {vals.get('model_id') for vals in vals_list}
        models_ = self.env['account.reconcile.model'].browse(id_ for id_ in given if isinstance(id_, int) and id_)
        models_.exists()._bank_keep_places()
        made = super().create(vals_list)
        made.model_id._check_bank_automated()
        return made

    def write(self, vals):
        self.model_id._check_bank_automated()
        self.model_id._bank_keep_places()
        result = super().write(vals)
        self.model_id._check_bank_automated()
        if 'account_id' in vals:
            self.model_id._bank_rename()
        if 'label' in vals:  # a kind's label is what is booked, whoever's language it is
            kinds = self.filtered(lambda line: line.model_id.sudo().bank_ground)
            for code, _name in self.env['res.lang'].get_installed():
                super(AccountReconcileModelLine, kinds.with_context(lang=code)).write({'label': vals['label']})
        self.model_id._bank_call_waiting()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_bank_automated_deleted(self):
        self.model_id._check_bank_automated()
        self.model_id._bank_keep_places()
