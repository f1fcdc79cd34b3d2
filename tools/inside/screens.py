"""Walk through the product in Chromium and take a screenshot of every screen.

python screens.py URL FOLDER CHROMIUM"""

import sys

from playwright.sync_api import sync_playwright

FLAGS = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--no-first-run',
]


class Walk:
    def __init__(self, page, url, folder):
        self.page, self.url, self.folder = page, url, folder

    def shot(self, name):
        self.page.wait_for_timeout(700)
        self.page.screenshot(path=f'{self.folder}/{name}.png')

    def go(self, path, wait='.o_view_controller'):
        self.page.goto(self.url + path)
        self.page.wait_for_selector(wait)

    def press(self, text):
        self.page.click(f'button:has-text("{text}"):visible')

    def log_in(self):
        self.page.goto(f'{self.url}/web/login')
        self.page.fill('input[name=login]', 'admin')
        self.page.fill('input[name=password]', 'admin')
        self.page.click('button[type=submit]')
        self.page.wait_for_selector('.o_main_navbar')

    def connect(self):
        self.go('/odoo/bank-connections')
        self.shot('01_connections_empty')
        self.press("Connect a Bank")
        self.page.wait_for_selector('.o_bank_find')
        self.page.wait_for_selector('.o_bank_find [role=option]')
        self.page.fill('.o_bank_find input', 'tatra')
        self.page.wait_for_function("() => document.querySelectorAll('.o_bank_find [role=option]').length === 2")
        self.shot('02_search_bank')
        self.page.fill('.o_bank_find input', 'Sand')
        self.page.click('.o_bank_find [role=option]:has-text("Sandbox Bank")')
        self.page.wait_for_selector('.modal :text("Odoo never sees your password")')
        self.shot('03_connect')
        self.press("Go to the Bank")
        self.page.wait_for_selector('input[name=pin]')
        self.shot('04_bank_login')
        self.page.fill('input[name=pin]', '1111')
        self.press("Log in")
        self.page.wait_for_selector('input[name=account]')
        self.shot('05_bank_accounts')
        self.press("Approve")
        self.page.wait_for_selector('.o_field_widget[name=line_ids]')
        self.shot('06_result')
        self.press("Start Fetching")
        self.page.wait_for_selector('.o_bank_feed_progress')
        self.shot('07_fetching')
        self.page.wait_for_function(
            "() => { const rows = [...document.querySelectorAll('.o_bank_feed_progress li')]; return rows.length && rows.every(row => row.dataset.state === 'done'); }",
            timeout=120000,
        )
        self.shot('08_fetched')

    def look(self):
        for name, path in (
            ('09_dashboard', '/odoo/accounting'),
            ('10_movements', '/odoo/bank-movements'),
            ('11_proposals', '/odoo/bank-proposals'),
            ('12_pending', '/odoo/bank-pending'),
            ('13_accounts', '/odoo/bank-feeds'),
            ('15_fetches', '/odoo/bank-fetches'),
            ('16_connections', '/odoo/bank-connections'),
            ('17_providers', '/odoo/bank-providers'),
            ('18_invoices', '/odoo/customer-invoices'),
        ):
            self.go(path)
            self.shot(name)
        self.go('/odoo/bank-feeds')
        self.page.click('.o_data_row td[name=account_number] >> nth=0')
        self.page.wait_for_selector('.o_form_view')
        self.shot('14_account')
        self.go('/odoo/bank-providers')
        self.page.click('.o_data_row td[name=name] >> nth=0')
        self.page.wait_for_selector('.o_form_view')
        self.shot('19_provider')
        self.go('/odoo/bank-movements')
        self.page.click('.o_data_row button[name=action_bank_details] >> nth=0')
        self.page.wait_for_selector('.modal .o_bank_details')
        self.shot('20_movement_details')
        self.page.goto(f'{self.url}/bank_feed/return?state=forged')
        self.page.wait_for_selector('h2')
        self.shot('21_forged_return')
        self.go('/odoo/bank-proposals')
        self.page.click('.o_data_row td[name=documents] >> nth=0')
        self.page.wait_for_selector('.o_form_view')
        self.shot('22_proposal')
        self.matching()
        self.reconcile()
        self.page.set_viewport_size({'width': 400, 'height': 800})
        for name, path in (
            ('23_dashboard_phone', '/odoo/accounting'),
            ('36_movements_phone', '/odoo/bank-movements'),
            ('37_proposals_phone', '/odoo/bank-proposals'),
            ('38_fetches_phone', '/odoo/bank-fetches'),
        ):
            self.go(path)
            self.shot(name)

    def reconcile(self):
        """The reconciliation view in three widths, its tools, and the overview."""
        for name, width, height in (
            ('30_reconcile', 1400, 900),
            ('31_reconcile_1024', 1024, 768),
            ('32_reconcile_phone', 390, 844),
        ):
            self.page.set_viewport_size({'width': width, 'height': height})
            self.go('/odoo/bank-reconcile')
            self.page.wait_for_selector('.o_bank_panel .h4')
            if self.page.locator('tr.o_data_row:has-text("Holding Dunaj")').count():
                self.page.click('tr.o_data_row:has-text("Holding Dunaj") >> nth=0')
                self.page.wait_for_selector('.o_bank_panel mark')
            self.shot(name)
        self.page.set_viewport_size({'width': 1400, 'height': 900})
        self.go('/odoo/bank-reconcile')
        self.page.wait_for_selector('.o_bank_panel .h4')
        self.page.click('.o_bank_open_search')
        self.page.fill('.o_bank_search input', 'INV')
        self.page.wait_for_selector('.o_bank_search [role=option]')
        self.page.click('.o_bank_search [role=option] >> nth=1')
        self.shot('33_find_open_items')
        self.page.click('.o_bank_open_writeoff')
        self.shot('34_write_off')
        self.go('/odoo/bank-overview', '.o_bank_overview .o_graph_renderer')
        self.shot('35_overview')

    def matching(self):
        """Settings, a backtest with its graph, and a customer's identifiers."""
        self.go('/odoo/bank-matching-settings/new')
        self.page.fill('div[name=name] input, div[name=name] textarea', "Our matching")
        self.shot('24_matching_settings')
        self.page.click('div[name=bank_feed_policy] label:has-text("ticked")')
        self.shot('25_matching_rules')
        self.page.click('button.o_form_button_save')
        self.go('/odoo/bank-matching-tests/new')
        self.press("Run")
        for _try in range(60):
            self.page.wait_for_timeout(1000)
            self.page.reload()
            self.page.wait_for_selector('.o_form_view')
            if self.page.locator('button:has-text("Results"):visible').count():
                break
        self.shot('26_backtest')
        self.press("Results")
        self.page.wait_for_selector('.o_graph_view')
        self.shot('27_backtest_graph')
        self.page.click('button.o_switch_view.o_list')
        self.page.wait_for_selector('.o_list_view')
        self.shot('28_backtest_list')


def main():
    url, folder, chromium = sys.argv[1:4]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        page = browser.new_page(viewport={'width': 1280, 'height': 800})
        page.on('pageerror', lambda error: sys.stderr.write(f"page error: {error}\n"))
        page.set_default_timeout(30000)
        walk = Walk(page, url, folder)
        try:
            walk.log_in()
            walk.connect()
            walk.look()
        except Exception:
            page.screenshot(path=f'{folder}/99_stopped_here.png')
            raise
        finally:
            browser.close()


if __name__ == '__main__':
    main()
