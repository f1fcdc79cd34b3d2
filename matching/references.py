"""Find what a movement's texts refer to, after they were read (:mod:`reading`).

``quick`` finds whole tokens, symbols and structured fields: enough for nearly every movement. ``thorough`` finds what is
glued, split, padded or damaged. A candidate is only a way to look a document up: :func:`strength` says what a hit is
worth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

from . import markers, schemes
from .data import MEDIUM, STRONG, STRUCTURED, WEAK, Candidate
from .keys import MIN_BARE_DIGITS, MIN_MARKED_DIGITS, ORDER, SEPARATORS, SHORT, compact, is_key
from .markers import DOCUMENT, ORDERED, PAPER
from .text import ALIKE_DIGITS, is_date, is_day_of_year

if TYPE_CHECKING:
    from .reading import Reading

#: how a candidate was written
FIELD, SYMBOL, SCHEME, END_TO_END, WORD, DATE, JOINED, PART, ALIKE = (
    'field', 'symbol', 'scheme', 'end_to_end', 'word', 'date', 'joined', 'part', 'alike',
)  # fmt: skip
#: more candidates than any bank's fields hold: keeps a hostile text cheap
MAX_CANDIDATES = 120
MAX_RUNS = 120
MAX_JOINED = 6
MIN_JOINED_DIGITS = 8
#: digits of a bare number that only the payer makes a reference
MIN_PLAIN_DIGITS = 5
_ASCENDING = frozenset('0123456789'[first:last] for first in (0, 1) for last in range(4, 11))
_GLUE = ('', '-', '/', '.', '_')

_DIGIT = re.compile(r'\d')
_WORD = re.compile(r'[A-Z0-9]+(?:[/._-][A-Z0-9]+)*')
_RUN = re.compile(r'[A-Z]+|\d+')
_MARKED = re.compile(r'([A-Z]+)[/._-]?(?=\d)')
#: a number with the year behind it that is no part of it: "1976/2026"
_BEFORE_YEAR = re.compile(r'0*([1-9]\d{3,9})[/-](20\d\d)')
_TAIL = re.compile(r'[/._-]\d{1,2}$')
#: a letter that looks like a digit, among digits
_SLIPPED = re.compile(r'(?<=[0-9/._-])[OILSBZG]+(?=\d)|(?<=\d)[OIL]+(?![A-Z])')
#: a separator with more of the number behind it
_MORE = re.compile(r'[/._-][A-Z0-9]')
_GAP = re.compile(r'[ /._?#\n-]{0,3}')
_THREES = re.compile(r'\d{1,3}(?:[ .]\d{3}){1,2}')
#: say that a reference follows, and of no journal: "VS-2026001"
_NO_PREFIX = frozenset(['VS', 'KID', 'FIK', 'FI', 'OCR', 'REF', 'NR', 'NO', 'C', 'F'])
#: letters glued to a number that are a word rather than a journal's
MIN_WORD = 5


def quick(reading: Reading, day: date | None = None) -> dict[str, Candidate]:
    """Candidates in a movement's texts that stand alone: {key: :class:`data.Candidate`}.

    :param reading: of :func:`reading.read`; fields 'structured' and 'end_to_end_id' hold what the payer's bank carried as such
    :param day: of the movement, to know days of six digits

    >>> from .reading import read
    >>> list(quick(read([('end_to_end_id', '/VS2026000042/SS/KS0308')])))
    ['2026000042']
    >>> sorted(quick(read([('text', 'Faktúra INV/2026/00042, ďakujem')])))
    ['2026/42', '202600042', 'INV202600042']
    >>> quick(read([('text', 'Platba od VS 2 12.50 EUR')]))
    {}
    """
    found: dict[str, Candidate] = {}
    for field, folded, plain in reading.texts:
        if not _DIGIT.search(plain):
            continue
        for key, piece in schemes.symbols.find(plain):
            found[key] = Candidate(key, field, piece, SYMBOL, DOCUMENT, day=_is_period(key, day))
        if field == 'end_to_end_id' and folded.startswith('/VS') and folded.count('/') == 3:
            continue
        for scheme in schemes.FINDERS:
            for key, piece in scheme.find(plain):
                found[key] = Candidate(key, field, piece, SCHEME, DOCUMENT)
        if field in ('structured', 'end_to_end_id'):
            _whole(field, folded, day, found)
        _words(field, plain, day, found)
        if len(found) > MAX_CANDIDATES:
            break
    return found


def _whole(field: str, folded: str, day: date | None, found: dict[str, Candidate]) -> None:
    """A structured field as a whole is a reference, whatever it looks like. An EndToEndId may be the payer's own
    number, so as a whole it is worth less."""
    key = compact(folded)
    if is_key(key) and key not in found:
        how, mark = (FIELD, DOCUMENT) if field == 'structured' else (END_TO_END, '')
        found[key] = Candidate(key, field, folded, how, mark, day=_is_period(key, day))


def _is_period(key: str, day: date | None) -> bool:
    """A day, a month with its year, the year alone, or what people type where they have no number: 123456, 1111."""
    if is_date(key, day) or key in _ASCENDING or (len(key) > 2 and len(set(key)) == 1):
        return True
    if len(key) != 4 or day is None or not key.isdigit():
        return False
    return abs(int(key) - day.year) <= 1 or is_day_of_year(key, day)


def _words(field: str, plain: str, day: date | None, found: dict[str, Candidate]) -> None:
    mark = told = ''
    own = END_TO_END if field == 'end_to_end_id' else WORD
    for match in _WORD.finditer(plain):
        word = match.group()
        if not _DIGIT.search(word):
            mark = markers.mark(word, mark if not told or word in markers.CONNECTING else '')
            told = ''
            continue
        before, told = told, word
        if _is_season(word):
            continue
        said_ = '' if mark == markers.THING else mark
        kid = plain[match.end() : match.end() + 1] == '-' and not plain[match.end() + 1 : match.end() + 2].isalnum()
        hashed = plain[match.start() - 1 : match.start()] == '#'
        for key, piece, how, letters, said in _forms(word, said_, day, kid, hashed=hashed):
            known = found.get(key)
            if how == DATE and before:
                said = ''  # a day behind a number, not the next one of a list
            if known is None:
                kept = how if how in (DATE, ALIKE, PART) else own
                found[key] = Candidate(key, field, piece, kept, said, letters, how == DATE)
            elif said and not known.mark and known.how != END_TO_END:
                found[key] = known._replace(mark=said)


def _forms(
    word: str, mark: str, day: date | None, kid: bool = False, letters: str = '', hashed: bool = False
) -> Iterator[tuple[str, ...]]:
    """(key, piece, how, letters before it, mark) of one word that has a digit."""
    plain = SEPARATORS.sub('', word)
    marked = bool(mark) or hashed
    if plain.isdigit():
        key = plain.lstrip('0')
        if _is_amount(word):
            return
        if len(key) >= MIN_PLAIN_DIGITS or (marked and len(key) >= MIN_MARKED_DIGITS):
            dated = is_date(word, day) or is_date(plain, day) or is_date(key, day)
            yield key, word, DATE if dated else WORD, letters, mark
            if kid:
                yield key + '-', word + '-', WORD, letters, mark
    else:
        if is_key(plain):
            yield plain, word, WORD, '', mark
            alike = plain.translate(ALIKE_DIGITS).lstrip('0')
            if alike.isdigit() and len(alike) >= MIN_PLAIN_DIGITS and sum(map(str.isdigit, plain)) * 2 > len(plain):
                yield alike, word, ALIKE, '', mark
        lead = _MARKED.match(word)
        if lead and lead.group(1) in markers.INVOICE:
            behind = word[lead.end() :]
            own = '' if lead.group(1) in _NO_PREFIX else lead.group(1)
            yield from _forms(behind, DOCUMENT if mark != PAPER else mark, day, kid, own)
        elif lead and len(word) > len(plain):
            number = ''.join(char for char in plain if char.isdigit()).lstrip('0')
            if len(number) >= MIN_BARE_DIGITS and plain[len(lead.group(1)) :].isdigit():
                yield number, word, WORD, lead.group(1), PAPER if lead.group(1) in markers.PAPERS else mark
    if len(word) > len(plain) and not is_date(word):
        for key, piece, how in _separated(word, day):
            yield key, piece, how, letters, mark


def _separated(word: str, day: date | None) -> Iterator[tuple[str, str, str]]:
    """(key, piece, how) of a word with separators: a number and its year, a document's and an instalment's number."""
    if (before := _BEFORE_YEAR.fullmatch(word)) and (day is None or abs(int(before.group(2)) - day.year) <= 1):
        yield before.group(1), word, PART
    yield from _year_pairs(word)
    if tail := _TAIL.search(word):  # an instalment's number behind the document's
        base = SEPARATORS.sub('', word[: tail.start()])
        if is_key(base) and (not base.isdigit() or len(base.lstrip('0')) >= MIN_BARE_DIGITS):
            yield base.lstrip('0') if base.isdigit() else base, word, WORD


def _is_season(word: str) -> bool:
    """Two years, one after the other: 2026/2027."""
    first, sign, last = word.partition('/')
    years = (
        sign and len(first) == len(last) == 4 and first.isdigit() and last.isdigit() and first[:2] == last[:2] == '20'
    )
    return bool(years) and int(last) - int(first) == 1


def _year_pairs(word: str) -> Iterator[tuple[str, str, str]]:
    """Year and number without zeros, whichever comes first: 2026/42, 42/2026, 26/42. Up to twelve it may be a month."""
    runs = re.findall(r'\d+', word)
    if _SLIPPED.search(word):
        return  # what is left without the letter is another number
    if not 2 <= len(runs) <= 3:
        return
    first, last = runs[0], runs[-1]
    for year, number in ((first, last), (last, first)):
        plain = number.lstrip('0')
        if not plain or len(plain) > 7:
            continue
        if len(year) == 4 and year[:2] in ('19', '20'):
            yield f'{year}/{plain}', word, DATE if int(plain) <= 12 else WORD
            return
        if len(year) == 2 and '15' <= year <= '49':
            yield f'20{year}/{plain}', word, DATE if int(plain) <= 12 else WORD


def _is_amount(word: str) -> bool:
    whole, dot, cents = word.rpartition('.')
    return bool(dot) and len(cents) == 2 and whole.isdigit()


def thorough(reading: Reading, day: date | None = None, prefixes: set[str] | None = None) -> dict[str, Candidate]:
    """Candidates that do not stand alone: glued to words, split by blanks or line breaks, inside other tokens.

    :param prefixes: the letters that documents' numbers may begin with, where known; spares look-ups

    >>> from .reading import read
    >>> sorted(thorough(read([('text', 'FA202600042SZAMLA')])))
    ['202600042', 'FA202600042']
    >>> [(c.key, c.how) for c in thorough(read([('text', 'inv 2026 00042')])).values()][-1]
    ('202600042', 'joined')
    """
    found: dict[str, Candidate] = {}
    for field, _folded, plain in reading.texts:
        if _DIGIT.search(plain):
            runs = [(match.start(), match.end(), match.group()) for match in _RUN.finditer(plain)][:MAX_RUNS]
            for place, (_start, _end, run) in enumerate(runs):
                if run.isdigit() or prefixes is None or run in prefixes:
                    _join(field, plain, runs, place, day, found)
            if len(found) > MAX_CANDIDATES:
                break
    return found


def _join(
    field: str, plain: str, runs: list[tuple[int, int, str]], place: int, day: date | None, found: dict[str, Candidate]
) -> None:
    start, end, key = runs[place]
    split = False
    before = runs[place - 1] if place and not runs[place - 1][2].isdigit() else None
    letters = before[2] if before and plain[before[1] : start] in _GLUE else ''
    mark = _mark_before(runs, place)
    if key.isdigit():
        _emit(field, plain, start, end, key, False, day, letters, mark, found)
    for _start, following, run in runs[place + 1 : place + MAX_JOINED]:
        gap = plain[end:_start]
        if not _GAP.fullmatch(gap):
            return
        split = split or ' ' in gap or '?' in gap
        key, end = key + run, following
        if run.isdigit():
            _emit(field, plain, start, end, key, split, day, letters, mark, found)


def _mark_before(runs: list[tuple[int, int, str]], place: int) -> str:
    """What the one or two words before a run say of it."""
    words: list[str] = []
    for _start, _end, run in reversed(runs[max(place - 2, 0) : place]):
        if run.isdigit():
            break
        words.insert(0, run)
    said = ''
    for word in words:
        said = markers.mark(word, said)
    return '' if said == markers.THING else said


def _emit(
    field: str,
    plain: str,
    start: int,
    end: int,
    key: str,
    split: bool,
    day: date | None,
    letters: str,
    mark: str,
    found: dict[str, Candidate],
) -> None:
    piece = plain[start:end]
    if split and _MORE.match(plain, end):
        return  # of a longer number
    if key.isdigit():
        if _is_amount(piece) or _is_season(piece):
            return
        key = key.lstrip('0')
        grouped = mark == DOCUMENT and (
            (len(key) >= MIN_MARKED_DIGITS and _THREES.fullmatch(piece))
            or (len(key) >= MIN_PLAIN_DIGITS and piece.count(' ') == 1 and split)
        )
        if len(key) < (MIN_JOINED_DIGITS if split else MIN_BARE_DIGITS) and not grouped:
            return
    if not is_key(key) or key in found:
        return
    whole = (
        not plain[start - 1 : start].isalnum() and not plain[end : end + 1].isalnum() and not _MORE.match(plain, end)
    )
    how = JOINED if split else WORD if whole else PART
    if how != JOINED and is_date(piece, day):
        how = DATE
    dated = how == DATE or is_date(piece, day) or (key.isdigit() and is_date(key, day))
    said = mark if mark in (PAPER, ORDERED) else ''
    found[key] = Candidate(key, field, piece, how, said, letters if key.isdigit() else '', dated)


def behind_other_letters(candidate: Candidate, number: str) -> bool:
    """Whether a bare number was written behind letters that are another paper's than the document's: "D-2026-133" is no
    "E-2026-133". A long word in front is none of a number.

    >>> from .data import Candidate
    >>> one = Candidate('2026133', 'text', 'D-2026-133', WORD, '', 'D')
    >>> behind_other_letters(one, 'E-2026-133'), behind_other_letters(one, 'D-2026-133'), behind_other_letters(one, '2026133')
    (True, False, True)
    """
    letters = candidate.letters
    if not letters or len(letters) >= MIN_WORD:
        return False
    ours = _RUN.findall(number.upper())
    own = ''.join(run for run in ours[: next((n for n, run in enumerate(ours) if run.isdigit()), 0)])
    if not own:
        return letters not in markers.INVOICE
    return not own.endswith(letters)


def strength(candidate: Candidate, kind: str, own: bool = True) -> int:
    """What a candidate is worth that hits a document's key of this kind (matching policy 4.1).

    :param own: whether we issued the document (an invoice of ours, not a vendor's bill)"""
    key, how = candidate.key, candidate.how
    letters = not key.rstrip('-').isdigit()
    if candidate.mark in (ORDERED, PAPER) and kind != ORDER and how not in (SYMBOL, SCHEME, FIELD):
        return MEDIUM if letters and kind != SHORT and own else WEAK  # called another paper
    if kind in (SHORT, ORDER):
        return _strength_of_part(candidate, kind)
    if how in (SYMBOL, SCHEME, FIELD):
        return STRUCTURED
    if how == END_TO_END:
        return STRONG if letters and len(key) >= MIN_JOINED_DIGITS else MEDIUM  # the payer's own number, maybe
    if how == DATE:
        return MEDIUM if candidate.mark == DOCUMENT else WEAK
    if how == ALIKE:
        return MEDIUM
    if how == JOINED:
        return MEDIUM if len(key) >= MIN_JOINED_DIGITS or _THREES.fullmatch(candidate.text) else WEAK
    if how == PART:
        return STRONG if letters and len(key) >= 8 else MEDIUM if len(key) >= 8 else WEAK
    if letters:
        return STRONG if len(key) >= 6 and sum(char.isdigit() for char in key) >= 4 else MEDIUM
    if len(key) >= 9 or (len(key) >= MIN_PLAIN_DIGITS and candidate.mark == DOCUMENT):
        return STRONG
    return MEDIUM if len(key) >= MIN_BARE_DIGITS else WEAK


def _strength_of_part(candidate: Candidate, kind: str) -> int:
    key, how = candidate.key, candidate.how
    if how in (JOINED, PART, END_TO_END, ALIKE) or (how == DATE and candidate.mark != DOCUMENT):
        return WEAK
    if how in (SYMBOL, FIELD):
        return STRONG if kind == ORDER else MEDIUM
    letters = not key.isdigit() and '/' not in key
    if (letters and len(key) >= (MIN_MARKED_DIGITS if kind == ORDER else 6)) or (candidate.mark and len(key) >= 6):
        return MEDIUM
    return WEAK
