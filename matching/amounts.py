"""How a movement's amount relates to what is open (matching policy 4.1: A0 … A3), and what it would pay."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .data import Allocation

if TYPE_CHECKING:
    from .data import Document, Item, Policy

#: exact: to the cent; discount: less the early-payment discount, in time; instalment: one or the first instalments;
#: rounded: within the tolerance; under, over: too little, too much
EXACT, DISCOUNT, INSTALMENT, ROUNDED, UNDER, OVER = 'exact', 'discount', 'instalment', 'rounded', 'under', 'over'
FITTING = (EXACT, DISCOUNT, INSTALMENT, ROUNDED)
ORDER = {name: place for place, name in enumerate((EXACT, DISCOUNT, INSTALMENT, ROUNDED, UNDER, OVER))}
ZERO = Decimal(0)
CENT = Decimal('0.01')

Relation = namedtuple('Relation', 'name allocations total')


def tolerance(policy: Policy, currency: str, amount: Decimal) -> Decimal:
    """Instant payments in forint carry no decimals (HCT Inst rulebook, AT-04), so less than one forint is no difference.

    >>> from .data import Policy
    >>> tolerance(Policy(), 'HUF', Decimal('1200')), tolerance(Policy(), 'EUR', Decimal('1200'))
    (Decimal('0.99'), Decimal('0'))
    """
    if currency == 'HUF' and amount == amount.to_integral_value():
        return max(policy.tolerance, Decimal('0.99'))
    return policy.tolerance


def oldest(document: Document) -> tuple[bool, Any, str]:
    """Sort key: the oldest due first, then the lowest id."""
    return (document.due is None, document.due or 0, str(document.id).rjust(20))


def relate(
    document: Document, left: list[tuple[Item, Decimal]], amount: Decimal, day: date, allowed: Decimal
) -> Relation:
    """How ``amount`` fits one document.

    :param left: [(item, what is still open of it)] of the document, oldest due first, signed like the amount
    :param allowed: difference that counts as none
    :return: :class:`Relation`; ``allocations`` is what the amount would pay"""
    total = sum((open_ for _item, open_ in left), ZERO)

    def whole(name: str, values: list[tuple[tuple[Item, Decimal], Decimal]]) -> Relation:
        return Relation(name, tuple(Allocation(document, item, value) for (item, _open), value in values), total)

    if total == amount:
        return whole(EXACT, [(pair, pair[1]) for pair in left])
    reduced = _reduced(left, day)
    if reduced and sum((value for _pair, value in reduced), ZERO) == amount:
        return Relation(
            DISCOUNT,
            tuple(Allocation(document, pair[0], value, value != pair[1]) for pair, value in reduced),
            total,
        )
    if len(left) > 1:
        for item, open_ in left:
            if open_ == amount:
                return Relation(INSTALMENT, (Allocation(document, item, open_),), total)
        paid = ZERO
        for place, (_item, open_) in enumerate(left):
            paid += open_
            if paid == amount:
                return whole(INSTALMENT, [(pair, pair[1]) for pair in left[: place + 1]])
    small = abs(amount) < abs(total)
    name = ROUNDED if allowed and abs(amount - total) <= allowed else UNDER if small else OVER
    return Relation(name, tuple(_spread(document, left, amount)), total)


def _reduced(left: list[tuple[Item, Decimal]], day: date) -> list[tuple[tuple[Item, Decimal], Decimal]] | None:
    """[(pair, what pays it now)] with the discounts that are still to be had; None without any."""
    if not any(item.discount and item.discount[0] and day <= item.discount[0] for item, _open in left):
        return None
    values = []
    for item, open_ in left:
        whole = open_ == item.residual  # a part payment forfeits the discount
        in_time = item.discount and day <= item.discount[0]
        values.append(((item, open_), item.discount[1] if item.discount and whole and in_time else open_))
    return values


def scaled(allocations: tuple[Allocation, ...], amount: Decimal) -> tuple[Allocation, ...]:
    """The same allocations told in another currency, in which they are ``amount`` together."""
    total = sum((part.amount for part in allocations), ZERO)
    parts, rest = [], amount
    for part in allocations[:-1]:
        share = (amount * part.amount / total).quantize(CENT)
        parts.append(part._replace(amount=share))
        rest -= share
    return (*parts, allocations[-1]._replace(amount=rest))


def late_discount(left: list[tuple[Item, Decimal]], amount: Decimal, day: date) -> bool:
    """Whether the amount is what the document would have cost in time."""
    return any(item.discount and day > item.discount[0] and item.discount[1] == amount for item, _open in left)


def _spread(document: Document, left: list[tuple[Item, Decimal]], amount: Decimal) -> Iterator[Allocation]:
    """The amount over the items, oldest first, until it is used up."""
    rest = amount
    for item, open_ in left:
        if not rest:
            return
        part = open_ if abs(open_) <= abs(rest) else rest
        yield Allocation(document, item, part)
        rest -= part


def subsets(values: list[Decimal], amount: Decimal, size: int) -> list[tuple[int, ...]]:
    """Index tuples of at most ``size`` values that make the amount; stops at two.

    >>> subsets([Decimal(10), Decimal(20), Decimal(30)], Decimal(50), 3)
    [(1, 2)]
    """
    found: list[tuple[int, ...]] = []

    def search(start: int, chosen: list[int], rest: Decimal) -> None:
        if len(found) > 1:
            return
        if not rest and chosen:
            found.append(tuple(chosen))
            return
        if len(chosen) == size:
            return
        for place in range(start, len(values)):
            if abs(values[place]) <= abs(rest):
                search(place + 1, [*chosen, place], rest - values[place])

    search(0, [], amount)
    return found
