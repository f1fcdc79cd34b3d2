from odoo.fields import Command
from odoo.tests import tagged

from ...sandbox.faults import fault
from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, PSU, BankFeedCase, at_the_bank


@tagged('post_install', '-at_install')
class TestRenew(BankFeedCase):
    """A permission after the first: renewed, replaced, given back."""

    def test_cancel_gives_the_permission_back(self):
        consent, address = self.start()
        at_the_bank(address)
        self.come_back(consent).action_cancel()
        self.assertEqual(self.bank.consent(consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertFalse(self.env['bank.connection'].search([('institution_id', '=', self.institution.id)]))

    def test_renew_keeps_feeds_and_journals(self):
        feed = self.connect()
        session, connection = feed.sudo().cover_id.account_session, feed.connection_id
        self.bank.end_consent(self.consent._bank_ref())
        self.server.pay(amount='15.00')
        self.fetch(feed)
        self.assertEqual(connection.state, 'revoked')
        consent, address = self.start(renews=connection)
        at_the_bank(address)
        result = self.come_back(consent)
        self.assertEqual(result.line_ids.mapped('action'), ['known', 'skip', 'skip'])
        result.action_confirm()
        self.assertEqual(
            (connection.state, feed.consent_id, feed.journal_id), ('active', consent.with_env(self.env), self.journal)
        )
        self.assertNotEqual(feed.sudo().cover_id.account_session, session)
        self.assertEqual(self.env['bank.feed'].search_count([('institution_id', '=', self.institution.id)]), 1)
        self.assertFalse(connection.activity_ids)
        self.assertEqual(self.fetch(feed).new_count, 1)

    def test_accounts_are_changed_without_losing_anything(self):
        """One more, one less, and that one again: by *Change Accounts*, with the consent that is there."""
        feed = self.connect(accounts=(MAIN, account_key(accounts_of('jana')[1])))
        connection = feed.connection_id.with_user(self.manager)
        self.server.pay(amount='15.00')
        self.fetch(feed)
        reserve = connection.feed_ids - feed
        self.assertTrue(connection.can_choose)
        result = (
            self.env['bank.connect.result']
            .with_user(self.manager)
            .browse(connection.action_choose_accounts()['res_id'])
        )
        line = result.line_ids.filtered(lambda line: line.account_number == feed.account_number)
        self.assertEqual(result.line_ids.mapped('action'), ['known', 'known'])
        line.action = 'stop'
        result.action_confirm()
        self.assertEqual((feed.active, reserve.active, connection.state), (False, True, 'active'))
        self.assertEqual(len(self.lines(feed)), 1, "what came stays")
        result = (
            self.env['bank.connect.result']
            .with_user(self.manager)
            .browse(connection.action_choose_accounts()['res_id'])
        )
        line = result.line_ids.filtered(lambda line: line.account_number == feed.account_number)
        line.write({'action': 'existing', 'journal_id': self.journal.id})
        result.action_confirm()
        self.assertTrue(feed.active)
        self.server.pay(amount='16.00')
        self.assertEqual(self.fetch(feed).new_count, 1)

    def test_renew_by_the_wrong_person_is_told(self):
        feed = self.connect()
        consent, address = self.start(renews=feed.connection_id)
        at_the_bank(address, 'eva')
        result = self.come_back(consent)
        self.assertEqual((result.missing, result.elsewhere), ('', MAIN.split('/')[0]))
        self.assertNotEqual(feed.consent_id, consent.with_env(self.env))
        result.action_cancel()
        self.assertEqual(self.bank.consent(consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertEqual(feed.connection_id.state, 'active')

    def test_the_same_person_connects_more(self):
        """The bank ends the older permission of the same person: the known account goes over to the new one."""
        feed = self.connect()
        reserve = account_key(accounts_of('jana')[1])
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN, reserve])
        result = self.come_back(consent)
        self.assertEqual(result.line_ids.mapped('action'), ['known', 'create'])
        result.action_confirm()
        self.assertEqual(feed.consent_id, consent.with_env(self.env))
        self.assertEqual(len(feed.connection_id.feed_ids), 2)
        self.assertEqual(feed.connection_id.state, 'active')

    def test_nothing_changes_before_it_is_confirmed(self):
        """Coming back from the bank brings a permission and a list; what is fetched with it, a person says."""
        feed = self.connect()
        older = feed.consent_id
        self.fetch(feed)
        runs = len(feed.run_ids)
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = self.come_back(consent)
        self.assertEqual(result.line_ids.action, 'known')
        self.assertEqual((feed.consent_id, older.state, len(feed.run_ids)), (older, 'valid', runs))
        self.assertFalse(consent.connection_ids)
        result.action_confirm()
        self.assertEqual((feed.consent_id.id, older.state, len(feed.run_ids)), (consent.id, 'expired', runs + 1))

    def test_superseded_elsewhere_is_noticed(self):
        """A new permission without an account that had one: its connection says so."""
        feed = self.connect()
        reserve = account_key(accounts_of('jana')[1])
        consent, address = self.start()
        at_the_bank(address, accounts=[reserve])
        self.come_back(consent).action_confirm()
        self.assertEqual(self.consent.state, 'expired')
        self.assertIn("newer permission", feed.error)
        self.assertTrue(feed.connection_id.activity_ids)

    def test_an_account_left_out_of_a_renewal(self):
        """The others go on; the one that is no longer covered says so, and somebody is told once."""
        reserve = account_key(accounts_of('jana')[1])
        feed = self.connect(accounts=(MAIN, reserve))
        connection = feed.connection_id
        other = connection.feed_ids - feed
        consent, address = self.start(renews=connection)
        at_the_bank(address, accounts=[MAIN])
        result = self.come_back(consent)
        self.assertEqual(result.missing, reserve.split('/')[0])
        result.action_confirm()
        self.assertEqual((connection.state, len(connection.activity_ids)), ('active', 1))
        self.assertTrue(other.error)
        self.assertEqual(self.fetch(feed).state, 'done')
        self.assertNotIn('queued', other.run_ids.mapped('state'))

    def test_an_older_consent_that_the_bank_forgot(self):
        feed = self.connect()
        del self.bank.state['consents'][self.consent._bank_ref()]
        consent, address = self.start(renews=feed.connection_id)
        at_the_bank(address, accounts=[MAIN])
        self.come_back(consent)
        self.assertEqual(
            (self.consent.state, feed.consent_id, feed.connection_id.state),
            ('revokedByPsu', consent.with_env(self.env), 'active'),
        )

    def test_connect_again_after_disconnect(self):
        """The same journal again, and nothing twice."""
        self.server.pay(amount='15.00')
        feed = self.connect()
        self.fetch(feed)
        feed.connection_id.with_user(self.manager).action_disconnect()
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = self.come_back(consent)
        self.assertEqual((result.line_ids.action, result.line_ids.journal_id), ('existing', self.journal))
        result.action_confirm()
        result.action_confirm()
        self.assertEqual(self.env['bank.feed'].search([('institution_id', '=', self.institution.id)]), feed)
        self.assertEqual((feed.connection_id.state, self.fetch(feed).new_count), ('active', 0))

    def test_the_same_account_through_another_provider(self):
        """Other references for the same movements: nothing comes twice, a new one comes."""
        self.server.pay(amount='15.00', days=3)
        self.server.pay(amount='15.00', days=3)
        feed = self.connect()
        self.fetch(feed)
        feed.connection_id.with_user(self.manager).action_disconnect()
        self.institution = self.institution.copy({'code': 'other'})
        for entry in self.bank.state['ledger'][MAIN]:
            entry['raw'] = {'entryReference': f"other-{entry['number']}"}
        self.server.pay(amount='15.00', days=3)
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = self.come_back(consent)
        result.line_ids.write({'action': 'existing', 'journal_id': self.journal.id})
        result.action_confirm()
        self.assertEqual(self.fetch(feed).new_count, 1)
        self.assertEqual(self.fetch(feed).new_count, 0)
        self.assertEqual(len(self.lines(feed)), 3)

    def test_cancel_spares_what_another_company_uses(self):
        """The bank ended the older permission for the new one's sake; a feed of a company that this page does not see goes on
        with it: it is not given back."""
        feed = self.connect()
        other = self._make_company("Druhá firma")
        self.manager.company_ids = [Command.link(other.id)]
        manager = self.env(user=self.manager, context={'allowed_company_ids': other.ids})
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = manager['bank.connect.result']._from_consent(self.finished(consent).with_env(manager), PSU)
        result.action_cancel()
        self.assertEqual((feed.consent_id, feed.consent_id.state), (consent.with_env(self.env), 'valid'))

    def test_disconnect_with_a_lost_key(self):
        feed = self.connect()
        self.env.cr.execute("UPDATE bank_consent SET bank_ref_sealed = 'broken' WHERE id = %s", [self.consent.id])
        self.env.invalidate_all()
        feed.connection_id.with_user(self.manager).action_disconnect()
        self.assertEqual((feed.connection_id.state, self.consent.state), ('disconnected', 'terminatedByTpp'))

    def test_disconnect_revokes_and_keeps(self):
        self.server.pay(amount='15.00')
        feed = self.connect()
        self.fetch(feed)
        connection = feed.connection_id
        connection.with_user(self.manager).action_disconnect()
        self.assertEqual(self.bank.consent(self.consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertEqual((connection.state, len(self.lines(feed))), ('disconnected', 1))
        self.fetch(feed)
        self.assertEqual(len(feed.run_ids), 1, "nothing is fetched any more")

    def test_disconnect_while_the_bank_is_down(self):
        feed = self.connect()
        self.bank.state['faults'].append(fault('consents', 'status', status=503, times=5))
        feed.connection_id.with_user(self.manager).action_disconnect()
        self.assertEqual(feed.connection_id.state, 'disconnected')
        self.assertIn("Revoke it in your online banking", feed.connection_id.message_ids[0].body)
