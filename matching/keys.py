"""Under which keys a document can be found: what its numbers look like in a payer's hand.

Kinds of keys, the best first: the payment reference and the number in full; their digits alone (a variable symbol);
the partner's own reference; the order behind it; the number without its year or zeros."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from . import schemes
from .text import fold, fold_once

if TYPE_CHECKING:
    from .data import Document

REFERENCE, NUMBER, DIGITS, REF, ORDER, SHORT = 'reference', 'number', 'digits', 'ref', 'order', 'short'
#: kinds that name one document, as far as its issuer is concerned
FULL = (REFERENCE, NUMBER, DIGITS, REF)

#: digits that a bare number in free text needs to be a reference at all; with a word such as "invoice" before it
MIN_BARE_DIGITS = 6
MIN_MARKED_DIGITS = 4
#: digits that a key with letters needs
MIN_DIGITS = 3
MIN_LENGTH = 4
MAX_LENGTH = 35
#: digits that fit into a Slovak or Czech variable symbol
SYMBOL_DIGITS = 10

SEPARATORS = re.compile(r'[^A-Z0-9]')
_NOT_DIGITS = re.compile(r'[^0-9]')
_RUN = re.compile(r'[A-Z]+|\d+')
CENTURIES = ('19', '20')


def compact(text: str | None) -> str:
    """Letters and digits only, upper case, without accents; a number without leading zeros, a KID's "-" kept.

    >>> compact('inv/2026/00042'), compact('0012 345-'), compact('00012-45')
    ('INV202600042', '12345-', '1245')
    """
    folded = fold(text or '')
    key = SEPARATORS.sub('', folded)
    if key.isdigit():
        key = key.lstrip('0')
        if folded.endswith('-') and key:
            key += '-'
    return key


@lru_cache(maxsize=16384)
def digits(text: str) -> str:
    """Digits only, without leading zeros: what a payer types as variable symbol.

    >>> digits('INV/2026/00042')
    '202600042'
    """
    return _NOT_DIGITS.sub('', text or '').lstrip('0')


def is_key(text: str) -> bool:
    """Whether a compact text is long enough, and numeric enough, to name one document.

    >>> is_key('INV1'), is_key('INV202600042'), is_key('FAKTURA'), is_key('8')
    (False, True, False, False)
    """
    return MIN_LENGTH <= len(text) <= MAX_LENGTH and len(_NOT_DIGITS.sub('', text)) >= MIN_DIGITS


def customer_keys(reference: str, *numbers: str) -> set[str]:
    """Keys under which a customer is found by what it always writes: its own number, also without its letters ("C-100234" is
    typed as 100234), and its other identifiers.

    >>> sorted(customer_keys('C-100234', 'SK2020202020', 'x'))
    ['100234', 'C100234', 'SK2020202020']
    """
    keys = {key for key in map(compact, (reference, *numbers)) if is_key(key)}
    if len(plain := digits(reference)) >= MIN_BARE_DIGITS:
        keys.add(plain)
    return keys


def document_keys(document: Document) -> dict[str, str]:
    """Keys of a :class:`data.Document`: {key: kind}, the best kind for each key.

    >>> from .data import Document
    >>> keys = document_keys(Document(1, 1, 1, 'invoice', 'open', 'INV/2026/00042', 'RF18539007547034'))
    >>> keys['RF18539007547034'], keys['INV202600042'], keys['202600042'], keys['INV42'], keys['2026/42']
    ('reference', 'number', 'digits', 'short', 'short')
    """
    if document.keys is not None:
        return document.keys
    keys = document.keys = {}
    number, reference = document.number or '', document.payment_reference or ''
    if reference and reference != number:
        folded = fold_once(reference)
        _add(keys, folded, _RUN.findall(folded), REFERENCE)
        if folded[:1] == '+' or folded[:2] in ('HR', 'SI', 'FI'):
            for scheme in (schemes.fik, schemes.hr_si):
                for key, _piece in scheme.find(folded):
                    keys.setdefault(key, REFERENCE)
    if number:
        folded = fold_once(number)
        runs = _RUN.findall(folded)
        _add(keys, folded, runs, NUMBER)
    if document.ref:
        folded = fold_once(document.ref)
        _add(keys, folded, _RUN.findall(folded), REF)
    if document.origin:
        for origin in document.origin.split(',')[:5]:
            key = compact(origin)
            if is_key(key):
                keys.setdefault(key, ORDER)
    if number:
        _short_forms(keys, runs, str(document.date.year) if document.date else '')
    return keys


def _add(keys: dict[str, str], folded: str, runs: list[str], kind: str) -> None:
    key = ''.join(runs)
    if not key:
        return
    numbers = [run for run in runs if run <= '9~']
    if len(numbers) == len(runs):
        key = key.lstrip('0')
        if len(key) < MIN_LENGTH or len(key) > MAX_LENGTH:
            return
        if folded[-1] == '-':
            keys.setdefault(key + '-', kind)
            kind = DIGITS
        keys.setdefault(key, kind)
        return
    digits_ = ''.join(numbers)
    if len(digits_) >= MIN_DIGITS and MIN_LENGTH <= len(key) <= MAX_LENGTH:
        keys.setdefault(key, kind)
    if len(digits_) > SYMBOL_DIGITS:
        last = digits_[-SYMBOL_DIGITS:].lstrip('0')
        if len(last) >= MIN_MARKED_DIGITS:
            keys.setdefault(last, DIGITS)
    digits_ = digits_.lstrip('0')
    if MIN_MARKED_DIGITS <= len(digits_) <= MAX_LENGTH:
        keys.setdefault(digits_, DIGITS)
    if kind == REFERENCE and key[:2] == 'RF' and is_key(key[4:].lstrip('0')):
        keys.setdefault(key[4:].lstrip('0'), REFERENCE)


@lru_cache(maxsize=16384)
def parts(number: str, year: str = '') -> tuple[str, str, str] | None:
    """(prefix, year, sequence) of a document's number; the year has four digits, the sequence its zeros; None where the
    number has no such parts.

    :param year: year of the document's date, for numbers that glue it to the sequence

    >>> parts('INV/2026/00042'), parts('OF/00017/26', '2026'), parts('FA202600042', '2026'), parts('2600012', '2026')
    (('INV', '2026', '00042'), ('OF', '2026', '00017'), ('FA', '2026', '00042'), ('', '2026', '00012'))
    >>> parts('FV-26/03/0007', '2026'), parts('INV-1042', '2026')
    (('FV', '2026', '0007'), ('INV', '', '1042'))
    >>> parts('FV 394/10/2026', '2026')
    ('FV', '2026', '394')
    """
    return _parts(_RUN.findall(fold(number)), year)


def _parts(runs: list[str], year: str) -> tuple[str, str, str] | None:
    numbers = [run for run in runs if run <= '9~']
    if not numbers:
        return None
    first = runs.index(numbers[0])
    prefix = runs[0] if first == 1 else ''.join(runs[:first])
    if len(numbers) > 1:
        last = numbers[-1]
        short = year[2:]
        for run in numbers[:-1]:
            if (short and run == short) or _is_year(run, year):
                return prefix, run if len(run) == 4 else year, last
        if (short and last == short) or _is_year(last, year):
            month = len(numbers) > 2 and len(numbers[-2]) <= 2 and int(numbers[-2]) <= 12
            return prefix, last if len(last) == 4 else year, numbers[0 if month else -2]
        return prefix, '', last
    (run,) = numbers
    if len(run) > 6 and (run.startswith(year) if year else run[:2] in CENTURIES):
        return prefix, run[:4], run[4:]
    if year and len(run) > 5 and run.startswith(year[2:]):
        return prefix, year, run[2:]
    return prefix, '', run


def _is_year(run: str, year: str) -> bool:
    """Whether four digits are a year, near the document's own where that is known."""
    return len(run) == 4 and run[:2] in CENTURIES and (not year or abs(int(run) - int(year)) < 2)


def _short_forms(keys: dict[str, str], runs: list[str], year: str) -> None:
    """Without year or zeros: INV00042, INV42, 2026/42, 2600042, INV2600042, 202642."""
    found = _parts(runs, year)
    if not found:
        return
    prefix, year, sequence = found
    plain = sequence.lstrip('0')
    if not plain or len(prefix) > 10:
        return
    add = keys.setdefault
    dated = len(plain) == 4 and plain[:2] in CENTURIES  # "INV/2026" is no number
    if prefix and not dated and len(prefix) + len(sequence) >= MIN_LENGTH:
        add(prefix + sequence, SHORT)
        if len(prefix) + len(plain) >= MIN_LENGTH:
            add(prefix + plain, SHORT)
    if year:
        short = year[2:]
        add(f'{year}/{plain}', SHORT)
        add(short + sequence, SHORT)
        if prefix:
            add(prefix + short + sequence, SHORT)
            add(prefix + short + plain, SHORT)
            add(prefix + year + plain, SHORT)
        if len(plain) >= MIN_DIGITS:
            add(year + plain, SHORT)
