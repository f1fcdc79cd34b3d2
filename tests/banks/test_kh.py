"""K&H: an application with a token, one consent an account, one basket."""

from urllib.parse import parse_qsl, urlsplit

from odoo.tests import BaseCase, tagged

from ...banks import data, errors
from ...banks.vault import Vault
from ..cases import harness
from ..cases.common import MAIN, PSU, at_the_bank
from ..cases.judge import Judge, specification_path


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestKh(BaseCase):
    def setUp(self):
        super().setUp()
        self.calls = []

        def wrap(app):
            def noted(environ, start_response):
                self.calls.append((environ['REQUEST_METHOD'], environ['PATH_INFO']))
                return app(environ, start_response)

            return noted

        self.harness = harness.Kh(wrap)
        self.addCleanup(self.harness.server.stop)
        self.bank, self.client = self.harness.bank, self.harness.client()
        self.client.app_vault = self.client.application.vault = Vault()

    def count(self, method, path):
        return len([call for call in self.calls if call[0] == method and call[1].startswith(path)])

    def fetch(self, consent, account):
        return self.client.movements(consent.id, account.session_id, self.bank.today(), PSU)

    def test_one_basket_for_all_accounts(self):
        consent, _query = self.harness.authorise(self.client, PSU)
        self.assertEqual(self.count('POST', '/tpp/app'), 1, "registered by itself")
        self.assertEqual((self.count('POST', '/v1/consents'), self.count('POST', '/v1/signing-baskets')), (4, 2))
        accounts = self.client.accounts(consent.id, PSU)
        self.assertEqual([f'{one.iban}/{one.currency}' for one in accounts].count(MAIN), 1)
        self.assertEqual(len({one.session_id.partition('.')[0] for one in accounts}), 3, "a consent each")
        self.harness.authorise(self.client, PSU)
        self.assertEqual(self.count('POST', '/tpp/app'), 1, "once")

    def test_an_account_alone_needs_no_basket(self):
        consent, _query = self.harness.authorise(self.client, PSU, login='eva')
        self.assertEqual((consent.status, len(self.client.accounts(consent.id, PSU))), ('valid', 1))
        self.assertEqual(self.count('POST', '/v1/signing-baskets'), 0)

    def test_some_accounts_only(self):
        """What the person does not tick in the basket is not given."""
        start = self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)
        query = dict(parse_qsl(urlsplit(at_the_bank(start.redirect_url)).query))
        more = self.client.finish_consent(start.consent.id, start.memory, query, PSU)
        self.assertEqual((more.status, bool(more.next_url)), ('received', True))
        at_the_bank(more.next_url, accounts=[MAIN])
        consent = self.client.finish_consent(more.id, more.memory, query, PSU)
        self.client.vault.values = dict(consent.memory)
        self.assertEqual(consent.status, 'valid')
        self.assertEqual([f'{one.iban}/{one.currency}' for one in self.client.accounts(consent.id, PSU)], [MAIN])

    def test_refused_at_either_log_in(self):
        start = self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)
        at_the_bank(start.redirect_url, approve=False)
        self.assertEqual(self.client.finish_consent(start.consent.id, start.memory, {}, PSU).status, 'rejected')
        start = self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)
        at_the_bank(start.redirect_url)
        more = self.client.finish_consent(start.consent.id, start.memory, {}, PSU)
        self.assertEqual(self.client.finish_consent(more.id, more.memory, {}, PSU).status, 'received')
        at_the_bank(more.next_url, approve=False)
        self.assertEqual(self.client.finish_consent(more.id, more.memory, {}, PSU).status, 'rejected')

    def test_a_token_that_has_expired(self):
        consent, _query = self.harness.authorise(self.client, PSU)
        before = self.client.application.known
        self.bank.state['settings']['token_seconds'] = -1
        with self.assertRaises(errors.ConfigurationError):
            self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)  # asked once for another
        self.bank.state['settings']['token_seconds'] = 600
        self.client.app_vault.store(application={**before, 'token': 'old'})
        self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)
        self.assertNotEqual(self.client.application.known['token'], 'old')
        self.assertEqual(self.client.application.known['id'], before['id'])
        self.assertTrue(self.client.accounts(consent.id, PSU), "the consent's own token goes on")

    def test_one_account_ends_the_others_go_on(self):
        consent, _query = self.harness.authorise(self.client, PSU)
        first, second, _third = self.client.accounts(consent.id, PSU)
        self.bank.end_consent(first.session_id.partition('.')[0])
        with self.assertRaises(errors.AccountUnknown):
            self.fetch(consent, first)
        self.assertIsNotNone(self.fetch(consent, second))
        self.assertEqual(self.client.consent(consent.id).status, 'valid')
        self.assertEqual(len(self.client.accounts(consent.id, PSU)), 2)
        self.client.revoke_consent(consent.id)
        self.assertIn(self.client.consent(consent.id).status, data.CONSENT_ENDED)
        with self.assertRaises(errors.ConsentError):
            self.fetch(consent, second)

    def test_an_account_of_another_consent(self):
        consent, _query = self.harness.authorise(self.client, PSU)
        other = '0' * 24
        for session in (f'{other}.x', other, '.', 'x'):
            with self.assertRaises(errors.AccountUnknown):
                self.client.movements(consent.id, session, self.bank.today(), PSU)

    def test_the_page_wants_the_token(self):
        start = self.client.start_consent(f'{harness.RETURN}?state=a', self.bank.today(), PSU)
        parts = urlsplit(start.redirect_url)
        self.assertEqual(dict(parse_qsl(parts.query)), {'token': self.client.application.known['token']})
        self.assertNotIn(self.client.application.known['token'], repr(start.consent))


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestKhConformance(BaseCase):
    """Requests and answers below v1/, held against the official description."""

    def test_everything(self):
        if not specification_path():
            self.skipTest("The official OpenAPI description is not beside this checkout (shared/specs).")
        judges = []

        def wrap(app):
            judges.append(Judge(app, specification_path()))
            return judges[0]

        bank = harness.Kh(wrap)
        self.addCleanup(bank.server.stop)
        client = bank.client()
        consent, _query = bank.authorise(client, PSU)
        account = client.accounts(consent.id, PSU)[0]
        client.movements(consent.id, account.session_id, bank.bank.today(), PSU)
        client.consent(consent.id)
        client.revoke_consent(consent.id)
        self.assertEqual(judges[0].complaints, [])
        seen = {(method, path) for method, path, _status in judges[0].seen}
        self.assertIn(('post', '/v1/signing-baskets'), seen)
        self.assertEqual(len(seen), 7, seen)
