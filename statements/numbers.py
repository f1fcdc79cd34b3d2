"""Account numbers as files write them: which IBAN a domestic number is, whose it is, and whether two are one account."""

from __future__ import annotations

import re

from schwifty import IBAN
from schwifty.exceptions import SchwiftyException

#: digits of a domestic number that say enough
ENOUGH = 6
#: countries whose domestic number stands in the IBAN with zeros in front: digits of bank, prefix, number
_PARTED = {'CZ': (4, 6, 10), 'SK': (4, 6, 10)}


def iban_of(number: str | None, bank: str | None, country: str) -> str:
    """The IBAN of a domestic number, '' where it is none.

    :param number: digits, with a prefix before "-" in CZ and SK; maybe "/bank"
    :param bank: the bank's code
    :param country: two letters

    >>> iban_of('19-2000145399', '0800', 'CZ')
    'CZ6508000000192000145399'
    >>> iban_of('2621000123/1100', None, 'SK'), iban_of('86011117947', None, 'NO')
    ('SK0211000000002621000123', 'NO9386011117947')
    """
    text = re.sub(r'\s', '', number or '').upper()
    if is_iban(text):
        return text
    text, _sign, behind = text.partition('/')
    bank = bank or behind
    if country in _PARTED:
        match = re.fullmatch(r'(?:(\d{1,6})-)?(\d{2,16})', text, re.A)
        if not match or not re.fullmatch(r'\d{4}', bank or '', re.A):
            return ''
        bban = f'{bank}{(match[1] or "") + match[2].zfill(10 if match[1] else 1):0>16}'
    else:
        bban = re.sub(r'\D', '', text)
    try:
        return str(IBAN.from_bban(country, bban))
    except (SchwiftyException, ValueError):
        return ''


def is_iban(text: str) -> bool:
    """Whether the text, without blanks, is an IBAN with the right check digits."""
    if not re.fullmatch(r'[A-Z]{2}\d{2}[A-Z0-9]{11,30}', text, re.A):
        return False
    try:
        IBAN(text)
    except (SchwiftyException, ValueError):
        return False
    return True


def bank_of(iban: str | None) -> tuple[str, str]:
    """(BIC, the bank's name) of an IBAN; '' where nobody knows.

    >>> bank_of('SK8975000000000012345671')
    ('CEKOSKBX', 'Československá obchodná banka, a.s.')
    """
    try:
        found = IBAN(iban or '')
        return str(found.bic or ''), str(found.bank_name or '')
    except (SchwiftyException, ValueError):
        return '', ''


def is_same(one: str | None, other: str | None, bank: str | None = None) -> bool:
    """Whether two numbers, each an IBAN or a domestic one, are of one account.

    :param bank: the code of the bank of ``one``, where that is a domestic number

    >>> is_same('1987426375', 'SK3112000000198742637541'), is_same('19-8742637541/1200', 'SK3112000000198742637541')
    (False, True)
    """
    first, second = (re.sub(r'[\s.]', '', text or '').upper() for text in (one, other))
    if not first or not second:
        return False
    if first == second:
        return True
    if is_iban(second) and not is_iban(first):
        bban = second[4:]
        if second[:2] in _PARTED:
            text, _sign, behind = first.partition('/')
            code = bank or behind
            prefix, _sign, number = text.rpartition('-')
            whole = f'{prefix:0>6}{number:0>10}'
            digits = re.sub(r'\D', '', text)
            fits = bban[4:] == whole or (not prefix and bban[4:].lstrip('0') == digits.lstrip('0'))
            return len(digits) >= ENOUGH and fits and (not code or code == bban[:4])
        digits = re.sub(r'\D', '', first)
        return len(digits) >= ENOUGH and digits in (bban, bban.lstrip('0'))
    if is_iban(first) and not is_iban(second):
        return is_same(other, one)
    return (
        not is_iban(first)
        and re.sub(r'\D', '', first) == re.sub(r'\D', '', second)
        and len(re.sub(r'\D', '', first)) >= ENOUGH
    )
