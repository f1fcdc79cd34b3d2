"""An outsider's attack: movements that were booked by themselves although their data say otherwise."""

from datetime import timedelta

from odoo.tests import BaseCase, tagged

from .test_coding import FIRST, LANDLORD, Firm, booked, decide, movement

GIRO = "{}//{}/DE 2026-07-07T16:45 DEBITK.1 2027-12"
WHO = {'name': "Novotech Kft.", 'account': LANDLORD['account']}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestCodingAttacked(BaseCase):
    LATER = FIRST + timedelta(days=800)

    def history(self, rows, **values):
        """A movement a month: [(text, amount, account)]"""
        return [
            booked(movement(f'h{place}', amount, FIRST + timedelta(days=30 * place), text, **values), account)
            for place, (text, amount, account) in enumerate(rows)
        ]

    def assertAsked(self, known, text, amount, books=None, **values):
        outcome = decide(known, movement('now', amount, self.LATER, text, **values), books)
        told = outcome.coding and (
            outcome.coding.ground,
            [row.account for row in outcome.coding.rows],
            outcome.coding.partner,
        )
        self.assertNotEqual(outcome.action, 'auto', f"{text}: {told}")

    # === 1 Cash: what tells the owner's money from takings is thrown away === #

    def test_cash_deposit_of_the_owner_is_no_takings(self):
        """Both are in the history, each booked alike three times; the words tell them apart, and did."""
        code = {'bank_code': 'PMNT-CNTR-CDPT'}
        rows = [("pôžička konateľa", '500.00', 'owner')] * 3 + [("tržba", '450.00', 'takings')] * 3
        with self.subTest("by the bank's code"):
            self.assertNotTakings(self.history(rows, **code), "pôžička konateľa", **code)
        rows = [(f"VKLAD {text}", amount, account) for text, amount, account in rows]
        with self.subTest("by the bank's word"):
            self.assertNotTakings(self.history(rows), "VKLAD pôžička konateľa")

    def assertNotTakings(self, known, text, **values):
        outcome = decide(known, movement('now', '700.00', self.LATER, text, **values))
        self.assertNotEqual((outcome.action, outcome.coding.rows[0].account), ('auto', 'takings'))

    def test_cash_with_words_that_never_were(self):
        takings = [("tržba predajňa", '500.00', 'takings')] * 3
        code = {'bank_code': 'PMNT-CNTR-CDPT'}
        with self.subTest('code'):
            self.assertAsked(self.history(takings, **code), "pôžička od konateľa", '2000.00', **code)
        for before, now, amount in (
            ("VKLAD tržba", "VKLAD spoločníka", '2000.00'),
            ("EINZAHLUNG Umsatz Laden", "EINZAHLUNG Stammkapital Meier", '2000.00'),
            ("Auszahlung PayPal", "Auszahlung Lebensversicherung", '2000.00'),
            ("AUSZAHLUNG Kasse", "AUSZAHLUNG Gehalt Meier", '-2000.00'),
        ):
            with self.subTest(now):
                self.assertAsked(self.history([(before, amount.replace('2000', '500'), 'x')] * 3), now, amount)

    def test_cash_of_changing_words(self):
        """New words were harmless once: what is paid in is what they say all the same."""
        known = self.history([(f"VKLAD {word}", '500.00', 'takings') for word in ("tržba", "pokladňa", "tržba")])
        self.assertAsked(known, "VKLAD konateľ", '500.00')

    # === 2 The bank's code where a payer typed === #

    def test_a_code_is_no_ground_where_a_payer_typed_numbers(self):
        """A symbol and nothing else: the text is the payer's, the code that of any payment in the bank's own words."""
        for values in (
            {'bank_code': '51'},
            {'bank_code': "Bezhotovostní příjem"},
            {'bank_code': '100', 'info': "Prijatá platba"},
        ):
            with self.subTest(str(values)):
                known = self.history([(f"VS 20260{place}", '100.00', 'income') for place in (1, 2, 3)], **values)
                self.assertAsked(known, "VS 777123", '110.00', **values)

    def test_a_bank_that_copies_what_was_typed(self):
        """Many put the payer's text into their own information, too (AddtlNtryInf, :86:): it is typed all the same."""
        known = self.history([("Darovanie Novák", '-100.00', 'gifts')] * 3, info="Darovanie Novák")
        self.assertAsked(known, "Darovanie Novák", '-100.00', info="Darovanie Novák")

    # === 3 Typed words for the bank's === #

    def test_typed_words_are_not_the_banks(self):
        """ "Správa pre príjemcu" is "message to the payee"; "díja", "Kosten", "Bidrag", "Položky" are anybody's words. Amounts go to five times."""
        for text, amount in (
            ("Správa pre príjemcu: členské", '20.00'), ("Reisekosten", '-200.00'), ("Tanfolyam díja", '200.00'),
            ("Bidrag til turen", '200.00'), ("Položky objednávky", '-200.00'), ("Lening aan zoon", '-200.00'),
        ):  # fmt: skip
            with self.subTest(text):
                self.assertAsked(self.history([(text, amount, 'x')] * 2), text, amount.replace('20', '90'))

    def test_what_begins_with_a_typed_word(self):
        """Behind the bank's words stands whose payment a fee was for; behind a payer's stands what is paid."""
        for text in ("Reisekosten Zahlung {}", "Cena za platbu {}", "Nebenkosten Konto {}", "Kosten betaling {}"):
            with self.subTest(text):
                words = ("Meier", "Huber", "Meier", "Privathaus")
                known = self.history([(text.format(word), '-50.00', 'x') for word in words[:3]])
                self.assertAsked(known, text.format(words[3]), '-240.00')

    # === 4 Contracts whose numbers look like years === #

    def test_a_contract_that_looks_like_a_month(self):
        """All precedents name one contract, this one another: 2024/03 and 2024/11 are leases, too."""
        for before, now in (
            ("splátka zmluva 202403", "splátka zmluva 202411"),
            ("zmluva 122024", "zmluva 112025"),
            ("201904", "202001"),
        ):
            with self.subTest(now):
                self.assertAsked(self.history([(before, '-300.00', 'lease')] * 4, **WHO), now, '-310.00', **WHO)

    def test_a_loan_that_looks_like_a_month(self):
        code = {'bank_code': 'LDAS-MGLN-PPAY'}
        for before, now in (("uver 202403", "uver 202411"), ("uver 12345", "uver 98765")):
            with self.subTest(now):
                self.assertAsked(self.history([(before, '-500.00', 'loan')] * 3, **code), now, '-900.00', **code)

    # === 5 Girocards teach wrong towns === #

    def test_a_car_wash_is_no_town(self):
        """The form has no town among the words, so what stands last is what is sold. At two others it was booked as a wash."""
        known = self.history(
            [(GIRO.format("SHELL WASCHSTRASSE 2", "ULM"), '-12.00', 'wash')] * 2
            + [(GIRO.format("ARAL WASCHSTRASSE", "ULM"), '-12.00', 'wash')] * 2
            + [(GIRO.format("ESSO 41", "ULM"), '-50.00', 'fuel')] * 3
        )
        self.assertAsked(known, GIRO.format("ESSO WASCHSTRASSE", "ULM"), '-45.00')

    def test_unrelated_girocards_change_no_decision(self):
        fuel = [("VISA SHELL OSLO", '-50.00', 'fuel')] * 3
        self.assertAsked(self.history(fuel), "VISA SHELL BISTRO", '-45.00')
        others = [(GIRO.format(f"{shop} BISTRO", "ULM"), '-12.00', 'food') for shop in ("ARAL", "REWE")]
        self.assertAsked(self.history(fuel + others), "VISA SHELL BISTRO", '-45.00')

    def test_a_trade_alone_is_no_merchant(self):
        """Two inns in two towns; also two that the card's text calls "Pizza 24" and "Pizza" (that was so before)."""
        known = self.history([(GIRO.format("RESTAURANT", "KOELN"), '-50.00', 'private')] * 2)
        self.assertAsked(known, GIRO.format("RESTAURANT", "BERLIN"), '-50.00')

    # === 6 Whose === #

    def test_whose_where_signs_contradict(self):
        """The symbol is one child's, the name in the text another's (a payment order that was copied), or nobody's known."""

        def member(place, text, partner):
            one = movement(f'm{place}', '20.00', FIRST + timedelta(days=30 * place), text, **WHO)
            return booked(one, 'members', partner=partner)

        children = (("VS100 Eva", 'eva'), ("VS200 Ján", 'jan'), ("VS300 Peter", 'peter'))
        known = [member(place, *children[place % 3]) for place in range(9)]
        for text in ("VS100 Ján", "VS100 Zuzana"):
            with self.subTest(text):
                self.assertAsked(known, text, '20.00', Firm(kinds={'members': 'receivable'}), **WHO)
