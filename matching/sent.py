"""Payments that we sent to the bank ourselves: what a movement of theirs carries, and their ids in its texts.

An id is ours (``payments/ids.py``): it is given once, at random, and goes to the bank as end-to-end id. Banks give it back in a field of its
own, in the text, or not at all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .data import Document, Item, Line

#: Crockford's base 32 behind two letters
LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
PREFIX, LENGTH = 'BF', 10
_IDS = re.compile(rf'(?=({PREFIX}[{LETTERS}]{{{LENGTH}}}))')
_BLANKS = re.compile(r'\s+')


@dataclass(slots=True)
class Sent:
    """One payment of an order that the bank has. ``amount`` is signed like its movement (negative), in ``document.currency``; ``open``: the movement
    has not come yet; ``back``: what is settled where the money returns (positive), None where that cannot be; ``together``: one movement for
    the whole order was asked for."""

    id: str
    order: object
    document: Document
    amount: Decimal
    day: date
    account: str = ''
    open: bool = True
    back: Item | None = None
    together: bool = False
    #: salaries: one entry for all of the order
    summed: bool = False
    #: no payment of the order is on the statement yet
    is_whole: bool = True
    #: the id that the order itself was sent with
    order_id: str = ''


def ids(texts: Iterable[tuple[str, str]]) -> list[str]:
    """What looks like our ids in (field, text) pairs, also where a bank broke them: upper case, each once, in their order.

    >>> ids([('text', 'Ref bf12345abcde, BF123 45ABCDE'), ('end_to_end_id', 'BFZZ345ABCDEX')])
    ['BF12345ABCDE', 'BFZZ345ABCDE']
    """
    found: dict[str, None] = {}
    for _field, text in texts:
        plain = _BLANKS.sub('', text.upper())
        if PREFIX in plain:
            found.update(dict.fromkeys(match[1] for match in _IDS.finditer(plain)))
    return list(found)


def without(text: str, known: Iterable[str]) -> str:
    """A text without our own ids: what is left of it may name documents.

    >>> without('INV 7 BF12345ABCDE', ['BF12345ABCDE'])
    'INV 7  '
    """
    for own in known:
        text = re.sub(r'\s?'.join(own), ' ', text, flags=re.IGNORECASE)
    return text


def named(lines: Iterable[Line]) -> dict[object, set[str]]:
    """{company: what looks like our ids in its movements}"""
    found: dict[object, set[str]] = {}
    for line in lines:
        if seen := ids(line.texts):
            found.setdefault(line.company, set()).update(seen)
    return found
