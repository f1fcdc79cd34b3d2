"""What the bank gave of a movement's amount, and whether the books still say so."""

from decimal import Decimal

from ..lib.exact import exact


def was_changed(line):
    """Whether somebody gave the movement another amount, or another original one, than the bank."""
    details = line.bank_feed_details or {}
    if not details.get('amount'):
        return False
    if Decimal(details['amount']) != exact(line.amount, line.currency_id.decimal_places):
        return True
    foreign = line.foreign_currency_id
    if not foreign:
        return False
    if foreign.name != details.get('original_currency') or not details.get('original_amount'):
        return True
    digits = foreign.decimal_places
    return exact(abs(line.amount_currency), digits) != exact(abs(float(details['original_amount'])), digits)


def original_of(line):
    """(Decimal, code) of the payment's original amount in another currency, signed like the movement; (None, '') without one. Where
    the amount was changed, what the books say."""
    details = line.bank_feed_details or {}
    foreign = line.foreign_currency_id
    if was_changed(line):
        return (exact(line.amount_currency, foreign.decimal_places), foreign.name) if foreign else (None, '')
    if not details.get('original_amount'):
        return None, ''
    told = Decimal(details['original_amount'])
    return told.copy_abs().copy_sign(Decimal(details['amount'])), details.get('original_currency') or ''
