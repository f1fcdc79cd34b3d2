"""Straight to a bank of the NextGenPSD2 family: certificates, signatures, OAuth, the bank's app, and how banks differ."""

import ssl
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

from odoo.tests import tagged

from ...banks import errors
from ..cases.common import PSU, BankServer, at_the_bank, hours_pass
from ..cases.direct_case import DirectCase
from ..cases.harness import RETURN, key_pair


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestCertificates(DirectCase):
    def test_mutual_tls(self):
        private, certificate = key_pair()
        pem = Path(self.enterContext(tempfile.TemporaryDirectory())) / 'server.pem'
        pem.write_text(private + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=certificate)
        server = BankServer(ssl_context=context)
        self.addCleanup(server.stop)
        with self.assertRaises(errors.BankUnavailable):
            self.start(self.client_with(server.url))
        client = self.client_with(server.url, qwac=private + certificate, ca=certificate)
        started = self.start(client)
        self.assertEqual(client.consent(started.consent.id).status, 'received')
        with self.assertRaises(errors.BankUnavailable):  # another bank's certificate is not trusted
            self.start(self.client_with(server.url, qwac=private + certificate))

    def test_a_certificate_of_no_use(self):
        for pem in ('', 'rubbish', key_pair()[1]):
            if pem:
                with self.assertRaises(errors.ConfigurationError) as caught:
                    self.client_with(qwac=pem)
                self.assertNotIn('BEGIN', str(caught.exception))
                with self.assertRaises(errors.ConfigurationError):
                    self.client_with(qsealc=pem)

    def test_every_message_is_signed(self):
        private, certificate = key_pair()
        self.bank.state['settings']['seals'] = [certificate]
        with self.assertRaises(errors.ConfigurationError):
            self.start(self.client_with())
        for profile in ('standard', 'sparebank'):
            client = self.client_with(qsealc=private + certificate, profile=profile)
            started = self.start(client)
            at_the_bank(started.redirect_url)
            self.assertServes(client, started.consent.id)


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestApproaches(DirectCase):
    def test_oauth(self):
        self.bank.state['settings']['sca'] = 'oauth'
        self.bank.state['apps'] = {'us': {'id': 'us', 'client_secret': 'secret', 'redirect': RETURN}}
        client = self.client_with(client_id='us', client_secret='secret')
        started = self.start(client)
        query = dict(parse_qsl(urlsplit(at_the_bank(started.redirect_url)).query))
        self.assertEqual(query['state'], 'abc')
        found = client.finish_consent(started.consent.id, started.memory, query, PSU)
        self.assertEqual(found.status, 'valid')
        client.vault.values = dict(found.memory)
        self.assertServes(client, found.id)
        client.vault.store(expires_at=0)  # the access token is old: a new one, and a new refresh token
        before = client.vault.read()['refresh_token']
        self.assertServes(client, found.id)
        self.assertNotEqual(client.vault.read()['refresh_token'], before)
        hours_pass(self.bank, 2)  # the bank lets it end earlier than it said: another one is fetched
        self.assertServes(client, found.id)
        self.assertEqual(client.finish_consent(found.id, started.memory, query, PSU).status, 'rejected')
        self.assertEqual(client.finish_consent(found.id, started.memory, {'error': 'x'}, PSU).status, 'rejected')

    def test_an_oauth_server_elsewhere_has_to_be_named(self):
        self.bank.state['settings']['sca'] = 'oauth'
        client = self.client_with(client_id='us', oauth_url='http://127.0.0.1:9/')
        with self.assertRaises(errors.BankError):
            self.start(client)

    def test_the_banks_app(self):
        self.bank.state['settings']['sca'] = 'decoupled'
        with self.assertRaises(errors.ConfigurationError):
            self.start(self.client_with())
        client = self.client_with(psu_id='jana')
        started = self.start(client)
        self.assertEqual(started.redirect_url, f'{RETURN}?state=abc')
        self.assertIn("Sandbox app", started.memory['waits'])
        consent_id = started.consent.id
        self.assertEqual(client.finish_consent(consent_id, started.memory, {}, PSU).status, 'received')
        authorisation = next(row for row in self.bank.state['authorisations'].values() if row['consent'] == consent_id)
        self.bank.log_in(authorisation, 'jana', '1111')
        self.bank.approve(authorisation, ['SK0599520000000001000001/EUR'])
        self.assertEqual(client.finish_consent(consent_id, started.memory, {}, PSU).status, 'valid')

    def test_profiles(self):
        """What a profile says is what is sent."""
        seen = []

        def wrap(app):
            def noted(environ, start_response):
                seen.append((environ['PATH_INFO'], environ))
                return app(environ, start_response)

            return noted

        server = BankServer(wrap=wrap)
        self.addCleanup(server.stop)
        for profile, path, name, value in (
            ('dnb', '/v1/consents', 'HTTP_PSU_ID', '01010112345'),
            ('sparebank', '/v1/bank-offered-consents', 'HTTP_X_ACCEPT_FIX', 'amount-as-string'),
            ('standard', '/v1/consents', 'HTTP_TPP_REDIRECT_PREFERRED', 'true'),
        ):
            client = self.client_with(server.url, profile=profile, psu_id='01010112345')
            self.start(client)
            self.assertEqual((seen[-1][0], seen[-1][1].get(name)), (path, value))
        self.assertEqual(self.client_with(profile='sparebank').institutions()[0].history_days, 89)
        client = self.client_with(server.url)
        with self.assertRaises(errors.BankError):
            client.movements('x', 'enc!!a/b?c', self.since, PSU)
        self.assertEqual(seen[-1][0], '/v1/accounts/enc!!a/b?c/transactions')
