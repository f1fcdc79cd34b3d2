"""What a bank is asked about an account, and who answers: the bank, or what it gave right after the log-in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from ...banks.client import BankClient
from ...banks.data import Movements, Psu
from ...banks.errors import AccountUnknown, BankError


@dataclass(frozen=True)
class Question:
    """The movements of one account, known while no transaction is open.

    ``session``: the bank's id of the account under this permission; ``number``, ``currency``: what stays the same;
    ``date_from``: first booking day to ask for, within what the bank gives; ``wanted``: first booking day that is wanted,
    whatever it gives; ``psu``: the person who waits, or None."""

    consent_ref: str
    session: str
    number: str
    currency: str
    date_from: date
    wanted: date
    psu: Psu | None
    asked_at: datetime


@dataclass(frozen=True)
class Answer:
    """What was given: from which booking day on, asked when, under which id of the account."""

    movements: Movements
    date_from: date
    asked_at: datetime
    session: str


class AtBank:
    """The bank itself, asked now.

    :param client: :class:`banks.client.BankClient`"""

    def __init__(self, client: BankClient):
        self.client = client

    def is_asked(self, question: Question) -> bool:
        """Whether answering takes a call of the bank."""
        return True

    def answer(self, question: Question) -> Answer:
        """An account id that the bank no longer knows is looked up once, by number and currency.

        :raise BankError: the bank gives no answer"""
        try:
            return self._asked(question)
        except AccountUnknown:
            for account in self.client.accounts(question.consent_ref, question.psu):
                same = (account.number, account.currency) == (question.number, question.currency)
                if same and account.session_id != question.session:
                    return self._asked(replace(question, session=account.session_id))
            raise

    def _asked(self, question: Question) -> Answer:
        found = self.client.movements(question.consent_ref, question.session, question.date_from, question.psu)
        first = max(question.date_from, found.first_day or question.date_from)
        return Answer(found, first, question.asked_at, question.session)


@dataclass(frozen=True)
class Kept:
    """The bank's answer of an earlier moment, the first day that it covers, and when it was asked for."""

    movements: Movements
    first_day: date
    asked_at: datetime


class InAdvance:
    """What the bank gave right after the log-in; the bank itself, where that reaches further back.

    :param kept: :class:`Kept`
    :param bank: :class:`AtBank`"""

    def __init__(self, kept: Kept, bank: AtBank):
        self.kept, self.bank = kept, bank

    def is_asked(self, question: Question) -> bool:
        return self.kept.first_day > question.date_from

    def answer(self, question: Question) -> Answer:
        kept = self.kept
        first = max(question.wanted, kept.first_day, kept.movements.first_day or kept.first_day)
        ours = Answer(kept.movements, first, kept.asked_at, question.session)
        if not self.is_asked(question):
            return ours
        try:
            found = self.bank.answer(question)
        except BankError:
            return ours
        if kept.first_day < (found.movements.first_day or question.date_from):
            return replace(ours, session=found.session)
        return found
