"""Berlin Group NextGenPSD2 XS2A 1.3.x, account information by redirect.

Source of every path, header, field and code: the official OpenAPI description 1.3.12 ("PSD2 API") and, where that is
silent, the Implementation Guidelines. Banks differ by settings, not by code:

``base_url``  address that ``v1/`` follows
``name``, ``country``, ``bic``  the bank, as :meth:`institutions` tells it
``profile``  what else is different at the bank (:mod:`profiles`)
``qwac``, ``qsealc``  certificates for mutual TLS and for the message signature
``client_id``, ``client_secret``, ``oauth_url``, ``psu_id``  where the bank wants them"""

from __future__ import annotations

import re
import time
import uuid
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote

from requests.adapters import HTTPAdapter

from .. import berlin_group, client, data, errors
from ..http import encode, header_text
from ..pages import Pages
from ..payments import ATTENDED
from ..read import day, document, rows, text
from ..sorting import Sorted
from ..tls import CertificateAdapter
from .errors import message_code, raise_for
from .payments import FORMS, Payments
from .profiles import PROFILES, profile
from .sca import Sca
from .signature import Signer

if TYPE_CHECKING:
    from ...payments.data import Order
    from ..data import Account, Consent, ConsentStart, Institution, Movements, Psu
    from ..http import Answer
    from ..payments import Objection, PaymentStarted, PaymentStatus

#: seconds that a consent may lag behind its finished authorisation
SCA_POLLS = 5
#: methods that the interface knows for what the person did
_METHODS = ('GET', 'POST', 'PUT', 'PATCH', 'DELETE')
_IPV4 = re.compile(r'(\d{1,3}\.){3}\d{1,3}')


class NextGenPsd2Client(client.BankClient):
    """A bank that follows NextGenPSD2 1.3.x with a bank-offered consent; redirect, OAuth or decoupled."""

    code = 'nextgenpsd2'
    label = "NextGenPSD2 (Berlin Group)"
    capabilities = client.Capabilities(payments=ATTENDED, cancels_payments=True)
    api_key = registers_redirect = True
    asks: ClassVar[tuple[client.Setting, ...]] = (
        client.Setting(
            'profile', "Bank profile", required=False, choices=tuple((key, row.label) for key, row in PROFILES.items())
        ),
        client.Setting('qwac', "QWAC with key (PEM)", 'certificate', required=False, help="For mutual TLS."),
        client.Setting(
            'qsealc', "QSealC with key (PEM)", 'certificate', required=False, help="Where the bank wants signatures."
        ),
        client.Setting('client_id', "Client ID", required=False, help="Where the bank logs people in by OAuth."),
        client.Setting('client_secret', "Client secret", 'secret', required=False),
        client.Setting(
            'oauth_url', "OAuth address", 'address', required=False, help="Where it is not at the bank's own address."
        ),
        client.Setting(
            'psu_id', "PSU ID", 'secret', required=False, help="The person's id at the bank, where it is wanted."
        ),
        client.Setting('payment_form', "Form of payments", required=False, choices=FORMS[1:]),
        client.Setting(
            'payment_product',
            "Domestic payments",
            required=False,
            help="The bank's name of the product, outside of SEPA.",
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.profile = profile(self.settings.get('profile'))
        self.sca = Sca(self)
        self.payments = Payments(self)
        self._signer = Signer(self.settings['qsealc'], self.profile.signed) if self.settings.get('qsealc') else None

    @classmethod
    def adapter(cls, settings: dict[str, Any]) -> HTTPAdapter | None:
        return CertificateAdapter(settings['qwac'], settings.get('ca')) if settings.get('qwac') else None

    # === Consents (paths /v1/consents) === #

    def _test(self) -> str:
        """Ask the bank for a consent that there is not: who answers that in the interface's own words knows us."""
        try:
            self._consent(str(uuid.uuid4()))
        except errors.BankError as error:
            # it looked and found none, or refuses in a word of the interface's own
            known = isinstance(error, (errors.RequestRefused, errors.AccountUnknown)) and error.code
            if not known and not isinstance(error, errors.ConsentError):
                raise
        return ', '.join(institution.name for institution in self._institutions()[:3])

    def _institutions(self) -> list[Institution]:
        settings = self.settings
        return [
            data.Institution(
                settings.get('institution') or 'bank',
                settings.get('name') or "Bank",
                settings.get('country') or self.profile.country,
                settings.get('bic') or self.profile.bic,
                consent_days=self.profile.consent_days,
                history_days=self.profile.history_days,
            )
        ]

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        body = {
            'access': {'accounts': [], 'balances': [], 'transactions': []},  # bank-offered: the person picks there
            'recurringIndicator': True,
            'validUntil': valid_until.isoformat(),
            'frequencyPerDay': self.profile.frequency,
            'combinedServiceIndicator': False,
        }
        answer = self._call(
            'POST',
            self.profile.consents,
            psu,
            body=body,
            headers={
                **self._person(psu),
                'TPP-Redirect-Preferred': 'true',
                'TPP-Redirect-URI': redirect_uri,
                'TPP-Nok-Redirect-URI': redirect_uri + ('&' if '?' in redirect_uri else '?') + 'nok=1',
            },
        )
        links = self._links(answer.data)
        consent_id = text(answer.data.get('consentId'))
        if not consent_id:
            raise errors.BadAnswer("The bank's answer to the consent has no consent id.")
        approach = answer.headers.get('ASPSP-SCA-Approach', '').upper()
        return self.sca.start(self._read_consent(consent_id, answer.data), links, approach, redirect_uri, psu)

    def _person(self, psu: Psu | None) -> dict[str, str]:
        """Headers of a request that concerns a person; an address is mandatory there, the caller's own if need be."""
        found = {'PSU-IP-Address': _ipv4(psu) or '127.0.0.1'}
        if self.profile.psu_id and self.settings.get('psu_id'):
            found['PSU-ID'] = self.settings['psu_id']
        return found

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        kept = None
        if memory.get('verifier'):
            kept = self.vault.read()
            if not kept.get('access_token'):
                kept = self.sca.exchange(memory, parameters)
                if kept is None:
                    return data.Consent(consent_id, 'rejected')
                self.vault.store(**kept)  # a code works once: where the next answer is lost, this one counts
        return replace(self._settled(consent_id, memory, psu), memory=kept)

    def _settled(self, consent_id: str, memory: dict[str, str], psu: Psu | None) -> Consent:
        """The consent, once the bank has seen that its authorisation is finished."""
        consent = self._consent(consent_id, psu)
        for _attempt in range(SCA_POLLS):
            if consent.status != 'received' or not memory.get('sca_status'):
                break
            answer = self._call('GET', memory['sca_status'], psu)
            if answer.data.get('scaStatus') not in ('finalised', 'exempted'):
                break  # the person is not done, so there is nothing to wait for
            time.sleep(1)
            consent = self._consent(consent_id, psu)
        return consent

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        answer = self._call('GET', f'v1/consents/{consent_id}', psu)
        return self._read_consent(consent_id, answer.data)

    def _revoke_consent(self, consent_id: str) -> None:
        try:
            self._call('DELETE', f'v1/consents/{consent_id}', None)
        except errors.ConsentError:
            return  # it has ended already

    def _read_consent(self, consent_id: str, found: dict[str, Any]) -> Consent:
        return data.Consent(consent_id, text(found.get('consentStatus')) or 'received', day(found.get('validUntil')))

    # === Accounts and transactions (paths /v1/accounts) === #

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        return self._list(consent_id, psu, {'withBalance': 'true'})

    def _list(self, consent_id: str, psu: Psu | None, params: dict[str, str] | None = None) -> list[Account]:
        answer = self._call('GET', 'v1/accounts', psu, consent_id, params=params)
        found = (berlin_group.account(row) for row in rows(answer.data, 'accounts'))
        return [account for account in found if account]

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        link: str | None = f"v1/accounts/{quote(account_id, safe='')}/transactions"
        params: dict[str, str] | None
        params = {'bookingStatus': 'both', 'dateFrom': date_from.isoformat(), 'withBalance': 'true'}
        balances: tuple[data.Balance, ...] = ()
        found, pages = Sorted(), Pages()
        while link:
            link = self.transport.url(link)
            pages.visit(link)
            answer = self._call('GET', link, psu, consent_id, params=params)
            params, report = None, answer.data.get('transactions')
            own = berlin_group.own_number(answer.data.get('account'))
            if not isinstance(report, dict):
                raise errors.BadAnswer("The bank's answer has no transactions.")
            for status in (data.BOOKED, data.PENDING):
                rows(report, status, missing_is_empty=True)
            berlin_group.sort(report, found, own)
            balances = berlin_group.balances(answer.data.get('balances')) or balances
            link = self._links(report).get('next')
        return found.movements(balances, len(pages))

    # === Payments (:mod:`payments`) === #

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return self.payments.objections(order)

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        return self.payments.start(order, redirect_uri, request_id, psu)

    def _finish_payment(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], order: Order, psu: Psu | None
    ) -> PaymentStatus:
        return self.payments.finish(reference, memory, parameters, order, psu)

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        return self.payments.status(reference, order, psu)

    def _cancel_payment(self, reference: str, psu: Psu | None) -> str:
        first, *members = reference.split(' ')
        if members:
            raise errors.RequestRefused("Payments that were signed together are cancelled in the internet banking.")
        answer = self._call('DELETE', first, psu, headers=self._person(psu))
        if answer.status != 204:
            raise errors.RequestRefused("The bank wants a signature for it: cancel it in the internet banking.")
        return 'CANC'

    def _payment_headers(
        self, content: bytes, kind: str, request_id: str, redirect_uri: str, psu: Psu | None, more: dict[str, str]
    ) -> dict[str, str]:
        """Headers of a payment: who is there, where the person comes back to, the seal over exactly these bytes."""
        sent = {
            'X-Request-ID': request_id,
            **self.profile.headers,
            **_psu_headers(psu),
            **self._person(psu),
            'TPP-Redirect-Preferred': 'true',
            'TPP-Redirect-URI': redirect_uri,
            'TPP-Nok-Redirect-URI': redirect_uri + ('&' if '?' in redirect_uri else '?') + 'nok=1',
            **more,
        }
        sent = {name: value for name, value in sent.items() if value}
        return {**sent, **self._signer.headers(sent, content)} if self._signer else sent

    def _ask_payment(self, path: str, psu: Psu | None) -> Answer:
        """Read something of a payment; a bank may answer in XML."""
        sent = {'X-Request-ID': str(uuid.uuid4()), **self.profile.headers, **_psu_headers(psu)}
        sent['Accept'] = 'application/json, application/xml'
        if self._signer:
            sent.update(self._signer.headers(sent, b''))
        answer = self.transport.request('GET', path, headers=sent)
        if answer.status >= 400:
            raise_for(answer)
        return answer

    def _bearer(self, consent_id: str | None, refused: str | None) -> str:
        """The token of a call, '' where the bank wants none. ``refused``: another one than this, which it has refused."""
        token_url = self.vault.read().get('token_url') if consent_id else None
        return self.sca.oauth(token_url).access_token(refused) if token_url else ''

    @staticmethod
    def _links(found: dict[str, Any]) -> dict[str, str]:
        links = found.get('_links')
        if not isinstance(links, dict):
            return {}
        hrefs = ((name, link.get('href') if isinstance(link, dict) else link) for name, link in links.items())
        return {name: href for name, href in hrefs if isinstance(href, str) and href}

    def _call(
        self,
        method: str,
        path: str,
        psu: Psu | None,
        consent_id: str | None = None,
        params: dict[str, str] | None = None,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        used: str | None = None,
    ) -> Answer:
        sent = {'X-Request-ID': str(uuid.uuid4()), **self.profile.headers, **_psu_headers(psu), **(headers or {})}
        if consent_id:
            sent['Consent-ID'] = consent_id
        if 'Authorization' not in sent and (bearer := self._bearer(consent_id, used)):
            sent['Authorization'] = f'Bearer {bearer}'
        sent = {name: value for name, value in sent.items() if value}
        if self._signer:
            sent.update(self._signer.headers(sent, b'' if body is None else encode(body)))
        answer = self.transport.request(method, path, headers=sent, params=params, body=body)
        token = sent.get('Authorization', '').removeprefix('Bearer ')
        token = '' if headers and 'Authorization' in headers else token  # the caller's own is not replaced
        if token and answer.status == 401 and not used and message_code(answer.data).startswith('TOKEN_'):
            return self._call(method, path, psu, consent_id, params, body, headers, used=token)  # it ended early
        if answer.status >= 400:
            raise_for(answer)
        if answer.data is None and method == 'DELETE':
            return answer
        document(answer)
        return answer


# === Reading what the bank sent === #


def _ipv4(psu: Psu | None) -> str:
    return psu.ip_address if psu and _IPV4.fullmatch(psu.ip_address) else ''


def _psu_headers(psu: Psu | None) -> dict[str, str]:
    """Headers that tell the bank that a person is there; none when nobody is (that is how banks count)."""
    if not psu:
        return {}
    found = {
        'PSU-IP-Address': _ipv4(psu) or '127.0.0.1',
        'PSU-User-Agent': header_text(psu.user_agent),
        'PSU-Accept-Language': header_text(psu.accept_language),
        # some banks want the whole set; what a browser does not say is said for it
        'PSU-Accept': header_text(psu.accept) or '*/*',
        'PSU-Accept-Encoding': header_text(psu.accept_encoding) or 'identity',
        'PSU-Accept-Charset': header_text(psu.accept_charset) or 'utf-8',
        'PSU-Http-Method': psu.http_method if psu.http_method in _METHODS else 'GET',
        'PSU-IP-Port': psu.port if psu.port.isascii() and psu.port.isdigit() else '',
    }
    return {name: value for name, value in found.items() if value}
