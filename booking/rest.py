"""What becomes of what is left of a movement: five ways, each of which says its journal items."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .data import Left, Movement, Refused, RestLine
from .patterns import amount_by

#: what the amount of a reconciliation model's line is told by
OF_THE_REST, OF_THE_MOVEMENT, FIXED, FROM_THE_LABEL = 'percentage', 'percentage_st_line', 'fixed', 'regex'


class Rest(ABC):
    """What becomes of the rest."""

    @abstractmethod
    def lines(self, movement: Movement, left: Left) -> list[RestLine]:
        """The journal items of what is left, which is not zero.

        :raise Refused: it does not come out"""


@dataclass(frozen=True)
class StaysOpen(Rest):
    """It stays on the suspense account, in everybody's sight."""

    def lines(self, movement: Movement, left: Left) -> list[RestLine]:
        """:raise Refused: ``more_than_movement``: no more can be paid than came or went; ``wrong_direction``: together the items go
        the other way than the money, and more would stay open than there was"""
        if abs(left.amount) > abs(movement.amount):
            raise Refused('wrong_direction')
        if abs(movement.amount - left.amount) > abs(movement.amount):
            raise Refused('more_than_movement')
        return [RestLine(left.amount, left.balance)]


@dataclass(frozen=True)
class OnOneAccount(Rest):
    """All of it stands on one account. ``key``: the reconciliation model that says so, where one does."""

    account: Any
    key: Any = None

    def lines(self, movement: Movement, left: Left) -> list[RestLine]:
        """:raise Refused: ``more_than_movement``"""
        if (left.amount > 0) != (movement.amount > 0):
            raise Refused('more_than_movement')
        return [RestLine(left.amount, left.balance, self.account)]


class ToPartner(OnOneAccount):
    """It is the partner's, to be settled later."""


class Transfer(OnOneAccount):
    """It came from, or went to, another account of the company's own."""


@dataclass(frozen=True)
class WriteOff:
    """So much on an account: signed like the movement, or None for all that is left."""

    account: Any
    amount: Decimal | None = None
    label: str = ''
    taxes: Any = None
    analytic: Any = None


@dataclass(frozen=True)
class ToAccounts(Rest):
    """It is written off on accounts, with the taxes contained in it; what is left after all of them stays open."""

    write_offs: tuple[WriteOff, ...]
    #: the reconciliation model that says so, where one does
    key: Any = None

    def lines(self, movement: Movement, left: Left) -> list[RestLine]:
        """:raise Refused: ``nothing_left`` for an account; ``more_written_off`` than is left"""
        whole, made = left, []
        for off in self.write_offs:
            amount = left.amount if off.amount is None else movement.currency.round(-off.amount)
            if movement.currency.is_zero(amount):
                raise Refused('nothing_left', off.account)
            share = left.balance if amount == left.amount else movement.share(amount, whole)
            made.append(RestLine(amount, share, off.account, off.label, off.taxes, off.analytic))
            left = Left(left.amount - amount, left.balance - share)
        if movement.currency.is_zero(left.amount):
            return made
        if (left.amount > 0) != (whole.amount > 0):
            raise Refused('more_written_off')
        return [*made, RestLine(left.amount, left.balance)]


@dataclass(frozen=True)
class ModelLine:
    """A line of a reconciliation model: ``kind`` is one of the four above, ``value`` its percentage or amount, ``pattern`` finds
    the amount in the label."""

    account: Any
    kind: str
    value: Decimal = Decimal()
    pattern: str = ''
    label: str = ''
    taxes: Any = None
    analytic: Any = None
    partner: Any = None

    def amount(self, movement: Movement, left: Left) -> Decimal:
        """What the line takes of what is left, signed like a journal item."""
        if self.kind == OF_THE_REST:
            return left.amount * self.value / 100
        if self.kind == OF_THE_MOVEMENT:
            return -movement.whole * self.value / 100
        if self.kind == FIXED:
            return -self.value
        found = amount_by(self.pattern, movement.label)
        return found if left.amount > 0 else -found


@dataclass(frozen=True)
class ByModel(Rest):
    """A reconciliation model says; what it leaves stays open."""

    key: Any
    model_lines: tuple[ModelLine, ...]

    def lines(self, movement: Movement, left: Left) -> list[RestLine]:
        """:raise Refused: the model takes ``model_takes_more`` than is left or ``model_takes_nothing``, or a line of it has
        ``model_without_account``; and what :func:`patterns.amount_by` refuses"""
        whole, made = left, []
        for line in self.model_lines:
            amount = line.amount(movement, left)
            if not amount.is_finite():
                raise Refused('model_takes_nothing', self.key)
            amount = movement.currency.round(amount)
            if movement.currency.is_zero(amount):
                continue
            if (amount > 0) != (whole.amount > 0) or abs(amount) > abs(left.amount):
                raise Refused('model_takes_more', self.key)
            if not line.account:
                raise Refused('model_without_account', self.key)
            share = left.balance if amount == left.amount else movement.share(amount, whole)
            made.append(RestLine(amount, share, line.account, line.label, line.taxes, line.analytic, line.partner))
            left = Left(left.amount - amount, left.balance - share)
        if not made:
            raise Refused('model_takes_nothing', self.key)
        if not movement.currency.is_zero(left.amount):
            made.append(RestLine(left.amount, left.balance))
        return made
