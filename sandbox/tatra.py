"""Stand-in of Tatra banka's Premium API – Accounts (fields as the portal documents them). Its second account is at another
bank, whose news come only after PUT /v3/refresh."""

import uuid
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import requests
from werkzeug.wrappers import Response

from . import people
from .bank import Refusal
from .oauth import OAuthStub
from .stub import reply
from .tatra_payments import TatraPayments

_ID = r'([^/]+)'


class TatraStub(TatraPayments, OAuthStub):
    code = 'tatra'
    portal_asks = ('redirect', 'webhook', 'webhook_secret')
    portal_gives = ('client_id', 'client_secret')
    routes = (
        ('POST', '/auth/oauth/v2/token', 'token'),
        ('GET', '/auth/oauth/v2/authorize', 'authorize'),
        ('POST', '/v3/consents', 'create_consent'),
        ('GET', f'/v3/consents/{_ID}', 'read_consent'),
        ('DELETE', f'/v3/consents/{_ID}', 'delete_consent'),
        ('GET', '/v3/accounts', 'accounts'),
        ('GET', f'/v3/accounts/{_ID}', 'account'),
        ('GET', f'/v3/accounts/{_ID}/balances', 'balances'),
        ('GET', f'/v5/accounts/{_ID}/transactions', 'transactions'),
        ('PUT', '/v3/refresh', 'refresh'),
        *TatraPayments.payment_routes,
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        body = {'tppMessages': [{'category': 'ERROR', 'code': code, 'text': text}]}
        return reply(body, status, {'Retry-After': str(retry_after)} if retry_after else None)

    # === Consent === #

    def create_consent(self):
        app, _none = self.bearer(person=False)
        number = str(uuid.uuid4())
        self.bank.state.setdefault('asked', {})[number] = app['id']
        return reply({'consentId': number, 'consentStatus': 'received'}, 201)

    def to_person(self, app, args):
        if args.get('scope', '').startswith('PREMIUM_PIS:'):
            return self.to_sign(app, args)
        number = args.get('scope', '').partition('PREMIUM_AIS:')[2]
        own = app.get('usage') == 'consumer' and args.get('scope') == 'PREMIUM_AIS'
        if own:
            number = str(uuid.uuid4())
        elif self.bank.state.get('asked', {}).pop(number, None) != app['id']:
            return f"{app['redirect']}?{urlencode({'error': 'invalid_scope', 'state': args.get('state', '')})}"
        url = super().to_person(app, args)
        consent = next(row for row in reversed(self.bank.state['consents'].values()) if row.get('app') == app['id'])
        consent['number'] = number
        return url

    def _consent(self, number):
        for consent in self.bank.state['consents'].values():
            if consent.get('number') == number:
                return self.bank.consent(consent['id'])
        raise Refusal(403, 'CONSENT_UNKNOWN', "The consent is not known.")

    def read_consent(self, number):
        self.bearer(person=False)
        return reply({'consentId': number, 'consentStatus': self._consent(number)['status']})

    def delete_consent(self, number):
        self.bearer(person=False)
        self.bank.end_consent(self._consent(number)['id'], 'terminatedByTpp')
        return Response(status=204)

    # === Accounts === #

    def _details(self, consent, account):
        other = account['name'] == "Reserve account"
        updated = self.bank.state.get('updated', {}).get(people.account_key(account), '2026-01-01T08:00:00+01:00')
        return {
            'accountId': account['id'],
            'accountReference': {'iban': account['iban'], 'currency': account['currency']},
            'name': account['owner'],
            'displayName': account['name'],
            'product': "Business",
            'cashAccountType': 'CACC',
            'usage': 'ORGA',
            'bankCode': 'SLSP' if other else 'TATRSKBX',
            'bankName': "Slovenská sporiteľňa" if other else "Tatra banka",
            'bic': 'GIBASKBX' if other else 'TATRSKBX',
            'status': 'enabled',
            'consentExpirationDate': consent['valid_until'],
            'dateUpdated': updated,
            'balances': self._balances(account),
        }

    def _balances(self, account):
        return [
            {
                'balanceAmount': {
                    'currency': account['currency'],
                    'amount': float(self.bank.balance(account)),
                },
                'balanceType': 'interimBooked',
                'referenceDate': self.bank.today().isoformat(),
            }
        ]

    def _find(self, account_id, endpoint=''):
        _app, consent = self.bearer()
        account = self.bank.account(consent, account_id)
        own = self._details(consent, account)['bankCode'] == 'TATRSKBX'  # own accounts are live, at any time
        if endpoint and not own and not self.request.headers.get('PSU-IP-Address'):
            self.bank.count_call(consent, account_id, endpoint)
        return consent, account

    def accounts(self):
        _app, consent = self.bearer()
        return reply({'accounts': [self._details(consent, account) for account in self.bank.accounts(consent)]})

    def account(self, account_id):
        return reply(self._details(*self._find(account_id)))

    def balances(self, account_id):
        return reply({'balances': self._balances(self._find(account_id)[1])})

    def refresh(self):
        """News of the other bank: delivered at once, or later by webhook (knob ``slow_refresh``)."""
        _app, consent = self.bearer()
        self.bank.state['refreshes'] = self.bank.state.get('refreshes', 0) + 1
        if not self.request.headers.get('PSU-IP-Address'):
            raise Refusal(400, 'FORMAT_ERROR', "PSU-IP-Address is missing.")
        for account in self.bank.accounts(consent) if not self.settings.get('slow_refresh') else ():
            self.bank.state.setdefault('updated', {})[people.account_key(account)] = self.bank.now().isoformat()
        return reply({'taskId': str(uuid.uuid4())})

    # === Transactions === #

    def transactions(self, account_id):
        args = self.request.args
        page = int(args['page']) if args.get('page', '').isdigit() else 0
        consent, account = self._find(account_id, '' if page else 'transactions')
        try:
            first = date.fromisoformat(args.get('dateFrom', ''))
        except ValueError:
            raise Refusal(400, 'FORMAT_ERROR', "dateFrom is missing or is not a date.") from None
        self.bank.check_history(consent, first, bool(self.request.headers.get('PSU-IP-Address')))
        key = people.account_key(account)
        found = [(entry, 'pending') for entry in self.bank.entries(key, 'pending')]
        found += [(entry, 'booked') for entry in self.bank.entries(key, 'booked', first.isoformat())]
        size, skip = min(self.settings['page_size'], 200), self.settings.get('empty_pages', 0)
        shown = found[(page - skip) * size : (page - skip + 1) * size] if page >= skip else []
        rows = [self._row(entry, account, state) for entry, state in shown]
        answer = {'transactions': {'booked': rows} if self.settings.get('nested') else rows, '_links': {}}
        if page < skip or len(found) > (page - skip + 1) * size:
            query = urlencode({**args.to_dict(), 'page': page + 1})
            answer['_links']['next'] = {'href': f'{self.origin()}/v5/accounts/{account_id}/transactions?{query}'}
        return reply(answer)

    def _row(self, entry, account, state):
        side = 'creditor' if entry['amount'].startswith('-') else 'debtor'
        number = f"{'TB' if state == 'booked' else 'P'}-{entry['number']}"
        vs, ss, ks = (
            [*entry['e2e'].strip('/').replace('VS', '').replace('SS', '').replace('KS', '').split('/')] + [''] * 3
        )[:3]
        row = {
            'transactionId': None if entry['anonymous'] else number,
            'transactionState': state,
            'endToEndId': entry['e2e'],
            'variableSymbol': vs if entry['e2e'].startswith('/VS') else '',
            'specificSymbol': ss if entry['e2e'].startswith('/VS') else '',
            'constantSymbol': ks if entry['e2e'].startswith('/VS') else '',
            'bookingDate': entry['booked'] if state == 'booked' else entry['pending_since'],
            'valueDate': entry['booked'],
            'transactionAmount': {'currency': account['currency'], 'amount': float(Decimal(entry['amount']))},
            f'{side}Name': entry['name'],
            f'{side}Account': {'iban': entry['iban']} if entry['iban'] else None,
            'remittanceInformationUnstructured': ' '.join(entry['remittance']),
            'bankTransactionCode': entry['code'],
            'transactionComplete': True,
        }
        if entry['original']:
            amount, currency, _rate = entry['original']
            row['originalAmount'] = {'currency': currency, 'amount': float(Decimal(amount))}
        return {**row, **entry['raw']}


def push(bank, account_key=None, kind='transactionEvent'):
    """Call the webhook of each application that has a permission for the account, as the bank does.

    :return: list of HTTP status codes"""
    answers = []
    for consent in bank.state['consents'].values():
        app = bank.state.get('apps', {}).get(consent.get('app'))
        if not app or not app.get('webhook') or consent['status'] != 'valid' or not consent.get('number'):
            continue
        ids = [row['id'] for row in bank.accounts(consent) if account_key in (None, people.account_key(row))]
        body = {kind: {'consentId': consent['number'], 'eventType': 'NEW', 'accounts': [{'accountId': i} for i in ids]}}
        headers = {'Authorization': app['webhook_secret']}
        answers.append(requests.post(app['webhook'], json=body, headers=headers, timeout=20).status_code)
    return answers
