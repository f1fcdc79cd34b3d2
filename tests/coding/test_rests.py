"""What a document leaves of its movement, or lacks, where the bank's text says how much: proposed as it was booked before."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, CodingCase


@tagged('post_install', '-at_install')
class TestRests(CodingCase):
    def open_one(self, number, amount=120, **values):
        return self.invoice(amount, payment_reference=f'FA{number}77120', **values)

    def says(self, number, text="CHARGES 12.00", amount=108, days=5, **values):
        return self.comes({**LANDLORD, 'remittance': [f"FA{number}77120 {text}"]}, amount, days, **values)

    def kept(self, number, days, account=None):
        """A fee that a person booked with its document."""
        move, line = self.open_one(number), self.says(number, days=days)
        rest = {'kind': 'account', 'lines': [{'account_id': (account or self.fees).id}]}
        line.bank_reconcile([[self.item(move).id, 120]], rest, False)
        self.assertEqual((line.is_reconciled, move.payment_state), (True, 'paid'))
        return line

    def fees_kept(self, times=2):
        for number in range(times):
            self.kept(number + 1, 18 - 2 * number)

    def test_proposed_and_accepted(self):
        self.fees_kept()
        move = self.open_one(9, 240)
        line = self.says(9, "CHARGES 7.50", 232.5)
        best = self.proposed(line)[:1]
        self.assertEqual((best.allocation_ids.move_id, best.allocation_ids.amount, best.coding), (move, 240, False))
        self.assertEqual((best.rest['rows'][0]['account'], best.rest['rows'][0]['amount']), (self.fees.id, '-7.50'))
        self.assertAsks(line, "a person confirms where it goes")
        shown = line.bank_reconcile_details()['proposals'][0]
        self.assertEqual((shown['left_text'], shown['parts'][0]['left_text'], len(shown['basis'])), ('', '', 2))
        self.assertEqual(len(shown['rows']), 1)
        after = line.bank_reconcile_preview(match_id=best.id)['after']
        best.action_accept()
        self.assertEqual((line.is_reconciled, move.payment_state), (True, 'paid'))
        booked = line.line_ids.filtered(lambda item: item.account_id == self.fees)
        self.assertEqual(booked.balance, 7.5)
        self.assertBalanced(line)
        before = line.bank_reconcile_preview()['before']
        self.assertEqual(
            sorted(map(str, after)), sorted(str({**row, 'label': one['label']}) for row, one in zip(before, after))
        )
        line.bank_reconcile_undo()
        self.assertEqual((line.is_reconciled, move.payment_state, move.amount_residual), (False, 'not_paid', 240))

    def test_what_a_payer_is_always_short_of(self):
        """Nothing in the text: the same payer, the same account; what it is much shorter of is a part payment."""
        for number in (1, 2):
            move, line = self.open_one(number), self.says(number, "", days=20 - number)
            rest = {'kind': 'account', 'lines': [{'account_id': self.fees.id}]}
            line.bank_reconcile([[self.item(move).id, 120]], rest, False)
            self.assertEqual((line.is_reconciled, move.payment_state), (True, 'paid'))
        move = self.open_one(9)
        line = self.says(9, "")
        best = self.proposed(line)[:1]
        self.assertEqual((best.allocation_ids.amount, best.rest['rows'][0]['amount']), (120, '-12.00'))
        self.assertAsks(line, "short or over like this before")
        self.assertNotIn(line.id, line.bank_reconcile_summary([('id', '=', line.id)])['ids'])
        best.action_accept()
        self.assertEqual((line.is_reconciled, move.payment_state), (True, 'paid'))
        self.assertBalanced(line)
        self.open_one(8)
        self.assertFalse(any(match.rest for match in self.proposed(self.says(8, "", 40))))

    def test_never_by_itself(self):
        self.fees_kept(4)
        move = self.open_one(9)
        line = self.says(9)
        self.assertAsks(line)
        self.assertEqual(move.payment_state, 'not_paid')
        with self.assertRaises(UserError):
            line.bank_reconcile_allow()

    def test_a_first_time(self):
        self.kept(1, 15)
        self.open_one(9)
        line = self.says(9)
        self.assertTrue(self.proposed(line)[:1].rest)
        self.assertAsks(line, "only once")
        self.assertNotIn(line.id, line.bank_reconcile_summary([('id', '=', line.id)])['ids'])

    def test_nothing_is_known(self):
        self.open_one(9)
        line = self.says(9)
        self.assertFalse(any(match.rest for match in self.proposed(line)))
        self.assertTrue(self.proposed(line).allocation_ids)

    def test_another_word_or_amount(self):
        self.fees_kept()
        for number, text, amount in ((5, "DISCOUNT 12.00", 108), (6, "CHARGES 11.00", 108), (7, "CHARGES 12.00", 132)):
            self.open_one(number)
            line = self.says(number, text, amount)
            self.assertFalse(any(match.rest for match in self.proposed(line)), text)

    def test_booked_in_two_ways(self):
        self.kept(1, 15)
        self.kept(2, 14, self.rent)
        self.open_one(9)
        self.assertFalse(any(match.rest for match in self.proposed(self.says(9))))

    def test_accepted_with_others(self):
        self.fees_kept()
        self.open_one(9)
        line = self.says(9)
        self.assertIn(line.id, line.bank_reconcile_summary([('id', '=', line.id)])['ids'])
        self.assertEqual(line.bank_reconcile_accept()['done'], line.ids)
        self.assertEqual(line.bank_match_state, 'accepted')
        line.bank_reconcile_take_back()
        self.assertFalse(line.is_reconciled)

    def test_the_like_look_again(self):
        """Who books the first says it for those that wait."""
        self.open_one(9)
        waits = self.says(9, days=6)
        self.assertFalse(any(match.rest for match in self.proposed(waits)))
        self.kept(1, 15)
        self.assertTrue(self.proposed(waits)[:1].rest)

    def test_paid_otherwise_meanwhile(self):
        self.fees_kept()
        move = self.open_one(9)
        line = self.says(9)
        match = self.proposed(line)[:1]
        self.env['account.payment.register'].with_context(active_model='account.move', active_ids=move.ids).create(
            {'amount': 50}
        )._create_payments()
        if match.exists():
            with self.assertRaises(UserError):
                match.with_user(self.accountant).action_accept()
        self.assertFalse(line.is_reconciled)

    def test_an_account_that_went(self):
        self.fees_kept()
        self.open_one(9)
        line = self.says(9)
        match = self.proposed(line)[:1]
        self.fees.active = False
        self.assertTrue(line.bank_reconcile_details()['proposals'])
        gone = {**match.rest, 'rows': [{**match.rest['rows'][0], 'account': 99999999}]}
        match.sudo().rest = gone
        shown = line.bank_reconcile_details()['proposals'][0]
        self.assertEqual((shown['changed'], shown['rows']), (True, []))
        self.assertTrue(line.bank_reconcile_preview(match_id=match.id)['reason'])
        with self.assertRaises(UserError):
            match.action_accept()
        self.assertFalse(line.is_reconciled)

    def test_a_bill_with_a_fee_on_top(self):
        partner = self.env['res.partner'].create({'name': LANDLORD['name'], 'supplier_rank': 1})
        for number in range(1, 4):
            move = self.invoice(100, 'in_invoice', partner, ref=f'R{number}88551', payment_reference=f'R{number}88551')
            line = self.comes({**LANDLORD, 'remittance': [f"R{number}88551 FEE 2.00"]}, -102, 15 - number)
            if number == 1:
                self.assertEqual(move.payment_state, 'paid')  # what is over waits
                line.bank_reconcile([], {'kind': 'account', 'lines': [{'account_id': self.fees.id}]}, False)
            elif number == 2:
                self.accept(line)
        best = self.proposed(line)[:1]
        self.assertEqual((best.rest or {}).get('rows', [{}])[0].get('amount'), '-2.00')
        best.action_accept()
        self.assertEqual((line.is_reconciled, move.payment_state), (True, 'paid'))
        self.assertBalanced(line)
