"""An accountant at work."""

from .common import BankFeedCase


class ReconcileCase(BankFeedCase):
    """An accountant, and movements that wait for one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._make_user('accountant', 'account_bank_feed.bank_feed_group_accountant')
        cls.fees = cls.env['account.account'].create(
            {'name': "Bank fees", 'code': '568000', 'account_type': 'expense', 'company_ids': cls.company.ids}
        )

    def fetched(self):
        feed = self.connect()
        self.fetch(feed)
        return self.lines(feed).with_user(self.accountant)

    def waiting(self, amount, **entry):
        self.server.pay(amount=amount, **{'remittance': ["dakujeme"], 'name': "Neznamy", **entry})
        return self.fetched().filtered(lambda line: not line.is_reconciled)[:1]

    def other_side(self, line):
        """The same money on a savings account."""
        savings = self.env['account.journal'].create(
            {'name': "Savings", 'type': 'bank', 'code': 'SAV', 'company_id': self.company.id}
        )
        return self.env['account.bank.statement.line'].create(
            {'journal_id': savings.id, 'date': line.date, 'payment_ref': "From current", 'amount': -line.amount}
        )

    def item(self, move):
        return move.line_ids.filtered(lambda item: item.display_type == 'payment_term')

    def assertBalanced(self, line):
        self.assertEqual(sum(line.move_id.line_ids.mapped('balance')), 0.0)
