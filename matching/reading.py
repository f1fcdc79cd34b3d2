"""One reading of a movement's texts, before any rule: which number plays which role, and what the words say.

Numbers that are surely no reference (accounts, cards, telephones, registration numbers, amounts, quantities, times) are
blanked out, so that no rule can take them for one. Days, periods and numbers of other papers may be our numbers as well:
they stay, and what they are worth is said where they are found (``references``)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

from . import markers
from .schemes import ogm, symbols
from .text import MAX_TEXT, fold

ACCOUNT, CARD, TELEPHONE, REGISTRATION, AMOUNT, QUANTITY, TIME = (
    'account', 'card', 'telephone', 'registration', 'amount', 'quantity', 'time',
)  # fmt: skip
#: digits from which a number behind a word such as "account" is one, and no customer's number
MIN_ACCOUNT = 7
#: digits of telephone numbers with their country's code (ITU-T E.164 allows 15)
MIN_TELEPHONE, MAX_TELEPHONE = 8, 13
TELEPHONES = (
    ('421', 12),
    ('420', 12),
    ('45', 10),
    ('47', 10),
    ('36', 11),
    ('44', 12),
    ('48', 11),
    ('46', 11),
    ('358', 12),
)
#: length of an account number by country (SWIFT IBAN Registry)
_LENGTHS = {
    'AD': 24, 'AE': 23, 'AL': 28, 'AT': 20, 'AZ': 28, 'BA': 20, 'BE': 16, 'BG': 22, 'BH': 22, 'BR': 29, 'BY': 28, 'CH': 21, 'CR': 22,
    'CY': 28, 'CZ': 24, 'DE': 22, 'DK': 18, 'DO': 28, 'EE': 20, 'EG': 29, 'ES': 24, 'FI': 18, 'FO': 18, 'FR': 27, 'GB': 22, 'GE': 22,
    'GI': 23, 'GL': 18, 'GR': 27, 'GT': 28, 'HR': 21, 'HU': 28, 'IE': 22, 'IL': 23, 'IQ': 23, 'IS': 26, 'IT': 27, 'JO': 30, 'KW': 30,
    'KZ': 20, 'LB': 28, 'LC': 32, 'LI': 21, 'LT': 20, 'LU': 20, 'LV': 21, 'MC': 27, 'MD': 24, 'ME': 22, 'MK': 19, 'MR': 27, 'MT': 31,
    'MU': 30, 'NL': 18, 'NO': 15, 'PK': 24, 'PL': 28, 'PS': 29, 'PT': 25, 'QA': 29, 'RO': 24, 'RS': 22, 'SA': 24, 'SC': 31, 'SE': 24,
    'SI': 19, 'SK': 24, 'SM': 27, 'TN': 24, 'TR': 26, 'UA': 29, 'VA': 22, 'XK': 20,
}  # fmt: skip
#: an international account number, whether its check digits are right or not
_IBAN = re.compile(rf"(?<![A-Z0-9])(?:{'|'.join(_LENGTHS)})\d{{2}}(?: ?[A-Z0-9]){{11,30}}(?![A-Z0-9])")
_CURRENCY = r'(?:EUR|CZK|HUF|NOK|DKK|SEK|PLN|CHF|USD|GBP|RON|BGN|FT|KC|KR|SKK|€|\$)'
_NUMBER = r'(?:\d{1,3}(?:[ .]\d{3}){1,4}|\d{1,9})'
_ROLES = re.compile(
    rf"""(?x)
    (?<![A-Z0-9/-])(?:
     (?P<account>
        \d{{8}}-\d{{8}}(?:-\d{{8}})?                                              # Hungarian
       |(?:\d{{1,6}}-\d{{2,10}}|\d{{8,10}})/\d{{4}}(?![A-Z0-9/-])                    # Slovak, Czech
       |(?!20|19)\d{{4}}/\d{{10}}|\d{{4}}/\d{{1,6}}-\d{{2,10}}                                             # the same, the bank's code first
       |\d{{4}}\.\d{{2}}\.\d{{5}}                                                # Norwegian
       |\d{{2}}(?:\ \d{{4}}){{6}}                                             # Polish
       |\d{{2}}-\d{{2}}-\d{{2}}\ \d{{8}}                                         # British, behind its sort code
       |(?:(?:CISLO|Z|NA|FRA|TIL|FROM|TO|VON|BANK|CIS\.?)\ ?)?
        (?:(?:PROTI)?UC(?:ET|TU|TE|TY|TOM)|C\.\ ?U\.|KONT(?:O|A|OM|U)|KONTO(?:NR|NUMMER)|KTO|KTONR|ACCOUNT|ACCT?|A/C
          |BANKSZAMLA(?:SZAM)?|FOLYOSZAMLA|BANKGIRO(?:NUMMER)?|BG|PLUSGIRO(?:NUMMER)?|PG|GIRO|RACHUN(?:EK|KU)|RACH\.?
          |REKENING(?:NUMMER|NR)?|CUENTA|CONTO|COMPTE|TILI(?:NUMERO|NRO)?|SORT\ ?CODE|BLZ|IBAN|REG\.?)
        (?:[ .:-]{{1,2}}(?:C\.?|CISLO|NR\.?|NO\.?|NUMBER|NUMMER|KOD))?[ .:-]{{0,3}}
        (?P<digits>\d+(?:[ /.-]{{1,2}}\d{{2,}}){{0,5}}))
    |(?P<card>(?:\d{{4,6}}[ -]?)?[X*]{{2}}[\dX* -]{{0,24}}\d{{2,6}})
    |(?P<telephone>(?:(?<!\+)\+|(?:TEL|MOB|MOBIL|PHONE|TLF|TELEFON)[.:]?\ ?\+?)\d[\d /-]{{5,28}}\d)
    |(?P<registration>(?:ICO|IC|DIC|IC\ ?DPH|DPH|VAT(?:\ ?(?:NO|ID))?|ADOSZAM|ADSZ|CVR|ORG\.?\ ?NR|ORGNR|NIP|REGON|KRS
       |UST-?ID(?:NR)?|UID|SIREN|SIRET|P\.?IVA|OIB|BTW|KVK|Y-TUNNUS|BIC|SWIFT|RC|CARD|KARTA|KARTY|KARTOU|KARTYA|KORT)
       (?:[.: -]|NR|NO){{0,4}}(?:[A-Z]{{2,3}})?(?:[\dX*]{{5,16}}|[\dX*]{{2,4}}(?:[ -][\dX*]{{2,4}}){{1,5}})
       |(?:NAR(?:ODEN[YAE])?|R\.C|FNR|CPR|PERSONNR|PERSONNUMMER|FODT|FODSELSNR|GEB|BORN)[.: ]{{0,3}}\d{{6}}(?:[ /-]?\d{{3,5}})?
       |\d{{6}}[/-]\d{{4}}|\d{{1,3}}(?:\.\d{{1,3}}){{3}}
       |(?:PSC|PLZ|ZIP|POSTNR|IRSZ|IRANYITOSZAM)[.: ]{{0,2}}\d{{3}}\ ?\d{{1,2}})
    |(?P<time>[0-2]?\d:[0-5]\d(?::[0-5]\d)?)
    |(?P<quantity>\d{{1,6}}(?:[.,]\d{{1,3}})?\ ?(?:KS|PCS|DB|STK|KG|HOD|HRS|OSOB|X|M2|M3|KM|KWH|MWH|GJ|L|%)(?![.: /]?\d)
       |\d{{1,3}}(?:\ \d{{3}}){{1,4}}\ ?(?:KS|PCS|STK|KG|KM|KWH|MWH|B|KB|MB|GB|BYTES?)(?![.: /]?\d)
       |-?\d{{1,3}}\.\d{{3,8}}[NS]?[,; ]{{1,2}}-?\d{{1,3}}\.\d{{4,8}}[EW]?)                                 # a place on Earth
    |(?P<amount>(?:\d{{1,3}}(?:[ .]\d{{3}}){{1,4}},\d{{2}}|\d{{1,15}},\d{{2}})(?:\ ?{_CURRENCY}(?!\w))?|{_NUMBER}(?:[.,]\d{{1,2}})?\ ?{_CURRENCY}(?!\w)
       |{_CURRENCY}\ ?(?:\d{{1,3}}(?:[ .]\d{{3}}){{1,4}}|\d{{1,6}})(?:[.,]\d{{1,2}})?)
    )(?![A-Z0-9])"""
)
_WORD = re.compile(r'[A-Z]+')
_DIGIT = re.compile(r'\d')
_MONTH_NUMBER = re.compile(r'(?<![\d/.-])(1[0-2]|0?[1-9])\. ?(?:MESIAC|MESIACA|MESIC|HO|HONAP|MANED|MONAT)')
_PERIOD = re.compile(r'(?<![\d/.-])(?:(1[0-2]|0?[1-9])[/.-](20\d\d)|(20\d\d)[/.-](1[0-2]|0[1-9]))(?![\d/.-])')
_NONE: frozenset[str] = frozenset()
#: 10/26, 10-2026, 2026/10, 102026, 202610, 10 2026, Q3, 1.10.-31.10., a year behind a blank
_SAID_PERIOD = re.compile(
    r'(?<![\d.])(?:0?[1-9]|1[0-2]) ?[/. -] ?(?:20)?2\d(?![\d.])|(?<![\d.])20[23]\d ?[/.-]? ?(?:0[1-9]|1[0-2])(?![\d./-])'
    r'|(?<!\d)(?:0[1-9]|1[0-2])20[23]\d(?!\d)|\bQ[1-4]\b|\d{1,2}\.\d{1,2}\.(?:\d{2,4})? ?- ?\d{1,2}\.'
    r'|(?:ROK|ROKU|JAHR|YEAR|AR|EV)[ .]{1,2}20[23]\d|20[23]\d[ .]{1,2}(?:ROK|EVI|EV)\b'
    r'|(?:0?[1-9]|1[0-2])\. ?(?:HO|HAVI)\b|\b(?:I{1,3}|I?V|VI{1,3}|I?X|XI{1,2})/20[23]\d|\bJAN\b'
)


class Text(NamedTuple):
    """A field: ``folded`` as it is compared, ``plain`` with what is surely no reference blanked out, of one length."""

    field: str
    folded: str
    plain: str


class Reading(NamedTuple):
    """What a movement's texts say.

    ``roles``: (role, piece) of the numbers that were blanked out; ``words``: all words in remittance texts; ``named``: those of
    the counterparty's name; ``months``: months that are named, in words or with a year."""

    texts: tuple[Text, ...]
    roles: tuple[tuple[str, str], ...]
    words: frozenset
    months: frozenset
    named: frozenset = frozenset()

    @property
    def says_period(self) -> bool:
        """Whether a month, a quarter, a year or a span of days is named, in whatever way."""
        if self.months or self.words & markers.PERIODS:
            return True
        return any(_SAID_PERIOD.search(text.folded) for text in self.texts if text.field != 'counterparty_name')

    @property
    def says_credit_note(self) -> bool:
        return _says(self.words)[0]

    @property
    def says_return(self) -> bool:
        return _says(self.words)[1]

    @property
    def says_settlement(self) -> bool:
        return bool((self.words | self.named) & markers.SETTLEMENT or self.named & markers.SETTLING)

    @property
    def says_settling(self) -> bool:
        """Whether it may be a settlement, or a payer's word for paying."""
        return bool(self.words & markers.SETTLING)

    @property
    def says_not(self) -> bool:
        """Whether something is said not to be paid, or to be paid already."""
        return bool(self.words & markers.NEGATIONS)

    @property
    def says_duty(self) -> bool:
        return bool(self.words & markers.DUTIES)


@lru_cache(maxsize=4096)
def _says(words: frozenset[str]) -> tuple[bool, bool]:
    """(whether a credit note is spoken of, whether money that comes back)"""
    credit = (
        bool(words & markers.CREDIT_NOTE)
        or any(word.startswith(markers.CREDIT_NOTE_STEMS) for word in words)
        or any(words.issuperset(pair) for pair in markers.CREDIT_NOTE_PAIRS)
    )
    back = bool(words & markers.RETURNS) or any(word.startswith(markers.RETURN_STEMS) for word in words)
    return credit, back


def read(texts: list[tuple[str, str]] | tuple[tuple[str, str], ...]) -> Reading:
    """Read (field, text) pairs; texts of 'counterparty_name' say no month and no purpose.

    >>> reading = read([('text', 'Konto 5012 0002600140 faktura 2026001, 12.50 EUR, október')])
    >>> [(text.plain.split(), sorted(reading.months)) for text in reading.texts]
    [(['FAKTURA', '2026001,', ',', 'OKTOBER'], [10])]
    >>> reading.roles
    (('account', 'KONTO 5012 0002600140'), ('amount', '12.50 EUR'))
    """
    return _read(tuple((field, text[:MAX_TEXT]) for field, text in texts if text))


@lru_cache(maxsize=256)
def _read(texts: tuple[tuple[str, str], ...]) -> Reading:
    parts = [_field(field, text) for field, text in texts]
    said = [part for part in parts if part[0].field != 'counterparty_name']
    return Reading(
        tuple([part[0] for part in parts]),
        tuple([role for part in parts for role in part[1]]),
        _NONE.union(*[part[2] for part in said]),
        _NONE.union(*[part[3] for part in said]),
        _NONE.union(*[part[2] for part in parts if part[0].field == 'counterparty_name']),
    )


@lru_cache(maxsize=4096)
def _field(field: str, text: str) -> tuple[Text, list[Any], frozenset[str], frozenset[int]]:
    """(:class:`Text`, roles, words, months) of one field; many payers write the same."""
    folded = fold(text)
    roles: list[Any] = []
    plain = mask(folded, roles)
    words, months = frozenset(_WORD.findall(folded)), []
    if field != 'counterparty_name':
        if '.' in folded or '/' in folded or '-' in folded:
            months += [int(match.group(1)) for match in _MONTH_NUMBER.finditer(folded)]
            months += [int(match.group(1) or match.group(4)) for match in _PERIOD.finditer(folded)]
        months += [number for word in words if len(word) > 2 and (number := markers.month(word))]
    return Text(field, folded, plain), roles, words, frozenset(months)


def mask(folded: str, roles: list[Any] | None = None) -> str:
    """The text with what is surely no reference blanked out, same length.

    A creditor reference (RF…) is no account number, whatever its check digits say.

    :param roles: gets (role, piece) of what was blanked out

    >>> mask('SK31 1200 0000 1987 4263 7541 FA 2026001')
    '                              FA 2026001'
    """
    if not _DIGIT.search(folded):
        return folded
    roles = [] if roles is None else roles

    def blank(match: re.Match[str]) -> str:
        role, piece = match.lastgroup, match.group()
        if digits := match['digits']:
            role = ACCOUNT
            if sum(map(str.isdigit, digits)) < MIN_ACCOUNT:
                return piece
        if role == TELEPHONE:
            piece = _telephone(piece)
        roles.append((role, piece))
        return ' ' * len(piece) + match.group()[len(piece) :]

    if _IBAN.search(folded):
        folded = _IBAN.sub(lambda match: _blank_iban(match, roles), folded)
    plain = _ROLES.sub(blank, symbols.blank(folded))
    if '/' in folded and ('+' in folded or '*' in folded):
        for _key, piece in ogm.find(folded):  # its signs are a telephone's or a card's as well
            place = folded.find(piece)
            plain = plain[:place] + piece + plain[place + len(piece) :]
    return plain


def _telephone(piece: str) -> str:
    """Without the groups behind it that no telephone number of that country has any more."""
    number = ''.join(char for char in piece if char.isdigit())
    most = next((digits for code, digits in TELEPHONES if '+' in piece and number.startswith(code)), MAX_TELEPHONE)
    shorter = piece
    while sum(map(str.isdigit, shorter)) > most and (place := max(map(shorter.rfind, ' /-'))) > 0:
        shorter = shorter[:place]
    return shorter if sum(map(str.isdigit, shorter)) >= MIN_TELEPHONE else piece


def _blank_iban(match: re.Match[str], roles: list[tuple[str, str]]) -> str:
    """The account at the beginning of a piece; a following word may have been taken for a part of it. One of its country's
    length is one even where its check digits are wrong."""
    piece = match.group()
    length = _LENGTHS[piece[:2]]
    words = piece.split(' ')
    for end in range(len(words), 0, -1):
        if sum(map(len, words[:end])) == length:
            return _blanked(piece, words, end, roles)
    return piece


def _blanked(piece: str, words: list[str], end: int, roles: list[tuple[str, str]]) -> str:
    blanked = len(' '.join(words[:end]))
    roles.append((ACCOUNT, piece[:blanked]))
    return ' ' * blanked + piece[blanked:]
