from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.book.original import original_of, was_changed
from ...models.match.again import Waiting
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestNotSo(ReconcileCase):
    """What stood otherwise when it was decided pays nothing: drafts, another amount, another direction, another document."""

    def proposed(self, amount=120.0):
        """(document, movement that is only proposed for it)"""
        move, feed = self.invoice(amount), self.connect()
        settings = self.env['account.reconcile.model'].search(
            [('bank_feed_matching', '=', True), ('company_id', '=', self.company.id)]
        )
        settings.bank_feed_policy = 'propose'
        self.server.pay(amount=f'{amount:.2f}', remittance=[move.name])
        self.fetch(feed)
        settings.bank_feed_policy = 'default'
        line = self.lines(feed)[-1:].with_user(self.accountant)
        self.assertEqual(line.bank_match_state, 'proposed')
        return move, line

    def open_without_document(self, amount, text):
        self.server.pay(amount=amount, remittance=[text])
        return self.fetched()[-1:]

    # === Drafts === #

    def test_a_draft_pays_nothing(self):
        move, line = self.proposed()
        line.move_id.sudo().button_draft()
        answer = line.bank_reconcile_accept()
        self.assertFalse(answer['done'])
        self.assertIn("not posted", answer['failed'][0]['reason'])
        ours = line.sudo()
        ours.bank_match_ids.unlink()
        Waiting(ours).match()
        self.assertEqual((move.payment_state, line.bank_match_state), ('not_paid', 'proposed'))
        line.move_id.sudo().action_post()
        Waiting(ours).match()
        self.assertEqual(move.payment_state, 'paid')

    # === Another amount === #

    def test_an_amount_that_somebody_changed(self):
        """By itself nothing is booked with it, and what is proposed is of the amount that stands in the books."""
        name = self.invoice(1).name
        number = name.replace(name[-5:], f'{int(name[-5:]) + 1:05d}')
        line = self.open_without_document('70.00', number)
        self.assertFalse(line.is_reconciled)
        line.sudo().amount = 90.0
        move = self.invoice(90.0)
        self.assertEqual(move.name, number)
        Waiting(line.sudo()).match()
        self.assertEqual((move.payment_state, line.bank_match_state), ('not_paid', 'proposed'))
        line.bank_reconcile_accept()
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))

    def test_an_amount_that_was_turned_round(self):
        line = self.open_without_document('-137.20', "INV/2026/99")
        line.sudo().amount = 137.2
        line.sudo().amount = -137.2
        move = self.invoice(137.2)
        with self.assertRaises(UserError):
            line.bank_reconcile([[self.item(move).id, 137.2]])
        self.assertEqual((move.payment_state, line.is_reconciled), ('not_paid', False))
        for kind in ('out_invoice', 'out_receipt', 'in_refund'):
            with self.assertRaises(UserError):
                line.bank_reconcile_new_document(kind)

    def test_an_original_amount_that_somebody_changed(self):
        """What the payer's bank exchanged is of the books, too."""
        usd = self.rate('USD', 1.3)
        name = self.invoice(1).name
        number = name.replace(name[-5:], f'{int(name[-5:]) + 1:05d}')
        feed = self.connect()
        self.server.pay(amount='100.00', remittance=[number], original=['130.00', 'USD', '1.3'])
        self.fetch(feed)
        line = self.lines(feed)[-1:].with_user(self.accountant)
        self.assertEqual(original_of(line), (Decimal('130.00'), 'USD'))
        self.assertFalse(was_changed(line))
        line.sudo().write({'foreign_currency_id': usd.id, 'amount_currency': 140.0})
        self.assertTrue(was_changed(line))
        self.assertEqual(original_of(line), (Decimal('140.00'), 'USD'))
        move = self.invoice(130.0, currency_id=usd.id)
        Waiting(line.sudo()).match()
        self.assertEqual((move.payment_state, line.is_reconciled), ('not_paid', False))

    def test_set_off_by_hand(self):
        """A person may book more on an account than the movement is, where a document goes the other way."""
        line = self.waiting('100.00')
        bill = self.invoice(50.0, move_type='in_invoice')
        with self.assertRaises(UserError):
            line.bank_reconcile([[self.item(bill).id, -50.0]])
        line.bank_reconcile([[self.item(bill).id, -50.0]], {'kind': 'account', 'account_id': self.fees.id})
        self.assertEqual((bill.payment_state, line.is_reconciled), ('paid', True))
        self.assertBalanced(line)

    # === Another document === #

    def test_a_document_that_was_reset(self):
        move, line = self.proposed()
        move.button_draft()
        self.assertFalse(line.bank_match_ids.filtered(lambda match: match.state == 'proposed'))
        self.assertIn(move.name, line.bank_match_note)
        move.invoice_line_ids.price_unit = 150
        move.action_post()
        self.assertFalse(line.bank_reconcile_accept()['done'])

    def test_a_payment_that_was_turned_round(self):
        outstanding = self.env['account.account'].create(
            {'name': "Outstanding", 'code': '261900', 'account_type': 'asset_current', 'reconcile': True}
        )
        method = self.journal.inbound_payment_method_line_ids[:1]
        (method | self.journal.outbound_payment_method_line_ids[:1]).payment_account_id = outstanding
        payment = self.env['account.payment'].create(
            {
                'amount': 77,
                'partner_id': self.customer.id,
                'journal_id': self.journal.id,
                'memo': "PAY-7788",
                'payment_type': 'inbound',
            }
        )
        payment.action_post()
        item = payment.move_id.line_ids.filtered(lambda item: item.account_id == outstanding)
        self.assertEqual(item.balance, 77)
        line = self.open_without_document('77.00', "nothing")
        match = self.env['bank.match'].create(
            {
                'statement_line_id': line.id,
                'allocation_ids': [
                    fields.Command.create(
                        {
                            'move_line_id': item.id,
                            'move_id': item.move_id.id,
                            'amount': 77,
                            'currency_id': line.currency_id.id,
                        }
                    )
                ],
            }
        )
        self.env.flush_all()
        self.env.cr.execute("UPDATE account_move_line SET balance = -balance, amount_currency = -amount_currency,"
                            " amount_residual = -amount_residual, amount_residual_currency = -amount_residual_currency,"
                            " debit = credit, credit = debit WHERE move_id = %s", [item.move_id.id])  # fmt: skip
        self.env.invalidate_all()
        with self.assertRaises(UserError) as caught:
            match.with_user(self.accountant).action_accept()
        self.assertIn("other way", str(caught.exception))

    # === Taken back === #

    def test_what_is_not_reconciled_is_not_undone(self):
        """An old screen: somebody else undid it before."""
        _move, line = self.proposed()
        for call in (line.bank_reconcile_undo, line.bank_reconcile_take_back):
            with self.assertRaises(UserError):
                call()
        self.assertEqual(line.bank_match_state, 'proposed')
        self.assertTrue(line.bank_match_ids.filtered(lambda match: match.state == 'proposed'))
        line.bank_reconcile_accept()
        self.server.pay(amount='77.00', remittance=["nothing"])
        other = self.fetched().filtered(lambda one: one.amount == 77.0)
        (line | other).bank_reconcile_take_back()  # what another one undid keeps nobody from taking his own back
        self.assertFalse(line.is_reconciled)

    def test_an_automatic_match_that_is_taken_back(self):
        """It does not come back by itself, whichever call took it back."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()[-1:]
        self.assertEqual(line.bank_match_state, 'auto')
        line.bank_reconcile_take_back()
        Waiting(line.sudo()).match()
        self.assertEqual((move.payment_state, line.is_reconciled), ('not_paid', False))

    # === Whose partner === #

    def test_a_payer_who_became_anothers(self):
        line = self.waiting('50.00', iban='SK7702000000001234567890')
        partner = self.env['res.partner'].create({'name': "Private", 'company_id': self.company.id})
        self.env['bank.payer'].create(
            {'account_number': 'SK7702000000001234567890', 'partner_id': partner.id, 'company_id': self.company.id}
        )
        self.assertEqual(line.bank_reconcile_details()['by_account'], True)
        partner.company_id = self._make_company("Susedia s.r.o.")
        self.assertFalse(line.bank_reconcile_details()['partner'])
        line.bank_reconcile_search('')

    def test_a_contact_who_is_matched_by_hand(self):
        contact = self.env['res.partner'].create({'name': "Sklad", 'parent_id': self.customer.id})
        contact.bank_feed_manual = True
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        self.assertEqual(self.fetched()[-1:].bank_match_state, 'proposed')

    def test_odd_arguments(self):
        line = self.waiting('50.00')
        self.assertEqual(line.bank_reconcile_search('2026-13-45')['items'], [])
        wrong = {'kind': 'account', 'account_id': self.fees.id, 'analytic_distribution': {'1': 'nan'}}
        with self.assertRaises(UserError):
            line.bank_reconcile([], wrong)
        suspense = line.journal_id.suspense_account_id
        with self.assertRaises(UserError):
            line.bank_reconcile([], {'kind': 'account', 'account_id': suspense.id})
        with self.assertRaises(AccessError):
            self.env(user=self._make_user('nobody'))['account.bank.statement.line'].browse(
                line.id
            ).bank_reconcile_undo()
        line.sudo().with_context(bank_feed_parts=5).copy()
        for day in ('9999-12-31', '0001-01-05'):
            mine = self.env['account.bank.statement.line'].create(
                {'journal_id': self.journal.id, 'date': day, 'payment_ref': "Far", 'amount': 1}
            )
            self.assertTrue(mine.with_user(self.accountant).bank_reconcile_details())
