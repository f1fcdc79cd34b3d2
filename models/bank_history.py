"""Long history, fetched in the minutes after the log-in: many banks give it only then (Enable Banking: "transactions" of
more than 90 days for about three minutes), and a person takes longer to choose journals."""

import base64
import json
import logging
import zlib
from dataclasses import asdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..banks.client import BankError
from ..banks.data import Movements, Psu
from . import secrets
from .locks import lock_again

_logger = logging.getLogger(__name__)

#: a worker that was killed gives the account back after this time; a bank's bad moment is met once more after the pause
LEASE, PAUSE, ATTEMPTS = timedelta(minutes=5), timedelta(seconds=20), 3
#: nobody chose a journal for it so long: it goes
KEPT = timedelta(days=1)
BATCH = 20


class BankHistory(models.Model):
    """What the bank gave of one account before the person said which journal it feeds. Sealed, readable by nobody, used
    by the account's first fetch and then deleted; deleted too when the account is not connected."""

    _name = 'bank.history'
    _description = "Bank History Fetched in Advance"
    _order = 'id'

    consent_id = fields.Many2one('bank.consent', required=True, ondelete='cascade', index=True)
    account_session = fields.Char(required=True, groups=fields.NO_ACCESS)
    account_number = fields.Char(groups=fields.NO_ACCESS)
    date_from = fields.Date(required=True)
    psu = fields.Json(groups=fields.NO_ACCESS)
    state = fields.Selection(
        [('queued', "Waiting"), ('running', "The bank is asked"), ('there', "There"), ('failed', "Not given")],
        required=True,
        default='queued',
    )
    attempts = fields.Integer()
    asked_at = fields.Datetime()
    lease_until = fields.Datetime()
    content_sealed = fields.Text(groups=fields.NO_ACCESS, prefetch=False, exportable=False)

    # === Ask for it === #

    @api.model
    def _queue(self, consent, accounts, psu):
        """Fetch the history of these accounts (:class:`banks.data.Account`) soon, where the bank would not give it later."""
        today = fields.Date.context_today(self)
        institution = consent.sudo().institution_id
        limit = institution._capabilities().history_days_after_sca
        first = max(consent._first_day(), today - timedelta(days=limit))
        if not psu or first >= today - timedelta(days=institution.history_days):
            return
        self.sudo().create(
            [
                {
                    'consent_id': consent.id,
                    'account_session': account.session_id,
                    'account_number': account.number,
                    'date_from': first,
                    'psu': asdict(psu),
                }
                for account in accounts
            ]
        )
        self.env.ref('account_bank_feed.ir_cron_history').sudo()._trigger()

    @api.model
    def _cron_fetch(self):
        """Ask the banks. One account's failure leaves the others alone."""
        cron, domain = self.env['ir.cron'], self._due_domain()
        waiting = self.search(domain, limit=BATCH)
        cron._commit_progress(remaining=max(len(waiting), self.search_count(domain)))
        for history in waiting:
            history._fetch_one()
            if not cron._commit_progress(1):
                break

    @api.model
    def _due_domain(self):
        now = fields.Datetime.now()
        free = ['|', ('lease_until', '=', False), ('lease_until', '<', now)]
        return [('state', 'in', ('queued', 'running')), ('consent_id.state', '=', 'valid'), *free]

    def _fetch_one(self):
        """Ask for one account. Raises nothing; without it, the first fetch asks for what the bank gives then."""
        cron = self.env['ir.cron']
        cron._commit_progress()  # the lock below must not meet a snapshot older than the row
        history = self.try_lock_for_update().filtered_domain(self._due_domain())
        if not history:
            return
        now = fields.Datetime.now()
        history.write(
            {'state': 'running', 'asked_at': now, 'lease_until': now + LEASE, 'attempts': history.attempts + 1}
        )
        try:
            client, consent = history.consent_id._client(), history.consent_id._bank_ref()
            ask = (consent, history.account_session, history.date_from, Psu(**history.psu))
            cron._commit_progress()  # the network never runs inside a transaction
            values = {'state': 'there', 'content_sealed': self._pack(client.movements(*ask)), 'lease_until': False}
        except (BankError, UserError) as error:  # the account's first fetch meets it again and says it
            self.env.cr.rollback()
            _logger.info("Bank history %s: %s", self.id, type(error).__name__)
            values = self._again(error)
        except Exception as error:
            self.env.cr.rollback()
            _logger.warning("Bank history %s: %s", self.id, type(error).__name__, exc_info=error)
            values = self._again(error)
        if lock_again(history):  # else the person has cancelled meanwhile
            history.write(values)
            history._wake()

    def _again(self, error):
        """Values of an account that the bank did not give: tried again in a moment, or not at all."""
        again = isinstance(error, BankError) and error.retryable and self.attempts < ATTEMPTS
        if not again:
            return {'state': 'failed', 'lease_until': False}
        seconds = min(getattr(error, 'retry_after', 0) or 0, LEASE.seconds)
        at = fields.Datetime.now() + max(PAUSE, timedelta(seconds=seconds))
        self.env.ref('account_bank_feed.ir_cron_history')._trigger(at=at)
        return {'state': 'queued', 'lease_until': at}

    def _wake(self):
        """The account's feed, if it is there already, need not wait any longer."""
        feeds = self._feeds().filtered(lambda feed: feed.lease_until and not feed.lease_token)
        feeds.lease_until = False
        if feeds:
            self.env.ref('account_bank_feed.ir_cron_fetch')._trigger()

    def _feeds(self):
        return self.env['bank.feed'].search(
            [('consent_id', 'in', self.consent_id.ids), ('account_session', 'in', self.mapped('account_session'))]
        )

    # === Use it === #

    @api.model
    def _of(self, feed):
        """What there is of a feed's account under its present permission."""
        return self.sudo().search(
            [('consent_id', '=', feed.consent_id.id), ('account_session', '=', feed.account_session)], limit=1
        )

    def _is_running(self):
        """Whether somebody is asking the bank at this moment; what nobody has begun is the first fetch's own work."""
        now = fields.Datetime.now()
        if not self:
            return False
        if not self.try_lock_for_update():
            return True
        return self.state == 'running' and self.lease_until > now

    def _movements(self):
        """The bank's answer (:class:`banks.data.Movements`); None where there is none."""
        return self._unpack(self.content_sealed) if self.state == 'there' else None

    def _pack(self, movements):
        """Sealed text of a :class:`banks.data.Movements`."""
        clear = json.dumps(movements.as_json()).encode()
        return secrets.seal(self.env, base64.b85encode(zlib.compress(clear)).decode())

    def _unpack(self, sealed):
        packed = secrets.unseal(self.env, sealed)
        return Movements.from_json(json.loads(zlib.decompress(base64.b85decode(packed))))

    # === Leave nothing behind === #

    @api.model
    def _forget(self, consent, sessions=None):
        """Delete what nobody will use: of a permission, or of those of its accounts."""
        domain = [('consent_id', 'in', consent.ids)]
        if sessions is not None:
            domain.append(('account_session', 'in', sessions))
        self.sudo().search(domain).unlink()

    @api.autovacuum
    def _gc_unused(self):
        self.sudo().search([('create_date', '<', fields.Datetime.now() - KEPT)]).unlink()
