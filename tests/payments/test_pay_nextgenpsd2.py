"""The same through a bank's own NextGenPSD2 interface: JSON, bulk, pain.001, baskets."""

from urllib.parse import urlsplit

import requests

from odoo.tests import tagged

from ...payments import checks
from ...payments.days import today
from ...sandbox.faults import fault
from ...sandbox.payments import Payments
from ..cases import harness
from ..cases.pay_scenarios import PayScenarios


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayNextGenPsd2(PayScenarios):
    harness_class = harness.NextGenPsd2
    path = 'credit-transfers'
    refusal = {'status': 400, 'code': 'PAYMENT_FAILED'}
    troubles = (('status', {'status': 409, 'code': 'STATUS_INVALID'}), ('html', {'status': 400}))
    waits_for_second = 'waiting_signer'

    def set_form(self, form):
        row = self.provider.setting_ids.filtered(lambda row: row.name == 'payment_form')
        row.value = form

    def paid(self, *bills):
        feed = self.connected()
        order = self.to_pay(self.env['account.move'].union(*bills))
        self.sign(self.send(self.approve(self.submit(order)))['url'])
        self.its_day(order)
        self.ask(order)
        return feed, order

    def test_pain001(self):
        """What JSON cannot say goes as pain.001; its status comes as pain.002."""
        bill = self.bill(17.0, payment_reference='RF18539007547034')
        feed, order = self.paid(bill)
        self.assertEqual((order.line_ids.reference_kind, order.state), ('scor', 'executed'))
        self.assertEqual(self.at_bank[0]['service'], 'payments/pain.001-sepa-credit-transfers')
        self.assertEqual(self.at_bank[0]['lines'][0]['reference'], 'RF18539007547034')
        self.fetch(feed)
        self.assertEqual(bill.payment_state, 'paid')

    def test_partly_as_pain001(self):
        self.set_form('xml')
        self.test_partly_accepted()
        self.assertTrue(self.at_bank[0]['xml'])

    def test_partly_with_symbols(self):
        """Symbols stand where our ids would: the place in the list tells which payment was refused."""
        closed = self._vendor("Zatvorený s.r.o.", 7700666)
        bills = self.bill(11.0, payment_reference='2600001') | self.bill(13.0, closed, payment_reference='2600001')
        _feed, order = self.paid(*bills)
        self.assertEqual(self.at_bank[0]['lines'][0]['e2e'], '/VS2600001/SS/KS')
        self.assertEqual(sorted(order.line_ids.mapped('state')), ['executed', 'rejected'])
        self.assertEqual(bills.mapped('payment_state'), ['in_payment', 'not_paid'])

    def test_basket(self):
        """Single payments, one signature; one POST a payment and one for the basket, none twice."""
        self.set_form('basket')
        closed = self._vendor("Zatvorený s.r.o.", 7700666)
        bills = self.bill(11.0) | self.bill(12.0) | self.bill(13.0, closed)
        self.connected()
        order = self.to_pay(bills)
        order.date = today('SK')
        self.its_day(order)
        self.patch(checks, 'is_business', lambda *_args: True)  # on a day on which banks are closed, this one is open
        self.sign(self.send(self.approve(self.submit(order)))['url'])
        self.ask(order)
        self.assertEqual((order.state, self.posts), ('partially', 3))
        self.assertEqual(bills.mapped('payment_state'), ['in_payment', 'in_payment', 'not_paid'])

    def test_cancelled_at_the_bank(self):
        """Signed for later: the bank's yes opens the bills; its no changes nothing."""
        bills = self.bill(11.0) | self.bill(12.0)
        self.connected()
        order = self.to_pay(bills)
        self.sign(self.send(self.approve(self.submit(order)))['url'])
        [payment] = self.at_bank
        payment['date'] = '2099-01-04'
        payment['status'] = 'ACSP'
        self.ask(order)
        self.bank.state['faults'].append(fault(payment['id'], 'status', status=405, code='CANCELLATION_INVALID'))
        self.assertTrue(self.refused(self.director, order, 'action_cancel_at_bank'))
        self.assertEqual(bills.mapped('payment_state'), ['in_payment'] * 2)
        self.assertIn("Payer", self.refused(self.accountant, order, 'action_cancel_at_bank'))
        self.call(self.director, order, 'action_cancel_at_bank')
        self.assertEqual((order.state, payment['status']), ('cancelled', 'CANC'))
        self.assertEqual(bills.mapped('payment_state'), ['not_paid'] * 2)

    def test_payee_in_doubt(self):
        """17: the bank doubts the payee's name: asked, nothing changes by itself; the person goes on, or cancels it there."""
        bill = self.bill(21.0)
        order, _url = self.signed_order(bill)
        number = order.line_ids.account_number
        [payment] = self.at_bank
        payment['status'] = 'RVCM'
        self.ask(order)
        self.assertEqual((order.state, order.line_ids.account_number), ('waiting', number))
        self.assertIn("does not fit the account", order.next_step)
        self.assertIn('RVCM', order.event_ids.mapped('code'))
        self.call(self.director, order, 'action_continue')
        self.assertEqual(
            len(order.event_ids.filtered(lambda event: event.code == 'RVCM')), 2, "the choice is in the trail"
        )
        self.call(self.director, order, 'action_cancel_at_bank')
        self.assertEqual((order.state, bill.payment_state), ('cancelled', 'not_paid'))

    def test_one_request_id(self):
        """The same request twice, as a proxy might: the bank answers the same and has one payment."""
        bill = self.bill(19.0)
        self.connected()
        order = self.approve(self.submit(self.to_pay(bill)))
        self.send(order)
        [payment] = Payments(self.bank).all.values()
        self.assertIn(order.request_id, self.bank.state['requests'])
        self.assertEqual(payment['lines'][0]['e2e'], order.line_ids.end_to_end_id)

    def test_signed_by_oauth(self):
        """A bank that logs people in by OAuth: its own page, a code on the way back, the same end."""
        bill = self.bill(23.0)
        self.connected()
        self.bank.state['settings']['sca'] = 'oauth'
        self.addCleanup(self.bank.state['settings'].pop, 'sca')
        self.bank.state['apps'] = {'us': {'id': 'us', 'client_secret': 'secret', 'redirect': harness.RETURN}}
        for name, value in (('client_id', 'us'), ('client_secret', 'secret')):
            self.provider.setting_ids.filtered(lambda row, name=name: row.name == name).value = value
        order = self.approve(self.submit(self.to_pay(bill)))
        page = requests.get(self.send(order)['url'], timeout=20).url
        location = urlsplit(self.sign(page))
        self.assertIn('code=', location.query)
        self.its_day(order)
        self.opener.get(f'{self.base_url()}{location.path}?{location.query}', timeout=60, allow_redirects=False)
        self.env.invalidate_all()
        self.assertEqual((order.state, self.posts), ('executed', 1))
        self.assertIsNone(self.at_bank[0]['code'], "it was redeemed, once")
