"""Whether a movement is what its precedents were. What is new of it (words, a symbol, an account) is harmless only if the like was new before, often
enough, and was booked the same all the same; an amount, within the band that was seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from ..data import Reason
from .precedents import AGREE, CONTRACT, YEAR
from .traits import ACCOUNT, BANK, CREDITOR, MANDATE, MERCHANT, NAME, Traits

if TYPE_CHECKING:
    from .precedents import Precedent

#: so many times the like was new before, and harmless
ONCE, TWICE, OFTEN = 1, 2, 4
#: an amount is like others up to this factor beyond them; a wider band widens it
MARGIN = Decimal('1.25')
#: a band from which amounts vary, and the factor beyond it then, at least and at most
VARIED, MARGIN_VARIED, MARGIN_MOST = Decimal('1.1'), Decimal('1.6'), Decimal(2)
#: below them an amount may be smaller by so much more: a shop's small change is another thing
UNDER, UNDER_SHOP = 2, Decimal('1.25')
#: ISO 20022's domain of loans
LOANS = 'LDAS'
#: of the bank's own fees and interest
WIDE = Decimal(5)
#: a difference that is never one
SMALL = Decimal('1.00')


def _only(value: object) -> frozenset[object]:
    return frozenset([value]) if value else frozenset()


#: what may be new: (code, its values, times that it must have been new before)
KINDS: tuple[tuple[str, Callable[[Traits], frozenset[object]], int], ...] = (
    (NAME, lambda read: _only(read.name), TWICE),
    (ACCOUNT, lambda read: _only(read.account), TWICE),
    (CREDITOR, lambda read: _only(read.creditor), TWICE),
    (MANDATE, lambda read: _only(read.mandate), TWICE),
    ('words', lambda read: frozenset(read.words), TWICE),
    ('vs', lambda read: _only(read.symbols.vs), ONCE),
    ('ss', lambda read: _only(read.symbols.ss), ONCE),
    ('ks', lambda read: _only(read.symbols.ks), TWICE),
    ('structured', lambda read: _only(read.symbols.structured), ONCE),
    ('card', lambda read: _only(read.card), TWICE),
    ('purpose', lambda read: _only(read.purpose), TWICE),
    ('bank_code', lambda read: _only(read.bank_code), TWICE),
)


class Summary:
    """Of precedents of one kind, the oldest first."""

    __slots__ = (
        'count',
        'currencies',
        'ends',
        'high',
        'is_place',
        'known_pairs',
        'low',
        'numbers',
        'pairs',
        'reads',
        'seen',
        'sizes',
        'words',
    )

    def __init__(self, found: Sequence[Precedent], is_place: Callable[[str], bool] = lambda _word: False) -> None:
        """:param is_place: whether a word behind a merchant's name is a town, or what stands behind many names"""
        reads = [one.traits for one in found]
        self.is_place, self.reads = is_place, reads
        self.ends = {read.shop[-1] for read in reads if len(read.shop) > 1}
        self.pairs = frozenset.intersection(*(read.pairs for read in reads))
        self.known_pairs = frozenset().union(*(read.pairs for read in reads))
        self.count = len(reads)
        self.currencies = {read.currency for read in reads}
        self.sizes = {read.size for read in reads}
        self.low, self.high = min(self.sizes), max(self.sizes)
        self.words = frozenset.intersection(*(read.words for read in reads))
        self.numbers = frozenset.intersection(*(read.numbers for read in reads))
        #: {code: (values, how often one of them was new)}
        self.seen = {code: _history([values(read) for read in reads]) for code, values, _times in KINDS}

    def against(self, now: Traits, ground: str) -> Reason | None:
        """What is other than before, or None."""
        if self.currencies != {now.currency}:  # no amount of one is like one of another
            return Reason('new_currency', {'text': now.currency})
        return self._new(now, ground) or self._lost(now, ground) or self._amount(now, ground)

    def _new(self, now: Traits, ground: str) -> Reason | None:
        for code, values, times in KINDS:
            if code == ground or (ground == BANK and code in (NAME, ACCOUNT)):
                continue
            needed = times
            seen, harmless = self.seen[code]
            mine = values(now)
            if mine <= seen or (code == 'purpose' and ground == MANDATE and not seen):
                continue  # a bank that begins to tell more says nothing new of a mandate
            if ground in (MERCHANT, BANK) and code != 'card':  # shops' towns
                if code == 'words' and ground == MERCHANT:
                    mine -= seen
                    if self._is_another_town(now, mine):
                        continue
                    if self._strange() < OFTEN and self._before_a_place(now, mine):
                        return Reason('new_words', {'text': sorted(map(str, mine))[0]})
                if now.is_told and self.count >= AGREE and (harmless or code != 'words'):
                    continue
                needed = ONCE if now.is_told or ground == BANK else TWICE
            if harmless < needed:
                return Reason(f'new_{code}', {'text': sorted(str(value) for value in mine - seen)[0]})
        return None

    def _lost(self, now: Traits, ground: str) -> Reason | None:
        """A contract's number, or a word, that all precedents have; no word at all is no other word, where the amount is known, too."""
        if ground == MERCHANT:
            return None
        lost = sorted(number for number in self.numbers - now.numbers if len(number) >= CONTRACT)
        is_silent = now.numbers <= now.period and not any(YEAR.fullmatch(number) for number in lost)
        if lost and now.numbers and not is_silent and (ground != BANK or LOANS in now.bank_code):
            return Reason('lost_words', {'text': lost[0]})
        if ground != BANK and (gone := self._other_pair(now)):
            return Reason('lost_words', {'text': gone})
        if not self.words <= now.words and (now.words or now.size not in self.sizes):
            return Reason('lost_words', {'text': sorted(self.words - now.words)[0]})
        return None

    def _strange(self) -> int:
        """How often a word was new that is no town."""
        words = [frozenset(word for word in read.words if not self.is_place(word)) for read in self.reads]
        return _history([frozenset[object](one) for one in words])[1]

    def _before_a_place(self, now: Traits, new: frozenset[object]) -> bool:
        """Whether a word that was never seen stands between the merchant's name and a town: a café, a car wash."""
        first = min(now.shop.index(str(word)) for word in new) if new <= set(now.shop) else len(now.shop)
        return any(self._is_town(word) for word in now.shop[first + 1 :])

    def _is_town(self, word: str) -> bool:
        """Or what stands at the end of this merchant's name."""
        return word in self.ends or self.is_place(word)

    def _is_another_town(self, now: Traits, new: frozenset[object]) -> bool:
        """Whether all that is new is the last word, a known town, which stands where others stood."""
        last = now.shop[-1:]
        return (
            not now.is_bare
            and new == {*last}
            and self.is_place(last[0])
            and not any(map(self._is_town, now.shop[1:-1]))
        )

    def _other_pair(self, now: Traits) -> str:
        """What all precedents have behind a word (flat 12), where the movement has something else there; a word of two letters that they
        all have, where it has one that none of them has."""
        for pair in sorted(self.pairs - now.pairs):
            word, _space, number = pair.partition(' ')
            others = now.pairs - self.known_pairs
            if any(one.startswith(f'{word} ') if number else ' ' not in one for one in others):
                return pair
        return ''

    def _amount(self, now: Traits, ground: str) -> Reason | None:
        """Within the band that was seen, and a little more."""
        low, high = self.low, self.high
        spread = high / low if low else Decimal(1)
        margin = (
            MARGIN if spread < VARIED and ground != MERCHANT else max(MARGIN_VARIED, min(spread.sqrt(), MARGIN_MOST))
        )
        if ground == BANK:  # its words say what it is, whatever the amount
            margin = max(margin, WIDE)
        under = margin * (UNDER_SHOP if ground == MERCHANT else UNDER)
        if low / under <= now.size <= high * margin or low - SMALL <= now.size <= high + SMALL:
            return None
        return Reason('amount_band', {'low': low, 'high': high})


def _history(values: Sequence[frozenset[object]]) -> tuple[frozenset[object], int]:
    seen, new = values[0], 0
    for mine in values[1:]:
        if not mine <= seen:
            new += 1
            seen = seen | mine
    return seen, new
