from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...matching.data import Line
from ...models.lib.inside import BATCH
from ..cases.common import BankFeedCase


@tagged('post_install', '-at_install')
class TestMatchPost(BankFeedCase):
    """Promise 2: reference and amount, unique; everything else is a proposal; undo restores everything."""

    def fetched(self):
        feed = self.connect()
        self.last_run = self.fetch(feed)
        return self.lines(feed)

    def test_paid(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[f"Faktura {move.name}"])
        line = self.fetched()
        self.assertEqual(
            (move.payment_state, line.is_reconciled, line.bank_match_state, line.bank_match_rule),
            ('paid', True, 'auto', 'R2'),
        )
        self.assertEqual(line.partner_id, self.customer)
        self.assertEqual((self.last_run.reconciled_count, self.last_run.left_count), (1, 0))
        self.assertIn(move.name, line.bank_match_note)
        self.assertIn("Reconciled with the bank movement", move.message_ids[0].body)
        self.assertEqual(
            line.line_ids.account_id,
            self.journal.default_account_id
            | move.line_ids.filtered(lambda item: item.display_type == 'payment_term').account_id,
        )

    def test_variable_symbol_and_bill(self):
        move = self.invoice(80)
        bill = self.invoice(84, 'in_invoice', ref='FV2026118')
        self.server.pay(amount='80.00', e2e=f"/VS{''.join(char for char in move.name if char.isdigit())}/SS/KS0308")
        self.server.pay(amount='-84.00', remittance=["Uhrada FV2026118"])
        self.fetched()
        self.assertEqual((move.payment_state, bill.payment_state), ('paid', 'paid'))

    def test_drafts_cancelled_and_other_companies_are_not_paid(self):
        draft = self.invoice(120, post=False)
        draft.write({'payment_reference': 'RF18539007547034'})
        cancelled = self.invoice(121, payment_reference='9876543210')
        cancelled.button_draft()
        cancelled.button_cancel()
        other = self._make_company("Druhá firma")
        foreign = (
            self.env['account.move']
            .with_company(other)
            .create(
                {
                    'move_type': 'out_invoice',
                    'partner_id': self.customer.id,
                    'invoice_date': fields.Date.today(),
                    'payment_reference': '5555555555',
                    'invoice_line_ids': [fields.Command.create({'name': "x", 'price_unit': 122, 'tax_ids': []})],
                }
            )
        )
        foreign.action_post()
        self.server.pay(amount='120.00', structured='RF18539007547034')
        self.server.pay(amount='121.00', e2e='/VS9876543210')
        self.server.pay(amount='122.00', e2e='/VS5555555555')
        lines = self.fetched()
        self.assertEqual(set(lines.mapped('bank_match_state')), {'none'})
        self.assertEqual((draft.state, foreign.payment_state), ('draft', 'not_paid'))

    def test_short_is_proposed_and_accepted(self):
        move = self.invoice(120)
        self.server.pay(amount='117.00', remittance=[move.name])
        line = self.fetched()
        self.assertEqual(
            (line.bank_match_state, line.is_reconciled, move.payment_state), ('proposed', False, 'not_paid')
        )
        match = line.bank_match_ids
        self.assertIn("3.00", match.reason)
        self.assertIn("short", match.reason)
        accountant = self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        match.with_user(accountant).action_accept()
        self.assertEqual(
            (line.is_reconciled, line.bank_match_state, move.payment_state, move.amount_residual),
            (True, 'accepted', 'partial', 3.0),
        )
        self.assertEqual(line.partner_id, self.customer)

    def test_too_much_leaves_the_rest_open(self):
        move = self.invoice(120)
        self.server.pay(amount='125.00', remittance=[move.name])
        line = self.fetched()
        line.bank_match_ids.with_user(self.manager).action_accept()
        self.assertEqual((move.payment_state, line.is_reconciled, line.amount_residual), ('paid', False, -5.0))

    def test_two_invoices_at_once(self):
        first, second = self.invoice(120), self.invoice(80)
        self.server.pay(amount='200.00', remittance=[first.name, second.name])
        line = self.fetched()
        self.assertEqual((line.bank_match_state, line.bank_match_rule), ('auto', 'R3'))
        self.assertEqual((first.payment_state, second.payment_state, line.is_reconciled), ('paid', 'paid', True))
        self.assertEqual(line.partner_id, self.customer)

    def test_two_invoices_and_another_amount(self):
        first, second = self.invoice(120), self.invoice(80)
        self.server.pay(amount='150.00', remittance=[first.name, second.name])
        line = self.fetched()
        self.assertEqual((line.bank_match_state, len(line.bank_match_ids)), ('proposed', 2))
        line.bank_match_ids[0].with_user(self.manager).action_accept()
        self.assertEqual((line.bank_match_ids[1].state, line.bank_match_ids[1].superseded), ('refused', True))

    def test_refuse(self):
        move = self.invoice(120)
        self.server.pay(amount='117.00', remittance=[move.name])
        line = self.fetched()
        line.bank_match_ids.with_user(self.manager).action_refuse()
        self.assertEqual((line.bank_match_ids.state, line.bank_match_state), ('refused', 'none'))

    def test_a_proposal_that_is_stale(self):
        move = self.invoice(120)
        self.server.pay(amount='117.00', remittance=[move.name], days=3)
        self.server.pay(amount='120.00', remittance=[move.name], days=2)
        lines = self.fetched()
        self.assertEqual(move.payment_state, 'paid')
        match = lines.bank_match_ids.filtered(lambda match: match.state == 'proposed')
        with self.assertRaisesRegex(UserError, "is paid or no longer posted"):
            match.with_user(self.manager).action_accept()

    def test_undo(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        line = self.fetched()
        accountant = self._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        line.with_user(accountant).action_undo_reconciliation()
        self.assertEqual((move.payment_state, move.amount_residual), ('not_paid', 120.0))
        self.assertEqual((line.is_reconciled, line.bank_match_state, line.partner_id.id), (False, 'undone', False))
        self.assertEqual(line.line_ids.account_id, self.journal.default_account_id | self.journal.suspense_account_id)
        self.assertEqual(
            (line.bank_match_ids.state, line.bank_match_ids.allocation_ids.move_id),
            ('refused', move),
            "the pair does not come back",
        )
        self.assertEqual(line.amount, 120.0)

    def test_undo_of_two_at_once(self):
        first, second = self.invoice(120), self.invoice(80)
        self.server.pay(amount='200.00', remittance=[first.name, second.name])
        line = self.fetched()
        line.with_user(self.manager).action_undo_reconciliation()
        self.assertEqual(
            (first.payment_state, second.payment_state, line.is_reconciled), ('not_paid', 'not_paid', False)
        )
        self.assertEqual(len(line.line_ids), 2)

    def test_same_payment_twice(self):
        move = self.invoice(120)
        for _number in range(2):
            self.server.pay(amount='120.00', remittance=[move.name])
        lines = self.fetched()
        self.assertEqual(sorted(lines.mapped('bank_match_state')), ['auto', 'none'])
        self.assertIn("paid already", lines.filtered(lambda line: line.bank_match_state == 'none').bank_match_note)

    def test_foreign_currency_journal(self):
        """A dollar invoice on a dollar account: reconciled at the day's rate, the difference is Odoo's exchange entry."""
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self.env['res.currency.rate'].create(
            [
                {
                    'name': fields.Date.today() - timedelta(days=30),
                    'rate': 1.10,
                    'currency_id': dollar.id,
                    'company_id': self.company.id,
                },
                {
                    'name': fields.Date.today() - timedelta(days=5),
                    'rate': 1.25,
                    'currency_id': dollar.id,
                    'company_id': self.company.id,
                },
            ]
        )
        self.journal.currency_id = dollar
        move = self.invoice(110, currency_id=dollar.id)
        key = 'SK4899520000000001000003/USD'
        self.server.pay(key, amount='110.00', remittance=[move.name])
        feed = self.connect(accounts=(key,))
        self.fetch(feed)
        line = self.lines(feed)
        self.assertEqual((move.payment_state, line.is_reconciled, line.bank_match_state), ('paid', True, 'auto'))
        self.assertEqual(sum(line.line_ids.mapped('balance')), 0)

    def test_a_match_that_odoo_refuses_is_proposed(self):
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])

        def refuse(_lines, _plan):
            raise UserError("No exchange journal.")

        self.patch(self.env.registry['account.move.line'], '_reconcile_plan', refuse)
        line = self.fetched()
        self.assertEqual(
            (self.last_run.state, line.bank_match_state, move.payment_state), ('done', 'proposed', 'not_paid')
        )
        self.assertIn("No exchange journal", line.bank_match_note)

    def test_batch_equals_core(self):
        """What the batch's short cuts write is, column by column, what core writes for the same values."""
        self.server.pay(amount='120.00', name="One", days=3)
        self.server.pay(amount='-5.50', name="Two", days=2)
        fast = self.fetched()
        values = [
            {
                'journal_id': line.journal_id.id,
                'date': line.date,
                'amount': line.amount,
                'payment_ref': line.payment_ref,
                'partner_name': line.partner_name,
            }
            for line in fast
        ]
        slow = self.env['account.bank.statement.line'].with_company(self.company).create(values)
        for left, right in zip(fast, slow):
            for ours, cores in ((left, right), (left.move_id, right.move_id), *zip(left.line_ids, right.line_ids)):
                self.assertEqual(self.comparable(ours), self.comparable(cores))
        numbers = [int(name.rpartition('/')[2]) for name in (fast + slow).move_id.sorted('id').mapped('name')]
        self.assertEqual(sorted(numbers), list(range(min(numbers), min(numbers) + 4)), "one number after the other")

    def comparable(self, record):
        """Stored columns but identities, texts of the match, and who wrote when."""
        skip = {
            'id',
            'create_date',
            'write_date',
            'create_uid',
            'write_uid',
            'name',
            'move_id',
            'move_name',
            'sequence_number',
            'internal_index',
            'statement_line_id',
            'access_token',
        }
        return {
            name: record[name] if not field.relational else record[name].ids
            for name, field in record._fields.items()
            if field.store
            and field.column_type
            and name not in skip
            and not name.startswith(('bank_feed_', 'bank_match_'))
        }

    def test_sequence_over_two_months(self):
        for days in (1, 40, 41, 70):
            self.server.pay(amount='1.00', days=days)
        lines = self.fetched()
        self.assertEqual(len(set(lines.move_id.mapped('name'))), 4)
        self.assertFalse(lines.move_id.filtered(lambda move: not move._sequence_matches_date()))

    def test_distribution_models_still_apply(self):
        plan = self.env['account.analytic.plan'].create({'name': "Plan"})
        account = self.env['account.analytic.account'].create({'name': "A", 'plan_id': plan.id})
        self.env['account.analytic.distribution.model'].create(
            {'company_id': self.company.id, 'analytic_distribution': {str(account.id): 100}}
        )
        self.server.pay(amount='1.00')
        line = self.fetched()
        self.assertTrue(all(item.analytic_distribution for item in line.line_ids))
        self.assertNotIn(BATCH, line.env.context)

    def test_audit_trail_keeps_messages(self):
        self.company.restrictive_audit_trail = True
        self.server.pay(amount='1.00')
        self.assertTrue(self.fetched().move_id.message_ids)

    def test_cost_does_not_grow_with_open_invoices(self):
        """Promise 10: the same queries, whether a dozen or fifty invoices are open, and by index."""
        lines = [
            Line(n, fields.Date.today(), Decimal('1.00'), 'EUR', (('text', f'INV/2099/{n:05d}'),), self.company.id)
            for n in range(50)
        ]

        def queries():
            self.env.flush_all()
            before = self.env.cr.sql_log_count
            self.journal._bank_feed_decider().decide(lines)
            return self.env.cr.sql_log_count - before

        for _number in range(12):
            self.invoice(10)
        queries()
        few = queries()
        for _number in range(40):
            self.invoice(10)
        self.assertEqual(queries(), few)
        self.env.cr.execute("SET LOCAL enable_seqscan = off")
        for query in (
            "SELECT id FROM account_move WHERE bank_feed_keys IS NOT NULL AND string_to_array(bank_feed_keys, ' ') && %s",
            "SELECT id FROM res_partner WHERE bank_feed_keys IS NOT NULL AND string_to_array(bank_feed_keys, ' ') && %s",
        ):
            self.env.cr.execute(f"EXPLAIN {query}", [['A']])
            self.assertIn('bank_feed', ' '.join(row[0] for row in self.env.cr.fetchall()))

    def test_original_currency_and_a_proposal(self):
        """A card payment in dollars that is short: the counterpart is in the account's currency all the same."""
        self.env.ref('base.USD').active = True
        move = self.invoice(120)
        self.server.pay(amount='100.00', original=['108.00', 'USD', '1.08'], remittance=[move.name])
        self.server.pay(amount='-45.90', original=['49.99', 'USD', '1.0891'], days=2)
        lines = self.fetched()
        line = lines.filtered('bank_match_ids')
        line.bank_match_ids.with_user(self.manager).action_accept()
        self.assertEqual((move.amount_residual, line.is_reconciled), (20.0, True))
        self.assertEqual((lines - line).foreign_currency_id.name, 'USD')

    def test_accept_all_at_once(self):
        first, second = self.invoice(120), self.invoice(80)
        self.server.pay(amount='200.00', remittance=[first.name, second.name])
        line = self.fetched()
        line.bank_match_ids.with_user(self.manager).action_accept()
        self.assertEqual((first.payment_state, second.payment_state), ('paid', 'paid'))

    def test_a_document_changed_since(self):
        move = self.invoice(120)
        self.server.pay(amount='117.00', remittance=[move.name])
        match = self.fetched().bank_match_ids
        move.button_draft()
        move.invoice_line_ids.price_unit = 130
        move.action_post()
        with self.assertRaises(UserError):
            match.allocation_ids.unlink()  # as it cascades when the payment terms are made anew
            match.with_user(self.manager).action_accept()

    def test_two_short_payments_of_one_invoice(self):
        """The second proposal was made when more was open: it dies, nothing is overpaid unseen."""
        move = self.invoice(100)
        for _number in range(2):
            self.server.pay(amount='60.00', remittance=[move.name])
        lines = self.fetched()
        first, second = (line.bank_match_ids.with_user(self.manager) for line in lines)
        first.action_accept()
        with self.assertRaisesRegex(UserError, "is gone"):
            second.action_accept()
        self.assertTrue(lines[1].bank_match_again)
        self.assertEqual(move.amount_residual, 40.0)

    def test_invoices_of_two_customers_in_one_payment(self):
        other = self.env['res.partner'].create({'name': "Druhý s.r.o."})
        first, second = self.invoice(120), self.invoice(80, partner=other)
        self.server.pay(amount='200.00', remittance=[first.name, second.name])
        line = self.fetched()
        self.assertEqual(line.bank_match_state, 'proposed', "two customers: a person looks")
        line.bank_match_ids[0].with_user(self.manager).action_accept()
        partners = line.line_ids.filtered(lambda item: item.account_id.account_type == 'asset_receivable').partner_id
        self.assertEqual(partners, self.customer | other)

    def test_a_conflict_is_no_verdict(self):
        """Somebody edits the invoice during the fetch: it is done again, and then the invoice is paid."""
        move = self.invoice(120)
        self.server.pay(amount='120.00', remittance=[move.name])
        reconcile = self.env.registry['account.move.line']._reconcile_plan
        calls = []

        def conflict(lines, plan):
            calls.append(plan)
            if len(calls) == 1:
                # a real conflict needs two transactions; PostgreSQL's own error is what the code looks at
                lines.env.cr.execute("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$")
            return reconcile(lines, plan)

        self.patch(self.env.registry['account.move.line'], '_reconcile_plan', conflict)
        feed = self.connect()
        with mute_logger('odoo.sql_db', 'odoo.addons.account_bank_feed.models.feed.fetch'):
            run = self.fetch(feed)
        self.assertEqual((run.state, len(self.lines(feed))), ('failed', 0))
        self.assertIn("same documents", run.message)
        self.fetch(feed)
        self.assertEqual((move.payment_state, self.lines(feed).bank_match_state), ('paid', 'auto'))

    def test_texts_are_in_the_readers_language(self):
        self.env['res.lang']._activate_lang('sk_SK')
        self.env['ir.module.module']._load_module_terms(['account_bank_feed'], ['sk_SK'])
        self.server.pay(amount='1.00', remittance=["nothing"])
        line = self.fetched()
        self.assertIn("reference", line.bank_match_note)
        line.invalidate_recordset()
        self.assertIn("odkaz", line.with_context(lang='sk_SK').bank_match_note)
