"""Account numbers of payees and payers: whether a number can be one (check digits, lengths), before a bank says so.

Sources: ISO 13616 (IBAN, by schwifty and SWIFT's registry; python-stdnum's own needs a data file that Odoo's way to import it does not find); Norwegian account numbers, 11 digits, modulus 11 (stdnum.no.kontonr); Swedish
bankgiro and plusgiro, modulus 10 (Bankgirot, "10-modulen"); Czech numbers, prefix and number by weights modulo 11 (CNB decree 169/2011, §3)."""

from __future__ import annotations

import re

from schwifty import IBAN as Iban
from schwifty.exceptions import SchwiftyException
from stdnum import luhn
from stdnum.no import kontonr

from .data import BANKGIRO, BBAN, CZECH, IBAN, PLUSGIRO, Account

#: where a SEPA payment goes (EPC409-09, list of countries): European Economic Area, and others
EEA = frozenset('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split())
SEPA = EEA | frozenset('AD AL CH GB GG GI IM JE MC MD ME MK RS SM VA'.split())
#: of a Czech account's digits, from the right
_CZECH = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
_BIC = re.compile(r'[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?')


def compact(number: str) -> str:
    """Without spaces, dots and the hyphens of a giro number; a Czech prefix keeps its hyphen.

    >>> compact('sk31 1200 0000 1987 4263 7541'), compact('1234.56.78903')
    ('SK3112000000198742637541', '12345678903')
    """
    return re.sub(r'[\s.\u00a0]', '', number).upper()


def is_bic(bic: str) -> bool:
    return bool(_BIC.fullmatch(bic))


def same(one: Account, other: Account) -> bool:
    """Whether two numbers are one account, written in one scheme."""
    names = [(account.scheme, compact(account.number), account.bank_code) for account in (one, other)]
    return names[0] == names[1]


def country(account: Account, home: str) -> str:
    """ISO code of the country where an account is; ``home`` for a domestic number."""
    return compact(account.number)[:2] if account.scheme == IBAN else home


def is_valid(account: Account, home: str, own: bool = False) -> bool:
    """Whether the number can be one of its scheme in the order's country. ``own``: of the payer, whose bank's number need not follow the
    check digits (Fio's documents show such accounts).

    >>> is_valid(Account('', IBAN, 'SK3112000000198742637541'), 'SK'), is_valid(Account('', IBAN, 'SK3112000000198742637542'), 'SK')
    (True, False)
    >>> is_valid(Account('', BBAN, '1234.56.78903'), 'NO'), is_valid(Account('', BANKGIRO, '991-2346'), 'SE')
    (True, True)
    >>> is_valid(Account('', CZECH, '19-2000145399', bank_code='0800'), 'CZ')
    True
    """
    number = compact(account.number)
    if account.scheme == IBAN:
        return _is_iban(number)
    if account.scheme == BBAN:
        return _is_domestic(number.replace('-', ''), home)
    if account.scheme in (BANKGIRO, PLUSGIRO):
        digits = number.replace('-', '')
        least, most = (7, 8) if account.scheme == BANKGIRO else (2, 8)
        return (
            home == 'SE'
            and digits.isascii()
            and digits.isdigit()
            and least <= len(digits) <= most
            and luhn.is_valid(digits)
        )
    if account.scheme == CZECH:
        return _is_czech(number, own) and bool(re.fullmatch(r'\d{4}', account.bank_code, re.ASCII))
    return False


def _is_iban(number: str) -> bool:
    try:
        return bool(number.isascii() and Iban(number))
    except SchwiftyException:
        return False


def _is_domestic(number: str, home: str) -> bool:
    if not number.isascii() or not number.isdigit():
        return False
    if home == 'NO':
        return kontonr.is_valid(number)
    least, most = {'SE': (11, 16), 'DK': (11, 14), 'HU': (16, 24)}.get(home, (5, 30))
    return least <= len(number) <= most


def _is_czech(number: str, own: bool) -> bool:
    found = re.fullmatch(r'(?:(\d{1,6})-)?(\d{1,10})', number, re.ASCII)
    if not found or int(found[2]) == 0:
        return False
    return own or all(_weighs(part) for part in found.groups() if part)


def _weighs(digits: str) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(reversed(digits), _CZECH)) % 11 == 0
