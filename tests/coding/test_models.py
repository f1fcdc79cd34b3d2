"""Core's reconciliation models that run by themselves, on our movements."""

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from ...matching.policy import BY_MODEL
from ..cases.coding_case import LANDLORD, TELECOM, CodingCase

FEE = {'name': '', 'iban': '', 'remittance': ["Poplatok za vedenie uctu"]}


@tagged('post_install', '-at_install')
class TestAutomatedModels(CodingCase):
    def model(self, name="Fees", account=None, amount='100', **values):
        line = {'account_id': (account or self.fees).id, 'amount_string': amount}
        return self.env['account.reconcile.model'].create(
            {
                'name': name,
                'company_id': self.company.id,
                'trigger': 'auto_reconcile',
                'line_ids': [Command.create(line)],
                **values,
            }
        )

    def test_its_conditions(self):
        contains = {'match_label': 'contains', 'match_label_param': "POPLATOK"}
        model = self.model(**contains)
        line = self.comes(FEE, -3.5, 30)
        self.assertByItself(line, self.fees)
        self.assertEqual((line.bank_match_rule, line.line_ids.reconcile_model_id), (BY_MODEL, model))
        self.assertIn("Fees", line.bank_match_note)
        self.assertAsks(self.comes(TELECOM, -45.9, 29))
        model.write({'match_amount': 'lower', 'match_amount_max': 10})
        self.assertByItself(self.comes(FEE, -10, 28), self.fees)
        self.assertAsks(self.comes(FEE, -10.01, 27))
        model.write({'match_amount': 'between', 'match_amount_min': 5, 'match_amount_max': 10})
        self.assertAsks(self.comes(FEE, -4.99, 26))
        model.write({'match_amount': False, 'match_label': 'match_regex', 'match_label_param': r"poplatok.*u.tu$"})
        self.assertByItself(self.comes(FEE, -3, 25), self.fees)
        model.write({'match_label': 'not_contains', 'match_label_param': "vedenie"})
        self.assertAsks(self.comes({**FEE, 'remittance': ["Vedenie"]}, -3, 24))
        self.assertByItself(self.comes({**FEE, 'remittance': ["Urok"]}, -3, 23), self.fees)
        other = self.env['account.journal'].create(
            {'name': "Other", 'type': 'bank', 'code': 'OTH', 'company_id': self.company.id}
        )
        model.match_journal_ids = other
        self.assertAsks(self.comes({**FEE, 'remittance': ["Urok z uctu"]}, -3, 22))
        partner = self.env['res.partner'].create({'name': LANDLORD['name']})
        model.write({'match_label': False, 'match_journal_ids': False, 'match_partner_ids': partner.ids})
        self.assertByItself(self.comes(LANDLORD, -700, 21), self.fees)
        self.assertAsks(self.comes(TELECOM, -45, 20))

    def test_one_without_conditions_runs_never(self):
        model = self.model()
        self.assertAsks(self.comes(FEE, -3.5, 30))
        self.assertIn("no condition", model.bank_advice)

    def test_a_manual_one_waits_for_a_person(self):
        self.model(match_label='contains', match_label_param="poplatok", trigger='manual')
        self.assertAsks(self.comes(FEE, -3.5, 30))

    def test_two_that_differ(self):
        """In no order: said, and a person decides. Whoever put them in one has said which is first."""
        contains = {'match_label': 'contains', 'match_label_param': "poplatok"}
        first, second = self.model(**contains), self.model("Telephone", self.telephone, **contains)
        line = self.comes(FEE, -3.5, 30)
        self.assertAsks(line, "Two reconciliation models are for it, “Fees” and “Telephone”.")
        self.assertEqual(len(self.proposed(line)), 2)
        second.sequence = first.sequence + 1
        line = self.comes(FEE, -3.5, 29)
        self.assertByItself(line, self.fees)
        self.assertIn("before “Telephone”", line.bank_match_note)

    def test_documents_go_first(self):
        self.model(match_label='match_regex', match_label_param='.')
        move = self.invoice(120, payment_reference='RF18539007547034')
        paid = self.comes({**TELECOM, 'remittance': ["RF18539007547034"]}, 120, 20)
        self.assertEqual((paid.bank_match_state, move.payment_state), ('auto', 'paid'))
        self.invoice(80)
        self.assertAsks(self.comes({**LANDLORD, 'name': self.customer.name}, 75, 19))
        self.assertByItself(self.comes(FEE, -1, 18), self.fees)

    def test_parts_and_what_is_too_much(self):
        """Several lines with taxes and partners; one that takes more than there is does nothing."""
        model = self.model(match_label='contains', match_label_param="poplatok", amount='60')
        self.env['account.reconcile.model.line'].create(
            {'model_id': model.id, 'account_id': self.telephone.id, 'amount_type': 'percentage', 'amount_string': '100'}
        )
        line = self.comes(FEE, -10, 30)
        self.assertByItself(line, self.fees | self.telephone)
        amounts = {item.account_id: item.balance for item in line.line_ids}
        self.assertEqual((amounts[self.fees], amounts[self.telephone]), (6, 4))
        model.line_ids[0].write({'amount_type': 'fixed', 'amount_string': '-25'})
        self.assertAsks(self.comes(FEE, -10, 29))

    def test_its_activity(self):
        kind = self.env.ref('mail.mail_activity_data_todo')
        self.model(match_label='contains', match_label_param="poplatok", next_activity_type_id=kind.id)
        line = self.comes(FEE, -10, 30)
        self.assertEqual(line.move_id.activity_ids.activity_type_id, kind)

    def test_a_hostile_pattern(self):
        self.model(match_label='match_regex', match_label_param=r'(a+)+$')
        self.assertAsks(self.comes({**FEE, 'remittance': ["a" * 2000 + "!"]}, -10, 30))

    def test_who_may(self):
        """What runs by itself is made, changed and deleted by accountants of bank feeds; templates by everybody who keeps books."""
        keeper = new_test_user(
            self.env,
            'keeper_bank',
            'account.group_account_user',
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        automated = self.model(match_label='contains', match_label_param="poplatok").with_user(keeper)
        manual = self.model("Manual", trigger='manual').with_user(keeper)
        manual.name = "Own template"
        manual.line_ids.account_id = self.rent
        for act in (
            lambda: manual.write({'trigger': 'auto_reconcile'}),
            manual.action_set_auto_reconcile,
            lambda: automated.write({'match_label_param': '.'}),
            lambda: automated.line_ids.write({'account_id': self.rent.id}),
            lambda: automated.write(
                {'line_ids': [Command.update(automated.line_ids.id, {'account_id': self.rent.id})]}
            ),
            lambda: manual.line_ids.write({'model_id': automated.id}),
            automated.line_ids.unlink,
            automated.unlink,
            automated.copy,
            lambda: manual.create({'name': "New", 'trigger': 'auto_reconcile'}),
            lambda: manual.with_context(default_trigger='auto_reconcile').create({'name': "New"}),
            lambda: manual.write({'bank_ground': 'x'}),
            lambda: manual.with_user(self.accountant).write({'bank_ground': 'x'}),
            lambda: manual.with_user(self.accountant).create({'name': "New", 'bank_ground': 'x'}),
            lambda: self.comes(TELECOM, -1, 3).with_user(keeper).bank_reconcile_allow(),
            lambda: self.comes(TELECOM, -1, 2).with_user(keeper).bank_reconcile_offer(),
        ):
            with self.assertRaises(AccessError), self.cr.savepoint():
                act()
        made = manual.with_user(self.accountant).with_context(default_bank_ground='x').create({'name': "New"})
        self.assertFalse(made.bank_ground)
