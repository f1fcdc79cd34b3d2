from odoo import fields, models
from odoo.tools import format_date, format_datetime


class BankFeedDashboard(models.Model):
    _inherit = 'bank.feed'

    def _dashboard_card(self):
        """JSON-safe values of the card: state, balances, dates, what to do next."""
        self.ensure_one()
        connection, currency = self.connection_id, self.currency_id
        days = (connection.valid_until - fields.Date.context_today(self)).days if connection.valid_until else None
        ending = connection.state == 'active' and days is not None and days <= 14
        return {
            'state': connection.state,
            'state_name': dict(connection._fields['state']._description_selection(self.env))[connection.state],
            'badge': 'success'
            if connection.state == 'active' and not ending and not self.error
            else 'warning'
            if connection.state == 'active'
            else 'danger',
            'bank': self.institution_id.name,
            'ending': ending,
            'renew': connection.state in ('expired', 'revoked') or ending,
            'error': self.error or '',
            'valid_until': format_date(self.env, connection.valid_until) if connection.valid_until else '',
            'last_fetch': format_datetime(self.env, self.last_fetch, dt_format='short') if self.last_fetch else '',
            'balance': currency.format(self.bank_balance) if self.has_bank_balance else '',
            'difference': currency.format(self.balance_difference)
            if self.has_bank_balance and not currency.is_zero(self.balance_difference)
            else '',
            'difference_since': format_date(self.env, self.difference_since) if self.difference_since else '',
            'held': self.held_count,
            'pending': self.pending_count,
            'can_renew': self.env.user.has_group('account_bank_feed.bank_feed_group_manager'),
        }
