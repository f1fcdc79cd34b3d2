"""Who pays from which account, as the books have it: learned from what was matched, forgotten with what is undone.

An account that paid for a customer before is that customer's payer as well as one on file: a parent, a company's owner, a
partner who moved banks. One that pays for many (a courier, a payment service) says nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import KeysView
from typing import TYPE_CHECKING, Any

from . import names
from .accounts import compact

if TYPE_CHECKING:
    from .data import Line

#: reasons of a proposal that say no more than that the payer may have mistyped the number
SLIPS = ('neighbour', 'risk')
#: an account that paid for more customers tells none of them
MAX_PARTNERS = 5
#: payments for one customer only, after which one for another is a reason to look
SURE_AFTER = 3
#: share of later payments for a customer who was known already, and how many there must be, before the books are trusted
MIN_SHARE, MIN_PAYMENTS = 0.95, 20


def payer(line: Line) -> str:
    """What a payer is remembered by: the account, else the name; '' where the bank gave neither."""
    if line.counterparty_account:
        return compact(line.counterparty_account)
    name = names.key(line.counterparty_name or '')
    return f'n:{name}' if name else ''


class Memory:
    """Payments in the order in which they were learned: {payer: Counter of commercial partners' ids}; and claims: what
    payers named in full without being known, {payer: {partner's id: [keys of a document]}}.

    One claim may be a slip onto a stranger's number. That a payer slips twice, onto two numbers of one and the same stranger, is
    less likely than any budget: who names a second document of a customer is its payer. The same number once more says
    nothing, a standing order repeats its mistake."""

    def __init__(self) -> None:
        self.paid: dict[object, Counter[object]] = {}
        self.claims: dict[object, dict[object, list[frozenset[str]]]] = {}

    def claim(self, line: Line, partner: object, keys: dict[str, str]) -> None:
        """:param keys: all under which the document that was named can be found"""
        if partner is not None and (key := payer(line)):
            self.claims.setdefault(key, {}).setdefault(partner, []).append(frozenset(keys))

    def claimed(self, line: Line, keys: KeysView[str], before: dict[Any, Any] | None = None) -> object:
        """The partner whose other documents this payer named before, or None.

        :param keys: what it names now
        :param before: claims of the books: {payer: {partner's id: [keys of a document]}}"""
        key = payer(line)
        found = dict((before or {}).get(key, {}))
        for partner, named in self.claims.get(key, {}).items():
            found[partner] = [*found.get(partner, ()), *named]
        if len(found) != 1:
            return None
        ((partner, named),) = found.items()
        return partner if any(one.isdisjoint(keys) for one in named) else None

    def learn(self, line: Line, partner: object) -> None:
        if partner is not None and (key := payer(line)):
            self.paid.setdefault(key, Counter())[partner] += 1

    def forget(self, line: Line, partner: object) -> None:
        if found := self.paid.get(payer(line)):
            found[partner] -= 1
            self.paid[payer(line)] = +found

    def of(self, line: Line) -> dict[object, int]:
        """{partner's id: how many times this payer paid for it}; {} where it says nothing."""
        found: dict[object, int] = self.paid.get(payer(line), Counter())
        return found if len(found) <= MAX_PARTNERS else {}


def is_trusted(again: int, elsewhere: int) -> bool:
    """Whether the books' own past proves the memory: of the payments by payers who were known then, ``again`` were for a
    customer they had paid for before and ``elsewhere`` for a new one.

    >>> is_trusted(40, 1), is_trusted(40, 10), is_trusted(5, 0)
    (True, False, False)
    """
    total = again + elsewhere
    return total >= MIN_PAYMENTS and again >= MIN_SHARE * total
