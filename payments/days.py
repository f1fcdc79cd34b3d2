"""Days on which banks execute payments.

TARGET: European Central Bank, T2 calendar (closed on Saturdays, Sundays, 1 January, Good Friday, Easter Monday, 1 May, 25 and 26 December).
National bank holidays: the public holidays of the country, as its law names them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

#: (month, day) of holidays of a currency's banks
_FIXED = {
    'EUR': ((1, 1), (5, 1), (12, 25), (12, 26)),
    'NOK': ((1, 1), (5, 1), (5, 17), (12, 25), (12, 26)),
    'SEK': ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)),
    'DKK': ((1, 1), (6, 5), (12, 24), (12, 25), (12, 26), (12, 31)),
    'CZK': ((1, 1), (5, 1), (5, 8), (7, 5), (7, 6), (9, 28), (10, 28), (11, 17), (12, 24), (12, 25), (12, 26)),
    'HUF': ((1, 1), (3, 15), (5, 1), (8, 20), (10, 23), (11, 1), (12, 24), (12, 25), (12, 26)),
}
#: days after Easter Sunday
_MOVING = {
    'EUR': (-2, 1),
    'NOK': (-3, -2, 1, 39, 50),
    'SEK': (-2, 1, 39),
    'DKK': (-3, -2, 1, 39, 40, 50),
    'CZK': (-2, 1),
    'HUF': (-2, 1, 50),
}


#: where banks of the euro have their day, and any other of which it is not known
TARGET_ZONE = 'Europe/Brussels'
#: where the order's bank has its day
ZONES = {
    'SK': 'Europe/Bratislava',
    'CZ': 'Europe/Prague',
    'HU': 'Europe/Budapest',
    'NO': 'Europe/Oslo',
    'SE': 'Europe/Stockholm',
    'DK': 'Europe/Copenhagen',
}


def today(country: str) -> date:
    """The day that banks of the country have now; that of the euro's banks for a country that is not known."""
    return datetime.now(ZoneInfo(ZONES.get(country, TARGET_ZONE))).date()


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus/Jones/Butcher).

    >>> easter(2026), easter(2027)
    (datetime.date(2026, 4, 5), datetime.date(2027, 3, 28))
    """
    a, b, c = year % 19, year // 100, year % 100
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def is_business(day: date, currency: str) -> bool:
    """Whether banks execute payments of this currency on the day; an unknown currency is taken as TARGET.

    >>> is_business(date(2026, 4, 3), 'EUR'), is_business(date(2026, 12, 24), 'EUR'), is_business(date(2026, 5, 17), 'NOK')
    (False, True, False)
    """
    if day.weekday() >= 5:
        return False
    code = currency if currency in _FIXED else 'EUR'
    if (day.month, day.day) in _FIXED[code]:
        return False
    # Sweden: Midsummer Eve is a Friday between 19 and 25 June
    if code == 'SEK' and day.month == 6 and day.weekday() == 4 and 19 <= day.day <= 25:
        return False
    return (day - easter(day.year)).days not in _MOVING[code]


def business_day(day: date, currency: str, later: bool = True) -> date:
    """The day itself, or the next business day (``later``), or the one before.

    >>> business_day(date(2026, 11, 29), 'EUR'), business_day(date(2026, 11, 29), 'EUR', later=False)
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 27))
    """
    while not is_business(day, currency):
        day += timedelta(days=1 if later else -1)
    return day
