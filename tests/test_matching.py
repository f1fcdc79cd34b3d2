import doctest
import time
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ..banks.data import Transaction
from ..matching import keys, references
from ..matching.data import Line, OpenItem
from ..matching.keys import document_keys
from ..matching.policy import Decider


def item(number, amount, document=None, currency='EUR', reference=None, closed=False, due=None):
    document = document or number
    return OpenItem(
        None if closed else f'{document}/{due or ""}',
        document,
        number,
        'partner',
        Decimal(0) if closed else Decimal(amount),
        currency,
        due,
    ), (number, reference)


class Matching(BaseCase):
    def decide(self, items, *lines, **kwargs):
        """``lines``: (amount, field, text) or (amount, text)."""
        found = {}
        for open_item, (number, reference) in items:
            for key in document_keys(number, reference, None):
                found.setdefault(key, []).append(open_item)
        self.lookups = []

        def lookup(wanted):
            self.lookups.append(wanted)
            return {key: found[key] for key in wanted if key in found}

        rows = [
            Line(
                number, date(2026, 11, 1), Decimal(line[0]), 'EUR', ((line[1] if len(line) > 2 else 'text', line[-1]),)
            )
            for number, line in enumerate(lines)
        ]
        return Decider(lookup, **kwargs).decide(rows)


@tagged('post_install', '-at_install')
class TestPolicy(Matching):
    def test_doctests(self):
        for module in (keys, references):
            self.assertEqual(doctest.testmod(module).failed, 0)

    def test_r1_structured_reference(self):
        items = [item('INV/2026/00042', '120.00', reference='RF18539007547034')]
        for field, text in (
            ('end_to_end_id', '/VS202600042/SS/KS0308'),
            ('text', 'vs202600042,ks0308'),
            ('text', 'VS: 0202600042'),
            ('structured', 'RF18 5390 0754 7034'),
            ('text', 'uhrada RF18 5390 0754 7034 dakujem'),
            ('text', 'variabilný symbol: 202600042'),
            ('structured', 'INV/2026/00042'),
        ):
            decision = self.decide(items, ('120.00', field, text))[0]
            self.assertEqual((decision.action, decision.best and decision.best.rule), ('auto', 'R1'), text)

    def test_r2_reference_in_the_text(self):
        items = [item('INV/2026/00042', '120.00')]
        for text in (
            'INV/2026/00042',
            'Faktura INV/2026/00042, dakujem',
            'inv-2026-00042',
            'INV202600042',
            'platba 202600042',
        ):
            decision = self.decide(items, ('120.00', text))[0]
            self.assertEqual((decision.action, decision.best and decision.best.rule), ('auto', 'R2'), text)

    def test_never_by_part_of_a_token(self):
        items = [item('INV/2026/00004', '120.00'), item('INV/1', '120.00', reference='2026')]
        for text in (
            'INV/2026/000042',
            'XINV/2026/00004',
            '2026',
            'INV',
            '/',
            '%',
            '',
            'INV/2026',
            '12.11.2026',
            '2026-11-12',
            'SK0599520000000001000001',
        ):
            self.assertEqual(self.decide(items, ('120.00', text))[0].action, 'none', text)

    def test_amount_and_direction(self):
        items = [item('INV/2026/00042', '120.00')]
        for amount, why in (
            ('117.00', ('short', 'INV/2026/00042', Decimal('3.00'))),
            ('125.00', ('over', 'INV/2026/00042', Decimal('5.00'))),
        ):
            decision = self.decide(items, (amount, 'INV/2026/00042'))[0]
            self.assertEqual((decision.action, decision.why_not), ('suggest', why))
        self.assertEqual(self.decide(items, ('-120.00', 'INV/2026/00042'))[0].why_not[0], 'direction')
        self.assertEqual(
            self.decide([item('BILL/2026/00001', '-84.00')], ('-84.00', 'BILL/2026/00001'))[0].action, 'auto'
        )

    def test_other_currency_and_paid(self):
        self.assertEqual(
            self.decide([item('INV/2026/00042', '120.00', currency='USD')], ('120.00', 'INV/2026/00042'))[0].why_not,
            ('currency', 'INV/2026/00042', 'USD'),
        )
        decision = self.decide([item('INV/2026/00042', '0', closed=True)], ('120.00', 'INV/2026/00042'))[0]
        self.assertEqual((decision.action, decision.why_not), ('none', ('paid', 'INV/2026/00042')))

    def test_r3_several_documents(self):
        items = [item('INV/2026/00042', '120.00'), item('INV/2026/00043', '80.00')]
        decision = self.decide(items, ('200.00', 'INV/2026/00042 a INV/2026/00043'))[0]
        self.assertEqual((decision.action, decision.best.rule, len(decision.best.allocations)), ('suggest', 'R3', 2))
        decision = self.decide(items, ('80.00', 'INV/2026/00042 INV/2026/00043'))[0]
        self.assertEqual((decision.action, decision.best.allocations[0].item.number), ('suggest', 'INV/2026/00043'))

    def test_two_documents_under_one_reference(self):
        items = [item('A/2026/1', '120.00', reference='20260042'), item('B/2026/1', '120.00', reference='20260042')]
        self.assertEqual(self.decide(items, ('120.00', 'VS20260042'))[0].action, 'suggest')

    def test_instalments_are_proposed(self):
        items = [
            item('INV/2026/00042', '60.00', due=date(2026, 10, 1)),
            item('INV/2026/00042', '60.00', due=date(2026, 11, 1)),
        ]
        decision = self.decide(items, ('60.00', 'INV/2026/00042'))[0]
        self.assertEqual((decision.action, decision.best.allocations[0].item.due), ('suggest', date(2026, 10, 1)))

    def test_nothing_is_taken_twice(self):
        first, second = self.decide(
            [item('INV/2026/00042', '120.00')], ('120.00', 'INV/2026/00042'), ('120.00', 'INV/2026/00042')
        )
        self.assertEqual((first.action, second.action, second.why_not[0]), ('auto', 'none', 'paid'))

    def test_refused_pairs_do_not_come_back(self):
        decision = self.decide(
            [item('INV/2026/00042', '120.00')], ('120.00', 'INV/2026/00042'), refused=[(0, 'INV/2026/00042')]
        )[0]
        self.assertEqual((decision.action, decision.why_not[0]), ('none', 'refused'))

    def test_one_lookup_a_batch(self):
        self.decide([item('INV/2026/00042', '120.00')], *[('1.00', f'INV/2026/{number:05d}') for number in range(50)])
        self.assertEqual(len(self.lookups), 1)

    def test_hostile_texts_take_no_time(self):
        for text in (
            'VS' * 50000,
            'RF18 ' * 20000,
            '1/' * 50000,
            'A1-' * 40000,
            '\u0301' * 100000,
            'RF' + '1 ' * 50000,
        ):
            started = time.process_time()
            references.find_references([('text', text)])
            self.assertLess(time.process_time() - started, 2, text[:6])

    def test_a_reference_that_names_another_document_too(self):
        """Even one that is paid: the reference is not unique, so a person decides."""
        items = [
            item('A/2026/1', '120.00', reference='20260042'),
            item('B/2026/1', '0', reference='20260042', closed=True),
        ]
        decision = self.decide(items, ('120.00', 'VS20260042'))[0]
        self.assertEqual((decision.action, decision.why_not), ('suggest', ('also', 'A/2026/1', 'B/2026/1')))
        decision = self.decide(items, ('120.00', 'VS20260042 A/2026/1'))[0]
        self.assertEqual(decision.action, 'auto', "the number names one document alone")

    def test_a_day_is_no_reference(self):
        items = [item('INV/2026/0115', '120.00')]
        for text in ('Clenske 20260115', '15012026', '2026-01-15'):
            self.assertEqual(self.decide(items, ('120.00', text))[0].action, 'none', text)
        self.assertEqual(self.decide(items, ('120.00', 'VS20260115'))[0].action, 'auto')

    def test_line_breaks_invent_no_number(self):
        texts = Transaction(
            status='booked', amount=Decimal(1), currency='EUR', booking_date=None, remittance=('ORDER 12', '3456 X')
        ).texts()
        self.assertNotIn('123456', {reference.key for reference in references.find_references(texts)})
