from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, PSU, BankFeedCase, at_the_bank

RESERVE = account_key(accounts_of('jana')[1])
RENEW = 'account_bank_feed.mail_activity_type_renew'


class PeopleCase(BankFeedCase):
    """A manager, a director and an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls._make_user('director')
        cls.accountant = cls._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')

    def invite(self, connection, user, by=None):
        wizard = self.env['bank.invite'].with_user(by or self.manager)
        wizard.create(
            {'connection_id': connection.id, 'company_id': self.company.id, 'user_ids': user.ids}
        ).action_invite()
        return self.holder(connection, user)

    def holder(self, connection, user):
        return connection.holder_ids.filtered(lambda holder: holder.user_id == user)

    def give(self, connection, user, login, accounts=None):
        """What the page and the bank do for who was asked."""
        holder = self.env['bank.consent.holder']._of(connection, user)
        environment = self.env(user=user)
        consent, address = (
            environment['bank.consent']
            .sudo()
            ._start(
                connection.institution_id.with_env(environment(su=True)),
                connection.company_id.with_env(environment(su=True)),
                PSU,
                renews=connection,
                invited_by=holder.invited_by or self.manager,
            )
        )
        at_the_bank(address, login, accounts=accounts)
        consent._finish({}, PSU)
        consent.with_env(environment)._join(PSU)
        return consent.with_env(self.env)

    def mails_to(self, user):
        return self.env['mail.mail'].sudo().search([('recipient_ids', 'in', user.partner_id.ids)])

    def remind(self):
        self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()
        self.env.invalidate_all()


@tagged('post_install', '-at_install')
class TestPeople(PeopleCase):
    """Several people hold a consent on one connection; each is told of the own one, nobody else."""

    def test_another_consent_takes_over(self):
        feed = self.connect(accounts=(MAIN, RESERVE))
        connection, first = feed.connection_id, self.consent
        holder = self.invite(connection, self.director)
        self.assertEqual(holder.state, 'invited')
        self.assertIn('/bank_feed/consents/', self.mails_to(self.director).body_html)
        second = self.give(connection, self.director, 'peter')
        self.assertEqual(
            (feed.consent_id, holder.state, holder.account_count), (second, 'valid', 1), "the newest first"
        )
        reserve = connection.feed_ids - feed
        self.assertEqual(reserve.consent_id, first, "what the newer one does not cover stays")
        self.assertEqual(self.fetch(feed).state, 'done')
        before = len(self.mails_to(self.director))
        self.assertIn("has given a consent", self.mails_to(self.manager).subject, "who asked is told")
        self.mails_to(self.manager).unlink()
        self.bank.end_consent(second._bank_ref())
        self.fetch(feed)
        self.assertEqual((feed.consent_id, connection.state), (first, 'active'))
        self.assertEqual(self.fetch(feed).state, 'done', "goes on by itself")
        self.assertEqual(holder.state, 'ended')
        self.assertEqual(len(self.mails_to(self.director)), before + 1)
        self.assertFalse(self.mails_to(self.manager), "whose own goes on is not told")
        self.assertFalse(connection.activity_ids.filtered(lambda activity: activity.user_id == self.manager))
        self.assertIn(
            "fetched with another person", connection.message_ids[:3].mapped('body')[1] + connection.message_ids[0].body
        )

    def test_the_last_one_ends(self):
        feed = self.connect()
        connection = feed.connection_id
        second = self.give(connection, self.director, 'peter', accounts=[MAIN])
        self.bank.end_consent(self.consent._bank_ref())
        self.bank.end_consent(second._bank_ref())
        self.fetch(feed)
        feed.next_fetch = fields.Datetime.now() - timedelta(hours=1)
        self.fetch(feed)
        self.assertEqual(connection.state, 'revoked')
        self.assertEqual(len(self.mails_to(self.director)), 1)
        self.assertEqual(len(self.mails_to(self.manager)), 1)
        self.give(connection, self.director, 'peter', accounts=[MAIN])
        self.assertEqual((connection.state, self.fetch(feed).state), ('active', 'done'))

    def test_each_is_reminded_of_the_own(self):
        feed = self.connect()
        connection = feed.connection_id
        second = self.give(connection, self.director, 'peter', accounts=[MAIN])
        second.valid_until = fields.Date.today() + timedelta(days=5)
        connection._refresh_state()
        self.assertEqual(
            connection.valid_until, self.consent.valid_until, "fetching goes on for as long as the longest"
        )
        self.remind()
        self.remind()
        self.assertEqual(len(self.mails_to(self.director)), 1)
        self.assertFalse(self.mails_to(self.manager))
        self.assertEqual(self.holder(connection, self.director).state, 'ending')
        second.valid_until = fields.Date.today() - timedelta(days=1)
        self.remind()
        self.assertEqual((second.state, feed.consent_id), ('expired', self.consent))
        self.assertEqual(len(self.mails_to(self.director)), 2)
        self.assertFalse(self.mails_to(self.manager))

    def test_who_has_no_rights_is_left_alone(self):
        feed = self.connect()
        connection = feed.connection_id
        holder = self.invite(connection, self.accountant)
        holder.with_user(self.accountant).action_no_rights()
        self.assertEqual(holder.state, 'no_rights')
        self.bank.end_consent(self.consent._bank_ref())
        self.fetch(feed)
        self.assertEqual(len(self.mails_to(self.accountant)), 1, "the invitation alone")
        with self.assertRaises(UserError):
            self.holder(connection, self.manager).with_user(self.manager).action_no_rights() if self.give(
                connection, self.manager, 'jana', [MAIN]
            ) else None

    def test_no_rights_set_up_by_another(self):
        """An accountant without rights at the bank asks the director; the director's consent feeds the accountant's journals."""
        wizard = self.env['bank.invite'].with_user(self.manager)
        wizard.create(
            {'institution_id': self.institution.id, 'company_id': self.company.id, 'user_ids': self.director.ids}
        ).action_invite()
        connection = self.env['bank.connection'].search([('institution_id', '=', self.institution.id)])
        self.assertEqual(connection.state, 'waiting')
        self.give(connection, self.director, 'peter')
        self.assertEqual(connection.state, 'waiting')
        self.assertIn("choose which account", connection.next_action)
        self.assertEqual(connection.activity_ids.user_id, self.manager)
        with self.assertRaises(AccessError):
            connection.with_user(self.accountant).action_choose_accounts()
        other = self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        with self.assertRaises(UserError):
            connection.with_user(other).action_choose_accounts()
        action = connection.with_user(self.manager).action_choose_accounts()
        result = self.env['bank.connect.result'].with_user(self.manager).browse(action['res_id'])
        self.assertEqual(result.line_ids.mapped('action'), ['create', 'create'])
        result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        result.line_ids[1].action = 'skip'
        result.action_confirm()
        feed = connection.feed_ids
        self.assertEqual((connection.state, feed.journal_id), ('active', self.journal))
        self.server.pay(amount='15.00')
        self.assertEqual(self.fetch(feed).new_count, 1)

    def test_people_connections_accounts(self):
        """The page *Consents*: what each one's own consent covers, account by account; others' names for managers only."""
        feed = self.connect(accounts=(MAIN, RESERVE))
        connection = feed.connection_id
        self.give(connection, self.accountant, 'jana', [MAIN])
        self.give(connection, self.director, 'peter', [MAIN])

        def said(user, person):
            found = self.env['bank.consent.holder'].with_user(user).matrix()
            rows = {row['id']: row for row in found['people']}
            if person.id not in rows:
                return None
            cell = rows[person.id]['cells'][connection.id]
            return [(one['covered'], one['said'].rpartition(', ')[2]) for one in cell['accounts']]

        self.assertEqual(said(self.manager, self.director), [(True, "read with it"), (False, "not covered")])
        other = f"read with the consent of {self.director.name}"
        self.assertEqual(said(self.manager, self.accountant), [(True, other), (False, "not covered")])
        self.assertEqual(said(self.manager, self.manager), [(True, other), (True, "read with it")])
        self.assertEqual(
            said(self.accountant, self.accountant), [(True, "read with somebody else’s"), (False, "not covered")]
        )
        self.assertIsNone(said(self.accountant, self.manager))

    def test_a_consent_whose_accounts_were_stopped(self):
        feed = self.connect()
        self.give(feed.connection_id, self.director, 'peter', [MAIN])
        holder = self.holder(feed.connection_id, self.director)
        feed.active = False
        self.env.invalidate_all()
        self.assertEqual((holder.state, holder.account_count), ('valid', 0), "it has not ended")
        cell = self.env['bank.consent.holder'].with_user(self.manager).matrix()['people']
        said = [row['cells'][feed.connection_id.id]['said'] for row in cell if row['id'] == self.director.id]
        self.assertEqual(said, ["no account is read with it"])

    def test_who_sees_whose(self):
        feed = self.connect()
        self.give(feed.connection_id, self.director, 'peter', [MAIN])
        for model in ('bank.consent', 'bank.consent.account', 'bank.consent.holder'):
            self.assertFalse(self.env[model].with_user(self.accountant).search([]), model)
            self.assertEqual(len(self.env[model].with_user(self.manager).search([])), 2, model)
            with self.assertRaises(AccessError):
                self.env[model].with_user(self.director).search([])
        self.assertTrue(feed.with_user(self.accountant).valid_until)
        self.assertTrue(feed.with_user(self.accountant).action_fetch_now())
        with self.assertRaises(AccessError):
            self.env['bank.invite'].with_user(self.accountant).create({})
        holder = self.holder(feed.connection_id, self.director)
        for user in (self.accountant, self.director):
            with self.assertRaises(AccessError):
                holder.with_user(user).write({'no_rights': True})
        with self.assertRaises(AccessError):
            holder.with_user(self.accountant).action_no_rights()
