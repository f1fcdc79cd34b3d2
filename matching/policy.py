"""Evidence → decision, first cut. Rule names are those of the matching policy:

R1  structured reference, one document, exact amount → auto
R2  reference in the text, one document, exact amount → auto
R3  several references whose documents together make the amount → suggest
    (a reference that names another document too, even a paid one, is not unique → suggest)
R20 the document is paid already → never auto

Everything else that a reference points at is a proposal with its reasons. A document found under a reference must
have the right direction and the movement's currency."""

from decimal import Decimal

from .data import AUTO, NONE, STRUCTURED, SUGGEST, Allocation, Decision, Proposal
from .references import find_references

MAX_PROPOSALS = 5


class Decider:
    """Decides movements in order; what an earlier one took is no longer open for a later one.

    :param lookup: callable(set of keys) → dict key → list of :class:`data.OpenItem`; called once a batch. Closed
        documents come with ``id`` None and residual 0
    :param refused: set of (line id, document) pairs that a person refused"""

    def __init__(self, lookup, refused=()):
        self.lookup = lookup
        self.refused = set(refused)
        self.taken = {}

    def decide(self, lines):
        """:param lines: :class:`data.Line` in booking order
        :return: list of :class:`data.Decision`, one a line"""
        references = {line.id: find_references(line.texts) for line in lines}
        wanted = {reference.key for found in references.values() for reference in found}
        items = self.lookup(wanted) if wanted else {}
        return [self._decide(line, references[line.id], items) for line in lines]

    def _decide(self, line, references, items):
        if not line.amount:
            return Decision(line, NONE, why_not=('zero',))
        if not references:
            return Decision(line, NONE, why_not=('no_reference',))
        found, evidence, wrong = self._found(line, references, items)
        if not found:
            return Decision(line, NONE, why_not=wrong or ('no_document',))
        if len(found) == 1:
            (open_items,) = found.values()
            own = evidence[open_items[0].document]
            return self._decide_one(line, open_items, own, self._also_named(open_items[0], own, items))
        return self._decide_many(line, found, evidence)

    def _found(self, line, references, items):
        """Open items by document, evidence by document, and why documents found are of no use."""
        found, evidence, wrong = {}, {}, ()
        for reference in references:
            for item in items.get(reference.key, ()):
                residual = self._left(item)
                if (line.id, item.document) in self.refused:
                    wrong = wrong or ('refused', item.number)
                elif item.id is None or not residual:
                    wrong = wrong or ('paid', item.number)
                elif (residual > 0) != (line.amount > 0):
                    wrong = wrong or ('direction', item.number)
                elif item.currency != line.currency:
                    wrong = wrong or ('currency', item.number, item.currency)
                else:
                    known = found.setdefault(item.document, [])
                    if item not in known:
                        known.append(item)
                    evidence.setdefault(item.document, {})[reference.key] = reference
        return found, {document: tuple(by_key.values()) for document, by_key in evidence.items()}, wrong

    def _also_named(self, item, evidence, items):
        """Number of another document, open or not, that each reference to ``item`` names as well; '' where one names
        ``item`` alone."""
        others = [
            next((other.number for other in items[reference.key] if other.document != item.document), '')
            for reference in evidence
        ]
        return others[0] if all(others) else ''

    def _left(self, item):
        return item.residual - self.taken.get(item.id, Decimal(0))

    def _decide_one(self, line, open_items, evidence, also):
        structured = any(reference.strength == STRUCTURED for reference in evidence)
        rule = 'R1' if structured else 'R2'
        exact = [item for item in open_items if self._left(item) == line.amount]
        if len(open_items) == 1 and exact and not also:
            self.taken[exact[0].id] = self.taken.get(exact[0].id, Decimal(0)) + line.amount
            return Decision(line, AUTO, Proposal(rule, (Allocation(exact[0], line.amount),), evidence))
        item = (exact or sorted(open_items, key=_oldest))[0]
        left = self._left(item)
        if exact and also:
            why_not = ('also', item.number, also)
        elif exact:
            why_not = ('instalments', item.number, len(open_items))
        elif abs(line.amount) < abs(left):
            why_not = ('short', item.number, abs(left) - abs(line.amount))
        else:
            why_not = ('over', item.number, abs(line.amount) - abs(left))
        amount = left if abs(left) < abs(line.amount) else line.amount
        return Decision(line, SUGGEST, Proposal(rule, (Allocation(item, amount),), evidence, why_not), why_not=why_not)

    def _decide_many(self, line, found, evidence):
        """Several documents: together, if they make the amount; then each, those with the exact amount first."""
        items = [sorted(open_items, key=_oldest)[0] for open_items in found.values()]
        proposals = []
        if sum(self._left(item) for item in items) == line.amount:
            proposals.append(
                Proposal(
                    'R3',
                    tuple(Allocation(item, self._left(item)) for item in items),
                    tuple(reference for item in items for reference in evidence[item.document]),
                    ('several', len(items)),
                )
            )
        why_not = ('several', len(items))
        for item in sorted(items, key=lambda item: (self._left(item) != line.amount, *_oldest(item))):
            left = self._left(item)
            amount = left if abs(left) < abs(line.amount) else line.amount
            proposals.append(Proposal('R2', (Allocation(item, amount),), evidence[item.document], why_not))
        return Decision(line, SUGGEST, proposals[0], tuple(proposals[1:MAX_PROPOSALS]), why_not)


def _oldest(item):
    return (item.due is None, item.due, str(item.id))
