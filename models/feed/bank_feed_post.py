from collections import Counter
from datetime import timedelta
from decimal import Decimal

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, groupby
from odoo.tools.translate import LazyTranslate

from ...banks import data as bank
from ...banks.identity import identify, raw_fingerprint
from ..lib import wording
from ..lib.exact import exact
from ..lib.told import day as told_day
from ..lib.told import text as told_text
from ..match.lines import matching_line
from .bank_feed_fetch import LEASE
from .posting import Posting

_lt = LazyTranslate(__name__)

#: lines stored and committed at once: a long first fetch that is cut off keeps what it had
CHUNK = 500
#: days that a booked movement may be dated ahead (a weekend, holidays)
DAYS_AHEAD = 14
#: hundredths, or what the currency has, that Odoo's floats hold exactly through all its sums
LARGEST = 10**14


class BankFeedPost(models.Model):
    """Store what the bank answered: identify, decide, post in batches, move the success pointer."""

    _inherit = 'bank.feed'

    def _store(self, plan, movements):
        """Store one answer (:class:`banks.data.Movements`). The pointer moves in the commit that stores the last lines."""
        feed = self._take_back(plan)
        if obstacle := feed._obstacle():  # while the bank was asked, somebody changed the journal
            raise UserError(told_text(self.env, obstacle))
        run = self.env['bank.feed.run'].browse(plan.run_id)
        new, known = feed._only_new(movements.booked)
        counts = dict.fromkeys(('new', 'reconciled', 'proposed', 'left', 'held'), 0)
        chunks = [new[start : start + CHUNK] for start in range(0, len(new), CHUNK)]
        for number, chunk in enumerate(chunks):
            feed._post(chunk, counts)
            if number < len(chunks) - 1:
                run.write({'new_count': counts['new'], 'reconciled_count': counts['reconciled']})
                run._notify()
                # progress in the scheduler's eyes: a long first fetch is not a job that hangs
                self.env['ir.cron']._commit_progress(1, remaining=self.search_count(self._due_domain()) + 1)
                feed._take_back(plan)
                feed.lease_until = fields.Datetime.now() + LEASE
        feed._store_pending(movements.pending)
        counts['held'] += feed._store_unreadable(movements.unreadable)
        feed._post_held()
        feed._store_balance(movements, plan)
        missing = feed._missing(plan)
        same = feed.consent_id.id == plan.consent_id  # not renewed meanwhile
        feed.write(
            {
                'fetched_until': plan.asked_at.date(),
                'missing_from': missing,
                'last_fetch': plan.asked_at,
                'error': False,
                'error_count': 0,
                'wide_overlap': feed.wide_overlap and not same,
                'account_session': plan.session if same else feed.account_session,
                'next_fetch': feed._next_slot(plan.asked_at),
                'lease_until': False,
                'lease_token': False,
            }
        )
        if plan.kept:
            self.env['bank.history']._of(feed).unlink()
        run.write(
            {
                'call_count': movements.calls,
                'known_count': known,
                'pending_count': len(movements.pending),
                **{f'{name}_count': count for name, count in counts.items()},
            }
        )
        run._finish('done', feed._gap(plan) or run._summary())
        self.env['ir.cron']._commit_progress()

    def _next_slot(self, now):
        """The next scheduled fetch: as often as the bank allows, each account at minutes of its own."""
        times = self.institution_id._capabilities().unattended_calls_per_day or 4
        return now + timedelta(hours=24 / times, minutes=3 + self.id % 17)

    def _missing(self, plan):
        """First day that was wanted and not given; it stays wanted until a fetch covers it."""
        wanted = self.missing_from or (
            min(self.fetched_until, plan.date_from) if self.fetched_until else self.date_from
        )
        return wanted if plan.date_from > max(wanted, self.date_from) else False

    def _gap(self, plan):
        """Says which days could not be had; '' where nothing is missing."""
        if not self.missing_from:
            return ''
        first, wanted = told_day(plan.date_from), told_day(max(self.missing_from, self.date_from))
        if self.institution_id._capabilities().unlocks_history:
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
        identified = [(uid, row) for uid, row in identify(booked) if row.booking_date >= self.date_from]
        known = self._known([uid for uid, _row in identified])
        new = [(uid, row) for uid, row in identified if uid not in known]
        if self.other_bank_until:
            new = self._not_by_the_other(new, known)
        return new, len(identified) - len(new)

    def _not_by_the_other(self, pairs, known):
        """Without what another provider of the same account brought already: it gave other references, so day and
        amount tell, each line standing for one movement."""
        days = {row.booking_date for _uid, row in pairs if row.booking_date <= self.other_bank_until}
        domain = [('feed_id', '=', self.id), ('feed_uid', 'not in', list(known)), ('date', 'in', list(days))]
        there = self._days_and_amounts(domain)
        new = []
        for uid, row in pairs:
            if there[row.booking_date, row.amount] > 0:
                there[row.booking_date, row.amount] -= 1
            else:
                new.append((uid, row))
        return new

    def _known(self, uids):
        """Those of ``uids`` that are posted or on hold already."""
        lines = self.env['account.bank.statement.line'].search_fetch(
            [('feed_id', '=', self.id), ('feed_uid', 'in', uids)], ['feed_uid']
        )
        held = self.env['bank.feed.movement'].search_fetch(
            [('feed_id', '=', self.id), ('uid', 'in', uids), ('state', '!=', 'pending')], ['uid']
        )
        return {*lines.mapped('feed_uid'), *held.mapped('uid')}

    # === Post === #

    def _post(self, pairs, counts):
        """Post [(uid, transaction)], each matched if it can be; what cannot be posted is put on hold with its reason."""
        ready, held = [], []
        elsewhere = self._elsewhere(pairs)
        for uid, row in pairs:
            reason = self._obstacle_to(row)
            same = (row.booking_date, row.amount)
            if reason:
                held.append((uid, row, reason))
            elif elsewhere[same] > 0:
                elsewhere[same] -= 1
                held.append((uid, row, self._doubt()))
            else:
                ready.append((uid, row))
        decisions = self._decide(ready)
        lines, refused = Posting(self).post(decisions)
        self._hold(held + refused)
        counts['new'] += len(lines)
        counts['held'] += len(held) + len(refused)
        for state, name in (('auto', 'reconciled'), ('proposed', 'proposed'), ('none', 'left')):
            counts[name] += sum(line.match_state == state for line in lines)
        return lines

    def _elsewhere(self, pairs):
        """Counter of (day, amount) of the journal's lines that came otherwise (a file, by hand) on these days."""
        days = {row.booking_date for _uid, row in pairs}
        return self._days_and_amounts(
            [('journal_id', '=', self.journal_id.id), ('feed_id', '=', False), ('date', 'in', list(days))]
        )

    def _days_and_amounts(self, domain):
        lines = self.env['account.bank.statement.line'].search_fetch(domain, ['date', 'amount'])
        digits = self.currency_id.decimal_places
        return Counter((line.date, exact(line.amount, digits)) for line in lines)

    def _doubt(self):
        return self.env._(
            "The journal has a line of this day and amount that came otherwise. Dismiss this one if it is the same, else try again."
        )

    def _obstacle_to(self, row):
        """Why this movement cannot be posted, or ''."""
        if row.currency != self.currency_id.name:
            return self.env._(
                "The bank gave it in %(given)s on an account in %(account)s.",
                given=row.currency,
                account=self.currency_id.name,
            )
        if row.amount != Decimal(f'{row.amount:.{self.currency_id.decimal_places}f}'):
            return self.env._(
                "The amount %(amount)s has more decimals than %(currency)s has in Odoo.",
                amount=row.amount,
                currency=row.currency,
            )
        digits = self.currency_id.decimal_places
        if (
            abs(row.amount).scaleb(digits) >= LARGEST
            or exact(self.currency_id.round(float(row.amount)), digits) != row.amount
        ):
            return self.env._("The amount %s is larger than Odoo can hold exactly.", row.amount)
        if (row.booking_date - fields.Date.today()).days > DAYS_AHEAD:
            return self.env._("The booking date %s has not come yet.", format_date(self.env, row.booking_date))
        locks = self.company_id._get_violated_lock_dates(row.booking_date, False, self.journal_id)
        return wording.locked(self.env, locks[-1][0]) if locks else ''

    def _decide(self, pairs):
        """[(uid, transaction, :class:`matching.data.Decision`)]"""
        lines = [matching_line(uid, row, self.company_id) for uid, row in pairs]
        decider = self.journal_id._bank_feed_decider()
        return [(uid, row, decision) for (uid, row), decision in zip(pairs, decider.decide(lines))]

    # === What is not posted === #

    def _hold(self, rows):
        doubt = self._doubt()
        self.env['bank.feed.movement'].create(
            [
                {
                    **self._movement_values(row),
                    'feed_id': self.id,
                    'uid': uid,
                    'state': 'held',
                    'reason': reason,
                    'doubtful': reason == doubt,
                }
                for uid, row, reason in rows
            ]
        )

    def _movement_values(self, row):
        return {
            'date': row.booking_date or row.value_date,
            'amount': float(row.amount),
            'partner_name': row.counterparty_name,
            'currency_id': self.currency_id.id,
            'label': ' '.join(row.remittance),
            'details': row.as_json(),
        }

    def _store_pending(self, pending):
        """The bank's list of pending movements replaces ours."""
        self.env['bank.feed.movement'].search([('feed_id', '=', self.id), ('state', '=', 'pending')]).unlink()
        self.env['bank.feed.movement'].create(
            [
                {**self._movement_values(row), 'feed_id': self.id, 'uid': f'pending:{number}', 'state': 'pending'}
                for number, row in enumerate(pending)
            ]
        )

    def _store_unreadable(self, unreadable):
        """Keep rows that are no usable movement, each once. Returns how many are new."""
        rows = {f'raw:{raw_fingerprint(row.raw)}': row for row in unreadable}
        known = {
            movement.uid
            for movement in self.env['bank.feed.movement'].search(
                [('feed_id', '=', self.id), ('uid', 'in', list(rows))]
            )
        }
        created = self.env['bank.feed.movement'].create(
            [
                {
                    'feed_id': self.id,
                    'uid': uid,
                    'state': 'unreadable',
                    'label': self.env._("A row that the bank sent"),
                    'reason': self.env._("%s Ask the bank, and book it by hand if it is real.", row.reason),
                    'currency_id': self.currency_id.id,
                    'details': {'raw': bank.to_json(row.raw)},
                }
                for uid, row in rows.items()
                if uid not in known
            ]
        )
        return len(created)

    def _post_held(self, asked=None):
        """Try again what is on hold: the period may be open now.

        :param asked: movements that a person asks for; what may be in the books already is posted only then"""
        for feed in self:
            domain = [('feed_id', '=', feed.id), ('state', '=', 'held'), ('dismissed', '=', False)]
            domain += [('doubtful', '=', False)] if asked is None else [('id', 'in', asked.ids)]
            held = self.env['bank.feed.movement'].search(domain)
            if not held or feed._journal_obstacle():
                continue
            free = [(movement, movement._transaction()) for movement in held]
            free = [(movement, row) for movement, row in free if not feed._obstacle_to(row)]
            if not free:
                continue
            lines, refused = Posting(feed).post(feed._decide([(movement.uid, row) for movement, row in free]))
            posted = set(lines.mapped('feed_uid'))
            reasons = {uid: reason for uid, _row, reason in refused}
            for movement, _row in free:
                if movement.uid in posted:
                    movement.unlink()
                elif movement.uid in reasons:
                    movement.reason = reasons[movement.uid]

    # === Balance === #

    def _store_balance(self, movements, plan):
        """Keep the bank's booked balance and find the first day on which the books differ from it."""
        balance = bank.closing_balance(movements.balances, self.currency_id.name)
        if not balance:
            return
        day = balance.reference_date or fields.Date.context_today(self, plan.asked_at)
        self.write({'bank_balance': float(balance.amount), 'bank_balance_date': day, 'has_bank_balance': True})
        if self.currency_id.is_zero(self.balance_difference):
            self.difference_since = False
        else:
            booked = [row for row in movements.booked if plan.date_from <= row.booking_date <= day]
            self.difference_since = self._first_difference(balance.amount, booked, plan.date_from, day)

    def _first_difference(self, amount, booked, date_from, date_to):
        """First day, from ``date_from`` on, at whose end the bank's running balance and the books differ."""
        bank_days = {
            day: sum(row.amount for row in rows) for day, rows in groupby(booked, lambda row: row.booking_date)
        }
        foreign = self.currency_id != self.company_id.currency_id
        ledger_days = dict(
            self.env['account.move.line']._read_group(
                [
                    ('account_id', '=', self.journal_id.default_account_id.id),
                    ('parent_state', '=', 'posted'),
                    ('date', '>=', date_from),
                    ('date', '<=', date_to),
                    ('company_id', '=', self.company_id.id),
                ],
                ['date:day'],
                ['amount_currency:sum' if foreign else 'balance:sum'],
            )
        )
        bank_total = float(amount - sum(bank_days.values()))
        ledger_total = float(amount) - self.balance_difference - sum(ledger_days.values())
        days = sorted({date_from, *bank_days, *ledger_days})
        for day in days:
            bank_total += float(bank_days.get(day, 0))
            ledger_total += ledger_days.get(day, 0.0)
            if self.currency_id.compare_amounts(bank_total, ledger_total):
                # different from the first day on: it began earlier, maybe on a day found before
                return min(self.difference_since or day, day)
        return days[-1]
