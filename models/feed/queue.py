"""Fetches that somebody asked for: a person, the bank, a new permission. At most one of each account waits."""

from dataclasses import asdict
from datetime import timedelta

from psycopg2.extras import Json

from odoo import fields
from odoo.tools import SQL

from ..lib.psu import current_psu

#: who is there: whoever makes the present web request
PRESENT = object()
#: between two fetches that a bank's calls ask for
PUSH_PAUSE = timedelta(seconds=30)


def queue(feeds, trigger, psu=PRESENT):
    """Queue a run of each feed that has none waiting, and wake the scheduler.

    :param psu: :class:`banks.data.Psu`, or None: nobody waits; default: who makes the present request"""
    psu = current_psu() if psu is PRESENT else psu
    found = feeds.sudo().run_ids.filtered(lambda run: run.state == 'queued')
    if psu:  # what was queued for the schedule is now what a person waits for
        found.write({'trigger': trigger, 'user_id': feeds.env.uid, 'psu': asdict(psu)})
    if trigger != 'push':
        found.due = False
    missing = feeds - found.feed_id
    due = _push_due(missing) if trigger == 'push' else {}
    _create_runs(missing, trigger, psu, due)
    cron = feeds.env.ref('account_bank_feed.ir_cron_fetch').sudo()
    now = fields.Datetime.now()
    for at in sorted({due.get(feed, now) for feed in missing} or {now}):
        cron._trigger(at=at)


def _push_due(feeds):
    """{feed: when it may be asked again}: a bank that calls for each movement is asked once in a while."""
    since = fields.Datetime.now() - PUSH_PAUSE
    recent = (
        feeds.env['bank.feed.run']
        .sudo()
        .search([('feed_id', 'in', feeds.ids), ('trigger', '=', 'push'), ('started', '>', since)], order='started')
    )
    return {run.feed_id: run.started + PUSH_PAUSE for run in recent}


def _create_runs(feeds, trigger, psu, due):
    """A queued run of each feed; one that somebody else queues at the same moment serves as well. In SQL, as that is no
    error that belongs into the log."""
    if not feeds:
        return
    feeds.env['bank.feed.run'].flush_model(['feed_id', 'state'])
    user = feeds.env.uid if trigger != 'push' else None
    rows = [
        SQL(
            "(%s, %s, 'queued', %s, %s, %s, %s, %s, %s, now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC')",
            feed.id,
            feed.company_id.id,
            trigger,
            user,
            Json(asdict(psu)) if psu else None,
            due.get(feed),
            feeds.env.uid,
            feeds.env.uid,
        )
        for feed in feeds
    ]
    query = SQL(
        "INSERT INTO bank_feed_run (feed_id, company_id, state, trigger, user_id, psu, due, create_uid, write_uid,"
        " create_date, write_date) VALUES %s ON CONFLICT DO NOTHING",
        SQL(', ').join(rows),
    )
    feeds.env.cr.execute(query, log_exceptions=False)
    feeds.invalidate_recordset(['run_ids'])
