from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..models.lib.actions import SOFT_RELOAD
from ..models.pay.approving import Approval
from ..models.pay.course import Course
from ..models.pay.ways import Way


class BankPaymentReject(models.TransientModel):
    """Why a payment order is not approved."""

    _name = 'bank.payment.reject'
    _description = "Reject a Payment Order"

    order_id = fields.Many2one('bank.payment.order', required=True)
    reason = fields.Char(required=True, size=300)

    def action_reject(self):
        self.ensure_one()
        self.order_id._reject(self.reason)
        return SOFT_RELOAD


class BankPaymentResolve(models.TransientModel):
    """What became of an order of which the bank says nothing: the word of a person who has looked there."""

    _name = 'bank.payment.resolve'
    _description = "What Became of a Payment Order"

    order_id = fields.Many2one('bank.payment.order', required=True)
    executed = fields.Selection(
        [
            ('executed', "The bank has executed it"),
            ('never', "It never reached the bank, or was deleted there unsigned"),
        ],
        required=True,
    )
    reason = fields.Char(string="How You Know", required=True, size=300)

    def action_resolve(self):
        """Only where the bank cannot say it: not known, or a file."""
        self.ensure_one()
        order = self.order_id
        if not Approval(order).may_settle():
            raise AccessError(
                self.env._("This needs a manager who may pay: Bank Feeds “Manager” and Bank Payments “Payer”.")
            )
        Approval(order).check_payer()
        if self.executed == 'never' and not Approval(order).may_give_up():
            raise AccessError(
                self.env._(
                    "That it never reached the bank is said by a manager who may pay: its bills can be paid again then."
                )
            )
        if not order._lock() or not Way(order).is_silent():
            raise UserError(self.env._("The bank says what becomes of this order: nobody else does."))
        Course(order.sudo()).resolve(self.executed == 'executed', self.reason, self.env.user)
        return SOFT_RELOAD
