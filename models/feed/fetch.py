"""One fetch of one account: begin → ask → store, or fail."""

import logging
import random
import secrets
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools import format_datetime
from odoo.tools.translate import LazyTranslate

from ...banks import errors
from ...banks.data import CONSENT_ENDED, Psu
from ...matching.decide import place
from ..bank.reminder import Reminder
from ..lib import wording
from ..lib.locks import CONFLICTS, lock_again
from ..lib.told import text as told_text
from .obstacles import obstacle
from .question import AtBank, InAdvance, Question
from .schedule import allowed_again, missing, next_slot, wanted, window
from .store import Store

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

#: a worker that was killed gives its feed back after this time
LEASE = timedelta(minutes=15)
#: so long a first fetch waits until it looks whether the history has come
WAIT = timedelta(seconds=20)
BACK_OFF_MINUTES, BACK_OFF_LIMIT = 15, 6 * 60
#: so long after the last good fetch a doubted log-in counts as ended
DOUBTED = timedelta(days=1)
#: feeds that one run of the scheduler takes up at most
FEEDS_A_RUN = 50
CRON = 'account_bank_feed.ir_cron_fetch'


class Superseded(Exception):
    """Another worker has taken the feed over."""


def due_domain():
    """Feeds that may be fetched now and that nobody is fetching."""
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


def fetch_due(env):
    """Fetch what somebody waits for, then what is due. One feed's failure leaves the others alone."""
    cron, domain = env['ir.cron'], due_domain()
    feeds = env['bank.feed'].search(domain, order='next_fetch, id', limit=FEEDS_A_RUN)
    waiting = feeds.filtered(lambda feed: any(run.state == 'queued' and not run.due for run in feed.run_ids))
    cron._commit_progress(remaining=max(len(feeds), env['bank.feed'].search_count(domain)))
    for feed in waiting + (feeds - waiting):
        if feed.exists():
            Fetch(feed).run()
        if not cron._commit_progress(1):
            break


class Fetch:
    """The network never runs inside a transaction, so each step commits; that is why this runs in the scheduler only
    (``ir.cron``), never in a web request.

    ``begun``: :meth:`begin` has said yes, and that is committed; ``question``: what is asked; ``source``: who answers; ``client``:
    the bank's."""

    def __init__(self, feed):
        self.feed = _in_their_language(feed)
        self.env, self.cron = self.feed.env, self.feed.env['ir.cron']
        self.question = self.source = self.client = self.token = None
        self.begun = False
        self.run_record, self.consent = self.env['bank.feed.run'], feed.consent_id
        self.prefetch = self.env['bank.prefetch']

    def run(self):
        """All of it. Raises nothing; the outcome is on the run."""
        try:
            if self.begin():
                self.store(self.ask())
                self.cron._commit_progress()  # what fails when it is written belongs here, too
        except Superseded:
            self.env.cr.rollback()
            _logger.info("Bank feed %s: another worker took it over", self.feed.id)
        except Exception as error:  # whatever it is, it belongs on the run and must not stop the other feeds
            self.env.cr.rollback()
            try:
                self.fail(error)
                self.cron._commit_progress()
            except Exception as second:  # the feed's lease ends by itself
                self.env.cr.rollback()
                what = type(second).__name__
                _logger.warning(
                    "Bank feed %s: the failure could not be noted: %s at %s", self.feed.id, what, place(second, 4)
                )

    # === Begin === #

    def begin(self):
        """Take the feed; whether it is ours. Else somebody has it, it is not due (any more), or it cannot be fetched."""
        self.cron._commit_progress()  # the lock below must not meet a snapshot older than the row
        feed = self.feed.try_lock_for_update(allow_referencing=True).filtered_domain(due_domain())
        prefetch = self.env['bank.prefetch']._of(feed)
        if not feed or self._waits_for(prefetch):
            return False
        feed._choose_consent()  # a consent may have ended since, or an older one may go on longer
        run = self._take_run()
        psu = Psu(**run.psu) if run.psu else None
        if self._is_hindered(run, psu):
            return False
        self.run_record, self.consent, self.token = run, feed.consent_id, secrets.token_hex(8)
        self._prepare(run, psu)
        self._choose_source(prefetch)
        now = self.question.asked_at
        feed.write({'lease_until': now + LEASE, 'lease_token': self.token})
        run._start(self.question.date_from, self.source.is_asked(self.question))
        self.cron._commit_progress()
        self.begun = True
        return True

    def _waits_for(self, prefetch):
        """Another worker is asking the bank for this account's history: come back when it is there."""
        if running := prefetch._is_running():
            self.feed.write({'lease_until': fields.Datetime.now() + WAIT, 'lease_token': False})
            self.env.ref(CRON)._trigger(at=self.feed.lease_until)
        return running

    def _take_run(self):
        """The run that waits, or a new one; one whose worker died ends."""
        runs = self.feed.run_ids.filtered(lambda run: run.state in ('queued', 'running'))
        runs.filtered(lambda run: run.state == 'running')._finish(
            'failed', _lt("The server stopped during the fetch. Nothing is lost; it is fetched again.")
        )
        queued = runs.filtered(lambda run: run.state == 'queued')[:1]
        return queued or self.env['bank.feed.run'].create({'feed_id': self.feed.id})

    def _is_hindered(self, run, psu):
        """Whether this fetch cannot be; the run and the feed say why."""
        feed = self.feed
        if wait_until := run.trigger != 'push' and allowed_again(feed, psu):
            feed.next_fetch = wait_until
            run._finish(
                'postponed',
                _lt(
                    "The bank allows no more fetches today without a person. Next at %s.",
                    format_datetime(self.env, wait_until),
                ),
            )
            return True
        if found := obstacle(feed):
            feed.write({'error': found, 'next_fetch': fields.Datetime.now() + timedelta(hours=6)})
            run._finish('failed', found)
            return True
        return False

    def _prepare(self, run, psu):
        feed = self.feed
        self.client = self.consent._client()
        self.question = Question(
            consent_ref=self.consent._bank_ref(),
            session=feed.cover_id.account_session,
            number=feed.account_number,
            currency=feed.currency_id.name,
            date_from=window(feed, psu, run.trigger),
            wanted=wanted(feed),
            psu=psu,
            asked_at=fields.Datetime.now(),
        )

    def _choose_source(self, prefetch):
        kept = prefetch._kept()
        if not kept:
            prefetch.unlink()
        self.prefetch = prefetch if kept else prefetch.browse()
        at_bank = AtBank(self.client)
        self.source = InAdvance(kept, at_bank) if kept else at_bank

    # === Ask (no transaction is open) === #

    def ask(self):
        """:class:`.question.Answer`.

        :raise BankError: there is none"""
        return self.source.answer(self.question)

    # === Store === #

    def store(self, answer):
        """Store one answer. The success pointer moves in the commit that stores the last lines.

        :raise Superseded: another worker has the feed
        :raise UserError: meanwhile somebody changed the journal"""
        self._take_back()
        feed = self.feed
        if found := obstacle(feed):
            raise UserError(told_text(self.env, found))
        store = Store(feed, answer)
        store.post_booked(self._between_chunks)
        store.keep_rest()
        feed.write(self._stored_values(answer))
        self.prefetch.exists().unlink()
        self.run_record.write(store.run_values())
        self.run_record._finish('done', store.gap() or self.run_record._summary())
        self.cron._commit_progress()

    def _between_chunks(self, counts):
        """Commit what is stored so far: a long first fetch that is cut off keeps what it had."""
        self.run_record.write({'new_count': counts['new'], 'reconciled_count': counts['reconciled']})
        self.run_record._notify()
        # progress in the scheduler's eyes: a long first fetch is not a job that hangs
        self.cron._commit_progress(1, remaining=self.feed.search_count(due_domain()) + 1)
        self._take_back()
        self.feed.lease_until = fields.Datetime.now() + LEASE

    def _stored_values(self, answer):
        feed = self.feed
        same = feed.consent_id == self.consent  # not renewed meanwhile
        if same:
            feed.cover_id._was_given(answer.session)
        return {
            'fetched_until': answer.asked_at.date(),
            'missing_from': missing(feed, answer.date_from),
            'last_fetch': answer.asked_at,
            'error': False,
            'error_count': 0,
            'wide_overlap': feed.wide_overlap and not same,
            'next_fetch': next_slot(feed, answer.asked_at),
            'lease_until': False,
            'lease_token': False,
        }

    def _take_back(self):
        """Lock the feed again after the network."""
        if not lock_again(self.feed) or self.feed.lease_token != self.token:
            raise Superseded

    # === Fail === #

    def fail(self, error):
        """Note an error where it belongs: connection (permission ended), schedule (postpone), feed (error)."""
        if self.begun and isinstance(error, errors.BankError):
            self._fail_at_bank(error)
            return
        if not self.begun and getattr(error, 'pgcode', None) in CONFLICTS:
            # somebody queued it at this moment: it stays queued and is taken at the next turn
            self.env.ref(CRON).sudo()._trigger(at=fields.Datetime.now() + timedelta(minutes=1))
            return
        if not isinstance(error, (UserError, errors.BankError)):
            name = type(error).__name__
            # without the traceback: what it says may hold the bank's text
            _logger.warning("Bank feed %s could not be fetched: %s at %s", self.feed.id, name, place(error, 4))
        self._fail_here(error)

    def _fail_at_bank(self, error):
        status = self._ended_status(error)
        only_here = not status and isinstance(error, (errors.ConsentExpired, errors.ConsentRevoked)) and error.code
        if isinstance(error, errors.ConsentError) and not status and not only_here:
            passing = errors.BankUnavailable(str(error), error.code)  # the permission itself is good
            passing.told = error.told
            error = passing
        try:
            self._take_back()
        except Superseded:
            self.env.cr.rollback()
            return
        text = wording.bank_error_told(error)
        if isinstance(error, errors.RateLimited):
            self._postpone(error, text)
            return
        self._note(text, error.retryable)
        last = self.feed.last_fetch or self.feed.create_date
        if isinstance(error, errors.LoginDoubted) and last < fields.Datetime.now() - DOUBTED:
            only_here = True
        if only_here:  # of one account, or of one bank's accounts, while the permission goes on
            self._lose_account(text)
        if status:
            self.consent._end(status, text)

    def _lose_account(self, text):
        """The bank gives this account no more under this consent: another one may cover it."""
        feed = self.feed
        feed.cover_ids.filtered(lambda cover: cover.consent_id == self.consent).is_doubted = True
        if feed._choose_consent():
            feed._begin_anew()
        else:
            Reminder(feed.connection_id).tell_lost(feed, text)

    def _ended_status(self, error):
        """How the permission ended, in the bank's word; None when it did not, or when nobody can tell now.

        No transaction is open: the bank is asked what became of the consent."""
        if not isinstance(error, errors.ConsentError):
            return None
        if isinstance(error, errors.LoginRefused):
            return error.status
        try:
            status = self.client.consent(self.question.consent_ref).status
        except errors.ConsentError as second:
            explicit = (
                isinstance(second, (errors.ConsentExpired, errors.ConsentRevoked)) or second.code == 'CONSENT_INVALID'
            )
            return second.status if explicit else None
        except errors.BankError:
            explicit = isinstance(error, (errors.ConsentExpired, errors.ConsentRevoked))
            return error.status if explicit else None
        return status if status in CONSENT_ENDED else None

    def _postpone(self, error, text):
        """The bank says when it may be asked again."""
        wait = min(max(error.retry_after or 6 * 3600, 60), 48 * 3600)
        self.feed.write({'next_fetch': fields.Datetime.now() + timedelta(seconds=wait), 'lease_until': False})
        if wait < 3600:  # the scheduler itself comes by less often
            self.env.ref(CRON).sudo()._trigger(at=self.feed.next_fetch)
        self.run_record._finish('postponed', text)

    def _note(self, text, retryable):
        count = self.feed.error_count + 1
        minutes = min(BACK_OFF_MINUTES * 2 ** min(count - 1, 10), BACK_OFF_LIMIT) if retryable else 24 * 60
        wait = timedelta(minutes=minutes * random.uniform(1, 1.2))
        self._put_off(text, wait)
        self.run_record._finish('failed', text)

    def _fail_here(self, error):
        """An unexpected error; the feed is tried again later."""
        minutes = 60
        if isinstance(error, errors.BankError):
            text = wording.bank_error_told(error)
        elif isinstance(error, UserError):
            text = str(error)
        elif getattr(error, 'pgcode', None) in CONFLICTS:
            text, minutes = _lt("Somebody worked on the same documents. It is tried again in a moment."), 2
        else:
            text = _lt("The fetch failed for an unexpected reason. It is tried again; the server's log says more.")
        feed = self.feed.exists()
        if feed and feed.try_lock_for_update(allow_referencing=True):
            self._put_off(text, timedelta(minutes=minutes))
            runs = self.run_record.exists() if self.begun else feed.run_ids
            runs.filtered(lambda run: self.begun or run.state in ('queued', 'running'))._finish('failed', text)

    def _put_off(self, text, wait):
        self.feed.write(
            {
                'error': text,
                'error_count': self.feed.error_count + 1,
                'lease_until': False,
                'next_fetch': fields.Datetime.now() + wait,
            }
        )


def _in_their_language(feed):
    """For texts that are stored: of who waits, else of who is responsible."""
    waiting = feed.run_ids.filtered(lambda run: run.state == 'queued').user_id[:1]
    user = waiting or feed.connection_id.user_id
    return feed.with_company(feed.company_id).with_context(lang=user.lang or feed.env.lang, tz=user.tz)
