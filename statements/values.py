"""Amounts, days and texts as files write them: strict, each format by its own form."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date
from decimal import Decimal

from .data import MAX_FIELD, Refused, Warn

_BLANKS = re.compile('[\x00-\x20\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]+')
MAX_PILE = 30
#: blanks that group thousands
NARROW = re.compile('[\u00a0\u202f\u2009]')
_CURRENCY = re.compile('[A-Z]{3}')
_PLAIN = re.compile(r'[0-9]{1,18}(?:\.[0-9]{0,9})?|\.[0-9]{1,9}')
#: words that say that there is nothing
NOTHING = frozenset({'NOTPROVIDED', 'NOT PROVIDED', 'NONREF', 'NOREF', 'NOTAVAILABLE', 'KREF+', 'EREF+'})
#: ISO 4217's numbers of currencies, as GPC writes them
NUMERIC = {
    '203': 'CZK', '978': 'EUR', '703': 'SKK', '840': 'USD', '826': 'GBP', '756': 'CHF', '348': 'HUF', '985': 'PLN', '752': 'SEK',
    '578': 'NOK', '208': 'DKK', '036': 'AUD', '124': 'CAD', '392': 'JPY', '643': 'RUB', '946': 'RON', '975': 'BGN', '191': 'HRK',
    '949': 'TRY', '156': 'CNY', '376': 'ILS', '710': 'ZAR', '554': 'NZD', '702': 'SGD', '344': 'HKD', '941': 'RSD', '980': 'UAH',
}  # fmt: skip


def clean(text: str | None, line: int | None = None) -> str | None:
    """A field's text: NFC, trimmed, without controls (a line break within it is a blank); None for nothing.

    :raises Refused: ``bad_value`` where it is longer than any bank's field"""
    if not text:
        return None
    if len(text) < 1000 and text.isascii() and text.isprintable():
        return text.strip() or None
    if len(text) > MAX_FIELD // 4 and len(text.encode('utf-8', 'replace')) > MAX_FIELD:
        raise Refused('bad_value', "A field is longer than 64 KB.", line)
    if not text.isascii():
        text = composed(text)
    if not text.isprintable():
        text = _BLANKS.sub(_blank, text)
    return text.strip() or None


def composed(text: str) -> str:
    """The text in NFC; as it came where that would take too long."""
    return text if len(text) > 200 and _has_pile(text) else unicodedata.normalize('NFC', text)


def _has_pile(text: str) -> bool:
    """Whether more marks are piled upon a letter than any language has: putting these in order takes quadratic time."""
    pile = 0
    for char in text:
        pile = pile + 1 if unicodedata.combining(char) else 0
        if pile > MAX_PILE:
            return True
    return False


def _blank(match: re.Match[str]) -> str:
    """Blanks stay, as wide as they are; with a control among them they are one."""
    return match[0] if not match[0].strip(' ') else ' '


def meant(text: str | None) -> str | None:
    """The text, or None where it is a word for "nothing"."""
    return None if text is None or text.upper() in NOTHING else text


def account(text: str | None) -> str | None:
    """An account's number without blanks."""
    found = clean(text)
    return meant(re.sub(r'\s', '', found).upper() or None) if found else None


def without_currency(number: str | None, currency: str | None = None) -> str | None:
    """An account's number without a currency that is glued to it."""
    if not number or len(number) <= 8 or not _CURRENCY.fullmatch(number[-3:]) or currency not in (None, number[-3:]):
        return number
    rest = number[:-3]
    return rest.rstrip('/-') if rest[-1].isdigit() or rest[-1] in '/-' else number


def currency(text: str | None, line: int | None = None) -> str | None:
    """A currency's code; None for nothing."""
    if text is None:
        return None
    if not _CURRENCY.fullmatch(text):
        raise Refused('bad_value', f"“{text[:20]}” is no currency.", line)
    return text


def plain_amount(text: str | None, line: int | None = None) -> Decimal:
    """A decimal of XML and its like: digits, a point."""
    if text is None or not _PLAIN.fullmatch(text.removeprefix('+')):
        raise Refused('bad_value', f"“{(text or '')[:30]}” is no amount.", line)
    return Decimal(text)


def signed(amount: Decimal, minus: bool) -> Decimal:
    """The amount with its sign; never a negative zero."""
    return -amount if minus and amount else amount


def full_year(two: int) -> int:
    """The year of two digits: statements are of this century or the end of the last one."""
    return 2000 + two if two < 80 else 1900 + two


def iso_day(text: str | None, warnings: list[Warn], entry: int | None = None, line: int | None = None) -> date | None:
    """The day of an ISO date or moment, as written; None for nothing."""
    if text is None:
        return None
    match = re.fullmatch(r'(\d{4})-(\d\d)-(\d\d)(?:T.*|Z|[+-]\d\d:?\d\d)?', text, re.A)
    if not match:
        raise Refused('bad_value', f"“{text[:30]}” is no date.", line)
    return day(int(match[1]), int(match[2]), int(match[3]), warnings, entry, line)


def day(
    year: int, month: int, number: int, warnings: list[Warn], entry: int | None = None, line: int | None = None
) -> date:
    """A date. The 29th or 30th of a February that has none is its last day, with a warning: banks count months of 30 days.

    :raises Refused: ``bad_value``"""
    if 1 <= year <= 9999 and 1 <= month <= 12 and 1 <= number <= calendar.monthrange(year, month)[1]:
        return date(year, month, number)
    if month == 2 and number in (29, 30) and 1 <= year <= 9999:
        last = date(year, 2, calendar.monthrange(year, 2)[1])
        warnings.append(Warn('date', f"{number} February {year} is taken for {last.isoformat()}.", entry, line))
        return last
    raise Refused('bad_value', f"{number}. {month}. {year} is no date.", line)
