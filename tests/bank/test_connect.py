from datetime import timedelta
from urllib.parse import urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ...banks.data import Institution
from ...models.feed.card import card
from ...sandbox.faults import fault
from ...sandbox.people import account_key, accounts_of
from ..cases.common import MAIN, PSU, BankFeedCase, at_the_bank


@tagged('post_install', '-at_install')
class TestReturn(BankFeedCase, HttpCase):
    """Back from the bank over real HTTP: what is told, and that nothing half-made stays."""

    def leave(self, **kwargs):
        consent, address = self.start(**kwargs)
        self.env.flush_all()
        return consent, address

    def arrive(self, location, user='manager_bank'):
        """The browser follows the bank's redirect; returns (status, text, path)."""
        self.authenticate(user, user) if user else self.authenticate(None, None)
        parts = urlsplit(location)
        answer = self.url_open(f'{parts.path}?{parts.query}', timeout=60)
        self.env.invalidate_all()
        return answer.status_code, answer.text, urlsplit(answer.url).path

    def assertNothingMade(self):
        self.assertFalse(self.env['bank.connection'].search([('institution_id', '=', self.institution.id)]))
        self.assertFalse(self.env['bank.feed'].search([('institution_id', '=', self.institution.id)]))

    def test_good(self):
        consent, address = self.leave()
        _status, _text, path = self.arrive(at_the_bank(address))
        result = self.env['bank.connect.result'].search([], order='id desc', limit=1)
        self.assertEqual(path, f'/odoo/bank-connect-result/{result.id}')
        self.assertEqual(result.line_ids.mapped('balance'), [12450.0, 30000.0, 8000.0])
        self.assertEqual(consent.state, 'valid')
        self.assertNothingMade()

    def test_used_again(self):
        _consent, address = self.leave()
        location = at_the_bank(address)
        self.arrive(location)
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 400)
        self.assertIn("This address is not valid", text)

    def test_forged(self):
        for query in ('', '?state=', '?state=forged', '?state=' + 'x' * 5000, '?nok=1', '?state=%00%ff'):
            status, text, _path = self.arrive(f'/bank_feed/return{query}')
            self.assertEqual(status, 400, query)
            self.assertIn("This address is not valid", text)
        self.assertNothingMade()

    def test_refused(self):
        consent, address = self.leave()
        status, text, _path = self.arrive(at_the_bank(address, approve=False))
        self.assertEqual((status, consent.state), (200, 'rejected'))
        self.assertIn("You did not approve", text)
        self.assertNothingMade()

    def test_browser_closed_at_the_bank(self):
        """Nobody returns: the attempt is ended at the bank after a day, and vanishes."""
        consent, _address = self.leave()
        self.assertNothingMade()
        self.env.cr.execute(
            "UPDATE bank_consent SET create_date = create_date - interval '2 days' WHERE id = %s", [consent.id]
        )
        self.env['bank.consent']._gc_abandoned()
        self.assertTrue(consent.exists(), "first the bank is told")
        with self.allow_requests(all_requests=True):
            self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(consent.state, 'terminatedByTpp')
        self.env['bank.consent']._gc_abandoned()
        self.assertFalse(consent.exists())

    def test_result_page_left_alone(self):
        """The bank's permission was given and nobody confirmed: it is given back."""
        consent, address = self.leave()
        self.arrive(at_the_bank(address))
        self.env.cr.execute(
            "UPDATE bank_consent SET create_date = create_date - interval '2 days' WHERE id = %s", [consent.id]
        )
        with self.allow_requests(all_requests=True):
            self.env.ref('account_bank_feed.ir_cron_remind').method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(self.bank.consent(consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertEqual(consent.state, 'terminatedByTpp')

    def test_too_late(self):
        consent, address = self.leave()
        location = at_the_bank(address)
        consent.sudo().return_until = fields.Datetime.now() - timedelta(seconds=1)
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 410)
        self.assertIn("This took too long", text)
        self.assertNothingMade()

    def test_another_users_session(self):
        self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        consent, address = self.leave()
        location = at_the_bank(address)
        status, text, _path = self.arrive(location, user='other_bank')
        self.assertEqual(status, 403)
        self.assertIn("Somebody else began this", text)
        self.assertEqual(consent.state, 'received')
        self.assertEqual(
            self.arrive(location)[2].rpartition('/')[0],
            '/odoo/bank-connect-result',
            "the one who began can still finish",
        )

    def test_without_a_right(self):
        self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        _consent, address = self.leave()
        self.assertEqual(self.arrive(at_the_bank(address), user='accountant_bank')[0], 400)

    def test_logged_out(self):
        _consent, address = self.leave()
        self.assertEqual(self.arrive(at_the_bank(address), user=None)[2], '/web/login')

    def test_second_signature(self):
        self.bank.state['settings']['second_signature'] = True
        _consent, address = self.leave()
        self.assertIn("A second signature is needed", self.arrive(at_the_bank(address))[1])
        self.assertNothingMade()

    def test_bank_fails_at_the_return(self):
        for kind in ('html', 'half', 'nothing'):
            _consent, address = self.leave()
            location = at_the_bank(address)
            self.bank.state['faults'].append(fault('/v1/', kind))
            status, text, _path = self.arrive(location)
            self.assertEqual(status, 502, kind)
            self.assertIn("The bank did not answer as it should", text)
        self.assertNothingMade()

    def test_no_account_shared(self):
        consent, address = self.leave()
        location = at_the_bank(address, 'eva', accounts=[MAIN])  # not hers
        status, text, _path = self.arrive(location)
        self.assertEqual(status, 400)
        self.assertIn("The bank shared no account", text)
        self.assertEqual(consent.state, 'terminatedByTpp')
        self.assertNothingMade()


@tagged('post_install', '-at_install')
class TestConnect(BankFeedCase):
    def test_wizard_goes_to_the_bank(self):
        wizard = self.env['bank.connect'].with_user(self.manager).create({'institution_id': self.institution.id})
        action = wizard.action_connect()
        self.assertEqual(action['type'], 'ir.actions.act_url')
        self.assertTrue(action['url'].startswith(f'{self.server.url}authorize/'))
        self.bank.state['faults'].append(fault('consents', 'status', status=503, times=5))
        with self.assertRaisesRegex(UserError, "does not answer"):
            wizard.action_connect()
        with self.assertRaisesRegex(UserError, "Choose your bank"):
            self.env['bank.connect'].with_user(self.manager).create({}).action_connect()

    def test_institutions_by_name_and_country(self):
        self.provider._store_institutions(
            [
                Institution('a', "Prvá banka", 'SK', 'PRVASKBX'),
                Institution('b', "Druhá banka", 'SK', ''),
                Institution('c', "Erste Bank", 'AT', ''),
            ]
        )
        banks = self.env['bank.institution']
        self.assertEqual(banks.name_search('prvá')[0][1], "Prvá banka (SK)")
        self.assertEqual(banks.name_search('PRVASKBX')[0][1], "Prvá banka (SK)")
        self.assertEqual(len(banks.search([('provider_id', '=', self.provider.id), ('country_id.code', '=', 'SK')])), 2)
        self.assertFalse(self.institution.active, "a bank that the provider no longer names is archived")

    def test_an_account_that_another_provider_fetches(self):
        """It is said, skipped, and moved where the person wants that: same feed, nothing twice, both remember."""
        self.server.pay(amount='5.00')
        feed = self.connect()
        self.fetch(feed)
        old, count = feed.connection_id, len(self.lines(feed))
        second = self.provider.copy({'name': "Second", 'mode': 'sandbox', 'base_url': self.server.url})
        second.action_refresh_institutions()
        environment = self.env(user=self.manager)
        consent, address = environment['bank.consent']._start(
            second.institution_ids.with_env(environment), self.company.with_env(environment), PSU
        )
        at_the_bank(address)
        result = self.come_back(consent)
        line = result.line_ids.filtered(lambda line: line.account_number == feed.account_number)
        line = line.filtered(lambda line: line.currency_id == feed.currency_id)
        self.assertEqual((line.action, line.note), ('skip', "Connected already through Test bank."))
        with self.assertRaises(ValidationError):
            line.action = 'known'
        line.action = 'existing'
        self.assertIn("Moves here", line.note)
        (result.line_ids - line).action = 'skip'
        result.action_confirm()
        self.assertEqual((feed.connection_id.provider_id, feed.journal_id), (second, self.journal))
        self.assertIn("moved from Test bank to Second", old.message_ids[:1].body)
        self.assertFalse(old.feed_ids)
        self.fetch(feed)
        self.assertEqual((feed.error, len(self.lines(feed))), (False, count))

    def test_accounts_find_create_and_skip_journals(self):
        self.journal.bank_acc_number = MAIN.split('/')[0]
        consent, address = self.start()
        at_the_bank(address)
        result = self.come_back(consent)
        self.assertEqual(result.line_ids.mapped('action'), ['existing', 'create', 'create'])
        self.assertEqual(result.line_ids[0].journal_id, self.journal)
        self.assertEqual(len(set(result.line_ids.mapped('journal_code'))), 3)
        result.line_ids[1].action = 'skip'
        dollars = result.line_ids[2]
        self.deactivate('USD')
        self.assertIn("will be activated", dollars.note)
        result.action_confirm()
        feeds = self.env['bank.feed'].search([('institution_id', '=', self.institution.id)])
        self.assertEqual(len(feeds), 2)
        new = feeds.filtered(lambda feed: feed.currency_id.name == 'USD').journal_id
        self.assertEqual(
            (new.currency_id.name, new.type, new.bank_account_id.sanitized_acc_number, new.bank_statements_source),
            ('USD', 'bank', dollars.account_number, 'bank_feed'),
        )
        self.assertTrue(new.currency_id.active)
        self.assertEqual(self.journal.bank_statements_source, 'bank_feed')
        self.assertEqual(feeds[0].date_from, fields.Date.today() - timedelta(days=90))
        self.assertEqual(feeds.connection_id.state, 'active')
        self.assertEqual(set(feeds.run_ids.mapped('state')), {'queued'})

    def test_cancel_gives_the_permission_back(self):
        consent, address = self.start()
        at_the_bank(address)
        self.come_back(consent).action_cancel()
        self.assertEqual(self.bank.consent(consent._bank_ref())['status'], 'terminatedByTpp')
        self.assertFalse(self.env['bank.connection'].search([('institution_id', '=', self.institution.id)]))

    def test_journal_in_another_currency_is_refused(self):
        consent, address = self.start()
        at_the_bank(address)
        result = self.come_back(consent)
        result.line_ids[2].write({'action': 'existing', 'journal_id': self.journal.id})
        with self.assertRaisesRegex(UserError, "is not in USD"):
            result.action_confirm()

    def test_several_companies_in_one_go(self):
        other = self._make_company("Druhá firma")
        self.manager.company_ids = [Command.link(other.id)]
        manager = self.env(user=self.manager, context={'allowed_company_ids': [self.company.id, other.id]})
        consent, address = self.start()
        at_the_bank(address)
        result = manager['bank.connect.result']._from_consent(self._finished(consent).with_env(manager), PSU)
        result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        result.line_ids[1].write({'action': 'create', 'company_id': other.id})
        result.line_ids[2].action = 'skip'
        result.action_confirm()
        connections = self.env['bank.connection'].sudo().search([('institution_id', '=', self.institution.id)])
        self.assertEqual(connections.company_id, self.company | other)
        self.assertEqual(connections.consent_ids, consent)
        self.assertEqual(
            {feed.company_id: feed.journal_id.company_id for feed in connections.feed_ids},
            {self.company: self.company, other: other},
        )

    def _finished(self, consent):
        consent._finish({}, PSU)
        return consent

    def test_renew_keeps_feeds_and_journals(self):
        feed = self.connect()
        session, connection = feed.sudo().account_session, feed.connection_id
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
        self.assertNotEqual(feed.sudo().account_session, session)
        self.assertEqual(self.env['bank.feed'].search_count([('institution_id', '=', self.institution.id)]), 1)
        self.assertFalse(connection.activity_ids)
        self.assertEqual(self.fetch(feed).new_count, 1)

    def test_renew_by_the_wrong_person_is_told(self):
        feed = self.connect()
        consent, address = self.start(renews=feed.connection_id)
        at_the_bank(address, 'eva')
        result = self.come_back(consent)
        self.assertEqual(result.missing, MAIN.split('/')[0])
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

    def test_a_journal_with_lines_of_its_own(self):
        """What was imported otherwise is in the books already: begin after it."""
        self.journal.bank_acc_number = MAIN.split('/')[0]
        day = fields.Date.today() - timedelta(days=5)
        self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': day, 'amount': 1, 'payment_ref': "From a file"}
        )
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = self.come_back(consent)
        self.assertEqual(result.line_ids.date_from, day + timedelta(days=1))

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

    def test_a_stale_result_page(self):
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        stale = self.come_back(consent)
        feed = self.connect()
        with self.assertRaisesRegex(UserError, "Begin again"):
            stale.action_confirm()
        self.assertEqual(feed.connection_id.state, 'active')

    def test_cancel_spares_what_another_company_uses(self):
        """The bank ended the older permission for the new one's sake; a feed of a company that this page does not see goes on
        with it: it is not given back."""
        feed = self.connect()
        other = self._make_company("Druhá firma")
        self.manager.company_ids = [Command.link(other.id)]
        manager = self.env(user=self.manager, context={'allowed_company_ids': other.ids})
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        result = manager['bank.connect.result']._from_consent(self._finished(consent).with_env(manager), PSU)
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

    def test_rights_to_connect(self):
        accountant = self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        feed = self.connect()
        with self.assertRaises(AccessError):
            self.env['bank.connect'].with_user(accountant).create({})
        with self.assertRaises(AccessError):
            feed.connection_id.with_user(accountant).action_renew()
        with self.assertRaises(AccessError):
            feed.connection_id.with_user(accountant).action_disconnect()

    def test_sandbox_can_be_tried(self):
        provider = self.env.ref('account_bank_feed.bank_provider_sandbox')
        self.assertEqual(provider.mode, 'off')
        self.env['bank.institution'].search([]).write({'active': False})
        action = self.env['bank.connect'].with_user(self.manager).try_sandbox()
        wizard = self.env['bank.connect'].with_user(self.manager).with_context(**action['context']).create({})
        self.assertEqual((provider.mode, wizard.institution_id.name), ('sandbox', "Sandbox Bank"))

    def test_every_bank_is_found(self):
        """One search: what can be connected now, what has to be set up first, in the reader's country and without accents."""
        providers = self.env['bank.provider'].with_user(self.manager)
        found = providers.find_banks("test bank")
        self.assertEqual([row['institution_id'] for row in found['banks']][:1], self.institution.ids)
        self.assertEqual(found['ready'], len([row for row in found['banks'] if row['institution_id']]))
        for text, country, name, client in (
            ("tatra", 'SK', "Tatra banka", 'tatra'),
            ("ceska spor", 'CZ', "Česká spořitelna", 'enablebanking'),
            ("kh", 'HU', "K&H Bank", 'enablebanking'),
            ("fio", '', "Fio banka", 'fio'),
        ):
            first = providers.find_banks(text, country)['banks'][0]
            self.assertEqual((first['name'], first['interface'], first['institution_id']), (name, client, False))
            self.assertEqual(self.env['bank.provider'].browse(first['provider_id']).interface, client)
            self.assertTrue(first['takes'] and first['minutes'])
        self.assertTrue(providers.find_banks("tatra", 'SK')['banks'][0]['at_once'])
        nowhere = providers.find_banks("Bank of Nowhere")
        self.assertEqual((nowhere['unknown'], nowhere['banks'][0]['interface']), (True, 'enablebanking'))
        self.assertEqual(providers.find_banks("SLSP")['banks'][0]['name'], "Slovenská sporiteľňa")
        self.assertEqual(providers.find_banks("TATRSKBX")['banks'][0]['interface'], 'tatra')
        self.assertIn('SK', [code for code, _name in found['countries']])
        with self.assertRaises(UserError):
            providers.find_banks(['x'])
        action = providers.connect_bank(self.institution.id)
        self.assertEqual(action['context'], {'default_institution_id': self.institution.id})

    def test_what_was_begun_is_shown(self):
        consent, address = self.start()
        at_the_bank(address)
        connections = self.env['bank.connection'].with_user(self.manager)
        self.assertFalse(connections.unfinished())
        result = self.come_back(consent)
        self.assertEqual([row['id'] for row in connections.unfinished()], result.ids)
        other = self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        self.assertFalse(connections.with_user(other).unfinished(), "only who gave the permission can end it")
        result.line_ids[0].write({'action': 'existing', 'journal_id': self.journal.id})
        result.action_confirm()
        self.assertFalse(connections.unfinished())

    def test_two_connections_of_one_name(self):
        feed = self.connect()
        self.assertEqual(feed.connection_id.display_name, self.institution.name)
        other = self.provider.copy({'name': "Second way", 'mode': 'sandbox', 'base_url': self.server.url})
        other.action_refresh_institutions()
        self.env['bank.connection'].create(
            {'institution_id': other.institution_ids[:1].id, 'company_id': self.company.id}
        )
        feed.connection_id.invalidate_recordset(['display_name'])
        self.assertIn(self.provider.name, feed.connection_id.display_name)

    def test_another_journal_leaves_a_trail(self):
        self.server.pay(amount='10.00')
        feed = self.connect()
        self.fetch(feed)
        other = self.env['account.journal'].create(
            {'name': "Reserve", 'type': 'bank', 'code': 'RES', 'company_id': self.company.id}
        )
        form = feed.with_user(self.manager).new({'journal_id': other.id}, origin=feed)
        self.assertIn("stay in", form._onchange_journal_id()['warning']['message'])
        feed.with_user(self.manager).journal_id = other
        self.assertIn("Reserve", feed.connection_id.message_ids[0].body)
        self.assertFalse(feed.difference_since)

    def test_a_provider_that_is_off_is_the_cause(self):
        feed = self.connect()
        self.provider.mode = 'off'
        with self.assertRaisesRegex(UserError, "switched off"):
            feed.action_fetch_now()
        self.assertEqual(card(feed)['state_name'], "Provider off")
        self.assertIn("switched off", feed.connection_id.next_action)

    def test_a_picture_is_never_on_this_server(self):
        here = self.env['bank.provider'].get_base_url().replace('http://', 'https://')
        for address, good in (
            ('https://cdn.bank.example/logo.png', True),
            (f'{here}/web/session/logout', False),
            ('https://user@cdn.example/x.png', False),
            ('javascript:alert(1)', False),
        ):
            self.assertEqual(self.provider._is_picture(address, ('https',)), good, address)
