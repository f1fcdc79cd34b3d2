from decimal import Decimal

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...booking import Refused
from ...booking.patterns import find, read_amount
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestReconcileTraps(ReconcileCase):
    """What could go wrong between a person, a colleague, two currencies and a stale screen."""

    def model(self, *lines):
        return self.env['account.reconcile.model'].create(
            {
                'name': "Fees",
                'company_id': self.company.id,
                'line_ids': [Command.create({'account_id': self.fees.id, **line}) for line in lines],
            }
        )

    def test_short_payment_and_a_fee(self):
        """98.00 came for 100.00: the invoice is paid, 2.00 are the bank's."""
        move = self.invoice(100)
        line = self.waiting('98.00')
        with self.assertRaisesRegex(UserError, "More than"):
            line.bank_reconcile([[self.item(move).id, 100.0]])
        line.bank_reconcile([[self.item(move).id, 100.0]], {'kind': 'account', 'account_id': self.fees.id})
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))
        self.assertEqual(line.line_ids.filtered(lambda item: item.account_id == self.fees).balance, 2.0)
        self.assertBalanced(line)

    def test_items_of_another_currency(self):
        """An invoice in dollars is offered, and paid, at what it is worth in euro that day."""
        usd = self.rate('USD', 1.25)
        move = self.invoice(100, currency_id=usd.id)
        line = self.waiting('200.00')
        item = line.bank_reconcile_search(move.name)['items'][0]
        self.assertEqual((item['open'], item['same_currency']), (80.0, False))
        with self.assertRaisesRegex(UserError, "Only"):
            line.bank_reconcile([[item['id'], 100.0]])
        line.bank_reconcile([[item['id'], 40.0]])
        self.assertEqual((move.amount_residual, line.amount_residual), (50.0, -160.0))
        line.bank_reconcile([[item['id'], 39.0]])
        self.assertEqual(move.amount_residual, 1.25)
        self.assertBalanced(line)

    def test_somebody_was_quicker(self):
        move = self.invoice(120)
        line = self.waiting('200.00')
        line.bank_reconcile([[self.item(move).id, 120.0]])
        with self.assertRaisesRegex(UserError, "somebody else"):
            line.bank_reconcile([], {'kind': 'account', 'account_id': self.fees.id}, False, 200.0)
        self.assertEqual(line.amount_residual, -80.0)
        line.bank_reconcile([], {'kind': 'account', 'account_id': self.fees.id}, False, 80.0)
        with self.assertRaisesRegex(UserError, "reconciled already"):
            line.bank_reconcile([], {'kind': 'account', 'account_id': self.fees.id})

    def test_a_stale_proposal_is_not_accepted_in_silence(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[move.name], name="Niekto iný")
        proposal = line.bank_match_ids.filtered(lambda match: match.state == 'proposed')
        proposal.action_accept()
        with self.assertRaisesRegex(UserError, "decided already"):
            proposal.action_accept()

    def test_a_proposal_whose_document_changed(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[move.name], name="Niekto iný")
        line.bank_match_ids.sudo().allocation_ids.move_line_id = False
        shown = line.bank_reconcile_details()['proposals'][0]
        self.assertEqual((shown['changed'], shown['parts']), (True, []))

    def test_guesses_are_not_accepted_by_the_dozen(self):
        for _number in range(2):
            self.invoice(450)
        self.server.pay(amount='450.00', remittance=["najom"], name="Neznamy")
        lines = self.fetched()
        self.assertEqual(lines.bank_match_rule, 'R19')
        summary = lines.bank_reconcile_summary([('id', 'in', lines.ids)])
        self.assertEqual((summary['ids'], summary['left']), ([], 1))

    def test_amounts_in_texts(self):
        for text, amount in (
            ('1.234,56', 1234.56), ('1,234.56', 1234.56), ('2,40.', 2.4), ('1 234', 1234.0), ('12', 12.0),
            ('1.234', 1234.0), ('0,5', 0.5), ('-', None), ('', None),
        ):  # fmt: skip
            self.assertEqual(read_amount(text), None if amount is None else Decimal(str(amount)), text)

    def test_models_that_do_not_fit(self):
        regex = {'amount_type': 'regex', 'amount_string': r'FEE ([\d.,]+)'}
        line = self.waiting('-24.00', remittance=["FEE 2.400,00"])
        with self.assertRaisesRegex(UserError, "takes more"):
            line.bank_reconcile([], {'kind': 'model', 'model_id': self.model(regex).id})
        nothing = self.model({'amount_type': 'regex', 'amount_string': r'TIP (\d+)'})
        with self.assertRaisesRegex(UserError, "takes nothing"):
            line.bank_reconcile([], {'kind': 'model', 'model_id': nothing.id})
        self.assertNotEqual(line.bank_match_state, 'manual')

    def test_tax_of_a_refunded_fee(self):
        tax = self.env['account.tax'].create(
            {'name': "20 %", 'amount': 20, 'type_tax_use': 'purchase', 'company_id': self.company.id}
        )
        line = self.waiting('12.00')
        line.bank_reconcile([], {'kind': 'account', 'account_id': self.fees.id, 'tax_ids': tax.ids})
        of_tax = line.line_ids.filtered('tax_line_id')
        self.assertEqual((of_tax.balance, of_tax.tax_repartition_line_id.document_type), (-2.0, 'refund'))

    def test_partly_booked(self):
        """The partner may be said, the search for a match may not start again, and all of it can be undone."""
        move = self.invoice(120)
        line = self.waiting('200.00')
        line.bank_reconcile([[self.item(move).id, 120.0]])
        other = self.env['res.partner'].create({'name': "Other"})
        line.bank_reconcile_partner(other.id)
        self.assertEqual((move.payment_state, line.partner_id), ('paid', other))
        with self.assertRaisesRegex(UserError, "Undo that first"):
            line.bank_reconcile_again()
        line.bank_reconcile_undo()
        self.assertEqual((move.payment_state, line.amount_residual), ('not_paid', -200.0))

    def test_undo_of_a_choice_brings_the_proposal_back(self):
        move, other = self.invoice(120), self.invoice(100)
        line = self.waiting('100.00', remittance=[move.name], name="Niekto iný")
        line.bank_reconcile([[self.item(other).id, 100.0]])
        self.assertFalse(line.bank_reconcile_details()['proposals'])
        line.bank_reconcile_undo()
        self.assertEqual((line.bank_match_state, other.payment_state), ('proposed', 'not_paid'))
        self.assertTrue(line.bank_reconcile_details()['proposals'])

    def test_undo_of_a_transfer_on_both_accounts(self):
        line = self.waiting('-500.00')
        twin = self.other_side(line)
        line.bank_reconcile_transfer(twin.id)
        line.bank_reconcile_undo()
        self.assertFalse(line.is_reconciled or twin.is_reconciled)
        self.assertEqual(line.bank_reconcile_details()['transfers'][0]['id'], twin.id)

    def test_the_items_say_who_it_was(self):
        """A partner said by mistake neither keeps the movement nor learns the account."""
        mistaken = self.env['res.partner'].create({'name': "Mistaken"})
        move = self.invoice(100)
        line = self.waiting('100.00', iban='SK8999520000000005000006')
        line.bank_reconcile_partner(mistaken.id)
        line.bank_reconcile([[self.item(move).id, 100.0]], None, mistaken.id)
        known = self.env['bank.payer'].search([('company_id', '=', self.company.id)])
        self.assertEqual((line.partner_id, known.partner_id), (self.customer, self.customer))

    def test_the_same_item_twice(self):
        move = self.invoice(100)
        line = self.waiting('200.00')
        with self.assertRaises(UserError):
            line.bank_reconcile([[self.item(move).id, 60.0], [self.item(move).id, 60.0]])

    def test_a_pattern_that_takes_for_ever_ends(self):
        """Refused, or found out in time: whatever the pattern, an answer comes."""
        text = "Fee 3,50 " + "a" * 190 + "~"
        for pattern in (
            '(a+)+$',
            '((a))+$',
            '(a|a)+$',
            '.*.*.*.*x',
            '(a{1,9})*b',
            '(a|a)' * 28 + '$',
            '(',
            '((a{99}){99}){99}',
        ):
            with self.subTest(pattern):
                try:
                    self.assertIsNone(find(pattern, text))
                except Refused as refused:
                    self.assertIn(refused.code, ('pattern_complicated', 'pattern_wrong'))
        self.assertEqual(find(r'Fee ([\d,.]+)', text).group(1), '3,50')
        self.assertEqual(find(r'(?:\d){1},(\d){2}', text).group(), '3,50')
