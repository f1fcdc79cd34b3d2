"""What an automatic decision risks: the chance that the money was meant for something else, by a slip of the payer's hand or
because the number that stands there is no reference of ours at all.

    risk = slip + accident
    slip     = s · k / v  +  s² · e / r · (d / l)²
    accident = u · min(1, n / 10^m) · a

``s`` share of references that are mistyped (seen in the company's own books, upper bound); ``k`` open documents that fit
everything else and whose reference is one slip away from what was written, of the ``v`` texts one slip away; ``e`` of ``r`` open
documents are of this amount; ``d`` of the ``l`` digits tell documents apart; ``u`` how often a number written like this one is
no reference of ours; ``n`` documents are open, the payer's own where he is known; ``m`` digits beside the year; ``a`` chance
that an unrelated payment has this amount. A decision is posted where its risk is within the policy's budget, so the expected share of wrong ones is, too.

Money that reaches another debt of the same customer because the payer, who is known, mistyped its number is not counted."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from math import ceil, log10, prod
from typing import TYPE_CHECKING, Any

from .references import ALIKE, DATE, END_TO_END, FIELD, JOINED, PART, SCHEME, SYMBOL

if TYPE_CHECKING:
    from .case import Case
    from .data import Candidate

#: one in so many decisions may be wrong, expected
BUDGET = 100_000
#: share of mistyped references where the books say nothing yet
SLIP_RATE = 0.02
#: how often a number that is written so is none of our references, by how it was found (assumed, see docs/matching.md)
_UNRELATED = {SYMBOL: 0.02, SCHEME: 0.005, FIELD: 0.02, END_TO_END: 0.3, JOINED: 0.3, PART: 0.3, ALIKE: 0.1, DATE: 1.0}
UNRELATED, UNRELATED_MARKED = 0.1, 0.02
#: chance that an unrelated payment has exactly this amount: of a price-like one, of another one
COMMON, RARE = 2e-3, 1e-4
#: as many other amounts are paid to anybody whose books are small
OTHERS = 100
#: share of a known customer's payments that are for nothing in his books (assumed, see docs/matching.md)
OUTSIDE = 0.05
#: share of payments by which a known payer pays, with a number like one of his open documents and its very amount, another
#: one that is not in the books (assumed, see docs/matching.md)
MISSING = 5e-6
#: nobody's documents are counted further than this
MAX_COUNTED = 10_000
MANY = 1_000_000
#: never told smaller: no model is that sure
FLOOR = 1e-9
_YEARS = ('19', '20')


def slip(case: Case, key: str, neighbours: int, equal: int, checked: bool) -> float:
    """Chance that ``key`` was written by one who meant another document that fits everything else.

    :param neighbours: number of such documents one slip away
    :param equal: number of open documents of this amount
    :param checked: whether a check digit was written, which nine of ten double slips break"""
    rate, length = case.slip_rate, max(len(key), 1)
    one = rate * neighbours / max(variants_of(length), 1)
    _count, open_ = case.open_count
    digits = min(ceil(log10(max(open_, 2))), length)
    two = rate**2 * min(1.0, max(equal - 1, 0) / max(open_, 1)) * (digits / length) ** 2
    return one + (two / 10 if checked else two)


def accident(case: Case, candidate: Candidate, equal: int, partner: object = None) -> float:
    """Chance that a number which means nothing of ours is this document's, with its amount.

    :param partner: the document's partner where he is known to pay, else None"""
    unrelated = _UNRELATED.get(candidate.how)
    if unrelated is None:
        unrelated = UNRELATED_MARKED if candidate.mark else UNRELATED
    _count, open_ = case.open_count
    chance = unrelated * amount_chance(case.amount, equal, open_)
    return _within(case, partner, lambda among: chance * _hit(candidate.key, among))


def listed(case: Case, numbers: list[str], partner: object = None) -> float:
    """Chance that numbers which mean nothing of ours are a customer's documents that make exactly the amount.

    :param partner: that customer where he is known to pay, else None"""
    _count, open_ = case.open_count
    chance = amount_chance(case.amount, 1, open_) * UNRELATED ** len(numbers[:2])
    return max(
        _within(case, partner, lambda among: chance * prod(_hit(number, among) for number in numbers[:2])), FLOOR
    )


def short_number(number: str, amount: Decimal) -> float:
    """Chance that a vendor's short number stands in a payment to its account, of exactly this amount, and means another bill."""
    return max(UNRELATED / 10 ** len(number) * amount_chance(amount, 1, 1), FLOOR)


def amount_chance(amount: Decimal, equal: int, open_: int) -> float:
    """Chance that a payment which has nothing to do with it has this very amount."""
    plain = COMMON if len(str(amount).lstrip('-').replace('.', '').rstrip('0')) <= 3 else RARE
    return min(1.0, max(plain, (equal - 1) / (open_ + OTHERS)))


def _within(case: Case, partner: object, chance: Callable[..., Any]) -> float:
    """``chance(documents)`` of all that are open; where that is too much and ``partner`` pays, of his own, and only where he
    pays something else than these."""
    _count, open_ = case.open_count
    found = chance(open_)
    if partner is None or found <= case.policy.budget:
        return found
    return OUTSIDE * chance(case.own_count(partner))


def _hit(key: str, among: int) -> float:
    """Chance that a number which means nothing of ours is that of one of so many documents."""
    return min(1.0, among / 10 ** _telling_digits(key))


def _telling_digits(key: str) -> int:
    digits = key if key.isdigit() else ''.join([char for char in key if char.isdigit()])
    letters = len(key) - len(digits)
    if len(digits) > 6 and digits[:2] in _YEARS:
        digits = digits[4:]
    return max(ceil((len(digits) + len(digits.lstrip('0'))) / 2), 1) + min(letters, 3)  # zeros tell half as much


def variants_of(length: int) -> int:
    """How many texts are one slip away from one of so many digits: changed, swapped, left out, put in."""
    return 9 * length + (length - 1) + length + 10 * (length + 1)


def observed_rate(slips: int, total: int) -> float:
    """Share of mistyped references to reckon with: the upper bound of what was seen, once so much was seen that it says more
    than the general rate; before, the general rate, unless already more were mistyped.

    >>> observed_rate(0, 0), observed_rate(0, 3), round(observed_rate(0, 1000), 4), round(observed_rate(5, 50), 2)
    (0.02, 0.02, 0.003, 0.2)
    """
    bound = upper_bound(slips, total) if total else 1.0
    return bound if bound < SLIP_RATE or (total and slips > SLIP_RATE * total) else SLIP_RATE


def upper_bound(seen: int, total: int, confidence: float = 0.95) -> float:
    """The largest share at which so few of so many would still be seen (Clopper-Pearson, one-sided). Seen in the posted
    ones only, so a slip onto nobody's number counts as well where a person matched it.

    >>> round(upper_bound(0, 100), 4), round(upper_bound(2, 1000), 4), upper_bound(3, 3)
    (0.0295, 0.0063, 1.0)
    """
    if seen >= total:
        return 1.0
    low, high = seen / total, 1.0
    for _step in range(40):
        share = (low + high) / 2
        term = tail = (1 - share) ** total
        for count in range(1, seen + 1):
            term *= (total - count + 1) / count * share / (1 - share) if share < 1 else 0
            tail += term
        low, high = (share, high) if tail > 1 - confidence else (low, share)
    return high


def told(risk: float) -> str:
    """The risk as people say it: "1 in 2 million".

    >>> told(5e-7), told(1e-5), told(0.02)
    ('1 in 2 million', '1 in 100,000', '1 in 50')
    """
    number, millions = odds(risk)
    return f"1 in {number:,} million" if millions else f"1 in {number:,}"


def odds(risk: float) -> tuple[int, bool]:
    """(one in so many, whether that many millions)"""
    times = 1 / max(risk or FLOOR, FLOOR)
    return (_rounded(times / 1e6), True) if times >= 1e6 else (_rounded(times), False)


def _rounded(number: float) -> int:
    """Two digits are all that is known."""
    size = 10 ** max(len(str(int(number))) - 2, 0)
    return int(number / size + 1e-9) * size
