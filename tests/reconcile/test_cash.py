from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestCash(ReconcileCase):
    """One button pays a document in cash, in full, today; another one takes it back."""

    def setUp(self):
        super().setUp()
        self.env['account.journal'].search([('type', '=', 'cash'), ('company_id', '=', self.company.id)]).active = False
        self.till = self.cash("Till", 'TILL')
        self.clerk = self._make_user('clerk', 'account.group_account_invoice')

    def cash(self, name, code, **values):
        return self.env['account.journal'].create(
            {'name': name, 'type': 'cash', 'code': code, 'company_id': self.company.id, **values}
        )

    def test_paid_and_taken_back(self):
        move = self.invoice(120).with_user(self.clerk)
        answer = move.action_bank_pay_in_cash()
        self.assertEqual(answer['tag'], 'display_notification')
        line = self.env['account.bank.statement.line'].search([('journal_id', '=', self.till.id)])
        self.assertEqual((move.payment_state, move.amount_residual, move.bank_paid_in_cash), ('paid', 0.0, True))
        self.assertEqual((line.amount, line.date, line.is_reconciled), (120.0, fields.Date.today(), True))
        self.assertBalanced(line)
        move.invalidate_recordset()
        move.action_bank_undo_cash()
        self.assertEqual((move.payment_state, move.amount_residual), ('not_paid', 120.0))
        self.assertFalse(line.exists())
        move.invalidate_recordset(['bank_paid_in_cash'])
        self.assertFalse(move.bank_paid_in_cash)
        with self.assertRaises(UserError):
            move.action_bank_undo_cash()
        move.action_bank_pay_in_cash()
        self.assertEqual(move.payment_state, 'paid')

    def test_what_is_left_of_it(self):
        """A part was paid before, in instalments; a bill and a credit note go the other way."""
        terms = self.env['account.payment.term'].create(
            {
                'name': "Halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days}) for days in (0, 30)
                ],
            }
        )
        move = self.invoice(100.0, invoice_payment_term_id=terms.id)
        line = self.waiting('20.00')
        line.bank_reconcile([[self.item(move)[:1].id, 20.0]])
        move.action_bank_pay_in_cash()
        self.assertEqual(move.payment_state, 'paid')
        for move_type, amount in (('in_invoice', -50.0), ('out_refund', -50.0), ('in_refund', 50.0)):
            other = self.invoice(50.0, move_type=move_type)
            other.action_bank_pay_in_cash()
            paid = self.env['account.bank.statement.line'].search([('bank_cash_move_id', '=', other.id)])
            self.assertEqual((other.payment_state, paid.amount), ('paid', amount))

    def test_asked_once(self):
        self.cash("Second till", 'TIL2')
        move = self.invoice(120).with_user(self.clerk)
        action = move.action_bank_pay_in_cash()
        wizard = self.env['bank.cash'].with_user(self.clerk).with_context(**action['context']).create({})
        self.assertIn(self.till, wizard.journal_ids)
        wizard.journal_id = self.till
        wizard.action_pay()
        self.assertEqual((move.payment_state, self.company.bank_cash_journal_id), ('paid', self.till))
        again = self.invoice(50).with_user(self.clerk)
        again.action_bank_pay_in_cash()
        self.assertEqual(again.payment_state, 'paid')

    def test_document_changed(self):
        """What was paid once is not paid twice because the document went back to draft; the money waits, and can be taken back."""
        move = self.invoice(120)
        move.action_bank_pay_in_cash()
        line = self.env['account.bank.statement.line'].search([('bank_cash_move_id', '=', move.id)])
        move.button_draft()
        move.invoice_line_ids.price_unit = 150
        move.action_post()
        self.assertFalse(line.is_reconciled)
        self.assertTrue(move.bank_paid_in_cash)
        with self.assertRaises(UserError):
            move.action_bank_pay_in_cash()
        move.with_user(self.clerk).action_bank_undo_cash()
        self.assertFalse(line.exists())
        move.action_bank_pay_in_cash()
        self.assertEqual(move.payment_state, 'paid')

    def test_payment_of_another_document(self):
        """A payment that an accountant reconciled with another document is not taken back from this one."""
        move, other = self.invoice(120), self.invoice(120)
        move.action_bank_pay_in_cash()
        line = self.env['account.bank.statement.line'].search([('bank_cash_move_id', '=', move.id)])
        line.bank_reconcile_undo()
        line.bank_reconcile([[self.item(other).id, 120.0]])
        move.invalidate_recordset()
        self.assertEqual((other.payment_state, move.bank_paid_in_cash), ('paid', False))
        with self.assertRaises(UserError):
            move.with_user(self.clerk).action_bank_undo_cash()
        self.assertEqual(other.payment_state, 'paid')
        move.action_bank_pay_in_cash()
        self.assertEqual(move.payment_state, 'paid')

    def test_not_possible(self):
        draft = self.invoice(120, post=False)
        with self.assertRaises(UserError):
            draft.action_bank_pay_in_cash()
        usd = self.rate('USD', 1.3)
        dollars = self.invoice(120, currency_id=usd.id)
        with self.assertRaises(UserError):
            dollars.action_bank_pay_in_cash()
        self.cash("Dollars", 'USDT', currency_id=usd.id)
        dollars.action_bank_pay_in_cash()
        self.assertEqual(dollars.payment_state, 'paid')
        paid = self.invoice(10)
        paid.action_bank_pay_in_cash()
        with self.assertRaises(UserError):
            paid.action_bank_pay_in_cash()

    def test_rights(self):
        """Only who invoices, only in the own company, only in a cash journal; nobody makes another movement a payment in cash."""
        move = self.invoice(120)
        with self.assertRaises(AccessError):
            move.with_user(self._make_user('plain')).action_bank_pay_in_cash()
        with self.assertRaises(AccessError):
            move.with_user(self._make_user('auditor', 'account.group_account_readonly')).action_bank_pay_in_cash()
        wizard = self.env['bank.cash'].with_user(self.clerk).create({'move_id': move.id, 'journal_id': self.journal.id})
        with self.assertRaises(UserError):
            wizard.action_pay()
        self.assertFalse(self.company.bank_cash_journal_id)
        line = self.waiting('50.00')
        with self.assertRaises(AccessError):
            line.with_user(self._make_user('basic', 'account.group_account_basic')).bank_cash_move_id = move
