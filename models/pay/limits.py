"""How much may leave a company: by payment, by order, within a day, by one person's approvals of a day. In the company's currency, at the day's
rate; nothing is a limit where it is zero."""

from datetime import timedelta

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ...payments import states

_lt = LazyTranslate(__name__)

DAY = timedelta(hours=24)


class Limits:
    """Of one order's company (sudo).

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order, self.env = order.sudo(), order.env
        self.company = self.order.company_id

    def _own(self, amount, currency):
        """An amount in the company's currency."""
        return currency._convert(amount, self.company.currency_id, self.company, fields.Date.context_today(self.order))

    def total(self, orders=None):
        """What orders pay, in the company's currency: everything that has left, or may have left."""
        return sum(
            self._own(sum(order._living().mapped('amount')), order.currency_id)
            for order in (self.order if orders is None else orders)
        )

    def _shown(self, amount):
        return self.company.currency_id.format(amount)

    def problems(self):
        """[(line or None, sentence)] of what is larger than a payment or an order may be."""
        found, company = [], self.company
        largest = company.bank_payment_limit_line
        for line in self.order._living() if largest else ():
            if self._own(line.amount, self.order.currency_id) > largest:
                found.append((line, _lt("A payment is %s at most here (Settings, Limits).", self._shown(largest))))
        largest = company.bank_payment_limit_order
        if largest and self.total() > largest:
            found.append((None, _lt("An order is %s at most here (Settings, Limits).", self._shown(largest))))
        return found

    def today(self):
        """Why the order is not sent today (a sentence), or None. Held until the transaction ends: two orders at once see each other."""
        largest = self.company.bank_payment_limit_day
        if not largest:
            return None
        self.env.cr.execute("SELECT pg_advisory_xact_lock(hashtext('bank_payment_limit_day'), %s)", [self.company.id])
        sent = (
            self.env['bank.payment.order']
            .sudo()
            .search(
                [
                    ('company_id', '=', self.company.id),
                    ('id', '!=', self.order.id),
                    ('sent_at', '>', fields.Datetime.now() - DAY),
                    ('state', 'in', [*sorted(states.SENT), states.CLOSED]),
                ]
            )
        )
        before = self.total(sent)
        if before + self.total() <= largest:
            return None
        return _lt(
            "%(largest)s a day leave this company at most (Settings, Limits), and %(sent)s were sent within 24 hours. Send it tomorrow.",
            largest=self._shown(largest),
            sent=self._shown(before),
        )

    def of_person(self, user):
        """Why this person does not approve the order today (a sentence), or None."""
        largest = self.company.bank_payment_limit_person
        if not largest:
            return None
        approvals = (
            self.env['bank.payment.approval']
            .sudo()
            .search(
                [
                    ('user_id', '=', user.id),
                    ('order_id.company_id', '=', self.company.id),
                    ('order_id', '!=', self.order.id),
                    ('create_date', '>', fields.Datetime.now() - DAY),
                    ('decision', '=', 'approved'),
                ]
            )
        )
        before = self.total(approvals.filtered('is_good').order_id)
        if before + self.total() <= largest:
            return None
        return _lt(
            "One person approves %(largest)s a day at most here (Settings, Limits), and you approved %(before)s within 24 hours.",
            largest=self._shown(largest),
            before=self._shown(before),
        )
