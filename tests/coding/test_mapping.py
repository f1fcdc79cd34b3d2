"""Reconciliation models that only say whose a movement is."""

from datetime import timedelta

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, TELECOM, CodingCase

CARD = {'remittance': ["PAYPAL *ORBIT 4021 LUX"]}


@tagged('post_install', '-at_install')
class TestMapping(CodingCase):
    def mapping(self, partner=None, user=None, **values):
        values = {'match_label': 'contains', 'match_label_param': "orbit", **values}
        return (
            self.env['account.reconcile.model']
            .with_user(user or self.env.user)
            .create(
                {
                    'name': "Orbit",
                    'company_id': self.company.id,
                    'line_ids': [Command.create({'partner_id': (partner or self.orbit()).id})],
                    **values,
                }
            )
        )

    def orbit(self, **values):
        return self.env['res.partner'].create({'name': "Orbit Software", 'supplier_rank': 1, **values})

    def test_what_comes_is_the_partners(self):
        partner = self.orbit()
        self.mapping(partner)
        line = self.comes(CARD, -30, 5)
        self.assertEqual((line.partner_id, line.move_id.partner_id, line.is_reconciled), (partner, partner, False))
        self.assertFalse(self.comes({'remittance': ["PAYPAL *OTHER"]}, -30, 4).partner_id)

    def test_what_waits_looks_again(self):
        line = self.comes(CARD, -30, 5)
        self.assertFalse(line.partner_id)
        partner = self.orbit()
        self.mapping(partner)
        self.assertTrue(line.bank_match_again)
        line.bank_reconcile_again()
        self.assertEqual(line.partner_id, partner)

    def test_in_the_backtest(self):
        partner = self.orbit()
        self.mapping(partner)
        day = self.bank.today() - timedelta(days=20)
        self.invoice(30, 'in_invoice', partner, invoice_date=day, date=day)
        line = self.comes(CARD, -30, 5)
        self.proposed(line)[:1].action_accept()
        since = self.bank.today().replace(year=self.bank.today().year - 1)
        for known in (True, False):
            test = self.env['bank.backtest'].with_user(self.manager)
            test = test.create({'company_id': self.company.id, 'date_from': since})
            test.action_run()
            self.env.ref('account_bank_feed.ir_cron_backtest').method_direct_trigger()
            self.assertEqual((test.row_ids.outcome, test.row_ids.rule), ('proposed', 'R17' if known else 'R19'))
            self.env['account.reconcile.model'].search([('name', '=', "Orbit")]).active = False

    def test_his_documents_are_proposed(self):
        partner = self.orbit()
        self.mapping(partner)
        bill = self.invoice(30, 'in_invoice', partner)
        line = self.comes(CARD, -30, 5)
        self.assertEqual(self.proposed(line)[:1].allocation_ids.move_id, bill)
        self.assertFalse(line.is_reconciled)
        self.habit(CARD, amount=-31, first=100)
        model = self.env['account.reconcile.model'].create(
            {
                'name': "Card",
                'company_id': self.company.id,
                'trigger': 'auto_reconcile',
                'match_label': 'contains',
                'match_label_param': "paypal",
                'line_ids': [Command.create({'account_id': self.rent.id})],
            }
        )
        self.assertAsks(self.comes(CARD, -31, 3), "open documents")
        model.unlink()

    def test_who_is_known_stays(self):
        """An account, a name, or a person's word is more than a text."""
        landlord = self.env['res.partner'].create({'name': LANDLORD['name']})
        self.mapping()
        line = self.comes({**LANDLORD, 'remittance': ["orbit"]}, -30, 5)
        self.assertNotEqual(line.partner_id.name, "Orbit Software")
        line.bank_reconcile_partner(landlord.id)
        line.bank_reconcile_again()
        self.assertEqual(line.partner_id, landlord)

    def test_two_that_differ(self):
        self.mapping()
        self.mapping(self.customer, match_label_param="paypal")
        self.assertFalse(self.comes(CARD, -30, 5).partner_id)

    def test_what_names_nobody(self):
        """Without a condition, by what a text does not say, archived, for another amount or journal."""
        gone = self.orbit(active=False)
        till = self.env['account.journal'].create(
            {'name': "Till", 'type': 'cash', 'code': 'TIL', 'company_id': self.company.id}
        )
        self.mapping(match_label_param=" ")
        self.mapping(match_label='not_contains', match_label_param="zzz")
        self.mapping(match_label='match_regex', match_label_param='.*')
        self.mapping(match_label='match_regex', match_label_param='(a+)+$b')
        self.mapping(gone)
        self.mapping(active=False)
        self.mapping(match_amount='greater', match_amount_min=31)
        self.mapping(match_journal_ids=till.ids)
        self.assertFalse(self.comes(CARD, -30, 5).partner_id)

    def test_who_may_say_it(self):
        user = self.env['res.users'].create(
            {
                'name': "Invoicing",
                'login': 'invoicing_mapping',
                'group_ids': [Command.set([self.env.ref('account.group_account_user').id])],
                'company_ids': self.company.ids,
                'company_id': self.company.id,
            }
        )
        with self.assertRaises(AccessError):
            self.mapping(self.orbit(), user=user)
        self.assertTrue(self.mapping(self.orbit(), user=self.accountant).mapped_partner_id)

    def test_booked_as_before_with_its_partner(self):
        partner = self.orbit()
        self.mapping(partner, match_label_param="sluzby")
        self.allowed()
        line = self.comes(TELECOM, -45.9, 5)
        self.assertByItself(line, self.telephone)
        self.assertEqual(line.partner_id, partner)
