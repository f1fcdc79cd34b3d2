"""Errors and transactions as Tatra banka's Premium API writes them (the portal's documentation; amounts are numbers)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .. import data, errors
from ..read import day, end_to_end, iban, money, original, part, rows, symbols, text, texts

if TYPE_CHECKING:
    from ..data import Transaction
    from ..http import Answer

#: words for what is not booked yet, for what is, and for what is no movement (any more)
PENDING = ('pending', 'reserved', 'blocked', 'info', 'hold', 'authorized', 'planned')
BOOKED, NEVER = ('booked', 'book', 'settled', 'posted', ''), ('cancelled', 'canceled', 'rejected')
_ERRORS = {
    'CONSENT_EXPIRED': (errors.ConsentExpired, "The permission at the bank has expired."),
    'CONSENT_INVALID': (errors.ConsentError, "The bank does not accept the permission (any more)."),
    'CONSENT_UNKNOWN': (errors.ConsentRevoked, "The bank does not know the permission (any more)."),
    'ACCESS_EXCEEDED': (errors.RateLimited, "The bank's limit of calls is used up."),
    'RESOURCE_UNKNOWN': (errors.AccountUnknown, "The bank does not know the account."),
    'PERIOD_INVALID': (errors.PeriodRefused, "The bank does not give such old transactions."),
}


def message_code(answer: Answer) -> str:
    """The bank's own code of an error, or ''."""
    found = answer.data if isinstance(answer.data, dict) else {}
    messages = found.get('tppMessages')
    first = messages[0] if isinstance(messages, list) and messages and isinstance(messages[0], dict) else found
    code = text(first.get('code') or first.get('errorCode') or first.get('error'))
    return code if code.replace('_', '').isalnum() and len(code) < 60 else ''


def raise_for(answer: Answer) -> None:
    code = message_code(answer)
    error, sentence = _ERRORS.get(code) or (None, '')
    if code == 'TOKEN_INVALID' or (answer.status == 401 and not error):
        raise errors.ConsentError("The bank does not accept the token.")  # without a code: another token is tried
    if answer.status == 429:
        error, sentence = _ERRORS['ACCESS_EXCEEDED']
    errors.refuse(error or errors.RequestRefused, sentence or "The bank refuses the request.", answer, code)


def listed(answer: dict[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """[(row, state that its list says)]: one list, or lists by state."""
    found = answer.get('transactions')
    if isinstance(found, dict):
        return [(row, state) for state in ('booked', 'pending') for row in rows(found, state, missing_is_empty=True)]
    return [(row, '') for row in rows(answer, 'transactions')]


def transaction(row: dict[str, Any], listed_as: str = '') -> Transaction | None:
    """One movement; None for what was cancelled or rejected; ValueError says why it is of no use."""
    value, unit = money(row.get('transactionAmount'))
    state = text(row.get('transactionState')).lower() or listed_as
    if state in NEVER:
        return None
    if state not in PENDING + BOOKED:
        raise ValueError("The bank's word for the state of the movement is not known.")
    status = data.PENDING if state in PENDING else data.BOOKED
    booked = day(row.get('bookingDate'))
    if status == data.BOOKED and not booked:
        raise ValueError("The booking date is missing or is not a date.")
    side = 'creditor' if value < 0 else 'debtor'
    account, agent = part(row, f'{side}Account'), row.get(f'{side}Agent')
    named = end_to_end(row.get('endToEndId'))
    told = symbols(row.get('variableSymbol'), row.get('specificSymbol'), row.get('constantSymbol'))
    original_amount, original_currency = original(row.get('originalAmount'), value)
    return data.Transaction(
        status=status,
        amount=value,
        currency=unit,
        booking_date=booked,
        value_date=day(row.get('valueDate')),
        entry_reference=text(row.get('transactionId')) if status == data.BOOKED else '',
        transaction_id=text(row.get('transactionId')),
        counterparty_name=text(row.get(f'{side}Name')),
        counterparty_account=iban(account.get('iban')) or text(account.get('bban')),
        counterparty_bic=text(agent.get('bic')) if isinstance(agent, dict) else text(agent),
        remittance=tuple(texts(row.get('remittanceInformationUnstructured'))),
        structured=() if told in ('', named) else (told,),
        end_to_end_id=named,
        bank_transaction_code=text(row.get('bankTransactionCode')),
        additional_information=text(row.get('additionalInformation')) or text(row.get('paymentReference')),
        original_amount=original_amount,
        original_currency=original_currency,
        raw=row,
    )
