"""Odoo's amounts are floats, the cores' are Decimal."""

from decimal import Decimal
from functools import lru_cache

from ...booking import Currency


def exact(amount, digits):
    """The Decimal that a float of an amount with so many decimals stands for.

    >>> exact(0.1 + 0.2, 2)
    Decimal('0.30')
    """
    return Decimal(f'{amount:.{digits}f}')


def booking_currency(currency):
    """:class:`booking.Currency` of a currency."""
    return _booking_currency(currency.id, currency.rounding)


@lru_cache(maxsize=1000)
def _booking_currency(currency_id, rounding):
    return Currency(currency_id, Decimal(repr(rounding)))
