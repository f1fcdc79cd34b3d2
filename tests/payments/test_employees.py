"""Salaries of employees of ``hr``, where it is installed: their accounts, and a salary over several of them."""

from odoo.tests import tagged

from ...sandbox.people import sk_iban
from ..cases.common import BankFeedCase


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_beside')
class TestEmployees(BankFeedCase):
    def setUp(self):
        super().setUp()
        self.payroll = self._make_user(
            'payroll', 'account_bank_feed.bank_feed_group_payroll', 'account_bank_feed.bank_feed_group_accountant'
        )
        self.wages = self.env['account.account'].create(
            {'name': "Wages payable", 'code': '331000', 'account_type': 'liability_current', 'reconcile': True, 'company_ids': self.company.ids}
        )  # fmt: skip
        self.eva, self.jan = (self.employee(name, numbers) for name, numbers in (("Eva", (1, 2)), ("Jan", (3,))))

    def employee(self, name, numbers):
        employee = self.env['hr.employee'].create({'name': name, 'company_id': self.company.id})
        partner = employee.work_contact_id or self.env['res.partner'].create({'name': name})
        employee.work_contact_id = partner
        banks = self.env['res.partner.bank'].create(
            [
                {'partner_id': partner.id, 'acc_number': sk_iban(8820000 + number), 'allow_out_payment': True}
                for number in numbers
            ]
        )
        employee.bank_account_ids = banks
        return employee

    def list_(self):
        return self.env['bank.salary'].with_user(self.payroll).create(
            {'company_id': self.company.id, 'journal_id': self.journal.id, 'account_id': self.wages.id}
        )  # fmt: skip

    def test_from_employees(self):
        """Each with the account, the amount is typed in; of another company nobody."""
        other = self.env['res.company'].create({'name': "Other"})
        self.env['hr.employee'].create({'name': "Cudzí", 'company_id': other.id})
        salary = self.list_()
        self.assertTrue(salary.has_employees)
        salary.action_employees()
        self.assertEqual(salary.line_ids.partner_id, self.eva.work_contact_id | self.jan.work_contact_id)
        self.assertFalse(any(salary.line_ids.mapped('amount')))

    def test_over_two_accounts(self):
        """A fixed part first, the rest on the other account; no right in hr is needed."""
        first, second = self.eva.bank_account_ids.sorted('id')
        self.eva.salary_distribution = {
            str(first.id): {'sequence': 1, 'amount': 100.0, 'amount_is_percentage': True},
            str(second.id): {'sequence': 2, 'amount': 250.0, 'amount_is_percentage': False},
        }
        entry = self.env['account.move'].create(
            {
                'move_type': 'entry',
                'line_ids': [
                    (0, 0, {'account_id': self.wages.id, 'credit': 1200.5, 'partner_id': self.eva.work_contact_id.id}),
                    (0, 0, {'account_id': self.company.transfer_account_id.id, 'debit': 1200.5}),
                ],
            }
        )
        entry.action_post()
        items = entry.line_ids.filtered(lambda item: item.account_id == self.wages).with_user(self.payroll)
        salary = self.env['bank.salary'].with_user(self.payroll)._begin(items)
        self.assertEqual(
            [(line.partner_bank_id, line.amount) for line in salary.line_ids], [(second, 250.0), (first, 950.5)]
        )
        self.assertEqual(salary.total, 1200.5)
