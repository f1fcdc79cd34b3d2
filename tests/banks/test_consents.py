import random
from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ...banks.consents import Cover, accounts, best, ending, replaced, until

DAY = date(2026, 6, 1)


def later(days):
    return DAY + timedelta(days=days)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestConsents(BaseCase):
    """Whose consent an account is read with."""

    def test_the_newest_that_covers(self):
        old, new = Cover(1, 'jana', 'A', 1, later(90)), Cover(2, 'peter', 'A', 2, later(10))
        self.assertEqual(best([old, new], DAY), new)
        self.assertEqual(best([old, new], later(10)), new, "the last day counts")
        self.assertEqual(best([old, new], later(11)), old, "the older one goes on longer")
        self.assertIsNone(best([old, new], later(91)))

    def test_a_doubted_one_is_tried_last(self):
        doubted, old = Cover(2, 'peter', 'A', 2, later(90), doubted=True), Cover(1, 'jana', 'A', 1, later(5))
        self.assertEqual(best([doubted, old], DAY), old)
        self.assertEqual(best([doubted, old], later(6)), doubted)
        self.assertEqual(accounts([doubted], 'peter', DAY), set(), "what the bank gave no more is not promised")

    def test_ends(self):
        covers = [
            Cover(1, 'jana', 'A', 1, later(30)),
            Cover(1, 'jana', 'B', 1, later(20)),
            Cover(2, 'peter', 'A', 2, later(60)),
            Cover(3, 'eva', 'B', 3, None),
        ]
        self.assertEqual(until(covers, DAY), later(60))
        self.assertEqual(ending(covers, 'jana', DAY), later(20))
        self.assertIsNone(ending(covers, 'eva', DAY))
        self.assertEqual(accounts(covers, 'jana', later(25)), {'A'})

    def test_replaced_by_the_same_person_only(self):
        mine, theirs = Cover(1, 'jana', 'A', 1, later(30)), Cover(2, 'peter', 'A', 2, later(60))
        self.assertFalse(replaced([mine, theirs], 1, DAY))
        self.assertTrue(replaced([mine, theirs, Cover(3, 'jana', 'A', 3, later(90))], 1, DAY))
        self.assertFalse(replaced([mine, Cover(1, 'jana', 'B', 1), Cover(3, 'jana', 'A', 3)], 1, DAY))

    def test_any_order(self):
        """10,000 steps: people consent, consents end, days pass, in any order. Read while anything good covers the account, and never
        with what does not."""
        chance = random.Random(16)
        covers, today, given = [], DAY, 0
        for _step in range(10_000):
            what = chance.random()
            if what < 0.25:
                given += 1
                person, end = chance.choice('jpe'), today + timedelta(days=chance.choice((1, 30, 90, 180)))
                shared = chance.sample('ABC', chance.randint(1, 3))
                covers += [Cover(given, person, account, given, end) for account in shared]
            elif what < 0.45 and covers:
                ended = chance.choice(covers).consent
                covers = [cover for cover in covers if cover.consent != ended]
            else:
                today += timedelta(days=chance.randint(0, 20))
            covers = covers[-60:]
            for account in 'ABC':
                mine = [cover for cover in covers if cover.account == account]
                alive = [cover for cover in mine if cover.until >= today]
                read = best(mine, today)
                self.assertEqual(bool(read), bool(alive))
                if read:
                    self.assertIn(read, alive)
                    self.assertEqual(read.given, max(cover.given for cover in alive))
            ends = [
                max(cover.until for cover in covers if cover.account == account and cover.until >= today)
                for account in {cover.account for cover in covers if cover.until >= today}
            ]
            self.assertEqual(until(covers, today), min(ends, default=None))
