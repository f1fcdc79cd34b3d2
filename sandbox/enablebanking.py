"""Stand-in of Enable Banking's interface (OpenAPI 1.0.0): /aspsps, /application, /auth, /sessions, /accounts."""

import base64
import uuid
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from urllib.parse import urlencode

import jwt
from cryptography.x509 import load_pem_x509_certificate

from . import enablebanking_payments as payments
from . import people
from .bank import Refusal
from .stub import Stub, new_secret, reply

#: refusal of the bank → (HTTP status, error name)
ERRORS = {
    'CONSENT_UNKNOWN': (404, 'SESSION_DOES_NOT_EXIST'),
    'CONSENT_EXPIRED': (401, 'EXPIRED_SESSION'),
    'CONSENT_INVALID': (401, 'WRONG_SESSION_STATUS'),
    'RESOURCE_UNKNOWN': (404, 'ACCOUNT_DOES_NOT_EXIST'),
    'ACCESS_EXCEEDED': (429, 'ASPSP_RATE_LIMIT_EXCEEDED'),
    'PERIOD_INVALID': (422, 'WRONG_TRANSACTIONS_PERIOD'),
    'FORMAT_ERROR': (422, 'WRONG_REQUEST_PARAMETERS'),
}
STATUS = {
    'received': 'PENDING_AUTHORIZATION',
    'partiallyAuthorised': 'PENDING_AUTHORIZATION',
    'valid': 'AUTHORIZED',
    'rejected': 'CANCELLED',
    'expired': 'EXPIRED',
    'revokedByPsu': 'REVOKED',
    'terminatedByTpp': 'CLOSED',
}
ENDED = {'revokedByPsu': 'REVOKED_SESSION', 'terminatedByTpp': 'CLOSED_SESSION', 'expired': 'EXPIRED_SESSION'}
#: seconds that a permission lasts at most
LONGEST = 180 * 86400
_ID = r'([^/]+)'
HEADERS = ('Psu-Ip-Address', 'Psu-User-Agent')


class EnableBankingStub(Stub):
    code = 'enablebanking'
    portal_asks = ('redirect', 'certificate')
    portal_gives = ('application_id',)
    routes = (
        ('GET', '/aspsps', 'aspsps'),
        ('GET', '/application', 'application'),
        ('POST', '/auth', 'auth'),
        ('POST', '/sessions', 'create_session'),
        ('GET', f'/sessions/{_ID}', 'read_session'),
        ('DELETE', f'/sessions/{_ID}', 'delete_session'),
        ('GET', f'/accounts/{_ID}/details', 'details'),
        ('GET', f'/accounts/{_ID}/balances', 'balances'),
        ('GET', f'/accounts/{_ID}/transactions', 'transactions'),
        ('POST', '/payments', 'pay'),
        ('GET', f'/payments/{_ID}', 'payment'),
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        status, name = ERRORS.get(code, (status, code))
        return reply({'code': status, 'message': text, 'error': name, 'detail': None}, status)

    def respond(self, path):
        try:
            self.app = self._app()
        except Refusal as refusal:
            return self.error(refusal.status, refusal.code, refusal.text)
        return super().respond(path)

    def _app(self):
        """The application that signed the request's token."""
        token = self.request.headers.get('Authorization', '').removeprefix('Bearer ')
        try:
            app = self.apps[jwt.get_unverified_header(token)['kid']]
            key = load_pem_x509_certificate(app['certificate'].encode()).public_key()
            claims = jwt.decode(
                token, key, algorithms=['RS256'], audience='api.enablebanking.com', issuer='enablebanking.com'
            )
            if claims['exp'] - claims['iat'] > 86400:
                raise ValueError
        except (jwt.PyJWTError, KeyError, ValueError):
            raise Refusal(401, 'UNAUTHORIZED_ACCESS', "The token is not signed by a known application.") from None
        return app

    # === The provider === #

    def aspsps(self):
        found = {
            'name': people.BANK_NAME,
            'country': 'SK',
            'logo': f'{self.origin()}/logo.svg',
            'psu_types': ['business', 'personal'],
            'auth_methods': [],
            'maximum_consent_validity': LONGEST,
            'beta': False,
            'bic': people.BANK_BIC,
            'required_psu_headers': list(HEADERS),
            'payments': payments.offered(self.settings),
        }
        wanted = self.request.args.get('country', 'SK')
        return reply({'aspsps': [found] if wanted == 'SK' else []})

    def application(self):
        return reply(
            {
                'name': self.app.get('name', "Application"),
                'kid': self.app['id'],
                'environment': 'SANDBOX',
                'redirect_urls': [self.app['redirect']],
                'active': True,
                'countries': ['SK'],
                'services': ['AIS'],
            }
        )

    # === Sessions === #

    def auth(self):
        body = self.body()
        access, aspsp, state, redirect = self.needs(body, 'access', 'aspsp', 'state', 'redirect_url')
        if redirect != self.app['redirect'] or not self.registered(redirect):
            raise Refusal(422, 'REDIRECT_URI_NOT_ALLOWED', "Redirect URI not allowed")
        if aspsp.get('name') != people.BANK_NAME:
            raise Refusal(422, 'WRONG_ASPSP_PROVIDED', "Wrong ASPSP name provided")
        until = (access.get('valid_until') or '')[:10]
        try:
            moment = datetime.fromisoformat(access['valid_until']).astimezone(timezone.utc).replace(tzinfo=None)
            longest = self.bank.now() + timedelta(seconds=self.settings.get('longest_seconds', LONGEST))
            if '+' not in access['valid_until'] or not self.bank.now() < moment <= longest:
                raise ValueError
        except ValueError:
            raise Refusal(422, 'WRONG_REQUEST_PARAMETERS', "valid_until is no moment that is allowed") from None
        code = new_secret()
        good = f"{redirect}?{urlencode({'code': code, 'state': state})}"
        bad = f"{redirect}?{urlencode({'error': 'access_denied', 'error_description': 'Cancelled', 'state': state})}"
        consent, url = self.ask_person(good, bad, until)
        consent.update(code=code, session=str(uuid.uuid4()), app=self.app['id'])
        return reply({'url': url, 'authorization_id': str(uuid.uuid4()), 'psu_id_hash': 'f3a1bd7e0c5b0f1f'})

    def create_session(self):
        (code,) = self.needs(self.body(), 'code')
        consent = self.authorised(code)
        if not consent:
            raise Refusal(422, 'WRONG_AUTHORIZATION_CODE', "Wrong authorization code provided")
        accounts = [self._account(account) for account in self.bank.accounts(consent)]
        return reply({**self._session(consent), 'session_id': consent['session'], 'accounts': accounts})

    def _session(self, consent):
        return {
            'aspsp': {'name': people.BANK_NAME, 'country': 'SK'},
            'psu_type': 'business',
            'access': {
                'balances': True,
                'transactions': True,
                'valid_until': f"{consent['valid_until']}T23:00:00+00:00",
            },
        }

    def _consent(self, session_id, ended=False):
        for consent in self.bank.state['consents'].values():
            if consent.get('session') == session_id and consent.get('app') == self.app['id'] and consent['authorised']:
                self.bank.consent(consent['id'])  # lets it expire
                if not ended and consent['status'] in ENDED:
                    raise Refusal(401, ENDED[consent['status']], "The session is not valid any more")
                return consent
        raise Refusal(404, 'CONSENT_UNKNOWN', "The session does not exist")

    def read_session(self, session_id):
        consent = self._consent(session_id, ended=True)
        accounts = self.bank.accounts(consent) if consent['status'] == 'valid' else []
        data = [
            {'uid': row['uid'], 'identification_hash': row['identification_hash'], 'identification_hashes': []}
            for row in map(self._account, accounts)
        ]
        found = {
            **self._session(consent),
            'status': STATUS[consent['status']],
            'accounts': [row['uid'] for row in data],
            'accounts_data': data,
            'psu_id_hash': 'f3a1bd7e0c5b0f1f',
            'created': f"{consent['authorised']}+00:00",
            'authorized': f"{consent['authorised']}+00:00",
        }
        return reply(found)

    def delete_session(self, session_id):
        consent = self._consent(session_id)
        self.bank.end_consent(consent['id'], 'terminatedByTpp')
        return reply({'message': "OK"})

    # === Payments === #

    def pay(self):
        return reply(payments.take(self))

    def payment(self, payment_id):
        return reply(payments.read(self, payment_id))

    # === Accounts === #

    def _account(self, account):
        return {
            'account_id': {'iban': account['iban']},
            'all_account_ids': [{'identification': account['iban'], 'scheme_name': 'IBAN'}],
            'account_servicer': {'bic_fi': people.BANK_BIC, 'name': people.BANK_NAME},
            'name': account['owner'],
            'details': account['name'],
            'usage': 'ORGA',
            'cash_account_type': 'CACC',
            'currency': account['currency'],
            'uid': str(uuid.UUID(hex=(account['id'] + '0' * 32)[:32])),
            'identification_hash': base64.b64encode(people.account_key(account).encode()).decode(),
            'identification_hashes': [base64.b64encode(people.account_key(account).encode()).decode()],
        }

    def _find(self, uid, endpoint):
        for consent in self.bank.state['consents'].values():
            if consent.get('app') != self.app['id'] or not consent['psu']:
                continue
            for account in self.bank.accounts(consent):
                if self._account(account)['uid'] == uid:
                    self._consent(consent['session'])
                    if not self._attended():
                        self.bank.count_call(consent, uid, endpoint)
                    return consent, account
        raise Refusal(404, 'ACCOUNT_DOES_NOT_EXIST', "The account does not exist")

    def _attended(self):
        given = [self.request.headers.get(name) for name in HEADERS]
        if any(given) and not all(given):
            raise Refusal(422, 'PSU_HEADER_NOT_PROVIDED', "Required PSU header is not provided")
        return all(given)

    def details(self, uid):
        _consent, account = self._find(uid, 'details')
        return reply(self._account(account))

    def balances(self, uid):
        _consent, account = self._find(uid, 'balances')
        booked = {'currency': account['currency'], 'amount': format(self.bank.balance(account), '.2f')}
        return reply(
            {
                'balances': [
                    {
                        'name': "Booked balance",
                        'balance_amount': booked,
                        'balance_type': 'ITBD',
                        'reference_date': self.bank.today().isoformat(),
                    }
                ]
            }
        )

    def transactions(self, uid):
        args = self.request.args
        key = args.get('continuation_key')
        page = 0
        consent, account = self._find(uid, 'transactions' if not key else 'pages')
        if key:
            session, _slash, number = base64.urlsafe_b64decode(key).decode().partition('/')
            if session != consent['session'] or not number.isdigit():
                raise Refusal(422, 'WRONG_CONTINUATION_KEY', "Wrong continuation key provided")
            page = int(number)
        first = args.get('date_from') or self.bank.today().isoformat()
        self.bank.check_history(consent, date.fromisoformat(first), self._attended())
        ledger = people.account_key(account)
        found = [(entry, 'PDNG') for entry in self.bank.entries(ledger, 'pending')]
        found += [(entry, 'BOOK') for entry in self.bank.entries(ledger, 'booked', first, args.get('date_to'))]
        size, skip = self.settings['page_size'], self.settings.get('empty_pages', 0)
        shown = found[(page - skip) * size : (page - skip + 1) * size] if page >= skip else []
        more = page < skip or len(found) > (page - skip + 1) * size
        next_key = base64.urlsafe_b64encode(f"{consent['session']}/{page + 1}".encode()).decode() if more else None
        rows = [self._row(entry, account, status) for entry, status in shown]
        answer = {'transactions': rows, 'continuation_key': next_key}
        if next_key is None and not self.settings.get('nulls'):
            del answer['continuation_key']  # as described; in the field null was seen
        return reply(answer)

    def _row(self, entry, account, status):
        outgoing = entry['amount'].startswith('-')
        side, booked = ('creditor' if outgoing else 'debtor'), status == 'BOOK'
        other = {'iban': entry['iban']} if entry['iban'] else None
        if entry['account'] and not other:
            other = {'other': {'identification': entry['account'], 'scheme_name': 'BBAN'}}
        text = [*entry['remittance'], *([entry['e2e']] if entry['e2e'] else [])]
        row = {
            'transaction_amount': {
                'currency': account['currency'],
                'amount': format(abs(Decimal(entry['amount'])), '.2f'),
            },
            'credit_debit_indicator': 'DBIT' if outgoing else 'CRDT',
            'status': status,
            'entry_reference': f"{'E' if booked else 'P'}{entry['number']:09d}",
            'booking_date': entry['booked'] if booked else None,
            'value_date': entry['booked'] if booked else entry['pending_since'],
            side: {'name': entry['name']} if entry['name'] else None,
            f'{side}_account': other,
            'remittance_information': text,
            'reference_number': entry['structured'] or None,
        }
        if entry['anonymous']:
            row['entry_reference'] = None
        if entry['original']:
            amount, currency, rate = entry['original']
            row['exchange_rate'] = {
                'unit_currency': account['currency'],
                'exchange_rate': rate,
                'instructed_amount': {'currency': currency, 'amount': amount},
            }
        row.update(entry['raw'])
        return row if self.settings.get('nulls') else {name: value for name, value in row.items() if value is not None}
