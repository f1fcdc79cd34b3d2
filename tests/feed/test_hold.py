from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.feed.fetch import Fetch
from ..cases.common import BankFeedCase


@tagged('post_install', '-at_install')
class TestHold(BankFeedCase):
    """What cannot be posted is kept with its reason, and posted as soon as it can be."""

    def test_locked_period(self):
        self.server.pay(amount='10.00', days=40)
        self.server.pay(amount='20.00', days=1)
        lock = fields.Date.today() - timedelta(days=30)
        self.company.fiscalyear_lock_date = lock
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.state, run.new_count, run.held_count), ('done', 1, 1))
        held = feed.unposted_ids
        self.assertEqual((held.state, held.amount), ('held', 10.0))
        self.assertIn("is locked", held.reason)
        self.assertEqual(self.fetch(feed).held_count, 0, "known, not on hold twice")
        self.env.invalidate_all()
        self.env['res.company'].invalidate_model()
        self.env.cr.execute("UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = %s", [self.company.id])
        held.with_user(self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')).action_retry()
        self.assertFalse(held.exists())
        self.assertEqual(self.lines(feed).mapped('amount'), [10.0, 20.0])
        self.assertEqual(self.lines(feed)[0].date, fields.Date.today() - timedelta(days=40), "the bank's date")
        self.assertEqual(self.fetch(feed).new_count, 0)

    def test_what_was_booked_by_hand_is_not_posted_later(self):
        self.server.pay(amount='10.00', days=40)
        self.company.fiscalyear_lock_date = fields.Date.today() - timedelta(days=30)
        feed = self.connect()
        self.fetch(feed)
        feed.unposted_ids.with_user(self.manager).action_dismiss()
        self.env.cr.execute("UPDATE res_company SET fiscalyear_lock_date = NULL WHERE id = %s", [self.company.id])
        self.env.invalidate_all()
        self.assertEqual(self.fetch(feed).new_count, 0)
        self.assertFalse(self.lines(feed))

    def test_what_came_otherwise_is_not_posted_twice(self):
        """A file brought the day while the permission had ended: a person says whether it is the same payment."""
        day = fields.Date.today() - timedelta(days=3)
        for _number in range(2):
            self.server.pay(amount='10.00', days=3)
        self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': day, 'amount': 10, 'payment_ref': "From a file"}
        )
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.held_count), (1, 1))
        self.assertIn("brought another way", feed.unposted_ids.reason)
        self.fetch(feed)
        self.assertEqual(len(self.lines(feed)), 1, "not posted by itself")
        feed.unposted_ids.with_user(self.manager).action_retry()
        self.assertEqual(len(self.lines(feed)), 2)

    def test_journal_of_another_currency(self):
        feed = self.connect()
        self.env.ref('base.USD').active = True
        dollars = self.env['account.journal'].create(
            {
                'name': "Dollars",
                'type': 'bank',
                'code': 'USDX',
                'company_id': self.company.id,
                'currency_id': self.env.ref('base.USD').id,
            }
        )
        with self.assertRaisesRegex(UserError, "The journal is in USD"):
            feed.with_user(self.manager).journal_id = dollars

    def test_unreadable_rows(self):
        self.server.pay(amount='1.00', raw={'transactionAmount': {'amount': 'NaN', 'currency': 'EUR'}})
        self.server.pay(amount='2.00', raw={'bookingDate': None})
        self.server.pay(amount='3.00')
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.held_count, feed.held_count), (1, 2, 2))
        self.assertIn("not a number", ' '.join(feed.unposted_ids.mapped('reason')))
        self.assertEqual(self.fetch(feed).held_count, 0)
        feed.unposted_ids.with_user(self.manager).action_dismiss()
        self.assertEqual(feed.held_count, 0)
        self.assertEqual(self.fetch(feed).held_count, 0)
        self.assertEqual(feed.held_count, 0)

    def test_wrong_currency_and_decimals(self):
        self.server.pay(amount='5.00', raw={'transactionAmount': {'amount': '5.00', 'currency': 'USD'}})
        self.server.pay(amount='5.00', raw={'transactionAmount': {'amount': '5.005', 'currency': 'EUR'}})
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.held_count), (0, 2))
        reasons = ' '.join(feed.unposted_ids.mapped('reason'))
        self.assertIn("in USD on an account in EUR", reasons)
        self.assertIn("more decimals", reasons)

    def test_currency_not_active(self):
        feed = self.connect()
        self.deactivate('EUR')
        run = self.fetch(feed)
        self.assertEqual((run.state, run.called), ('failed', False))
        self.assertIn("is not active", feed.error)
        self.assertFalse(feed.fetched_until)

    def test_journal_deleted_or_archived(self):
        self.server.pay(amount='5.00')
        feed = self.connect()
        self.journal.active = False
        self.assertIn("deleted or archived", self.fetch(feed).message)
        self.journal.active = True
        self.assertEqual(self.fetch(feed).new_count, 1)
        other = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'OTH', 'company_id': self.company.id}
        )
        feed.journal_id = other
        other.unlink()
        self.assertFalse(feed.journal_id)
        self.assertIn("Choose another one", self.fetch(feed).message)

    def test_journal_deleted_while_the_bank_answers(self):
        self.server.pay(amount='5.00')
        feed = self.connect()
        journal = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'OTH', 'company_id': self.company.id}
        )
        feed.journal_id = journal
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            mine = feed.with_env(self.env(cr=cr, user=1)).with_company(self.company.id)
            fetch = Fetch(mine)
            self.assertTrue(fetch.begin())
            answer = fetch.ask()
            mine.journal_id.unlink()
            self.patch(Fetch, 'begin', lambda _self: True)
            self.patch(Fetch, 'ask', lambda _self: answer)
            fetch.run()
        self.assertEqual(feed.run_ids.state, 'failed')
        self.assertIn("deleted or archived", feed.error)
        self.assertFalse(feed.fetched_until)

    def test_company_archived(self):
        feed = self.connect()
        self.env.cr.execute("UPDATE res_company SET active = false WHERE id = %s", [self.company.id])
        self.env.invalidate_all()
        self.fetch(feed)
        self.assertEqual(feed.run_ids.state, 'queued', "an archived company is not fetched")

    def test_one_bad_line_does_not_stop_a_batch(self):
        """Odoo refuses one line of a batch: the others are posted, this one is on hold with Odoo's words."""
        self.server.pay(amount='5.00', name="Good")
        self.server.pay(amount='6.00', name="Bad")
        feed = self.connect()
        model = self.env.registry['account.bank.statement.line']
        create = model.create

        def refuse(lines, vals_list):
            if any(vals.get('partner_name') == "Bad" for vals in vals_list):
                raise UserError("No.")
            return create(lines, vals_list)

        self.patch(model, 'create', refuse)
        run = self.fetch(feed)
        self.assertEqual((run.state, run.new_count, run.held_count), ('done', 1, 1))
        self.assertEqual((self.lines(feed).partner_name, feed.unposted_ids.reason), ("Good", "No."))

    def test_what_odoo_cannot_hold(self):
        """An amount that a float loses, and days beyond reason, are for a person; the rest is posted."""
        self.server.pay(amount='10.00')
        self.server.pay(amount='9999999999999.99')
        self.server.pay(amount='11.00', raw={'bookingDate': '9999-12-31'})
        feed = self.connect()
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.held_count), (1, 2))
        reasons = ' '.join(feed.unposted_ids.mapped('reason'))
        for words in ("can hold exactly", "has not come yet"):
            self.assertIn(words, reasons)
