"""A file for any bank: downloaded once approved, the same bytes for ever; and who may have it."""

import hashlib

from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.pay.leaving import check_nothing_under_way, hand_over
from ..cases.pay_case import PayCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayFile(PayCase):
    """A journal that no bank is connected to."""

    def waiting(self, *bills, **values):
        order = self.to_pay(self.env['account.move'].union(*bills), **values)
        self.assertEqual(order.way, 'file')
        return self.submit(order)

    def get(self, user, order):
        if self.opener_user != user:
            self.authenticate(user.login, user.login)
            self.opener_user = user
        return self.url_open(f'/bank_feed/payment/{order.id}/file')

    def test_file(self):
        """21, 24: valid, the same bytes each time, the hash beside it."""
        bills = self.bill(10.5, ref='A1') | self.bill(20.25, ref='A2')
        order = self.approve(self.waiting(bills))
        action = self.send(order)
        self.assertEqual((action['params']['url'], order.state), (f'/bank_feed/payment/{order.id}/file', 'waiting'))
        first, second = (self.get(self.director, order).content for _time in range(2))
        self.assertEqual(first, second)
        self.assertEqual(hashlib.sha256(first).hexdigest(), order.file_hash)
        tree = etree.fromstring(first)
        found = [element.text for element in tree.iter('{*}EndToEndId')]
        self.assertEqual(sorted(found), sorted(order.line_ids.mapped('end_to_end_id')))
        self.assertEqual(next(tree.iter('{*}CtrlSum')).text, '30.75')
        self.assertEqual(next(tree.iter('{*}MsgId')).text, order.message_id)

    def test_who_has_it(self):
        order = self.waiting(self.bill(10.0))
        self.assertEqual(self.get(self.director, order).status_code, 409)  # not made yet
        self.send(self.approve(order))
        stranger = self._make_user('stranger', 'account_bank_feed.bank_feed_group_payer')
        stranger.write(
            {
                'company_ids': [(6, 0, self._make_company("Susedia s.r.o.").ids)],
                'company_id': self._make_company("Susedia s.r.o.").id,
            }
        )
        for user in (self.accountant, self._make_user('plain'), stranger):
            self.assertEqual(self.get(user, order).status_code, 404, user.login)
        self.env.cr.execute("UPDATE bank_payment_order SET file = 'eHg=' WHERE id = %s", [order.id])
        self.env.invalidate_all()
        self.assertEqual(self.get(self.director, order).status_code, 409)

    def test_letters(self):
        """22: what the bank does not take is said, nothing is cut unseen."""
        bill = self.bill(10.0, ref='x' * 200)
        order = self.to_pay(bill)
        self.call(self.accountant, order, 'action_submit')
        self.assertEqual(order.state, 'draft')
        self.assertIn("140", order.line_ids.problem)
        self.call(self.accountant, order.line_ids, 'write', args=({'text': "Faktúra & nájom č. 7"},))
        self.assertEqual(order.line_ids.sent_text, "Faktura + najom c. 7")
        self.send(self.approve(self.submit(order)))
        self.assertIn(b'Faktura', self.get(self.director, order).content)

    def test_settled_by_word(self):
        """A file that was never uploaded: a manager who may pay says so, with a reason; nobody else."""
        bill = self.bill(15.0)
        order = self.approve(self.waiting(bill))
        self.send(order)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "Deleted in the internet banking"}
        wizard = self.env['bank.payment.resolve'].with_user(self.director).create(values)
        self.call(self.director, wizard, 'action_resolve')
        self.assertEqual((order.state, bill.payment_state, bill.amount_residual), ('cancelled', 'not_paid', 15.0))
        self.assertIn("Deleted", order.event_ids[-1].what)
        self.assertIn("says what becomes", self.refused(self.director, wizard, 'action_resolve'))

    def test_credit_note(self):
        """A vendor's credit note is no payment; set off against the bill first, the rest is paid. One payment a payee."""
        bill, credit = self.bill(100.0), self.invoice(30.0, 'in_refund', self.vendor)
        self.assertIn("Only bills", credit.bank_pay_obstacle)
        (bill | credit).line_ids.filtered(lambda item: item.account_id.account_type == 'liability_payable').reconcile()
        order = self.to_pay(bill | self.bill(1.0), group=True)
        self.assertEqual(order.line_ids.mapped('amount'), [71.0])

    def test_refund_to_customer(self):
        """7: a customer's credit note is paid out by the same way."""
        customer = self._vendor("Zákazník k.s.", 8800005)
        credit = self.invoice(12.0, 'out_refund', customer)
        order = self.to_pay(credit)
        self.assertEqual((order.kind, order.line_ids.amount, credit.payment_state), ('refund', 12.0, 'in_payment'))
        self.send(self.approve(self.submit(order)))
        self.assertEqual(order.state, 'waiting')

    def test_taken_out(self):
        """One is taken out: its bill is open again, the others go on; what was submitted falls."""
        bills = self.bill(1.0) | self.bill(2.0)
        order = self.waiting(bills)
        self.call(self.accountant, order.line_ids[0], 'action_remove')
        self.assertEqual((order.state, order.count, order.total), ('draft', 1, 2.0))
        self.assertEqual(bills.mapped('payment_state'), ['not_paid', 'in_payment'])
        self.call(self.accountant, order, 'action_cancel')
        self.assertEqual(bills.mapped('payment_state'), ['not_paid', 'not_paid'])
        self.assertEqual(order.state, 'cancelled')

    def test_the_module_leaves(self):
        """27: not while a bank may have an order; afterwards the payments stay, as manual ones."""
        bill = self.bill(10.0)
        order = self.approve(self.waiting(bill))
        self.send(order)
        with self.assertRaisesRegex(UserError, order.message_id):
            check_nothing_under_way(self.env)
        order.line_ids._set_state('executed')
        check_nothing_under_way(self.env)
        hand_over(self.env)
        self.assertEqual(bill.matched_payment_ids.payment_method_code, 'manual')
