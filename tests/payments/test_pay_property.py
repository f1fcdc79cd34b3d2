"""Whatever happens in whatever order: sent once at most, nothing paid beyond what is open, no way out of a final state."""

import random
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...payments import states

RUNS = 10_000
CODES = (*states.ISO, 'CNCL', 'ACCR', 'PACR', 'PDCR', 'RJCR', 'NULL', 'ZZZZ', '')
#: where a bank has an order, or may have it
POSTED = states.SENT | states.FINAL


class Bank:
    """What the bank was given, and what it paid."""

    def __init__(self):
        self.posts, self.paid = 0, Decimal(0)


class Order:
    """An order with the acts that Odoo's records have, over the same table of states (``models/pay``): only what follows, follows."""

    def __init__(self, chance):
        self.chance, self.bank = chance, Bank()
        self.lines = [states.APPROVED] * chance.randint(1, 3)
        self.open = [Decimal(100)] * len(self.lines)
        self.locked = [True] * len(self.lines)

    @property
    def state(self):
        return states.of_lines(self.lines)

    def tell(self, told, only=None):
        for place, state in enumerate(self.lines):
            if only is None or place == only:
                after = states.after(state, told)
                if after in states.FAILED and state not in states.FAILED:
                    self.locked[place] = False
                self.lines[place] = after

    def send(self):
        if set(self.lines) != {states.APPROVED}:
            return
        self.tell(states.SENDING)
        outcome = self.chance.choice(('answer', 'lost', 'not_sent', 'refused', 'killed'))
        if outcome in ('answer', 'lost', 'killed'):
            self.bank.posts += 1
        if outcome == 'answer':
            self.tell(states.WAITING)
        elif outcome == 'lost':
            self.tell(states.UNKNOWN)
        elif outcome == 'not_sent':
            self.tell(states.APPROVED)
        elif outcome == 'refused':
            self.tell(states.DRAFT)

    def stuck(self):
        if self.state == states.SENDING:
            self.tell(states.UNKNOWN)

    def poll(self):
        code = self.chance.choice(CODES)
        told = states.meant(self.chance.choice(('nextgenpsd2', 'enablebanking', 'aiia')), code)
        if told not in ('', states.PARTIALLY) and self.state in states.SENT - {states.SENDING}:
            self.tell(told, self.chance.choice((None, 0)))

    def movement(self):
        place = self.chance.randrange(len(self.lines))
        if self.lines[place] in states.SENT and self.bank.posts:
            self.bank.paid += self.open[place]
            self.open[place] -= self.open[place]
            self.tell(states.CLOSED, place)

    def cancel(self):
        if set(self.lines) <= {states.DRAFT, states.TO_APPROVE, states.APPROVED}:
            self.tell(states.CANCELLED)

    def word(self):
        if self.state == states.UNKNOWN:
            self.tell(self.chance.choice((states.EXECUTED, states.CANCELLED)))

    def back(self):
        for place, state in enumerate(self.lines):
            if state == states.CLOSED and self.chance.random() < 0.1:
                self.tell(states.RETURNED, place)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestPayProperty(BaseCase):
    def test_any_interleaving(self):
        reached = set()
        for seed in range(RUNS):
            chance = random.Random(seed)
            order, final = Order(chance), {}
            for _act in range(chance.randint(3, 25)):
                before = list(order.lines)
                chance.choice(
                    (
                        order.send,
                        order.send,
                        order.stuck,
                        order.poll,
                        order.poll,
                        order.movement,
                        order.cancel,
                        order.word,
                        order.back,
                    )
                )()
                for place, (was, now) in enumerate(zip(before, order.lines)):
                    self.assertIn(now, {was, *states.FOLLOWS[was]} | self.two_steps(was), (seed, was, now))
                    if was in states.FINAL and now != was:
                        self.assertEqual((was, now), (states.CLOSED, states.RETURNED), seed)
                    if was == states.UNKNOWN:
                        self.assertNotIn(now, (states.SENDING, states.APPROVED, states.DRAFT), seed)
                    final[place] = now
                reached |= set(order.lines)
                self.assertLessEqual(order.bank.posts, 1, seed)
                self.assertLessEqual(order.bank.paid, Decimal(100) * len(order.lines), seed)
                for place, state in enumerate(order.lines):
                    if state in POSTED - states.FAILED - {states.DRAFT}:
                        self.assertTrue(order.locked[place], (seed, state))
        self.assertEqual(reached, set(states.FOLLOWS) - {states.TO_APPROVE, states.PARTIALLY})

    @staticmethod
    def two_steps(state):
        """What sending does in one act."""
        return (
            set().union(*(states.FOLLOWS[next_] for next_ in states.FOLLOWS[state]))
            if state == states.APPROVED
            else set()
        )
