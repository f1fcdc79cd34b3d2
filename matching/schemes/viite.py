"""Weights 7-3-1: the Finnish viite (3 digits and the check digit up to 20) and the Estonian viitenumber (from 2)."""

from __future__ import annotations


def check_digit(payload: str) -> str:
    """
    >>> check_digit('12131295')
    '2'
    """
    total = sum(int(digit) * (7, 3, 1)[place % 3] for place, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def is_valid(compact: str) -> bool:
    """
    >>> is_valid('121312952'), is_valid('121312953')
    (True, False)
    """
    return compact.isdigit() and 2 <= len(compact) <= 20 and check_digit(compact[:-1]) == compact[-1]
