import base64
import json
import zlib
from datetime import timedelta
from decimal import Decimal
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...banks import client_class
from ...banks.data import Balance, Movements, Transaction, Unreadable
from ...banks.errors import BankUnavailable
from ...models.feed import queue as feed_queue
from ...models.lib import sealing
from ...sandbox.faults import fault
from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, PSU, BankFeedCase, at_the_bank, hours_pass

EVERYTHING = 400


@tagged('post_install', '-at_install')
class TestHistory(BankFeedCase):
    """The bank gives its long history only for minutes after the log-in; people take longer to choose journals."""

    def setUp(self):
        super().setUp()
        for days, amount in ((1, '1.00'), (100, '2.00'), (250, '3.00')):
            self.server.pay(days=days, amount=amount)

    def come(self, days=EVERYTHING, accounts=(MAIN,)):
        """Back from the bank, nothing chosen yet; the person wanted ``days`` of history."""
        environment = self.env(user=self.manager)
        first = self.bank.today() - timedelta(days=days)
        consent, address = environment['bank.consent']._start(
            self.institution.with_env(environment), self.company.with_env(environment), PSU, date_from=first
        )
        at_the_bank(address, accounts=list(accounts))
        self.result = self.come_back(consent)
        return self.env['bank.prefetch'].search([('consent_id', '=', consent.id)])

    def run_job(self):
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_prefetch').method_direct_trigger()
        self.env.invalidate_all()

    def confirm(self):
        """The person has found the journal at last."""
        self.result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        with patch.object(feed_queue, 'current_psu', lambda: PSU):  # no web request here
            self.result.action_confirm()
        return self.env['bank.feed'].search([('journal_id', '=', self.journal.id)])

    def choose(self):
        """... and the first fetch begins."""
        feed = self.confirm()
        self.fetch(feed)
        return feed

    def asked_again(self):
        """Let the next request for transactions fail; returns a function that tells whether it came."""
        self.bank.state['faults'] = [fault('/transactions', 'status', status=403, code='SERVICE_BLOCKED')]
        return lambda: not self.bank.state['faults'][0]['times']

    def amounts(self, feed):
        return sorted(self.lines(feed).mapped('amount'))

    def test_a_person_who_takes_an_hour(self):
        history = self.come()
        self.run_job()
        self.assertEqual((history.state, history.attempts, history.psu), ('ready', 1, False))
        self.asked_at = history.asked_at
        hours_pass(self.bank, 1)
        asked_again = self.asked_again()
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0, 2.0, 3.0])
        self.assertFalse(feed.missing_from)
        self.assertEqual(feed.fetched_until, fields.Date.today())
        self.assertEqual(feed.bank_balance, 12456.0)
        self.assertFalse(asked_again())
        self.assertEqual((feed.last_fetch, feed.run_ids.called), (self.asked_at, False))
        self.assertFalse(history.exists())
        self.bank.state['faults'].clear()
        self.fetch(feed)
        self.assertEqual(self.amounts(feed), [1.0, 2.0, 3.0])

    def test_without_it_the_bank_gives_less(self):
        """What the first test proves is not there by itself."""
        self.come()._forget(self.result.consent_id)
        hours_pass(self.bank, 1)
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0])
        self.assertEqual(feed.missing_from, feed.date_from)

    def test_only_where_the_bank_would_not_give_it_later(self):
        self.assertFalse(self.come(days=90))
        self.assertFalse(self.result.has_history)

    def test_the_first_day_that_the_person_says_at_last(self):
        self.come()
        self.run_job()
        self.result.line_ids[0].date_from = self.bank.today() - timedelta(days=120)
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0, 2.0])
        self.assertEqual((feed.difference_since, feed.run_ids.date_from), (feed.date_from, feed.date_from))
        self.assertTrue(feed.can_book_opening)

    def test_an_earlier_day_than_was_asked_for(self):
        self.come(days=200)
        self.run_job()
        hours_pass(self.bank, 1)
        self.result.line_ids[0].date_from = self.bank.today() - timedelta(days=300)
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0, 2.0])
        self.assertEqual(feed.missing_from, feed.date_from)

    def test_an_earlier_day_in_good_time(self):
        """The bank would still give more than was asked for in advance, so it is asked."""
        self.come(days=200)
        self.run_job()
        self.result.line_ids[0].date_from = self.bank.today() - timedelta(days=300)
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0, 2.0, 3.0])
        self.assertFalse(feed.missing_from)

    def test_an_earlier_day_and_the_bank_is_down(self):
        self.come(days=200)
        self.run_job()
        self.result.line_ids[0].date_from = self.bank.today() - timedelta(days=300)
        asked_again = self.asked_again()
        self.assertEqual(self.amounts(self.choose()), [1.0, 2.0])
        self.assertTrue(asked_again())

    def test_confirmed_twice(self):
        """Back, and once more: what the connected account waits for stays."""
        history = self.come()
        self.run_job()
        self.confirm()
        self.result.action_confirm()
        self.result.action_cancel()
        self.assertTrue(history.exists())

    def test_the_person_left_long_ago(self):
        """A scheduler that stood still does not tell the bank that somebody is there."""
        history = self.come()
        asked_again = self.asked_again()
        self.age(history, minutes=20)
        self.run_job()
        self.assertEqual((history.state, history.psu, asked_again()), ('failed', False, False))

    def test_deleted_while_the_bank_is_asked(self):
        other, history = self.env['bank.prefetch'], self.come()

        def cancelled(_client, *_arguments):
            other.browse(history.id).unlink()
            raise BankUnavailable("A bad moment.")

        with (
            patch.object(client_class('nextgenpsd2'), '_movements', cancelled),
            self.assertNoLogs('odoo', 'WARNING'),  # the job did not end by an exception
        ):
            self.run_job()
        self.assertFalse(history.exists())

    def test_nobody_has_begun(self):
        """A person who is quick is not kept waiting: the first fetch does it all."""
        history = self.come()
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0, 2.0, 3.0])
        self.assertFalse(history.exists())

    def test_another_worker_is_at_it(self):
        """The first fetch waits for the history; when it is there, it goes on at once."""
        history = self.come()
        history.write({'state': 'running', 'lease_until': fields.Datetime.now() + timedelta(minutes=5)})
        feed = self.choose()
        self.assertEqual((self.amounts(feed), feed.run_ids.state), ([], 'queued'))
        self.assertTrue(feed.lease_until)
        history.lease_until = False
        self.run_job()
        self.assertFalse(feed.lease_until)
        self.fetch(feed)
        self.assertEqual(self.amounts(feed), [1.0, 2.0, 3.0])

    def test_a_worker_was_killed(self):
        history = self.come()
        past = fields.Datetime.now() - timedelta(seconds=1)
        history.write({'state': 'running', 'lease_until': past, 'attempts': 1})
        self.run_job()
        self.assertEqual((history.state, history.attempts), ('ready', 2))

    def test_the_bank_has_a_bad_moment(self):
        self.bank.state['faults'] = [fault('/transactions', 'status', status=503, times=9)]
        history = self.come()
        self.run_job()
        self.assertEqual(history.state, 'queued')
        self.assertGreater(history.lease_until, fields.Datetime.now())
        self.assertTrue(history._is_running())
        self.bank.state['faults'].clear()
        history.lease_until = False
        self.run_job()
        self.assertEqual(history.state, 'ready')

    def test_the_bank_gives_nothing(self):
        """The first fetch asks itself, and says what is missing."""
        self.bank.state['faults'] = [fault('/transactions', 'status', status=400, code='FORMAT_ERROR')]
        history = self.come()
        self.run_job()
        self.assertEqual(history.state, 'failed')
        hours_pass(self.bank, 1)
        feed = self.choose()
        self.assertEqual(self.amounts(feed), [1.0])
        self.assertFalse(history.exists())

    def test_nothing_stays_of_what_is_not_connected(self):
        accounts = [account_key(account) for account in accounts_of('jana')]
        self.assertEqual(len(self.come(accounts=accounts)), len(accounts))
        self.run_job()
        self.result.line_ids[1:].action = 'skip'
        self.result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        self.result.action_confirm()
        history = self.env['bank.prefetch'].search([('consent_id', '=', self.result.consent_id.id)])
        self.assertEqual(history.account_session, self.result.line_ids[0].sudo().account_session)

    def test_nothing_stays_after_cancel(self):
        history = self.come()
        self.run_job()
        self.result.action_cancel()
        self.assertFalse(history.exists())

    def age(self, history, **delta):
        """Let it be older."""
        self.env.flush_all()
        self.env.cr.execute("UPDATE bank_prefetch SET create_date = create_date - %s", [timedelta(**delta)])
        history.invalidate_recordset()

    def test_nothing_stays_after_a_day(self):
        history = self.come()
        self.age(history, hours=25)
        history._gc_unused()
        self.assertFalse(history.exists())

    def test_what_an_account_waits_for_stays(self):
        history = self.come()
        self.run_job()
        self.confirm()
        self.age(history, hours=25)
        history._gc_unused()
        self.assertTrue(history.exists())
        self.age(history, days=14)
        history._gc_unused()
        self.assertFalse(history.exists())

    @mute_logger('odoo.addons.account_bank_feed.models.feed.bank_prefetch')
    def test_content_of_another_version(self):
        history = self.come()
        self.run_job()
        values = {'booked': [{'colour': 'blue'}], 'pending': []}
        packed = base64.b85encode(zlib.compress(json.dumps(values).encode())).decode()
        history.content_sealed = sealing.seal(self.env, packed)
        self.assertEqual(self.amounts(self.choose()), [1.0, 2.0, 3.0])

    def test_a_renewal_fetches_nothing_of_what_was_left_out(self):
        self.institution.own_history_days = 30
        feed = self.connect()
        self.assertTrue(self.env['bank.prefetch'].search([('consent_id', '=', self.consent.id)]))
        consent, address = self.start(renews=feed.connection_id)
        at_the_bank(address)
        result = self.come_back(consent)
        self.assertEqual(set(result.line_ids.mapped('action')), {'known', 'skip'})
        self.assertFalse(self.env['bank.prefetch'].search([('consent_id', '=', consent.id)]))

    def test_nobody_can_read_it(self):
        self.server.pay(name="Tajný Platca", amount='4.00')
        history = self.come()
        self.run_job()
        self.env.cr.execute("SELECT row_to_json(h)::text FROM bank_prefetch h")
        self.assertNotIn('Tajn', self.env.cr.fetchone()[0])
        self.assertFalse(history.with_user(self.manager).has_access('read'))
        self.assertFalse(history.with_user(self.env.ref('base.user_admin')).has_access('read'))

    def test_all_of_an_answer_comes_back(self):
        row = Transaction('booked', Decimal('-1.20'), 'EUR', self.bank.today(), remittance=('a', 'b'), raw={'k': '1'})
        answer = Movements(
            booked=(row,),
            pending=(Transaction('pending', Decimal('3'), 'EUR', None),),
            unreadable=(Unreadable("no amount", {'amount': None}),),
            balances=(Balance('closingBooked', Decimal('9.90'), 'EUR', self.bank.today()),),
            calls=3,
            first_day=self.bank.today(),
        )
        history = self.env['bank.prefetch']
        again = history._unpack(history._pack(answer))
        self.assertEqual(again, answer)
        self.assertEqual((again.booked[0].raw, again.unreadable[0].raw), ({'k': '1'}, {'amount': None}))
