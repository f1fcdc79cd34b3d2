"""An account on the dashboard."""

from odoo.tools import format_date, format_datetime

from ..lib.rights import MANAGERS


def card(feed):
    """JSON-safe values of the card: state, balances, dates, what to do next."""
    connection, currency = feed.connection_id, feed.currency_id
    blocked = bool(feed.env['bank.agreement']._obstacle(feed.company_id, connection.provider_id))
    active, on = feed.status in ('active', 'ending') and not blocked, connection._provider_is_on()
    ending = feed.status == 'ending'
    state_name = dict(feed._fields['status']._description_selection(feed.env))[feed.status]
    renew = feed.status in ('lost', 'expired', 'revoked') or ending
    can_renew = feed.env.user.has_group(MANAGERS)
    return {
        'state': feed.status,
        'state_name': feed.env._("No Agreement")
        if blocked
        else state_name
        if on or not active
        else feed.env._("Provider off"),
        'badge': 'danger' if not active else 'warning' if ending or feed.error or not on else 'success',
        'on': on,
        'bank': feed.bank,
        'ending': ending,
        'renew': renew,
        'again': feed.status == 'disconnected',
        'ask': _who_renews(feed) if (renew or not active) and not can_renew else '',
        'error': feed.error or '',
        'valid_until': format_date(feed.env, feed.valid_until) if feed.valid_until and active else '',
        'last_fetch': format_datetime(feed.env, feed.last_fetch, dt_format='short') if feed.last_fetch else '',
        'balance': currency.format(feed.bank_balance) if feed.has_bank_balance else '',
        'available': currency.format(feed.available_balance)
        if feed.has_available_balance and currency.compare_amounts(feed.available_balance, feed.bank_balance)
        else '',
        'balance_at': format_datetime(feed.env, feed.balance_at, dt_format='short') if feed.balance_at else '',
        'difference': currency.format(feed.balance_difference)
        if active and feed.has_bank_balance and not currency.is_zero(feed.balance_difference)
        else '',
        'difference_since': format_date(feed.env, feed.difference_since) if feed.difference_since else '',
        'held': feed.held_count,
        'pending': feed.pending_count,
        'can_renew': can_renew,
    }


def _who_renews(feed):
    """Names of people who may renew: the responsible one, else the managers of the company."""
    group = feed.env.ref(MANAGERS).sudo()
    people = group.all_user_ids.filtered(lambda user: feed.company_id in user.company_ids and not user.share)
    responsible = feed.connection_id.sudo().user_id & people
    return ', '.join((responsible or people)[:3].mapped('name'))
