"""Transfers between own accounts."""

from datetime import date

from odoo import fields

from ...matching.accounts import compact
from ..book.booking import Booking

#: days between the two sides, and how many possible other sides are shown
TRANSFER_DAYS, MAX_TRANSFERS = 7, 3


def other_sides(line):
    """Waiting movements that may be the other side: on other own accounts, or, of the same counterparty's account, a payment
    that came back."""
    if line.is_reconciled or Booking(line).is_begun():
        return line.browse()
    if not date.min.year < line.date.year < date.max.year:
        return line.browse()  # no other side of a day that nobody lived
    days = fields.Date.add
    found = line.search(
        [
            ('company_id', '=', line.company_id.id),
            '|',
            ('journal_id', '!=', line.journal_id.id),
            ('account_number', '=', line.account_number or '-'),
            ('is_reconciled', '=', False),
            ('state', '=', 'posted'),
            ('amount', '=', -line.amount),
            ('date', '>=', days(line.date, days=-TRANSFER_DAYS)),
            ('date', '<=', days(line.date, days=TRANSFER_DAYS)),
        ],
        limit=10 * MAX_TRANSFERS,
    )
    found = found.filtered(lambda other: other.currency_id == line.currency_id and not Booking(other).is_begun())
    return found[:MAX_TRANSFERS]


def booked_other_sides(lines):
    """The movements on other accounts that these are reconciled with as transfers."""
    items = lines.line_ids.filtered(lambda item: item.account_id == item.company_id.transfer_account_id)
    partials = items.matched_debit_ids | items.matched_credit_ids
    return (partials.debit_move_id | partials.credit_move_id).move_id.statement_line_id - lines


def is_own_account(line):
    """Whether the counterparty's account is one of the company's own."""
    number = compact(line.account_number)
    accounts = line.company_id.bank_journal_ids.bank_account_id.mapped('sanitized_acc_number') if number else ()
    return number in accounts
