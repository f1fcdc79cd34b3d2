from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import format_date

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
        left = rows.search([])
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
        self.assertEqual((answer['done'], answer['refused']), (two.ids, 1))
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
