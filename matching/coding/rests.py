"""The rest of a document: a fee that the payer's bank kept, as the text says it or as this payer's payments were short of before, is booked with
the document, as it was before."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..data import Decision, Proposal
from .data import DOCUMENT, Booked, Movement, Row
from .split import gross
from .traits import ACCOUNT, NAME, said_amounts, traits

#: what a rest is remembered under: the word before it, or else who paid, and its direction
REST, OF_PAYER = 'rest', 'rest_of_payer'
CENT = Decimal('0.01')
#: a payer's rest, where it is more than this share of the document: it was no fee
SHARE = Decimal('0.1')
Key = tuple[str, object, int]


def keys_of(booked: Booked, rates: Mapping[object, Decimal]) -> list[Key]:
    """Under what a document's one row beside it is remembered: the word before its amount, else who paid."""
    if not booked.documents or len(booked.rows) != 1:
        return []
    amount = gross(booked.rows[0], rates, CENT)
    sign = 1 if amount > 0 else -1
    return [(REST, word, sign) for word in _words(booked.movement, amount)] or of_payer(booked.movement, sign)


def said_of(movement: Movement) -> list[Key]:
    """Under what it may be remembered, whichever of the amounts in its text is a rest; of no direction."""
    return [(REST, word, 0) for word in sorted(said_amounts(movement)) if word]


def of_payer(movement: Movement, sign: int) -> list[Key]:
    """Under what the rest of a document is remembered that no text explains: the payer's account, then the name."""
    grounds = [ground for ground in traits(movement).grounds if ground[0] in (ACCOUNT, NAME)]
    return [(OF_PAYER, f'{kind} {key} {way}', sign) for kind, key, way in grounds]


def difference(decision: Decision) -> Decimal | None:
    """What a movement has more, or less, than all that is open of the one document it names, signed like the movement; None where there is no
    such document, or no difference."""
    best, movement = decision.best, decision.line
    if best is None or not isinstance(movement, Movement) or not _is_one_whole(best, movement):
        return None
    return movement.amount - best.allocations[0].item.residual or None


def said(decision: Decision) -> list[Key]:
    """Under what the difference may be known: the words that the text has before it."""
    left, movement = difference(decision), decision.line
    if left is None or not isinstance(movement, Movement):
        return []
    return [(REST, word, 1 if left > 0 else -1) for word in _words(movement, left)]


def _is_one_whole(best: Proposal, movement: Movement) -> bool:
    """One document, all that is open of it in one item, in the movement's currency, nothing against it but its amount; no early-payment discount."""
    if any(part.discount for part in best.allocations):
        return False
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


def usual(known: list[Booked], decision: Decision, left: Decimal, rates: Mapping[object, Decimal]) -> list[Booked]:
    """The precedents of a payer's rest: of the document's partner, in its currency; none for what is no such rest: unlike those before, or much of the
    document."""
    [part] = decision.allocations
    mine = [
        one
        for one in known
        if one.movement.currency == decision.line.currency and one.partner in (None, part.document.partner)
    ]
    sizes = [abs(gross(one.rows[0], rates, CENT)) for one in mine]
    if not sizes or not min(sizes) <= abs(left) <= max(sizes) or abs(left) > SHARE * abs(part.item.residual):
        return []
    return [one for one, size in zip(mine, sizes) if size == abs(left)] or mine
