"""What a journal has already of what a source tells: one identity across interface, file, mail and hand."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

from odoo import Command
from odoo.exceptions import UserError, ValidationError

from ...banks.data import Transaction
from ...banks.same import FEED, FILE, HAND, MAIL, NEAR, Given, There, settle
from ..lib.exact import exact
from ..lib.inside import ours
from ..lib.looking import WAITING, look_soon
from ..pay.veil import Veil
from .place import feed_voice

#: ways, the one that knows more behind
ORDER = (False, MAIL, FILE, FEED)
#: what a mail does not know, or not for sure
BETTER = ('value_date', 'balance_after', 'entry_reference')
LIGHT = ['date', 'amount', 'bank_feed_id', 'bank_feed_uid', 'bank_feed_way']
HEAVY = ['bank_feed_details', 'payment_ref', 'partner_name', 'account_number']


class Books:
    """The movements of a place's journal.

    :param place: :class:`.place.Place`"""

    def __init__(self, place):
        self.place, self.env = place, place.env
        self.lines = self.env['account.bank.statement.line']
        self.digits = place.currency_id.decimal_places
        self.veil = Veil(place.journal_id)

    # === Which are there === #

    def known(self, uids):
        """Those of ``uids`` that this source told before: {uid: line, or no line where it is on hold}."""
        place = self.place
        domain = [*place.source_domain, ('uid', 'in', uids), ('state', '!=', 'pending')]
        held = {one.uid: one.line_id for one in self.env['bank.feed.unposted'].search_fetch(domain, ['uid', 'line_id'])}
        if place.feed:
            lines = self.lines.search_fetch(
                [('bank_feed_id', '=', place.feed.id), ('bank_feed_uid', 'in', uids)], ['bank_feed_uid']
            )
            return {**held, **{line.bank_feed_uid: line for line in lines}}
        entries = self.env['bank.import.entry'].search_fetch(
            [('journal_id', '=', place.journal_id.id), ('voice', '=', place.voice), ('uid', 'in', uids)],
            ['uid', 'line_id'],
        )
        return {**{entry.uid: entry.line_id for entry in entries if entry.line_id}, **held}

    def settle(self, pairs, told, covered, coming=()):
        """:class:`banks.same.Settled` of [(uid, :class:`banks.data.Transaction`)].

        :param told: lines that are other movements that this source tells
        :param covered: whether the source tells all of a day
        :param coming: movements that another file of the same import brings; their ids are negative"""
        if not pairs:
            return settle((), (), self.place.way)
        pairs = self.veil.over_pairs(pairs)
        there = self._there(pairs, told)
        there += [There(-number, row, FILE) for number, row in enumerate(coming, 1)]
        given = [Given(uid, row) for uid, row in pairs]
        return settle(given, there, self.place.way, covered, self.place.voice)

    def claimed(self, lines):
        """Those of the lines that this source has told, under whatever name."""
        place = self.place
        if place.feed:
            own = lines.filtered(lambda line: line.bank_feed_id == place.feed)
        else:
            domain = [
                ('journal_id', '=', place.journal_id.id),
                ('voice', '=', place.voice),
                ('line_id', 'in', lines.ids),
            ]
            own = self.env['bank.import.entry'].search_fetch(domain, ['line_id']).line_id
        said = [*place.source_domain, ('line_id', 'in', lines.ids)]
        return own | self.env['bank.feed.unposted'].search_fetch(said, ['line_id']).line_id

    def near(self, pairs):
        """Lines of these amounts on or about these days, whatever brought them."""
        if not pairs:
            return self.lines
        near = _near_days(pairs)
        days = set().union(*near.values())
        lines = self.lines.search_fetch(
            [
                ('journal_id', '=', self.place.journal_id.id),
                ('date', '>=', min(days)),
                ('date', '<=', max(days)),
                ('state', '!=', 'cancel'),
            ],
            LIGHT,
        )
        return lines.filtered(lambda line: line.date in near[exact(line.amount, self.digits).normalize()])

    def _there(self, pairs, told):
        lines = self.near(pairs) - told
        lines.fetch(HEAVY)
        claimed = self.claimed(lines)
        return [
            There(line.id, self._row(line), line.bank_feed_way or HAND, self._voice(line), line in claimed)
            for line in lines
        ]

    def _voice(self, line):
        if line.bank_feed_id:
            return feed_voice(line.bank_feed_id.id)
        return ((line.bank_feed_details or {}).get('raw') or {}).get('voice', '')

    def _row(self, line):
        """A line as a movement: what the bank said, or what a person typed in."""
        if line.bank_feed_way and line.bank_feed_details:
            row = Transaction.from_json(line.bank_feed_details)
            amount = exact(line.amount, self.digits)
            return _as_booked(row, line.date, amount)
        return Transaction(
            status='booked',
            amount=exact(line.amount, self.digits),
            currency=self.place.currency_id.name,
            booking_date=line.date,
            counterparty_name=line.partner_name or line.partner_id.name or '',
            counterparty_account=line.account_number or '',
            remittance=(line.payment_ref or '',),
        )

    # === What a source adds to what is there === #

    def complete(self, pairs, counted=()):
        """Tell lines what this source knows of them.

        :param pairs: [(uid, transaction, line)]
        :param counted: uids of which only the number of equal movements tells: which is which, nobody knows, so that nothing is added"""
        calls, pairs = False, self.veil.over_pairs(pairs)
        for uid, row, line in pairs:
            by_mail = line.bank_feed_way == MAIL
            if values := self._added(uid, row, line, uid in counted):
                ours(line).write(values)
                calls = calls or 'bank_match_again' in values
            if by_mail and self.place.way != MAIL and line.date != row.booking_date:
                self._move(line, row.booking_date)
        if calls:
            look_soon(self.env)
        self._taken({uid: line for uid, _row, line in pairs})

    def _taken(self, lines):
        """What is on hold of this source is none of the lines that it tells as something else.

        :param lines: {uid: line}"""
        found = self.env['bank.feed.unposted']
        ids = self.lines.union(*lines.values()).ids if lines else []
        domain = [*self.place.source_domain, ('doubtful', '=', True), ('line_ids', 'in', ids)]
        for held in found.search(domain) if ids else found:
            others = [line.id for uid, line in lines.items() if uid != held.uid and line in held.line_ids]
            held.write(
                {
                    'line_ids': [Command.unlink(number) for number in others],
                    'doubtful': bool(held.line_ids - self.lines.browse(others)),
                }
            )

    def _added(self, uid, row, line, counted):
        values = {}
        before = line.bank_feed_way
        if ORDER.index(self.place.way) > ORDER.index(before or False):
            values['bank_feed_way'] = self.place.way
        if self.place.feed and not line.bank_feed_id:
            values.update(bank_feed_id=self.place.feed.id, bank_feed_uid=uid)
        if counted:
            return values
        details, told = line.bank_feed_details or {}, row.as_json()
        better = BETTER if before == MAIL and self.place.way != MAIL else ()
        merged = {**told, **details, **{name: told[name] for name in better if name in told}}
        if before == MAIL and 'raw' in told and self.place.way != MAIL:
            merged['raw'] = told['raw']
        if merged != details:
            values['bank_feed_details'] = merged
        if not line.is_reconciled and line.bank_match_state in (*WAITING, False):
            if row.counterparty_name and not line.partner_name:
                values['partner_name'] = row.counterparty_name
            if row.counterparty_account and not line.account_number:
                values['account_number'] = row.counterparty_account
            if 'bank_feed_details' in values and before:
                values['bank_match_again'] = True
        return values

    def _move(self, line, day):
        """The bank's booking day, where only a mail told one; what is locked or refused stays where it is."""
        if self.place.company_id._get_violated_lock_dates(line.date, False, line.journal_id):
            return
        if self.place.company_id._get_violated_lock_dates(day, False, line.journal_id):
            return
        try:
            with self.env.cr.savepoint():
                line.date = day
                self.env.flush_all()
        except (UserError, ValidationError):
            line.invalidate_recordset()


def _near_days(pairs):
    """{amount: days around those on which it was told}"""
    found = defaultdict(set)
    for amount, day in {(row.amount.normalize(), row.booking_date) for _uid, row in pairs}:
        first = max(day, date.min + NEAR) - NEAR
        found[amount] |= {
            first + timedelta(days=number)
            for number in range(2 * NEAR.days + 1)
            if date.max - first >= timedelta(days=number)
        }
    return found


def _as_booked(row, day, amount):
    """The movement as it is in the books: on this day, of this amount."""
    return row if (row.booking_date, row.amount) == (day, amount) else replace(row, booking_date=day, amount=amount)
