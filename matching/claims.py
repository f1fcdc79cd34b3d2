"""The batch as a whole: what a decision took is asked about again where a later movement has as good a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from .case import Case
from .data import AUTO, STRONG, SUGGEST, Reason
from .payers import corroboration
from .rules.common import SURE

if TYPE_CHECKING:
    from .data import Decision
    from .decide import Decider
    from .hits import Hit


def settle(decider: Decider, cases: Sequence[Case | Exception], decisions: list[Decision]) -> list[Decision]:
    """Decisions of a batch after all claims were heard. Where two movements of two payers name one document and pay it in
    full, a payer who is known has it; of two that nobody knows, one mistyped its number, and a person says which. Where
    both come from one payer the earlier one keeps it: the second is a second payment.

    :param decider: :class:`decide.Decider`; it takes and gives back
    :param cases: :class:`case.Case` of each movement, or what went wrong with it
    :return: the list of decisions, changed where a claim was contested"""
    read = {place: case for place, case in enumerate(cases) if isinstance(case, Case)}
    taken = _by_strangers(read, decisions)
    again = []
    for place, case in read.items():
        if decisions[place].action == AUTO:
            continue
        for hit in _claims(case):
            first = taken.get(hit.document.id)
            if first is None or first >= place or not _is_contested(read[first], case, hit):
                continue
            decider.give_back(decisions[first])
            reason = Reason('contested', {'number': hit.document.number})
            decisions[first] = _proposed(decisions[first], reason)
            del taken[hit.document.id]
            again.append((place, hit, reason))
    for place, hit, reason in again:
        decisions[place] = _again(decider, read[place], hit, reason)
    return decisions


def _by_strangers(read: dict[int, Case], decisions: list[Decision]) -> dict[object, int]:
    """{document's id: place of the movement that pays it by itself, though nobody knows its payer}"""
    found = {}
    for place, case in read.items():
        decision = decisions[place]
        if decision.action == AUTO and len(decision.allocations) == 1:
            document = decision.allocations[0].document
            if corroboration(case, document) not in SURE:
                found[document.id] = place
    return found


def _again(decider: Decider, case: Case, hit: Hit, reason: Reason) -> Decision:
    case.begin()
    decision = decider.safely(case.line, case, keep=False)
    if decision.action != AUTO:
        return decision
    if corroboration(case, hit.document) not in SURE:
        return _proposed(decision, reason)
    decider.take(decision)
    return decision


def _proposed(decision: Decision, reason: Reason) -> Decision:
    return replace(
        decision, action=SUGGEST, best=decision.best and replace(decision.best, against=reason), why_not=reason
    )


def _claims(case: Case) -> list[Hit]:
    """Documents that the movement names well and that are no longer open for it."""
    return [hit for hit in case.closed if hit.strength >= STRONG and hit.document.state == 'open']


def _is_contested(first: Case, second: Case, hit: Hit) -> bool:
    """Whether two movements are of two payers, and the second one would pay the document just as well."""
    one, two = first.line, second.line
    if one.counterparty_account and one.counterparty_account == two.counterparty_account:
        return False
    if not one.counterparty_account and one.counterparty_name == two.counterparty_name:
        return False
    parts = [item.residual for item in hit.document.items]
    return second.amount in (sum(parts), *parts)
