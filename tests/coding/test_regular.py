from datetime import date, timedelta

from odoo.tests import tagged

from ...matching.coding.rhythm import rhythm
from ...models.coding.regular import Regular
from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestRegular(CodingCase):
    """Known, said, never acted upon."""

    def told(self):
        return Regular(self.env(user=self.accountant)).told()

    def pays_rent(self, *days, amount=-780):
        for number in days:
            self.comes(LANDLORD, amount, number)

    def test_a_rent_that_did_not_come(self):
        self.pays_rent(130, 100, 70, 40)
        self.assertFalse(self.told()['missing'], "the account has told nothing since: nobody knows")
        self.comes(TELECOM, -45, 0)
        [row] = self.told()['missing']
        self.assertEqual((row['who'], row['period']), (LANDLORD['name'], 'month'))
        self.assertIn("780", row['amount'])
        self.assertEqual(len(row['ids']), 4)
        self.pays_rent(5)
        self.assertFalse(self.told()['missing'])

    def test_one_that_has_ended(self):
        self.pays_rent(330, 300, 270, 240)
        self.comes(TELECOM, -45, 0)
        self.assertFalse(self.told()['missing'])

    def test_what_is_not_regular(self):
        self.pays_rent(130, 120, 70, 40)
        self.comes(TELECOM, -45, 0)
        self.assertFalse(self.told()['missing'])

    def test_dearer(self):
        for days, amount in ((95, -45.9), (65, -47.1), (35, -46), (4, -66.2)):
            self.comes(TELECOM, amount, days)
        [row] = self.told()['changed']
        self.assertEqual(row['share'], 44)

    def test_a_customer_who_pays_invoices_is_none(self):
        payer = {'name': self.customer.name, 'iban': LANDLORD['iban']}
        for days in (130, 100, 70, 40):
            move = self.invoice(100, invoice_date=self.bank.today() - timedelta(days=days + 10))
            self.comes({**payer, 'remittance': [move.name]}, 100, days)
            self.assertEqual(move.payment_state, 'paid')
        self.comes(TELECOM, -45, 0)
        self.assertFalse(self.told()['missing'])

    def test_days_near_a_month_s_end(self):
        """On the 28th, which is one of February's last days."""
        for months in ((1, 2, 3, 4), (3, 4, 5, 6)):
            found = rhythm([date(2026, month, 28) for month in months])
            self.assertEqual((found.period, found.due.day), ('month', 28))
        self.assertEqual(
            rhythm([date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]).due, date(2026, 5, 31)
        )

    def test_other_companies_are_not_told(self):
        self.pays_rent(130, 100, 70, 40)
        self.comes(TELECOM, -45, 0)
        other = self._make_company("Druhá firma")
        self.accountant.company_ids |= other
        env = self.env(user=self.accountant, context={'allowed_company_ids': other.ids})
        self.assertEqual(Regular(env).told(), {'missing': [], 'changed': []})
