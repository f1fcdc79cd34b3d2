"""Ids that we give to orders and lines. They are used once, also where a bank has refused them, and look like nobody's document number."""

from __future__ import annotations

import re
import secrets

from ..matching.sent import LENGTH, LETTERS, PREFIX

_ID = re.compile(rf'{PREFIX}[{LETTERS}]{{{LENGTH}}}')


def new_id() -> str:
    """A new id: 50 bits by chance, at least one letter among them, so that no rule of the matching takes it for a number.

    >>> is_id(new_id()), is_id('BF0000000000'), is_id('INV/2026/00001')
    (True, False, False)
    """
    while True:
        found = PREFIX + ''.join(secrets.choice(LETTERS) for _place in range(LENGTH))
        if is_id(found):
            return found


def is_id(text: str) -> bool:
    """Whether a text is such an id."""
    return bool(_ID.fullmatch(text)) and not text.removeprefix(PREFIX).isdigit()
