"""One movement, whichever way it came: by the bank's interface, in a statement file, in a bank's mail, typed in by hand.

Each way names a movement in its own words, so no key is common to all. What is: amount and day, and how often both come together. A
*complete* source (a statement, an interface) tells whole days: of equal movements there are as many as the source that tells most
says. Which is which, the rest of it says: account, references, names, texts. What cannot be told is left to a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from .data import Transaction
from .facts import ALIKE, DOUBT, OTHER, REFERENCE, SAME, Facts, compare, facts
from .identity import fingerprint
from .pairs import largest_matching

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


def settle(
    given: Iterable[Given],
    there: Iterable[There],
    way: str,
    covered: Callable[[date], bool] = lambda _day: True,
    voice: str = '',
) -> Settled:
    """Which of the movements that a source tells are in the books.

    :param given: without those that this source told before under the same uid
    :param there: the account's movements within :data:`NEAR` of these days, without those that are known to be others that this
        source tells
    :param way: how ``given`` comes
    :param covered: whether the source tells all of a day; where it is a mail, whether another source does
    :param voice: which source of that way: what tells in the same words as before"""
    by_amount: defaultdict[Decimal, list[There]] = defaultdict(list)
    for one in there:
        by_amount[one.row.amount.normalize()].append(one)
    groups: defaultdict[Decimal, list[Given]] = defaultdict(list)
    order = {}
    for number, told in enumerate(given):
        groups[told.row.amount.normalize()].append(told)
        order[told.uid] = number
    found = Settled()
    for amount, rows in groups.items():
        if amount not in by_amount:
            found.new += rows
        else:
            _Amount(rows, by_amount[amount], way, covered, voice, found).settle()
    found.new.sort(key=lambda told: order[told.uid])
    return found


class _Amount:
    """The movements of one amount."""

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

    def settle(self) -> None:
        self._exact()
        self._tie(same_day=True, allowed=self._is_surely_same)
        if self.way == MAIL or any(one.way == MAIL for one in self.free):
            self._tie(same_day=False, allowed=self._is_clear_by_mail)
        self._tie(same_day=True, allowed=self._is_same)
        self._tie(same_day=False, allowed=self._is_the_only_one)
        self._count_many()
        self._number()
        self._doubt()
        self.found.new += self.left

    # === Steps === #

    def _exact(self) -> None:
        """What says the same in every word, each once."""
        words: defaultdict[str, list[There]] = defaultdict(list)
        for one in reversed(self.free):
            if not self._is_another(one):
                words[fingerprint(one.row)].append(one)
        for told in list(self.left):
            if self.way != MAIL and (equal := words[fingerprint(told.row)]):
                self._know(told, equal.pop())

    def _tie(self, same_day: bool, allowed: Callable[[Given, There], bool]) -> None:
        edges: dict[str, list[There]] = {}
        best: dict[str, int] = {}
        for told in self.left:
            scored = [
                (self._verdict(told, one)[1], number, one)
                for number, one in enumerate(self._candidates(told, same_day))
                if allowed(told, one)
            ]
            scored.sort(key=lambda entry: (-entry[0], entry[1]))
            if scored:
                edges[told.uid], best[told.uid] = [one for _score, _number, one in scored], scored[0][0]
        self.left.sort(key=lambda told: -best.get(told.uid, 0))  # whoever has more to say, chooses first
        matched = {told.uid: (told, one) for told, one in self._matching(edges)}
        contested, claimed = self._contested(edges, matched), []
        for told in list(self.left):
            if told.uid in contested:
                self._hold(told, edges[told.uid])
                claimed += edges[told.uid]
            elif told.uid in matched:
                self._know(*matched[told.uid])
        self.free = [one for one in self.free if one not in claimed]

    def _contested(self, edges: dict[str, list[There]], matched: dict[str, tuple[Given, There]]) -> set[str]:
        """Those of which one is left over, though it has as much to say as another one that is not."""
        owners = {one.id: told for told, one in matched.values()}
        found: set[str] = set()
        for told in self.left:
            for one in edges.get(told.uid, ()) if told.uid not in matched else ():
                owner = owners[one.id]  # else it would be matched
                same = self._verdict(told, one)[1] == self._verdict(owner, one)[1]
                if same and self._kind(told) != self._kind(owner):
                    found |= {told.uid, owner.uid}
        return found

    def _count_many(self) -> None:
        """Where so many are left that nobody can compare each with each, each is compared with one of its day: what does not contradict
        it is counted, else it is held; what is over is new where all are of one kind."""
        if len(self.left) * len(self.free) <= MAX_PAIRS:
            return
        days: defaultdict[date | None, list[There]] = defaultdict(list)
        for one in reversed(self.free):
            if not self._is_another(one):
                days[one.row.booking_date].append(one)
        some = {day: [one.id for one in rows[:MANY]] for day, rows in days.items()}
        kinds: defaultdict[date | None, set[Facts]] = defaultdict(set)
        for told in self.left:
            kinds[told.row.booking_date].add(self._kind(told))
        for told in list(self.left):
            day = told.row.booking_date
            if days[day]:
                one = days[day].pop()
                if self._may_be(told, one):
                    self.found.counted.add(told.uid)
                    self._know(told, one)
                else:
                    self._hold(told, [one])
            elif some.get(day) and len(kinds[day]) > 1:
                self.found.doubts[told.uid] = some[day]
                self.left.remove(told)

    def _number(self) -> None:
        """The largest number of equal movements of a day is right. Where some are new and they differ, nobody can tell which."""
        edges = {}
        for told in self.left:
            fits = [one for one in self._candidates(told, True) if self._may_be(told, one)]
            if fits:
                edges[told.uid] = fits
        matched = {told.uid: one for told, one in self._matching(edges)}
        for day in {told.row.booking_date for told in self.left}:
            rows = [told for told in self.left if told.uid in edges and told.row.booking_date == day]
            over = [told for told in rows if told.uid not in matched]
            alike = len({self._kind(told) for told in rows}) == 1
            for told in rows:
                if told.uid in matched and (not over or alike):
                    self.found.counted.add(told.uid)
                    self._know(told, matched[told.uid])
                elif over and not alike:
                    self._hold(told, edges[told.uid])

    def _doubt(self) -> None:
        """What may be in the books, where neither number nor words tell."""
        edges = {}
        for told in self.left:
            fits = [one for one in self._candidates(told, False) if self._is_doubtful(told, one)]
            if fits:
                edges[told.uid] = fits
        matched = {told.uid for told, _one in self._matching(edges)}
        kinds = {self._kind(told) for told in self.left if told.uid in edges}
        for told in list(self.left):
            if told.uid in edges and (told.uid in matched or len(kinds) > 1):
                self._hold(told, edges[told.uid])

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
        is told whole, too."""
        day = (told if self.way == MAIL else one).row.booking_date
        if day is None or not self.covered(day) or self._is_another(one):
            return False
        verdict, score = self._verdict(told, one)
        return verdict == SAME and score >= STRONG and self._is_of_mail(told, one)

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

    # === Which with which === #

    def _candidates(self, told: Given, same_day: bool) -> list[There]:
        """Those free ones that it may be: of the day, those first with which it shares an account or a reference."""
        free = self.free if len(self.free) * len(self.left) <= MAX_PAIRS else self._sharing(told)
        if same_day:
            rows = [one for one in free if one.row.booking_date == told.row.booking_date]
        else:
            rows = [one for one in free if self._is_near(told, one)]
        return rows

    def _sharing(self, told: Given) -> list[There]:
        """Those with which it shares an account, a name or a reference, the likeliest first."""
        if self.by_key is None:
            self.by_key = defaultdict(list)
            for one in self.free:
                for key in self.keys[id(one)]:
                    self.by_key[key].append(one)
        free = {one.id for one in self.free}
        found = {one.id: one for key in self.keys[id(told)] for one in self.by_key[key][:MANY] if one.id in free}
        return list(found.values())

    def _matching(self, edges: dict[str, list[There]]) -> list[tuple[Given, There]]:
        """A largest matching, the likelier pairs preferred."""
        order = [told.uid for told in self.left if told.uid in edges]
        found = largest_matching(order, {uid: [one.id for one in rows] for uid, rows in edges.items()})
        by_id, by_uid = {one.id: one for one in self.free}, {told.uid: told for told in self.left}
        return [(by_uid[uid], by_id[number]) for number, uid in found.items()]

    def _know(self, told: Given, one: There) -> None:
        self.found.known[told.uid] = one.id
        self.left.remove(told)
        self.free.remove(one)

    def _hold(self, told: Given, candidates: list[There]) -> None:
        self.found.doubts[told.uid] = [one.id for one in candidates]
        self.left.remove(told)
