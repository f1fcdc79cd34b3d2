"""What somebody who looked hard found, kept as it was tried: over RPC, as every kind of user."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...sandbox.people import sk_iban
from ..cases.pay_case import PayrollCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayAttacks(PayrollCase):
    def test_defaults_forge_nothing(self):
        """An approval by default, in the context or as a person's own."""
        context = {
            'default_state': 'approved',
            'default_content': '{}',
            'default_content_hash': '0' * 64,
            'default_message_id': 'BFAAAAAAAAAA',
            'default_end_to_end_id': 'BFAAAAAAAAAB',
            'default_approval_ids': [
                [0, 0, {'user_id': self.director.id, 'decision': 'approved', 'content_hash': '0' * 64}]
            ],
        }
        wizard = self.salary()
        result = self.call(self.payroll, wizard, 'action_make', context)
        order = self.env['bank.payment.order'].browse(result['res_id'])
        self.assertEqual(
            (order.state, order.line_ids.state, len(order.approval_ids), order.content_hash),
            ('draft', 'draft', 0, False),
        )
        self.assertNotIn('BFAAAAAAAAAA', (order.message_id, order.line_ids.end_to_end_id))
        self.env['ir.default'].with_user(self.payroll).set('bank.payment.order', 'state', 'approved', user_id=True)
        result = self.call(self.payroll, self.salary(), 'action_make')
        self.assertEqual(self.env['bank.payment.order'].browse(result['res_id']).state, 'draft')

    def test_a_bill_stays_with_its_payment(self):
        """Before it is sent, too: neither unreconciled, bent, nor cut off."""
        bill = self.bill(100.0)
        order = self.to_pay(bill)
        payment = order.line_ids.payment_id
        term = payment.move_id.line_ids.filtered('debit')
        partial = term.matched_credit_ids
        other = self.bill(100.0).line_ids.filtered('credit')
        user = self.accountant
        self.refused(user, bill.line_ids, 'remove_move_reconcile')
        self.refused(user, bill, 'js_remove_outstanding_partial', args=(partial.id,))
        self.refused(user, partial, 'write', args=({'credit_move_id': other.id},))
        self.refused(user, partial, 'unlink')
        self.refused(user, payment.move_id, 'write', args=({'origin_payment_id': False},))
        self.assertEqual((bill.payment_state, order.state), ('in_payment', 'draft'))

    def test_changed_payment(self):
        """An amount that the entry does not say; whoever changed it had a hand in it."""
        self.company.bank_payment_four_eyes = 'always'
        order = self.submit(self.to_pay(self.bill(100.0)))
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        self.call(payer, order.line_ids.payment_id, 'write', args=({'amount': 9999.0},))
        self.assertEqual(order.state, 'draft')
        self.assertIn(payer, order.preparer_ids)
        self.call(self.accountant, order, 'action_submit')
        self.assertEqual(order.state, 'draft')
        self.assertIn("its entry", order.line_ids.problem)

    def test_wages_are_paid_once(self):
        """The same items in two orders, more than is owed, an entry that is cancelled or unreconciled."""
        items = self.owed()
        first, second = self.order_of(self.salary(items=items)), self.order_of(self.salary(items=items))
        self.call(self.payroll, first, 'action_submit')
        self.assertEqual(first.state, 'draft')
        self.assertIn("another order", first.problem)
        self.call(self.payroll, second, 'action_cancel')
        self.submit(first, self.payroll)
        self.approve(first)
        self.send(first)
        self.assertTrue(items.reconciled)
        user = self._make_user('bookkeeper', 'account.group_account_manager')
        for method in ('button_cancel', 'button_draft'):
            self.refused(user, first.move_id, method)
        self.refused(user, items, 'remove_move_reconcile')
        self.assertTrue(items.reconciled)
        more = self.salary(items=self.owed(500.0))
        more.line_ids.amount = 900.0
        order = self.order_of(more)
        self.call(self.payroll, order, 'action_submit')
        self.assertIn("than is owed", order.problem)

    def test_the_account_that_is_shown_is_paid(self):
        """An employee's account that is changed after the list was made."""
        order = self.order_of(self.salary())
        bank = self.person.bank_ids
        bank.allow_out_payment = False
        bank.acc_number = sk_iban(8819999)
        bank.allow_out_payment = True
        self.submit(order, self.payroll)
        self.assertEqual(order.line_ids.account_number, bank.acc_number)

    def test_warnings_tell_no_salary(self):
        """Guessing amounts until the warning says that somebody earns it."""
        order = self.order_of(self.salary(1234.56))
        self.submit(order, self.payroll)
        guess = self.to_pay(self.bill(1234.56, self.person))
        self.assertNotIn("same payee", guess.line_ids.with_user(self.accountant).warnings or '')

    def test_a_file_that_was_given_up(self):
        order = self.approve(self.submit(self.to_pay(self.bill(10.0))))
        self.send(order)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "Not uploaded"}
        self.call(
            self.director, self.env['bank.payment.resolve'].with_user(self.director).create(values), 'action_resolve'
        )
        self.assertEqual(self.url_open(f'/bank_feed/payment/{order.id}/file').status_code, 409)

    def test_salaries_at_the_bank(self):
        """A payer who may not see them neither sends them nor is led to where others sign."""
        self.connected()
        order = self.submit(self.order_of(self.salary()), self.payroll)
        self.approve(order)
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        self.assertIn("may see salaries", self.refused(payer, order, 'action_send'))
        self.send(order)
        for method in ('action_continue', 'action_ask'):
            self.assertIn("may see salaries", self.refused(payer, order, method))
        other = self._make_user(
            'other', 'account_bank_feed.bank_feed_group_payer', 'account_bank_feed.bank_feed_group_payroll'
        )
        self.assertIn("began this", self.refused(other, order, 'action_continue'))

    def test_no_program_settles(self):
        """A word on what became of an order, without a person who is logged in."""
        order = self.approve(self.submit(self.to_pay(self.bill(10.0))))
        self.send(order)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "x"}
        wizard = self.env['bank.payment.resolve'].with_user(self.director).create(values)
        with self.assertRaisesRegex(Exception, "never by a program"):
            wizard.action_resolve()
        with self.assertRaisesRegex(Exception, "never by a program"):
            order.with_user(self.director).with_context(seen_hash=order.content_hash).action_approve()

    def test_past_day(self):
        order = self.approve(self.submit(self.to_pay(self.bill(10.0))))
        self.env.cr.execute(
            "UPDATE bank_payment_order SET date = %s WHERE id = %s", [fields.Date.today() - timedelta(days=1), order.id]
        )
        self.env.invalidate_all()
        self.send(order)
        self.assertEqual(order.state, 'draft')
