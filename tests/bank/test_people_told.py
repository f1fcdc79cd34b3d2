from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tests import tagged

from ..cases.common import MAIN
from .test_people import RENEW, RESERVE, PeopleCase


@tagged('post_install', '-at_install')
class TestPeopleTold(PeopleCase):
    """What new users stumbled over: each account's own state, whose turn it is, who is told."""

    def two(self):
        """(account that both cover, account of the first consent alone); the second is the director's, and newer"""
        feed = self.connect(accounts=(MAIN, RESERVE))
        self.second = self.give(feed.connection_id, self.director, 'peter', [MAIN])
        return feed, feed.connection_id.feed_ids - feed

    def test_each_account_has_a_state_of_its_own(self):
        feed, reserve = self.two()
        self.consent.valid_until = fields.Date.today() + timedelta(days=5)
        self.env.invalidate_all()
        self.assertEqual((feed.status, reserve.status), ('active', 'ending'))
        rows = {row['id']: row for row in self.env['bank.feed'].with_user(self.accountant).overview()['feeds']}
        self.assertEqual((rows[feed.id]['badge'], rows[reserve.id]['badge']), ('success', 'warning'))
        self.assertGreater(rows[feed.id]['days_left'], rows[reserve.id]['days_left'])
        self.consent.valid_until = fields.Date.today() - timedelta(days=1)
        self.remind()
        self.assertEqual((feed.status, reserve.status), ('active', 'lost'))
        rows = {row['id']: row for row in self.env['bank.feed'].with_user(self.accountant).overview()['feeds']}
        self.assertEqual(
            (rows[reserve.id]['badge'], rows[reserve.id]['next_fetch'], rows[reserve.id]['valid_until']),
            ('danger', '', ''),
        )
        self.assertIn("Left out", (feed | reserve).with_user(self.accountant).action_fetch_now()['params']['message'])

    def test_whose_turn_it_is(self):
        feed = self.connect()
        connection = feed.connection_id
        self.consent.valid_until = fields.Date.today() + timedelta(days=5)
        connection._refresh_state()
        self.assertIn("Your consent", connection.with_user(self.manager).next_action)
        chief = self._make_user('chief', 'account_bank_feed.bank_feed_group_manager')
        self.assertIn(self.manager.name, connection.with_user(chief).next_action)
        self.assertNotIn(self.manager.name, connection.with_user(self.accountant).next_action)
        self.consent._end('revokedByPsu', "Ended at the bank.")
        self.assertIn("your consent", connection.with_user(self.manager).next_action)
        self.assertIn(self.manager.name, connection.with_user(chief).next_action)
        self.assertNotIn(self.manager.name, connection.with_user(self.accountant).next_action)

    def test_all_consents_on_one_page(self):
        feed, reserve = self.two()
        self.second.invited_by = self.manager
        action = feed.connection_id.with_user(self.manager).action_choose_accounts()
        result = self.env['bank.connect.result'].with_user(self.manager).browse(action['res_id'])
        self.assertEqual((result.missing, result.elsewhere), ('', ''))
        consents = {line.account_number: line.consent_id.with_env(self.env) for line in result.line_ids}
        self.assertEqual(consents[feed.account_number], self.second, "the newest")
        self.assertEqual(consents[reserve.account_number], self.consent)
        line = result.line_ids.filtered(lambda line: line.account_number == reserve.account_number)
        line.action = 'stop'
        result.action_confirm()
        self.assertEqual((feed.active, reserve.active, reserve.status), (True, False, 'stopped'))
        action = feed.connection_id.with_user(self.manager).action_choose_accounts()
        again = self.env['bank.connect.result'].with_user(self.manager).browse(action['res_id'])
        line = again.line_ids.filtered(lambda line: line.account_number == reserve.account_number)
        self.assertEqual((line.action, line.journal_id), ('skip', reserve.journal_id), "nothing begins by itself")
        self.assertIn("Not fetched any more", line.note)
        reserve.with_user(self.manager).action_resume()
        self.assertEqual((reserve.active, reserve.status, reserve.consent_id), (True, 'active', self.consent))

    def test_what_was_asked_is_done(self):
        """No activity stays once everything is fetched, whoever renewed."""
        feed = self.connect()
        connection = feed.connection_id
        self.invite(connection, self.director)
        self.consent._end('revokedByPsu', "Ended at the bank.")
        self.assertTrue(connection.activity_search([RENEW], user_id=self.manager.id))
        self.holder(connection, self.manager).with_user(self.manager).action_no_rights()
        self.give(connection, self.director, 'peter', [MAIN])
        self.assertFalse(connection.activity_search([RENEW]))

    def test_who_asked_is_told(self):
        connection = self.connect().connection_id
        holder = self.invite(connection, self.director)
        holder.with_user(self.director).action_no_rights()
        self.assertIn("no rights", self.mails_to(self.manager).subject)

    def test_asked_again(self):
        """Who gave one before is asked to renew, not invited as a stranger."""
        feed = self.connect()
        self.give(feed.connection_id, self.director, 'peter', [MAIN])
        wizard = (
            self.env['bank.invite']
            .with_user(self.manager)
            .create(
                {'connection_id': feed.connection_id.id, 'company_id': self.company.id, 'user_ids': self.director.ids}
            )
        )
        self.assertTrue(wizard.reminds)
        wizard.action_invite()
        self.assertIn("asks you to renew", self.mails_to(self.director).subject)

    def test_taken_back(self):
        """A person ends the own consent: at the bank, too; somebody else's goes on."""
        feed, reserve = self.two()
        self.holder(feed.connection_id, self.director)._end_own()
        self.assertEqual(self.bank.state['consents'][self.second._bank_ref()]['status'], 'terminatedByTpp')
        self.assertEqual((feed.consent_id, reserve.consent_id), (self.consent, self.consent))
        self.assertEqual(self.holder(feed.connection_id, self.director).state, 'ended')
        self.assertEqual(self.second.ended_on, fields.Date.today())

    def test_removed(self):
        """What removing did is said, also to whose consent it ends."""
        feed, _reserve = self.two()
        told = feed.connection_id.with_user(self.manager).action_disconnect()
        self.assertIn("ended at the bank", told['params']['message'])
        self.assertIn("not used any more", self.mails_to(self.director).mapped('subject')[0])

    def test_an_opening_balance_without_a_rate(self):
        dollars = self.rate('USD', None)
        feed = self.connect()
        feed.sudo().write({'currency_id': dollars.id, 'difference_since': feed.date_from})
        self.patch(type(feed), 'can_book_opening', property(lambda feed: True))
        with self.assertRaises(RedirectWarning):
            feed.action_book_opening()

    def test_who_presses_renew_without_a_consent(self):
        """Whose turn it is, is asked first, from wherever *Renew* is pressed."""
        feed = self.connect()
        connection = feed.connection_id
        chief = self._make_user('chief', 'account_bank_feed.bank_feed_group_manager')
        action = feed.with_user(chief).action_renew()
        self.assertEqual(
            (action['res_model'], action['context']['default_user_ids']), ('bank.invite', self.manager.ids)
        )
        wizard = self.env['bank.invite'].with_user(chief).with_context(**action['context']).create({})
        self.assertEqual((wizard.user_ids, wizard.reminds), (self.manager, True))
        self.assertEqual(wizard.action_myself()['type'], 'ir.actions.act_url', "who has the rights, too, goes on")
        self.assertEqual(feed.with_user(self.manager).action_renew()['type'], 'ir.actions.act_url')
        self.holder(connection, self.manager).with_user(chief).action_remind()
        self.assertIn("asks you to renew", self.mails_to(self.manager)[0].subject)
        with self.assertRaises(AccessError):
            self.holder(connection, self.manager).with_user(self.accountant).action_remind()

    def test_without_the_agreement_by_no_way(self):
        """Where the provider wants an agreement before anything is fetched, nobody is sent to the bank by any way."""
        feed = self.connect()
        connection = feed.connection_id
        holder = self.invite(connection, self.director)
        self.provider.agreement = 'fetching'
        wizards = self.env['bank.connect'].with_user(self.manager)
        wizard = wizards.create({'institution_id': self.institution.id, 'company_id': self.company.id})
        asked = len(self.bank.state['consents'])

        def by_page():
            self.give(connection, self.director, 'peter')

        for way in (
            wizard.action_connect,
            wizard.action_invite,
            lambda: self.invite(connection, self.accountant),
            connection.with_user(self.manager).with_context(bank_feed_myself=True).action_renew,
            holder.with_user(self.manager).action_remind,
            feed.with_user(self.manager).action_fetch_now,
            by_page,
        ):
            with self.assertRaises(RedirectWarning if way != by_page else UserError):
                way()
        self.assertEqual(len(self.bank.state['consents']), asked)
        self.assertIn("wants an agreement", connection.next_action)
        rows = self.env['bank.feed'].with_user(self.accountant).overview()['feeds']
        self.assertEqual(
            [(row['state'], row['badge'], row['next_fetch']) for row in rows], [("No Agreement", 'danger', '')]
        )
