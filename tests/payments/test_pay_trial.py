"""Where new users stumbled: each stays mended."""

from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.pay_case import PayCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayTrial(PayCase):
    def test_typed_into_the_form(self):
        """What is typed into a payment of a draft is saved with its order; nothing else is done to a list of payments that way."""
        first, second = self.to_pay(self.bill(10.0)), self.to_pay(self.bill(20.0), when='day', day='2099-01-05')
        line, other = first.line_ids, second.line_ids
        save = [{'line_ids': [[1, line.id, {'text': 'Faktura 7'}]]}, {}]
        self.call(self.accountant, first, 'web_save', args=save)
        self.assertEqual(line.text, 'Faktura 7')
        for commands in (
            [[1, other.id, {'text': 'x'}]],
            [[1, line.id, {'amount': 1}]],
            [[2, line.id]],
            [[3, line.id]],
            [[4, other.id]],
            [[5]],
            [[6, 0, []]],
            [[0, 0, {'amount': 1}]],
        ):
            self.assertTrue(
                self.refused(self.accountant, first, 'web_save', args=[{'line_ids': commands}, {}]), commands
            )
        self.submit(first)
        save = [{'line_ids': [[1, line.id, {'text': 'too late'}]]}, {}]
        self.assertTrue(self.refused(self.accountant, first, 'web_save', args=save))
        self.assertEqual((line.text, first.line_ids, second.line_ids), ('Faktura 7', line, other))

    def test_payments_leave_a_bank_journal(self):
        """From a bill's own page, whose journal is that of purchases."""
        bill = self.bill(15.0, post=False)
        action = bill.with_user(self.accountant).with_context(default_journal_id=bill.journal_id.id).action_bank_pay()
        wizard = self.env['bank.pay'].browse(action['res_id'])
        self.assertEqual(wizard.journal_id.type, 'bank')
        with self.assertRaisesRegex(UserError, "leave a bank journal"), self.env.cr.savepoint():
            wizard.journal_id = bill.journal_id
        order = self.to_pay(self.bill(16.0))
        self.call(self.accountant, order, 'action_cancel')
        self.assertEqual(self.env['bank.pay'].create({'company_id': self.company.id}).journal_id.type, 'bank')

    def test_bill_and_credit_note(self):
        """A vendor's bill and a customer's credit note, ticked together."""
        today = fields.Date.today()
        self.env['res.partner.bank'].create(
            {'partner_id': self.customer.id, 'acc_number': 'SK0599520000000001000777', 'allow_out_payment': True}
        )
        refund = self.invoice(60.0, 'out_refund', invoice_date_due=today, invoice_payment_term_id=False)
        orders = self.to_pay(self.bill(40.0) | refund)
        self.assertEqual(sorted(orders.mapped('kind')), ['refund', 'vendor'])
        self.assertEqual(sorted(orders.mapped('total')), [40.0, 60.0])

    def test_who_prepared_hears(self):
        """Of a rejection, with its reason; of what the bank did not pay; and the bill says it where it is paid again."""
        self.connected()
        bill = self.bill(33.0)
        order = self.submit(self.to_pay(bill))
        self.assertIn(self.director, order.activity_ids.user_id)
        wizard = self.env['bank.payment.reject'].with_user(self.director)
        wizard = wizard.create({'order_id': order.id, 'reason': "Not this week."})
        self.call(self.director, wizard, 'action_reject')
        mine = order.activity_ids.filtered(lambda activity: activity.user_id == self.accountant)
        self.assertIn("Not this week.", mine.note)
        self.approve(self.submit(order))
        url = self.send(order)['url']
        self.assertEqual(order.activity_ids.user_id, self.director, "who has to sign")
        self.sign(url, step='refuse')
        self.ask(order)
        self.assertEqual(order.activity_ids.user_id, self.accountant | self.director)
        self.assertTrue(order.with_user(self.accountant).may_again)
        self.assertIn("not signed", bill.bank_pay_obstacle)
        again = self.call(self.accountant, order, 'action_again')
        self.assertEqual(self.env['bank.pay'].browse(again['res_id']).move_ids, bill)

    def test_partly_refused_ends(self):
        """Two paid, one refused: finished, the refused one said."""
        order = self.to_pay(self.bill(1.0) | self.bill(2.0) | self.bill(3.0))
        for state in ('to_approve', 'approved', 'sending', 'waiting', 'accepted'):
            order.line_ids._set_state(state)
        order.line_ids[0]._set_state('rejected')
        self.assertEqual(order.state, 'partially')
        order.line_ids[1:]._set_state('closed')
        self.assertEqual(order.state, 'closed')
        self.assertIn("1 of the payments were not made", order.next_step)
        self.assertEqual((order.count, order.total), (2, 5.0))

    def test_file_that_was_not_uploaded(self):
        """Who took the file says that it was executed; that it was never uploaded, a manager says: its bills can be paid again then."""
        bill = self.bill(44.0)
        order = self.approve(self.submit(self.to_pay(bill)))
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        other = self._make_user('payer2', 'account_bank_feed.bank_feed_group_payer')
        self.send(order, payer)
        self.assertFalse(order.with_user(other).may_resolve)
        self.assertTrue(order.with_user(payer).may_resolve)
        for executed in ('never', 'executed'):
            values = {'order_id': order.id, 'executed': executed, 'reason': "I looked."}
            wizard = self.env['bank.payment.resolve'].with_user(other).create(values)
            self.assertIn("manager who may pay", self.refused(other, wizard, 'action_resolve'))
        never = {'order_id': order.id, 'executed': 'never', 'reason': "Not uploaded."}
        wizard = self.env['bank.payment.resolve'].with_user(payer).create(never)
        self.assertIn("manager who may pay", self.refused(payer, wizard, 'action_resolve'))
        wizard = self.env['bank.payment.resolve'].with_user(self.director).create(never)
        self.call(self.director, wizard, 'action_resolve')
        self.assertEqual((order.state, bill.payment_state), ('cancelled', 'not_paid'))

    def test_the_payer_says_that_it_was_executed(self):
        order = self.approve(self.submit(self.to_pay(self.bill(45.0))))
        payer = self._make_user('payer', 'account_bank_feed.bank_feed_group_payer')
        self.send(order, payer)
        values = {'order_id': order.id, 'executed': 'executed', 'reason': "It is in the internet banking."}
        wizard = self.env['bank.payment.resolve'].with_user(payer).create(values)
        self.call(payer, wizard, 'action_resolve')
        self.assertEqual(order.state, 'executed')

    def test_stopped_is_said(self):
        order = self.submit(self.to_pay(self.bill(5.0)))
        self.company.bank_payment_stop = True
        self.assertIn("are stopped", order.with_user(self.director).next_step)

    def test_account_that_a_bank_refused(self):
        """The next payment to an account that a bank called closed says so."""
        order = self.to_pay(self.bill(6.0))
        for state in ('to_approve', 'approved', 'sending', 'waiting'):
            order.line_ids._set_state(state)
        order.line_ids._set_state('rejected', reason_code='AC04', reason="closed")
        order.line_ids.payment_id.sudo().action_cancel()
        again = self.to_pay(self.bill(7.0, invoice_date=fields.Date.today() - timedelta(days=1)))
        self.assertIn("account is closed", again.line_ids.warnings)
