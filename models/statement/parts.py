"""Statements that each tell a part of a day: how many equal movements without the bank's id there are, and which are the same."""

from collections import Counter, defaultdict

from ...banks.same import FILE

#: formats that tell parts of a day, whatever their balances
PARTS = ('camt.052', 'camt.054', 'mt942')
#: parts of one day
MAX_PARTS = 50


class Names:
    """Numbers of equal movements. ``before``: {name: how many others tell}; ``kept``: {name: numbers that this statement gave them when it
    was imported before}"""

    def __init__(self, before, kept):
        self.before, self.kept = before, kept

    def number(self, name, ordinal):
        """The number of the ``ordinal``-th of its name in this statement."""
        kept = self.kept.get(name, ())
        return kept[ordinal] if ordinal < len(kept) else ordinal + self.before.get(name, 0)


class Parts:
    """Other statements of the source of a :class:`.sorting.Sorting` that touch its days: those that tell other parts of them, by page
    or by balance.

    ``lines``: what those told: other movements"""

    def __init__(self, sorting):
        self.sorting, self.statement, self.env = sorting, sorting.statement, sorting.statement.env
        self.currency, self.lines = sorting.place.currency_id, sorting.books.lines
        self.unclear = self.statement.browse()

    def names(self):
        """:class:`Names`"""
        done = self._of_source()
        if twin := done.filtered(self._is_twin)[:1]:
            others = done - twin
            kept = defaultdict(list)
            for base, number in self._numbers(twin.entry_ids.mapped('uid')):
                kept[base].append(number)
            kept = {base: sorted(numbers) for base, numbers in kept.items()}
        else:
            others, kept = done, {}
        before = Counter()
        for statement in self._chain(others):
            self._count(before, statement.entry_ids.mapped('uid'))
            self.lines |= statement.entry_ids.line_id
        for one in self._chain_of_earlier():
            self._count(before, one.rows)
        return Names(before, kept)

    def told_again(self):
        """{uid: line}: told under this name by a statement of which nobody knows whether it tells another part of the day."""
        whole = (
            not self.sorting.head.format.startswith(PARTS) and self.statement.has_opening and self.statement.has_closing
        )
        told = {uid: line for uid, line in self.sorting.told.items() if line and uid.startswith('fp:')}
        if not told or self.sorting.place.way != FILE or (whole and not self.unclear):
            return {}
        domain = [('voice', '=', self.sorting.place.voice), ('journal_id', '=', self.sorting.place.journal_id.id)]
        entries = self.env['bank.import.entry'].search([*domain, ('uid', 'in', list(told))])
        found = {}
        for uid, ours in entries.grouped('uid').items():
            statements = ours.statement_id
            same = any(one.number == self.statement.number or self._is_twin(one) for one in statements)
            # an export has no number: it tells whole days
            again = statements & self.unclear if whole else self.statement.number
            if again and not same:
                found[uid] = told[uid]
        return found

    # === Which are parts === #

    def _of_source(self):
        """Statements of this source that are in the books and touch this one's days."""
        first, last = self.sorting.days
        return self.statement.search(
            [('journal_id', '=', self.sorting.place.journal_id.id), ('voice', '=', self.sorting.place.voice), ('state', '=', 'done'),
             ('date_to', '>=', first), ('date_from', '<=', last), ('id', '!=', self.statement.id)]
        )  # fmt: skip

    def _is_twin(self, other):
        """Whether it is this statement, imported before."""
        mine = self.statement
        values = (
            'number',
            'page',
            'date_from',
            'date_to',
            'has_opening',
            'has_closing',
            'opening',
            'closing',
            'format',
        )
        return all(mine[name] == other[name] for name in values) and bool(mine.number or mine.has_closing)

    def _chain(self, statements):
        """Those that go before it or behind it, one after the other, on its first or last day."""
        found, waiting = statements.browse(), [self.statement]
        while waiting and len(found) < MAX_PARTS:
            one = waiting.pop()
            for other in statements - found:
                if self._follows(other, one) or self._follows(one, other):
                    found |= other
                    waiting.append(other)
        return found

    def _chain_of_earlier(self):
        found, waiting = [], [self.statement]
        while waiting and len(found) < MAX_PARTS:
            one = waiting.pop()
            for sorting in self.sorting.earlier:
                other = sorting.statement
                if sorting not in found and (self._follows(other, one) or self._follows(one, other)):
                    found.append(sorting)
                    waiting.append(other)
        return found

    def _follows(self, before, after):
        """Whether ``after`` goes on where ``before`` ends: its next page, or with its closing balance on its last day, where that day
        changed the balance: else both tell the day."""
        behind = before.import_id == after.import_id and after.index == before.index + 1
        if before.page and after.page == before.page + 1 and (before.number == after.number or behind):
            return True
        if not before.has_closing or not after.has_opening or not before.date_to or before.date_to != after.date_from:
            return False
        if self.currency.compare_amounts(before.closing, after.opening):
            return False
        if self.currency.is_zero(self._net(before)) or self.currency.is_zero(self._net(after)):
            self.unclear |= (before | after) - self.statement
            return False
        return True

    def _net(self, statement):
        """What it tells of its whole time: a statement of one day, or the balances' difference."""
        return statement.closing - statement.opening if statement.has_opening and statement.has_closing else 1.0

    # === Numbers === #

    @staticmethod
    def _numbers(uids):
        for uid in uids:
            base, _sign, ordinal = uid.rpartition(':')
            if base.startswith('fp:') and ordinal.isdecimal():
                yield base, int(ordinal)

    def _count(self, found, uids):
        for base, number in self._numbers(uids):
            found[base] = max(found[base], number + 1)
