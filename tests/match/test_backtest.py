from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ...models.book.booking import Booking
from ..cases.common import BankFeedCase


@tagged('post_install', '-at_install')
class TestBacktest(BankFeedCase):
    """Before it is switched on: what would it have done, rule by rule."""

    def run_test(self, **values):
        test = self.env['bank.backtest'].with_user(self.manager).create({'company_id': self.company.id, **values})
        test.action_run()
        with self.enter_registry_test_mode():
            self.env.ref('account_bank_feed.ir_cron_backtest').method_direct_trigger()
        self.assertEqual(test.state, 'done', test.message)
        return test, {row.statement_line_id.amount: row for row in test.row_ids}

    def pay(self, amount, label, move):
        """A movement entered and reconciled by a person, long before the module came."""
        line = self.env['account.bank.statement.line'].create(
            {
                'journal_id': self.journal.id,
                'date': fields.Date.today() - timedelta(days=5),
                'payment_ref': label,
                'amount': amount,
            }
        )
        item = move.line_ids.filtered(lambda item: item.display_type == 'payment_term')
        booking = Booking(line)
        booking.put([booking.parts.part(item, amount)], move.commercial_partner_id)
        return line

    def test_backtest(self):
        first, second, third, fourth = (self.invoice(amount) for amount in (120, 80, 55, 66))
        self.pay(120, f"Faktura {first.name}", first)
        self.pay(80, f"Faktura {third.name}", second)  # people knew better than the payer's text
        self.pay(66, "dakujem", fourth)
        self.pay(30, f"Faktura {third.name}", third)
        test, rows = self.run_test()
        self.assertEqual((rows[120].outcome, rows[120].rule), ('right', 'R2'))
        self.assertEqual((rows[80].outcome, rows[80].decided), ('proposed', third.name))
        self.assertEqual(rows[66].outcome, 'proposed')
        self.assertEqual(rows[30].outcome, 'proposed', "a part payment without a known payer")
        self.assertEqual((test.line_count, test.right_count, test.wrong_count, test.left_count), (4, 1, 0, 3))
        self.assertEqual(rows[120].truth, first.name)
        self.assertEqual({first.payment_state, second.payment_state}, {'paid'}, "nothing was changed")

    def test_wrong_is_shown(self):
        """An amount and a reference that fit one invoice, which people booked on another: the engine would have been wrong."""
        first, second = self.invoice(120), self.invoice(150)
        self.pay(120, f"Faktura {first.name}", second)
        test, rows = self.run_test()
        self.assertEqual((rows[120].outcome, test.wrong_count), ('wrong', 1))

    def test_dry_run(self):
        move = self.invoice(120)
        feed = self.connect()
        settings = self.env['account.reconcile.model'].create(
            {
                'name': "Nothing",
                'company_id': self.company.id,
                'bank_feed_matching': True,
                'bank_feed_policy': 'propose',
            }
        )
        self.server.pay(amount='120.00', remittance=[move.name])
        self.fetch(feed)
        strict = self.env['account.reconcile.model'].create(
            {
                'name': "Strict",
                'company_id': self.company.id,
                'bank_feed_matching': True,
                'bank_feed_policy': 'strict',
                'sequence': 99,
            }
        )
        _test, rows = self.run_test(mode='dry_run', settings_id=strict.id)
        self.assertEqual(rows[120].outcome, 'would_post')
        _test, rows = self.run_test(mode='dry_run', settings_id=settings.id)
        self.assertEqual((rows[120].outcome, move.payment_state), ('would_propose', 'not_paid'))
