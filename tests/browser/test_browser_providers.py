from odoo.tests import tagged

from ..cases.browser import BrowserCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_browser')
class TestBrowserProviders(BrowserCase):
    """Each provider is set up and connected by a person who reads the screen only, against this server's own copy of it."""

    def open_provider(self, name):
        self.page.goto(f'{self.url}/odoo/bank-providers')
        self.page.click(f'.o_data_row:has-text("{name}") td[name=name]')
        self.page.wait_for_selector('.o_bank_guide li')
        self.press("Practise First")
        self.page.wait_for_selector('.o_bank_guide a[target=_blank]')

    def at_the_portal(self, **given):
        """What a person does in the provider's portal; returns what it shows."""
        with self.page.context.expect_page() as opened:
            self.page.click('.o_bank_guide a[target=_blank]')
        portal = opened.value
        portal.wait_for_selector('button')
        for name, value in given.items():
            portal.fill(f'[name={name}]', value)
        portal.click('button')
        portal.wait_for_selector('h1:has-text("Registered")')
        found = {row.get_attribute('id'): row.inner_text() for row in portal.query_selector_all('code')}
        portal.close()
        return found

    def copied(self, name):
        return self.page.inner_text(f'div[name={name}]:visible >> nth=-1').strip()

    def fill(self, label, value):
        row = f'.o_field_widget[name=setting_ids] .o_data_row:has(td[name=label]:has-text("{label}"))'
        self.page.click(f'{row} td[name=value]')
        field = self.page.locator(
            f'{row} td[name=value] input, {row} td[name=value] select, {row} td[name=value] textarea'
        )
        field.wait_for()
        if field.evaluate('node => node.tagName') == 'SELECT':
            field.select_option(label=value)
        else:
            field.fill(value)
            field.press('Tab')

    def finish(self):
        """Save, test, switch on: what every guide ends with."""
        if self.page.locator('.o_form_button_save:visible').count():
            self.page.click('.o_form_button_save')
        self.press("Test Connection")
        self.page.wait_for_selector('.alert-success div[name=test_result]:visible')
        self.press("Switch On")
        self.page.wait_for_selector('button[name=action_use]', state='hidden')
        self.page.click('.nav-link:has-text("Banks")')
        self.page.wait_for_selector('div[name=institution_ids] .o_data_row')

    def connect(self, bank, token=None, picture=False):
        self.page.goto(f'{self.url}/odoo/bank-connections')
        self.press("Connect a Bank")
        name, _space, country = bank.partition(' (')
        self.page.select_option('.o_bank_find select', '')
        self.page.fill('.o_bank_find input', name)
        row = f'.o_bank_find [role=option]:has-text("{name}"):has-text("{country.rstrip(")")}"):has-text("Connect")'
        if picture:
            picked = self.page.locator(f'{row} img.o_bank_logo')
            picked.wait_for()
            self.assertTrue(picked.evaluate('node => node.decode().then(() => node.naturalWidth > 0)'))
        self.page.click(row)
        if token:
            self.page.fill('.modal div[name=token] input', token)
            self.press("Connect the Account")
        else:
            self.press("Go to the Bank")
            self.page.fill('input[name=pin]', '1111')
            self.press("Log in")
            self.page.wait_for_selector('input[name=account]')
            self.press("Approve")
        self.page.wait_for_selector('.o_field_widget[name=line_ids] .o_data_row')
        self.press("Start Fetching")
        self.page.wait_for_function(
            """() => {
            const rows = [...document.querySelectorAll('.o_bank_feed_progress li')];
            return rows.length && rows.every((row) => row.dataset.state === 'done');
        }""",
            timeout=90000,
        )
        self.assertTrue(
            self.sql("SELECT count(*) FROM account_bank_statement_line WHERE bank_feed_id IS NOT NULL")[0][0]
        )
        self.assertEqual(self.errors, [])

    def fetch_again(self):
        """*Synchronise Now* on the connection's page, which shows the fetch as it goes on."""
        count = "SELECT count(*) FROM bank_feed_run WHERE state = 'done'"
        for _time in range(2):
            before = self.sql(count)[0][0]
            self.press("Synchronise Now")
            self.wait_until(f'SELECT ({count}) > {before}', seconds=60)
            self.page.wait_for_timeout(4000)  # longer than the page waits before it looks by itself
            self.assertFalse(self.page.locator('.o_error_dialog').count())
        self.assertEqual(self.errors, [])

    def test_enable_banking(self):
        self.open_provider("Enable Banking")
        self.press("Generate Key Pair")
        self.page.wait_for_selector('div[name=certificate]:has-text("BEGIN CERTIFICATE")')
        given = self.at_the_portal(redirect=self.copied('redirect_url'), certificate=self.copied('certificate'))
        self.fill("Application ID", given['application_id'])
        self.finish()
        self.connect("Sandbox Bank", picture=True)

    def test_tatra(self):
        self.open_provider("Tatra banka")
        given = self.at_the_portal(
            redirect=self.copied('redirect_url'),
            webhook=self.copied('webhook_url'),
            webhook_secret='Basic dGF0cmE6dGVzdA==',
        )
        self.fill("Client ID", given['client_id'])
        self.fill("Client secret", given['client_secret'])
        self.fill("Application usage", "TPP")
        self.fill("Webhook security header", 'Basic dGF0cmE6dGVzdA==')
        self.finish()
        self.connect("Tatra banka")

    def test_ponto(self):
        self.open_provider("Ponto Connect")
        given = self.at_the_portal(redirect=self.copied('redirect_url'))
        self.fill("Client ID", given['client_id'])
        self.fill("Client secret", given['client_secret'])
        self.fill("Authorization address", given['page'])
        self.finish()
        self.connect("Ponto")

    def test_aiia(self):
        self.open_provider("Aiia (Mastercard)")
        given = self.at_the_portal(redirect=self.copied('redirect_url'), webhook=self.copied('webhook_url'))
        self.fill("Client ID", given['client_id'])
        self.fill("Client secret", given['client_secret'])
        self.fill("Webhook secret", given['webhook_secret'])
        self.finish()
        self.connect("Sandbox Bank")
        self.fetch_again()

    def test_gocardless(self):
        self.open_provider("GoCardless")
        given = self.at_the_portal()
        self.fill("Secret ID", given['secret_id'])
        self.fill("Secret key", given['secret_key'])
        self.finish()
        self.connect("Sandbox Bank")

    def test_nextgenpsd2(self):
        """A bank's own interface: log-in by OAuth, each message sealed with the certificate that the portal gave."""
        self.open_provider("own PSD2 interface")
        self.page.fill('div[name=name] input', "My Own Bank")
        given = self.at_the_portal(redirect=self.copied('redirect_url'))
        self.fill("Client ID", given['client_id'])
        self.fill("Client secret", given['client_secret'])
        self.fill("QSealC", given['qsealc'])
        self.finish()
        self.connect("My Own Bank")
        self.fetch_again()

    def test_fio(self):
        self.open_provider("Fio banka")
        given = self.at_the_portal()
        self.finish()
        self.connect("Fio banka (SK)", given['token'])
