"""Vocabulary of matching. Money is Decimal in the named currency."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

AUTO, SUGGEST, NONE = 'auto', 'suggest', 'none'
#: how a reference was written: in a field or with a mark that is for references only, or just in the text
STRUCTURED, TEXT = 'structured', 'text'


@dataclass(frozen=True, slots=True)
class Reference:
    """Something in a movement's texts that may name a document: ``key`` is how it is looked up."""

    key: str
    field: str
    text: str
    strength: str = TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """A movement to be matched. ``amount`` is positive when money came in. ``texts`` are (field, text) pairs."""

    id: object
    date: date
    amount: Decimal
    currency: str
    texts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still to be paid on a posted document. ``residual`` is signed like the movement that pays it:
    positive for an invoice (money comes in), negative for a bill. ``id`` is None when the document is closed."""

    id: object
    document: object
    number: str
    partner: object
    residual: Decimal
    currency: str
    due: date | None = None


@dataclass(frozen=True, slots=True)
class Allocation:
    """So much of the movement pays this item (signed like the movement)."""

    item: OpenItem
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Proposal:
    """One way to match a movement, with the evidence for it and what speaks against it in plain words."""

    rule: str
    allocations: tuple[Allocation, ...]
    evidence: tuple[Reference, ...]
    why_not: tuple = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a movement. ``action`` auto: ``best`` may be posted; suggest: a person decides among
    ``best`` and ``alternatives``; none: nothing fits. ``why_not`` is (code, values) for the caller to put in words."""

    line: Line
    action: str
    best: Proposal | None = None
    alternatives: tuple[Proposal, ...] = ()
    why_not: tuple = field(default=())
