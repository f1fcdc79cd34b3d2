"""The memory: what was done with earlier movements, found by who was at the other end. It grows by what is learned and forgets what is undone; how long
a search takes does not depend on how much is known."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from . import rests
from .data import Booked, Movement
from .traits import ACCOUNT, NAME, WORDS, Traits, traits

#: of one ground, the latest that are looked at
LATEST = 30
#: one precedent is never enough; so many have to agree after a change of mind, or where little is known of them
ENOUGH, AGREE = 2, 3
#: digits from which a number that comes again is a contract's
CONTRACT = 6
Key = tuple[str, object, int]
Constant = tuple[str, object]


class Precedent:
    """One earlier movement, read once."""

    __slots__ = ('_constants', 'booked', 'kind', 'traits')

    def __init__(self, booked: Booked, read: Traits) -> None:
        self.booked, self.traits, self.kind = booked, read, booked.kind
        self._constants: dict[Constant, bool] | None = None

    @property
    def constants(self) -> dict[Constant, bool]:
        """Of its traits, worked out when they are asked for."""
        if self._constants is None:
            self._constants = self.traits.constants()
        return self._constants

    def order(self) -> tuple[object, ...]:
        return _order(self.booked)


def _order(booked: Booked) -> tuple[object, ...]:
    return (booked.finished, booked.movement.date, booked.undone, str(booked.id))


class Group:
    """The precedents of one ground, the oldest first, whatever the order in which a day's were learned. What is worked out of them is kept."""

    __slots__ = ('_contracts', '_index', '_kept', '_recurring', 'done', 'is_place', 'kinds', 'known')

    def __init__(self, known: Iterable[Precedent], is_place: Callable[[str], bool] = lambda _word: False) -> None:
        self.is_place = is_place
        self._recurring: frozenset[str] | None = None
        self.known = sorted(known, key=Precedent.order)
        self.done = [one for one in self.known if not one.booked.undone]
        self.kinds = {one.kind for one in self.done}
        self._contracts: tuple[frozenset[str], int] | None = None
        self._index: dict[Constant, list[Precedent]] | None = None
        self._kept: dict[object, object] = {}

    @property
    def index(self) -> dict[Constant, list[Precedent]]:
        """{constant: those that have it}"""
        if self._index is None:
            self._index = {}
            for one in self.done:
                for constant in one.constants:
                    self._index.setdefault(constant, []).append(one)
        return self._index

    @property
    def kept(self) -> dict[object, object]:
        """What others have worked out of the group, by whatever name."""
        return self._kept

    def recurring(self) -> frozenset[str]:
        """Numbers that came again, where each of the precedents has one; else none. No years: they tell nothing."""
        if self._recurring is None:
            counts = Counter(number for one in self.done for number in one.traits.numbers if not YEAR.fullmatch(number))
            again = frozenset(number for number, count in counts.items() if count >= ENOUGH)
            each = all(not again.isdisjoint(one.traits.numbers) for one in self.done)
            self._recurring = again if each else frozenset()
        return self._recurring

    def contracts(self) -> tuple[frozenset[str], int]:
        """(numbers that came again; how many kinds are told by one): at a payment service they tell the payees apart."""
        if self._contracts is None:
            seen: dict[str, set[object]] = {}
            again: dict[str, set[object]] = {}
            for one in self.done:
                for number in one.traits.numbers:
                    if len(number) >= CONTRACT:
                        if number in seen:
                            again[number] = seen[number]
                        seen.setdefault(number, set()).add(one.kind)
            told = {kind for kinds in again.values() if len(kinds) == 1 for kind in kinds}
            self._contracts = frozenset(again), len(told)
        return self._contracts


#: merchants that a word stands behind
PLACES = 2
#: a year
YEAR = re.compile(r'(?:19|20)\d\d|(?:0?[1-9]|1[0-2])20\d\d|20\d\d(?:0[1-9]|1[0-2])')
EMPTY = Group(())


class Precedents:
    """Earlier movements of one company, with what people made of them."""

    def __init__(self, rates: Mapping[object, Decimal] | None = None) -> None:
        """:param rates: of taxes, as :attr:`books.Books.rates`"""
        self.rates = rates or {}
        self._by_key: dict[Key, deque[Precedent]] = {}
        self._groups: dict[object, Group] = {}
        #: {word behind a merchant's name: merchants}
        self._behind: dict[str, set[str]] = {}

    def learn(self, booked: Iterable[Booked]) -> None:
        """:param booked: the oldest first"""
        self._groups.clear()
        by_key = self._by_key
        # a day's movements in one order, however they come: of each key, only the latest are kept
        for one in sorted(booked, key=_order):
            if not one.movement.amount:
                continue
            precedent = Precedent(one, traits(one.movement))
            if precedent.traits.shop and not precedent.traits.is_bare:
                self._note_places(precedent.traits.shop)
            for key in [*keys(precedent.traits, one.movement), *rests.keys_of(one, self.rates)]:
                known = by_key.get(key)
                if known is None:
                    known = by_key[key] = deque(maxlen=LATEST)
                known.append(precedent)

    def _note_places(self, shop: tuple[str, ...]) -> None:
        for word in shop[1:][-1:]:  # before it may stand what is sold
            at = self._behind.setdefault(word, set())
            if len(at) < PLACES:
                at.add(shop[0])

    def is_place(self, word: str) -> bool:
        """Whether a word stands at the end of several merchants' names: a town, or what says nothing of any of them."""
        return len(self._behind.get(word, ())) >= PLACES

    def all(self) -> list[Booked]:
        """All that is known, each once."""
        return list({one.booked.id: one.booked for known in self._by_key.values() for one in known}.values())

    def of(self, key: Key, name: str = '') -> Group:
        """Those of a ground; to an account's belong those of its ``name`` that came without an account."""
        asked = (key, name if key[0] == ACCOUNT else '')
        if asked not in self._groups:
            self._groups[asked] = self._group(key, asked[1])
        return self._groups[asked]

    def _group(self, key: Key, name: str) -> Group:
        found: Sequence[Precedent] = self._by_key.get(key, ())
        if not found:
            return EMPTY
        if name:
            ids = {one.booked.id for one in found}
            named = self._by_key.get((NAME, name, key[2]), ())
            found = [*found, *(one for one in named if not one.traits.account and one.booked.id not in ids)]
        return Group(found, self.is_place)


def keys(read: Traits, movement: Movement) -> list[Key]:
    """Under what a movement is remembered: its grounds, and the words that it says."""
    sign = 1 if movement.amount > 0 else -1
    found: list[Key] = list(read.grounds)
    if read.words:
        found.append((WORDS, read.words, sign))
    return found
