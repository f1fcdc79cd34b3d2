"""How much of a movement goes to each account: the whole; a part that the text says; a constant part and the rest; a fixed share. What follows none of
them is not guessed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from .data import Booked, Movement, Row
from .traits import said_amounts

#: precedents whose amounts are looked at
LATEST = 6
#: digits of a share behind the point: percent with two more
DIGITS = 4
#: cents that rounding may cost: of a part, and of its tax as well
EXACT, SLACK = Decimal('0.5'), Decimal('1.1')
#: currencies that banks move without decimals
WHOLE = ('HUF', 'ISK', 'JPY')
#: patterns that tell the same, but for rounding
NEARLY = Decimal('0.02')
ZERO = Decimal(0)

#: rates of taxes: {id: share of the amount without it}
Rates = Mapping[object, Decimal]
#: of a movement: gross amounts of the places, in their order; None where it cannot tell
Pattern = Callable[[Movement], 'list[Decimal] | None']


def gross(row: Row, rates: Rates, cent: Decimal) -> Decimal:
    """A row with its taxes."""
    if row.whole is not None:
        return row.whole
    rate = sum((rates.get(tax, ZERO) for tax in row.taxes), ZERO)
    return _round(row.amount * (1 + rate), cent) if rate else row.amount


def net(amount: Decimal, taxes: Sequence[object], rates: Rates, cent: Decimal) -> Decimal:
    """An amount without the taxes that are in it."""
    rate = sum((rates.get(tax, ZERO) for tax in taxes), ZERO)
    return _round(amount / (1 + rate), cent) if rate else amount


class Near(list[Decimal]):
    """Amounts that a cent more or less would fit as well: the gross amount behind a net one."""


class Split(NamedTuple):
    """``is_sure``: nothing else fits to the cent."""

    rows: tuple[Row, ...]
    is_sure: bool = True


def rows(movement: Movement, precedents: Sequence[Booked], rates: Rates) -> Split | None:
    """The movement's rows as its precedents, all of one kind, were split; None where their amounts follow no pattern.

    :param precedents: the oldest first"""
    cent = _cent(movement)
    latest = precedents[-LATEST:]
    places = [row.place for row in _ordered(latest[-1])]
    labels = [row.label for row in _ordered(latest[-1])]
    before = [row.label for row in _ordered(latest[-2])] if len(latest) > 1 else labels
    if before != labels:  # written of one movement, or of one month
        labels = [''] * len(labels)
    is_known = all(tax in rates for booked in latest for row in booked.rows for tax in row.taxes)
    if len(places) == 1:
        if is_known and any(
            abs(_whole(booked, rates, cent) - booked.movement.amount) > 2 * cent * SLACK for booked in latest
        ):
            return None  # something else stands in their entries
        amounts: list[Decimal] | None = [movement.amount]
    elif not is_known:
        return None  # what a tax takes is not known
    else:
        known = [(booked.movement, [gross(row, rates, cent) for row in _ordered(booked)]) for booked in latest]
        slack = SLACK if any(row.taxes for booked in latest for row in booked.rows) else EXACT
        if any(abs(sum(amounts, ZERO) - one.amount) > 2 * cent * slack for one, amounts in known):
            return None  # something else stands in their entries
        patterns = (_said(known), _constant(known), *_shared(known, _unit(movement, known), slack))
        told = [found for pattern in patterns if pattern and (found := pattern(movement)) is not None]
        amounts = told[0] if told and all(_near(told[0], other) for other in told[1:]) else None
    if amounts is None or sum(amounts, ZERO) != movement.amount:
        return None
    made = tuple(
        Row(account, net(amount, taxes, rates, cent), taxes, analytic, label, amount)
        for (account, taxes, analytic), amount, label in zip(places, amounts, labels)
    )
    return Split(made, not isinstance(amounts, Near))


def _whole(booked: Booked, rates: Rates, cent: Decimal) -> Decimal:
    return sum((gross(row, rates, cent) for row in booked.rows), ZERO)


def _near(one: Sequence[Decimal], other: Sequence[Decimal]) -> bool:
    return all(abs(mine - theirs) <= NEARLY for mine, theirs in zip(one, other))


def _ordered(booked: Booked) -> list[Row]:
    """By place; of one place, the larger first."""
    return sorted(booked.rows, key=lambda row: (repr(row.place), -abs(row.amount)))


# === Patterns, each checked on every precedent === #

Known = Sequence[tuple[Movement, list[Decimal]]]


def _said(known: Known) -> Pattern | None:
    """Each place but one has its amount in the text, behind the same word."""
    saying = [(movement, amounts) for movement, amounts in known if said_amounts(movement)]
    if not saying or (len(saying) < len(known) and len(saying) < 2):
        return None
    known = saying
    words: list[str | None] = []
    for place in range(len(known[0][1])):
        common: set[str] | None = None
        for movement, amounts in known:
            here = {word for word, said in said_amounts(movement).items() if said == [abs(amounts[place])]}
            common = here if common is None else common & here
        words.append(min(common) if common else None)
    if words.count(None) > 1 or len(set(words)) < len(words):
        return None
    signs = [1 if amount > 0 else -1 for amount in known[-1][1]]

    def pattern(movement: Movement) -> list[Decimal] | None:
        said = said_amounts(movement)
        found: list[Decimal | None] = []
        for word, sign in zip(words, signs):
            amounts = said.get(word, []) if word is not None else []
            if word is not None and len(amounts) != 1:
                return None
            found.append(sign * amounts[0] if word is not None else None)
        return _with_rest(found, movement)

    return pattern


def _constant(known: Known) -> Pattern | None:
    """Each place but one has always the same amount."""
    if len(known) < 2:
        return None
    constant: list[Decimal | None] = [
        amounts[0] if len(set(amounts)) == 1 else None for amounts in zip(*(amounts for _movement, amounts in known))
    ]
    if None not in constant:
        return lambda movement: list(known[-1][1]) if movement.amount == known[-1][0].amount else None
    return (lambda movement: _with_rest(constant, movement)) if constant.count(None) == 1 else None


def _with_rest(found: Sequence[Decimal | None], movement: Movement) -> list[Decimal] | None:
    """The place that is left takes the rest, in the movement's direction."""
    rest = movement.amount - sum((amount for amount in found if amount is not None), ZERO)
    if None in found and (rest > 0) != (movement.amount > 0):
        return None
    return [rest if amount is None else amount for amount in found]


def _shared(known: Known, cent: Decimal, slack: Decimal) -> list[Pattern]:
    """Fixed shares of the movement, or of its largest part, as a fee is of the gross amount."""
    found: list[Pattern] = []
    if len(known) < 2 or len({movement.amount for movement, _amounts in known}) < 2:
        return found
    count = len(known[0][1])
    largest = max(range(count), key=lambda place: abs(known[-1][1][place]))
    for wholes, made in (
        ([movement.amount for movement, _amounts in known], _of_whole),
        ([amounts[largest] for _movement, amounts in known], _of_largest),
    ):
        shares = _shares([(whole, amounts) for whole, (_movement, amounts) in zip(wholes, known)], largest, cent, slack)
        if shares:
            found.append(made(shares, largest, cent))
    return [pattern for pattern in found if all(_fits(pattern(one), amounts, cent, slack) for one, amounts in known)]


def _fits(told: list[Decimal] | None, amounts: list[Decimal], cent: Decimal, slack: Decimal) -> bool:
    """Whether a pattern tells a precedent as it was booked: to the cent, where no tax was rounded."""
    allowed = 2 * cent if slack > EXACT or isinstance(told, Near) else ZERO
    return told is not None and all(abs(one - other) <= allowed for one, other in zip(told, amounts))


def _shares(
    known: Sequence[tuple[Decimal, list[Decimal]]], rest: int, cent: Decimal, slack: Decimal
) -> list[Decimal] | None:
    """The simplest share of each place but ``rest`` that all precedents agree on."""
    found = []
    for place in range(len(known[0][1])):
        if place == rest:
            found.append(ZERO)
            continue
        bounds = [
            sorted(((amounts[place] - cent * slack) / whole, (amounts[place] + cent * slack) / whole))
            for whole, amounts in known
        ]
        share = _simplest(max(low for low, _high in bounds), min(high for _low, high in bounds))
        if share is None:
            return None
        found.append(share)
    return found


def _simplest(low: Decimal, high: Decimal) -> Decimal | None:
    """The number of fewest digits between two; None where it has too many, or where several have as few."""
    if low > high:
        return None
    for digits in range(DIGITS + 1):
        step = Decimal(1).scaleb(-digits)
        first = (low / step).to_integral_value(rounding='ROUND_CEILING') * step
        if first <= high:
            return first
    for parts in (3, 6, 7, 9, 12):
        for number in range(1, parts):
            share = Decimal(number) / parts
            if low <= share <= high or low <= -share <= high:
                return share if low <= share <= high else -share
    return None


def _of_whole(shares: list[Decimal], rest: int, cent: Decimal) -> Pattern:
    def pattern(movement: Movement) -> list[Decimal] | None:
        found: list[Decimal | None] = [
            None if place == rest else _round(movement.amount * share, cent) for place, share in enumerate(shares)
        ]
        return _with_rest(found, movement)

    return pattern


def _of_largest(shares: list[Decimal], largest: int, cent: Decimal) -> Pattern:
    others = sum(shares, ZERO)

    def pattern(movement: Movement) -> list[Decimal] | None:
        about = _round(movement.amount / (1 + others), cent)
        fitting = []
        for step in range(-3, 4):
            whole = about + step * cent
            parts = [whole if place == largest else _round(whole * share, cent) for place, share in enumerate(shares)]
            if sum(parts, ZERO) == movement.amount:
                fitting.append(parts)
        if not fitting:
            return None
        return fitting[0] if len(fitting) == 1 else Near(fitting[len(fitting) // 2])

    return pattern if others != -1 else (lambda movement: None)


def _round(amount: Decimal, cent: Decimal) -> Decimal:
    return amount.quantize(cent, rounding=ROUND_HALF_UP)


def _unit(movement: Movement, known: Known) -> Decimal:
    """What the company's parts are rounded to: forints, or cents."""
    amounts = [amount for _movement, parts in known for amount in parts]
    whole = movement.currency in WHOLE and all(amount == amount.to_integral_value() for amount in amounts)
    return Decimal(1) if whole else _cent(movement)


def _cent(movement: Movement) -> Decimal:
    """The currency's smallest unit, as the movement is written: at least cents."""
    exponent = movement.amount.as_tuple().exponent
    return Decimal(1).scaleb(min(exponent, -2)) if isinstance(exponent, int) else Decimal('0.01')
