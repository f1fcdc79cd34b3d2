"""The same through Tatra banka: signed by OAuth, and confirmed by us when the person is back."""

from urllib.parse import urlsplit

import requests

from odoo.tests import tagged

from ...models.pay.course import Course
from ...sandbox.faults import fault
from ..cases import harness
from ..cases.pay_scenarios import PayScenarios


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayTatra(PayScenarios):
    harness_class = harness.Tatra
    path = 'sepa-credit-transfers'
    refusal = {'status': 400, 'code': 'FORMAT_ERROR'}
    troubles = (('status', {'status': 409, 'code': 'STATUS_INVALID'}), ('html', {'status': 400}))
    waits_for_second = 'waiting_signer'

    def sign(self, url, login='jana', step='sign', back=True):
        page = requests.get(url, timeout=20).url
        location = super().sign(page, login, step)
        if back:
            self.come_back(location)
        return location

    def come_back(self, location, user=None):
        """The person's browser follows the bank's redirect."""
        user = user or self.director
        self.authenticate(user.login, user.login)
        self.opener_user = user
        parts = urlsplit(location)
        self.assertEqual(parts.netloc, 'odoo.test')
        self.env.flush_all()
        answer = self.opener.get(f'{self.base_url()}{parts.path}?{parts.query}', timeout=60, allow_redirects=False)
        self.env.invalidate_all()
        return answer

    def test_not_back(self):
        """Signed, and the window was closed before the way back: nothing is executed; going on at the bank finishes it."""
        bill = self.bill(31.0)
        order, url = self.signed_order(bill)
        self.sign(url, back=False)
        self.its_day(order)
        self.ask(order)
        self.assertEqual(order.state, 'waiting')
        again = self.call(self.director, order, 'action_continue')['url']
        self.sign(again)
        self.ask(order)
        self.assertEqual((order.state, self.posts), ('executed', 1))

    def test_back_as_somebody_else(self):
        """The way back works for who was sent to the bank, and confirms once."""
        order, url = self.signed_order(self.bill(32.0))
        location = self.sign(url, back=False)
        self.come_back(location, self.accountant)
        self.assertEqual(self.at_bank[0]['status'], 'RCVD')
        self.come_back(location)
        self.assertIn(order.state, ('accepted', 'executed'))
        self.come_back(location)
        self.assertEqual((self.posts, len(self.at_bank[0]['signers'])), (1, 1))

    def test_given_up_meanwhile(self):
        """What a manager said never happened is not confirmed when somebody comes back after all; nor while payments are stopped."""
        bill = self.bill(33.0)
        order, url = self.signed_order(bill)
        location = self.sign(url, back=False)
        self.company.bank_payment_stop = True
        self.come_back(location)
        self.assertEqual((order.state, self.at_bank[0]['status']), ('waiting', 'RCVD'))
        self.assertIn(
            "was not confirmed: Payments of this company are stopped", order.with_user(self.director).next_step
        )
        self.company.bank_payment_stop = False
        order.line_ids._set_state('unknown')
        Course(order).resolve(False, "Not signed.", self.director)
        self.assertEqual((order.state, bill.payment_state), ('cancelled', 'not_paid'))
        self.come_back(location)
        self.assertEqual(self.at_bank[0]['status'], 'RCVD')

    def test_confirmation_is_lost(self):
        """The bank has it, and its answer is lost: the schedule hears of it; nothing is sent twice."""
        order, url = self.signed_order(self.bill(34.0))
        self.its_day(order)
        location = self.sign(url, back=False)
        self.bank.state['faults'].append(fault('/authorisations/', 'swallow'))
        self.come_back(location)
        self.assertEqual(order.state, 'waiting')
        self.ask(order)
        self.assertEqual((order.state, self.posts), ('executed', 1))

    def test_a_right_that_is_lost_meanwhile(self):
        """Confirming is the step that executes: who may not pay any more, or whose order would not be approved any more, confirms nothing."""
        for change in ('right', 'limit'):
            order, url = self.signed_order(self.bill(35.0))
            location = self.sign(url, back=False)
            at_bank = self.at_bank[-1]
            payer = self.env.ref('account_bank_feed.bank_feed_group_payer')
            manager = self.env.ref('account_bank_feed.bank_feed_group_manager')
            if change == 'right':
                self.director.group_ids -= payer | manager
                self.director.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_accountant')
            else:
                self.company.bank_payment_limit_order = 1
            self.come_back(location)
            self.assertEqual((order.state, self.at_bank[-1]['status']), ('waiting', at_bank['status']), change)
            self.assertEqual(at_bank['status'], 'RCVD')
            if change == 'limit':  # the next step says so
                self.assertIn("was not confirmed", order.with_user(self.director).next_step)
            self.director.group_ids |= payer | manager
            self.company.bank_payment_limit_order = 0
            self.come_back(location)
            self.assertIn(order.state, ('accepted', 'executed'))
