"""What in a movement's text is another thing: contracts, cards, shops, flats; and what is none."""

import time
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...matching import names
from ...matching.coding import traits
from .test_coding import FIRST, LANDLORD, booked, decide, monthly, movement


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestCodingMarks(BaseCase):
    LATER = FIRST + timedelta(days=400)
    who = {'name': LANDLORD['name'], 'account': LANDLORD['account']}

    def now(self, amount='-500.00', **values):
        return movement('now', amount, self.LATER, **{**LANDLORD, **values})

    def history(self, texts, to='rent', amount='-500.00', **values):
        """One movement a month with each of the texts."""
        return [
            booked(movement(f'h{place}', amount, FIRST + timedelta(days=30 * place), text, **values), to)
            for place, text in enumerate(texts)
        ]

    def assertAsks(self, known, now, code):
        outcome = decide(known, now)
        self.assertEqual((outcome.action, outcome.why_not and outcome.why_not.code), ('suggest', code))

    def assertAlone(self, known, now):
        outcome = decide(known, now)
        self.assertEqual((outcome.action, outcome.why_not), ('auto', None))

    def test_another_contract(self):
        """Both contracts came before and were booked alike; a third one is asked about, a year's number is none."""
        who = {'name': "Leasing One", 'account': LANDLORD['account']}
        known = self.history(["splatka sml. 822046456", "splatka sml. 797250960"] * 3, **who)
        self.assertAlone(known, self.now(text="splatka sml. 797250960", **who))
        self.assertAsks(known, self.now(text="splatka sml. 884031428", **who), 'new_contract')
        known = self.history(["najom 2025", "najom 2025", "najom 2025"], **who)
        self.assertAlone(known, self.now(text="najom 2026", **who))

    def test_a_loan_of_the_bank(self):
        known = self.history(["Darlehen 9230972835 Zinsen"] * 4)
        self.assertAlone(known, movement('now', '-500.00', self.LATER, "Darlehen 9230972835 Zinsen"))
        self.assertAsks(known, movement('now', '-500.00', self.LATER, "Darlehen 6521948160 Zinsen"), 'new_contract')

    def test_another_card(self):
        known = self.history(["VISA SHELL OSLO KORT 4711"] * 4)
        self.assertAlone(known, movement('now', '-500.00', self.LATER, "VISA SHELL OSLO KORT 4711"))
        self.assertAsks(known, movement('now', '-500.00', self.LATER, "VISA SHELL OSLO KORT 3902"), 'new_card')

    def test_a_card_tells(self):
        """One card buys fuel, another one is the owner's: whose it is, it says."""
        texts = ["VISA Q8 HORSENS KORT 8702", "VISA Q8 HORSENS KORT 7980"] * 4
        known = self.history(texts)
        for place, one in enumerate(known):
            one.rows = (one.rows[0]._replace(account='owner' if place % 2 == 0 else 'fuel'),)
        for card, account in (('8702', 'owner'), ('7980', 'fuel')):
            outcome = decide(known, movement('now', '-500.00', self.LATER, f"VISA Q8 HORSENS KORT {card}"))
            self.assertEqual((outcome.action, outcome.coding.rows[0].account), ('auto', account))

    def test_a_town_and_a_car_wash(self):
        """A town that is known of other shops is none; a word before it is what was bought."""
        known = self.history(["VISA SHELL OSLO", "VISA SHELL MOLDE", "VISA SHELL OSLO", "VISA SHELL HAMAR"], 'fuel')
        known += self.history(["VISA REMA BERGEN", "VISA KIWI BERGEN", "VISA REMA OSLO", "VISA KIWI OSLO"], 'food')
        self.assertAlone(known, movement('now', '-500.00', self.LATER, "VISA SHELL BERGEN"))
        self.assertAsks(known, movement('now', '-500.00', self.LATER, "VISA SHELL WASH OSLO"), 'new_words')

    def test_a_refund_is_its_merchant_s(self):
        known = self.history(["Dankort retur BAUHAUS VEJLE"] * 3, 'material', '50.00')
        self.assertNotEqual(
            decide(known, movement('now', '50.00', self.LATER, "Dankort retur CIRCLE K VEJLE")).action, 'auto'
        )

    def test_paid_twice(self):
        """The very same of one month a few days later; not where that was so before, nor of another month."""
        known = [
            booked(movement(f'h{place}', '-500.00', FIRST + timedelta(days=30 * place), f"najom {place + 1:02d}/2026", **self.who), 'rent')
            for place in range(6)
        ]  # fmt: skip
        again = movement('now', '-500.00', FIRST + timedelta(days=154), "najom 06/2026", **self.who)
        self.assertAsks(known, again, 'twice')
        self.assertAlone(known, movement('now', '-500.00', FIRST + timedelta(days=154), "najom 07/2026", **self.who))
        known.append(
            booked(movement('h9', '-500.00', FIRST + timedelta(days=155), "najom 06/2026", **self.who), 'rent')
        )
        self.assertAlone(known, movement('now', '-500.00', FIRST + timedelta(days=158), "najom 06/2026", **self.who))

    def test_another_flat_or_house(self):
        for before, now in (("Najom byt 12", "Najom byt 14"), ("Najom chata 1120", "Najom chata 1143"), ("Odvody SP", "Odvody ZP")):  # fmt: skip
            known = self.history([before] * 3, **self.who)
            self.assertAlone(known, self.now(text=before, **self.who))
            outcome = decide(known, self.now(text=now, **self.who))
            self.assertEqual(outcome.action, 'suggest', now)

    def test_other_scripts(self):
        known = self.history(["Наем офис"] * 3, **self.who)
        self.assertAlone(known, self.now(text="Наем офис", **self.who))
        self.assertAsks(known, self.now(text="Глоба за закъснение", **self.who), 'new_words')

    def test_what_only_the_others_say(self):
        """A shop's filling station is told by its word; without it, it is the shop."""
        shop, station = ["VISA COOP OSLO", "VISA COOP MOLDE"] * 3, ["VISA COOP PROFF OSLO", "VISA COOP PROFF MOLDE"] * 3
        known = self.history(["VISA REMA OSLO", "VISA KIWI OSLO", "VISA REMA MOLDE", "VISA KIWI MOLDE"], 'other')
        known += self.history(shop, 'food') + self.history(station, 'fuel')
        for text, account in (("VISA COOP OSLO", 'food'), ("VISA COOP PROFF MOLDE", 'fuel')):
            outcome = decide(known, movement('now', '-500.00', self.LATER, text))
            self.assertEqual((outcome.action, outcome.coding.rows[0].account), ('auto', account), text)

    def test_a_name_in_the_banks_text(self):
        for text, name in (
            ("Nettgiro til: Havnegata Næringspark AS Betalt: 03.04.26", "HAVNEGATA NAERINGSPARK AS"),
            ("Overførsel til HOFOR Vand A/S", "HOFOR VAND A/S"),
            ("BS betaling Energi Nord", "ENERGI NORD"),
            ("Husleie april", ''),
        ):
            self.assertEqual(traits.payee(movement('x', '-1.00', text=text)), name, text)
        named = movement('x', '-1.00', text="Overførsel til HOFOR", name="Somebody")
        self.assertEqual(traits.payee(named), "Somebody")

    def test_a_contract_that_was_booked_otherwise(self):
        """Whatever a name tells: the very number was another thing."""
        known = [
            *monthly(1, to='insurance', text="zmluva 8305905553", name="Allianz - Slovenská", account=self.who['account']),
            *monthly(3, to='car', start=1, text="zmluva 3144782354", name="ALLIANZ SLOV", account=self.who['account']),
        ]  # fmt: skip
        now = self.now(text="zmluva 8305905553", name="ALLIANZ SLOV")
        self.assertNotEqual(decide(known, now).action, 'auto')

    def test_no_word_is_no_sign(self):
        """A thing that has a word of its own, and others: what says nothing, or has the very amount, is asked about."""
        known = self.history(["rent"] * 4, 'rent', **self.who)
        repairs = self.history(
            ["oprava kotla", "cistenie okien", "vymena zamku", "revizia"], 'repairs', '-320.00', **self.who
        )
        for now in (self.now(text='', **self.who), self.now(text="najomne", **self.who)):
            self.assertNotEqual(decide([*known, *repairs], now).action, 'auto')

    def test_a_number_of_one_and_a_word_of_another(self):
        goods = self.history(["tovar 100", "tovar", "tovar 100", "tovar", "tovar 100"], 'goods', **self.who)
        waste = self.history(["zvoz", "zvoz", "zvoz"], 'waste', **self.who)
        known = [goods[0], waste[0], goods[1], waste[1], goods[2], waste[2], goods[3], goods[4]]
        outcome = decide(known, self.now(text="zvoz 100", **self.who))
        self.assertEqual(outcome.coding.rows[0].account, 'waste')

    def test_typed_words_are_no_payee(self):
        """Only behind the bank's "to", and only of what goes out."""
        for text, amount in (
            ("Overførsel skat moms", '-1.00'),
            ("Giro medlemskontingent", '1.00'),
            ("Overførsel til HOFOR", '1.00'),
        ):
            self.assertEqual(traits.payee(movement('x', amount, text=text)), '', text)

    def test_a_customer_number_beside_a_house(self):
        known = self.history(["zakaznik 88001 dom 4711"] * 3, **self.who)
        self.assertAlone(known, self.now(text="zakaznik 88001 dom 4711", **self.who))
        self.assertAsks(known, self.now(text="zakaznik 88001 dom 4712", **self.who), 'new_contract')

    def test_flats_in_every_spelling(self):
        for before, now in (("byt č. 12", "byt č. 13"), ("byt c.12", "byt c.13"), ("byt: 12", "byt: 13"), ("byt 12/3", "byt 12/4"), ("lejlighed nr. 12", "lejlighed nr. 13")):  # fmt: skip
            self.assertNotEqual(
                decide(self.history([before] * 3, **self.who), self.now(text=now, **self.who)).action, 'auto', now
            )

    def test_a_cafe_is_no_town(self):
        known = self.history(["VISA SHELL WIEN"] * 4, 'fuel') + self.history(
            ["VISA ARAL CAFE", "VISA OMV CAFE"], 'food'
        )
        self.assertNotEqual(
            decide(known, movement('now', '-500.00', self.LATER, "VISA SHELL WIEN CAFE")).action, 'auto'
        )
        self.assertNotEqual(
            decide(known[:4], movement('now', '-500.00', self.LATER, "VISA SHELL AUTOWASCH WIEN")).action, 'auto'
        )

    def test_paid_twice_with_another_id(self):
        def of(id_, day, end_to_end):
            one = movement(id_, '-500.00', day, "najom 06/2026", **self.who)
            one.texts = (('end_to_end_id', end_to_end), *one.texts)
            return one

        known = [booked(of(f'h{place}', FIRST + timedelta(days=30 * place), f'E{place}'), 'rent') for place in range(4)]
        for place, one in enumerate(known):
            one.movement.texts = (one.movement.texts[0], ('text', f"najom {place + 3:02d}/2026"))
        self.assertAsks(known, of('now', FIRST + timedelta(days=95), 'E9'), 'twice')

    def test_hostile_texts_take_no_time(self):
        for text in (
            'X' * 2000,
            '* ' * 1000,
            'XX ' * 700,
            'A' * 2000,
            'NETTGIRO TIL: ' + 'A ' * 900,
            '*1234 01.01 NOK ' + '1 ' * 900,
            'AB 1' * 500,
        ):
            one = movement('x', '-1.00', text=text)
            started = time.perf_counter()
            traits.traits(one)
            traits.may_be_called(one)
            self.assertLess(time.perf_counter() - started, 2, text[:20])


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestNamesThatMayBe(BaseCase):
    @settings(max_examples=300, deadline=None)
    @given(st.data())
    def test_whoever_may_be_is_found(self, data):
        """By at least one key, whatever is cut off, left out, written together or otherwise."""
        words = data.draw(st.lists(st.text('ABCDEFGHJKLM', min_size=1, max_size=9), min_size=1, max_size=8))
        partner = data.draw(st.permutations(words))
        partner = partner[: data.draw(st.integers(1, len(partner)))]
        one, other = ' '.join(words), ' '.join([*partner, data.draw(st.sampled_from(['', '12', 's.r.o.']))])
        for payer, known in ((one, other), (other, one)):
            if names.may_be(payer, known) and len(names.words(payer)) < names.MAX_BEGUN:
                self.assertTrue(names.sought(payer) & names.beginnings(known), (payer, known))

    def test_names_of_one_beginning(self):
        for payer, partner in (
            ("JAN JANKO", "Ján Janko"),
            ("DOM 12", "Dom"),
            ("KOV?CS B?LA", "Kovács Béla"),
            ("ANNA MARIA", "Anna-Maria"),
        ):
            self.assertTrue(names.may_be(payer, partner), payer)
            self.assertTrue(names.sought(payer) & names.beginnings(partner), payer)
