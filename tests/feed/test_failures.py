from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...banks.errors import ConsentExpired, LoginDoubted, LoginRefused
from ...banks.nextgenpsd2.client import NextGenPsd2Client
from ...models.feed.fetch import LEASE, Fetch, Superseded
from ...models.feed.question import AtBank
from ...models.feed.queue import queue
from ...sandbox.faults import fault
from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, BankFeedCase


@tagged('post_install', '-at_install')
class TestFailures(BankFeedCase):
    """Limits of the bank, its failures and ours: postponed or told, never in the way of others."""

    def test_attended_and_unattended(self):
        """The bank is told of a person only when there is one."""
        feed = self.connect()
        self.fetch(feed)
        self.bank.state['calls'].clear()
        feed.run_ids.sudo().unlink()
        run = self.env['bank.feed.run'].create(
            {
                'feed_id': feed.id,
                'trigger': 'manual',
                'psu': {'ip_address': '192.0.2.9', 'user_agent': 'Browser', 'accept_language': ''},
            }
        )
        self.fetch(feed)
        self.assertEqual(run.state, 'done')
        self.assertFalse(self.bank.state['calls'])
        self.assertFalse(run.sudo().psu, "the person's address is not kept")
        self.fetch(feed)
        self.assertEqual([len(calls) for calls in self.bank.state['calls'].values()], [1])

    def test_daily_budget(self):
        """After four unattended fetches of a day the bank is not asked again; a person still may."""
        self.bank.state['settings']['limit'] = False  # it is we who keep the limit
        feed = self.connect()
        self.fetch(feed)
        for _number in range(4):
            self.assertEqual(self.fetch(feed).state, 'done')
        run = self.fetch(feed)
        self.assertEqual((run.state, run.called), ('postponed', False))
        self.assertGreater(feed.next_fetch, fields.Datetime.now() + timedelta(hours=23))
        feed.with_user(self.manager).action_fetch_now()
        self.env.cr.execute("UPDATE bank_feed_run SET psu = '{\"ip_address\": \"192.0.2.9\"}' WHERE state = 'queued'")
        self.assertEqual(self.fetch(feed).state, 'done')

    def test_429_postpones(self):
        feed = self.connect()
        self.fetch(feed)
        self.bank.state['faults'].append(
            fault('transactions', 'status', status=429, code='ACCESS_EXCEEDED', retry_after=7200)
        )
        run = self.fetch(feed)
        self.assertEqual(run.state, 'postponed')
        self.assertIn("limit of calls", run.message)
        self.assertFalse(feed.error)
        self.assertAlmostEqual(feed.next_fetch, fields.Datetime.now() + timedelta(hours=2), delta=timedelta(minutes=2))

    def test_the_pointer_moves_only_with_success(self):
        feed = self.connect()
        self.fetch(feed)
        pointer = fields.Date.today() - timedelta(days=20)
        feed.write({'fetched_until': pointer, 'last_fetch': fields.Datetime.now() - timedelta(days=20)})
        self.server.pay(amount='9.00', days=15)
        self.bank.state['faults'].append(fault('transactions', 'status', status=500, times=1))
        run = self.fetch(feed)
        self.assertEqual((run.state, feed.fetched_until), ('failed', pointer))
        self.assertIn("does not answer", feed.error)
        self.assertFalse(self.lines(feed))
        run = self.fetch(feed)
        self.assertEqual((run.new_count, run.date_from), (1, pointer - timedelta(days=10)))
        self.assertEqual((feed.fetched_until, feed.error, feed.error_count), (fields.Date.today(), False, 0))

    def test_back_off(self):
        feed = self.connect()
        waits = []
        self.bank.state['faults'].append(fault('transactions', 'html', times=99))
        for _number in range(8):
            feed.run_ids.sudo().unlink()  # the daily budget is another test's
            self.fetch(feed)
            waits.append((feed.next_fetch - fields.Datetime.now()).total_seconds() / 60)
        self.assertEqual(waits[:5], sorted(waits[:5]))
        self.assertGreater(waits[3], waits[0] * 4)
        self.assertLess(max(waits), 8 * 60)

    def test_one_failure_leaves_the_others_alone(self):
        self.server.pay(amount='5.00')
        feed = self.connect(accounts=(MAIN, account_key(accounts_of('jana')[1])))
        other = feed.connection_id.feed_ids - feed
        self.server.pay(account_key(accounts_of('jana')[1]), amount='6.00')
        self.bank.state['faults'].append(fault(feed.sudo().cover_id.account_session, 'half', times=9))
        self.fetch(feed)
        self.assertEqual((feed.run_ids.state, other.run_ids.state), ('failed', 'done'))
        self.assertEqual(len(self.lines(other)), 1)

    def test_an_unexpected_failure_is_told_too(self):
        feed = self.connect()
        self.env.flush_all()
        self.env.cr.execute("UPDATE bank_consent SET bank_ref_sealed = 'broken' WHERE id = %s", [self.consent.id])
        self.env.invalidate_all()
        with mute_logger('odoo.addons.account_bank_feed.models.feed.fetch'):
            run = self.fetch(feed)
        self.assertEqual(run.state, 'failed')
        self.assertIn("cannot be read with this server's key", run.message)
        self.assertEqual(feed.error, run.message)

    def test_lease(self):
        """A feed that another worker has is left alone until its lease is over; the cut-off run is told."""
        self.server.pay(amount='5.00')
        feed = self.connect()
        run = feed.run_ids
        run.write({'state': 'running', 'started': fields.Datetime.now()})
        feed.write({'lease_until': fields.Datetime.now() + LEASE, 'lease_token': 'other'})
        self.fetch(feed)
        self.assertFalse(self.lines(feed))
        feed.lease_until = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual(run.state, 'failed')
        self.assertIn("The server stopped", run.message)

    def test_a_worker_whose_lease_went_stores_nothing(self):
        self.server.pay(amount='5.00')
        feed = self.connect()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            mine = feed.with_env(self.env(cr=cr))
            fetch = Fetch(mine)
            self.assertTrue(fetch.begin())
            answer = fetch.ask()
            mine.lease_token = 'another worker'
            try:  # assertRaises would open a savepoint, across which nothing can be committed
                fetch.store(answer)
                superseded = False
            except Superseded:
                superseded = True
        self.assertTrue(superseded)
        self.assertFalse(self.lines(feed))

    def test_a_passing_401_is_no_end(self):
        """A gateway says 401, the bank says that the consent is valid: tried again, nobody has to renew."""
        feed = self.connect()
        self.fetch(feed)
        self.bank.state['faults'].append(fault('transactions', 'status', status=401, code='X'))
        run = self.fetch(feed)
        self.assertEqual((run.state, feed.connection_id.state), ('failed', 'active'))
        self.assertEqual(self.fetch(feed).state, 'done')

    def test_a_gateway_that_says_401_to_everything(self):
        feed = self.connect()
        self.fetch(feed)
        self.bank.state['faults'].append(fault('/v1/', 'status', status=401, code='X', times=9))
        self.fetch(feed)
        self.assertEqual((feed.connection_id.state, self.consent.state), ('active', 'valid'))
        self.assertTrue(feed.error)

    def test_a_refused_login_ends_the_permission(self):
        """Whatever the bank says of the consent: the token is not sent again, and the person is told."""
        feed = self.connect()

        def refuse(*_args, **_kwargs):
            raise LoginRefused("The bank does not accept the log-in (any more). (invalid_grant)", 'invalid_grant')

        self.patch(NextGenPsd2Client, 'movements', refuse)
        self.fetch(feed)
        connection = feed.connection_id
        self.assertEqual((connection.state, feed.consent_id.state), ('expired', 'expired'))
        self.assertTrue(connection.activity_search(['account_bank_feed.mail_activity_type_renew']))
        runs = len(feed.run_ids)
        self.fetch(feed)
        self.assertEqual(len(feed.run_ids), runs, "nobody asks the bank again")

    def test_one_accounts_permission_that_ends_says_so(self):
        feed = self.connect()

        def refuse(*_args, **_kwargs):
            raise ConsentExpired("The consent at the bank has expired. (CONSENT_EXPIRED)", 'CONSENT_EXPIRED')

        self.patch(NextGenPsd2Client, 'movements', refuse)
        run = self.fetch(feed)
        self.assertIn("Renew", run.message)
        self.assertEqual(feed.connection_id.state, 'active')
        self.assertTrue(feed.connection_id.activity_search(['account_bank_feed.mail_activity_type_renew']))

    def test_a_run_whose_worker_died_is_due(self):
        feed = self.connect()
        self.fetch(feed)
        dead = self.env['bank.feed.run'].create({'feed_id': feed.id, 'state': 'running', 'trigger': 'push'})
        feed.write({'next_fetch': fields.Datetime.now() + timedelta(days=1), 'lease_until': False})
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_fetch').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(dead.state, 'failed')
        self.assertEqual(feed.run_ids.sorted('id')[-1:].state, 'done')

    def test_a_bank_that_calls_again_and_again(self):
        """A thousand calls are a few fetches: the second waits its turn, and nothing is lost by it."""
        feed = self.connect()
        self.fetch(feed)
        queue(feed, 'push', None)
        self.fetch(feed)
        for _call in range(20):
            queue(feed, 'push', None)
        queued = feed.run_ids.filtered(lambda run: run.state == 'queued')
        self.assertEqual((len(queued), bool(queued.due)), (1, True))
        self.assertGreater(queued.due, fields.Datetime.now())
        done = len(feed.run_ids)
        feed.next_fetch = fields.Datetime.now() + timedelta(days=1)
        self.env.flush_all()
        self.env.ref('account_bank_feed.ir_cron_fetch').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((len(feed.run_ids), queued.state), (done, 'queued'))
        feed.with_user(self.manager).action_fetch_now()  # a person does not wait
        self.assertEqual((queued.state, queued.due), ('queued', False))
        queued.sudo().due = fields.Datetime.now() - timedelta(seconds=1)
        self.assertEqual(self.fetch(feed).state, 'done')

    def test_a_login_in_doubt_is_told_after_a_day(self):
        """One bad answer may be the bank's trouble; after a day without any good one a person has to look."""
        feed = self.connect()
        self.fetch(feed)
        doubted = LoginDoubted("The bank does not accept the token, or is in trouble.")
        with patch.object(AtBank, 'answer', side_effect=doubted):
            run = self.fetch(feed)
            self.assertEqual((run.state, feed.connection_id.activity_ids), ('failed', self.env['mail.activity']))
            self.assertLess(feed.next_fetch, fields.Datetime.now() + timedelta(hours=1))
            feed.last_fetch = fields.Datetime.now() - timedelta(days=2)
            self.fetch(feed)
            self.fetch(feed)
        self.assertEqual(len(feed.connection_id.activity_ids), 1)
        self.assertIn("make a new token", feed.error)
