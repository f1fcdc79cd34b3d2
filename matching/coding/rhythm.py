"""Regular movements: when the next one is due, and whether the latest was much dearer or cheaper than those before. Said, never acted upon."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from datetime import date as Date
from datetime import timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median
from typing import NamedTuple

#: (name, shortest and longest days between two, months of it or 0, movements that show it)
PERIODS = (('week', 6, 8, 0, 6), ('month', 25, 37, 1, 4), ('quarter', 84, 98, 3, 4), ('year', 351, 380, 12, 3))
#: movements that are looked at, the latest
LATEST = 14
#: days that a movement may be late beyond what was seen: a weekend and a holiday
LATE = 4
#: amounts that are called equal lie within this factor; a latest one beyond this factor is told
EVEN, DEARER = Decimal('1.2'), Decimal('1.25')


class Rhythm(NamedTuple):
    """How often, and when next: ``due`` is the usual day, ``late`` the first day on which it is missing."""

    period: str
    due: Date
    late: Date
    #: after this day it has ended, it seems, and nothing is missing
    ended: Date


class Change(NamedTuple):
    """The latest amount beside the usual one, both without sign; ``share`` is the difference in percent of the usual one, signed."""

    usual: Decimal
    latest: Decimal
    share: int


def rhythm(days: Sequence[Date], amounts: Sequence[Decimal] = ()) -> Rhythm | None:
    """Of the days of equal movements, in any order; None where they are not regular. Where their amounts are equal, too, one less
    shows it.

    >>> rhythm([Date(2026, month, 1) for month in (6, 7, 8, 9)])
    Rhythm(period='month', due=datetime.date(2026, 10, 1), late=datetime.date(2026, 10, 6), ended=datetime.date(2026, 12, 9))
    >>> rhythm([Date(2026, 6, 1), Date(2026, 6, 9), Date(2026, 8, 1), Date(2026, 9, 1)]) is None
    True
    """
    known = sorted(set(days))[-LATEST:]
    gaps = [(later - earlier).days for earlier, later in pairwise(known)]
    for period, shortest, longest, months, enough in PERIODS:
        if len(known) >= enough - _are_even(amounts) and all(shortest <= gap <= longest for gap in gaps):
            due = _next(known, months) if months else known[-1] + timedelta(days=7)
            spread = _spread(known) if months else 1
            late = due + timedelta(days=spread + LATE + 1)
            return Rhythm(period, due, late, known[-1] + timedelta(days=2 * longest + 25))
    return None


def _are_even(amounts: Sequence[Decimal]) -> bool:
    sizes = [abs(amount) for amount in amounts]
    return bool(sizes) and min(sizes) > 0 and max(sizes) / min(sizes) <= EVEN


def _next(known: Sequence[Date], months: int) -> Date:
    """The usual day of the month, so many months after the latest; days near a month's end belong to it."""
    from_end = all(_day(day) <= 0 for day in known)
    usual = round(median(_day(day) if from_end else day.day for day in known))
    latest = known[-1]
    if from_end:  # counted from the month's end
        latest = latest + timedelta(days=5)
        year, month = _after(latest.replace(day=1), months)
        return Date(year, month, 1) + timedelta(days=usual - 1)
    year, month = _after(latest.replace(day=1), months)
    return Date(year, month, min(usual, monthrange(year, month)[1]))


def _day(day: Date) -> int:
    """The day of the month; of its last three days, how many before the next month's first (0, -1, -2)."""
    left = monthrange(day.year, day.month)[1] - day.day
    return -left if left < 3 else day.day


def _after(day: Date, months: int) -> tuple[int, int]:
    place = day.year * 12 + day.month - 1 + months
    return place // 12, place % 12 + 1


def _spread(known: Sequence[Date]) -> int:
    """Days by which it came after its usual day."""
    if not all(_day(day) <= 0 for day in known):
        usual = median(day.day for day in known)
        return max((round(day.day - usual) for day in known if abs(day.day - usual) < 10), default=0)
    usual = median(_day(day) for day in known)
    return max((round(_day(day) - usual) for day in known if abs(_day(day) - usual) < 10), default=0)


def change(amounts: Sequence[Decimal]) -> Change | None:
    """Of amounts in the order of their days; None where the latest is as usual, or where none is usual.

    >>> change([Decimal(-45), Decimal(-46), Decimal(-45), Decimal(-64)])
    Change(usual=Decimal('45'), latest=Decimal('64'), share=42)
    >>> change([Decimal(-45), Decimal(-90), Decimal(-30), Decimal(-64)]) is None
    True
    """
    *before, latest = [abs(amount) for amount in amounts[-LATEST:]]
    if len(before) < 2 or not min(before) or max(before) / min(before) > EVEN:
        return None
    usual = median(before)
    if not latest or 1 / DEARER < latest / usual < DEARER:
        return None
    return Change(usual, latest, round(100 * (latest - usual) / usual))
