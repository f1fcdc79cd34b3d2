from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

from ...models.book.lines import statement_line
from ...models.coding.deciding import Deciding
from ...wizards import bank_coding
from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestCodingGrid(CodingCase):
    """Many movements, typed down a column."""

    def grid(self, user=None):
        rows = self.env['bank.coding'].with_user(user or self.accountant)
        action = rows._open([('company_id', '=', self.company.id)])
        return rows.search(action['domain'])

    def test_proposed_typed_and_booked(self):
        self.habit()
        known, one, two = self.comes(TELECOM, -46, 60), self.comes(LANDLORD, -700, 50), self.comes(LANDLORD, -701, 20)
        rows = self.grid()
        self.assertEqual(rows.mapped('account_id'), self.telephone)
        self.assertEqual([row.line_id for row in rows], [known, one, two])
        self.assertEqual(rows[0].why, f"518300 Telephone: As the last 2 times, most lately on {self.day()}.")
        tax = self.env['account.tax'].search(
            [('type_tax_use', '=', 'purchase'), ('company_id', '=', self.company.id), ('amount_type', '=', 'percent')],
            limit=1,
        )
        rows[1].write({'account_id': self.rent.id, 'tax_id': tax.id, 'label': "Rent", 'partner_id': self.customer.id})
        answer = rows.action_book()
        self.assertEqual((len(answer['done']), answer['refused']), (2, 0))
        self.assertEqual((known.bank_match_state, one.bank_match_state), ('manual', 'manual'))
        item = one.line_ids.filtered(lambda item: item.account_id == self.rent)
        self.assertEqual((item.tax_ids, item.name, one.partner_id), (tax, "Rent", self.customer))
        left = rows.search([('is_booked', '=', False)])
        self.assertEqual(left.line_id, two)
        self.assertIn("518400 Rent", left.why)
        self.assertFalse(left.account_id, "once is no habit: a person looks")

    def day(self):
        return format_date(self.env, max(self.lines(self.feed).filtered('is_reconciled').mapped('date')))

    def test_one_bad_row_stops_no_other(self):
        one, two = self.comes(LANDLORD, -700, 50), self.comes(TELECOM, -45, 40)
        rows = self.grid()
        self.book(one, self.rent)  # somebody was faster
        rows.account_id = self.telephone
        answer = rows.action_book()
        self.assertEqual((answer['done'], answer['refused']), (two.ids, 0))
        self.assertIn("elsewhere in the meantime: 1", answer['text'])
        self.assertTrue(two.is_reconciled)
        self.assertEqual(self.booked_on(one), self.rent)
        answer = self.env['bank.coding'].with_user(self.accountant)._open([('company_id', '=', self.company.id)])
        self.assertIn("Nothing waits", answer['params']['message'])

    def test_walls(self):
        """Own rows only; a row's movement is no person's to choose; who may not reconcile has no grid."""
        line = self.comes(LANDLORD, -700, 50)
        rows = self.grid()
        colleague = self._make_user('colleague', 'account_bank_feed.bank_feed_group_accountant')
        invoicing = new_test_user(self.env, 'invoicing_grid', 'account.group_account_invoice')
        with self.assertRaises(AccessError):
            rows.with_user(colleague).read(['who'])
        with self.assertRaises(AccessError):
            rows.with_user(colleague).action_book()
        for values in ({'line_id': line.id, 'company_id': self.company.id}, {'line_id': line.id}, {'message': "x"}):
            with self.assertRaises(AccessError), self.cr.savepoint():
                rows.create([values])
            with self.assertRaises(AccessError), self.cr.savepoint():
                rows.write(values)
        with self.assertRaises(AccessError):
            rows.with_user(invoicing)._open([])
        with self.assertRaises(AccessError):
            line.with_user(invoicing).bank_reconcile_grid([])
        with self.assertRaises(UserError):
            rows.action_book()

    # === What somebody typed, and what it may be past === #

    def test_what_was_typed_stays(self):
        """However the grid was left, and in a second tab; what was only proposed is looked at again."""
        self.habit()
        typed, proposed = self.comes(LANDLORD, -700, 40), self.comes(TELECOM, -45.9, 40)
        rows = self.grid()
        rows.filtered(lambda row: row.line_id == typed).write({'account_id': self.rent.id, 'label': "Rent"})
        proposed.bank_match_ids._proposed().action_refuse()
        again = self.grid()
        self.assertEqual(again, rows)
        mine, other = (again.filtered(lambda row, line=line: row.line_id == line) for line in (typed, proposed))
        self.assertEqual((mine.account_id, mine.label, other.account_id.id), (self.rent, "Rent", False))
        rows.filtered('account_id').action_book()
        self.assertTrue(typed.is_reconciled)

    def test_past_a_document_only_when_asked_twice(self):
        move = self.invoice(
            158.25, 'in_invoice', self.env['res.partner'].create({'name': LANDLORD['name']}), ref='R77120'
        )
        line = self.comes({**LANDLORD, 'remittance': ["R77120"]}, -158.25, 2)
        if line.is_reconciled:
            line.bank_reconcile_undo()
        line.bank_reconcile_again()
        self.assertTrue(self.proposed(line)[:1].allocation_ids)
        row = self.grid()
        row.account_id = self.rent
        self.assertEqual(row.action_book()['done'], [])
        self.assertIn(move.name, row.message)
        self.assertEqual(row.action_book()['done'], line.ids)
        self.assertEqual(move.payment_state, 'not_paid')

    def test_a_tax_of_the_other_direction(self):
        tax = self.env['account.tax'].create(
            {'name': "23", 'amount': 23, 'type_tax_use': 'purchase', 'company_id': self.company.id}
        )
        self.comes(LANDLORD, -70, 3)
        self.comes(LANDLORD, 70, 2)
        rows = self.grid()
        rows.filtered(lambda row: row.amount < 0).tax_id = tax
        with self.assertRaises(UserError):
            rows.filtered(lambda row: row.amount > 0).tax_id = tax

    def test_accounts_with_their_numbers(self):
        account = self.telephone.with_user(self.accountant)
        self.assertIn("518300", account.with_context(bank_account_numbers=True).display_name)

    def test_more_than_the_grid_shows(self):
        self.patch(bank_coding, 'MOST', 1)
        self.comes(LANDLORD, -70, 3)
        last = self.comes(LANDLORD, -71, 2)
        action = self.env['bank.coding'].with_user(self.accountant)._open([('company_id', '=', self.company.id)])
        self.assertEqual(action['display_name'], "The oldest 1 of 2")
        self.assertNotIn(last, self.env['bank.coding'].with_user(self.accountant).search(action['domain']).line_id)

    def test_what_was_typed_goes_before_a_kind(self):
        """The like was allowed while the grid was open: a row that somebody typed is booked as typed, a proposed one as allowed."""
        self.habit()
        typed, proposed = self.comes(TELECOM, -45.9, 40), self.comes(TELECOM, -46.9, 30)
        rows = self.grid()
        rows.filtered(lambda row: row.line_id == typed).account_id = self.rent
        kinds = Deciding(self.journal).kinds
        [outcome] = Deciding(self.journal).code_only([statement_line(proposed)])
        kinds.allow(statement_line(proposed), outcome.coding)
        answer = rows.action_book()
        self.assertEqual((set(answer['done']), answer['refused']), ({typed.id, proposed.id}, 0))
        self.assertEqual((self.booked_on(typed), self.booked_on(proposed)), (self.rent, self.telephone))
        self.assertEqual((typed.bank_match_state, proposed.bank_match_state), ('manual', 'auto'))

    def test_a_message_is_of_now(self):
        """What kept a row from being booked is not said any more when the grid is opened again."""
        line = self.comes(LANDLORD, -70, 3)
        row = self.grid()
        row.account_id = self.journal.suspense_account_id
        self.assertEqual(row.action_book()['done'], [])
        self.assertTrue(row.message)
        self.assertEqual((self.grid(), self.grid().message), (row, False))
        self.assertFalse(line.is_reconciled)

    def test_what_was_typed_comes_back(self):
        """What is booked and taken back a moment later stands in the grid as it was typed."""
        line = self.comes(LANDLORD, -70, 3)
        row = self.grid()
        row.write({'account_id': self.rent.id, 'label': "May"})
        answer = row.action_book()
        self.assertEqual((answer['done'], row.is_booked), ([line.id], True))
        line.with_user(self.accountant).bank_reconcile_take_back(answer['partners'])
        again = self.grid()
        self.assertEqual((again.line_id, again.account_id, again.label), (line, self.rent, "May"))
        self.assertFalse(again.is_proposed)
        self.assertTrue(again.action_book()['done'])
