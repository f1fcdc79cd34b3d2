import re

from odoo.tests import tagged

from ..cases.browser import BrowserCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowser(BrowserCase):
    """From *Connect a Bank* to a paid invoice."""

    # === What the person does === #

    def go_to_the_bank(self):
        self.page.goto(f'{self.url}/odoo/bank-connections')
        self.press("Connect a Bank")
        self.page.fill('.o_bank_find input', 'Sandbox')
        self.page.click('.o_bank_find [role=option]:has-text("Sandbox Bank")')
        self.page.wait_for_selector('.modal :text("Odoo never sees your password")')
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
        row = self.page.locator(f'.o_data_row:has-text("{self.prepared}")')
        row.wait_for()
        self.assertIn("Paid", row.inner_text())

        self.page.goto(f'{self.url}/odoo/accounting')
        self.page.wait_for_selector('.o_kanban_record :text("At the bank")')
        self.assertTrue(self.page.locator('.o_kanban_record .badge:has-text("Connected")').count())
        self.page.locator('.o_kanban_record button:has-text("Synchronise Now")').first.click()
        self.page.wait_for_selector('.o_notification:has-text("Fetching")')

        self.page.goto(f'{self.url}/odoo/bank-proposals')
        self.page.locator('.o_data_row').first.wait_for()
        before = self.page.locator('.o_data_row').count()
        self.page.locator('.o_data_row button[name=action_accept]').first.click()
        self.page.wait_for_function(f"() => document.querySelectorAll('.o_data_row').length < {before}")

        self.page.goto(f'{self.url}/odoo/bank-movements')
        self.page.locator('.o_data_row button[name=action_bank_undo]').first.click()
        self.page.click('.modal button.btn-primary')
        self.page.wait_for_selector('.o_data_row :text("Undone")')
        self.assertEqual(self.errors, [])

        self.page.goto(f'{self.url}/odoo/bank-connections')
        self.page.click('.o_kanban_record:not(.o_kanban_ghost)')
        self.press("Renew")
        self.log_in_at_the_bank()
        self.press("Approve")
        self.page.wait_for_selector(':text("The consent is there")')
        self.press("Done")
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
