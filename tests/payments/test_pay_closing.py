"""What we sent meets the statement: one by one, as one sum, with a fee, back again; and what only looks like it."""

from datetime import timedelta

from odoo.tests import tagged

from ...models.match import again
from ...models.pay.course import Course
from ...sandbox.payments import Payments
from ...sandbox.people import BANK_NAME, sk_iban
from ..cases.common import MAIN
from ..cases.pay_case import PayCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayClosing(PayCase):
    def at_bank_now(self, *bills, together=False):
        """(feed, order) that is at the bank, nothing booked there yet."""
        feed = self.connected()
        order = self.to_pay(self.env['account.move'].union(*bills))
        order.batch_booking = together
        self.send(self.approve(self.submit(order)))
        self.its_day(order)
        for line in order.line_ids:
            line._set_state('accepted')
        return feed, order

    def debit(self, order, amount, days=0, **entry):
        booked = (self.bank.today() + timedelta(days=days)).isoformat()
        self.bank.add_entry(MAIN, **{'amount': f'-{amount:.2f}', 'booked': booked, 'name': '', **entry})

    def movement(self, feed):
        self.fetch(feed)
        return self.lines(feed).sorted('id')[-1:]

    def test_one_sum(self):
        """R26: one movement for three payments: all three bills are paid, by itself."""
        bills = self.bill(10.0) | self.bill(20.0) | self.bill(30.5)
        feed, order = self.at_bank_now(*bills, together=True)
        self.debit(order, 60.5, remittance=["Batch of 3 payments"])
        line = self.movement(feed)
        self.assertEqual((line.bank_match_rule, line.is_reconciled), ('R26', True), line.bank_match_note)
        self.assertEqual(bills.mapped('payment_state'), ['paid'] * 3)
        self.assertEqual(order.state, 'closed')

    def test_rest_of_an_order_as_one_sum(self):
        """What was refused is not in the sum."""
        closed = self._vendor("Zatvorený s.r.o.", 7700666)
        bills = self.bill(10.0) | self.bill(20.0) | self.bill(30.0, closed)
        self.bank.state['settings']['batch_booking'] = True
        self.addCleanup(self.bank.state['settings'].pop, 'batch_booking')
        feed = self.connected()
        order = self.to_pay(bills)
        order.batch_booking = True
        self.sign(self.send(self.approve(self.submit(order)))['url'])
        self.its_day(order)
        self.ask(order)
        line = self.movement(feed)
        self.assertEqual((line.amount, line.bank_match_rule), (-30.0, 'R26'))
        self.assertEqual(bills.mapped('payment_state'), ['paid', 'paid', 'not_paid'])

    def test_not_the_order(self):
        """The sum is that of an order by chance: another payee's account, a single payment of that sum, two orders."""
        bills = self.bill(10.0) | self.bill(20.0)
        feed, order = self.at_bank_now(*bills, together=True)
        for entry in ({'iban': sk_iban(9900001)}, {'name': "ATM"}, {'e2e': 'BF00000000AB'}, {'days': -1}):
            self.debit(order, 30.0, **entry)
            line = self.movement(feed)
            self.assertFalse(line.is_reconciled, entry)
            self.assertEqual((order.state, line.bank_match_state), ('accepted', 'proposed'), entry)

    def test_nobody_wanted_one_sum(self):
        """One movement was not asked for: proposed; with the order's own id in it, booked."""
        bills = self.bill(10.0) | self.bill(20.0)
        feed, order = self.at_bank_now(*bills)
        self.debit(order, 30.0)
        self.assertEqual(self.movement(feed).bank_match_state, 'proposed')
        self.debit(order, 30.0, remittance=[f"Batch {order.message_id}"])
        self.assertEqual(self.movement(feed).bank_match_rule, 'R26')
        self.assertEqual(order.state, 'closed')

    def test_two_orders_of_one_sum(self):
        feed, first = self.at_bank_now(self.bill(10.0), self.bill(20.0), together=True)
        second = self.to_pay(self.bill(12.0) | self.bill(18.0))
        self.send(self.approve(self.submit(second)))
        second.line_ids._set_state('accepted')
        self.debit(first, 30.0)
        line = self.movement(feed)
        self.assertFalse(line.is_reconciled)
        self.assertEqual({first.state, second.state}, {'accepted'})

    def test_two_weeks_later(self):
        """Neither an order's sum nor a payee's amount counts far from its day."""
        feed, order = self.at_bank_now(self.bill(10.0), self.bill(20.0), together=True)
        order.date = order.date - timedelta(days=20)
        self.debit(order, 30.0)
        self.debit(order, 10.0, iban=self.vendor.bank_ids.acc_number.replace(' ', ''), name="Papier s.r.o.")
        self.fetch(feed)
        self.assertFalse(any(self.lines(feed).mapped('is_reconciled')))

    def test_by_account(self):
        """R24: the bank gives no id back: the payee's account and the amount, the only one."""
        bills = self.bill(10.0) | self.bill(20.0)
        feed, order = self.at_bank_now(*bills)
        self.debit(order, 20.0, iban=self.vendor.bank_ids.acc_number.replace(' ', ''), name="Papier s.r.o.")
        line = self.movement(feed)
        self.assertEqual(
            (line.bank_match_rule, bills[1].payment_state, bills[0].payment_state), ('R24', 'paid', 'in_payment')
        )

    def test_equal_twins(self):
        """Two equal payments to one account, and no id: a person says which; with ids, none is asked."""
        bills = self.bill(20.0) | self.bill(20.0)
        feed, order = self.at_bank_now(*bills)
        account = self.vendor.bank_ids.acc_number.replace(' ', '')
        self.debit(order, 20.0, iban=account)
        line = self.movement(feed)
        self.assertFalse(line.is_reconciled)
        self.debit(order, 20.0, iban=account, e2e=order.line_ids[1].end_to_end_id)
        line = self.movement(feed)
        self.assertEqual((line.bank_match_rule, line.is_reconciled), ('R23', True))
        self.assertEqual(order.line_ids.mapped('state'), ['accepted', 'closed'])

    def test_id_in_pieces(self):
        """The id in the text, broken by a blank, small letters; the bill's number beside it is no second document."""
        bill = self.bill(44.0, ref='FV77')
        feed, order = self.at_bank_now(bill)
        own = order.line_ids.end_to_end_id.lower()
        self.debit(order, 44.0, remittance=[f"FV77 ref {own[:6]}", f"{own[6:]} x"])
        self.assertEqual(self.movement(feed).bank_match_rule, 'R23')
        self.assertEqual(bill.payment_state, 'paid')

    def test_id_with_another_amount(self):
        """R27 and less: proposed, never by itself."""
        bill = self.bill(100.0)
        feed, order = self.at_bank_now(bill)
        own = order.line_ids.end_to_end_id
        for amount, rule in ((101.0, 'R27'), (60.0, 'R23')):
            self.debit(order, amount, e2e=own)
            line = self.movement(feed)
            self.assertEqual((line.is_reconciled, line.bank_match_rule), (False, rule), amount)
        self.assertEqual(bill.payment_state, 'in_payment')

    def test_return(self):
        """18, R25: it comes back: the bill is open, the payment returned, the books balanced, the account doubted."""
        bill = self.bill(88.0)
        feed, order = self.at_bank_now(bill)
        [payment] = self.at_bank
        payment.update(psu='jana')
        Payments(self.bank).sign(payment)
        self.fetch(feed)
        self.assertEqual((order.state, bill.payment_state), ('closed', 'paid'))
        Payments(self.bank).send_back(payment, payment['lines'][0], 'AC04')
        line = self.movement(feed)
        self.assertEqual(
            (line.amount, line.bank_match_rule, line.is_reconciled), (88.0, 'R25', True), line.bank_match_note
        )
        self.assertEqual((order.state, bill.payment_state, bill.amount_residual), ('returned', 'not_paid', 88.0))
        own = order.line_ids
        self.assertEqual((own.reason_code, own.account_doubted, own.payment_id.state), ('AC04', True, 'rejected'))
        items = own.payment_id.move_id.line_ids
        self.assertEqual(sum(items.mapped('amount_residual')), 0.0)
        again = self.to_pay(bill)
        self.assertNotEqual(again.line_ids.end_to_end_id, own.end_to_end_id)

    def test_return_of_a_part(self):
        """Less than was paid comes back: said, not booked."""
        bill = self.bill(88.0)
        feed, order = self.at_bank_now(bill)
        self.debit(order, 88.0, e2e=order.line_ids.end_to_end_id)
        self.fetch(feed)
        self.bank.add_entry(
            MAIN, amount='80.00', booked=self.bank.today().isoformat(), name="Papier", e2e=order.line_ids.end_to_end_id
        )
        line = self.movement(feed)
        self.assertEqual((line.amount, line.is_reconciled, bill.payment_state), (80.0, False, 'paid'))
        self.assertIn("payment of ours", line.bank_match_note)

    def test_undone_by_a_person(self):
        """The reconciliation with the movement is taken back: the payment waits for its movement again."""
        bill = self.bill(31.0)
        feed, order = self.at_bank_now(bill)
        self.debit(order, 31.0, e2e=order.line_ids.end_to_end_id)
        line = self.movement(feed)
        self.assertEqual(order.state, 'closed')
        line.with_user(self.accountant).action_undo_reconciliation()
        self.assertEqual((order.state, bill.payment_state), ('executed', 'in_payment'))

    def test_strangers_money_with_our_id(self):
        """What a stranger sends and calls a return is none; a second return of the same is none, either."""
        bill = self.bill(88.0)
        feed, order = self.at_bank_now(bill)
        own = order.line_ids.end_to_end_id
        self.debit(order, 88.0, e2e=own)
        self.fetch(feed)
        today = self.bank.today().isoformat()
        self.bank.add_entry(MAIN, amount='88.00', booked=today, iban=sk_iban(9900009), remittance=[f"payback {own}"])
        line = self.movement(feed)
        self.assertEqual((line.is_reconciled, bill.payment_state), (False, 'paid'))
        account = self.vendor.bank_ids.acc_number.replace(' ', '')
        for _time in range(2):
            self.bank.add_entry(MAIN, amount='88.00', booked=today, iban=account, e2e=own)
        self.fetch(feed)
        self.assertEqual(
            self.lines(feed).filtered(lambda one: one.amount == 88.0).mapped('is_reconciled').count(True), 1
        )
        self.assertEqual((order.state, bill.payment_state), ('returned', 'not_paid'))

    def test_word_on_a_part(self):
        """One of two came on the statement, the other never left: only the other is open again."""
        bills = self.bill(10.0) | self.bill(20.0)
        feed, order = self.at_bank_now(*bills)
        self.debit(order, 10.0, e2e=order.line_ids.filtered(lambda line: line.amount == 10).end_to_end_id)
        self.fetch(feed)
        Course(order).resolve(False, "Deleted there", self.director)
        self.assertEqual(bills.mapped('payment_state'), ['paid', 'not_paid'])
        self.assertEqual(sorted(order.line_ids.mapped('state')), ['cancelled', 'closed'])

    def test_vendor_pays_a_part_back(self):
        """Matched by a person with the payment: no return."""
        bill = self.bill(100.0)
        feed, order = self.at_bank_now(bill)
        self.debit(order, 100.0, e2e=order.line_ids.end_to_end_id)
        self.fetch(feed)
        self.assertEqual(order.state, 'closed')
        term = order.line_ids.payment_id.move_id.line_ids.filtered('debit')
        term.remove_move_reconcile()
        back = self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': order.date, 'amount': 40.0, 'payment_ref': 'Refund'}
        )
        suspense = back._seek_for_lines()[1]
        suspense.account_id = term.account_id
        (suspense | term).reconcile()
        self.assertEqual((order.line_ids.state, order.line_ids.payment_id.state), ('closed', 'paid'))

    def test_transfer(self):
        """To an own account: both movements find it by its id, nothing is left on the account for transfers."""
        feed = self.connected()
        savings = self.env['account.journal'].create(
            {
                'name': "Savings",
                'type': 'bank',
                'code': 'SAV',
                'company_id': self.company.id,
                'bank_acc_number': sk_iban(1000002),
            }
        )
        savings.bank_account_id.allow_out_payment = True
        wizard = self.env['bank.transfer'].with_user(self.accountant).create(
            {'journal_id': self.journal.id, 'to_journal_id': savings.id, 'amount': 500.0}
        )  # fmt: skip
        order = self.env['bank.payment.order'].browse(wizard.action_make()['res_id'])
        self.send(self.approve(self.submit(order)))
        self.its_day(order)
        order.line_ids._set_state('accepted')
        own = order.line_ids.end_to_end_id
        arrived = self.env['account.bank.statement.line'].create(
            {'journal_id': savings.id, 'date': order.date, 'amount': 500.0, 'payment_ref': f'Transfer {own}'}
        )
        arrived.bank_match_state = 'none'
        again.Waiting(arrived).match()
        self.assertEqual((arrived.bank_match_rule, arrived.is_reconciled), ('R25', True), arrived.bank_match_note)
        self.debit(order, 500.0, e2e=own)
        self.assertEqual(self.movement(feed).bank_match_rule, 'R23')
        self.assertEqual(order.state, 'closed')
        items = self.env['account.move.line'].search([('account_id', '=', self.company.transfer_account_id.id)])
        self.assertEqual(sum(items.mapped('balance')), 0.0)
        self.assertTrue(all(items.mapped('reconciled')))

    def test_bank_fee_alone(self):
        feed, order = self.at_bank_now(self.bill(10.0), self.bill(20.0))
        self.debit(order, 0.2, name=BANK_NAME, remittance=["Fee"])
        self.assertFalse(self.movement(feed).is_reconciled)
        self.assertEqual(order.state, 'accepted')
