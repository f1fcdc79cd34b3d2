"""Enable Banking: account information of most European banks through one licensed provider.

Source: the provider's OpenAPI description 1.0.0 and its reference pages (paths, fields, error names). The HTTP status of
most errors is not documented: the name in ``error`` decides. Answers were never seen live; what may be null is read as
absent. The ``code`` of an institution is ``<country>:<name>``, as the interface names banks."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Any

import jwt

from .. import client, data, errors
from ..http import encode, header_text
from ..oauth import split_state
from ..pages import Pages
from ..payments import ATTENDED
from ..read import day, document, part, rows, text, texts, whole
from ..sorting import Sorted
from . import payments as paying
from . import read as reading
from .errors import raise_for

if TYPE_CHECKING:
    from ...payments.data import Order
    from ..data import Account, Balance, Consent, ConsentStart, Institution, Movements, Psu
    from ..payments import Objection, PaymentStarted, PaymentStatus

#: seconds that a signed token lives (at most 86,400)
TOKEN_LIFE = 3600
#: the PSU headers that the interface knows, and what of a person fills them
PSU_HEADERS = {
    'psu-ip-address': lambda psu: psu.ip_address,
    'psu-user-agent': lambda psu: psu.user_agent,
    'psu-accept-language': lambda psu: psu.accept_language,
    'psu-accept': lambda psu: '*/*',
    'psu-accept-charset': lambda psu: 'utf-8',
    'psu-accept-encoding': lambda psu: 'gzip',
    'psu-referer': lambda psu: '',
    'psu-geo-location': lambda psu: '',
}
#: session status → consent status
STATUS = {
    'AUTHORIZED': 'valid',
    'PENDING_AUTHORIZATION': 'received',
    'RETURNED_FROM_BANK': 'received',
    'CANCELLED': 'rejected',
    'INVALID': 'rejected',
    'CLOSED': 'terminatedByTpp',
    'EXPIRED': 'expired',
    'REVOKED': 'revokedByPsu',
}


class EnableBankingClient(client.BankClient):
    """One application of Enable Banking, with its private key."""

    code = 'enablebanking'
    label = "Enable Banking"
    capabilities = client.Capabilities(history_days=89, history_days_after_sca=730, payments=ATTENDED)
    registers_redirect = True
    addresses = {'sandbox': 'https://api.enablebanking.com/', 'live': 'https://api.enablebanking.com/'}
    asks = (
        client.Setting('application_id', "Application ID", help="The identifier that the Control Panel shows."),
        client.Setting('private_key', "Private key", 'key'),
        client.Setting(
            'psu_type',
            "Kind of accounts",
            required=False,
            choices=(('business', "Business"), ('personal', "Personal")),
        ),
    )

    # === The provider === #

    def _institutions(self) -> list[Institution]:
        """All banks, with picture, longest permission and the headers that they want of a person."""
        found = []
        for row in rows(self._call('GET', 'aspsps', params={'psu_type': self._psu_type}), 'aspsps'):
            name, country = text(row.get('name')), text(row.get('country'))
            if not name or len(country) != 2:
                continue
            seconds = whole(row.get('maximum_consent_validity'), 86400, 10**9)
            headers = row.get('required_psu_headers')
            found.append(
                data.Institution(
                    f'{country}:{name}',
                    name,
                    country,
                    text(row.get('bic')),
                    logo=text(row.get('logo')),
                    consent_days=seconds // 86400 if seconds else None,
                    psu_headers=tuple(text(entry).lower() for entry in headers if text(entry))
                    if isinstance(headers, list)
                    else (),
                )
            )
        return found

    def _test(self) -> str:
        found = self._call('GET', 'application')
        addresses = ', '.join(texts(found.get('redirect_urls')))
        state = "active" if found.get('active') is True else "not active"
        return f"{text(found.get('name'))} ({text(found.get('environment'))}, {state}), return addresses: {addresses}"

    # === Permission (/auth, /sessions) === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        country, _colon, name = institution.partition(':')
        end = datetime.combine(valid_until, datetime.min.time(), timezone.utc) + timedelta(hours=23)
        if days := self.settings.get('consent_days'):  # to the second: a longer permission is refused
            end = min(end, datetime.now(timezone.utc).replace(microsecond=0) + timedelta(days=days, minutes=-2))
        address, state = split_state(redirect_uri)
        answer = self._call(
            'POST',
            'auth',
            body={
                'access': {'balances': True, 'transactions': True, 'valid_until': end.isoformat()},
                'aspsp': {'name': name, 'country': country},
                'state': state,
                'redirect_url': address,
                'psu_type': self._psu_type,
            },
        )
        url = text(answer.get('url'))
        if not url.startswith(('https://', 'http://')):
            raise errors.BadAnswer("The provider's answer has no address of the bank's page.")
        return data.ConsentStart(data.Consent(text(answer.get('authorization_id')) or 'new', 'received'), url)

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        """The code of the return address becomes a session, once."""
        code = text(parameters.get('code'))
        if not code:
            return data.Consent(consent_id, 'rejected')
        try:
            answer = self._call('POST', 'sessions', body={'code': code})
        except errors.ConsentError:
            return data.Consent(consent_id, 'rejected')
        session_id = text(answer.get('session_id'))
        if not session_id:
            raise errors.BadAnswer("The provider's answer has no session.")
        accounts = [reading.account(row) for row in rows(answer, 'accounts', missing_is_empty=True)]
        until = day(part(answer, 'access').get('valid_until'))
        memory = {'accounts': [account.as_json() for account in accounts if account]}
        return data.Consent(session_id, 'valid', until, memory)

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        found = self._call('GET', f'sessions/{consent_id}')
        status = STATUS.get(text(found.get('status')), 'received')
        return data.Consent(consent_id, status, day(part(found, 'access').get('valid_until')))

    def _revoke_consent(self, consent_id: str) -> None:
        try:
            self._call('DELETE', f'sessions/{consent_id}')
        except errors.ConsentError:
            return  # it has ended already

    # === Accounts and transactions === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        """The accounts that the session brought; the interface lists them with their names only then."""
        kept = {entry['session_id']: entry for entry in self.vault.read().get('accounts') or ()}
        found = self._call('GET', f'sessions/{consent_id}')
        if STATUS.get(text(found.get('status'))) not in ('valid', None):
            raise errors.ConsentExpired("The permission is not valid any more.", text(found.get('status')))
        accounts = []
        for row in rows(found, 'accounts_data', missing_is_empty=True):
            uid = text(row.get('uid'))
            if not uid:
                continue  # the bank does not let it be fetched
            if uid not in kept:
                account = reading.account(self._call('GET', f'accounts/{uid}/details', psu), uid)
                if not account:
                    continue
                kept[uid] = account.as_json()
            accounts.append(data.Account.from_json(kept[uid], self._maybe_balances(uid, psu)))
        return accounts

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        found, calls = self._pages(account_id, {'date_from': date_from.isoformat()}, psu)
        return found.movements(self._balances(account_id, psu), calls + 1)

    def _pages(self, account_id: str, params: dict[str, str], psu: Psu | None) -> tuple[Sorted, int]:
        """(rows, calls) of all pages; an empty page may have a next one."""
        found, pages, key = Sorted(), Pages(), ''
        while True:
            pages.visit(key)
            answer = self._call('GET', f'accounts/{account_id}/transactions', psu, params=params)
            for row in rows(answer, 'transactions', missing_is_empty=True):
                found.add(row, reading.transaction)
            key = text(answer.get('continuation_key'))
            if not key:
                return found, len(pages)
            params = {**params, 'continuation_key': key}

    def _maybe_balances(self, account_id: str, psu: Psu | None) -> tuple[Balance, ...]:
        """None where this one account cannot be read now: the others are connected nevertheless."""
        try:
            return self._balances(account_id, psu)
        except errors.ConsentError:
            raise
        except errors.BankError:
            return ()

    def _balances(self, account_id: str, psu: Psu | None) -> tuple[Balance, ...]:
        answer = self._call('GET', f'accounts/{account_id}/balances', psu)
        found = (reading.balance(row) for row in rows(answer, 'balances', missing_is_empty=True))
        return tuple(balance for balance in found if balance)

    # === Payments === #

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        kind = paying.payment_type(order)
        return paying.objections(order, self._offer(institution, kind), kind)

    def _offer(self, institution: str, kind: str) -> dict[str, Any]:
        """What the bank says of a type of payments."""
        country, _colon, name = institution.partition(':')
        params = {'country': country, 'psu_type': self._psu_type, 'service': 'PIS'}
        found = rows(self._call('GET', 'aspsps', params=params), 'aspsps')
        aspsp = next((row for row in found if text(row.get('name')) == name), {})
        return paying.offer(aspsp, kind, self._psu_type)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        country, _colon, name = institution.partition(':')
        kind = paying.payment_type(order)
        address, state = split_state(redirect_uri)
        try:
            later = self._offer(institution, kind).get('requested_execution_date_supported') is True
            headers = {'Authorization': f'Bearer {self._token()}', **self._psu_headers(psu)}
        except errors.BankError as error:
            raise errors.NotSent(f"Nothing was sent. {error}") from None
        body = {
            'payment_type': kind,
            'payment_request': paying.request(order, later),
            'aspsp': {'name': name, 'country': country},
            'state': state,
            'redirect_url': address,
            'psu_type': self._psu_type,
        }
        answer = self.transport.pay('payments', encode(body), 'application/json', headers)
        if answer.status >= 400:
            if not paying.refused(answer):
                raise errors.PaymentUnknown(
                    "Whether the payment arrived is not known: the bank reports an error of its own."
                )
            raise_for(answer)
        return paying.started(document(answer))

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        return paying.status(self._call('GET', f'payments/{reference}', psu))

    # === The call === #

    @property
    def _psu_type(self) -> str:
        return self.settings.get('psu_type') or 'business'

    def _token(self) -> str:
        now = int(time.time())
        claims = {'iss': 'enablebanking.com', 'aud': 'api.enablebanking.com', 'iat': now, 'exp': now + TOKEN_LIFE}
        try:
            key = self.settings['private_key']
            return jwt.encode(claims, key, algorithm='RS256', headers={'kid': self.settings['application_id']})
        except (KeyError, ValueError, TypeError, jwt.PyJWTError):
            raise errors.ConfigurationError("Application ID or private key are missing or of no use.") from None

    def _call(
        self,
        method: str,
        path: str,
        psu: Psu | None = None,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
    ) -> dict[str, Any]:
        headers = {'Authorization': f'Bearer {self._token()}', **self._psu_headers(psu)}
        answer = self.transport.request(method, path, headers=headers, params=params, body=body)
        if answer.status >= 400:
            raise_for(answer)
        if method == 'DELETE' and answer.data is None:
            return {}
        return document(answer)

    def _psu_headers(self, psu: Psu | None) -> dict[str, str]:
        """All headers that the bank wants of a person, or none: a part of them is refused."""
        if not psu:
            return {}
        wanted = self.settings.get('psu_headers') or ('psu-ip-address', 'psu-user-agent')
        found = {name: header_text(PSU_HEADERS.get(name, lambda _psu: '')(psu)) for name in wanted}
        return found if all(found.values()) else {}
