from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestTours(ReconcileCase, HttpCase):
    """The ten most frequent acts of an accountant as Odoo's tours, and the books after each."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant.password = cls.accountant.login
        cls.env['account.reconcile.model'].create(
            {
                'name': "Card fees",
                'company_id': cls.company.id,
                'line_ids': [
                    Command.create({'account_id': cls.fees.id, 'amount_type': 'percentage', 'amount_string': '100'})
                ],
            }
        )

    def setUp(self):
        super().setUp()
        self.documents = {amount: self.invoice(amount) for amount in (25, 40, 60)}
        for amount, name, text in (
            ('22.00', "Payer of one", f"Faktúra {self.documents[25].name}"),
            ('100.00', "Group of two", "za obe"),
            ('50.00', "Pays too much", "zaloha"),
            ('-12.00', "Bank itself", "poplatok"),
            ('-300.00', "To our savings", "presun"),
            ('75.00', "Unknown person", "dakujeme"),
        ):
            self.server.pay(amount=amount, name=name, remittance=[text])
        self.found = {line.partner_name: line for line in self.fetched()}
        self.other_side(self.found["To our savings"])

    def tour(self, name):
        self.start_tour('/odoo/bank-reconcile', f'bank_reconcile_{name}', login=self.accountant.login)
        self.env.invalidate_all()

    def open(self, amount):
        return self.documents[amount].amount_residual

    def state(self, name):
        line = self.found[name]
        return line.is_reconciled, line.bank_match_state

    def test_accept_and_undo(self):
        self.tour('accept_and_undo')
        self.assertEqual((self.open(25), self.state("Payer of one")), (25.0, (False, 'proposed')))

    def test_accept(self):
        self.tour('accept')
        self.assertEqual((self.open(25), self.state("Payer of one")), (3.0, (True, 'accepted')))

    def test_refuse(self):
        self.tour('refuse')
        self.assertEqual((self.open(25), self.state("Payer of one")), (25.0, (False, 'none')))

    def test_several_items(self):
        self.tour('several_items')
        self.assertEqual((self.open(40), self.open(60), self.state("Group of two")), (0.0, 0.0, (True, 'manual')))

    def test_settle_in_full(self):
        self.tour('settle_in_full')
        self.assertEqual((self.open(25), self.state("Payer of one")), (0.0, (True, 'manual')))
        booked = self.found["Payer of one"].line_ids.filtered(lambda item: item.account_id == self.fees)
        self.assertEqual(booked.mapped('balance'), [3.0])

    def test_escape(self):
        self.tour('escape')
        self.assertEqual(self.state("Bank itself"), (False, 'none'))

    def test_part_and_rest(self):
        self.tour('part_and_rest')
        self.assertEqual((self.open(40), self.state("Pays too much")), (10.0, (True, 'manual')))

    def test_write_off(self):
        self.tour('write_off')
        booked = self.found["Bank itself"].line_ids.filtered(lambda item: item.account_id == self.fees)
        self.assertEqual(booked.mapped('balance'), [12.0])

    def test_model(self):
        self.tour('model')
        booked = self.found["Bank itself"].line_ids.filtered(lambda item: item.account_id == self.fees)
        self.assertEqual(booked.mapped('balance'), [12.0])

    def test_transfer(self):
        self.tour('transfer')
        self.assertEqual(self.state("To our savings"), (True, 'manual'))

    def test_partner(self):
        self.tour('partner')
        line = self.found["Unknown person"]
        self.assertEqual((line.partner_id, line.is_reconciled), (self.customer, True))

    def test_to_check(self):
        self.tour('to_check')
        self.assertFalse(self.found["Unknown person"].checked)

    def test_accept_all(self):
        self.tour('accept_all')
        self.assertEqual((self.open(25), self.state("Payer of one")), (3.0, (True, 'accepted')))
        self.assertEqual(self.state("Unknown person"), (False, 'none'))
