"""Amounts in texts: read whatever their separators, and found by a user's pattern."""

from __future__ import annotations

import re
from decimal import Decimal

from .data import Refused

#: a user's pattern: letters of it, of the text; open repetitions in it
MAX_PATTERN, MAX_SEARCHED, MAX_OPEN_REPEATS = 200, 200, 3
_NUMBER = re.compile(r'\d[\d\s.,\u00a0]*')
_OPEN = re.compile(r'(?<!\\)(?:[*+]|\{\d*,\d*\})')
#: a group that is repeated and repeats, branches or refers back inside
_REPEATED = re.compile(r'\([^()]*(?:[*+}|]|\\\d)[^()]*\)\s*[*+{]|\)\s*\)\s*[*+{]')


def read_amount(text: str | None) -> Decimal | None:
    """The amount in a text; None where there is none.

    >>> read_amount('1.234,56'), read_amount('1,234.56'), read_amount('2,40.'), read_amount('1 234'), read_amount('x')
    (Decimal('1234.56'), Decimal('1234.56'), Decimal('2.40'), Decimal('1234'), None)
    """
    match = _NUMBER.search(text or '')
    if not match:
        return None
    found = re.sub(r'[\s\u00a0]', '', match.group()).rstrip('.,')
    head, mark, cents = found.rpartition(max('.,', key=found.rfind))
    digits = re.sub(r'[.,]', '', head) + '.' + cents if mark and len(cents) <= 2 else re.sub(r'[.,]', '', found)
    return Decimal(digits)


def find(pattern: str, text: str) -> re.Match[str] | None:
    """Match of a user's pattern in a text. Python's patterns know no time limit, so those that may take for ever on some text
    are refused: a repeated group that repeats or branches inside, and more than a few open repetitions.

    :raise Refused: ``pattern_complicated``, ``pattern_wrong``"""
    if _REPEATED.search(pattern) or len(_OPEN.findall(pattern)) > MAX_OPEN_REPEATS or len(pattern) > MAX_PATTERN:
        raise Refused('pattern_complicated', pattern[:60])
    try:
        return re.search(pattern, text[:MAX_SEARCHED])
    except re.error:
        raise Refused('pattern_wrong', pattern[:60]) from None


def amount_by(pattern: str, text: str) -> Decimal:
    """The amount that a pattern (its first group, where it has one) finds; zero where it finds nothing.

    >>> amount_by(r'Fee ([\\d,.]+)', 'Card payment, Fee 3,50')
    Decimal('3.50')

    :raise Refused: ``amount_unreadable``: what was found is no amount; and as :func:`find`"""
    match = find(pattern, text)
    if not match:
        return Decimal()
    found = read_amount(match.group(1) if match.groups() else match.group())
    if found is None:
        raise Refused('amount_unreadable', match.group()[:60])
    return found
