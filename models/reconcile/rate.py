"""The rate that a movement in another currency is booked at."""

from odoo.exceptions import UserError

from ..book.booking import Booking
from ..lib.rates import has_rate
from ..match.again import Waiting


class Rate:
    """The rate of one movement's entry, beside the rate of its day."""

    def __init__(self, line):
        self.line, self.env, self.booking = line, line.env, Booking(line)
        self.own = line.company_id.currency_id

    def _booked(self):
        """The balance of the bank's item, in the company's currency."""
        return sum(self.booking.items()[0].mapped('balance'))

    def _worth(self):
        """The movement's amount at the rate of its day, in the company's currency."""
        line = self.line
        return line.currency_id._convert(line.amount, self.own, line.company_id, line.date)

    def is_another(self):
        """Whether the entry of a waiting movement was made at another rate than is known now: the rate came later."""
        line = self.line
        waits = not line.is_reconciled and not self.booking.is_begun() and not line.foreign_currency_id
        return line.currency_id != self.own and waits and bool(self.own.compare_amounts(self._booked(), self._worth()))

    def take(self):
        """Book a waiting movement at the rate of its day, which was entered since; it looks again."""
        if self.is_another():
            self.line._synchronize_to_moves({'amount'})
            Waiting(self.line).match()

    def check(self):
        """Nothing that was taken one for one is booked, where that is no rate; one that a person gave the entry holds.

        :raise UserError: there is no rate of the day, or it came later"""
        line = self.line
        if line.currency_id == self.own or self.own.compare_amounts(self._booked(), line.amount):
            return
        if not has_rate(line.company_id, line.currency_id, line.date):
            raise UserError(self._missing())
        if self.is_another():
            raise UserError(self.warning())

    def _missing(self):
        return self.env._(
            "There is no exchange rate of %(currency)s for this day: in %(own)s it counts one for one. Enter a rate first.",
            currency=self.line.currency_id.name,
            own=self.own.name,
        )

    def warning(self):
        """Books in another currency need a rate; without any, Odoo takes one for one and says nothing. '' where all is well."""
        line = self.line
        if self.is_another():
            return self.env._(
                "It is booked with %(booked)s; at the rate of its day it is %(worth)s.",
                booked=self.own.format(self._booked()),
                worth=self.own.format(self._worth()),
            )
        if has_rate(line.company_id, line.currency_id, line.date):
            return ''
        return self._missing()
