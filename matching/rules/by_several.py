"""R3, R9: several documents that the movement's texts name make the amount together; a credit note makes up the difference."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import amounts, policy
from ..amounts import FITTING
from ..data import MEDIUM, STRONG, Allocation, Reason
from ..payers import ACCOUNT, GIVEN, NAME, corroboration
from ..similar import ends_with
from .common import contradiction, proposal, together_risk

if TYPE_CHECKING:
    from ..case import Case
    from ..data import Document, Proposal
    from ..hits import Hit

MAX_TOGETHER = 30


def together(case: Case) -> list[Proposal]:
    """R3 and R9: the documents named make the amount together, credit notes with their sign."""
    usable = [hit for hit in case.usable if hit.strength >= MEDIUM or corroboration(case, hit.document)]
    for hits in _groups(case, usable):
        if not 1 < len(hits) <= MAX_TOGETHER:
            continue
        found = _sum(case, hits)
        if found:
            name, allocations = found
            rule = policy.NETTED if any(hit in case.contra for hit in hits) else policy.SEVERAL
            against = _together_doubt(case, hits)
            evidence = [piece for hit in hits for piece in hit.evidence[:1]]
            chance = together_risk(case, hits)
            strength = min(hit.strength for hit in hits)
            return [proposal(case, rule, name, allocations, evidence, against, strength, 0, chance)]
    return []


def _groups(case: Case, usable: list[Hit]) -> Iterator[list[Hit]]:
    """Sets of hits that may be meant together, the likeliest first."""
    contra = case.contra
    yield usable + contra
    payers = [hit for hit in usable + contra if corroboration(case, hit.document)]
    if payers and len(payers) < len(usable) + len(contra):
        yield payers
    strong = [hit for hit in usable if hit.strength >= STRONG]
    if len(strong) < len(usable):
        yield strong + contra
    if contra:
        yield usable
    alone = [
        hit for hit in usable if not any(hit.candidates & other.candidates for other in usable if other is not hit)
    ]
    if len(alone) < len(usable):
        yield alone + contra


def _sum(case: Case, hits: list[Hit]) -> tuple[str, list[Allocation]] | None:
    """(relation, allocations) where the documents make exactly the amount, in full or with their discounts in time."""
    allocations, reduced, discount = [], [], False
    for hit in hits:
        left = case.left(hit.document)
        allocations += [Allocation(hit.document, item, open_) for item, open_ in left]
        for item, open_ in left:
            in_time = item.discount and case.line.date <= item.discount[0] and open_ == item.residual
            discount = discount or bool(in_time)
            reduced.append(
                Allocation(hit.document, item, item.discount[1] if item.discount and in_time else open_, bool(in_time))
            )
    if any(hit.document.currency != case.currency for hit in hits):
        return None
    credit_first = sorted(allocations, key=lambda a: (a.amount > 0) == (case.amount > 0))
    if sum((a.amount for a in allocations), Decimal(0)) == case.amount:
        return amounts.EXACT, credit_first
    if discount and sum((a.amount for a in reduced), Decimal(0)) == case.amount:
        return amounts.DISCOUNT, sorted(reduced, key=lambda a: (a.amount > 0) == (case.amount > 0))
    return None


def _together_doubt(case: Case, hits: list[Hit]) -> Reason | None:
    if any(hit.document.blocked for hit in hits):
        return Reason('disputed', {'number': next(hit.document.number for hit in hits if hit.document.blocked)})
    exact = [hit for hit in case.usable if case.relation(hit.document).name in FITTING]
    if exact:
        return Reason('also', {'number': hits[0].document.number, 'other': exact[0].document.number})
    if len({hit.document.partner for hit in hits}) > 1:  # a stranger's number makes a sum by chance
        return Reason('several_partners', {'count': len(hits)})
    first = hits[0]
    certain = corroboration(case, first.document)
    if all(hit.candidate.day for hit in hits) and not certain:
        return Reason('weak', {'number': first.document.number, 'text': first.candidate.text})
    return next(
        (found for hit in hits if (found := contradiction(case, hit.document, certain, False, hit.candidate.key))), None
    )


def netted(case: Case) -> list[Proposal]:
    """R9: a credit note that is not named, where the amount is what is left after it."""
    for hit in case.usable:
        if hit.strength < STRONG or hit.document.currency != case.currency:
            continue
        total = case.open_total(hit.document)
        if abs(total) <= abs(case.amount):
            continue
        notes = case.contra_of(hit.document.partner)
        fitting = [note for note in notes if total + case.open_total(note) == case.amount]
        if not fitting:
            continue
        note = min(fitting, key=amounts.oldest)
        allocations = [
            Allocation(document, item, open_)
            for document in (note, hit.document)
            for item, open_ in case.left(document)
        ]
        certain = corroboration(case, hit.document)
        said = case.says_credit_note or _named_shortly(case, hit, note)
        named = said and len(fitting) == 1 and certain in (ACCOUNT, GIVEN, NAME)
        against = None if named else Reason('credit_note', {'number': hit.document.number, 'other': note.number})
        against = against or contradiction(case, hit.document, certain, False, hit.candidate.key)
        chance = together_risk(case, [hit])
        return [
            proposal(case, policy.NETTED, amounts.EXACT, allocations, hit.evidence, against, hit.strength, 0, chance)
        ]
    return []


def _named_shortly(case: Case, hit: Hit, note: Document) -> bool:
    """Whether the texts name the credit note by its last digits, beside the invoice: "100856, 0250"."""
    return any(
        ends_with(note, run)
        for token, run, _plain in case.tokens.tails
        if token.piece not in hit.candidate.text and not ends_with(hit.document, run)
    )
