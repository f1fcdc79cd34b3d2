import io
import zipfile

from odoo.tests import tagged

from ..cases.browser import BrowserCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowserFiles(BrowserCase):
    """Without an interface: somebody with a CSV, somebody with a ZIP of three accounts, somebody with the bank's mails."""

    def paper(self, path):
        return self.page.context.request.get(f'{self.url}/bank_feed/sandbox/papers/{path}').body()

    def drop(self, name, content, journal="Bank"):
        """Choose a file with *Import* on a bank's card."""
        self.page.goto(f'{self.url}/odoo/accounting')
        card = self.page.locator('.o_kanban_record', has=self.page.locator(f'text="{journal}"')).first
        card.locator('canvas, button:has-text("Transactions")').first.wait_for()
        self.page.wait_for_timeout(1500)  # a person is not faster; core draws the cards anew once its figures are there
        card.locator('input.document_file_uploader').first.set_input_files(
            {'name': name, 'mimeType': 'application/octet-stream', 'buffer': content}
        )
        self.page.wait_for_selector('.o_bank_import')

    def see(self, wanted):
        """The invoice's row in the list says so; a person looks again, as what a page shows may be a moment old."""
        row = self.page.locator(f'.o_data_row:has-text("{self.prepared}")')
        for _attempt in range(5):
            self.page.goto(f'{self.url}/odoo/customer-invoices')
            row.wait_for()
            said = row.inner_text()
            if ("Paid" in said.replace("Not Paid", "")) == wanted:
                return
            self.page.wait_for_timeout(1000)
        states = self.sql("SELECT bank_match_state, is_reconciled, amount FROM account_bank_statement_line")
        imports = self.sql("SELECT state, new_count, error FROM bank_import_statement")
        paid = self.sql(
            "SELECT name, payment_state, status_in_payment FROM account_move WHERE move_type = 'out_invoice'"
        )
        self.fail(f'{said} {states} {imports} {paid}')

    def open_import(self):
        """The newest one, by its address: a list may show what it remembers first."""
        [[newest]] = self.sql("SELECT max(id) FROM bank_import WHERE way = 'file'")
        self.page.goto(f'{self.url}/odoo/bank-imports/{newest}')

    def import_it(self):
        self.page.click('button[name=action_import]')
        self.page.wait_for_selector('button[name=action_undo]')

    def undo(self):
        self.open_import()
        self.page.click('button[name=action_undo]')
        self.page.click('.modal button.btn-primary')
        self.page.wait_for_selector('.alert-info:has-text("taken back")')

    def test_files_and_mails(self):
        self.taught_csv()
        self.see(True)
        self.undo()
        self.see(False)
        self.zip_of_accounts()
        self.see(True)
        self.undo()
        self.mails()
        self.see(True)
        self.assertEqual(self.errors, [])

    def taught_csv(self):
        self.drop('strange.csv', self.paper('strange/0'))
        self.page.click('button:has-text("Say which column is what")')
        self.page.wait_for_selector(':text("Preview of the Whole File")')
        unclear = self.page.locator(':text("can be read in more than one way"):visible').count()
        if unclear:  # it depends on the days that are in it
            self.page.select_option('.o_field_widget[name=date_form] select', label="31/12/26") if self.page.locator(
                '.o_field_widget[name=date_form] select'
            ).count() else self.choose_date()
        self.page.wait_for_selector(':text("The balances follow the movements")')
        self.press("Keep and Read the File")
        self.page.wait_for_selector('.o_bank_import .badge:has-text("New")')
        self.import_it()
        self.page.wait_for_selector('.o_bank_import .badge:has-text("Reconciled")')

    def choose_date(self):
        self.page.click('.o_field_widget[name=date_form] input')
        self.page.click('.o_select_menu_item:has-text("31/12/26")')

    def zip_of_accounts(self):
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, 'w') as archive:
            for number in range(3):
                archive.writestr(f'{number}.xml', self.paper(f'camt/{number}'))
        self.drop('accounts.zip', packed.getvalue())
        for left in (3, 2, 1):
            buttons = self.page.locator('button[name=action_new_journal]:visible')
            self.assertEqual(buttons.count(), left)
            buttons.first.click()
            self.page.wait_for_function(
                f"() => document.querySelectorAll('button[name=action_new_journal]').length < {left}"
            )
        self.import_it()

    def mails(self):
        self.page.goto(f'{self.url}/odoo/action-account_bank_feed.bank_mailbox_action')
        self.page.fill('.o_field_widget[name=server] input', 'mail.company.example')
        self.page.click('.o_form_button_save')
        self.page.wait_for_selector('.o_form_saved, .o_form_view:not(:has(.o_form_dirty))')
        self.page.wait_for_timeout(500)
        self.page.goto(f'{self.url}/bank_feed/sandbox/papers')
        self.page.locator('form:has-text("120.00") button').first.click()
        self.page.wait_for_selector('.o_data_row :text("In the Books")')
