"""Payments by our method find their order: one account, one currency, one day, one kind; a draft that is there, or a new one."""

from ...payments import recognise
from .names import METHOD
from .ways import Way


class Collector:
    """Of payments that were posted.

    :param payments: ``account.payment``, any"""

    def __init__(self, payments):
        self.env = payments.env
        ours = payments.sudo().filtered(
            lambda one: (
                one.payment_method_code == METHOD
                and one.payment_type == 'outbound'
                and one.state == 'in_process'
                and one.journal_id.type == 'bank'
            )
        )
        known = self.env['bank.payment.line']._live_of(ours)
        self.payments = ours.filtered(lambda payment: payment not in known)

    def collect(self):
        """:return: the orders"""
        orders = self.env['bank.payment.order'].sudo()
        groups = {}
        for payment in self.payments:
            key = (payment.company_id, payment.journal_id, payment.currency_id, payment.date, self._kind(payment))
            groups.setdefault(key, []).append(payment)
        for key, payments in groups.items():
            orders |= self._into(self._order(*key), payments)
        return orders

    @staticmethod
    def _kind(payment):
        if payment.partner_type == 'customer':
            return 'refund'
        own = payment.env['account.journal'].search_count(
            [
                ('company_id', '=', payment.company_id.id),
                ('type', '=', 'bank'),
                ('bank_account_id', '=', payment.partner_bank_id.id),
            ],
            limit=1,
        ) if payment.destination_account_id == payment.company_id.transfer_account_id else 0  # fmt: skip
        return 'transfer' if own else 'vendor'

    def _order(self, company, journal, currency, day, kind):
        """A draft that takes more, or a new one."""
        Order = self.env['bank.payment.order'].sudo()
        values = {
            'company_id': company.id,
            'journal_id': journal.id,
            'currency_id': currency.id,
            'date': day,
            'kind': kind,
        }
        found = Order.search(
            [*((name, '=', value) for name, value in values.items()), ('state', '=', 'draft')], limit=1
        )
        if found and found.try_lock_for_update(allow_referencing=True):
            return found
        order = Order.new({**values, 'journal_id': journal.id})
        product = recognise.product(currency.name, order._home())
        return Order.create({**values, 'product': product, 'way': Way.offered(journal)})

    def _into(self, order, payments):
        Line = self.env['bank.payment.line'].sudo()
        lines = Line.create([Line._values_of(payment, order) for payment in payments])
        for line in lines:  # what the bank gives back with the movement
            line.payment_id.payment_reference = line.end_to_end_id
        order._add_preparer(self.env.user)
        order.problem = False
        return order
