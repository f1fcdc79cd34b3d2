"""Each provider from its settings to the books, through the models that people use, against its bank's stand-in."""

from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ...banks.data import Event
from ...models.bank.webhook import on_events, provider_of
from ...models.feed import queue as feed_queue
from ..cases import harness
from ..cases.common import MAIN, PSU, at_the_bank, hours_pass
from ..cases.provider_case import ProviderCase


class Providers:
    """Mixed into one test class a client, below."""

    def test_from_settings_to_the_books(self):
        self.provider.action_test()
        self.assertTrue(self.provider.test_ok, self.provider.test_result)
        feed = self.connect()
        self.fetch(feed)
        self.assertFalse(feed.error)
        self.assertBooks(feed)
        self.fetch(feed)
        self.assertBooks(feed)

    def test_renewed(self):
        feed = self.connect()
        self.fetch(feed)
        journal, session = feed.journal_id, feed.cover_id.account_session
        result = self.give(renews=feed.connection_id)
        self.assertEqual(set(result.line_ids.mapped('action')) & {'known'}, {'known'})
        if self.harness.session_ids:
            self.assertNotEqual(feed.cover_id.account_session, session)
        self.fetch(feed)
        self.assertEqual((feed.journal_id, len(feed.connection_id)), (journal, 1))
        self.assertBooks(feed)

    def test_disconnected(self):
        feed = self.connect()
        self.fetch(feed)
        count = len(self.lines(feed))
        feed.connection_id.with_user(self.manager).action_disconnect()
        self.assertEqual((feed.connection_id.state, len(self.lines(feed))), ('disconnected', count))
        self.assertFalse(feed.consent_id)

    def test_ended_at_the_bank(self):
        if self.harness.by_token:
            return
        feed = self.connect()
        self.fetch(feed)
        for consent in self.bank.state['consents'].values():
            if consent['status'] == 'valid':
                consent['status'] = 'revokedByPsu'
        self.fetch(feed)
        self.assertIn(feed.connection_id.state, ('revoked', 'expired'))
        self.assertIn("Renew", feed.error)
        self.assertTrue(feed.connection_id.activity_ids)


for _harness in harness.HARNESSES[1:]:
    _name = f'TestProvider{_harness.__name__}'
    globals()[_name] = tagged('post_install', '-at_install')(
        type(_name, (Providers, ProviderCase), {'harness_class': _harness, '__module__': __name__})
    )


@tagged('post_install', '-at_install')
class TestSetUp(ProviderCase):
    """What a person sees and may do on the form."""

    def test_settings_are_sealed_and_never_shown(self):
        row = self.provider.setting_ids.filtered(lambda row: row.name == 'private_key')
        self.assertTrue(row.is_set)
        self.assertFalse(row.value)
        self.assertNotIn('PRIVATE', row.sudo().value_sealed)
        with self.assertRaises(AccessError):
            row.with_user(self.manager).read(['value_sealed'])
        accountant = self._make_user('clerk', 'account_bank_feed.bank_feed_group_accountant')
        with self.assertRaises(AccessError):
            row.with_user(accountant).read(['value'])

    def test_who_changed_what_stays_to_be_seen(self):
        row = self.provider.setting_ids.filtered(lambda row: row.name == 'application_id')
        row.with_user(self.manager).value = 'a-new-one'
        self.provider.with_user(self.manager).action_generate_key()
        self.provider.with_user(self.manager).credential = 'a-new-key'
        self.env.flush_all()
        told = self.provider.message_ids.filtered(lambda message: message.author_id == self.manager.partner_id)
        text = ' '.join(told.mapped('body'))
        for label in ("Application ID", "Private key", "Key"):
            self.assertIn(f"“{label}” was changed", text)
        self.assertNotIn('a-new', text)
        self.assertNotIn('a-new', str(self.provider.sudo().message_ids.tracking_value_ids.mapped('new_value_char')))

    def test_a_key_pair_made_here(self):
        before = self.provider.setting_ids.filtered(lambda row: row.name == 'private_key').sudo().value_sealed
        self.provider.action_generate_key()
        self.assertIn('BEGIN CERTIFICATE', self.provider.certificate)
        self.assertNotEqual(self.provider.key_setting_id.sudo().value_sealed, before)
        self.provider.action_test()
        self.assertFalse(self.provider.test_ok)
        self.app['certificate'] = self.provider.certificate
        self.provider.action_test()
        self.assertTrue(self.provider.test_ok, self.provider.test_result)

    def test_a_plain_verdict(self):
        row = self.provider.setting_ids.filtered(lambda row: row.name == 'application_id')
        row.value = ''
        self.provider.action_test()
        self.assertEqual((self.provider.test_ok, self.provider.test_result), (False, "Fill in first: Application ID."))
        row.value = 'another'
        self.provider.action_test()
        self.assertIn('UNAUTHORIZED_ACCESS', self.provider.test_result)

    def test_settings_go_to_no_other_address(self):
        own = self.provider.with_user(self.manager)
        self.provider.company_id = self.company
        for address in ('https://elsewhere.example/', 'http://localhost:9/'):
            with self.assertRaises(AccessError):  # the provider's own address counts; a gateway is the administrator's
                own.base_url = address
        feed = self.connect()
        self.provider.sudo().base_url = 'http://localhost:9/'
        self.assertFalse(any(self.provider.setting_ids.mapped('is_set')))
        self.assertEqual(len(self.provider.setting_ids), 3)
        self.assertEqual((feed.consent_id.state, feed.connection_id.state), ('terminatedByTpp', 'revoked'))

    def test_settings_saved_together_with_their_address(self):
        """One form, one save: what is typed in beside a new address belongs to it and stays."""
        provider = (
            self.env['bank.provider']
            .with_user(self.manager)
            .create({'name': "Bank", 'interface': 'nextgenpsd2', 'company_id': self.company.id})
        )
        rows = {row.name: row for row in provider.setting_ids}
        typed = [('client_secret', 'secret'), ('psu_id', 'jana'), ('oauth_url', 'https://login.bank.example/')]
        commands = [Command.update(rows[name].id, {'value': value}) for name, value in typed]
        provider.write({'base_url': 'https://bank.example/', 'setting_ids': commands})
        self.assertEqual([rows[name].is_set for name, _value in typed], [True] * 3)
        rows['oauth_url'].value = 'https://elsewhere.example/'
        self.assertEqual([rows[name].is_set for name, _value in typed], [False, False, True])

    def test_a_verdict_is_of_the_present_settings(self):
        self.provider.action_test()
        self.assertTrue(self.provider.test_ok)
        self.provider.setting_ids.filtered(lambda row: row.name == 'application_id').value = 'another'
        self.assertFalse(self.provider.test_ok or self.provider.test_result)

    def test_practice_is_never_live(self):
        provider = self.env.ref('account_bank_feed.bank_provider_tatra')
        provider.action_practise()
        with self.assertRaises(ValidationError):
            provider.mode = 'live'

    def test_a_shared_provider_is_not_switched_to_practice(self):
        self.provider.sudo().company_id = False
        for vals in ({'practice': True}, {'mode': 'off'}, {'base_url': 'http://localhost:9/'}):
            with self.assertRaises(AccessError):
                self.provider.with_user(self.manager).write(vals)
        self.assertTrue(self.provider.setting_ids[0].is_set)

    def test_nobody_uses_another_companys_provider(self):
        other = self._make_company("Druhá firma")
        self.provider.sudo().company_id = other
        wizard = self.env['bank.connect'].with_user(self.manager).create({})
        wizard.sudo().institution_id = self.institution
        with self.assertRaises(AccessError):
            wizard.with_user(self.manager).action_connect()

    def test_a_permission_that_ended_keeps_no_token(self):
        feed = self.connect()
        consent = feed.consent_id
        self.assertTrue(consent._client().vault.read())
        consent._set_state('expired')
        self.env.cr.postcommit.run()
        self.assertEqual(consent._client().vault.read(), {})

    def test_a_shared_provider_is_the_administrators(self):
        self.provider.sudo().company_id = False
        with self.assertRaises(AccessError):
            self.provider.setting_ids[0].with_user(self.manager).value = 'x'
        with self.assertRaises(AccessError):
            self.provider.with_user(self.manager).action_generate_key()

    def test_banks_keep_their_own_limits(self):
        self.assertEqual((self.institution.consent_days, self.institution.history_days), (180, 89))
        self.assertEqual(self.institution._client_settings()['psu_headers'], ('psu-ip-address', 'psu-user-agent'))

    def test_guides_have_the_addresses(self):
        for name in ('aiia', 'enablebanking', 'tatra', 'fio', 'gocardless', 'ponto', 'nextgenpsd2'):
            provider = self.env.ref(f'account_bank_feed.bank_provider_{name}')
            self.assertEqual(provider.mode, 'off')
            provider.action_practise()
            self.assertIn(f'/bank_feed/sandbox/{name}/portal', provider.guide)

    def test_live_only_after_a_test(self):
        self.provider.sudo().base_url = False
        self.provider.sudo().test_ok = False
        with self.assertRaises(ValidationError) as caught:
            self.provider.mode = 'live'
        self.assertIn("Test Connection", str(caught.exception))

    def test_the_end_of_a_practice(self):
        """What was connected ends, nobody is asked to renew it, and the settings go."""
        provider = self.env.ref('account_bank_feed.bank_provider_tatra')
        provider.action_practise()
        provider.setting_ids[0].value = 'x'
        institution = self.env['bank.institution'].create({'name': "Bank", 'code': 'x', 'provider_id': provider.id})
        connection = self.env['bank.connection'].create(
            {'institution_id': institution.id, 'company_id': self.company.id}
        )
        provider.action_end_practice()
        self.assertEqual((provider.mode, provider.practice, connection.state), ('off', False, 'disconnected'))
        self.assertFalse(any(provider.setting_ids.mapped('is_set')))
        self.assertFalse(connection.activity_ids)

    def test_practice_is_no_way_around_the_address(self):
        provider = self.env.ref('account_bank_feed.bank_provider_nextgenpsd2')
        provider.action_practise()
        provider.mode = 'sandbox'
        for values in ({'base_url': 'http://bank.example/'}, {'practice': False}):
            with self.assertRaises(ValidationError):
                provider.write(values)

    def test_a_shorter_history_is_said(self):
        """The bank gives less than was asked for: what is missing is named, and nothing is taken for fetched."""
        feed = self.connect()
        feed.date_from = self.bank.today() - timedelta(days=200)
        hours_pass(self.bank, 3)
        self.fetch(feed)
        self.assertEqual(feed.missing_from, feed.date_from)
        self.assertIn("Renew", feed.run_ids[0].message)


@tagged('post_install', '-at_install')
class TestUnlocked(ProviderCase):
    harness_class = harness.Fio

    def test_history_unlocked_in_the_internet_banking(self):
        """What is missing is named with what helps; then *Synchronise Now* brings it, and nothing twice."""
        feed = self.connect()
        feed.date_from = self.bank.today() - timedelta(days=400)
        self.bank.add_entry(MAIN, amount='5.00', booked=(self.bank.today() - timedelta(days=200)).isoformat())
        run = self.fetch(feed)
        self.assertIn("Unlock the history", run.message)
        self.assertEqual(feed.missing_from, feed.date_from)
        self.harness.unlock_history()
        with patch.object(feed_queue, 'current_psu', lambda: PSU):  # no web request here
            feed.action_fetch_now()
        run = self.fetch(feed)
        self.assertFalse(feed.missing_from)
        self.assertEqual((run.state, run.new_count), ('done', 1))
        self.assertBooks(feed)


@tagged('post_install', '-at_install')
class TestBanksApp(ProviderCase, HttpCase):
    harness_class = harness.NextGenPsd2

    def test_the_person_waits_at_our_own_page(self):
        """Decoupled: nobody is sent anywhere; the page asks the bank until it knows."""
        self.bank.state['settings']['sca'] = 'decoupled'
        self.provider.setting_ids.filtered(lambda row: row.name == 'psu_id').value = 'jana'
        consent, address = self.start()
        self.authenticate(self.manager.login, self.manager.login)
        path = address.removeprefix('http://odoo.test')
        for _time in range(2):
            page = self.url_open(path).text
            self.assertIn('http-equiv="refresh"', page)
            self.assertIn("Sandbox app", page)
        authorisation = next(iter(self.bank.state['authorisations'].values()))
        self.bank.log_in(authorisation, 'jana', '1111')
        self.bank.approve(authorisation, [MAIN])
        answer = self.url_open(path, allow_redirects=False)
        self.assertIn('/odoo/bank-connect-result/', answer.headers['Location'])
        self.assertEqual(consent.state, 'valid')
        self.assertEqual(self.url_open(path).status_code, 400)


@tagged('post_install', '-at_install')
class TestPush(ProviderCase, HttpCase):
    harness_class = harness.Tatra

    def test_several_banks_behind_one_log_in(self):
        """One Banking: each account is shown at the bank where it is."""
        self.assertTrue(self.institution.several_banks)
        result = self.give()
        names = {line.account_number[-4:]: line.bank_name for line in result.line_ids}
        self.assertEqual(names['0001'], "Tatra banka")
        self.assertEqual(names['0002'], "Slovenská sporiteľňa")
        self.assertTrue(result.line_ids[1].journal_name.startswith("Slovenská sporiteľňa"))
        result.line_ids[2].action = 'skip'
        result.action_confirm()
        feeds = self.env['bank.feed'].search([('institution_id', '=', self.institution.id)])
        self.assertEqual(feeds.mapped('bank'), ["Tatra banka", "Slovenská sporiteľňa"])
        self.assertEqual(feeds.connection_id.bank_names, "Slovenská sporiteľňa, Tatra banka")
        feeds.bank_name = False  # of a connection that was made before
        self.give(renews=feeds.connection_id)
        self.assertEqual(feeds[1].bank, "Slovenská sporiteľňa")

    def test_a_hint_queues_one_fetch(self):
        feed = self.connect()
        self.fetch(feed)
        number = feed.consent_id._bank_ref()
        self.bank.add_entry(MAIN, amount='77.00', booked=self.bank.today().isoformat(), name="Now")
        for _call in range(3):
            on_events(self.provider, [Event(number, (feed.cover_id.account_session,)), Event(number, ('another',))])
        queued = feed.run_ids.filtered(lambda run: run.state == 'queued')
        self.assertEqual((queued.mapped('trigger'), queued.user_id.ids, queued.psu), (['push'], [], False))
        self.fetch(feed)
        self.assertEqual(queued.state, 'done')
        self.assertBooks(feed)
        on_events(self.provider, [Event('unknown'), Event(number, ('another',))])
        self.assertFalse(feed.run_ids.filtered(lambda run: run.state == 'queued'))

    def test_the_end_of_each_account(self):
        feed = self.connect()
        self.assertEqual(feed.account_valid_until, feed.valid_until)
        feed.sudo().cover_id.own_until = fields.Date.today() + timedelta(days=20)
        feed.connection_id._refresh_state()
        self.assertEqual(feed.connection_id.valid_until, fields.Date.today() + timedelta(days=20))

    def test_a_rotated_token_survives_the_work_that_failed(self):
        """The new refresh token is stored by itself: rolling the fetch back does not lose it."""
        feed = self.connect()
        consent = feed.consent_id
        client = consent._client()
        before = client.vault.read()
        client.vault.store(expires_at=0)
        client.accounts('', PSU)
        after = consent._client().vault.read()
        self.assertNotEqual(before['refresh_token'], after['refresh_token'])
        self.assertFalse(after['refreshing'])
        self.fetch(feed)
        self.assertBooks(feed)

    def test_a_request_that_is_done_again(self):
        """The first one kept the permission and then met a conflict: the bank's code is not used a second time."""
        consent, address = self.start()
        path = at_the_bank(address).removeprefix('http://odoo.test')
        self.authenticate(self.manager.login, self.manager.login)
        self.assertTrue(consent._take_return())
        self.assertIn("One moment", self.url_open(path).text)
        consent._finish(dict(parse_qsl(urlsplit(path).query)), PSU)
        before = len(self.bank.state['tokens'])
        answer = self.url_open(path, allow_redirects=False)
        self.assertIn('/odoo/bank-connect-result/', answer.headers['Location'])
        self.assertEqual((consent.state, len(self.bank.state['tokens'])), ('valid', before))
        self.assertEqual(self.url_open(path).status_code, 400)

    def test_only_the_bank_is_heard(self):
        feed = self.connect()
        self.fetch(feed)
        body = {'transactionEvent': {'consentId': feed.consent_id._bank_ref(), 'accounts': []}}
        path = f'/bank_feed/webhook/{self.provider.sudo().webhook_token}'
        for headers in ({}, {'Authorization': 'Basic eDp5'}, {'Authorization': ''}):
            self.assertEqual(self.url_open(path, json=body, headers=headers).status_code, 403)
        self.assertFalse(feed.run_ids.filtered(lambda run: run.state == 'queued'))
        secret = {'Authorization': self.harness.settings()['webhook_secret']}
        self.assertEqual(self.url_open(f'{path}x', json=body, headers=secret).status_code, 404)
        self.assertEqual(self.url_open(path, data='{', headers=secret).status_code, 200)
        self.assertFalse(feed.run_ids.filtered(lambda run: run.state == 'queued'))
        self.assertEqual(self.url_open(path, json=body, headers=secret).status_code, 200)
        self.assertEqual(feed.run_ids.filtered(lambda run: run.state == 'queued').trigger, 'push')
        self.provider.setting_ids.filtered(lambda row: row.name == 'webhook_secret').sudo().value_sealed = False
        self.assertEqual(self.url_open(path, json=body, headers={'Authorization': ''}).status_code, 403)

    def test_off_is_off(self):
        self.provider.sudo().mode = 'off'
        token = self.provider.sudo().webhook_token
        self.assertFalse(provider_of(self.env, token))
        with self.assertRaises(UserError):
            self.provider._client()
