"""The rest of a document that the text explains: a fee that the payer's bank kept is booked with the document, as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..data import Decision, Proposal
from .data import DOCUMENT, Booked, Movement, Row
from .split import gross
from .traits import said_amounts

#: what a rest is remembered under: the word before it, and its direction
REST = 'rest'
CENT = Decimal('0.01')


def keys_of(booked: Booked, rates: Mapping[object, Decimal]) -> list[tuple[str, object, int]]:
    """Under what a document's one row beside it is remembered, where the text says its amount."""
    if not booked.documents or len(booked.rows) != 1:
        return []
    amount = gross(booked.rows[0], rates, CENT)
    return [(REST, word, 1 if amount > 0 else -1) for word in _words(booked.movement, amount)]


def said_of(movement: Movement) -> list[tuple[str, object, int]]:
    """Under what it may be remembered, whichever of the amounts in its text is a rest; of no direction."""
    return [(REST, word, 0) for word in sorted(said_amounts(movement)) if word]


def explained(decision: Decision) -> tuple[Decimal, list[tuple[str, object, int]]] | None:
    """Of a movement that does not fit the one document it names: the difference, signed like the movement, and under what it may be known; None
    where the text does not say it."""
    best, movement = decision.best, decision.line
    if best is None or not isinstance(movement, Movement) or not _is_one_whole(best, movement):
        return None
    left = movement.amount - best.allocations[0].item.residual
    words = _words(movement, left) if left else []
    return (left, [(REST, word, 1 if left > 0 else -1) for word in words]) if words else None


def _is_one_whole(best: Proposal, movement: Movement) -> bool:
    """One document, all that is open of it in one item, in the movement's currency, nothing against it but its amount."""
    if len(best.allocations) != 1 or (best.against is not None and best.against.code not in ('short', 'over')):
        return False
    document = best.allocations[0].document
    return len(document.items) == 1 and document.currency == movement.currency


def _words(movement: Movement, amount: Decimal) -> list[str]:
    """The words that the text has before exactly this amount."""
    return sorted(word for word, said in said_amounts(movement).items() if word and said == [abs(amount)])


def row(known: list[Booked], left: Decimal) -> Row | None:
    """The row that a rest becomes, where all precedents went to one place without taxes; None where they did not."""
    places = {one.rows[0].place for one in known}
    if len(places) != 1 or known[-1].kind[0] != DOCUMENT:
        return None
    ((account, taxes, analytic),) = places
    return None if taxes else Row(account, left, (), analytic, known[-1].rows[0].label)
