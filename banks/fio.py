"""Fio banka (CZ, SK): own accounts by token. One token reads one account; there is no page to log in at.

Source: the bank's API manual 1.4.5 and its XSDs; the present host, the rule of 90 days (422) and of 30 seconds (409) as
clients report them. ``periods`` is asked, with overlap: the bank's own cursor ("last") is shared with every other program
that uses the token. The token is a part of the address: addresses are never logged whole (:mod:`banks.http`)."""

from __future__ import annotations

import hashlib
import time
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import client, data, errors, fio_payments
from .payments import DEFERRED
from .read import ZONE, amount, currency, day, iban, moment_day, original, part, symbols, text
from .sorting import Sorted

if TYPE_CHECKING:
    from ..payments.data import Order
    from .data import Account, Balance, Consent, Institution, Movements, Psu, Transaction
    from .payments import Objection, PaymentStarted

#: seconds between two calls with one token (the bank's 30 count from when it saw the first one), and how long a caller
#: waits for its turn
INTERVAL, PATIENCE = 32.0, 40.0
#: days of history without a strong authentication of the last ten minutes
HISTORY_DAYS = 89
UNLOCK = "For older ones, unlock them in Fio's internet banking and fetch within ten minutes."


class FioClient(client.BankClient):
    """Accounts at Fio, each with its own token."""

    code = 'fio'
    label = "Fio banka"
    capabilities = client.Capabilities(
        authorisation='token',
        revoke=False,
        unattended_calls_per_day=None,
        history_days=HISTORY_DAYS,
        history_days_after_sca=3650,
        unlocks_history=True,
        payments=DEFERRED,
        payment_status=False,
    )
    practice_settings = {'seconds_between_calls': 3}
    addresses = {'sandbox': 'https://fioapi.fio.cz/v1/rest/', 'live': 'https://fioapi.fio.cz/v1/rest/'}

    def _institutions(self) -> list[Institution]:
        return [
            data.Institution('fio-sk', "Fio banka", 'SK', 'FIOZSKBA'),
            data.Institution('fio-cz', "Fio banka", 'CZ', 'FIOBCZPP'),
        ]

    def _test(self) -> str:
        return "Nothing is needed here: each account brings its own token."

    def _grant(self, secret: str, valid_until: date | None, psu: Psu | None) -> Consent:
        token = secret.strip()
        if not token.isalnum() or not 20 <= len(token) <= 128:
            raise errors.RequestRefused("A token of Fio has 64 letters and digits. Copy all of it.")
        today = datetime.now(ZONE).date()
        found = part(self._ask(token, today, today), 'info')
        account = _account(found)
        if not account:
            raise errors.BadAnswer("The bank's answer does not say which account it is.")
        number = hashlib.sha256(token.encode()).hexdigest()[:32]
        return data.Consent(number, 'valid', valid_until, {'token': token, 'account': account.as_json()})

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        """The bank does not tell; the end is the one that the person typed in."""
        return data.Consent(consent_id, 'valid')

    def _revoke_consent(self, consent_id: str) -> None:
        """Only the person can: in the internet banking."""

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        kept = self.vault.read().get('account')
        return [data.Account.from_json(kept)] if kept else []

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        kept, today = self.vault.read(), datetime.now(ZONE).date()
        if not kept.get('token') or kept['account']['session_id'] != account_id:
            raise errors.AccountUnknown("The token does not belong to this account.")
        statement = self._ask(kept['token'], date_from, today)
        found = Sorted()
        for row in _listed(statement):
            found.add(row, _transaction)
        return found.movements(_balances(part(statement, 'info')), 1)

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return fio_payments.objections(order)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        kept = self.vault.read()
        if not kept.get('token'):
            raise errors.NotSent("There is no token of this account.")
        body, kind = fio_payments.upload(order, kept['token'])
        self._take_turn(kept['token'])
        answer = self.transport.pay('import/', body, kind)
        if answer.status == 409:
            raise errors.RateLimited("The bank allows one call in 30 seconds with a token. (HTTP 409)", '', 31)
        if answer.status in (404, 422):
            raise errors.RequestRefused(f"The bank refuses the file. (HTTP {answer.status})")
        if answer.status >= 400:
            raise errors.PaymentUnknown(f"Whether the bank has taken the file is not known. (HTTP {answer.status})")
        return fio_payments.answer(answer.content, order)

    def _take_turn(self, token: str) -> None:
        """Wait until it is this token's turn."""
        interval = float(self.settings.get('seconds_between_calls', INTERVAL))
        turn = f'fio:{hashlib.sha256(token.encode()).hexdigest()[:16]}'  # a token may serve two permissions
        wait = self.app_vault.reserve(turn, interval, PATIENCE)
        if wait > PATIENCE:
            raise errors.RateLimited("Another call with this token is on its way.", retry_after=int(wait) + 1)
        time.sleep(wait)

    def _ask(self, token: str, first: date, last: date) -> dict[str, Any]:
        """The statement of a period, when it is this token's turn."""
        self._take_turn(token)
        path = f'periods/{token}/{first.isoformat()}/{last.isoformat()}/transactions.json'
        try:
            answer = self.transport.request('GET', path, attempts=1)  # each one counts
        except errors.BankUnavailable as error:
            if error.code == '500':  # what the bank says of a token that it does not take
                raise errors.LoginDoubted(
                    "The bank does not accept the token, or is in trouble: the token has ended, was deleted, or is not active "
                    "yet (five minutes after it was made)."
                ) from None
            raise
        if answer.status == 409:
            raise errors.RateLimited("The bank allows one call in 30 seconds with a token. (HTTP 409)", '', 31)
        if answer.status == 422:
            raise errors.PeriodRefused(f"The bank gives no more than 90 days of history. {UNLOCK} (HTTP 422)")
        if answer.status >= 400:
            raise errors.RequestRefused(f"The bank refuses the request. (HTTP {answer.status})")
        statement = part(answer.data, 'accountStatement')
        if not isinstance(statement.get('info'), dict):
            raise errors.BadAnswer("The bank's answer is no statement.")
        return statement


# === Reading === #


def _account(info: dict[str, Any]) -> Account | None:
    unit, number = text(info.get('currency')).upper(), iban(info.get('iban'))
    domestic = '/'.join(filter(None, (text(info.get('accountId')), text(info.get('bankId')))))
    if len(unit) != 3 or not (number or domestic):
        return None
    return data.Account(number or domestic, number, unit, bban='' if number else domestic, bic=text(info.get('bic')))


def _listed(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a statement; none is null, and one may stand without its list."""
    found = statement.get('transactionList')
    rows = found.get('transaction') if isinstance(found, dict) else found
    if rows is None:
        return []
    if isinstance(rows, dict):
        return [rows]
    if not isinstance(rows, list):
        raise errors.BadAnswer("The bank's answer has no proper list of movements.")
    return rows


def _balances(info: dict[str, Any]) -> tuple[Balance, ...]:
    """The closing balance of a period that ends today."""
    try:
        value, unit = amount(info.get('closingBalance'), 'balance'), currency(info.get('currency'), 'balance')
    except ValueError:
        return ()
    return (data.Balance('interimBooked', value, unit, _day(info.get('dateEnd')) or date.today()),)


def _day(value: object) -> date | None:
    """``2016-08-03+0200``, or milliseconds since 1970."""
    return moment_day(value) if isinstance(value, int) and not isinstance(value, bool) else day(value)


def _transaction(row: dict[str, Any]) -> Transaction:
    """One movement; ValueError says why it is of no use."""
    if not isinstance(row, dict):
        raise ValueError("The row is no movement.")
    told = {key: value.get('value') for key, value in row.items() if isinstance(value, dict)}
    booked = _day(told.get('column0'))
    if not booked:
        raise ValueError("The booking date is missing or is not a date.")
    value, unit = amount(told.get('column1')), currency(told.get('column14'))
    number, bank_code = text(told.get('column2')), text(told.get('column3'))
    original_amount, original_currency = _original(text(told.get('column18')), value)
    messages = [text(told.get(f'column{column}')) for column in (16, 7, 25)]  # for the recipient, ours, comment
    return data.Transaction(
        status=data.BOOKED,
        amount=value,
        currency=unit,
        booking_date=booked,
        entry_reference=text(told.get('column22')),
        counterparty_name=text(told.get('column10')),
        counterparty_account=f'{number}/{bank_code}' if number and bank_code.isdigit() else number,
        counterparty_bic=text(told.get('column26')),
        remittance=tuple(dict.fromkeys(filter(None, messages))),
        structured=tuple(filter(None, (text(told.get('column27')),))),
        end_to_end_id=symbols(told.get('column5'), told.get('column6'), told.get('column4')),
        proprietary_code=text(told.get('column8')),
        original_amount=original_amount,
        original_currency=original_currency,
        raw=row,
    )


def _original(specification: str, value: Decimal) -> tuple[Decimal | None, str]:
    """Amount and currency of a specification such as ``15.90 EUR``."""
    number, _space, unit = specification.partition(' ')
    return original({'amount': number.replace(',', '.'), 'currency': unit.strip()}, value)
