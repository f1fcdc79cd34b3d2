"""The other side of a transfer between own accounts: waiting, or booked already and open on the transfer account."""

from datetime import date, timedelta
from functools import cached_property

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command, Domain

from ...booking import SPREAD
from ...matching.coding.traits import canonical
from ...matching.coding.transfers import APART
from ...matching.policy import AMOUNT_ONLY
from ..book.booking import Booking
from ..book.lines import statement_line
from ..book.original import was_changed
from ..lib.looking import WAITING
from .books import OdooBooks

#: movements on other accounts that are looked at
MAX_SIDES = 2000


class Sides:
    """Movements on other journals of the company that have the amount of one of these, the other way.

    ``others``: [:class:`matching.coding.Movement`]; ``booked``: ids of those that are booked on the transfer account and miss their
    other side. Two queries.

    :param journal: the record
    :param movements: :class:`matching.coding.Movement` of the journal
    :param manual: ids of partners whose movements people decide"""

    def __init__(self, journal, movements, manual=()):
        self.manual = manual
        self.journal, self.env = journal, journal.env(su=True)
        self.amounts = sorted({float(-one.amount) for one in movements if one.amount})
        days = [one.date for one in movements if date.min.year < one.date.year < date.max.year]
        near = timedelta(days=APART)
        self.span = Domain('date', '>=', min(days) - near) & Domain('date', '<=', max(days) + near) if days else None
        self.others, self.booked = [], set()
        if self.span is not None and self.amounts and self._has_others():
            waiting, booked = self._waiting(), self._booked()
            self.booked = set(booked.ids)
            self.others = [statement_line(line) for line in waiting | booked]

    def _has_others(self):
        return len(self.journal.company_id.bank_journal_ids) > 1

    def _elsewhere(self):
        return Domain('company_id', '=', self.journal.company_id.id) & Domain('journal_id', '!=', self.journal.id)

    def _waiting(self):
        found = self.env['account.bank.statement.line'].search(
            self._elsewhere()
            & self.span
            & Domain('is_reconciled', '=', False)
            & Domain('state', '=', 'posted')
            & Domain('bank_match_state', 'in', (False, *WAITING))
            & Domain('amount', 'in', self.amounts),
            limit=MAX_SIDES,
        )
        return found.filtered(
            lambda line: (
                not Booking(line).is_begun()
                and is_free(line)
                and line.partner_id.commercial_partner_id.id not in self.manual
            )
        )

    def _booked(self):
        items = self.env['account.move.line'].search(
            self._elsewhere()
            & self.span
            & Domain('account_id', '=', self.journal.company_id.transfer_account_id.id)
            & Domain('reconciled', '=', False)
            & Domain('parent_state', '=', 'posted')
            & Domain('amount_residual_currency', 'in', [-amount for amount in self.amounts]),
            limit=MAX_SIDES,
        )
        return items.move_id.statement_line_id


def is_free(line):
    """Whether nobody has said of a movement that waits that it is no transfer, and nothing of it makes a person look first: a
    document that it names, for instance."""
    refused = line.bank_match_ids.filtered(lambda match: match.state == 'refused' and not match.superseded)
    by_hand = line.partner_id.commercial_partner_id.bank_feed_manual or line.partner_id.bank_feed_manual
    named = any(
        match.allocation_ids and match.rule != AMOUNT_ONLY for match in line.bank_match_ids if match.state == 'proposed'
    )
    said = any(match.coding for match in refused)
    return not (line.bank_match_doubt or by_hand or was_changed(line) or said or named)


class Pair:
    """A movement that was booked as a transfer, and its other side.

    :param line: the statement line, booked on the transfer account"""

    def __init__(self, line):
        self.line, self.env = line, line.env
        self.account = line.company_id.transfer_account_id

    def close(self):
        """Reconcile it with the one other side that is booked and open; of several, people choose, and of what Odoo refuses.

        :return: whether it was"""
        try:
            with self.env.cr.savepoint():
                return self._close()
        except (UserError, ValidationError):
            return False

    def _close(self):
        own = self._open_of(self.line.move_id)
        if not self.account.reconcile or len(own) != 1:
            return False
        other = self._booked_side(own)
        if not other:
            other = self._in_another_currency(own)
            return len(other) == 1 and self._at_the_bank_s_rate(own, other)
        if len(other) != 1:
            return False
        (own | other).reconcile()
        return True

    def _open_of(self, moves):
        return moves.line_ids.filtered(lambda item: item.account_id == self.account and not item.reconciled)

    def _booked_side(self, own):
        """Open items of bank movements on the transfer account, of the same amount the other way, on another journal, about the day."""
        near = timedelta(days=APART)
        return (
            self.env['account.move.line']
            .search(
                Domain('account_id', '=', self.account.id)
                & Domain('company_id', '=', self.line.company_id.id)
                & Domain('parent_state', '=', 'posted')
                & Domain('reconciled', '=', False)
                & Domain('currency_id', '=', own.currency_id.id)
                & Domain('amount_residual_currency', '=', -own.amount_residual_currency)
                & Domain('move_id.statement_line_id', '!=', False)
                & Domain('journal_id', '!=', self.line.journal_id.id)
                & Domain('date', '>=', self.line.date - near)
                & Domain('date', '<=', self.line.date + near),
                limit=MAX_SIDES,
            )
            .filtered(lambda item: self._may_name_each_other(item.move_id.statement_line_id))
        )

    # === In two currencies === #

    def _in_another_currency(self, own):
        """The same of another currency: one names the other's account, and the company's currency says about the same of both."""
        near = timedelta(days=APART)
        found = self.env['account.move.line'].search(
            Domain('account_id', '=', self.account.id)
            & Domain('company_id', '=', self.line.company_id.id)
            & Domain('parent_state', '=', 'posted')
            & Domain('reconciled', '=', False)
            & Domain('currency_id', '!=', own.currency_id.id)
            & Domain('move_id.statement_line_id', '!=', False)
            & Domain('journal_id', '!=', self.line.journal_id.id)
            & Domain('date', '>=', self.line.date - near)
            & Domain('date', '<=', self.line.date + near),
            limit=MAX_SIDES,
        )
        return found.filtered(
            lambda item: self._is_worth(own, item) and self._name_each_other(item.move_id.statement_line_id)
        )

    def _is_worth(self, own, other):
        one, two = own.amount_residual, other.amount_residual
        return one * two < 0 and abs(one + two) <= float(SPREAD) * abs(one)

    def _name_each_other(self, other):
        return any(self._named(other)) and self._may_name_each_other(other)

    @cached_property
    def _numbers(self):
        return OdooBooks.numbers(self.env, self.line.company_id)

    def _named(self, other):
        """(journal that this movement names, journal that the other one names), by their own accounts; None where it names none."""
        to, back = (self._numbers.get(canonical(one.account_number or '')) for one in (self.line, other))
        return to, back

    def _may_name_each_other(self, other):
        """Whether neither names a third account of the company's."""
        to, back = self._named(other)
        return to in (None, other.journal_id.id) and back in (None, self.line.journal_id.id)

    def _at_the_bank_s_rate(self, own, other):
        """What the bank's rate differs from the day's goes to the company's exchange accounts."""
        company = self.line.company_id
        difference = company.currency_id.round(own.amount_residual + other.amount_residual)
        items, entry = own | other, self.env['account.move']
        if difference:
            gain = difference < 0
            account = (
                company.income_currency_exchange_account_id if gain else company.expense_currency_exchange_account_id
            )
            journal = company.currency_exchange_journal_id
            if not account or not journal:
                raise UserError(self.env._("Set the accounts for exchange differences in the accounting settings."))
            values = {'currency_id': company.currency_id.id, 'name': self.line.payment_ref}
            entry = self.env['account.move'].create(
                {
                    'journal_id': journal.id,
                    'date': max(self.line.date, other.date),
                    'line_ids': [
                        Command.create({**values, 'account_id': self.account.id, 'balance': -difference}),
                        Command.create({**values, 'account_id': account.id, 'balance': difference}),
                    ],
                }
            )
            entry.action_post()
            items |= entry.line_ids.filtered(lambda item: item.account_id == self.account)
        items.with_context(no_exchange_difference=True).reconcile()
        if entry:  # core reverses it when the two are parted
            both = (own.matched_debit_ids | own.matched_credit_ids) & (
                other.matched_debit_ids | other.matched_credit_ids
            )
            both[:1].exchange_move_id = entry
        if not all(items.mapped('reconciled')):
            raise UserError(self.env._("The two sides do not meet."))
        return True
