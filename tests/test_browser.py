import re
import shutil
import socket
import sys
import time
import urllib.request

from odoo.tests import tagged
from odoo.tools import config

from .processes import ProcessCase

FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
]


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowser(ProcessCase):
    """A person, a real browser, a real server with its own scheduler: from *Connect a Bank* to a paid invoice."""

    def setUp(self):
        super().setUp()
        from playwright.sync_api import sync_playwright

        with socket.socket() as probe:
            probe.bind(('127.0.0.1', 0))
            self.port = probe.getsockname()[1]
        self.url = f'http://127.0.0.1:{self.port}'
        self.invoice = self.run_worker('prepare_sandbox', self.url)
        self.spawn(
            [
                sys.executable,
                '-m',
                'odoo',
                'server',
                '-c',
                str(config['config']),
                '-d',
                self.database,
                '--http-port',
                str(self.port),
                '--max-cron-threads',
                '1',
                '--gevent-port',
                '0',
            ]
        )
        self.wait_for_server()
        playwright = sync_playwright().start()
        self.addCleanup(playwright.stop)
        browser = playwright.chromium.launch(
            executable_path=shutil.which('chromium') or shutil.which('google-chrome'), args=FLAGS
        )
        self.addCleanup(browser.close)
        self.page = browser.new_page(viewport={'width': 1280, 'height': 900})
        self.page.set_default_timeout(60000)
        self.errors = []
        self.page.on('pageerror', lambda error: self.errors.append(str(error)))
        self.log_in('admin')

    def wait_for_server(self):
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f'{self.url}/web/login', timeout=60):
                    return
            except OSError:
                time.sleep(0.3)
        self.fail(self.log.read_text()[-3000:])

    # === What the person does === #

    def log_in(self, login):
        self.page.goto(f'{self.url}/web/login')
        self.page.fill('input[name=login]', login)
        self.page.fill('input[name=password]', login)
        self.page.click('button[type=submit]')
        self.page.wait_for_selector('.o_main_navbar')

    def press(self, text):
        self.page.click(f'button:has-text("{text}"):visible')

    def go_to_the_bank(self):
        self.page.goto(f'{self.url}/odoo/bank-connections')
        self.press("Connect a Bank")
        self.page.fill('.modal div[name=institution_id] input', 'Sandbox')
        self.page.click('.o-autocomplete--dropdown-item:has-text("Sandbox Bank")')
        self.press("Go to the Bank")
        self.page.wait_for_selector('input[name=pin]')

    def log_in_at_the_bank(self):
        self.page.fill('input[name=pin]', '1111')
        self.press("Log in")
        self.page.wait_for_selector('input[name=account]')

    def wait_for_fetches(self):
        self.page.wait_for_function("""() => {
            const rows = [...document.querySelectorAll('.o_bank_feed_progress li')];
            return rows.length && rows.every((row) => row.dataset.state === 'done');
        }""")

    # === The tests === #

    def test_from_connect_to_paid(self):
        self.go_to_the_bank()
        self.log_in_at_the_bank()
        self.press("Approve")
        self.page.wait_for_selector('.o_field_widget[name=line_ids] .o_data_row')
        self.assertRegex(self.page.url, r'/odoo/bank-connect-result/\d+')
        self.assertEqual(self.page.locator('.o_field_widget[name=line_ids] .o_data_row').count(), 3)
        self.press("Start Fetching")
        self.wait_for_fetches()
        self.assertIn("1 reconciled", self.page.inner_text('.o_bank_feed_progress'))
        self.page.goto(f'{self.url}/odoo/customer-invoices')
        row = self.page.locator(f'.o_data_row:has-text("{self.invoice}")')
        row.wait_for()
        self.assertIn("Paid", row.inner_text())

        self.page.goto(f'{self.url}/odoo/accounting')
        self.page.wait_for_selector('.o_kanban_record :text("At the bank")')
        self.assertTrue(self.page.locator('.o_kanban_record .badge:has-text("Connected")').count())
        self.page.locator('.o_kanban_record button:has-text("Fetch Now")').first.click()
        self.page.wait_for_selector('.o_notification:has-text("Fetching")')

        self.page.goto(f'{self.url}/odoo/bank-proposals')
        self.page.locator('.o_data_row').first.wait_for()
        before = self.page.locator('.o_data_row').count()
        self.page.locator('.o_data_row button[name=action_accept]').first.click()
        self.page.wait_for_function(f"() => document.querySelectorAll('.o_data_row').length < {before}")

        self.page.goto(f'{self.url}/odoo/bank-movements')
        self.page.locator('.o_data_row button[name=action_undo_reconciliation]').first.click()
        self.page.click('.modal button.btn-primary')
        self.page.wait_for_selector('.o_data_row :text("Undone")')
        self.assertEqual(self.errors, [])

        self.page.goto(f'{self.url}/odoo/bank-connections')
        self.page.click('.o_kanban_record:not(.o_kanban_ghost)')
        self.press("Renew or Add Accounts")
        self.log_in_at_the_bank()
        self.press("Approve")
        self.page.wait_for_selector(':text("The permission is renewed")')
        self.press("Start Fetching")
        self.wait_for_fetches()
        self.assertEqual(len(self.sql("SELECT id FROM bank_feed")), 3)
        self.assertEqual(self.errors, [])

    def test_refused_at_the_bank(self):
        self.go_to_the_bank()
        self.log_in_at_the_bank()
        self.press("Refuse")
        self.page.wait_for_selector(':text("You did not approve")')
        self.page.click('text="Back to Bank Connections"')
        self.page.wait_for_selector(':text("No bank is connected yet")')
        self.page.goto(f'{self.url}/bank_feed/return?state=forged')
        self.page.wait_for_selector(':text("This address is not valid")')
        self.assertEqual(self.sql("SELECT count(*) FROM bank_connection")[0][0], 0)
        log = self.log.read_text()
        self.assertFalse(re.findall(r' (?:ERROR|WARNING) .*account_bank_feed', log), log[-2000:])
