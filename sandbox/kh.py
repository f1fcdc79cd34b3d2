"""K&H's interface as its public pages describe it: an application with a token, a token for each consent, one consent for each account,
baskets. What is assumed there is said in banks/kh; the stand-in assumes the same."""

import json
import secrets
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect

from .api import Xs2a, _json
from .bank import Refusal
from .stub import Stub, new_secret, reply

#: seconds that an application's token works
TOKEN_SECONDS = 86_400


class KhStub(Stub):
    """Applications, and the page that wants their token; the rest is the interface."""

    code = 'kh'
    browser_paths = ('sca/',)
    routes = (
        ('POST', r'/tpp/app', 'create_application'),
        ('POST', r'/tpp/app/([^/]+)/token', 'new_token'),
        ('GET', r'/sca/([^/]+)', 'page'),
    )

    def respond(self, path):
        if path.startswith('/v1/'):
            return KhXs2a(self.bank, self.request, self.prefix, self.redirects).respond(path)
        return super().respond(path)

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        body = {'tppMessages': [{'category': 'ERROR', 'code': code, 'text': text}]}
        return reply(body, status, {'Retry-After': str(retry_after)} if retry_after else None)

    def create_application(self):
        name, roles, host = self.needs(self.body(), 'name', 'roles', 'redirectUrl')
        if not isinstance(roles, list) or set(roles) - {'AISP', 'PISP', 'PIISP'} or urlsplit(host).path.strip('/'):
            raise Refusal(400, 'FORMAT_ERROR', "Roles are of the certificate's; the redirect URL is a host.")
        number = secrets.token_hex(8)
        self.apps[number] = {'id': number, 'api': self.code, 'name': name, 'roles': roles, 'host': host}
        return self._token(number)

    def new_token(self, number):
        if number not in self.apps:
            raise Refusal(404, 'RESOURCE_UNKNOWN', "There is no such application.")
        return self._token(number)

    def _token(self, number):
        self.apps[number].update(token=new_secret(), since=self.bank.now().isoformat())
        return reply({'applicationId': number, 'applicationToken': self.apps[number]['token']}, 201)

    def page(self, number):
        """The log-in page of an authorisation; it wants the application's token in its address."""
        application(self.bank, self.request.args.get('token', ''))
        return redirect(f'{self.origin()}/authorize/{number}', 303)


def application(bank, token):
    """The application of a token; Refusal where there is none, or its time is over."""
    for app in bank.state.get('apps', {}).values():
        if token and app.get('api') == 'kh' and app.get('token') == token:
            if bank.seconds_since(app['since']) > bank.state['settings'].get('token_seconds', TOKEN_SECONDS):
                raise Refusal(401, 'TOKEN_EXPIRED', "The token has expired.")
            return app
    raise Refusal(401, 'TOKEN_UNKNOWN', "The token is not known.")


class KhXs2a(Xs2a):
    """The interface, with a token in each call."""

    ROUTES = (
        ('POST', '/v1/signing-baskets', 'create_basket'),
        ('POST', '/v1/signing-baskets/([^/]+)/authorisations', 'authorise_basket'),
        ('GET', '/v1/signing-baskets/([^/]+)/authorisations/([^/]+)', 'basket_status'),
    )

    def __init__(self, bank, request, prefix, redirects=''):
        super().__init__(bank, request, prefix, redirects, ways={})

    @property
    def baskets(self):
        return self.bank.state.setdefault('baskets', {})

    def _dispatch(self, path):
        kind, _space, token = self.request.headers.get('Authorization', '').partition(' ')
        if kind != 'Bearer':
            raise Refusal(401, 'TOKEN_INVALID', "A token is missing.")
        self.of = next((one for one in self.bank.state['consents'].values() if one.get('token') == token), None)
        if not self.of:
            application(self.bank, token)
        return super()._dispatch(path)

    def _check_consent(self, body):
        """One account a consent, or the list of accounts."""
        access = body.get('access')
        if isinstance(access, dict) and access.get('availableAccounts') == 'allAccounts':
            return super()._check_consent({**body, 'access': {}})
        rows = list(access.values()) if isinstance(access, dict) else []
        one = {entry['iban'] for entries in rows if isinstance(entries, list) for entry in entries}
        if len(one) != 1:
            raise Refusal(400, 'FORMAT_ERROR', "A consent is for one account.")
        return super()._check_consent({**body, 'access': {}})

    def create_consent(self):
        answer = json.loads(super().create_consent().get_data())
        consent = self.bank.state['consents'][answer['consentId']]
        consent['token'] = new_secret()
        if self.request.headers.get('TPP-Explicit-Authorisation-Preferred') == 'true':
            links = {'startAuthorisation': {'href': f"{answer['_links']['self']['href']}/authorisations"}}
        else:
            page = answer['_links']['scaRedirect']['href'].replace('/authorize/', '/sca/')
            links = {**answer['_links'], 'scaRedirect': {'href': page}}
        body = {**answer, '_links': {**links, 'self': answer['_links']['self']}, 'consentToken': consent['token']}
        return _json(body, 201, {'Location': answer['_links']['self']['href'], 'ASPSP-SCA-Approach': 'REDIRECT'})

    def start_authorisation(self, consent_id):
        self.bank.consent(consent_id)
        authorisation = next(row for row in self.bank.state['authorisations'].values() if row['consent'] == consent_id)
        return self._page(authorisation, self._link(f'/v1/consents/{consent_id}'))

    def _page(self, authorisation, base):
        page = f"{self._origin()}{self.prefix}/sca/{authorisation['id']}"
        status = f"{base}/authorisations/{authorisation['id']}"
        links = {'scaRedirect': {'href': page}, 'scaStatus': {'href': status}}
        return _json({'scaStatus': 'received', 'authorisationId': authorisation['id'], '_links': links}, 201)

    # === Baskets === #

    def create_basket(self):
        numbers = self._body().get('consentIds')
        if not isinstance(numbers, list) or not numbers:
            raise Refusal(400, 'FORMAT_ERROR', "A basket has something in it.")
        if any(self.bank.consent(number)['status'] != 'received' for number in numbers):
            raise Refusal(400, 'RESOURCE_BLOCKED', "A consent of the basket was signed already.")
        basket = {'id': secrets.token_hex(12), 'consents': numbers}
        self.baskets[basket['id']] = basket
        base = self._link(f"/v1/signing-baskets/{basket['id']}")
        links = {'startAuthorisation': {'href': f'{base}/authorisations'}, 'self': {'href': base}}
        body = {'basketId': basket['id'], 'transactionStatus': 'RCVD', '_links': links}
        return _json(body, 201, {'Location': base, 'ASPSP-SCA-Approach': 'REDIRECT'})

    def _basket(self, number):
        if number not in self.baskets:
            raise Refusal(404, 'RESOURCE_UNKNOWN', "There is no such basket.")
        return self.baskets[number]

    def authorise_basket(self, number):
        basket = self._basket(number)
        authorisation = next(
            row for row in self.bank.state['authorisations'].values() if row['consent'] == basket['consents'][0]
        )
        authorisation['basket'] = basket['consents']
        back = self._redirect('TPP-Redirect-URI')
        nok = f"{back}{'&' if '?' in back else '?'}{urlencode({'nok': 1})}"
        authorisation.update(redirect=back, nok=nok)
        return self._page(authorisation, self._link(f'/v1/signing-baskets/{number}'))

    def basket_status(self, number, authorisation_id):
        authorisation = self.bank.authorisation(authorisation_id)
        if not authorisation or authorisation['consent'] != self._basket(number)['consents'][0]:
            raise Refusal(404, 'RESOURCE_UNKNOWN', "The authorisation is not known.")
        return _json({'scaStatus': authorisation['status']})

    # === A consent for the list of accounts gives nothing else === #

    def _consent(self):
        consent = super()._consent()
        if self.of and self.of['id'] != consent['id']:
            raise Refusal(401, 'TOKEN_INVALID', "The token is of another consent.")
        if not self.of:
            raise Refusal(401, 'TOKEN_INVALID', "This wants the token of the consent.")
        return consent

    def _account(self, account_id, endpoint, counted=True):
        if 'availableAccounts' in (self.of or {}).get('access', {}):
            raise Refusal(401, 'CONSENT_INVALID', "The consent gives the list of accounts only.")
        return super()._account(account_id, endpoint, counted)
