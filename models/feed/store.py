"""Store what a bank answered: which movements are new, post them, keep what cannot be posted, compare the balance."""

from collections import Counter

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ...banks import data
from ...banks.identity import identify, raw_fingerprint
from ..lib.exact import exact
from ..lib.told import day as told_day
from ..match.lines import matching_line
from .balance import first_difference
from .obstacles import journal_obstacle, obstacle_to
from .posting import Posting

_lt = LazyTranslate(__name__)

#: lines stored and committed at once: a long first fetch that is cut off keeps what it had
LINES_A_COMMIT = 500
COUNTS = ('new', 'reconciled', 'proposed', 'left', 'held')


class PostOrHold:
    """Posts movements of one feed to its journal: each matched if it can be; what cannot be posted is put on hold with its
    reason. ``counts``: what became of them."""

    def __init__(self, feed):
        self.feed, self.env = feed, feed.env
        self.counts = dict.fromkeys(COUNTS, 0)

    def post(self, pairs):
        """Post [(uid, :class:`banks.data.Transaction`)]; returns the lines."""
        ready, held = [], []
        elsewhere = self._elsewhere(pairs)
        for uid, row in pairs:
            same = (row.booking_date, row.amount)
            if reason := obstacle_to(self.feed, row):
                held.append((uid, row, reason))
            elif elsewhere[same] > 0:
                elsewhere[same] -= 1
                held.append((uid, row, self._doubt()))
            else:
                ready.append((uid, row))
        lines, refused = Posting(self.feed).post(self._decide(ready))
        self._hold(held + refused)
        self.counts['new'] += len(lines)
        self.counts['held'] += len(held) + len(refused)
        for state, name in (('auto', 'reconciled'), ('proposed', 'proposed'), ('none', 'left')):
            self.counts[name] += sum(line.bank_match_state == state for line in lines)
        return lines

    def post_held(self, asked=None):
        """Try again what is on hold: the period may be open now.

        :param asked: movements that a person asks for; what may be in the books already is posted only then"""
        domain = [('feed_id', '=', self.feed.id), ('state', '=', 'held'), ('dismissed', '=', False)]
        domain += [('doubtful', '=', False)] if asked is None else [('id', 'in', asked.ids)]
        held = self.env['bank.feed.unposted'].search(domain)
        if not held or journal_obstacle(self.feed):
            return
        free = [(one, one._transaction()) for one in held]
        free = [(one, row) for one, row in free if not obstacle_to(self.feed, row)]
        lines, refused = Posting(self.feed).post(self._decide([(one.uid, row) for one, row in free]))
        posted = set(lines.mapped('bank_feed_uid'))
        reasons = {uid: reason for uid, _row, reason in refused}
        for one, _row in free:
            if one.uid in posted:
                one.unlink()
            elif one.uid in reasons:
                one.reason = reasons[one.uid]

    def days_and_amounts(self, domain):
        """Counter of (day, amount) of statement lines."""
        lines = self.env['account.bank.statement.line'].search_fetch(domain, ['date', 'amount'])
        digits = self.feed.currency_id.decimal_places
        return Counter((line.date, exact(line.amount, digits)) for line in lines)

    def _elsewhere(self, pairs):
        """Counter of (day, amount) of the journal's lines that came otherwise (a file, by hand) on these days."""
        days = {row.booking_date for _uid, row in pairs}
        return self.days_and_amounts(
            [('journal_id', '=', self.feed.journal_id.id), ('bank_feed_id', '=', False), ('date', 'in', list(days))]
        )

    def _doubt(self):
        return self.env._(
            "The journal has a line of this day and amount that came otherwise. Dismiss this one if it is the same, else try again."
        )

    def _decide(self, pairs):
        """[(uid, transaction, :class:`matching.data.Decision`)]"""
        if not pairs:
            return []
        lines = [matching_line(uid, row, self.feed.company_id) for uid, row in pairs]
        decider = self.feed.journal_id._bank_feed_decider()
        return [(uid, row, decision) for (uid, row), decision in zip(pairs, decider.decide(lines))]

    def _hold(self, rows):
        doubt = self._doubt()
        self.env['bank.feed.unposted'].create(
            [
                {
                    **shown_values(self.feed, row),
                    'feed_id': self.feed.id,
                    'uid': uid,
                    'state': 'held',
                    'reason': reason,
                    'doubtful': reason == doubt,
                }
                for uid, row, reason in rows
            ]
        )


class Store:
    """One answer of a bank.

    :param answer: :class:`.question.Answer`"""

    def __init__(self, feed, answer):
        self.feed, self.env, self.answer, self.movements = feed, feed.env, answer, answer.movements
        self.journal, self.known = PostOrHold(feed), 0

    def post_booked(self, between):
        """Post what is new of the booked movements, oldest first.

        :param between: called with the counts between two chunks; it may commit"""
        new, self.known = self._only_new(self.movements.booked)
        chunks = [new[start : start + LINES_A_COMMIT] for start in range(0, len(new), LINES_A_COMMIT)]
        for number, chunk in enumerate(chunks):
            if number:
                between(self.journal.counts)
            self.journal.post(chunk)

    def keep_rest(self):
        """What is not booked, what cannot be read, what was on hold, and the balance."""
        self._store_pending()
        self.journal.counts['held'] += self._store_unreadable()
        self.journal.post_held()
        self._store_balance()

    def run_values(self):
        """What the run says."""
        return {
            'call_count': self.movements.calls,
            'known_count': self.known,
            'pending_count': len(self.movements.pending),
            **{f'{name}_count': count for name, count in self.journal.counts.items()},
        }

    def gap(self):
        """Says which days could not be had; '' where nothing is missing."""
        feed = self.feed
        if not feed.missing_from:
            return ''
        first, wanted = told_day(self.answer.date_from), told_day(max(feed.missing_from, feed.date_from))
        if feed.institution_id._capabilities().unlocks_history:
            return _lt(
                "The bank gives nothing before %(first)s now. Unlock the history in the internet banking, then press "
                "Fetch Now within ten minutes to fetch from %(wanted)s.",
                first=first,
                wanted=wanted,
            )
        return _lt(
            "The bank gives nothing before %(first)s without a new log-in. Renew to fetch from %(wanted)s.",
            first=first,
            wanted=wanted,
        )

    # === Which are new === #

    def _only_new(self, booked):
        """([(uid, transaction)] that are neither posted nor on hold, number of known ones), oldest first."""
        identified = [(uid, row) for uid, row in identify(booked) if row.booking_date >= self.feed.date_from]
        known = self._known([uid for uid, _row in identified])
        new = [(uid, row) for uid, row in identified if uid not in known]
        if self.feed.other_bank_until:
            new = self._not_by_the_other(new, known)
        return new, len(identified) - len(new)

    def _known(self, uids):
        """Those of ``uids`` that are posted or on hold already."""
        lines = self.env['account.bank.statement.line'].search_fetch(
            [('bank_feed_id', '=', self.feed.id), ('bank_feed_uid', 'in', uids)], ['bank_feed_uid']
        )
        held = self.env['bank.feed.unposted'].search_fetch(
            [('feed_id', '=', self.feed.id), ('uid', 'in', uids), ('state', '!=', 'pending')], ['uid']
        )
        return {*lines.mapped('bank_feed_uid'), *held.mapped('uid')}

    def _not_by_the_other(self, pairs, known):
        """Without what another provider of the same account brought already: it gave other references, so day and
        amount tell, each line standing for one movement."""
        days = {row.booking_date for _uid, row in pairs if row.booking_date <= self.feed.other_bank_until}
        there = self.journal.days_and_amounts(
            [('bank_feed_id', '=', self.feed.id), ('bank_feed_uid', 'not in', list(known)), ('date', 'in', list(days))]
        )
        new = []
        for uid, row in pairs:
            if there[row.booking_date, row.amount] > 0:
                there[row.booking_date, row.amount] -= 1
            else:
                new.append((uid, row))
        return new

    # === What is not posted === #

    def _store_pending(self):
        """The bank's list of pending movements replaces ours."""
        unposted = self.env['bank.feed.unposted']
        unposted.search([('feed_id', '=', self.feed.id), ('state', '=', 'pending')]).unlink()
        unposted.create(
            [
                {
                    **shown_values(self.feed, row),
                    'feed_id': self.feed.id,
                    'uid': f'pending:{number}',
                    'state': 'pending',
                }
                for number, row in enumerate(self.movements.pending)
            ]
        )

    def _store_unreadable(self):
        """Keep rows that are no usable movement, each once. Returns how many are new."""
        unposted, feed = self.env['bank.feed.unposted'], self.feed
        rows = {f'raw:{raw_fingerprint(row.raw)}': row for row in self.movements.unreadable}
        known = set(unposted.search([('feed_id', '=', feed.id), ('uid', 'in', list(rows))]).mapped('uid'))
        created = unposted.create(
            [
                {
                    'feed_id': feed.id,
                    'uid': uid,
                    'state': 'unreadable',
                    'label': self.env._("A row that the bank sent"),
                    'reason': self.env._("%s Ask the bank, and book it by hand if it is real.", row.reason),
                    'currency_id': feed.currency_id.id,
                    'details': {'raw': data.to_json(row.raw)},
                }
                for uid, row in rows.items()
                if uid not in known
            ]
        )
        return len(created)

    # === Balance === #

    def _store_balance(self):
        """Keep the bank's booked balance and find the first day on which the books differ from it."""
        feed, answer = self.feed, self.answer
        balance = data.closing_balance(self.movements.balances, feed.currency_id.name)
        if not balance:
            return
        day = balance.reference_date or fields.Date.context_today(feed, answer.asked_at)
        feed.write({'bank_balance': float(balance.amount), 'bank_balance_date': day, 'has_bank_balance': True})
        if feed.currency_id.is_zero(feed.balance_difference):
            feed.difference_since = False
        else:
            booked = [row for row in self.movements.booked if answer.date_from <= row.booking_date <= day]
            feed.difference_since = first_difference(feed, balance.amount, booked, answer.date_from, day)


def shown_values(feed, row):
    """What is shown of a movement that is not posted."""
    return {
        'date': row.booking_date or row.value_date,
        'amount': float(row.amount),
        'partner_name': row.counterparty_name,
        'currency_id': feed.currency_id.id,
        'label': ' '.join(row.remittance),
        'details': row.as_json(),
    }
