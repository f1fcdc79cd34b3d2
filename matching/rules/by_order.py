"""R23 to R27: a payment that we sent to the bank ourselves, its batch, its fee, its return."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from .. import policy
from ..accounts import forms
from ..amounts import EXACT, OVER
from ..data import STRUCTURED, WEAK, Allocation, Evidence, Proposal, Reason
from ..sent import ids
from .common import proposal

if TYPE_CHECKING:
    from ..case import Case
    from ..sent import Sent

#: days around the day of execution on which the movement comes
BEFORE, AFTER = timedelta(days=1), timedelta(days=7)
#: what banks take for a payment at most: of the sum, and in any currency's units
MOST_FEE, SMALL_FEE = Decimal('0.02'), Decimal(50)
#: chance that one of our own ids, given at random, means something else
CHANCE = 1e-12
#: proposals of equal payments
MAX_SHOWN = 5


def by_order(case: Case) -> list[Proposal]:
    """Proposals from what was sent: by id, else the one order or payee that it can only be."""
    if case.sent:
        return _returned(case) if case.amount > 0 else _named(case)
    if case.amount > 0:
        return []
    open_ = [sent for sent in case.source.sent(case.company) if _is_open(case, sent)]
    return [*_to_account(case, open_), *_whole_order(case, open_), *_with_fee(case, open_)]


def _is_open(case: Case, sent: Sent) -> bool:
    """All of it: of salaries, which are one entry, the others' parts are none of this one's business."""
    if not sent.open or sent.document.currency != case.currency or sent.id in case.used:
        return False
    left = _left(case, sent)
    return left <= sent.amount if sent.summed else left == sent.amount


def _left(case: Case, sent: Sent) -> Decimal:
    """What is open of the payment's entry, without what the batch has taken."""
    return case.open_total(sent.document)


def _pay_all(sents: list[Sent]) -> tuple[Allocation, ...]:
    """Of several; those of one entry (salaries, which are booked as one sum) as one."""
    parts: dict[object, Allocation] = {}
    for sent in sents:
        item = sent.document.items[0]
        before = parts.get(item.id)
        parts[item.id] = Allocation(sent.document, item, sent.amount + (before.amount if before else Decimal(0)))
    return tuple(parts.values())


def _evidence(case: Case, found: list[Sent], strength: int = STRUCTURED) -> tuple[Evidence, ...]:
    fields = {text: field for field, text in case.line.texts}
    field = next((field for text, field in fields.items() if found[0].id in text.upper().replace(' ', '')), 'text')
    return tuple(Evidence(field, sent.id, 'payment', strength) for sent in found)


# === By id === #


def _named(case: Case) -> list[Proposal]:
    """R23: the ids stand in the movement, and their sum is its amount."""
    open_ = [sent for sent in case.sent if _is_open(case, sent)]
    if not open_:
        return []
    parts = _pay_all(open_)
    evidence = _evidence(case, open_)
    total = sum((sent.amount for sent in open_), Decimal(0))
    if total == case.amount and len(open_) == len(case.sent):
        return [proposal(case, policy.SENT, EXACT, parts, evidence, None, STRUCTURED, chance=CHANCE)]
    over = abs(case.amount) - abs(total)
    if over > 0:  # a fee within it, or something else
        reason = Reason('sent_more', {'amount': over})
        return [proposal(case, policy.SENT_WITH_FEE, OVER, parts, evidence, reason, STRUCTURED)]
    whole = _whole_order(case, [sent for sent in case.source.sent(case.company) if _is_open(case, sent)])
    return whole or [
        proposal(case, policy.SENT, EXACT, parts[:1], evidence[:1], Reason('sent_less', {'amount': -over}), STRUCTURED)
    ]


def _returned(case: Case) -> list[Proposal]:
    """R25: money of a payment of ours comes back under its id."""
    if len(case.sent) != 1:
        return []
    (sent,) = case.sent
    if not sent.back or sent.document.currency != case.currency or sent.open:
        return []
    if case.amount != -sent.amount or (sent.document.id, sent.back.id) in case.taken:
        return []
    payer = set(forms(case.line.counterparty_account))
    if payer and sent.account and not payer & set(forms(sent.account)):
        return []  # somebody else's money, who quotes our id
    parts = (Allocation(sent.document, sent.back, case.amount),)
    return [proposal(case, policy.SENT_BACK, EXACT, parts, _evidence(case, [sent]), None, STRUCTURED, chance=CHANCE)]


def came_back(case: Case) -> Reason | None:
    """Why money that carries one of our ids is no return that can be booked by itself."""
    if case.amount < 0 or not case.sent:
        return None
    return Reason('sent_back_part', {'amount': -sum((sent.amount for sent in case.sent), Decimal(0)) - case.amount})


# === Without an id === #


def _in_time(sent: Sent, day: date) -> bool:
    return sent.day - BEFORE <= day <= sent.day + AFTER


def _to_account(case: Case, open_: list[Sent]) -> list[Proposal]:
    """R24: we sent exactly this to exactly this account, about this day; the only one of its kind, or one of equals."""
    payee = set(forms(case.line.counterparty_account))
    if not payee:
        return []
    fitting = [
        sent
        for sent in open_
        if sent.amount == case.amount and _in_time(sent, case.line.date) and payee & set(forms(sent.account))
    ]
    against = Reason('sent_equal', {'count': len(fitting)}) if len(fitting) > 1 else _besides(case, fitting)
    if against is None and ids(case.line.texts):  # of a payment that is not open any more: it may be that one
        against = Reason('sent_or_other', {})
    return [
        proposal(
            case,
            policy.SENT_TO,
            EXACT,
            _pay_all([sent]),
            _evidence(case, [sent]),
            against,
            STRUCTURED,
            chance=CHANCE,
        )
        for sent in fitting[:MAX_SHOWN]
    ]


def _whole_order(case: Case, open_: list[Sent]) -> list[Proposal]:
    """R26: one movement for a whole order."""
    found = []
    for sents in _orders(case, open_):
        if len(sents) < 2 or sum((sent.amount for sent in sents), Decimal(0)) != case.amount:
            continue
        parts = _pay_all(sents)
        found.append((sents, parts))
    equal = sum(1 for sent in open_ if sent.amount == case.amount and _in_time(sent, case.line.date))
    against = None
    if len(found) > 1:
        against = Reason('sent_equal', {'count': len(found)})
    elif found and not _is_whole(case, found[0][0], equal):
        against = Reason('sent_or_other', {})
    return [
        proposal(
            case, policy.SENT_TOGETHER, EXACT, parts, _evidence(case, sents, WEAK), against or _besides(case, sents), STRUCTURED, chance=CHANCE
        )
        for sents, parts in found[:MAX_SHOWN]
    ]  # fmt: skip


def _is_whole(case: Case, sents: list[Sent], equal: int) -> bool:
    """Whether nothing else comes to mind: one movement was asked for, it is not before its day, names nobody, and no payment of its amount waits. Else the
    order's own id has to stand in it."""
    if any(
        str(sent.order_id) and sent.order_id in text.upper() for sent in sents[:1] for _field, text in case.line.texts
    ):
        return True
    nobody = not case.line.counterparty_account and not case.line.counterparty_name and not ids(case.line.texts)
    asked = all(sent.together and sent.is_whole for sent in sents)
    return asked and nobody and not equal and case.line.date >= sents[0].day


def _with_fee(case: Case, open_: list[Sent]) -> list[Proposal]:
    """R27: an order, or a payment to this account, and a fee within the same movement: a person says so."""
    payee, found = set(forms(case.line.counterparty_account)), []
    for sents in [*_orders(case, open_), *([sent] for sent in open_ if payee & set(forms(sent.account)))]:
        total = sum((sent.amount for sent in sents), Decimal(0))
        fee = total - case.amount
        if all(_in_time(sent, case.line.date) for sent in sents) and 0 < fee <= min(SMALL_FEE, -total * MOST_FEE):
            found.append((sents, fee))
    return [
        proposal(
            case, policy.SENT_WITH_FEE, OVER, _pay_all(sents), _evidence(case, sents[:1], WEAK),
            Reason('sent_more', {'amount': fee}), STRUCTURED,
        )
        for sents, fee in found[:MAX_SHOWN]
    ]  # fmt: skip


def _orders(case: Case, open_: list[Sent]) -> Iterator[list[Sent]]:
    """What is open of each order that may be booked about now."""
    groups: dict[object, list[Sent]] = {}
    for sent in open_:
        groups.setdefault(sent.order, []).append(sent)
    return (sents for sents in groups.values() if _in_time(sents[0], case.line.date))


def _besides(case: Case, sents: list[Sent]) -> Reason | None:
    """Another document that the texts name, and that this movement would pay as well."""
    own = {sent.document.id for sent in sents}
    hit = next((hit for hit in case.usable if hit.document.id not in own and hit.document.kind != 'payment'), None)
    return Reason('names_another_too', {'number': hit.document.number}) if hit and sents else None
