"""Payments through Aiia (v2: ``POST /accounts/{id}/payments`` for each, one ``payment-authorizations`` for all of them; its payments are listed).

Source: the provider's public collection ("Payments: Payouts") and sample application. Not verified against the live interface; the words of a
status are not documented in what was read: what is not known changes nothing. Nothing is executed before the person has signed at the
authorization's page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ..payments import accounts, references
from ..payments.charset import plain
from ..payments.checks import letters, needs_address
from ..payments.data import BBAN, CZECH, IBAN, INSTANT, KID, OCR, SALARY, SCOR, SYMBOLS
from ..payments.days import today
from . import errors
from .http import encode
from .payments import LineStatus, Objection, PaymentStarted, PaymentStatus, named, taken
from .read import document, iban, part, rows, text

if TYPE_CHECKING:
    from ..payments.data import Account, Line, Order
    from .aiia import AiiaClient
    from .http import Answer

_ID = re.compile(r'[0-9A-Za-z_-]{6,100}')
#: statuses with which the provider has read what it refuses
_REFUSED = (400, 401, 403, 404, 422, 429)
_IDENTIFIERS = {KID: 'norwegianKid', OCR: 'ocr', SCOR: 'creditorReference'}


class Payments:
    """Of one application's client."""

    def __init__(self, client: AiiaClient) -> None:
        self.client = client

    @staticmethod
    def objections(order: Order) -> list[Objection]:
        """What the interface cannot say."""
        said = []
        if order.kind == SALARY:
            said.append(Objection(None, "The provider has no salary payments: send them as a file."))
        for place, line in enumerate(order.lines):
            if _destination(line, order.country) is None:
                said.append(Objection(place, "The provider does not pay to such an account number from here."))
            if needs_address(order, line):
                said.append(Objection(place, "The payee's address is not sent this way: send it as a file."))
        return said

    def start(self, order: Order, redirect_uri: str) -> PaymentStarted:
        """Payments one by one, unsigned, then the page where all of them are signed."""
        try:
            base = f'v2/accounts/{self._account(order)}'
            token = self.client._oauth.access_token()
        except errors.BankError as error:
            raise errors.NotSent(f"Nothing was sent. {error}") from None
        paid: list[str] = []
        try:
            for line in order.lines:
                body = {'payment': payment(order, line), 'redirectUrl': redirect_uri}
                paid.append(named(self._post(f'{base}/payments', body, token), 'paymentId', _ID))
            body = {'paymentIds': paid, 'redirectUrl': redirect_uri}
            answer = self._post(f'{base}/payment-authorizations', body, token)
        except errors.RequestRefused:
            raise  # what it took before is unsigned, and will stay so
        except errors.BankError:
            if not paid:
                raise
            raise errors.PaymentUnknown(
                "A part of the payments is at the provider, unsigned; the rest may not have got there."
            ) from None
        number, url = named(answer, 'authorizationId', _ID), text(document(answer).get('authorizationUrl'))
        if not self.client._is_page(url):
            raise errors.PaymentUnknown("The payments are at the provider, unsigned: it names no page to sign them.")
        return PaymentStarted(' '.join((base, number, *paid)), 'AuthorizationPending', url)

    def _account(self, order: Order) -> str:
        """The provider's id of the account that pays."""
        wanted = accounts.identity(order.debtor, order.country)
        for row in rows(self.client._call('GET', 'v1/accounts'), 'accounts'):
            number = part(row, 'number')
            parsed = part(number, 'bbanParsed')
            written = iban(text(number.get('iban')))
            domestic = f"{text(parsed.get('bankCode'))}{text(parsed.get('accountNumber'))}"
            unit = text(part(row, 'booked').get('currency') or part(row, 'available').get('currency')).upper()
            own = {written[:2] + written[4:] if written else '', order.country + domestic if domestic else ''}
            if unit == order.currency and wanted in own and _ID.fullmatch(text(row.get('id'))):
                return text(row['id'])
        raise errors.AccountUnknown("The account that pays is not among those that the provider shows.")

    def _post(self, path: str, body: dict[str, Any], token: str) -> Answer:
        headers = {'Authorization': f'Bearer {token}'}
        answer = self.client.transport.pay(path, encode(body), 'application/json', headers)
        if not taken(answer, self.client._code(answer), _REFUSED):
            self.client._raise_for(answer)
        return answer

    def status(self, reference: str, order: Order) -> PaymentStatus:
        base, number, *paid = reference.split(' ')
        path = f'{base}/payment-authorizations/{number}'
        whole = part(self.client._call('GET', path), 'status')
        own = dict(zip(paid, order.lines))
        found = []
        for row in rows(self.client._call('GET', f'{path}/payments'), 'payments', missing_is_empty=True):
            line = own.get(text(row.get('id')))
            if line:
                told = part(row, 'status')
                found.append(LineStatus(line.end_to_end_id, _word(told), text(told.get('reasonCode'), 10)))
        return PaymentStatus(_word(whole), '', '', tuple(found), whole.get('terminal') is True)


def _word(status: dict[str, Any]) -> str:
    return text(status.get('code')) or text(status.get('paymentStatusCode'))


def payment(order: Order, line: Line) -> dict[str, Any]:
    """``payment`` of one line."""
    message = plain(line.text, letters(order))[0]
    found: dict[str, Any] = {
        'amount': {'value': float(line.amount), 'currency': order.currency},
        'destination': {
            **(_destination(line, order.country) or {}),
            'name': plain(line.account.name, letters(order))[0],
        },
        'execution': _execution(order),
        'identifiers': _identifiers(line),
    }
    if message:
        found.update(message=message, transactionText=message)
    return found


def _execution(order: Order) -> dict[str, str]:
    if order.date > today(order.country):
        return {'type': 'SpecificDate', 'date': order.date.isoformat()}
    return {'type': 'Instant' if order.product == INSTANT else 'Normal'}


def _identifiers(line: Line) -> dict[str, str]:
    kind = line.reference.kind
    found = {
        'endToEndId': references.as_end_to_end(line.reference) if kind == SYMBOLS else line.end_to_end_id,
    }
    if kind in _IDENTIFIERS:
        found[_IDENTIFIERS[kind]] = references.compact(line.reference)
    return found


def _destination(line: Line, home: str) -> dict[str, Any] | None:
    """The payee's account, or None where the interface has no form for it."""
    account: Account = line.account
    if account.scheme == IBAN:
        return {'iban': accounts.written(account, home)}
    if account.scheme == CZECH:
        return {'iban': accounts.international(account)}
    if account.scheme == BBAN and home in (
        'DK',
        'NO',
    ):  # registration or bank number of four digits, then the account's
        number = accounts.written(account, home)
        return {'bban': {'bankCode': number[:4], 'accountNumber': number[4:]}}
    return None
