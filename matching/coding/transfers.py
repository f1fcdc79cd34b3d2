"""Transfers between own accounts: by the number of the other account, or by both sides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..text import fold
from .cards import is_card
from .data import Movement
from .lists import MOVED_WORDS, OWN_WORD
from .traits import canonical, is_a_bank, traits

#: days between the two sides
APART = 5
#: equal amounts among which the other side is looked for
MAX_EQUAL = 40


def by_account(movement: Movement, own: Mapping[str, object]) -> object:
    """The journal of the own account at the other end, or None.

    :param own: {canonical number: journal}"""
    journal = own.get(canonical(movement.counterparty_account)) if movement.counterparty_account else None
    return journal if journal is not None and journal != movement.journal else None


def by_both_sides(movements: Sequence[Movement], own: Collection[object]) -> dict[object, Movement]:
    """{movement's id: the other side} where each side says that it is an own transfer, or has the company's own name, and there is one
    other side only.

    :param own: ids of movements whose counterparty has the company's own name"""
    sides = [one for one in movements if _may_be(one, own)]
    by_amount: dict[tuple[object, object], list[Movement]] = {}
    for one in sides:
        by_amount.setdefault((one.currency, one.amount), []).append(one)
    others = {}
    for one in sides:
        equal = by_amount.get((one.currency, -one.amount), ())
        near = [
            other
            for other in (equal if len(equal) <= MAX_EQUAL else ())
            if other.journal != one.journal and abs((other.date - one.date).days) <= APART
        ]
        others[one.id] = near
    found = {}
    for one in sides:
        if len(others[one.id]) == 1:
            (other,) = others[one.id]
            if [back.id for back in others[other.id]] == [one.id]:
                found[one.id] = other
    return found


def _may_be(movement: Movement, own: Collection[object]) -> bool:
    """Whether it says of itself that it is one: who is at the other end is the company, a bank or nobody, and it is no card's payment."""
    if movement.counterparty_account or movement.journal is None or not movement.amount or movement.merchant:
        return False
    if movement.id in own or movement.type == 'own':
        return True
    name, said = movement.counterparty_name, traits(movement).words
    if (name and not is_a_bank(name)) or is_card(movement, fold(' '.join(text for _field, text in movement.texts))):
        return False
    return any(OWN_WORD.fullmatch(word) for word in said) or bool(not name and said & MOVED_WORDS)
