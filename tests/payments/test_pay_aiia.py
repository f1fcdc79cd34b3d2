"""The same through Aiia: payments one by one, one signature for all of them."""

import json
from datetime import timedelta

from odoo.tests import tagged

from ...payments.days import today
from ...sandbox import aiia
from ...sandbox.faults import fault
from ..cases import harness
from ..cases.pay_scenarios import PayScenarios


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayAiia(PayScenarios):
    harness_class = harness.Aiia
    path = 'payment-authorizations'
    refusal = {'status': 400, 'code': 'InvalidPayment'}
    troubles = (('status', {'status': 409, 'code': 'Conflict'}), ('html', {'status': 400}))
    says_why = False

    def test_not_registered(self):
        """An application without payments: the order goes as a file."""
        self.provider.setting_ids.filtered(lambda row: row.name == 'pays').value = 'no'
        self.connected()
        self.assertEqual(self.to_pay(self.bill()).way, 'file')

    def test_breaks_off_between(self):
        """Some are there, unsigned: not known, and nothing of it can be signed any more."""
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill(11.0) | self.bill(12.0))))
        self.bank.state['faults'] += [fault('/payments', 'slow', seconds=0), fault('/payments', 'status', status=500)]
        self.send(order)
        self.assertEqual((order.state, self.posts, len(self.bank.state['unsigned'])), ('unknown', 0, 1))

    def test_the_second_is_refused(self):
        """Read and refused: a draft again with new ids; the first one stays unsigned for ever."""
        self.connected()
        bills = self.bill(11.0) | self.bill(12.0)
        order = self.approve(self.submit(self.to_pay(bills)))
        ids = set(order.line_ids.mapped('end_to_end_id'))
        self.bank.state['faults'] += [fault('/payments', 'slow', seconds=0), fault('/payments', **self.refusal)]
        self.send(order)
        self.assertEqual((order.state, self.posts), ('draft', 0))
        self.assertFalse(ids & set(order.line_ids.mapped('end_to_end_id')))

    def test_another_day(self):
        self.connected()
        order = self.to_pay(self.bill(15.0))
        order.date = today('SK') + timedelta(days=20)
        order.action_as_soon_as_possible()
        order.date = order.date + timedelta(days=7)
        self.send(self.approve(self.submit(order)))
        self.assertEqual(self.at_bank[0]['date'], order.date.isoformat())

    def test_the_provider_calls(self):
        """A hint: the bank is asked at once, and the movements are not fetched for it; somebody else's call does nothing."""
        feed = self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill(16.0))))
        self.sign(self.send(order)['url'])
        self.assertEqual(order.state, 'waiting')
        number, event = order.sudo().consent_id._bank_ref(), 'PaymentAuthorizationPaymentsUpdated'
        self.poll()
        self.assertEqual(order.state, 'waiting', "it is not due yet")
        path = f'{self.base_url()}/bank_feed/webhook/{self.provider.sudo().webhook_token}'
        name = f'{event[0].lower()}{event[1:]}Webhook'
        raw = json.dumps({name: {'consentId': number, 'event': event, 'data': {}}}).encode()
        self.env.flush_all()
        statuses, runs = [], feed.run_ids
        for secret in ('wrong', self.app['webhook_secret']):
            before = order.next_poll
            answer = self.opener.post(path, data=raw, headers=aiia.signed(secret, event, raw), timeout=20)
            statuses.append(answer.status_code)
            self.env.invalidate_all()
            self.assertEqual(order.next_poll < before, secret != 'wrong')
        self.assertEqual(statuses, [403, 200])
        self.assertEqual(feed.run_ids, runs)
        self.poll()
        self.assertIn(order.state, ('accepted', 'executed'))
