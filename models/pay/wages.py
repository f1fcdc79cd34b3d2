"""Salaries in the books: one entry of the sum, in which nobody is named; a refused one goes back to wages payable."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ...matching.sent import ids
from ...payments import states
from ..lib.inside import OURS, RELEASING
from .names import OVER

_lt = LazyTranslate(__name__)


class Wages:
    """Of one order of salaries (sudo).

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order = order.sudo()
        self.env = self.order.env

    # === Booked === #

    def book(self):
        """The sum leaves wages payable, and waits for its movement; the items it was made of are settled."""
        order = self.order
        if order.move_id.state == 'posted':
            return
        total = sum(order._living().mapped('amount'))
        move = self._entry(total, order.date, order.message_id)
        order.write({'move_id': move.id, 'outstanding_account_id': self._outstanding().id})
        items = order.wage_item_ids.filtered(lambda item: not item.reconciled and item.parent_state == 'posted')
        if items and order.wage_account_id.reconcile:
            debit = move.line_ids.filtered(lambda item: item.account_id == order.wage_account_id)
            (items | debit).reconcile()

    def _entry(self, amount, day, ref):
        """Dr wages payable, Cr payments under way; the other way round for a negative amount."""
        order = self.order
        label = self.env._("Salaries")
        company, currency = order.company_id, order.currency_id
        balance = currency._convert(amount, company.currency_id, company, day)
        move = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'journal_id': order.journal_id.id,
                'company_id': company.id,
                'date': day,
                'ref': ref,
                'line_ids': [
                    Command.create(
                        {
                            'name': label,
                            'account_id': account.id,
                            'currency_id': currency.id,
                            'amount_currency': way * amount,
                            'balance': way * balance,
                        }
                    )
                    for account, way in ((order.wage_account_id, 1), (self._outstanding(), -1))
                ],
            }
        )
        move.action_post()
        return move

    def _outstanding(self):
        """As core's payments of the journal use it."""
        method = self.order.journal_id.outbound_payment_method_line_ids.filtered(lambda line: line.code == 'bank_feed')
        found = method[:1].payment_account_id
        if found:
            return found
        payment = self.env['account.payment'].new(
            {'journal_id': self.order.journal_id.id, 'company_id': self.order.company_id.id}
        )
        return payment._get_outstanding_account('outbound')

    # === Given back === #

    def give_back(self, lines):
        """Of these, no money leaves: their sum is owed again, today, and waits for no movement any more."""
        order, amount = self.order, sum(lines.mapped('amount'))
        if not order.move_id or not amount:
            return
        back = self._entry(-amount, fields.Date.context_today(order), order.message_id)
        waiting = (order.move_id | back).line_ids.filtered(
            lambda item: item.account_id == order.outstanding_account_id and not item.reconciled
        )
        waiting.with_context(**{RELEASING: OURS}).reconcile()

    def sent_back(self, line):
        """The item that the money of one salary settles, which came back after it was on the statement."""
        back = self._entry(-line.amount, fields.Date.context_today(self.order), self.order.message_id)
        return back.line_ids.filtered(lambda item: item.account_id == self.order.outstanding_account_id)

    # === On the statement === #

    def look(self):
        """After a reconciliation was made or undone: whose movements are there. All, where nothing of the sum is open; else those that the
        movements name, or that are the only ones of their amount."""
        order = self.order
        item = self._waiting_item()
        lines = order.line_ids.filtered(lambda line: line.state not in OVER)
        partials = item.matched_debit_ids
        movements = partials.debit_move_id.move_id.statement_line_id
        if not movements:
            if closed := lines.filtered(lambda line: line.state == states.CLOSED):
                order._reopen(closed)
            return
        left = lines.filtered(lambda line: line.state != states.CLOSED)
        done = left if item.reconciled else self._named(left, movements)
        if done:
            done._set_state(states.CLOSED)
            order._log(_lt("Came on the statement."), after=order.state)
            order.activity_unlink(['mail.mail_activity_data_todo'])

    def _waiting_item(self):
        order = self.order
        return order.move_id.line_ids.filtered(lambda item: item.account_id == order.outstanding_account_id)[:1]

    @staticmethod
    def _named(lines, movements):
        """Those whose ids the movements carry; else the only one of a movement's amount."""
        texts = ' '.join(
            str((movement.bank_feed_details or {}).get('end_to_end_id', '')) + (movement.payment_ref or '')
            for movement in movements
        )
        named = lines.filtered(lambda line: line.end_to_end_id in texts)
        for movement in movements.filtered(
            lambda one: not ids([('text', str(one.bank_feed_details or '') + (one.payment_ref or ''))])
        ):
            equal = (lines - named).filtered(
                lambda line, movement=movement: line.currency_id.compare_amounts(line.amount, -movement.amount) == 0
            )
            named |= equal if len(equal) == 1 else equal.browse()
        return named


def check_wage_account(account):
    """:raises UserError: no account that salaries are owed on"""
    if account.account_type not in ('liability_current', 'liability_payable', 'liability_non_current'):
        raise UserError(account.env._("Salaries are paid from an account of what is owed to employees."))
