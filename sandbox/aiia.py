"""Stand-in of Aiia Data (JSON, OAuth with a JSON token endpoint), after the provider's collections and sample answers."""

import hashlib
import hmac
import json
import secrets
from urllib.parse import urlencode

import requests
from werkzeug.utils import redirect

from . import people
from .aiia_payments import AiiaPayments
from .oauth import OAuthStub
from .stub import reply

_ID = r'([^/]+)'
CODES = {
    'CONSENT_EXPIRED': 'ConnectionUpdateRequired',
    'CONSENT_INVALID': 'ConsentRevoked',
    'RESOURCE_UNKNOWN': 'AccountNotFound',
    'TOKEN_INVALID': '',
    'ACCESS_EXCEEDED': 'ConnectionRateLimited',
}


class AiiaStub(AiiaPayments, OAuthStub):
    code = 'aiia'
    browser_paths = ('v1/oauth/connect', 'v1/login')
    portal_asks = ('redirect', 'webhook')
    portal_gives = ('client_id', 'client_secret', 'webhook_secret')
    routes = (
        ('GET', '/v1/oauth/connect', 'authorize'),
        ('POST', '/v1/oauth/token', 'token'),
        ('GET', '/v2/providers', 'providers'),
        ('GET', '/v1/accounts', 'accounts'),
        ('POST', f'/v1/accounts/{_ID}/transactions/query', 'query'),
        ('POST', '/v1/update', 'update'),
        ('GET', '/v1/login', 'login'),
        *AiiaPayments.payment_routes,
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        headers = {'Retry-After': str(retry_after)} if retry_after else None
        return reply({'code': CODES.get(code, code), 'message': text}, status, headers)

    # === Permission === #

    def authorize(self):
        """The person's log-in page. (The real one asks for an e-mail address and a code by mail first.)"""
        args = self.request.args
        app = self.application(args.get('client_id', ''))
        if not app or args.get('redirect_uri') != app['redirect'] or not self.registered(app['redirect']):
            return reply({'code': 'InvalidRedirectUri'}, 400)
        code, state, number = secrets.token_urlsafe(24), args.get('state', ''), secrets.token_hex(8)
        good = f"{app['redirect']}?{urlencode({'code': code, 'consentId': number, 'state': state})}"
        bad = f"{app['redirect']}?{urlencode({'error': 'access_denied', 'state': state})}"
        consent, url = self.ask_person(good, bad)
        consent.update(code=code, app=app['id'], number=number)
        return redirect(url, 303)

    def token(self):
        form, header = self.body(), self.request.authorization
        app = self.application(header.username, header.password) if header and header.type == 'basic' else None
        if not app:
            return reply({'error': 'invalid_client'}, 401)
        if form.get('grant_type') == 'authorization_code':
            consent = self.authorised(form.get('code'))
            if not consent or consent['app'] != app['id'] or form.get('redirect_uri') != app['redirect']:
                return reply({'error': 'invalid_grant'}, 400)
            return self._grant(consent, app)
        if form.get('grant_type') == 'refresh_token':
            return self._refresh(form.get('refresh_token', ''), app)
        return reply({'error': 'unsupported_grant_type'}, 400)

    def providers(self):
        header = self.request.authorization
        if not (header and self.application(header.username, header.password)):
            return self.error(401, 'TOKEN_INVALID', "Unknown client.")
        return reply({'providers': [{'id': 'SandboxBank', 'name': people.BANK_NAME, 'countryCode': 'SK'}]})

    def update(self):
        """News at once: the bank may want the person (``settings['supervised']``)."""
        _app, consent = self.bearer()
        [address] = self.needs(self.body(), 'redirectUrl')
        if not self.settings.get('supervised'):
            return reply({'status': 'AllQueued', 'authUrl': None})
        consent['comes_back'] = address
        return reply(
            {'status': 'SupervisedLoginRequired', 'authUrl': f"{self.origin()}/v1/login?consent={consent['number']}"}
        )

    def login(self):
        """The person logs in at the bank, and comes back."""
        number = self.request.args.get('consent')
        consent = next(
            (one for one in self.bank.state['consents'].values() if number and one.get('number') == number), None
        )
        if not consent or not self.registered(consent.get('comes_back')):
            return reply({'code': 'NotFound'}, 404)
        self.settings['supervised'] = False
        return redirect(consent['comes_back'], 303)

    # === Accounts === #

    def accounts(self):
        _app, consent = self.bearer()
        return reply({'accounts': [self._details(account) for account in self.bank.accounts(consent)]})

    def _details(self, account):
        balance, currency = float(self.bank.balance(account)), account['currency']
        return {
            'id': account['id'],
            'accountProvider': {'id': 'SandboxBank', 'name': people.BANK_NAME},
            'name': account['name'],
            'owner': account['owner'],
            'type': 'Checking',
            'number': {'iban': account['iban'], 'bban': account['iban'][4:], 'bbanType': 'SK', 'bbanParsed': None},
            'booked': {'value': balance, 'currency': currency},
            'available': {'value': balance - 10, 'currency': currency},
            'lastSynchronized': f'{self.bank.today().isoformat()}T08:00:00Z',
        }

    def query(self, account_id):
        _app, consent = self.bearer()
        account, asked = self.bank.account(consent, account_id), self.body()
        first = str(asked.get('interval') or '').partition('/')[0]
        found = [(entry, 'Booked') for entry in self.bank.entries(people.account_key(account), 'booked', first)]
        found += [(entry, 'Pending') for entry in self.bank.entries(people.account_key(account), 'pending')]
        size, page = self.settings['page_size'], int(asked.get('pagingToken') or 0)
        skip = self.settings.get('empty_pages', 0)
        shown = found[(page - skip) * size : (page - skip + 1) * size] if page >= skip else []
        more = page < skip or len(found) > (page - skip + 1) * size
        return reply(
            {
                'pagingToken': str(page + 1) if more else None,
                'transactions': [self._row(account, *entry) for entry in shown],
            }
        )

    def _row(self, account, entry, state):
        came = not entry['amount'].startswith('-')
        party = {'name': entry['name'] or None, 'account': {'iban': entry['iban'], 'bban': entry['account']}}
        text = ' '.join(entry['remittance'])
        conversion = None
        if entry['original']:
            conversion = {'originalValue': float(entry['original'][0]), 'originalCurrency': entry['original'][1]}
        number = '0' if entry['anonymous'] else f"{'B' if state == 'Booked' else 'P'}-{entry['number']}"
        row = {
            'id': number,
            'accountId': account['id'],
            'date': f"{entry['booked']}T00:00:00Z",
            'transactionAmount': {'value': float(entry['amount']), 'currency': account['currency']},
            'text': text or None,
            'originalText': text or None,
            'state': state,
            'type': 'BankTransfer',
            'isDeleted': False,
            'detail': {
                'source': party if came else None,
                'destination': None if came else party,
                'identifiers': {'endToEndId': entry['e2e'] or None, 'creditorReference': None},
                'message': text or None,
                'valueDate': entry['booked'],
                'currencyConversion': conversion,
            },
        }
        return {**row, **entry['raw']}


def call(app, event, consent_number, inside=None):
    """The provider's signed call to the webhook; returns the HTTP status."""
    name = f'{event[0].lower()}{event[1:]}Webhook'
    raw = json.dumps({name: {'consentId': consent_number, 'event': event, 'data': inside or {}}}).encode()
    return requests.post(
        app['webhook'], data=raw, headers=signed(app['webhook_secret'], event, raw), timeout=20
    ).status_code


def signed(secret, event, raw):
    """Headers of a call."""
    head = {'X-Aiia-TimeStamp': '1763625600', 'X-Aiia-EventId': secrets.token_hex(4), 'X-Aiia-Event': event}
    told = f"{head['X-Aiia-TimeStamp']}|{head['X-Aiia-EventId']}|{event}|".encode() + raw
    return {
        **head,
        'X-Aiia-Signature': hmac.new(secret.encode(), told, hashlib.sha256).hexdigest(),
        'Content-Type': 'application/json',
    }
