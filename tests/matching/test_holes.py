"""The holes that outsiders found, H0 to H17, each by name; every test failed on the engine as it was then."""

import json
from unittest.mock import patch

from odoo.tests import tagged

from ..cases.files_case import IBAN_A, IBAN_B, FilesCase, club, document, line, partner, tools

A, B = partner('a', "Kováč Peter", IBAN_A), partner('b', "Horváth Ján", IBAN_B)
STRANGER = {'name': "Novotný Karel"}
KNOWN = {'name': "KOVAC PETER", 'account': IBAN_A}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestHoles(FilesCase):
    def test_h0_an_original_currency_stops_nothing(self):
        """All open documents are in the original currency and the amount fits none."""
        books = [document('d', 'a', '2026000113', '119.00', currency='USD')]
        row = line('110.10', vs='990042', original={'currency': 'USD', 'amount': '130.00'})
        self.assertProposed(None, [partner('a', "Kováč Peter", ids=['990042'])], books, row)

    def test_h0_a_failure_is_one_movements_own(self):
        """The rest of the batch goes on, and the log has the place, not the text."""
        books = [document('d1', 'a', '2026000113', '119.00'), document('d2', 'a', '2026000114', '75.00')]
        rows = [line('119.00', 'SECRET 2026000113', id='l1'), line('75.00', 'FA 2026000114', id='l2')]
        with tools():
            import matching.decide as decide

            whole = decide.by_reference

        def broken(case):
            if 'SECRET' in case.line.texts[0][1]:
                raise IndexError(case.line.texts[0][1])
            return whole(case)

        with patch.object(decide, 'by_reference', broken), self.assertLogs('matching.decide', 'ERROR') as log:
            first, second = self.decide([A], books, rows)
        self.assertEqual((first.action, first.why_not.code, second.action), ('none', 'failed', 'auto'))
        self.assertNotIn('SECRET', ' '.join(log.output) + json.dumps(first.why_not.values))
        self.assertIn('test_holes.py', first.why_not.values['place'])

    def test_h1_check_digits_count_where_they_were_written(self):
        numbers = [f'INV/2026/00{n}' for n in range(100, 120)]
        with tools():
            from stdnum.iso7064 import mod_97_10
        members, books = club(numbers)
        for row in books:
            body = '2026' + row['number'][-5:]
            row['payment_reference'] = f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"
        self.assertProposed('neighbour', members, books, line('49.00', '202600113', **STRANGER))
        self.assertProposed('over', members, books, line('74.00', '202600113', **STRANGER))
        self.assertPosted(['d13'], members, books, line('49.00', books[13]['payment_reference'], **STRANGER))

    def test_h1_a_scheme_is_trusted_where_the_companys_references_pass(self):
        """One in ten plain numbers passes by chance: then it proves nothing."""
        members, books = club([f'FV-{n}' for n in range(30)])
        for place, row in enumerate(books):
            row['payment_reference'] = str(77000000 + 7 * place)
        for place in range(30):
            row = line('49.00', vs=str(77000000 + 7 * place), **STRANGER)
            self.assertProposed(None, members, books, row)

    def test_h2_a_neighbour_is_doubt_at_any_share(self):
        members, books = club(['2026000100', '2026000101', '2026000102'])
        for fill in (97, 1200):
            self.assertProposed('neighbour', members, books, line('49.00', vs='2026000101', **STRANGER), fill=fill)

    def test_h3_a_day_is_no_number(self):
        for number, row in (
            ('20261014', line('49.00', vs='20261014', **STRANGER)),
            ('20261014', line('49.00', 'platba 2026 10 14', **STRANGER)),
            ('20261014', line('49.00', 'dátum: 2026-10-', '14', **STRANGER)),
            ('260721', line('49.00', 'forfall 260721', **STRANGER)),
            ('102026', line('49.00', vs='102026', **STRANGER)),
        ):
            with self.subTest(number=number, text=row['text']):
                self.assertProposed(None, [A], [document('d', 'a', number, '49.00')], row)
        self.assertPosted(['d'], [A], [document('d', 'a', '20261014', '49.00')], line('49.00', vs='20261014', **KNOWN))

    def test_h4_digits_of_an_account(self):
        for number, text in (
            ('F-26-00140', 'Fejloverførsel konto 5012 0002600140'),
            ('INV/2026/00040', 'Claim 72814490 A/C 10-43-02 02600040'),
            ('2026001234', 'z účtu 2026001234 prevod'),
            ('50502600', 'Bg 5050-2600'),
            ('2026001234', 'Platba 1100/000000-2026001234'),
            ('2026001234', 'Konto-Nr. 2026001234'),
            ('102601596', 'tel. +421 905 102601596'),
        ):
            with self.subTest(text=text):
                self.assertProposed(None, [A], [document('d', 'a', number, '71.30')], line('71.30', text, **STRANGER))

    def test_h5_an_exact_amount_does_not_silence_a_known_payer(self):
        books = [document('dB', 'b', '2026000120', '49.00', state='closed'), document('dA', 'a', '2026000150', '49.00')]
        row = line('49.00', vs='2026000150', name="HORVATH JAN", account=IBAN_B)
        self.assertProposed('other_payer', [A, B], books, row, first='dA')

    def test_h6_a_registered_payment_came_in(self):
        books = [
            document('inv', 'a', 'INV/2026/00042', '100.00', state='closed'),
            document('pay', 'a', 'PBNK1/2026/00009', '100.00', kind='payment', payment_reference='INV/2026/00042'),
        ]
        self.assertProposed(None, [A], books, line('-100.00', 'vrátenie INV/2026/00042', **KNOWN))
        self.assertProposed(None, [A], books, line('100.00', 'úhrada faktúry 09/2026', **KNOWN))
        self.assertPosted(['pay'], [A], books, line('100.00', 'INV/2026/00042', **KNOWN))

    def test_h7_identifiers_are_guarded_as_numbers_are(self):
        ids = [str(100200 + n) for n in range(40)]
        members, books = club([f'20260041{n:02d}' for n in range(40)], ids=ids)
        self.assertProposed('neighbour', members, books, line('49.00', vs='100213', **STRANGER), first='d12', fill=0)
        known = line('49.00', vs='100213', name="CLEN ANQ")
        self.assertPosted(['d13'], members, books, known, fill=0)

    def test_h7_a_number_that_is_somebodys_identifier(self):
        books = [document('dA', 'a', '100234', '49.00'), document('dB', 'b', '100871', '49.00')]
        people = [partner('a', "Kováč Peter"), partner('b', "Horváth Ján", ids=['100234'])]
        row = line('49.00', vs='100234', name="Molnárová Zuzana")
        self.assertProposed(None, people, books, row, first='dB')

    def test_h8_equal_ones_are_counted_in_the_documents_currency(self):
        members, books = club([f'20260001{n:02d}' for n in range(20)], currency='USD')
        row = line(
            '1137.29', vs='2026000113', currency='CZK', original={'currency': 'USD', 'amount': '49.00'}, **STRANGER
        )
        self.assertProposed('neighbour', members, books, row)
        members, books = club([f'20260001{n:02d}' for n in range(20)], '1199.50', currency='HUF')
        self.assertProposed('neighbour', members, books, line('1200.00', vs='2026000113', currency='HUF', **STRANGER))

    def test_h9_a_named_month_is_not_the_oldest(self):
        people = [partner('a', "Kováč Peter", IBAN_A, ids=['990042'])]
        books = [
            document(
                'sep', 'a', '2026000901', '350.00', date='2026-09-01', due='2026-09-15', payment_reference='88001042'
            ),
            document(
                'oct', 'a', '2026001001', '350.00', date='2026-10-01', due='2026-10-15', payment_reference='88001042'
            ),
        ]
        for vs in ('990042', '88001042'):
            for text in (
                'nájom október 2026',
                'nájom za 10. mesiac',
                'Oktobermiete',
                '10/26',
                'za 102026',
                '1.10.-31.10.2026',
            ):
                with self.subTest(vs=vs, text=text):
                    self.assertProposed('month', people, books, line('350.00', text, vs=vs, **KNOWN), first='oct')
            self.assertPosted(['sep'], people, books, line('350.00', 'nájom', vs=vs, **KNOWN))

    def test_h10_names_in_every_script(self):
        for ours, theirs in (
            ("Анна Козлова", "Олег Сидоров"),
            ("محمد علي حسن", "سليم عمر خالد"),
            ("Jana Nováková", "JAN NOVAK"),
            ("Kovács Jánosné", "KOVACS JANOS"),
            ("Balázs Balogh", "BALAZS MESZAROS-BALOGH"),
        ):
            with self.subTest(payer=theirs):
                row = line('49.00', 'platba faktúra 1042', name=theirs)
                self.assertProposed(None, [partner('a', ours)], [document('d', 'a', 'FV1042', '49.00')], row)
        for ours, theirs in (("Анна Козлова", "КОЗЛОВА АННА"), ("Jürgen Müller", "JUERGEN MUELLER")):
            with self.subTest(payer=theirs):
                row = line('49.00', 'platba faktúra 1042', name=theirs)
                self.assertPosted(['d'], [partner('a', ours)], [document('d', 'a', 'FV1042', '49.00')], row)

    def test_h11_what_is_no_slip(self):
        for number, text in (
            ('26080042', 'faktúra 26090042'),
            ('FV-2608-0042', 'FV-2609-0042'),
            ('2026000431', 'zálohová faktúra 2026000437'),
            ('2026000431', 'Kostenvoranschlag 2026000437'),
            ('2026000431', 'byt č. 431'),
        ):
            with self.subTest(text=text):
                books = [
                    document('d', 'a', number, '39.00', date='2026-08-01'),
                    document('e', 'a', '2025000001', '39.00'),
                ]
                self.assertProposed(None, [A], books, line('39.00', text, **KNOWN))

    def test_h12_a_legal_form_is_no_constant_symbol(self):
        people = [partner('a', "Zvonmarket k.s.", IBAN_A)]
        books = [document('d1', 'a', '2026FV0619', '98.90'), document('d2', 'a', '2026FV0689', '98.90')]
        row = line('98.90', 'Zvonmarket k.s. 2026FV0619 ZoD 227/2025', name="Zvonmarket k.s.", account=IBAN_A)
        self.assertPosted(['d1'], people, books, row)

    def test_h13_a_neighbour_of_any_shape(self):
        members, books = club([f'INV/2026/10/001{n:02d}' for n in range(6)])
        self.assertProposed('neighbour', members, books, line('49.00', vs='0261000101', **STRANGER))

    def test_h14_digits_behind_other_letters(self):
        for number, text in (
            ('E-2026-133', 'D-2026-133'),
            ('E-2026-133', 'objednávka OBJ-2026-133'),
            ('FA-2026-000133', 'AN/2026/000133'),
            ('FA-2026-000133', 'FV-2026-000133'),
            ('20260042', 'SO20260042'),
        ):
            with self.subTest(text=text):
                self.assertProposed(None, [A], [document('d', 'a', number, '49.00')], line('49.00', text, **STRANGER))
        self.assertPosted(
            ['d'], [A], [document('d', 'a', 'E-2026-1330', '49.00')], line('49.00', 'E-2026-1330', **STRANGER)
        )

    def test_h15_a_payers_own_run_number(self):
        members, books = club([f'20260003{n}' for n in range(10, 90, 9)])
        row = line('49.00', 'členské Adam', end_to_end_id=books[3]['number'], **STRANGER)
        self.assertProposed(None, members, books, row)

    def test_h16_another_payee(self):
        vendor, other = partner('v', "Prenájom s.r.o.", IBAN_A), partner('o', "Horváth Ján", IBAN_B)
        books = [document('bill', 'v', 'BILL/2026/0001', '1200.00', kind='bill', ref='2026010')]
        row = line('-1200.00', 'mzda', vs='2026010', name="Horváth Ján", account=IBAN_B)
        self.assertProposed('other_payee', [vendor, other], books, row)
        row = line('-1200.00', 'nájom', vs='2026010', name="Druhý prenajímateľ", account='SK0309000000000011223344')
        self.assertProposed('other_payee', [vendor, other], books, row)
        self.assertPosted(['bill'], [vendor], books, line('-1200.00', vs='2026010', name="Prenajom", account=IBAN_A))

    def test_h17_later_returned_settled_or_a_sisters(self):
        book = [document('d', 'a', '2026000431', '49.00')]
        later = [document('d', 'a', '2026000431', '49.00', date='2026-10-18')]
        self.assertProposed('later', [A], later, line('49.00', vs='2026000431', **STRANGER))
        self.assertProposed('money_back', [A], book, line('49.00', 'omylom zaslana, vraciame 2026000431', **STRANGER))
        self.assertPosted(['d'], [A], book, line('49.00', 'fa 2026000431 vrátane DPH', **STRANGER))
        self.assertProposed('settlement', [A], book, line('49.00', 'Auszahlung 2026000431', **STRANGER))
        sisters = [*book, document('s', 'b', '2026000431', '49.00', company='c2')]
        self.assertProposed(
            'sister', [A, partner('b', "Horváth Ján")], sisters, line('49.00', vs='2026000431', name="HORVATH JAN")
        )

    def test_h17_a_foreign_digit_does_not_vanish(self):
        books = [document('dA', 'a', '2026001234', '71.30'), document('dB', 'a', '202600134', '71.30')]
        self.assertPosted(['dA'], [A], books, line('71.30', 'FA 2026001٢34', **KNOWN))
