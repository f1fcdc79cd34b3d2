"""How the last fetch of each account goes, for the live display."""

from datetime import timedelta

from odoo import fields

#: a run that waits longer finds no worker
STUCK_AFTER = timedelta(minutes=2)


def progress(feeds):
    """State of each feed's last run, JSON-safe, for the live display."""
    last = {}
    for run in feeds.env['bank.feed.run'].search([('feed_id', 'in', feeds.ids)], order='id'):
        last[run.feed_id] = run
    rows, since = [], fields.Datetime.now() - STUCK_AFTER
    for feed in feeds:
        run = last.get(feed)
        lost = feed.status in ('lost', 'expired', 'revoked', 'disconnected')
        rows.append(
            {
                'id': feed.id,
                'name': feed.display_name,
                'journal': feed.journal_id.name or '',
                'state': 'failed' if lost else run.state if run else 'none',
                'message': feed.env._("Nobody’s consent covers it: it is not fetched.")
                if lost
                else (run and run.message) or False,
                'stuck': bool(run) and run.state == 'queued' and (run.due or run.create_date) < since,
                'new': run.new_count if run else 0,
                'reconciled': run.reconciled_count if run else 0,
                'proposed': run.proposed_count if run else 0,
                'left': run.left_count if run else 0,
                'held': feed.held_count,
                'pending': feed.pending_count,
            }
        )
    return rows
