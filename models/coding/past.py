"""Coding as it would have been on a day in the past, for the backtest: with what the company had booked until then."""

from bisect import bisect_left
from dataclasses import replace

from ...matching.coding import Coder, Precedents
from ...matching.coding.data import DOCUMENT
from ...matching.data import AUTO
from .automated import Automated
from .books import OdooBooks
from .deciding import Deciding, confirmed_rest, rule_of
from .kinds import Kinds
from .memory import Memory

#: movements that are read at once; cents that a part may differ
CHUNK, NEAR = 1000, 2


class Past:
    """What a company's people booked, in the order of days.

    :param company: the record"""

    def __init__(self, env, company):
        self.memory = Memory(env, company)
        lines = self.memory.lines.search(
            [('company_id', '=', company.id), ('is_reconciled', '=', True), ('bank_grounds', '!=', False)],
            order='date, id',
        )
        self.booked = []
        for start in range(0, len(lines), CHUNK):
            read = self.memory.booked(lines[start : start + CHUNK])
            # as if each had been booked on its own day
            self.booked += [replace(booked, finished=booked.movement.date) for booked in read]
            lines.invalidate_recordset(['bank_feed_details'], flush=False)
        self.booked.sort(key=lambda booked: booked.finished)  # the bank's days, which are not always the books'
        self.days = [booked.finished for booked in self.booked]
        self.by_id = {booked.id: booked for booked in self.booked}


class PastBooks(OdooBooks):
    """What was open then: documents only, nobody knows what else was."""

    def _open_of(self, partners):
        return set()


class PastDeciding(Deciding):
    """Decides movements of one journal one by one, in the order of their days, as if each kind that is sure had been allowed.

    :param past: :class:`Past` of the journal's company
    :param decider: of documents, with a :class:`models.match.past.HistorySource`"""

    def __init__(self, journal, past, decider):
        self.journal, self.refused, self.decider, self.policy = journal, (), decider, decider.policy
        self.books = PastBooks(journal, decider.source)
        self.automated, self.kinds = Automated(journal, self.books), Kinds(journal.company_id)
        self.past, self.known = past, 0
        self.precedents = Precedents(self.books.rates)

    def outcome(self, movement):
        """:class:`matching.coding.coder.Outcome` with what was known before its day."""
        movement = self._mapped([movement]).get(movement.id, movement)
        [decision] = self.decider.decide([movement])
        until = bisect_left(self.past.days, movement.date)
        if until > self.known:
            self.precedents.learn(self.past.booked[self.known : until])
            self.known = until
        coder = Coder(self.precedents, self.books, self._permits, self._said)
        [outcome] = coder.decide([decision], {movement.id: self.books.whoever(movement)})
        return self._checked(confirmed_rest(outcome))

    def _allowed(self, movement, coding):
        return coding, None

    # === Beside what people did === #

    def verdict(self, outcome):
        """Beside what people made of the movement: 'right', 'wrong', 'proposed', 'other' or 'none'; None where documents were decided."""
        truth = self.past.by_id.get(outcome.movement.id)
        if outcome.kind in (None, DOCUMENT) or not truth:
            return None
        codings = [coding for coding in (outcome.coding, *outcome.others) if coding]
        if outcome.action == AUTO:
            return 'right' if _is_same(codings[0], truth) else 'wrong'
        return 'proposed' if any(_is_same(coding, truth) for coding in codings) else 'other'


def _is_same(coding, truth):
    """The same places, and the same amounts but for rounding."""
    if coding.is_transfer or truth.transfer is not None:
        return coding.is_transfer and truth.transfer is not None
    if truth.documents or len(coding.rows) != len(truth.rows):
        return False
    mine, theirs = (sorted(rows, key=lambda row: (repr(row.place), row.amount)) for rows in (coding.rows, truth.rows))
    return all(
        one.place == other.place and abs(one.amount - other.amount) * 100 <= NEAR for one, other in zip(mine, theirs)
    )


def kind_of(outcome):
    """What a row of the backtest says was decided: 'document', 'coding', 'transfer' or False, and the rule."""
    if outcome.kind in (None, DOCUMENT):
        best = outcome.decision.best
        return (DOCUMENT if best else False), (best.rule if best else False)
    return outcome.kind, rule_of(outcome.coding)
