"""Evidence → decision: the rules in order, the vetoes, and the batch as a whole."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from .case import Case
from .claims import settle
from .data import AUTO, MEDIUM, NONE, STRONG, SUGGEST, Decision, Proposal, Reason
from .keys import ORDER, document_keys
from .memory import SLIPS, Memory
from .payers import ACCOUNT, payee_differs
from .policy import DEFAULT, ENOUGH, INEXACT, NEVER, OWN, RETURNED, RULES, SINGLE, WEIGHED, YIELDS
from .rules import by_identifier, by_list, by_order, by_payer, by_reference, by_resemblance
from .rules.by_order import came_back
from .rules.by_reference import blocked, in_advance
from .rules.by_resemblance import variants_asked
from .rules.common import neighbours_asked
from .sent import named

if TYPE_CHECKING:
    from .data import Allocation, Document, Line, Policy
    from .hits import Hit
    from .sent import Sent
    from .source import Source

_logger = logging.getLogger(__name__)

MAX_PROPOSALS = 5
#: kinds of movements that pay no document
NOT_PAYMENTS = {'fee': 'fee', 'own': 'own_transfer'}


class Decider:
    """Decides movements in order; what an earlier one took is no longer open for a later one.

    :param source: :class:`source.Source`
    :param policy: :class:`data.Policy`
    :param refused: set of (line's id, document's id) that a person refused"""

    def __init__(self, source: Source, policy: Policy = DEFAULT, refused: Iterable[tuple[object, object]] = ()) -> None:
        self.source, self.policy, self.refused = source, policy, set(refused)
        self.taken: dict[tuple[object, object], Decimal] = {}
        self.memory = Memory()
        self.sent: dict[object, dict[str, Sent]] = {}
        self.used: set[str] = set()

    def decide(self, lines: Sequence[Line]) -> list[Decision]:
        """:param lines: :class:`data.Line` in booking order
        :return: list of :class:`data.Decision`, one a line"""
        self.sent = self._own(lines)
        cases = [self._case(line) for line in lines]
        if self.source.batched:
            try:
                self._prepare([case for case in cases if isinstance(case, Case)])
            except self.source.broken:
                raise
            except Exception as error:
                _logger.warning("Matching: a batch is decided one by one, its preparation failed at %s", place(error))
        decisions = [self.safely(line, case) for line, case in zip(lines, cases)]
        return settle(self, cases, decisions)

    def _own(self, lines: Sequence[Line]) -> dict[object, dict[str, Sent]]:
        """{company: {id: our own payment that a movement of the batch names}}"""
        return {company: self.source.sent_by_id(company, ids) for company, ids in named(lines).items()}

    def _case(self, line: Line) -> Case | Exception:
        try:
            own = self.sent.get(line.company)
            return Case(line, self.source, self.policy, self.taken, self.refused, self.memory, own, self.used)
        except Exception as error:
            return error

    def safely(self, line: Line, case: Case | Exception, keep: bool = True) -> Decision:
        """What became of one movement; one at which the engine fails is left to people and stops no other.

        :param keep: whether what it pays is no longer open for others"""
        try:
            if isinstance(case, Exception):
                raise case
            decision = self._decide(case)
            decision.keys = tuple(case.candidates)
            if case.amount < 0 and decision.allocations:
                decision.warning = _other_account(case, decision.allocations[0].document)
            if decision.action != AUTO and case.closed:
                decision.claims = tuple(hit.document.id for hit in case.closed if hit.strength >= STRONG)
            if keep and decision.action == SUGGEST:
                self._claim(case, decision)
            if keep and decision.action == AUTO:
                self.take(decision)
                self.memory.learn(line, decision.partner)
        except self.source.broken:
            raise
        except Exception as error:
            where = place(error)
            # without the traceback: what it says may hold the bank's text
            _logger.error("Matching failed at a movement (%s at %s)", type(error).__name__, where)  # noqa: TRY400
            return Decision(line, NONE, why_not=Reason('failed', {'place': where}))
        return decision

    def _prepare(self, cases: list[Case]) -> None:
        """Two rounds of questions for the batch, so that none is asked for a single line."""
        self.source.prepare([case.line for case in cases], _by_company(cases))
        for company, of_company in _grouped(cases).items():
            self.source.prepare_equal(company, {key for case in of_company for key in case.may_ask_equal()})
            self.source.known(company, list({key for case in of_company for key in neighbours_asked(case)}))
        closer = [case for case in cases if not _is_sure(case)]
        for case in closer:
            case.look_closer()
        if closer:
            keys = _by_company(closer)
            for case in closer:
                keys[case.company].update(case.shortened)
            self.source.prepare_more([case.line for case in closer], keys)
            for case in closer:
                case.begin()
            for company, of_company in _grouped(closer).items():
                self.source.prepare_equal(company, {key for case in of_company for key in case.may_ask_equal()})
                self.source.known(company, list({key for case in of_company for key in variants_asked(case)}))
                self.source.prepare_names(company, {key for case in of_company for key in case.said_keys})
        for case in cases:
            case.begin()

    def _claim(self, case: Case, decision: Decision) -> None:
        """Remember who was named in full, and kept from being posted by nothing but a slip that is possible."""
        best = decision.best
        if best and best.rule in SINGLE and best.against and best.against.code in SLIPS and len(best.allocations) == 1:
            hit = case.hits.get(best.allocations[0].document.id)
            if hit and hit.strength >= STRONG:
                self.memory.claim(decision.line, hit.document.partner, document_keys(hit.document))

    def give_back(self, decision: Decision) -> None:
        """What an automatic decision paid is open again, and nothing is remembered of it."""
        self.memory.forget(decision.line, decision.partner)
        self.used -= _own_ids(decision)
        for allocation in decision.allocations:
            key = (allocation.document.id, allocation.item.id)
            self.taken[key] -= _paid(allocation, decision.line)
            if not self.taken[key]:
                del self.taken[key]

    def take(self, decision: Decision) -> None:
        self.used |= _own_ids(decision)
        for allocation in decision.allocations:
            key = (allocation.document.id, allocation.item.id)
            self.taken[key] = self.taken.get(key, 0) + _paid(allocation, decision.line)

    def _decide(self, case: Case) -> Decision:
        line = case.line
        if not line.amount:
            return Decision(line, NONE, why_not=Reason('zero', {}))
        if code := NOT_PAYMENTS.get(line.type):
            return Decision(line, NONE, why_not=Reason(code, {}))
        if line.type == 'returned':
            return self._returned(case)
        own = by_order(case)
        if _settled(own):
            return self._choose(case, own)
        if odd := came_back(case):
            return Decision(line, NONE, why_not=odd)
        if any(proposal.against and proposal.against.code == 'names_another_too' for proposal in own):
            # what we sent, or another document that the text names: a person says which
            return self._choose(
                case, own + [replace(other, against=Reason('sent_or_other', {})) for other in by_reference(case)]
            )
        proposals = own + _not_parts_of_own(case, by_reference(case))
        if not _settled(proposals):
            if not case.is_thorough and case.look_closer():
                proposals = own + _not_parts_of_own(case, by_reference(case))
            proposals += by_identifier(case) + by_list(case)
            proposals += in_advance(case)
            for rule in (by_resemblance, by_payer):
                if not any(proposal.against is None for proposal in proposals):
                    proposals += rule(case)
        return self._choose(case, proposals)

    def _returned(self, case: Case) -> Decision:
        """R22: money that comes back undoes an earlier match; nothing is paid by it."""
        named = sorted(case.hits.values(), key=lambda hit: -hit.strength)
        evidence = named[0].evidence if named else ()
        number = named[0].document.number if named else ''
        reason = Reason('returned', {'number': number})
        return Decision(case.line, NONE, Proposal(RETURNED, (), evidence, reason), why_not=reason)

    def _choose(self, case: Case, proposals: list[Proposal]) -> Decision:
        if len(proposals) > 1:
            proposals = _distinct(sorted(proposals, key=_rank))
        elif proposals and proposals[0].against is None and self._veto(case, proposals[0], ()) is None:
            partner = proposals[0].allocations[0].document.partner
            return Decision(case.line, AUTO, proposals[0], (), None, partner)
        stop = blocked(case)
        if not proposals:
            if stop:
                rule, reason, evidence = stop
                best = Proposal(rule, (), evidence, reason) if rule else None
                return Decision(case.line, NONE, best, why_not=reason, partner=_only(case.payers))
            code = 'no_document' if case.candidates else 'no_reference'
            return Decision(case.line, NONE, why_not=Reason(code, {}), partner=_only(case.payers))
        best, *others = proposals
        partner = best.allocations[0].document.partner
        why_not = self._veto(case, best, others)
        if why_not is None:
            return Decision(case.line, AUTO, best, tuple(others[: MAX_PROPOSALS - 1]), None, partner)
        if stop and best.rule in YIELDS and stop[0]:
            why_not = stop[1]
        return Decision(case.line, SUGGEST, best, tuple(others[: MAX_PROPOSALS - 1]), why_not, partner)

    def _veto(self, case: Case, best: Proposal, others: Sequence[Proposal]) -> Reason | None:
        """What keeps the best proposal from being posted, or None."""
        if best.against:
            return best.against
        if beside := _named_besides(case, best):
            return Reason('names_another_too', {'number': beside.document.number})
        if blocked_ := next((part.document for part in best.allocations if part.document.blocked), None):
            return Reason('disputed', {'number': blocked_.number})
        for other in others:
            rival = other.against is None and other.pays != best.pays
            if rival and not (other.rule in INEXACT and best.rule not in INEXACT):
                numbers = [proposal.allocations[0].document.number for proposal in (best, other)]
                return Reason('also', {'number': numbers[0], 'other': numbers[1]})
        if best.rule in NEVER or best.rule not in self.policy.automatic:
            return Reason('rule_proposes', {'rule': best.rule, 'what': RULES[best.rule]})
        if best.rule in WEIGHED and (best.risk is None or best.risk > self.policy.budget):
            first = best.allocations[0].document.number
            text = best.evidence[0].text if best.evidence else first
            return Reason('risk', {'number': first, 'text': text, 'risk': 1.0 if best.risk is None else best.risk})
        if self.policy.limit is not None and abs(case.amount) > self.policy.limit and best.rule not in OWN:
            return Reason('limit', {'amount': self.policy.limit})
        partners = {allocation.document.partner for allocation in best.allocations}
        for partner in partners:
            record = self.source.partner(partner)
            if partner in self.policy.manual or (record and record.manual):
                return Reason('manual', {'partner': record.name if record else ''})
        return None


def _not_parts_of_own(case: Case, proposals: list[Proposal]) -> list[Proposal]:
    """Without those that would pay a part of, or more than, what we sent: the bank books what was ordered."""
    own = {sent.document.id for sent in case.source.sent(case.company)}
    return [
        found
        for found in proposals
        if not (found.rule in INEXACT and any(part.document.id in own for part in found.allocations))
    ] if own else proposals  # fmt: skip


def _own_ids(decision: Decision) -> set[str]:
    """Ids of our own payments that a movement was booked as."""
    best = decision.best
    return {piece.text for piece in best.evidence if piece.key == 'payment'} if best and best.rule in OWN else set()


def _named_besides(case: Case, best: Proposal) -> Hit | None:
    """A document, open or not, that the texts name and that a list, an identifier or a guess would leave out."""
    if best.rule in SINGLE:
        return None
    paid = {part.document.id for part in best.allocations}
    explained = {key for id_ in paid if id_ in case.hits for key in case.hits[id_].candidates}
    for id_, hit in case.hits.items():
        order = hit.kind == ORDER or hit.document.kind == 'order'
        if id_ not in paid and hit.strength >= MEDIUM and not order and not hit.candidates & explained:
            return hit
    return None


def _paid(allocation: Allocation, line: Line) -> Decimal:
    """What is no longer open of the item, in its own currency."""
    if allocation.discount or allocation.document.currency != line.currency:
        return allocation.item.residual
    return allocation.amount


def _other_account(case: Case, document: Document) -> Reason | None:
    """Money that we paid went to an account that its vendor is not known to have: an invoice with a false account, maybe."""
    if payee_differs(case, document.partner) != ACCOUNT:
        return None
    return Reason('other_account', {'number': document.number, 'account': case.line.counterparty_account})


def place(error: BaseException, frames: int = 1) -> str:
    """Where an error came from, without what it says: that may hold a bank's text.

    :param frames: how many calls are told, the last one first"""
    found, trace = [], error.__traceback__
    while trace:
        found.append(f"{PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return ' < '.join(reversed(found[-frames:])) or type(error).__name__


def _rank(proposal: Proposal) -> tuple[Any, ...]:
    return proposal.rank


def _distinct(proposals: list[Proposal]) -> list[Proposal]:
    """Each set of items once, as the best rule has it."""
    found: dict[Any, Proposal] = {}
    for proposal in proposals:
        found.setdefault(proposal.pays, proposal)
    return list(found.values())


def _only(payers: dict[object, str]) -> object:
    return next(iter(payers)) if len(payers) == 1 else None


def _grouped(cases: list[Case]) -> dict[object, list[Case]]:
    groups: dict[object, list[Case]] = {}
    for case in cases:
        groups.setdefault(case.company, []).append(case)
    return groups


def _by_company(cases: list[Case]) -> dict[object, set[str]]:
    keys: dict[object, set[str]] = {}
    for case in cases:
        keys.setdefault(case.company, set()).update(case.candidates)
    return keys


def _is_sure(case: Case) -> bool:
    return not case.line.amount or case.line.type in ('fee', 'own', 'returned') or _settled(by_reference(case))


def _settled(proposals: list[Proposal]) -> bool:
    """Whether the quick look was enough."""
    if not proposals:
        return False
    best = proposals[0] if len(proposals) == 1 else min(proposals, key=_rank)
    return best.against is None and best.rule in ENOUGH
