"""What an import would do, said before it is done: which movements are new, which are known and from where, what adds up."""

from collections import Counter

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...banks.identity import identify
from ...banks.same import FILE
from ..feed.books import Books
from ..feed.obstacles import journal_obstacle, obstacle_to
from ..feed.place import Place
from ..lib.told import day as told_day
from ..lib.told import dumped, money
from . import routing
from .reading import in_currency

_lt = LazyTranslate(__name__)

#: rows that are shown of a statement
ROWS = 200
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


class Preview:
    """What is shown of a statement before it is imported.

    :param earlier: :class:`Sorting` of the statements before it in the same import; its own is added"""

    def __init__(self, statement, told, earlier=None):
        self.statement, self.told, self.env = statement, told, statement.env
        self.earlier = [] if earlier is None else earlier
        self.notes, self.rows = [], []

    def values(self):
        """Values of the ``bank.import.statement``."""
        if not self.statement.journal_id:
            self._note('info', self._which_journal())
            self._warnings()
            self.rows = [self._row(row, 'new', '') for row in self.told.booked[:ROWS]]
            return {'state': 'ask', 'told': self._told(), 'new_count': len(self.told.booked), 'known_count': 0, 'held_count': 0,
                    'pending_count': len(self.told.pending)}  # fmt: skip
        self.sorting = Sorting(self.statement, self.told, self.earlier)
        self.earlier.append(self.sorting)
        place = self.sorting.place
        if obstacle := journal_obstacle(place):
            self._note('danger', obstacle)
            return {
                'state': 'refused',
                'told': self._told(),
                'new_count': 0,
                'known_count': 0,
                'held_count': 0,
                'pending_count': 0,
            }
        if routing.is_of_another(self.statement):
            self._note('warning', _lt("The journal has another account number than the file."))
        held = self._sort()
        self._warnings()
        self._balance()
        count = len(self.sorting.new) - held
        return {
            'state': 'ready' if count or held or self.sorting.doubts or self.sorting.known else 'nothing',
            'told': self._told(),
            'new_count': count,
            'known_count': len(self.sorting.rows) - len(self.sorting.new) - len(self.sorting.doubts),
            'held_count': held + len(self.sorting.doubts),
            'pending_count': len(self.told.pending),
        }

    def _told(self):
        return {'notes': [[level, dumped(sentence)] for level, sentence in self.notes], 'rows': self.rows[:ROWS], 'more': max(0, len(self.told.booked) + len(self.told.pending) - ROWS)}  # fmt: skip

    def _note(self, level, sentence):
        self.notes.append((level, sentence))

    def _which_journal(self):
        if self.statement.account_number:
            return _lt(
                "No journal has the account %s. Choose one, or make a new one.",
                self.statement.iban or self.statement.account_number,
            )
        return _lt("The file does not say which account it is of. Choose its journal.")

    # === Movements === #

    def _sort(self):
        """Rows of the preview; how many of the new ones would be on hold."""
        held = 0
        for _uid, row in self.sorting.new:
            reason = obstacle_to(self.sorting.place, row)
            held += bool(reason)
            self.rows.append(self._row(row, 'held' if reason else 'new', reason))
        for _uid, row, _numbers in self.sorting.doubts:
            self.rows.append(
                self._row(row, 'held', dumped(_lt("It may be in the books already: a person will be asked.")))
            )
        self.rows += [
            self._row(row, 'pending', dumped(_lt("Not booked yet: it is not imported."))) for row in self.told.pending
        ]
        ways = Counter()
        for uid in self.sorting.twice:
            ways['twice'] += 1
            self.rows.append(self._row(self.sorting.rows[uid], 'known', 'twice'))
        for uid, line in self.sorting.told.items():
            self._known(self.sorting.rows[uid], line, ways)
        for _uid, row, line in self.sorting.known:
            self._known(row, line, ways)
        sentences = {
            'feed': _lt("%s known from the bank's interface.", ways['feed']),
            'file': _lt("%s known from a file.", ways['file']),
            'mail': _lt("%s known from a mail: what it did not say is added.", ways['mail']),
            'hand': _lt("%s entered by hand.", ways['hand']),
            'held': _lt("%s on hold already.", ways['held']),
            'twice': _lt("%s in another of these files, too.", ways['twice']),
        }
        for way in ways:
            self._note('info', sentences[way])
        return held

    def _known(self, row, line, ways):
        way = (line.bank_feed_way or 'hand') if line else 'held'
        ways[way] += 1
        self.rows.append(self._row(row, 'known', way))

    def _row(self, row, state, said):
        return {
            'date': format_date(self.env, row.booking_date) if row.booking_date else '',
            'name': row.counterparty_name or row.counterparty_account,
            'label': (' '.join(row.remittance) or row.end_to_end_id or row.additional_information)[:200],
            'amount': str(row.amount),
            'state': state,
            'said': said,
        }

    # === What adds up === #

    def _warnings(self):
        said = Counter(WARNINGS.get(warning.code, WARNINGS['skipped'])._source for warning in self.told.warnings)
        for code in dict.fromkeys(warning.code for warning in self.told.warnings):
            self._note('warning', WARNINGS.get(code, WARNINGS['skipped']))
        return said

    def _balance(self):
        """Whether the opening balance joins what is in the books before the first day."""
        statement, told = self.statement, self.told
        opening = told.head.opening
        first = told.days[0]
        if not opening or opening.kind != 'booked' or not first or told.head.format.startswith(PARTS):
            return
        currency = self.sorting.place.currency_id
        before = self.sorting.books.lines.search_fetch(
            [('journal_id', '=', statement.journal_id.id), ('date', '<', first), ('state', '=', 'posted')],
            ['date'],
            limit=1,
        )
        if not before:
            self._note('info', _lt("The journal has nothing before %(day)s; the bank had %(amount)s then.", day=told_day(first),
                                   amount=money(opening.amount, currency)))  # fmt: skip
            return
        [[total]] = self.sorting.books.lines._read_group(
            [('journal_id', '=', statement.journal_id.id), ('date', '<', first), ('state', '=', 'posted')],
            [],
            ['amount:sum'],
        )
        gap = float(opening.amount) - (total or 0.0)
        if currency.is_zero(gap):
            self._note('success', _lt("The opening balance joins what is in the books."))
        else:
            self._note('warning', _lt(
                "The bank had %(bank)s before %(day)s, the books have %(books)s, last on %(last)s: something between is missing, or was entered otherwise.",
                bank=money(opening.amount, currency), books=money(total or 0.0, currency), day=told_day(first), last=told_day(before.date),
            ))  # fmt: skip


WARNINGS = {
    'balance': _lt("Opening balance and movements do not make the closing balance: the file may lack some."),
    'checksum': _lt("The bank's own sums in the file differ from its movements."),
    'date': _lt("A day in the file is odd."),
    'skipped': _lt("A part of the file is no statement and was left out."),
}
