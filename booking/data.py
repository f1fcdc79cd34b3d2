"""The words of booking.

Signs: what comes of a movement is signed like the journal item that it becomes (debit positive); what a person or the matching
says of a movement (a :class:`Part`, a write-off) is signed like the movement, money that came in positive. A ``key`` is whatever
the caller knows a thing by."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

#: the share that a bank's rate may differ from the day's rate
SPREAD = Decimal('0.03')

_part_keys = count(1)


class Refused(ValueError):
    """It cannot be booked so. ``code`` says why, ``about`` is the key of the item or account, or the text, that it is about."""

    def __init__(self, code: str, about: Any = None) -> None:
        super().__init__(code)
        self.code, self.about = code, about


@dataclass(frozen=True)
class Currency:
    """A currency and the smallest amount that it has.

    >>> Currency('CHF', Decimal('0.05')).round(Decimal('1.125'))
    Decimal('1.15')
    """

    key: Hashable
    step: Decimal

    def round(self, amount: Decimal) -> Decimal:
        """To the next step, halves away from zero."""
        return (amount / self.step).to_integral_value(ROUND_HALF_UP) * self.step

    def is_zero(self, amount: Decimal) -> bool:
        return not self.round(amount)


@dataclass(frozen=True)
class Item:
    """An open item: what is open of it in its own currency (``open``) and in the company's (``balance``), signed like the item.
    ``told`` says what is open of it in the movement's currency, where that is not its own."""

    key: Any
    currency: Currency
    open: Decimal
    balance: Decimal
    told: Callable[[], Decimal] = Decimal


@dataclass(frozen=True)
class Part:
    """So much of a movement pays this item: signed like the movement, in the movement's currency. ``discount``: the item is
    settled by it, an early-payment discount is taken. ``key``: what its counterpart carries until it is reconciled."""

    item: Item
    amount: Decimal
    discount: bool = False
    key: int = field(default_factory=lambda: next(_part_keys), compare=False)


@dataclass(frozen=True)
class Left:
    """An amount in the movement's currency, and its balance in the company's."""

    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Movement:
    """What waits of a movement to be booked: the journal item that stands for it on the suspense account.

    ``currency``, ``amount``: of that item; ``own``, ``balance``: in the company's currency; ``whole``: the movement itself, signed
    like it, in ``currency``; ``worth``: what a balance is in another currency, at the day's rate; ``label``: the bank's text."""

    currency: Currency
    own: Currency
    amount: Decimal
    balance: Decimal
    whole: Decimal
    worth: Callable[[Decimal, Currency], Decimal]
    label: str = ''

    def share(self, amount: Decimal, of: Left) -> Decimal:
        """The balance of a part of ``of``: all of it belongs to all of the amount, so no cent is lost by rounding."""
        return of.balance if amount == of.amount else self.own.round(of.balance * amount / of.amount)


@dataclass(frozen=True)
class Counterpart:
    """The journal item that pays a part's item."""

    part: Part
    currency: Currency
    amount: Decimal
    balance: Decimal


@dataclass(frozen=True)
class Discount:
    """An early-payment discount that is taken: so much less is paid of the item, in the company's currency, signed like it."""

    item: Item
    amount: Decimal


@dataclass(frozen=True)
class Shared:
    """A movement, shared out."""

    counterparts: tuple[Counterpart, ...]
    discounts: tuple[Discount, ...]
    left: Left


@dataclass(frozen=True)
class RestLine:
    """A journal item of what is left: on an account (None: where it stood), with the taxes that are contained in its amount."""

    amount: Decimal
    balance: Decimal
    account: Any = None
    label: str = ''
    taxes: Any = None
    analytic: Any = None
    partner: Any = None
