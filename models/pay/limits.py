"""How much may leave a company: by payment, by order, within a day, by one person's approvals of a day. In the company's currency, at the day's
rate; nothing is a limit where it is zero. A branch is bound by the limits above it, too."""

from datetime import timedelta

from odoo import fields
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...payments import states

_lt = LazyTranslate(__name__)

DAY = timedelta(hours=24)


class Limits:
    """Of one order (sudo), by all companies that it concerns.

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order, self.env = order.sudo(), order.env
        self.companies = self.order._concerned()

    def total(self, company, orders=None):
        """What orders pay, in the company's currency: everything that has left, or may have left."""
        return sum(
            _own(company, sum(order._living().mapped('amount')) + order.given_up, order.currency_id)
            for order in (self.order if orders is None else orders)
        )

    def problems(self):
        """[(line or None, sentence)] of what is larger than a payment or an order may be."""
        found = []
        for company in self.companies:
            largest = company.bank_payment_limit_line
            for line in self.order._living() if largest else ():
                if _own(company, line.amount, self.order.currency_id) > largest:
                    found.append(
                        (line, _lt("A payment is %s at most here (Settings, Limits).", _shown(company, largest)))
                    )
            largest = company.bank_payment_limit_order
            if largest and self.total(company) > largest:
                found.append((None, _lt("An order is %s at most here (Settings, Limits).", _shown(company, largest))))
        return found

    def today(self):
        """Why the order is not sent today (a sentence), or None. Held until the transaction ends: of two at once, one begins anew."""
        limited = self.companies.filtered('bank_payment_limit_day')
        self._one_at_a_time(limited)
        for company in limited:
            largest = company.bank_payment_limit_day
            before = self.total(company, self._sent(company))
            if before + self.total(company) > largest:
                return _lt(
                    "%(largest)s a day leave this company at most (Settings, Limits), and %(sent)s were sent within 24 hours. Send it tomorrow.",
                    largest=_shown(company, largest),
                    sent=_shown(company, before),
                )
        return None

    def of_person(self, user):
        """Why this person does not approve the order today (a sentence), or None."""
        limited = self.companies.filtered('bank_payment_limit_person')
        self._one_at_a_time(limited)
        for company in limited:
            largest = company.bank_payment_limit_person
            before = self.total(company, self._approved(company, user))
            if before + self.total(company) > largest:
                return _lt(
                    "One person approves %(largest)s a day at most here (Settings, Limits), and you approved %(before)s within 24 hours.",
                    largest=_shown(company, largest),
                    before=_shown(company, before),
                )
        return None

    def _sent(self, company):
        """Orders that left within a day, or may have left; what a person says of them later takes nothing off."""
        return self.env['bank.payment.order'].sudo().search(
            [
                *self._of(company),
                ('id', '!=', self.order.id),
                ('sent_at', '>', fields.Datetime.now() - DAY),
                '|',
                ('state', 'in', [*sorted(states.SENT), states.CLOSED]),
                ('given_up', '>', 0),
            ]
        )  # fmt: skip

    def _approved(self, company, user):
        approvals = self.env['bank.payment.approval'].sudo().search(
            [
                ('user_id', '=', user.id),
                ('order_id', '!=', self.order.id),
                ('order_id', 'any', self._of(company)),
                ('create_date', '>', fields.Datetime.now() - DAY),
                ('decision', '=', 'approved'),
            ]
        )  # fmt: skip
        return approvals.filtered('is_good').order_id

    @staticmethod
    def _of(company):
        return ['|', ('company_id', 'child_of', company.id), ('journal_id.company_id', 'child_of', company.id)]

    def _one_at_a_time(self, companies):
        """Two transactions that count the same do not both go on: what was committed since this one began makes it begin anew, as the rows are
        written. A lock alone would not do: who waited for it still sees the books as they were before."""
        if companies:
            ids = tuple(companies.ids)
            self.env.cr.execute(SQL("SELECT 1 FROM res_company WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", ids))
            self.env.cr.execute(SQL("UPDATE res_company SET write_date = write_date WHERE id IN %s", ids))


def _own(company, amount, currency):
    """An amount in the company's currency."""
    return currency._convert(amount, company.currency_id, company, fields.Date.context_today(company))


def _shown(company, amount):
    return company.currency_id.format(amount)
