"""References of lines: whether the payee's bank will understand them, and how they are written."""

from __future__ import annotations

import re

from stdnum import iso11649, luhn

from ..matching.schemes import kid
from .data import KID, NONE, OCR, SCOR, SYMBOLS, Reference

#: ISO 11649; check digits of ISO 7064 are 02 to 98
_RF = re.compile(r'RF(?!00|01|99)\d{2}[A-Z0-9]{1,21}', re.ASCII)
#: (most digits of variable, specific, constant symbol)
_SYMBOLS = (10, 10, 4)


def compact(reference: Reference) -> str:
    """The value as it is sent: without spaces; RF in capitals."""
    return ''.join(reference.value.split()).upper()


def problem(reference: Reference) -> str:
    """What is wrong with a reference (a plain sentence), or ''.

    >>> problem(Reference(SCOR, 'RF18 5390 0754 7034')), problem(Reference(KID, '12345674')), problem(Reference(SYMBOLS, '2026017', ks='0308'))
    ('', '', '')
    >>> bool(problem(Reference(SCOR, 'RF19539007547034'))), bool(problem(Reference(SYMBOLS, '20260170001')))
    (True, True)
    """
    value = compact(reference)
    if reference.kind == SYMBOLS:
        return _symbols(reference)
    if reference.ss.strip() or reference.ks.strip():
        return "Specific and constant symbols go with a variable symbol only."
    if reference.kind == NONE:
        return "A reference is given, but not of which kind." if value else ''
    if not value:
        return "The reference is missing."
    if reference.kind == SCOR and not (_RF.fullmatch(value) and iso11649.is_valid(value)):
        return "The reference is no valid creditor reference (RF)."
    if reference.kind == KID and not (value.isascii() and kid.is_valid(value)):
        return "The reference is no valid KID: its check digit does not fit."
    if reference.kind == OCR and not (
        value.isascii() and value.isdigit() and 2 <= len(value) <= 25 and luhn.is_valid(value)
    ):
        return "The reference is no valid OCR number: its check digit does not fit."
    return ''


def _symbols(reference: Reference) -> str:
    parts = (compact(reference), reference.ss.strip(), reference.ks.strip())
    if not any(parts):
        return "The symbols are missing."
    for name, part, most in zip(("variable", "specific", "constant"), parts, _SYMBOLS):
        if part and not (part.isascii() and part.isdigit() and len(part) <= most):
            return f"The {name} symbol has at most {most} digits and nothing else."
    return ''


def as_end_to_end(reference: Reference) -> str:
    """Slovak symbols as they stand in an end-to-end id (Slovak Banking Association's convention): all three marks, maybe empty.

    >>> as_end_to_end(Reference(SYMBOLS, '2026017', ks='0308'))
    '/VS2026017/SS/KS0308'
    """
    return f'/VS{compact(reference)}/SS{reference.ss.strip()}/KS{reference.ks.strip()}'
