from odoo import models

from ..reconcile.reconcile_many import WAITS


class AccountJournalDashboard(models.Model):
    _inherit = 'account.journal'

    def open_action(self):
        """*Transactions* of a journal that a bank account feeds: its movements, not core's page for entering statements."""
        fed = self.sudo().bank_feed_ids if len(self) == 1 else self.browse()
        if fed and not self.env.context.get('action_name') and self.env.user.has_group('account.group_account_basic'):
            action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
            return {
                **action,
                'domain': [('journal_id', '=', self.id)],
                'context': {'default_journal_id': self.id},
                'display_name': self.display_name,
            }
        return super().open_action()

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Add the bank feed's card; only for who may see bank data."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        if not self.env.user.has_group('account_bank_feed.bank_feed_group_accountant'):
            return
        feeds = self.env['bank.feed'].search([('journal_id', 'in', self.ids)])
        proposals = dict(
            self.env['account.bank.statement.line']._read_group(
                [('journal_id', 'in', self.ids), ('match_state', '=', 'proposed'), ('is_reconciled', '=', False)],
                ['journal_id'],
                ['__count'],
            )
        )
        waiting = dict(
            self.env['account.bank.statement.line']._read_group(
                [('journal_id', 'in', feeds.journal_id.ids), *WAITS], ['journal_id'], ['__count']
            )
        )
        running = (
            self.env['bank.feed.run']
            .search([('feed_id', 'in', feeds.ids), ('state', 'in', ('queued', 'running'))])
            .feed_id
        )
        for feed in feeds:
            dashboard_data[feed.journal_id.id]['bank_feed'] = {
                **feed._dashboard_card(),
                'running': feed in running,
                'proposals': proposals.get(feed.journal_id, 0),
                'waiting': waiting.get(feed.journal_id, 0),
            }
