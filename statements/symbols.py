"""Slovak and Czech payment symbols in texts: ``/VS…/SS…/KS…`` of SEPA payments, ``VS:…`` of statements."""

from __future__ import annotations

import re

from .data import Symbols

#: one field that is a symbol and nothing else: VS0015501234, KS:308
_ALONE = re.compile(r'(VS|SS|KS)\s*:?\s*(\d*)', re.I | re.A)
#: in the form of SEPA payments, the three in any order
_SLASHED = re.compile(r'/(VS|SS|KS)[ :]?(\d*)(?=/|\s|$|[^\w])', re.I | re.A)
#: in a text, with a colon
_COLON = re.compile(r'(?<![A-Za-z0-9])(VS|SS|KS)\s?:\s?(\d{1,20})(?!\d)', re.I | re.A)


def put(symbols: Symbols, name: str, digits: str | None) -> None:
    """The first that is said counts; only zeros is nothing."""
    key = name.lower()
    if digits and digits.strip('0') and getattr(symbols, key) is None:
        setattr(symbols, key, digits)


def alone(symbols: Symbols, text: str) -> bool:
    """Whether the text is a symbol and nothing else, and then take it."""
    match = _ALONE.fullmatch(text.strip())
    if match:
        put(symbols, match[1], match[2])
    return bool(match)


def within(symbols: Symbols, text: str | None) -> None:
    """Take the symbols that stand in a text."""
    if not text or ('S' not in text and 's' not in text):
        return
    if '/' in text:
        for name, digits in _SLASHED.findall(text):
            put(symbols, name, digits)
    if ':' in text:
        for name, digits in _COLON.findall(text):
            put(symbols, name, digits)
