"""The screens of payments and salaries, by what people do in the demo: an accountant posts and pays, a director approves and signs in another
browser, the movements come.

python screens_payments.py URL FOLDER CHROMIUM"""

import sys

from playwright.sync_api import sync_playwright
from screens import FLAGS
from screens_consents import PHONE, ConsentsWalk


class PaymentsWalk(ConsentsWalk):
    """Goes on where the director has given his consent (:meth:`screens_consents.ConsentsWalk.consents`)."""

    def second(self):
        """Nobody's consent ends here."""

    def payments(self):
        self.peter = self.person('peter', viewport={'width': 1280, 'height': 800})
        self.bills()
        self.approve('75')
        self.salaries()
        self.approve('82')
        self.came()

    def bills(self):
        page = self.zuzana
        self.go(page, '/odoo/bank-bills-to-pay', '.o_list_view')
        self.shot(page, '70_bills_to_pay')
        page.click('thead .o_list_record_selector input')
        page.click('button[name=action_bank_pay]:visible')
        page.wait_for_selector('.modal .o_form_view')
        page.click('.modal label:has-text("As soon as possible")')
        page.wait_for_timeout(500)
        self.shot(page, '71_pay')
        page.click('.modal button[name=action_pay]:visible')
        page.wait_for_selector('button[name=action_submit]:visible')
        self.shot(page, '72_order_draft')
        page.click('button[name=action_submit]:visible')
        page.wait_for_selector('button[name=action_back_to_draft]:visible')
        self.shot(page, '73_to_approve')

    def approve(self, number):
        """The director looks, approves, and signs at the bank."""
        page = self.peter
        self.go(page, '/odoo/bank-payments', '.o_list_view')
        self.shot(page, f'{number}a_payments')
        page.click('.o_data_row:has-text("To Approve") td[name=date]')
        page.wait_for_selector('button[name=action_approve_and_send]:visible')
        self.shot(page, f'{number}b_director')
        page.click('button[name=action_approve_and_send]:visible')
        page.wait_for_selector('input[name=pin]')
        page.click('input[value=peter]')
        page.fill('input[name=pin]', '2222')
        self.shot(page, f'{number}c_bank_login')
        page.click('button[value=login]')
        page.wait_for_selector('button[value=sign]')
        self.shot(page, f'{number}d_bank_sign')
        page.click('button[value=sign]')
        page.wait_for_selector('.o_form_view')
        self.shot(page, f'{number}e_back')

    def salaries(self):
        page = self.zuzana
        self.go(page, '/odoo/bank-payments', '.o_list_view')
        page.evaluate("() => 0")
        page.click('.o_menu_sections button:has-text("Bank Feeds"), .o_menu_sections a:has-text("Bank Feeds")')
        page.click('.o-dropdown--menu a:has-text("Pay Salaries")')
        page.wait_for_selector('.modal .o_form_view')
        self.shot(page, '80_salaries')
        people = [
            ("Alena Adamová", '8810001', 1120.5),
            ("Branislav Bielik", '8810002', 1167.75),
            ("Cecília Cibulová", '8810003', 1215),
        ]
        rows = '\n'.join(f'{name};{self.iban(number)};{amount:.2f};Mzda' for name, number, amount in people)
        page.set_input_files(
            '.modal .o_field_widget[name=file] input[type=file]',
            files=[{'name': 'mzdy.csv', 'mimeType': 'text/csv', 'buffer': rows.encode()}],
        )
        page.click('.modal button[name=action_read_file]')
        page.wait_for_selector('.modal button[name=action_make]:visible')
        self.shot(page, '81_salaries_read')
        page.click('.modal button[name=action_make]:visible')
        page.wait_for_selector('button[name=action_submit]:visible')
        page.click('button[name=action_submit]:visible')
        page.wait_for_selector('button[name=action_back_to_draft]:visible')
        self.shot(page, '81b_salaries_submitted')

    @staticmethod
    def iban(number):
        check = 98 - int(f'9952000000{int(number):010d}282000') % 97
        return f'SK{check:02d}9952000000{int(number):010d}'

    def came(self):
        self.go(self.zuzana, '/odoo/bank-payments', '.o_list_view')
        self.shot(self.zuzana, '90_payments')
        phone = self.person('peter', **PHONE)
        self.go(phone, '/odoo/bank-payments', '.o_kanban_view, .o_list_view')
        self.shot(phone, '91_payments_phone')


def main(url, folder, chromium):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        admin = browser.new_context().new_page()
        walk = PaymentsWalk(browser, admin, url, folder)
        walk.log_in(admin, 'admin')
        walk.consents()
        walk.payments()


if __name__ == '__main__':
    main(*sys.argv[1:])
