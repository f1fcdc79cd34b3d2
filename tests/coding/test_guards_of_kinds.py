"""Kinds and models that are changed, copied, or come in each other's way; bad arguments: found by an outsider."""

from contextlib import suppress
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cases.coding_case import LANDLORD, TELECOM, GuardedCase

FEE = {'name': '', 'iban': '', 'remittance': ["Poplatok za vedenie uctu"]}


@tagged('post_install', '-at_install')
class TestGuardsOfKinds(GuardedCase):
    def rest_habit(self, times=2):
        for number in range(times):
            move = self.invoice(120, payment_reference=f'FA{number}77120')
            line = self.comes({**LANDLORD, 'remittance': [f"FA{number}77120 CHARGES 12.00"]}, 108, 15 - number)
            rest = {'kind': 'account', 'lines': [{'account_id': self.fees.id}]}
            if not line.is_reconciled:
                line.bank_reconcile([[self.item(move).id, 120]], rest, False)
        return line

    # === Bulk after a bill was posted === #

    def test_accept_all_after_a_bill(self):
        """The list said that nothing speaks against it; a bill was posted before the button was pressed."""
        self.habit(times=3)
        line = self.comes(TELECOM, -45.9, 40)
        found = line.bank_reconcile_summary([('id', '=', line.id)])
        self.assertEqual(found['ids'], line.ids)
        self.invoice(300, 'in_invoice', self.partner(TELECOM['name']))
        self.time_passes()
        [failed] = line.browse(found['ids']).bank_reconcile_accept()['failed']
        self.assertFalse(line.is_reconciled)
        self.assertIn("changed since", failed['reason'])

    def test_grid_after_a_bill(self):
        self.habit(times=3)
        line = self.comes(TELECOM, -45.9, 40)
        rows = self.env['bank.coding'].with_user(self.accountant)
        rows._open([('id', '=', line.id)])
        row = rows.search([], limit=1)
        self.assertEqual(row.account_id, self.telephone)
        self.invoice(300, 'in_invoice', self.partner(TELECOM['name']))
        self.time_passes()
        row.action_book()
        self.assertFalse(line.is_reconciled)

    # === Models that differ === #

    def test_two_models_same_accounts_other_amounts(self):
        def lines(first):
            return (
                {'amount_type': 'percentage_st_line', 'amount_string': first, 'sequence': 1},
                {'account_id': self.telephone.id, 'amount_string': '100', 'sequence': 2},
            )

        self.model(lines('50'))
        self.model(lines('80'), name="Others")
        self.assertAsks(self.comes(FEE, -10, 30))

    def test_two_models_same_account_other_partner(self):
        one = self.env['res.partner'].create({'name': "One"})
        two = self.env['res.partner'].create({'name': "Two"})
        payable = self.env['account.account'].search(
            [('account_type', '=', 'liability_payable'), ('company_ids', '=', self.company.id)], limit=1
        )
        self.model([{'account_id': payable.id, 'partner_id': one.id}])
        self.model([{'account_id': payable.id, 'partner_id': two.id}], name="Others")
        self.assertAsks(self.comes(FEE, -10, 30))

    def test_model_and_kind_of_one_sequence(self):
        kind = self.allowed()
        model = self.model(match_label_param='sluzby')
        self.assertEqual(kind.sequence, model.sequence)
        line = self.comes(TELECOM, -45.9, 40)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_kind_before_a_model(self):
        kind = self.allowed()
        model = self.model(match_label_param='sluzby')
        kind.with_user(self.accountant).sequence = 1
        model.sequence = 20
        self.assertByItself(self.comes(TELECOM, -45.9, 40), self.telephone)

    # === Archived analytic accounts === #

    def test_analytic_archived(self):
        plan = self.env['account.analytic.plan'].create({'name': "P"})
        analytic = self.env['account.analytic.account'].create(
            {'name': "A", 'plan_id': plan.id, 'company_id': self.company.id}
        )
        for days in (100, 70):
            self.book(self.comes(TELECOM, -120, days), self.telephone, analytic_distribution={str(analytic.id): 100})
        self.lines(self.feed)[-1:].with_user(self.accountant).bank_reconcile_allow()
        line = self.comes(TELECOM, -120, 40)
        self.assertByItself(line, self.telephone)
        analytic.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(TELECOM, -120, 39))

    def test_dead_analytic_in_a_model(self):
        plan = self.env['account.analytic.plan'].create({'name': "P"})
        analytic = self.env['account.analytic.account'].create(
            {'name': "A", 'plan_id': plan.id, 'company_id': self.company.id}
        )
        self.model([{'analytic_distribution': {str(analytic.id): 100}}])
        self.assertByItself(self.comes(FEE, -3, 30), self.fees)
        analytic.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertAsks(self.comes(FEE, -3, 29))

    # === A name of another company === #

    def test_a_deleted_account_tells_a_foreign_payee(self):
        other = self._make_company("Druhá firma")
        shared = self.env['account.account'].create(
            {
                'name': "Shared",
                'code': '518999',
                'account_type': 'expense',
                'company_ids': [Command.set((self.company | other).ids)],
                'code_mapping_ids': [Command.create({'company_id': other.id, 'code': '518999'})],
            }
        )
        self.allowed(account=shared)
        user = self.user('other_admin_a3', 'base.group_user,account.group_account_manager', other)
        with self.assertRaises(UserError) as raised:
            shared.with_user(user).unlink()
        self.assertNotIn("O2", str(raised.exception))

    # === Constant numbers, short words === #

    def test_another_flat(self):
        who = {**LANDLORD, 'remittance': ["Najom byt 12"]}
        self.allowed(who, account=self.rent, amount=-700)
        line = self.comes({**who, 'remittance': ["Najom byt 14"]}, -700, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_another_house(self):
        who = {**LANDLORD, 'remittance': ["Najom chata 1120"]}
        self.allowed(who, account=self.rent, amount=-700)
        line = self.comes({**who, 'remittance': ["Najom chata 1143"]}, -700, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    def test_two_letters(self):
        """“DPH”, “PN”, “DS”: words of two letters."""
        who = {**LANDLORD, 'remittance': ["Odvody SP"]}
        self.allowed(who, account=self.rent, amount=-700)
        line = self.comes({**who, 'remittance': ["Odvody ZP"]}, -700, 30)
        self.assertFalse(line.is_reconciled, line.bank_match_note)

    # === Smaller === #

    def test_label_in_slovak(self):
        """A Slovak accountant changes the label of a kind; the scheduler has no language."""
        self.env['res.lang']._activate_lang('sk_SK')
        for days in (100, 70):
            self.book(line := self.comes(TELECOM, -45.9, days), self.telephone, label="Stary text")
        model = self.env['account.reconcile.model'].browse(line.bank_reconcile_allow()['model'])
        model.line_ids.with_user(self.accountant).with_context(lang='sk_SK').label = "Novy text"
        self.env.flush_all()
        self.env.invalidate_all()
        line = self.comes(TELECOM, -45.9, 40)
        self.assertIn("Novy text", line.line_ids.mapped('name'))

    def test_name_in_slovak(self):
        self.env['res.lang']._activate_lang('sk_SK')
        model = self.allowed()
        model.line_ids.with_user(self.accountant).with_context(lang='sk_SK').account_id = self.rent
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertIn("Rent", model.with_context(lang='en_US').name)

    def test_a_label_of_a_month(self):
        """What a person wrote of one month does not stand on another's."""
        for month, days in (("09/2026", 90), ("10/2026", 60)):
            self.book(line := self.comes(LANDLORD, -700, days), self.rent, label=f"Najom {month}")
        line.bank_reconcile_allow()
        line = self.comes(LANDLORD, -700, 30)
        self.assertByItself(line, self.rent)
        labels = line.line_ids.filtered(lambda item: item.account_id == self.rent).mapped('name')
        self.assertNotIn("Najom 10/2026", labels)

    def test_rest_on_an_archived_account(self):
        self.rest_habit()
        self.invoice(120, payment_reference='FA977120')
        line = self.comes({**LANDLORD, 'remittance': ["FA977120 CHARGES 12.00"]}, 108, 10)
        found = line.bank_reconcile_summary([('id', '=', line.id)])
        self.fees.active = False
        self.env.flush_all()
        answer = line.browse(found['ids']).bank_reconcile_accept()
        self.assertFalse(
            line.is_reconciled, (answer, found, [(i.account_id.name, i.account_id.active) for i in line.line_ids])
        )

    def test_take_back_of_another_person(self):
        """Nothing would be learned of what somebody takes back of somebody else's."""
        self.allowed()
        line = self.comes(TELECOM, -900, 40)
        self.accept(line)
        self.time_passes()
        self.env.cr._now = self.env.cr.now() + timedelta(days=40)
        other = self.user('other_acc_a3', 'account_bank_feed.bank_feed_group_accountant')
        line.with_user(other).bank_reconcile_take_back({})
        refused = self.env['bank.match'].sudo().search([('statement_line_id', '=', line.id), ('state', '=', 'refused')])
        self.assertTrue(refused)

    def test_disallow_since_forged(self):
        """A client's word on when: bookings of long ago are not taken back without a trace."""
        model = self.allowed(first=300)
        old = self.comes(TELECOM, -45.9, 200)
        self.assertTrue(old.is_reconciled)
        self.env.cr._now = self.env.cr.now() + timedelta(days=100)
        line = self.comes(TELECOM, -45.9, 20)
        line.bank_reconcile_disallow(model.id, [], {'since': '1990-01-01 00:00:00'})
        refused = self.env['bank.match'].sudo().search([('state', '=', 'refused'), ('statement_line_id', '=', old.id)])
        self.assertTrue(old.is_reconciled or refused, "taken back, and nothing is remembered")

    def test_two_kinds_grow_into_each_other(self):
        """Both kinds of one payee stand; switching a set-aside one on by its form."""
        model = self.allowed(times=3, first=300)
        model.with_user(self.accountant).line_ids.account_id = self.rent
        self.time_passes()
        line = self.corrected(self.telephone, (100, 90, 80))
        answer = line.bank_reconcile_allow()
        new = model.browse(answer['model'])
        self.assertEqual(model.trigger, 'manual')
        with self.assertRaisesRegex(UserError, "stands in its place"):
            model.with_user(self.accountant).action_bank_switch()
        self.assertByItself(self.comes(TELECOM, -45.9, 30), self.telephone)
        new.with_user(self.accountant).action_bank_switch()
        model.with_user(self.accountant).action_bank_switch()
        self.assertEqual((model.trigger, new.trigger), ('auto_reconcile', 'manual'))

    # === Tracebacks === #

    def test_calls_with_wrong_arguments(self):
        line = self.comes(TELECOM, -45.9, 20)
        broken = []
        for name, args in (
            ('bank_reconcile', (5,)), ('bank_reconcile', (True,)), ('bank_reconcile_preview', (5,)), ('bank_reconcile', ([], {'kind': 'account', 'lines': 5})),
            ('bank_reconcile_preview', ([], {'kind': 'account', 'lines': 5})), ('bank_reconcile_accounts', ('a\x00b',)), ('bank_reconcile_search', ('a\x00b',)),
            ('bank_reconcile', ([], {'kind': 'account', 'lines': [{'account_id': self.fees.id, 'label': 'a\x00b'}]})),
            ('bank_reconcile_summary', ([['amount', 'in', 'x']],)), ('bank_reconcile_grid', ([['date', '>=', 'x']],)),
        ):  # fmt: skip
            try:
                with suppress(UserError), mute_logger('odoo.sql_db'), self.cr.savepoint():
                    getattr(line, name)(*args)
                    self.env.flush_all()
            except Exception as error:
                broken.append(f'{name}{args}: {type(error).__name__}: {str(error)[:60]}')
        self.assertFalse(broken, '\n' + '\n'.join(broken))

    def test_a_model_of_no_number(self):
        """Core takes “nan” and “inf” for a percentage."""
        broken = []
        for text in ('nan', 'inf'):
            model = self.model([{'amount_type': 'percentage_st_line', 'amount_string': text}])
            line = self.comes(FEE, -3, 30)
            for name in ('bank_reconcile', 'bank_reconcile_preview'):
                try:
                    with suppress(UserError), self.cr.savepoint():
                        getattr(line, name)([], {'kind': 'model', 'model_id': model.id})
                except Exception as error:
                    broken.append(f'{name} {text}: {type(error).__name__}')
            model.unlink()
        self.assertFalse(broken, broken)
