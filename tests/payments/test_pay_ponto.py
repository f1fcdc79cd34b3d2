"""The same through Ponto Connect: signed requests; a bulk tells nothing of its payments."""

from odoo.tests import tagged

from ..cases import harness
from ..cases.pay_scenarios import PayScenarios


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayPonto(PayScenarios):
    harness_class = harness.Ponto
    refusal = {'status': 400, 'code': 'validationError'}
    troubles = (('status', {'status': 409, 'code': 'conflict'}), ('html', {'status': 400}))

    def test_partly_accepted(self):
        """14: the provider says that a part was taken, not which: the movements tell, and a person says the rest."""
        feed = self.connected()
        closed = self._vendor("Zatvorený s.r.o.", 7700666)
        bills = self.bill(11.0, ref='P-11') | self.bill(12.0, ref='P-12') | self.bill(13.0, closed, ref='P-13')
        order = self.approve(self.submit(self.to_pay(bills)))
        self.sign(self.send(order)['url'])
        self.its_day(order)
        self.ask(order)
        self.assertIn("does not say which", order.next_step)
        self.assertEqual(bills.mapped('payment_state'), ['in_payment'] * 3)
        self.fetch(feed)
        self.assertEqual(bills.mapped('payment_state')[2], 'in_payment')
        self.assertNotIn('not_paid', bills.mapped('payment_state'))
        self.assertTrue(order.with_user(self.director).may_resolve)
        values = {'order_id': order.id, 'executed': 'never', 'reason': "Refused: account closed."}
        paid = order.line_ids.filtered(lambda line: line.state == 'closed')
        wizard = self.env['bank.payment.resolve'].with_user(self.director).create(values)
        self.call(self.director, wizard, 'action_resolve')
        self.assertEqual((bills[2].payment_state, bills[2].amount_residual), ('not_paid', 13.0))
        self.assertEqual(set(paid.mapped('state')) - {'closed'}, set())

    def test_without_a_signature(self):
        """A request that is not signed is refused: a draft again."""
        row = self.provider.setting_ids.filtered(lambda row: row.name == 'signature_certificate')
        row.sudo()._clear()
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        self.send(order)
        self.assertEqual(self.posts, 0)
        self.assertIn(order.state, ('draft', 'approved'))

    def test_cancelled_unsigned(self):
        """What nobody has signed is deleted there; what is signed is not."""
        bills = self.bill(21.0) | self.bill(22.0)
        order, _url = self.signed_order(*bills)
        self.call(self.director, order, 'action_cancel_at_bank')
        self.assertEqual((order.state, self.at_bank[0]['status']), ('cancelled', 'CANC'))
        self.assertEqual(bills.mapped('payment_state'), ['not_paid'] * 2)
        again = self.approve(self.submit(self.to_pay(bills[0])))
        self.at_bank[0]['date'] = '2099-01-04'
        self.sign(self.send(again)['url'])
        self.assertIn("signed already", self.refused(self.director, again, 'action_cancel_at_bank'))
        self.assertEqual(bills[0].payment_state, 'in_payment')
