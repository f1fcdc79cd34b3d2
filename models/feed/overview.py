"""The figures of the overview: what is matched by itself, what waits and for how long, how the accounts are."""

from datetime import timedelta
from itertools import pairwise

from odoo import fields
from odoo.tools import format_date, format_datetime

from ..coding.regular import Regular
from ..lib.domains import WAITS
from .card import card
from .schedule import counted_domain

DAYS = 30
#: waiting movements by age: up to so many days
AGES = (7, 30, 90)


def overview(feeds):
    """JSON-safe figures of the companies that the person works in.

    :param feeds: the model

    :return: {'share', 'matched', 'booked', 'waiting', 'waits': domain of those, 'before': movements before activation, 'ages': [{'label', 'count', 'from', 'to'}],
        'doubted', 'regular': see :meth:`models.coding.regular.Regular.told`, 'feeds': [...]}"""
    lines = feeds.env['account.bank.statement.line']
    since = fields.Date.context_today(feeds) - timedelta(days=DAYS)
    own = [
        ('bank_feed_way', '!=', False),
        ('company_id', 'in', feeds.env.companies.ids),
        ('bank_before_activation', '=', False),
    ]
    by_state = dict(lines._read_group([*own, ('date', '>=', since)], ['bank_match_state'], ['__count']))
    booked = sum(by_state.values())
    matched = by_state.get('auto', 0)
    ages = _waiting_by_age(feeds)
    return {
        'days': DAYS,
        'booked': booked,
        'matched': matched,
        'share': round(100 * matched / booked) if booked else 0,
        'waiting': sum(age['count'] for age in ages),
        'ages': ages,
        'waits': WAITS,
        'before': lines.search_count(
            [('bank_before_activation', '=', True), ('company_id', 'in', feeds.env.companies.ids)]
        ),
        'doubted': lines.search_count(
            [*own, ('bank_match_doubt', '!=', False), ('bank_match_state', 'in', ('auto', 'proposed'))]
        ),
        'regular': Regular(feeds.env).told(),
        'feeds': _rows(feeds.search([('company_id', 'in', feeds.env.companies.ids)])),
    }


def _waiting_by_age(feeds):
    """[{label, count, from, to}] of movements that wait for a person, as *Reconcile* lists them, the youngest first."""
    today = fields.Date.context_today(feeds)
    rows = feeds.env['account.bank.statement.line']._read_group(
        [*WAITS, ('company_id', 'in', feeds.env.companies.ids)], ['date:day'], ['__count']
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
            feeds.env._("over %s days", least) if most is None
            else feeds.env._("%(least)s to %(most)s days", least=least, most=most - 1)
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


def _rows(feeds):
    """State of each account, with the calls that the bank still allows today without a person."""
    used = dict(feeds.env['bank.feed.run']._read_group(counted_domain(feeds), ['feed_id'], ['__count']))
    rows = []
    for feed in feeds:
        limit = feed.institution_id._capabilities().unattended_calls_per_day
        calls = feeds.env._("no limit")
        if limit:
            left = max(0, limit - used.get(feed, 0))
            calls = feeds.env._("%(left)s of %(limit)s", left=left, limit=limit)
        rows.append({**_row(feed), 'calls': calls})
    return rows


def _row(feed):
    """State of one account: last fetch, and the permission's span as shares of a bar."""
    shown = card(feed)
    today = fields.Date.context_today(feed)
    active = feed.status in ('active', 'ending') and shown['badge'] != 'danger'
    given = feed.sudo().consent_id.authorised_at or feed.connection_id.create_date
    start, end = given.date(), active and feed.valid_until
    days = (end - today).days if end else None
    span = max((end - start).days, 1) if end else 0
    return {
        'id': feed.id,
        'name': feed.display_name,
        'bank': shown['bank'],
        'state': shown['state_name'],
        'badge': shown['badge'],
        'error': shown['error'],
        'last_fetch': format_datetime(feed.env, feed.last_fetch, dt_format='short') if feed.last_fetch else '',
        'next_fetch': format_datetime(feed.env, feed.next_fetch, dt_format='short')
        if active and feed.next_fetch
        else '',
        'valid_until': format_date(feed.env, end) if end else '',
        'days_left': days,
        'left': max(0, min(100, round(100 * days / span))) if span else 0,
    }
