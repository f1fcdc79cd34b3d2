"""The sandbox bank's XS2A interface (OpenAPI 1.3.12, account information service), JSON only."""

import hashlib
import json
import re
import uuid
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from werkzeug.wrappers import Response

from . import people, xs2a_sca
from .bank import Refusal
from .xs2a_payments import ROUTES as PAYMENT_ROUTES
from .xs2a_payments import Xs2aPayments

_IPV4 = re.compile(r'((25[0-5]|2[0-4]\d|1?\d?\d)(\.|$)){4}')


class Xs2a(Xs2aPayments):
    """One request to the interface.

    :param str prefix: the address path that the bank is mounted at
    :param dict ways: log-in and signatures (see xs2a_sca.py); default as the bank's settings say"""

    #: of a bank that has more: (method, pattern, name of the handler)
    ROUTES = ()

    def __init__(self, bank, request, prefix, redirects='', ways=None):
        self.bank, self.request, self.prefix, self.redirects = bank, request, prefix, redirects
        self.ways = bank.state['settings'] if ways is None else ways
        self._echo = str(uuid.uuid4())  # until a proper one was read

    def respond(self, path):
        """The answer to the request, errors included; X-Request-ID comes back on each."""
        try:
            request_id = self._request_id()
            response = self._replay(request_id) or self._dispatch(path)
        except Refusal as refusal:
            body = {'tppMessages': [{'category': 'ERROR', 'code': refusal.code, 'text': refusal.text}]}
            response = _json(body, refusal.status)
            if refusal.retry_after:
                response.headers['Retry-After'] = str(refusal.retry_after)
        response.headers['X-Request-ID'] = self._echo
        return response

    # === Rules for every request === #

    def _request_id(self):
        given = self.request.headers.get('X-Request-ID', '')
        try:
            self._echo = str(uuid.UUID(given))
            return self._echo
        except ValueError:
            raise Refusal(400, 'FORMAT_ERROR', "X-Request-ID is not a UUID.") from None

    def _replay(self, request_id):
        """Same id and same body of a POST: the same answer again; another body: refused."""
        if self.request.method != 'POST':
            return None
        known = self.bank.state['requests'].get(request_id)
        digest = hashlib.sha256(self.request.get_data()).hexdigest()
        if known and known['digest'] != digest:
            raise Refusal(400, 'FORMAT_ERROR', "X-Request-ID was used for another request.")
        if known:
            return _json(known['body'], 201, known['headers'])
        self._digest = request_id, digest
        return None

    @property
    def _attended(self):
        return bool(self.request.headers.get('PSU-IP-Address'))

    def _dispatch(self, path):
        accept = self.request.headers.get('Accept', '*/*')
        if 'json' not in accept and '*/*' not in accept:
            raise Refusal(406, 'REQUESTED_FORMATS_INVALID', "Only JSON is served.")
        if (seals := self.ways.get('seals')) is not None:
            xs2a_sca.check_signature(self.request, seals)
        method = self.request.method
        routes = (*self.ROUTES, *_ROUTES, *PAYMENT_ROUTES)
        for verb, pattern, handler in routes:
            if (match := re.fullmatch(pattern, path)) and verb == method:
                return getattr(self, handler)(*match.groups())
        if any(re.fullmatch(pattern, path) for _verb, pattern, _handler in routes):
            raise Refusal(405, 'SERVICE_INVALID', "The method is not supported here.")
        raise Refusal(404, 'RESOURCE_UNKNOWN', "There is nothing at this address.")

    # === Consents === #

    def _body(self):
        try:
            body = json.loads(self.request.get_data())
        except ValueError:
            raise Refusal(400, 'FORMAT_ERROR', "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise Refusal(400, 'FORMAT_ERROR', "The body is not an object.")
        return body

    def create_consent(self):
        body = self._body()
        self._check_consent(body)
        redirect = self._redirect('TPP-Redirect-URI')
        nok = self._redirect('TPP-Nok-Redirect-URI') if self.request.headers.get('TPP-Nok-Redirect-URI') else redirect
        consent, authorisation = self.bank.create_consent(body, redirect, nok)
        base = self._link(f"/v1/consents/{consent['id']}")
        steps, approach = xs2a_sca.links(self.ways.get('sca'), authorisation, base, self._origin() + self.prefix)
        answer = {
            'consentStatus': consent['status'],
            'consentId': consent['id'],
            '_links': {**steps, 'self': {'href': base}, 'status': {'href': f'{base}/status'}},
        }
        headers = {'Location': base, 'ASPSP-SCA-Approach': approach}
        request_id, digest = self._digest
        self.bank.state['requests'][request_id] = {'digest': digest, 'body': answer, 'headers': headers}
        return _json(answer, 201, headers)

    def _redirect(self, header):
        """An address to send the person back to; only the redirect approach is offered."""
        address = self.request.headers.get(header, '')
        if not re.match(r'https?://', address) or not address.startswith(self.redirects):
            raise Refusal(400, 'FORMAT_ERROR', f"{header} is missing or is no address of yours.")
        return address

    def _check_consent(self, body):
        wrong = None
        if not _IPV4.fullmatch(self.request.headers.get('PSU-IP-Address', '')):
            wrong = "PSU-IP-Address is mandatory and an IPv4 address."
        missing = {
            'access',
            'recurringIndicator',
            'validUntil',
            'frequencyPerDay',
            'combinedServiceIndicator',
        } - body.keys()
        if missing:
            wrong = f"Missing: {', '.join(sorted(missing))}."
        elif not isinstance(body['access'], dict) or len({bool(refs) for refs in body['access'].values()}) > 1:
            wrong = "access has empty and non-empty arrays."
        elif any(body['access'].values()):
            wrong = "Only the bank-offered consent is supported: leave the arrays empty."
        elif type(body['frequencyPerDay']) is not int or not 1 <= body['frequencyPerDay'] <= 4:
            wrong = "frequencyPerDay is 1 to 4."
        else:
            try:
                if date.fromisoformat(body['validUntil']) < self.bank.today():
                    wrong = "validUntil is in the past."
            except (TypeError, ValueError):
                wrong = "validUntil is not a date."
        if wrong:
            raise Refusal(400, 'FORMAT_ERROR', wrong)

    def read_consent(self, consent_id):
        consent = self.bank.consent(consent_id)
        accounts = [
            {'iban': account['iban'], 'currency': account['currency']}
            for account in (self.bank.accounts(consent) if consent['psu'] else ())
        ]
        access = dict.fromkeys(('accounts', 'balances', 'transactions'), accounts)
        return _json(
            {
                'access': access,
                'recurringIndicator': consent['recurring'],
                'validUntil': consent['valid_until'],
                'frequencyPerDay': consent['frequency'],
                'lastActionDate': consent['last_action'],
                'consentStatus': consent['status'],
                '_links': {'account': {'href': self._link('/v1/accounts')}},
            }
        )

    def consent_status(self, consent_id):
        return _json({'consentStatus': self.bank.consent(consent_id)['status']})

    def delete_consent(self, consent_id):
        self.bank.consent(consent_id)
        self.bank.end_consent(consent_id, 'terminatedByTpp')
        return Response(status=204)

    def authorisations(self, consent_id):
        self.bank.consent(consent_id)
        found = [entry['id'] for entry in self.bank.state['authorisations'].values() if entry['consent'] == consent_id]
        return _json({'authorisationIds': found})

    def start_authorisation(self, consent_id):
        self.bank.consent(consent_id)
        base, psu_id = self._link(f'/v1/consents/{consent_id}'), self.request.headers.get('PSU-ID')
        return _json(xs2a_sca.start_authorisation(self.bank, consent_id, psu_id, base), 201)

    def sca_status(self, consent_id, authorisation_id):
        self.bank.consent(consent_id)
        authorisation = self.bank.authorisation(authorisation_id)
        if not authorisation or authorisation['consent'] != consent_id:
            raise Refusal(404, 'RESOURCE_UNKNOWN', "The authorisation is not known.")
        return _json({'scaStatus': authorisation['status']})

    # === Accounts === #

    def _consent(self):
        consent_id = self.request.headers.get('Consent-ID')
        if not consent_id:
            raise Refusal(400, 'FORMAT_ERROR', "Consent-ID is missing.")
        if self.ways.get('sca') == 'oauth':
            _app, consent = xs2a_sca.Xs2aOAuth(self.bank, self.request, self.prefix).bearer()
            if consent['id'] != consent_id:
                raise Refusal(401, 'TOKEN_INVALID', "The token is of another consent.")
        return self.bank.use_consent(consent_id)

    def _account(self, account_id, endpoint, counted=True):
        consent = self._consent()
        account = self.bank.account(consent, account_id)
        if counted and not self._attended:
            self.bank.count_call(consent, account_id, endpoint)
        return consent, account

    def accounts(self):
        consent = self._consent()
        if not self._attended:
            self.bank.count_call(consent, '', 'accounts')
        with_balance = self.request.args.get('withBalance') == 'true'
        return _json({'accounts': [self._details(account, with_balance) for account in self.bank.accounts(consent)]})

    def account(self, account_id):
        _consent, account = self._account(account_id, 'account')
        return _json({'account': self._details(account, self.request.args.get('withBalance') == 'true')})

    def balances(self, account_id):
        _consent, account = self._account(account_id, 'balances')
        return _json({'account': _reference(account), 'balances': self._balances(account)})

    def _details(self, account, with_balance):
        base = self._link(f"/v1/accounts/{account['id']}")
        details = {
            'resourceId': account['id'],
            'iban': account['iban'],
            'currency': account['currency'],
            'name': account['name'],
            'ownerName': account['owner'],
            'product': "Business",
            'cashAccountType': 'CACC',
            'status': 'enabled',
            'usage': 'ORGA',
            'bic': people.BANK_BIC,
            '_links': {'balances': {'href': f'{base}/balances'}, 'transactions': {'href': f'{base}/transactions'}},
        }
        return {**details, 'balances': self._balances(account)} if with_balance else details

    def _balances(self, account):
        booked, today = self.bank.balance(account), self.bank.today().isoformat()
        limit = booked + Decimal(5000)
        return [
            {
                'balanceType': 'interimAvailable',
                'creditLimitIncluded': True,
                'balanceAmount': _amount(limit, account['currency']),
            },
            {
                'balanceType': 'interimBooked',
                'referenceDate': today,
                'balanceAmount': _amount(booked, account['currency']),
            },
        ]

    # === Transactions === #

    def transactions(self, account_id):
        args = self.request.args
        page = int(args['page']) if args.get('page', '').isdigit() else 0
        consent, account = self._account(account_id, 'transactions', counted=not page)
        status, date_from, date_to = args.get('bookingStatus'), args.get('dateFrom'), args.get('dateTo')
        if status not in ('booked', 'pending', 'both'):
            raise Refusal(400, 'FORMAT_ERROR', "bookingStatus is booked, pending or both.")
        try:
            self.bank.check_history(consent, date.fromisoformat(date_from or ''), self._attended)
        except ValueError:
            raise Refusal(400, 'FORMAT_ERROR', "dateFrom is missing or is not a date.") from None
        key, size = people.account_key(account), self.bank.state['settings']['page_size']
        booked = self.bank.entries(key, 'booked', date_from, date_to) if status != 'pending' else []
        report = {'_links': {'account': {'href': self._link(f'/v1/accounts/{account_id}')}}}
        if status != 'pending':
            report['booked'] = [
                self._row(entry, account, 'booked') for entry in booked[page * size : (page + 1) * size]
            ]
        if status != 'booked':
            report['pending'] = (
                [] if page else [self._row(entry, account, 'pending') for entry in self.bank.entries(key, 'pending')]
            )
        if len(booked) > (page + 1) * size:
            query = urlencode({**args.to_dict(), 'page': page + 1})
            report['_links']['next'] = {'href': self._link(f'/v1/accounts/{account_id}/transactions?{query}')}
        answer = {'account': _reference(account), 'transactions': report}
        if args.get('withBalance') == 'true':
            answer['balances'] = self._balances(account)
        return _json(answer)

    def transaction(self, account_id, transaction_id):
        _consent, account = self._account(account_id, 'transaction')
        for status in ('booked', 'pending'):
            for entry in self.bank.entries(people.account_key(account), status):
                row = self._row(entry, account, status)
                if row.get('transactionId') == transaction_id:
                    return _json({'transactionsDetails': {'transactionDetails': row}})
        raise Refusal(404, 'RESOURCE_UNKNOWN', "The transaction is not known.")

    def _row(self, entry, account, status):
        """An entry as it is sent. Pending and booked have different ids, as at most banks."""
        side = 'creditor' if entry['amount'].startswith('-') else 'debtor'
        row = {'transactionAmount': _amount(Decimal(entry['amount']), account['currency'])}
        if not entry['anonymous']:
            row['transactionId'] = f"{'P' if status == 'pending' else 'B'}{entry['number']:09d}"
        if status == 'booked':
            row.update(bookingDate=entry['booked'], valueDate=entry['booked'])
            if not entry['anonymous']:
                row['entryReference'] = f"{entry['booked'].replace('-', '')}-{entry['number']:06d}"
        else:
            row['valueDate'] = entry['pending_since']
        number = (
            {'iban': entry['iban']}
            if entry['iban']
            else {'other': {'identification': entry['account']}}
            if entry['account']
            else None
        )
        row.update(
            {
                key: value
                for key, value in {
                    f'{side}Name': entry['name'],
                    f'{side}Account': number,
                    'endToEndId': entry['e2e'],
                    'bankTransactionCode': entry['code'],
                    'remittanceInformationUnstructured': ' '.join(entry['remittance'])[:140],
                    'remittanceInformationStructured': entry['structured'],
                }.items()
                if value
            }
        )
        if len(entry['remittance']) > 1:
            row['remittanceInformationUnstructuredArray'] = entry['remittance']
        if entry['original']:
            amount, currency, rate = entry['original']
            row['currencyExchange'] = [
                {
                    'sourceCurrency': currency,
                    'targetCurrency': account['currency'],
                    'unitCurrency': account['currency'],
                    'exchangeRate': rate,
                    'quotationDate': entry['booked'],
                    'instructedAmount': {'currency': currency, 'amount': amount},
                }
            ]
        row.update(entry['raw'])
        return {key: value for key, value in row.items() if value is not None}

    # === Addresses === #

    def _origin(self):
        return self.request.host_url.rstrip('/')

    def _link(self, path):
        """A link, absolute or relative to the host: banks do both."""
        origin = self._origin() if self.bank.state['settings']['absolute_links'] else ''
        return f'{origin}{self.prefix}{path}'


def _amount(amount, currency):
    return {'currency': currency, 'amount': format(amount, '.2f')}


def _reference(account):
    return {'iban': account['iban'], 'currency': account['currency']}


def _json(body, status=200, headers=None):
    return Response(json.dumps(body), status=status, headers=headers or {}, content_type='application/json')


_ID = r'([^/]+)'
_ROUTES = (
    ('POST', '/v1/consents', 'create_consent'),
    ('POST', '/v1/bank-offered-consents', 'create_consent'),
    ('GET', f'/v1/consents/{_ID}', 'read_consent'),
    ('DELETE', f'/v1/consents/{_ID}', 'delete_consent'),
    ('GET', f'/v1/consents/{_ID}/status', 'consent_status'),
    ('GET', f'/v1/consents/{_ID}/authorisations', 'authorisations'),
    ('POST', f'/v1/consents/{_ID}/authorisations', 'start_authorisation'),
    ('GET', f'/v1/consents/{_ID}/authorisations/{_ID}', 'sca_status'),
    ('GET', '/v1/accounts', 'accounts'),
    ('GET', f'/v1/accounts/{_ID}', 'account'),
    ('GET', f'/v1/accounts/{_ID}/balances', 'balances'),
    ('GET', f'/v1/accounts/{_ID}/transactions', 'transactions'),
    ('GET', f'/v1/accounts/{_ID}/transactions/{_ID}', 'transaction'),
)
