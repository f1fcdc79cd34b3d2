"""Vetoes of the matching policy, and lines that once fooled the engine."""

import re
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ...matching import words
from ...matching.coding import words as coding_words
from ...matching.data import Policy, Reason
from ...matching.policy import DEFAULT_RULES, STRICT
from ..cases.files_case import ROOT
from ..cases.matching_case import DAY, IBAN, OTHER_IBAN, MatchingCase

KNOWN = {'counterparty_account': IBAN, 'counterparty_name': "KOVAC SRO"}
OTHER = {'counterparty_account': OTHER_IBAN, 'counterparty_name': "NOVAK STAVBY"}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestVetoes(MatchingCase):
    def test_in_order_and_only_once(self):
        invoice = self.document('INV/2026/00042', '120.00')
        first, second = self.decide(
            self.line('120.00', invoice.number, number=1), self.line('120.00', invoice.number, number=2)
        )
        self.assertEqual((first.action, second.action, second.why_not.code), ('auto', 'none', 'paid'))

    def test_same_number_of_two_journals(self):
        first = self.document('FA/2026/0001', '120.00')
        self.document('FV/2026/0001', '80.00', partner=2)
        self.assertAuto('R1', [first], self.line('120.00', 'VS20260001', **KNOWN))
        self.documents[1].items = self.documents[0].items
        self.assertNotAuto(self.line('120.00', 'VS20260001'))

    def test_limit_manual_and_disputed(self):
        invoice = self.document('INV/2026/00042', '120.00')
        line = self.line('120.00', invoice.number)
        self.assertNotAuto(line, 'limit', policy=Policy(automatic=DEFAULT_RULES, limit=Decimal(100)))
        self.assertNotAuto(line, 'manual', policy=Policy(automatic=DEFAULT_RULES, manual=frozenset({1})))
        self.partners[0]['manual'] = True
        self.assertNotAuto(line, 'manual')
        self.partners[0]['manual'] = False
        invoice.blocked = True
        self.assertNotAuto(line, 'disputed')

    def test_tolerance(self):
        invoice = self.document('INV/2026/00042', '120.00')
        self.assertNotAuto(self.line('119.96', invoice.number), 'short')
        tolerant = Policy(automatic=DEFAULT_RULES, tolerance=Decimal('0.05'))
        self.assertAuto('R2', [invoice], self.line('119.96', invoice.number), policy=tolerant)

    def test_forint(self):
        """Instant payments in forint have no decimals."""
        invoice = self.document('ABC-2026-123', '12500.40', currency='HUF')
        self.assertAuto('R2', [invoice], self.line('12500.00', 'ABC-2026-123', currency='HUF'))

    def test_discount_in_time(self):
        invoice = self.document('INV/2026/00042', '120.00', discount=(DAY, '117.60'))
        decision = self.assertAuto('R2', [invoice], self.line('117.60', invoice.number))
        self.assertTrue(decision.best.allocations[0].discount)
        late = self.line('117.60', invoice.number, date=DAY + timedelta(days=1), **KNOWN)
        self.assertNotAuto(late, 'late_discount')

    def test_instalments(self):
        invoice = self.document('INV/2026/00042', ['40.00', '80.00'])
        decision = self.assertAuto('R2', [invoice], self.line('40.00', 'INV/2026/00042-1'))
        self.assertEqual(decision.best.allocations[0].item.id, 'INV/2026/00042/0')
        self.assertAuto('R2', [invoice, invoice], self.line('120.00', 'INV/2026/00042'))

    def test_original_currency(self):
        invoice = self.document('INV/2026/00042', '130.00', currency='USD')
        line = self.line('120.00', invoice.number, original_amount=Decimal('130.00'), original_currency='USD')
        self.assertEqual(self.assertAuto('R2', [invoice], line).best.allocations[0].amount, Decimal('120.00'))

    def test_strict_policy(self):
        self.document('INV/2026/00042', '120.00')
        self.assertNotAuto(self.line('120.00', 'INV/2026/00024', **KNOWN), 'rule_proposes', policy=STRICT)
        self.assertNotAuto(self.line('120.00', 'INV/2026/00042'), 'rule_proposes', policy=Policy())

    def test_every_reason_has_words(self):
        values = {
            'number': 'A',
            'other': 'B',
            'amount': 1,
            'count': 2,
            'text': 't',
            'currency': 'EUR',
            'rule': 'R1',
            'what': 'w',
            'partner': 'P',
            'risk': 1e-6,
            'place': 'case.py:1',
            'account': 'SK31',
        }
        source = ''.join(path.read_text() for path in (ROOT / 'matching').rglob('*.py') if path.name != 'words.py')
        given = set(re.findall(r"Reason\(\s*'(\w+)'", source))
        self.assertGreater(len(given), 40)
        told = {*words.WHY_NOT, *coding_words.WHY, *coding_words.WHY_NOT}
        self.assertEqual(given - told, set(), "codes without words")
        self.assertEqual([code for code in words.WHY_NOT if f"'{code}'" not in source], [], "words that nothing says")
        for code in words.WHY_NOT:
            self.assertTrue(words.why_not(Reason(code, values), 'EUR'))


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestTraps(MatchingCase):
    """Lines that once fooled the engine, each with what a person would see at once."""

    def test_identifier_beside_a_document(self):
        self.document('20260041', '100.00', state='closed')
        self.document('20260042', '100.00')
        self.document('20260143', '100.00')
        other = self.document('INV/2026/00077', '250.00')
        self.assertNotAuto(self.line('100.00', 'zakaznik 990042 faktura 20260041'))
        self.assertNotAuto(self.line('100.00', f'zakaznik 990042 faktura {other.number}'))
        self.assertNotAuto(self.line('100.00', 'zakaznik 990042 faktura 00143'), 'names_other')
        self.documents.pop()
        self.document('INV/2026/00078', '100.00', state='draft')
        self.assertNotAuto(self.line('100.00', 'zakaznik 990042 INV/2026/00078'))

    def test_identifier_and_number_paid_twice(self):
        self.document('INV/2026/00042', '100.00')
        self.document('INV/2026/00043', '100.00')
        lines = [self.line('100.00', 'zakaznik 990042 INV/2026/00042', number=number) for number in (1, 2)]
        self.assertEqual([decision.action for decision in self.decide(*lines)], ['auto', 'suggest'])

    def test_a_period_is_no_number(self):
        self.document('INV/2026/00010', '100.00')
        self.document('INV/2026/00088', '100.00')
        for text in ('Najom 10/2026', 'Najom 10/26', 'splatka 3/2026'):
            with self.subTest(text):
                self.assertNotAuto(self.line('100.00', text, **KNOWN))

    def test_a_year_that_is_written_counts(self):
        self.document('INV/2026/00042', '100.00')
        for text in ('faktura 00042 z roku 2025', 'faktura 0042/2025', 'faktura 0042/25', 'INV/2025/00042'):
            with self.subTest(text):
                self.assertNotAuto(self.line('100.00', text, **KNOWN))

    def test_a_paid_number_beside_a_typo(self):
        self.document('20260041', '100.00', state='closed')
        self.document('20260042', '100.00', ref='PO-47112')
        self.assertNotAuto(self.line('100.00', '20260041 PO-47113', **KNOWN))

    def test_disputed_by_any_rule(self):
        for document in (self.document('INV/2026/00142', '25.00'), self.document('INV/2026/00143', '30.00')):
            document.blocked = True
        for amount, text in (
            ('25.00', 'azonosító: 990042'),
            ('55.00', 'INV/2026/00142, 143'),
            ('25.00', 'INV/2026/00124'),
        ):
            with self.subTest(text):
                self.assertNotAuto(self.line(amount, text, **KNOWN))

    def test_credit_note_is_a_word(self):
        self.document('INV/2026/00042', '150.00')
        self.document('CN/2026/00007', '50.00', kind='credit_note')
        for text in ('INV/2026/00042 KONCNA', 'INV/2026/00042 1. splatka CREDITINFO'):
            with self.subTest(text):
                decision = self.decide(self.line('100.00', text, **KNOWN))[0]
                self.assertFalse(decision.action == 'auto' and decision.best.rule == 'R9')
        self.assertAuto('R9', self.documents[::-1], self.line('100.00', 'INV/2026/00042 mínusz jóváírás', **KNOWN))

    def test_a_paid_number_in_a_list(self):
        self.document('INV/2026/00041', '40.00', state='closed')
        self.document('INV/2026/00042', '60.00')
        self.document('INV/2026/00043', '40.00')
        self.assertNotAuto(self.line('100.00', 'INV/2026/00041, 42, 43', **KNOWN))
        self.assertNotAuto(self.line('100.00', 'INV/2026/00041 INV/2026/00042 INV/2026/00043', **KNOWN))

    def test_a_quantity_is_no_number(self):
        self.document('20260041', '100.00')
        self.document('20260012', '100.00')
        self.assertNotAuto(self.line('200.00', 'FA 20260041, 12 mesiacov'))

    def test_account_of_another_and_another_amount(self):
        self.document('INV/2026/00042', '300.00')
        line = self.line(
            '100.00', 'INV/2026/00042 zak 990042', counterparty_account=OTHER_IBAN, counterparty_name="Kovac sro"
        )
        self.assertNotAuto(line, 'other_payer')

    def test_an_outstanding_payment_needs_its_number(self):
        payment = self.document('PBNK1/2026/00042', '100.00', kind='payment')
        self.assertNotAuto(self.line('100.00', 'zakaznik 990042'))
        self.assertAuto('R2', [payment], self.line('100.00', payment.number))

    def test_no_partner_is_nobody(self):
        for _number in range(2):
            self.document('INV', '100.00', partner=None, reference='RF18539007547034')
        self.assertNotAuto(self.line('100.00', 'RF18539007547034', 'structured'))
        self.document('INV/2026/00041', '40.00', partner=None)
        self.document('INV/2026/00042', '60.00', partner=None)
        self.assertNotAuto(self.line('100.00', 'INV/2026/00041, 42'))

    def test_a_structured_reference_of_a_paid_document(self):
        self.document('20260041', '100.00', state='closed')
        self.document('20260042', '100.00')
        line = self.line('100.00', 'FA 20260042', **KNOWN)
        line.texts = (*line.texts, ('end_to_end_id', '/VS20260041/SS/KS'))
        self.assertNotAuto(line)

    def test_what_rounding_left_is_paid(self):
        self.document('INV/2026/00042', '1200.40', currency='HUF')
        lines = [self.line('1200.00', 'INV/2026/00042', number=number, currency='HUF', **KNOWN) for number in (1, 2)]
        self.assertEqual([decision.action for decision in self.decide(*lines)], ['auto', 'none'])

    def test_instalments_in_the_original_currency(self):
        self.document('INV/2026/00042', ['55.00', '55.00'], currency='USD')
        line = self.line('100.00', 'INV/2026/00042', original_amount=Decimal('110.00'), original_currency='USD')
        self.assertEqual(self.assertAuto('R2', self.documents * 2, line).rest, Decimal(0))

    def test_spellings(self):
        fik = self.document('100042', '120.00', reference='+71<000001234567897+87654321<')
        kid = self.document('10077', '80.00', reference='2345676-')
        qrr = self.document('77', '60.00', reference='21 00000 00003 13947 14300 09017')
        for document, amount, field, text in (
            (fik, '120.00', 'structured', '000001234567897'),
            (fik, '120.00', 'structured', '71000001234567897'),
            (fik, '120.00', 'text', 'FIK 71 1234567897'),
            (kid, '80.00', 'structured', '2345676-'),
            (qrr, '60.00', 'structured', '210000000003139471430009017'),
            (qrr, '60.00', 'structured', '21 00000 00003 13947 14300 09017'),
        ):
            with self.subTest(text):
                self.assertAuto('R1', [document], self.line(amount, text, field))
        polish = self.document('PM1253/2026', '99.00')
        text = '/VAT/23,00/IDC/5231242681/INV/PM1253/2026/TXT/przelew'
        self.assertEqual(self.decide(self.line('99.00', text, **KNOWN))[0].best.allocations[0].document, polish)

    def test_a_short_number_among_many_documents(self):
        """Of all that are open too many for four digits; of the payer's own, who is known by account, few."""
        for number in range(1500, 1900):
            self.document(str(number), '49.00', partner=2)
        own = [self.document(str(number), '49.00') for number in (2501, 2620, 2744)]
        self.assertAuto('R1', own[1:2], self.line('49.00', '/VS2620/SS/KS', 'end_to_end_id', **KNOWN))
        self.assertNotAuto(self.line('49.00', '/VS2620/SS/KS', 'end_to_end_id', counterparty_name="Cudzí Niekto"))

    def test_a_strangers_number_in_the_sum(self):
        self.document('2026844833', '92.38')
        self.document('20263910', '499.00', partner=2)
        self.document('20262007', '499.00')
        self.assertNotAuto(self.line('591.38', 'fakt. č. 2026844833, 2007 20263910', **KNOWN))

    def test_a_cut_number_that_is_a_customers(self):
        self.partners[1]['identifiers'] = ['79224']
        self.document('2026479224', '149.00')
        self.document('2026802969', '149.00', partner=2)
        self.assertNotAuto(self.line('149.00', 'VS 79224'))
        decision = self.decide(self.line('149.00', 'VS 79224', **KNOWN))[0]
        self.assertNotEqual(decision.best.allocations[0].document.partner, 2)

    def test_another_firms_number_beside_a_typo(self):
        """A part payment needs the number that is meant, not one that is by chance the same customer's."""
        self.document('202666638', '120.00')
        self.document('20260858', '39.72')
        self.assertNotAuto(self.line('36.00', '20260858 207666638', **KNOWN))

    def test_an_orders_number_is_no_invoices(self):
        """The words "obj. č." say order, whatever the č. alone would say."""
        self.document('20260042', '120.00')
        self.document('20260777', '120.00', partner=2)
        self.assertNotAuto(self.line('120.00', 'objednávka č. 20260042'), 'weak')
        self.assertAuto('R2', self.documents[:1], self.line('120.00', 'faktúra č. 20260042'))
