"""Croatian and Slovenian references: HR or SI, a two-digit model, up to 22 digits and hyphens. The models differ in what
their check digits cover, so these references count by equality only."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PATTERN = re.compile(r'(?<![A-Z0-9])((?:HR|SI) ?\d{2}) ?(\d{1,12}(?:-\d{1,12}){0,2})(?![A-Z0-9-])')


def find(folded: str) -> Iterator[tuple[str, str]]:
    """
    >>> list(find('PLACILO SI01 25-1235-8403'))
    [('SI012512358403', 'SI01 25-1235-8403')]
    """
    if 'HR' in folded or 'SI' in folded:
        for match in _PATTERN.finditer(folded):
            digits = match.group(2).replace('-', '')
            if len(digits) >= 4:
                yield match.group(1).replace(' ', '') + digits, match.group()
