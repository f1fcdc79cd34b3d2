"""When a bank is asked about an account, and from which day on."""

from datetime import timedelta

from odoo import fields

#: the first fetch of an account goes back so far, unless a person wants more
FIRST_DAYS = 90
#: banks book late: every fetch looks back so far
OVERLAP_DAYS, OVERLAP_AFTER_RENEWAL_DAYS, MANUAL_DAYS = 10, 30, 7


def window(feed, psu, trigger):
    """First booking day to ask for: what is wanted, within what the bank gives.

    :param psu: :class:`banks.data.Psu` of the person who waits, or None
    :param trigger: of the run"""
    days = feed.institution_id.history_days
    capabilities = feed.institution_id._capabilities()
    if psu and (trigger in ('connect', 'renew') or (feed.missing_from and capabilities.unlocks_history)):
        days = capabilities.history_days_after_sca
    return max(wanted(feed), fields.Date.context_today(feed) - timedelta(days=days))


def wanted(feed):
    """First booking day that is wanted: overlapping what is known."""
    today = fields.Date.context_today(feed)
    if not feed.fetched_until:
        return min(feed.date_from, today)
    days = OVERLAP_AFTER_RENEWAL_DAYS if feed.wide_overlap else OVERLAP_DAYS
    first = min(feed.fetched_until - timedelta(days=days), today - timedelta(days=MANUAL_DAYS))
    return min(max(feed.date_from, min(first, feed.missing_from or first)), today)


def missing(feed, given_from):
    """First day that was wanted and not given, or False; it stays wanted until a fetch covers it.

    :param given_from: first day that the answer covers"""
    first = feed.missing_from or (min(feed.fetched_until, given_from) if feed.fetched_until else feed.date_from)
    return first if given_from > max(first, feed.date_from) else False


def next_slot(feed, now):
    """The next scheduled fetch: as often as the bank allows, each account at minutes of its own."""
    times = feed.institution_id._capabilities().unattended_calls_per_day or 4
    return now + timedelta(hours=24 / times, minutes=3 + feed.id % 17)


def allowed_again(feed, psu):
    """Unattended fetches are limited per account and day: when may the next one be? None: now."""
    limit = feed.institution_id._capabilities().unattended_calls_per_day
    if psu or not limit:
        return None
    used = feed.env['bank.feed.run'].search(counted_domain(feed), order='started')
    return used[-limit].started + timedelta(days=1, seconds=1) if len(used) >= limit else None


def counted_domain(feeds):
    """Runs of these feeds that count against the bank's calls of a day."""
    since = fields.Datetime.now() - timedelta(days=1)
    return [
        ('feed_id', 'in', feeds.ids),
        ('trigger', '=', 'schedule'),
        ('called', '=', True),
        ('started', '>', since),
    ]
