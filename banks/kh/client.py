"""K&H Bank (Hungary): NextGenPSD2 with tokens of its own, one consent for each account, all of them signed in one basket.

Sources, all public: kh.hu/web/kh-api/get-started/tokens (application and consent tokens, ``Bearer`` in every call, the token in the address
of the log-in page), …/sca-approaches (after a consent that only identifies the person, the list of accounts; a consent for each, one signing
basket, one log-in), …/identification (QWAC); paths and bodies of consents, accounts and baskets: the official OpenAPI description 1.3.12.
Assumed, and never tried live: the identifying consent is NextGenPSD2's own for the list of accounts (``availableAccounts``); the consent
token stands in the answer to the consent (:data:`_CONSENT_TOKEN`); the page's parameter is :data:`TOKEN_PARAMETER`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

from .. import client, data, errors
from ..nextgenpsd2.client import NextGenPsd2Client
from ..read import day, text
from .application import Application

if TYPE_CHECKING:
    from ..data import Account, Consent, ConsentStart, Movements, Psu

TOKEN_PARAMETER = 'token'
_CONSENT_TOKEN = 'consentToken'
#: one basket's accounts, at most
MAX_ACCOUNTS = 100
_LIVING = ('valid', 'partiallyAuthorised', 'received')


class KhClient(NextGenPsd2Client):
    """The person identifies at the bank, then signs the consents of all accounts at once: two log-ins in a row.

    What is kept with a permission: ``consents``, {the bank's id: {'token', 'until'}}; its own id is the basket's."""

    code = 'kh'
    label = "K&H Bank (HU)"
    capabilities = client.Capabilities(consent_days=90)
    api_key = False
    registers_redirect = False  # the application is registered by the interface itself
    asks: ClassVar[tuple[client.Setting, ...]] = (
        client.Setting('qwac', "QWAC with key (PEM)", 'certificate', required=False, help="For mutual TLS."),
        client.Setting(
            'application_name', "Application name", required=False, help="Shown to people when they give a consent."
        ),
        client.Setting(
            'application_id', "Application ID", required=False, help="Of an application that was made by hand."
        ),
        client.Setting('application_token', "Application token", 'secret', required=False, help="The same."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.settings = {'name': self.label, 'country': 'HU', 'bic': 'OKHBHUHB', 'consent_days': 90, **self.settings}
        self.application = Application(self.app_vault, self.settings, self._tpp)
        self._consents: dict[str, dict[str, Any]] = {}

    def _tpp(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        """A call about the application itself, which the certificate alone proves."""
        answer = self._call('POST', path, None, body=body, headers={'Authorization': ''})
        return answer.data

    def _bearer(self, consent_id: str | None, refused: str | None) -> str:
        own = self._known().get(consent_id or '', {}).get('token') or ''
        if own and refused:
            raise errors.ConsentExpired("The bank's token of this consent has ended.")
        return own or self.application.token(refused=refused or '')

    def _known(self) -> dict[str, dict[str, Any]]:
        """Consents of the accounts of this permission."""
        return self._consents or self.vault.read().get('consents') or {}

    def _test(self) -> str:
        """Without an application yet, the bank's own word for the missing token shows that it takes the certificate."""
        try:
            return super()._test()
        except errors.ConfigurationError as error:
            if self.application.known['token'] or not error.code.startswith('TOKEN_'):
                raise
            return self.settings['name']

    # === Two log-ins === #

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        self.application.token(redirect_uri)  # registered at the first consent
        access = {'availableAccounts': 'allAccounts'}
        body = {**self._body(access, date.today()), 'recurringIndicator': False, 'frequencyPerDay': 1}
        answer, headers = self._ask(body, redirect_uri, psu)
        consent, token = self._read_consent(text(answer.get('consentId')), answer), text(answer.get(_CONSENT_TOKEN))
        started = self._lead(self.sca.start(consent, self._links(answer), headers, redirect_uri, psu))
        memory = {'redirect_uri': redirect_uri, 'valid_until': valid_until.isoformat(), 'token': token}
        return data.ConsentStart(started.consent, started.redirect_url, {**started.memory, **memory, 'step': 'person'})

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        if memory.get('step') == 'person':
            self._consents = {consent_id: {'token': memory.get('token')}}
            found = self._settled(consent_id, memory, psu)
            if not found.is_valid:
                return found
            signs = self._sign(found, memory, psu)
            self._leave(consent_id, memory.get('token'))
            return signs
        self._consents = memory.get('consents') or {}
        found = self._settled(consent_id, memory, psu)
        valid = {number: kept for number, kept in self._consents.items() if self._status(number, psu).is_valid}
        return data.Consent(consent_id, found.status, found.valid_until, {'consents': valid} if valid else None)

    def _sign(self, person: Consent, memory: dict[str, Any], psu: Psu | None) -> Consent:
        """The person is known: a consent for each account, and the page where all are signed."""
        redirect_uri, until = memory['redirect_uri'], date.fromisoformat(memory['valid_until'])
        ibans = sorted({account.iban for account in self._list(person.id, psu) if account.iban})[:MAX_ACCOUNTS]
        if not ibans:
            return data.Consent(person.id, 'rejected')
        asked: dict[str, dict[str, Any]] = {}
        for iban in ibans:
            access = {name: [{'iban': iban}] for name in ('accounts', 'balances', 'transactions')}
            answer, approach = self._ask(self._body(access, until), redirect_uri, psu, several=True)
            number, end = text(answer.get('consentId')), day(answer.get('validUntil'))
            if not number:
                raise errors.BadAnswer("The bank's answer to a consent has no consent id.")
            asked[number] = {'token': text(answer.get(_CONSENT_TOKEN)), 'until': (end or until).isoformat()}
            links = self._links(answer)
        self._consents = asked
        if len(asked) > 1:
            number, links, approach = self._basket(list(asked), redirect_uri, psu)
        started = self._lead(
            self.sca.start(data.Consent(number, 'received', until), links, approach, redirect_uri, psu)
        )
        kept = {**started.memory, 'step': 'sign', 'consents': asked}
        return data.Consent(number, 'received', until, kept, next_url=started.redirect_url)

    def _leave(self, number: str, token: str | None) -> None:
        """The consent that told who the person is has served; the bank ends it today, if not now."""
        try:
            self._call('DELETE', f'v1/consents/{number}', None, headers={'Authorization': f'Bearer {token}'})
        except errors.BankError:
            return

    def _basket(self, consents: list[str], redirect_uri: str, psu: Psu | None) -> tuple[str, dict[str, str], str]:
        """(its id, its links, how it is signed): POST /v1/signing-baskets."""
        headers = {**self._person(psu), **self._ways(redirect_uri)}
        answer = self._call('POST', 'v1/signing-baskets', psu, body={'consentIds': consents}, headers=headers)
        number = text(answer.data.get('basketId'))
        if not number:
            raise errors.BadAnswer("The bank's answer to the basket has no basket id.")
        return number, self._links(answer.data), answer.headers.get('ASPSP-SCA-Approach', '').upper()

    def _ask(
        self, body: dict[str, Any], redirect_uri: str, psu: Psu | None, several: bool = False
    ) -> tuple[dict[str, Any], str]:
        """(the bank's answer to a consent, how it is signed). ``several``: it waits for the basket."""
        headers = {**self._person(psu), **self._ways(redirect_uri)}
        if several:
            headers['TPP-Explicit-Authorisation-Preferred'] = 'true'
        answer = self._call('POST', 'v1/consents', psu, body=body, headers=headers)
        return answer.data, answer.headers.get('ASPSP-SCA-Approach', '').upper()

    @staticmethod
    def _ways(redirect_uri: str) -> dict[str, str]:
        nok = redirect_uri + ('&' if '?' in redirect_uri else '?') + 'nok=1'
        return {'TPP-Redirect-Preferred': 'true', 'TPP-Redirect-URI': redirect_uri, 'TPP-Nok-Redirect-URI': nok}

    def _body(self, access: dict[str, Any], until: date) -> dict[str, Any]:
        return {
            'access': access,
            'recurringIndicator': True,
            'validUntil': until.isoformat(),
            'frequencyPerDay': 4,
            'combinedServiceIndicator': False,
        }

    def _lead(self, started: ConsentStart) -> ConsentStart:
        """The bank's page wants the application's token in its address."""
        join = '&' if '?' in started.redirect_url else '?'
        parameter = urlencode({TOKEN_PARAMETER: self.application.token()})
        return data.ConsentStart(started.consent, f'{started.redirect_url}{join}{parameter}', started.memory)

    # === One permission, many consents === #

    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        """Valid while one of its accounts is."""
        known = self._known()
        if not known or list(known) == [consent_id]:
            return self._status(consent_id, psu)
        found = [self._status(number, psu) for number in known]
        states = [one.status for one in found]
        state = next((state for state in _LIVING if state in states), states[0])
        ends = [one.valid_until for one in found if one.status == state and one.valid_until]
        return data.Consent(consent_id, state, max(ends, default=None))

    def _status(self, number: str, psu: Psu | None) -> Consent:
        token = self._known().get(number, {}).get('token')
        headers = {'Authorization': f'Bearer {token}'} if token else None
        try:
            answer = self._call('GET', f'v1/consents/{number}', psu, headers=headers)
        except errors.ConfigurationError as error:
            if token and error.code.startswith('TOKEN_'):
                return data.Consent(number, 'expired')
            raise
        except errors.ConsentError as error:
            return data.Consent(number, error.status)
        return self._read_consent(number, answer.data)

    def _revoke_consent(self, consent_id: str) -> None:
        for number in self._known() or (consent_id,):
            token = self._known().get(number, {}).get('token')
            headers = {'Authorization': f'Bearer {token}'} if token else None
            try:
                self._call('DELETE', f'v1/consents/{number}', None, headers=headers)
            except errors.ConsentError:
                continue  # it has ended already

    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        known, found, ended = self._known(), [], None
        for number, kept in known.items():
            try:
                accounts = self._list(number, psu, {'withBalance': 'true'})
            except errors.ConsentError as error:
                ended = error
                continue
            until = day(kept.get('until'))
            found += [account.under(f'{number}.{account.session_id}', until) for account in accounts]
        if ended and not found:
            raise ended
        return found

    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        number, _dot, resource = account_id.partition('.')
        known = self._known()
        if number not in known or not resource:
            raise errors.AccountUnknown("The bank does not give this account under the consent.")
        try:
            return super()._movements(number, resource, date_from, psu)
        except errors.ConsentError:
            if len(known) > 1 and self._status(number, psu).status in data.CONSENT_ENDED:
                others = (self._status(other, psu).is_valid for other in known if other != number)
                if any(others):  # this account's alone has ended
                    raise errors.AccountUnknown("The consent for this account has ended at the bank.") from None
            raise
