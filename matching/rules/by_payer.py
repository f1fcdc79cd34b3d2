"""R17 to R19: no reference. Who pays, and the amount, are worth a proposal; the amount alone hardly one."""

from .. import amounts
from ..case import ACCOUNT, GIVEN
from ..data import STRONG, WEAK, Allocation, Evidence, Reason
from ..similar import tokens
from .by_identifier import MAX_OPEN, in_full, oldest_first
from .common import proposal

MAX_TOGETHER = 3
MAX_PROPOSED = 3


def by_payer(case):
    proposals = []
    for partner, how in list(case.payers.items())[:3]:
        evidence = (_evidence(case, how),)
        proposals += _of_payer(case, partner, how, evidence)
    if not proposals:
        proposals = _of_amount(case)
    return proposals


def _evidence(case, how):
    if how == ACCOUNT:
        return Evidence('counterparty_account', case.line.counterparty_account, 'account', WEAK)
    return Evidence('counterparty_name', case.line.counterparty_name or '', 'partner', WEAK)


def _of_payer(case, partner, how, evidence):
    equal = case.equal_of(partner)
    proposals = []
    for document in equal[:MAX_PROPOSED]:
        relation = case.relation(document)
        reason = Reason('no_reference', {})
        if len(equal) > 1 or how not in (ACCOUNT, GIVEN) or len(case.payers) > 1 or _names_something(case):
            reason = Reason('payer_only', {'number': document.number, 'count': len(equal)})
            against = reason
        else:
            against = None
        proposals.append(proposal(case, 'R17', relation.name, relation.allocations, evidence, against, WEAK))
    if equal or any(hit.strength >= STRONG for hit in case.usable):
        return proposals
    documents = case.open_of(partner)
    reason = Reason('payer_sum', {})
    if documents:
        if (sums := in_full(case, documents)) or (len(documents) <= MAX_OPEN and (sums := _subset(case, documents))):
            proposals.append(proposal(case, 'R18', amounts.EXACT, sums, evidence, reason, WEAK))
        spread = oldest_first(case, documents)
        if spread:
            proposals.append(proposal(case, 'R18', amounts.UNDER, spread, evidence, reason, WEAK))
    return proposals


def _names_something(case):
    """Whether the texts carry a number at all: it means something, only not to us."""
    return bool(case.hits) or any(len(token.key) >= 6 for token in tokens(case.line.texts))


def _subset(case, documents):
    documents = [document for document in documents if document.currency == case.currency]
    values = [sum(open_ for _item, open_ in case.left(document)) for document in documents]
    found = amounts.subsets(values, case.amount, MAX_TOGETHER)
    if len(found) != 1:
        return None
    return [
        Allocation(documents[place], item, open_) for place in found[0] for item, open_ in case.left(documents[place])
    ]


def _of_amount(case):
    """R19, where few documents have the amount."""
    equal, _open = case.open_equal
    if not 0 < equal <= 30:
        return []
    documents = [doc for doc in case.source.equal(case.company, case.currency, case.amount) if not case.obstacle(doc)]
    proposals = []
    for document in sorted(documents, key=amounts.oldest)[:MAX_PROPOSED]:
        relation = case.relation(document)
        if relation.name in amounts.FITTING:
            evidence = (Evidence('amount', str(case.amount), 'amount', WEAK),)
            reason = Reason('amount_only', {'count': equal})
            proposals.append(proposal(case, 'R19', relation.name, relation.allocations, evidence, reason, WEAK))
    return proposals
