"""Vocabulary of matching. Money is Decimal in the named currency; dates are the bank's or the document's own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from typing import NamedTuple

AUTO, SUGGEST, NONE = 'auto', 'suggest', 'none'

#: how well a reference names one document (matching policy 4.1), the best first
STRUCTURED, STRONG, MEDIUM, WEAK = 4, 3, 2, 1
STRENGTHS = {STRUCTURED: 'structured', STRONG: 'strong', MEDIUM: 'medium', WEAK: 'weak'}

#: kinds of documents that incoming money pays in files, where a registered payment is one that came in
PAID_BY_INCOMING = ('invoice', 'bill_refund', 'payment', 'order')
KINDS = ('invoice', 'credit_note', 'bill', 'bill_refund', 'payment', 'order')


class Candidate(NamedTuple):
    """Something in a movement's texts that may name a document. ``key`` is how it is looked up, ``how`` one of the
    constants of :mod:`references`, ``mark``: 'invoice', 'order' or 'paper' where a word that says so stands before it;
    ``letters`` that were written before a bare number; ``day``: it may as well be a day or a month."""

    key: str
    field: str
    text: str
    how: str
    mark: str = ''
    letters: str = ''
    day: bool = False


class Evidence(NamedTuple):
    """Why a document is meant: ``text`` stood in ``field`` and is its ``key`` (kind of key), this strong."""

    field: str
    text: str
    key: str
    strength: int


class Item(NamedTuple):
    """What can be paid on a document: the whole, or one instalment. ``residual`` is signed like the movement that
    pays it. ``discount`` is (last day, residual if paid until then), signed too."""

    id: object
    due: Date | None
    residual: Decimal
    discount: tuple | None = None


@dataclass(slots=True)
class Document:
    """An invoice, bill, credit note, order or outstanding payment. ``state``: open, closed, draft or cancelled;
    ``blocked``: in dispute."""

    id: object
    company: object
    partner: object
    kind: str
    state: str
    number: str
    payment_reference: str = ''
    ref: str = ''
    origin: str = ''
    date: Date | None = None
    currency: str = ''
    total: Decimal = Decimal(0)
    items: tuple[Item, ...] = ()
    blocked: bool = False
    due_date: Date | None = None
    keys: dict | None = field(default=None, compare=False, repr=False)  # of keys.document_keys, made once

    @property
    def due(self) -> Date | None:
        if self.due_date:
            return self.due_date
        if len(self.items) == 1:
            return self.items[0].due or self.date
        days = [item.due for item in self.items if item.due]
        return min(days) if days else self.date


@dataclass(slots=True)
class Partner:
    """Who pays: ``id`` is the commercial partner's. ``manual``: nothing of this partner is posted by itself."""

    id: object
    name: str
    manual: bool = False


@dataclass(slots=True)
class Line:
    """A movement to be matched. ``amount`` is positive when money came in. ``texts`` are (field, text) pairs."""

    id: object
    date: Date
    amount: Decimal
    currency: str
    texts: tuple[tuple[str, str], ...] = ()
    company: object = None
    counterparty_name: str = ''
    counterparty_account: str = ''
    partner: object = None
    type: str = ''
    original_amount: Decimal | None = None
    original_currency: str = ''


class Allocation(NamedTuple):
    """So much of the movement pays this item: ``amount`` is signed like the movement, in the movement's currency.
    ``discount``: the item is settled in full by it, the early-payment discount taken."""

    document: Document
    item: Item
    amount: Decimal
    discount: bool = False


class Reason(NamedTuple):
    """Why a movement was not posted, or what speaks against it: a code of :mod:`words` with its values."""

    code: str
    values: dict


@dataclass(slots=True)
class Proposal:
    """One way to match a movement, with the evidence for it, what speaks against posting it, and the chance that posting it
    would be wrong (:mod:`risk`; None where it is not worked out, as it is not posted)."""

    rule: str
    allocations: tuple[Allocation, ...]
    evidence: tuple[Evidence, ...]
    against: Reason | None = None
    rank: tuple = ()
    risk: float | None = None

    @property
    def pays(self) -> tuple[tuple[str, str], ...]:
        """What identifies the proposal among others."""
        return tuple(sorted((str(a.document.id), str(a.item.id)) for a in self.allocations))


@dataclass(slots=True)
class Decision:
    """What becomes of a movement. ``action`` auto: ``best`` may be posted; suggest: a person decides among ``best``
    and ``alternatives``; none: nothing fits. ``why_not`` says what kept it from being posted; ``keys`` is what
    its texts may refer to; ``claims`` are ids of paid documents that it names as well as the one that paid them;
    ``warning`` is what somebody should look at even where the match is right."""

    line: Line
    action: str
    best: Proposal | None = None
    alternatives: tuple[Proposal, ...] = ()
    why_not: Reason | None = None
    partner: object = None
    keys: tuple = ()
    claims: tuple = ()
    warning: Reason | None = None

    @property
    def allocations(self) -> tuple[Allocation, ...]:
        """Of the best proposal; empty where there is none."""
        return self.best.allocations if self.best else ()

    @property
    def rest(self) -> Decimal | None:
        """What stays open of the movement, signed like it."""
        return self.line.amount - sum((a.amount for a in self.best.allocations), Decimal(0)) if self.best else None


@dataclass(frozen=True, slots=True)
class Policy:
    """A company's settings. ``automatic``: the rules that post by themselves; ``tolerance``: difference that still
    counts as exact, in the movement's currency; ``limit``: nothing above this amount is posted by itself;
    ``fifo``: R12 pays the oldest; ``manual``: ids of partners whose movements are only proposed; ``budget``: the highest
    risk (:mod:`risk`) at which a decision is posted."""

    automatic: frozenset = field(default_factory=frozenset)
    tolerance: Decimal = Decimal(0)
    limit: Decimal | None = None
    fifo: bool = False
    manual: frozenset = field(default_factory=frozenset)
    budget: float = 1e-5
