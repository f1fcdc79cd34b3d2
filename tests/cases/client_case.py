"""The client against the sandbox bank by real HTTP."""

from datetime import date, timedelta

from odoo.tests import BaseCase

from ...sandbox.faults import fault
from .common import MAIN, PSU, BankServer, at_the_bank


class ClientCase(BaseCase):
    """The client against the sandbox bank by real HTTP."""

    wrap = None

    def setUp(self):
        super().setUp()
        self.server = BankServer(wrap=self.wrap)
        self.addCleanup(self.server.stop)
        self.bank = self.server.bank
        self.client = self.server.client()
        self.since = date.today() - timedelta(days=80)

    def consent(self, login='jana', **kwargs):
        start = self.client.start_consent('http://odoo.test/return?state=abc', date.today() + timedelta(days=180), PSU)
        location = at_the_bank(start.redirect_url, login, **kwargs)
        return start.consent.id, location

    def main_account(self, consent_id, psu=PSU):
        return next(
            account for account in self.client.accounts(consent_id, psu) if f'{account.iban}/{account.currency}' == MAIN
        )

    def movements(self, psu=PSU, since=None):
        consent_id, _location = self.consent()
        return self.client.movements(consent_id, self.main_account(consent_id).session_id, since or self.since, psu)

    def fail(self, kind, path='transactions', **options):
        self.bank.state['faults'].append(fault(path, kind, **options))
