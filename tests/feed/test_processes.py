import sys
import threading
from collections import Counter

from odoo.tests import tagged
from odoo.tools import config

from ...sandbox.faults import fault
from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, BankServer
from ..cases.processes import ProcessCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_processes')
class TestProcesses(ProcessCase):
    """Promise 1 with real processes: killed at any point, and two at once."""

    prepare = 'prepare'

    @classmethod
    def prepare_arguments(cls):
        """One bank for all tests, and all accounts of a customer connected."""
        cls.server = BankServer(empty=True)
        cls.addClassCleanup(cls.server.stop)
        cls.server.bank.state['settings'].update(limit=False, page_size=200)
        cls.accounts = [account_key(account) for account in accounts_of('jana')]
        return cls.server.url, cls.accounts

    def setUp(self):
        super().setUp()
        self.server.bank.state['ledger'].clear()
        self.server.bank.state['faults'].clear()

    def only(self, key):
        """Only one account is fetched."""
        self.sql(f"UPDATE bank_feed SET active = FALSE WHERE account_number <> '{key.split('/')[0]}'")
        self.sql("DELETE FROM bank_feed_run WHERE feed_id IN (SELECT id FROM bank_feed WHERE NOT active)")

    def fill(self, key, count):
        for number in range(count):
            self.server.pay(
                key,
                amount=f'{1 + number / 100:.2f}',
                days=number % 60,
                remittance=[f"Payment {number}"],
                anonymous=number % 2 == 1,
            )

    def ledger(self, keys):
        """What the bank has, as (account, amount, day)."""
        return Counter(
            (key.split('/')[0], entry['amount'], entry['booked'])
            for key in keys
            for entry in self.server.bank.entries(key, 'booked')
        )

    def books(self, report):
        return Counter((account, amount, day) for account, _uid, amount, day in report['lines'])

    def time_passes(self):
        """The killed worker's lease runs out, and the account is due."""
        self.sql(
            "UPDATE bank_feed SET lease_until = now() at time zone 'utc' - interval '1 minute' WHERE lease_until IS NOT NULL"
        )
        self.sql("UPDATE bank_feed SET next_fetch = now() at time zone 'utc' - interval '1 minute'")
        self.sql("UPDATE bank_feed_run SET started = started - interval '2 days'")

    def kill_when(self, query):
        worker = self.worker('fetch')
        self.wait_until(query)
        worker.kill()  # SIGKILL: no handler, no rollback, no goodbye
        self.assertEqual(worker.wait(), -9)

    def test_killed_at_any_point(self):
        self.fill(MAIN, 620)
        self.only(MAIN)
        running = "SELECT count(*) > 0 FROM bank_feed_run WHERE state = 'running'"

        self.server.bank.state['faults'].append(fault('transactions', 'slow', seconds=3))
        self.kill_when(running)  # while the bank answers
        report = self.report()
        self.assertEqual((report['lines'], report['pointers']), ([], ['']))

        self.time_passes()
        self.kill_when(
            "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'INSERT INTO%account_bank_statement_line%'"
        )  # in the first chunk
        report = self.report()
        self.assertEqual(report['pointers'], [''])
        self.assertIn(len(report['lines']), (0, 500), "a chunk is there as a whole or not at all")

        self.time_passes()
        self.kill_when(
            "SELECT count(*) >= 500 FROM account_bank_statement_line"
        )  # between two chunks, or in the second
        report = self.report()
        self.assertEqual(report['pointers'], [''], "the pointer moves with the last line only")
        self.assertEqual(len(report['lines']), 500)
        self.assertTrue(report['posted'])

        self.time_passes()
        self.run_worker('fetch')
        report = self.report()
        self.assertEqual(self.books(report), self.ledger([MAIN]))
        self.assertEqual(len(report['lines']), 620)
        self.assertEqual(report['names'], 620, "every entry has a number of its own")
        self.assertTrue(report['posted'])
        self.assertEqual(report['pointers'], [self.server.bank.today().isoformat()])
        self.assertEqual(Counter(state for _account, state, _new in report['runs']), {'failed': 3, 'done': 1})

    def test_rotate_keys_command(self):
        """While others write the same records all the time, everything is sealed anew, the old key goes, fetching goes on."""
        self.fill(MAIN, 3)
        self.only(MAIN)
        sealed = self.sql("SELECT bank_ref_sealed FROM bank_consent")
        file = self.place.keys
        key = file.read_text()
        paths = ','.join(str(path) for path in config['addons_path'])
        command = [f'--addons-path={paths}', 'bank_feed_rotate_keys', '-c', str(config['config']), '-d', self.database]
        process = self.spawn([sys.executable, '-m', 'odoo', *command])
        busy = threading.Event()

        def load():
            while not busy.is_set():  # each keeps the rows for a moment
                self.sql("UPDATE bank_consent SET write_date = now(); SELECT pg_sleep(0.15)")

        thread = threading.Thread(target=load)
        thread.start()
        try:
            told = process.communicate(timeout=180)[0]
        finally:
            busy.set()
            thread.join()
        self.assertIn("2 secrets are sealed", told, self.log.read_text()[-2000:])
        self.assertEqual(process.returncode, 0)
        self.assertNotEqual(self.sql("SELECT bank_ref_sealed FROM bank_consent"), sealed)
        self.assertEqual(len(file.read_text().split()), 1)
        self.assertNotEqual(file.read_text(), key)
        self.run_worker('fetch')
        self.assertEqual(len(self.report()['lines']), 3)

    def test_two_workers_at_once(self):
        keys = self.accounts
        for key in keys:
            self.fill(key, 150)
        self.server.bank.state['faults'].append(fault('transactions', 'slow', seconds=1, times=3))
        workers = [self.worker('fetch') for _number in range(2)]
        codes = [worker.wait(timeout=300) for worker in workers]
        self.assertIn(0, codes)  # the other one may be told that the job runs already
        report = self.report()
        self.assertEqual(self.books(report), self.ledger(keys))
        self.assertEqual(sorted(new for _account, state, new in report['runs'] if state == 'done'), [150, 150, 150])

    def test_two_workers_past_the_jobs_own_lock(self):
        """Odoo lets a job run once at a time. Behind that lock the feeds have their own: two workers that both are in the job."""
        keys = self.accounts
        for key in keys:
            self.fill(key, 120)
        self.server.bank.state['faults'].append(fault('transactions', 'slow', seconds=1, times=9))
        workers = [self.worker('fetch_feeds') for _number in range(2)]
        self.assertEqual([worker.wait(timeout=300) for worker in workers], [0, 0], self.log.read_text()[-3000:])
        report = self.report()
        self.assertEqual(self.books(report), self.ledger(keys))
        self.assertEqual(
            [new for _account, _state, new in report['runs']],
            [120, 120, 120],
            "each account was fetched by one of them",
        )


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_processes')
class TestLeaving(ProcessCase):
    """Who uninstalls the module goes on invoicing."""

    def test_uninstalled(self):
        before, after, gone = self.run_worker('leave')
        self.assertTrue(gone)
        self.assertEqual([model for model, _reference in before], ['sk', 'cz', 'odoo'])
        self.assertTrue(before[0][1].isdigit())
        self.assertEqual([model for model, _reference in after], ['odoo'] * 3)
        self.assertTrue(all(reference for _model, reference in after))
