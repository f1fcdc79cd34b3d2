"""Accounts, balances and transactions as NextGenPSD2 1.3.x writes them (OpenAPI 1.3.12, schemas ``accountDetails``,
``balance``, ``transactions``); other providers pass the same objects on."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from . import data
from .read import day, end_to_end, iban, money, original, part, text, texts

if TYPE_CHECKING:
    from .data import Account, Balance, Transaction
    from .sorting import Sorted


def account(row: dict[str, Any], session_key: str = 'resourceId') -> Account | None:
    """:class:`data.Account` of an ``accountDetails``, or None for what is no account of its own (XXX: the sum over a
    multi-currency account, whose parts are listed themselves)."""
    currency, session_id = text(row.get('currency')).upper(), text(row.get(session_key))
    if not session_id or len(currency) != 3 or currency == 'XXX':
        return None
    return data.Account(
        session_id=session_id,
        iban=iban(row.get('iban')),
        bban=text(row.get('bban')),
        currency=currency,
        name=text(row.get('name')) or text(row.get('displayName')),
        owner_name=text(row.get('ownerName')),
        product=text(row.get('product')),
        bic=text(row.get('bic')),
        status=text(row.get('status')) or 'enabled',
        balances=balances(row.get('balances')),
    )


def balances(rows: list[dict[str, Any]] | None) -> tuple[Balance, ...]:
    """Those of the balances that can be read: a balance is shown, never booked."""
    found = []
    for row in rows if isinstance(rows, list) else ():
        try:
            amount, currency = money(row.get('balanceAmount'), 'balance')
        except (ValueError, AttributeError):
            continue
        found.append(
            data.Balance(
                text(row.get('balanceType')),
                amount,
                currency,
                day(row.get('referenceDate')),
                row.get('creditLimitIncluded') is True,
            )
        )
    return tuple(found)


def sort(found: dict[str, Any], into: Sorted, own: str = '') -> None:
    """Sort what a ``transactions`` object says; a missing list is an empty one.

    :param own: the account's own number, where the answer tells it: a row whose sign says the opposite of its parties is of
        no use"""
    for status in (data.BOOKED, data.PENDING):
        for row in found.get(status) or ():
            into.add(row, _consistent, status, own)


def _consistent(row: dict[str, Any], status: str, own: str) -> Transaction:
    movement = transaction(row, status)
    if own and _contradicts(row, movement.amount, own):
        raise ValueError("The amount's sign says the opposite of who paid whom.")
    return movement


def transaction(row: dict[str, Any], status: str) -> Transaction:
    """One entry of ``booked`` or ``pending``; ValueError says why it is of no use."""
    if not isinstance(row, dict):
        raise ValueError("The row is no movement.")
    amount, currency = money(row.get('transactionAmount'))
    booking_date = day(row.get('bookingDate'))
    if status == data.BOOKED and not booking_date:
        raise ValueError("The booking date is missing or is not a date.")
    name, number, bic = _party(row, 'creditor' if amount < 0 else 'debtor')
    original_amount, original_currency, rate = _original(row, amount)
    try:
        balance_after = money(part(row, 'balanceAfterTransaction').get('balanceAmount'), 'balance')[0]
    except (ValueError, InvalidOperation):
        balance_after = None
    return data.Transaction(
        status=status,
        amount=amount,
        currency=currency,
        booking_date=booking_date,
        value_date=day(row.get('valueDate')),
        entry_reference=text(row.get('entryReference')),
        transaction_id=text(row.get('transactionId')),
        counterparty_name=name,
        counterparty_account=number,
        counterparty_bic=bic,
        remittance=tuple(_either(row, 'remittanceInformationUnstructured')),
        structured=tuple(_either(row, 'remittanceInformationStructured')),
        end_to_end_id=end_to_end(row.get('endToEndId')),
        mandate_id=text(row.get('mandateId')),
        creditor_id=text(row.get('creditorId')),
        bank_transaction_code=text(row.get('bankTransactionCode')),
        proprietary_code=text(row.get('proprietaryBankTransactionCode')),
        purpose_code=text(row.get('purposeCode')),
        additional_information=text(row.get('additionalInformation')),
        original_amount=original_amount,
        original_currency=original_currency,
        exchange_rate=rate,
        balance_after=balance_after,
        raw=row,
    )


def _contradicts(row: dict[str, Any], amount: Decimal, own: str) -> bool:
    """Whether the account's own number stands on the other party's side only: a bank that leaves signs away."""
    ours, theirs = ('debtor', 'creditor') if amount < 0 else ('creditor', 'debtor')
    mine, others = _party(row, ours), _party(row, theirs)
    return others[1].upper() == own and bool(mine[1]) and mine[1].upper() != own


def own_number(account: dict[str, str] | None) -> str:
    """The number of the account that an answer is about."""
    found = text(account.get('iban')) or text(account.get('bban')) if isinstance(account, dict) else ''
    return found.replace(' ', '').upper()


def _either(row: dict[str, Any], key: str) -> list[str]:
    """The list form before the single one, which is often a part of it."""
    return texts(row.get(f'{key}Array')) or texts(row.get(key))


def _party(row: dict[str, Any], side: str) -> tuple[str, str, str]:
    account = part(row, f'{side}Account')
    other = account.get('other')
    other = other.get('identification') if isinstance(other, dict) else other
    candidates = [text(value) for value in (account.get('iban'), account.get('bban'), other, account.get('maskedPan'))]
    number = next(filter(None, candidates), '')
    return text(row.get(f'{side}Name')), number.replace(' ', ''), text(row.get(f'{side}Agent'))


def _original(row: dict[str, Any], value: Decimal) -> tuple[Decimal | None, str, str]:
    """Original amount, currency and rate of a payment in another currency (``currencyExchange``; cards: ``originalAmount``)."""
    exchanges = row.get('currencyExchange')
    exchange = exchanges[0] if isinstance(exchanges, list) and exchanges else exchanges
    exchange = exchange if isinstance(exchange, dict) else {}
    for found in (row.get('originalAmount'), row.get('instructedAmount'), exchange.get('instructedAmount')):
        amount, currency = original(found, value)
        if currency:
            return amount, currency, text(exchange.get('exchangeRate'))
    return None, '', text(exchange.get('exchangeRate'))
