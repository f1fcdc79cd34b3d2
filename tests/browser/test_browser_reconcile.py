from odoo.tests import tagged

from ..cases.browser import BrowserCase

PANEL = '.o_bank_panel'


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowserReconcile(BrowserCase):
    """The accountant's morning: everything that waits is finished in one view, by keyboard or by mouse."""

    prepare = 'prepare_reconcile'

    def setUp(self):
        super().setUp()
        self.page.goto(f'{self.url}/odoo/bank-reconcile')
        self.page.wait_for_selector(f'{PANEL} .h3')

    def who(self, name):
        """Wait until the panel shows a movement of this counterparty."""
        self.page.wait_for_function(f"() => document.querySelector('{PANEL} .h4')?.innerText === {name!r}")

    def choose(self, name):
        self.page.click(f'tr.o_data_row .o_bank_movement .fw-bold:text-is("{name}") >> nth=0')
        self.who(name)

    def keys(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def rows_left(self, count):
        self.page.wait_for_function(f"() => document.querySelectorAll('tr.o_data_row').length === {count}")

    def state(self, label):
        return self.sql(
            f"SELECT is_reconciled, bank_match_state FROM account_bank_statement_line WHERE payment_ref = '{label}'"
        )[0]

    def residual(self, name):
        return float(self.sql(f"SELECT amount_residual FROM account_move WHERE name = '{name}'")[0][0])

    def test_by_keyboard(self):
        """Next, previous, accept, undo, refuse, search with two items, help: no mouse."""
        one, two, three, _four, five, six = self.prepared
        self.rows_left(9)
        self.assertEqual(self.page.inner_text(f'{PANEL} mark'), one)
        self.keys('j')
        self.page.wait_for_function(f"() => document.querySelector('{PANEL} mark')?.innerText === {two!r}")
        self.keys('k')
        self.page.wait_for_function(f"() => document.querySelector('{PANEL} mark')?.innerText === {one!r}")
        self.keys('a')
        self.rows_left(8)
        self.assertEqual(self.residual(one), 3.0)
        self.keys('u')
        self.rows_left(9)
        self.assertEqual(self.residual(one), 100.0)
        self.choose('Zeta group')
        self.keys('s')
        self.page.wait_for_selector('.o_bank_search input:focus')
        for number in (three, five):
            self.page.fill('.o_bank_search input', number)
            self.page.wait_for_selector(f'.o_bank_search [role=option]:has-text("{number}")')
            self.page.wait_for_function("() => document.querySelectorAll('.o_bank_search [role=option]').length === 1")
            self.keys('Enter')
            self.page.wait_for_selector(f'.o_bank_chosen:has-text("{number}")')
        self.page.wait_for_selector('.o_bank_chosen :text("All of the movement is used")')
        self.keys('Escape', 'a')
        self.rows_left(8)
        self.assertEqual(self.state('for everything'), (True, 'manual'))
        self.assertEqual((self.residual(three), self.residual(five)), (0.0, 0.0))
        self.choose('Stranger')
        self.keys('?')
        self.page.wait_for_selector('.modal kbd')
        self.keys('Escape')
        self.page.wait_for_selector('.modal', state='detached')
        row = f'tr.o_data_row:has-text("{six}")'
        self.page.click(f'{row} td[name=payment_ref]')
        self.page.wait_for_function(f"() => document.querySelector('{PANEL} mark')?.innerText === {six!r}")
        self.keys('r')
        self.page.wait_for_selector(f'{PANEL} :text("The proposals were refused")')
        self.assertEqual(self.errors, [])

    def test_by_mouse(self):
        """Part of an item, the rest to the partner, a fee, a transfer, the partner, all proposals at once."""
        page = self.page
        *_others, four, _five, _six = self.prepared
        self.choose('Nobody')
        page.click('.o_bank_open_search')
        page.fill('.o_bank_search input', four)
        page.click(f'.o_bank_search [role=option]:has-text("{four}")')
        page.fill('.o_bank_chosen input', '320')
        page.keyboard.press('Tab')
        page.wait_for_selector('.o_bank_left:has-text("30.00")')
        page.click('button:has-text("Credit the rest to the partner")')
        self.rows_left(8)
        self.assertEqual((self.residual(four), self.state('thank you')), (80.0, (True, 'manual')))

        self.choose('Bank')
        page.click('.o_bank_open_writeoff')
        page.fill('.o_bank_writeoff .o-autocomplete--input', 'Bank Fees')
        page.click('.o-autocomplete--dropdown-item:has-text("Bank Fees")')
        page.wait_for_selector('.o_bank_after tr:has-text("Bank Fees")')
        self.show()
        page.click('.o_bank_book')
        self.rows_left(7)

        page.click('tr.o_data_row:has-text("To savings") td[name=payment_ref]')
        page.click(f'{PANEL} button:has-text("Transfer: Savings")')
        self.rows_left(5)
        self.assertEqual((self.state('To savings')[0], self.state('From current')[0]), (True, True))

        self.choose('New customer')
        page.fill('.o_bank_partner input', 'Delta')
        page.click('.o-autocomplete--dropdown-item:has-text("Delta")')
        page.wait_for_selector('.o_bank_partner :text("Delta")')
        page.click(f'{PANEL} button:has-text("Credit all to the partner")')
        self.rows_left(4)

        page.click('button:has-text("Accept all")')
        page.wait_for_selector('.modal td:has-text("EUR")')
        page.click('.modal button.btn-primary')
        page.wait_for_selector('.modal .progress-bar')
        page.wait_for_selector('.modal button:has-text("Stop")', state='detached')
        page.click('.modal button:has-text("Close")')
        self.rows_left(1)
        self.choose('Zeta group')
        self.assertEqual(self.errors, [])

    def test_a_bill_of_a_movement(self):
        """New bill, Confirm: posted and reconciled in one act, and on to the next movement; a draft that is closed goes."""
        self.choose('Bank')
        self.press('New bill')
        self.page.wait_for_selector('.modal .o_form_view')
        self.page.click('.modal-header .btn-close')
        self.page.wait_for_selector('.modal', state='detached')
        self.page.wait_for_function("() => !document.querySelector('.o_blockUI')")
        self.assertEqual(self.sql("SELECT count(*) FROM account_move WHERE move_type = 'in_invoice'")[0][0], 0)
        self.choose('Bank')
        self.press('New bill')
        self.page.wait_for_selector('.modal .o_form_view')
        self.page.fill('.modal [name=partner_id] input', 'Delta')
        self.page.click('.ui-autocomplete :text-is("Delta"), .o-autocomplete--dropdown-menu :text-is("Delta")')
        self.page.click('.modal [name=invoice_line_ids] .o_data_row td[name=tax_ids]')
        self.page.fill('.modal [name=invoice_line_ids] td[name=tax_ids] input', '15')
        self.page.click('.o-autocomplete--dropdown-item:has-text("15") >> nth=0')
        self.page.wait_for_selector('.modal .oe_subtotal_footer :text("12.00")')
        self.show()
        self.page.click('.modal button[name=action_post]:visible')
        self.page.wait_for_selector('.modal', state='detached')
        self.rows_left(8)
        self.assertEqual(self.state('Monthly fee'), (True, 'manual'))
        paid = self.sql("SELECT payment_state, state FROM account_move WHERE move_type = 'in_invoice'")
        self.assertEqual(paid, [('paid', 'posted')])
        self.assertEqual(self.errors, [])
