from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.lib.inside import ours
from ..cases.walls_case import WallsCase


@tagged('post_install', '-at_install')
class TestSettingsStay(WallsCase):
    """What decides about automatic booking, and the bank's word, change by nobody's side door."""

    def settings(self):
        return self.env['account.reconcile.model'].search(
            [('bank_feed_matching', '=', True), ('company_id', '=', self.company.id)]
        )

    def test_a_persons_own_defaults(self):
        """They are a way to write, too."""
        basic = self._make_user('basic', 'account.group_account_basic')
        mine = self.env(user=basic)
        uid = self.lines(self.feed)[:1].bank_feed_uid + '9'
        for name, value in (('bank_feed_id', self.feed.id), ('bank_feed_uid', uid), ('bank_match_state', 'auto')):
            mine['ir.default'].set('account.bank.statement.line', name, value, user_id=True)
        values = {'journal_id': self.journal.id, 'date': '2026-01-05', 'amount': 0.01, 'payment_ref': "x"}
        for lines in (mine['account.bank.statement.line'], mine['account.bank.statement.line'].sudo()):
            line = lines.create(values).sudo()
            self.assertEqual((line.bank_feed_id.id, line.bank_feed_uid, line.bank_match_state), (False, False, False))
        forged = {'default_bank_feed_uid': 'forged', 'default_bank_match_state': 'auto'}
        line = ours(self.env['account.bank.statement.line'].with_context(**forged)).create(values)
        self.assertEqual((line.bank_feed_uid, line.bank_match_state), (False, False))
        boss = self.env(user=self.manager)
        boss['ir.default'].set('bank.provider', 'test_ok', True, user_id=True)
        provider = boss['bank.provider'].create({'name': "Mine", 'interface': 'fio', 'company_id': self.company.id})
        self.assertFalse(provider.test_ok)

    def test_a_journal_that_goes(self):
        """Settings for one journal never become those of all."""
        second = self.env['account.journal'].create(
            {'name': "Second", 'type': 'bank', 'code': 'SEC', 'company_id': self.company.id}
        )
        wide = self.settings()
        wide.bank_feed_policy = 'propose'
        narrow = wide.copy(
            {
                'name': "Narrow",
                'sequence': 1,
                'bank_feed_policy': 'default',
                'match_journal_ids': [Command.set(second.ids)],
            }
        )
        self.assertEqual((second._bank_feed_settings(), self.journal._bank_feed_settings()), (narrow, wide))
        second.active = False
        self.assertEqual(self.journal._bank_feed_settings(), wide)
        second.unlink()
        self.assertEqual(self.journal._bank_feed_settings(), wide)
        self.assertFalse(narrow.active)

    def test_a_partner_by_hand_who_is_archived(self):
        settings = self.settings()
        settings.bank_feed_manual_partner_ids = self.customer
        self.customer.active = False
        self.assertIn(self.customer.id, settings._bank_feed_policy().manual)

    def test_a_limit_that_nobody_can_convert(self):
        settings = self.settings()
        settings.bank_feed_limit = 100
        huf = self.rate('HUF', None)
        self.assertFalse(settings._bank_feed_policy(huf).automatic)
        own = {'currency_id': self.company.currency_id.id, 'name': '2020-01-01', 'company_id': self.company.id}
        rate = self.env['res.currency.rate'].create({**own, 'rate': 1.0})
        self.assertFalse(
            settings._bank_feed_policy(huf).automatic, "a row for the own currency says nothing of another"
        )
        rate.unlink()
        self.assertTrue(settings._bank_feed_policy(self.rate('HUF', 400)).automatic)

    def test_another_companys_bank_and_partner(self):
        private = self.env['bank.provider'].create(
            {
                'name': "Secret",
                'interface': 'nextgenpsd2',
                'mode': 'sandbox',
                'base_url': self.server.url,
                'company_id': self.company.id,
            }
        )
        private.action_refresh_institutions()
        theirs = self.env(user=self.stranger, context={'allowed_company_ids': self.neighbour.ids})
        wizard = theirs['bank.connect'].create({})
        with self.assertRaises(AccessError):
            theirs['bank.connect'].create({'institution_id': private.institution_ids[:1].id})
        with self.assertRaises(AccessError):
            wizard.institution_id = private.institution_ids[:1].id
        partner = self.env['res.partner'].create({'name': "Private", 'company_id': self.company.id})
        with self.assertRaises(AccessError):
            theirs['bank.partner.identifier'].create({'partner_id': partner.id, 'name': 'ZX881177'})
        with self.assertRaises(AccessError):  # it would steer every company's matching
            theirs['bank.partner.identifier'].create(
                {'partner_id': self.customer.id, 'name': 'ZX881177', 'company_id': False}
            )

    def test_the_responsible_person_went_to_a_sister(self):
        connection = self.feed.connection_id
        other = self._make_user('other', 'account_bank_feed.bank_feed_group_manager')
        self.manager.write({'company_ids': [Command.set(self.neighbour.ids)], 'company_id': self.neighbour.id})
        self.bank.end_consent(self.consent._bank_ref())
        self.fetch(self.feed)
        self.assertEqual(connection.user_id, other)
        self.assertEqual(connection.activity_ids.user_id, other)

    def test_a_connection_with_movements_stays(self):
        connection = self.feed.connection_id
        connection.with_user(self.manager).action_disconnect()
        with self.assertRaises(UserError) as caught:
            connection.with_user(self.manager).unlink()
        self.assertIn("in the books", str(caught.exception))
