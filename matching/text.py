"""Texts of a movement made comparable; pieces that may be days."""

from __future__ import annotations

import re
import unicodedata
from datetime import date as Date
from functools import lru_cache

#: more than any bank's field holds (SEPA: 140 characters): keeps a hostile text cheap
MAX_TEXT = 2000
#: a day of eight digits is of about the movement's time
YEARS = 3
#: so is a day without its year
NEAR_DAYS = 62

#: letters and digits that are taken for each other
ALIKE_DIGITS = str.maketrans('OILSBZ', '011582')

SPECIAL_LETTERS = str.maketrans(
    {
        'ß': 'ss', 'ẞ': 'SS', 'ø': 'o', 'Ø': 'O', 'æ': 'ae', 'Æ': 'AE', 'œ': 'oe', 'Œ': 'OE', 'ł': 'l', 'Ł': 'L',
        'đ': 'd', 'Đ': 'D', 'ð': 'd', 'Ð': 'D', 'þ': 'th', 'Þ': 'TH', 'ı': 'i',
        '‐': '-', '‑': '-', '‒': '-', '–': '-', '—': '-', '―': '-', '−': '-', '⁄': '/', '∕': '/', '№': 'No',
    }
)  # fmt: skip
_DATE = re.compile(
    r'(?:(?:0?[1-9]|[12]\d|3[01])([ ./-]) ?(?:0?[1-9]|1[0-2])\1 ?(?:19|20)?\d{2}'
    r'|(?:19|20)\d{2}([ ./-]) ?(?:0?[1-9]|1[0-2])\2 ?(?:0?[1-9]|[12]\d|3[01]))\.?'
)


def fold(text: str) -> str:
    """Upper case ASCII: accents dropped, dashes and slashes of all kinds made plain, blanks joined; what a bank's
    system could not carry is "?". At most ``MAX_TEXT`` characters. Folding twice changes nothing.

    >>> fold('Faktúra č. 2026–042,  Łódź')
    'FAKTURA C. 2026-042, LODZ'
    """
    return _folded(text[:MAX_TEXT])


def fold_once(text: str) -> str:
    """The same as :func:`fold`, for texts that are not met again: nothing is kept."""
    text = text[:MAX_TEXT].replace('\\', '/')
    if not text.isascii():
        text = unicodedata.normalize('NFKD', text.translate(SPECIAL_LETTERS)).translate(SPECIAL_LETTERS)
        text = ''.join(_plain(char) for char in text if not unicodedata.combining(char))
        text = text.upper().encode('ascii', 'replace').decode()
    text = text.upper()
    if '  ' in text or not text.isprintable():
        text = ' '.join(text.split())
        text = ''.join(char if char.isprintable() else '?' for char in text)
    return text.strip()[:MAX_TEXT]


def _plain(char: str) -> str:
    """A digit of any script as 0 to 9."""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char


_folded = lru_cache(maxsize=4096)(fold_once)


def locate(text: str, piece: str) -> tuple[int, int] | None:
    """Where a piece of the folded text stands in the text as it was written: (start, end), or None.

    >>> text = 'Faktúra č.  2026–042'
    >>> start, end = locate(text, 'C. 2026-042')
    >>> text[start:end]
    'č.  2026–042'
    """
    made: list[str] = []
    places: list[int] = []
    for place, char in enumerate(text[:MAX_TEXT]):
        for folded in ' ' if char.isspace() else fold(char):
            if folded != ' ' or (made and made[-1] != ' '):
                made.append(folded)
                places.append(place)
    start = ''.join(made).find(piece) if piece else -1
    return None if start < 0 else (places[start], places[start + len(piece) - 1] + 1)


def is_date(piece: str, near: Date | None = None) -> bool:
    """Whether a piece of text may as well be a day, e.g. 20260114, 14.01.2026 or 2026 01 14; six digits, or a month
    with its year, where they are of about the day ``near``.

    >>> is_date('14.1.2026'), is_date('20260114'), is_date('2026-01-14'), is_date('20260042'), is_date('1401')
    (True, True, True, False, False)
    >>> from datetime import date
    >>> is_date('260114', date(2026, 1, 20)), is_date('260114'), is_date('102026', date(2026, 11, 2)), is_date('2026 10 14')
    (True, False, True, True)
    """
    if not piece.isdigit():
        return bool(_DATE.fullmatch(piece))
    if len(piece) == 8:
        year_first = (piece[:4], piece[4:6], piece[6:])
        day_first = (piece[4:], piece[2:4], piece[:2])
        return any(
            _is_day(*parts) and (near is None or _is_near(parts[0], near.year, YEARS))
            for parts in (year_first, day_first)
        )
    if len(piece) in (12, 14):  # with the time
        return int(piece[8:10]) < 24 and int(piece[10:12]) < 60 and is_date(piece[:8], near)
    return len(piece) == 6 and near is not None and _is_short_day(piece, near.year)


def is_day_of_year(piece: str, near: Date) -> bool:
    """Whether four digits are a day and its month, in either order, within two months of the day ``near``.

    >>> from datetime import date
    >>> is_day_of_year('1014', date(2026, 10, 14)), is_day_of_year('0110', date(2026, 10, 14)), is_day_of_year('1014', date(2026, 1, 14))
    (True, True, False)
    """
    for month, day in ((piece[:2], piece[2:]), (piece[2:], piece[:2])):
        for year in (near.year - 1, near.year, near.year + 1):
            if _is_day(str(year), month, day) and abs((Date(year, int(month), int(day)) - near).days) <= NEAR_DAYS:
                return True
    return False


def _is_short_day(piece: str, year: int) -> bool:
    one, two, three = piece[:2], piece[2:4], piece[4:]
    if any(
        _is_near(f'20{at}', year) and _is_day(f'20{at}', month, day)
        for at, month, day in ((one, two, three), (three, two, one))
    ):
        return True
    return any(
        _is_near(of, year) and 1 <= int(month) <= 12 for of, month in ((piece[:4], piece[4:]), (piece[2:], piece[:2]))
    )


def _is_near(text: str, year: int, years: int = 1) -> bool:
    return abs(int(text) - year) <= years


def _is_day(year: str, month: str, day: str) -> bool:
    return 1950 <= int(year) <= 2100 and 1 <= int(month) <= 12 and 1 <= int(day) <= 31
