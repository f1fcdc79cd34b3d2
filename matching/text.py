"""Texts of a movement made comparable, and what in them is surely no reference."""

import re
import unicodedata
from functools import lru_cache

from stdnum.iso7064 import mod_97_10

#: more than any bank's field holds (SEPA: 140 characters): keeps a hostile text cheap
MAX_TEXT = 2000

_SPECIAL = str.maketrans(
    {
        'ß': 'ss', 'ẞ': 'SS', 'ø': 'o', 'Ø': 'O', 'æ': 'ae', 'Æ': 'AE', 'œ': 'oe', 'Œ': 'OE', 'ł': 'l', 'Ł': 'L',
        'đ': 'd', 'Đ': 'D', 'ð': 'd', 'Ð': 'D', 'þ': 'th', 'Þ': 'TH', 'ı': 'i',
        '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '−': '-', '⁄': '/', '∕': '/', '№': 'No',
    }
)  # fmt: skip
_ACCOUNT = re.compile(r'(?<![A-Z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])')
_MASKS = re.compile(
    r"""(?x)
    (?<![A-Z0-9/-])(?:\d{8}-\d{8}(?:-\d{8})?                          # Hungarian account
    |(?:\d{1,6}-\d{2,10}|\d{8,10})/\d{4}(?![A-Z0-9/-])                      # Slovak, Czech account with bank code
    |\d{4}\.\d{2}\.\d{5}                                            # Norwegian account
    |\+\d{1,3}[ /-]?\d{2,4}(?:[ /-]?\d{2,4}){1,4}                   # telephone
    |(?:TEL|MOB|PHONE|TLF|TELEFON)[.:]?\ ?\d[\d /-]{5,14}\d
    |(?:ICO|IC|DIC|IC\ ?DPH|DPH|VAT(?:\ ?(?:NO|ID))?|ADOSZAM|ADSZ|CVR|ORG\.?\ ?NR|ORGNR|NIP|REGON|KRS|UST-?ID(?:NR)?
       |UID|SIREN|SIRET|P\.?IVA|OIB|BTW|KVK|Y-TUNNUS|BIC|SWIFT|RC|CARD|KARTA|KARTYA|KORT)
       (?:[.: -]|NR|NO){0,4}(?:[A-Z]{2,3})?[\dX*][\dX* -]{3,22}[\dX*]
    |\d{1,15}(?:[ .]\d{3}){0,4},\d{2}|\d{1,15}\.\d{2}(?=\ ?(?:EUR|CZK|HUF|NOK|DKK|SEK|PLN|CHF|USD|GBP|FT|KC|KR)\b)  # amount
    |(?:EUR|CZK|HUF|NOK|DKK|SEK|PLN|CHF|USD|GBP|FT|KC|KR)\ ?\d[\d ]{0,15}(?:[.,]\d{1,2})?
    |\d[\d ]{0,15}(?:EUR|CZK|HUF|NOK|DKK|SEK|PLN|CHF|USD|GBP|FT|KC|KR)\b
    )(?![A-Z0-9])"""
)
_DATE = re.compile(
    r'(?:(?:0?[1-9]|[12]\d|3[01])([./-]) ?(?:0?[1-9]|1[0-2])\1 ?(?:19|20)?\d{2}|(?:19|20)\d{2}([./-])(?:0?[1-9]|1[0-2])\2(?:0?[1-9]|[12]\d|3[01]))\.?'
)


def fold(text):
    """Upper case ASCII: accents dropped, dashes and slashes of all kinds made plain, blanks joined; what a bank's
    system could not carry is "?". At most ``MAX_TEXT`` characters. Folding twice changes nothing.

    >>> fold('Faktúra č. 2026–042,  Łódź')
    'FAKTURA C. 2026-042, LODZ'
    """
    return _folded(text[:MAX_TEXT])


def fold_once(text):
    """The same as :func:`fold`, for texts that are not met again: nothing is kept."""
    text = text[:MAX_TEXT].replace('\\', '/')
    if not text.isascii():
        text = unicodedata.normalize('NFKD', text.translate(_SPECIAL)).translate(_SPECIAL)
        text = ''.join(char for char in text if not unicodedata.combining(char))
        text = text.upper().encode('ascii', 'replace').decode()
    text = text.upper()
    if '  ' in text or not text.isprintable():
        text = ' '.join(text.split())
        text = ''.join(char if char.isprintable() else '?' for char in text)
    return text.strip()[:MAX_TEXT]


_folded = lru_cache(maxsize=4096)(fold_once)


def locate(text, piece):
    """Where a piece of the folded text stands in the text as it was written: (start, end), or None.

    >>> text = 'Faktúra č.  2026–042'
    >>> start, end = locate(text, 'C. 2026-042')
    >>> text[start:end]
    'č.  2026–042'
    """
    made, places = [], []
    for place, char in enumerate(text[:MAX_TEXT]):
        for folded in ' ' if char.isspace() else fold(char):
            if folded != ' ' or (made and made[-1] != ' '):
                made.append(folded)
                places.append(place)
    start = ''.join(made).find(piece) if piece else -1
    return None if start < 0 else (places[start], places[start + len(piece) - 1] + 1)


@lru_cache(maxsize=2048)
def mask(folded):
    """The text with account numbers, cards, telephone and registration numbers and amounts blanked out, same length.

    A creditor reference (RF…) is no account number, whatever its check digits say.

    >>> mask('SK31 1200 0000 1987 4263 7541 FA 2026001')
    '                              FA 2026001'
    """
    if _ACCOUNT.search(folded):
        folded = _ACCOUNT.sub(_blank_account, folded)
    return _MASKS.sub(lambda match: ' ' * len(match.group()), folded)


def _blank_account(match):
    piece = match.group()
    if piece.startswith('RF'):
        return piece
    words = piece.split(' ')
    for end in range(len(words), 0, -1):  # a following word may have been taken for a part of it
        account = ''.join(words[:end])
        if len(account) < 15:
            break
        if not mod_97_10.is_valid(account[4:] + account[:4]):
            continue
        blanked = len(' '.join(words[:end]))
        return ' ' * blanked + piece[blanked:]
    return piece


def is_date(piece):
    """Whether a piece of text may as well be a day, e.g. 20260114, 14.01.2026 or 140126 with separators.

    >>> is_date('14.1.2026'), is_date('20260114'), is_date('2026-01-14'), is_date('20260042'), is_date('1401')
    (True, True, True, False, False)
    """
    if not piece.isdigit():
        return bool(_DATE.fullmatch(piece))
    if len(piece) != 8:
        return False
    year_first = (piece[:4], piece[4:6], piece[6:])
    day_first = (piece[4:], piece[2:4], piece[:2])
    return any(_is_day(*parts) for parts in (year_first, day_first))


def _is_day(year, month, day):
    return 1950 <= int(year) <= 2100 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
