"""Movements of salaries that the bank books one by one: whoever sees the statement does not see whose they are."""

from dataclasses import replace
from datetime import timedelta

from ...matching.sent import ids

#: days around the day of execution
NEAR = timedelta(days=10)


class Veil:
    """Of one journal (sudo inside).

    :param journal: the record"""

    def __init__(self, journal):
        self.journal, self.env = journal, journal.env

    def over(self, movements):
        """:class:`banks.data.Movements` in which no salary tells its name."""
        rows = [*movements.booked, *movements.pending]
        lines = self._salaries([row.booking_date or row.value_date for row in rows if row.amount])
        if not lines:
            return movements
        return replace(
            movements,
            booked=tuple(self._veiled(row, lines) for row in movements.booked),
            pending=tuple(self._veiled(row, lines) for row in movements.pending),
        )

    def _salaries(self, days):
        days = [day for day in days if day]
        if not self.journal or not days:
            return {}
        lines = self.env['bank.payment.line'].sudo().search_fetch(
            [
                ('order_id.journal_id', '=', self.journal.id),
                ('kind', '=', 'salary'),
                ('order_id.sent_at', '!=', False),
                ('order_id.date', '>=', min(days) - NEAR),
                ('order_id.date', '<=', max(days) + NEAR),
            ],
            ['end_to_end_id', 'amount', 'account_number', 'partner_bank_id'],
        )  # fmt: skip
        known = {line.end_to_end_id: line for line in lines}
        known |= {(line.partner_bank_id.sanitized_acc_number, f'{line.amount:.2f}'): line for line in lines}
        return known

    def _veiled(self, row, lines):
        own = next((lines[found] for found in ids(row.texts()) if found in lines), None)
        number = ''.join(sign for sign in row.counterparty_account.upper() if sign.isalnum())
        line = own or lines.get((number, f'{abs(row.amount):.2f}'))
        if not line:
            return row
        return replace(
            row,
            counterparty_name='',
            counterparty_account='',
            counterparty_bic='',
            remittance=(line.end_to_end_id,),
            structured=(),
            end_to_end_id=line.end_to_end_id,
            additional_information='',
            raw={},
        )
