"""The screens of consents and agreements, every state of both, by what people do in the demo: an accountant without rights at the bank, a
director and a colleague on a phone.

python screens_consents.py URL FOLDER CHROMIUM"""

import re
import sys

from playwright.sync_api import sync_playwright
from screens import FLAGS

PHONE = {'viewport': {'width': 390, 'height': 844}, 'is_mobile': True, 'has_touch': True}
BACKSTAGE = '/bank_feed/sandbox/backstage'


class ConsentsWalk:
    """Goes on where the sandbox bank has just been switched on.

    :param browser: Playwright's
    :param admin: a page of who is logged in as administrator"""

    def __init__(self, browser, admin, url, folder):
        self.browser, self.admin, self.url, self.folder = browser, admin, url, folder
        self.zuzana = self.person('zuzana', viewport={'width': 1280, 'height': 800})

    def person(self, login='', **options):
        page = self.browser.new_context(**options).new_page()
        page.set_default_timeout(30000)
        if login:
            self.log_in(page, login)
            page.wait_for_selector('.o_main_navbar, .o_home_menu, .o_web_client')
        return page

    def log_in(self, page, login):
        if 'web/login' not in page.url:
            page.goto(f'{self.url}/web/login')
        page.fill('input[name=login]', login)
        page.fill('input[name=password]', login)
        page.click('button[type=submit]')

    def shot(self, page, name):
        page.wait_for_timeout(700)
        page.screenshot(path=f'{self.folder}/{name}.png')

    def go(self, page, path, wait='.o_view_controller'):
        page.goto(self.url + path)
        page.wait_for_selector(wait)

    def all(self):
        self.provider(agreement='fetching')
        self.agreement()
        self.provider(agreement='none')
        self.consents()

    # === The company's agreement === #

    def agreement(self):
        link = self.sent('40')
        phone = self.person(**PHONE)
        phone.goto(link)
        self.shot(phone, '41_sign_phone')
        code = self.code(phone)
        for box, text in (('code', code), ('name', "Peter Kovac")):
            phone.fill(f'input[name={box}]', text)
        phone.check('input[name=agreed]')
        phone.click('button[value=sign]')
        phone.wait_for_selector('text=The signed document')
        self.shot(phone, '42_signed_phone')
        self.state('live', '43')
        self.press('action_end', "Ok")
        self.state('ended', '44')
        self.press('action_new')
        phone.goto(self.sent('45', new=True))
        phone.click('summary')
        phone.fill('input[name=reason]', "Wrong company")
        phone.click('button[value=decline]')
        phone.wait_for_selector('text=You declined')
        self.shot(phone, '46_declined_phone')
        self.state('declined', '47')
        self.press('action_new')
        self.sent('48', new=True)
        self.backstage('remind')
        self.backstage('expire')
        self.state('expired', '49')
        self.review()

    def review(self):
        """The provider looks at it: under review, rejected."""
        self.press('action_new')
        self.provider(agreement_review=True)
        link = self.sent('50', new=True)
        phone = self.person(**PHONE)
        phone.goto(link)
        code = self.code(phone)
        for box, text in (('code', code), ('name', "Peter Kováč")):
            phone.fill(f'input[name={box}]', text)
        phone.check('input[name=agreed]')
        phone.click('button[value=sign]')
        phone.wait_for_selector('text=The signed document')
        self.state('review', '51')
        self.go(self.admin, self.path)
        self.shot(self.admin, '52_agreement_decide')
        self.admin.fill('.o_field_widget[name=reject_reason] input', "The company is not in the register yet.")
        self.admin.click('button[name=action_reject]:visible')
        self.admin.click('.modal button:has-text("Ok")')
        self.admin.wait_for_selector('.modal', state='detached')
        self.state('rejected', '53')
        self.provider(agreement_review=False)
        self.go(self.zuzana, '/odoo/bank-agreements')
        self.shot(self.zuzana, '54_agreements')

    def provider(self, **values):
        """What the administrator sets on the provider."""
        self.admin.evaluate(
            "async (values) => { const post = (method, args) => fetch('/web/dataset/call_kw', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({jsonrpc: '2.0', params: {model: 'bank.provider', method, args, kwargs: {}}})}).then(r => r.json());"
            " const found = await post('search', [[['interface', '=', 'sandbox']]]);"
            " await post('write', [found.result, values]); }",
            values,
        )

    def sent(self, number, new=False):
        """Address of the signatory's page, once the agreement is sent."""
        page = self.zuzana
        if not new:
            self.go(page, '/odoo/bank-agreements/new', '.o_form_view')
            page.click('.o_field_widget[name=provider_id] input')
            page.click('.o-autocomplete--dropdown-item:has-text("Sandbox")')
            for name, text in (
                ('company_registry', '31333532'),
                ('signatory_name', "Peter Kováč"),
                ('signatory_role', "Managing director"),
                ('signatory_email', 'peter@demo.example'),
            ):
                page.fill(f'.o_field_widget[name={name}] input', text)
                page.press(f'.o_field_widget[name={name}] input', 'Tab')
            self.shot(page, f'{number}a_agreement_draft')
        page.click('button[name=action_send]:visible')
        page.wait_for_selector('button[name=action_withdraw]:visible')
        self.path = page.url.removeprefix(self.url)
        self.shot(page, f'{number}_agreement_sent')
        return self.mail(r'/bank_feed/sign/[\w-]+')

    def state(self, state, number):
        self.go(self.zuzana, self.path, '.o_form_view')
        self.shot(self.zuzana, f'{number}_agreement_{state}')

    def press(self, button, confirm=''):
        self.zuzana.click(f'button[name={button}]:visible')
        if confirm:
            self.zuzana.click(f'.modal button:has-text("{confirm}")')
        self.zuzana.wait_for_timeout(1500)

    def code(self, phone):
        phone.click('button[value=mail]')
        phone.wait_for_selector('.alert-success')
        return self.mail(r'<b>(\d{6})</b>')

    # === Behind the scenes === #

    def mail(self, pattern):
        """What the newest mail says."""
        self.admin.goto(self.url + BACKSTAGE)
        texts = self.admin.eval_on_selector_all('iframe', 'all => all.map(one => one.getAttribute("srcdoc"))')
        found = next(match for match in (re.search(pattern, text) for text in texts) if match)
        return found[1] if found.groups() else self.url + found[0]

    def backstage(self, act):
        self.admin.goto(self.url + BACKSTAGE)
        self.admin.click(f'button[value={act}]')
        self.admin.wait_for_selector('text=Behind the scenes')

    # === Personal consents === #

    def consents(self):
        page = self.zuzana
        self.go(page, '/odoo/bank-connections')
        page.click('button:has-text("Connect a Bank")')
        page.wait_for_selector('.o_bank_find [role=option]')
        page.fill('.o_bank_find input', 'Sand')
        page.click('.o_bank_find [role=option]:has-text("Sandbox Bank")')
        page.click('button[name=action_invite]:visible')
        self.invite('Peter')
        self.shot(page, '60_waiting')
        phone = self.person(**PHONE)
        phone.goto(self.mail(r'/bank_feed/consents/\d+'))
        self.shot(phone, '61_first_to_odoo_phone')
        phone.click('a:has-text("Log In to Odoo")')
        self.log_in(phone, 'peter')
        phone.wait_for_selector('button[value=give]')
        self.shot(phone, '62_invited_phone')
        self.give(phone, "Peter Kováč", '2222')
        self.shot(phone, '63_given_phone')
        page.reload()
        page.click('button[name=action_choose_accounts]:visible')
        page.wait_for_selector('.o_field_widget[name=line_ids]')
        self.shot(page, '64_accounts')
        page.click('button[name=action_confirm]:visible')
        page.wait_for_selector('.o_bank_feed_progress')
        page.wait_for_timeout(8000)
        self.second()

    def second(self):
        """A second person's consent takes over when the first one ends."""
        page = self.zuzana
        page.click('button[name=action_invite]:visible')
        self.invite('Jana')
        phone = self.person(**PHONE)
        phone.goto(self.url + '/web/login')
        self.log_in(phone, 'jana')
        phone.wait_for_timeout(1500)
        phone.goto(self.url + '/bank_feed/consents')
        self.give(phone, "Jana Nováková", '1111')
        self.go(page, '/odoo/bank-consents', '.o_bank_consents table')
        for details in page.query_selector_all('.o_bank_consents summary'):
            details.click()
        self.shot(page, '65_consents')
        self.admin.goto(self.url + BACKSTAGE)
        self.admin.locator('form', has_text="Peter").locator('button[value=soon]').first.click()
        self.go(page, '/odoo/bank-consents', '.o_bank_consents table')
        self.shot(page, '66_ends_soon')
        self.admin.goto(self.url + BACKSTAGE)
        self.admin.locator('form', has_text="Peter").locator('button[value=over]').first.click()
        self.shot(self.admin, '67_backstage')
        self.go(page, '/odoo/bank-consents', '.o_bank_consents table')
        self.shot(page, '68_ended')
        self.go(page, '/odoo/action-account_bank_feed.bank_feed_action')
        self.shot(page, '69_bank_accounts')

    def invite(self, name):
        page = self.zuzana
        page.wait_for_selector('.modal .o_field_widget[name=user_ids] input')
        page.fill('.modal .o_field_widget[name=user_ids] input', name)
        page.click(f'.o-autocomplete--dropdown-item:has-text("{name}")')
        page.click('.modal button[name=action_invite]:visible')
        page.wait_for_selector('.modal', state='detached')
        page.wait_for_timeout(1000)

    def give(self, phone, name, pin):
        phone.click('button[value=give]')
        phone.wait_for_selector('input[name=pin]')
        phone.click(f'text={name}')
        phone.fill('input[name=pin]', pin)
        phone.click('button:has-text("Log in")')
        phone.wait_for_selector('input[name=account]')
        phone.click('button:has-text("Approve")')
        phone.wait_for_selector('text=Thank you')


def main():
    url, folder, chromium = sys.argv[1:4]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        admin = browser.new_page(viewport={'width': 1280, 'height': 800})
        admin.set_default_timeout(30000)
        admin.goto(f'{url}/web/login')
        walk = ConsentsWalk(browser, admin, url, folder)
        walk.log_in(admin, 'admin')
        admin.wait_for_selector('.o_main_navbar')
        try:
            walk.all()
        except Exception:
            walk.zuzana.screenshot(path=f'{folder}/98_stopped_here.png')
            raise
        finally:
            browser.close()


if __name__ == '__main__':
    main()
