from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.core.account_journal import OCA_ACTION
from ...models.match.again import Waiting
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestReconcile(ReconcileCase):
    """Everything that a person decides about a movement, through the calls that the view makes."""

    def test_what_is_shown(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}  ďakujem"], name="Niekto iný")
        shown = line.bank_reconcile_details()
        self.assertEqual((shown['state'], shown['rest'], len(shown['proposals'])), ('proposed', 100.0, 1))
        text = next(text for text in shown['texts'] if text['field'] == 'text')
        self.assertEqual([text['text'][start:end] for start, end in text['marks']], [move.name])
        part = shown['proposals'][0]['parts'][0]
        self.assertEqual((part['name'], part['amount'], part['open']), (move.name, 100.0, 120.0))
        self.assertIn('20', part['left_text'])

    def test_items_found_by_number_partner_amount_and_day(self):
        move, other = self.invoice(120), self.invoice(77)
        line = self.waiting('50.00')
        for text in (
            move.name,
            move.name[-3:],
            '120',
            '120,00',
            str(move.invoice_date_due),
            f'zákazník {move.name[-3:]}',
        ):
            names = [item['name'] for item in line.bank_reconcile_search(text)['items']]
            self.assertIn(move.name, names, text)
            if text not in (str(move.invoice_date_due),):
                self.assertNotIn(other.name, names, text)
        self.assertEqual(line.bank_reconcile_search('%')['items'], [])
        self.assertEqual(line.bank_reconcile_search('')['items'], [])

    def test_several_items_and_their_partner(self):
        one, two = self.invoice(120), self.invoice(80)
        line = self.waiting('200.00')
        state = line.bank_reconcile([[self.item(one).id, 120.0], [self.item(two).id, 80.0]])
        self.assertEqual(state[line.id], {'reconciled': True, 'state': 'manual', 'note': line.bank_match_note})
        self.assertEqual((one.payment_state, two.payment_state, line.partner_id), ('paid', 'paid', self.customer))
        self.assertIn(one.name, line.bank_match_note)
        self.assertBalanced(line)

    def test_part_now_and_the_rest_later(self):
        one, two = self.invoice(120), self.invoice(300)
        line = self.waiting('200.00')
        line.bank_reconcile([[self.item(one).id, 120.0]])
        self.assertEqual((one.payment_state, line.is_reconciled, line.amount_residual), ('paid', False, -80.0))
        self.assertEqual(line.bank_reconcile_details()['rest'], 80.0)
        line.bank_reconcile([[self.item(two).id, 80.0]])
        self.assertEqual((two.amount_residual, line.is_reconciled), (220.0, True))
        self.assertEqual(one.payment_state, 'paid')
        self.assertBalanced(line)

    def test_taken_back_at_once(self):
        """What was pressed by mistake leaves nothing behind: proposals, partner and what is known are as before."""
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}"], account='1234567/0200')
        note = line.bank_match_note
        line.bank_reconcile_accept()
        self.assertTrue(line.is_reconciled)
        line.bank_reconcile_take_back({str(line.id): False})
        self.assertEqual((line.is_reconciled, line.bank_match_state, line.bank_match_note), (False, 'proposed', note))
        self.assertEqual((line.partner_id, move.amount_residual), (self.env['res.partner'], 120.0))
        self.assertFalse(self.env['bank.payer'].sudo().search([('statement_line_id', '=', line.id)]))
        line.bank_match_ids.with_user(self.accountant).action_refuse()
        self.assertEqual(line.bank_match_state, 'none')
        line.bank_match_ids.with_user(self.accountant).action_unrefuse()
        self.assertEqual((line.bank_match_state, len(line.bank_reconcile_details()['proposals'])), ('proposed', 1))

    def test_taken_back_keeps_the_partner_that_was_said(self):
        line = self.waiting('75.00', account='1234567/0200')
        line.bank_reconcile_partner(self.customer.id)
        line.bank_reconcile([], {'kind': 'partner'}, self.customer.id)
        line.bank_reconcile_take_back({line.id: self.customer.id})
        self.assertEqual((line.is_reconciled, line.partner_id), (False, self.customer))
        self.assertTrue(self.env['bank.payer'].sudo().search([('statement_line_id', '=', line.id)]))

    def test_no_rate_is_said(self):
        journal = self.journal_in(self.rate('USD', None))
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': journal.id, 'date': '2026-10-01', 'payment_ref': "Invoice", 'amount': 10}
        )
        line = line.with_user(self.accountant)
        self.assertIn('USD', line.bank_reconcile_details()['warning'])
        self.rate('USD', 1.1)
        self.assertIn("9.09", line.bank_reconcile_details()['warning'], "booked one for one: the rate came later")
        line.bank_reconcile_rate()
        self.assertEqual(line.bank_reconcile_details()['warning'], '')

    def test_a_bill_begins_with_what_the_bank_says(self):
        vendor = self.env['res.partner'].create({'name': "Elektrina s.r.o."})
        line = self.waiting('-84.00', name="elektrina s.r.o.", e2e='/VS7700451/SS/KS0308')
        bill = self.env['account.move'].browse(line.bank_reconcile_new_document('in_invoice')['res_id'])
        self.assertEqual((bill.partner_id, bill.ref, bill.invoice_date), (vendor, '7700451', line.date))

    def test_credit_note_with_its_sign(self):
        move = self.invoice(120)
        note = self.invoice(20, 'out_refund')
        line = self.waiting('100.00')
        line.bank_reconcile([[self.item(note).id, -20.0], [self.item(move).id, 120.0]])
        self.assertEqual((move.payment_state, note.payment_state, line.is_reconciled), ('paid', 'paid', True))

    def test_too_much_goes_to_the_partner(self):
        move = self.invoice(120)
        line = self.waiting('150.00')
        line.bank_reconcile([[self.item(move).id, 120.0]], {'kind': 'partner'})
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))
        receivable = self.customer.property_account_receivable_id
        credit = line.line_ids.filtered(lambda item: item.account_id == receivable and item.amount_residual)
        self.assertEqual(
            (credit.account_id, credit.partner_id, credit.amount_residual),
            (receivable, self.customer, -30.0),
        )

    def test_written_off_with_a_tax(self):
        tax = self.env['account.tax'].create(
            {'name': "20 %", 'amount': 20, 'type_tax_use': 'purchase', 'company_id': self.company.id}
        )
        line = self.waiting('-12.00')
        line.bank_reconcile([], {'kind': 'account', 'account_id': self.fees.id, 'label': "Fee", 'tax_ids': tax.ids})
        base = line.line_ids.filtered(lambda item: item.tax_ids == tax)
        self.assertEqual((base.balance, base.account_id, base.name), (10.0, self.fees, "Fee"))
        self.assertEqual(line.line_ids.filtered('tax_line_id').balance, 2.0)
        self.assertTrue(line.is_reconciled)
        self.assertBalanced(line)

    def test_reconciliation_model(self):
        model = self.env['account.reconcile.model'].create(
            {
                'name': "Card fees",
                'company_id': self.company.id,
                'line_ids': [
                    Command.create(
                        {'account_id': self.fees.id, 'amount_type': 'regex', 'amount_string': r'FEE ([\d,]+)'}
                    ),
                    Command.create({'account_id': self.fees.id, 'amount_type': 'percentage', 'amount_string': '50'}),
                ],
            }
        )
        line = self.waiting('-100.00', remittance=["CARDS FEE 2,40"])
        self.assertIn("Card fees", [shown['name'] for shown in line.bank_reconcile_models()])
        line.bank_reconcile([], {'kind': 'model', 'model_id': model.id})
        balances = line.line_ids.filtered(lambda item: item.account_id == self.fees).mapped('balance')
        self.assertEqual(sorted(balances), [2.4, 48.8])
        self.assertEqual((line.is_reconciled, line.amount_residual), (False, 48.8))
        self.assertBalanced(line)

    def test_small_difference_written_off(self):
        move = self.invoice(120)
        line = self.waiting('123.00')
        line.bank_reconcile(
            [[self.item(move).id, 120.0]], {'kind': 'account', 'account_id': self.fees.id, 'label': "Rounding"}
        )
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))
        self.assertEqual(line.line_ids.filtered(lambda item: item.account_id == self.fees).balance, -3.0)

    def test_transfer_between_own_accounts(self):
        line = self.waiting('-500.00')
        twin = self.other_side(line)
        shown = line.bank_reconcile_details()['transfers']
        self.assertEqual([row['id'] for row in shown], twin.ids)
        line.bank_reconcile_transfer(twin.id)
        self.assertTrue(line.is_reconciled and twin.is_reconciled)
        account = self.company.transfer_account_id
        both = (line + twin).line_ids.filtered(lambda item: item.account_id == account)
        self.assertEqual((len(both), all(both.mapped('reconciled'))), (2, True))

    def test_undo_of_anything(self):
        """What the engine did, what a person did: open again, and not matched by itself again."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()
        line.bank_reconcile_undo()
        self.assertEqual((line.bank_match_state, line.is_reconciled, move.payment_state), ('undone', False, 'not_paid'))
        line.bank_reconcile([[self.item(move).id, 120.0]])
        self.assertEqual(move.payment_state, 'paid')
        line.bank_reconcile_undo()
        self.assertEqual((line.bank_match_state, line.is_reconciled, move.payment_state), ('undone', False, 'not_paid'))
        Waiting(line.sudo()).match()
        self.assertFalse(line.is_reconciled)

    def test_looks_again_after_an_undo(self):
        """A wrong click is taken back, and so is the taking back."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()
        line.bank_reconcile_undo()
        line.bank_reconcile_again()
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))

    def test_partner_said_and_remembered(self):
        self.invoice(120)
        line = self.waiting('120.00', iban='SK8999520000000005000006')
        self.assertEqual(line.bank_match_rule, 'R19')
        line.bank_reconcile_partner(self.customer.id)
        self.assertEqual((line.partner_id, line.bank_match_rule), (self.customer, 'R17'))
        self.assertIn(self.customer, self.env['bank.payer'].search([('company_id', '=', self.company.id)]).partner_id)

    def test_partner_made_here_is_known_for_the_account(self):
        """Once for one movement, by the account for the others that wait; what is paid then stands on the partner."""
        for _number in range(2):
            self.server.pay(amount='25.00', remittance=["clenske"], name="Marek Biely", iban='SK8999520000000005000006')
        first, second = self.fetched()
        with self.assertRaises(AccessError):
            first.bank_reconcile_new_partner()
        self.accountant.sudo().group_ids |= self.env.ref('base.group_partner_manager')
        first.bank_reconcile_new_partner()
        self.assertEqual(first.partner_id.name, "Marek Biely")
        shown = second.bank_reconcile_details()
        self.assertEqual((shown['partner'][1], shown['by_account']), ("Marek Biely", True))
        second.bank_reconcile([], {'kind': 'partner'}, shown['partner'][0])
        self.assertEqual((second.is_reconciled, second.partner_id), (True, first.partner_id))

    def test_a_payment_that_came_back(self):
        for amount in ('-320.00', '320.00'):
            self.server.pay(amount=amount, remittance=["vratenie"], name="Jozef Malý", iban='SK8999520000000005000006')
        first, second = self.fetched()
        self.assertEqual([row['returned'] for row in first.bank_reconcile_details()['transfers']], [True])
        first.bank_reconcile_transfer(second.id)
        self.assertTrue(first.is_reconciled and second.is_reconciled)
        first.bank_reconcile_undo()
        self.assertFalse(first.is_reconciled or second.is_reconciled)

    def test_what_does_not_fit_is_said(self):
        move = self.invoice(120)
        paid = self.invoice(30)
        line = self.waiting('100.00')
        item = self.item(move)
        for parts, rest, what in (
            ([], None, "Choose what"),
            ([[item.id, 121.0]], None, "Only"),
            ([[item.id, -10.0]], None, "wrong sign"),
            ([[item.id, 110.0]], None, "More than"),
            ([[0, 10.0]], None, "does not exist"),
            ([], {'kind': 'partner'}, "who the partner"),
            ([], {'kind': 'account'}, "account of the rest"),
            ([], {'kind': 'else'}, "what becomes"),
        ):
            with self.assertRaisesRegex(UserError, what):
                line.bank_reconcile(parts, rest)
        line.bank_reconcile([[self.item(paid).id, 30.0]])
        with self.assertRaisesRegex(UserError, "paid or no longer posted"):
            line.bank_reconcile([[self.item(paid).id, 30.0]])
        self.assertEqual((move.payment_state, line.amount_residual), ('not_paid', -70.0))

    def test_only_accountants(self):
        line = self.waiting('100.00')
        nobody = self._make_user('nobody', 'account.group_account_invoice')
        for method, arguments in (
            ('bank_reconcile', ([],)),
            ('bank_reconcile_details', ()),
            ('bank_reconcile_search', ('',)),
            ('bank_reconcile_undo', ()),
            ('bank_reconcile_accept', ()),
            ('bank_reconcile_partner', (self.customer.id,)),
        ):
            with self.assertRaises(AccessError, msg=method):
                getattr(line.with_user(nobody), method)(*arguments)

    def test_other_companies_items(self):
        other = self._make_company("Druhá firma")
        move = self.invoice(120)
        theirs = self.env['account.move'].with_company(other).create(
            {
                'move_type': 'out_invoice', 'partner_id': self.customer.id, 'company_id': other.id,
                'invoice_date': move.invoice_date,
                'invoice_line_ids': [Command.create({'name': "X", 'price_unit': 120, 'tax_ids': []})],
            }
        )  # fmt: skip
        theirs.action_post()
        line = self.waiting('120.00')
        with self.assertRaises(UserError):
            line.sudo().bank_reconcile([[self.item(theirs).id, 120.0]])
        self.assertEqual(theirs.payment_state, 'not_paid')

    def test_to_check_and_activity(self):
        line = self.waiting('100.00')
        line.bank_reconcile_check(False)
        self.assertFalse(line.checked)
        line.bank_reconcile_check(True)
        self.assertTrue(line.checked)
        self.assertEqual(line.bank_reconcile_activity()['context']['active_id'], line.move_id.id)

    def test_many_at_once(self):
        moves = [self.invoice(100 + number) for number in range(3)]
        for move in moves:
            self.server.pay(amount=f'{move.amount_residual - 1:.2f}', remittance=[move.name], name="Niekto iný")
        lines = self.fetched()
        summary = lines.bank_reconcile_summary([('id', 'in', lines.ids)])
        self.assertEqual((summary['totals'][0]['count'], summary['partial']), (3, 0))
        moves[1].button_draft()
        found = lines.browse(summary['ids']).bank_reconcile_accept()
        self.assertEqual((len(found['done']), len(found['failed'])), (2, 1))
        self.assertEqual([move.amount_residual for move in moves[::2]], [1.0, 1.0])

    def test_from_an_invoice(self):
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[move.name], name="Niekto iný")
        move = move.with_user(self.accountant)
        self.assertEqual(move.bank_waiting_count, 1)
        self.assertEqual(move.action_bank_waiting()['domain'][-1], ('id', 'in', line.ids))
        self.assertEqual(self.journal.action_bank_reconcile()['domain'][-1], ('journal_id', '=', self.journal.id))

    def test_overview(self):
        """One of two reconciled by itself; what waits stands under its age; each account with its permission's end."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        self.server.pay(amount='33.00', remittance=["dakujem"], days=10)
        lines = self.fetched()
        figures = self.env['bank.feed'].with_user(self.accountant).overview()
        self.assertEqual((figures['share'], figures['matched'], figures['booked'], figures['waiting']), (50, 1, 2, 1))
        self.assertEqual([age['count'] for age in figures['ages']], [0, 1, 0, 0])
        age = figures['ages'][1]
        waiting = lines.filtered_domain(
            [('is_reconciled', '=', False), ('date', '>=', age['from']), ('date', '<=', age['to'])]
        )
        self.assertEqual(waiting.amount, 33.0)
        (feed,) = figures['feeds']
        self.assertTrue(feed['valid_until'] and feed['last_fetch'] and feed['days_left'] > 0)

    def test_the_other_screen_goes_first(self):
        """Where OCA's screen is installed, the dashboard opens it; else ours."""
        other = self.env.ref(OCA_ACTION, raise_if_not_found=False)
        ours = self.env.ref('account_bank_feed.bank_reconcile_action')
        self.assertEqual(self.journal.action_bank_reconcile()['id'], (other or ours).id)

    def test_a_document_of_a_movement_is_complete(self):
        """Account and taxes as core has them, the taxes a part of what was paid; confirmed, posted and reconciled in one act."""
        tax = self.env['account.tax'].create(
            {'name': "20 %", 'amount': 20, 'type_tax_use': 'purchase', 'company_id': self.company.id}
        )
        journal = self.env['account.journal'].search([('type', '=', 'purchase'), ('company_id', '=', self.company.id)])
        journal.default_account_id.tax_ids = tax
        user = self._make_user(
            'keeper', 'account_bank_feed.bank_feed_group_accountant', 'account.group_account_invoice'
        )
        for move_type, amount in (('in_invoice', '-84.00'), ('in_receipt', '-12.00'), ('out_invoice', '61.70')):
            with self.subTest(move_type):
                line = self.waiting(amount).with_user(user)
                self.assertEqual(f'{line.amount:.2f}', amount)
                action = line.bank_reconcile_new_document(move_type)
                move = (
                    self.env[action['res_model']]
                    .with_user(user)
                    .with_context(**action['context'])
                    .browse(action['res_id'])
                )
                self.assertTrue(move.invoice_line_ids.account_id)
                self.assertEqual((move.state, move.amount_total), ('draft', abs(float(amount))))
                if move_type == 'in_invoice':
                    self.assertEqual(move.invoice_line_ids.price_unit, 70.0)
                move.partner_id = self.customer
                self.assertEqual(move.action_post(), {'type': 'ir.actions.act_window_close'})
                self.assertEqual(
                    (move.payment_state, line.is_reconciled, line.bank_match_state), ('paid', True, 'manual')
                )

    def test_a_document_that_is_not_confirmed_goes(self):
        line = self.waiting('-84.00')
        action = line.bank_reconcile_new_document('in_invoice')
        other = self.invoice(10, 'in_invoice', post=False)
        line.bank_reconcile_drop_document(other.id + 1000)
        line.bank_reconcile_drop_document(action['res_id'])
        self.assertFalse(self.env['account.move'].browse(action['res_id']).exists())
        self.assertTrue(other.exists())
        saved = line.bank_reconcile_new_document('in_invoice')['res_id']
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move SET write_date = write_date + interval '1 minute' WHERE id = %s", [saved]
        )
        self.env.invalidate_all()
        line.bank_reconcile_drop_document(saved)
        self.assertTrue(self.env['account.move'].browse(saved).exists(), "what a person saved is kept")
        with self.assertRaises(UserError):
            line.bank_reconcile_new_document('entry')
