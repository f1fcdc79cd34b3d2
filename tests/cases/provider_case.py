"""A provider as a manager sets it up."""

from collections import Counter
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

from . import harness
from .common import MAIN, PSU, BankFeedCase, at_the_bank


class ProviderCase(BankFeedCase):
    """A provider set up as a manager does it, with the harness's bank."""

    harness_class = harness.EnableBanking

    def setUp(self):
        super().setUp()
        self.harness = self.harness_class()
        self.addCleanup(self.harness.server.stop)
        self.bank = self.harness.bank
        self.app = self.harness.app
        self.env['ir.config_parameter'].set_param('web.base.url', 'http://odoo.test')
        self.env['ir.config_parameter'].set_param('web.base.url.freeze', 'True')
        values = {'name': "Provider", 'interface': self.harness.code, 'company_id': self.company.id}
        self.provider = self.env['bank.provider'].with_user(self.manager).create(values)
        self.provider.sudo().write({'base_url': self.harness.server.url, 'mode': 'sandbox'})
        for name, value in self.harness.settings().items():
            row = self.provider.setting_ids.filtered(lambda row, name=name: row.name == name)
            if row:
                row.value = value
        self.provider.action_refresh_institutions()
        self.institution = self.provider.institution_ids[0]
        self.patch_settings()

    def patch_settings(self):
        """What only tests set: shorter waits."""
        extra = {name: value for name, value in self.harness.settings().items() if name.endswith(('seconds', 'calls'))}
        original = type(self.institution)._client_settings
        self.patch(type(self.institution), '_client_settings', lambda record: {**original(record), **extra})

    def start(self, user=None, renews=None):
        return super().start(user, renews)

    def give(self, renews=None):
        """A permission, given as a person does; the result page's record."""
        if self.harness.by_token:
            wizard = self.env['bank.connect'].with_user(self.manager)
            wizard = wizard.create({'institution_id': self.institution.id, 'token': self.app['token']})
            return self.env['bank.connect.result'].with_user(self.manager).browse(wizard.action_connect()['res_id'])
        consent, address = self.start(renews=renews)
        location = at_the_bank(address)
        self.assertTrue(location.startswith('http://odoo.test/bank_feed/return?'), location)
        query = dict(parse_qsl(urlsplit(location).query))
        token = query.pop('state', None) or query.get('ref')
        self.assertEqual(self.env['bank.consent']._from_return(token), consent.sudo())
        for further in range(self.harness.log_ins):
            address = consent._finish(query, PSU)
            self.assertEqual(bool(address), further + 1 < self.harness.log_ins)
            if address:
                query = dict(parse_qsl(urlsplit(at_the_bank(address)).query))
        self.assertEqual(consent.state, 'valid')
        return self.env['bank.connect.result'].with_user(self.manager)._from_consent(consent, PSU)

    def connect(self, result=None):
        result = result or self.give()
        for line in result.line_ids:
            if line.account_number != MAIN[:-4]:
                line.action = 'skip'
        result.action_confirm()
        return self.env['bank.feed'].search([('institution_id', '=', self.institution.id)])

    def assertBooks(self, feed):
        """The journal has what the bank's ledger has, once."""
        first = feed.date_from.isoformat()
        expected = Counter((row['booked'], Decimal(row['amount'])) for row in self.bank.entries(MAIN, 'booked', first))
        lines = self.lines(feed)
        self.assertEqual(Counter((str(line.date), Decimal(f'{line.amount:.2f}')) for line in lines), expected)
