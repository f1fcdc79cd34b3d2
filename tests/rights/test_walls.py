from functools import partial

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.core.account_bank_statement_line import WORDS
from ..cases.walls_case import WallsCase


@tagged('post_install', '-at_install')
class TestWalls(WallsCase):
    """By remote call, not by view: who may write what, and in which company."""

    # === A permission is its giver's === #

    def test_s1_nobody_fetches_by_anothers_permission(self):
        result = self.of_the_stranger()
        with self.assertRaises(AccessError):
            result.consent_id = self.consent.id
        with self.assertRaises(AccessError):
            result.write({'line_ids': [Command.create({'account_number': self.feed.account_number})]})
        for name, value in (
            ('account_number', self.feed.account_number),
            ('is_known', False),
            ('result_id', 1),
            ('currency_id', 1),
            ('account_session', 'x'),
            ('account_valid_until', '2030-01-01'),
        ):
            with self.assertRaises(AccessError, msg=name):
                result.line_ids[0].write({name: value})
        result.sudo().consent_id = self.consent  # even so
        result.invalidate_recordset()
        with self.assertRaises(AccessError):
            result.action_confirm()
        with self.assertRaises(AccessError):
            self.feed.with_env(result.env).sudo()._attach(self.consent, 'session')

    def test_s6_nobody_ends_anothers_permission(self):
        environment = self.env(user=self.stranger)
        with self.assertRaises(AccessError):
            environment['bank.connect.result'].create({'consent_id': self.consent.id})
        with self.assertRaises(AccessError):
            environment['bank.connect.result'].with_context(default_consent_id=self.consent.id).create({})
        result = self.of_the_stranger()
        result.sudo().consent_id = self.consent
        result.invalidate_recordset()
        with self.assertRaises(AccessError):
            result.action_cancel()
        self.assertEqual(self.consent.state, 'valid')

    def test_s2_a_dialog_is_its_openers(self):
        dialog = self.env['bank.connect'].with_user(self.manager).create({'institution_id': self.institution.id})
        other = self.env['bank.connect'].with_user(self.stranger)
        self.assertFalse(other.search([]))
        for attempt in (
            lambda: dialog.with_user(self.stranger).read(['token_until']),
            lambda: dialog.with_user(self.stranger).write({'company_id': self.neighbour.id}),
            lambda: dialog.with_user(self.stranger).action_connect(),
            lambda: dialog.with_user(self.stranger).unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()
        with self.assertRaises(UserError):
            dialog.with_user(self.stranger).sudo().action_connect()

    def test_s2_a_dialog_tells_nothing_of_another_company(self):
        """Ids that come from the browser are questions: who holds a consent there, which account was stopped."""
        holder = self.feed.connection_id.holder_ids[0]
        asked = {'connection_id': self.feed.connection_id.id, 'user_ids': holder.user_id.ids}
        own = self.env['bank.invite'].with_user(self.manager)
        self.assertTrue(own.create({**asked, 'company_id': self.company.id}).reminds)
        foreign = self.env['bank.invite'].with_user(self.stranger)
        self.assertFalse(foreign.new({**asked, 'company_id': self.neighbour.id}).reminds)
        self.feed.active = False
        self.env.invalidate_all()
        values = {
            'consent_id': self.consent.id,
            'account_number': self.feed.account_number,
            'currency_id': self.feed.currency_id.id,
        }
        lines = self.env['bank.connect.result.line']
        self.assertTrue(lines.with_user(self.manager).new(values).is_stopped)
        self.assertFalse(lines.with_user(self.stranger).new(values).is_stopped)

    def test_s2_a_consent_names_accounts_of_the_own_companies(self):
        """One consent may cover accounts of several companies."""
        self.assertIn(self.feed.account_number, self.consent.with_user(self.manager).account_names)
        self.env.invalidate_all()
        self.assertFalse(self.consent.with_user(self.stranger).sudo().account_names)

    # === What is booked by itself === #

    def test_s4_who_decides_what_is_booked(self):
        settings = self.env['account.reconcile.model'].search(
            [('bank_feed_matching', '=', True), ('company_id', '=', self.company.id)]
        )
        self.assertEqual(len(settings), 1, "they were made with the first connection")
        roles = self.roles()
        for role in ('invoicing', 'basic', 'administrator', 'accountant'):
            models_ = self.env['account.reconcile.model'].with_user(roles[role])
            own = settings.with_user(roles[role])
            default = models_.with_context(default_bank_feed_matching=True)
            attempts = [
                partial(default.create, {'name': "x", 'sequence': -5}),
                partial(models_.create, {'name': "x", 'bank_feed_matching': True}),
                own.unlink,
            ]
            for values in (
                {'active': False},
                {'sequence': -1},
                {'bank_feed_policy': 'propose'},
                {'match_journal_ids': [Command.link(self.journal.id)]},
                {'name': "y"},
                {'bank_feed_matching': False},
            ):
                attempts.append(partial(own.write, values))
            for attempt in attempts:
                with self.assertRaises(AccessError, msg=role):
                    attempt()
            with self.subTest(h2=role):  # a plain template is core's own affair
                if models_.has_access('create'):
                    models_.with_context(default_bank_feed_policy='default').create({'name': f"Fees of {role}"})
        settings.with_user(self.manager).active = False
        self.invoice(120)
        decider = self.journal._bank_feed_decider()
        self.assertFalse(decider.policy.automatic, "with no settings left nothing is booked by itself")

    # === Companies === #

    def test_s7_nothing_is_put_into_another_company(self):
        own = self.env['bank.provider'].with_user(self.manager).create({'name': "Own", 'interface': 'sandbox'})
        test = self.env['bank.backtest'].with_user(self.manager).create({})
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        identifier = (
            self.env['bank.partner.identifier']
            .with_user(invoicing)
            .create({'partner_id': self.customer.id, 'name': '990042'})
        )
        for record in (own, test, identifier):
            with self.assertRaises(AccessError, msg=record._name):
                record.write({'company_id': self.neighbour.id})
            with self.assertRaises(AccessError, msg=record._name), self.env.cr.savepoint():
                record.create({**record.copy_data()[0], 'company_id': self.neighbour.id})
        shared = self.env['bank.partner.identifier'].create(
            {'partner_id': self.customer.id, 'name': '990043', 'company_id': False}
        )
        for attempt in (
            lambda: identifier.write({'company_id': False}),
            lambda: shared.with_user(invoicing).write({'name': '990044'}),
            lambda: shared.with_user(invoicing).unlink(),
        ):
            with self.assertRaises(AccessError):
                attempt()

    # === The bank's word === #

    def test_s11_the_banks_word_is_written_by_the_module_only(self):
        line = self.lines(self.feed)
        for role, user in self.roles().items():
            for name in WORDS:
                value = line.sudo()[name]
                value = value.id if name == 'bank_feed_id' else False if name == 'bank_match_ids' else value
                with self.subTest(role=role, field=name), self.assertRaises(AccessError):
                    line.with_user(user).with_context(bank_feed_word=True).write({name: value})
        user = self._make_user('keeper', 'account.group_account_basic')
        values = {'journal_id': self.journal.id, 'amount': 1, 'payment_ref': "By hand"}
        lines = self.env['account.bank.statement.line'].with_user(user)
        for name in ('bank_feed_uid', 'bank_match_state', 'bank_feed_id'):
            with self.assertRaises(AccessError):
                lines.create({**values, name: line[name] if name != 'bank_feed_id' else self.feed.id})
        made = lines.with_context(default_match_state='auto', default_feed_uid='x').create(values)
        self.assertEqual((made.bank_match_state, made.bank_feed_uid), (False, False))

    def test_s8_the_verdict_is_the_tests(self):
        for values in ({'test_ok': True}, {'test_result': "fine"}):
            with self.assertRaises(AccessError):
                self.env['bank.provider'].with_user(self.manager).create(
                    {'name': "x", 'interface': 'sandbox', **values}
                )
        made = (
            self.env['bank.provider']
            .with_user(self.manager)
            .with_context(default_test_ok=True)
            .create({'name': "x", 'interface': 'sandbox'})
        )
        self.assertFalse(made.test_ok)

    def test_s8_a_test_asks_the_bank(self):
        """An address where nobody answers, or somebody who is no bank, passes no test."""
        self.provider.action_test()
        self.assertTrue(self.provider.test_ok, self.provider.test_result)
        dead = self.env['bank.provider'].create(
            {'name': "Dead", 'interface': 'nextgenpsd2', 'mode': 'sandbox', 'base_url': 'http://127.0.0.1:9/'}
        )
        dead.action_test()
        self.assertFalse(dead.test_ok)
        dead.base_url = self.server.url.rstrip('/') + '/elsewhere/'
        dead.action_test()
        self.assertFalse(dead.test_ok, dead.test_result)

    # === No question through relations === #
