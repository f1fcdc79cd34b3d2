"""Vocabulary of coding. Money is Decimal in the movement's currency, signed like the movement; days are the bank's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from typing import NamedTuple

from ..data import Line, Reason

#: kinds of what becomes of a movement
DOCUMENT, CODING, TRANSFER = 'document', 'coding', 'transfer'


@dataclass(slots=True)
class Movement(Line):
    """A movement with what only coding looks at. ``journal``: the own account that it is on; ``creditor_id``, ``mandate_id``: of a SEPA direct debit;
    ``label``: what its entry is, or will be, called; ``purpose``: ISO 20022 code; ``bank_code``: the bank's transaction code; ``info``: the bank's own words; ``merchant``: of a card payment."""

    journal: object = None
    creditor_id: str = ''
    mandate_id: str = ''
    purpose: str = ''
    bank_code: str = ''
    info: str = ''
    merchant: str = ''
    label: str = ''
    #: of :mod:`traits`, read once
    read: object = field(default=None, init=False, compare=False, repr=False)


class Row(NamedTuple):
    """One row of a coding: ``amount`` without its taxes, ``whole``: with them, where that is known to the cent; ``analytic``: whatever the
    books have, compared as it is."""

    account: object
    amount: Decimal
    taxes: tuple[object, ...] = ()
    analytic: object = None
    label: str = ''
    whole: Decimal | None = None

    @property
    def place(self) -> tuple[object, tuple[object, ...], object]:
        """Where it goes, whatever the amount."""
        return (self.account, self.taxes, self.analytic)


@dataclass(slots=True)
class Booked:
    """An earlier movement and what became of it. ``finished``: the day on which it was booked; ``documents``: it paid some; ``undone``: somebody
    took it back."""

    movement: Movement
    finished: Date
    rows: tuple[Row, ...] = ()
    partner: object = None
    transfer: object = None
    documents: bool = False
    undone: bool = False

    @property
    def id(self) -> object:
        return self.movement.id

    @property
    def kind(self) -> tuple[object, ...]:
        """What was done, whatever the amounts: equal for bookings of one kind."""
        if self.transfer is not None:
            return (TRANSFER, self.transfer)
        places = tuple(sorted((row.place for row in self.rows), key=repr))
        return (DOCUMENT, places) if self.documents else (CODING, places)


class Coding(NamedTuple):
    """One way to book a movement without a document. ``basis``: the precedents that it rests on, the latest last; ``why``: in words;
    ``against``: what kept it from being booked by itself, None where nothing did; ``kind``: as :attr:`Booked.kind`."""

    kind: tuple[object, ...]
    rows: tuple[Row, ...]
    partner: object
    transfer: object
    basis: tuple[Booked, ...]
    why: Reason
    against: Reason | None = None
    #: who is at the other end, as (kind, key, sign), where it rests on precedents
    ground: tuple[str, object, int] | None = None
    #: what a person said of such movements beforehand, by whatever the books know it
    model: object = None
    #: id of the movement that is the other side of a transfer, where that is known
    other: object = None

    @property
    def is_transfer(self) -> bool:
        return self.transfer is not None
