"""R10 to R12: the customer's own constant identifier instead of a document's number."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from .. import amounts, policy, risk
from ..data import MEDIUM, STRONG, STRUCTURED, WEAK, Allocation, Evidence, Reason
from ..markers import DOCUMENT, ORDERED
from ..payers import is_named
from ..references import FIELD, SYMBOL
from ..text import is_date
from .common import contradiction, months_agree, of_the_month, payers_own, proposal, variants

if TYPE_CHECKING:
    from ..case import Case
    from ..data import Candidate, Document, Proposal

#: more open documents make sums that fit by chance (matching policy 3.4)
MAX_SUMMED = 8
MIN_KEY = 5
#: digits of a number that may be an invoice's
MIN_NUMBER = 3
MIN_DIGITS = 6
#: documents that are shown where a month is named
MAX_SHOWN = 3


def by_identifier(case: Case) -> list[Proposal]:
    proposals = []
    for partner, candidate in case.identified.items():
        worth = _worth(candidate)
        if worth >= MEDIUM or partner in case.payers or candidate.mark == ORDERED or is_named(case, partner):
            evidence = (Evidence(candidate.field, candidate.text, 'identifier', worth),)
            proposals += _of_partner(case, partner, candidate, evidence, worth)
    return proposals


def _worth(candidate: Candidate) -> int:
    """Whole customers' numbers are short and plain: other firms' numbers look alike."""
    key = candidate.key
    if candidate.how in (FIELD, SYMBOL):
        return STRUCTURED if len(key) >= (MIN_DIGITS if key.isdigit() else MIN_KEY) else WEAK
    if not key.isdigit():
        return STRONG if len(key) >= MIN_KEY else WEAK
    if len(key) < MIN_DIGITS:
        return WEAK
    return STRONG if candidate.mark else MEDIUM


def _of_partner(
    case: Case, partner: object, candidate: Candidate, evidence: tuple[Evidence, ...], worth: int
) -> list[Proposal]:
    against = _doubt(case, partner, candidate, evidence, worth)
    equal = [document for document in case.equal_of(partner) if document.kind != 'payment']
    if len(equal) > 1 and against is None and any(case.relation(doc).name != amounts.EXACT for doc in equal):
        against = Reason('payer_only', {'count': len(equal)})
    if equal:
        return _equal(case, partner, candidate, evidence, worth, against, equal)
    documents = [document for document in case.open_of(partner) if document.kind != 'payment']
    if not documents:
        return []
    against = against or contradiction(case, documents[0], case.payers.get(partner, ''))
    of_months = [document for document in documents if of_the_month(case, document)]
    named = in_full(case, of_months) if of_months else None
    sums = named or in_full(case, documents)
    if sums and len(documents) <= MAX_SUMMED:
        alone = named and len(of_months) == len(case.reading.months) == len(
            {doc.date.month for doc in of_months if doc.date}
        )
        if case.reading.says_period and against is None and not alone:
            against = Reason('month', {'number': documents[0].number, 'other': documents[-1].number})
        chance = _risk(case, partner, candidate, 1, ())
        return [proposal(case, policy.IDENTIFIED_SUM, amounts.EXACT, sums, evidence, against, worth, 0, chance)]
    spread = oldest_first(case, documents)
    if not spread:
        return []
    fifo = case.policy.fifo and against is None
    reason = against or (None if fifo else Reason('identifier_sum', {'count': len(documents)}))
    return [
        proposal(
            case,
            policy.IDENTIFIED_ANY,
            amounts.UNDER,
            spread,
            evidence,
            reason,
            worth,
            0,
            _risk(case, partner, candidate, 1, ()),
        )
    ]


def _equal(
    case: Case,
    partner: object,
    candidate: Candidate,
    evidence: tuple[Evidence, ...],
    worth: int,
    against: Reason | None,
    equal: list[Document],
) -> list[Proposal]:
    """The oldest due, then the lowest id, as they are interchangeable; where a month is named, that month's first, and a
    person looks."""
    months = case.reading.says_period and len(equal) > 1
    oldest = equal[0]
    if months:
        equal = sorted(equal, key=lambda document: not of_the_month(case, document))
    relation = case.relation(equal[0])
    against = against or contradiction(case, equal[0], case.payers.get(partner, ''))
    if against is None and not months_agree(case, oldest, equal):
        against = Reason('month', {'number': equal[0].number, 'other': equal[-1].number})
    if against is None and partner not in case.payers and (other := payers_own(case, equal[0])):
        against = Reason('payer_has_equal', {'number': equal[0].number, 'text': candidate.text, 'other': other.number})
    near = [] if _corroborated(case, partner) else _near_others(case, partner, candidate)
    chance = _risk(case, partner, candidate, case.counted(equal[0], relation), near)
    if against is None and chance > case.policy.budget:
        values = {'number': equal[0].number, 'text': candidate.text, 'risk': chance}
        against = Reason('neighbour', {**values, 'other': near[0].number}) if near else Reason('risk', values)
    shown = (equal[:MAX_SHOWN] if months else equal[:1]) + (near[: MAX_SHOWN - 1] if against else [])
    return [
        proposal(
            case,
            policy.IDENTIFIED,
            relation.name,
            case.relation(document).allocations,
            evidence,
            against if against or not place else Reason('month', {'number': equal[0].number, 'other': document.number}),
            worth,
            place,
            chance,
        )
        for place, document in enumerate(shown)
    ]


def _doubt(
    case: Case, partner: object, candidate: Candidate, evidence: tuple[Evidence, ...], worth: int
) -> Reason | None:
    if case.payers and partner not in case.payers:
        return Reason('identifier_of_another', {'text': evidence[0].text})
    if any(len(case.identified) > 1 and other != partner for other in case.identified):
        return Reason('identifiers', {'count': len(case.identified)})
    if worth < STRONG and not _corroborated(case, partner):
        return Reason('identifier_weak', {'text': evidence[0].text})
    if candidate.day and partner not in case.payers:
        return Reason('identifier_weak', {'text': evidence[0].text})
    if other := _names_an_invoice(case, evidence[0].text):
        return Reason('names_other', {'text': other})
    return None


def _risk(
    case: Case, partner: object, candidate: Candidate, equal: int, near: list[Document] | tuple[Any, ...]
) -> float:
    """Of an identifier that is mistyped into another customer's, or no identifier at all; known payers mistype none."""
    known = _corroborated(case, partner)
    chance = risk.accident(case, candidate, 1 if known else equal, partner if known else None)
    if not known:
        chance += risk.slip(case, candidate.key, len(near), equal, False)
    return max(chance, risk.FLOOR)


def _near_others(case: Case, partner: object, candidate: Candidate) -> list[Document]:
    """Documents of this amount of customers whose identifier is one slip away, the nearest number first."""
    found, typed = [], candidate.key
    near = case.source.identified_many(case.company, list(variants(typed)), case.line.date)
    if typed.isdigit():
        near = sorted(near, key=lambda pair: abs(int(pair[0]) - int(typed)) if pair[0].isdigit() else 0)
    for _key, partners in near:
        for other in partners:
            if other != partner and (documents := case.equal_of(other)):
                found.append(documents[0])
    return found


def _names_an_invoice(case: Case, identifier: str) -> str:
    """A number behind a word such as "invoice", beside the identifier: the payer means that one."""
    for token in case.tokens:
        number = sum(map(str.isdigit, token.key)) >= MIN_NUMBER and ' ' not in token.piece
        if token.mark == DOCUMENT and number and token.piece not in identifier and not is_date(token.piece):
            return token.piece
    return ''


def _corroborated(case: Case, partner: object) -> bool:
    return partner in case.payers or is_named(case, partner)


def in_full(case: Case, documents: list[Document]) -> list[Allocation] | None:
    """Allocations of the oldest documents that make exactly the amount; None where none do."""
    allocations, rest = [], case.amount
    for document in documents:
        if document.currency != case.currency:
            return None
        for item, open_ in case.left(document):
            allocations.append(Allocation(document, item, open_))
            rest -= open_
        if not rest:
            return allocations
        if (rest > 0) != (case.amount > 0):
            return None
    return None


def oldest_first(case: Case, documents: list[Document]) -> list[Allocation]:
    """The amount over the documents, the oldest first, until it is used up."""
    allocations, rest = [], case.amount
    for document in documents:
        for item, open_ in case.left(document):
            if rest and document.currency == case.currency:
                part = open_ if abs(open_) <= abs(rest) else rest
                allocations.append(Allocation(document, item, Decimal(part)))
                rest -= part
    return allocations
