"""Fio: the file is uploaded with the token, signed in the internet banking, and finished by the movement."""

from odoo.tests import tagged

from ...payments import checks
from ...payments.days import today
from ...sandbox.faults import fault
from ...sandbox.payments import Payments
from ..cases import harness
from ..cases.pay_case import PayCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayFio(PayCase):
    harness_class = harness.Fio

    def setUp(self):
        super().setUp()
        self.bank.state['settings']['seconds_between'] = 0

    def connected(self, user=None):
        """The director types in the token."""
        wizard = self.env['bank.connect'].with_user(self.director)
        wizard = wizard.create({'institution_id': self.institution.id, 'token': self.app['token']})
        result = self.env['bank.connect.result'].with_user(self.director).browse(wizard.action_connect()['res_id'])
        result.line_ids.write({'action': 'existing', 'journal_id': self.journal.id})
        result.action_confirm()
        return self.env['bank.feed'].search([('institution_id', '=', self.institution.id)])

    def uploaded(self, bill):
        self.patch(checks, 'is_business', lambda *_args: True)  # the client asks for movements until today
        feed = self.connected()
        order = self.to_pay(bill)
        order.date = today('SK')
        self.approve(self.submit(order))
        return feed, order, self.send(order)

    def test_signed_later(self):
        """No page of the bank, no status: the movement finishes it."""
        bill = self.bill(25.0, payment_reference='2600077')
        feed, order, action = self.uploaded(bill)
        self.assertEqual((action['tag'], order.state, order.has_bank_page), ('soft_reload', 'waiting', False))
        self.assertFalse(order.next_poll)
        self.assertIn("nothing to be asked", self.refused(self.director, order, 'action_ask'))
        [payment] = self.at_bank
        payment['psu'] = 'jana'
        self.its_day(order)
        Payments(self.bank).sign(payment)
        self.fetch(feed)
        self.assertEqual((order.state, bill.payment_state, self.posts), ('closed', 'paid', 1))

    def test_other_sums(self):
        """25: the bank has read another sum: not to be signed; a person settles it."""
        self.bank.state['settings']['sum_off'] = '0.01'
        self.addCleanup(self.bank.state['settings'].pop, 'sum_off')
        bill = self.bill(25.0)
        _feed, order, action = self.uploaded(bill)
        self.assertEqual((order.state, action['params']['type']), ('unknown', 'danger'))
        self.assertIn("Do not sign", order.next_step)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "Deleted"}
        self.call(
            self.director, self.env['bank.payment.resolve'].with_user(self.director).create(values), 'action_resolve'
        )
        self.assertEqual((order.state, bill.payment_state), ('cancelled', 'not_paid'))

    def test_mistakes(self):
        """25: errorCode 1: a draft again, with the bank's words."""
        self.bank.state['settings']['unknown'] = [self.vendor.bank_ids.acc_number.replace(' ', '')]
        self.addCleanup(self.bank.state['settings'].pop, 'unknown')
        _feed, order, _action = self.uploaded(self.bill(25.0))
        self.assertEqual((order.state, self.posts), ('draft', 0))
        self.assertIn("Unknown account", order.note)

    def test_lost(self):
        """5: the answer is lost; 409: it was not looked at."""
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        self.bank.state['faults'].append(fault('/import', 'status', status=409))
        self.send(order)
        self.assertEqual((order.state, self.posts), ('approved', 0))
        self.bank.state['faults'].append(fault('/import', 'swallow'))
        self.send(order)
        self.assertEqual((order.state, self.posts), ('unknown', 1))
