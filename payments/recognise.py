"""What stands on a vendor's card and a bill, as payments write it: which kind of account number, which kind of reference."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stdnum import luhn

from . import references
from .data import (
    BANKGIRO,
    BBAN,
    CZECH,
    DOMESTIC,
    IBAN,
    INSTANT,
    KID,
    NONE,
    OCR,
    PLUSGIRO,
    SCOR,
    SEPA,
    SYMBOLS,
    Account,
    Reference,
)

_CZECH = re.compile(r'((?:\d{1,6}-)?\d{1,10})/(\d{4})', re.ASCII)
_SYMBOL = re.compile(r'\d{1,10}', re.ASCII)
#: domestic currency of countries whose payments are written as domestic ones
DOMESTIC_CURRENCY = {'NO': 'NOK', 'SE': 'SEK', 'DK': 'DKK', 'CZ': 'CZK', 'HU': 'HUF'}


def account(name: str, number: str, home: str, bic: str = '') -> Account:
    """A number as a person typed it, in the country ``home``.

    >>> account('', 'SK31 1200 0000 1987 4263 7541', 'SK').scheme, account('', '19-2000145399/0800', 'CZ').bank_code
    ('IBAN', '0800')
    >>> account('', '991-2346', 'SE').scheme, account('', '1234.56.78903', 'NO').scheme
    ('BGNR', 'BBAN')
    """
    compact = re.sub(r'[\s.]', '', number).upper()
    if re.match(r'[A-Z]{2}\d{2}', compact, re.ASCII):
        return Account(name, IBAN, compact, bic)
    if home == 'CZ' and (found := _CZECH.fullmatch(compact)):
        return Account(name, CZECH, found[1], bic, found[2])
    if home == 'SE' and (giro := _giro(compact)):
        return Account(name, giro, compact, bic)
    return Account(name, BBAN, compact, bic)


def _giro(number: str) -> str:
    """Bankgiro numbers have their dash before the last four digits, plusgiro numbers before the last one."""
    digits = number.replace('-', '')
    if not digits.isdigit() or not luhn.is_valid(digits):
        return ''
    if re.fullmatch(r'\d{3,4}-\d{4}', number, re.ASCII):
        return BANKGIRO
    return PLUSGIRO if re.fullmatch(r'\d{1,7}-\d', number, re.ASCII) else ''


def product(currency: str, home: str, instant: bool = False) -> str:
    """The product of a payment in a currency, from an account in the country ``home``.

    >>> product('EUR', 'SK'), product('NOK', 'NO')
    ('sepa', 'domestic')
    """
    if instant:
        return INSTANT
    return SEPA if currency == 'EUR' else DOMESTIC


def reference(texts: Iterable[str], payee: Account, home: str, kind_of_payment: str, checked: bool = True) -> Reference:
    """The first of a bill's references that banks carry as such; none where they are words.

    :param texts: the bill's payment reference, then the vendor's number of it
    :param kind_of_payment: the order's product
    :param checked: whether a number may be taken for a KID or an OCR by its check digit alone

    >>> reference(['RF18 5390 0754 7034'], Account('', IBAN, 'SK31'), 'SK', SEPA).kind, reference(['2026017'], Account('', IBAN, 'SK31'), 'SK', SEPA)
    ('scor', Reference(kind='vs', value='2026017', ss='', ks=''))
    >>> reference(['12345674'], Account('', BBAN, '1'), 'NO', DOMESTIC).kind, reference(['FV/17'], Account('', IBAN, 'SK31'), 'SK', SEPA).kind
    ('kid', 'none')
    """
    for text in filter(None, (entry.strip() for entry in texts)):
        for kind in _kinds(payee, home, kind_of_payment):
            if kind in (KID, OCR) and not checked:
                continue
            found = Reference(kind, text)
            if (kind != SYMBOLS or _SYMBOL.fullmatch(text)) and not references.problem(found):
                return Reference(kind, references.compact(found))
    return Reference(NONE)


def _kinds(payee: Account, home: str, kind_of_payment: str) -> tuple[str, ...]:
    if home == 'NO' and kind_of_payment == DOMESTIC:
        return (KID,)
    if payee.scheme in (BANKGIRO, PLUSGIRO):
        return (OCR,)
    if home == 'CZ' and kind_of_payment == DOMESTIC:
        return (SYMBOLS,)
    if kind_of_payment in (SEPA, INSTANT, DOMESTIC) and home != 'SE':
        # symbols are read by Slovak and Czech banks only
        symbols = home == 'SK' and payee.number.startswith(('SK', 'CZ'))
        return (SCOR, SYMBOLS) if symbols else (SCOR,)
    return ()
