from odoo import api, models

from ..pay.names import METHOD


class AccountPaymentMethod(models.Model):
    _inherit = 'account.payment.method'

    @api.model
    def _get_payment_method_information(self):
        return {**super()._get_payment_method_information(), METHOD: {'mode': 'multi', 'type': ('bank',)}}
