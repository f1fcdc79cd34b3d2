"""The movements of a statement, sorted out: which are new, which are known and from where, which may be known."""

from ...banks.identity import identify
from ...banks.same import FILE
from ..feed.books import Books
from ..feed.place import Place
from .parts import PARTS, Parts
from .reading import in_currency


class Sorting:
    """The movements of a statement, sorted out against the books as they are now.

    ``new``: [(uid, transaction)]; ``doubts``: [(uid, transaction, line ids)]; ``known``: [(uid, transaction, line)]: told another
    way; ``told``: {uid: line}: told by this source before, maybe on hold; ``twice``: uids that a statement before it in the import tells

    :param earlier: of the statements before it in the same import, which are not in the books yet"""

    def __init__(self, statement, told, earlier=()):
        self.statement, self.head, self.place = statement, told.head, Place.of_statement(statement)
        self.books, self.days = Books(self.place), told.days
        here = [one for one in earlier if one.place.journal_id == self.place.journal_id]
        self.earlier = [one for one in here if one.place.voice == self.place.voice]
        self.parts = Parts(self)
        self.rows = rows = dict(self._identify(in_currency(told.booked, self.place.currency_id.name)))
        self.told = self.books.known(list(rows))
        again = self.parts.told_again()
        self.told = {uid: line for uid, line in self.told.items() if uid not in again}
        self.twice = {uid for one in self.earlier for uid in one.rows} & rows.keys() - self.told.keys()
        rest = [
            (uid, row)
            for uid, row in rows.items()
            if uid not in self.told and uid not in again and uid not in self.twice
        ]
        lines = self.parts.lines.union(*self.told.values(), *again.values())
        others = [pair for one in here if one not in self.earlier for pair in one.new]
        found = self.books.settle(rest, lines, self._tells_whole, [row for _uid, row in others])
        self.new = [(one.uid, one.row) for one in found.new]
        self.known = [
            (uid, rows[uid], self.books.lines.browse(number)) for uid, number in found.known.items() if number > 0
        ]
        self.twice |= {uid for uid, number in found.known.items() if number < 0}
        self.counted = found.counted
        self.doubts = [
            (uid, rows[uid], [number for number in numbers if number > 0]) for uid, numbers in found.doubts.items()
        ]
        self.doubts += [(uid, rows[uid], lines.ids) for uid, lines in again.items()]

    def gone(self):
        """What is on hold of this source on days that this statement tells whole, and not under that name any more."""
        if self.place.way != FILE:
            return self.statement.env['bank.feed.unposted']
        domain = [
            *self.place.source_domain,
            ('state', '=', 'held'),
            ('uid', 'not in', list(self.rows)),
            ('dismissed', '=', False),
        ]
        held = self.statement.env['bank.feed.unposted'].search(domain)
        return held.filtered(lambda one: one.date and self._tells_whole(one.date))

    def _tells_whole(self, day):
        """Whether all of a day is told: by this statement; a mail's day, by a fetch or an imported statement."""
        if self.place.way == FILE:
            return not self.head.format.startswith(PARTS) and self.days[0] <= day <= self.days[1]
        feeds = self.place.journal_id.sudo().bank_feed_ids.filtered('fetched_until')
        if any(feed.date_from <= day <= feed.fetched_until for feed in feeds):
            return True
        domain = [('journal_id', '=', self.place.journal_id.id), ('state', '=', 'done'), ('format', '!=', 'mail')]
        return bool(self.statement.search_count([*domain, ('date_from', '<=', day), ('date_to', '>=', day)], limit=1))

    def _identify(self, rows):
        """[(uid, transaction)]; what a mail tells without the bank's id is that mail's own: another mail may tell an equal payment. What
        a statement tells without one, that goes on where another one ended, are more of them."""
        mail, found = self.statement.digest, []
        names = self.parts.names() if self.place.way == FILE and rows else None
        for uid, row in identify(rows):
            if uid.startswith('fp:'):
                base, _sign, ordinal = uid.rpartition(':')
                number = names.number(base, int(ordinal)) if names else int(ordinal)
                uid = f'{base}:{number}' + (f':{mail[:16]}' if mail else '')
            found.append((uid, row))
        return found
