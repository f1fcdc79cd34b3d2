"""An agreement that is filled in, sent and signed over HTTP."""

import re
from unittest.mock import patch

from odoo.tests import HttpCase

from .common import BankFeedCase

PATH = '/bank_feed/sign'


class AgreementCase(BankFeedCase, HttpCase):
    """A provider that wants an agreement, an accountant, and who signs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        cls.provider.agreement = 'fetching'
        cls.company.company_registry = '12345678'

    def draft(self, **values):
        return self.env['bank.agreement'].with_user(self.accountant).create(
            {
                'provider_id': self.provider.id,
                'company_id': self.company.id,
                'signatory_name': "Ján Konateľ",
                'signatory_email': 'konatel@example.com',
                **values,
            }
        )  # fmt: skip

    def sent(self, **values):
        """(agreement, link)"""
        agreement = self.draft(**values)
        with self.mock_mail():
            agreement.action_send()
        self.env.flush_all()
        return agreement, self.links[-1]

    def mock_mail(self):
        """What is mailed is read by the test, as by who gets it."""
        self.links, self.codes = [], []
        test = self
        original = type(self.env['mail.mail']).send

        def send(mails, *args, **options):
            for mail in mails:
                test.links += re.findall(r'/bank_feed/sign/[\w-]+', mail.body_html or '')
                test.codes += re.findall(r'<b>(\d{6})</b>', mail.body_html or '')
                test.assertIn(
                    'konatel@example.com', (mail.email_to or '') + ''.join(mail.recipient_ids.mapped('email'))
                )
            return original(mails, *args, **options)

        return patch.object(type(self.env['mail.mail']), 'send', send)

    def post(self, link, **data):
        self.authenticate(None, None)
        text = self.url_open(link).text
        token = re.search(r'name="csrf_token" value="([^"]+)"', text)
        answer = self.url_open(link, data={'csrf_token': token and token[1], **data})
        self.env.invalidate_all()
        return answer

    def code(self, link):
        with self.mock_mail():
            self.post(link, act='mail')
        return self.codes[-1]

    def sign(self, link, **data):
        return self.post(link, **{'act': 'sign', 'code': self.code(link), 'name': "Ján Konateľ", 'agreed': '1', **data})

    def look(self):
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_signings').method_direct_trigger()
        self.env.invalidate_all()
