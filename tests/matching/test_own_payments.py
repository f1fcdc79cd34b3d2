"""R23 to R27 without Odoo: payments that we sent, and that their ids are nobody's number."""

import random
import re
from datetime import timedelta
from decimal import Decimal

from odoo.tests import tagged

from ...matching.data import Document, Item
from ...matching.sent import LETTERS, Sent
from ...payments.ids import is_id
from ..cases.matching_case import DAY, IBAN, OTHER_IBAN, MatchingCase, MemorySource

OWN = 'BF7K2M9QX4ZT'


class SentSource(MemorySource):
    """With payments of our own."""

    payments = ()

    def sent(self, company):
        return [sent for sent in self.payments if sent.open]

    def sent_by_id(self, company, ids):
        return {sent.id: sent for sent in self.payments if sent.id in ids}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestOwnPayments(MatchingCase):
    def sent(self, own=OWN, amount='100.00', order=1, day=DAY, account=IBAN, open_=True, **values):
        number = f'PBNK1/2026/{len(self.payments):05d}'
        item = Item(f'out {own}', day, -Decimal(amount))
        document = Document(
            f'entry {own}', 1, 1, 'payment', 'open' if open_ else 'closed', number, payment_reference=own, date=day, currency='EUR',
            total=-Decimal(amount), items=(item,) if open_ else (),
        )  # fmt: skip
        back = None if open_ else Item(f'back {own}', day, Decimal(amount))
        self.payments.append(Sent(own, order, document, -Decimal(amount), day, account, open_, back, **values))
        return document

    def setUp(self):
        super().setUp()
        self.payments = payments = []

        class Source(SentSource):
            pass

        Source.payments = payments
        self.source = Source

    def decide(self, *lines, **options):
        return super().decide(*lines, **{'source': self.source, **options})

    def test_r23_by_id(self):
        document = self.sent()
        for field, text in (
            ('end_to_end_id', OWN),
            ('text', f'FV/2026/17 {OWN.lower()}'),
            ('text', f'{OWN[:5]} {OWN[5:]}'),
            ('structured', OWN),
        ):
            with self.subTest(text):
                self.assertAuto('R23', [document], self.line('-100.00', text, field))

    def test_r23_not_another_amount_currency_or_direction(self):
        self.sent()
        self.assertNotAuto(self.line('-99.00', OWN), 'sent_less')
        self.assertNotAuto(self.line('-100.00', OWN, currency='CZK'))
        self.assertNotAuto(self.line('100.00', OWN), 'sent_back_part')

    def test_r23_once(self):
        """The second movement with the id is no second payment."""
        self.sent()
        first, second = self.decide(self.line('-100.00', OWN), self.line('-100.00', OWN, number=1))
        self.assertEqual((first.action, second.action != 'auto'), ('auto', True))

    def test_r24_by_account(self):
        document = self.sent()
        self.assertAuto('R24', [document], self.line('-100.00', counterparty_account=IBAN))
        self.assertNotAuto(self.line('-100.00', counterparty_account=OTHER_IBAN))
        self.assertNotAuto(self.line('-100.00', counterparty_account=IBAN, date=DAY + timedelta(days=30)))

    def test_r24_not_where_another_bill_is_named(self):
        self.sent()
        bill = self.document('FV20260099', '100.00', kind='bill')
        self.assertNotAuto(self.line('-100.00', 'FV20260099', counterparty_account=IBAN), 'sent_or_other')
        self.assertEqual(bill.state, 'open')

    def test_r25_comes_back(self):
        document = self.sent(open_=False)
        self.assertAuto('R25', [document], self.line('100.00', f'Return AC04 {OWN}'))
        self.assertNotAuto(self.line('90.00', OWN), 'sent_back_part')

    def test_r25_not_before_it_left(self):
        self.sent()
        self.assertNotAuto(self.line('100.00', OWN))

    def test_r26_whole_order(self):
        documents = [self.sent(f'BF7K2M9QX4Z{place}', '10.00', order=7, together=True) for place in 'ABC']
        self.assertAuto('R26', documents, self.line('-30.00'))
        self.assertNotAuto(self.line('-30.00', counterparty_account=OTHER_IBAN), 'sent_or_other')
        self.assertNotAuto(self.line('-20.00'))
        self.sent('BF7K2M9QX4ZZ', '30.00', order=8)
        self.assertNotAuto(self.line('-30.00'), 'sent_or_other')

    def test_r26_not_where_nobody_asked_for_it(self):
        documents = [self.sent(f'BF7K2M9QX4Z{place}', '10.00', order=7, order_id='BFAAAAAAAAAA') for place in 'ABC']
        self.assertNotAuto(self.line('-30.00', 'ATM withdrawal'), 'sent_or_other')
        self.assertAuto('R26', documents, self.line('-30.00', 'BFAAAAAAAAAA'))

    def test_salaries_are_one_entry(self):
        """One salary is not booked twice on the entry of all."""
        document = self.sent('BF7K2M9QX4ZA', '10.00', summed=True)
        item = Item('all', DAY, Decimal(-30))
        document.items, document.total = (item,), Decimal(-30)
        first, second = self.decide(self.line('-10.00', 'BF7K2M9QX4ZA'), self.line('-10.00', 'BF7K2M9QX4ZA', number=1))
        self.assertEqual((first.action, second.action), ('auto', 'none'))

    def test_an_id_that_is_over(self):
        """A movement with the id of a payment that is not open any more is no other payment of the same amount."""
        self.sent()
        self.assertNotAuto(self.line('-100.00', 'BFZZZZZZZZZZ', counterparty_account=IBAN), 'sent_or_other')

    def test_no_part_of_what_was_sent(self):
        self.document('FV20260099', '100.00', kind='bill', state='closed')
        self.payments.clear()
        document = self.sent()
        document.ref = 'FV20260099'
        self.documents.append(document)
        for amount in ('-101.50', '-60.00'):
            self.assertNotAuto(self.line(amount, 'FV20260099'))

    def test_r27_fee(self):
        self.sent()
        self.assertNotAuto(self.line('-101.50', OWN), 'sent_more')
        self.assertNotAuto(self.line('-101.50', counterparty_account=IBAN), 'sent_more')

    def test_an_own_id_is_nobodys_number(self):
        """Whatever digits an id holds, no document is found by them."""
        chance = random.Random(17)
        for _time in range(400):
            own = 'BF' + ''.join(chance.choice(LETTERS) for _place in range(10))
            runs = re.findall(r'\d{3,}', own)
            if not is_id(own) or not runs:
                continue
            self.documents.clear()
            self.payments.clear()
            self.sent(own, '55.00')
            for run in runs:
                self.document(run, '55.00', kind='bill')
                self.document(f'INV/2026/{run}', '55.00')
            for amount in ('-55.00', '55.00'):
                found = self.decide(self.line(amount, f'uhrada {own}'))[0]
                paid = [part.document.kind for part in found.allocations]
                self.assertIn(paid, ([], ['payment']), (own, amount))
