"""Each rule of the policy by name, and beside it the danger that it is named for."""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ...matching.data import Policy
from ...matching.policy import DEFAULT_RULES, STRICT
from ..cases.matching_case import DAY, IBAN, OTHER_IBAN, MatchingCase

KNOWN = {'counterparty_account': IBAN, 'counterparty_name': "KOVAC SRO"}
OTHER = {'counterparty_account': OTHER_IBAN, 'counterparty_name': "NOVAK STAVBY"}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestRules(MatchingCase):
    def test_r0_gates(self):
        """Direction, currency, a document of later: named, and not paid."""
        invoice = self.document('20260042', '120.00')
        self.assertNotAuto(self.line('-120.00', 'VS20260042'), 'direction')
        self.assertNotAuto(self.line('120.00', 'VS20260042', currency='CZK'), 'currency', invoice)
        self.document('20260099', '75.00', date=DAY + timedelta(days=9))
        self.assertNotAuto(self.line('75.00', 'VS20260099'), 'later')
        self.assertAuto('R1', [invoice], self.line('120.00', 'VS20260042'))

    def test_r1_structured_reference(self):
        invoice = self.document('INV/2026/00042', '120.00', reference='RF18539007547034')
        for field, text in (
            ('end_to_end_id', '/VS202600042/SS/KS0308'),
            ('text', 'vs202600042,ks0308'),
            ('text', 'VS: 0202600042'),
            ('text', 'V.S. č. 2026 00042'),
            ('text', '?VS202600042?SS?KS0308'),
            ('text', 'KS0308 VS202600042'),
            ('structured', 'RF18 5390 0754 7034'),
            ('text', 'uhrada RF18 5390 0754 7034 dakujem'),
            ('text', 'variabilný symbol: 202600042'),
            ('structured', 'INV/2026/00042'),
        ):
            with self.subTest(text):
                self.assertAuto('R1', [invoice], self.line('120.00', text, field))

    def test_r1_not_the_payers_own_end_to_end_id(self):
        """An EndToEndId that is not /VS… is the payer's own number; it may equal ours by chance."""
        self.document('20260042', '120.00')
        self.document('20260055', '120.00', partner=2)
        self.assertNotAuto(self.line('120.00', '20260042', 'end_to_end_id', **OTHER))

    def test_r2_reference_in_the_text(self):
        invoice = self.document('INV/2026/00042', '120.00')
        for text in (
            'INV/2026/00042',
            'Faktura INV/2026/00042, dakujem',
            'inv-2026-00042',
            'INV202600042',
            'platba 202600042',
            'F?KT?RA INV/2026/00042?',
        ):
            with self.subTest(text):
                self.assertAuto('R2', [invoice], self.line('120.00', text))

    def test_r2_not_the_neighbour(self):
        """A mistyped number that is another's, at the same price: the payer has his own of that amount."""
        self.document('20260042', '49.00')
        self.document('20260043', '49.00', partner=2)
        self.assertNotAuto(self.line('49.00', 'faktura 20260042', **OTHER), 'other_payer')
        self.assertNotAuto(self.line('49.00', 'faktura 20260042'), 'neighbour')
        self.assertAuto('R2', self.documents[:1], self.line('49.00', 'faktura 20260042', **KNOWN))

    def test_r2_third_party_pays(self):
        """A stranger may pay for a customer; an account that is known as another customer's is a reason to look."""
        invoice = self.document('20260042', '123.45')
        self.assertAuto('R2', [invoice], self.line('123.45', 'faktura 20260042', counterparty_name="Otec"))
        self.assertNotAuto(self.line('123.45', 'faktura 20260042', **OTHER), 'other_payer', invoice)

    def test_r3_several_references(self):
        invoices = [self.document('INV/2026/00042', '120.00'), self.document('INV/2026/00057', '80.00')]
        self.assertAuto('R3', invoices, self.line('200.00', 'INV/2026/00042 INV/2026/00057'))

    def test_r3_not_with_another_sum(self):
        self.document('INV/2026/00042', '120.00')
        self.document('INV/2026/00057', '80.00')
        self.assertNotAuto(self.line('190.00', 'INV/2026/00042 INV/2026/00057', **KNOWN))

    def test_r3_not_what_was_refused(self):
        first = self.document('INV/2026/00042', '120.00')
        self.document('INV/2026/00057', '80.00')
        line = self.line('200.00', 'INV/2026/00042 INV/2026/00057', number=7)
        self.assertNotAuto(line, refused={(7, first.id)})

    def test_r4_lists_and_ranges(self):
        invoices = [self.document(f'FA2026010{number}', '10.00') for number in range(1, 5)]
        invoices.append(self.document('FA20260107', '33.00'))
        for text in ('FA 101-104, 107', 'FA20260101-0104, 107', 'FA20260101, 102, 103, 104, 107'):
            with self.subTest(text):
                self.assertAuto('R4', invoices, self.line('73.00', text, **KNOWN))

    def test_r4_not_with_another_sum(self):
        for number in range(1, 5):
            self.document(f'FA2026010{number}', '10.00')
        self.assertNotAuto(self.line('30.00', 'FA 101-104', **KNOWN))

    def test_r5_bare_number(self):
        """Eight digits without a word before them: the amount is nobody else's, or the payer is known."""
        invoice = self.document('20260042', '120.00')
        self.assertAuto('R5', [invoice], self.line('120.00', 'dakujem 20260042'))
        self.document('20260777', '120.00', partner=2)
        self.assertAuto('R5', [invoice], self.line('120.00', 'dakujem 20260042', **KNOWN))

    def test_r5_not_another_firms_number(self):
        self.document('20260042', '120.00')
        self.document('20260777', '120.00', partner=2)
        self.assertNotAuto(self.line('120.00', 'objednavka 2026-0099, 20260042'), 'weak')

    def test_r6_part_of_a_structured_reference(self):
        invoice = self.document('20260042', '120.00')
        decision = self.assertAuto('R6', [invoice], self.line('50.00', '/VS20260042/SS/KS', 'end_to_end_id', **KNOWN))
        self.assertEqual(decision.best.allocations[0].amount, Decimal('50.00'))

    def test_r6_not_where_another_fits(self):
        """The amount is exactly another document's of the customer: which one he means, he has to say."""
        self.document('20260042', '120.00')
        self.document('20260057', '50.00')
        line = self.line('50.00', '/VS20260042/SS/KS', 'end_to_end_id', **KNOWN)
        self.assertNotAuto(line, 'partner_has_equal')
        self.assertNotAuto(self.line('50.00', '/VS20260042/SS/KS', 'end_to_end_id'), 'short')

    def test_r7_part_of_a_reference_in_the_text(self):
        invoice = self.document('INV/2026/00042', '120.00')
        self.assertAuto('R7', [invoice], self.line('50.00', 'INV/2026/00042', **KNOWN))

    def test_r7_not_from_a_stranger(self):
        """3 to 11 % of typing errors hit another open invoice: without its payer, no part payment."""
        invoice = self.document('INV/2026/00042', '120.00')
        decision = self.assertNotAuto(self.line('117.00', 'INV/2026/00042'), 'short', invoice)
        self.assertEqual(decision.why_not.values['amount'], Decimal('3.00'))
        self.assertNotAuto(self.line('50.00', 'INV/2026/00042', **KNOWN), 'rule_proposes', policy=STRICT)

    def test_r8_too_much(self):
        invoice = self.document('20260042', '120.00')
        decision = self.assertAuto('R8', [invoice], self.line('125.00', 'VS20260042', **KNOWN))
        self.assertEqual((decision.best.allocations[0].amount, decision.rest), (Decimal('120.00'), Decimal('5.00')))

    def test_r8_not_where_others_explain_it(self):
        self.document('20260042', '120.00')
        self.document('20260057', '5.00')
        self.assertNotAuto(self.line('125.00', 'VS20260042', **KNOWN), 'over')
        self.assertNotAuto(self.line('500.00', 'VS20260042'), 'over')

    def test_r9_credit_note_named(self):
        invoice, note = (
            self.document('INV/2026/00042', '120.00'),
            self.document('RINV/2026/00003', '20.00', kind='credit_note'),
        )
        line = self.line('100.00', 'INV/2026/00042 - RINV/2026/00003', **KNOWN)
        self.assertAuto('R9', [note, invoice], line)

    def test_r9_not_a_disputed_one(self):
        """A credit note that the text does not name may be in dispute."""
        self.document('INV/2026/00042', '120.00')
        note = self.document('RINV/2026/00003', '20.00', kind='credit_note')
        self.assertNotAuto(self.line('100.00', 'INV/2026/00042', **KNOWN), proposed=note)

    def test_r10_constant_identifier(self):
        """The oldest due of equal amounts."""
        self.document('20260057', '25.00', due=20)
        oldest = self.document('20260042', '25.00', due=-10)
        self.assertAuto('R10', [oldest], self.line('25.00', 'azonosító: 990042'))

    def test_r10_not_a_shared_identifier(self):
        self.partners[1]['identifiers'] = ['990042']
        self.document('20260042', '25.00')
        self.assertNotAuto(self.line('25.00', 'azonosító: 990042'))
        self.partners[1]['identifiers'] = []
        self.assertNotAuto(self.line('25.00', 'azonosító: 990042', **OTHER), 'identifier_of_another')
        self.partners[0]['identifiers'] = ['8', 'CUST/8']
        self.assertNotAuto(self.line('25.00', '8'))
        self.assertNotAuto(self.line('25.00', 'CUST/8'))

    def test_r11_identifier_and_sum(self):
        invoices = [self.document('20260042', '25.00', due=-20), self.document('20260057', '30.00', due=-10)]
        self.document('20260066', '99.00')
        self.assertAuto('R11', invoices, self.line('55.00', 'azonosító: 990042'))

    def test_r11_not_of_many(self):
        """Among more than eight documents, sums fit by chance."""
        for number in range(9):
            self.document(f'202600{number:02d}', f'{10 + number}.00', due=number)
        self.assertNotAuto(self.line('21.00', 'azonosító: 990042'))

    def test_r12_identifier_and_any_amount(self):
        invoice = self.document('20260042', '25.00')
        self.assertNotAuto(self.line('20.00', 'azonosító: 990042'), 'identifier_sum', invoice)
        fifo = Policy(automatic=DEFAULT_RULES | {'R12'}, fifo=True)
        self.assertAuto('R12', [invoice], self.line('20.00', 'azonosító: 990042'), policy=fifo)

    def test_r13_typo(self):
        invoice = self.document('INV/2026/00042', '120.00')
        for text in ('INV/2026/00024', 'INV/2026/00047', 'INV/2O26/OOO42', 'INV/2026/000542'):
            with self.subTest(text):
                self.assertAuto('R13', [invoice], self.line('120.00', text, **KNOWN))

    def test_r13_not_what_names_another(self):
        """The token is another document's number, paid or open: it is no typing error."""
        self.document('INV/2026/00042', '120.00')
        self.document('INV/2026/00047', '99.00', state='closed')
        self.assertNotAuto(self.line('120.00', 'INV/2026/00047', **KNOWN))
        self.assertNotAuto(self.line('120.00', 'INV/2026/00049'), 'resembling_unknown')

    def test_r13_not_of_two(self):
        self.document('INV/2026/00042', '120.00')
        self.document('INV/2026/00043', '120.00')
        self.assertNotAuto(self.line('120.00', 'INV/2026/00049', **KNOWN), 'resembling')

    def test_r14_cut(self):
        invoice = self.document('INV/2026/00142', '120.00')
        for text in ('faktura 142', 'fa 0142', 'faktura 00142'):
            with self.subTest(text):
                decision = self.assertAuto('R14', [invoice], self.line('120.00', text, **KNOWN))
                self.assertLess(decision.best.evidence[0].strength, 4)

    def test_r14_not_a_contract(self):
        """Three digits are a contract's, a street's or an invoice's."""
        self.document('INV/2026/00142', '120.00')
        self.document('INV/2026/00177', '120.00')
        self.assertNotAuto(self.line('120.00', 'zmluva 142', **KNOWN))
        self.assertNotAuto(self.line('120.00', 'faktura 142'))

    def test_r15_glued(self):
        invoice = self.document('FA202600042', '120.00')
        for text in ('FA202600042SZAMLA', 'UHRADAFA202600042', 'FA202600042Kovac'):
            with self.subTest(text):
                self.assertAuto('R15', [invoice], self.line('120.00', text))

    def test_r15_not_inside_an_account(self):
        self.document('50000060', '120.00')
        for text in ('SK8999520000000050000060', '1150000060', '50000060123456'):
            with self.subTest(text):
                self.assertNotAuto(self.line('120.00', text))

    def test_r16_split(self):
        invoice = self.document('INV/2026/00042', '120.00')
        for text in ('inv 2026 00042', 'INV/2026 /00042', 'INV-20 26-00042'):
            with self.subTest(text):
                self.assertAuto('R16', [invoice], self.line('120.00', text))

    def test_r16_not_across_accounts_and_amounts(self):
        self.document('20260042', '120.00')
        for text in ('tel +421 2026 0042', '2026 0042,00 EUR', '11773016-20260042-00000000'):
            with self.subTest(text):
                self.assertNotAuto(self.line('120.00', text))

    def test_r17_payer_only(self):
        """Proposed; a company that trusts it may let it post."""
        invoice = self.document('20260042', '120.00')
        self.assertNotAuto(self.line('120.00', 'dakujem', **KNOWN), 'rule_proposes', invoice)
        trusting = Policy(automatic=DEFAULT_RULES | {'R17'})
        self.assertAuto('R17', [invoice], self.line('120.00', 'dakujem', **KNOWN), policy=trusting)

    def test_r17_not_with_a_number_that_says_otherwise(self):
        invoice = self.document('20260042', '120.00')
        trusting = Policy(automatic=DEFAULT_RULES | {'R17'})
        line = self.line('120.00', 'faktura 77889911', **KNOWN)
        self.assertNotAuto(line, 'payer_only', invoice, policy=trusting)

    def test_r18_subset(self):
        for number, amount in enumerate(('10.00', '20.00', '45.00')):
            self.document(f'2026004{number}', amount, due=-number)
        decision = self.assertNotAuto(self.line('30.00', 'dakujem', **KNOWN), 'payer_sum')
        self.assertEqual({part.document.number for part in decision.best.allocations}, {'20260040', '20260041'})

    def test_r18_not_of_two_subsets(self):
        for number, amount in enumerate(('10.00', '20.00', '20.00')):
            self.document(f'2026004{number}', amount, due=-number)
        decision = self.assertNotAuto(self.line('30.00', 'dakujem', **KNOWN), 'payer_sum')
        paid = [(part.document.number, part.amount) for part in decision.best.allocations]
        self.assertEqual(
            paid, [('20260042', Decimal('20.00')), ('20260041', Decimal('10.00'))], "the oldest first, not a subset"
        )

    def test_r19_amount_only(self):
        invoice = self.document('20260042', '123.45')
        for text in ('', '/', '%', '_', '?', 'INV', '2026', '1'):
            with self.subTest(text):
                self.assertNotAuto(self.line('123.45', text), 'amount_only', invoice)

    def test_r19_not_where_many_have_it(self):
        for number in range(40):
            self.document(f'202600{number:02d}', '49.00', partner=number)
        self.assertEqual(self.assertNotAuto(self.line('49.00', '')).action, 'none')

    def test_r20_paid_already(self):
        """Paying twice is common: never moved to another invoice."""
        self.document('INV/2026/00042', '120.00', state='closed')
        self.document('INV/2026/00057', '120.00')
        self.assertNotAuto(self.line('120.00', 'INV/2026/00042', **KNOWN), 'paid')
        cancelled = self.document('INV/2026/00077', '55.00', state='cancelled')
        self.assertNotAuto(self.line('55.00', cancelled.number), 'cancelled')

    def test_r20_not_a_veto_where_the_open_one_is_named(self):
        self.document('INV/2026/00042', '120.00', state='closed')
        invoice = self.document('INV/2026/00057', '120.00')
        self.assertAuto('R2', [invoice], self.line('120.00', 'INV/2026/00042 bola, platim INV/2026/00057', **KNOWN))

    def test_r21_draft_and_order(self):
        self.document('INV/2026/00042', '120.00', state='draft')
        self.assertNotAuto(self.line('120.00', 'INV/2026/00042', **KNOWN), 'draft')
        self.document('S00099', '77.00', kind='order')
        self.assertNotAuto(self.line('77.00', 'objednavka S00099', **KNOWN), 'order')

    def test_r21_not_a_veto_of_the_invoice_of_an_order(self):
        invoice = self.document('INV/2026/00042', '77.00', origin='S00099')
        self.document('S00099', '77.00', kind='order')
        self.assertAuto('R10', [invoice], self.line('77.00', 'objednavka S00099', **KNOWN))

    def test_r22_returned(self):
        self.document('INV/2026/00042', '120.00', state='closed')
        self.assertNotAuto(self.line('-120.00', 'INV/2026/00042', type='returned'), 'returned')

    def test_r22_fees_and_own_transfers(self):
        self.document('20260042', '5.00', kind='bill')
        self.assertNotAuto(self.line('-5.00', '20260042', type='fee'), 'fee')
        self.assertNotAuto(self.line('-5.00', '20260042', type='own'), 'own_transfer')
