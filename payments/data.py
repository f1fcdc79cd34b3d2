"""The vocabulary of payments: an order of one debtor account, one currency and one day, and its lines.

Money is :class:`decimal.Decimal` in the order's currency; dates are the bank's days. Everything is frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

#: how an account number is written: ISO 13616; a domestic number; Swedish bankgiro, plusgiro; a Czech number with its bank's code
IBAN, BBAN, BANKGIRO, PLUSGIRO, CZECH = 'IBAN', 'BBAN', 'BGNR', 'PGNR', 'CZ'
SCHEMES = (IBAN, BBAN, BANKGIRO, PLUSGIRO, CZECH)
VENDOR, SALARY, REFUND = 'vendor', 'salary', 'refund'
KINDS = (VENDOR, SALARY, REFUND)
SEPA, INSTANT, DOMESTIC = 'sepa', 'instant', 'domestic'
PRODUCTS = (SEPA, INSTANT, DOMESTIC)
#: reference of a line: none; ISO 11649 (RF…); Norwegian KID; Swedish OCR; Czech and Slovak symbols
NONE, SCOR, KID, OCR, SYMBOLS = 'none', 'scor', 'kid', 'ocr', 'vs'
REFERENCES = (NONE, SCOR, KID, OCR, SYMBOLS)


@dataclass(frozen=True, slots=True)
class Reference:
    """What tells the payee what is paid. ``value``: the reference, or the variable symbol; ``ss``, ``ks``: specific and constant symbol."""

    kind: str = NONE
    value: str = ''
    ss: str = ''
    ks: str = ''


@dataclass(frozen=True, slots=True)
class Address:
    """Where the payee lives, structured; ``country`` is ISO 3166 alpha-2."""

    street: str = ''
    post_code: str = ''
    town: str = ''
    country: str = ''


@dataclass(frozen=True, slots=True)
class Account:
    """Whose account, how its number is written, and its bank. ``bank_code``: the four digits of a Czech bank."""

    name: str
    scheme: str
    number: str
    bic: str = ''
    bank_code: str = ''


@dataclass(frozen=True, slots=True)
class Line:
    """One payment. ``end_to_end_id`` is ours and is used once; ``text`` goes to the payee."""

    end_to_end_id: str
    account: Account
    amount: Decimal
    reference: Reference = field(default_factory=Reference)
    text: str = ''
    address: Address | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """What is sent to a bank at once. ``id`` names the message and is used once; ``created`` stands in the file; ``date``: the day on which
    the bank executes it; ``batch_booking``: one movement on the account for all lines, a wish only."""

    id: str
    created: datetime
    kind: str
    product: str
    country: str
    date: date
    currency: str
    batch_booking: bool
    debtor: Account
    lines: tuple[Line, ...]

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


@dataclass(frozen=True, slots=True)
class Problem:
    """Why an order cannot be sent as it is. ``line``: its place from 0, None: the order itself; ``message``: a plain sentence."""

    line: int | None
    field: str
    code: str
    message: str


class Refused(ValueError):
    """An order that cannot become a file.

    :param problems: all that is wrong, in the order of the lines"""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__('; '.join(problem.message for problem in problems))
        self.problems = problems
