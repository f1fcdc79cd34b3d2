"""Which movement is which: identity in layers, so that nothing comes twice and nothing is lost.

1. The bank's entry reference, where it is a real one, with booking date and amount: some banks begin their numbers
   anew each month, others give one number to a payment and its fee.
2. Without one, a fingerprint of the content.

Either with an ordinal among equals: two real identical payments stay two. An identity depends on the movement and on
its equals of the same day only, and a fetch always covers whole days: so it is the same in every fetch. It is scoped to
one account."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .data import Transaction

_PLACEHOLDER = re.compile(r'[0\-./ ]*|N/?A|NONREF|NOTPROVIDED|NULL|NONE', re.I)


def fingerprint(transaction: Transaction) -> str:
    """Digest of what makes a movement itself: date, amount, counterparty, texts. 32 hexadecimal digits."""
    parts = (
        transaction.booking_date,
        transaction.amount.normalize(),
        transaction.currency,
        transaction.counterparty_account,
        transaction.counterparty_name,
        *transaction.remittance,
        *transaction.structured,
        transaction.end_to_end_id,
    )
    return _digest(parts)


def _digest(parts: tuple[Any, ...]) -> str:
    return hashlib.sha256('\x1f'.join(' '.join(str(part).split()) for part in parts).encode()).hexdigest()[:32]


def _booked(transaction: Transaction) -> date:
    """What is booked has its day."""
    return transaction.booking_date or date.min


def identify(transactions: list[Transaction] | tuple[Transaction, ...]) -> list[tuple[str, Transaction]]:
    """Identity of each booked movement of one fetch, oldest first.

    :return: list of (uid, transaction), uid: str of at most 50 characters"""
    ordered = list(transactions)
    if ordered and _booked(ordered[0]) > _booked(ordered[-1]):
        ordered.reverse()  # most banks give the newest first; within a day, keep the order of booking
    ordered.sort(key=_booked)
    equals: Counter[str] = Counter()
    found = []
    for transaction in ordered:
        reference = transaction.entry_reference
        if reference and not _PLACEHOLDER.fullmatch(reference):
            parts = (reference, transaction.booking_date, transaction.amount.normalize(), transaction.currency)
            base = f'ref:{_digest(parts)}'
        else:
            base = f'fp:{fingerprint(transaction)}'
        found.append((f'{base}:{equals[base]}', transaction))
        equals[base] += 1
    return found


def raw_fingerprint(row: Any) -> Any:
    """Digest of a row that cannot be read as a movement."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:32]
