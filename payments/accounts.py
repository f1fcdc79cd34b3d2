"""Account numbers of payees and payers: whether a number can be one (check digits, lengths), before a bank says so, and which two are one.

Sources: ISO 13616 (IBAN, by schwifty and SWIFT's registry; python-stdnum's own needs a data file that Odoo's way to import it does not find);
Norwegian account numbers, 11 digits, modulus 11 (stdnum.no.kontonr); Swedish bankgiro and plusgiro, modulus 10 (Bankgirot, "10-modulen"),
clearing numbers 1000 to 9899; Danish registration number and account, 4 and 10 digits; Czech numbers, prefix and number by weights modulo 11
(CNB decree 169/2011, §3)."""

from __future__ import annotations

import re

from schwifty import IBAN as Iban
from schwifty.exceptions import SchwiftyException
from stdnum import luhn
from stdnum.no import kontonr

from .data import BANKGIRO, BBAN, CZECH, IBAN, Account

#: where a SEPA payment goes (EPC409-09, list of countries, by the codes of their IBANs): European Economic Area, and others
EEA = frozenset('AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split())
SEPA = EEA | frozenset('AD AL CH GB GI MC MD ME MK RS SM VA'.split())
#: of a Czech account's digits, from the right
_CZECH = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)
#: as pain.001.001.03 wants it; no bank's BIC is another
_BIC = re.compile(r'[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?')


def compact(number: str) -> str:
    """Without spaces and dots, in capitals.

    >>> compact('sk31 1200 0000 1987 4263 7541'), compact('1234.56.78903')
    ('SK3112000000198742637541', '12345678903')
    """
    return re.sub(r'[\s.\u00a0]', '', number).upper()


def is_bic(bic: str) -> bool:
    """Whether a BIC has its form. Whether it is the account's bank's, the bank knows: an IBAN says enough."""
    return bool(_BIC.fullmatch(bic))


def country(account: Account, home: str) -> str:
    """ISO code of the country where an account is; ``home`` for a domestic number."""
    return compact(account.number)[:2] if account.scheme == IBAN else home


def written(account: Account, home: str) -> str:
    """The number as it stands in a file: digits alone; Swedish and Danish with the bank's code before it.

    >>> written(Account('', BBAN, '1234567', bank_code='3000'), 'DK'), written(Account('', BANKGIRO, '991-2346'), 'SE')
    ('30000001234567', '9912346')
    """
    number = compact(account.number)
    if account.scheme == BBAN and home == 'DK':
        code, _dash, rest = number.rpartition('-')
        code = account.bank_code or code or number[:-10]
        rest = rest if account.bank_code or '-' in number else number[-10:]
        return f'{code}{rest.zfill(10)}'
    if account.scheme == BBAN and home == 'SE':
        return account.bank_code + number.replace('-', '')
    return number if account.scheme in (IBAN, CZECH) else number.replace('-', '')


def international(account: Account) -> str:
    """The IBAN of a Czech domestic number (ISO 13616).

    >>> international(Account('', CZECH, '19-2000145399', bank_code='0800'))
    'CZ6508000000192000145399'
    """
    body = identity(account, 'CZ')[2:]
    check = 98 - int(f'{body}123500') % 97  # C=12, Z=35
    return f'CZ{check:02d}{body}'


def identity(account: Account, home: str) -> str:
    """One text for one account, however its number is written.

    >>> identity(Account('', BBAN, '86011117947'), 'NO') == identity(Account('', IBAN, 'NO9386011117947'), 'SK')
    True
    >>> identity(Account('', CZECH, '19-2000145399', bank_code='0800'), 'CZ') == identity(Account('', IBAN, 'CZ6508000000192000145399'), 'CZ')
    True
    """
    number = written(account, home)
    if account.scheme == IBAN:
        return number[:2] + number[4:]
    if account.scheme == CZECH:
        prefix, _dash, rest = number.rpartition('-')
        return f'CZ{account.bank_code}{prefix.zfill(6)}{rest.zfill(10)}'
    return home + number if account.scheme == BBAN else account.scheme + number


def is_valid(account: Account, home: str, own: bool = False) -> bool:
    """Whether the number can be one of its scheme in the order's country. ``own``: of the payer, whose Czech number need not follow the check
    digits (Fio's documents show such accounts).

    >>> is_valid(Account('', IBAN, 'SK3112000000198742637541'), 'SK'), is_valid(Account('', IBAN, 'SK3112000000198742637542'), 'SK')
    (True, False)
    >>> is_valid(Account('', BBAN, '1234.56.78903'), 'NO'), is_valid(Account('', BANKGIRO, '991-2346'), 'SE')
    (True, True)
    >>> is_valid(Account('', CZECH, '19-2000145399', bank_code='0800'), 'CZ'), is_valid(Account('', BBAN, '8601114'), 'NO')
    (True, False)
    """
    if not compact(account.number).isascii():
        return False
    if account.scheme == IBAN:  # with its bank's code beside it, at most the one that it has itself
        return _is_iban(compact(account.number)) and compact(account.number)[4:].startswith(account.bank_code)
    if account.bank_code and not re.fullmatch(r'\d{3,5}', account.bank_code, re.ASCII):
        return False
    if account.scheme == CZECH:
        number = compact(account.number)
        return _is_czech(number, own) and len(account.bank_code) == 4
    number = written(account, home)
    if not number.isdigit():
        return False
    if account.scheme == BBAN:
        return _is_domestic(account, number, home)
    least, most = (7, 8) if account.scheme == BANKGIRO else (2, 8)
    return home == 'SE' and not account.bank_code and least <= len(number) <= most and luhn.is_valid(number)


def _is_iban(number: str) -> bool:
    try:
        Iban(number)
    except SchwiftyException:
        return False
    # Norwegian numbers inside have a check of their own; 00, 01 and 99 are nobody's check digits (ISO 7064)
    return number[2:4] not in ('00', '01', '99') and (number[:2] != 'NO' or kontonr.is_valid(number[4:]))


def _is_domestic(account: Account, number: str, home: str) -> bool:
    if home == 'NO':
        return not account.bank_code and len(number) == 11 and kontonr.is_valid(number)
    if home == 'SE':
        return 11 <= len(number) <= 15 and 1000 <= int(number[:4]) <= 9899
    if home == 'DK':
        # without a mark, four digits and ten: fewer could be read as another registration number
        apart = account.bank_code or '-' in account.number
        return len(number) == 14 and bool(apart or len(compact(account.number)) == 14)
    return not account.bank_code and 5 <= len(number) <= 30


def _is_czech(number: str, own: bool) -> bool:
    found = re.fullmatch(r'(?:(\d{1,6})-)?(\d{1,10})', number, re.ASCII)
    if not found or int(found[2]) == 0:
        return False
    return own or all(_weighs(part) for part in found.groups() if part)


def _weighs(digits: str) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(reversed(digits), _CZECH)) % 11 == 0
