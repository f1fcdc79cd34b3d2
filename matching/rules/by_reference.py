"""R1 to R3, R5 to R9, R15, R16, R20, R21: documents that the movement's texts name."""

import re
from decimal import Decimal

from .. import amounts, policy
from ..amounts import EXACT, FITTING, OVER
from ..case import ACCOUNT, GIVEN, NAME
from ..data import MEDIUM, STRONG, STRUCTURED, WEAK, Allocation, Proposal, Reason
from ..keys import DIGITS, FULL, MIN_MARKED_DIGITS, NUMBER, ORDER, SHORT
from ..markers import DOCUMENT
from ..references import ALIKE, JOINED, PART, SCHEME, WORD
from ..similar import ends_with
from .common import (
    another_number,
    contradiction,
    exact_doubt,
    is_of,
    months_agree,
    months_off,
    proposal,
    together_risk,
)

#: what goes on behind a number: ", 2026000999", "-433", " a 12"
_LISTED = re.compile(r' ?(?:[,;+&]|-|A |AND |UND |OG |ES |I ) ?(?:[A-Z]{1,4}[/-]?)?\d{2,}')
MAX_TOGETHER = 30
#: digits of a whole number behind "invoice" that names a document of a payer who is known by account
MIN_BARE_MARKED = 4
#: documents of one reference that are proposed each
MAX_SINGLE = 8


def by_reference(case):
    """Proposals for all documents named: together where they make the amount, then each."""
    usable = case.usable
    if len(case.hits) == 1 and usable:  # the usual case
        only = _single(case, usable[0], False)
        if only.against is None:
            return [only]
    proposals = []
    if len(usable) + len(case.contra) > 1:
        proposals += _together(case)
    if usable:
        settled = any(proposal.against is None for proposal in proposals)
        if len(usable) > MAX_SINGLE:  # of a constant reference: those of the amount first, the oldest among them
            usable = sorted(
                usable,
                key=lambda hit: (case.relation(hit.document).name not in FITTING, months_off(case, hit.document)),
            )
        proposals += [_single(case, hit, settled) for hit in usable[:MAX_SINGLE]]
    proposals += _netted(case)
    proposals += _other_currency(case)
    return proposals


def blocked(case):
    """R20, R21: (rule, reason, evidence) where what was named can take no money, else None."""
    for rule, hits in ((policy.PAID, case.closed), (policy.PLANNED, case.planned)):
        for hit in sorted(hits, key=lambda hit: -hit.strength):
            if hit.strength >= MEDIUM:
                return rule, case.obstacles[hit.document.id], hit.evidence
    for id_, reason in case.obstacles.items():
        if case.hits[id_].strength >= MEDIUM:
            return '', reason, case.hits[id_].evidence
    return None


def in_advance(case):
    """R21: an order or a pro-forma that is named is shown, as far as its amount is known; nothing posts it."""
    proposals = []
    for hit in case.planned:
        item = hit.document.items[0] if hit.document.items else None
        known = hit.document.state == 'open' and item and item.residual and hit.document.currency == case.currency
        if hit.strength < MEDIUM or not known:
            continue
        if (item.residual > 0) == (case.amount > 0):
            name = EXACT if item.residual == case.amount else OVER
            parts = (Allocation(hit.document, item, min(item.residual, case.amount, key=abs)),)
            reason = case.obstacles[hit.document.id]
            proposals.append(proposal(case, policy.PLANNED, name, parts, hit.evidence, reason, hit.strength))
    return proposals


# === One document === #


def _single(case, hit, settled):
    document = hit.document
    relation = case.relation(document)
    certain = case.corroboration(document)
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


def _values(hit, amount):
    return {'number': hit.document.number, 'amount': amount}


def _exact_rule(hit):
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


def _rivals(case, hit, certain):
    """Another document that the texts name just as well."""
    document = hit.document
    for other in case.usable:
        if other.document.id != document.id and other.strength >= min(hit.strength, STRONG) and _counts(other, hit):
            same_text = other.candidates & hit.candidates
            if same_text and document.partner in case.payers and not case.corroboration(other.document):
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


def _explained(case, hit, other):
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


def _counts(other, hit):
    """Whether another hit rests on something else than the better half of the same piece of text."""
    return other.strength > MEDIUM or other.candidate.text == hit.candidate.text or hit.strength <= other.strength


def _inexact_doubt(case, hit, relation, certain, reason):
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
    if other := next((doc for doc in case.equal_of(document.partner) if doc.id != document.id), None):
        return Reason('partner_has_equal', {**reason.values, 'other': other.number})
    if relation.name != OVER and _credit_note_explains(case, document, relation.total):
        return reason
    if relation.name == OVER and _others_explain(case, document, relation.total):
        return reason
    return None


def _is_listed(case, hit):
    """Whether another number stands in a list with the one that was found."""
    text = hit.candidate.text
    if hit.candidate.how == SCHEME:
        return False  # its signs are its own
    for reading in case.reading.texts:
        place = reading.plain.find(text)
        if place >= 0 and _LISTED.match(reading.plain, place + len(text)):
            return True
    return False


def _more_is_named(case, hit):
    """Whether another number stands behind a word of its own."""
    return any(
        token.mark == DOCUMENT and len(token.plain) >= MIN_MARKED_DIGITS and not token.day and not is_of(token, hit)
        for token in case.tokens
        if ' ' not in token.piece
    )


def _other_numbers(case, hit):
    """Whether the texts hold another number that may be the reference instead of a bare one."""
    return any(
        sum(map(str.isdigit, token.key)) >= MIN_MARKED_DIGITS and token.piece not in hit.candidate.text
        for token in case.tokens
        if ' ' not in token.piece and not token.day and hit.candidate.text not in token.piece
    )


def _credit_note_explains(case, document, total):
    """Whether a credit note of the partner makes up what is missing."""
    missing = total - case.amount
    return any(_total(case, other) == -missing for other in _contra_of(case, document.partner))


def _others_explain(case, document, total):
    """Whether another document of the partner makes up what is too much."""
    over = case.amount - total
    others = [_total(case, doc) for doc in case.open_of(document.partner)[:12] if doc.id != document.id]
    return over in others


def _total(case, document):
    return sum((open_ for _item, open_ in case.left(document)), Decimal(0))


def _contra_of(case, partner):
    """The partner's open documents of the other direction."""
    return [
        document
        for document in case.source.open_of(case.company, partner)
        if (reason := case.obstacle(document)) and reason.code == 'direction' and case.left(document)
    ]


# === Several documents === #


def _together(case):
    """R3 and R9: the documents named make the amount together, credit notes with their sign."""
    usable = [hit for hit in case.usable if hit.strength >= MEDIUM or case.corroboration(hit.document)]
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


def _groups(case, usable):
    """Sets of hits that may be meant together, the likeliest first."""
    contra = case.contra
    yield usable + contra
    payers = [hit for hit in usable + contra if case.corroboration(hit.document)]
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


def _sum(case, hits):
    """(relation, allocations) where the documents make exactly the amount, in full or with their discounts in time."""
    allocations, reduced, discount = [], [], False
    for hit in hits:
        left = case.left(hit.document)
        allocations += [Allocation(hit.document, item, open_) for item, open_ in left]
        for item, open_ in left:
            in_time = item.discount and case.line.date <= item.discount[0] and open_ == item.residual
            discount = discount or bool(in_time)
            reduced.append(Allocation(hit.document, item, item.discount[1] if in_time else open_, bool(in_time)))
    if any(hit.document.currency != case.currency for hit in hits):
        return None
    credit_first = sorted(allocations, key=lambda a: (a.amount > 0) == (case.amount > 0))
    if sum((a.amount for a in allocations), Decimal(0)) == case.amount:
        return amounts.EXACT, credit_first
    if discount and sum((a.amount for a in reduced), Decimal(0)) == case.amount:
        return amounts.DISCOUNT, sorted(reduced, key=lambda a: (a.amount > 0) == (case.amount > 0))
    return None


def _together_doubt(case, hits):
    if any(hit.document.blocked for hit in hits):
        return Reason('disputed', {'number': next(hit.document.number for hit in hits if hit.document.blocked)})
    exact = [hit for hit in case.usable if case.relation(hit.document).name in FITTING]
    if exact:
        return Reason('also', {'number': hits[0].document.number, 'other': exact[0].document.number})
    if len({hit.document.partner for hit in hits}) > 1:  # a stranger's number makes a sum by chance
        return Reason('several_partners', {'count': len(hits)})
    first = hits[0]
    certain = case.corroboration(first.document)
    if all(hit.candidate.day for hit in hits) and not certain:
        return Reason('weak', {'number': first.document.number, 'text': first.candidate.text})
    return next(
        (found for hit in hits if (found := contradiction(case, hit.document, certain, False, hit.candidate.key))), None
    )


def _netted(case):
    """R9: a credit note that is not named, where the amount is what is left after it."""
    for hit in case.usable:
        if hit.strength < STRONG or hit.document.currency != case.currency:
            continue
        total = _total(case, hit.document)
        if abs(total) <= abs(case.amount):
            continue
        notes = _contra_of(case, hit.document.partner)
        fitting = [note for note in notes if total + _total(case, note) == case.amount]
        if not fitting:
            continue
        note = min(fitting, key=amounts.oldest)
        allocations = [
            Allocation(document, item, open_)
            for document in (note, hit.document)
            for item, open_ in case.left(document)
        ]
        certain = case.corroboration(hit.document)
        said = case.says_credit_note or _named_shortly(case, hit, note)
        named = said and len(fitting) == 1 and certain in (ACCOUNT, GIVEN, NAME)
        against = None if named else Reason('credit_note', {'number': hit.document.number, 'other': note.number})
        against = against or contradiction(case, hit.document, certain, False, hit.candidate.key)
        chance = together_risk(case, [hit])
        return [
            proposal(case, policy.NETTED, amounts.EXACT, allocations, hit.evidence, against, hit.strength, 0, chance)
        ]
    return []


def _named_shortly(case, hit, note):
    """Whether the texts name the credit note by its last digits, beside the invoice: "100856, 0250"."""
    return any(
        ends_with(note, run)
        for token, run, _plain in case.tokens.tails
        if token.piece not in hit.candidate.text and not ends_with(hit.document, run)
    )


def _other_currency(case):
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
