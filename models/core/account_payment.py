from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.inside import OURS, RELEASING
from ..lib.rights import ACCOUNTANTS
from ..pay.collect import Collector
from ..pay.names import METHOD

#: what a payment that the bank has is made of
FROZEN = {'amount', 'partner_bank_id', 'partner_id', 'journal_id', 'currency_id', 'payment_type', 'date', 'destination_account_id', 'payment_method_line_id', 'state'}  # fmt: skip


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    bank_payment_line_ids = fields.One2many('bank.payment.line', 'payment_id', groups=ACCOUNTANTS)
    bank_payment_order_id = fields.Many2one(
        'bank.payment.order', compute='_compute_bank_payment_order_id', string="Payment Order", groups=ACCOUNTANTS
    )

    @api.depends('bank_payment_line_ids.state')
    def _compute_bank_payment_order_id(self):
        for payment in self:
            payment.bank_payment_order_id = payment.sudo().bank_payment_line_ids[-1:].order_id

    @api.model
    def _get_method_codes_using_bank_account(self):
        return [*super()._get_method_codes_using_bank_account(), METHOD]

    @api.model
    def _get_method_codes_needing_bank_account(self):
        return [*super()._get_method_codes_needing_bank_account(), METHOD]

    def action_post(self):
        """A payment by our method goes into an order, which locks the bill until the bank has paid it."""
        result = super().action_post()
        Collector(self).collect()
        return result

    # === What the bank has, or may have, is not changed by the way === #

    def write(self, vals):
        if vals.keys() & FROZEN:
            self._check_not_sent()
        return super().write(vals)

    def action_draft(self):
        self._leave_order()
        return super().action_draft()

    def action_cancel(self):
        self._leave_order()
        return super().action_cancel()

    def action_reject(self):
        self._check_not_sent()
        return super().action_reject()

    def unlink(self):
        self._check_not_sent()
        return super().unlink()

    def _check_not_sent(self):
        """:raises UserError: the bank has one of these, or may have it"""
        if self.env.context.get(RELEASING) is OURS:
            return
        ours = self.filtered(lambda payment: payment.payment_method_code == METHOD)
        if ours and (sent := self.env['bank.payment.line']._under_way(ours)):
            raise UserError(
                self.env._(
                    "%s is at the bank, or may be: it cannot be changed. Its payment order says what became of it.",
                    sent[0].payment_id.display_name,
                )
            )

    def _leave_order(self):
        """Taken back before it was sent: the order goes on without it."""
        if self.env.context.get(RELEASING) is OURS:
            return
        self._check_not_sent()
        ours = self.filtered(lambda payment: payment.payment_method_code == METHOD)
        for line in self.env['bank.payment.line']._live_of(ours).values():
            line.order_id._dropped(line)
