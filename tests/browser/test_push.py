import logging
import time

from odoo.tests import tagged

from ...sandbox.faults import fault
from ...sandbox.tatra import push
from ..cases import harness
from ..cases.browser import ServerCase
from ..cases.common import MAIN
from ..cases.processes import ProcessCase

_logger = logging.getLogger(__name__)


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestPushToServer(ServerCase):
    """A real server with its scheduler, and a bank that calls it."""

    prepare = 'prepare_push'

    @classmethod
    def prepare_arguments(cls):
        given = super().prepare_arguments()
        cls.harness = harness.Tatra()
        cls.addClassCleanup(cls.harness.server.stop)
        cls.bank = cls.harness.bank
        cls.harness.app['redirect'] = f'{given[0]}/bank_feed/return'
        settings = {name: value for name, value in cls.harness.settings().items() if isinstance(value, str)}
        cls.harness.app['webhook_secret'] = settings['webhook_secret']
        return (*given, cls.harness.server.url, settings)

    def test_paid_within_seconds(self):
        self.harness.app['webhook'] = self.prepared['webhook']
        today = self.bank.today().isoformat()
        self.bank.add_entry(MAIN, amount='321.00', booked=today, name="Customer", remittance=[self.prepared['invoice']])
        started = time.monotonic()
        self.assertEqual(push(self.bank, MAIN), [200])
        answered = time.monotonic() - started
        query = "SELECT payment_state = 'paid' FROM account_move WHERE name = '{}'".format(self.prepared['invoice'])
        self.wait_until(query, seconds=30)
        _logger.info("answered in %.0f ms, paid after %.1f s", answered * 1000, time.monotonic() - started)
        self.harness.app['webhook_secret'] = 'Basic wrong'
        self.assertEqual(push(self.bank, MAIN), [403])


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_processes')
class TestTokens(ProcessCase):
    """Several processes, one token of the bank's log-in."""

    prepare = 'prepare_push'

    @classmethod
    def prepare_arguments(cls):
        cls.harness = harness.Tatra()
        cls.addClassCleanup(cls.harness.server.stop)
        cls.bank = cls.harness.bank
        cls.harness.app['redirect'] = 'http://odoo.test/bank_feed/return'
        settings = {name: value for name, value in cls.harness.settings().items() if isinstance(value, str)}
        return 'http://odoo.test', cls.harness.server.url, settings

    def setUp(self):
        super().setUp()
        tokens = {name: dict(kept) for name, kept in self.bank.state['tokens'].items()}
        self.addCleanup(self.bank.state.__setitem__, 'tokens', tokens)  # the next test's copy has the same ones
        self.addCleanup(self.bank.state['faults'].clear)

    def refresh_tokens(self):
        return {token for token, kept in self.bank.state['tokens'].items() if kept['kind'] == 'refresh'}

    def test_one_worker_renews_the_token(self):
        """Four processes meet an old token: the bank is asked for one new one, and all go on."""
        self.run_worker('age_token')
        self.bank.state['faults'] = [fault('/token', 'slow', seconds=1)]
        before = self.refresh_tokens()
        processes = [self.worker('use_token') for _number in range(4)]
        self.assertEqual([process.communicate(timeout=120)[0].strip() for process in processes], ['1'] * 4)
        after = self.refresh_tokens()
        self.assertEqual(
            (len(after - before), len(before - after)), (1, 1), "one came, and with its first use one went"
        )

    def test_killed_between_the_banks_answer_and_the_next_step(self):
        """The bank gave new tokens to a process that was killed: the connection lives on."""
        self.run_worker('age_token')
        self.bank.state['faults'] = [fault('/token', 'slow', seconds=3)]
        process = self.worker('use_token')
        deadline = time.monotonic() + 60
        while self.bank.state['faults'][0]['times'] and time.monotonic() < deadline:
            time.sleep(0.05)
        count = len(self.bank.state['tokens'])
        process.kill()
        while len(self.bank.state['tokens']) == count and time.monotonic() < deadline:
            time.sleep(0.05)  # the bank goes on and gives them to nobody
        self.run_worker('age_token')  # the killed worker's lease is over
        self.assertEqual(self.run_worker('use_token'), 1)
