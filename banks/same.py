"""One movement, whichever way it came: by the bank's interface, in a statement file, in a bank's mail, typed in by hand.

Each way names a movement in its own words, so no key is common to all. What is: amount and day, and how often both come together. A
*complete* source (a statement, an interface) tells whole days: of equal movements there are as many as the source that tells most
says. Which is which, the rest of it says: account, references, names, texts. What cannot be told is left to a person."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal

from .facts import ALIKE, SAME, Facts
from .identity import fingerprint
from .judgements import (
    COMPLETE,
    EARLIER,
    FEED,
    FILE,
    HAND,
    LATER,
    MAIL,
    MANY,
    MAX_PAIRS,
    NEAR,
    Given,
    Judgements,
    Settled,
    There,
)
from .pairs import largest_matching

__all__ = ['COMPLETE', 'FEED', 'FILE', 'HAND', 'MAIL', 'NEAR', 'Given', 'Settled', 'There', 'settle']


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
    _release(found)
    found.new.sort(key=lambda told: order[told.uid])
    return found


def _release(found: Settled) -> None:
    """A line that is known as one movement is offered for no other: each that a source tells is one of its own. Where nothing else is
    left, it stays, so that a person sees what there is."""
    taken = set(found.known.values())
    for uid, numbers in found.doubts.items():
        found.doubts[uid] = [number for number in numbers if number not in taken] or numbers


class _Amount(Judgements):
    """The movements of one amount."""

    def settle(self) -> None:
        self._exact()
        self._tie(same_day=True, allowed=self._is_surely_same)
        if self.way == MAIL or any(one.way == MAIL for one in self.free):
            self._tie(same_day=False, allowed=self._is_clear_by_mail)
        self._count_mails()
        self._tie(same_day=True, allowed=self._is_same)
        self._tie(same_day=False, allowed=self._is_the_only_one)
        self._count_many()
        self._number()
        self._doubt()
        self.found.new += self.left

    # === Steps === #

    def _exact(self) -> None:
        """What says the same in every word, each once; a mail's day is another matter."""
        words: defaultdict[str, list[There]] = defaultdict(list)
        for one in reversed(self.free):
            if one.way != MAIL and not self._is_another(one):
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

    def _count_mails(self) -> None:
        """Equal movements that mails told are booked in their order, some days later: who was told first is booked first. As many are
        known as the number of each day tells; where a mail would be left over though this source tells all its days, as many as there
        can be."""
        if self.way not in COMPLETE or len(self.left) * len(self.free) > MAX_PAIRS:
            return
        for rows, mails in self._groups_of_mails():
            told = Counter(one.row.booking_date for one in mails)
            of_day, over = [], Counter(one.row.booking_date for one in mails if self._must_be_told(one))
            for row in rows:
                if told[row.row.booking_date]:
                    told[row.row.booking_date] -= 1
                    over[row.row.booking_date] -= 1
                    of_day.append(row)
            pairs = self._in_order(rows if any(number > 0 for number in over.values()) else of_day, mails)
            known = {one.id for _row, one in pairs}
            if any(self._must_be_told(one) and one.id not in known for one in mails):
                for row in rows:
                    self._hold(row, [one for one in mails if self._is_near(row, one)])
            elif any(row.row.booking_date != one.row.booking_date for row, one in pairs):
                for row, one in pairs:
                    self.found.counted.add(row.uid)
                    self._know(row, one)

    def _groups_of_mails(self) -> list[tuple[list[Given], list[There]]]:
        """Told movements and mails that may be each other, directly or through others; by day."""
        mails = [one for one in self.free if one.way == MAIL and not self._is_another(one)]
        edges = {told.uid: self._alike(told, mails) for told in self.left}
        groups: list[tuple[list[Given], dict[int, There]]] = []
        others = Counter(one.row.booking_date for one in self.free if one.way in COMPLETE)
        for told in self.left:
            if others[told.row.booking_date]:  # it is that one, as a rule
                others[told.row.booking_date] -= 1
                continue
            if not edges[told.uid]:
                continue
            mine: tuple[list[Given], dict[int, There]] = ([told], {one.id: one for one in edges[told.uid]})
            for other in [group for group in groups if group[1].keys() & mine[1].keys()]:
                groups.remove(other)
                mine = (other[0] + mine[0], other[1] | mine[1])
            groups.append(mine)
        day = lambda one: (one.row.booking_date or date.min, getattr(one, 'id', 0))  # noqa: E731
        return [(sorted(rows, key=day), sorted(found.values(), key=day)) for rows, found in groups]

    def _in_order(self, rows: list[Given], mails: list[There]) -> list[tuple[Given, There]]:
        """Who comes first is booked first: each row with the earliest mail that it may be."""
        pairs, used = [], set()
        for told in rows:
            if one := next((one for one in self._alike(told, mails) if one.id not in used), None):
                used.add(one.id)
                pairs.append((told, one))
        return pairs

    def _must_be_told(self, one: There) -> bool:
        """Whether this source tells all days on which a mail's movement may be booked."""
        day = one.row.booking_date
        return day is not None and all(
            self.covered(day + timedelta(days=number)) for number in range(-EARLIER.days, LATER.days + 1)
        )

    def _alike(self, told: Given, mails: list[There]) -> list[There]:
        """Mails whose movement it may be, those that say the same where there are such."""
        fit = [(self._verdict(told, one)[0], one) for one in mails if self._is_of_mail(told, one)]
        best = min((verdict for verdict, _one in fit), default=ALIKE)
        return [one for verdict, one in fit if verdict == best and verdict in (SAME, ALIKE)]

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
        strong = [
            one
            for one in self.free
            if self._is_near(told, one) and self._is_strong(told, one) and not self._is_another(one)
        ]
        self.found.doubts[told.uid] = list(dict.fromkeys(one.id for one in (*strong, *candidates)))
        self.left.remove(told)
