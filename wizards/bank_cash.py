from odoo import api, fields, models

from ..models.lib.walls import check_free
from ..models.reconcile.cash import CashPayment

#: what a person fills in
FREE = {'move_id', 'journal_id'}


class BankCash(models.TransientModel):
    """Asked once: into which cash journal payments in cash go."""

    _name = 'bank.cash'
    _description = "Choose the Cash Journal"

    move_id = fields.Many2one('account.move', string="Document", required=True, ondelete='cascade')
    journal_ids = fields.Many2many('account.journal', compute='_compute_journal_ids')
    journal_id = fields.Many2one('account.journal', string="Cash Journal", domain="[('id', 'in', journal_ids)]")

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_free(self, vals, FREE)
        wizards = super().create(vals_list)
        wizards.move_id.check_access('read')
        return wizards

    def write(self, vals):
        check_free(self, vals, FREE)
        result = super().write(vals)
        self.move_id.check_access('read')
        return result

    @api.depends('move_id')
    def _compute_journal_ids(self):
        for wizard in self:
            wizard.journal_ids = CashPayment(wizard.move_id).journals() if wizard.move_id else False

    def action_pay(self):
        """Pay with it, and know it next time."""
        self.ensure_one()
        answer = self.move_id._bank_pay_in_cash(self.journal_id)
        # sudo: whoever takes cash says once where it goes; it is written only where it could be used
        self.move_id.company_id.sudo().bank_cash_journal_id = self.journal_id
        return {**answer, 'params': {**answer['params'], 'next': {'type': 'ir.actions.act_window_close'}}}
