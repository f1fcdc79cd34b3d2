"""Bills, who prepares their payment and who approves it, and what they do in their browsers."""

import re
from datetime import timedelta

import requests

from odoo import fields
from odoo.tests import HttpCase
from odoo.tools import mute_logger

from ...sandbox.payments import Payments
from ...sandbox.people import sk_iban
from .common import MAIN, PINS
from .provider_case import ProviderCase

DEBTOR = MAIN.partition('/')[0]


class Refused(Exception):
    """The server's own sentence."""


class PayCase(ProviderCase, HttpCase):
    """A connected account, vendors with trusted accounts, an accountant, a director with an own consent. Acts are calls of the logged-in person over
    HTTP, as approvals want it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        cls.director = cls._make_user(
            'director', 'account_bank_feed.bank_feed_group_payer', 'account_bank_feed.bank_feed_group_manager'
        )
        cls.vendor = cls._vendor("Papier s.r.o.", 8800001)

    @classmethod
    def _vendor(cls, name, number, trusted=True, **values):
        partner = cls.env['res.partner'].create({'name': name, 'country_id': cls.env.ref('base.sk').id, **values})
        cls.env['res.partner.bank'].create(
            {'partner_id': partner.id, 'acc_number': sk_iban(number), 'allow_out_payment': trusted}
        )
        return partner

    def setUp(self):
        super().setUp()
        self.env['res.partner.bank'].search([('acc_number', '=', DEBTOR)]).unlink()
        self.journal.bank_acc_number = DEBTOR
        # the network is real and on localhost; the bank's page is on it, too
        self.opener_user = None

    def connected(self, user=None):
        """The account fetched through the provider, with the consent of the director."""
        manager, type(self).manager = self.manager, user or self.director
        try:
            result = self.give()
            result.line_ids.filtered(lambda line: line.account_number == DEBTOR).write(
                {'action': 'existing', 'journal_id': self.journal.id}
            )
            return self.connect(result)
        finally:
            type(self).manager = manager

    def bill(self, amount=100.0, partner=None, **values):
        today = fields.Date.today()
        return self.invoice(
            amount,
            'in_invoice',
            partner or self.vendor,
            **{
                'invoice_date': today - timedelta(days=5),
                'invoice_date_due': today,
                'invoice_payment_term_id': False,
                **values,
            },
        )

    def to_pay(self, bills, **values):
        """The accountant's dialog; the orders of the documents."""
        action = bills.with_user(self.accountant).action_bank_pay()
        wizard = self.env['bank.pay'].with_user(self.accountant).browse(action['res_id'])
        wizard.write({'journal_id': self.journal.id, 'when': 'now', **values})
        wizard.action_pay()
        lines = bills.matched_payment_ids.bank_payment_line_ids
        return lines.filtered(lambda line: line.state == 'draft').order_id.sorted('id')

    # === Over HTTP === #

    def call(self, user, record, method, context=None, args=()):
        """What the person's browser calls."""
        self.env.flush_all()
        self.env.cr.precommit.run()
        if self.opener_user != user:
            self.authenticate(user.login, user.login)
            self.opener_user = user
        context = {'allowed_company_ids': self.company.ids, **(context or {})}
        answer = self.opener.post(
            f'{self.base_url()}/web/dataset/call_kw/{record._name}/{method}',
            json={
                'jsonrpc': '2.0',
                'method': 'call',
                'params': {
                    'model': record._name,
                    'method': method,
                    'args': [record.ids, *args],
                    'kwargs': {'context': context},
                },
            },
            timeout=60,
        ).json()
        self.env.invalidate_all()
        if 'error' in answer:
            raise Refused(answer['error']['data']['message'])
        return answer['result']

    def refused(self, user, record, method, context=None, args=()):
        """The sentence of a refusal."""
        with self.assertRaises(Refused) as caught, self.env.cr.savepoint(), mute_logger('odoo.http'):
            self.call(user, record, method, context, args)
        self.env.invalidate_all()
        return str(caught.exception)

    def submit(self, order, user=None):
        self.call(user or self.accountant, order, 'action_submit')
        self.assertEqual(order.state, 'to_approve', [order.problem, order.line_ids.mapped('problem')])
        return order

    def approve(self, order, user=None):
        self.call(user or self.director, order, 'action_approve', {'seen_hash': order.content_hash})
        self.assertEqual(order.state, 'approved')
        return order

    def send(self, order, user=None):
        return self.call(user or self.director, order, 'action_send')

    def sign(self, url, login='jana', step='sign'):
        """What a person does at the bank's page of a payment; the address the bank sends the browser back to."""
        session = requests.Session()
        text = session.post(url, {'step': 'login', 'login': login, 'pin': PINS[login]}, timeout=20).text
        ticket = re.search(r'name="ticket" value="([^"]+)"', text)[1]
        return session.post(url, {'step': step, 'ticket': ticket}, timeout=20, allow_redirects=False).headers[
            'Location'
        ]

    def poll(self):
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_payments').method_direct_trigger()
        self.env.invalidate_all()

    def its_day(self, order):
        """The bank's day of execution has come."""
        self.bank.state['today'] = max(order.date, self.bank.today()).isoformat()

    def ask(self, order):
        """The schedule asks the bank now."""
        order.next_poll = fields.Datetime.now() - timedelta(seconds=1)
        self.poll()

    @property
    def posts(self):
        """Orders that the bank has taken."""
        return self.bank.state.get('payment_posts', 0)

    @property
    def at_bank(self):
        return list(Payments(self.bank).all.values())

    def trust(self, partner):
        partner.bank_ids.allow_out_payment = True


class PayrollCase(PayCase):
    """With somebody who makes lists of salaries, and somebody who gets one."""

    def setUp(self):
        super().setUp()
        self.payroll = self._make_user('payroll', 'account_bank_feed.bank_feed_group_payroll')
        self.director.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_payroll')
        self.wages = self.env['account.account'].create(
            {
                'name': "Wages payable", 'code': '331100', 'account_type': 'liability_current', 'reconcile': True,
                'company_ids': self.company.ids,
            }
        )  # fmt: skip
        self.person = self._vendor("Alica Tajná", 8810000)

    def salary(self, amount=1200.0, items=None):
        if items:
            wizard = self.env['bank.salary'].with_user(self.payroll)._begin(items.with_user(self.payroll))
        else:
            wizard = self.env['bank.salary'].with_user(self.payroll).create(
                {'company_id': self.company.id, 'journal_id': self.journal.id, 'account_id': self.wages.id}
            )  # fmt: skip
            line = {
                'salary_id': wizard.id,
                'partner_id': self.person.id,
                'partner_bank_id': self.person.bank_ids.id,
                'amount': amount,
            }
            self.env['bank.salary.line'].with_user(self.payroll).create(line)
        return wizard

    def order_of(self, wizard):
        return self.env['bank.payment.order'].browse(wizard.action_make()['res_id'])

    def owed(self, amount=1200.0):
        entry = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'line_ids': [
                    (
                        0,
                        0,
                        {'account_id': self.wages.id, 'credit': amount, 'partner_id': self.person.id, 'name': "Mzda"},
                    ),
                    (0, 0, {'account_id': self.company.transfer_account_id.id, 'debit': amount}),
                ],
            }
        )
        entry.action_post()
        return entry.line_ids.filtered(lambda item: item.account_id == self.wages)
