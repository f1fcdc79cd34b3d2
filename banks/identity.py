"""Which movement is which: identity in layers, so that nothing comes twice and nothing is lost.

1. The bank's entry reference, where it is a real one.
2. A fingerprint of the content and an ordinal among equals of the day: two real identical payments stay two.

An identity is scoped to one account. A fetch always covers whole days, so the number of equals of a day is known."""

import hashlib
import json
import re
from collections import Counter

_PLACEHOLDER = re.compile(r'[0\-./ ]*|N/?A|NONREF|NOTPROVIDED|NULL|NONE', re.I)


def fingerprint(transaction):
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
    return hashlib.sha256('\x1f'.join(' '.join(str(part).split()) for part in parts).encode()).hexdigest()[:32]


def identify(transactions):
    """Identity of each booked movement of one fetch, oldest first.

    :return: list of (uid, transaction), uid: str of at most 90 characters"""
    ordered = list(transactions)
    if ordered and ordered[0].booking_date > ordered[-1].booking_date:
        ordered.reverse()  # most banks give the newest first; within a day, keep the order of booking
    ordered.sort(key=lambda transaction: transaction.booking_date)
    references = Counter(transaction.entry_reference for transaction in ordered)
    equals, found = Counter(), []
    for transaction in ordered:
        reference = transaction.entry_reference
        if reference and references[reference] == 1 and not _PLACEHOLDER.fullmatch(reference):
            uid = f'ref:{reference[:35]}'
        else:
            digest = fingerprint(transaction)
            uid = f'fp:{digest}:{equals[digest]}'
            equals[digest] += 1
        found.append((uid, transaction))
    return found


def second_uid(uid, transaction):
    """Identity of a movement whose reference the bank has used before for another amount."""
    return f'{uid}:{fingerprint(transaction)}'


def raw_fingerprint(row):
    """Digest of a row that cannot be read as a movement."""
    return hashlib.sha256(json.dumps(row, sort_keys=True, default=str).encode()).hexdigest()[:32]
