"""Ponto Connect (Isabel, through Ibanity): accounts in Belgium, the Netherlands, France, Germany and Luxembourg, for
partners with a contract.

Source: the provider's documentation and public collection (JSON:API, OAuth 2.0 with PKCE, client certificate).
Not verified against the live interface; webhooks are not used, for their signature is not described in what was read."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter

from . import client, data, errors
from .oauth import OAuth
from .pages import Pages
from .payments import ATTENDED
from .ponto_payments import Payments
from .read import amount, currency, day, document, end_to_end, iban, part, rows, text, texts
from .sorting import Sorted
from .tls import CertificateAdapter

if TYPE_CHECKING:
    from ..payments.data import Order
    from .data import Account, Balance, Consent, ConsentStart, Institution, Movements, Psu, Transaction
    from .http import Answer
    from .payments import Objection, PaymentStarted, PaymentStatus

PAGE_SIZE = 100
_ERRORS = {
    'integrationRevoked': (errors.ConsentRevoked, "The permission was revoked."),
    'authorizationExpired': (errors.ConsentExpired, "The permission at the bank has expired."),
    'resourceNotFound': (errors.AccountUnknown, "The provider does not know the account."),
    'tooManyRequests': (errors.RateLimited, "The provider's limit of calls is used up."),
}


class PontoClient(client.BankClient):
    """One application of Ponto Connect."""

    code = 'ponto'
    label = "Ponto Connect"
    capabilities = client.Capabilities(history_days=730, payments=ATTENDED, cancels_payments=True)
    registers_redirect = True
    addresses = {
        'sandbox': 'https://api.ibanity.com/ponto-connect/',
        'live': 'https://api.ibanity.com/ponto-connect/',
    }
    asks = (
        client.Setting('client_id', "Client ID"),
        client.Setting('client_secret', "Client secret", 'secret'),
        client.Setting('page', "Authorization address", help="As the portal shows it; ends in /oauth2/auth."),
        client.Setting('certificate', "Client certificate with key (PEM)", 'certificate', required=False),
        client.PAYS,
        client.Setting(
            'signature_certificate',
            "Signature certificate with key (PEM)",
            'certificate',
            required=False,
            help="For payments.",
        ),
        client.Setting(
            'signature_id', "Signature certificate's ID", required=False, help="As the portal shows it; for payments."
        ),
    )

    @classmethod
    def adapter(cls, settings: dict[str, Any]) -> HTTPAdapter | None:
        return CertificateAdapter(settings['certificate']) if settings.get('certificate') else None

    def _institutions(self) -> list[Institution]:
        return [data.Institution('ponto', "Ponto (banks in BE, NL, FR, DE, LU)", '')]

    def _test(self) -> str:
        self._oauth.application_token('')
        return "The provider accepts client ID and secret."

    # === Permission === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        scope = 'offline_access ai pi' if self.settings.get(client.PAYS.name) == 'yes' else 'offline_access ai'
        url, memory = self._oauth.authorise(self.settings.get('page') or '', redirect_uri, scope)
        consent = data.Consent(str(uuid.uuid4()), 'received')  # the provider has no number for it
        return data.ConsentStart(consent, url, memory)

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        tokens = self._oauth.redeem(memory, parameters)
        return data.Consent(consent_id, 'valid', memory=tokens) if tokens else data.Consent(consent_id, 'rejected')

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        self._call('GET', 'accounts', {'limit': 1})
        return data.Consent(consent_id, 'valid')

    def _revoke_consent(self, consent_id: str) -> None:
        kept = self.vault.read().get('refresh_token')
        if kept:
            answer = self.transport.request(
                'POST', 'oauth2/revoke', headers=self._oauth.basic_header(), form={'token': kept}
            )
            if answer.status >= 400 and text(part(answer.data, 'error')) != 'invalid_token':
                _raise_for(answer)
            self.vault.store(access_token='', refresh_token='')

    # === Accounts and transactions === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        found = []
        for row in self._pages('accounts')[0]:
            told, unit = part(row, 'attributes'), text(part(row, 'attributes').get('currency')).upper()
            if not text(row.get('id')) or len(unit) != 3:
                continue
            kind = text(told.get('referenceType')).upper()
            reference = text(told.get('reference'))
            found.append(
                data.Account(
                    session_id=text(row.get('id')),
                    iban=iban(reference) if kind in ('', 'IBAN') else '',
                    bban='' if kind in ('', 'IBAN') else reference,
                    currency=unit,
                    name=text(told.get('description')) or text(told.get('product')),
                    owner_name=text(told.get('holderName')),
                    product=text(told.get('product')),
                    balances=_balance(told, unit),
                    valid_until=day(told.get('authorizationExpirationExpectedAt')),
                )
            )
        return found

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        """The newest come first, without a filter by day: pages are read until they are older than what is wanted."""
        found = Sorted()
        listed, calls = self._pages(f'accounts/{account_id}/transactions', until=date_from)
        waiting, more = self._pages(f'accounts/{account_id}/pending-transactions')
        for status, rows_ in ((data.BOOKED, listed), (data.PENDING, waiting)):
            for row in rows_:
                found.add(row, _transaction_since, status, date_from)
        told = part(part(self._call('GET', f'accounts/{account_id}'), 'data'), 'attributes')
        balances = _balance(told, text(told.get('currency')).upper())
        return found.movements(balances, calls + more + 1)

    def _pages(self, path: str, until: date | None = None) -> tuple[list[dict[str, Any]], int]:
        """(rows, calls) of all pages, or of those that reach back to a day."""
        found, pages = [], Pages()
        params: dict[str, int] | None = {'limit': PAGE_SIZE}
        while path:
            path = self.transport.url(path)
            pages.visit(path)
            answer = self._call('GET', path, params)
            page = rows(answer, 'data')
            found += page
            days = [day(part(row, 'attributes').get('executionDate')) for row in page]
            if until and page and all(found_day and found_day < until for found_day in days):
                break
            path, params = text(part(answer, 'links').get('next')), None
        return found, len(pages)

    # === Payments === #

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return Payments.objections(order)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        return Payments(self).start(order, redirect_uri, request_id)

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        return Payments(self).status(reference)

    def _cancel_payment(self, reference: str, psu: Psu | None) -> str:
        return Payments(self).cancel(reference)

    # === The call === #

    @property
    def _oauth(self) -> OAuth:
        settings = self.settings
        return OAuth(
            self.transport, self.vault, 'oauth2/token', settings.get('client_id', ''), settings.get('client_secret', '')
        )

    def _call(self, method: str, path: str, params: dict[str, int] | None = None) -> dict[str, Any]:
        token = self._oauth.access_token()
        answer = self._send(method, path, params, token)
        if answer.status == 401 and not _code(answer):
            answer = self._send(method, path, params, self._oauth.access_token(used=token))
        if answer.status >= 400:
            _raise_for(answer)
        return {} if method == 'DELETE' and answer.data is None else document(answer)

    @staticmethod
    def _code(answer: Answer) -> str:
        return _code(answer)

    @staticmethod
    def _raise_for(answer: Answer) -> None:
        _raise_for(answer)

    def _send(self, method: str, path: str, params: dict[str, int] | None, token: str) -> Answer:
        headers = {'Authorization': f'Bearer {token}', 'Accept': 'application/vnd.api+json'}
        return self.transport.request(method, path, headers=headers, params=params)


# === Reading === #


def _code(answer: Answer) -> str:
    errors = answer.data.get('errors') if isinstance(answer.data, dict) else None
    first = errors[0] if isinstance(errors, list) and errors and isinstance(errors[0], dict) else {}
    code = text(first.get('code'))
    return code if code.isalnum() and len(code) < 60 else ''


def _raise_for(answer: Answer) -> None:
    code = _code(answer)
    error, sentence = _ERRORS.get(code) or (errors.RequestRefused, "The provider refuses the request.")
    if answer.status == 429:
        error, sentence = _ERRORS['tooManyRequests']
    elif answer.status == 401 and code not in _ERRORS:
        error, sentence = errors.ConsentError, "The provider does not accept the permission (any more)."
    errors.refuse(error, sentence, answer, code)


def _balance(told: dict[str, Any], unit: str) -> tuple[Balance, ...]:
    try:
        value = amount(told.get('currentBalance'), 'balance')
        return (
            data.Balance(
                'interimBooked', value, currency(unit, 'balance'), day(told.get('currentBalanceReferenceDate'))
            ),
        )
    except ValueError:
        return ()


def _transaction_since(row: dict[str, Any], status: str, first: date) -> Transaction | None:
    """None for what was booked before that day."""
    movement = _transaction(row, status)
    return movement if status == data.PENDING or (movement.booking_date or date.min) >= first else None


def _transaction(row: dict[str, Any], status: str) -> Transaction:
    """One movement; ValueError says why it is of no use."""
    told = part(row, 'attributes')
    value, unit = amount(told.get('amount')), currency(told.get('currency'))
    booked = day(told.get('executionDate'))
    if status == data.BOOKED and not booked:
        raise ValueError("The booking date is missing or is not a date.")
    structured = text(told.get('remittanceInformationType')).lower() == 'structured'
    lines = tuple(texts(told.get('remittanceInformation')))
    return data.Transaction(
        status=status,
        amount=value,
        currency=unit,
        booking_date=booked,
        value_date=day(told.get('valueDate')),
        entry_reference=text(row.get('id')),
        counterparty_name=text(told.get('counterpartName')),
        counterparty_account=text(told.get('counterpartReference')).replace(' ', ''),
        remittance=() if structured else lines,
        structured=lines if structured else (),
        end_to_end_id=end_to_end(told.get('endToEndId')),
        mandate_id=text(told.get('mandateId')),
        creditor_id=text(told.get('creditorId')),
        bank_transaction_code=text(told.get('bankTransactionCode')),
        proprietary_code=text(told.get('proprietaryBankTransactionCode')),
        purpose_code=text(told.get('purposeCode')),
        additional_information=text(told.get('additionalInformation')) or text(told.get('description')),
        raw=row,
    )
