"""What the text of a card payment says: whose card, and at which merchant; behind the merchant stand shops' numbers and towns."""

from __future__ import annotations

import re

from .. import markers
from ..text import fold
from .data import Movement
from .lists import BRANDS, CARD, CASH_CODES, PLAIN, SURELY_CARD, TRADES

#: letters of an id that has no number
MIN_CODE = 6
#: letters from which a merchant's first word tells it
MIN_MERCHANT = 3

#: of what stands in the texts of all card payments, what says by itself that it was one
CARD_WORDS = CARD & SURELY_CARD

_PIECE = re.compile(r'[A-Z0-9]+')
#: a card's number, but for what is hidden of it
_NUMBER = re.compile(
    r'(?:(?<![*X])(?<![*X] )[*X]{2}[ *X]*|\d{4,6}[.]{2,3}|\bKORT (?:NR )?|^[*])(\d{4})\b|\b(K\d{3})\b(?= )'
)
#: forms of banks that say so by nothing else: "*9554 16.04 NOK 3227,34 MAXBO DRAMMEN KURS: 1.0000", "SHELL VILLACH AT 7310 K001 17.03. 08:24",
#: "REWE 184//GIESSEN/DE 2026-07-07T16:45 DEBITK.1 2027-12"
_FORMS = (
    re.compile(r'(?P<shop>[^/]{2,})//[^/]+/[A-Z]{2} \d{4}-\d\d-\d\dT\d\d:\d\d\b.*'),
    re.compile(r'[*]\d{4} \d\d[.]\d\d [A-Z]{3} [\d ]+[.,]\d\d (?P<shop>.+?)(?: KURS:? [\d.,]+)?$'),
    re.compile(r'(?P<shop>.+?) [A-Z]{2} \d{4} K\d{3} \d\d[.]\d\d[.].*'),
    re.compile(r'(?P<shop>.+?) K\d{3} \d\d[.]\d\d[.] \d\d:\d\d.*'),
)
#: wallets that pay at a merchant
_WALLET = re.compile(r'\b(?:GOOGLE|APPLE|SAMSUNG) ?PAY\b')


def is_card(movement: Movement, said: str) -> bool:
    """Whether it is a payment by card: the bank says so, and names no account.

    :param said: its texts, folded"""
    if is_girocard(said):
        return True
    if any(part in movement.bank_code.upper() for part in CASH_CODES):
        return False
    if movement.counterparty_account:
        return False
    if 'CCRD' in movement.bank_code.upper():
        return True
    return not CARD_WORDS.isdisjoint(_PIECE.findall(said)) or _formed(said) is not None


def is_girocard(said: str) -> bool:
    """Whether it is in the form of German and Austrian banks, which name the account of whoever settles the card, too."""
    return bool(_FORMS[0].fullmatch(said))


def _formed(said: str) -> str | None:
    """The merchant in a text of a card's form, or None."""
    found = next((match for form in _FORMS if (match := form.fullmatch(said))), None)
    return found['shop'] if found else None


def number(movement: Movement, said: str) -> str:
    """The last digits of the card, '' where the text says none.

    >>> from datetime import date
    >>> from decimal import Decimal
    >>> one = Movement('1', date(2026, 1, 1), Decimal('-3'), 'EUR', (), 'c')
    >>> number(one, 'VISA Q8 HORSENS KORT 8702'), number(one, 'ATM ****3902'), number(one, 'SHELL 425612XXXXXX3067'), number(one, 'SHELL 8702')
    ('8702', '3902', '3067', '')
    """
    found = _NUMBER.search(said) if not movement.counterparty_account else None
    return (found[1] or found[2]) if found else ''


def merchant(movement: Movement, said: str) -> list[str]:
    """The words of a card payment's merchant, where it is one, in their order."""
    text = fold(movement.merchant)
    if not text:
        if not is_card(movement, said):
            return []
        text = _formed(said) or fold(movement.counterparty_name) or said
    pieces: list[str] = []
    for piece in _PIECE.findall(_WALLET.sub(' ', text)):
        if _names_something(piece) or (not pieces and piece in BRANDS):
            pieces.append(piece)
    return pieces


def shop(pieces: list[str], given: bool) -> tuple[str, str]:
    """A merchant's first word, and with it the next one; short ones, and words of a trade, tell nothing alone.

    :param given: the bank says which words are the merchant's"""
    if not pieces:
        return '', ''
    trades = next((place for place, piece in enumerate(pieces) if piece not in TRADES), None)
    if trades is None:
        return '', ''
    if trades or (len(pieces[0]) < (2 if given else MIN_MERCHANT) and pieces[0].isalpha()):
        return ' '.join(pieces[: max(trades, 1) + 1]), ''
    return pieces[0], '' if given or len(pieces) < 2 else pieces[1]


def called(movement: Movement) -> str:
    """The name of a card payment's merchant, without shops' numbers."""
    return ' '.join(piece for piece in _PIECE.findall(fold(movement.counterparty_name)) if _names_something(piece))


def _names_something(piece: str) -> bool:
    if not piece.isalpha() or len(piece) < 2 or piece in CARD or piece in PLAIN or is_code(piece):
        return False
    return markers.month(piece) is None


def is_code(piece: str) -> bool:
    """Letters that make no word: an id.

    >>> is_code('ZGMDNXCS'), is_code('GQQTNAGT'), is_code('STVRTROK'), is_code('NAJOMNE'), is_code('SQUARE')
    (True, True, False, False, False)
    """
    if len(piece) < MIN_CODE:
        return False
    vowels = sum(char in 'AEIOUY' for char in piece)
    return vowels * 8 < len(piece) or ('Q' in piece and 'QU' not in piece and vowels * 3 < len(piece))
