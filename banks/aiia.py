"""Aiia Data (Mastercard Open Finance Europe), under the provider's licence: Denmark, Norway and others; what e-conomic uses.

Source: the provider's public collections and sample answers (OAuth 2.0, JSON). Not verified against the live interface. Not documented in
what was read, and so assumed: that ``state`` of the connect address comes back, the words of ``state`` of a transaction beside *Booked*, the
codes of refusals."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

from . import client, data, errors
from .aiia_payments import Payments
from .http import parse_json
from .oauth import OAuth, split_state
from .pages import Pages
from .payments import ATTENDED
from .read import amount, currency, day, document, end_to_end, iban, money, part, rows, text
from .sorting import Sorted

if TYPE_CHECKING:
    from ..payments.data import Order
    from .data import Account, Balance, Consent, ConsentStart, Event, Institution, Movements, Psu, Transaction
    from .http import Answer
    from .payments import Objection, PaymentStarted, PaymentStatus

TOKEN, CONNECT, UPDATE = 'v1/oauth/token', 'v1/oauth/connect', 'v1/update'
PAGE_SIZE, MAX_EVENT = 200, 256 * 1024
#: of the period that is asked for: what is booked ahead, too
AHEAD = timedelta(days=366)
SCOPE, PAYING = 'accounts offline_access', 'payments:outbound'
#: what a call of the provider says of a permission
KINDS = {
    'ConnectionUpdateRequired': data.RENEW,
    'ConsentNeedsUpdate': data.RENEW,
    'ConsentRevoked': data.ENDED,
    'ConnectionRemoved': data.ENDED,
    'PaymentCreated': data.PAYMENTS,
    'PaymentUpdated': data.PAYMENTS,
    'PaymentAuthorizationCreated': data.PAYMENTS,
    'PaymentAuthorizationPaymentsUpdated': data.PAYMENTS,
}
_ERRORS = {
    'ConsentRevoked': (errors.ConsentRevoked, "The permission was revoked."),
    'ConnectionUpdateRequired': (errors.ConsentExpired, "The bank wants a new log-in."),
    'AccountNotFound': (errors.AccountUnknown, "The provider does not know the account."),
    'ConnectionRateLimited': (errors.RateLimited, "The bank allows the provider no more calls for now."),
}


class JsonOAuth(OAuth):
    """The token endpoint takes JSON in place of a form."""

    json = True


class AiiaClient(client.BankClient):
    """One application at Aiia."""

    code = 'aiia'
    label = "Aiia (Mastercard)"
    capabilities = client.Capabilities(
        several_banks=True,
        push=True,
        revoke=False,
        unattended_calls_per_day=4,
        history_days=730,
        consent_days=90,
        synchronises=True,
        payments=ATTENDED,
    )
    registers_redirect = True
    addresses = {'sandbox': 'https://api-sandbox.aiia.eu/', 'live': 'https://api.aiia.eu/'}
    asks = (
        client.Setting('client_id', "Client ID"),
        client.Setting('client_secret', "Client secret", 'secret'),
        client.Setting('webhook_secret', "Webhook secret", 'secret', required=False),
        client.PAYS,
    )

    def _institutions(self) -> list[Institution]:
        found = []
        for row in rows(self._application('v2/providers'), 'providers'):
            if text(row.get('id')) and text(row.get('name')):
                found.append(
                    data.Institution(text(row['id']), text(row['name']), text(row.get('countryCode'))[:2].upper())
                )
        return found

    def _test(self) -> str:
        return f"The provider reaches {len(self._institutions())} banks."

    # === Permission === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        """The person gives an e-mail address there, gets a code by mail, and logs in at the bank."""
        address, state = split_state(redirect_uri)
        query = {
            'client_id': self.settings.get('client_id') or '',
            'response_type': 'code',
            'scope': f'{SCOPE} {PAYING}' if self.settings.get(client.PAYS.name) == 'yes' else SCOPE,
            'redirect_uri': address,
            'state': state,
        }
        if institution:
            query['providerId'] = institution
        url = f'{self.transport.url(CONNECT)}?{urlencode(query)}'
        return data.ConsentStart(data.Consent(str(uuid.uuid4()), 'received'), url, {'redirect': address})

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        tokens = self._oauth.redeem(memory, parameters)
        number = text(parameters.get('consentId'))
        return (
            data.Consent(number or consent_id, 'valid', memory=tokens)
            if tokens
            else data.Consent(consent_id, 'rejected')
        )

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        self._call('GET', 'v1/accounts')
        return data.Consent(consent_id, 'valid')

    def _revoke_consent(self, consent_id: str) -> None:
        """There is no call for it: the tokens go, the permission lives at the provider until its end."""
        self.vault.store(access_token='', refresh_token='')

    def _synchronise(self, consent_id: str, redirect_uri: str, psu: Psu | None) -> str:
        answer = self._call('POST', UPDATE, body={'redirectUrl': redirect_uri})
        status, address = text(answer.get('status')), text(answer.get('authUrl'))
        if status == 'SupervisedLoginRequired':
            if not _is_https(address, self.transport.base_url):
                raise errors.BadAnswer("The provider wants a log-in and names no page for it.")
            return address
        if status != 'AllQueued':
            raise errors.BadAnswer("The provider does not say whether the bank is asked.")
        return ''

    # === Accounts and transactions === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        found = []
        for row in rows(self._call('GET', 'v1/accounts'), 'accounts'):
            number = part(row, 'number')
            unit = text(part(row, 'booked').get('currency') or part(row, 'available').get('currency')).upper()
            if not text(row.get('id')) or len(unit) != 3:
                continue
            parsed = part(number, 'bbanParsed')
            bban = f"{text(parsed.get('bankCode'))}{text(parsed.get('accountNumber'))}" or text(number.get('bban'))
            found.append(
                data.Account(
                    session_id=text(row['id']),
                    iban=iban(text(number.get('iban'))),
                    bban=bban,
                    currency=unit,
                    name=text(row.get('name')),
                    owner_name=text(row.get('owner')),
                    product=text(row.get('type')),
                    bank_name=text(part(row, 'accountProvider').get('name')),
                    balances=_balances(row),
                )
            )
        return found

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        found, pages, token = Sorted(), Pages(), ''
        while True:
            pages.visit(token or 'first')
            body: dict[str, Any] = {
                'pageSize': PAGE_SIZE,
                'interval': f'{date_from.isoformat()}/{(date.today() + AHEAD).isoformat()}',
            }
            answer = self._call(
                'POST',
                f'v1/accounts/{account_id}/transactions/query',
                body={**body, **({'pagingToken': token} if token else {})},
            )
            for row in rows(answer, 'transactions'):
                found.add(row, _transaction, date_from)
            token = text(answer.get('pagingToken'))
            if not token:
                break
        told = [row for row in rows(self._call('GET', 'v1/accounts'), 'accounts') if row.get('id') == account_id]
        return found.movements(_balances(told[0]) if told else (), len(pages) + 1)

    # === Payments === #

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return Payments.objections(order)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        return Payments(self).start(order, redirect_uri)

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        return Payments(self).status(reference, order)

    def _is_page(self, address: str) -> bool:
        return _is_https(address, self.transport.base_url)

    # === Webhook === #

    def _events(self, body: bytes, headers: Any) -> list[Event] | None:
        """Signature: hex of HMAC-SHA256 over ``timestamp|event id|event|raw body``."""
        secret = self.settings.get('webhook_secret') or ''
        head = [headers.get(f'X-Aiia-{name}') or '' for name in ('TimeStamp', 'EventId', 'Event')]
        signed = '|'.join(head).encode('utf-8', 'replace') + b'|' + body
        wanted = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
        given = (headers.get('X-Aiia-Signature') or '').lower()
        if (
            not secret
            or len(body) > MAX_EVENT
            or not hmac.compare_digest(wanted.encode(), given.encode('utf-8', 'replace'))
        ):
            return None
        try:
            found = parse_json(body)
        except errors.BadAnswer:
            return []
        if not isinstance(found, dict):
            return []
        told = next(
            (entry for name, entry in found.items() if name.endswith('Webhook') and isinstance(entry, dict)), found
        )
        inside = part(told, 'data')
        number = text(told.get('consentId')) or text(inside.get('consentId'))
        if not number:
            return []
        changed = inside.get('changedAccounts')
        listed = (
            inside.get('accountIds') or inside.get('syncedAccountIds') or (changed if isinstance(changed, list) else [])
        )
        ids = (
            [text(one.get('accountId')) if isinstance(one, dict) else text(one) for one in listed]
            if isinstance(listed, list)
            else []
        )
        kind = KINDS.get(text(told.get('event')) or head[2], data.NEWS)
        return [
            data.Event(
                number, tuple(filter(None, ids)), kind, day(inside.get('expiresAt')) if kind == data.RENEW else None
            )
        ]

    # === The call === #

    @property
    def _oauth(self) -> OAuth:
        settings = self.settings
        return JsonOAuth(
            self.transport, self.vault, TOKEN, settings.get('client_id', ''), settings.get('client_secret', '')
        )

    def _application(self, path: str) -> dict[str, Any]:
        """A call in the application's own name."""
        answer = self.transport.request('GET', path, headers=self._oauth.basic_header())
        if answer.status in (401, 403):
            raise errors.ConfigurationError("The provider does not accept client ID and secret.")
        if answer.status >= 400:
            _raise_for(answer)
        return document(answer)

    def _call(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        token = self._oauth.access_token()
        answer = self._send(method, path, body, token)
        if answer.status == 401 and not _code(answer):
            answer = self._send(method, path, body, self._oauth.access_token(used=token))
        if answer.status >= 400:
            _raise_for(answer)
        return document(answer)

    @staticmethod
    def _code(answer: Answer) -> str:
        return _code(answer)

    @staticmethod
    def _raise_for(answer: Answer) -> None:
        _raise_for(answer)

    def _send(self, method: str, path: str, body: dict[str, Any] | None, token: str) -> Answer:
        return self.transport.request(method, path, headers={'Authorization': f'Bearer {token}'}, body=body)


# === Reading === #


def _code(answer: Answer) -> str:
    code = text(answer.data.get('code') or answer.data.get('error')) if isinstance(answer.data, dict) else ''
    return code if code.isalnum() and len(code) < 60 else ''


def _raise_for(answer: Answer) -> None:
    code = _code(answer)
    error, sentence = _ERRORS.get(code) or (errors.RequestRefused, "The provider refuses the request.")
    if answer.status == 429:
        error, sentence = _ERRORS['ConnectionRateLimited']
    elif answer.status == 401 and code not in _ERRORS:
        error, sentence = errors.ConsentError, "The provider does not accept the permission (any more)."
    elif answer.status == 404 and code not in _ERRORS:
        error, sentence = _ERRORS['AccountNotFound']
    errors.refuse(error, sentence, answer, code)


def _is_https(address: str, base: str) -> bool:
    """Whether a browser may be sent there: a page over https, or on the stand-in's own host."""
    try:
        found, own = urlsplit(address), urlsplit(base)
    except ValueError:
        return False
    return bool(found.hostname) and (found.scheme == 'https' or found[:2] == own[:2]) and '@' not in found.netloc


def _balances(row: dict[str, Any]) -> tuple[Balance, ...]:
    """Booked and available, as of the last time that the provider asked the bank."""
    found = []
    for name, kind in (('booked', 'interimBooked'), ('available', 'interimAvailable')):
        told = part(row, name)
        try:
            found.append(
                data.Balance(
                    kind,
                    amount(told.get('value'), 'balance'),
                    currency(told.get('currency'), 'balance'),
                    day(row.get('lastSynchronized')),
                )
            )
        except ValueError:
            continue
    return tuple(found)


def _transaction(row: dict[str, Any], first: date) -> Transaction | None:
    """One movement; None for one that was deleted, or booked before that day. ValueError says why it is of no use."""
    if row.get('isDeleted') is True:
        return None
    told = part(row, 'transactionAmount')
    value, unit = amount(told.get('value')), currency(told.get('currency'))
    status = data.BOOKED if text(row.get('state')).lower() in ('booked', '') else data.PENDING
    booked = day(row.get('date'))
    if not booked:
        raise ValueError("The booking date is missing or is not a date.")
    if status == data.BOOKED and booked < first:
        return None
    detail = part(row, 'detail')
    party = part(detail, 'source' if value > 0 else 'destination')
    account, numbers = part(party, 'account'), part(detail, 'identifiers')
    original, unit_before = _original(part(detail, 'currencyConversion'), value)
    lines = dict.fromkeys(
        filter(None, (text(detail.get('message')), text(row.get('originalText')) or text(row.get('text'))))
    )
    structured = dict.fromkeys(
        filter(None, (text(numbers.get(name)) for name in ('creditorReference', 'document', 'reference')))
    )
    return data.Transaction(
        status=status,
        amount=value,
        currency=unit,
        booking_date=booked,
        value_date=day(detail.get('valueDate')),
        entry_reference=text(row.get('id')) if status == data.BOOKED else '',
        counterparty_name=text(party.get('name')),
        counterparty_account=iban(text(account.get('iban'))) or text(account.get('bban')) or text(party.get('account')),
        remittance=tuple(lines),
        structured=tuple(structured),
        end_to_end_id=end_to_end(numbers.get('endToEndId')),
        proprietary_code=text(row.get('type')),
        original_amount=original,
        original_currency=unit_before,
        balance_after=_after(part(row, 'balance'), unit),
        raw=row,
    )


def _original(told: dict[str, Any], value: Any) -> tuple[Any, str]:
    """Amount in the payer's currency, where the bank says it: with the sign of the movement."""
    try:
        found, unit = money({'amount': told.get('originalValue'), 'currency': told.get('originalCurrency')})
    except ValueError:
        return None, ''
    return abs(found).copy_sign(value), unit


def _after(told: dict[str, Any], unit: str) -> Any:
    try:
        return amount(told.get('value')) if text(told.get('currency')).upper() == unit else None
    except ValueError:
        return None
