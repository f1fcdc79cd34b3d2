"""Answers that no description allows: an error of ours in plain words, never another exception, never a wrong booking."""

import json
import tracemalloc
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from odoo.tests import BaseCase, tagged

from ...banks import BankClient, client_class, errors, fio
from ...banks.http import Answer, Transport, parse_json
from ...banks.nextgenpsd2.errors import raise_for
from ...banks.nextgenpsd2.signature import Signer
from ..cases import harness
from ..cases.common import PSU

LOGGER = BankClient.__module__


class Hostile(BaseHTTPRequestHandler):
    """Answers whatever the test wants: (status, headers, body)."""

    answer = (200, {}, b'{}')

    def do_GET(self):
        status, headers, body = self.answer
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_DELETE = do_PUT = do_GET

    def log_message(self, *_args):
        pass


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestHostile(BaseCase):
    def setUp(self):
        super().setUp()
        self.server = ThreadingHTTPServer(('127.0.0.1', 0), Hostile)
        Thread(target=self.server.serve_forever, daemon=True).start()
        self.addCleanup(self.server.server_close)
        self.addCleanup(self.server.shutdown)
        self.url = f'http://127.0.0.1:{self.server.server_port}/'

    def answer(self, body, status=200, **headers):
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        Hostile.answer = (status, {'Content-Type': 'application/json', **headers}, content)

    def clients(self):
        for cls in harness.HARNESSES:
            settings = {'name': "x", 'client_id': 'x', 'client_secret': 'x', 'page': 'http://x', 'poll_seconds': 0}
            settings.update(application_id='x', private_key=harness.key_pair()[0], secret_id='x', secret_key='x')
            client = client_class(cls.code)(Transport(self.url), {**settings, 'seconds_between_calls': 0})
            client.vault.store(
                access_token='x', expires_at=9e12, token='x' * 64, account={'session_id': 'a', 'currency': 'CZK'}
            )
            client.app_vault.store(access='x', access_until=9e12)
            yield client

    def test_every_client_and_every_nonsense(self):
        """All that models call, against answers of every wrong kind: a BankError, or nothing worth an error."""
        wrong = (
            [], {}, 5, "x", None, [[]], [5],
            {'transactions': 5, 'accounts': 5, 'data': 5, 'aspsps': 5, 'accountStatement': 5},
            {'transactions': [5], 'accounts': [5], 'data': [5], 'aspsps': [5], 'accountStatement': {'info': 5}},
            {'transactions': {'booked': [5]}, 'accounts': [{}], 'data': [{}], 'aspsps': [{}], 'balances': [5]},
            {'access_token': 'a€', 'expires_in': '²', 'consentId': 'č', 'id': 5, 'url': 5, 'redirect_urls': 5},
            {'access': {'valid_until': 5}, 'session_id': [], 'status': {}, 'accounts_data': [{'uid': 5}]},
            {'_links': {'next': {'href': 'https://[evil'}}, 'links': {'next': 'https://[evil'}, 'transactions': []},
            {'accountStatement': {'info': {}, 'transactionList': {'transaction': 'x'}}},
        )  # fmt: skip
        for body in wrong:
            for status in (200, 400, 401, 403, 404, 429):
                self.answer(body, status)
                for client in self.clients():
                    # reading itself is tolerant: the last net, which logs a warning, is not needed
                    with (
                        self.subTest(client=client.code, body=body, status=status),
                        self.assertNoLogs(LOGGER, 'WARNING'),
                    ):
                        self.call_everything(client)

    def call_everything(self, client):
        today = date.today()
        for name, *arguments in (
            ('institutions',),
            ('test',),
            ('start_consent', 'http://o/r?state=s', today, PSU, 'SK:x'),
            ('finish_consent', 'i', {'verifier': 'v', 'token_url': 'x', 'redirect': 'r'}, {'code': 'c'}, PSU),
            ('grant', 'x' * 64, today, PSU),
            ('consent', 'i', PSU),
            ('revoke_consent', 'i'),
            ('accounts', 'i', PSU),
            ('movements', 'i', 'a', today, PSU),
            ('synchronise', 'i', 'http://o/r?state=s', PSU),
        ):
            by_token = client.capabilities.authorisation == 'token'
            if name in (('start_consent', 'finish_consent') if by_token else ('grant',)):
                continue  # the other way to a permission
            try:
                getattr(client, name)(*arguments)
            except errors.BankError:
                continue

    def test_webhook_bodies(self):
        client = client_class('tatra')(Transport(self.url), {'webhook_secret': 'x'})
        for body in (b'', b'{', b'[]', b'5', b'{"consentId": "c", "accounts": 5}', b'[{"transactionEvent": 7}, null]'):
            self.assertIsInstance(client.events(body, {'Authorization': 'x'}), list)
            self.assertIsNone(client.events(body, {'Authorization': 'y'}))
            self.assertIsNone(client.events(body, {'Authorization': 'č'}))

    def test_numbers_that_fill_the_memory(self):
        tracemalloc.start()
        for number in (b'1e99999999999999999999', b'1e100000000', b'1e-100000000', b'NaN', b'9' * 5000):
            with self.assertRaises(errors.BadAnswer):
                parse_json(b'{"a": ' + number + b'}')
        self.assertLess(tracemalloc.get_traced_memory()[1], 20_000_000)
        tracemalloc.stop()
        self.assertEqual(parse_json(b'{"a": 12.50, "b": 1E+2}'), {'a': Decimal('12.50'), 'b': Decimal('1E+2')})

    def test_the_status_counts_where_the_body_is_empty(self):
        for body in (b'', b'<html>', b'{"half'):
            limited = Answer(429, {'Content-Type': 'application/json', 'Retry-After': '77'}, body, '')
            with self.assertRaises(errors.RateLimited) as caught:
                raise_for(limited)
            self.assertEqual(caught.exception.retry_after, 77)
            with self.assertRaises(errors.ConsentError):
                raise_for(Answer(401, {'Content-Type': 'application/json'}, body, ''))
        self.assertIsNone(Answer(429, {'Retry-After': '²'}, b'', '').retry_after)
        self.answer(b'', 204)
        client_class('nextgenpsd2')(Transport(self.url), {}).revoke_consent('x')

    def test_a_day_in_milliseconds_is_the_banks_day(self):
        self.assertEqual(fio._day(1340661600000), date(2012, 6, 26))  # 2012-06-26T00:00+02:00
        self.assertEqual(fio._day('2012-06-26+0200'), date(2012, 6, 26))
        self.assertIsNone(fio._day(10**40))
        self.assertIsNone(fio._day(True))

    def test_one_row_without_its_list(self):
        row = {'column0': {'value': '2026-11-01+0100'}, 'column1': {'value': 5}, 'column14': {'value': 'CZK'}}
        self.assertEqual(fio._listed({'transactionList': {'transaction': row}}), [row])
        self.assertEqual(fio._listed({'transactionList': None}), [])
        with self.assertRaises(errors.BadAnswer):
            fio._listed({'transactionList': {'transaction': "x"}})

    def test_a_seal_that_cannot_sign(self):
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Štát")])
        now = datetime.now(timezone.utc)
        builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).serial_number(7)
        builder = builder.not_valid_before(now).not_valid_after(now + timedelta(days=1)).public_key(key.public_key())
        certificate = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        ).decode()
        with self.assertRaises(errors.ConfigurationError):
            Signer(certificate + private)

    def test_a_permission_is_never_longer_than_the_bank_allows(self):
        own = harness.EnableBanking()
        self.addCleanup(own.server.stop)
        client = own.client()
        client.settings['consent_days'] = 180
        own.bank.state['settings']['longest_seconds'] = 180 * 86400
        client.start_consent(f'{harness.RETURN}?state=s', date.today() + timedelta(days=180), PSU, 'SK:Sandbox Bank')
        client.settings['consent_days'] = 181
        with self.assertRaises(errors.RequestRefused):
            client.start_consent(
                f'{harness.RETURN}?state=s', date.today() + timedelta(days=181), PSU, 'SK:Sandbox Bank'
            )
