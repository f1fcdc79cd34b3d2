"""References that nearly name a document: mistyped, cut off, reduced to their last digits. Asked only about the few
documents that the amount and the payer point at already, never about all."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import cached_property
from itertools import islice
from operator import ne
from typing import TYPE_CHECKING, NamedTuple

from . import markers, schemes
from .keys import CENTURIES, FULL, SEPARATORS, document_keys, parts
from .text import ALIKE_DIGITS, is_date

if TYPE_CHECKING:
    from .data import Document
    from .reading import Reading

TYPO, TAIL, CUT = 'typo', 'tail', 'cut'
#: what was called another paper is no damaged number of ours
_OTHERS = (markers.ORDERED, markers.PAPER)
MIN_TYPO = 6
#: a shorter number needs a payer who has one document of the amount only
MIN_SHORT_TYPO = 5
MIN_TAIL_DIGITS = 3
#: last digits in a list: of the sequence as a whole, of its end
MIN_END, MIN_LONG_END = 2, 4
#: digits of a whole number that stands alone
MIN_WHOLE = 4
MIN_CUT = 6
MAX_CUT = 2
MAX_TOKENS = 60
#: a number of an older year than this is a mistyped one
MAX_YEARS = 10
_SYMBOL = re.compile(r'^[^0-9]+|/.*$')
_LEAD = re.compile(r'([A-Z]+)[/._-]?(?=\d)')
_TOKEN = re.compile(r'[A-Z0-9]+(?:[/._-][A-Z0-9]+)*')
_RUN = re.compile(r'\d+')
#: a number written in groups: "25 39"
_GROUPS = re.compile(r'\d{1,5}(?: \d{1,5}){1,4}')
_SHORT_YEAR = re.compile(r'^\d{1,6}/(\d\d)$')


def near(one: str, other: str) -> bool:
    """Whether two keys differ by one character put in, left out or changed, by two neighbours swapped, or only by
    letters that look like digits.

    >>> near('20260042', '20260043'), near('20260042', '20260024'), near('20260042', '2026042'), near('2026OO42', '20260042')
    (True, True, True, True)
    >>> near('20260042', '20270043'), near('20260042', '20260042')
    (False, False)
    """
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        different = sum(map(ne, one, other))
        if different == 1:
            return True
        if different == 2:
            place = next(place for place, (a, b) in enumerate(zip(one, other)) if a != b)
            if one[place : place + 2] == other[place + 1 : place - 1 if place else None : -1]:
                return True
        return one.translate(ALIKE_DIGITS) == other.translate(ALIKE_DIGITS)
    short, long = (one, other) if len(one) < len(other) else (other, one)
    start = 0
    for a, b in zip(short, long):
        if a != b:
            break
        start += 1
    return short[start:] == long[start + 1 :]


class Token(NamedTuple):
    """A piece of text in which a damaged reference may stand. ``mark``: invoice, order or '' by the word before it;
    ``plain``: the key, a number without leading zeros; ``day``: it may be a date."""

    field: str
    piece: str
    key: str
    mark: str
    plain: str
    day: bool


class Tokens(list):
    """What :func:`tokens` found, and what is asked of it for each document again."""

    @cached_property
    def years(self) -> set[str]:
        """Years that stand in the texts, also in short behind a slash."""
        years: set[str] = set()
        for token in self:
            runs = _RUN.findall(token.piece)
            years.update(run for run in runs if len(run) == 4 and run[:2] in CENTURIES and len(runs) < 4)
            if short := _SHORT_YEAR.search(token.piece):
                years.add('20' + short.group(1))
        return years

    @cached_property
    def alike(self) -> list[tuple[Token, str]]:
        """[(token, its digits)] that may be a number itself, short as it is, or with letters that look like its digits:
        "5602", "4l215"."""
        found = []
        for token in self:
            whole = ' ' not in token.piece or _GROUPS.fullmatch(token.piece)
            if len(token.key) >= MIN_WHOLE and not token.day and token.mark not in _OTHERS and whole:
                plain = token.key.translate(ALIKE_DIGITS).lstrip('0')
                if plain.isdigit():
                    found.append((token, plain))
        return found

    @cached_property
    def mistyped(self) -> list[Token]:
        """Tokens that may be a number with a slip in it."""
        return [
            token
            for token in self
            if len(token.plain) >= MIN_SHORT_TYPO - 1 and not token.day and token.mark not in _OTHERS
        ]

    @cached_property
    def tails(self) -> list[tuple[Token, str, str]]:
        """[(token, run of digits, the run without zeros)] that may be the last digits of a number."""
        found = []
        for token in self:
            if token.mark in _OTHERS or ' ' in token.piece or token.day:
                continue
            for run in _RUN.findall(token.piece):
                plain = run.lstrip('0')
                marked = token.mark == markers.DOCUMENT and run == token.piece
                if (len(run) >= MIN_TAIL_DIGITS or marked) and len(plain) >= 2:
                    found.append((token, run, plain))
        return found


def tokens(reading: Reading, day: date | None = None) -> Tokens:
    """The words with digits, and the groups of two or three words around them: :class:`Tokens`.

    :param reading: of :func:`reading.read`
    :param day: of the movement, to know days of six digits"""
    found, seen = Tokens(), set[str]()
    for field, folded, plain in reading.texts:
        if field == 'end_to_end_id' or 'VS' in folded:
            for _key, piece in schemes.symbols.find(folded if field == 'end_to_end_id' else plain):
                _note(field, _SYMBOL.sub('', piece) or piece, markers.DOCUMENT, day, found, seen)
            if field == 'end_to_end_id' and folded.startswith('/VS'):
                continue
        folded = plain
        if not _RUN.search(folded):
            continue
        matches = list(islice(_TOKEN.finditer(folded), MAX_TOKENS))
        sign, word, told = '', '', False
        for place, match in enumerate(matches):
            piece = match.group()
            if sum(map(str.isdigit, piece)) < 1:
                word = markers.mark(piece, word if not told or piece in markers.CONNECTING else '')
                told, sign = False, '' if word == markers.THING or piece.startswith('REF') else word
                continue
            told = True
            _note(field, piece, sign, day, found, seen)
            if (lead := _LEAD.match(piece)) and lead.group(1) in markers.INVOICE:
                _note(field, piece[lead.end() :], markers.DOCUMENT, day, found, seen)
            grouped = _GROUPS.match(folded, match.start())
            if grouped and grouped.group().count(' ') > 2:
                _note(field, grouped.group(), sign, day, found, seen)
            for first, last in ((place - 1, place), (place, place + 1), (place - 1, place + 1), (place, place + 2)):
                if first >= 0 and last < len(matches):
                    span = folded[matches[first].start() : matches[last].end()]
                    if len(span) <= 40:
                        _note(field, span, sign, day, found, seen)
        if len(found) > MAX_TOKENS:
            break
    return found


def _note(field: str, piece: str, sign: str, day: date | None, found: Tokens, seen: set[str]) -> None:
    key = SEPARATORS.sub('', piece)
    if key not in seen and len(key) <= 40 and sum(map(str.isdigit, key)) >= 2:
        seen.add(key)
        plain = key.lstrip('0') if key.isdigit() else key
        found.append(Token(field, piece, key, sign, plain, is_date(piece, day)))


class Likeness(NamedTuple):
    """How a text resembles a number. ``sure``: a word such as "invoice" stands before it, or it is long; ``exact``: only
    letters were taken for digits, so it resembles no other number."""

    kind: str
    field: str
    piece: str
    sure: bool
    exact: bool = False


def resemblance(document: Document, found: Tokens, known: Collection[str] = ()) -> Likeness | None:
    """How a movement's text resembles a document's number: :class:`Likeness` or None.

    :param found: of :func:`tokens`
    :param known: keys that name a document exactly: such a token is no typing error of another's"""
    every = document_keys(document)
    for token, plain in found.alike:
        if every.get(plain) in FULL:
            return Likeness(TYPO if plain != token.plain else TAIL, token.field, token.piece, True, True)
    keys = [key for key, kind in every.items() if kind in FULL and len(key) >= MIN_SHORT_TYPO]
    for token in found.mistyped:
        plain = token.plain
        if plain in known:
            continue
        for key in keys:
            if -2 < len(key) - len(plain) < 2 and near(plain, key) and not _is_another(token, key, document):
                return Likeness(TYPO, token.field, token.piece, len(plain) >= MIN_TYPO)
    if found.years and found.years != {str(document.date.year) if document.date else ''}:
        return None  # a year is written, and not this one
    return _tail(document, keys, found) or _cut(keys, found, known)


def _is_another(token: Token, key: str, document: Document) -> bool:
    """Whether the difference makes another document of it: of another year or month."""
    return (
        _of_another_year(token, document)
        or of_another_period(token.piece, document.number)
        or _of_another_month(token.plain, key, document)
    )


def _of_another_year(token: Token, document: Document) -> bool:
    """Whether it is a whole number with another year: another document then, not a typing error."""
    ours = parts(document.number or '', str(document.date.year) if document.date else '')
    theirs = parts(token.piece, '')
    if not ours or not theirs or not ours[1] or not theirs[1]:
        return False
    years = int(ours[1]) - int(theirs[1])
    return bool(years) and -1 <= years <= MAX_YEARS and ours[2].lstrip('0') == theirs[2].lstrip('0')


def _of_another_month(plain: str, key: str, document: Document) -> bool:
    """Whether the two differ in nothing but the month that the number begins with: next month's document.

    >>> from datetime import date
    >>> from .data import Document
    >>> august = Document(1, 1, 1, 'invoice', 'open', '26080042', date=date(2026, 8, 1))
    >>> _of_another_month('26090042', '26080042', august), _of_another_month('26080043', '26080042', august)
    (True, False)
    """
    day = document.date
    if not day or len(plain) != len(key) or not key.isdigit() or not plain.isdigit():
        return False
    for month in {day.month, day.month % 12 + 1, (day.month - 2) % 12 + 1}:
        for form, at in (
            (f'{day.year % 100:02d}{month:02d}', 2),
            (f'{day.year}{month:02d}', 4),
            (f'{month:02d}{day.year % 100:02d}'.lstrip('0'), 0),
        ):
            start = key.find(form)
            end = start + len(form)
            if start >= 0 and plain[:start] == key[:start] and plain[end:] == key[end:]:
                written = plain[start:end].zfill(4)[at : at + 2]
                return 1 <= int(written) <= 12
    return False


def of_another_period(piece: str, number: str) -> bool:
    """Whether a number written in parts is the document's but for its month, quarter or year: another document.

    >>> of_another_period('FV-2609-0042', 'FV-2608-0042'), of_another_period('394/11/2026', 'FV 394/10/2026')
    (True, True)
    >>> of_another_period('2026Q4-042', '2026Q3-042'), of_another_period('2026-0043', '2026-0042')
    (True, False)
    """
    ours, theirs = _RUN.findall(number or ''), _RUN.findall(piece)
    if len(ours) < 2 or len(ours) != len(theirs):
        return False
    different = [(a, b) for a, b in zip(ours, theirs) if a.lstrip('0') != b.lstrip('0')]
    return len(different) == 1 and _are_periods(*different[0])


def _are_periods(one: str, other: str) -> bool:
    """Two months, quarters or near years, alone or as yymm."""
    if len(one) != len(other) or len(one) == 3 or len(one) > 6:
        return len(one) <= 2 and len(other) <= 2 and 1 <= int(one) <= 12 and 1 <= int(other) <= 12
    if len(one) == 4 and one[:2] == other[:2] and one[:2] in CENTURIES:
        return abs(int(one) - int(other)) <= MAX_YEARS
    return 1 <= int(one[-2:]) <= 12 and 1 <= int(other[-2:]) <= 12 and abs(int(one) - int(other)) <= 100 * MAX_YEARS


def ends_with(document: Document, digits: str) -> bool:
    """Whether the document's number ends with these, without year and zeros."""
    found = parts(document.number or '', str(document.date.year) if document.date else '')
    if not found or len(digits) < MIN_END:
        return False
    return found[2].lstrip('0') == digits.lstrip('0') or (len(digits) >= MIN_LONG_END and found[2].endswith(digits))


def _tail(document: Document, keys: list[str], found: Tokens) -> Likeness | None:
    """The last digits of the number, without year and zeros."""
    known = parts(document.number or '', str(document.date.year) if document.date else '')
    sequence = known[2] if known else ''
    numbers = [key for key in keys if key.isdigit()]
    short = sequence.lstrip('0')
    for token, run, plain in found.tails:
        marked = token.mark == markers.DOCUMENT
        ends = len(run) >= MIN_TAIL_DIGITS and sequence.endswith(run)
        fits = plain == short or ends or (len(run) > len(sequence) and _ends(numbers, run))
        if fits and not _is_year(run, token, document) and not of_another_period(token.piece, document.number):
            sure = len(run) >= MIN_TAIL_DIGITS and marked and (len(run) > MIN_TAIL_DIGITS or plain == short)
            return Likeness(TAIL, token.field, token.piece, sure or len(run) >= 5)
    return None


def _is_year(run: str, token: Token, document: Document) -> bool:
    if len(run) != 4 or run[:2] not in CENTURIES:
        return False
    return not token.mark or not document.date or abs(int(run) - document.date.year) < 2


def _ends(numbers: list[str], run: str) -> bool:
    return len(run) >= 5 and any(number.endswith(run) for number in numbers)


def _cut(keys: list[str], found: Tokens, known: Collection[str]) -> Likeness | None:
    """The number was cut off at the field's end."""
    for token in found:
        if len(token.key) >= MIN_CUT and token.key not in known and not token.day and token.mark not in _OTHERS:
            plain = token.plain
            missing = [len(key) - len(plain) for key in keys if key.startswith(plain)]
            if missing and min(missing) <= MAX_CUT:
                return Likeness(CUT, token.field, token.piece, min(missing) == 1)
    return None
