from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.match.again import Waiting
from ..cases.common import BankFeedCase

IBAN = 'SK8999520000000005000006'


@tagged('post_install', '-at_install')
class TestPosting(BankFeedCase):
    """Everything that the policy decides is booked as an accountant would: who, how much, what stays open."""

    def setUp(self):
        super().setUp()
        self.env['res.partner.bank'].create({'acc_number': IBAN, 'partner_id': self.customer.id})

    def paid(self, *payments):
        """Movements of the customer's account, fetched. ``payments``: dicts for the sandbox bank."""
        for payment in payments:
            self.server.pay(**{'name': self.customer.name, 'iban': IBAN, **payment})
        return self.lines(self.fetch_feed())

    def fetch_feed(self):
        feed = self.connect()
        self.last_run = self.fetch(feed)
        return feed

    def receivable(self, line):
        return line.line_ids.filtered(lambda item: item.account_id.account_type == 'asset_receivable')

    def symbol(self, move):
        return f"/VS{''.join(char for char in move.name if char.isdigit())}/SS/KS0308"

    def test_part_payment(self):
        move = self.invoice(120)
        line = self.paid({'amount': '50.00', 'e2e': self.symbol(move)})
        self.assertEqual((line.bank_match_state, line.bank_match_rule, line.is_reconciled), ('auto', 'R6', True))
        self.assertEqual((move.payment_state, move.amount_residual), ('partial', 70.0))

    def test_three_payments_of_one_invoice(self):
        move = self.invoice(120)
        symbol = self.symbol(move)
        lines = self.paid(*({'amount': amount, 'e2e': symbol, 'days': days} for amount, days in (('50.00', 3), ('30.00', 2), ('40.00', 1))))  # fmt: skip
        self.assertEqual(set(lines.mapped('bank_match_state')), {'auto'})
        self.assertEqual(move.payment_state, 'paid')

    def test_too_much_stays_open(self):
        move = self.invoice(120)
        line = self.paid({'amount': '125.00', 'e2e': self.symbol(move)})
        self.assertEqual((line.bank_match_state, line.bank_match_rule), ('auto', 'R8'))
        self.assertEqual((move.payment_state, line.is_reconciled, line.amount_residual), ('paid', False, -5.0))
        self.assertEqual(self.receivable(line).balance, -120.0)

    def test_credit_note_netted(self):
        move = self.invoice(120)
        note = self.invoice(20, 'out_refund')
        line = self.paid({'amount': '100.00', 'remittance': [f"Faktura {move.name} minus dobropis {note.name}"]})
        self.assertEqual((line.bank_match_state, line.bank_match_rule, line.is_reconciled), ('auto', 'R9', True))
        self.assertEqual((move.payment_state, note.payment_state), ('paid', 'paid'))
        self.assertEqual(sorted(self.receivable(line).mapped('balance')), [-120.0, 20.0])

    def test_refund_to_a_customer(self):
        note = self.invoice(20, 'out_refund')
        line = self.paid({'amount': '-20.00', 'remittance': [note.name]})
        self.assertEqual((line.bank_match_state, note.payment_state), ('auto', 'paid'))

    def test_instalments(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Two halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days}) for days in (10, 40)
                ],
            }
        )
        move = self.invoice(120, invoice_payment_term_id=term.id)
        lines = self.paid({'amount': '60.00', 'remittance': [move.name], 'days': 2})
        self.assertEqual((lines.bank_match_state, move.payment_state, move.amount_residual), ('auto', 'partial', 60.0))
        self.server.pay(amount='60.00', remittance=[move.name], days=1, name=self.customer.name, iban=IBAN)
        self.fetch(lines.bank_feed_id)
        self.assertEqual(move.payment_state, 'paid')

    def test_both_instalments_at_once(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "Two halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days}) for days in (10, 40)
                ],
            }
        )
        move = self.invoice(120, invoice_payment_term_id=term.id)
        line = self.paid({'amount': '120.00', 'remittance': [move.name]})
        self.assertEqual((line.bank_match_state, move.payment_state, len(self.receivable(line))), ('auto', 'paid', 2))

    def test_early_payment_discount(self):
        tax = self.env['account.tax'].create({'name': "20 %", 'amount': 20, 'company_id': self.company.id})
        for computation in ('included', 'excluded', 'mixed'):
            term = self.env['account.payment.term'].create(
                {
                    'name': f"2 % in 40 days, {computation}",
                    'early_discount': True,
                    'discount_percentage': 2,
                    'discount_days': 40,
                    'early_pay_discount_computation': computation,
                    'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 60})],
                }
            )
            move = self.invoice(
                invoice_payment_term_id=term.id,
                invoice_line_ids=[Command.create({'name': "Service", 'price_unit': 100, 'tax_ids': tax.ids})],
            )
            reduced = move.line_ids.filtered('discount_date').discount_amount_currency
            with self.subTest(computation):
                self.server.pay(amount=f'{reduced:.2f}', remittance=[move.name], name=self.customer.name, iban=IBAN)
                feed = self.env['bank.feed'].search([('company_id', '=', self.company.id)]) or self.connect()
                self.fetch(feed)
                line = self.lines(feed).sorted('id')[-1]
                self.assertEqual((line.bank_match_state, line.bank_match_note and line.is_reconciled), ('auto', True))
                self.assertIn(move.payment_state, ('paid', 'in_payment'))
                self.assertEqual(self.receivable(line).balance, -move.amount_total)
                self.assertTrue(self.company.currency_id.is_zero(sum(line.line_ids.mapped('balance'))))

    def test_late_discount_is_proposed(self):
        term = self.env['account.payment.term'].create(
            {
                'name': "2 % in 5 days",
                'early_discount': True,
                'discount_percentage': 2,
                'discount_days': 5,
                'line_ids': [Command.create({'value': 'percent', 'value_amount': 100, 'nb_days': 60})],
            }
        )
        move = self.invoice(100, invoice_payment_term_id=term.id)
        line = self.paid({'amount': '98.00', 'e2e': self.symbol(move)})
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))
        self.assertIn("late", line.bank_match_note)

    def test_bill_and_its_refund(self):
        bill = self.invoice(84, 'in_invoice', ref='FV2026118')
        refund = self.invoice(14, 'in_refund', ref='DB2026007')
        line = self.paid({'amount': '-70.00', 'remittance': ["FV2026118 DB2026007"]})
        self.assertEqual((line.bank_match_state, line.bank_match_rule), ('auto', 'R9'))
        self.assertEqual((bill.payment_state, refund.payment_state), ('paid', 'paid'))

    def dollar_invoice(self, amount):
        dollar = self.env.ref('base.USD')
        dollar.active = True
        self.env['res.currency.rate'].search([('currency_id', '=', dollar.id)]).unlink()
        self.env['res.currency.rate'].create(
            [
                {'name': day, 'rate': rate, 'currency_id': dollar.id, 'company_id': self.company.id}
                for day, rate in (
                    (fields.Date.today() - timedelta(days=60), 1.25),
                    (fields.Date.today() - timedelta(days=5), 1.30),
                )
            ]
        )
        return self.invoice(amount, currency_id=dollar.id)

    def test_foreign_original_amount(self):
        """130 dollars paid as 101.00 euro: the bank says both, the dollar invoice is settled, the rest is exchange."""
        move = self.dollar_invoice(130)
        line = self.paid({'amount': '101.00', 'remittance': [move.name], 'original': ['130.00', 'USD', '1.2871']})
        self.assertEqual((line.bank_match_state, move.payment_state, line.is_reconciled), ('auto', 'paid', True))
        self.assertEqual((line.amount, line.amount_currency, line.foreign_currency_id.name), (101.0, 130.0, 'USD'))
        exchange = line.line_ids.matched_debit_ids.exchange_move_id
        self.assertTrue(exchange, "the difference to the invoice's own rate is an exchange entry")

    def test_foreign_invoice_without_the_original_amount(self):
        move = self.dollar_invoice(130)
        line = self.paid({'amount': '100.50', 'remittance': [move.name]})
        self.assertEqual((line.bank_match_state, move.payment_state), ('proposed', 'not_paid'))
        line.bank_match_ids[0].with_user(self.manager).action_accept()
        self.assertEqual((move.payment_state, line.is_reconciled), ('paid', True))

    def test_registered_payment_that_is_outstanding(self):
        """The invoice is paid by a registered payment; the bank's movement settles the payment, not the invoice again."""
        account = self.env['account.account'].create(
            {'name': "Outstanding", 'code': '261999', 'account_type': 'asset_current', 'reconcile': True}
        )
        self.journal.inbound_payment_method_line_ids.payment_account_id = account
        move = self.invoice(120)
        payment = (
            self.env['account.payment.register']
            .with_context(active_model='account.move', active_ids=move.ids)
            .create({'journal_id': self.journal.id})
            ._create_payments()
        )
        self.assertIn(move.payment_state, ('paid', 'in_payment'))
        line = self.paid({'amount': '120.00', 'remittance': [move.name]})
        self.assertEqual((line.bank_match_state, line.is_reconciled), ('auto', True), line.bank_match_note)
        self.assertIn(account, line.line_ids.account_id)
        self.assertTrue(payment.is_matched)

    def test_one_bad_line_does_not_stop_the_batch(self):
        good, bad = self.invoice(120), self.invoice(80)
        receivable = bad.line_ids.filtered(lambda item: item.display_type == 'payment_term')
        self.env.cr.execute("UPDATE account_account SET active = true WHERE id = %s", [receivable.account_id.id])
        original = type(receivable)._reconcile_plan

        def refuse(lines, plan):
            if any(receivable in pair for pair in plan):
                raise UserError("refused by a rule of the company")
            return original(lines, plan)

        self.patch(self.env.registry['account.move.line'], '_reconcile_plan', refuse)
        lines = self.paid(
            {'amount': '120.00', 'remittance': [good.name]}, {'amount': '80.00', 'remittance': [bad.name]}
        )
        self.assertEqual((good.payment_state, bad.payment_state, len(lines)), ('paid', 'not_paid', 2))
        self.assertIn("refused by a rule", lines.filtered(lambda line: line.amount == 80).bank_match_note)

    def test_a_bill_in_euro_after_a_card_payment_in_dollars(self):
        """Nothing was found first, so the counterpart was in dollars; then the bill comes, in euro."""
        self.env.ref('base.USD').active = True
        line = self.paid({'amount': '-101.00', 'remittance': ["FV2026118"], 'original': ['-130.00', 'USD', '1.2871']})
        self.assertEqual((line.bank_match_state, line.foreign_currency_id.name), ('none', 'USD'))
        bill = self.invoice(101, 'in_invoice', ref='FV2026118')
        Waiting(line).match()
        self.assertEqual((line.bank_match_state, bill.payment_state, line.is_reconciled), ('auto', 'paid', True))
        self.assertEqual(sum(line.line_ids.filtered(lambda item: item.account_id.account_type == 'liability_payable').mapped('balance')), 101.0)  # fmt: skip

    def test_a_dollar_invoice_after_a_euro_proposal(self):
        euro = self.invoice(300)
        line = self.paid({'amount': '101.00', 'remittance': [f"{euro.name} INV-77889"], 'original': ['130.00', 'USD', '1.2871'], 'name': "Stranger", 'iban': ''})  # fmt: skip
        self.assertEqual((line.bank_match_state, line.foreign_currency_id.id), ('proposed', False))
        line.bank_match_ids.with_user(self.manager).action_refuse()
        move = self.dollar_invoice(130)
        move.payment_reference = 'INV-77889'
        line.bank_match_again = True
        Waiting(line).match()
        self.assertEqual((line.bank_match_state, move.payment_state), ('auto', 'paid'))
        self.assertEqual(
            (line.foreign_currency_id.name, line.amount_currency, line.is_reconciled), ('USD', 130.0, True)
        )

    def test_instalments_in_the_original_currency(self):
        self.env.ref('base.USD').active = True
        move = self.dollar_invoice(130)
        move.button_draft()
        term = self.env['account.payment.term'].create(
            {
                'name': "Two halves",
                'line_ids': [
                    Command.create({'value': 'percent', 'value_amount': 50, 'nb_days': days}) for days in (10, 40)
                ],
            }
        )
        move.invoice_payment_term_id = term
        move.action_post()
        line = self.paid({'amount': '101.00', 'remittance': [move.name], 'original': ['130.00', 'USD', '1.2871']})
        self.assertEqual((line.bank_match_state, move.payment_state, line.is_reconciled), ('auto', 'paid', True))
        self.assertEqual(sorted(self.receivable(line).mapped('amount_currency')), [-65.0, -65.0])

    def test_worth_more_than_is_open(self):
        """300 euro for an invoice of 130 dollars: not all of it is exchange gain."""
        move = self.dollar_invoice(130)
        line = self.paid({'amount': '300.00', 'remittance': [move.name]})
        with self.assertRaisesRegex(UserError, "worth more"):
            line.bank_match_ids[0].with_user(self.manager).action_accept()

    def test_identifier_of_the_day(self):
        """The tenant of January pays on the last day; in February the flat's number is another's."""
        other = self.env['res.partner'].create({'name': "Nový nájomca"})
        today = fields.Date.today()
        identifiers = self.env['bank.partner.identifier']
        identifiers.create({'partner_id': self.customer.id, 'name': '990042', 'date_to': today - timedelta(days=2)})
        identifiers.create({'partner_id': other.id, 'name': '990042', 'date_from': today - timedelta(days=1)})
        mine, theirs = self.invoice(120), self.invoice(120, partner=other)
        line = self.paid({'amount': '120.00', 'remittance': ["zakaznik 990042"], 'days': 3, 'iban': '', 'name': ''})
        self.assertEqual((line.bank_match_rule, mine.payment_state, theirs.payment_state), ('R10', 'paid', 'not_paid'))

    def test_only_managers_change_what_posts(self):
        clerk = self._make_user('clerk', 'account.group_account_invoice')
        with self.assertRaises(AccessError):
            self.env['account.reconcile.model'].with_user(clerk).create(
                {'name': "Mine", 'company_id': self.company.id, 'bank_feed_matching': True}
            )
        self.env['account.reconcile.model'].with_user(self.manager).create(
            {'name': "Ours", 'company_id': self.company.id, 'bank_feed_matching': True}
        )
