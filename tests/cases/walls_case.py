"""The ground for attacks by remote call."""

import base64
from datetime import timedelta

from odoo.fields import Command

from ...sandbox import papers
from ...sandbox.people import accounts_of, sk_iban
from .common import MAIN, PSU, BankFeedCase, at_the_bank


class WallsCase(BankFeedCase):
    """A company, its neighbour, and a user of every kind."""

    def setUp(self):
        super().setUp()
        self.server.pay(amount='117.00', remittance=["nothing"])
        self.server.pay(amount='5.00', raw={'bookingDate': None})
        self.feed = self.connect()
        self.fetch(self.feed)
        line = self.lines(self.feed)
        self.env['bank.match'].create({'statement_line_id': line.id})
        values = {'account_number': 'SK00', 'partner_id': self.customer.id, 'company_id': self.company.id}
        self.env['bank.payer'].create(values)
        self.env['bank.backtest'].create({})
        self.env['bank.cash'].create({'move_id': self.invoice(10).id})
        self.env['bank.signature.provider'].create({'name': "BankID"})
        self.env['bank.agreement'].create(
            {
                'provider_id': self.provider.id,
                'signatory_name': "X",
                'signatory_email': 'x@example.com',
                'company_registry': '1',
            }
        )
        self.env['bank.invite'].create({'connection_id': self.feed.connection_id.id, 'company_id': self.company.id})
        self.env['bank.partner.identifier'].create({'partner_id': self.customer.id, 'name': '990041'})
        self._import()
        self._pay()
        self.neighbour = self._make_company("Susedia s.r.o.")
        self.stranger = self._make_user('stranger', 'account_bank_feed.bank_feed_group_manager')
        self.stranger.write({'company_ids': [Command.set(self.neighbour.ids)], 'company_id': self.neighbour.id})

    def _pay(self):
        """A payment order that waits for an approval, one word on it, and the dialogs."""
        vendor = self.env['res.partner'].create({'name': "Dodávateľ s.r.o."})
        values = {'partner_id': vendor.id, 'acc_number': sk_iban(8800001), 'allow_out_payment': True}
        self.env['res.partner.bank'].create(values)
        self.journal.bank_acc_number = self.journal.bank_acc_number or MAIN.partition('/')[0]
        bill = self.invoice(55, 'in_invoice', vendor)
        wizard = self.env['bank.pay'].create({'move_ids': [Command.set(bill.ids)], 'journal_id': self.journal.id})
        wizard.when = 'now'
        wizard.action_pay()
        self.order = bill.matched_payment_ids.bank_payment_order_id
        self.order.action_submit()
        self.order._log("Submitted.")
        self.env['bank.payment.approval'].create(
            {'order_id': self.order.id, 'user_id': self.env.uid, 'decision': 'approved', 'content_hash': 'x'}
        )
        other = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'OTHR', 'company_id': self.company.id}
        )
        self.env['bank.transfer'].create({'journal_id': self.journal.id, 'to_journal_id': other.id, 'amount': 5})
        self.env['bank.coding']._open([('company_id', '=', self.company.id)])
        self.env['bank.payment.reject'].create({'order_id': self.order.id, 'reason': "x"})
        self.env['bank.payment.resolve'].create({'order_id': self.order.id, 'executed': 'never', 'reason': "x"})

        self.env.user.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_payroll')
        account = self.env['account.account'].search(
            [('account_type', '=', 'liability_current'), ('company_ids', 'in', self.company.ids)], limit=1
        )
        self.env['bank.salary'].create(
            {
                'journal_id': self.journal.id,
                'account_id': account.id,
                'line_ids': [Command.create({'partner_id': vendor.id, 'amount': 1000})],
            }
        )

    def _import(self):
        """A statement that was imported, a form that was taught, a mail."""
        days = self.bank.today() - timedelta(days=9), self.bank.today()
        account = accounts_of('jana')[0]
        for name, make in (('a.xml', papers.camt053), ('b.csv', papers.strange)):
            record = self.env['bank.import'].create({'name': name, 'journal_id': self.journal.id})
            content = base64.b64encode(make(self.bank, account, *days).encode())
            file = self.env['bank.import.file'].create({'import_id': record.id, 'name': name, 'content': content})
            record._read()
            if record.can_import:
                record.action_import()
            else:
                self.env['bank.import.profile']._on(file)
        mailbox = self.env['bank.mailbox'].create({'company_id': self.company.id})
        entry = self.bank.state['ledger'][MAIN][0]
        self.env['bank.mail']._arrive(papers.mail(self.bank, account, entry), mailbox)
        mailbox.activity_ids.unlink()  # core's own error where somebody empties the field

    def roles(self):
        return {
            'plain': self._make_user('plain'),
            'invoicing': self._make_user('invoicing', 'account.group_account_invoice'),
            'basic': self._make_user('basic', 'account.group_account_basic'),
            'auditor': self._make_user('auditor', 'account.group_account_readonly'),
            'administrator': self._make_user('administrator', 'account.group_account_manager'),
            'accountant': self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant'),
            'manager': self.manager,
            'payer': self._make_user('payer', 'account_bank_feed.bank_feed_group_payer'),
            'payroll': self._make_user('payroll', 'account_bank_feed.bank_feed_group_payroll'),
            'stranger': self.stranger,
        }

    def own_models(self):
        """All models of this module, as the registry has them."""
        names = self.env['ir.model'].search([('model', '=like', 'bank.%')]).mapped('model')
        return sorted(
            name
            for name in names
            if name in self.env
            and self.env[name]._original_module == 'account_bank_feed'
            and not self.env[name]._abstract
        )

    def of_the_stranger(self):
        """The dialog of a person of another company, who gave a permission of his own."""
        environment = self.env(user=self.stranger, context={'allowed_company_ids': self.neighbour.ids})
        consent, address = environment['bank.consent']._start(
            self.institution.with_env(environment), self.neighbour.with_env(environment), PSU
        )
        at_the_bank(address, 'peter')
        consent._finish({}, PSU)
        return environment['bank.connect.result']._from_consent(consent, PSU)
