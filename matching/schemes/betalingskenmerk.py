"""Dutch betalingskenmerk (Betaalvereniging): 7 digits unchecked; 9 to 14: check, length digit, number; 16: check and
number. Weights 2, 4, 8, 5, 10, 9, 7, 3, 6, 1 from the right, modulo 11; 10 is written 1, 11 is written 0."""

from __future__ import annotations

_WEIGHTS = (2, 4, 8, 5, 10, 9, 7, 3, 6, 1)


def check_digit(payload: str) -> str:
    """
    >>> check_digit('000056789012345')
    '5'
    """
    total = sum(int(digit) * _WEIGHTS[place % 10] for place, digit in enumerate(reversed(payload)))
    check = 11 - total % 11
    return {10: '1', 11: '0'}.get(check, str(check))


def is_valid(compact: str) -> bool:
    """Seven digits carry no check, so they are not "valid" by one.

    >>> is_valid('5000056789012345'), is_valid('1234567')
    (True, False)
    """
    if not compact.isdigit():
        return False
    if len(compact) == 16:
        return check_digit(compact[1:]) == compact[0]
    if 9 <= len(compact) <= 14:
        return int(compact[1]) == (len(compact) - 2) % 10 and check_digit(compact[1:]) == compact[0]
    return False
