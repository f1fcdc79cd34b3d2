"""Long history, fetched in the minutes after the log-in: many banks give it only then (Enable Banking: "transactions" of
more than 90 days for about three minutes), and a person takes longer to choose journals."""

import base64
import json
import logging
import zlib
from dataclasses import asdict
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...banks.data import Movements, Psu
from ...banks.errors import BankError
from ...matching.decide import place
from ..lib import sealing
from ..lib.locks import lock_again
from .question import Kept

_logger = logging.getLogger(__name__)

#: so long a bank may count the person as present
FRESH = timedelta(minutes=15)
#: a worker that was killed gives the account back after this time; a bank's bad moment is met again after the pause
LEASE, PAUSE, ATTEMPTS = timedelta(minutes=15), timedelta(seconds=20), 3
#: nobody chose a journal for it so long: it goes. What a feed waits for is kept longer.
KEPT, KEPT_FOR_FEED = timedelta(days=1), timedelta(days=14)
ACCOUNTS_A_RUN = 20


class BankPrefetch(models.Model):
    """What the bank gave of one account before the person said which journal it feeds. Sealed, readable by nobody, used
    by the account's first fetch and then deleted; deleted too when the account is not connected."""

    _name = 'bank.prefetch'
    _description = "Bank History Fetched in Advance"
    _order = 'id'

    consent_id = fields.Many2one('bank.consent', required=True, ondelete='cascade', index=True)
    account_session = fields.Char(required=True, groups=fields.NO_ACCESS)
    date_from = fields.Date(required=True)
    psu = fields.Json(groups=fields.NO_ACCESS)
    state = fields.Selection(
        [('queued', "Waiting"), ('running', "The bank is asked"), ('ready', "There"), ('failed', "Not given")],
        required=True,
        default='queued',
    )
    attempts = fields.Integer()
    asked_at = fields.Datetime()
    lease_until = fields.Datetime()
    content_sealed = fields.Text(groups=fields.NO_ACCESS, prefetch=False, exportable=False)

    # === Ask for it === #

    @api.model
    def _queue(self, consent, sessions, psu):
        """Fetch the history of these accounts (the bank's ids) soon, where the bank would not give it later."""
        today = fields.Date.context_today(self)
        institution = consent.sudo().institution_id
        limit = institution._capabilities().history_days_after_sca
        first = max(consent._first_day(), today - timedelta(days=limit))
        if not psu or not sessions or first >= today - timedelta(days=institution.history_days):
            return
        values = {'consent_id': consent.id, 'date_from': first, 'psu': asdict(psu)}
        self.sudo().create([{**values, 'account_session': session} for session in sessions])
        self._wake_job()

    @api.model
    def _wake_job(self, at=None):
        self.env.ref('account_bank_feed.ir_cron_prefetch').sudo()._trigger(at=at)

    @api.model
    def _cron_fetch(self):
        """Ask the banks. One account's failure leaves the others alone."""
        cron = self.env['ir.cron']
        self._give_up_old()
        waiting = self.search(self._due_domain(), limit=ACCOUNTS_A_RUN)
        cron._commit_progress(remaining=len(waiting))
        for history in waiting:
            try:
                history._fetch_one()
            except OperationalError as error:  # somebody changed or deleted it at this moment
                self.env.cr.rollback()
                _logger.info("Bank history %s: %s", history.id, type(error).__name__)
            if not cron._commit_progress(1):
                break
        cron._commit_progress(remaining=self.search_count(self._due_domain()))

    @api.model
    def _due_domain(self):
        now = fields.Datetime.now()
        free = ['|', ('lease_until', '=', False), ('lease_until', '<=', now)]
        return [('state', 'in', ('queued', 'running')), ('consent_id.state', '=', 'valid'), *free]

    @api.model
    def _give_up_old(self):
        """The person is not there any more: the bank must not be told so."""
        domain = [*self._due_domain(), ('create_date', '<', fields.Datetime.now() - FRESH)]
        self.search(domain).write({'state': 'failed', 'psu': False, 'lease_until': False})

    def _fetch_one(self):
        """Ask for one account. Without an answer, the account's first fetch asks for what the bank gives then."""
        cron = self.env['ir.cron']
        cron._commit_progress()  # the lock below must not meet a snapshot older than the row
        history = self.try_lock_for_update().filtered_domain(self._due_domain())
        if not history:
            return
        now, attempts = fields.Datetime.now(), history.attempts + 1
        history.write({'state': 'running', 'asked_at': now, 'lease_until': now + LEASE, 'attempts': attempts})
        self._wake_job(now + LEASE)
        try:
            client, consent = history.consent_id._client(), history.consent_id._bank_ref()
            ask = (consent, history.account_session, history.date_from, Psu(**history.psu))
            cron._commit_progress()  # the network never runs inside a transaction
            values = {'state': 'ready', 'content_sealed': self._pack(client.movements(*ask))}
        except (BankError, UserError) as error:  # the account's first fetch meets it again and says it
            self.env.cr.rollback()
            _logger.info("Bank history %s: %s", self.id, type(error).__name__)
            values = self._again(error, attempts)
        except Exception as error:
            self.env.cr.rollback()
            _logger.warning("Bank history %s: %s at %s", self.id, type(error).__name__, place(error, 4))
            values = {'state': 'failed'}
        if lock_again(history):  # else the person has cancelled meanwhile
            final = {} if values['state'] == 'queued' else {'lease_until': False, 'psu': False}
            history.write({**values, **final})
            cron._commit_progress()
            history._wake_feed()

    def _again(self, error, attempts):
        """Values of an account that the bank did not give: tried again in a moment, or not at all."""
        wait = timedelta(seconds=getattr(error, 'retry_after', 0) or 0)
        if not (isinstance(error, BankError) and error.retryable and attempts < ATTEMPTS and wait < FRESH):
            return {'state': 'failed'}
        at = fields.Datetime.now() + max(PAUSE, wait)
        self._wake_job(at)
        return {'state': 'queued', 'lease_until': at}

    def _wake_feed(self):
        """The account's feed, if it is there already, need not wait any longer."""
        feeds = self.env['bank.feed'].search(
            [('consent_id', '=', self.consent_id.id), ('cover_id.account_session', '=', self.account_session)]
        )
        waiting = feeds.filtered(lambda feed: feed.lease_until and not feed.lease_token)
        if waiting.try_lock_for_update(allow_referencing=True):
            waiting.lease_until = False
            self.env.ref('account_bank_feed.ir_cron_fetch')._trigger()

    # === Use it === #

    @api.model
    def _of(self, feed):
        """What there is of a feed's account under its present permission."""
        return self.sudo().search(
            [('consent_id', '=', feed.consent_id.id), ('account_session', '=', feed.cover_id.account_session)], limit=1
        )

    def _is_running(self):
        """Whether somebody is asking the bank, or will in a moment; what nobody has begun is the first fetch's own work."""
        if not self:
            return False
        try:
            with self.env.cr.savepoint():
                locked = self.try_lock_for_update()
        except OperationalError:  # it changed at this moment
            return True
        begun = self.state == 'running' or (self.state == 'queued' and self.attempts)
        return not locked or bool(begun and self.lease_until and self.lease_until > fields.Datetime.now())

    def _kept(self):
        """:class:`Kept`; None where there is none (any more)."""
        if self.state != 'ready':
            return None
        try:
            found = self._unpack(self.content_sealed)
        except (ValueError, TypeError, KeyError, AttributeError, zlib.error) as error:  # of another version
            _logger.warning("Bank history %s cannot be read: %s", self.id, type(error).__name__)
            return None
        return Kept(found, max(self.date_from, found.first_day or self.date_from), self.asked_at)

    def _pack(self, movements):
        """Sealed text of a :class:`banks.data.Movements`."""
        clear = json.dumps(movements.as_json()).encode()
        return sealing.seal(self.env, base64.b85encode(zlib.compress(clear)).decode())

    def _unpack(self, sealed):
        packed = sealing.unseal(self.env, sealed)
        return Movements.from_json(json.loads(zlib.decompress(base64.b85decode(packed))))

    # === Leave nothing behind === #

    def _unconnected(self):
        """Those whose account feeds nothing."""
        feeds = self.env['bank.feed'].sudo().search([('consent_id', 'in', self.consent_id.ids)])
        fed = {(feed.consent_id, feed.cover_id.account_session) for feed in feeds}
        return self.filtered(lambda history: (history.consent_id, history.account_session) not in fed)

    @api.model
    def _forget(self, consent, unconnected=False):
        """Delete what was fetched under a permission; all of it, or what nobody connected."""
        found = self.sudo().search([('consent_id', 'in', consent.ids)])
        (found._unconnected() if unconnected else found).unlink()

    @api.autovacuum
    def _gc_unused(self):
        now = fields.Datetime.now()
        old = self.sudo().search([('create_date', '<', now - KEPT)])
        (old._unconnected() | old.filtered(lambda history: history.create_date < now - KEPT_FOR_FEED)).unlink()
