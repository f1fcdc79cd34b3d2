"""What an import would do, said before it is done: which movements are new, which are known and from where, what adds up."""

from collections import Counter

from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..feed.obstacles import journal_obstacle, obstacle_to
from ..lib.told import day as told_day
from ..lib.told import dumped, money
from . import routing
from .parts import PARTS
from .sorting import Sorting

_lt = LazyTranslate(__name__)

#: rows that are shown of a statement
ROWS = 200


class Preview:
    """What is shown of a statement before it is imported.

    :param earlier: :class:`Sorting` of the statements before it in the same import; its own is added"""

    def __init__(self, statement, told, earlier=None):
        self.statement, self.told, self.env = statement, told, statement.env
        self.earlier = [] if earlier is None else earlier
        self.notes, self.rows = [], []

    def values(self):
        """Values of the ``bank.import.statement``."""
        self._by_whom()
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
            self._note(
                'danger',
                _lt(
                    "The file is of the account %(file)s, “%(journal)s” has %(own)s. Import it only if both are one account.",
                    file=self.statement.iban or self.statement.account_number,
                    journal=self.statement.journal_id.name,
                    own=', '.join(routing.numbers(self.statement.journal_id)),
                ),
            )
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
        return {'notes': [[level, dumped(sentence), *look] for level, sentence, *look in self.notes], 'rows': self.rows[:ROWS], 'more': max(0, len(self.told.booked) + len(self.told.pending) - ROWS)}  # fmt: skip

    def _by_whom(self):
        if self.statement.import_id.way == 'mail':
            self._note(
                'danger',
                _lt("Nobody but you vouches for this mail: import it only if you know that the bank has sent it."),
            )

    def _note(self, level, sentence, *look):
        self.notes.append((level, sentence, *look))

    def _which_journal(self):
        if elsewhere := routing.elsewhere(self.statement):
            return _lt(
                "This account belongs to %(company)s (journal %(journal)s): switch to that company and drop the file there.",
                company=elsewhere.company_id.name,
                journal=elsewhere.name,
            )
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
            'date': format_date(self.env, row.booking_date, date_format='d MMM y') if row.booking_date else '',
            'name': row.counterparty_name or row.counterparty_account,
            'label': (' '.join(row.remittance) or row.end_to_end_id or row.additional_information)[:200],
            'amount': str(row.amount),
            'state': state,
            'said': said,
        }

    # === What adds up === #

    def _warnings(self):
        for code in dict.fromkeys(warning.code for warning in self.told.warnings):
            if code != 'skipped':
                self._note('warning', WARNINGS[code])
        for message in dict.fromkeys(one.message for one in self.told.warnings if one.code == 'skipped'):
            self._note('warning', _lt("Left out: %s", message))  # our own words and the name of a file in the archive

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
            asks = not self.statement.account_number and _lt(
                "The file does not say which account it is of: is it really that of “%s”?", statement.journal_id.name
            )
            if asks:
                self._note('danger', asks)
            self._note('warning', _lt(
                "The bank had %(bank)s before %(day)s, the books have %(books)s, last on %(last)s: something between is missing, or was entered otherwise.",
                bank=money(opening.amount, currency), books=money(total or 0.0, currency), day=told_day(first), last=told_day(before.date),
            ), True)  # fmt: skip


WARNINGS = {
    'balance': _lt("Opening balance and movements do not make the closing balance: the file may lack some."),
    'checksum': _lt("The bank's own sums in the file differ from its movements."),
    'date': _lt("A day in the file is odd."),
}
