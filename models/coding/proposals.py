"""The ways in which a movement may be booked, as proposals keep them."""

from typing import NamedTuple

from ...matching.coding.data import DOCUMENT, Coding
from ...matching.data import SUGGEST, Proposal, Reason
from ..lib import wording
from .deciding import rule_of
from .grounds import shown
from .kinds import as_text
from .stored import kept, stored

#: codings beside each other
MAX_CODINGS = 3


class Way(NamedTuple):
    """One way: to pay documents, or a coding; with both, the coding is of what the document leaves."""

    proposal: Proposal | None = None
    coding: Coding | None = None
    against: Reason | None = None

    @property
    def identity(self):
        """What makes it the same as a stored one, see :meth:`bank.match._identity`."""
        if self.proposal:
            return (self.proposal.rule, [part.item.id for part in self.proposal.allocations], self.rest)
        code = self.against.code if self.against else False
        return (as_text(self.coding.kind), stored(self.coding), code)

    @property
    def rest(self):
        """What a proposal keeps of how the document's rest is booked; False where there is none."""
        return stored(self.coding) if self.proposal and self.coding else False


def ways(outcome):
    """[:class:`Way`] of a :class:`matching.coding.coder.Outcome`, the best first; none of what is booked by itself."""
    if outcome.action != SUGGEST:
        return []
    decision = outcome.decision
    documents = []
    if decision.action == SUGGEST:
        documents = [
            Way(one, outcome.coding if outcome.rest and one is decision.best else None, one.against or decision.why_not)
            for one in (decision.best, *decision.alternatives)
            # a salary that came back: what it settles is booked with it, not before
            if not any(isinstance(part.item.id, str) for part in one.allocations)
        ]
    codings = [
        Way(None, coding, coding.against or (outcome.why_not if coding is outcome.coding else None))
        for coding in [coding for coding in (outcome.coding, *outcome.others) if coding][:MAX_CODINGS]
        if not outcome.rest
    ]
    return documents + codings if outcome.kind in (None, DOCUMENT) else codings + documents


def coding_values(way, movement, currency):
    """Of ``bank.match``: what it keeps of a coding."""
    coding = way.coding
    pieces = []
    if coding.ground and coding.basis:
        field, text = shown(movement, coding.ground)
        pieces = [[field, text, text, 0]] if text else []
    return {
        'rule': rule_of(coding),
        'coding': stored(coding),
        'coding_kind': as_text(coding.kind),
        'reconcile_model_id': coding.model or False,
        'why': wording.why_coded(coding.why),
        'evidence_pieces': pieces,
        'reason_code': getattr(way.against, 'code', False),
        'reason': wording.why_not(way.against, currency),
    }


def remember_refusal(line, booked, model, note):
    """What was booked by itself, or accepted, and is taken back: the like asks a person again.

    :param booked: :class:`matching.coding.Booked` as it was, or None
    :param model: the reconciliation model that said so, or no record
    :param note: why, a sentence"""
    if booked is None or booked.documents:
        return line.env['bank.match']
    return (
        line.env['bank.match']
        .sudo()
        .create(
            {
                'statement_line_id': line.id,
                'state': 'refused',
                'refused_at': line.env.cr.now(),
                'coding': kept(booked.rows, booked.partner, booked.transfer is not None),
                'coding_kind': as_text(booked.kind),
                'reconcile_model_id': model.id,
                'reason': note,
            }
        )
    )
