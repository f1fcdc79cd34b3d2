"""Stand-in of GoCardless Bank Account Data v2: tokens, institutions, agreements, requisitions, accounts. No pages."""

import uuid
from urllib.parse import urlencode

from . import people
from .api import Xs2a
from .bank import Refusal
from .stub import Stub, new_secret, reply

_ID = r'([^/]+)'
STATUS = {'valid': 'LN', 'rejected': 'RJ', 'expired': 'EX', 'revokedByPsu': 'SU', 'terminatedByTpp': 'SU'}
TYPES = {
    'CONSENT_EXPIRED': 'AccessExpiredError',
    'CONSENT_INVALID': 'AccountInactiveError',
    'RESOURCE_UNKNOWN': 'NotFound',
    'ACCESS_EXCEEDED': 'RateLimitError',
}


class GoCardlessStub(Stub):
    code = 'gocardless'
    portal_gives = ('secret_id', 'secret_key')
    routes = (
        ('POST', '/token/new/', 'new_token'),
        ('GET', '/institutions/', 'institutions'),
        ('POST', '/agreements/enduser/', 'agree'),
        ('GET', f'/agreements/enduser/{_ID}/', 'agreement'),
        ('POST', '/requisitions/', 'create'),
        ('GET', f'/requisitions/{_ID}/', 'read'),
        ('DELETE', f'/requisitions/{_ID}/', 'delete'),
        ('GET', f'/accounts/{_ID}/details/', 'details'),
        ('GET', f'/accounts/{_ID}/balances/', 'balances'),
        ('GET', f'/accounts/{_ID}/transactions/', 'transactions'),
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        headers = {'HTTP_X_RATELIMIT_ACCOUNT_SUCCESS_RESET': str(retry_after)} if retry_after else None
        body = {'summary': text, 'detail': text, 'type': TYPES.get(code, code), 'status_code': status}
        return reply(body, status, headers)

    def respond(self, path):
        given = self.request.headers.get('Authorization', '').removeprefix('Bearer ')
        if path != '/token/new/' and given not in self.bank.state.setdefault('tokens', {}):
            return reply({'summary': "Invalid token", 'detail': "Token is invalid or expired", 'status_code': 401}, 401)
        return super().respond(path)

    def new_token(self):
        body = self.body()
        app = next(
            (app for app in self.apps.values() if app.get('secret_id') and app['secret_id'] == body.get('secret_id')),
            None,
        )
        if not app or app['secret_key'] != body.get('secret_key'):
            raise Refusal(401, 'AuthenticationFailed', "No active account found with the given credentials")
        token = new_secret()
        self.bank.state.setdefault('tokens', {})[token] = app['id']
        return reply({'access': token, 'access_expires': 86400, 'refresh': new_secret(), 'refresh_expires': 2592000})

    def institutions(self):
        return reply(
            [
                {
                    'id': 'SANDBOXFINANCE_SFIN0000',
                    'name': people.BANK_NAME,
                    'bic': people.BANK_BIC,
                    'transaction_total_days': '730',
                    'max_access_valid_for_days': '180',
                    'countries': ['SK'],
                    'logo': f'{self.origin()}/logo.svg',
                }
            ]
        )

    def agree(self):
        days, _bank = self.needs(self.body(), 'access_valid_for_days', 'institution_id')
        found = {'id': str(uuid.uuid4()), 'access_valid_for_days': days, 'accepted': None}
        self.bank.state.setdefault('agreements', {})[found['id']] = found
        return reply(found, 201)

    def agreement(self, number):
        return reply(self.bank.state['agreements'][number])

    def create(self):
        redirect, agreement, reference = self.needs(self.body(), 'redirect', 'agreement', 'reference')
        if not self.registered(redirect):
            raise Refusal(400, 'Redirect', "The redirect is no address of yours")
        joint = '&' if '?' in redirect else '?'
        good = f"{redirect}{joint}{urlencode({'ref': reference})}"
        bad = f"{redirect}{joint}{urlencode({'error': 'UserCancelledSession', 'details': 'x', 'ref': reference})}"
        consent, url = self.ask_person(good, bad)
        consent.update(requisition=str(uuid.uuid4()), agreement=agreement)
        return reply({'id': consent['requisition'], 'link': url, 'status': 'CR', 'accounts': []}, 201)

    def _consent(self, number):
        for consent in self.bank.state['consents'].values():
            if consent.get('requisition') == number:
                return self.bank.consent(consent['id'])
        raise Refusal(404, 'NotFound', "Not found.")

    def read(self, number):
        consent = self._consent(number)
        status = STATUS.get(consent['status'], 'CR')
        if status == 'LN':
            self.bank.state['agreements'][consent['agreement']]['accepted'] = consent['authorised']
        ids = [account['id'] for account in self.bank.accounts(consent)] if status == 'LN' else []
        return reply({'id': number, 'status': status, 'agreement': consent['agreement'], 'accounts': ids})

    def delete(self, number):
        self.bank.end_consent(self._consent(number)['id'], 'terminatedByTpp')
        return reply({'summary': "Requisition deleted"})

    # === Accounts === #

    def _find(self, number, endpoint):
        for consent in self.bank.state['consents'].values():
            for account in self.bank.accounts(consent) if consent['psu'] and consent.get('requisition') else ():
                if account['id'] == number:
                    self.bank.use_consent(consent['id'])
                    self.bank.count_call(consent, number, endpoint)
                    return consent, account
        raise Refusal(404, 'NotFound', "Not found.")

    @property
    def _xs2a(self):
        return Xs2a(self.bank, self.request, self.prefix)

    def details(self, number):
        return reply({'account': self._xs2a._details(self._find(number, 'details')[1], False)})

    def balances(self, number):
        return reply({'balances': self._xs2a._balances(self._find(number, 'balances')[1])})

    def transactions(self, number):
        _consent, account = self._find(number, 'transactions')
        first = self.request.args.get('date_from')
        key = people.account_key(account)
        found = {}
        for status in ('booked', 'pending'):
            entries = self.bank.entries(key, status, first if status == 'booked' else None)
            found[status] = [self._xs2a._row(entry, account, status) for entry in entries]
        return reply({'transactions': found, 'last_updated': self.bank.now().isoformat()})
