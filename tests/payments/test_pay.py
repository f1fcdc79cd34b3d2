"""From the bill to the movement, over HTTP: the scenarios of a payment that goes well, and of those that do not."""

from odoo.tests import tagged

from ..cases.pay_case import DEBTOR, PayCase


@tagged('post_install', '-at_install', 'bank_feed_http')
class TestPay(PayCase):
    def test_bill_to_statement(self):
        """1: posted and paid, approved, signed, debited: nothing more to do."""
        feed = self.connected()
        bill = self.bill(121.0, ref='FV2026/17', payment_reference='2026000017', post=False)
        order = self.to_pay(bill)
        self.assertEqual(
            (bill.state, bill.payment_state, order.state, order.way), ('posted', 'in_payment', 'draft', 'bank')
        )
        self.assertEqual(order.line_ids.reference_kind, 'vs')
        self.submit(order)
        self.approve(order)
        action = self.send(order)
        self.assertEqual((action['type'], order.state), ('ir.actions.act_url', 'waiting'))
        self.assertTrue(bill.matched_payment_ids.is_sent)
        self.sign(action['url'])
        self.its_day(order)
        self.ask(order)
        self.assertEqual(order.state, 'executed')
        self.assertEqual(bill.payment_state, 'in_payment')
        self.fetch(feed)
        self.assertEqual((order.state, bill.payment_state, bill.matched_payment_ids.state), ('closed', 'paid', 'paid'))
        self.assertEqual(self.posts, 1)
        self.assertEqual(self.at_bank[0]['debtor'], DEBTOR)

    def test_other_payments_as_before(self):
        """2: a manual payment in the same database: as in Odoo without us."""
        bill = self.bill(50.0)
        register = self.env['account.payment.register'].with_context(active_model='account.move', active_ids=bill.ids)
        payment = register.create({'journal_id': self.journal.id})._create_payments()
        self.assertEqual(payment.payment_method_code, 'manual')
        self.assertEqual(
            (bill.payment_state, bool(payment.move_id), bool(payment.outstanding_account_id)), ('paid', True, True)
        )
        self.assertFalse(payment.bank_payment_order_id)
