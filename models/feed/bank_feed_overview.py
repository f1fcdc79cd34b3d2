"""The figures of the overview: what is matched by itself, what waits and for how long, how the accounts are."""

from datetime import timedelta
from itertools import pairwise

from odoo import api, fields, models
from odoo.tools import format_date, format_datetime

from ..lib.domains import WAITS

DAYS = 30
#: waiting movements by age: up to so many days
AGES = (7, 30, 90)


class BankFeed(models.Model):
    _inherit = 'bank.feed'

    @api.model
    def overview(self):
        """JSON-safe figures of the companies that the person works in.

        :return: {'share', 'matched', 'booked', 'waiting', 'waits': domain of those, 'ages': [{'label', 'count', 'from', 'to'}],
            'doubted', 'feeds': [...]}"""
        self.check_access('read')
        lines = self.env['account.bank.statement.line']
        since = fields.Date.context_today(self) - timedelta(days=DAYS)
        own = [('feed_id', '!=', False), ('company_id', 'in', self.env.companies.ids)]
        by_state = dict(lines._read_group([*own, ('date', '>=', since)], ['match_state'], ['__count']))
        booked = sum(by_state.values())
        matched = by_state.get('auto', 0)
        ages = self._waiting_by_age()
        return {
            'days': DAYS,
            'booked': booked,
            'matched': matched,
            'share': round(100 * matched / booked) if booked else 0,
            'waiting': sum(age['count'] for age in ages),
            'ages': ages,
            'waits': WAITS,
            'doubted': lines.search_count(
                [*own, ('match_doubt', '!=', False), ('match_state', 'in', ('auto', 'proposed'))]
            ),
            'feeds': self.search([('company_id', 'in', self.env.companies.ids)])._overview_rows(),
        }

    def _waiting_by_age(self):
        """[{label, count, from, to}] of movements that wait for a person, as *Reconcile* lists them, the youngest first."""
        today = fields.Date.context_today(self)
        rows = self.env['account.bank.statement.line']._read_group(
            [*WAITS, ('company_id', 'in', self.env.companies.ids)], ['date:day'], ['__count']
        )
        bounds = (0, *AGES, None)
        found = []
        for least, most in pairwise(bounds):
            count = sum(
                number
                for day, number in rows
                if least <= (today - day).days and (most is None or (today - day).days < most)
            )
            label = (
                self.env._("over %s days", least) if most is None
                else self.env._("%(least)s to %(most)s days", least=least, most=most - 1)
            )  # fmt: skip
            found.append(
                {
                    'label': label,
                    'count': count,
                    'from': fields.Date.to_string(today - timedelta(days=most - 1)) if most else False,
                    'to': fields.Date.to_string(today - timedelta(days=least)),
                }
            )
        return found

    def _overview_rows(self):
        """State of each account, with the calls that the bank still allows today without a person."""
        used = dict(self.env['bank.feed.run']._read_group(self._counted_domain(), ['feed_id'], ['__count']))
        rows = []
        for feed in self:
            limit = feed.institution_id._capabilities().unattended_calls_per_day
            calls = self.env._("no limit")
            if limit:
                left = max(0, limit - used.get(feed, 0))
                calls = self.env._("%(left)s of %(limit)s", left=left, limit=limit)
            rows.append({**feed._overview_row(), 'calls': calls})
        return rows

    def _overview_row(self):
        """State of one account: last fetch, and the permission's span as shares of a bar."""
        card = self._dashboard_card()
        connection = self.connection_id
        today = fields.Date.context_today(self)
        active = connection.state == 'active'
        start, end = connection.create_date.date(), active and connection.valid_until
        days = (end - today).days if end else None
        span = max((end - start).days, 1) if end else 0
        return {
            'id': self.id,
            'name': self.display_name,
            'bank': card['bank'],
            'state': card['state_name'],
            'badge': card['badge'],
            'error': card['error'],
            'last_fetch': format_datetime(self.env, self.last_fetch, dt_format='short') if self.last_fetch else '',
            'next_fetch': format_datetime(self.env, self.next_fetch, dt_format='short')
            if active and self.next_fetch
            else '',
            'valid_until': format_date(self.env, end) if end else '',
            'days_left': days,
            'left': max(0, min(100, round(100 * days / span))) if span else 0,
        }
