"""Movements of salaries that the bank books one by one: whoever sees the statement does not see whose they are."""

from dataclasses import replace
from datetime import timedelta

from ...matching.accounts import forms
from ...matching.sent import ids

#: days around the day of execution; how long salaries come back
NEAR, BACK = timedelta(days=7), timedelta(days=400)


class Veil:
    """Of one journal (sudo inside).

    :param journal: the record, or none"""

    def __init__(self, journal):
        self.journal, self.env = journal, journal.env
        self.lines = None

    def covers(self):
        """Whether salaries were sent from here lately."""
        return bool(self._salaries())

    def over(self, rows):
        """[:class:`banks.data.Transaction`] in which no salary tells its name."""
        rows = list(rows)
        lines = self._salaries() if rows else ()
        return [self._veiled(row, lines) for row in rows] if lines else rows

    def over_pairs(self, pairs):
        """The same of [(uid, transaction, …)]."""
        pairs = list(pairs)
        rows = self.over([pair[1] for pair in pairs])
        return [(pair[0], row, *pair[2:]) for pair, row in zip(pairs, rows)]

    def _salaries(self):
        if self.lines is None:
            lines = self.env['bank.payment.line'].sudo()
            if self.journal:
                lines = lines.search_fetch(
                    [
                        ('order_id.journal_id', 'in', self.journal.ids),
                        ('kind', '=', 'salary'),
                        ('order_id.sent_at', '!=', False),
                        ('order_id.date', '>=', self.env.cr.now().date() - BACK),
                    ],
                    ['end_to_end_id', 'amount', 'partner_bank_id', 'order_id'],
                )
            self.lines = lines
        return self.lines

    def _veiled(self, row, lines):
        own = set(ids(row.texts()))
        found = lines.filtered(lambda line: line.end_to_end_id in own)
        if not found and row.counterparty_account:
            found = lines.filtered(lambda line: self._may_be(row, line))
        if not found:
            return row
        # of several that it may be, and of money that came in, it is none for sure
        told = found.end_to_end_id if len(found) == 1 and (row.amount < 0 or own) else ''
        return replace(
            row,
            counterparty_name='',
            counterparty_account='',
            counterparty_bic='',
            remittance=(told,) if told else (),
            structured=(),
            end_to_end_id=told,
            additional_information='',
            raw={},
        )

    @staticmethod
    def _may_be(row, line):
        if f'{abs(row.amount):.2f}' != f'{line.amount:.2f}':
            return False
        if not set(forms(row.counterparty_account)) & set(forms(line.partner_bank_id.acc_number or '')):
            return False
        day = row.booking_date or row.value_date
        return not day or row.amount > 0 or abs(line.order_id.date - day) <= NEAR
