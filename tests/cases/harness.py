"""One harness a bank client: how it is set up against its stand-in, and what its bank cannot do. The scenarios are in
tests/banks/test_scenarios.py and ask the harness, never the client's name."""

from datetime import datetime, timedelta, timezone
from functools import cache
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlsplit

from ...banks import client_class
from ...banks.crypto import self_signed
from ...banks.http import Transport
from ...sandbox.portal import register
from ...sandbox.stub import stub_class
from .common import BankServer, at_the_bank

RETURN = 'http://odoo.test/bank_feed/return'


@cache
def key_pair():
    """(private key, self-signed certificate), both PEM."""
    return self_signed("Tests", days=2, bits=2048, address=ip_address('127.0.0.1'))


class Harness:
    """A bank on localhost and how its client is set up. Subclasses are one a client."""

    code = 'nextgenpsd2'
    #: the bank's word for "no session", as its fault knob wants it; None: it has none
    revoked, expired, limited = ('CONSENT_UNKNOWN', 403), ('CONSENT_EXPIRED', 401), ('ACCESS_EXCEEDED', 429)
    #: unattended calls are counted and refused
    counts_calls = True
    #: the refusal says when the next call may come; a person's calls are not counted
    says_when, people_uncounted = False, True
    #: the person types in a token; there is no page at the bank
    by_token = False
    log_ins = 1
    #: the person comes back with a code
    gives_code = False
    #: the client asks up to the bank's own today, which a test moves
    follows_clock = True
    #: history without a person ends somewhere
    ends_history = True
    #: ids of accounts change with each permission
    session_ids = True
    #: pages, pending movements, original currencies, equal rows without an id are delivered
    pages = pending = originals = True
    #: path of a call for transactions, for faults
    transactions = 'transactions'
    #: a row as the bank would send it, of which nothing can be made, and why
    bad_rows = ()
    #: what a real bank might send instead of what is documented, laid over a good row: it must stay a movement
    odd_rows = ()

    def __init__(self, wrap=None):
        self.server = BankServer(wrap=wrap, api='' if self.code == 'nextgenpsd2' else self.code)
        self.bank = self.server.bank
        self.app = self.register()

    def register(self):
        """What the provider's portal knows of us."""
        stub = stub_class(self.code)
        if not stub:
            return {}
        given = {'redirect': RETURN, 'certificate': key_pair()[1], 'webhook': 'http://odoo.test/hook'}
        return register(self.bank, stub, **{name: given[name] for name in stub.portal_asks if name in given})

    def settings(self):
        return {'name': "Test bank"}

    def client(self, vault=None, **transport):
        cls = client_class(self.code)
        return cls(Transport(self.server.url, **transport), self.settings(), vault=vault)

    def unlock_history(self):
        """What a person does for older movements, where granting the permission is not enough."""

    def institution(self, client):
        return client.institutions()[0].code

    def authorise(self, client, psu, login='jana', state='state-1', **choice):
        """What a person does. Returns (:class:`data.Consent` at the return, query of the return address)."""
        until = datetime.now(timezone.utc).date() + timedelta(days=180)
        start = client.start_consent(f'{RETURN}?state={state}', until, psu, self.institution(client))
        location = at_the_bank(start.redirect_url, login, **choice)
        query = dict(parse_qsl(urlsplit(location).query))
        assert location.startswith(RETURN) and query['state'] == state, location
        self.memory = start.memory
        consent = client.finish_consent(start.consent.id, start.memory, query, psu)
        while consent.next_url:  # the person is not done
            self.memory = consent.memory
            query = dict(parse_qsl(urlsplit(at_the_bank(consent.next_url, login, **choice)).query))
            consent = client.finish_consent(consent.id, consent.memory, query, psu)
        if consent.memory is not None:
            client.vault.values = dict(consent.memory)
        return consent, query


class NextGenPsd2(Harness):
    bad_rows = ({'transactionAmount': {'currency': 'EUR', 'amount': 'much'}}, {'bookingDate': '31.11.2026'})
    odd_rows = (
        {'remittanceInformationUnstructured': None, 'debtorName': None, 'debtorAccount': None},
        {'transactionId': 77, 'entryReference': '0', 'bankTransactionCode': {'code': 'X'}},
        {'transactionAmount': {'currency': 'EUR', 'amount': 12.5}},
        {'debtorAccount': 'SK00', 'currencyExchange': 'x', 'balanceAfterTransaction': 7, 'purposeCode': 'NEW?'},
    )


class EnableBanking(Harness):
    code = 'enablebanking'
    gives_code = True
    revoked, expired, limited = ('REVOKED_SESSION', 401), ('EXPIRED_SESSION', 401), ('ASPSP_RATE_LIMIT_EXCEEDED', 429)
    bad_rows = (
        {'transaction_amount': {'currency': 'EUR', 'amount': None}},
        {'credit_debit_indicator': 'MAYBE'},
        {'status': 'OTHR'},
        {'booking_date': 'yesterday'},
    )
    odd_rows = (
        {'debtor': None, 'debtor_account': None, 'remittance_information': None, 'bank_transaction_code': None},
        {'entry_reference': 0, 'value_date': 20261101, 'exchange_rate': [], 'note': {}},
        {'transaction_amount': {'currency': 'EUR', 'amount': 12.5}},
        {'debtor': "A name", 'debtor_account': {'iban': None, 'other': None}, 'reference_number_schema': 'NEWS'},
    )

    def settings(self):
        return {
            'application_id': self.app['id'],
            'private_key': key_pair()[0],
            'psu_headers': ('psu-ip-address', 'psu-user-agent'),
            'consent_days': 180,
        }


class Tatra(Harness):
    code = 'tatra'
    gives_code = True
    counts_calls = False
    bad_rows = (
        {'transactionAmount': {'currency': 'EUR', 'amount': "much"}},
        {'bookingDate': None},
        {'transactionState': 'NEWS'},
    )
    odd_rows = (
        {'debtorName': None, 'debtorAccount': None, 'variableSymbol': 42, 'endToEndId': None},
        {'transactionId': "0", 'debtorAgent': {'bic': 'X'}, 'originalAmount': "x"},
        {'transactionAmount': {'currency': 'EUR', 'amount': "12.50"}, 'isReversal': None},
        {'debtorAccount': "SK00", 'remittanceInformationUnstructured': None, 'debtorAgent': 'TATRSKBX'},
    )

    def settings(self):
        return {
            'client_id': self.app['id'],
            'client_secret': self.app['client_secret'],
            'usage': 'tpp',
            'webhook_secret': 'Basic dGVzdDp0ZXN0',
            'poll_seconds': 0.05,
            'pays': 'yes',
        }


class Ponto(Harness):
    code = 'ponto'
    gives_code = True
    counts_calls = ends_history = originals = False
    revoked, expired, limited = ('integrationRevoked', 403), ('authorizationExpired', 403), ('tooManyRequests', 429)
    bad_rows = ({'amount': None}, {'executionDate': 'soon'}, {'currency': 978})
    odd_rows = (
        {'counterpartName': None, 'remittanceInformation': None, 'endToEndId': 5},
        {'amount': '12.50', 'remittanceInformationType': 'news', 'valueDate': 7},
        {'counterpartReference': ['x'], 'additionalInformation': {}},
    )

    def settings(self):
        self.app.update(signature_certificate=key_pair()[1], signature_id='b1d3c2a4')
        return {
            'client_id': self.app['id'],
            'client_secret': self.app['client_secret'],
            'page': f'{self.server.url}oauth2/auth',
            'pays': 'yes',
            'signature_certificate': key_pair()[1] + key_pair()[0],
            'signature_id': 'b1d3c2a4',
        }


class Aiia(Harness):
    code = 'aiia'
    gives_code = True
    counts_calls = ends_history = False
    transactions = 'query'
    revoked, expired, limited = (
        ('ConsentRevoked', 403),
        ('ConnectionUpdateRequired', 403),
        ('ConnectionRateLimited', 429),
    )
    bad_rows = (
        {'transactionAmount': {'value': "much", 'currency': 'EUR'}},
        {'date': None},
        {'transactionAmount': {'value': 1, 'currency': 978}},
    )
    odd_rows = (
        {'detail': None, 'text': None, 'originalText': None, 'type': 7},
        {'id': 0, 'detail': {'source': "A name", 'identifiers': [], 'valueDate': 20261101}, 'balance': 7},
        {'transactionAmount': {'value': '12.50', 'currency': 'EUR'}, 'state': None, 'isDeleted': None},
        {'detail': {'source': {'name': None, 'account': 'SK00'}, 'currencyConversion': 'x', 'message': ['x']}},
    )

    def settings(self):
        return {
            'client_id': self.app['client_id'],
            'client_secret': self.app['client_secret'],
            'webhook_secret': self.app['webhook_secret'],
            'pays': 'yes',
        }

    def revoke_at_bank(self):
        for consent in self.bank.state['consents'].values():
            self.bank.end_consent(consent['id'])


class GoCardless(NextGenPsd2):
    code = 'gocardless'
    pages = people_uncounted = ends_history = False
    says_when = True
    revoked, expired, limited = ('AccountInactiveError', 403), ('AccessExpiredError', 401), ('RateLimitError', 429)

    def settings(self):
        return {'secret_id': self.app['secret_id'], 'secret_key': self.app['secret_key'], 'history_days': 730}


class Kh(NextGenPsd2):
    code = 'kh'
    #: the person goes to the bank twice
    log_ins = 2

    def revoke_at_bank(self):
        for number in [*self.bank.state['consents']]:
            self.bank.end_consent(number)


class Fio(Harness):
    code = 'fio'
    by_token = True
    follows_clock = False
    counts_calls = session_ids = pages = pending = False
    revoked, expired, limited = None, None, ('TOO_SOON', 409)
    bad_rows = ({'column0': None}, {'column1': {'value': "much"}}, {'column14': {'value': 7}})
    odd_rows = (
        {'column10': None, 'column2': None, 'column3': None, 'column16': None, 'column22': {'value': '0'}},
        {'column0': {'value': 1790000000000, 'id': 0}, 'column5': {'value': 17}, 'column99': {'value': 'new'}},
        {'column1': {'value': '12.50'}, 'column18': {'value': 'rate unknown'}, 'column8': []},
    )

    def __init__(self, wrap=None):
        super().__init__(wrap)
        self.bank.state['settings']['seconds_between'] = 0.02

    def settings(self):
        return {'seconds_between_calls': 0.1}

    def authorise(self, client, psu, **_choice):
        consent = client.grant(self.app['token'], self.bank.today() + timedelta(days=180), psu)
        client.vault.store(**consent.memory)
        return consent, {}

    def unlock_history(self):
        self.app['unlocked'] = self.bank.now().isoformat()

    def revoke_at_bank(self):
        self.app['deleted'] = True


HARNESSES = (NextGenPsd2, EnableBanking, Tatra, GoCardless, Ponto, Fio, Aiia, Kh)
