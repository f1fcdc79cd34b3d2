"""Swiss QR reference: 27 digits, the last by modulo 10 recursive."""

from __future__ import annotations

from stdnum.ch import esr


def is_valid(compact: str) -> bool:
    """
    >>> is_valid('210000000003139471430009017'), is_valid('210000000003139471430009018')
    (True, False)
    """
    return compact.isdigit() and len(compact) == 27 and esr.is_valid(compact)
