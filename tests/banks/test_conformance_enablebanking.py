from odoo.tests import BaseCase, tagged

from ...banks import errors
from ..cases import harness
from ..cases.common import PSU
from ..cases.judge import Judge, specification_path

FILE = 'enablebanking/openapi-1.0.0.yml'


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestEnableBankingConformance(BaseCase):
    """Every request of the client and every answer of its stand-in, held against the provider's own description."""

    def setUp(self):
        super().setUp()
        if not specification_path(FILE):
            self.skipTest("Enable Banking's OpenAPI description is not beside this checkout (shared/specs).")

        def wrap(app):
            self.judge = Judge(app, specification_path(FILE))
            return self.judge

        self.harness = harness.EnableBanking(wrap=wrap)
        self.addCleanup(self.harness.server.stop)
        self.bank = self.harness.bank

    def test_everything(self):
        self.bank.state['settings']['page_size'] = 5
        client = self.harness.client()
        client.test()
        consent, query = self.harness.authorise(client, PSU)
        since = self.bank.today().replace(day=1)
        client.consent(consent.id)
        account = client.accounts(consent.id, PSU)[0]
        client.vault.values.clear()  # without what was kept, the details are asked for
        client.accounts(consent.id, PSU)
        for psu in (PSU, None, None, None, None):
            client.movements(consent.id, account.session_id, since, psu)
        for attempt in (
            lambda: client.movements(consent.id, account.session_id, since, None),
            lambda: client.movements(consent.id, '00000000-0000-0000-0000-000000000000', since, PSU),
        ):
            with self.assertRaises(errors.BankError):
                attempt()
        self.assertEqual(client.finish_consent('x', {}, query, PSU).status, 'rejected')
        client.revoke_consent(consent.id)
        with self.assertRaises(errors.ConsentError):
            client.movements(consent.id, account.session_id, since, PSU)
        self.assertEqual(self.judge.complaints, [])
        self.assertGreaterEqual(len({(method, path) for method, path, _status in self.judge.seen}), 9)

    def test_the_judge_complains(self):
        """Of an answer that breaks the description."""
        client = self.harness.client()
        consent, _query = self.harness.authorise(client, PSU)
        account = next(row for row in client.accounts(consent.id, PSU) if row.currency == 'EUR')
        key = f'{account.iban}/EUR'
        day = self.bank.today().isoformat()
        self.bank.add_entry(key, amount='1.00', booked=day, raw={'transaction_amount': {'currency': 'EUR'}})
        client.movements(consent.id, account.session_id, self.bank.today(), PSU)
        self.assertTrue(any('amount' in complaint for complaint in self.judge.complaints))
