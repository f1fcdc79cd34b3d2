from datetime import date, timedelta

import requests

from odoo.tests import tagged

from ...banks import errors
from ..cases.client_case import ClientCase
from ..cases.common import PSU, at_the_bank
from ..cases.judge import Judge, specification_path


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestConformance(ClientCase):
    """Every request of the client and every answer of the sandbox bank, held against the official description."""

    def wrap(self, app):
        self.judge = Judge(app, specification_path())
        return self.judge

    def setUp(self):
        if not specification_path():
            self.skipTest("The official OpenAPI description is not beside this checkout (shared/specs).")
        super().setUp()

    def test_everything(self):
        self.bank.state['settings']['page_size'] = 3
        self.server.pay(amount='10.00', remittance=["One", "Two"], structured='RF18539007547034')
        start = self.client.start_consent('http://odoo.test/return?state=abc', date.today() + timedelta(days=180), PSU)
        self.client.finish_consent(start.consent.id, start.memory, {}, PSU)
        at_the_bank(start.redirect_url)
        consent_id = start.consent.id
        self.client.finish_consent(consent_id, start.memory, {}, PSU)
        account = self.client.accounts(consent_id, PSU)[0]
        for psu in (PSU, None, None, None, None):
            self.client.movements(consent_id, account.session_id, self.since, psu)
        headers = {
            'Consent-ID': consent_id,
            'X-Request-ID': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721',
            'PSU-IP-Address': '192.0.2.1',
        }
        row = self.client.movements(consent_id, account.session_id, self.since, PSU).booked[0]
        for path in (
            f'accounts/{account.session_id}',
            f'accounts/{account.session_id}/balances',
            f'accounts/{account.session_id}/transactions/{row.transaction_id}',
            f'consents/{consent_id}/status',
            f'consents/{consent_id}/authorisations',
            'accounts/none',
            'accounts/none/balances',
            'consents/none',
        ):
            requests.get(f'{self.server.url}v1/{path}', headers=headers, timeout=20)
        with self.assertRaises(errors.RateLimited):
            self.client.movements(consent_id, account.session_id, self.since, None)
        self.bank.advance(days=1)
        long_ago = date.today() - timedelta(days=500)
        self.assertTrue(self.client.movements(consent_id, account.session_id, long_ago, None).first_day)
        self.client.revoke_consent(consent_id)
        with self.assertRaises(errors.ConsentError):
            self.client.accounts(consent_id, PSU)
        self.assertEqual(self.judge.complaints, [])
        self.assertGreaterEqual(len({(method, path) for method, path, _status in self.judge.seen}), 10)

    def test_the_judge_complains(self):
        """It would see a wrong answer and a wrong request."""
        self.server.pay(amount='1.00', raw={'transactionAmount': {'amount': 5, 'currency': 'EUR'}})
        self.movements()
        self.assertTrue([text for text in self.judge.complaints if 'transactionAmount' in text])
        self.judge.complaints.clear()
        self.client._call(
            'POST',
            'v1/consents',
            PSU,
            headers={
                'TPP-Redirect-URI': 'http://a.test',
                'PSU-IP-Address': '192.0.2.1',
                'TPP-Redirect-Preferred': 'maybe',
            },
            body={
                'access': {},
                'recurringIndicator': True,
                'validUntil': '2099-01-01',
                'frequencyPerDay': 4,
                'combinedServiceIndicator': False,
            },
        )
        self.assertTrue([text for text in self.judge.complaints if 'TPP-Redirect-Preferred' in text])


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestSandboxRules(ClientCase):
    """The sandbox bank refuses what a real one refuses."""

    def ask(self, method='GET', path='v1/accounts', body=None, **headers):
        sent = {
            'X-Request-ID': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721',
            **{name.replace('_', '-'): value for name, value in headers.items()},
        }
        answer = requests.request(method, self.server.url + path, json=body, headers=sent, timeout=20)
        return answer.status_code, (
            answer.json()['tppMessages'][0]['code'] if answer.status_code >= 400 else answer.json()
        )

    def test_headers(self):
        self.assertEqual(self.ask(X_Request_ID='7'), (400, 'FORMAT_ERROR'))
        self.assertEqual(self.ask(), (400, 'FORMAT_ERROR'))
        self.assertEqual(self.ask(Consent_ID='x'), (403, 'CONSENT_UNKNOWN'))
        self.assertEqual(self.ask(Consent_ID='x', Accept='application/xml'), (406, 'REQUESTED_FORMATS_INVALID'))
        self.assertEqual(self.ask('PUT', Consent_ID='x'), (405, 'SERVICE_INVALID'))
        self.assertEqual(self.ask(path='v1/nothing'), (404, 'RESOURCE_UNKNOWN'))

    def test_consent_bodies(self):
        good = {
            'access': {'accounts': []},
            'recurringIndicator': True,
            'validUntil': '2099-01-01',
            'frequencyPerDay': 4,
            'combinedServiceIndicator': False,
        }
        people = {'PSU_IP_Address': '192.0.2.1', 'TPP_Redirect_URI': 'http://a.test/'}
        for change in (
            {'validUntil': '2001-01-01'},
            {'validUntil': 7},
            {'frequencyPerDay': 5},
            {'frequencyPerDay': True},
            {'access': {'accounts': [], 'balances': [{'iban': 'x'}]}},
            {'access': 1},
        ):
            self.assertEqual(
                self.ask('POST', 'v1/consents', {**good, **change}, **people), (400, 'FORMAT_ERROR'), change
            )
        self.assertEqual(
            self.ask('POST', 'v1/consents', good, TPP_Redirect_URI='http://a.test/'), (400, 'FORMAT_ERROR')
        )
        self.assertEqual(self.ask('POST', 'v1/consents', good, PSU_IP_Address='192.0.2.1'), (400, 'FORMAT_ERROR'))
        self.assertEqual(self.ask('POST', 'v1/consents', [], **people), (400, 'FORMAT_ERROR'))
        status, first = self.ask('POST', 'v1/consents', good, **people)
        self.assertEqual(status, 201)
        self.assertEqual(
            self.ask('POST', 'v1/consents', good, **people)[1]['consentId'],
            first['consentId'],
            "the same request again is the same consent",
        )
        self.assertEqual(
            self.ask('POST', 'v1/consents', {**good, 'frequencyPerDay': 1}, **people), (400, 'FORMAT_ERROR')
        )

    def test_transactions_parameters(self):
        consent_id, _location = self.consent()
        path = f'v1/accounts/{self.main_account(consent_id).session_id}/transactions'
        for query in (
            '',
            '?bookingStatus=booked',
            '?dateFrom=2026-01-01',
            '?bookingStatus=all&dateFrom=2026-01-01',
            '?bookingStatus=booked&dateFrom=x',
        ):
            self.assertEqual(
                self.ask(path=path + query, Consent_ID=consent_id, PSU_IP_Address='192.0.2.1'),
                (400, 'FORMAT_ERROR'),
                query,
            )

    def test_large_request(self):
        answer = requests.post(
            f'{self.server.url}v1/consents',
            data=b'x' * 2_000_000,
            headers={'X-Request-ID': '99391c7e-ad88-49ec-a2ad-99ddcb1f7721'},
            timeout=20,
        )
        self.assertEqual(answer.status_code, 413)
