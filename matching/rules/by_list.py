"""R4: lists and ranges of numbers, written short: "FA 101-104, 107", "INV/2026/00042, 43, 44", "2026001-2026004"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import amounts, markers, policy, risk
from ..data import MEDIUM, Allocation, Evidence, Reason
from ..keys import FULL, MIN_MARKED_DIGITS, compact
from ..payers import corroboration
from ..similar import ends_with
from ..source import MAX_OPEN
from ..text import is_date
from .common import SURE, contradiction, proposal

if TYPE_CHECKING:
    from ..case import Case
    from ..data import Document, Proposal

MAX_EXPANDED = 30
MAX_LISTS = 3
#: numbers from the first to the last of a range
MAX_BETWEEN = 200
MIN_DIGITS = 2
MAX_TEXT = 600
MIN_UNKNOWN_DIGITS = 3
#: digits of numbers that are a list without a word that says so
MIN_WORDLESS = 4
_RUN = re.compile(r'\d+')
_ITEM = re.compile(r'[A-Z0-9]{1,30}(?:[/._-][A-Z0-9]{1,30}){0,5}')
_GAP = re.compile(r' ?(?:[,;+&-]|\.\.)? ?')
#: whole numbers with a slash between them, or the endings of the next ones behind it
_SLASHED = re.compile(r'((?:\d{4}-)?\d{5,12}|(?:[A-Z]{1,6}[/-]?)?(?:20\d\d[/-])?(?!20\d\d/)\d{4,12})((?:/\d{2,12})+)')
_GROUPED = re.compile(r'(?<![0-9A-Z])(\d{1,3}) (\d{3})(?![0-9A-Z])')
_HASH = re.compile(r'(/?) ?#(?=\d)')
_CONNECTING = frozenset(["A", "AZ", "AND", "UND", "OG", "ES", "I", "ILL"])
_RANGING = frozenset(["TO", "TILL", "BIS", "DO", "AZ"])
_SPLIT = re.compile(r'(?: ?[,;+&] ?| (?:A|AND|UND|OG|ES|I|ILL) | )+')
_RANGE = re.compile(r'(.*?\d+) ?(?:-|\.\.| TO | TILL | BIS | DO | AZ ) ?(\d+)$')
_WHOLE_RANGE = re.compile(r'([A-Z0-9/._-]*\d)-([A-Z][A-Z0-9/._-]*\d)$')
_LAST = re.compile(r'(\d+)\D*$')


def by_list(case: Case) -> list[Proposal]:
    """A list counts only where it makes exactly the amount."""
    for field, _folded, plain in case.reading.texts:
        for written in _written(plain[:MAX_TEXT]):
            numbers = expand(written)
            evidence = (Evidence(field, written, 'list', MEDIUM),)
            parts = (numbers, numbers[:-1], numbers[1:])
            found = next((some for part in parts if len(part) > 1 and (some := _resolve(case, part, numbers))), None)
            if not found and (between := _between(case, written)):
                found, numbers = between
            if found:
                documents = [part.document for part in found]
                against = _doubt(case, documents, numbers)
                payer = documents[0].partner if corroboration(case, documents[0]) in SURE else None
                chance = risk.listed(case, [compact(number) for number in numbers], payer)
                return [proposal(case, policy.LISTED, amounts.EXACT, found, evidence, against, MEDIUM, 0, chance)]
            if found := _of_several(case, numbers):
                against = Reason('several_partners', {'count': len(numbers)})
                return [proposal(case, policy.LISTED, amounts.EXACT, found, evidence, against, MEDIUM)]
    return []


def _written(plain: str) -> list[str]:
    """The lists in a text; after these, those whose numbers were written in groups of three: "40 376 og 40 517"."""
    plain = _HASH.sub(_without_hash, plain)
    lists = written_lists(plain)[:MAX_LISTS]
    grouped = _GROUPED.sub(r'\1\2', plain)
    return lists if grouped == plain else lists + written_lists(grouped)[:MAX_LISTS]


def _without_hash(match: re.Match[str]) -> str:
    return ', ' if match.group(1) else ' '


def _in_full(case: Case, chosen: list[Document]) -> list[Allocation] | None:
    """Allocations of all that is open on these documents, where it is exactly the amount, else None."""
    if len(chosen) < 2 or any(document.currency != case.currency for document in chosen):
        return None
    allocations = [Allocation(document, item, open_) for document in chosen for item, open_ in case.left(document)]
    return allocations if sum((a.amount for a in allocations), Decimal(0)) == case.amount else None


def _doubt(case: Case, documents: list[Document], numbers: list[str]) -> Reason | None:
    """What speaks against a list; small numbers ("byt 12, 13") are one only where a word says so."""
    small = all(len(run) < MIN_WORDLESS for number in numbers for run in _RUN.findall(number))
    if small and not any(markers.mark(word) == markers.DOCUMENT for word in case.reading.words):
        return Reason('names_other', {'text': ', '.join(numbers)})
    for document in documents:
        certain, key = corroboration(case, document), compact(document.number)
        if found := contradiction(case, document, certain, False, key):
            return found
    return None


def _between(case: Case, written: str) -> tuple[list[Allocation], list[str]] | None:
    """Allocations of one customer's open documents from the first to the last number of a range, other customers' among
    them left out, and the two ends; None where both ends are not his, or they do not make the amount."""
    match = _RANGE.match(written) or _WHOLE_RANGE.match(written)
    first, last = (_parted(match.group(1)), _parted(match.group(2))) if match else (None, None)
    if not first or not last:
        return None
    (prefix, head), (before, tail) = first, last
    end = head[: len(head) - len(tail)] + tail if len(tail) <= len(head) and before in ('', prefix) else ''
    if not end or not 0 < int(end) - int(head) < MAX_BETWEEN or len(head) < MIN_MARKED_DIGITS:
        return None
    keys = [compact(f'{prefix}{str(number).zfill(len(head))}') for number in range(int(head), int(end) + 1)]
    for partner in _partners(case):
        chosen: dict[object, tuple[Document, str]] = {}
        for key in case.source.known(case.company, keys):
            for document, kind in case.source.documents(case.company, key):
                if kind in FULL and document.partner == partner and not case.obstacle(document):
                    chosen.setdefault(document.id, (document, key))
        ends = {key for _document, key in chosen.values()}
        found = _in_full(case, [document for document, _key in chosen.values()])
        if found and {keys[0], keys[-1]} <= ends:
            return found, [f'{prefix}{head}', f'{prefix}{end}']
    return None


def _parted(number: str) -> tuple[str, str] | None:
    """(what stands before the last digits of a number, these digits), or None."""
    match = _LAST.search(number)
    return (number[: match.start(1)], match.group(1)) if match else None


def _of_several(case: Case, numbers: list[str]) -> list[Allocation] | None:
    """Allocations where the numbers are open documents of several partners and make the amount: a courier's list."""
    chosen = []
    for number in numbers:
        named = [
            document
            for document, kind in case.source.documents(case.company, compact(number))
            if kind in FULL and not case.obstacle(document) and document.currency == case.currency
        ]
        if len(named) != 1 or named[0] in chosen:
            return None
        chosen += named
    return _in_full(case, chosen)


def written_lists(folded: str) -> list[str]:
    """The lists in a text: numbers with nothing but list signs between them.

    >>> written_lists('FA 101-104, 107 DAKUJEM 55')
    ['101-104, 107']
    """
    lists: list[str] = []
    current, end = '', None
    joint: str | None = ''
    for match in _ITEM.finditer(folded):
        piece = match.group()
        near = end is not None and _GAP.fullmatch(folded, end, match.start())
        if slashed := _SLASHED.fullmatch(piece):
            lists.append(current)
            current, end, joint = slashed.group(1) + slashed.group(2).replace('/', ', '), match.end(), ''
            continue
        if not any(map(str.isdigit, piece)):
            joint = (' - ' if piece in _RANGING else ', ') if near and piece in _CONNECTING | _RANGING else None
            end = match.end() if joint else None
            continue
        if current and near and joint is not None:
            gap = folded[end : match.start()]
            current += (joint or (' - ' if '-' in gap or '..' in gap else ', ')) + piece
        else:
            lists.append(current)
            current = piece
        end, joint = match.end(), ''
    lists.append(current)
    return [text.replace(' - ', '-') for text in lists if len(text) > 4]


def expand(text: str) -> list[str]:
    """The numbers that a list means, at most ``MAX_EXPANDED``; [] where it is none.

    >>> expand('101-104, 107')
    ['101', '102', '103', '104', '107']
    >>> expand('INV/2026/00042, 43')
    ['INV/2026/00042', 'INV/2026/00043']
    >>> expand('2026001-2026003'), expand('14.01.2026'), expand('1-5000')
    (['2026001', '2026002', '2026003'], [], [])
    """
    numbers: list[str] = []
    for piece in _SPLIT.split(text):
        piece = piece.strip(' -/')
        if not piece or is_date(piece) or not piece[-1].isdigit():
            continue
        range_ = _RANGE.match(piece)
        if range_ and (span := _span(*range_.groups())):
            numbers += [_continued(numbers, number) for number in span]
        else:
            numbers.append(_continued(numbers, piece))
        if len(numbers) > MAX_EXPANDED:
            return []
    return numbers if len(numbers) > 1 else []


def _span(first: str, last: str) -> list[str] | None:
    """['101', '102', …] from 101 to 104, also from 2026/0101 to 0104; None where the two are no range."""
    parted = _parted(first)
    if not parted or len(last) > len(parted[1]):
        return None
    prefix, head = parted
    end = head[: len(head) - len(last)] + last
    if not 0 < int(end) - int(head) < MAX_EXPANDED or len(head) < MIN_DIGITS:
        return None
    return [f'{prefix}{str(number).zfill(len(head))}' for number in range(int(head), int(end) + 1)]


def _continued(numbers: list[str], piece: str) -> str:
    """A short number behind a full one stands for its last digits."""
    full = _parted(numbers[-1]) if numbers else None
    if not full or not piece.isdigit() or len(piece) > len(full[1]):
        return piece
    before = numbers[-1]
    number = Number(before[: len(before) - len(piece)] + piece)
    number.ending = piece
    return number


class Number(str):
    """A number of a list that was written short; ``ending`` is what was written of it."""

    __slots__ = ('ending',)
    ending: str


def _resolve(case: Case, numbers: list[str], all_numbers: list[str]) -> list[Allocation] | None:
    """Allocations where every number is one open document of the same partner and they make the amount, else None.

    :param all_numbers: with what stands beside the list, a date or a contract; it must be no document of the partner"""
    for partner in _partners(case):
        if any(_known(case, partner, number) for number in all_numbers if number not in numbers):
            continue
        if partner not in case.payers and any(len(number) < MIN_UNKNOWN_DIGITS for number in _short(case, numbers)):
            continue
        chosen = []
        for number in numbers:
            named = _named(case, partner, number)
            if len(named) != 1 or named[0] in chosen:
                break
            chosen += named
        else:
            if found := _in_full(case, chosen):
                return found
    return None


def _short(case: Case, numbers: list[str]) -> list[str]:
    """The parts of a list as they were written behind the first one."""
    texts = ' '.join(text.plain for text in case.reading.texts)
    return [number[-2:] for number in numbers[1:] if number not in texts and number[-MIN_UNKNOWN_DIGITS:] not in texts]


def _known(case: Case, partner: object, number: str) -> bool | list[Document]:
    """Whether a number is a document of the partner, open or not."""
    documents = case.source.documents(case.company, compact(number))
    return any(document.partner == partner for document, _kind in documents) or _named(case, partner, number)


def _named(case: Case, partner: object, number: str) -> list[Document]:
    """The partner's open documents that a number means, in full or by its last digits."""
    found = [
        document
        for document, kind in case.source.documents(case.company, compact(number))
        if document.partner == partner and kind in FULL and not case.obstacle(document)
    ]
    if found:
        return found
    documents = case.open_of(partner)
    if len(documents) >= MAX_OPEN:
        return []  # there are more that may end so
    if number.isdigit() and (ended := [document for document in documents if ends_with(document, number)]):
        return ended
    ending = getattr(number, 'ending', '')
    if len(ending) < MIN_UNKNOWN_DIGITS:
        return []
    return [document for document in documents if (parted := _parted(document.number)) and parted[1].endswith(ending)]


def _partners(case: Case) -> Iterator[object]:
    """Who may be meant: the payer, or whose document the first full number is."""
    yield from case.payers
    seen = {None, *case.payers}
    for hit in case.usable:
        if hit.document.partner not in seen:
            seen.add(hit.document.partner)
            yield hit.document.partner
    yield from (partner for partner in case.identified if partner not in seen)
