"""Accounts, balances and transactions as Enable Banking writes them (OpenAPI 1.0.0, schemas ``AccountResource``,
``BalanceResource``, ``Transaction``)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import data
from ..read import day, iban, money, original, part, text, texts

if TYPE_CHECKING:
    from ..data import Account, Balance, Transaction

#: balance type of ISO 20022 → of the house
BALANCES = {'CLBD': 'closingBooked', 'ITBD': 'interimBooked', 'ITAV': 'interimAvailable', 'CLAV': 'closingAvailable'}
#: transaction status → of the house; what was cancelled or rejected is no movement
BOOKED, PENDING, NEVER = ('BOOK',), ('PDNG', 'HOLD', 'SCHD'), ('CNCL', 'RJCT')


def balance(row: dict[str, Any]) -> Balance | None:
    """:class:`data.Balance`, or None for one that cannot be read: it is shown, never booked."""
    try:
        value, unit = money(row.get('balance_amount'), 'balance')
    except ValueError:
        return None
    kind = text(row.get('balance_type'))
    return data.Balance(BALANCES.get(kind, kind), value, unit, day(row.get('reference_date')))


def _number(found: dict[str, Any]) -> tuple[str, str]:
    """(IBAN, other number) of an account identification."""
    other = part(found, 'other')
    return iban(found.get('iban')), text(other.get('identification')).replace(' ', '')


def account(row: dict[str, Any], uid: str = '') -> Account | None:
    """:class:`data.Account` of an ``AccountResource``; None without an id of the session."""
    uid = uid or text(row.get('uid'))
    unit = text(row.get('currency')).upper()
    if not uid or len(unit) != 3:
        return None
    number, other = _number(part(row, 'account_id'))
    return data.Account(
        session_id=uid,
        iban=number,
        bban=other,
        currency=unit,
        name=text(row.get('details')) or text(row.get('product')),
        owner_name=text(row.get('name')),
        product=text(row.get('product')),
        bic=text(part(row, 'account_servicer').get('bic_fi')),
        identification=text(row.get('identification_hash')),
    )


def transaction(row: dict[str, Any]) -> Transaction | None:
    """One movement; None for what was cancelled or refused; ValueError says why it is of no use."""
    status = text(row.get('status')) or 'BOOK'
    if status in NEVER:
        return None
    if status not in BOOKED + PENDING:
        raise ValueError("The bank's word for the state of the movement is not known.")
    value, unit = money(row.get('transaction_amount'))
    incoming = text(row.get('credit_debit_indicator')) != 'DBIT'
    if text(row.get('credit_debit_indicator')) not in ('CRDT', 'DBIT'):
        raise ValueError("The row does not say whether money came or went.")
    value = abs(value) if incoming else -abs(value)
    booked = day(row.get('booking_date'))
    if status in BOOKED and not booked:
        raise ValueError("The booking date is missing or is not a date.")
    side = 'debtor' if incoming else 'creditor'
    number, other = _number(part(row, f'{side}_account'))
    code, rate = part(row, 'bank_transaction_code'), part(row, 'exchange_rate')
    original_amount, original_currency = original(rate.get('instructed_amount'), value)
    return data.Transaction(
        status=data.BOOKED if status in BOOKED else data.PENDING,
        amount=value,
        currency=unit,
        booking_date=booked,
        value_date=day(row.get('value_date')),
        entry_reference=text(row.get('entry_reference')),
        transaction_id=text(row.get('transaction_id')),
        counterparty_name=text(part(row, side).get('name')),
        counterparty_account=number or other,
        counterparty_bic=text(part(row, f'{side}_agent').get('bic_fi')),
        remittance=tuple(texts(row.get('remittance_information'))),
        structured=tuple(texts(row.get('reference_number'))),
        bank_transaction_code='-'.join(filter(None, (text(code.get('code')), text(code.get('sub_code'))))),
        additional_information=text(row.get('note')) or text(code.get('description')),
        original_amount=original_amount,
        original_currency=original_currency,
        exchange_rate=text(rate.get('exchange_rate')),
        balance_after=_balance_after(row),
        raw=row,
    )


def _balance_after(row: dict[str, Any]) -> Decimal | None:
    try:
        return money(row.get('balance_after_transaction'), 'balance')[0]
    except ValueError:
        return None
