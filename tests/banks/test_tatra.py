from odoo.tests import BaseCase, tagged

from ...banks.data import Event
from ...sandbox.faults import fault
from ..cases import harness
from ..cases.common import MAIN, PSU


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestTatra(BaseCase):
    """What only Tatra banka's interface has: other banks through it, two usages, two forms of a body."""

    def setUp(self):
        super().setUp()
        self.harness = harness.Tatra()
        self.addCleanup(self.harness.server.stop)
        self.bank = self.harness.bank
        self.client = self.harness.client()

    def connect(self):
        consent, _query = self.harness.authorise(self.client, PSU)
        accounts = {account.name: account for account in self.client.accounts(consent.id, PSU)}
        return consent, accounts["Business account"], accounts["Reserve account"]

    def fetch(self, account, psu=PSU):
        return self.client.movements('', account.session_id, self.bank.today(), psu)

    @property
    def refreshes(self):
        return self.bank.state.get('refreshes', 0)

    def test_other_banks_are_asked_for_news(self):
        """At most once in half a minute, and only while a person waits; own accounts are live."""
        _consent, own, other = self.connect()
        self.assertEqual((own.bic, other.bic), ('TATRSKBX', 'GIBASKBX'))
        self.fetch(own)
        self.fetch(other, psu=None)
        self.assertEqual(self.refreshes, 0)
        self.fetch(other)
        self.fetch(other)
        self.assertEqual(self.refreshes, 1)

    def test_news_that_come_late_or_not_at_all(self):
        _consent, _own, other = self.connect()
        key, today = f'{other.iban}/EUR', self.bank.today().isoformat()
        self.bank.add_entry(key, amount='7.00', booked=today)
        self.bank.state['settings']['slow_refresh'] = True
        self.assertEqual((len(self.fetch(other).booked), self.refreshes), (1, 1))
        self.client.vault.store(refresh=0)
        self.bank.state['faults'] = [fault('/v3/refresh', 'status', status=429, code='ACCESS_EXCEEDED')]
        self.assertEqual(len(self.fetch(other).booked), 1)  # what is there can be read nevertheless
        self.assertEqual(self.bank.state['faults'][0]['times'], 0)

    def test_lists_by_state(self):
        today = self.bank.today().isoformat()
        self.bank.state['ledger'][MAIN] = []
        for state in ('booked', 'CANCELLED', None):
            self.bank.add_entry(MAIN, amount='5.00', booked=today, raw={'transactionState': state})
        _consent, own, _other = self.connect()
        self.bank.state['settings']['nested'] = True
        self.assertEqual(len(self.fetch(own).booked), 2)
        self.bank.state['settings']['nested'] = False
        self.assertEqual(len(self.fetch(own).booked), 2)

    def test_final_consumer(self):
        """Own accounts: no consent is asked for, and webhooks still find the permission."""
        self.harness.app['usage'] = 'consumer'
        self.client.settings['usage'] = 'consumer'
        consent, own, _other = self.connect()
        self.assertNotEqual(consent.id, 'own')
        self.assertEqual(self.client.consent(consent.id).status, 'valid')
        self.assertTrue(self.fetch(own).balances)
        body = b'{"consentId": "%s", "accounts": []}' % consent.id.encode()
        secret = {'Authorization': self.client.settings['webhook_secret']}
        self.assertEqual(self.client.events(body, secret), [Event(consent.id)])
        self.client.revoke_consent(consent.id)  # only the person can
        self.assertEqual(self.client.consent(consent.id).status, 'valid')
