from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ..cases.common import BankFeedCase

IBAN = 'SK8999520000000005000006'


@tagged('post_install', '-at_install')
class TestRematch(BankFeedCase):
    """Both directions, and memory: new documents look for waiting movements; what was refused never returns; confirmed
    accounts are remembered, and forgotten with an undo."""

    def waiting(self, **payment):
        self.server.pay(**{'name': "Neznámy platiteľ", 'iban': IBAN, **payment})
        feed = self.connect()
        self.fetch(feed)
        return self.lines(feed)

    def sweep(self):
        with self.enter_registry_test_mode():
            self.env.ref('account_bank_feed.ir_cron_match_again').method_direct_trigger()

    def nightly(self):
        with self.enter_registry_test_mode():
            self.env.ref('account_bank_feed.ir_cron_match_nightly').method_direct_trigger()
        self.sweep()

    def test_a_new_invoice_finds_its_payment(self):
        line = self.waiting(amount='120.00', structured='RF18539007547034')
        self.assertEqual((line.bank_match_state, line.bank_match_again), ('none', False))
        other = self.invoice(77)
        self.assertFalse(line.bank_match_again, "not its document")
        move = self.invoice(120, payment_reference='RF18539007547034')
        self.assertTrue(line.bank_match_again)
        self.sweep()
        self.assertEqual((line.bank_match_state, line.is_reconciled, line.bank_match_again), ('auto', True, False))
        self.assertEqual((move.payment_state, other.payment_state), ('paid', 'not_paid'))
        self.assertEqual(line.partner_id, self.customer)
        self.assertIn("Reconciled with the bank movement", move.message_ids[0].body)

    def test_a_draft_is_no_document_yet(self):
        move = self.invoice(120, post=False)
        move.payment_reference = 'RF18539007547034'
        line = self.waiting(amount='120.00', structured='RF18539007547034')
        self.assertIn("draft", line.bank_match_note)
        move.action_post()
        self.sweep()
        self.assertEqual(move.payment_state, 'paid')

    def test_nightly_sweep_with_a_new_identifier(self):
        move = self.invoice(120)
        line = self.waiting(amount='120.00', remittance=["zákazník 990042"])
        self.assertEqual(move.payment_state, 'not_paid')
        self.env['bank.partner.identifier'].create({'partner_id': self.customer.id, 'name': '990042'})
        self.nightly()
        self.assertEqual((line.bank_match_rule, move.payment_state), ('R10', 'paid'))

    def test_refused_never_returns(self):
        move = self.invoice(120)
        line = self.waiting(amount='117.00', remittance=[move.name])
        line.bank_match_ids.with_user(self.manager).action_refuse()
        self.nightly()
        self.assertFalse(line.bank_match_ids.filtered(lambda match: match.state == 'proposed'))
        self.assertIn("refused", line.bank_match_note)

    def test_undone_never_returns_by_itself(self):
        move = self.invoice(120)
        line = self.waiting(amount='120.00', remittance=[move.name])
        line.with_user(self.manager).action_undo_reconciliation()
        self.nightly()
        self.sweep()
        self.assertEqual((line.bank_match_state, move.payment_state), ('undone', 'not_paid'))

    def test_proposals_follow_what_happens(self):
        """Proposed while the invoice is open; paid in another way, the proposal goes."""
        move = self.invoice(120)
        line = self.waiting(amount='117.00', remittance=[move.name])
        self.assertEqual(line.bank_match_state, 'proposed')
        self.server.pay(amount='120.00', remittance=[move.name], days=0)
        self.fetch(line.bank_feed_id)
        self.assertEqual(move.payment_state, 'paid')
        self.nightly()
        self.assertEqual((line.bank_match_state, len(line.bank_match_ids)), ('none', 0))
        self.assertIn("paid already", line.bank_match_note)

    def test_accepting_teaches_the_account(self):
        first, second = self.invoice(120), self.invoice(80)
        line = self.waiting(amount='117.00', remittance=[first.name])
        line.bank_match_ids[:1].with_user(self.manager).action_accept()
        payer = self.env['bank.payer'].search([('company_id', '=', self.company.id)])
        self.assertEqual((payer.partner_id, payer.account_number), (self.customer, IBAN))
        self.assertFalse(self.customer.bank_ids, "nothing is ever sent to a learned account")
        self.server.pay(amount='30.00', remittance=[second.name], days=0, iban=IBAN, name="Neznámy platiteľ")
        self.fetch(line.bank_feed_id)
        self.assertEqual(
            (second.payment_state, second.amount_residual), ('partial', 50.0), "the payer is known now: R7"
        )
        line.with_user(self.manager).action_undo_reconciliation()
        self.assertFalse(payer.exists(), "undo unlearns")

    def test_an_account_of_two_partners_tells_nothing(self):
        other = self.env['res.partner'].create({'name': "Druhý s.r.o."})
        first, second = self.invoice(120), self.invoice(80, partner=other)
        self.server.pay(amount='117.00', remittance=[first.name], iban=IBAN)
        line = self.waiting(amount='79.00', remittance=[second.name])
        for match in line.bank_match_ids.filtered(lambda match: match.state == 'proposed').sorted('statement_line_id'):
            match.with_user(self.manager).action_accept()
        self.assertEqual(len(self.env['bank.payer'].search([('company_id', '=', self.company.id)])), 2)
        source = self.journal._bank_feed_decider().source
        self.assertEqual(source.payers_by_account(self.company.id, IBAN), [])

    def test_identifiers(self):
        identifiers = self.env['bank.partner.identifier']
        identifiers.create({'partner_id': self.customer.id, 'name': '990042', 'date_to': '2026-01-31'})
        other = self.env['res.partner'].create({'name': "Druhý s.r.o."})
        with self.assertRaisesRegex(ValidationError, "already"):
            identifiers.create({'partner_id': other.id, 'name': '99-0042'})
        identifiers.create({'partner_id': other.id, 'name': '990042', 'date_from': '2026-02-01'})
        with self.assertRaisesRegex(ValidationError, "too short"):
            identifiers.create({'partner_id': other.id, 'name': '8'})

    def test_settings(self):
        move = self.invoice(120)
        settings = self.env['account.reconcile.model'].create(
            {'name': "Careful", 'company_id': self.company.id, 'bank_feed_matching': True, 'bank_feed_limit': 100}
        )
        line = self.waiting(amount='120.00', remittance=[move.name])
        self.assertEqual(line.bank_match_state, 'proposed')
        self.assertIn("100.00", line.bank_match_note)
        settings.write({'bank_feed_limit': 0, 'bank_feed_manual_partner_ids': [fields.Command.set(self.customer.ids)]})
        self.nightly()
        self.assertIn("by hand", line.bank_match_note)
        settings.write({'bank_feed_manual_partner_ids': [fields.Command.clear()], 'bank_feed_policy': 'propose'})
        self.nightly()
        self.assertIn("your settings leave that to people", line.bank_match_note)
        settings.write({'bank_feed_policy': 'rules', 'bank_feed_rule_ids': [fields.Command.set(self.env['bank.match.rule'].search([('code', '=', 'R2')]).ids)]})  # fmt: skip
        other = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'BNK7', 'company_id': self.company.id}
        )
        settings.match_journal_ids = other
        self.assertFalse(self.journal._bank_feed_settings(), "only for the journals that it names")
        settings.match_journal_ids = self.journal
        self.nightly()
        self.assertEqual(move.payment_state, 'paid')

    def test_a_partner_on_manual(self):
        self.customer.bank_feed_manual = True
        move = self.invoice(120)
        line = self.waiting(amount='120.00', remittance=[move.name])
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))

    def test_slovak_reference(self):
        journal = self.env['account.journal'].search(
            [('type', '=', 'sale'), ('company_id', '=', self.company.id)], limit=1
        )
        journal.invoice_reference_model = 'sk'
        move = self.invoice(120)
        self.assertEqual(move.payment_reference, ''.join(char for char in move.name if char.isdigit()))
        self.assertLessEqual(len(move.payment_reference), 10)
        journal.invoice_reference_type = 'partner'
        self.customer.ref = 'C-0099042'
        self.assertEqual(self.invoice(80).payment_reference, '99042')

    def test_proposals_die_when_their_document_is_paid_otherwise(self):
        move = self.invoice(300)
        self.server.pay(amount='120.00', remittance=[move.name], name="Stranger")
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual(line.bank_match_state, 'proposed')
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=move.ids).create(
            {}
        )._create_payments()
        self.assertFalse(line.bank_match_ids.filtered(lambda match: match.state == 'proposed'))
        self.assertEqual((line.bank_match_state, line.bank_match_again), ('none', True))
        self.assertIn(move.name, line.bank_match_note)

    def test_unreconciled_on_the_invoice(self):
        """Core's own button on the document: the movement says so, and nothing claims that all is reconciled."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual((line.bank_match_state, move.payment_state), ('auto', 'paid'))
        self.assertEqual(line.move_id.partner_id, self.customer, "the entry has the partner as well")
        self.assertEqual(line.move_id.commercial_partner_id, self.customer)
        item = move.line_ids.filtered(lambda item: item.display_type == 'payment_term')
        item.remove_move_reconcile()
        self.assertEqual((line.bank_match_state, move.payment_state), ('undone', 'not_paid'))
        self.assertIn(move.name, line.bank_match_note)

    def test_core_undo_of_what_was_done_by_hand(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=["nothing"], name="Stranger")
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        item = move.line_ids.filtered(lambda item: item.display_type == 'payment_term')
        line.with_user(self.manager).bank_reconcile([[item.id, 120.0]])
        self.assertEqual(line.bank_match_state, 'manual')
        line.action_undo_reconciliation()
        self.assertEqual((line.bank_match_state, line.is_reconciled), ('undone', False))
