"""What a reviewer got past, kept as it was tried: names and sums through computed fields, branches, the day's limit, a changed method, a word too much."""

from odoo import fields
from odoo.tests import Form, tagged

from ..cases.pay_case import PayrollCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayWalls(PayrollCase):
    def onchange(self, user, record, values, spec, context=None):
        found = self.call(user, record, 'onchange', context, (values, list(values), {name: {} for name in spec}))
        return found['value']

    # === Names and sums === #

    def test_names_are_for_readers(self):
        """Core works out names in sudo: of an activity's record, a message's."""
        order = self.order_of(self.salary(1234.56))
        vendors = self.to_pay(self.bill(10.0))
        wizard = self.salary(5.0)
        wizard.line_ids.sudo().name = "Alica Tajná"
        plain = self._make_user('plain', 'base.group_user')
        for user in (plain, self.accountant):
            for record in (order.line_ids, wizard.line_ids):
                for said in self._told(user, record):
                    self.assertNotIn("Tajná", said)
        for record in (order, vendors, vendors.line_ids):
            for said in self._told(plain, record):
                self.assertNotIn("234", said)
                self.assertNotIn("Papier", said)
        self.assertIn("1,234.56", order.with_user(self.accountant).display_name)
        self.assertEqual(vendors.line_ids.with_user(self.accountant).display_name, self.vendor.display_name)

    def _told(self, user, record):
        of = {
            'res_model': record._name,
            'res_model_id': self.env['ir.model']._get_id(record._name),
            'res_id': record.id,
        }
        yield str(self.onchange(user, self.env['mail.activity'], of, ['res_name']))
        of = {'model': record._name, 'res_id': record.id}
        yield str(self.onchange(user, self.env['mail.message'], of, ['record_name']))

    def test_names_of_bank_data(self):
        """Any model of the module: who may not read a record learns nothing of it by its name."""
        feed = self.connected()
        self.fetch(feed)
        self.bill(10.0)
        plain = self._make_user('plain', 'base.group_user')
        line = feed.line_ids[:1] if 'line_ids' in feed else self.env['account.bank.statement.line'].search([], limit=1)
        secrets = [feed.account_number[-4:], feed.account_name or '-', line.partner_name or '-']
        seen = 0
        for model in self.env:
            if not model.startswith('bank.') or self.env[model]._abstract:
                continue
            for record in self.env[model].search([], limit=5).with_user(plain).sudo():
                seen += 1
                for secret in secrets:
                    self.assertNotIn(secret, record.display_name, model)
        self.assertGreater(seen, 5)

    def test_foreign_lines_are_not_added_up(self):
        salary = self.order_of(self.salary(1234.56)).line_ids
        mine = self.to_pay(self.bill(10.0))
        for command in ([4, salary.id], [6, 0, [salary.id]], [1, salary.id, {'text': "x"}], [0, 0, {'amount': 7.0}]):
            found = self.onchange(self.accountant, mine, {'line_ids': [command]}, ['line_ids', 'total', 'look_at'])
            self.assertIn(found.get('total', 10.0), (10.0,), command)
        found = self.onchange(
            self.accountant, mine, {'line_ids': [[1, mine.line_ids.id, {'amount': 99.0}]]}, ['line_ids', 'total']
        )
        self.assertEqual(found.get('total', 10.0), 10.0)

    def test_warnings_are_no_oracle(self):
        """A line that is said to be a salary, or somebody else's."""
        order = self.order_of(self.salary(1234.56))
        mine = self.to_pay(self.bill(10.0)).line_ids
        bank = self.person.bank_ids.id
        for forged in ({'kind': 'salary'}, {'order_id': order.id}, {}):
            for amount in (1234.56, 1234.57):
                values = {**forged, 'partner_id': self.person.id, 'partner_bank_id': bank, 'amount': amount}
                self.assertNotIn("same payee", str(self.onchange(self.accountant, mine, values, ['warnings'])), forged)

    def test_another_companys_balance(self):
        feed = self.connected()
        self.fetch(feed)
        other = self.env['res.company'].create({'name': "Other", 'currency_id': self.company.currency_id.id})
        stranger = self._make_user('stranger', 'account_bank_feed.bank_feed_group_accountant')
        stranger.write({'company_id': other.id, 'company_ids': [fields.Command.set(other.ids)]})
        journal = self.env['account.journal'].create(
            {'name': "B", 'code': 'BB1', 'type': 'bank', 'company_id': other.id}
        )
        own = self.env['bank.payment.order'].create(
            {
                'company_id': other.id,
                'journal_id': journal.id,
                'currency_id': other.currency_id.id,
                'date': fields.Date.today(),
            }
        )
        context = {'allowed_company_ids': other.ids}
        for values in ({'journal_id': self.journal.id}, {'feed_id': feed.id}):
            found = self.onchange(stranger, own, values, ['balance', 'balance_text', 'feed_id'], context)
            self.assertFalse(found.get('balance') or found.get('balance_text') or found.get('feed_id'), values)

    def test_words_about_salaries(self):
        """Why a list was not approved, or what became of it, may name people."""
        order = self.submit(self.order_of(self.salary(1234.56)), self.payroll)
        reject = self.env['bank.payment.reject'].with_user(self.director)
        wizard = reject.create({'order_id': order.id, 'reason': "Alica gets 1200"})
        self.call(self.director, wizard, 'action_reject')
        seen = order.with_user(self.accountant)
        told = [seen.note, seen.next_step, *seen.event_ids.mapped('what'), *seen.approval_ids.mapped('comment'), *seen.activity_ids.mapped('note')]  # fmt: skip
        self.assertNotIn("Alica", ' '.join(str(one) for one in told))
        self.assertIn("Alica gets 1200", order.with_user(self.payroll).event_ids.mapped('aside'))
        self.assertIn("aside", self.refused(self.accountant, order.event_ids[-1:], 'read', args=(['aside'],)))
        self.submit(order, self.payroll)
        self.approve(order)
        self.send(order)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "Alica's account"}
        self.call(
            self.director, self.env['bank.payment.resolve'].with_user(self.director).create(values), 'action_resolve'
        )
        self.assertNotIn("Alica", ' '.join(str(one) for one in seen.event_ids.mapped('what')))

    def test_a_refused_salary_warns_no_vendor(self):
        order = self.approve(self.submit(self.order_of(self.salary()), self.payroll))
        self.send(order)
        order.line_ids.write({'state': 'rejected', 'reason_code': 'AC04'})
        guess = self.to_pay(self.bill(3.0, self.person))
        self.assertNotIn("did not pay", guess.line_ids.with_user(self.accountant).warnings or '')

    def test_who_may_not_see_salaries_is_not_asked(self):
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        order = self.submit(self.order_of(self.salary()), self.payroll)
        self.assertNotIn(payer, order.activity_ids.user_id)
        self.assertIn(self.director, order.activity_ids.user_id)
        self.assertNotIn(payer.name, order.with_user(self.accountant).next_step)

    def test_an_employee_is_chosen_by_hand(self):
        wizard = self.salary(5.0)
        with Form(wizard) as form, form.line_ids.new() as row:
            row.partner_id = self.person
            self.assertEqual(row.partner_bank_id, self.person.bank_ids)
            row.amount = 7.0
        self.assertEqual(len(wizard.line_ids), 2)

    # === Limits and switches === #

    def branch_payment(self, payer, branch, amount=99999.0):
        """A payment of the branch from its parent's account."""
        self.env['bank.pay'].new({'company_id': self.company.id, 'journal_id': self.journal.id})._method()
        method = self.journal.outbound_payment_method_line_ids.filtered(lambda line: line.code == 'bank_feed')
        owed = self.env['account.account'].search(
            [('account_type', '=', 'liability_payable'), ('company_ids', 'in', self.company.ids)], limit=1
        )
        context = {'allowed_company_ids': (self.company | branch).ids}
        payment = self.env(user=payer, context=context)['account.payment'].create(
            {
                'payment_type': 'outbound',
                'partner_type': 'supplier',
                'partner_id': self.vendor.id,
                'partner_bank_id': self.vendor.bank_ids.id,
                'company_id': branch.id,
                'journal_id': self.journal.id,
                'currency_id': self.company.currency_id.id,
                'payment_method_line_id': method.id,
                'amount': amount,
                'destination_account_id': owed.id,
            }
        )
        payment.action_post()
        return payment.sudo().bank_payment_order_id, context

    def test_a_branch_is_bound_by_its_parent(self):
        branch = self.env['res.company'].create({'name': "Branch", 'parent_id': self.company.id})
        payer = self.director
        payer.write(
            {
                'company_ids': [fields.Command.link(branch.id)],
                'group_ids': [fields.Command.link(self.env.ref('account.group_account_invoice').id)],
            }
        )
        self.connected()
        order, context = self.branch_payment(payer, branch)
        self.assertEqual(order.company_id, branch)
        order = self.env['bank.payment.order'].browse(order.id)
        for name in ('bank_payment_limit_line', 'bank_payment_limit_order'):
            self.company[name] = 5
            self.call(payer, order, 'action_submit', context)
            self.assertEqual(order.state, 'draft', name)
            self.company[name] = 0
        self.call(payer, order, 'action_submit', context)
        self.assertEqual(order.state, 'to_approve', [order.problem, order.line_ids.mapped('problem')])
        approve = {**context, 'seen_hash': order.content_hash}
        self.company.bank_payment_four_eyes = 'always'
        self.assertIn("Somebody else", self.refused(payer, order, 'action_approve', approve))
        self.company.bank_payment_four_eyes = 'off'
        self.company.bank_payment_limit_person = 5
        self.assertIn("One person", self.refused(payer, order, 'action_approve', approve))
        self.company.bank_payment_limit_person = 0
        self.call(payer, order, 'action_approve', approve)
        self.company.bank_payment_limit_day = 5
        self.assertIn("a day", self.refused(payer, order, 'action_send', context))
        self.company.bank_payment_limit_day = 0
        self.company.bank_payment_stop = True
        self.assertIn("stopped", self.refused(payer, order, 'action_send', context))
        self.assertEqual(self.posts, 0)

    def test_what_left_counts_whatever_is_said(self):
        """A payer who took the file says no more than that it was executed; a manager's word opens the bill, and takes nothing off the limits."""
        self.company.bank_payment_limit_day = self.company.bank_payment_limit_person = 150
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        bill = self.bill(100.0)
        order = self.approve(self.submit(self.to_pay(bill)), payer)
        self.send(order, payer)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "x"}
        wizard = self.env['bank.payment.resolve'].with_user(payer).create(values)
        self.assertIn("manager", self.refused(payer, wizard, 'action_resolve'))
        wizard = self.env['bank.payment.resolve'].with_user(self.director).create(values)
        self.call(self.director, wizard, 'action_resolve')
        self.assertEqual((order.state, bill.payment_state, order.given_up), ('cancelled', 'not_paid', 100.0))
        again = self.submit(self.to_pay(bill))
        self.assertIn("One person", self.refused(payer, again, 'action_approve', {'seen_hash': again.content_hash}))
        self.approve(again)
        self.assertIn("a day", self.refused(self.director, again, 'action_send'))

    # === What is at the bank === #

    def test_the_method_is_changed(self):
        """What the bank has stays locked also where the journal's method becomes another one."""
        bill = self.bill(100.0)
        order = self.approve(self.submit(self.to_pay(bill)))
        self.send(order)
        user = self._make_user('chief', 'account.group_account_manager', 'account_bank_feed.bank_feed_group_accountant')
        payment = order.line_ids.payment_id
        method = payment.payment_method_line_id
        manual = self.env['account.payment.method'].search([('code', '=', 'manual'), ('payment_type', '=', 'outbound')])
        self.assertIn("payment orders", self.refused(user, method, 'write', args=({'payment_method_id': manual.id},)))
        self.env.cr.execute(
            "UPDATE account_payment_method_line SET payment_method_id = %s WHERE id = %s", [manual.id, method.id]
        )
        self.env.invalidate_all()
        self.assertEqual(payment.payment_method_code, 'manual')
        for act in ('action_cancel', 'action_draft', 'action_reject', 'unlink'):
            self.assertIn("at the bank", self.refused(user, payment, act))
        self.assertIn("at the bank", self.refused(user, bill, 'button_draft'))
        self.assertEqual((order.state, bill.payment_state), ('waiting', 'in_payment'))
