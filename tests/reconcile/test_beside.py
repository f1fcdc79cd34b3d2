from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.common import BankFeedCase
from ..cases.reconcile_case import ReconcileCase
from ..feed import test_batch as batch
from . import test_reconcile as acts
from . import test_reconcile_traps as traps

#: the screen of the package that ``make test`` installs for a second run of these tests
OTHER_VIEWS = {
    'kanban': 'account_reconcile_oca.bank_statement_line_reconcile_view',
    'form': 'account_reconcile_oca.bank_statement_line_form_reconcile_view',
}
PLAIN = {
    'kanban': '<kanban js_class="reconcile"><templates><t t-name="card"><field name="payment_ref"/></t></templates></kanban>',
    'form': '<form js_class="reconcile_form"><header/><field name="payment_ref"/></form>',
}


@tagged('post_install', '-at_install', 'bank_feed_beside')
class TestBeside(ReconcileCase):
    """The screen of another module shows our proposals and reasons; both work on one database."""

    def view(self, kind):
        other = self.env.ref(OTHER_VIEWS[kind], raise_if_not_found=False)
        return other or self.env['ir.ui.view'].create(
            {'name': kind, 'model': 'account.bank.statement.line', 'type': kind, 'arch': PLAIN[kind], 'priority': 200}
        )

    def shown(self, kind):
        model = self.env['account.bank.statement.line'].with_user(self.accountant)
        return etree.fromstring(model.get_view(self.view(kind).id, kind)['arch'])

    def test_card_and_form_say_what_is_proposed(self):
        self.assertEqual(len(self.shown('kanban').xpath("//t[@t-name='card']//field[@name='bank_match_text']")), 1)
        form = self.shown('form')
        self.assertEqual(len(form.xpath("//field[@name='bank_match_text']")), 1)
        self.assertEqual(len(form.xpath("//button[@name='action_bank_accept']")), 1)

    def test_other_views_stay_as_they_are(self):
        model = self.env['account.bank.statement.line']
        for xmlid, kind in (('bank_reconcile_view_list', 'list'), ('bank_feed_line_view_form', 'form')):
            arch = model.get_view(self.env.ref(f'account_bank_feed.{xmlid}').id, kind)['arch']
            self.assertNotIn('bank_match_text', arch)

    def test_proposal_and_reason_in_words(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}"])
        self.assertIn(move.name, line.bank_match_text)
        self.assertIn(line.bank_match_note, line.bank_match_text)
        line.action_bank_accept()
        self.assertEqual((line.is_reconciled, move.amount_residual), (True, 20.0))
        self.assertEqual(line.bank_match_text, line.bank_match_note)
        with self.assertRaises(UserError):
            line.action_bank_accept()

    def test_their_match_is_not_ours(self):
        """Reconciled elsewhere: nothing of ours is proposed or accepted any more."""
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}"])
        suspense = line._seek_for_lines()[1]
        suspense.with_user(self.env.uid).account_id = self.fees  # what another screen writes
        self.assertTrue(line.is_reconciled)
        self.assertFalse(line.bank_match_text)
        self.assertEqual(line.bank_reconcile_accept()['done'], [])
        self.assertEqual(move.amount_residual, 120.0)


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_beside')
class TestSharedLine(ReconcileCase):
    """What writes on the statement line, which another module extends as well: once more with that module installed."""

    test_several_items_and_their_partner = acts.TestReconcile.test_several_items_and_their_partner
    test_part_now_and_the_rest_later = acts.TestReconcile.test_part_now_and_the_rest_later
    test_taken_back_at_once = acts.TestReconcile.test_taken_back_at_once
    test_written_off_with_a_tax = acts.TestReconcile.test_written_off_with_a_tax
    test_reconciliation_model = acts.TestReconcile.test_reconciliation_model
    test_transfer_between_own_accounts = acts.TestReconcile.test_transfer_between_own_accounts
    test_undo_of_anything = acts.TestReconcile.test_undo_of_anything
    test_many_at_once = acts.TestReconcile.test_many_at_once
    test_the_other_screen_goes_first = acts.TestReconcile.test_the_other_screen_goes_first
    test_partly_booked = traps.TestReconcileTraps.test_partly_booked


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_beside')
class TestSharedPosting(BankFeedCase):
    """The same of what a fetch posts."""

    fetched = batch.TestMatchPost.fetched
    comparable = batch.TestMatchPost.comparable
    test_paid = batch.TestMatchPost.test_paid
    test_batch_equals_core = batch.TestMatchPost.test_batch_equals_core
    test_short_is_proposed_and_accepted = batch.TestMatchPost.test_short_is_proposed_and_accepted
    test_undo = batch.TestMatchPost.test_undo
