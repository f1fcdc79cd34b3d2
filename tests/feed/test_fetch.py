from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

import psycopg2

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...banks import client_class
from ...banks.data import Balance
from ...models.feed import store
from ..cases.common import MAIN, BankFeedCase, at_the_bank


@tagged('post_install', '-at_install')
class TestFetch(BankFeedCase):
    """Promises 1, 3, 4, 8, 9: nothing lost, nothing twice, booked only, limits kept, plain words."""

    def test_first_fetch_and_again(self):
        for number in range(5):
            self.server.pay(amount=f'{number + 1}.00', days=number + 1)
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.state, run.new_count, run.trigger), ('done', 5, 'connect'))
        self.assertEqual(self.lines(feed).mapped('amount'), [5.0, 4.0, 3.0, 2.0, 1.0])
        self.assertEqual(set(self.lines(feed).mapped('state')), {'posted'})
        run = self.fetch(feed)
        self.assertEqual((run.state, run.new_count, run.known_count, run.trigger), ('done', 0, 5, 'schedule'))
        self.assertEqual(run.message, "No new movements.")

    def test_unique_index(self):
        self.server.pay(amount='5.00')
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        with mute_logger('odoo.sql_db'), self.assertRaises(psycopg2.IntegrityError), self.env.cr.savepoint():
            self.env['account.bank.statement.line'].create(
                {
                    'journal_id': self.journal.id,
                    'amount': 5,
                    'payment_ref': 'x',
                    'bank_feed_id': feed.id,
                    'bank_feed_uid': line.bank_feed_uid,
                }
            )

    def test_two_equal_payments_of_a_day_stay_two(self):
        for _number in range(2):
            self.server.pay(amount='25.00', remittance=["Clenske"], anonymous=True)
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 2)
        self.assertEqual(self.fetch(feed).new_count, 0)
        self.server.pay(amount='25.00', remittance=["Clenske"], anonymous=True)
        self.assertEqual(self.fetch(feed).new_count, 1, "a third one of that day is a third one")

    def test_placeholder_ids(self):
        for amount in ('1.00', '2.00', '3.00'):
            self.server.pay(amount=amount, raw={'entryReference': '0', 'transactionId': '0'})
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 3)
        self.assertEqual(self.fetch(feed).new_count, 0)

    def test_a_fee_under_the_reference_of_its_payment(self):
        """The second row of a reference comes later: the first is still the same one."""
        self.server.pay(amount='100.00', days=3, raw={'entryReference': 'X'})
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.server.pay(amount='-1.00', days=1, raw={'entryReference': 'X'})
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual(self.fetch(feed).new_count, 0)

    def test_reference_used_again_for_another_movement(self):
        self.server.pay(amount='10.00', days=30, raw={'entryReference': '7'})
        feed = self.connect()
        self.fetch(feed)
        self.bank.state['ledger'][MAIN].clear()
        self.server.pay(amount='11.00', raw={'entryReference': '7'})
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual(self.fetch(feed).new_count, 0)
        self.assertEqual(self.lines(feed).mapped('amount'), [10.0, 11.0])

    def test_late_booking_is_found_by_the_overlap(self):
        today = self.bank.today()
        self.server.pay(amount='77.70', days=5, visible=(today + timedelta(days=1)).isoformat())
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 0)
        self.bank.advance(days=1)
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.date_from), (1, fields.Date.today() - timedelta(days=10)))
        self.assertEqual(self.lines(feed).date, today - timedelta(days=5))

    def test_booked_only(self):
        tomorrow = (self.bank.today() + timedelta(days=1)).isoformat()
        self.server.pay(
            amount='18.00', booked=tomorrow, pending_since=self.bank.today().isoformat(), remittance=["Card"]
        )
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.pending_count, feed.pending_count), (0, 1, 1))
        self.assertEqual((feed.unposted_ids.state, feed.unposted_ids.amount), ('pending', 18.0))
        self.bank.advance(days=1)
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.pending_count), (1, 0))
        self.assertFalse(feed.unposted_ids)

    def test_before_the_first_day(self):
        self.server.pay(amount='1.00', days=40)
        self.server.pay(amount='2.00', days=3)
        feed = self.connect(date_from=fields.Date.today() - timedelta(days=10))
        self.assertEqual(self.fetch(feed).new_count, 1)

    def test_pages_of_a_long_history(self):
        self.bank.state['settings']['page_size'] = 7
        for number in range(40):
            self.server.pay(amount='3.00', days=number)
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.call_count), (40, 6))

    def test_stale_account_id_is_looked_up(self):
        self.server.pay(amount='5.00')
        feed = self.connect()
        feed.sudo().cover_id.account_session = 'stale'
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertNotEqual(feed.sudo().cover_id.account_session, 'stale')

    def test_fetch_now(self):
        feed = self.connect()
        self.fetch(feed)
        accountant = self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        feed.with_user(accountant).action_fetch_now()
        feed.with_user(accountant).action_fetch_now()
        queued = feed.run_ids.filtered(lambda run: run.state == 'queued')
        self.assertEqual((len(queued), queued.trigger, queued.user_id), (1, 'manual', accountant))
        run = self.fetch(feed)
        self.assertLessEqual(run.date_from, fields.Date.today() - timedelta(days=7))
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        with self.assertRaises(UserError):
            feed.with_user(invoicing).action_fetch_now()

    def test_gap_is_told_and_filled_after_a_renewal(self):
        """What the bank no longer gives without a log-in is said, stays wanted, and is fetched after the next one."""
        first = fields.Date.today() - timedelta(days=200)
        self.server.pay(amount='7.00', days=150)
        feed = self.connect(date_from=first)
        feed.run_ids.sudo().unlink()
        run = self.fetch(feed)
        self.assertIn("without a new log-in", run.message)
        self.assertEqual((run.new_count, feed.missing_from), (0, first))
        self.assertIn("without a new log-in", self.fetch(feed).message, "it is said until it is mended")
        consent, address = self.start(renews=feed.connection_id)
        at_the_bank(address, accounts=[MAIN])
        self.come_back(consent)
        feed.run_ids.filtered(lambda run: run.state == 'queued').sudo().psu = {'ip_address': '192.0.2.9'}
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.date_from, feed.missing_from), (1, first, False))

    def test_an_earlier_first_day(self):
        self.server.pay(amount='7.00', days=60)
        feed = self.connect(date_from=fields.Date.today() - timedelta(days=10))
        self.assertEqual(self.fetch(feed).new_count, 0)
        feed.with_user(self.manager).date_from = fields.Date.today() - timedelta(days=80)
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertFalse(feed.missing_from)

    def test_a_balance_of_yesterday(self):
        """closingBooked is of the day before: compared with the books of that day, not with today's."""
        self.server.pay(amount='100.00', days=2)
        self.server.pay(amount='50.00', days=0)
        feed = self.connect()
        yesterday = fields.Date.today() - timedelta(days=1)
        client = client_class('nextgenpsd2')
        movements = client.movements

        def yesterdays(*args):
            found = movements(*args)
            return replace(found, balances=(Balance('closingBooked', Decimal('12550.00'), 'EUR', yesterday),))

        self.patch(client, 'movements', yesterdays)
        self.fetch(feed)
        feed.invalidate_recordset()
        self.assertEqual(
            (feed.bank_balance_date, feed.balance_difference, feed.ledger_balance), (yesterday, 12450.0, 150.0)
        )

    def test_fetch_now_without_a_permission(self):
        feed = self.connect()
        self.consent.state = 'expired'
        with self.assertRaisesRegex(UserError, "no valid permission"):
            feed.with_user(self.manager).action_fetch_now()

    def test_characters_that_no_database_stores(self):
        self.server.pay(amount='5.00', name='A\x00b', remittance=['x\ud800y'])
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual((self.lines(feed).partner_name, self.lines(feed).payment_ref), ('Ab', 'xy'))

    def test_bank_details_are_kept(self):
        self.server.pay(
            amount='-45.90',
            original=['49.99', 'USD', '1.0891'],
            remittance=["Card 49.99 USD"],
            name="Hotel",
            code='PMNT-CCRD-POSD',
            e2e='E2E-1',
            structured='RF18539007547034',
        )
        self.env.ref('base.USD').active = True
        feed = self.connect()
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual((line.amount, line.amount_currency, line.foreign_currency_id.name), (-45.9, -49.99, 'USD'))
        self.assertEqual(
            (line.payment_ref, line.partner_name, line.transaction_type), ("Card 49.99 USD", "Hotel", 'PMNT-CCRD-POSD')
        )
        self.assertEqual(
            (
                line.bank_feed_details['end_to_end_id'],
                line.bank_feed_details['structured'],
                line.bank_feed_details['exchange_rate'],
            ),
            ('E2E-1', ['RF18539007547034'], '1.0891'),
        )
        self.assertEqual(line.bank_feed_details['raw']['transactionAmount']['amount'], '-45.90')

    def test_original_amount_in_a_currency_that_is_not_active(self):
        self.deactivate('USD')
        self.server.pay(amount='-45.90', original=['49.99', 'USD', '1.0891'])
        feed = self.connect()
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual(self.lines(feed).bank_feed_details['original_currency'], 'USD')

    def test_balance_against_the_ledger(self):
        self.server.pay(amount='100.00', days=8)
        self.server.pay(amount='50.00', days=2)
        feed = self.connect()
        self.fetch(feed)
        self.assertEqual((feed.bank_balance, feed.ledger_balance, feed.balance_difference), (12600.0, 150.0, 12450.0))
        self.assertEqual(feed.difference_since, feed.date_from)
        self.assertIn('books differ', feed.connection_id.next_action)
        self.assertTrue(feed.can_book_opening)
        feed.action_book_opening()
        feed.invalidate_recordset()
        self.assertEqual((feed.balance_difference, feed.can_book_opening), (0.0, False))
        self.fetch(feed)
        self.assertFalse(feed.difference_since)
        self.assertEqual(feed.connection_id.next_action, 'Nothing to do.')
        self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.journal.id,
                'date': fields.Date.today() - timedelta(days=4),
                'amount': -1,
                'payment_ref': "By hand",
            }
        )
        self.fetch(feed)
        feed.invalidate_recordset()
        self.assertEqual(
            (feed.balance_difference, feed.difference_since), (1.0, fields.Date.today() - timedelta(days=4))
        )

    def test_lines_of_a_chunk_at_a_time(self):
        """A first fetch of more than a chunk is committed in parts and complete at the end."""
        for number in range(45):
            self.server.pay(amount=f'{1 + number / 100:.2f}', days=number % 40)
        feed = self.connect()
        self.patch(store, 'LINES_A_COMMIT', 20)
        with patch.object(store.PostOrHold, 'post', autospec=True, side_effect=store.PostOrHold.post) as posted:
            run = self.fetch(feed)
        self.assertEqual([len(call.args[1]) for call in posted.call_args_list], [20, 20, 5])
        self.assertEqual((run.state, run.new_count, len(self.lines(feed))), ('done', 45, 45))
