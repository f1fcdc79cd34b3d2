"""The movements of a statement, sorted out: which are new, which are known and from where, which may be known."""

from collections import Counter

from ...banks.identity import identify
from ...banks.same import FILE
from ..feed.books import Books
from ..feed.place import Place
from .reading import in_currency

#: formats that tell parts of a day
PARTS = ('camt.052', 'camt.054', 'mt942')


class Sorting:
    """The movements of a statement, sorted out against the books as they are now.

    ``new``: [(uid, transaction)]; ``doubts``: [(uid, transaction, line ids)]; ``known``: [(uid, transaction, line)]: told another
    way; ``told``: {uid: line}: told by this source before, maybe on hold; ``twice``: uids that a statement before it in the import tells

    :param earlier: of the statements before it in the same import, which are not in the books yet"""

    def __init__(self, statement, told, earlier=()):
        self.statement, self.head, self.place = statement, told.head, Place.of_statement(statement)
        self.books, self.days = Books(self.place), told.days
        self.earlier, self.before = [one for one in earlier if self._is_of_source(one)], self.books.lines
        rows = dict(self._identify(in_currency(told.booked, self.place.currency_id.name)))
        self.rows = rows
        self.told = self.books.known(list(rows))
        again = self._told_by_a_part()
        self.twice = {uid for one in self.earlier for uid in one.rows} & rows.keys() - self.told.keys()
        rest = [(uid, row) for uid, row in rows.items() if uid not in self.told and uid not in self.twice]
        lines = self.before.union(*self.told.values(), *again.values())
        found = self.books.settle(rest, lines, self._tells_whole)
        self.new = [(one.uid, one.row) for one in found.new]
        self.known = [(uid, rows[uid], self.books.lines.browse(number)) for uid, number in found.known.items()]
        self.counted = found.counted
        self.doubts = [(uid, rows[uid], numbers) for uid, numbers in found.doubts.items()]
        self.doubts += [(uid, rows[uid], lines.ids) for uid, lines in again.items()]

    def _is_of_source(self, other):
        return (other.place.journal_id, other.place.voice) == (self.place.journal_id, self.place.voice)

    def _tells_whole(self, day):
        """Whether all of a day is told: by this statement; a mail's day, by a fetch or an imported statement."""
        if self.place.way == FILE:
            return self.days[0] <= day <= self.days[1]
        feeds = self.place.journal_id.sudo().bank_feed_ids.filtered('fetched_until')
        if any(feed.date_from <= day <= feed.fetched_until for feed in feeds):
            return True
        domain = [('journal_id', '=', self.place.journal_id.id), ('state', '=', 'done'), ('format', '!=', 'mail')]
        return bool(self.statement.search_count([*domain, ('date_from', '<=', day), ('date_to', '>=', day)], limit=1))

    # === Names === #

    def _identify(self, rows):
        """[(uid, transaction)]; what a mail tells without the bank's id is that mail's own: another mail may tell an equal payment. What
        a statement tells without one, that goes on where another one ended, are more of them."""
        mail, before = self.statement.digest, {}
        if self.place.way == FILE and rows:
            before, self.before = self._before()
        found = []
        for uid, row in identify(rows):
            if uid.startswith('fp:'):
                base, _sign, ordinal = uid.rpartition(':')
                uid = f'{base}:{int(ordinal) + before.get(base, 0)}' + (f':{mail[:16]}' if mail else '')
            found.append((uid, row))
        return found

    def _before(self):
        """{name without number: how many of it are told by statements that this one goes on from}; and the lines that those told"""
        found, lines = Counter(), self.books.lines
        for statement in self._of_source():
            if self._is_next_page(statement) or self._goes_on(statement):
                self._count(found, statement.entry_ids.mapped('uid'))
                lines |= statement.entry_ids.line_id
        for one in self.earlier:
            if self._is_next_page(one.statement) or self._goes_on(one.statement, one):
                self._count(found, one.rows)
        return found, lines

    def _of_source(self):
        """Statements of this source that are in the books and touch this one's days."""
        return self.statement.search(
            [('journal_id', '=', self.place.journal_id.id), ('voice', '=', self.place.voice), ('state', '=', 'done'),
             ('date_to', '>=', self.days[0]), ('date_from', '<=', self.days[1]), ('id', '!=', self.statement.id)]
        )  # fmt: skip

    @staticmethod
    def _count(found, uids):
        for uid in uids:
            base, _sign, ordinal = uid.rpartition(':')
            if base.startswith('fp:') and ordinal.isdecimal():
                found[base] = max(found[base], int(ordinal) + 1)

    def _is_next_page(self, before):
        """Whether it is the next page of that statement, told by its number or by the file."""
        mine = self.statement
        if not before.page or not mine.page or mine.page != before.page + 1:
            return False
        return before.number == mine.number or (before.import_id == mine.import_id and mine.index == before.index + 1)

    def _goes_on(self, before, sorting=None):
        """Whether it begins with that one's closing balance, on that one's last day, where that day changed it: else both tell the day."""
        mine, currency = self.statement, self.place.currency_id
        if not before.has_closing or not mine.has_opening or before.date_to != self.days[0]:
            return False
        if currency.compare_amounts(before.closing, mine.opening):
            return False
        return not currency.is_zero(sorting._net_of_last() if sorting else self._net(before))

    def _net(self, statement):
        lines = statement.entry_ids.line_id.filtered(lambda line: line.date == self.days[0])
        held = statement.unposted_ids.filtered(lambda one: one.date == self.days[0])
        return sum(lines.mapped('amount')) + sum(held.mapped('amount'))

    def _net_of_last(self):
        return float(sum(row.amount for row in self.rows.values() if row.booking_date == self.days[1]))

    def _told_by_a_part(self):
        """{uid: line} taken out of ``told``: statements of parts of a day (camt.052, 054, MT942) have no balances that tell whether an
        equal movement without the bank's id is the same or one more."""
        if not self.head.format.startswith(PARTS):
            return {}
        domain = [('voice', '=', self.place.voice), ('journal_id', '=', self.place.journal_id.id)]
        entries_of, number, found = self.statement.env['bank.import.entry'], self.statement.number, {}
        for uid, line in list(self.told.items()):
            if line and uid.startswith('fp:'):
                entries = entries_of.search([*domain, ('uid', '=', uid), ('line_id', '=', line.id)])
                if number not in entries.statement_id.mapped('number'):
                    found[uid] = self.told.pop(uid)
        return found
