"""What makes two movements alike: who is at the other end, which words stay when numbers, days, cards and shops are set aside, which numbers are
constant. Nothing here knows other movements."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from .. import markers, names
from ..accounts import forms
from ..text import fold
from . import cards
from .cards import is_code
from .data import Movement
from .lists import (
    BANK_CODES,
    BANK_PAIRS,
    BANK_PARTS,
    BANK_STEMS,
    BANKS,
    CASH_CODES,
    CASH_STEMS,
    CURRENCIES,
    MACHINES,
    OWN_STEMS,
    PAYMENT_CODES,
    PAYMENT_PARTS,
    PLAIN,
    PRICES,
)

#: grounds: who is at the other end, or the bank itself
ACCOUNT, MANDATE, CREDITOR, MERCHANT = 'account', 'mandate', 'creditor', 'merchant'
NAME, BANK, CODE = 'name', 'bank', 'code'
#: no ground, only a likeness: a merchant's second word, which may be a town; the same words, by whomever
BRANCH, WORDS = 'branch', 'words'
MAX_WORDS = 40
#: words of a name
MAX_NAME = 3
MIN_WORD, MIN_NUMBER = 3, 3

_PIECE = re.compile(r'[A-Z0-9]+')
_SYMBOL = re.compile(r'(?<![A-Z])(VS|SS|KS)[ .:/=-]{0,3}(\d{1,10})')
_AMOUNT = re.compile(r'(?<![\d.,/-])(\d{1,3}(?:[ .]\d{3})+|\d{1,12})(?:[.,](\d{2}))?(?![\d.,/-]|\s?%)')
_LABEL = re.compile(r'[A-Z]+')
#: a payment symbol as one word
_OWN_SYMBOL = re.compile(r'(?:VS|SS|KS)\d+')
#: what a bank writes before the name of who is paid, where it has no field for it
_PAYEE = re.compile(
    r'(?:(?:NETTGIRO|AVTALEGIRO|EFAKTURA|OVERFORSEL|OVERFORING|FAST OVERFORSEL|UTBETALING|GIRO) TIL:?|BS BETALING:?|BETALINGSSERVICE:) '
    r'(?P<name>.{3,}?)(?: BETALT:? .*| \d\d[.]\d\d[.].*)?'
)
#: a short number behind a word, or a word of two letters: they may be what is paid
_PAIR = re.compile(r'\b([A-Z]{2,})(?: ?[:.]| C[.]?| NR[.]?| NO[.]?| CISLO)? ?(\d{1,2}(?:/\d{1,3})?)\b(?![.,/:-]?\d)')
_MONTH = re.compile(r'(?<!\d)(?:0?[1-9]|1[0-2])[./ -]?20\d\d(?!\d)|(?<!\d)20\d\d[./ -]?(?:0[1-9]|1[0-2])(?!\d)')
_TWO = re.compile(r'\b[A-Z]{2}\b')


class Symbols(NamedTuple):
    """Slovak and Czech payment symbols, and references with check digits, without leading zeros."""

    vs: str = ''
    ss: str = ''
    ks: str = ''
    structured: str = ''


@dataclass(slots=True)
class Traits:
    """Of one movement. ``ground``: (kind, key, sign) of who is at the other end, the surest first; ``words``: what the texts say; ``numbers``: in them,
    which may be constant or not."""

    grounds: tuple[tuple[str, str, int], ...]
    account: str
    name: str
    words: frozenset[str]
    numbers: frozenset[str]
    symbols: Symbols
    creditor: str
    mandate: str
    purpose: str
    bank_code: str
    journal: object
    size: Decimal
    currency: str
    #: the bank tells the merchant
    is_told: bool = False
    #: last digits of the card
    card: str = ''
    #: words of a merchant in their order
    shop: tuple[str, ...] = ()
    #: of the numbers, the month and the year of the movement, or of the months beside it
    period: frozenset[str] = frozenset()
    #: no town stands among the merchant's words
    is_bare: bool = False
    #: ("word number") and words of two letters, of what is no card payment
    pairs: frozenset[str] = frozenset()

    def constants(self) -> dict[tuple[str, object], bool]:
        """What may tell one thing from another that is paid to the same payee, each as (kind, value)."""
        found: dict[tuple[str, object], bool] = {
            (kind, value): True
            for kind, value in (
                ('card', self.card), (MANDATE, self.mandate), (CREDITOR, self.creditor), ('vs', self.symbols.vs), ('ss', self.symbols.ss), ('ks', self.symbols.ks),
                ('structured', self.symbols.structured), ('purpose', self.purpose), ('bank_code', self.bank_code), ('journal', self.journal),
                (ACCOUNT, self.account), (NAME, self.name), (WORDS, self.words),
            )
            if value
        }  # fmt: skip
        found.update({('word', word): True for word in sorted(self.words)})
        found.update({('number', number): True for number in sorted(self.numbers)})
        return found


def traits(movement: Movement) -> Traits:
    """Read a movement once."""
    read = movement.read
    if not isinstance(read, Traits):
        read = movement.read = _traits(movement)
    return read


def _traits(movement: Movement) -> Traits:
    sign = 1 if movement.amount > 0 else -1
    account, who = canonical(movement.counterparty_account), payee(movement)
    name = names.key(who)
    creditor, mandate = _plain(movement.creditor_id), _plain(movement.mandate_id)
    texts = list(dict.fromkeys(fold(text) for _field, text in movement.texts))
    said = ' '.join([*texts, fold(movement.info)]).strip()
    words, numbers = _read(said)
    if '?' in said:
        words |= _foreign(movement)
    words -= names.words(who)  # who writes the own name says nothing
    pieces = cards.merchant(movement, said)
    if pieces:
        words = frozenset(pieces[:MAX_WORDS])
    if account and pieces and cards.is_girocard(said):
        account = ''  # of whoever settles the card, for many merchants
    merchant, branch = cards.shop(pieces, bool(movement.merchant))
    bank = '' if account or creditor or merchant else _banks_words(movement, texts, words)
    card = cards.number(movement, said) if pieces or bank else ''
    if bank and movement.amount < 0 and _is_of_a_machine(bank, words, bool(card)):
        words &= _read(bank)[0]  # behind them stand towns; what is paid in, a person said
    code = '' if any(texts) or account or name or merchant else _banks_code(movement, words)
    found = (
        (MANDATE, f'{creditor}/{mandate}' if creditor and mandate else ''),
        (CREDITOR, creditor),
        (ACCOUNT, account),
        (MERCHANT, merchant),
        (BRANCH, branch),
        (BANK, bank),
        (CODE, '' if bank else code),
        (NAME, '' if bank or (pieces and not account) else name),
    )
    return Traits(
        tuple((kind, key, sign) for kind, key in found if key),
        account,
        cards.called(movement) if pieces and not account else name or fold(who),
        words,
        numbers,
        _symbols(movement, texts),
        creditor,
        mandate,
        _plain(movement.purpose),
        fold(movement.bank_code),
        movement.journal,
        abs(movement.amount),
        movement.currency,
        bool(movement.merchant),
        card,
        tuple(pieces[:MAX_WORDS]),
        _period(movement, numbers),
        bool(pieces) and cards.is_girocard(said),
        frozenset() if pieces else _pairs(said),
    )


def payee(movement: Movement) -> str:
    """Who is at the other end, by the bank's field, else by what it writes before a name in its text."""
    if movement.counterparty_name or movement.counterparty_account or movement.amount >= 0:
        return movement.counterparty_name
    found = next((match for _field, text in movement.texts if (match := _PAYEE.fullmatch(fold(text)))), None)
    return found['name'] if found else ''


def may_be_called(movement: Movement) -> list[str]:
    """Names of whoever may be at the other end, however little says so: the payee's, and of a card payment as many words of the merchant's as a
    name may have."""
    shop, found = traits(movement).shop, [payee(movement)]
    if shop:
        texts = (movement.merchant, movement.counterparty_name, *(text for _field, text in movement.texts))
        said = _PIECE.findall(' '.join(fold(text) for text in texts if text))
        place = said.index(shop[0]) if shop[0] in said else len(said)
        found += [' '.join(said[place : place + count]) for count in range(1, MAX_NAME + 1)]
    return list(dict.fromkeys(name for name in found if name))


def says_a_month(movement: Movement) -> bool:
    """Whether its text says of which month it is: "12/2025", "December"."""
    said = ' '.join(fold(text) for _field, text in movement.texts)
    return bool(_MONTH.search(said)) or any(markers.month(word) is not None for word in _LABEL.findall(said))


def _period(movement: Movement, numbers: frozenset[str]) -> frozenset[str]:
    """Of the numbers, those that are the movement's own month and year, or those of the months beside it."""
    if not any(len(number) in (4, 5, 6) for number in numbers):
        return frozenset()
    said = set()
    for off in (-1, 0, 1):
        place = movement.date.year * 12 + movement.date.month - 1 + off
        year, month = place // 12, place % 12 + 1
        said |= {f'{year}', f'{month}{year}', f'{year}{month:02d}'}
    return numbers & said


def _pairs(said: str) -> frozenset[str]:
    found = [f'{word} {number}' for word, number in _PAIR.findall(said) if markers.month(word) is None]
    return frozenset([*found, *_TWO.findall(said)][:MAX_WORDS])


def _plain(text: str) -> str:
    return ''.join(_PIECE.findall(fold(text))) if text else ''


@lru_cache(maxsize=65536)
def canonical(number: str) -> str:
    """One spelling of an account number, whether it came as IBAN or in its country's own form.

    >>> canonical('CZ65 0800 0000 1920 0014 5399') == canonical('19-2000145399/0800'), canonical('')
    (True, '')
    >>> canonical('5396020101/0200') == canonical('SK6602000000005396020101'), canonical('11773016-11111018')
    (True, '1177301611111018')
    >>> canonical('DK50 0040 0440 1162 43') == canonical('0040 440116243'), canonical('8601.11.17947')
    (True, '86011117947')
    """
    spelled = forms(number) if number else ()
    ibans = [form for form in spelled if form[:2].isalpha()]
    if ibans and ibans[0][:2] == 'DK':  # the bank's code and ten digits
        return ibans[0][4:]
    digits = {form for form in spelled if form.isdigit()}
    if '/' in number:
        digits = {
            form for iban in ibans if iban[:2] in ('SK', 'CZ') for form in forms(iban) if form.isdigit()
        } or digits
    return min(digits, key=lambda form: (len(form), form)) if digits else next(iter(spelled), '')


def _read(said: str) -> tuple[frozenset[str], frozenset[str]]:
    """Words and numbers of folded texts, without months, currencies and words of paying."""
    words, numbers = [], []
    for piece in _PIECE.findall(said):
        if piece.isdigit():
            if len(piece) >= MIN_NUMBER:
                numbers.append(piece.lstrip('0'))
        elif not piece.isalpha() or is_code(piece):
            if not _OWN_SYMBOL.fullmatch(piece) and piece not in PLAIN:
                numbers.append(piece)
        elif (
            len(piece) >= MIN_WORD
            and piece not in PLAIN
            and markers.month(piece) is None
            and piece not in markers.PERIODS
        ):
            words.append(piece)
    return frozenset(words[:MAX_WORDS]), frozenset(numbers[:MAX_WORDS])


def _foreign(movement: Movement) -> frozenset[str]:
    """Words in other scripts than Latin."""
    texts = [*(text for _field, text in movement.texts), movement.info]
    found = [word for text in texts if not text.isascii() for word in names.words(text) if not word.isascii()]
    return frozenset(sorted(found)[:MAX_WORDS])


def _banks_words(movement: Movement, texts: list[str], words: frozenset[str]) -> str:
    """What the bank calls a fee, interest, cash or an own transfer, where nobody else is at the other end; '' where these are not its own words: they
    are its own information, else its code with the text, else the text."""
    name = movement.counterparty_name
    if name and not is_a_bank(name):
        return ''
    code = movement.bank_code.upper()
    told = _read(fold(movement.info))[0] if movement.info else words
    if any(part in code for part in BANK_CODES):
        if any(part in code for part in CASH_CODES):
            return code
        return f"{code} {' '.join(sorted(told))}"
    pieces = _PIECE.findall(fold(movement.info) if movement.info else ' '.join(texts))
    if movement.type not in ('fee', 'own') and not any(_is_banks_word(word, pieces) for word in told):
        return ''
    if not movement.info:
        for said in texts:
            if begun := _begun(said, movement.amount < 0 and bool(cards.number(movement, said))):
                return begun
    return ' '.join(sorted(told))


def _begun(said: str, by_card: bool = False) -> str:
    """The bank's words at the beginning of its text, up to the last one that is known to be one: behind them stands a machine's town, or whose payment a
    fee was for; of other cash, the first two; '' where it does not begin with one, or nothing else follows.

    :param by_card: cash was taken by a card

    >>> _begun('BARGELDAUSZAHLUNG 4531 12** **** 1971 GIESSEN', True), _begun('ENTGELT AUSLANDSZAHLUNG AWS EMEA'), _begun('VKLAD TRZBA PREDAJNA')
    ('BARGELDAUSZAHLUNG', 'ENTGELT AUSLANDSZAHLUNG', 'VKLAD TRZBA')
    """
    words = [piece for piece in _PIECE.findall(said) if piece.isalpha() and len(piece) >= MIN_WORD]
    banks = [_is_of_a_fee(word, words) for word in words]
    known = [bank or any(part in word for part in PAYMENT_PARTS) for word, bank in zip(words, banks)]
    if not any(banks) or not known[0] or words[0].startswith(OWN_STEMS + PRICES):
        return ''
    last = max(place for place, is_known in enumerate(known) if is_known)
    if last + 1 == len(words):
        return ''
    if not last and not (by_card or words[0].startswith(MACHINES)):
        return ' '.join(words[:2]) if words[0].startswith(CASH_STEMS) else ''
    return ' '.join(words[: last + 1]) if last or words[0].startswith(CASH_STEMS) else ''


def _is_of_a_machine(bank: str, words: frozenset[str], by_card: bool) -> bool:
    """Whether cash was taken from a machine, whose town the bank's text says.

    :param bank: the bank's words, or its code
    :param by_card: it names a card"""
    is_cash = bank.startswith(CASH_STEMS) or any(part in bank for part in CASH_CODES)
    return is_cash and (by_card or any(word.startswith(MACHINES) for word in words))


def _banks_code(movement: Movement, words: frozenset[str]) -> str:
    """The bank's own name or code of a movement of which nobody says anything else; '' where it is that of any payment."""
    code = fold(movement.bank_code)
    return ' '.join(sorted(words)) or ('' if any(part in code for part in PAYMENT_CODES) else code)


def _is_banks_word(word: str, words: Collection[str]) -> bool:
    return word.startswith(OWN_STEMS) or _is_of_a_fee(word, words)


def _is_of_a_fee(word: str, words: Collection[str]) -> bool:
    """Or of interest, a loan, cash.

    :param words: of the same text"""
    if word.startswith(BANK_STEMS) or any(part in word for part in BANK_PARTS):
        return True
    beside = next((others for stem, others in BANK_PAIRS.items() if word.startswith(stem)), ())
    return any(other.startswith(beside) for other in words) if beside else False


def is_a_bank(name: str) -> bool:
    return any(
        'BANK' in word or 'SPARKASSE' in word or 'SPORITEL' in word or word in BANKS
        for word in _PIECE.findall(fold(name))
    )


def _symbols(movement: Movement, texts: list[str]) -> Symbols:
    found: dict[str, str] = {}
    for text in texts:
        for kind, value in _SYMBOL.findall(text):
            found.setdefault(kind, value.lstrip('0'))
    structured = next((_plain(text) for field, text in movement.texts if field == 'structured'), '')
    return Symbols(found.get('VS', ''), found.get('SS', ''), found.get('KS', ''), structured)


def said_amounts(movement: Movement) -> dict[str, list[Decimal]]:
    """{the word before it: [amounts]} as the texts say them."""
    return _said_amounts((*(text for _field, text in movement.texts), movement.info))


@lru_cache(maxsize=16384)
def _said_amounts(texts: tuple[str, ...]) -> dict[str, list[Decimal]]:
    found: dict[str, list[Decimal]] = {}
    for text in dict.fromkeys(texts):
        folded = fold(text)
        end = 0
        for match in _AMOUNT.finditer(folded):
            before = [word for word in _LABEL.findall(folded[end : match.start()]) if word not in CURRENCIES]
            end = match.end()
            value = Decimal(f"{match[1].replace(' ', '').replace('.', '')}.{match[2] or '00'}")
            amounts = found.setdefault(before[-1] if before else '', [])
            if value not in amounts:
                amounts.append(value)
    return found
