"""The vocabulary of statement files: what every format is turned into.

Money is Decimal in the named currency, positive when it came in. Dates are the bank's, as written. What a file does not say is None
or empty, never guessed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal

#: bytes of a file or of all members of an archive, entries, bytes of one field
MAX_FILE, MAX_ENTRIES, MAX_FIELD = 200 * 1024 * 1024, 1_000_000, 64 * 1024


class Refused(Exception):
    """A file that is not read, whole: why, as a code, in plain words, and the line that it is about where there is one.

    Codes: ``unknown_format``, ``empty``, ``damaged``, ``hostile``, ``too_large``, ``encrypted``, ``bad_value``, ``ambiguous`` (with
    ``candidates``); of mails also ``untrusted``, ``unknown_bank``, ``not_a_movement``."""

    def __init__(self, code: str, message: str, line: int | None = None, candidates: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.code, self.message, self.line, self.candidates = code, message, line, candidates


@dataclass(slots=True)
class Balance:
    """``kind``: 'booked', or 'interim' where the day or the statement goes on."""

    amount: Decimal
    currency: str | None
    date: Date | None
    kind: str = 'booked'


@dataclass(slots=True)
class Original:
    """An amount in another currency than the account's, with the rate where the bank says it."""

    amount: Decimal
    currency: str
    rate: Decimal | None = None


@dataclass(slots=True)
class Party:
    name: str | None = None
    account: str | None = None
    bank: str | None = None


@dataclass(slots=True)
class Symbols:
    """The Slovak and Czech variable, specific and constant symbols: digits."""

    vs: str | None = None
    ss: str | None = None
    ks: str | None = None


@dataclass(slots=True)
class Fee:
    amount: Decimal
    currency: str | None


@dataclass(slots=True)
class Detail:
    """One payment: an entry's own, or one of a batch.

    ``text`` is what the payer wrote, ``info`` what the bank added, ``structured`` creditor references (RF, KID, FIK, QRR),
    ``references`` other ids."""

    amount: Decimal | None = None
    currency: str | None = None
    original: Original | None = None
    counterparty: Party = field(default_factory=Party)
    text: list[str] = field(default_factory=list)
    info: list[str] = field(default_factory=list)
    structured: list[str] = field(default_factory=list)
    end_to_end_id: str | None = None
    symbols: Symbols = field(default_factory=Symbols)
    bank_reference: str | None = None
    references: list[str] = field(default_factory=list)
    fees: list[Fee] = field(default_factory=list)


@dataclass(slots=True)
class Transaction(Detail):
    """One entry of a statement. ``date`` is the booking day, else the value day."""

    pending: bool = False
    date: Date | None = None
    value_date: Date | None = None
    code: str | None = None
    proprietary_code: str | None = None
    reversal: bool = False
    details: list[Detail] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    number: int
    last: bool


@dataclass(slots=True)
class Statement:
    """One statement of one account, without its entries: they come one by one. ``begin`` and ``end`` are the period."""

    format: str
    profile: str | None = None
    account: str | None = None
    bank: str | None = None
    currency: str | None = None
    id: str | None = None
    number: str | None = None
    begin: Date | None = None
    end: Date | None = None
    opening: Balance | None = None
    closing: Balance | None = None
    page: Page | None = None


@dataclass(slots=True)
class Warn:
    """Something that does not add up, or was left out; it never refuses a file. ``entry`` is its number within its statement.

    Codes: ``balance``, ``checksum``, ``date``, ``skipped``."""

    code: str
    message: str
    entry: int | None = None
    line: int | None = None
