"""Stand-in of Ponto Connect (JSON:API; OAuth with PKCE). Answers JSON as ``application/vnd.api+json``."""

import json
from decimal import Decimal

from werkzeug.wrappers import Response

from . import people
from .oauth import OAuthStub
from .ponto_payments import PontoPayments
from .stub import reply

_ID = r'([^/]+)'
CODES = {
    'CONSENT_EXPIRED': 'authorizationExpired',
    'CONSENT_INVALID': 'integrationRevoked',
    'RESOURCE_UNKNOWN': 'resourceNotFound',
    'TOKEN_INVALID': '',
}


class PontoStub(PontoPayments, OAuthStub):
    code = 'ponto'
    browser_paths = ('oauth2/auth',)
    portal_asks = ('redirect',)
    portal_gives = ('client_id', 'client_secret', 'page')
    routes = (
        ('GET', '/oauth2/auth', 'authorize'),
        ('POST', '/oauth2/token', 'token'),
        ('POST', '/oauth2/revoke', 'revoke'),
        ('GET', '/accounts', 'accounts'),
        ('GET', f'/accounts/{_ID}', 'account'),
        ('GET', f'/accounts/{_ID}/transactions', 'transactions'),
        ('GET', f'/accounts/{_ID}/pending-transactions', 'pending'),
        *PontoPayments.payment_routes,
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        return _api({'errors': [{'code': CODES.get(code, code), 'detail': text}]}, status)

    @staticmethod
    def answer(body, status):
        return _api(body, status)

    def revoke(self):
        kept = self.tokens.pop(self.request.form.get('token'), None)
        if kept:
            self.bank.end_consent(kept['consent'], 'terminatedByTpp')
        return reply({})

    def accounts(self):
        _app, consent = self.bearer()
        return _api({'data': [self._details(consent, account) for account in self.bank.accounts(consent)], 'links': {}})

    def account(self, account_id):
        _app, consent = self.bearer()
        return _api({'data': self._details(consent, self.bank.account(consent, account_id))})

    def _details(self, consent, account):
        return {
            'id': account['id'],
            'type': 'account',
            'attributes': {
                'reference': account['iban'],
                'referenceType': 'IBAN',
                'currency': account['currency'],
                'description': account['name'],
                'holderName': account['owner'],
                'currentBalance': float(self.bank.balance(account)),
                'currentBalanceReferenceDate': f'{self.bank.today().isoformat()}T08:00:00Z',
                'authorizationExpirationExpectedAt': f"{consent['valid_until']}T08:00:00Z",
            },
        }

    def transactions(self, account_id):
        return self._list(account_id, 'booked')

    def pending(self, account_id):
        return self._list(account_id, 'pending')

    def _list(self, account_id, status):
        _app, consent = self.bearer()
        account = self.bank.account(consent, account_id)
        page = int(self.request.args.get('page', 0))
        found = self.bank.entries(people.account_key(account), status)
        size, skip = self.settings['page_size'], self.settings.get('empty_pages', 0) if status == 'booked' else 0
        shown = found[(page - skip) * size : (page - skip + 1) * size] if page >= skip else []
        answer = {'data': [self._row(entry, account, status) for entry in shown], 'links': {}}
        if page < skip or len(found) > (page - skip + 1) * size:
            kind = 'transactions' if status == 'booked' else 'pending-transactions'
            answer['links']['next'] = f'{self.origin()}/accounts/{account_id}/{kind}?page={page + 1}'
        return _api(answer)

    def _row(self, entry, account, status):
        told = {
            'amount': float(Decimal(entry['amount'])),
            'currency': account['currency'],
            'executionDate': f"{entry['booked']}T00:00:00.000Z" if status == 'booked' else None,
            'valueDate': f"{entry['booked']}T00:00:00.000Z",
            'counterpartName': entry['name'] or None,
            'counterpartReference': entry['iban'] or entry['account'] or None,
            'remittanceInformation': ' '.join(entry['remittance']) or None,
            'remittanceInformationType': 'unstructured',
            'endToEndId': entry['e2e'] or None,
            **entry['raw'],
        }
        number = '0' if entry['anonymous'] else f"{'B' if status == 'booked' else 'P'}-{entry['number']}"
        return {'id': number, 'type': 'transaction', 'attributes': told}


def _api(body, status=200):
    return Response(json.dumps(body), status=status, content_type='application/vnd.api+json')
