"""Creditor reference, ISO 11649: RF, two check digits, up to 21 letters or digits, printed in groups of four."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iso11649
from stdnum.exceptions import ValidationError

_PATTERN = re.compile(r'(?<![A-Z0-9])RF ?\d{2}(?: ?[A-Z0-9]{1,4}){1,6}(?![A-Z0-9])')
_GLUED = re.compile(r'(?<![A-Z0-9])RF\d{2}[A-Z0-9]{1,21}(?![A-Z0-9])')


def is_valid(compact: str) -> bool:
    """
    >>> is_valid('RF18539007547034'), is_valid('RF19539007547034')
    (True, False)
    """
    return compact.startswith('RF') and iso11649.is_valid(compact)


def find(folded: str) -> Iterator[tuple[str, str]]:
    """References in text, also grouped by blanks; a word behind may be taken for a group, so shorter ones are tried.

    >>> list(find('UHRADA RF18 5390 0754 7034 DAKUJEM'))
    [('RF18539007547034', 'RF18 5390 0754 7034')]
    """
    if 'RF' not in folded:
        return
    for pattern in (_PATTERN, _GLUED):
        for match in pattern.finditer(folded):
            groups = match.group().split(' ')
            for end in range(len(groups), 0, -1):
                key = ''.join(groups[:end])
                try:
                    iso11649.validate(key)
                except ValidationError:
                    continue
                yield key, ' '.join(groups[:end])
                break
