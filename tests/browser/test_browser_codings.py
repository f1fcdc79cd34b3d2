from odoo.tests import tagged

from ..cases.browser import BrowserCase

PANEL = '.o_bank_panel'


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowserCodings(BrowserCase):
    """What pays no document, by keyboard."""

    prepare = 'prepare_codings'

    def setUp(self):
        super().setUp()
        self.page.goto(f'{self.url}/odoo/bank-reconcile')
        self.page.wait_for_selector(f'{PANEL} .h3')

    def rows_left(self, count):
        self.page.wait_for_function(f"() => document.querySelectorAll('tr.o_data_row').length === {count}")

    def choose(self, name):
        self.page.click(f'tr.o_data_row .o_bank_movement .fw-bold:text-is("{name}") >> nth=0')
        self.page.wait_for_function(f"() => document.querySelector('{PANEL} .h4')?.innerText === {name!r}")

    def type_first(self):
        """The account of the first row, by its number."""
        self.page.wait_for_selector('td[name=account_id] input:focus')
        self.page.keyboard.type('9984')
        self.page.wait_for_selector('.o-autocomplete--dropdown-item:has-text("Rent")')
        self.page.keyboard.press('Enter')
        self.wait_for_rent()

    def fill_down(self, rows):
        """The account above, in each of the rows below."""
        for _ in range(rows):
            self.page.keyboard.press('Enter')
            self.page.wait_for_function("() => !document.querySelector('td[name=account_id] input:focus')?.value")
            self.page.keyboard.press('Control+d')
            self.wait_for_rent()

    def wait_for_rent(self):
        self.page.wait_for_function("() => document.querySelector('td[name=account_id] input')?.value.includes('Rent')")

    def booked_lately_on(self, account):
        rows = self.sql(
            f"""SELECT count(*) FROM account_move_line item JOIN account_account account ON account.id = item.account_id
                WHERE account.name->>'en_US' = '{account}' AND item.date > current_date - 40"""
        )
        return rows[0][0]

    def booked(self):
        rows = self.sql(
            "SELECT count(*) FROM account_bank_statement_line WHERE is_reconciled AND bank_match_state <> 'manual'"
        )
        return rows[0][0]

    def test_by_keyboard(self):
        """Why; all like it; the like by itself; not like that; undo; the grid down a column, and taken back."""
        page = self.page
        self.rows_left(6)
        self.choose("Telecom")
        page.wait_for_selector(f'{PANEL} .o_bank_coding:has-text("998300 Telephone")')
        page.keyboard.press('y')
        page.wait_for_selector(f'{PANEL} .o_bank_basis >> text=Telecom services >> nth=1')
        page.keyboard.press('g')
        self.rows_left(4)
        self.assertEqual(self.booked(), 2)
        page.wait_for_selector(
            '.o_notification:has-text("As the last 4 times") button:has-text("Book the like by itself")'
        )
        page.keyboard.press('u')
        self.rows_left(6)
        self.assertEqual(self.booked(), 0)
        self.choose("Landlord Ltd")
        page.wait_for_selector(f'{PANEL} .o_bank_allow')
        page.keyboard.press('b')
        self.rows_left(4)
        self.assertEqual(self.booked(), 2)
        models = self.sql("SELECT name->>'en_US', trigger FROM account_reconcile_model WHERE bank_is_kind")
        self.assertEqual(models, [("Landlord Ltd → Rent", 'auto_reconcile')])
        self.choose("Telecom")
        page.wait_for_selector(f'{PANEL} .o_bank_coding')
        page.keyboard.press('r')
        page.wait_for_selector(f'{PANEL} :text("The proposals were refused")')
        page.keyboard.press('Shift+g')
        page.keyboard.type('9984')  # before the grid is there
        page.wait_for_selector('.o_bank_coding_keys')
        page.wait_for_function("() => document.querySelector('td[name=account_id] input:focus')?.value === '9984'")
        page.keyboard.press('Control+Enter')  # nothing is chosen yet: nothing is lost, and nothing else is booked
        page.wait_for_selector('.o_notification:has-text("is not chosen yet")')
        self.assertEqual(page.input_value('td[name=account_id] input:focus'), '9984')
        page.wait_for_selector('.o-autocomplete--dropdown-item:has-text("998400 Rent")')
        page.keyboard.press('Enter')
        self.wait_for_rent()
        self.fill_down(1)
        page.keyboard.press('Control+Enter')
        page.wait_for_selector('.o_notification:has-text("2 movements were booked")')
        self.rows_left(2)
        page.wait_for_selector('td[name=account_id] input:focus')  # whoever types goes on
        page.keyboard.type('998400')
        page.keyboard.press('Enter')  # before the list is there
        self.wait_for_rent()
        page.keyboard.press('Escape')  # the row is as it was
        page.wait_for_selector('td[name=account_id] input', state='detached')
        page.click('.o_notification:has-text("were booked") button:has-text("Undo")')
        self.rows_left(4)
        page.wait_for_selector('td[name=account_id] input:focus')
        for keys in ('998300', 'Enter', 'Enter', 'Control+d'):  # without a look; the first two are as they were typed
            page.keyboard.type(keys) if keys.isdigit() else page.keyboard.press(keys)
        page.keyboard.press('Control+Enter')
        page.wait_for_selector('.o_notification:has-text("4 movements were booked")')
        page.wait_for_selector('.o_bank_coding_keys', state='detached')  # all is booked: back in Reconcile
        self.assertEqual(self.booked_lately_on("Telephone"), 2)
        page.click('.o_notification:has-text("4 movements") button:has-text("Undo")')
        page.wait_for_selector('.o_bank_coding_keys')
        self.rows_left(4)
        page.wait_for_selector('td[name=account_id] input:focus')
        page.keyboard.press('Escape')
        page.wait_for_selector('td[name=account_id] input', state='detached')
        page.keyboard.press('Control+Enter')  # all is as it was typed
        page.wait_for_selector('.o_bank_coding_keys', state='detached')
        self.rows_left(0)
        page.wait_for_timeout(1500)  # who types on at once meant the grid
        page.keyboard.press('u')  # what was done in the grid, too
        self.rows_left(4)
        page.wait_for_selector('.o_notification button:has-text("Undo")', state='detached')
        page.keyboard.press('Shift+g')
        page.wait_for_selector('td[name=account_id] input:focus')
        page.keyboard.press('Escape')
        page.wait_for_selector('td[name=account_id] input', state='detached')
        page.keyboard.press('Escape')
        page.wait_for_selector('.o_bank_coding_keys', state='detached')
        self.assertEqual(self.errors, [])


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowserRests(BrowserCase):
    """A document whose payer's bank kept a fee."""

    prepare = 'prepare_rests'

    def test_by_keyboard(self):
        """The fee stands below its document, with what it rests on; one press books both, another takes it back."""
        page = self.page
        page.goto(f'{self.url}/odoo/bank-reconcile')
        page.wait_for_selector(f'{PANEL} .o_bank_coding:has-text("998500 Bank fees")')
        page.keyboard.press('y')
        page.wait_for_selector(f'{PANEL} .o_bank_basis >> text=OV177120')
        self.assertFalse(page.query_selector(f'{PANEL} .o_bank_settle'))
        page.keyboard.press('Enter')
        page.wait_for_selector('tr.o_data_row', state='detached')
        rows = self.sql("SELECT payment_state FROM account_move WHERE payment_reference = 'OV377120'")
        self.assertEqual(rows[0][0], 'paid')
        page.keyboard.press('u')
        page.wait_for_selector(f'{PANEL} .o_bank_coding:has-text("998500 Bank fees")')
        self.assertEqual(self.errors, [])

    def test_a_server_that_takes_its_time(self):
        """Who leaves while the grid opens has the keyboard."""
        page = self.page
        page.goto(f'{self.url}/odoo/bank-reconcile')
        page.wait_for_selector(f'{PANEL} .o_bank_coding:has-text("998500 Bank fees")')

        network = page.context.new_cdp_session(page)
        network.send('Network.enable')
        slow = {'offline': False, 'latency': 1500, 'downloadThroughput': -1, 'uploadThroughput': -1}
        network.send('Network.emulateNetworkConditions', slow)
        page.keyboard.press('Shift+g')
        page.keyboard.type('77')
        page.click('.o_menu_sections >> text=Dashboard')
        page.wait_for_timeout(6000)
        network.send('Network.emulateNetworkConditions', {**slow, 'latency': 0})
        page.click('.o_searchview_input')
        page.keyboard.type('abc')
        self.assertEqual(page.input_value('.o_searchview_input'), 'abc')
        self.assertEqual(self.errors, [])

    def test_a_matching_test(self):
        """What it finds comes by itself, while somebody looks."""
        page = self.page
        page.goto(f'{self.url}/odoo/bank-matching-tests/new')
        page.click('.o_field_widget[name=mode] label:has-text("Dry run")')
        page.click('button[name=action_run]')
        page.wait_for_selector('.o_bank_test_progress')
        page.wait_for_selector('.o_field_widget[name=right_count]')
        self.assertTrue(page.is_visible('text="Would Be Booked"'))
        self.assertFalse(page.query_selector('.o_bank_test_progress'))
        self.assertEqual(self.errors, [])
