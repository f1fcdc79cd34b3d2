"""Amounts in texts: read whatever their separators, and found by a user's pattern."""

from __future__ import annotations

import re
from decimal import Decimal

import regex

from .data import Refused

#: a user's pattern: letters of it, of the text that it is tried on; seconds for that
MAX_PATTERN, MAX_SEARCHED, MAX_SECONDS = 200, 200, 0.2
_NUMBER = re.compile(r'\d[\d\s.,\u00a0]*')
#: a count in braces is written out, and groups in groups fill the memory (nor with blanks and remarks between)
_COUNT = re.compile(r'(?<!\\)\{(\d*),?(\d*)\}')
_WITH_BLANKS = re.compile(r'\(\?[a-zA-Z]*x')
#: so many pieces may come of all counts together
MAX_UNFOLDED = 10_000


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


def find(pattern: str, text: str, longest: int = MAX_SEARCHED) -> regex.Match[str] | None:
    """Match of a user's pattern, one that Python knows, in a text. Whatever the pattern, it is done in :data:`MAX_SECONDS`.

    :param longest: letters of the text that are looked at

    :raise Refused: ``pattern_complicated``, ``pattern_wrong``"""
    if len(pattern) > MAX_PATTERN or _unfolds(pattern):
        raise Refused('pattern_complicated', pattern[:60])
    try:
        re.compile(pattern)  # what Python does not know (recursion, lists of names) is no pattern
        return regex.search(pattern, text[:longest], timeout=MAX_SECONDS)
    except TimeoutError:
        raise Refused('pattern_complicated', pattern[:60]) from None
    except (re.error, regex.error, RecursionError, OverflowError, MemoryError):
        raise Refused('pattern_wrong', pattern[:60]) from None


def _unfolds(pattern: str) -> bool:
    """Whether the pattern would fill the memory: a counted group in a counted group is written out."""
    pieces = 1
    for low, high in _COUNT.findall(pattern):
        pieces *= max(int(low[:6] or 1), int(high[:6] or 1), 1)
    return pieces > MAX_UNFOLDED or bool(_WITH_BLANKS.search(pattern))


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
