"""R10 to R12: the customer's own constant identifier instead of a document's number."""

from decimal import Decimal

from .. import amounts, names
from ..data import MEDIUM, STRONG, STRUCTURED, WEAK, Allocation, Evidence, Reason
from ..markers import DOCUMENT
from ..references import FIELD, SYMBOL
from ..similar import tokens
from ..text import is_date
from .common import proposal

#: more open documents make sums that fit by chance (matching policy 3.4)
MAX_OPEN = 8
MIN_KEY = 5
#: digits of a number that may be an invoice's
MIN_NUMBER = 3
MIN_DIGITS = 6


def by_identifier(case):
    proposals = []
    for partner, candidate in case.identified.items():
        worth = _worth(candidate)
        if worth >= MEDIUM or partner in case.payers:
            evidence = (Evidence(candidate.field, candidate.text, 'identifier', worth),)
            proposals += _of_partner(case, partner, evidence, worth)
    return proposals


def _worth(candidate):
    """Whole customers' numbers are short and plain: other firms' numbers look alike."""
    key = candidate.key
    if candidate.how in (FIELD, SYMBOL):
        return STRUCTURED if len(key) >= (MIN_DIGITS if key.isdigit() else MIN_KEY) else WEAK
    if not key.isdigit():
        return STRONG if len(key) >= MIN_KEY else WEAK
    if len(key) < MIN_DIGITS:
        return WEAK
    return STRONG if candidate.mark else MEDIUM


def _of_partner(case, partner, evidence, worth):
    against = None
    if case.payers and partner not in case.payers:
        against = Reason('identifier_of_another', {'text': evidence[0].text})
    elif any(len(case.identified) > 1 and other != partner for other in case.identified):
        against = Reason('identifiers', {'count': len(case.identified)})
    elif worth < STRONG and not _corroborated(case, partner):
        against = Reason('identifier_weak', {'text': evidence[0].text})
    elif other := _names_an_invoice(case, evidence[0].text):
        against = Reason('names_other', {'text': other})
    equal = [document for document in case.equal_of(partner) if document.kind != 'payment']
    if len(equal) > 1 and against is None and any(case.relation(doc).name != amounts.EXACT for doc in equal):
        against = Reason('payer_only', {'count': len(equal)})
    if equal:  # the oldest due, then the lowest id: they are interchangeable
        relation = case.relation(equal[0])
        return [proposal(case, 'R10', relation.name, relation.allocations, evidence, against, worth)]
    documents = [document for document in case.open_of(partner) if document.kind != 'payment']
    if not documents:
        return []
    sums = in_full(case, documents)
    if sums and len(documents) <= MAX_OPEN:
        return [proposal(case, 'R11', amounts.EXACT, sums, evidence, against, worth)]
    spread = oldest_first(case, documents)
    fifo = case.policy.fifo and against is None
    reason = against or (None if fifo else Reason('identifier_sum', {'count': len(documents)}))
    return [proposal(case, 'R12', amounts.UNDER, spread, evidence, reason, worth)]


def _names_an_invoice(case, identifier):
    """A number behind a word such as "invoice", beside the identifier: the payer means that one."""
    for token in tokens(case.line.texts):
        number = sum(map(str.isdigit, token.key)) >= MIN_NUMBER and ' ' not in token.piece
        if token.mark == DOCUMENT and number and token.piece not in identifier and not is_date(token.piece):
            return token.piece
    return ''


def _corroborated(case, partner):
    if partner in case.payers:
        return True
    record = case.source.partner(partner)
    return bool(record and case.line.counterparty_name and names.same(case.line.counterparty_name, record.name))


def in_full(case, documents):
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


def oldest_first(case, documents):
    """The amount over the documents, the oldest first, until it is used up."""
    allocations, rest = [], case.amount
    for document in documents:
        for item, open_ in case.left(document):
            if rest and document.currency == case.currency:
                part = open_ if abs(open_) <= abs(rest) else rest
                allocations.append(Allocation(document, item, Decimal(part)))
                rest -= part
    return allocations
