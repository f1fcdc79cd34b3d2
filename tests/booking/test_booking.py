"""The arithmetic of booking: what holds for any amounts, and the cases that an accountant would check first."""

import re
from decimal import Decimal as D
from pathlib import Path

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ... import booking
from ...booking import (
    ByModel,
    Currency,
    Item,
    Left,
    ModelLine,
    Movement,
    Part,
    Refused,
    StaysOpen,
    ToAccounts,
    ToPartner,
    WriteOff,
    share_out,
)

EUR, USD, CHF, JPY = (
    Currency(name, D(step)) for name, step in (('EUR', '0.01'), ('USD', '0.01'), ('CHF', '0.05'), ('JPY', '1'))
)
#: of one euro
RATES = {EUR: D(1), USD: D('1.1'), CHF: D('0.95'), JPY: D(160)}
QUIET = settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
CENTS = st.integers(1, 10**7).map(lambda cents: D(cents) / 100)


def worth(balance, currency):
    return currency.round(balance * RATES[currency])


def movement(amount, currency=EUR, balance=None, label=''):
    """Money that came in, in a company that keeps euros."""
    amount = D(amount)
    balance = EUR.round(amount / RATES[currency]) if balance is None else D(balance)
    return Movement(currency, EUR, -amount, -balance, amount, worth, label)


def item(amount, currency=EUR, balance=None, told=None):
    """An open item, a customer owes it; ``told``: in the movement's currency."""
    amount = D(amount)
    balance = EUR.round(amount / RATES[currency]) if balance is None else D(balance)
    return Item('INV', currency, amount, balance, lambda: D(told) if told else D())


class Case(BaseCase):
    def refused(self, code, act, *args):
        with self.assertRaises(Refused) as refused:
            act(*args)
        self.assertEqual(refused.exception.code, code)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestShareOut(Case):
    def shares(self, shared):
        return [(one.amount, one.balance) for one in shared.counterparts]

    def test_all_of_it(self):
        shared = share_out(movement(120), [Part(item(120), D(120))])
        self.assertEqual((self.shares(shared), shared.left), ([(-120, -120)], Left(D(0), D(0))))

    def test_less_than_is_open(self):
        self.assertEqual(self.shares(share_out(movement(50), [Part(item(120), D(50))])), [(-50, -50)])

    def test_more_than_is_open_stays(self):
        shared = share_out(movement(125), [Part(item(120), D(120))])
        self.assertEqual(shared.left, Left(D(-5), D(-5)))
        self.assertEqual([line.amount for line in StaysOpen().lines(movement(125), shared.left)], [-5])

    def test_a_credit_note_is_deducted(self):
        shared = share_out(movement(100), [Part(item(120), D(120)), Part(item(-20), D(-20))])
        self.assertEqual((self.shares(shared), shared.left.amount), ([(-120, -120), (20, 20)], 0))

    def test_the_last_part_takes_the_last_cent(self):
        """Three thirds of a dollar movement: the balances add up to the movement's, whatever rounding would say."""
        thirds = [Part(item('33.33', USD), D('33.33')), Part(item('33.33', USD), D('33.33')), Part(item('33.34', USD), D('33.34'))]  # fmt: skip
        shared = share_out(movement(100, USD, '90.91'), thirds)
        self.assertEqual(sum(one.balance for one in shared.counterparts), D('-90.91'))
        self.assertEqual(shared.left, Left(D(0), D(0)))

    @QUIET
    @given(st.lists(CENTS, min_size=1, max_size=8), CENTS, st.sampled_from([EUR, USD, CHF, JPY]))
    def test_nothing_is_lost_and_nothing_added(self, amounts, balance, currency):
        amounts = [currency.round(amount) for amount in amounts if currency.round(amount)]
        assume(amounts)
        of_all = sum(amounts)
        balance = of_all if currency == EUR else balance
        whole = movement(of_all, currency, balance)
        parts = [Part(item(amount, currency, abs(balance)), amount) for amount in amounts]
        shared = share_out(whole, parts)
        self.assertEqual(sum(one.amount for one in shared.counterparts) + shared.left.amount, whole.amount)
        self.assertEqual(sum(one.balance for one in shared.counterparts) + shared.left.balance, whole.balance)
        self.assertTrue(all(one.balance == EUR.round(one.balance) for one in shared.counterparts))

    def test_an_item_in_the_companys_currency_takes_no_cent_more(self):
        """110 $ came, worth 100 € that day; the invoice is 99.99 €: one cent's worth of dollars stays open."""
        shared = share_out(movement(110, USD, 100), [Part(item('99.99'), D(110))])
        (one,) = shared.counterparts
        self.assertEqual((one.currency, one.amount, one.balance), (EUR, D('-99.99'), D('-99.99')))
        self.assertEqual(shared.left, Left(D('-0.01'), D('-0.01')))

    def test_worth_much_more_than_is_open(self):
        self.refused('worth_more', share_out, movement(110, USD, 100), [Part(item(90), D(110))])
        self.refused('worth_more', share_out, movement(100), [Part(item(100, USD), D(100))])

    def test_a_payment_within_the_spread_is_in_full(self):
        """A bank changes at a rate of its own: 100 $ are open, 89 € came, worth 97.90 $ at the day's rate."""
        (one,) = share_out(movement(89), [Part(item(100, USD), D(89))]).counterparts
        self.assertEqual((one.currency, one.amount, one.balance), (USD, -100, -89))

    def test_but_not_where_a_person_said_the_amount(self):
        (one,) = share_out(movement(89), [Part(item(100, USD, told='90.91'), D(89))], by_person=True).counterparts
        self.assertEqual((one.amount, one.balance), (D('-97.90'), -89))

    def test_a_person_gave_all_that_was_shown(self):
        (one,) = share_out(movement(91), [Part(item(100, USD, told='90.91'), D('90.90'))], by_person=True).counterparts
        self.assertEqual((one.amount, one.balance), (-100, D('-90.90')))

    def test_a_discount_settles_the_item(self):
        shared = share_out(movement(98), [Part(item(100), D(98), discount=True)])
        self.assertEqual((self.shares(shared), shared.left.amount), ([(-100, -100)], 0))
        self.assertEqual([taken.amount for taken in shared.discounts], [2])

    def test_a_discount_in_another_currency(self):
        part = Part(item(100, USD), D(98), discount=True)
        self.refused('discount_in_another_currency', share_out, movement(98, USD), [part])

    def test_each_part_has_a_key_of_its_own(self):
        keys = {Part(item(1), D(1)).key for _number in range(50)}
        self.assertEqual(len(keys), 50)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestRest(Case):
    def lines(self, rest, whole, left=None):
        amount = whole.amount if left is None else -D(left)
        made = rest.lines(whole, Left(amount, whole.share(amount, Left(whole.amount, whole.balance))))
        return [(line.account, line.amount, line.balance) for line in made]

    def test_no_more_than_came_can_be_paid(self):
        self.refused('more_than_movement', self.lines, StaysOpen(), movement(100), -10)
        self.refused('more_than_movement', self.lines, ToPartner('311'), movement(100), -10)

    def test_to_the_partner(self):
        self.assertEqual(self.lines(ToPartner('311'), movement(100), 30), [('311', -30, -30)])

    def test_written_off_on_two_accounts(self):
        rest = ToAccounts((WriteOff('568', D(4)), WriteOff('518')))
        self.assertEqual(self.lines(rest, movement(10)), [('568', -4, -4), ('518', -6, -6)])

    def test_what_no_account_takes_stays_open(self):
        rest = ToAccounts((WriteOff('568', D(4)),))
        self.assertEqual(self.lines(rest, movement(10)), [('568', -4, -4), (None, -6, -6)])

    def test_a_fee_beside_what_was_paid_in_full(self):
        """The invoice is 102, 100 came: two are a fee, against the movement's direction."""
        self.assertEqual(self.lines(ToAccounts((WriteOff('568'),)), movement(100), -2), [('568', 2, 2)])

    def test_more_than_is_left(self):
        self.refused('more_written_off', self.lines, ToAccounts((WriteOff('568', D(11)),)), movement(10))
        self.refused('nothing_left', self.lines, ToAccounts((WriteOff('568'), WriteOff('518'))), movement(10))

    @QUIET
    @given(st.lists(CENTS, min_size=1, max_size=6), CENTS, CENTS)
    def test_write_offs_lose_nothing(self, amounts, more, balance):
        whole = movement(sum(amounts) + more, USD, balance)
        rest = ToAccounts(tuple(WriteOff(str(number), amount) for number, amount in enumerate(amounts)))
        lines = rest.lines(whole, Left(whole.amount, whole.balance))
        self.assertEqual(sum(line.amount for line in lines), whole.amount)
        self.assertEqual(sum(line.balance for line in lines), whole.balance)

    def test_by_a_model(self):
        rest = ByModel('fees', (ModelLine('568', 'fixed', D(3)), ModelLine('518', 'percentage', D(50)), ModelLine('548', 'percentage', D(100))))  # fmt: skip
        self.assertEqual(
            self.lines(rest, movement(10)),
            [('568', -3, -3), ('518', D('-3.5'), D('-3.5')), ('548', D('-3.5'), D('-3.5'))],
        )

    def test_a_model_of_the_whole_movement(self):
        rest = ByModel('half', (ModelLine('518', 'percentage_st_line', D(50)),))
        self.assertEqual(self.lines(rest, movement(10), 8), [('518', -5, -5), (None, -3, -3)])

    def test_a_model_reads_the_label(self):
        rest = ByModel('fee', (ModelLine('568', 'regex', pattern=r'FEE ([\d.,]+)'),))
        self.assertEqual(
            self.lines(rest, movement(10, label='PAYMENT FEE 1,20')),
            [('568', D('-1.2'), D('-1.2')), (None, D('-8.8'), D('-8.8'))],
        )
        self.refused('model_takes_nothing', self.lines, rest, movement(10, label='PAYMENT'))
        self.refused('model_takes_more', self.lines, rest, movement(10, label='FEE 12'))
        words = ByModel('fee', (ModelLine('568', 'regex', pattern='FEE (.+)'),))
        self.refused('amount_unreadable', self.lines, words, movement(10, label='FEE none'))

    def test_patterns_that_would_take_for_ever(self):
        """A user's pattern can neither hang the server nor fill its memory."""
        label = 'a' * 200
        for pattern in (
            '(a|a)' * 28 + '~', '(.?){23}~', '(?:(?:(?:a{99}){99}){99}){99}~', 'a{99999}~', '(?x)(?:a{99}) #\n{99}',
            '(?:a|aa)+(?:a|aa)+(?:a|aa)+(?:a|aa)+~', 'a' * 201, '(?:(?:(?:a){99}){99}){9}',
        ):  # fmt: skip
            rest = ByModel('fee', (ModelLine('568', 'regex', pattern=pattern),))
            with self.subTest(pattern), self.assertRaises(Refused) as caught:
                self.lines(rest, movement(10, label=label))
            self.assertIn(caught.exception.code, ('pattern_complicated', 'model_takes_nothing'))
        for pattern in ('(', '(?R)', '(?:a{e<=3})(?e'):
            self.refused(
                'pattern_wrong',
                self.lines,
                ByModel('fee', (ModelLine('568', 'regex', pattern=pattern),)),
                movement(10, label=label),
            )

    def test_a_model_without_an_account(self):
        self.refused('model_without_account', self.lines, ByModel('x', (ModelLine(None, 'fixed', D(1)),)), movement(10))


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestRefusals(Case):
    def test_every_refusal_has_words(self):
        """The codes that the core's source raises, and those that have words, are the same."""
        from ...models.book.refusals import WORDS

        source = ''.join(path.read_text() for path in Path(booking.__file__).parent.glob('*.py'))
        raised = set(re.findall(r"Refused\('(\w+)'", source))
        self.assertGreater(len(raised), 8)
        self.assertEqual(raised, set(WORDS))
