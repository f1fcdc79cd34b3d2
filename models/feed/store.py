"""Store what a bank answered: which movements are new, post them, keep what cannot be posted, compare the balance."""

from odoo import Command, fields
from odoo.tools.translate import LazyTranslate

from ...banks import data
from ...banks.identity import identify, raw_fingerprint
from ..book.lines import matching_line
from ..coding.deciding import Deciding
from ..lib.told import day as told_day
from ..pay.veil import Veil
from .balance import first_difference
from .books import Books
from .obstacles import journal_obstacle, obstacle_to
from .place import Place
from .posting import Posting

_lt = LazyTranslate(__name__)

#: lines stored and committed at once: a long first fetch that is cut off keeps what it had
LINES_A_COMMIT = 500
COUNTS = ('new', 'reconciled', 'proposed', 'left', 'held')


class PostOrHold:
    """Posts movements to a place's journal: each matched if it can be; what cannot be posted is put on hold with its reason.
    ``counts``: what became of them; ``lines``: {uid: line} of what was posted.

    :param place: :class:`.place.Place`"""

    def __init__(self, place):
        self.place, self.env = place, place.env
        self.books = Books(place)
        self.counts = dict.fromkeys(COUNTS, 0)
        self.lines = {}

    def post(self, pairs, doubts=()):
        """Post [(uid, :class:`banks.data.Transaction`)]; returns the lines.

        :param doubts: [(uid, transaction, ids of lines of which it may be one)]: these are held"""
        ready, held = [], []
        pairs, doubts = self.books.veil.over_pairs(pairs), self.books.veil.over_pairs(doubts)
        for uid, row in pairs:
            if reason := obstacle_to(self.place, row):
                held.append((uid, row, reason))
            else:
                ready.append((uid, row))
        lines, refused = Posting(self.place).post(self._decide(ready))
        self.lines.update({line.bank_feed_uid: line for line in lines})
        self._hold(held + refused)
        self._hold(
            [(uid, row, doubt_reason(self.env)) for uid, row, _ids in doubts], {uid: ids for uid, _row, ids in doubts}
        )
        self.counts['new'] += len(lines)
        self.counts['held'] += len(held) + len(refused) + len(doubts)
        for state, name in (('auto', 'reconciled'), ('proposed', 'proposed'), ('none', 'left')):
            self.counts[name] += sum(line.bank_match_state == state for line in lines)
        return lines

    def post_held(self, asked=None):
        """Try again what is on hold: the period may be open now, another way may have told what it is.

        :param asked: movements of which a person says that they are none of those in the books"""
        domain = [*self.place.source_domain, ('state', '=', 'held'), ('dismissed', '=', False), ('gone', '=', False)]
        held = self.env['bank.feed.unposted'].search(domain + ([('id', 'in', asked.ids)] if asked is not None else []))
        if not held or journal_obstacle(self.place):
            return
        by_uid = {one.uid: one for one in held}
        free = [(one.uid, row) for one in held if not obstacle_to(self.place, row := one._transaction())]
        free = self._still_new(free, by_uid, asked is not None)
        lines, refused = Posting(self.place).post(self._decide(free))
        self.lines.update({line.bank_feed_uid: line for line in lines})
        posted = set(lines.mapped('bank_feed_uid'))
        reasons = {uid: reason for uid, _row, reason in refused}
        for uid, _row in free:
            if uid in posted:
                by_uid[uid]._now_in(self.lines[uid])
            elif uid in reasons:
                by_uid[uid].reason = reasons[uid]

    def _still_new(self, pairs, by_uid, is_another):
        """Those of what is on hold that are in the books by no other way; the others leave, or stay in doubt.

        :param is_another: a person has said that they are none of those of which they may be one"""
        held = self.env['bank.feed.unposted'].union(*by_uid.values())
        near = self.books.near(pairs)
        told = self.books.claimed(near) - held.line_ids
        found = self.books.settle(pairs, told | held.line_ids if is_another else told, lambda _day: False)
        rows = dict(pairs)
        for uid, number in found.known.items():
            by_uid[uid]._is_line(self.books.lines.browse(number))
        for uid, numbers in found.doubts.items():
            by_uid[uid].write({'doubtful': True, 'line_ids': [Command.set(numbers)], 'reason': doubt_reason(self.env)})
        new = [(one.uid, rows[one.uid]) for one in found.new]
        return new if is_another else [(uid, row) for uid, row in new if not by_uid[uid].exists().line_ids]

    def _decide(self, pairs):
        """[(uid, transaction, :class:`matching.coding.coder.Outcome`)]"""
        if not pairs:
            return []
        lines = [matching_line(uid, row, self.place.journal_id) for uid, row in pairs]
        outcomes = Deciding(self.place.journal_id).decide(lines)
        return [(uid, row, outcome) for (uid, row), outcome in zip(pairs, outcomes)]

    def _hold(self, rows, candidates=None):
        self.env['bank.feed.unposted'].create(
            [
                {
                    **shown_values(self.place, row),
                    'uid': uid,
                    'state': 'held',
                    'reason': reason,
                    'doubtful': bool(candidates),
                    'line_ids': [Command.set(candidates[uid])] if candidates else [],
                }
                for uid, row, reason in rows
            ]
        )


def doubt_reason(env):
    return env._(
        "It may be in the books already, brought another way. Compare both, then say whether it is the same or another one."
    )


class Store:
    """One answer of a bank.

    :param answer: :class:`.question.Answer`"""

    def __init__(self, feed, answer):
        self.feed, self.env, self.answer = feed, feed.env, answer
        self.movements, self.veil = answer.movements, Veil(feed.journal_id)
        self.journal, self.known = PostOrHold(Place.of_feed(feed)), 0

    def post_booked(self, between):
        """Post what is new of the booked movements, oldest first.

        :param between: called with the counts between two chunks; it may commit"""
        new, doubts = self._sort_out(self.movements.booked)
        chunks = [new[start : start + LINES_A_COMMIT] for start in range(0, len(new), LINES_A_COMMIT)]
        if doubts:
            self.journal.post([], doubts)
        for number, chunk in enumerate(chunks):
            if number:
                between(self.journal.counts)
            self.journal.post(chunk)

    def keep_rest(self):
        """What is not booked, what cannot be read, what was on hold, and the balance."""
        self._store_pending()
        self.journal.counts['held'] += self._store_unreadable()
        self.env['bank.feed.unposted']._retry(self.feed.journal_id)
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
                "Synchronise Now within ten minutes to fetch from %(wanted)s.",
                first=first,
                wanted=wanted,
            )
        return _lt(
            "The bank gives nothing before %(first)s without a new log-in. Renew to fetch from %(wanted)s.",
            first=first,
            wanted=wanted,
        )

    # === Which are new === #

    def _sort_out(self, booked):
        """What is new of the booked movements and what is in doubt, oldest first; known ones are told what is new of them."""
        identified = [(uid, row) for uid, row in identify(booked) if row.booking_date >= self.feed.date_from]
        identified = self.veil.over_pairs(identified)  # after it is known which they are
        books = self.journal.books
        told = books.known([uid for uid, _row in identified])
        self._mark_gone({uid for uid, _row in identified})
        rest = [(uid, row) for uid, row in identified if uid not in told]
        found = books.settle(rest, books.lines.union(*told.values()), lambda day: day >= self.answer.date_from)
        rows = dict(rest)
        known = [(uid, rows[uid], books.lines.browse(number)) for uid, number in found.known.items()]
        books.complete(known, found.counted)
        self.known = len(identified) - len(found.new) - len(found.doubts)
        return (
            [(one.uid, one.row) for one in found.new],
            [(uid, rows[uid], numbers) for uid, numbers in found.doubts.items()],
        )

    def _mark_gone(self, uids):
        """What is on hold and the bank, which tells its day, does not tell any more."""
        domain = [
            *self.journal.place.source_domain,
            ('state', '=', 'held'),
            ('date', '>=', self.answer.date_from),
            ('dismissed', '=', False),
        ]
        held = self.env['bank.feed.unposted'].search(domain)
        held.filtered(lambda one: one.uid not in uids and not one.gone)._tell_gone()
        held.filtered(lambda one: one.uid in uids and one.gone).write({'gone': False, 'reason': doubt_reason(self.env)})

    # === What is not posted === #

    def _store_pending(self):
        """The bank's list of pending movements replaces ours."""
        unposted = self.env['bank.feed.unposted']
        unposted.search([('feed_id', '=', self.feed.id), ('state', '=', 'pending')]).unlink()
        unposted.create(
            [
                {
                    **shown_values(self.journal.place, row),
                    'uid': f'pending:{number}',
                    'state': 'pending',
                }
                for number, row in enumerate(self.veil.over(self.movements.pending))
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
                    'details': {} if self.veil.covers() else {'raw': data.to_json(row.raw)},
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
        available = data.available_balance(self.movements.balances, feed.currency_id.name)
        feed.write(
            {
                'available_balance': float(available.amount) if available else 0.0,
                'has_available_balance': bool(available),
                'balance_at': answer.asked_at if self.movements.balances else feed.balance_at,
            }
        )
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


def shown_values(place, row):
    """What is shown of a movement that is not posted, and where it comes from."""
    return {
        **place.source_values,
        'date': row.booking_date or row.value_date,
        'amount': float(row.amount),
        'partner_name': row.counterparty_name,
        'currency_id': place.currency_id.id,
        'label': ' '.join(row.remittance),
        'details': row.as_json(),
    }
