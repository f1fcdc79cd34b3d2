"""Odoo's amounts are floats, the rules' are Decimal."""

from decimal import Decimal


def exact(amount, digits):
    """The Decimal that a float of an amount with so many decimals stands for.

    >>> exact(0.1 + 0.2, 2)
    Decimal('0.30')
    """
    return Decimal(f'{amount:.{digits}f}')
