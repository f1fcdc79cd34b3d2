"""A movement is shared among the items that it pays."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from .data import SPREAD, Counterpart, Currency, Discount, Item, Left, Movement, Part, Refused, Shared

#: less than so many steps of a currency is a crumb of rounding
CRUMB = Decimal('1.5')


def share_out(movement: Movement, parts: Iterable[Part], by_person: bool = False) -> Shared:
    """Counterparts of the parts in their order, the discounts taken, and what is left.

    :param by_person: a person said the amounts: no difference of rates is taken for a payment in full
    :raise Refused: ``worth_more``: at the day's rate the part is worth more than is open of its item;
        ``discount_in_another_currency``"""
    whole = left = Left(movement.amount, movement.balance)
    counterparts, discounts = [], []
    for part in parts:
        amount = movement.currency.round(-part.amount)
        last = movement.currency.is_zero(left.amount - amount)
        share = left.balance if last else movement.share(amount, whole)
        amount, share = _at_most_open(movement, part.item, amount, share)
        left = Left(left.amount - amount, left.balance - share)
        counterparts.append(_counterpart(movement, part, amount, share, by_person))
        if part.discount:
            discounts.append(_discount(movement, part, amount))
    return Shared(tuple(counterparts), tuple(discounts), left)


def _at_most_open(movement: Movement, item: Item, amount: Decimal, share: Decimal) -> tuple[Decimal, Decimal]:
    """(amount, balance) of a part. An item in the company's own currency takes what is open of it in that currency, not a
    cent more, whatever the day's rate says; the rest of a movement in another currency stays open."""
    own = movement.own
    if movement.currency == own or item.currency != own or abs(share) <= abs(item.balance):
        return amount, share
    if abs(share) > abs(item.balance) * (1 + SPREAD):
        raise Refused('worth_more', item.key)
    return movement.currency.round(amount * -item.balance / share), -item.balance


def _counterpart(movement: Movement, part: Part, amount: Decimal, share: Decimal, by_person: bool) -> Counterpart:
    item = part.item
    if part.discount:
        return Counterpart(part, item.currency, -item.open, -item.balance)
    if item.currency == movement.currency:
        return Counterpart(part, item.currency, amount, share)
    if by_person and _is_all_of(movement, item, amount):
        return Counterpart(part, item.currency, -item.open, share)
    return Counterpart(part, item.currency, _in_currency_of(movement, item, share, by_person), share)


def _in_currency_of(movement: Movement, item: Item, share: Decimal, by_person: bool) -> Decimal:
    """What a balance is in the item's currency, at the day's rate; never more than is open, and all of it where the two are
    within the rates' usual spread and nobody said otherwise."""
    if item.currency == movement.own:
        return share  # in the company's own currency an amount is its balance
    worth = movement.worth(share, item.currency)
    if abs(worth) > abs(item.open) * (1 + SPREAD):
        raise Refused('worth_more', item.key)
    enough = abs(item.open) if by_person else abs(item.open) * (1 - SPREAD)
    return -item.open if abs(worth) >= enough else worth


def _is_all_of(movement: Movement, item: Item, amount: Decimal) -> bool:
    """Whether a person gave an item in another currency all that was shown as open of it: no crumb may stay."""
    if item.currency == movement.own:
        return False
    told = abs(item.told())
    return abs(abs(amount) - told) < min(CRUMB * movement.currency.step, SPREAD * told)


def _discount(movement: Movement, part: Part, amount: Decimal) -> Discount:
    currencies: set[Currency] = {part.item.currency, movement.currency, movement.own}
    if len(currencies) > 1:
        raise Refused('discount_in_another_currency', part.item.key)
    return Discount(part.item, part.item.balance + amount)
