import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ..lib.named import told_to_readers
from ..lib.told import Told, listed

_lt = LazyTranslate(__name__)

KEEP = timedelta(days=400)


class BankFeedRun(models.Model):
    """One fetch of one account: when, by whom, what came of it."""

    _name = 'bank.feed.run'
    _description = "Bank Feed Run"
    _order = 'id desc'

    feed_id = fields.Many2one('bank.feed', string="Account", required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='feed_id.company_id', store=True, index=True, precompute=True)
    trigger = fields.Selection(
        [
            ('schedule', "Schedule"),
            ('manual', "Fetch now"),
            ('connect', "First fetch"),
            ('renew', "After renewal"),
            ('push', "The bank's call"),
        ],
        required=True,
        default='schedule',
    )
    user_id = fields.Many2one('res.users', help="Who waited for it.")
    state = fields.Selection(
        [
            ('queued', "Queued"),
            ('running', "Running"),
            ('done', "Done"),
            ('failed', "Failed"),
            ('postponed', "Postponed"),
        ],
        required=True,
        default='queued',
        index=True,
    )
    due = fields.Datetime(help="Not before: a bank that calls again and again is asked once in a while.")
    date_from = fields.Date(help="First booking day that was asked for.")
    started = fields.Datetime()
    ended = fields.Datetime()
    called = fields.Boolean(help="The bank was asked; without a person present, this counts against its daily limit.")
    call_count = fields.Integer(string="Calls")
    new_count = fields.Integer(string="New")
    known_count = fields.Integer(string="Known")
    pending_count = fields.Integer(string="Pending")
    held_count = fields.Integer(string="On hold")
    reconciled_count = fields.Integer(string="Reconciled")
    proposed_count = fields.Integer(string="Proposed")
    left_count = fields.Integer(string="Left")
    message = Told(help="What happened, in plain words.")
    # what the bank is told of the person who waits; kept only until the run is over
    psu = fields.Json(groups=fields.NO_ACCESS, copy=False, exportable=False)

    # what a feed has queued: at most one at a time
    _queued_uniq = models.UniqueIndex("(feed_id) WHERE state = 'queued'", "A fetch of this account is queued already.")

    @told_to_readers
    @api.depends('feed_id', 'started')
    def _compute_display_name(self):
        for run in self:
            run.display_name = f"{run.feed_id.display_name} · {fields.Datetime.to_string(run.started) or run.state}"

    def _start(self, date_from, called):
        """queued → running: a worker took it; the person who waits is told."""
        self.write({'state': 'running', 'started': fields.Datetime.now(), 'date_from': date_from, 'called': called})
        self._notify()

    def _finish(self, state, message, **values):
        """queued, running → done, failed, postponed: the run is over; the person who waits is told."""
        self.write({'state': state, 'message': message, 'ended': fields.Datetime.now(), 'psu': False, **values})
        self._notify()

    def _notify(self):
        """Tell the browser of who waits that something moved (delivered with the next commit)."""
        for run in self.filtered('user_id'):
            run.user_id._bus_send(
                'account_bank_feed/run',
                {
                    'connection_id': run.feed_id.connection_id.id,
                    'feed_id': run.feed_id.id,
                    'run_id': run.id,
                    'state': run.state,
                    'at': int(time.time()),
                    'name': run.feed_id.display_name,
                    'message': run.message or '',
                    'new': run.new_count,
                    'reconciled': run.reconciled_count,
                    'waiting': run.proposed_count + run.left_count,
                },
            )

    def _summary(self):
        """What a finished run found, in words."""
        self.ensure_one()
        if not self.new_count and not self.held_count:
            return _lt("No new movements.")
        parts = [_lt("%s new", self.new_count)]
        for count, text in (
            (self.reconciled_count, _lt("%s reconciled", self.reconciled_count)),
            (self.proposed_count, _lt("%s proposed", self.proposed_count)),
            (self.left_count, _lt("%s left", self.left_count)),
            (self.held_count, _lt("%s on hold", self.held_count)),
        ):
            if count:
                parts.append(text)
        return listed(parts)

    @api.autovacuum
    def _gc_old(self):
        """Runs older than a year are of no use to anybody."""
        self.search([('ended', '<', fields.Datetime.now() - KEEP)]).unlink()
