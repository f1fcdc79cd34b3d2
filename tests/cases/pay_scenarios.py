"""What every bank client that sends payments goes through."""

from unittest.mock import patch

from ...banks.http import Transport
from ...sandbox.faults import fault
from ...sandbox.payments import Payments
from .pay_case import DEBTOR, PayCase


class PayScenarios(PayCase):
    """Of one client: subclasses name its harness and how its bank speaks."""

    #: a part of the path that payments are posted to; how an error is refused for what it says, how a bank in trouble answers
    path = '/payments'
    refusal = {'status': 422, 'code': 'INVALID_PAYMENT'}
    troubles = (('status', {'status': 400, 'code': 'ASPSP_ERROR'}),)
    #: the state while a second person has to sign
    waits_for_second = 'waiting'  # this provider has no code for it
    #: why a payment was refused comes with a code
    says_why = True

    def signed_order(self, *bills, **values):
        """An order that is at the bank, and the address of the page where it is signed."""
        self.connected()
        order = self.to_pay(self.env['account.move'].union(*bills), **values)
        self.approve(self.submit(order))
        return order, self.send(order)['url']

    def test_bill_to_statement(self):
        """1: posted and paid, approved, signed, debited: nothing more to do."""
        feed = self.connected()
        bill = self.bill(121.0, ref='FV2026/17', payment_reference='2026000017', post=False)
        order = self.to_pay(bill)
        self.assertEqual(
            (bill.state, bill.payment_state, order.state, order.way), ('posted', 'in_payment', 'draft', 'bank')
        )
        self.assertEqual(order.line_ids.reference_kind, 'vs')
        self.approve(self.submit(order))
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

    def test_lost_answer(self):
        """5: the bank takes it and its answer is lost: not known, never sent again, resolved by the movement."""
        feed = self.connected()
        bill = self.bill(77.0)
        order = self.approve(self.submit(self.to_pay(bill)))
        self.bank.state['faults'].append(fault(self.path, 'swallow'))
        self.assertEqual(self.send(order)['params']['type'], 'danger')
        self.assertEqual((order.state, self.posts, bill.payment_state), ('unknown', 1, 'in_payment'))
        for _time in range(10):
            self.poll()
        self.assertIn("not approved", self.refused(self.director, order, 'action_send'))
        self.assertEqual((order.state, self.posts), ('unknown', 1))
        [payment] = self.at_bank
        self.its_day(order)
        payment['psu'] = 'jana'  # the person signs it in the internet banking
        payments = Payments(self.bank)
        payments.sign(payment)
        if payment.get('unconfirmed'):
            payments.confirm(payment)
        self.fetch(feed)
        self.assertEqual((order.state, bill.payment_state), ('closed', 'paid'))

    def test_server_error_is_not_known(self):
        """A 500, an empty answer, half an answer, a redirect: it may have arrived."""
        self.connected()
        for kind, options in (
            ('status', {'status': 500}),
            ('empty', {}),
            ('half', {}),
            ('html', {}),
            *self.troubles,
        ):
            order = self.approve(self.submit(self.to_pay(self.bill(10.0))))
            self.bank.state['faults'].append(fault(self.path, kind, **options))
            self.send(order)
            self.assertEqual(order.state, 'unknown', kind)
        self.assertEqual(self.posts, 0)

    def test_not_reached(self):
        """7: no connection: surely not sent; sent by hand later with the same ids."""
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        ids = order.line_ids.end_to_end_id
        original = Transport.pay

        def nowhere(transport, *args, **options):
            aside = Transport('http://127.0.0.1:9/')
            return original(aside, *args, **options)

        with patch.object(Transport, 'pay', nowhere):
            self.send(order)
        self.assertEqual((order.state, self.posts), ('approved', 0))
        self.send(order)
        self.assertEqual((order.state, self.posts, order.line_ids.end_to_end_id), ('waiting', 1, ids))

    def test_partly_accepted(self):
        """14: three, one to a closed account: two go on, one bill is open with its reason."""
        feed = self.connected()
        closed = self._vendor("Zatvorený s.r.o.", 7700666)
        bills = self.bill(11.0) | self.bill(12.0) | self.bill(13.0, closed)
        order = self.approve(self.submit(self.to_pay(bills)))
        self.sign(self.send(order)['url'])
        self.its_day(order)
        self.ask(order)
        self.assertEqual(order.state, 'partially')
        self.assertEqual(bills.mapped('payment_state'), ['in_payment', 'in_payment', 'not_paid'])
        self.assertEqual(bills[2].amount_residual, 13.0)
        refused = order.line_ids.filtered(lambda line: line.state == 'rejected')
        if self.says_why:
            self.assertEqual((refused.reason_code, refused.account_doubted), ('AC04', True))
            self.assertIn("closed", refused.reason)
        self.assertTrue(refused.reason)
        self.assertEqual(refused.payment_id.state, 'canceled')
        self.fetch(feed)
        self.assertEqual(bills.mapped('payment_state'), ['paid', 'paid', 'not_paid'])
        again = self.to_pay(bills[2])  # a new attempt has ids of its own
        self.assertNotEqual(again.line_ids.end_to_end_id, refused.end_to_end_id)

    def test_refused_signature(self):
        """15: nobody signs: all bills are open, to the cent."""
        bills = self.bill(40.0) | self.bill(41.5)
        order, url = self.signed_order(*bills)
        self.assertTrue(url)
        for payment in self.at_bank:
            payment['created'] = '2020-01-01T00:00:00'
        self.ask(order)
        self.assertEqual(order.state, 'rejected')
        self.assertEqual(bills.mapped('payment_state'), ['not_paid', 'not_paid'])
        self.assertEqual(bills.mapped('amount_residual'), [40.0, 41.5])
        self.assertEqual(set(order.line_ids.payment_id.move_id.mapped('state')), {'cancel'})

    def test_second_signature(self):
        """16: two people sign at the bank."""
        self.bank.state['settings']['two_signers'] = True
        self.addCleanup(self.bank.state['settings'].pop, 'two_signers')
        order, url = self.signed_order(self.bill(60.0))
        self.sign(url, 'jana')
        self.ask(order)
        self.assertEqual(order.state, self.waits_for_second)
        self.sign(url, 'peter')
        self.its_day(order)
        self.ask(order)
        self.assertEqual((order.state, self.posts), ('executed', 1))

    def test_refused_at_once(self):
        """The provider refuses what it reads: a draft again, with its words and new ids."""
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        ids = order.line_ids.end_to_end_id, order.message_id
        self.bank.state['faults'].append(fault(self.path, 'status', **self.refusal))
        self.send(order)
        self.assertEqual((order.state, self.posts), ('draft', 0))
        self.assertFalse(set(ids) & {order.line_ids.end_to_end_id, order.message_id})
        self.assertEqual(order.line_ids.payment_id.payment_reference, order.line_ids.end_to_end_id)
        self.sign(self.send(self.approve(self.submit(order)))['url'])
        self.assertEqual(self.posts, 1)
