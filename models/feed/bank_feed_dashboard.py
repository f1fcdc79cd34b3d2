from odoo import fields, models
from odoo.tools import format_date, format_datetime


class BankFeedDashboard(models.Model):
    _inherit = 'bank.feed'

    def _dashboard_card(self):
        """JSON-safe values of the card: state, balances, dates, what to do next."""
        self.ensure_one()
        connection, currency = self.connection_id, self.currency_id
        days = (connection.valid_until - fields.Date.context_today(self)).days if connection.valid_until else None
        active, on = connection.state == 'active', connection._provider_is_on()
        ending = active and days is not None and days <= 14
        state_name = dict(connection._fields['state']._description_selection(self.env))[connection.state]
        renew = connection.state in ('expired', 'revoked') or ending
        can_renew = self.env.user.has_group('account_bank_feed.bank_feed_group_manager')
        return {
            'state': connection.state,
            'state_name': state_name if on or not active else self.env._("Provider off"),
            'badge': 'danger' if not active else 'warning' if ending or self.error or not on else 'success',
            'on': on,
            'bank': self.institution_id.name,
            'ending': ending,
            'renew': renew,
            'again': connection.state == 'disconnected',
            'ask': self._who_renews() if (renew or not active) and not can_renew else '',
            'error': self.error or '',
            'valid_until': format_date(self.env, connection.valid_until) if connection.valid_until and active else '',
            'last_fetch': format_datetime(self.env, self.last_fetch, dt_format='short') if self.last_fetch else '',
            'balance': currency.format(self.bank_balance) if self.has_bank_balance else '',
            'difference': currency.format(self.balance_difference)
            if active and self.has_bank_balance and not currency.is_zero(self.balance_difference)
            else '',
            'difference_since': format_date(self.env, self.difference_since) if self.difference_since else '',
            'held': self.held_count,
            'pending': self.pending_count,
            'can_renew': can_renew,
        }

    def _who_renews(self):
        """Names of people who may renew: the responsible one, else the managers of the company."""
        group = self.env.ref('account_bank_feed.bank_feed_group_manager').sudo()
        people = group.all_user_ids.filtered(lambda user: self.company_id in user.company_ids and not user.share)
        responsible = self.connection_id.sudo().user_id & people
        return ', '.join((responsible or people)[:3].mapped('name'))
