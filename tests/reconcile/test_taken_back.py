from odoo.tests import tagged

from ...models.match.again import Waiting
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestTakenBack(ReconcileCase):
    """What was undone is never booked again by itself, and can be done again by who undid it."""

    def matched(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()[-1:]
        self.assertEqual((line.bank_match_state, move.payment_state), ('auto', 'paid'))
        return move, line

    def test_looking_again_proposes_and_does_not_book(self):
        move, line = self.matched()
        line.bank_reconcile_undo()
        self.assertEqual(line.bank_match_state, 'undone')
        line.bank_reconcile_again()
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))
        self.env['account.bank.statement.line']._cron_bank_match_nightly()
        Waiting(self.env['account.bank.statement.line'].search([('bank_match_again', '=', True)])).match()
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))
        line.bank_reconcile_accept()
        self.assertEqual(move.payment_state, 'paid')

    def test_what_was_done_by_hand_and_undone(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        feed = self.connect()
        settings = self.env['account.reconcile.model'].search(
            [('bank_feed_matching', '=', True), ('company_id', '=', self.company.id)]
        )
        settings.bank_feed_policy = 'propose'
        self.fetch(feed)
        line = self.lines(feed).with_user(self.accountant)
        line.bank_reconcile([[self.item(move).id, 120.0]])
        line.bank_reconcile_undo()
        settings.bank_feed_policy = 'default'
        line.bank_reconcile_again()
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))

    def test_done_again(self):
        move, line = self.matched()
        redo = line.bank_reconcile_undo()[line.id]['redo']
        self.assertEqual(move.payment_state, 'not_paid')
        line.bank_reconcile(*redo)
        self.assertEqual((move.payment_state, line.is_reconciled, line.partner_id), ('paid', True, self.customer))
        kept = line.bank_match_ids.sudo().filtered(lambda match: match.state == 'refused' and not match.superseded)
        self.assertTrue(kept and all(kept.mapped('reconsidered')), "it is not refused, but never booked by itself")
        line.bank_reconcile_take_back({})
        self.env['account.bank.statement.line']._cron_bank_match_nightly()
        Waiting(self.env['account.bank.statement.line'].search([('bank_match_again', '=', True)])).match()
        self.assertEqual(move.payment_state, 'not_paid')

    def test_a_write_off_is_not_offered_again(self):
        line = self.waiting('-12.00')
        line.bank_reconcile([], {'kind': 'account', 'lines': [{'account_id': self.fees.id}]})
        self.assertFalse(line.bank_reconcile_undo()[line.id]['redo'])

    def test_core_takes_it_back_because_the_document_changed(self):
        """Nobody undid anything: the corrected invoice is paid by the movement again."""
        move, line = self.matched()
        move.button_draft()
        move.invoice_line_ids.price_unit = 100
        move.invoice_line_ids.price_unit = 120
        self.env.flush_all()
        self.assertFalse(line.is_reconciled)
        self.assertEqual((line.bank_match_state, line.bank_match_again), ('none', True))
        move.action_post()
        Waiting(self.env['account.bank.statement.line'].search([('bank_match_again', '=', True)])).match()
        self.assertEqual((line.bank_match_state, move.payment_state), ('auto', 'paid'))

    def test_taken_back_on_the_invoice_waits_in_sight(self):
        move, line = self.matched()
        self.item(move).remove_move_reconcile()
        self.assertEqual(line.bank_match_state, 'undone')
        figures = self.env['bank.feed'].with_user(self.accountant).overview()
        self.assertEqual(figures['waiting'], 1)
        item = line.line_ids.filtered(lambda item: item.account_id.account_type == 'asset_receivable')
        (item + self.item(move)).reconcile()
        self.assertEqual((line.bank_match_state, move.payment_state), ('manual', 'paid'))
        self.assertEqual(self.env['bank.feed'].with_user(self.accountant).overview()['waiting'], 0)
