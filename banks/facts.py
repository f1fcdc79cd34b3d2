"""What a movement says of itself, in a form in which two tellings of it can be compared."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from .data import Transaction

#: what two tellings are: surely one movement; one as far as they say; one in other words, perhaps; of two people, perhaps; two
SAME, ALIKE, DOUBT, UNLIKE, OTHER = range(5)

PLACEHOLDER = re.compile(r'[0\-./ ]*|N/?A|NONREF|NOTPROVIDED|NOT PROVIDED|NULL|NONE', re.I)
_IBAN = re.compile(r'[A-Z]{2}\d{2}[A-Z0-9]{11,30}')
_VARIABLE = re.compile(r'/VS0*(\d{1,10})\b|\bVS[:. ]{0,2}0*(\d{1,10})\b')
_SYMBOLS = re.compile(r'/VS\d*(?:/[SK]S\d*)*', re.I)
_LEGAL = frozenset('SRO AS SPOL KS VOS KFT BT ZRT NYRT RT AS ASA ENK APS LTD LLC GMBH AG INC PLC CO OY AB'.split())
#: words that say nothing of one payment
_GENERIC = frozenset(
    """PLATBA PLATBY PAYMENT PREVOD TRANSFER UHRADA UHRADY FAKTURA FAKTURY INVOICE PRIKAZ POPLATOK POPLATEK FEE VKLAD VYBER CARD KARTA KARTOU
    BETALING OVERFORING OVERFORSEL GEBYR UTALAS ATUTALAS KOZLEMENY SEPA INSTANT PRIJEM ODOSLANA PRIJATA""".split()
)
#: digits from which on a number in a text is one of a document or the like; signs of a bank's reference that is no mere number of a
#: day; letters of a name that was cut
NUMBER, REFERENCE, CUT = 3, 6, 5


@dataclass(frozen=True, slots=True)
class Facts:
    """Each empty where it is not said. ``numbers``: numbers in the texts; ``tokens``: their words."""

    reference: str
    account: str
    end_to_end: str
    symbols: frozenset[str]
    structured: frozenset[str]
    names: frozenset[str]
    numbers: frozenset[str]
    tokens: frozenset[str]
    balance: Decimal | None

    def keys(self) -> frozenset[str]:
        """What is hardly shared by two movements of other people."""
        found = {f'v{one}' for one in self.symbols} | {f's{one}' for one in self.structured}
        found |= {f'n{one}' for one in self.numbers}
        for sign, value in (
            ('r', self.reference),
            ('a', self.account[-10:]),
            ('e', self.end_to_end),
            ('p', ''.join(sorted(self.names))),
        ):
            if value:
                found.add(sign + value)
        return frozenset(found)


def facts(row: Transaction) -> Facts:
    """What can be compared of a movement."""
    end_to_end = row.end_to_end_id
    if PLACEHOLDER.fullmatch(end_to_end) or end_to_end.upper().startswith('/VS'):
        end_to_end = ''
    texts = ' '.join(_plain(text) for text in row.remittance)
    said = _plain(' '.join((row.end_to_end_id, *row.structured, *row.remittance, row.additional_information)))
    words = frozenset(re.findall(r'[A-Z0-9]+', _SYMBOLS.sub(' ', texts)))
    return Facts(
        reference='' if PLACEHOLDER.fullmatch(row.entry_reference) else _close(row.entry_reference).lstrip('0'),
        account=_close(row.counterparty_account),
        end_to_end=_close(end_to_end),
        symbols=frozenset(found for pair in _VARIABLE.findall(said) if (found := pair[0] or pair[1]).strip('0')),
        structured=frozenset(
            _close(text).lstrip('0') for text in row.structured if text and not text.upper().startswith('/VS')
        ),
        names=frozenset(re.findall(r'[A-Z0-9]{2,}', _plain(row.counterparty_name))) - _LEGAL,
        numbers=frozenset(word.lstrip('0') for word in words if word.isdigit() and len(word) >= NUMBER),
        tokens=frozenset(word for word in words if len(word) > 1),
        balance=row.balance_after,
    )


def compare(one: Facts, other: Facts, mails: bool = False) -> tuple[int, int]:
    """(:data:`SAME` …, how much speaks for it) of two movements of one amount.

    :param mails: both are told by mails: each with the balance after it, by which equal payments differ"""
    strong = [
        _accounts(one.account, other.account),
        _ends(one.end_to_end, other.end_to_end),
        _symbols(one.symbols, other.symbols),
        _common(one.structured, other.structured),
    ]
    referred = bool(one.reference) and one.reference == other.reference
    if referred and len(one.reference) >= REFERENCE and strong[0] is not False:
        return SAME, 100
    if mails and ((one.reference and other.reference and not referred) or _equal_balance(one, other) is False):
        return OTHER, 0
    if False in strong:
        return OTHER, 0
    names, weak = (
        _names(one.names, other.names),
        [_common(one.numbers, other.numbers), _words(one.tokens, other.tokens)],
    )
    score = 10 * strong.count(True) + weak.count(True) + (names is True) + 5 * referred
    if names is False and True not in strong:
        return UNLIKE, score
    if (
        weak[0] is False
        or (False in (names, weak[1]) and True not in strong)
        or (mails and not _equal_balance(one, other))
    ):
        return DOUBT, score
    return (SAME if score else ALIKE), score


def _equal_balance(one: Facts, other: Facts) -> bool | None:
    return one.balance == other.balance if one.balance is not None and other.balance is not None else None


def _accounts(one: str, other: str) -> bool | None:
    """Whether two account numbers are one; None: nobody can tell."""
    if not one or not other or 'XXX' in one + other:
        return None  # not said, or covered
    if one == other:
        return True
    ibans = bool(_IBAN.fullmatch(one)) + bool(_IBAN.fullmatch(other))
    if ibans == 2:
        return False
    short, long = sorted((one.lstrip('0'), other.lstrip('0')), key=len)
    if len(short) >= 6 and short.isdigit() and short in long:
        return True
    if not ibans and len(one) == len(other) and one.isdigit() and other.isdigit():
        return False
    return None


def _ends(one: str, other: str) -> bool | None:
    """Whether two end-to-end ids are one, maybe cut."""
    if not one or not other:
        return None
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= 2 * CUT and long.startswith(short))


def _common(one: frozenset[str], other: frozenset[str]) -> bool | None:
    return not one.isdisjoint(other) if one and other else None


def _symbols(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether two payments have a symbol in common; None where one is the other, cut by the width of a column.

    >>> _symbols(frozenset({'1700202'}), frozenset({'170020262'})), _symbols(frozenset({'1234'}), frozenset({'12345'}))
    (None, False)
    """
    found = _common(one, other)
    if found is False and any(
        len(short) >= CUT and long.startswith(short)
        for short, long in (sorted((a, b), key=len) for a in one for b in other)
    ):
        return None
    return found


def _names(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether two names are one, maybe cut or written as one word; False where they have one word in common at most.

    >>> _names(frozenset({'JAN', 'NOVAK'}), frozenset({'JANA', 'NOVAKOVA'})), _names(frozenset({'SLOVENSKAPOSTA'}), frozenset({'SLOVENSKA', 'POSTA'}))
    (False, True)
    """
    if not one or not other:
        return None
    few, many = sorted((one, other), key=len)
    if all(any(_is_cut(first, second) for second in many) for first in few):
        return True
    return None if len(one & other) > 1 else False


def _is_cut(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return short == long or (len(short) >= CUT and long.startswith(short))


def _words(one: frozenset[str], other: frozenset[str]) -> bool | None:
    """Whether the words of one text are words of the other, and say something; False where none is."""
    if not one or not other:
        return None
    if one <= other or other <= one:
        common = (one & other) - _GENERIC
        return True if len(common) > 1 or any(len(word) > NUMBER for word in common) else None
    return False if one.isdisjoint(other) else None


def _plain(text: str) -> str:
    """Capital letters without their signs.

    >>> _plain('Úhrada  č. 5')
    'UHRADA C. 5'
    """
    plain = unicodedata.normalize('NFKD', text)
    return ' '.join(''.join(sign for sign in plain if not unicodedata.combining(sign)).upper().split())


def _close(text: str) -> str:
    """Letters and digits only.

    >>> _close('sk31 1200-0000')
    'SK3112000000'
    """
    return re.sub(r'[^A-Z0-9]', '', text.upper())
