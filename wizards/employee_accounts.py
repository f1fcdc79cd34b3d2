"""Accounts that salaries go to: of the employee's contact, or as ``hr`` distributes them, where it is installed."""

from decimal import Decimal

from ..models.lib.exact import exact
from ..payments import salaries


class EmployeeAccounts:
    """Of contacts.

    :param partners: contacts of employees"""

    def __init__(self, env, partners):
        self.shares = self._distributed(env, partners) if 'hr.employee' in env else {}

    @staticmethod
    def employees(env, company):
        """Contacts of a company's employees who have an account (payroll sees them, also without a right in ``hr``)."""
        if 'hr.employee' not in env:
            return env['res.partner']
        found = env['hr.employee'].sudo().search([('company_id', '=', company.id), ('work_contact_id', '!=', False)])
        return found.filtered(
            lambda employee: employee.bank_account_ids or employee.work_contact_id.bank_ids
        ).work_contact_id.sudo(False)

    @staticmethod
    def _distributed(env, partners):
        """{contact's id: shares of :func:`payments.salaries.split`}"""
        found = {}
        for employee in env['hr.employee'].sudo().search([('work_contact_id', 'in', partners.ids)]):
            told, own = employee.salary_distribution or {}, employee.bank_account_ids
            rows = sorted(
                (
                    (values.get('sequence') or 0, int(number), values)
                    for number, values in told.items()
                    if int(number) in own.ids
                ),
                key=lambda row: row[:2],
            )
            found[employee.work_contact_id.id] = [
                (number, Decimal(str(values.get('amount') or 0)), values.get('amount_is_percentage') is not False)
                for _sequence, number, values in rows
            ]
        return found

    def of(self, partner, amount):
        """[(account's id or False, amount)] of a salary; without a distribution the contact's first account, trusted ones before."""
        shares = self.shares.get(partner.id)
        if not shares:
            banks = partner.bank_ids.sorted(lambda bank: (not bank.allow_out_payment, bank.sequence, bank.id))
            return [(banks[:1].id, amount)]
        if amount <= 0:
            return [(shares[0][0], amount)]
        return [(number, float(part)) for number, part in salaries.split(exact(amount, 2), shares)]
