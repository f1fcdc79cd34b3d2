from odoo import fields, models
from odoo.exceptions import AccessError

from ..lib.actions import SOFT_RELOAD
from ..lib.rights import MANAGERS, PAYERS
from .upload import FORMATS


class ResCompany(models.Model):
    _inherit = 'res.company'

    bank_payment_four_eyes = fields.Selection(
        [('off', "Off"), ('always', "Always"), ('above', "Above an amount, and for accounts to be looked at")],
        string="Second Person Approves",
        default='off',
        required=True,
        help="Whoever had a hand in preparing an order does not approve it.",
    )
    bank_payment_four_eyes_amount = fields.Monetary(string="Above", currency_field='currency_id')
    bank_payment_stop = fields.Boolean(string="Stop Payments", help="Nothing is sent to any bank.")


class ResConfigSettings(models.TransientModel):
    _inherit = 'res.config.settings'

    bank_payment_four_eyes = fields.Selection(related='company_id.bank_payment_four_eyes', readonly=False)
    bank_payment_four_eyes_amount = fields.Monetary(
        related='company_id.bank_payment_four_eyes_amount', readonly=False, currency_field='currency_id'
    )
    bank_payment_stop = fields.Boolean(related='company_id.bank_payment_stop', readonly=False)


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    bank_payment_format = fields.Selection(
        FORMATS, string="Payment File", help="Empty: as banks of the account's country take it."
    )


class BankConnection(models.Model):
    _inherit = 'bank.connection'

    payments_stopped = fields.Boolean(tracking=True, help="No payment is sent through this connection.")
    takes_payments = fields.Boolean(compute='_compute_takes_payments')

    def _compute_takes_payments(self):
        for connection in self:
            connection.takes_payments = bool(connection.sudo().institution_id._capabilities().payments)

    def action_stop_payments(self):
        """Nothing is sent through it from now on; what the bank has goes on there."""
        self._switch_payments(True)
        return SOFT_RELOAD

    def action_allow_payments(self):
        self._switch_payments(False)
        return SOFT_RELOAD

    def _switch_payments(self, stopped):
        """Who pays or manages may stop; only a manager lets payments go on."""
        self.check_access('read')
        allowed = self.env.user.has_group(MANAGERS) or (stopped and self.env.user.has_group(PAYERS))
        if not allowed:
            raise AccessError(self.env._("You may not do this."))
        self.sudo().payments_stopped = stopped
