"""Danish FIK: ``+71<`` 15 digits ``+`` 8-digit creditor ``<``, ``+75<`` 16 digits, ``+04<``/``+15<`` giro; ``+73<`` has no
number. The number ends with a Luhn digit; banks' texts often lack its leading zeros."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PATTERN = re.compile(r'(?<![A-Z0-9])(?:FIK? ?|\+|KORTART ?)(?:71|75|04|15) ?[</ :-]{0,2} ?(\d{4,16})(?!\d)')
#: type and number in one, as some banks' structured fields have it
_WHOLE = re.compile(r'7[15]\d{15,16}')


def find(folded: str) -> Iterator[tuple[str, str]]:
    """The number without leading zeros.

    >>> list(find('+71<000001234567897+87654321<')), list(find('FIK 71 1234567897'))
    ([('1234567897', '+71<000001234567897')], [('1234567897', 'FIK 71 1234567897')])
    """
    if _WHOLE.fullmatch(folded):
        yield folded[2:].lstrip('0'), folded
    elif '71' in folded or '75' in folded or '04' in folded or '15' in folded:
        for match in _PATTERN.finditer(folded):
            key = match.group(1).lstrip('0')
            if len(key) >= 4:
                yield key, match.group()
