"""How an engine did: share of all movements finished without a person, wrong among them, first suggestion right; by kind and by trap."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

#: rounding of a tax, in the currency's units
TOLERANCE = Decimal('0.02')


class Score:
    """Counts, movement by movement."""

    def __init__(self) -> None:
        self.total: Counter[str] = Counter()
        self.traps: dict[str, Counter[str]] = {}
        self.wrong: list[dict] = []

    def add(self, movement, answer: dict) -> None:
        """:param movement: :class:`companies.Movement`
        :param answer: a row of OUT_FILE"""
        right, auto = is_right(answer, movement.right), answer['action'] == 'auto'
        told = {
            'movements': True, 'known': movement.known, 'auto': auto, 'auto right': auto and right, 'auto wrong': auto and not right,
            'past documents': auto and answer['kind'] == 'coding' and movement.right['kind'] == 'document', 'first right': right,
        }  # fmt: skip
        for counts in (self.total, self.traps.setdefault(movement.trap or movement.right['kind'], Counter())):
            counts.update(name for name, holds in told.items() if holds)
        if auto and not right:
            self.wrong.append({'trap': movement.trap, 'line': movement.row, 'right': movement.right, 'got': answer})

    def row(self) -> dict:
        """The figures, shares of all movements."""
        all_ = max(self.total['movements'], 1)
        return {
            'movements': self.total['movements'],
            **{
                name.replace(' ', '_'): round(self.total[name] / all_, 4)
                for name in ('known', 'auto', 'auto right', 'first right')
            },
            'wrong': self.total['auto wrong'],
            'past_documents': self.total['past documents'],
        }


def is_right(answer: dict, right: dict) -> bool:
    """Whether the first answer is what it is: kind, accounts, taxes and amounts to the cent (two where there are taxes), other account, documents."""
    if answer['kind'] != right['kind'] or answer['transfer'] != right['transfer']:
        return False
    paid = {row['document']: Decimal(row['amount']) for row in answer['allocations']}
    if paid != {row['document']: Decimal(row['amount']) for row in right['documents']}:
        return False
    return _same(answer['coding'], right['coding'])


def _same(given: Iterable[dict], right: Iterable[dict]) -> bool:
    ours = sorted((row['account'], sorted(row['taxes']), Decimal(row['amount'])) for row in given)
    theirs = sorted((row['account'], sorted(row['taxes']), Decimal(row['amount'])) for row in right)
    return len(ours) == len(theirs) and all(
        one[:2] == other[:2] and abs(one[2] - other[2]) <= TOLERANCE for one, other in zip(ours, theirs)
    )
