"""Real servers that are killed while they send, and two that send the same: the bank has one order, and nobody sends it again."""

import socket
import sys
import threading
import time

import requests

from odoo.tests import tagged
from odoo.tools import config

from ...sandbox.faults import fault
from ..cases.common import MAIN, BankServer
from ..cases.processes import ProcessCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_processes')
class TestPayProcesses(ProcessCase):
    prepare = 'prepare_payments'

    @classmethod
    def prepare_arguments(cls):
        cls.server = BankServer(empty=True)
        cls.addClassCleanup(cls.server.stop)
        return cls.server.url, MAIN

    def setUp(self):
        super().setUp()
        self.bank = self.server.bank
        self.bank.state['faults'].clear()
        self.bank.state.pop('payments', None)
        self.bank.state['payment_posts'] = 0

    def odoo(self):
        """An Odoo server, and a session of the director."""
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            port = free.getsockname()[1]
        process = self.spawn(
            [
                sys.executable, '-m', 'odoo', 'server', '-c', config['config'], '-d', self.database, '--http-port', str(port),
                '--http-interface', '127.0.0.1', '--max-cron-threads=0', '--log-level=warn',
            ]
        )  # fmt: skip
        session, url = requests.Session(), f'http://127.0.0.1:{port}'
        params = {'db': self.database, 'login': 'admin', 'password': 'admin'}
        for _attempt in range(300):
            try:
                session.post(f'{url}/web/session/authenticate', json={'params': params}, timeout=60).raise_for_status()
                return process, session, url
            except requests.RequestException:
                time.sleep(0.1)
        self.fail(self.log.read_text()[-3000:])

    def press(self, session, url, button='action_send'):
        """What the director's browser gets, or nothing where the server dies meanwhile."""
        params = {'model': 'bank.payment.order', 'method': button, 'args': [[self.prepared]], 'kwargs': {}}
        try:
            return session.post(f'{url}/web/dataset/call_kw', json={'params': params}, timeout=60).json()
        except (requests.RequestException, ValueError):
            return None

    def state(self):
        return self.sql(f"SELECT state FROM bank_payment_order WHERE id = {self.prepared}")[0][0]

    def later(self):
        """Half an hour passes, and the schedule looks."""
        self.sql(
            "UPDATE bank_payment_order SET sent_at = sent_at - interval '30 minutes', next_poll = now() - interval '1 day' WHERE next_poll IS NOT NULL"
        )
        self.sql("UPDATE bank_payment_order SET sent_at = sent_at - interval '30 minutes'")
        self.run_worker('poll_payments')

    def killed_while(self, kind, taken):
        process, session, url = self.odoo()
        self.bank.state['faults'].append(fault('credit-transfers', kind, seconds=4))
        pressed = threading.Thread(target=self.press, args=(session, url))
        pressed.start()
        self.wait_until(f"SELECT state = 'sending' FROM bank_payment_order WHERE id = {self.prepared}")
        deadline = time.monotonic() + 20
        while taken and not self.bank.state['payment_posts'] and time.monotonic() < deadline:
            time.sleep(0.05)
        process.kill()
        process.wait()
        pressed.join()
        self.assertEqual(self.state(), 'sending')
        _process, session, url = self.odoo()
        self.assertIn('error', self.press(session, url))  # at once
        self.later()
        self.assertEqual(self.state(), 'unknown')
        for _time in range(2):
            self.assertIn('error', self.press(session, url))
            self.later()
        time.sleep(4)  # a bank that was slow has it by now
        self.assertEqual(self.state(), 'unknown')
        # who dies while the bank is slow may have said it, or not
        self.assertIn(self.bank.state['payment_posts'], (1,) if taken else (0, 1))

    def test_killed_before_the_bank_has_it(self):
        """6: between the commit and the bank."""
        self.killed_while('slow', taken=False)

    def test_killed_after_the_bank_has_it(self):
        """6: between the bank and the next commit."""
        self.killed_while('late', taken=True)

    def test_the_days_limit_of_two_at_once(self):
        """Who counted before the other was sent counts again."""
        self.assertEqual(self.run_worker('race_limits', self.prepared), ['None', 'True'])

    def test_two_at_once(self):
        """3: eight requests to two servers: one order at the bank, seven are told."""
        servers = [self.odoo() for _server in range(2)]
        self.bank.state['faults'].append(fault('credit-transfers', 'late', seconds=1))
        answers = []

        def press(session, url):
            answers.append(self.press(session, url))

        threads = [threading.Thread(target=press, args=servers[number % 2][1:]) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(self.bank.state['payment_posts'], 1)
        self.assertEqual(sum('result' in (answer or {}) for answer in answers), 1, answers)
        self.assertEqual(self.state(), 'waiting')
