"""Tatra banka Premium API – Accounts: accounts of Tatra banka and, through it, of other Slovak and Czech banks.

Source: the bank's developer portal (flow, fields, webhooks). Not verified against the live interface: the exact wrapper
of a webhook's body, the full lists of words, error codes. They are read tolerantly; a webhook is only a hint.

Application usage *TPP*: a consent a user (scope with its id). *Final consumer*: own accounts, no consent call."""

from __future__ import annotations

import hmac
import time
import uuid
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import berlin_group, client, data, errors
from ..http import header_text, parse_json
from ..oauth import OAuth
from ..pages import Pages
from ..payments import ATTENDED
from ..read import day, document, iban, part, rows, text
from ..sorting import Sorted
from .payments import Payments
from .read import listed, raise_for, transaction

if TYPE_CHECKING:
    from ...payments.data import Order
    from ..data import Account, Consent, ConsentStart, Event, Institution, Movements, Psu
    from ..payments import Objection, PaymentStarted, PaymentStatus

SCOPE = 'PREMIUM_AIS'
TOKEN, AUTHORIZE = 'auth/oauth/v2/token', 'auth/oauth/v2/authorize'
#: accounts of this bank are live; the others are refreshed on request, at most once in so many seconds
OWN_BANK, REFRESH_SECONDS = 'TATRSKBX', 30
#: how often and how long (seconds) a fetch that a person waits for looks whether the other bank has delivered
POLLS, POLL_SECONDS = 5, 2
PAGE_SIZE = 200


class TatraClient(client.BankClient):
    """One application registered at the bank's developer portal."""

    code = 'tatra'
    label = "Tatra banka Premium API"
    capabilities = client.Capabilities(several_banks=True, push=True, history_days=730, payments=ATTENDED)
    registers_redirect = True
    addresses = {
        'sandbox': 'https://api.tatrabanka.sk/premium/sandbox/',
        'live': 'https://api.tatrabanka.sk/premium/production/',
    }
    asks = (
        client.Setting('client_id', "Client ID"),
        client.Setting('client_secret', "Client secret", 'secret'),
        client.Setting(
            'usage',
            "Application usage",
            choices=(('tpp', "TPP"), ('consumer', "Final consumer")),
            help="As chosen when the application was registered.",
        ),
        client.Setting(
            'webhook_secret',
            "Webhook security header",
            'secret',
            required=False,
            help="The same text as in the portal's field Webhook Security Header. Without it, no webhook is accepted.",
        ),
        client.PAYS,
    )

    def _institutions(self) -> list[Institution]:
        return [data.Institution('tatra', "Tatra banka", 'SK', OWN_BANK)]

    def _test(self) -> str:
        self._oauth.application_token(SCOPE)
        return "The bank accepts client ID and secret."

    # === Permission === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        consent_id, scope = 'own', SCOPE
        if self.settings.get('usage') != 'consumer':
            answer = self._send('POST', 'v3/consents', self._oauth.application_token(SCOPE), psu, body={})
            consent_id = text(answer.get('consentId'))
            if not consent_id:
                raise errors.BadAnswer("The bank's answer to the consent has no consent id.")
            scope = f'{SCOPE}:{consent_id}'
        url, memory = self._oauth.authorise(self.transport.url(AUTHORIZE), redirect_uri, scope)
        return data.ConsentStart(data.Consent(consent_id, 'received'), url, memory)

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        tokens = self._oauth.redeem(memory, parameters)
        if not tokens:
            return data.Consent(consent_id, 'rejected')
        # webhooks name the consent, also that of a final consumer, who asked for none
        return data.Consent(tokens.get('consent_id') or consent_id, 'valid', memory={**tokens, 'asked': consent_id})

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        if self._is_own(consent_id):
            self._oauth.access_token()
            return data.Consent(consent_id, 'valid')
        found = self._send('GET', f'v3/consents/{consent_id}', self._oauth.application_token(SCOPE), psu)
        status = text(found.get('consentStatus'))
        known = status == 'valid' or status in data.CONSENT_ENDED
        return data.Consent(consent_id, status if known else 'received', day(found.get('validUntil')))

    def _revoke_consent(self, consent_id: str) -> None:
        if self._is_own(consent_id):
            return  # only the person can end it, in the online banking
        try:
            self._send('DELETE', f'v3/consents/{consent_id}', self._oauth.application_token(SCOPE), None)
        except errors.ConsentError:
            return  # it has ended already

    def _is_own(self, consent_id: str) -> bool:
        """Whether a final consumer gave it: there is no consent to ask for or to end."""
        return 'own' in (consent_id, self.vault.read().get('asked'))

    # === Accounts and transactions === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        found = []
        for row in rows(self._call('GET', 'v3/accounts', psu, params={'withBalance': 'true'}), 'accounts'):
            reference = part(row, 'accountReference')
            unit, session_id = text(reference.get('currency')).upper(), text(row.get('accountId'))
            if not session_id or len(unit) != 3 or text(row.get('status')) == 'deleted':
                continue
            found.append(
                data.Account(
                    session_id=session_id,
                    iban=iban(reference.get('iban')),
                    currency=unit,
                    name=text(row.get('displayName')) or text(row.get('product')),
                    owner_name=text(row.get('name')),
                    product=text(row.get('product')),
                    bic=text(row.get('bic')) or text(row.get('bankCode')),
                    bank_name=text(row.get('bankName')),
                    status=text(row.get('status')) or 'enabled',
                    balances=berlin_group.balances(row.get('balances')),
                    valid_until=day(row.get('consentExpirationDate')),
                )
            )
        return found

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        calls = self._refresh(account_id, psu) if psu else 0
        link = f'v5/accounts/{account_id}/transactions'
        params: dict[str, Any] | None = {'dateFrom': date_from.isoformat(), 'pageSize': PAGE_SIZE}
        found, pages = Sorted(), Pages()
        while link:
            link = self.transport.url(link)
            pages.visit(link)
            answer = self._call('GET', link, psu, params=params)
            for row, state in listed(answer):
                found.add(row, transaction, state)
            link, params = text(part(part(answer, '_links'), 'next').get('href')), None
        answer = self._call('GET', f'v3/accounts/{account_id}/balances', psu)
        return found.movements(berlin_group.balances(answer.get('balances')), calls + len(pages) + 1)

    def _refresh(self, account_id: str, psu: Psu | None) -> int:
        """Ask the other bank for news, where the account is at another one, and wait a moment for them. What comes later
        is told by a webhook. Returns the number of calls."""
        before = self._call('GET', f'v3/accounts/{account_id}', psu)
        if text(before.get('bankCode')) in ('', OWN_BANK) or self.vault.reserve('refresh', REFRESH_SECONDS) > 0:
            return 1
        try:
            self._call('PUT', 'v3/refresh', psu)
        except errors.ConsentError:
            raise
        except errors.BankError:
            return 2  # what is there can be read nevertheless
        for poll in range(POLLS):
            time.sleep(float(self.settings.get('poll_seconds', POLL_SECONDS)))
            now = self._call('GET', f'v3/accounts/{account_id}', psu)
            if now.get('dateUpdated') != before.get('dateUpdated'):
                return poll + 3
        return POLLS + 2

    # === Payments === #

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return Payments.objections(order)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        return Payments(self).start(order, redirect_uri, request_id, psu)

    def _finish_payment(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], order: Order, psu: Psu | None
    ) -> PaymentStatus:
        return Payments(self).finish(reference, memory, parameters, psu)

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        return Payments(self).status(reference, psu)

    # === Webhook === #

    def _events(self, body: bytes, headers: Any) -> list[Event] | None:
        secret = self.settings.get('webhook_secret') or ''
        given = headers.get('Authorization') or ''
        if not secret or not hmac.compare_digest(secret.encode(), given.encode()):
            return None
        try:
            found = parse_json(body)
        except errors.BadAnswer:
            return []
        events = []
        for entry in found if isinstance(found, list) else [found]:
            entry = part(entry, 'transactionEvent') or part(entry, 'accountEvent') or entry
            if not isinstance(entry, dict) or not text(entry.get('consentId')):
                continue
            accounts = entry.get('accounts')
            listed_ = accounts if isinstance(accounts, list) else ()
            ids = (text(row.get('accountId')) for row in listed_ if isinstance(row, dict))
            events.append(data.Event(text(entry['consentId']), tuple(filter(None, ids))))
        return events

    # === The call === #

    @property
    def _oauth(self) -> OAuth:
        settings = self.settings
        return OAuth(
            self.transport, self.vault, TOKEN, settings.get('client_id', ''), settings.get('client_secret', '')
        )

    def _call(self, method: str, path: str, psu: Psu | None, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """A call in the person's name; a token that ended early is renewed once."""
        token = self._oauth.access_token()
        try:
            return self._send(method, path, token, psu, params)
        except errors.ConsentError as error:
            if error.code:
                raise
            return self._send(method, path, self._oauth.access_token(used=token), psu, params)

    def _send(
        self,
        method: str,
        path: str,
        token: str,
        psu: Psu | None,
        params: dict[str, Any] | None = None,
        body: dict[Any, Any] | None = None,
    ) -> dict[str, Any]:
        headers = {'Authorization': f'Bearer {token}', 'X-Request-ID': str(uuid.uuid4())}
        if psu:
            headers['PSU-IP-Address'] = psu.ip_address
            headers['PSU-User-Agent'] = header_text(psu.user_agent)
            headers['PSU-Device-OS'] = 'unknown'
        answer = self.transport.request(method, path, headers=headers, params=params, body=body)
        if answer.status >= 400:
            raise_for(answer)
        if answer.data is None and method in ('DELETE', 'PUT'):
            return {}
        return document(answer)
