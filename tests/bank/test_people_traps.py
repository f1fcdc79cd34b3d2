from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.common import MAIN, PSU, at_the_bank
from .test_people import RENEW, RESERVE, PeopleCase


@tagged('post_install', '-at_install')
class TestPeopleTraps(PeopleCase):
    """What attackers found in consents of several people."""

    def test_a_removed_connection_stays_removed(self):
        feed = self.connect()
        connection = feed.connection_id
        self.invite(connection, self.director)
        connection.with_user(self.manager).action_disconnect()
        with self.assertRaises(UserError):
            self.give(connection, self.director, 'peter', [MAIN])
        self.assertEqual(connection.state, 'disconnected')
        self.assertFalse(feed.consent_id)
        self.assertEqual(list(self.bank.state['consents'].values())[-1]['status'], 'terminatedByTpp', "given back")
        again = self.invite(connection, self.accountant)  # a manager asks anew: it waits, for whom was asked now
        self.assertEqual((connection.state, again.state), ('waiting', 'invited'))
        self.assertFalse(self.holder(connection, self.director)._may_give())
        self.give(connection, self.accountant, 'jana', [MAIN])
        self.assertEqual((connection.state, self.fetch(feed).state), ('active', 'done'))

    def waiting(self, company=None):
        company = company or self.company
        connection = self.env['bank.connection']._wait_for(self.institution, company)
        self.env['bank.consent.holder']._of(connection, self.director)._invite(self.manager)
        return connection

    def test_a_consent_that_waits_is_not_ended(self):
        """It covers nothing yet, as its accounts are to be chosen: a second one for another company leaves it alone."""
        other = self._make_company("Druhá firma")
        self.director.company_ids |= other
        self.bank.state['settings']['keep_consents'] = True
        first = self.give(self.waiting(), self.director, 'peter')
        self.give(self.waiting(other), self.director, 'peter')
        self.assertFalse(first._is_replaced())

    def test_its_day_is_over_in_every_company(self):
        """One consent for two companies: where one of them notices that its day is over, the other goes on with what it has."""
        other = self._make_company("Druhá firma")
        self.manager.company_ids |= other
        feed = self.connect()
        journal = self.env['account.journal'].search([('company_id', '=', other.id), ('type', '=', 'bank')], limit=1)
        connection = self.env['bank.connection']._of(self.institution, other)
        account = self.consent._client().accounts(self.consent._bank_ref(), PSU)[0]
        second = self.env['bank.feed']._connect(connection, account, journal, fields.Date.today())
        second._attach(self.consent, account.session_id)
        self.director.company_ids |= other
        theirs = self.give(connection, self.director, 'peter', [MAIN])
        self.assertEqual(second.consent_id, theirs)
        self.consent.valid_until = fields.Date.today() - timedelta(days=1)
        second.cover_id = second.cover_ids.filtered(lambda cover: cover.consent_id == self.consent)
        feed.connection_id._refresh_state()
        self.assertEqual((self.consent.state, second.consent_id, connection.state), ('expired', theirs, 'active'))
        self.assertEqual(feed.connection_id.state, 'expired')
        self.assertEqual(len(self.mails_to(self.manager)), 2, "once for each connection, whoever noticed")

    def test_a_part_that_stops_is_said(self):
        feed = self.connect(accounts=(MAIN, RESERVE))
        connection = feed.connection_id
        self.consent.valid_until = fields.Date.today() - timedelta(days=1)
        self.give(connection, self.director, 'peter', [MAIN])
        reserve = connection.feed_ids - feed
        self.assertTrue(reserve.error)
        self.assertIn("not fetched", connection.activity_search([RENEW], user_id=self.manager.id).summary)
        self.assertIn("Reserve", connection.next_action)

    def test_for_the_companies_of_who_gave_it(self):
        """Whoever confirms what an invited person gave: it is not used where that person is not."""
        other = self._make_company("Druhá firma")
        self.manager.company_ids |= other
        environment = self.env(user=self.manager, context={'allowed_company_ids': (self.company | other).ids})
        consent, address = environment['bank.consent']._start(
            self.institution.with_env(environment), other.with_env(environment), PSU
        )
        at_the_bank(address, 'jana', accounts=[MAIN])
        consent._finish({}, PSU)
        result = environment['bank.connect.result']._from_consent(consent, PSU)
        result.action_confirm()
        theirs = self.env['bank.feed'].search([('company_id', '=', other.id)])
        connection = self.waiting()
        given = self.give(connection, self.director, 'peter')
        action = connection.with_env(environment).action_choose_accounts()
        result = environment['bank.connect.result'].browse(action['res_id'])
        line = result.line_ids.filtered(lambda line: line.account_number == MAIN.split('/')[0])
        self.assertNotEqual(line.action, 'known')
        line.write({'action': 'create', 'company_id': other.id})
        result.line_ids[1:].action = 'skip'
        with self.assertRaises(UserError):
            result.action_confirm()
        self.assertNotEqual(theirs.consent_id, given)

    def test_who_asked_has_left(self):
        connection = self.waiting()
        self.give(connection, self.director, 'peter')
        other = self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        with self.assertRaises(UserError):
            connection.with_user(other).action_choose_accounts()
        self.manager.active = False
        self.assertTrue(connection.with_user(other).action_choose_accounts())

    def test_reminded_on_the_right_day(self):
        feed = self.connect()
        connection = feed.connection_id
        given = self.give(connection, self.accountant, 'jana', [MAIN])
        given.valid_until = fields.Date.today() + timedelta(days=5)
        self.remind()
        activity = connection.activity_search([RENEW], user_id=self.accountant.id)
        self.assertEqual(activity.date_deadline, given.valid_until)
        gone = self.give(connection, self.director, 'peter', [MAIN])
        gone.valid_until = fields.Date.today() + timedelta(days=5)
        self.director.active = False
        before = len(self.mails_to(self.manager))
        self.remind()
        self.assertEqual(len(self.mails_to(self.manager)), before, "nothing stops, and nobody is there to be told")

    def test_a_failure_doubts_the_consent_that_failed(self):
        """While the bank was asked, somebody gave a newer consent."""
        from ...models.feed.fetch import Fetch

        feed = self.connect()
        fetch = Fetch(feed)
        fetch.begun, fetch.consent = True, self.consent
        newer = self.give(feed.connection_id, self.director, 'peter', [MAIN])
        fetch._lose_account("The bank gives it no more.")
        self.assertEqual(feed.consent_id, newer)
        self.assertFalse(feed.cover_id.is_doubted)
