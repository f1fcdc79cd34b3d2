"""Norwegian KID: 2 to 25 digits, the last one checks the others by Luhn (MOD10) or by weights 2 to 7 (MOD11).
MOD11 writes the remainder 10 as "-" (Nets' and the banks' OCR giro descriptions)."""

from __future__ import annotations

from stdnum import luhn

_WEIGHTS = (2, 3, 4, 5, 6, 7)


def mod11(payload: str) -> str:
    """Check character of the digits before it.

    >>> mod11('1234567'), mod11('12')
    ('4', '4')
    """
    total = sum(int(digit) * _WEIGHTS[place % 6] for place, digit in enumerate(reversed(payload)))
    check = (11 - total % 11) % 11
    return '-' if check == 10 else str(check)


def is_valid(compact: str) -> bool:
    """
    >>> is_valid('12345674'), is_valid('12345675'), is_valid('2-')
    (True, False, False)
    """
    payload, check = compact[:-1], compact[-1:]
    if not payload.isdigit() or not 2 <= len(compact) <= 25:
        return False
    return mod11(payload) == check or (check.isdigit() and luhn.is_valid(compact))
