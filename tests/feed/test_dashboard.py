import json
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..cases.common import BankFeedCase


@tagged('post_install', '-at_install')
class TestDashboard(BankFeedCase):
    def card(self, user):
        return json.loads(self.journal.with_user(user).kanban_dashboard).get('bank_feed')

    def test_card(self):
        move = self.invoice(120)
        self.server.pay(amount='117.00', remittance=[move.name])
        feed = self.connect()
        self.assertTrue(self.card(self.manager)['running'])
        self.fetch(feed)
        self.env.invalidate_all()
        card = self.card(self.manager)
        self.assertEqual(
            (card['state'], card['badge'], card['proposals'], card['running'], card['renew']),
            ('active', 'success', 1, False, False),
        )
        self.assertIn('12,567.00', card['balance'])
        self.assertTrue(card['difference'])
        self.consent.valid_until = fields.Date.today() + timedelta(days=3)
        self.env.invalidate_all()
        self.assertEqual((self.card(self.manager)['badge'], self.card(self.manager)['renew']), ('warning', True))
        feed.connection_id.state = 'revoked'
        self.env.invalidate_all()
        self.assertEqual(self.card(self.manager)['badge'], 'danger')

    def test_not_for_everybody(self):
        self.connect()
        basic = self._make_user('basic', 'account.group_account_basic')
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        for user in (basic, invoicing):
            self.assertIsNone(self.card(user))

    def test_buttons(self):
        feed = self.connect()
        self.fetch(feed)
        journal = self.journal.with_user(self.manager)
        journal.action_bank_feed_fetch()
        self.assertIn('queued', feed.run_ids.mapped('state'))
        self.assertTrue(journal.action_bank_feed_renew()['url'].startswith(self.server.url))
        self.assertEqual(journal.action_bank_feed_open()['res_id'], feed.connection_id.id)

    def test_source_of_statements(self):
        self.connect()
        self.assertEqual(self.journal.bank_statements_source, 'bank_feed')
        self.assertIn(
            ('bank_feed', "Bank feed"), self.journal._fields['bank_statements_source']._description_selection(self.env)
        )

    def test_queries_do_not_grow(self):
        """Ten journals with a feed cost no more queries for the cards than two."""
        feed = self.connect()

        def queries(journals):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            journals.mapped('kanban_dashboard')
            return self.env.cr.sql_log_count - before

        journals = self.env['account.journal'].create(
            [
                {'name': f"Bank {number}", 'type': 'bank', 'code': f'B{number}', 'company_id': self.company.id}
                for number in range(10)
            ]
        )
        plain = (queries(journals[:2]), queries(journals))
        self.env['bank.feed'].create(
            [
                {
                    'connection_id': feed.connection_id.id,
                    'journal_id': journal.id,
                    'account_number': f'X{journal.id}',
                    'currency_id': feed.currency_id.id,
                    'consent_id': feed.consent_id.id,
                }
                for journal in journals
            ]
        )
        few, many = queries(journals[:2]), queries(journals)
        self.assertLessEqual((many - plain[1]) - (few - plain[0]), 2, f"core alone {plain}, with feeds {(few, many)}")
