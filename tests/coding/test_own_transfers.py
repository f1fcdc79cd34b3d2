"""Money between own accounts meets itself."""

from datetime import timedelta

from odoo.tests import tagged

from ...matching.policy import OWN_TRANSFER
from ..cases.coding_case import CodingCase

OWN = {'name': "", 'remittance': ["Vlastny prevod na sporiaci ucet"]}


@tagged('post_install', '-at_install')
class TestOwnTransfers(CodingCase):
    def setUp(self):
        super().setUp()
        self.savings = self.env['account.journal'].create(
            {'name': "Savings", 'type': 'bank', 'code': 'SAV', 'company_id': self.company.id}
        )

    def other_side(self, amount, days, text="Vlastny prevod z bezneho uctu", **values):
        """On the savings account, by hand."""
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.savings.id,
                'date': self.bank.today() - timedelta(days),
                'payment_ref': text,
                'amount': amount,
                **values,
            }
        )
        return line.with_user(self.accountant)

    def transit(self):
        return self.company.transfer_account_id

    def test_both_sides(self):
        """The one that waits is booked with the one that comes, days apart; both entries meet."""
        other = self.other_side(500, 29)
        line = self.comes(OWN, -500, 31)
        self.assertByItself(line, self.transit())
        self.assertByItself(other, self.transit())
        self.assertEqual(line.bank_match_rule, OWN_TRANSFER)
        items = (line | other).line_ids.filtered(lambda item: item.account_id == self.transit())
        self.assertEqual(items.mapped('reconciled'), [True, True])

    def test_one_side_only_or_two(self):
        self.assertAsks(self.comes(OWN, -500, 31))
        one, two = self.other_side(700, 29), self.other_side(700, 28)
        self.assertAsks(self.comes(OWN, -700, 30))
        self.assertFalse((one | two).filtered('is_reconciled'))

    def test_too_far_apart(self):
        other = self.other_side(500, 20)
        self.assertAsks(self.comes(OWN, -500, 31))
        self.assertFalse(other.is_reconciled)

    def test_a_customer_of_the_amount_is_none(self):
        """The same amount on another account, which says nothing of an own transfer."""
        other = self.other_side(500, 31, "dakujeme za tovar", partner_name="Zakaznik")
        self.assertAsks(self.comes(OWN, -500, 31))
        self.assertFalse(other.is_reconciled)

    def test_the_own_account_s_number(self):
        """Each side is booked as it comes, by the other one's number; then they meet."""
        self.savings.bank_acc_number = 'SK7299520000000009000009'
        line = self.comes(
            {'name': "Tests a.s.", 'iban': 'SK7299520000000009000009', 'remittance': ["na spor"]}, -300, 31
        )
        self.assertByItself(line, self.transit())
        other = self.other_side(300, 30, "prijem", account_number=self.feed.account_number)
        other.bank_reconcile_again()
        self.assertByItself(other, self.transit())
        items = (line | other).line_ids.filtered(lambda item: item.account_id == self.transit())
        self.assertEqual(items.mapped('reconciled'), [True, True])

    def test_in_two_currencies(self):
        """Exchanged at the bank's own rate: both sides meet, the difference is the company's exchange loss."""
        currency = self.rate('CZK', 25)
        koruna = self.journal_in(currency)
        koruna.bank_acc_number = 'SK7299520000000009000009'
        line = self.comes({'name': "Tests a.s.", 'iban': 'SK7299520000000009000009', 'remittance': ["zmena"]}, -300, 31)
        self.assertByItself(line, self.transit())
        other = self.env['account.bank.statement.line'].create(
            {
                'journal_id': koruna.id,
                'date': line.date,
                'payment_ref': "zmena",
                'amount': 7450,
                'account_number': self.feed.account_number,
            }
        )
        other.with_user(self.accountant).bank_reconcile_again()
        self.assertByItself(other, self.transit())
        items = (line | other).line_ids.filtered(lambda item: item.account_id == self.transit())
        self.assertEqual(items.mapped('reconciled'), [True, True])
        loss = self.company.expense_currency_exchange_account_id
        booked = self.env['account.move.line'].search(
            [('account_id', '=', loss.id), ('company_id', '=', self.company.id)]
        )
        self.assertEqual(sum(booked.mapped('balance')), 2.0)
        line.bank_reconcile_undo()
        self.assertFalse(line.is_reconciled or other.is_reconciled)
        booked = self.env['account.move.line'].search(
            [('account_id', '=', loss.id), ('company_id', '=', self.company.id)]
        )
        self.assertEqual(sum(booked.mapped('balance')), 0.0, "core reversed the difference")
        open_ = [
            ('account_id', '=', self.transit().id),
            ('company_id', '=', self.company.id),
            ('reconciled', '=', False),
        ]
        self.assertFalse(self.env['account.move.line'].search([*open_, ('parent_state', '=', 'posted')]))

    def test_strict_settings_only_propose_it(self):
        self.journal._bank_feed_settings().bank_feed_policy = 'strict'
        self.other_side(500, 29)
        line = self.comes(OWN, -500, 31)
        self.assertAsks(line, "settings")
        self.accept(line)
        self.assertEqual(self.booked_on(line), self.transit())
