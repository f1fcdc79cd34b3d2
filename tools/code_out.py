"""Rows of the coding engine's answers, as the contract has them."""

from matching.coding.coder import MAX_ALTERNATIVES
from matching.coding.data import CODING, DOCUMENT, TRANSFER
from matching.coding.words import why, why_not
from matching.data import NONE
from matching.words import why_not as document_why_not
from tools.match_files import allocations


def row(outcome):
    """The answer of an outcome: the first way, and up to two more."""
    movement, coding = outcome.movement, outcome.coding
    ways = _ways(outcome)
    first = ways[0] if outcome.action != NONE else _way(None)
    return {
        'line': movement.id,
        'action': outcome.action,
        **first,
        'basis': [booked.id for booked in coding.basis]
        if coding and (outcome.rest or first['kind'] in (CODING, TRANSFER))
        else [],
        'why': _why(outcome),
        'why_not': _why_not(outcome),
        'alternatives': ways[1 : 1 + MAX_ALTERNATIVES] if outcome.action != NONE else [],
    }


def _ways(outcome):
    """The first way first, no way twice."""
    decision = outcome.decision
    if outcome.rest:
        return [_with_rest(outcome)]
    documents = [_of_document(one) for one in (decision.best, *decision.alternatives) if one and one.allocations]
    codings = [_of_coding(coding) for coding in (outcome.coding, *outcome.others) if coding]
    ways = documents + codings if outcome.kind == DOCUMENT else codings + documents
    return [way for place, way in enumerate(ways) if way not in ways[:place]]


def _with_rest(outcome):
    """The document in full, and what becomes of the rest."""
    [part] = outcome.decision.best.allocations
    whole = {'document': part.document.id, 'instalment': part.item.id, 'amount': str(abs(part.item.residual))}
    rows = [{'account': one.account, 'amount': str(one.amount), 'taxes': list(one.taxes)} for one in outcome.rest]
    return _way(DOCUMENT, [whole], rows, part.document.partner)


def _way(kind, rows=(), coding=(), partner=None, transfer=None):
    return {'kind': kind, 'allocations': list(rows), 'coding': list(coding), 'partner': partner, 'transfer': transfer}


def _of_document(proposal):
    partners = {allocation.document.partner for allocation in proposal.allocations}
    return _way(DOCUMENT, allocations(proposal), partner=partners.pop() if len(partners) == 1 else None)


def _of_coding(coding):
    rows = [{'account': one.account, 'amount': str(one.amount), 'taxes': list(one.taxes)} for one in coding.rows]
    return _way(
        TRANSFER if coding.is_transfer else CODING, coding=rows, partner=coding.partner, transfer=coding.transfer
    )


def _why(outcome):
    if outcome.kind == DOCUMENT and outcome.decision.best:
        best = outcome.decision.best
        return '; '.join(f'“{piece.text}” ({piece.key})' for piece in best.evidence) or best.rule
    return why(outcome.coding.why) if outcome.coding else ''


def _why_not(outcome):
    if outcome.why_not is None:
        return None
    currency = outcome.movement.currency
    return why_not(outcome.why_not) or document_why_not(outcome.why_not, currency)
