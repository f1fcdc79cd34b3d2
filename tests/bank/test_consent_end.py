from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, BankFeedCase


@tagged('post_install', '-at_install')
class TestConsentEnd(BankFeedCase):
    """Promise 5: a permission's end is never a surprise."""

    def mails(self, connection):
        """To who is responsible, and to people about their own consent."""
        mails = self.env['mail.mail'].sudo()
        of_connection = mails.search([('model', '=', 'bank.connection'), ('res_id', '=', connection.id)])
        own = mails.search([('model', '=', 'bank.consent.holder'), ('res_id', 'in', connection.holder_ids.ids)])
        return (of_connection | own).sorted('id')

    def remind(self):
        with self.enter_registry_test_mode():
            self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()

    def test_revoked_at_the_bank(self):
        """Two accounts under one permission: one activity, one mail, no retry."""
        feed = self.connect(accounts=(MAIN, account_key(accounts_of('jana')[1])))
        connection = feed.connection_id
        self.bank.end_consent(self.consent._bank_ref())
        run = self.fetch(feed)
        self.assertEqual((run.state, connection.state, self.consent.state), ('failed', 'revoked', 'revokedByPsu'))
        self.assertIn("Renew", run.message)
        self.assertEqual(len(connection.activity_ids), 1)
        self.assertEqual(connection.activity_ids.user_id, self.manager)
        self.assertEqual(self.mails(connection).recipient_ids, self.manager.partner_id)
        count = self.env['bank.feed.run'].search_count(
            [('feed_id', 'in', connection.feed_ids.ids), ('called', '=', True)]
        )
        connection.feed_ids.next_fetch = fields.Datetime.now() - timedelta(hours=1)
        self.fetch(feed)
        self.assertEqual(
            self.env['bank.feed.run'].search_count([('feed_id', 'in', connection.feed_ids.ids), ('called', '=', True)]),
            count,
            "not retried",
        )
        self.assertEqual((len(connection.activity_ids), len(self.mails(connection))), (1, 1))

    def test_expired_at_the_bank(self):
        feed = self.connect()
        self.bank.advance(days=181)
        self.fetch(feed)
        self.assertEqual((feed.connection_id.state, self.consent.state), ('expired', 'expired'))
        self.assertIn("nothing is fetched", self.mails(feed.connection_id).subject)

    def test_reminders(self):
        """14, 8, 2 and 0 days before: once each, whatever the day the job runs on."""
        feed = self.connect()
        connection = feed.connection_id
        sent = []
        today = fields.Date.today()
        for left in (30, 15, 14, 13, 9, 8, 7, 3, 2, 1, 0):
            self.consent.valid_until = connection.valid_until = today + timedelta(days=left)
            before = len(self.mails(connection))
            self.remind()
            if len(self.mails(connection)) > before:
                sent.append(left)
            self.assertLessEqual(len(connection.activity_ids), 1)
        self.assertEqual(sent, [14, 8, 2, 0])
        self.assertEqual(connection.state, 'active')
        self.consent.valid_until = connection.valid_until = today - timedelta(days=1)
        self.remind()
        self.assertEqual((connection.state, self.consent.state), ('expired', 'expired'))
        self.assertEqual(len(self.mails(connection)), 5)

    def test_a_late_job_reminds_once(self):
        feed = self.connect()
        self.consent.valid_until = feed.connection_id.valid_until = fields.Date.today() + timedelta(days=1)
        self.remind()
        self.remind()
        self.assertEqual(len(self.mails(feed.connection_id)), 1)

    def test_days_are_a_setting(self):
        feed = self.connect()
        self.company.bank_feed_reminder_days = '30'
        self.consent.valid_until = feed.connection_id.valid_until = fields.Date.today() + timedelta(days=25)
        self.remind()
        self.assertEqual(len(self.mails(feed.connection_id)), 1)
        for wrong in ('a', '-1', '14;8', '1000'):
            with self.assertRaises(ValidationError):
                self.company.bank_feed_reminder_days = wrong

    def test_one_connections_trouble_does_not_silence_the_others(self):
        feed = self.connect()
        broken = self.env['bank.connection'].create(
            {
                'institution_id': self.institution.copy({'code': 'x'}).id,
                'company_id': self.company.id,
                'valid_until': fields.Date.today(),
            }
        )
        self.env.cr.execute("UPDATE res_company SET bank_feed_reminder_days = '14' WHERE id = %s", [self.company.id])
        self.consent.valid_until = feed.connection_id.valid_until = fields.Date.today() + timedelta(days=2)
        remind = type(broken)._remind

        def fail(connection):
            if connection.id == broken.id:
                raise ValueError("trouble")
            return remind(connection)

        self.patch(type(broken), '_remind', fail)
        with self.assertLogs('odoo.addons.account_bank_feed.models.bank.bank_connection_consent', 'WARNING') as log:
            self.remind()
        self.assertNotIn("trouble", str(log.output), "what an error says may be the bank's text")
        self.assertEqual(len(self.mails(feed.connection_id)), 1)

    def test_renewal_closes_the_reminder(self):
        feed = self.connect()
        self.consent.valid_until = feed.connection_id.valid_until = fields.Date.today() + timedelta(days=2)
        self.remind()
        self.assertTrue(feed.connection_id.activity_ids)
        self.consent.valid_until = fields.Date.today() + timedelta(days=90)
        feed._attach(self.consent, 'session')
        self.assertFalse(feed.connection_id.activity_ids)
        self.assertEqual(feed.connection_id.holder_ids.reminded_days, -1)

    def test_the_responsible_has_left(self):
        """Somebody else who may renew is told."""
        feed = self.connect()
        deputy = self._make_user('deputy', 'account_bank_feed.bank_feed_group_manager')
        self.manager.active = False
        self.consent.valid_until = feed.connection_id.valid_until = fields.Date.today() + timedelta(days=2)
        self.remind()
        self.assertEqual(feed.connection_id.user_id, deputy)
        self.assertIn('deputy_bank', feed.connection_id.activity_ids.user_id.login)
        mail = self.mails(feed.connection_id)
        self.assertEqual(mail.recipient_ids, deputy.partner_id)
