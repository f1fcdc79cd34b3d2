"""R13, R14: a number that is mistyped or cut, among the few documents that payer and amount point at."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any

from .. import amounts, policy, risk
from ..data import MEDIUM, STRONG, WEAK, Evidence, Reason
from ..keys import FULL, compact, digits
from ..similar import CUT, TAIL, TYPO, Likeness, resemblance
from ..source import MAX_EQUAL
from .common import FEW, contradiction, is_of_another_journal, proposal, variants

if TYPE_CHECKING:
    from ..case import Case
    from ..data import Document, Proposal
    from ..hits import Hit
    from ..similar import Token, Tokens

#: documents of the amount that are compared with what nobody's payer wrote
MAX_SCANNED = 15
MIN_VARIED = 7
#: digits of a number that tells a sister company's document
MIN_SISTERS = 6
MAX_PROPOSED = 3


def by_resemblance(case: Case) -> list[Proposal]:
    """Documents of the payer first; where nobody is known, those of the amount, which are only proposed."""
    found = case.tokens
    if not found:
        return []
    known = {key for key in case.source.known(case.company, list(case.candidates)) if _is_meant(case, key)}
    proposals = []
    shortened = _shortened(case)
    for partner in case.payers:
        proposals += _of_payer(case, partner, found, known, shortened)
    if not proposals:
        proposals = _of_anybody(case, found, known)
    return proposals or _paid_by_another(case, shortened)


def _is_meant(case: Case, key: str) -> bool:
    """Whether what names a document exactly, open or not, is no typing error: not so where the payer is known and the document is
    somebody else's."""
    return not case.payers or any(doc.partner in case.payers for doc, _kind in case.source.documents(case.company, key))


def _shortened(case: Case) -> list[tuple[Document, Token]]:
    """[(document, token)] that a number without its year may be."""
    return [
        (document, case.shortened[key])
        for key in case.source.known(case.company, list(case.shortened))
        for document, _kind in case.source.documents(case.company, key)
        if not case.obstacle(document)
    ]


def _paid_by_another(case: Case, shortened: list[tuple[Document, Token]]) -> list[Proposal]:
    """A shortened number and the amount fit, only the payer does not: worth a look."""
    proposals = []
    for document, token in shortened:
        if token.mark and case.relation(document).name in amounts.FITTING:
            reason = _nobodys(case, document, token.piece)
            likeness = Likeness(TAIL, token.field, token.piece, False)
            proposals.append(_proposal(case, document, likeness, reason))
    return proposals[:MAX_PROPOSED]


def _of_payer(
    case: Case, partner: object, found: Tokens, known: set[str], shortened: list[tuple[Document, Token]]
) -> list[Proposal]:
    equal = case.equal_of(partner)
    more = [document for document, _token in shortened if document.partner == partner and document not in equal]
    equal = equal + [document for document in more if case.relation(document).name in amounts.FITTING]
    all_seen = len(case.source.equal(case.company, case.currency, case.amount, partner)) < MAX_EQUAL
    resembling = [(document, likeness) for document in equal if (likeness := resemblance(document, found, known))]
    if exact := [pair for pair in resembling if pair[1].exact]:
        resembling, all_seen = exact, True
    proposals = []
    for document, likeness in resembling:
        against = None
        if len(resembling) > 1 or not all_seen:
            against = Reason('resembling', {'count': len(resembling), 'text': likeness.piece})
        elif not likeness.sure and (len(equal) > 1 or likeness.kind == CUT):
            against = Reason('resembling', {'count': len(equal), 'text': likeness.piece})
        elif any(
            hit.strength >= STRONG or (likeness.kind == TYPO and _is_a_strangers(case, hit, likeness))
            for hit in (*case.closed, *case.planned, *case.usable)
        ):
            against = Reason('names_another', {'number': document.number})
        elif is_of_another_journal(case, likeness.piece, document):
            against = Reason('ambiguous', {'number': document.number, 'text': likeness.piece})
        elif len(case.payers) > 1 and case.open_count[0] > 1:
            against = Reason('resembling', {'count': len(case.payers), 'text': likeness.piece})
        against = against or contradiction(case, document, case.payers[partner])
        key = compact(likeness.piece)
        if against is None and len(key) >= MIN_SISTERS and case.source.elsewhere(case.company, key):
            against = Reason('sister', {'number': document.number})
        proposals.append(_proposal(case, document, likeness, against))
    if not proposals and not any(hit.strength >= STRONG for hit in case.usable):
        for document in more + case.open_of(partner):
            likeness = resemblance(document, found, known)
            if likeness:
                reason = Reason('resembling_amount', {'number': document.number, 'text': likeness.piece})
                proposals.append(_proposal(case, document, likeness, reason))
    return proposals[:MAX_PROPOSED]


def _is_a_strangers(case: Case, hit: Hit, likeness: Likeness) -> bool:
    """Whether what resembles the payer's document is exactly another customer's."""
    return hit.candidate.text == likeness.piece and hit.document.partner not in case.payers


def _of_anybody(case: Case, found: Tokens, known: set[str]) -> list[Proposal]:
    proposals = []
    for document in case.source.equal(case.company, case.currency, case.amount)[:MAX_SCANNED]:
        likeness = resemblance(document, found, known)
        if likeness and not case.obstacle(document):
            reason = _nobodys(case, document, likeness.piece)
            proposals.append(_proposal(case, document, likeness, reason))
    if not proposals and not (case.usable and case.open_count[0] <= FEW):  # few were all seen
        proposals = _varied(case, found)
    return proposals[:MAX_PROPOSED]


def _nobodys(case: Case, document: Document, text: str) -> Reason:
    """Why a resemblance that nothing else speaks for is only proposed: nobody knows the payer, or he is another customer."""
    if not case.payers:
        code = 'resembling_unknown'
    else:
        code = 'ambiguous' if document.partner in case.payers else 'resembling_other'
    return Reason(code, {'number': document.number, 'text': text})


def variants_asked(case: Case) -> Collection[str]:
    """Keys that will be looked up where nothing else is known: asked for a whole batch at once."""
    if case.usable:
        return ()
    likely = _likely(case.tokens)
    return variants(likely.key) if likely else ()


def _likely(found: Tokens) -> Token | None:
    """The token that is most likely a number with a slip in it, or None."""
    likely = (token for token in found.mistyped if len(token.key) >= MIN_VARIED and token.field != 'counterparty_name')
    return next(likely, None)


def _varied(case: Case, found: Tokens) -> list[Proposal]:
    """Numbers one slip away, looked up; the amount decides which come first, then the oldest."""
    likely = _likely(found)
    if likely is None:
        return []
    near: dict[Any, Any] = {}
    far: dict[Any, Any] = {}
    for variant in case.source.known(case.company, list(variants(likely.key))):
        for document, kind in case.source.documents(case.company, variant):
            some = far if _is_far(case, document) else near
            if kind in FULL and (some is near or len(far) < MAX_PROPOSED) and not case.obstacle(document):
                some[document.id] = document
    if case.usable:
        far = {}  # of another amount, where something else is named: nobody's guess
    best = sorted(near.values(), key=lambda document: _distance(document, likely)) + sorted(
        far.values(), key=amounts.oldest
    )
    likeness = Likeness(TYPO, likely.field, likely.piece, False)
    return [
        _proposal(case, document, likeness, _nobodys(case, document, likely.piece)) for document in best[:MAX_PROPOSED]
    ]


def _distance(document: Document, token: Token) -> tuple[int, tuple[bool, date, str]]:
    """How many numbers lie between what was written and a document's, the oldest first of those that are as near."""
    numbers = [int(found) for key in (document.number, document.payment_reference) if (found := digits(key))]
    written = int(digits(token.key) or 0)
    return min((abs(number - written) for number in numbers), default=0), amounts.oldest(document)


def _is_far(case: Case, document: Document) -> bool:
    """Whether nothing that is open on the document is the amount."""
    amount = case.amount_in(document)
    return all(item.residual != amount for item in document.items)


def _proposal(case: Case, document: Document, likeness: Likeness, against: Reason | None) -> Proposal:
    kind, field, piece = likeness[:3]
    relation = case.relation(document)
    rule = policy.MISTYPED if kind == TYPO else policy.CUT
    evidence = (Evidence(field, piece, kind, MEDIUM if kind == TYPO else WEAK),)
    if relation.name not in amounts.FITTING and against is None:
        against = Reason('resembling_amount', {'number': document.number, 'text': piece})
    return proposal(case, rule, relation.name, relation.allocations, evidence, against, MEDIUM, 0, risk.MISSING)
