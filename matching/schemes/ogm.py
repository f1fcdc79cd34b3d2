"""Belgian structured communication (OGM/VCS): twelve digits, the last two are the first ten modulo 97."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum.be import ogm_vcs

_PATTERN = re.compile(r'(?<![A-Z0-9])[+*]{0,3} ?(\d{3}) ?/ ?(\d{4}) ?/ ?(\d{5}) ?[+*]{0,3}(?![A-Z0-9])')


def is_valid(compact: str) -> bool:
    """
    >>> is_valid('123456789002'), is_valid('123456789012')
    (True, False)
    """
    return compact.isdigit() and ogm_vcs.is_valid(compact.zfill(12))  # a compact number has lost its leading zeros


def find(folded: str) -> Iterator[tuple[str, str]]:
    """
    >>> list(find('+++123/4567/89002+++'))
    [('123456789002', '+++123/4567/89002+++')]
    """
    if '/' in folded:
        for match in _PATTERN.finditer(folded):
            digits = ''.join(match.groups())
            if is_valid(digits):
                yield digits.lstrip('0'), match.group()
