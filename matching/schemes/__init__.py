"""Structured payment references, one small module a scheme.

``find(folded)`` yields (key, piece) for the spellings that only this scheme has; ``is_valid(compact)`` checks a
reference without separators. A valid check digit proves nothing about a number that nobody knows: it is asked only
about a number that is a document's own reference already, or to say that what was typed is broken."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import betalingskenmerk, fik, hr_si, kid, ocr, ogm, qrr, rf, symbols, viite

#: with a notation of their own in text
FINDERS = (rf, fik, ogm, hr_si)
#: checked by a digit of their own
CHECKED = (rf, kid, ocr, viite, ogm, qrr, betalingskenmerk)


#: by name; RF says itself what it is
NAMES = {scheme.__name__.rpartition('.')[2]: scheme for scheme in CHECKED}
PROVEN = frozenset({'rf'})
#: share of the company's own references that pass, and how many there must be, before a scheme counts
MIN_SHARE, MIN_REFERENCES = 0.97, 20


def passed(reference: str, number: str) -> list[str]:
    """Names of the schemes in which a payment reference is valid; none where it is just the document's number again.

    :param reference: compact payment reference, KID with its "-"
    :param number: compact document number

    >>> passed('RF18539007547034', 'INV202600042'), passed('202600042', 'INV202600042'), passed('12345674', '42')
    (['rf'], [], ['kid', 'ocr'])
    """
    digits = ''.join(char for char in number if char.isdigit())
    plain = reference.rstrip('-')
    if reference[:2] == 'RF':
        return ['rf'] if rf.is_valid(reference) else []
    if not plain.isdigit() or len(plain) < 7 or (digits and plain.lstrip('0') == digits.lstrip('0')):
        return []
    return [name for name, scheme in NAMES.items() if scheme.is_valid(reference)]


def trusted(pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Names of the schemes that a company's own references follow, as nearly all of them pass: one in ten plain numbers
    passes by chance, so a few say nothing.

    :param pairs: (payment reference, number) of documents, both compact

    >>> sorted(trusted([('42', 'INV42')] * 50)), sorted(trusted([('12345674', '42')] * 50))
    (['rf'], ['kid', 'ocr', 'rf'])
    """
    counts, total = dict.fromkeys(NAMES, 0), 0
    for reference, number in pairs:
        if reference[:2] != 'RF':
            total += 1
            for name in passed(reference, number):
                counts[name] += 1
    follow = {name for name, count in counts.items() if total >= MIN_REFERENCES and count >= MIN_SHARE * total}
    return frozenset(follow | PROVEN)


def has_own_check_digit(reference: str, number: str, own: frozenset[str] = PROVEN) -> bool:
    """Whether a document's payment reference carries a check digit of a scheme that the company follows.

    :param own: of :func:`trusted`

    >>> has_own_check_digit('RF18539007547034', 'INV202600042'), has_own_check_digit('12345674', '42')
    (True, False)
    """
    if reference[:2] == 'RF':
        return 'rf' in own and rf.is_valid(reference)
    return any(NAMES[name].is_valid(reference) for name in own) and any(
        name in own for name in passed(reference, number)
    )


__all__ = ['CHECKED', 'FINDERS', 'has_own_check_digit', 'symbols', 'trusted']
