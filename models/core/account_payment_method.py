from odoo import api, models
from odoo.exceptions import UserError

from ..pay.names import METHOD


class AccountPaymentMethodLine(models.Model):
    _inherit = 'account.payment.method.line'

    def write(self, vals):
        """The method of payments in orders stays what it is."""
        if 'payment_method_id' in vals:
            changed = self.filtered(
                lambda line: line.code == METHOD and line.payment_method_id.id != vals['payment_method_id']
            )
            payments = self.env['account.payment'].sudo().search([('payment_method_line_id', 'in', changed.ids)])
            if self.env['bank.payment.line']._live_of(payments):
                raise UserError(
                    self.env._("Payments of this method are in payment orders: add another method instead.")
                )
        return super().write(vals)


class AccountPaymentMethod(models.Model):
    _inherit = 'account.payment.method'

    @api.model
    def _get_payment_method_information(self):
        return {**super()._get_payment_method_information(), METHOD: {'mode': 'multi', 'type': ('bank',)}}
