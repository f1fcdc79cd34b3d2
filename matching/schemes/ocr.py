"""Swedish OCR reference (Bankgirot): 2 to 25 digits with a Luhn digit; some agreements add the length modulo 10 as
the last digit but one."""

from __future__ import annotations

from stdnum import luhn


def is_valid(compact: str, with_length: bool = False) -> bool:
    """
    >>> is_valid('1234567897'), is_valid('1234567897', with_length=True)
    (True, False)
    """
    if not compact.isdigit() or not 2 <= len(compact) <= 25 or not luhn.is_valid(compact):
        return False
    return not with_length or int(compact[-2]) == len(compact) % 10
