"""What the mails of these banks have in common: amounts, days, accounts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from .. import symbols, values
from ..data import Balance, Refused, Statement, Transaction, Warn

#: an amount as people write it, with its currency or without
MONEY = r'([0-9]{1,3}(?: [0-9]{3})+|[0-9]{1,12})(?:,([0-9]{1,2}))?(?: ?([A-Z]{3}))?'
_MONEY = re.compile('([+-]?)' + MONEY)
_CZECH = re.compile(r'(?:(\d{1,6})-)?(\d{2,10})/(\d{4})')


def money(text: str | None) -> tuple[Decimal, str | None]:
    """(amount, currency or None).

    :raises Refused: ``damaged``"""
    match = _MONEY.fullmatch((text or '').strip())
    if not match:
        raise Refused('damaged', "The mail's amount cannot be read.")
    found = amount(match[2], match[3])
    return values.signed(found, match[1] == '-'), match[4]


def amount(whole: str, cents: str | None) -> Decimal:
    found = Decimal(whole.replace(' ', '') + (f'.{cents}' if cents else ''))
    return found if found else abs(found)


def day(text: str, warnings: list[Warn]) -> date:
    """d.m.yyyy, with blanks or without."""
    match = re.fullmatch(r'(\d{1,2})\. ?(\d{1,2})\. ?(\d{4})', text.strip(), re.A)
    if not match:
        raise Refused('damaged', "The mail's day cannot be read.")
    try:
        return values.day(int(match[3]), int(match[2]), int(match[1]), warnings)
    except Refused:
        raise Refused('damaged', "The mail's day is none.") from None


def party(made: Transaction, text: str) -> bool:
    """Whether the text is an account, and then take it: IBAN, number/bank, IBAN/bank."""
    text = text.strip()
    if match := _CZECH.fullmatch(text.replace(' ', '')):
        made.counterparty.account = f'{match[1]}-{match[2]}' if match[1] else match[2]
        made.counterparty.bank = match[3]
        return True
    if match := re.fullmatch(r'([A-Z]{2}\d{2}[A-Z0-9]{11,30})(?:/(\w{4,11}))?', text.replace(' ', '')):
        made.counterparty.account, made.counterparty.bank = match[1], match[2]
        return True
    return False


def symbol(made: Transaction, name: str, text: str | None) -> None:
    digits = re.sub(r'\s', '', text or '')
    if digits and not re.fullmatch(r'\d{1,20}', digits, re.A):
        made.info.append(f'{name.upper()}: {text}')
    else:
        symbols.put(made.symbols, name, digits)


def told(
    profile: str, account: str | None, made: Transaction, closing: Balance | None, warnings: list[Warn]
) -> Iterator[Statement | Transaction | Warn]:
    """The movement, its statement, what was odd."""
    for text in (made.end_to_end_id, *made.text):
        symbols.within(made.symbols, text)
    yield made
    currency = closing.currency if closing and closing.currency else made.currency
    yield Statement('mail', profile, account, None, currency, closing=closing)
    yield from warnings
