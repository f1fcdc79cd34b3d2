import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import requests

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.bank.webhook import on_events
from ...sandbox import aiia
from ..cases import harness
from ..cases.provider_case import ProviderCase


@tagged('post_install', '-at_install')
class TestAiia(ProviderCase):
    """News at once, with or without a log-in at the bank; and what the provider's calls say."""

    harness_class = harness.Aiia

    def number(self, feed):
        return feed.consent_id._bank_ref()

    def told(self, event, inside, feed, secret=None):
        """The provider calls; the status of our answer."""
        name = f'{event[0].lower()}{event[1:]}Webhook'
        raw = json.dumps({name: {'consentId': self.number(feed), 'event': event, 'data': inside}}).encode()
        client = self.provider.sudo()._client()
        events = client.events(raw, aiia.signed(secret or self.app['webhook_secret'], event, raw))
        if events is not None:
            on_events(self.provider.sudo(), events)
        return events

    def test_news_at_once(self):
        feed = self.connect()
        self.assertEqual(self.fetch(feed).state, 'done')
        action = feed.with_user(self.manager).action_fetch_now()
        self.assertEqual(action['tag'], 'display_notification')
        self.bank.state['settings']['supervised'] = True
        action = feed.with_user(self.manager).action_fetch_now()
        self.assertEqual(action['type'], 'ir.actions.act_url')
        back = requests.get(action['url'], allow_redirects=False, timeout=20).headers['Location']
        consent = self.env['bank.consent']._from_return(parse_qs(urlsplit(back).query)['state'][0])
        self.assertTrue(consent.returns_to_fetch)
        self.assertEqual(consent, feed.consent_id)
        self.assertEqual(consent.with_user(self.manager)._come_for_news(), feed.connection_id)
        self.assertFalse(self.env['bank.consent']._from_return(parse_qs(urlsplit(back).query)['state'][0]), "once")
        self.assertEqual(self.fetch(feed).state, 'done')
        self.bank.state['settings']['supervised'] = True
        clerk = self._make_user('clerk', 'account_bank_feed.bank_feed_group_accountant')
        with self.assertRaisesRegex(UserError, "log-in of"):
            feed.with_user(clerk).action_fetch_now()

    def test_the_bank_asks_earlier(self):
        feed = self.connect()
        until = fields.Date.today() + timedelta(days=3)
        self.assertIsNone(
            self.told('ConnectionUpdateRequired', {'expiresAt': f'{until}T10:00:00Z'}, feed, secret='wrong')
        )
        self.assertEqual(len(self.told('ConnectionUpdateRequired', {'expiresAt': f'{until}T10:00:00Z'}, feed)), 1)
        self.assertEqual((feed.consent_id.valid_until, feed.connection_id.valid_until), (until, until))
        self.assertEqual(feed.connection_id.activity_ids.user_id, self.manager)
        self.told('ConnectionUpdateRequired', {'expiresAt': f'{until}T10:00:00Z'}, feed)
        mails = (
            self.env['mail.mail']
            .sudo()
            .search([('model', '=', 'bank.consent.holder'), ('res_id', 'in', feed.connection_id.holder_ids.ids)])
        )
        self.assertEqual(len(mails), 1, "said once")
        self.assertFalse(feed.run_ids.filtered(lambda run: run.trigger == 'push'))

    def test_news_and_the_end(self):
        feed = self.connect()
        self.fetch(feed)
        self.told('AccountsUpdated', {'changedAccounts': [{'accountId': feed.cover_id.account_session}]}, feed)
        self.assertTrue(feed.run_ids.filtered(lambda run: run.trigger == 'push' and run.state == 'queued'))
        self.fetch(feed)
        for consent in self.bank.state['consents'].values():
            self.bank.end_consent(consent['id'])
        self.told('ConsentRevoked', {}, feed)
        feed.run_ids.filtered(lambda run: run.state == 'queued').due = False
        self.assertEqual(feed.consent_id.state, 'valid', "a call is a hint only")
        self.fetch(feed)
        self.assertIn(feed.connection_id.state, ('revoked', 'expired'))
