from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...banks.data import Transaction
from ...banks.identity import fingerprint, identify


def row(amount='10.00', day=1, reference='', **values):
    return Transaction(
        status='booked',
        amount=Decimal(amount),
        currency='EUR',
        booking_date=date(2026, 11, day),
        entry_reference=reference,
        **values,
    )


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestIdentity(BaseCase):
    def uids(self, *rows):
        return [uid for uid, _row in identify(rows)]

    def test_reference_wins_over_the_text(self):
        self.assertEqual(
            self.uids(row(reference='A1', remittance=('a',))), self.uids(row(reference='A1', remittance=('b',)))
        )

    def test_the_same_in_every_window(self):
        """A payment and its fee under one reference, alone or together: each keeps its identity."""
        payment, fee = row('100.00', reference='X'), row('-1.00', day=2, reference='X')
        self.assertEqual(self.uids(payment, fee), self.uids(payment) + self.uids(fee))

    def test_numbers_that_begin_anew(self):
        self.assertNotEqual(self.uids(row(day=1, reference='0012')), self.uids(row(day=28, reference='0012')))

    def test_long_references_differ_at_their_end(self):
        self.assertNotEqual(self.uids(row(reference='R' * 40 + '1')), self.uids(row(reference='R' * 40 + '2')))

    def test_placeholders_are_no_reference(self):
        for reference in ('', '0', '0000-00', 'NOTPROVIDED', 'n/a', '-'):
            self.assertTrue(identify([row(reference=reference)])[0][0].startswith('fp:'), reference)

    def test_equal_twins_stay_two_in_any_order(self):
        twins = [row(), row('5.00'), row()]
        self.assertEqual({uid for uid, _row in identify(twins)}, {uid for uid, _row in identify(twins[::-1])})
        self.assertEqual(len({uid for uid, _row in identify(twins)}), 3)

    def test_fingerprint_ignores_how_an_amount_is_written(self):
        self.assertEqual(fingerprint(row('10.00')), fingerprint(row('10.0')))
        self.assertNotEqual(fingerprint(row('10.00')), fingerprint(row('10.01')))
        self.assertNotEqual(fingerprint(row(remittance=('a', 'b'))), fingerprint(row(remittance=('ab',))))

    def test_json_and_back(self):
        full = row(
            value_date=date(2026, 11, 2),
            remittance=('a', 'b'),
            structured=('RF1',),
            original_amount=Decimal('3.10'),
            original_currency='USD',
            raw={'x': Decimal('1.5')},
        )
        self.assertEqual(Transaction.from_json(full.as_json()), full)
