from psycopg2 import IntegrityError

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...matching.data import Line
from ...models.lib.exact import exact
from ..cases.common import BankFeedCase
from ..cases.files_case import IBAN_A, IBAN_B, IBAN_C


@tagged('post_install', '-at_install')
class TestMatchRecord(BankFeedCase):
    """What was decided by itself carries its risk, is remembered, and is doubted when a better claim comes."""

    def settings(self, **values):
        return self.env['account.reconcile.model'].create(
            {'name': "Matching", 'company_id': self.company.id, 'bank_feed_matching': True, **values}
        )

    def test_the_risk_is_stored_and_said(self):
        settings = self.settings()
        self.assertEqual(settings.bank_feed_record, "Nothing yet.")
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[f"Faktura {move.name}"])
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual(line.bank_match_state, 'auto')
        self.assertTrue(0 < line.bank_match_risk <= 1e-5)
        self.assertIn("risk 1 in ", line.bank_match_note)
        settings.invalidate_recordset()
        self.assertIn("1 movements in a year", settings.bank_feed_record)
        self.assertIn("since: 0", settings.bank_feed_record)
        line.action_undo_reconciliation()
        settings.invalidate_recordset()
        self.assertIn("since: 1", settings.bank_feed_record)

    def test_a_budget_of_ones_own(self):
        self.settings(bank_feed_budget=1_000_000_000)
        self.invoice(49)
        move = self.invoice(49)
        self.server.pay(amount='49.00', remittance=[f"Faktura {move.name}"])
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual(line.bank_match_state, 'proposed')
        self.assertIn("1 in ", line.bank_match_note)
        with self.assertRaises(IntegrityError), mute_logger('odoo.sql_db'), self.env.cr.savepoint():
            self.settings(bank_feed_budget=10)
            self.env.flush_all()

    def test_a_better_claim_rings_about_the_first(self):
        """A stranger's payment took the invoice; a month later its customer pays it, from the account on file."""
        self.env['res.partner.bank'].create({'partner_id': self.customer.id, 'acc_number': IBAN_A})
        move = self.invoice(61.7)
        self.server.pay(amount='61.70', days=5, remittance=[move.name], iban=IBAN_B, name="Stranger")
        feed = self.connect()
        self.fetch(feed)
        first = self.lines(feed)
        self.assertEqual((first.bank_match_state, first.bank_match_doubt), ('auto', False))
        self.server.pay(amount='61.70', days=1, remittance=[move.name], iban=IBAN_A, name=self.customer.name)
        self.fetch(feed)
        self.assertIn(move.name, first.bank_match_doubt)
        self.assertIn("Zákazník", first.bank_match_doubt)
        self.assertIn("Another bank movement", move.message_ids[0].body)
        self.assertNotIn("Zákazník", move.message_ids[0].body)
        self.assertEqual(self.env['bank.feed'].overview()['doubted'], 1)
        user = self._make_user('invoicing', 'account.group_account_invoice')
        with self.assertRaises(AccessError):
            first.with_user(user).action_bank_keep_match()
        first.with_user(self.manager).action_bank_keep_match()
        self.assertFalse(first.bank_match_doubt)
        self.assertEqual(self.env['bank.feed'].overview()['doubted'], 0)

    def test_a_second_payment_of_one_payer_rings_nothing(self):
        move = self.invoice(61.7)
        for days in (5, 1):
            self.server.pay(amount='61.70', days=days, remittance=[move.name], iban=IBAN_B, name="Stranger")
        feed = self.connect()
        self.fetch(feed)
        self.assertFalse(any(self.lines(feed).mapped('bank_match_doubt')))

    def test_a_customers_own_payment_is_never_doubted(self):
        """The customer paid first, from the account on file; a stranger who names the same invoice later is the one to look at."""
        self.env['res.partner.bank'].create({'partner_id': self.customer.id, 'acc_number': IBAN_A})
        move = self.invoice(61.7)
        for days, account, name in ((5, IBAN_A, self.customer.name), (1, IBAN_B, "Stranger")):
            self.server.pay(amount='61.70', days=days, remittance=[move.name], iban=account, name=name)
        feed = self.connect()
        self.fetch(feed)
        self.assertEqual(self.lines(feed).sorted('date').mapped('bank_match_state'), ['auto', 'none'])
        self.assertFalse(any(self.lines(feed).mapped('bank_match_doubt')))

    def test_money_to_an_account_that_the_vendor_never_had(self):
        """The account is not the vendor's, whatever the name: only proposed, and said in red."""
        vendor = self.env['res.partner'].create({'name': "Prenájom s.r.o."})
        self.env['res.partner.bank'].create({'partner_id': vendor.id, 'acc_number': IBAN_A})
        for amount, name in ((84, "Prenajom sro"), (85, "Niekto Iny")):
            bill = self.invoice(amount, 'in_invoice', partner=vendor, ref=f'FV2026{amount}')
            self.server.pay(amount=f'-{amount}.00', remittance=[bill.ref], iban=IBAN_B, name=name)
        feed = self.connect()
        self.fetch(feed)
        lines = self.lines(feed).sorted('amount')
        self.assertEqual(lines.mapped('bank_match_state'), ['proposed', 'proposed'])
        for line in lines:
            self.assertIn(IBAN_B, line.bank_match_doubt)
            self.assertIn(IBAN_B, line.bank_reconcile_details()['doubt'])

    def test_payers_are_remembered_from_the_books(self):
        """A mother who paid for two children before is known for both, once the books prove that payers come back."""
        children = self.env['res.partner'].create([{'name': "Kováč Adam"}, {'name': "Kováč Eva"}])
        source = self.journal._bank_feed_decider().source
        line = Line('l', self.env.cr.now().date(), exact(49, 2), 'EUR', (), self.company.id, "Kováčová Jana", IBAN_C)
        self.assertEqual(source.remembered(self.company.id, line), {})
        paid = self._paid_before(IBAN_C, children[0], 12) + self._paid_before(IBAN_C, children[1], 12)
        source = self.journal._bank_feed_decider().source
        self.assertEqual(source.remembered(self.company.id, line), {children[0].id: 12, children[1].id: 12})
        paid[12:].write({'bank_match_state': 'undone'})
        source = self.journal._bank_feed_decider().source
        self.assertEqual(source.remembered(self.company.id, line), {}, "too few to prove anything")

    def test_a_second_claim_makes_a_payer(self):
        """In a club with one price nobody's account is on file; the second invoice that a payer names tells whose parent it is."""
        children = self.env['res.partner'].create([{'name': f"Dieťa Číslo{letter}"} for letter in 'ABCDE'])
        first, second = ([self.invoice(49, partner=child) for child in children] for _month in range(2))
        feed = self.connect()
        self.server.pay(amount='49.00', days=5, remittance=[first[2].name], iban=IBAN_C, name="Rodič")
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual(line.bank_match_state, 'proposed')
        self.server.pay(amount='49.00', days=1, remittance=[second[2].name], iban=IBAN_C, name="Rodič")
        self.fetch(feed)
        later = self.lines(feed) - line
        self.assertEqual((later.bank_match_state, second[2].payment_state), ('auto', 'paid'))
        self.assertEqual(line.bank_match_state, 'proposed', "a claim is no proof of itself")

    def _paid_before(self, account, partner, count):
        receivable = partner.with_company(self.company).property_account_receivable_id
        lines = self.env['account.bank.statement.line']
        for number in range(count):
            lines |= lines.with_context(counterpart_account_id=receivable.id).create(
                {
                    'journal_id': self.journal.id,
                    'payment_ref': f'{partner.name} {number}',
                    'amount': 49,
                    'account_number': account,
                    'partner_id': partner.id,
                    'counterpart_account_id': receivable.id,
                }
            )
        self.assertTrue(all(lines.mapped('is_reconciled')))
        return lines
