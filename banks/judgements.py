"""Whether two tellings of one amount are one movement: by what they say, the way they came, and their days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from .data import Transaction
from .facts import ALIKE, DOUBT, OTHER, REFERENCE, SAME, Facts, compare, facts

FEED, FILE, MAIL, HAND = 'feed', 'file', 'mail', 'hand'
#: sources that tell whole days
COMPLETE = frozenset({FEED, FILE})
#: days between two ways' days of one movement; days that a booking may be after what its mail says (a weekend, a holiday), and before
NEAR, LATER, EARLIER = timedelta(days=5), timedelta(days=4), timedelta(days=1)
#: how much speaks for two tellings of one movement where their days differ: account and reference; one of them
CLEAR, STRONG = 20, 10
#: pairs of equal movements of a day that are looked at one by one
MAX_PAIRS = 250_000
#: days by which a day that a person typed in may be wrong
TYPED = 3
#: of as many that share a word, the first
MANY = 50


@dataclass(frozen=True, slots=True)
class There:
    """A movement that is in the books. ``way``: how it came; ``voice``: which source of that way; ``claimed``: by another name, the
    source that tells now has told it before."""

    id: int
    row: Transaction
    way: str
    voice: str = ''
    claimed: bool = False


@dataclass(frozen=True, slots=True)
class Given:
    """A movement that a source tells. ``uid``: what it is called there."""

    uid: str
    row: Transaction


@dataclass(slots=True)
class Settled:
    """``new``: not in the books yet; ``known``: {uid: id in the books}; ``counted``: those of them of which only the number tells;
    ``doubts``: {uid: ids of which it may be one}."""

    new: list[Given] = field(default_factory=list)
    known: dict[str, int] = field(default_factory=dict)
    counted: set[str] = field(default_factory=set)
    doubts: dict[str, list[int]] = field(default_factory=dict)


class Judgements:
    """The movements of one amount, and what is to be said of each pair.

    ``left``: told and not settled yet; ``free``: in the books and nobody's yet"""

    def __init__(
        self,
        given: list[Given],
        there: list[There],
        way: str,
        covered: Callable[[date], bool],
        voice: str,
        found: Settled,
    ) -> None:
        self.way, self.covered, self.voice, self.found = way, covered, voice, found
        self.left, self.free = list(given), list(there)
        self.facts: dict[int, Facts] = {id(told): facts(told.row) for told in given}
        self.facts |= {id(one): facts(one.row) for one in there}
        self.keys = {number: one.keys() for number, one in self.facts.items()}
        self.verdicts: dict[tuple[int, int], tuple[int, int]] = {}
        self.by_key: defaultdict[str, list[There]] | None = None

    # === Judgements of a pair === #

    def _is_another(self, one: There) -> bool:
        """Whether this source, in whose words each movement has one name, calls the other by another name. An interface that tells a
        whole day anew, and not under that name, has changed its words; a file may be a part of a day."""
        return one.claimed and self.way != FEED

    def _is_same(self, told: Given, one: There) -> bool:
        return self._verdict(told, one)[0] == SAME and not self._is_another(one)

    def _is_surely_same(self, told: Given, one: There) -> bool:
        return self._is_same(told, one) and self._verdict(told, one)[1] >= STRONG

    def _is_the_only_one(self, told: Given, one: There) -> bool:
        """Whether one's booking day is the other's value day, or a mail's day is one on which that may be booked, and no other movement of
        this amount is about these days, here or there."""
        if self._is_another(one) or self._verdict(told, one)[0] != SAME:
            return False
        if MAIL in (self.way, one.way):
            day = (told if self.way == MAIL else one).row.booking_date
            fits = day is not None and self.covered(day) and self._is_of_mail(told, one)
        else:
            fits = self.way in COMPLETE and one.way in COMPLETE and self._is_other_day(told, one)
        return fits and self._is_alone(told, one)

    def _is_alone(self, told: Given, one: There) -> bool:
        there = sum(self._is_near(told, other) for other in self.free)
        here = sum(self._is_near(other, one) for other in self.left)
        return there == here == 1

    def _is_clear_by_mail(self, told: Given, one: There) -> bool:
        """A mail is written before its movement is booked: on another day an account or a reference tells, where the mail's own day
        is told whole, too, or nothing else of this amount says as much. Each movement of a complete source has a line of its own: should
        the mail's day be told later, and with another one, that one is new."""
        day = (told if self.way == MAIL else one).row.booking_date
        if day is None or self._is_another(one) or not self._is_strong(told, one) or not self._is_of_mail(told, one):
            return False
        return self.covered(day) or (self.way in COMPLETE and self._is_only_strong(told, one))

    def _is_strong(self, told: Given, one: There) -> bool:
        verdict, score = self._verdict(told, one)
        return verdict == SAME and score >= STRONG

    def _is_only_strong(self, told: Given, one: There) -> bool:
        there = sum(self._is_near(told, other) and self._is_strong(told, other) for other in self.free)
        here = sum(self._is_near(other, one) and self._is_strong(other, one) for other in self.left)
        return there == here == 1

    def _is_of_mail(self, told: Given, one: There) -> bool:
        """Whether one of them is a mail's, and the other's day is one on which that may be booked."""
        first, second = told.row.booking_date, one.row.booking_date
        if first is None or second is None:
            return False
        forth, back = -EARLIER <= second - first <= LATER, -EARLIER <= first - second <= LATER
        return (self.way == MAIL and forth) or (one.way == MAIL and back)

    def _may_be(self, told: Given, one: There) -> bool:
        """Whether the number of equal movements may tell that they are the same."""
        if self.way not in COMPLETE or one.way == HAND or self._is_another(one):
            return False
        verdict = self._verdict(told, one)[0]
        return verdict in (SAME, ALIKE) or (verdict == DOUBT and one.way in COMPLETE)

    def _is_doubtful(self, told: Given, one: There) -> bool:
        verdict, score = self._verdict(told, one)
        if self._is_another(
            one
        ):  # where this source tells the whole day, and not the other name any more, it may have renamed it
            if (
                self.way == MAIL
                or told.row.booking_date != one.row.booking_date
                or not self.covered(one.row.booking_date or date.min)
            ):
                return False
            named = min(len(self.facts[id(pair)].reference) for pair in (told, one)) >= REFERENCE
            return score >= CLEAR and verdict == SAME if named else verdict in (SAME, ALIKE, DOUBT)
        if told.row.booking_date == one.row.booking_date:
            return verdict != OTHER or (self.way in COMPLETE and one.way in COMPLETE)
        if not self._is_near(told, one):
            return False
        if MAIL in (self.way, one.way):
            return verdict in (SAME, ALIKE, DOUBT) and self._is_of_mail(told, one)
        # the day itself may be told otherwise: this source tells the other's whole day, and not this there
        covered = one.row.booking_date is not None and self.covered(one.row.booking_date)
        if verdict == SAME and (
            covered or self._is_other_day(told, one) or (score >= CLEAR and one.voice != self.voice)
        ):
            return True
        if verdict == ALIKE and self._is_other_day(told, one) and self.way in COMPLETE and one.way in COMPLETE:
            return one.voice != self.voice
        told_otherwise = verdict == DOUBT and (one.way in COMPLETE or self._days_between(told, one) <= TYPED)
        return covered and one.voice != self.voice and (verdict == ALIKE or told_otherwise)

    @staticmethod
    def _days_between(told: Given, one: There) -> int:
        return abs(((told.row.booking_date or date.min) - (one.row.booking_date or date.min)).days)

    @staticmethod
    def _is_other_day(told: Given, one: There) -> bool:
        """Whether one's booking day is the other's value day."""
        return told.row.booking_date == one.row.value_date or told.row.value_date == one.row.booking_date

    def _is_near(self, told: Given, one: There) -> bool:
        first, second = told.row.booking_date, one.row.booking_date
        return first is not None and second is not None and abs(first - second) <= NEAR

    def _verdict(self, told: Given, one: There) -> tuple[int, int]:
        key = id(told), id(one)
        if key not in self.verdicts:
            if len(self.verdicts) > MAX_PAIRS:
                return DOUBT, 0
            mails = self.way == MAIL and one.way == MAIL
            self.verdicts[key] = compare(self.facts[key[0]], self.facts[key[1]], mails)
        return self.verdicts[key]

    def _kind(self, told: Given) -> Facts:
        """What it says, but for the source's own words: equal payments are of one kind."""
        return replace(self.facts[id(told)], reference='', balance=None)
