from datetime import timedelta

from odoo.tests import tagged

from ...matching.source import MAX_EQUAL
from ..cases.matching_case import DAY, IBAN, MatchingCase, MemorySource

KNOWN = {'counterparty_account': IBAN}


class CappedSource(MemorySource):
    """Shows, as a database does, only the oldest of many."""

    def equal(self, company, currency, amount, partner=None):
        return super().equal(company, currency, amount, partner)[:MAX_EQUAL]

    def open_of(self, company, partner):
        return super().open_of(company, partner)[:MAX_EQUAL]


class BatchedSource(MemorySource):
    """Asked for a batch at once, as a database is."""

    batched = True


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestProposals(MatchingCase):
    """What a person is shown where nothing is posted by itself: the right document belongs among the first three."""

    def first(self, line, count=3):
        decision = self.decide(line)[0]
        self.assertEqual(decision.action, 'suggest', decision.best)
        return [
            [part.document.number for part in proposal.allocations]
            for proposal in (decision.best, *decision.alternatives)
        ][:count]

    def test_r9_credit_note_by_its_last_digits(self):
        invoice = self.document('INV/2026/00042', '120.00')
        note = self.document('RINV/2026/00375', '20.00', kind='credit_note')
        self.assertAuto('R9', [note, invoice], self.line('100.00', 'INV/2026/00042, 0375', **KNOWN))
        self.assertNotAuto(self.line('100.00', 'INV/2026/00042, 0376', **KNOWN), 'credit_note')

    def test_r13_typo_in_the_year(self):
        """Nobody pays an invoice of 2086; an older year is another invoice's."""
        document = self.document('FA/2026/3147', '1200.00')
        self.assertAuto('R13', [document], self.line('1200.00', 'FA/2086/3147', **KNOWN))
        self.assertNotAuto(self.line('1200.00', 'FA/2025/3147', **KNOWN))

    def test_r14_shortened_number_of_another_payers(self):
        self.document('INV/2026/00558', '220.51', partner=2)
        self.document('INV/2026/00559', '18.00')
        self.assertIn(['INV/2026/00558'], self.first(self.line('220.51', 'payment of invoice 558', **KNOWN)))
        self.assertNotAuto(self.line('220.51', 'payment of invoice 558', **KNOWN), 'resembling_other')

    def test_r14_among_more_than_are_looked_at(self):
        """A customer with more open documents of one amount than are shown: found by its number."""
        for number in range(1, MAX_EQUAL + 20):
            self.document(f'FA/2026/{number + 2000}', '12.50', due=number)
        line = self.line('12.50', 'faktúra 2048', **KNOWN)
        decision = self.decide(line, source=CappedSource)[0]
        self.assertEqual(decision.action, 'suggest')
        self.assertEqual(decision.best.allocations[0].document.number, 'FA/2026/2048')

    def test_r17_the_oldest_and_the_one_due_now(self):
        for number in range(1, 9):
            self.document(f'FA/2026/{number + 2000}', '12.50', due=30 * (number - 6))
        first = self.first(self.line('12.50', 'platba', **KNOWN))
        self.assertEqual(first, [['FA/2026/2001'], ['FA/2026/2006'], ['FA/2026/2002']])

    def test_r17_of_namesakes_with_nothing_open(self):
        self.partners[1:] = [{'id': id_, 'name': "Kováč s.r.o."} for id_ in range(2, 7)]
        document = self.document('FA/2026/2001', '12.50', partner=6)
        decision = self.decide(self.line('12.50', 'platba', counterparty_name='KOVAC SRO'))[0]
        self.assertEqual(decision.best.allocations[0].document.id, document.id)
        self.assertEqual(decision.action, 'suggest')

    def test_r18_nearly_what_is_open(self):
        """A few cents over: rather that one than a part of the oldest."""
        self.document('FA/2026/2001', '480.00', due=-20)
        self.document('FA/2026/2002', '59.00')
        self.assertEqual(self.first(self.line('60.00', 'platba', **KNOWN), 1), [['FA/2026/2002']])

    def test_r18_discount_too_late(self):
        self.document('FA/2026/2001', '480.00', due=-20)
        self.document('FA/2026/2002', '212.33', discount=(DAY - timedelta(days=3), '208.08'))
        self.assertEqual(self.first(self.line('208.08', 'platba', **KNOWN), 1), [['FA/2026/2002']])

    def test_r18_each_of_the_oldest(self):
        for number, amount in ((2001, '480.00'), (2002, '290.00'), (2003, '777.00')):
            self.document(f'FA/2026/{number}', amount, due=number - 2010)
        self.assertIn(['FA/2026/2002'], self.first(self.line('100.00', 'platba', **KNOWN)))

    def test_what_is_learned_counts_at_once(self):
        """The account that paid one invoice of a customer is its payer in the same batch too, however the books are asked."""
        self.document('FA/2026/3146', '88.00')
        self.document('FA/2026/3147', '1200.00')
        unknown = {'counterparty_account': 'SK7702000000001234567890'}
        lines = [
            self.line('88.00', 'FA/2026/3146', **unknown),
            self.line('1200.00', 'FA/2086/3147', number=1, **unknown),
        ]
        for source in (MemorySource, BatchedSource):
            decisions = self.decide(*lines, source=source)
            self.assertEqual(
                [(found.action, found.best.rule) for found in decisions], [('auto', 'R2'), ('auto', 'R13')], source
            )
