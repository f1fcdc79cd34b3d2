"""Orders and the statement: a movement finishes a payment, or brings its money back."""

import re

from odoo.tools.translate import LazyTranslate

from ...matching.data import AUTO
from ...matching.policy import SENT_BACK
from ...payments import reasons, states
from ..lib.inside import OURS, RELEASING, UNDOING
from .wages import Wages

_lt = LazyTranslate(__name__)

_CODE = re.compile(r'\b[A-Z]{2}\d\d\b|\b(?:CUST|FOCR|NARR|NOAS|NOOR|CNOR)\b')


def release(decisions, env):
    """Before returns are booked: what the returned payments paid is open again.

    :param decisions: :class:`matching.data.Decision`; others are left alone"""
    returns = [one for one in decisions if one.action == AUTO and one.best and one.best.rule == SENT_BACK]
    for decision in returns:
        decision.best.allocations = tuple(_opened(part, env) for part in decision.best.allocations)


def _opened(part, env):
    """The allocation, of an item that is open: of a salary, what is owed again is booked first."""
    if isinstance(part.item.id, str):
        line = env['bank.payment.line'].sudo().browse(int(part.item.id.partition('/')[2]))
        item = Wages(line.order_id).sent_back(line)
        line._set_state(states.RETURNED)
        line.order_id._log(_lt("A payment came back."))
        return part._replace(item=part.item._replace(id=item.id))
    items = env['account.move.line'].with_context(**{RELEASING: OURS, UNDOING: OURS}).browse(part.item.id)
    items.remove_move_reconcile()
    return part


class Closing:
    """Payments that meet their movements on the statement, or leave them again."""

    def __init__(self, env):
        self.env = env

    def look(self, moves):
        """After a reconciliation was made or undone between items of these entries."""
        self._look_at_payments(moves.origin_payment_id)
        for order in self.env['bank.payment.order']._of_wages(moves):
            Wages(order).look()

    def _look_at_payments(self, payments):
        lines = self.env['bank.payment.line']._live_of(payments)
        done, back = self.env['bank.payment.line'].sudo(), self.env['bank.payment.line'].sudo()
        for payment, line in lines.items():
            if self._came_back(payment):
                back |= line
            elif payment.is_matched and line.state != states.CLOSED:
                done |= line
            elif not payment.is_matched and line.state == states.CLOSED:
                line.order_id._reopen(line)
        if done:
            self._finish(done)
        for line in back:
            self._returned(line)

    def _finish(self, lines):
        """The movement is there, which says more than any status: what was *not known* was executed."""
        for order in lines.order_id:
            before, mine = order.state, lines & order.line_ids
            mine._set_state(states.CLOSED)
            if order.state != before:
                order._log(_lt("Came on the statement."), before=before, after=order.state)
                order.activity_unlink(['mail.mail_activity_data_todo'])
            if order.state in states.FINAL:
                order.next_poll = False

    @staticmethod
    def _movement(payment):
        """The movement that the payment's own payable is reconciled with: its money came back with it."""
        terms = payment.move_id.line_ids.filtered(
            lambda item: item.account_id.account_type in ('liability_payable', 'asset_receivable')
        )
        others = terms.matched_debit_ids.debit_move_id | terms.matched_credit_ids.credit_move_id
        return others.move_id.statement_line_id[:1]

    def _came_back(self, payment):
        """All of it: a part that a vendor pays back is no return."""
        terms = payment.move_id.line_ids.filtered(
            lambda item: item.account_id.account_type in ('liability_payable', 'asset_receivable') and item.debit
        )
        partials = terms.matched_credit_ids.filtered(lambda one: one.credit_move_id.move_id.statement_line_id)
        back = sum(partials.mapped('debit_amount_currency'))
        return bool(partials) and payment.currency_id.compare_amounts(back, payment.amount) >= 0

    def _returned(self, line):
        """The bill is open, the payment is returned, and why, as far as the bank says it."""
        movement = self._movement(line.payment_id)
        found = _CODE.search(f"{movement.payment_ref or ''} {movement.ref or ''}".upper())
        code = found[0] if found and found[0] in reasons.REASONS else ''
        line._set_state(states.RETURNED, reason_code=code, reason=_lt("%s", reasons.of(code).sentence))
        line.payment_id.with_context(**{RELEASING: OURS}).action_reject()
        line.order_id._log(_lt("A payment came back."), code=code)
        for document in line.payment_id.invoice_ids:
            document._message_log(body=self.env._("Its payment came back: %s", reasons.of(code).sentence))
        user = line.order_id.sender_id or line.create_uid
        line.order_id.activity_schedule(
            'mail.mail_activity_data_todo', user_id=user.id, summary=self.env._("A payment came back")
        )
