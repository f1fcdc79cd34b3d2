"""Situations in which a matching engine posts wrongly by itself, family by family; and beside each danger what an accountant
posts in a second, so that a guard that is too wide is seen as well."""

import json
import sys
from pathlib import Path

from odoo.tests import tagged

from ..cases.files_case import IBAN_A, IBAN_B, ROOT, FilesCase, document, line, partner

SHARED = ROOT.parent / 'shared' / 'redteam'
A, B = partner('a', "Kováč Peter", IBAN_A, ids=['990042']), partner('b', "Horváth Ján", IBAN_B)
STRANGER = {'name': "Novotný Karel"}
KNOWN = {'name': "KOVAC PETER", 'account': IBAN_A}

#: a word before 2026001234 that says whose number it is: not ours
NOUNS = """číslo zákazníka|nr klienta|Kunden-Nr.|Bestell-Nr.|Auftrag|Auftragsnummer|Angebots-Nr.|zakázka|zamówienie|umowa nr|tilausnumero
    |asiakasnumero|sopimus|avtalenr|polisenr|kundnummer|ordernummer|szerződésszám|číslo klienta|Vertragsnummer|Ticket-Nr|Saksnr|skadenr
    |zásielka č.|elektromer č.|odberné miesto č.|pro forma|Proforma-Rechnung|upomienka|Mahnung|dodací list|predfaktúra|ponuka č.
    |objednávka|rezervácia|booking|reklamácia|poistka č.|case no|delivery note no|exekúcia č.|parcela č.|Vorgang Nr."""
#: money that comes back
RETURNS = """vrátená platba|vraciame|Rücküberweisung|Rückerstattung|tilbageførsel|tilbakeføring|refusjon|retur|téves utalás|mylná platba
    |stornovaná|nadpłata|overbetaling|Fehlüberweisung|dubbelbetalning|wrongly sent|remboursement|rimborso|reembolso|visszautalás
    |preplatok|omylom zaslané|chargeback|zwrot|palautus"""
#: the sum of many payments
SETTLEMENTS = """vyúčtovanie POS|Auszahlung|utbetaling|utbetalning|kortindløsning|odvod tržieb|kartové platby|wypłata|zúčtovanie|dobierky
    |Sammelgutschrift|STRIPE PAYOUT|cash pooling|settlement|GoPay|elszámolás"""
#: October, as the world writes it
OCTOBERS = """október|októbra|za október 2026|oktober|Oktobermiete|oktoberhyra|October|Oct|Oct-26|říjen|října|říjnové|październik|października
    |lokakuu|lokakuulta|octobre|10/2026|10/26|2026/10|2026-10|102026|202610|za 10. mesiac|mesiac 10|Monat 10|10. havi|10 2026
    |1.10.-31.10.2026|01.10.2026 - 31.10.2026|Q4 2026|4. kvartál"""
#: digits of 2026001234 inside an account's
ACCOUNTS = """z účtu 2026001234|účet č. 2026001234|č.ú. 2026001234|protiúčet 2026001234|Konto-Nr. 2026001234|Kto 2026001234|konto 2026001234
    |BLZ 50010517 Konto 2026001234|account no. 2026001234|A/C 2026001234|bankszámla 2026001234|rekeningnummer 2026001234
    |na ucet 2026001234/0900|1100/2026001234|IBAN 2026001234|rachunek 2026001234|tilinumero 2026001234|SK9911002026001234000012"""
#: other numbers that are none of ours
OTHERS = """tel. +421 2026001234|mob 0 2026001234|IČO 2026001234|DIČ 2026001234|VAT 2026001234|karta 4111 **** **** 1234|202600 ks
    |14:20:26 001234|192.168.20.26"""
#: the number of a thing whose last digits are 2026000431's
THINGS = "byt č. 431|parcela č. 431|Zimmer Nr. 431|apartment no 431|lägenhet nr 431|szoba sz. 431|dom č. 431|izba č. 431|Platz Nr. 431"
#: INV/2026/00042 as people write it
SPELLINGS = """INV/2026/00042|inv 2026 00042|INV-2026-00042|INV202600042|Inv/2026/OOO42|lNV/2O26/00042|faktúra 2026/42|FA 42/2026|fa 00042
    |uhrada fa 42|INV 42|číslo faktúry: INV/2026/00042, ďakujem|/VS/202600042/SS//KS/0308|VS: 202600042|v.s. 2026 00042|var. symbol 202600042
    |F?kt?ra ?. INV/2026/00042|INV/2026/00042/1|INV/2026/00042zo dňa 1.10.2026|2026-00042"""


def each(text):
    return [piece.strip() for piece in text.split('|')]


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestRedTeam(FilesCase):
    def never(self, texts, people, books, amount, how, **fields):
        for text in each(texts):
            with self.subTest(text=text):
                self.assertProposed(None, people, books, line(amount, how.format(text), **fields))

    def test_another_papers_number(self):
        books = [document('d', 'a', '2026001234', '71.30')]
        self.never(NOUNS, [A], books, '71.30', '{} 2026001234', **STRANGER)
        for text in each(
            'faktúra|Rechnungsnummer|fakturanr.|számlaszám:|invoice no|platba č.|za faktúru č.|laskun numero|numer faktury|č.'
        ):
            with self.subTest(honest=text):
                self.assertPosted(['d'], [A], books, line('71.30', f'{text} 2026001234', **STRANGER))

    def test_a_near_number_of_another_paper(self):
        books = [document('d', 'a', '2026000431', '49.00'), document('e', 'a', '2025000999', '49.00')]
        self.never(NOUNS, [A], books, '49.00', '{} 2026000437', **KNOWN)
        self.never(THINGS, [A], books, '49.00', '{}', **KNOWN)
        self.assertPosted(['d'], [A], books, line('49.00', 'faktúra 2026000437', **KNOWN))

    def test_money_that_comes_back(self):
        books = [document('d', 'a', '2026000431', '120.00')]
        self.never(RETURNS, [A], books, '120.00', '{} 2026000431', **STRANGER)
        for text in ('vrátane DPH', 'Vratislav', 'vratné obaly', 'Retourenkartons'):
            with self.subTest(honest=text):
                self.assertPosted(['d'], [A], books, line('120.00', f'fa 2026000431 {text}', **STRANGER))

    def test_settlements(self):
        self.never(SETTLEMENTS, [A], [document('d', 'a', '2026000431', '71.30')], '71.30', '{} 2026000431', **STRANGER)
        row = line('71.30', 'fa 2026000431', name="Mollie Payments")
        self.assertProposed('settlement', [A], [document('d', 'a', '2026000431', '71.30')], row)

    def test_a_month_that_is_named(self):
        books = [
            document(
                'sep', 'a', '2026000901', '350.00', date='2026-09-01', due='2026-09-15', payment_reference='88001042'
            ),
            document(
                'oct', 'a', '2026001001', '350.00', date='2026-10-01', due='2026-10-15', payment_reference='88001042'
            ),
        ]
        for text in each(OCTOBERS):
            for vs in ('990042', '88001042'):
                with self.subTest(text=text, vs=vs):
                    row = line('350.00', f'nájom {text}', vs=vs, **KNOWN)
                    decision = self.decide([A], books, row)[0]
                    self.assertFalse(decision.action == 'auto' and self.paid(decision) == ['sep'])

    def test_digits_of_accounts_and_other_numbers(self):
        books = [document('d', 'a', '2026001234', '71.30')]
        self.never(ACCOUNTS, [A], books, '71.30', '{} prevod', **STRANGER)
        self.never(OTHERS, [A], books, '71.30', '{}', **STRANGER)

    def test_wages_taxes_insurance(self):
        vendor = partner('v', "Prenájom s.r.o.", IBAN_A)
        books = [document('bill', 'v', 'BILL/2026/0001', '1200.00', kind='bill', ref='2026010')]
        for text in each(
            'mzda|výplata|poistné|lønn|løn|Lohn|Gehalt|munkabér|DPH|odvody|Finanzamt|skat|NAV adó|daň z príjmov|splátka'
        ):
            with self.subTest(text=text):
                row = line('-1200.00', text, vs='2026010', name="Niekto Iný", account=IBAN_B)
                self.assertProposed('other_payee', [vendor], books, row)

    def test_spellings_that_accountants_read(self):
        books = [document('d', 'a', 'INV/2026/00042', '71.30')]
        for text in each(SPELLINGS):
            with self.subTest(text=text):
                self.assertPosted(['d'], [A], books, line('71.30', text, **KNOWN))

    def test_structured_references_in_full(self):
        """No role takes a scheme's own signs for a telephone's, a card's or an account's."""
        for reference, written in (
            ('+++123/4567/89002+++', '+++123/4567/89002+++'),
            ('+++123/4567/89002+++', '***123/4567/89002***'),
            ('+++000/1237/67552+++', '+++000/1237/67552+++'),
            ('+++000/1237/67552+++', '000123767552'),
            ('+71<000001234567897+87654321<', '+71<000001234567897+87654321<'),
            ('+71<000001234567897+87654321<', 'FIK 71 1234567897'),
            ('RF18539007547034', 'RF18 5390 0754 7034'),
            ('0015000008142', '0015000008142'),
            ('210000000003139471430009017', '21 00000 00003 13947 14300 09017'),
            ('HR00 123-456-789', 'HR00 123-456-789'),
        ):
            with self.subTest(written=written):
                books = [document('d', 'a', 'INV/2026/00777', '71.30', payment_reference=reference)]
                self.assertPosted(['d'], [A], books, line('71.30', structured=[written], **KNOWN))

    def test_lists(self):
        books = [document(f'd{n}', 'a', f'{11400 + n}', f'{20 + n}.00') for n in range(12)]
        for text, places in (
            ('faktura 11401, 11402', (1, 2)),
            ('11401/11402', (1, 2)),
            ('fa 11401, 402', (1, 2)),
            ('faktura 11401 og 11403', (1, 3)),
            ('11401-11404', (1, 2, 3, 4)),
            ('fakturaer 11401 & 405 & 407', (1, 5, 7)),
        ):
            with self.subTest(text=text):
                total = sum(20 + place for place in places)
                self.assertPosted([f'd{place}' for place in places], [A], books, line(f'{total}.00', text, **KNOWN))
        for text in ('byt 12, 13', 'vchod 2 a 3', 'lekcie 12 13', 'uke 2 og 3'):
            with self.subTest(never=text):
                few = [document(f'd{n}', 'a', f'20260000{n:02d}', f'{n}.00') for n in (2, 3, 12, 13)]
                row = line('25.00' if '12' in text else '5.00', text, **KNOWN)
                self.assertProposed(None, [A], few, row)

    def test_paid_once_more(self):
        books = [document('d', 'a', '2026000431', '100.00', residual='10.00')]
        self.assertProposed('over', [A], books, line('100.00', vs='2026000431', **KNOWN))
        several = [document(f'd{n}', 'a', f'20260004{n:02d}', '49.00') for n in range(20)]
        self.assertProposed(None, [A], several, line('390.00', 'fa 2026000400-414', **KNOWN))

    def test_a_text_that_names_another_customer(self):
        books = [document('dA', 'a', '2026000431', '49.00'), document('dB', 'b', '2026000977', '49.00')]
        people = [partner('a', "Kováč Peter"), partner('b', "Horváth Ján")]
        self.assertProposed(
            'payer_has_equal', people, books, line('49.00', 'za Ján Horváth', vs='2026000431', **STRANGER)
        )
        self.assertPosted(['dA'], people, books, line('49.00', 'Peter Kováč kurz', vs='2026000431', **STRANGER))

    def test_claims_of_one_batch(self):
        """Of two strangers who name one document one mistyped; a payer who is known has it."""
        books = [document('d', 'a', '2026000431', '49.30')]
        first = line('49.30', vs='2026000431', id='l1', name="Novotný Karel", account='SK0309000000000011223344')
        second = line('49.30', vs='2026000431', id='l2', **KNOWN)
        decisions = self.decide([A], books, [first, second])
        self.assertEqual([decision.action for decision in decisions], ['suggest', 'auto'])
        self.assertEqual(decisions[0].why_not.code, 'contested')
        other = line('49.30', vs='2026000431', id='l2', name="Iný Platiteľ", account='SK5611000000001122334455')
        decisions = self.decide([A], books, [first, other])
        self.assertEqual([decision.action for decision in decisions], ['suggest', 'suggest'])
        again = dict(first, id='l2')
        decisions = self.decide([A], books, [first, again])
        self.assertEqual(decisions[0].action, 'auto')

    def test_a_payer_who_is_remembered(self):
        """Who paid for a customer once is known the next time, in the same run already."""
        mother = {'name': "Nováková Eva", 'account': 'SK0309000000000011223344'}
        people = [partner('a', "Kováč Adam"), partner('b', "Šimko Marek")]
        books = [document('d1', 'a', '2026000431', '61.70')]
        books += [document(f'e{n}', 'b' if n else 'a', f'2026000{500 + n}', '49.00') for n in range(9)]
        first = line('61.70', vs='2026000431', id='l1', **mother)
        second = line('49.00', vs='2026000500', id='l2', **mother)
        self.assertProposed('neighbour', people, books, dict(second, id='l1'))
        decisions = self.decide(people, books, [first, second])
        self.assertEqual([self.paid(decision) for decision in decisions], [['d1'], ['e0']])
        self.assertEqual([decision.action for decision in decisions], ['auto', 'auto'])

    def test_a_club_with_one_price_knows_its_parents_in_the_second_month(self):
        """Nobody's account is on file; who names a second invoice of a child is its payer. A slip does not become one."""
        people = [partner(f'm{n}', f'Dieťa {chr(65 + n // 26)}{chr(65 + n % 26)}Q') for n in range(40)]
        accounts = [f'SK31120000001987426{n:05d}' for n in range(40)]
        first = [document(f'a{n}', f'm{n}', f'2026000{100 + n}', '49.00') for n in range(40)]
        second = [document(f'b{n}', f'm{n}', f'2026000{300 + n}', '49.00') for n in range(40)]
        rows = [line('49.00', vs=f'2026000{100 + n}', id=f'l{n}', account=accounts[n], name="Rodič") for n in range(40)]
        rows += [
            line('49.00', vs=f'2026000{300 + n}', id=f'k{n}', account=accounts[n], name="Rodič") for n in range(39)
        ]
        rows.append(line('49.00', vs='2026000338', id='slip', account=accounts[39], name="Rodič"))
        decisions = self.decide(people, [*first, *second], rows, fill=0)
        self.assertFalse(any(decision.action == 'auto' for decision in decisions[:40]))
        posted = [decision for decision in decisions[40:79] if decision.action == 'auto']
        self.assertGreaterEqual(len(posted), 0.8 * 39)
        for decision in posted:
            self.assertEqual(self.paid(decision), [f'b{decision.line.id[1:]}'])
        self.assertNotEqual(decisions[79].action, 'auto')

    def test_the_outsiders_cases(self):
        """A third of the attacks that outsiders made; the rest stays unseen."""
        if not SHARED.exists():
            self.skipTest("The outsiders' cases are not beside this checkout (shared/redteam).")
        sys.path.insert(0, str(SHARED))
        try:
            import build
            import run
        finally:
            sys.path.remove(str(SHARED))
        wrong = []
        for text in Path(SHARED, 'cases.jsonl').read_text(encoding='utf-8').splitlines():
            row = json.loads(text)
            partners, documents, lines = build.files(row)
            decisions = self.decide(partners, documents, lines, fill=0)
            for expected, decision in zip(row['expect'], decisions):
                verdict = run.judge(expected, _as_judged(decision))
                if verdict != 'ok':
                    wrong.append((row['id'], verdict))
        self.assertEqual(wrong, [])


def _as_judged(decision):
    """A decision as the judge of the files reads it."""

    def parts(proposal):
        return [{'document': part.document.id} for part in proposal.allocations]

    return {
        'action': decision.action,
        'allocations': parts(decision.best) if decision.best else [],
        'alternatives': [{'allocations': parts(proposal)} for proposal in decision.alternatives],
    }

    def test_what_is_not_paid(self):
        """Said not to be paid, or paid already: whoever pays."""
        books = [document('d', 'a', '2026000431', '71.30')]
        for text in each(
            'nie je to fa {}|okrem faktúry {}|fa {} nezaplatíme|not for invoice {}|nicht für RE {}|ikke faktura {}'
            '|nem a {} számla|excluding {}|fa {} už uhradená, za ďalšiu|invoice {} already paid|kivéve {}'
        ):
            for payer in (STRANGER, KNOWN):
                with self.subTest(text=text):
                    row = line('71.30', text.format('2026000431'), **payer)
                    self.assertProposed(None, [A], books, row)

    def test_numbers_that_are_none(self):
        """What people type where they have no number; a day and its month; a place on Earth; a size; the payer's own sign."""
        for number, text in (
            ('123456', 'VS 123456'),
            ('1111', 'VS 1111'),
            ('1014', 'VS 1014'),
            ('4814817', '48.14817 17.10674'),
            ('104857600', '104 857 600 B'),
            ('2026000396', 'our ref 2026000396'),
        ):
            with self.subTest(text=text):
                books = [document('d', 'a', number, '71.30')]
                self.assertProposed(None, [A], books, line('71.30', text, **STRANGER))

    def test_numbers_as_accountants_read_them(self):
        """Ranges, groups and lists of the payer who is known; next month's number and another journal's are others."""
        wide = [document(f'd{n}', 'a', f'KLM2026/0{n}', '30.00') for n in (178, 189, 206)]
        self.assertPosted(['d178', 'd189', 'd206'], [A], wide, line('90.00', 'KLM2026/0178 - KLM2026/0206', **KNOWN))
        many = [document(f'd{n}', 'a', f'20260004{n:02d}', f'{10 + n}.00') for n in range(15)]
        text = 'fa ' + ', '.join(row['number'] for row in many)
        self.assertPosted([row['id'] for row in many], [A], many, line('255.00', text, **KNOWN))
        pair = [document('d1', 'a', '40268', '324.80'), document('d2', 'a', '40350', '990.00')]
        self.assertPosted(['d1', 'd2'], [A], pair, line('1314.80', '40 268/40 350', **KNOWN))
        short = [document('d1', 'a', '#2539', '29.90'), document('d2', 'a', '#2602', '29.90')]
        self.assertPosted(['d1'], [A], short, line('29.90', 'invoice # 25 39', **KNOWN))
        self.assertPosted(['d1'], [A], short, line('29.90', 'invoice #2539', **KNOWN))
        polish = [document('d', 'a', 'FV 394/10/2026', '49.00')]
        self.assertProposed(None, [A], polish, line('49.00', 'FV 394/11/2026', **KNOWN))
        journals = [document('d1', 'a', 'FA2026042', '49.00'), document('d2', 'a', 'FV2026043', '49.00')]
        self.assertProposed(None, [A], journals, line('49.00', 'FV2026042', **KNOWN))
        slips = [document('d', 'a', 'OF26-1920', '49.00'), document('e', 'b', 'OF26-0920', '75.00')]
        self.assertPosted(['d'], [A, B], slips, line('49.00', 'faktúra OF26-l920', **KNOWN))
