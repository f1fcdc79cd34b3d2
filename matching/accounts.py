"""Account numbers as they are compared: the same account as IBAN and in its country's own spelling.

Layouts of the national part (BBAN): SWIFT IBAN Registry (ISO 13616): SK, CZ bank 4, prefix 6, number 10; HU 3 times 8; NO 4+6+1;
DK bank 4, number 10; GB bank 4 letters, sort code 6, number 8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from stdnum.iso7064 import mod_97_10

_PLAIN = re.compile(r'[^A-Z0-9]')
_CZECH = re.compile(r'(?:(\d{1,6})-)?(\d{2,10})/(\d{4})')
_DANISH = re.compile(r'(\d{4})[ .-](\d{5,10})')


def compact(number: str) -> str:
    """Letters and digits only, upper case.

    >>> compact('sk31 1200-0000')
    'SK3112000000'
    """
    return _PLAIN.sub('', (number or '').upper())


@lru_cache(maxsize=8192)
def forms(number: str) -> tuple[str, ...]:
    """All compact spellings under which the account may be on file, its own first.

    >>> 'CZ6508000000192000145399' in forms('19-2000145399/0800'), '1920001453990800' in forms('CZ6508000000192000145399')
    (True, True)
    >>> 'HU42117730161111101800000000' in forms('11773016-11111018'), 'NO9386011117947' in forms('8601.11.17947')
    (True, True)
    >>> set(forms('48-13-52 01584626')) & set(forms('GB95NWBK48135201584626'))
    {'48135201584626'}
    """
    text = (number or '').strip().upper()
    plain = compact(text)
    found = {plain: True} if plain else {}
    if plain[:2].isalpha():
        found.update(dict.fromkeys(_national(plain), True))
    else:
        found.update(dict.fromkeys(_international(text, plain), True))
    return tuple(found)


def _national(iban: str) -> Iterator[str]:
    country, body = iban[:2], iban[4:]
    if country in ('SK', 'CZ') and len(body) == 20 and body.isdigit():
        bank, prefix, number = body[:4], body[4:10].lstrip('0'), body[10:].lstrip('0')
        yield prefix + number + bank
        yield prefix + body[10:] + bank
    elif country == 'HU' and len(body) == 24:
        yield body
        if body.endswith('0' * 8):
            yield body[:16]
    elif country == 'NO' and len(body) == 11:
        yield body
    elif country == 'DK' and len(body) == 14:
        yield body
        yield body[:4] + body[4:].lstrip('0')
    elif country == 'GB' and len(body) == 18:
        yield body[4:]


def _international(text: str, plain: str) -> Iterator[str]:
    if match := _CZECH.fullmatch(text.replace(' ', '')):
        prefix, number, bank = match.groups()
        body = bank + (prefix or '').zfill(6) + number.zfill(10)
        yield from (_iban(country, body) for country in ('SK', 'CZ'))
    elif not plain.isdigit():
        return
    elif len(plain) in (16, 24):
        yield _iban('HU', plain.ljust(24, '0'))
    elif len(plain) == 11:
        yield _iban('NO', plain)
    if match := _DANISH.fullmatch(text):
        body = match.group(1) + match.group(2).zfill(10)
        yield from (body, _iban('DK', body))
    elif plain.isdigit() and len(plain) == 14:
        yield _iban('DK', plain)


def _iban(country: str, body: str) -> str:
    return f'{country}{mod_97_10.calc_check_digits(body + country)}{body}'
