import logging
import random
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

from ...banks import client as bank
from ...banks.data import CONSENT_ENDED, Movements, Psu
from ...matching.decide import place
from ..lib import wording
from ..lib.locks import CONFLICTS, lock_again
from .bank_history import Kept

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

#: a worker that was killed gives its feed back after this time
LEASE = timedelta(minutes=15)
#: banks book late: every fetch looks back so far
OVERLAP_DAYS, OVERLAP_AFTER_RENEWAL_DAYS, MANUAL_DAYS = 10, 30, 7
BACK_OFF_MINUTES, BACK_OFF_LIMIT = 15, 6 * 60
#: so long after the last good fetch a doubted log-in counts as ended
DOUBTED = timedelta(days=1)
BATCH = 50


@dataclass
class FetchPlan:
    """All that a fetch needs to know while no transaction is open."""

    run_id: int
    token: str
    client: object
    consent_ref: str
    session: str
    number: str
    currency: str
    date_from: date
    psu: Psu | None
    consent_id: int
    asked_at: datetime
    #: first day that is wanted, whatever the bank gives
    wanted: date
    #: what the bank said in advance, right after the log-in
    kept: Kept | None = None
    #: what takes the place of asking the bank
    answer: Movements | None = None

    def take_kept(self):
        """Store what was fetched in advance; returns it."""
        self.answer, self.asked_at = self.kept.movements, self.kept.asked_at
        self.date_from = max(self.wanted, self.kept.first_day)
        return self.answer


class Superseded(Exception):
    """Another worker has taken the feed over."""


class BankFeedFetch(models.Model):
    """Fetch: lock and lease → commit → ask the bank → lock again → store → commit.

    The network never runs inside a transaction, so each step commits; that is why these methods run in the scheduler
    only (``ir.cron``), never in a web request."""

    _inherit = 'bank.feed'

    @api.model
    def _cron_fetch(self):
        """Fetch what somebody waits for, then what is due. One feed's failure leaves the others alone."""
        cron = self.env['ir.cron']
        domain = self._due_domain()
        feeds = self.search(domain, order='next_fetch, id', limit=BATCH)
        waiting = feeds.filtered(lambda feed: any(run.state == 'queued' and not run.due for run in feed.run_ids))
        cron._commit_progress(remaining=max(len(feeds), self.search_count(domain)))
        for feed in waiting + (feeds - waiting):
            feed._fetch_one()
            if not cron._commit_progress(1):
                break

    @api.model
    def _due_domain(self):
        now = fields.Datetime.now()
        return [
            ('connection_id.state', '=', 'active'),
            ('consent_id.state', '=', 'valid'),
            ('connection_id.provider_id.mode', '!=', 'off'),
            ('connection_id.provider_id.active', '=', True),
            ('company_id.active', '=', True),
            '|',
            ('next_fetch', '<=', now),
            # running without a lease: its worker died
            ('run_ids', 'any', [('state', 'in', ('queued', 'running')), '|', ('due', '=', False), ('due', '<=', now)]),
            '|',
            ('lease_until', '=', False),
            ('lease_until', '<=', now),
        ]

    def _fetch_one(self):
        """One fetch of one feed. Raises nothing; the outcome is on the run."""
        self.ensure_one()
        feed, plan = self, None
        try:
            if not self.exists():
                return
            feed = self._in_their_language()
            plan = feed._begin()
            if plan:
                movements = feed._answer(plan)
                plan.date_from = max(plan.date_from, movements.first_day or plan.date_from)
                feed._store(plan, movements)
                self.env['ir.cron']._commit_progress()  # what fails when it is written belongs here, too
        except Superseded:
            self.env.cr.rollback()
            _logger.info("Bank feed %s: another worker took it over", self.id)
        except Exception as error:  # whatever it is, it belongs on the run and must not stop the other feeds
            self.env.cr.rollback()
            try:
                feed._on_error(plan, error)
                self.env['ir.cron']._commit_progress()
            except Exception as second:  # the feed's lease ends by itself
                self.env.cr.rollback()
                what = type(second).__name__
                _logger.warning(
                    "Bank feed %s: the failure could not be noted: %s at %s", self.id, what, place(second, 4)
                )

    def _in_their_language(self):
        """For texts that are stored: of who waits, else of who is responsible."""
        waiting = self.run_ids.filtered(lambda run: run.state == 'queued').user_id[:1]
        user = waiting or self.connection_id.user_id
        return self.with_company(self.company_id).with_context(lang=user.lang or self.env.lang, tz=user.tz)

    def _on_error(self, plan, error):
        if plan and isinstance(error, bank.BankError):
            self._on_bank_error(plan, error)
            return
        if not plan and getattr(error, 'pgcode', None) in CONFLICTS:
            # somebody queued it at this moment: it stays queued and is taken at the next turn
            self.env.ref('account_bank_feed.ir_cron_fetch').sudo()._trigger(
                at=fields.Datetime.now() + timedelta(minutes=1)
            )
            return
        if not isinstance(error, (UserError, bank.BankError)):
            name = type(error).__name__
            # without the traceback: what it says may hold the bank's text
            _logger.warning("Bank feed %s could not be fetched: %s at %s", self.id, name, place(error, 4))
        self._on_failure(plan and plan.run_id, error)

    # === Begin === #

    def _begin(self):
        """Take the feed, or return None: someone else has it, it is not due (any more), or it cannot be fetched."""
        self.env['ir.cron']._commit_progress()  # the lock below must not meet a snapshot older than the row
        feed = self.try_lock_for_update(allow_referencing=True).filtered_domain(self._due_domain())
        history = self.env['bank.history']._of(feed)
        if not feed or feed._waits_for(history):
            return None
        runs = feed.run_ids.filtered(lambda run: run.state in ('queued', 'running'))
        runs.filtered(lambda run: run.state == 'running')._finish(
            'failed', _lt("The server stopped during the fetch. Nothing is lost; it is fetched again.")
        )
        run = runs.filtered(lambda run: run.state == 'queued')[:1] or self.env['bank.feed.run'].create(
            {'feed_id': feed.id}
        )
        psu = Psu(**run.psu) if run.psu else None
        if feed._is_hindered(run, psu):
            return None
        now = fields.Datetime.now()
        plan = feed._plan(run, psu, now)
        feed._use(history, plan)
        feed.write({'lease_until': now + LEASE, 'lease_token': plan.token})
        run.write({'state': 'running', 'started': now, 'date_from': plan.date_from, 'called': not plan.answer})
        run._notify()
        self.env['ir.cron']._commit_progress()
        return plan

    def _is_hindered(self, run, psu):
        """Whether this fetch cannot be; the run and the feed say why."""
        if wait_until := run.trigger != 'push' and self._budget_exhausted(psu):
            self.next_fetch = wait_until
            run._finish(
                'postponed',
                _lt(
                    "The bank allows no more fetches today without a person. Next at %s.",
                    format_datetime(self.env, wait_until),
                ),
            )
            return True
        if obstacle := self._obstacle():
            self.write({'error': obstacle, 'next_fetch': fields.Datetime.now() + timedelta(hours=6)})
            run._finish('failed', obstacle)
            return True
        return False

    def _plan(self, run, psu, now):
        return FetchPlan(
            run.id,
            secrets.token_hex(8),
            self.consent_id._client(),
            self.consent_id._bank_ref(),
            self.account_session,
            self.account_number,
            self.currency_id.name,
            self._window(psu, run.trigger),
            psu,
            self.consent_id.id,
            now,
            self._wanted(),
        )

    def _obstacle(self):
        """What a person has to mend before a fetch makes sense, or ''."""
        self.ensure_one()
        if obstacle := self._journal_obstacle():
            return obstacle
        if not self.consent_id or self.consent_id.state != 'valid' or not self.account_session:
            return _lt("There is no valid permission for this account. Renew the connection.")
        return ''

    def _journal_obstacle(self):
        """Why nothing can be posted to the journal of this account, or ''."""
        self.ensure_one()
        if not self.journal_id or not self.journal_id.active:
            return _lt("The journal of this account is deleted or archived. Choose another one.")
        if not self.currency_id.active:
            return _lt("The currency %s is not active. Activate it under Currencies.", self.currency_id.name)
        journal_currency = self.journal_id.currency_id or self.company_id.currency_id
        if journal_currency != self.currency_id:
            return _lt(
                "The journal is in %(journal)s, the account in %(account)s.",
                account=self.currency_id.name,
                journal=journal_currency.name,
            )
        return ''

    def _budget_exhausted(self, psu):
        """Unattended fetches are limited per account and day: when may the next one be? None: now."""
        limit = self.institution_id._capabilities().unattended_calls_per_day
        if psu or not limit:
            return None
        used = self.env['bank.feed.run'].search(self._counted_domain(), order='started')
        return used[-limit].started + timedelta(days=1, seconds=1) if len(used) >= limit else None

    def _counted_domain(self):
        """Runs of these feeds that count against the bank's calls of a day."""
        since = fields.Datetime.now() - timedelta(days=1)
        return [
            ('feed_id', 'in', self.ids),
            ('trigger', '=', 'schedule'),
            ('called', '=', True),
            ('started', '>', since),
        ]

    def _window(self, psu, trigger):
        """First booking day to ask for: what is wanted, within what the bank gives."""
        days = self.institution_id.history_days
        capabilities = self.institution_id._capabilities()
        if psu and (trigger in ('connect', 'renew') or (self.missing_from and capabilities.unlocks_history)):
            days = capabilities.history_days_after_sca
        return max(self._wanted(), fields.Date.context_today(self) - timedelta(days=days))

    def _wanted(self):
        """First booking day that is wanted: overlapping what is known."""
        today = fields.Date.context_today(self)
        if not self.fetched_until:
            wanted = self.date_from
        else:
            days = OVERLAP_AFTER_RENEWAL_DAYS if self.wide_overlap else OVERLAP_DAYS
            wanted = min(self.fetched_until - timedelta(days=days), today - timedelta(days=MANUAL_DAYS))
            wanted = max(self.date_from, min(wanted, self.missing_from or wanted))
        return min(wanted, today)

    # === Ask (no transaction is open) === #

    def _ask(self, plan):
        """The bank's answer (:class:`banks.data.Movements`). An account id that the bank no longer knows is looked up
        once by IBAN and currency."""
        try:
            return plan.client.movements(plan.consent_ref, plan.session, plan.date_from, plan.psu)
        except bank.AccountUnknown:
            for account in plan.client.accounts(plan.consent_ref, plan.psu):
                if (account.number, account.currency) == (
                    plan.number,
                    plan.currency,
                ) and account.session_id != plan.session:
                    plan.session = account.session_id
                    return plan.client.movements(plan.consent_ref, plan.session, plan.date_from, plan.psu)
            raise

    # === After the answer === #

    def _take_back(self, plan):
        """Lock the feed again after the network; Superseded when the lease went to somebody else."""
        if not lock_again(self) or self.lease_token != plan.token:
            raise Superseded
        return self

    def _on_bank_error(self, plan, error):
        """Note a bank's error where it belongs: connection (permission ended), schedule (postpone), feed (error)."""
        status = self._ended_status(plan, error)
        only_here = not status and isinstance(error, (bank.ConsentExpired, bank.ConsentRevoked)) and error.code
        if isinstance(error, bank.ConsentError) and not status and not only_here:
            passing = bank.BankUnavailable(str(error), error.code)  # the permission itself is good
            passing.told = error.told
            error = passing
        try:
            self._take_back(plan)
        except Superseded:
            self.env.cr.rollback()
            return
        text = wording.bank_error_told(error)
        run = self.env['bank.feed.run'].browse(plan.run_id)
        now = fields.Datetime.now()
        if isinstance(error, bank.RateLimited):
            wait = min(max(error.retry_after or 6 * 3600, 60), 48 * 3600)
            self.write({'next_fetch': now + timedelta(seconds=wait), 'lease_until': False})
            if wait < 3600:  # the scheduler itself comes by less often
                self.env.ref('account_bank_feed.ir_cron_fetch').sudo()._trigger(at=self.next_fetch)
            run._finish('postponed', text)
            return
        count = self.error_count + 1
        minutes = min(BACK_OFF_MINUTES * 2 ** min(count - 1, 10), BACK_OFF_LIMIT) if error.retryable else 24 * 60
        self.write(
            {
                'error': text,
                'error_count': count,
                'lease_until': False,
                'next_fetch': now + timedelta(minutes=minutes * random.uniform(1, 1.2)),
            }
        )
        run._finish('failed', text)
        if isinstance(error, bank.LoginDoubted) and (self.last_fetch or self.create_date) < now - DOUBTED:
            only_here = True
        if only_here:  # of one account, or of one bank's accounts, while the permission goes on
            self.connection_id._tell_lost(self, text)
        if status:
            consent = self.env['bank.consent'].browse(plan.consent_id)
            consent._set_state(status)
            feeds = self.sudo().with_context(active_test=False).search([('consent_id', '=', consent.id)])
            feeds.error = text
            feeds.connection_id._on_consent_ended(text)

    def _ended_status(self, plan, error):
        """How the permission ended, in the bank's word; None when it did not, or when nobody can tell now.

        No transaction is open: the bank is asked what became of the consent."""
        if not isinstance(error, bank.ConsentError):
            return None
        if isinstance(error, bank.LoginRefused):
            return error.status
        try:
            status = plan.client.consent(plan.consent_ref).status
        except bank.ConsentError as second:
            explicit = (
                isinstance(second, (bank.ConsentExpired, bank.ConsentRevoked)) or second.code == 'CONSENT_INVALID'
            )
            return second.status if explicit else None
        except bank.BankError:
            explicit = isinstance(error, (bank.ConsentExpired, bank.ConsentRevoked))
            return error.status if explicit else None
        return status if status in CONSENT_ENDED else None

    def _on_failure(self, run_id, error):
        """Note an unexpected error; the feed is tried again later."""
        minutes = 60
        if isinstance(error, bank.BankError):
            text = wording.bank_error_told(error)
        elif isinstance(error, UserError):
            text = str(error)
        elif getattr(error, 'pgcode', None) in CONFLICTS:
            text, minutes = _lt("Somebody worked on the same documents. It is tried again in a moment."), 2
        else:
            text = _lt("The fetch failed for an unexpected reason. It is tried again; the server's log says more.")
        feed = self.exists()
        if feed and feed.try_lock_for_update(allow_referencing=True):
            feed.write(
                {
                    'error': text,
                    'error_count': feed.error_count + 1,
                    'lease_until': False,
                    'next_fetch': fields.Datetime.now() + timedelta(minutes=minutes),
                }
            )
            run = (
                self.env['bank.feed.run'].browse(run_id).exists()
                if run_id
                else feed.run_ids.filtered(lambda run: run.state in ('queued', 'running'))
            )
            run._finish('failed', text)
