from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ...banks.data import Institution
from ...models.feed.card import card
from ...sandbox.faults import fault
from ..cases.common import MAIN, PSU, BankFeedCase, at_the_bank


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
        result = manager['bank.connect.result']._from_consent(self.finished(consent).with_env(manager), PSU)
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

    def test_a_stale_result_page(self):
        consent, address = self.start()
        at_the_bank(address, accounts=[MAIN])
        stale = self.come_back(consent)
        feed = self.connect()
        with self.assertRaisesRegex(UserError, "Begin again"):
            stale.action_confirm()
        self.assertEqual(feed.connection_id.state, 'active')

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
