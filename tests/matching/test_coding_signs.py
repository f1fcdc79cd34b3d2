"""What an outsider's companies showed: girocards, banks' words in nine languages, machines and paper of one vendor, members of one payer."""

from datetime import timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...matching.coding import traits
from .test_coding import FIRST, LANDLORD, Firm, booked, decide, movement

GIRO = "{}//{}/DE 2026-07-07T16:45 DEBITK.1 2027-12"


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestCodingSigns(BaseCase):
    LATER = FIRST + timedelta(days=800)
    WHO = {'name': "Novotech Kft.", 'account': LANDLORD['account']}

    def history(self, rows, **values):
        """A movement a month: [(text, amount, account)]"""
        return [
            booked(movement(f'h{place}', amount, FIRST + timedelta(days=30 * place), text, **values), account)
            for place, (text, amount, account) in enumerate(rows)
        ]

    def decided(self, known, text, amount='-50.00', books=None, **values):
        outcome = decide(known, movement('now', amount, self.LATER, text, **values), books)
        account = outcome.coding.rows[0].account if outcome.coding and outcome.coding.rows else None
        return outcome.action, account, outcome.why_not and outcome.why_not.code

    def test_girocards(self):
        """The merchant stands before two slashes, a town behind them; the account is of whoever settles cards."""
        known = self.history([(GIRO.format("SHELL 21", town), '-50.00', 'fuel') for town in ("KOELN", "ULM", "ULM")])
        known += self.history([(GIRO.format("REWE", "ULM"), '-20.00', 'food')] * 3)
        self.assertEqual(self.decided(known, GIRO.format("SHELL 77", "BONN")), ('auto', 'fuel', None))
        settler = 'DE02120300000000202051'
        known = self.history([(GIRO.format("SHELL 21", "ULM"), '-50.00', 'fuel')] * 3, account=settler)
        self.assertEqual(self.decided(known, GIRO.format("SHELL 9", "ULM"), account=settler)[:2], ('auto', 'fuel'))
        self.assertNotEqual(self.decided(known, GIRO.format("THALIA", "ULM"), account=settler)[0], 'auto')

    def test_the_banks_own_words(self):
        """Behind them stand towns, and whose payment a fee was for."""
        for before, now in (
            ("KOSTEN BUITENLANDSE BETALING ADOBE", "KOSTEN BUITENLANDSE BETALING GOOGLE ADS"),
            ("ENTGELT AUSLANDSZAHLUNG AWS EMEA", "ENTGELT AUSLANDSZAHLUNG OPENAI"),
            ("Poplatok za zahraničnú platbu AWS", "Poplatok za zahraničnú platbu ADOBE"),
            ("DEVIZA ATUTALAS DIJA ADOBE", "DEVIZA ATUTALAS DIJA AWS"),
            ("BARGELDAUSZAHLUNG 4531 12** **** 1971 GIESSEN", "BARGELDAUSZAHLUNG 4531 12** **** 1971 ULM"),
            ("Hæveautomat ODENSE", "Hæveautomat KOLDING"),
            ("POLOZKY - ODCHOZI PLATBY 03/2026", "POLOZKY - ODCHOZI PLATBY"),
        ):
            known = self.history([(before, '-5.00', 'fees'), (now.rsplit(' ', 1)[0] + " ESET", '-5.00', 'fees')] + [(before, '-5.00', 'fees')] * 2)  # fmt: skip
            self.assertEqual(self.decided(known, now, '-5.00'), ('auto', 'fees', None), now)
        said = [
            traits.traits(movement('x', '-1.00', text=text)).grounds for text in ("PREVOD NA UCET JAN NOVAK", "SALE 5")
        ]
        self.assertNotIn('PREVOD UCET', str(said))

    def test_cash_by_a_card_is_no_merchant(self):
        read = traits.traits(movement('x', '-50.00', text="Minibank uttak 7775 OSLO", bank_code='PMNT-CCRD-CWDL'))
        self.assertEqual([ground[0] for ground in read.grounds], ['bank'])

    def test_amounts_of_quite_another_size(self):
        """Machines of the vendor that sells paper; not where the amount is between, nor from few."""
        rows = [("faktura", '-90.00', 'paper'), ("faktura", '-4000.00', 'machines')]
        rows += [("faktura", amount, 'paper') for amount in ('-80.00', '-120.00', '-95.00', '-100.00', '-110.00')]
        rows += [("faktura", '-3800.00', 'machines'), ("faktura", '-99.00', 'paper')]
        known = self.history(rows, **self.WHO)
        self.assertEqual(self.decided(known, "faktura", '-105.00', **self.WHO), ('auto', 'paper', None))
        self.assertEqual(self.decided(known, "faktura", '-600.00', **self.WHO)[2], 'two_ways')
        self.assertEqual(self.decided(known, "faktura", '-3900.00', **self.WHO)[2], 'two_ways')
        known += self.history([("faktura", '-300.00', 'machines')], **self.WHO)
        self.assertEqual(self.decided(known, "faktura", '-105.00', **self.WHO)[2], 'two_ways')

    def test_a_changed_mind_beside_a_machine(self):
        rows = [("faktura", '-90.00', 'paper')] * 3 + [("faktura", '-4000.00', 'machines')]
        rows += [("faktura", '-90.00', 'office')] * 6
        known = self.history(rows, **self.WHO)
        self.assertEqual(self.decided(known, "faktura", '-90.00', **self.WHO), ('auto', 'office', None))

    def test_small_change_at_a_filling_station(self):
        known = self.history([("VISA SHELL OSLO", amount, 'fuel') for amount in ('-60.00', '-85.00', '-70.00')] * 3)
        self.assertEqual(self.decided(known, "VISA SHELL OSLO", '-45.00')[0], 'auto')
        self.assertEqual(self.decided(known, "VISA SHELL OSLO", '-22.00')[2], 'amount_band')

    def test_a_trade_is_no_merchant(self):
        known = self.history(
            [("VISA SPORT DURICA KOSICE", '-50.00', 'private'), ("VISA SPORT KOVAC NITRA", '-50.00', 'private')]
        )
        self.assertNotEqual(self.decided(known, "VISA SPORT KOVAC TRNAVA")[0], 'auto')
        known = self.history([("VISA CAFE BAR RIO NITRA", '-50.00', 'private')] * 2)
        self.assertNotEqual(self.decided(known, "VISA CAFE BAR MOSS NITRA")[0], 'auto')

    def test_whose_it_is(self):
        """One payer of two members: the child's name, or the symbol, tells; where it does not, a person does."""

        def member(place, text, partner):
            one = movement(f'm{place}', '20.00', FIRST + timedelta(days=30 * place), text, **self.WHO)
            return booked(one, 'members', partner=partner)

        known = [member(place, *("Členské Eva", 'eva') if place % 2 else ("Členské Ján", 'jan')) for place in range(6)]
        books = Firm(kinds={'members': 'receivable'})
        for text, partner in (("Členské Eva", 'eva'), ("Členské Ján", 'jan')):
            outcome = decide(known, movement('now', '20.00', self.LATER, text, **self.WHO), books)
            self.assertEqual((outcome.action, outcome.coding.partner), ('auto', partner), text)
        self.assertEqual(self.decided(known, "Členské", '20.00', books, **self.WHO)[0], 'suggest')
        known.append(member(7, "Členské Eva", 'jan'))
        self.assertEqual(self.decided(known, "Členské Eva", '20.00', books, **self.WHO)[2], 'whose')

    def test_a_contract_that_came_once(self):
        """Beside one that came again: it may have been a slip."""

        def paid(place, number, account='insurance'):
            one = movement(f'p{place}', '-50.00', FIRST + timedelta(days=30 * place), f"VS{number}", **self.WHO)
            return booked(one, account)

        known = [paid(place, '5671590581') for place in range(5)] + [paid(5, '5296821082')]
        self.assertEqual(self.decided(known, "VS5671590581", **self.WHO)[0], 'auto')
        self.assertEqual(self.decided(known, "VS5296821082", **self.WHO)[2], 'new_contract')

    def test_a_purpose_that_the_bank_begins_to_tell(self):
        who = {**self.WHO, 'creditor_id': 'SK59ZZZ70000000001', 'mandate_id': 'M1'}
        known = self.history([("Faktúra", '-50.00', 'phone')] * 3, **who)
        self.assertEqual(self.decided(known, "Faktúra", purpose='PHON', **who)[0], 'auto')
        known = self.history([("Faktúra", '-50.00', 'phone')] * 3, **self.WHO)
        self.assertEqual(self.decided(known, "Faktúra", purpose='PHON', **self.WHO)[2], 'new_purpose')

    def test_a_month_is_no_contract(self):
        """All precedents say a number; one that says only its month says no other one."""
        known = self.history([("7837462925", '-50.00', 'social')] * 3, **self.WHO)
        self.assertEqual(self.decided(known, f"{self.LATER:%m/%Y}", **self.WHO)[0], 'auto')
        self.assertEqual(self.decided(known, "9937462925", **self.WHO)[0], 'suggest')

    def test_a_card_whose_kind_was_changed_since(self):
        """One card's last uses are older than the change of mind at the other one's."""
        texts = [("VISA ESSO OSLO KORT 4119", '-50.00', 'fuel')] * 3 + [("VISA ESSO OSLO KORT 6684", '-50.00', 'fuel')]
        texts += [("VISA ESSO OSLO KORT 6684", '-50.00', 'travel')] * 3
        self.assertNotEqual(self.decided(self.history(texts), "VISA ESSO OSLO KORT 4119")[:2], ('auto', 'fuel'))

    def test_rows_stay_whole(self):
        """What was learned of amounts changes no amount."""
        known = self.history([("faktura", '-90.00', 'paper')] * 6 + [("faktura", '-4000.00', 'machines')], **self.WHO)
        outcome = decide(known, movement('now', '-91.00', self.LATER, "faktura", **self.WHO))
        self.assertEqual([(row.account, row.amount) for row in outcome.coding.rows], [('paper', Decimal('-91.00'))])
