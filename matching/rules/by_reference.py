"""R1, R2, R5 to R8, R15, R16, R20, R21: a document that the movement's texts name."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import amounts, policy
from ..amounts import EXACT, FITTING, OVER
from ..data import MEDIUM, STRONG, STRUCTURED, WEAK, Allocation, Proposal, Reason
from ..keys import DIGITS, FULL, MIN_MARKED_DIGITS, NUMBER, ORDER, SHORT
from ..markers import DOCUMENT
from ..payers import ACCOUNT, GIVEN, corroboration
from ..references import ALIKE, JOINED, PART, SCHEME, WORD
from .by_several import netted, together
from .common import (
    another_number,
    contradiction,
    exact_doubt,
    is_of,
    months_agree,
    months_off,
    payers_own,
    proposal,
    together_risk,
)

if TYPE_CHECKING:
    from ..amounts import Relation
    from ..case import Case
    from ..data import Document, Evidence
    from ..hits import Hit

#: what goes on behind a number: ", 2026000999", "-433", " a 12"
_LISTED = re.compile(r' ?(?:[,;+&]|-|A |AND |UND |OG |ES |I ) ?(?:[A-Z]{1,4}[/-]?)?\d{2,}')
#: digits of a whole number behind "invoice" that names a document of a payer who is known by account
MIN_BARE_MARKED = 4
#: documents of one reference that are proposed each
MAX_SINGLE = 8


def by_reference(case: Case) -> list[Proposal]:
    """Proposals for all documents named: together where they make the amount, then each."""
    usable = case.usable
    if len(case.hits) == 1 and usable:  # the usual case
        only = _single(case, usable[0], False)
        if only.against is None:
            return [only]
    proposals = []
    if len(usable) + len(case.contra) > 1:
        proposals += together(case)
    if usable:
        settled = any(proposal.against is None for proposal in proposals)
        if len(usable) > MAX_SINGLE:  # of a constant reference: those of the amount first, the oldest among them
            usable = sorted(
                usable,
                key=lambda hit: (case.relation(hit.document).name not in FITTING, months_off(case, hit.document)),
            )
        proposals += [_single(case, hit, settled) for hit in usable[:MAX_SINGLE]]
    proposals += netted(case)
    proposals += _other_currency(case)
    return proposals


def blocked(case: Case) -> tuple[str, Reason, tuple[Evidence, ...]] | None:
    """R20, R21: (rule, reason, evidence) where what was named can take no money, else None."""
    for rule, hits in ((policy.PAID, case.closed), (policy.PLANNED, case.planned)):
        for hit in sorted(hits, key=lambda hit: -hit.strength):
            if hit.strength >= MEDIUM:
                return rule, case.obstacles[hit.document.id], hit.evidence
    for id_, reason in case.obstacles.items():
        if case.hits[id_].strength >= MEDIUM:
            return '', reason, case.hits[id_].evidence
    return None


def in_advance(case: Case) -> list[Proposal]:
    """R21: an order or a pro-forma that is named is shown, as far as its amount is known; nothing posts it."""
    proposals = []
    for hit in case.planned:
        item = hit.document.items[0] if hit.document.items else None
        known = hit.document.state == 'open' and item and item.residual and hit.document.currency == case.currency
        if hit.strength < MEDIUM or not known or not item:
            continue
        if (item.residual > 0) == (case.amount > 0):
            name = EXACT if item.residual == case.amount else OVER
            parts = (Allocation(hit.document, item, min(item.residual, case.amount, key=abs)),)
            reason = case.obstacles[hit.document.id]
            proposals.append(proposal(case, policy.PLANNED, name, parts, hit.evidence, reason, hit.strength))
    return proposals


# === One document === #


def _single(case: Case, hit: Hit, settled: bool) -> Proposal:
    document = hit.document
    relation = case.relation(document)
    certain = corroboration(case, document)
    chance = None
    if relation.name in FITTING:
        rule = _exact_rule(hit)
        against, chance = exact_doubt(case, hit, relation, certain)
        against = against or _rivals(case, hit, certain)
    elif document.currency != case.currency:
        rule, against = policy.NAMED, Reason('currency', {'number': document.number, 'currency': document.currency})
    elif relation.name == OVER:
        over = abs(case.amount) - abs(relation.total)
        rule, against = (
            policy.NAMED_MORE,
            _inexact_doubt(case, hit, relation, certain, Reason('over', _values(hit, over))),
        )
    else:
        short = abs(relation.total) - abs(case.amount)
        rule = policy.STRUCTURED_PART if hit.strength == STRUCTURED else policy.NAMED_PART
        against = _inexact_doubt(case, hit, relation, certain, Reason('short', _values(hit, short)))
    if settled and against is None:
        against = Reason('several', {'count': len(case.usable)})
    if document.blocked:
        against = Reason('disputed', {'number': document.number})
    if against is None and chance is None:
        chance = together_risk(case, [hit])
    place = months_off(case, document)
    return proposal(case, rule, relation.name, relation.allocations, hit.evidence, against, hit.strength, place, chance)


def _values(hit: Hit, amount: Decimal) -> dict[str, Decimal | str]:
    return {'number': hit.document.number, 'amount': amount}


def _exact_rule(hit: Hit) -> str:
    if hit.kind == ORDER:
        return policy.IDENTIFIED
    if hit.strength == STRUCTURED:
        return policy.STRUCTURED
    if hit.candidate.how == JOINED:
        return policy.SPLIT
    if hit.candidate.how == ALIKE:
        return policy.MISTYPED
    if hit.candidate.how == PART:
        return policy.GLUED
    return {STRONG: policy.NAMED, MEDIUM: policy.SHORT}.get(hit.strength, policy.CUT)


def _rivals(case: Case, hit: Hit, certain: str) -> Reason | None:
    """Another document that the texts name just as well."""
    document = hit.document
    for other in case.usable:
        if other.document.id != document.id and other.strength >= min(hit.strength, STRONG) and _counts(other, hit):
            same_text = other.candidates & hit.candidates
            if same_text and document.partner in case.payers and not corroboration(case, other.document):
                continue  # the same number of another's document: the payer tells
            fits = case.relation(other.document).name in FITTING
            same = document.partner is not None and other.document.partner == document.partner
            if fits and same and same_text == hit.candidates == other.candidates:
                pair = sorted((document, other.document), key=amounts.oldest)
                if not months_agree(case, pair[0], pair):
                    return Reason('month', {'number': document.number, 'other': other.document.number})
                if pair[0] is document:
                    continue  # interchangeable: the oldest is taken
            if same_text and same and not fits:
                continue  # a constant reference: the amount tells
            if fits or not (same_text and (certain or case.open_count[0] <= 1)):
                return Reason('also', {'number': document.number, 'other': other.document.number})
    for other in (*case.closed, *case.planned):
        if _explained(case, hit, other):
            if other in case.closed and not months_agree(case, document, [document]):
                return Reason('month', {'number': document.number, 'other': other.document.number})
            continue
        better = other.strength > hit.strength if certain else other.strength >= hit.strength
        if better and _counts(other, hit):
            code = 'also_paid' if other in case.closed else 'also_draft'
            return Reason(code, {'number': document.number, 'other': other.document.number})
    return None


def _explained(case: Case, hit: Hit, other: Hit) -> bool:
    """Whether a paid document, a draft or an order is named only by what names the open one: the order that the invoice is
    for; what a constant reference was paid with before; the invoice of a registered payment; an equal number of another
    journal, where the letters were written."""
    same = other.candidates & hit.candidates
    partner = hit.document.partner is not None and other.document.partner == hit.document.partner
    if other.document.kind == 'order':
        return bool(same) and (partner or not case.payers)
    if same and partner and other in case.closed:
        return True
    if hit.document.kind == 'payment' and partner and other in case.closed:
        return True
    return hit.kind == NUMBER and other.kind in (DIGITS, SHORT) and not hit.candidate.key.isdigit()


def _counts(other: Hit, hit: Hit) -> bool:
    """Whether another hit rests on something else than the better half of the same piece of text."""
    return other.strength > MEDIUM or other.candidate.text == hit.candidate.text or hit.strength <= other.strength


def _inexact_doubt(case: Case, hit: Hit, relation: Relation, certain: str, reason: Reason) -> Reason | None:
    """R6 to R8: a reference whose amount does not fit may be another's; what else it may be keeps it from posting."""
    document = hit.document
    checked = hit.checked(case.trusted) and not case.payers
    if against := contradiction(case, document, certain, checked, hit.candidate.key):
        return against
    if hit.candidate.day or case.reading.says_settlement:
        return reason
    if other := another_number(case, hit):
        return Reason('names_other', {'text': other})
    twice = relation.name == OVER and abs(case.amount) == abs(document.total)
    if twice or _is_listed(case, hit) or (relation.name == OVER and _more_is_named(case, hit)):
        return reason  # paid once more in full; or something beside it, too
    whole = hit.candidate.how == WORD or (hit.candidate.how == JOINED and not hit.candidate.key.isdigit())
    named = hit.strength >= STRONG or (hit.strength == MEDIUM and hit.kind in FULL and whole)
    if hit.strength == WEAK and certain in (ACCOUNT, GIVEN) and whole and hit.kind in FULL:
        named = hit.candidate.mark == DOCUMENT and len(hit.candidate.key) >= MIN_BARE_MARKED
    if hit.strength == MEDIUM and hit.candidate.mark != DOCUMENT and _other_numbers(case, hit):
        return reason
    if not named or not (certain or checked) or hit.kind == ORDER:
        return reason
    others = [
        other
        for other in (*case.usable, *case.closed, *case.planned)
        if other is not hit and not (other.strength == WEAK and other.candidate.day)
    ]
    if any(not _explained(case, hit, other) for other in others) or case.contra or case.says_credit_note:
        return reason
    if amounts.late_discount(case.left(document), case.amount, case.line.date):
        return Reason('late_discount', reason.values)
    if equal := next((doc for doc in case.equal_of(document.partner) if doc.id != document.id), None):
        return Reason('partner_has_equal', {**reason.values, 'other': equal.number})
    if own := payers_own(case, document):  # a namesake's, or somebody's for whom the payer pays
        return Reason('payer_has_equal', {**reason.values, 'other': own.number})
    if relation.name != OVER and _credit_note_explains(case, document, relation.total):
        return reason
    if relation.name == OVER and _others_explain(case, document, relation.total):
        return reason
    return None


def _is_listed(case: Case, hit: Hit) -> bool:
    """Whether another number stands in a list with the one that was found."""
    text = hit.candidate.text
    if hit.candidate.how == SCHEME:
        return False  # its signs are its own
    for reading in case.reading.texts:
        place = reading.plain.find(text)
        if place >= 0 and _LISTED.match(reading.plain, place + len(text)):
            return True
    return False


def _more_is_named(case: Case, hit: Hit) -> bool:
    """Whether another number stands behind a word of its own."""
    return any(
        token.mark == DOCUMENT and len(token.plain) >= MIN_MARKED_DIGITS and not token.day and not is_of(token, hit)
        for token in case.tokens
        if ' ' not in token.piece
    )


def _other_numbers(case: Case, hit: Hit) -> bool:
    """Whether the texts hold another number that may be the reference instead of a bare one."""
    return any(
        sum(map(str.isdigit, token.key)) >= MIN_MARKED_DIGITS and token.piece not in hit.candidate.text
        for token in case.tokens
        if ' ' not in token.piece and not token.day and hit.candidate.text not in token.piece
    )


def _credit_note_explains(case: Case, document: Document, total: Decimal) -> bool:
    """Whether a credit note of the partner makes up what is missing."""
    missing = total - case.amount
    return any(case.open_total(other) == -missing for other in case.contra_of(document.partner))


def _others_explain(case: Case, document: Document, total: Decimal) -> bool:
    """Whether another document of the partner makes up what is too much."""
    over = case.amount - total
    others = [case.open_total(doc) for doc in case.open_of(document.partner)[:12] if doc.id != document.id]
    return over in others


def _other_currency(case: Case) -> list[Proposal]:
    """A4: what was named is in another currency, and the bank did not say how much it was in that one."""
    proposals = []
    for id_, hit in case.hits.items():
        if hit.strength >= STRONG and case.is_code(id_, 'currency'):
            item = case.left(hit.document)[0][0]
            allocations = (Allocation(hit.document, item, case.amount),)
            proposals.append(
                Proposal(
                    policy.NAMED, allocations, hit.evidence, case.obstacles[id_], (True, 0, 8, -hit.strength, 2, 0, ())
                )
            )
    return proposals
