from odoo.fields import Command
from odoo.tests import tagged

from ..cases.coding_case import LANDLORD, TELECOM, CodingCase


@tagged('post_install', '-at_install')
class TestCodingBacktest(CodingCase):
    """What would have been booked by itself, had it been allowed: on the company's own history, and on what waits."""

    def tried(self, **values):
        test = (
            self.env['bank.backtest']
            .with_user(self.manager)
            .create(
                {
                    'company_id': self.company.id,
                    'date_from': self.bank.today().replace(year=self.bank.today().year - 1),
                    **values,
                }
            )
        )
        test.action_run()
        self.env.ref('account_bank_feed.ir_cron_backtest').method_direct_trigger()
        self.assertEqual(test.state, 'done', test.message)
        return test, {row.statement_line_id: row for row in test.row_ids}

    def test_on_the_own_history(self):
        lines = []
        for days, account in ((200, self.telephone), (170, self.telephone), (140, self.telephone), (110, self.rent)):
            lines.append(self.comes(TELECOM, -45.9, days))
            self.book(lines[-1], account)
        move = self.invoice(120, payment_reference='RF18539007547034', invoice_date=self.bank.today().replace(day=1))
        paid = self.comes({**LANDLORD, 'remittance': ["RF18539007547034"]}, 120, 0)
        self.assertEqual(move.payment_state, 'paid')
        test, rows = self.tried()
        self.assertEqual([rows[line].outcome for line in lines], ['none', 'proposed', 'right', 'wrong'])
        self.assertEqual([rows[line].kind for line in lines[1:]], ['coding'] * 3)
        self.assertIn("518300", rows[lines[2]].decided)
        self.assertEqual(rows[lines[3]].truth, "Rent")
        self.assertEqual((rows[paid].outcome, rows[paid].kind), ('right', 'document'))
        self.assertEqual((test.line_count, test.right_count, test.wrong_count), (5, 2, 1))
        self.assertEqual(self.booked_on(lines[3]), self.rent, "nothing was changed")

    def test_on_what_waits(self):
        self.habit()
        one, two = self.comes(TELECOM, -45.9, 50), self.comes(LANDLORD, -700, 40)
        _test, rows = self.tried(mode='dry_run')
        self.assertEqual((rows[one].outcome, rows[two].outcome), ('would_propose', 'none'))
        model = self.env['account.reconcile.model'].browse(one.bank_reconcile_allow()['model'])
        model.with_user(self.accountant).action_set_manual()
        three = self.comes(TELECOM, -45.9, 30)
        model.with_context(active_test=False).write({'trigger': 'auto_reconcile'})
        _test, rows = self.tried(mode='dry_run')
        self.assertEqual((rows[three].outcome, rows[two].outcome), ('would_post', 'none'))
        self.assertFalse(three.is_reconciled, "nothing was booked")

    def test_with_an_automated_model(self):
        """What a person said beforehand is tried, too."""
        self.habit()
        self.env['account.reconcile.model'].create(
            {
                'name': "Phones",
                'company_id': self.company.id,
                'trigger': 'auto_reconcile',
                'match_label': 'contains',
                'match_label_param': "sluzby",
                'line_ids': [Command.create({'account_id': self.telephone.id})],
            }
        )
        test, rows = self.tried(mode='backtest')
        self.assertEqual((test.state, {row.outcome for row in rows.values()}), ('done', {'right'}))
