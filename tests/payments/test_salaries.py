"""Salaries: one order, one entry, one movement or several; names and amounts of people for nobody else."""

import base64

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import BaseCase, tagged

from ...payments import salaries
from ...sandbox.payments import Payments
from ...sandbox.people import sk_iban
from ..cases.pay_case import PayCase

NAMES = ("Alica Tajná", "Boris Skrytý", "Cyril Tichý", "Dana Utajená", "Emil Nemý")
AMOUNTS = (1201.11, 1302.22, 1403.33, 1504.44, 1605.55)


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestSalaries(PayCase):
    def setUp(self):
        super().setUp()
        self.director.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_payroll')
        self.payroll = self._make_user('payroll', 'account_bank_feed.bank_feed_group_payroll')
        self.wages = self.env['account.account'].create(
            {
                'name': "Wages payable", 'code': '331100', 'account_type': 'liability_current', 'reconcile': True,
                'company_ids': self.company.ids,
            }
        )  # fmt: skip
        self.people = [self._vendor(name, 8810000 + place) for place, name in enumerate(NAMES)]

    def csv(self):
        rows = [
            f'{name};{sk_iban(8810000 + place)};{amount:.2f};Mzda'.replace('.', ',')
            for place, (name, amount) in enumerate(zip(NAMES, AMOUNTS))
        ]
        return base64.b64encode('\n'.join(['Meno;Účet;Suma;Text', *rows]).encode('cp1250'))

    def list_(self, **values):
        salary = self.env['bank.salary'].with_user(self.payroll).create(
            {'company_id': self.company.id, 'journal_id': self.journal.id, 'account_id': self.wages.id, **values}
        )  # fmt: skip
        salary.file = self.csv()
        salary.action_read_file()
        return salary

    def order(self, salary=None):
        return self.env['bank.payment.order'].browse((salary or self.list_()).action_make()['res_id'])

    def at_bank_now(self, batch):
        feed = self.connected()
        self.bank.state['settings']['batch_booking'] = batch
        self.addCleanup(self.bank.state['settings'].pop, 'batch_booking')
        order = self.order()
        self.submit(order, self.payroll)
        self.approve(order)
        self.sign(self.send(order)['url'])
        self.its_day(order)
        self.ask(order)
        return feed, order

    def test_one_sum(self):
        """19: five salaries, one entry, one movement, nobody named in the books."""
        feed, order = self.at_bank_now(batch=True)
        self.assertEqual((order.kind, order.count, order.state), ('salary', 5, 'executed'))
        self.assertTrue(self.at_bank[0]['salary'])
        self.assertEqual(order.move_id.state, 'posted')
        self.assertEqual(sorted(order.move_id.line_ids.mapped('balance')), [-7016.65, 7016.65])
        self.assertFalse(order.move_id.line_ids.partner_id)
        self.fetch(feed)
        line = self.lines(feed)[-1:]
        self.assertEqual(
            (line.amount, line.bank_match_rule, line.is_reconciled), (-7016.65, 'R26', True), line.bank_match_note
        )
        self.assertEqual(order.state, 'closed')
        self.assertNobodyNamed(order)

    def test_one_by_one_and_one_comes_back(self):
        """20: the bank books them one by one, one comes back: owed again."""
        feed, order = self.at_bank_now(batch=False)
        self.fetch(feed)
        self.assertEqual(order.state, 'closed')
        self.assertEqual(
            set(self.lines(feed).filtered(lambda line: line.amount < -1000).mapped('bank_match_rule')), {'R23'}
        )
        self.assertNobodyNamed(order)
        [payment] = self.at_bank
        Payments(self.bank).send_back(payment, payment['lines'][2], 'AC04')
        self.fetch(feed)
        back = self.lines(feed).filtered(lambda line: line.amount == 1403.33)
        self.assertEqual((back.bank_match_rule, back.is_reconciled), ('R25', True), back.bank_match_note)
        self.assertEqual(sorted(order.line_ids.mapped('state')), ['closed'] * 4 + ['returned'])
        owed = self.env['account.move.line'].search([('account_id', '=', self.wages.id), ('credit', '>', 0)])
        self.assertEqual(owed.mapped('credit'), [1403.33])
        self.assertNobodyNamed(order)

    def test_one_refused(self):
        """One account is closed: the other four are paid as one sum, one is owed again."""
        self.people[1].bank_ids.allow_out_payment = False
        self.people[1].bank_ids.acc_number = sk_iban(7700666)
        self.people[1].bank_ids.allow_out_payment = True
        salary = self.list_()
        salary.line_ids[1].write({'partner_id': self.people[1].id, 'partner_bank_id': self.people[1].bank_ids.id})
        feed = self.connected()
        self.bank.state['settings']['batch_booking'] = True
        self.addCleanup(self.bank.state['settings'].pop, 'batch_booking')
        order = self.order(salary)
        self.submit(order, self.payroll)
        self.approve(order)
        self.sign(self.send(order)['url'])
        self.its_day(order)
        self.ask(order)
        self.assertEqual(order.state, 'partially')
        self.fetch(feed)
        line = self.lines(feed)[-1:]
        self.assertEqual((line.amount, line.is_reconciled), (-5714.43, True), line.bank_match_note)
        self.assertEqual(sorted(order.line_ids.mapped('state')), ['closed'] * 4 + ['rejected'])
        waiting = order.move_id.line_ids.filtered(lambda item: item.account_id == order.outstanding_account_id)
        self.assertEqual(waiting.amount_residual, 0.0)

    def test_from_items(self):
        """Open items on wages payable: settled when it is sent."""
        entry = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'line_ids': [
                    Command.create(
                        {'account_id': self.wages.id, 'credit': amount, 'partner_id': person.id, 'name': "Mzda 11"}
                    )
                    for person, amount in zip(self.people, AMOUNTS)
                ]
                + [Command.create({'account_id': self.company.transfer_account_id.id, 'debit': sum(AMOUNTS)})],
            }
        )
        entry.action_post()
        items = entry.line_ids.filtered(lambda item: item.account_id == self.wages)
        salary = self.env['bank.salary'].with_user(self.payroll)._begin(items.with_user(self.payroll))
        self.assertEqual(salary.total, 7016.65)
        order = self.order(salary)
        self.submit(order, self.payroll)
        self.approve(order)
        self.send(order)
        self.assertEqual(order.way, 'file')
        self.assertTrue(all(items.mapped('reconciled')))

    def test_last_list(self):
        first = self.order()
        again = self.env['bank.salary'].with_user(self.payroll).create(
            {'company_id': self.company.id, 'journal_id': self.journal.id, 'account_id': self.wages.id}
        )  # fmt: skip
        again.action_last_month()
        self.assertEqual(again.line_ids.mapped('amount'), first.line_ids.mapped('amount'))

    def test_who_approves(self):
        """A payer who may not see salaries does not approve them; who prepares them, neither."""
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        order = self.order()
        self.submit(order, self.payroll)
        seen = {'seen_hash': order.content_hash}
        self.assertIn("may see salaries", self.refused(payer, order, 'action_approve', seen))
        self.assertIn("Payer", self.refused(self.payroll, order, 'action_approve', seen))
        self.assertIn("may not prepare", self.refused(self.accountant, order, 'action_cancel'))

    def assertNobodyNamed(self, order):
        """Neither names, accounts nor single amounts, for an accountant, a payer or an auditor, by any reading of any model."""
        self.env.flush_all()
        for role, group in (
            ('reader', 'account_bank_feed.bank_feed_group_manager'),
            ('payer2', 'account_bank_feed.bank_feed_group_payer'),
            ('auditor2', 'account.group_account_readonly'),
        ):
            user = self.env['res.users'].search([('login', '=', f'{role}_bank')]) or self._make_user(role, group)
            environment = self.env(user=user, su=False)
            for model in self.env['ir.model'].search([]).mapped('model'):
                if not self.is_about(model):
                    continue
                records = environment[model]
                try:
                    found = records.search([])
                except AccessError:
                    continue
                if model == 'mail.message':  # that a contact was made is no secret
                    found = found.filtered(lambda one: not (one.model or '').startswith('res.partner'))
                for name, field in records._fields.items():
                    if field.type in ('char', 'text', 'html', 'json', 'monetary', 'float', 'many2one'):
                        self.assertUntold(found, name, order, role)

    def is_about(self, model):
        if model not in self.env or self.env[model]._abstract or self.env[model]._transient:
            return False
        return model.startswith('bank.') or model in (
            'account.move', 'account.move.line', 'account.bank.statement.line', 'account.payment', 'mail.message', 'ir.attachment',
            'mail.activity', 'mail.tracking.value', 'ir.logging', 'account.partial.reconcile',
        )  # fmt: skip

    def assertUntold(self, found, name, order, role):
        model = found._name
        try:
            values = [row.get(name) for row in found.read([name])]
        except AccessError:
            return
        text = repr(values)
        numbers = [bank.sanitized_acc_number for bank in order.sudo().line_ids.partner_bank_id]
        for secret in (*NAMES, *numbers):
            self.assertNotIn(secret, text, (role, model, name))
        if model not in (
            'account.bank.statement.line',
            'account.move',
            'account.move.line',
            'account.partial.reconcile',
        ):
            for amount in AMOUNTS:  # a journal has the amounts of its movements, without a name
                self.assertNotIn(str(amount), text, (role, model, name))


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestSalaryLists(BaseCase):
    """What a file may look like."""

    def amounts(self, text, encoding='utf-8'):
        return [str(row.amount) for row in salaries.read(text.encode(encoding))]

    def test_forms(self):
        account = 'SK3112000000198742637541'
        for text, amounts in (
            (f'Jana;{account};1250,50', ['1250.50']),
            (f'Jana,{account},1250.50,Mzda', ['1250.50']),
            (f'Jana\t{account}\t1.250,50', ['1250.50']),
            (f"Jana;{account};1'250.50", ['1250.50']),
            (f'Jana;{account};1 250,50\nEva;{account};7', ['1250.50', '7']),
            (f'\ufeffName;Account;Amount\n"Nová; Jana";{account};1,250.50', ['1250.50']),
        ):
            with self.subTest(text):
                self.assertEqual(self.amounts(text), amounts)

    def test_letters(self):
        for name, encoding in (("Kováčová Ľubica Ťažká", 'cp1250'), ("Bjørn Åse Ærø", 'cp1252'), ("Kováčová", 'utf-8')):
            row = f'{name};SK3112000000198742637541;100;{name}'.encode(encoding)
            self.assertEqual(salaries.read(row)[0].name, name)

    def test_refused_whole(self):
        account = 'SK3112000000198742637541'
        for text in (
            '',
            'x',
            f'Jana;{account}',
            f'Jana;{account};-5',
            f'Jana;{account};0',
            'Jana;;5',
            f';{account};5',
            f'Jana;{account};1.250.50',
            f'Jana;{account};1,250,50',
            f'Jana;{account};1250 50',
            f'Jana;{account};12 50',
            f'Jana;{account};1.250',
            f'Jana,{account},1250,50,Mzda',
            f'Jana,{account},1,250.50,Mzda',
            f'Jana;{account};;Mzda',
            f'Jana;{account};5;"x\nEva;{account};7;"y',
            f'Jana;{account};1e3',
            f'Jana;{account};5\nEva;{account};x',
        ):
            with self.subTest(text), self.assertRaises(salaries.NotAList) as caught:
                salaries.read(text.encode())
            self.assertNotIn(account, str(caught.exception))
