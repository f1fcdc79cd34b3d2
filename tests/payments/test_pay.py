"""From the bill to the movement, over HTTP: the scenarios of a payment that goes well, and of those that do not."""

from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...sandbox.faults import fault
from ...sandbox.people import sk_iban
from ..cases.pay_scenarios import PayScenarios


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPay(PayScenarios):
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

    def test_once_sent_never_again(self):
        """3, 4: approved twice, sent twice, from a page that is old: one approval, one order at the bank."""
        self.connected()
        order = self.submit(self.to_pay(self.bill()))
        seen = {'seen_hash': order.content_hash}
        self.approve(order)
        self.assertIn("not waiting for an approval", self.refused(self.director, order, 'action_approve', seen))
        self.send(order)
        self.assertIn("not approved", self.refused(self.director, order, 'action_send'))
        self.assertEqual((self.posts, len(order.approval_ids)), (1, 1))

    def test_never_heard(self):
        """6: what stays on its way is not known after ten minutes."""
        self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        order.line_ids._set_state('sending')
        order.sent_at = fields.Datetime.now() - timedelta(minutes=9)
        self.poll()
        self.assertEqual(order.state, 'sending')
        order.sent_at = fields.Datetime.now() - timedelta(minutes=11)
        self.poll()
        self.assertEqual(order.state, 'unknown')
        self.assertTrue(order.activity_ids)

    def test_changed_behind_the_back(self):
        """8, 9, 10: account number, amount, trust, holder, archived account, the frozen column: approvals fall, nothing is sent."""
        self.connected()
        bank = self.vendor.bank_ids

        def number(_order):
            self.env.cr.execute(
                "UPDATE res_partner_bank SET acc_number = %s, sanitized_acc_number = %s WHERE id = %s",
                [sk_iban(8800777), sk_iban(8800777), bank.id],
            )

        def amount(order):
            self.env.cr.execute(
                "UPDATE account_payment SET amount = 9999 WHERE id = %s", [order.line_ids.payment_id.id]
            )

        def trust(_order):
            self.env.cr.execute("UPDATE res_partner_bank SET allow_out_payment = false WHERE id = %s", [bank.id])

        def frozen(order):
            self.env.cr.execute(
                "UPDATE bank_payment_order SET content = replace(content, '100.00', '900.00') WHERE id = %s", [order.id]
            )

        def both(order):
            """Content and hash together: still not what the records say."""
            frozen(order)
            self.env.cr.execute(
                "UPDATE bank_payment_order SET content_hash = encode(sha256(content::bytea), 'hex') WHERE id = %s",
                [order.id],
            )
            self.env.cr.execute(
                "UPDATE bank_payment_approval SET content_hash = o.content_hash FROM bank_payment_order o WHERE o.id = order_id"
            )

        def holder(_order):
            self.env.cr.execute("UPDATE res_partner_bank SET acc_holder_name = 'Zlodej' WHERE id = %s", [bank.id])

        def draft(order):
            order.line_ids.payment_id.reconciled_bill_ids.button_draft()

        for change in (number, amount, trust, frozen, both, holder, draft):
            with self.subTest(change.__name__), self.env.cr.savepoint() as point:
                order = self.approve(self.submit(self.to_pay(self.bill())))
                change(order)
                self.env.invalidate_all()
                self.send(order)
                self.assertEqual((order.state, self.posts), ('draft', 0), change.__name__)
                self.assertFalse(order.content_hash)
                point.rollback()
                self.env.invalidate_all()

    def test_untrusted(self):
        """10: an account that nobody trusts does not get so far."""
        self.connected()
        stranger = self._vendor("Neznámy s.r.o.", 8800002, trusted=False)
        bill = self.bill(20.0, stranger)
        self.assertIn("not trusted", bill.bank_pay_obstacle)
        self.trust(stranger)
        order = self.to_pay(bill)
        stranger.bank_ids.allow_out_payment = False
        self.call(self.accountant, order, 'action_submit')
        self.assertEqual(order.state, 'draft')
        self.assertIn("not trusted", order.line_ids.problem)

    def test_four_eyes(self):
        """11: who had a hand in it does not approve it, by no way."""
        self.connected()
        self.company.bank_payment_four_eyes = 'always'
        self.director.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_accountant')
        order = self.to_pay(self.bill())
        self.submit(order, self.director)
        seen = {'seen_hash': order.content_hash}
        self.assertIn("Somebody else", self.refused(self.director, order, 'action_approve', seen))
        self.assertIn("Payer", self.refused(self.accountant, order, 'action_approve', seen))
        self.assertEqual(order.state, 'to_approve')

    def test_consent(self):
        """12: an own valid consent that covers the account."""
        feed = self.connected()
        order = self.submit(self.to_pay(self.bill()))
        seen = {'seen_hash': order.content_hash}
        other = self._make_user('other', 'account_bank_feed.bank_feed_group_payer')
        self.assertIn("own valid consent", self.refused(other, order, 'action_approve', seen))
        feed.consent_id._set_state('expired')
        self.assertIn("own valid consent", self.refused(self.director, order, 'action_approve', seen))
        self.assertEqual(order.state, 'to_approve')

    def test_not_what_was_seen(self):
        """An approval of another content than the screen showed is refused; without any, too."""
        self.connected()
        order = self.submit(self.to_pay(self.bill()))
        for seen in ({}, {'seen_hash': '0' * 64}, {'seen_hash': True}, {'seen_hash': [order.content_hash]}):
            self.assertIn("changed since", self.refused(self.director, order, 'action_approve', seen))

    def test_twice(self):
        """13: the same bill cannot be offered again; a vendor's number twice is stopped; the like of it is said."""
        self.connected()
        bill = self.bill(30.0, ref='X1')
        order = self.to_pay(bill)
        self.assertTrue(bill.bank_pay_obstacle)
        self.send(self.approve(self.submit(order)))
        again = self.bill(31.0, ref='X2')
        self.env.cr.execute("UPDATE account_move SET ref = 'X1' WHERE id = %s", [again.id])
        self.env.invalidate_all()
        second = self.to_pay(again)
        self.call(self.accountant, second, 'action_submit')
        self.assertIn("paid already", second.line_ids.problem)
        like = self.to_pay(self.bill(30.0, ref='X3'))
        self.assertIn("paid to the same payee", ' '.join(like.line_ids.mapped('warnings')))

    def test_asked_before(self):
        """What the bank says that it does not take is said before anything is sent."""
        self.connected()
        self.bank.state['settings']['payment_types'] = {'SEPA': {'currencies': ['NOK']}}
        self.addCleanup(self.bank.state['settings'].pop, 'payment_types')
        order = self.approve(self.submit(self.to_pay(self.bill())))
        self.send(order)
        self.assertEqual((order.state, self.posts), ('draft', 0))
        self.assertIn("no payments in EUR", order.note)

    def test_limits(self):
        """Of a payment and an order when it is submitted; of a day when it is sent, the unknown counted; of a person's approvals."""
        self.connected()
        company = self.company
        company.bank_payment_limit_line = 50
        order = self.to_pay(self.bill(60.0))
        self.call(self.accountant, order, 'action_submit')
        self.assertEqual(order.state, 'draft')
        self.assertIn("A payment is", order.line_ids.problem)
        company.write({'bank_payment_limit_line': 0, 'bank_payment_limit_order': 59.99})
        self.call(self.accountant, order, 'action_submit')
        self.assertIn("An order is", order.problem)
        company.bank_payment_limit_order = 0
        self.approve(self.submit(order))
        company.bank_payment_limit_order = 59.99  # lowered after the approval
        self.send(order)
        self.assertEqual((order.state, self.posts), ('draft', 0))
        company.write({'bank_payment_limit_order': 0, 'bank_payment_limit_day': 100})
        self.approve(self.submit(order))
        self.bank.state['faults'].append(fault(self.path, 'swallow'))
        self.send(order)
        self.assertEqual(order.state, 'unknown')
        second = self.approve(self.submit(self.to_pay(self.bill(40.01))))
        self.assertIn("Send it tomorrow", self.refused(self.director, second, 'action_send'))
        self.assertEqual(second.state, 'approved')
        company.write({'bank_payment_limit_day': 100.01, 'bank_payment_limit_person': 110})
        self.send(second)
        self.assertEqual(self.posts, 2)
        third = self.submit(self.to_pay(self.bill(10.0)))
        seen = {'seen_hash': third.content_hash}
        self.assertIn("One person approves", self.refused(self.director, third, 'action_approve', seen))
        company.bank_payment_limit_person = 110.01
        self.approve(third)

    def test_stopped(self):
        """A switch a connection and one a company."""
        feed = self.connected()
        order = self.approve(self.submit(self.to_pay(self.bill())))
        self.company.bank_payment_stop = True
        self.assertIn("stopped", self.refused(self.director, order, 'action_send'))
        self.company.bank_payment_stop = False
        self.call(self.director, feed.connection_id, 'action_stop_payments')
        self.assertIn("stopped", self.refused(self.director, order, 'action_send'))
        self.call(self.director, feed.connection_id, 'action_allow_payments')
        self.send(order)
        self.assertEqual(self.posts, 1)

    def test_at_the_bank_nothing_moves(self):
        """What the bank has is not reset, cancelled, unreconciled, changed or paid again in any other way."""
        order, _url = self.signed_order(self.bill())
        payment = order.line_ids.payment_id
        bill = payment.reconciled_bill_ids
        user = self.env.ref('base.user_admin')
        user.company_ids |= self.company
        user.group_ids |= self.env.ref('account_bank_feed.bank_feed_group_manager')
        for record, method, args in (
            (payment, 'action_draft', ()),
            (payment, 'action_cancel', ()),
            (payment, 'action_reject', ()),
            (payment, 'unlink', ()),
            (payment, 'write', ({'amount': 1},)),
            (payment, 'write', ({'state': 'draft'},)),
            (payment.move_id, 'button_draft', ()),
            (payment.move_id, 'button_cancel', ()),
            (payment.move_id.line_ids, 'remove_move_reconcile', ()),
            (bill, 'button_draft', ()),
            (order, 'action_cancel', ()),
            (order, 'action_back_to_draft', ()),
            (order, 'write', ({'date': '2030-01-01'},)),
            (order, 'write', ({'state': 'draft'},)),
            (order, 'unlink', ()),
            (order.line_ids, 'write', ({'amount': 1},)),
            (order.line_ids, 'write', ({'text': 'x'},)),
            (order.line_ids, 'action_remove', ()),
            (order.line_ids, 'unlink', ()),
            (order.event_ids, 'unlink', ()),
            (order.event_ids, 'write', ({'code': 'x'},)),
            (order.approval_ids, 'write', ({'comment': 'x'},)),
        ):
            with self.subTest(f'{record} {method}{args}'):
                said = self.refused(user, record, method, args=args)
                self.assertTrue(said)
        self.assertEqual((bill.payment_state, order.state, payment.amount), ('in_payment', 'waiting', 100.0))

    def test_locked_period(self):
        """27: a refusal when the period is locked: reversed today, the bill is open."""
        bill = self.bill(45.0)
        order, url = self.signed_order(bill)
        entry = order.line_ids.payment_id.move_id
        self.env.cr.execute("UPDATE account_move SET date = '2026-01-31' WHERE id = %s", [entry.id])
        self.env.cr.execute("UPDATE account_move_line SET date = '2026-01-31' WHERE move_id = %s", [entry.id])
        self.env.invalidate_all()
        self.company.sudo().hard_lock_date = '2026-02-28'
        self.sign(url, step='refuse')
        self.ask(order)
        self.assertEqual((order.state, bill.payment_state, bill.amount_residual), ('rejected', 'not_paid', 45.0))
        self.assertEqual(entry.state, 'posted')
        self.assertEqual(sum(entry.line_ids.mapped('amount_residual')), 0.0)
