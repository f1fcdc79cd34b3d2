import random
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...banks.data import Transaction
from ...banks.identity import identify
from ...banks.same import FEED, FILE, HAND, MAIL, Given, There, settle

FIRST = date(2026, 1, 1)
NAMES = "Jana Nováková;Peter Horák;ALFA s.r.o.;Beta Stavby, a.s.;Zuzana Malá;Kováč Ján".split(';')


def row(amount='100.00', day=1, **values):
    return Transaction(
        status='booked', amount=Decimal(amount), currency='EUR', booking_date=FIRST + timedelta(days=day), **values
    )


def told(*rows):
    return [Given(f'g{number}', one) for number, one in enumerate(rows)]


def books(way, *rows):
    return [There(number, one, way) for number, one in enumerate(rows)]


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestSame(BaseCase):
    """Which of what a source tells is in the books already."""

    ALICE = {'counterparty_account': 'SK3112000000198742637541', 'counterparty_name': "Alice Nová"}
    BOB = {'counterparty_account': 'SK0809000000000123123123', 'counterparty_name': "Bob Starý"}

    def came(self, given, there, way=FEED, **options):
        """(numbers of the new ones, {known: id}, those in doubt)"""
        found = settle(given, there, way, **options)
        new = [int(one.uid[1:]) for one in found.new]
        return new, {int(uid[1:]): known for uid, known in found.known.items()}, [int(uid[1:]) for uid in found.doubts]

    def test_other_words_of_one_payment(self):
        there = books(FILE, row(counterparty_account='000000-1987426375/4100', remittance=('Faktura 20260042',)))
        given = told(row(counterparty_name="Alice", remittance=('FAKTURA', '20260042'), entry_reference='X1'))
        self.assertEqual(self.came(given, there), ([], {0: 0}, []))

    def test_two_equal_payments_stay_two_and_three_are_one_more(self):
        there = books(FILE, row(**self.ALICE), row(**self.ALICE))
        self.assertEqual(self.came(told(*[row(**self.ALICE)] * 2), there), ([], {0: 0, 1: 1}, []))
        new, known, doubts = self.came(told(*[row(**self.ALICE, entry_reference=f'R{one}') for one in 'abc']), there)
        self.assertEqual((len(new), len(known), doubts), (1, 2, []))

    def test_another_payer_of_the_same_amount(self):
        """Told by a mail: two payments. Told by two sources of whole days, each of which does not know the other's: nobody can tell."""
        self.assertEqual(self.came(told(row(**self.BOB)), books(MAIL, row(**self.ALICE))), ([0], {}, []), "another one")
        self.assertEqual(self.came(told(row(**self.BOB)), books(FILE, row(**self.ALICE))), ([], {}, [0]))
        both = told(row(**self.BOB), row(**self.ALICE))
        self.assertEqual(self.came(both, books(FILE, row(**self.ALICE))), ([0], {1: 0}, []))

    def test_the_largest_number_is_right(self):
        """Nothing in common but day and amount: whole days are counted."""
        given = told(row(counterparty_name="Card payment"), row(counterparty_name="Card payment"))
        there = books(FILE, row(remittance=('LIDL',)))
        self.assertEqual(self.came(given, there)[0], [1])
        self.assertEqual(self.came(given[:1], there), ([], {0: 0}, []))

    def test_which_one_is_new_cannot_be_told(self):
        given = told(row(counterparty_name="Alice Nová"), row(counterparty_name="Bob Starý"))
        self.assertEqual(self.came(given, books(FILE, row(remittance=('LIDL',)))), ([], {}, [0, 1]))

    def test_by_hand(self):
        """What a person typed in is the bank's only where it says so."""
        self.assertEqual(self.came(told(row(**self.ALICE)), books(HAND, row(remittance=('Rent',))))[2], [0])
        self.assertEqual(
            self.came(told(row(**self.ALICE)), books(HAND, row(counterparty_name="Nová Alice")))[1], {0: 0}
        )

    def test_a_mail_after_the_interface(self):
        there = books(FEED, row(**self.ALICE, end_to_end_id='/VS42/SS/KS'))
        self.assertEqual(self.came(told(row(remittance=('VS:42',))), there, MAIL), ([], {0: 0}, []))
        self.assertEqual(self.came(told(row(day=0, remittance=('VS:42',))), there, MAIL), ([], {0: 0}, []))
        self.assertEqual(self.came(told(row(remittance=('VS:43',))), there, MAIL), ([0], {}, []))
        self.assertEqual(self.came(told(row()), there, MAIL), ([], {}, [0]), "it says nothing")
        self.assertEqual(
            self.came(told(row(day=20, remittance=('VS:42',))), there, MAIL), ([0], {}, []), "next month's"
        )

    def test_two_mails(self):
        first = row(counterparty_name="Alice", balance_after=Decimal(500))
        self.assertEqual(self.came(told(replace(first, balance_after=Decimal(600))), books(MAIL, first), MAIL)[0], [0])
        self.assertEqual(self.came(told(first), books(MAIL, first), MAIL)[1], {0: 0}, "forwarded twice")
        self.assertEqual(
            self.came(told(row(entry_reference='ID-2')), books(MAIL, row(entry_reference='ID-1')), MAIL)[0], [0]
        )

    def test_the_interface_after_a_mail_of_the_day_before(self):
        there = books(MAIL, row(day=1, remittance=('VS:42',)))
        given = told(row(day=2, **self.ALICE, end_to_end_id='/VS42/SS/KS'))
        self.assertEqual(self.came(given, there), ([], {0: 0}, []))

    def test_another_day_of_the_same_payment(self):
        """A file tells the day of value: whoever tells both days whole, and not this, means it."""
        there = books(FILE, row(day=3, **self.ALICE, remittance=('Rent',)))
        given = told(row(day=2, **self.ALICE, remittance=('Rent',)))
        self.assertEqual(self.came(given, there)[2], [0])
        self.assertEqual(self.came(given, there, covered=lambda day: day == given[0].row.booking_date)[0], [0])

    def test_amended_without_a_reference(self):
        there = books(FEED, row(**self.ALICE, remittance=('CARD PAYMENT LIDL',)))
        self.assertEqual(
            self.came(told(row(**self.ALICE, remittance=('LIDL BRATISLAVA 42',))), there), ([], {0: 0}, [])
        )

    def test_thousands_of_equal_payments(self):
        """A club's day: 2,000 members pay the same; two ways tell it, in other words."""
        ours = [row(end_to_end_id=f'/VS{number}/SS/KS') for number in range(1000, 3000)]
        theirs = [row(remittance=(f'VS {number}',)) for number in range(1000, 3001)]
        random.Random(1).shuffle(theirs)
        found = settle(told(*theirs), books(FEED, *ours), FILE)
        self.assertEqual((len(found.known), len(found.new), len(found.doubts)), (2000, 1, 0))
        by_uid = {one.uid: one.row for one in told(*theirs)}
        for uid, number in found.known.items():
            self.assertIn(str(number + 1000), by_uid[uid].remittance[0])

    def test_mails_are_booked_in_their_order(self):
        """Equal payments told by mails on the 3rd and the 5th are booked on the 5th and the 8th: no day's number alone tells."""
        for words in ({}, {'remittance': ('VYBER ATM',)}):
            mails, rows = [row(day=3, **words), row(day=5, **words)], [row(day=5, **words), row(day=8, **words)]
            found = settle(told(*rows), books(MAIL, *mails), FILE)
            self.assertEqual((found.new, found.known, found.doubts), ([], {'g0': 0, 'g1': 1}, {}))
        daily = settle(
            told(row(day=5)), books(MAIL, row(day=3), row(day=5)), FILE, lambda day: day == FIRST + timedelta(days=5)
        )
        self.assertEqual(daily.known, {'g0': 0}, "the one that was told first, so that the other can still be booked")

    def test_any_lag(self):
        """Whatever days lie between mail and booking, a file that tells all days makes nothing twice."""
        chance = random.Random(15)
        for _round in range(300):
            days = sorted(chance.randint(5, 25) for _number in range(chance.randint(1, 12)))
            mails = [
                row(day=day, remittance=chance.choice(((), ('VYBER ATM',), ('Vyber z bankomatu',)))) for day in days
            ]
            rows = [
                replace(one, booking_date=one.booking_date + timedelta(days=chance.randint(0, 4)), remittance=())
                for one in mails
            ]
            found = settle(told(*rows), books(MAIL, *mails), FILE)
            self.assertEqual(found.new, [], (days, rows))
            self.assertEqual(len(set(found.known.values())), len(found.known))

    def test_a_mail_of_a_day_that_is_not_told(self):
        """A daily statement tells what a mail told the day before: account and symbol say so, where nothing else of the amount does."""
        alfa = {**self.ALICE, 'end_to_end_id': '/VS2026042/SS/KS'}
        only = lambda day: day == FIRST + timedelta(days=6)  # noqa: E731
        self.assertEqual(settle(told(row(day=6, **alfa)), books(MAIL, row(day=5, **alfa)), FILE, only).known, {'g0': 0})
        two = settle(told(row(day=6, **alfa)), books(MAIL, row(day=4, **alfa), row(day=5, **alfa)), FILE, only)
        self.assertEqual((two.new, list(two.doubts)), ([], ['g0']))

    def test_a_symbol_that_a_column_cut(self):
        mail = row(day=5, counterparty_name='Financna sprava', end_to_end_id='/VS170020262/SS/KS')
        cut = row(day=5, counterparty_name='FINANCNA SPRAVA', remittance=('DAN ZO ZAVISLEJ CINNOSTI VS:1700202',))
        found = settle(told(cut), books(MAIL, mail), FILE)
        self.assertEqual((found.new, found.known), ([], {'g0': 0}))

    def test_value_day_and_booking_day(self):
        """An interface dates a withdrawal as it was made, a daily statement as it was booked, in other words: a person is asked."""
        value = FIRST + timedelta(days=5)
        there = row('-200.00', 3, value_date=value, remittance=('Vyber z bankomatu ATM S6BA0142',))
        came = row('-200.00', 5, value_date=value, remittance=('Vyber hotovosti ATM',))
        found = settle(told(came), [There(0, there, FEED, 'feed:1')], FILE, lambda day: day == value, 'camt')
        self.assertEqual((found.new, found.doubts), ([], {'g0': [0]}))

    def test_what_is_known_is_offered_to_no_other(self):
        """Where one is known and another one in doubt, the doubt does not name the line of the known one: said to be it, it was lost."""
        chance = random.Random(3)
        texts = ((), ('Clenske',), ('Clenske 2026',))

        def some():
            who = chance.choice(({}, {}, self.ALICE, self.BOB))
            return [
                row(day=chance.randint(1, 3), remittance=chance.choice(texts), **who)
                for _number in range(chance.randint(1, 4))
            ]

        for _round in range(400):
            found = settle(told(*some()), books(MAIL, *some()), FEED)
            for numbers in found.doubts.values():
                self.assertFalse(set(numbers) & set(found.known.values()), found)

    def test_hundreds_that_say_nothing(self):
        """As many as the other way tells are known, however many they are: none comes twice."""
        ours = [row(entry_reference=f'REFERENCE{number}') for number in range(600)]
        theirs = [row(remittance=('Platba',)) for _number in range(601)]
        found = settle(told(*theirs), books(FEED, *ours), FILE, voice='csv')
        self.assertEqual((len(found.known), len(found.new), len(found.doubts)), (600, 1, 0))
        names = [row(counterparty_name=f"Person {number}") for number in range(600)]
        others = [row(counterparty_name=f"Somebody {number} Else") for number in range(601)]
        found = settle(told(*others), books(FEED, *names), FILE, voice='csv')
        self.assertEqual((len(found.new), len(found.known) + len(found.doubts)), (0, 601))


class Bank:
    """A ledger of a year and what tells of it: each in its own words, and knowing its own part."""

    def __init__(self, rng):
        self.rng = rng
        self.ledger = []
        for number in range(rng.randrange(20, 120)):
            twin = rng.choice(self.ledger)['what'] if self.ledger and rng.random() < 0.25 else None
            what = twin or {
                'amount': Decimal(rng.choice((2500, 2500, 4000, 1999, rng.randrange(100, 99999)))) / 100,
                'day': rng.randrange(0, 40),
                'payer': rng.randrange(len(NAMES)),
                'vs': rng.choice(('', str(rng.randrange(1000, 1020)))),
            }
            self.ledger.append({'number': number, 'what': what})
        self.ledger.sort(key=lambda one: (one['what']['day'], one['number']))

    def tell(self, entry, voice):
        what = entry['what']
        account = f'SK31120000001987{what["payer"]:08d}'
        name, vs = NAMES[what['payer']], what['vs']
        words = {
            'feed': {'entry_reference': f'E{entry["number"]:06d}', 'counterparty_account': account, 'counterparty_name': name,
                     'end_to_end_id': f'/VS{vs}/SS/KS0308' if vs else 'NOTPROVIDED'},
            'camt': {'entry_reference': f'2026-{entry["number"]}', 'counterparty_account': account, 'structured': (f'/VS{vs}',) if vs else ()},
            'csv': {'counterparty_account': account[8:] + '/1200', 'counterparty_name': name.upper(), 'remittance': (f'VS:{vs}',) if vs else ('Platba',)},
            'mail': {'counterparty_name': name, 'remittance': (f'/VS{vs}/SS/KS',) if vs else (), 'entry_reference': f'M{entry["number"]:05d}'},
        }[voice]  # fmt: skip
        return row(str(what['amount']), what['day'], raw={'number': entry['number']}, **words)

    def deliveries(self):
        """[(voice, first day, last day, movements)] in any order; at the end one voice tells all."""
        rng, found = self.rng, []
        for _number in range(rng.randrange(1, 7)):
            voice = rng.choice(('feed', 'camt', 'csv', 'mail'))
            if voice == 'mail':
                for entry in rng.sample(self.ledger, rng.randrange(1, 6)):
                    found.append(('mail', None, None, [self.tell(entry, 'mail')]))
                continue
            first = rng.randrange(0, 40)
            last = rng.randrange(first, 41)
            found.append(
                (
                    voice,
                    first,
                    last,
                    [self.tell(one, voice) for one in self.ledger if first <= one['what']['day'] <= last],
                )
            )
        rng.shuffle(found)
        found.append(('feed', 0, 40, [self.tell(one, 'feed') for one in self.ledger]))
        return found


class Books:
    """What Odoo does with it."""

    def __init__(self):
        self.lines, self.names, self.held = [], {}, {}

    def take(self, voice, first, last, rows):
        way = voice if voice in (FEED, MAIL) else FILE
        identified = identify(rows)
        known = {uid for uid, _row in identified if (voice, uid) in self.names or (voice, uid) in self.held}
        mine = {self.names[voice, uid] for uid in known if (voice, uid) in self.names}
        there = [one for one in self.lines if one.id not in mine]
        given = [Given(uid, one) for uid, one in identified if uid not in known]

        def covered(day):
            return first is not None and first <= (day - FIRST).days <= last

        found = settle(given, there, way, covered, voice)
        for uid, number in found.known.items():
            self.names[voice, uid] = number
        for one in given:
            if one.uid in found.doubts:
                self.held[voice, one.uid] = one.row
        for one in found.new:
            self.names[voice, one.uid] = len(self.lines)
            self.lines.append(There(len(self.lines), one.row, way, voice))


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestAnyOrder(BaseCase):
    """A year's movements over interface, files and mails, in any order, with twins: the bank's ledger, or named holds."""

    def test_any_order(self):
        holds = total = 0
        for seed in range(300):
            bank, ours = Bank(random.Random(seed)), Books()
            for delivery in bank.deliveries():
                ours.take(*delivery)
            real = Counter((one['what']['day'], one['what']['amount']) for one in bank.ledger)
            booked = Counter(((one.row.booking_date - FIRST).days, one.row.amount) for one in ours.lines)
            held = Counter(
                ((one.booking_date - FIRST).days, one.amount)
                for (voice, _uid), one in ours.held.items()
                if voice == 'feed'
            )
            self.assertFalse(booked - real, f"seed {seed}: more than the bank has")
            self.assertFalse(real - booked - held, f"seed {seed}: less than the bank has, and not held")
            # each booked movement is one of the bank's: none stands for two
            numbers = [one.row.raw['number'] for one in ours.lines]
            equals = {one['number']: tuple(one['what'].items()) for one in bank.ledger}
            bank_has = Counter(equals.values())
            self.assertFalse(Counter(equals[number] for number in numbers) - bank_has, f"seed {seed}: booked twice")
            holds, total = holds + sum(held.values()), total + len(bank.ledger)
        self.assertLess(holds, total / 10, "what cannot be told is the exception")
