import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.match.again import Waiting
from ..cases.reconcile_case import ReconcileCase


@tagged('post_install', '-at_install')
class TestReconcileEntry(ReconcileCase):
    """What a movement is booked on: accounts with their numbers, the entry before and after, several lines of a write-off."""

    def rows(self, found):
        return [(row['account'].split()[0], row['debit'], row['credit']) for row in found]

    def entry(self, line):
        items = line.move_id.line_ids
        return sorted((item.account_id.code, item.debit, item.credit) for item in items)

    def test_accounts_by_number_and_by_use(self):
        line = self.waiting('-12.00', name="Bank")
        offered = line.bank_reconcile_accounts('568')
        self.assertEqual([row['name'] for row in offered], ["568000 Bank fees"])
        self.assertEqual(line.bank_reconcile_accounts("568000 Bank"), offered)
        self.assertFalse(line.bank_reconcile_accounts('%'))
        line.bank_reconcile([], {'kind': 'account', 'lines': [{'account_id': self.fees.id}]})
        again = self.waiting('-13.00', name="Bank")
        self.assertEqual(
            again.bank_reconcile_accounts()[0]['id'], self.fees.id, "what was used for the payer comes first"
        )
        types = self.env['account.account'].browse([row['id'] for row in again.bank_reconcile_accounts()])
        self.assertFalse({'asset_receivable', 'liability_payable'} & set(types.mapped('account_type')))

    def test_taxes_tell_sale_from_purchase(self):
        line = self.waiting('-12.00')
        taxes = line.bank_reconcile_taxes()
        self.assertTrue(taxes[0]['name'].endswith("(Purchases)"), taxes)
        self.assertTrue(taxes[-1]['name'].endswith("(Sales)"), taxes)

    def test_the_entry_before_and_after(self):
        """Nothing is written by looking; what is booked then is what was shown."""
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}"])
        before = self.entry(line)
        proposal = line.bank_reconcile_details()['proposals'][0]
        shown = line.bank_reconcile_preview(match_id=proposal['id'])
        self.assertEqual((len(shown['before']), len(shown['after'])), (2, 2))
        self.assertEqual(self.entry(line), before)
        self.assertEqual(shown['after'][1]['account'].split()[0], self.item(move).account_id.code)
        rest = {'kind': 'account', 'lines': [{'account_id': self.fees.id}]}
        shown = line.bank_reconcile_preview([[self.item(move).id, 120.0]], rest)
        self.assertEqual(shown['after'][-1]['account'], "568000 Bank fees")
        self.assertIn('20.00', shown['after'][-1]['debit'])
        line.bank_reconcile([[self.item(move).id, 120.0]], rest)
        booked = line.bank_reconcile_preview()
        self.assertEqual(sorted(self.rows(booked['before'])), sorted(self.rows(shown['after'])))
        self.assertFalse(booked['after'])

    def test_what_was_changed_by_hand(self):
        """A movement whose waiting amount somebody split is told, not a traceback."""
        move = self.invoice(120)
        line = self.waiting('100.00', remittance=[f"Faktúra {move.name}"])
        suspense = line.sudo()._seek_for_lines()[1]
        line.move_id.sudo().with_context(skip_account_move_synchronization=True, skip_readonly_check=True).write(
            {'line_ids': [
                Command.update(suspense.id, {'amount_currency': -60.0, 'debit': 0.0, 'credit': 60.0}),
                Command.create({'account_id': suspense.account_id.id, 'amount_currency': -40.0, 'credit': 40.0, 'currency_id': suspense.currency_id.id}),
            ]}
        )  # fmt: skip
        self.assertEqual(len(line.sudo()._seek_for_lines()[1]), 2)
        match = line.bank_reconcile_details()['proposals'][0]['id']
        self.assertIn("changed by hand", line.bank_reconcile_preview(match_id=match)['reason'])
        self.assertIn("changed by hand", line.bank_reconcile_preview([[self.item(move).id, 60.0]])['reason'])

    def test_half_of_a_cent_is_not_all_of_it(self):
        """Only a rounding is forgiven: half of a tiny document leaves the other half open."""
        koruna = self.rate('CZK', 25.0)
        move = self.invoice(0.5, currency_id=koruna.id)
        line = self.waiting('10.00')
        self.assertEqual(line.bank_reconcile_search(move.name)['items'][0]['open'], 0.02)
        line.bank_reconcile([[self.item(move).id, 0.01]])
        self.assertEqual((move.payment_state, move.amount_residual), ('partial', 0.25))

    def test_why_it_cannot_be_booked(self):
        move = self.invoice(120)
        line = self.waiting('100.00')
        shown = line.bank_reconcile_preview([[self.item(move).id, 500.0]])
        self.assertIn("120", shown['reason'])

    def test_several_accounts_taxes_and_analytic(self):
        plan = self.env['account.analytic.plan'].create({'name': "Projects"})
        project = self.env['account.analytic.account'].create({'name': "Bridge", 'plan_id': plan.id})
        other = self.fees.copy({'code': '548000', 'name': "Other"})
        tax = self.env['account.tax'].search(
            [('type_tax_use', '=', 'purchase'), ('company_id', '=', self.company.id), ('amount', '>', 0)], limit=1
        )
        line = self.waiting('-123.00')
        distribution = {str(project.id): 100}
        lines = [
            {'account_id': self.fees.id, 'amount': -23.0, 'label': "Fee", 'analytic_distribution': distribution},
            {'account_id': other.id, 'tax_ids': tax.ids},
        ]
        line.bank_reconcile([], {'kind': 'account', 'lines': lines})
        self.assertTrue(self.company.currency_id.is_zero(sum(line.line_ids.mapped('balance'))))
        fee = line.line_ids.filtered(lambda item: item.account_id == self.fees)
        self.assertEqual((fee.balance, fee.name, fee.analytic_distribution), (23.0, "Fee", distribution))
        base = line.line_ids.filtered(lambda item: item.account_id == other and item.tax_ids)
        taxed = line.line_ids.filtered('tax_repartition_line_id')
        self.assertAlmostEqual(base.balance + taxed.balance, 100.0)
        self.assertTrue(taxed.balance)
        self.assertTrue(line.is_reconciled)
        self.assertIn("568000", line.bank_match_note)

    def test_a_payout_with_its_fee(self):
        """Sales of 100, a fee of 2 kept by who paid out: one line of each sign."""
        line = self.waiting('98.00')
        income = self.env['account.account'].search(
            [('account_type', '=', 'income'), ('company_ids', '=', self.company.id)], limit=1
        )
        lines = [{'account_id': income.id, 'amount': 100.0}, {'account_id': self.fees.id, 'amount': -2.0}]
        line.bank_reconcile([], {'kind': 'account', 'lines': lines})
        self.assertBalanced(line)
        balances = {item.account_id: item.balance for item in line.line_ids}
        self.assertEqual((balances[income], balances[self.fees]), (-100.0, 2.0))

    def test_a_part_of_it(self):
        line = self.waiting('100.00')
        line.bank_reconcile([], {'kind': 'account', 'lines': [{'account_id': self.fees.id, 'amount': 40.0}]})
        self.assertEqual((line.is_reconciled, line.bank_reconcile_details()['rest']), (False, 60.0))
        for lines in (
            [{'account_id': self.fees.id, 'amount': 70.0}],
            [{'account_id': self.fees.id, 'amount': 60.0}, {'account_id': self.fees.id}],
        ):
            with self.assertRaises(UserError):
                line.bank_reconcile([], {'kind': 'account', 'lines': lines})

    def test_arguments_of_the_wrong_kind(self):
        """Whoever calls with nonsense reads a sentence, never a traceback, and nothing is booked."""
        move = self.invoice(120)
        item = self.item(move).id
        line = self.waiting('100.00')
        account = {'account_id': self.fees.id}

        def written_off(value):
            return line.bank_reconcile([], {'kind': 'account', 'lines': [value]})

        for value in ('x', [1], {'a': 1}, 2**70, -1, True, 1e300, float('nan'), [[['x']]]):
            for call in (
                lambda value: line.bank_reconcile([[item, value if isinstance(value, float) else str(value)]]),
                lambda value: line.bank_reconcile([[value, 1.0]]),
                lambda value: line.bank_reconcile([value]),
                written_off,
                lambda value: written_off({'account_id': value}),
                lambda value: written_off({**account, 'tax_ids': [value]}),
                lambda value: written_off({**account, 'label': [value]}),
                lambda value: written_off({**account, 'amount': [value]}),
                lambda value: written_off({**account, 'analytic_distribution': {'x': value}}),
                lambda value: written_off({**account, 'analytic_distribution': {str(value): 100}}),
                lambda value: line.bank_reconcile([], {'kind': 'model', 'model_id': value}),
                lambda value: line.bank_reconcile([], {'kind': value}),
                line.bank_reconcile_partner,
                line.bank_reconcile_transfer,
                lambda value: line.bank_reconcile_new_document('in_invoice', [[value]]),
            ):
                with self.subTest(value=repr(value)), self.assertRaises(UserError):
                    call(value)
        self.assertEqual(line.bank_reconcile_details()['rest'], 100.0)

    def test_an_item_in_the_companys_currency_on_a_foreign_account(self):
        """A proposal within the usual spread can be accepted; the document takes what is open of it, the rest waits."""
        dollar = self.rate('USD', 1.2)
        journal = self.journal_in(dollar)
        for amount, open_, waits in ((118.0, 1.67, False), (122.0, 0.0, True), (120.0, 0.0, False)):
            move = self.invoice(100)
            line = self.env['account.bank.statement.line'].create(
                {'journal_id': journal.id, 'date': fields.Date.today(), 'payment_ref': move.name, 'amount': amount}
            )
            line.sudo().bank_match_state = 'none'  # what no feed brought is looked at where somebody asks
            Waiting(line).match()
            line = line.with_user(self.accountant)
            self.assertEqual(line.bank_match_state, 'proposed', amount)
            self.assertEqual(line.bank_reconcile_accept()['failed'], [])
            self.assertAlmostEqual(sum(line.line_ids.mapped('balance')), 0.0)
            self.assertAlmostEqual(move.amount_residual, open_, 2, amount)
            self.assertEqual(line.is_reconciled, not waits, amount)
            self.assertTrue(
                line.line_ids.filtered(lambda item: item.currency_id != dollar and item.account_id.reconcile)
            )

    def test_no_crumb_stays_where_all_of_it_was_paid(self):
        koruna = self.rate('CZK', 25.65)
        move = self.invoice(1000, currency_id=koruna.id)
        shown = self.waiting('38.99').bank_reconcile_search(move.name)['items'][0]
        line = self.fetched().filtered(lambda line: not line.is_reconciled)
        line.bank_reconcile([[shown['id'], min(shown['open'], 38.99)]])
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))

    def test_without_a_rate_nothing_is_booked(self):
        """One for one is nobody's rate; an entry that a person gave another one is left as it is."""
        journal = self.journal_in(self.rate('USD', None))
        account = self.env['account.account'].search([('account_type', '=', 'expense')], limit=1)
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': journal.id, 'date': fields.Date.today(), 'payment_ref': "x", 'amount': 1500.0}
        ).with_user(self.accountant)  # fmt: skip
        rest = {'kind': 'account', 'lines': [{'account_id': account.id}]}
        with self.assertRaisesRegex(UserError, "no exchange rate of USD"):
            line.bank_reconcile([], rest)
        self.assertFalse(line.is_reconciled)
        self.rate('USD', 1.08)
        with self.assertRaisesRegex(UserError, "at the rate of its day it is"):
            line.bank_reconcile([], rest)
        line.bank_reconcile_rate()
        self.env['res.currency.rate'].search([('currency_id.name', '=', 'USD')]).unlink()
        line.bank_reconcile([], rest)
        self.assertEqual(sum(line.line_ids.mapped('debit')), 1388.89)

    def test_a_rate_that_came_later(self):
        """What was booked one for one is told, and booked again at the rate of its day by one act."""
        journal = self.journal_in(self.rate('USD', None))
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': journal.id, 'date': fields.Date.today(), 'payment_ref': "x", 'amount': 1500.0}
        ).with_user(self.accountant)  # fmt: skip
        self.assertFalse(line.bank_reconcile_details()['at_another_rate'])
        self.rate('USD', 1.08)
        shown = line.bank_reconcile_details()
        self.assertTrue(shown['at_another_rate'])
        self.assertIn("1,388.89", shown['warning'])
        line.bank_reconcile_rate()
        self.assertEqual(sorted(line.line_ids.mapped('balance')), [-1388.89, 1388.89])
        self.assertFalse(line.bank_reconcile_details()['warning'])

    def test_what_speaks_against_it_is_read_first(self):
        """A second payment of a paid invoice is neither accepted by the dozen nor by a key."""
        paid = self.invoice(138)
        self.server.pay(amount='138.00', remittance=[paid.name], days=3)
        self.fetched()
        self.assertEqual(paid.payment_state, 'paid')
        line = self.waiting('138.00', remittance=[paid.name])
        self.assertIn("paid already", line.bank_match_note)
        self.assertTrue(line.bank_reconcile_details()['caution'])
        summary = self.env['account.bank.statement.line'].with_user(self.accountant).bank_reconcile_summary([])
        self.assertNotIn(line.id, summary['ids'])

    def test_a_proposal_dies_when_less_is_open(self):
        move = self.invoice(200)
        line = self.waiting('150.00', remittance=[f"{move.name} x"])
        self.assertEqual(line.bank_match_state, 'proposed')
        other = self.env['account.payment.register'].with_context(active_model='account.move', active_ids=move.ids).create(
            {'amount': 100.0}
        )  # fmt: skip
        other._create_payments()
        self.assertFalse(line.bank_match_ids.filtered(lambda match: match.state == 'proposed'))
        self.assertTrue(line.sudo().bank_match_again)

    def test_a_tax_is_contained_in_what_was_paid(self):
        line = self.waiting('-123.00', name="Energy")
        tax = self.env['account.tax'].search(
            [('type_tax_use', '=', 'purchase'), ('company_id', '=', self.company.id), ('amount', '>', 0)], limit=1
        )
        action = line.bank_reconcile_new_document('in_invoice')
        bill = self.env['account.move'].browse(action['res_id']).with_context(**action['context'])
        self.assertEqual(bill.invoice_date_due, line.date)
        row = bill.invoice_line_ids.new(origin=bill.invoice_line_ids)
        row.tax_ids = tax
        row._onchange_bank_tax()
        self.assertAlmostEqual(row.price_total, 123.0, 2)

    def test_an_opening_balance_looks_for_equity(self):
        self.bank.state['ledger'].clear()
        self.server.pay(amount='100.00', days=5)
        feed = self.connect(date_from=fields.Date.today() - timedelta(days=20))
        self.fetch(feed)
        line = self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': feed.date_from - timedelta(days=1), 'payment_ref': "Opening", 'amount': 5.0}
        ).with_user(self.accountant)  # fmt: skip
        first = self.env['account.account'].browse(line.bank_reconcile_accounts()[0]['id'])
        self.assertIn(first.account_type, ('equity', 'equity_unaffected'))

    def test_what_colleagues_left(self):
        line = self.waiting('-12.00')
        move = line.move_id
        move.with_user(self.accountant).message_post(body="Ask Jana", message_type='comment')
        move.activity_schedule('mail.mail_activity_data_todo', summary="Call the bank", user_id=self.accountant.id)
        file = self.env['ir.attachment'].create(
            {'name': "bill.pdf", 'raw': b'%PDF-1.4', 'res_model': 'account.move', 'res_id': move.id}
        )
        line.bank_reconcile_check(False)
        line.invalidate_recordset()
        signs = line.bank_signs
        self.assertEqual((signs['notes'], signs['files'], signs['check']), (1, 1, True))
        self.assertIn("Ask Jana", signs['note'])
        self.assertEqual((signs['todo'], bool(signs['activity'])), ("Call the bank", True))
        self.assertEqual([row['name'] for row in line.bank_reconcile_details()['files']], ["bill.pdf"])
        action = line.bank_reconcile_new_document('in_invoice', file.ids)
        bill = self.env['account.move'].browse(action['res_id'])
        self.assertEqual(base64.b64decode(bill.message_main_attachment_id.datas), b'%PDF-1.4')
        foreign = self.env['ir.attachment'].create(
            {'name': "x", 'raw': b'x', 'res_model': 'res.partner', 'res_id': self.customer.id}
        )
        with self.assertRaises(UserError):
            line.bank_reconcile_new_document('in_invoice', foreign.ids)

    def test_one_box_finds_texts_and_amounts(self):
        line = self.waiting('1234.50', name="Járo Mráz", remittance=["za kurz"])
        lines = self.env['account.bank.statement.line'].with_user(self.accountant)
        for text, found in (("kurz", True), ("mráz", True), ("1 234,50", True), ("-1234.5", True), ("1234", False)):
            hits = lines.search([('bank_search', 'ilike', text), ('bank_feed_id', '=', line.bank_feed_id.id)])
            self.assertEqual(line in hits, found, text)

    def test_paid_by(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()
        document = move.with_user(self.accountant)
        self.assertEqual(document.bank_paid_count, 1)
        self.assertEqual(document.action_bank_paid()['domain'], [('id', 'in', line.ids)])
        line.action_bank_undo()
        document.invalidate_recordset()
        self.assertEqual((document.bank_paid_count, line.bank_match_state), (0, 'undone'))

    def test_why_there_is_nothing_to_reconcile(self):
        lines = self.env['account.bank.statement.line']
        invoicing = self._make_user('invoicing', 'account.group_account_invoice')
        self.assertIn("right", lines.with_user(invoicing).bank_reconcile_notice())
        self.assertIn("connect a bank", lines.with_user(self.accountant).bank_reconcile_notice())
        self.waiting('5.00')
        self.assertFalse(lines.with_user(self.accountant).bank_reconcile_notice())

    def test_a_living_connection_is_not_deleted(self):
        self.waiting('5.00')
        connection = self.env['bank.connection'].search([('company_id', '=', self.company.id)])
        with self.assertRaisesRegex(UserError, "Remove"):
            connection.unlink()

    def test_a_new_partner_is_taken_back(self):
        self.accountant.group_ids += self.env.ref('base.group_partner_manager')
        line = self.waiting('50.00', name="Brand New")
        made = line.bank_reconcile_new_partner()[line.id]['partner']
        self.assertEqual(line.partner_id.id, made)
        line.bank_reconcile_drop_partner(made)
        self.assertFalse(line.partner_id)
        self.assertFalse(self.env['res.partner'].browse(made).exists())
        line.bank_reconcile_drop_partner(self.customer.id)
        self.assertTrue(self.customer.exists())
