"""Files that people drop, at the sandbox bank's account of the company."""

import base64
from datetime import timedelta

from odoo import fields

from ...sandbox import papers
from ...sandbox.people import accounts_of
from .common import BankFeedCase

ACCOUNT = accounts_of('jana')[0]


class ImportCase(BankFeedCase):
    """An accountant with files of the account of ``self.journal``."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        cls.number = cls.env['res.partner.bank'].create(
            {'acc_number': ACCOUNT['iban'], 'partner_id': cls.company.partner_id.id, 'allow_out_payment': True}
        )
        cls.journal.bank_account_id = cls.number

    def days(self, first, last=0):
        """(first, last) day of a period, as days before the bank's today."""
        return self.bank.today() - timedelta(days=first), self.bank.today() - timedelta(days=last)

    def camt(self, first=60, last=0, account=ACCOUNT):
        return papers.camt053(self.bank, account, *self.days(first, last)).encode()

    def csv(self, first=60, last=0):
        return papers.export(self.bank, ACCOUNT, *self.days(first, last)).encode()

    def mail(self, entry, **options):
        return papers.mail(self.bank, ACCOUNT, entry, **options)

    def upload(self, *contents, user=None, name='statement.xml'):
        return (
            self.env['ir.attachment']
            .with_user(user or self.accountant)
            .create([{'name': name, 'datas': base64.b64encode(content)} for content in contents])
        )

    def drop(self, *contents, user=None, journal=None, name='statement.xml'):
        """The import of dropped files, as it is shown."""
        user = user or self.accountant
        files = self.upload(*contents, user=user, name=name)
        target = (journal or self.env['account.journal']).with_user(user)
        return self.env['bank.import'].with_user(user)._drop(files, target)

    def imported(self, *contents, **options):
        """The import, done."""
        record = self.drop(*contents, **options)
        record.action_import()
        return record

    def in_books(self):
        """The journal's lines, the oldest first."""
        return self.env['account.bank.statement.line'].search(
            [('journal_id', '=', self.journal.id)], order='internal_index'
        )

    def held(self):
        return self.env['bank.feed.unposted'].search([('journal_id', '=', self.journal.id), ('state', '=', 'held')])

    def today(self):
        return fields.Date.today()
