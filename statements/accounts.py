"""What the entries of one account come to: its statement, and whether its balances follow."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from .data import Balance, Statement, Transaction, Warn

if TYPE_CHECKING:
    from .rows import Row, Table


class Account:
    """One account of a file: what its entries come to."""

    def __init__(self, number: str | None) -> None:
        self.number, self.count, self.booked = number, 0, Decimal(0)
        self.came = self.went = Decimal(0)
        self.units: set[str | None] = set()
        self.column = Column()
        self.warnings: list[Warn] = []
        self.told: dict[str, Decimal] = {}

    def add(self, row: Row) -> Transaction:
        made, amount = row.made, row.made.amount or Decimal(0)
        self.count += 1
        self.units.add(made.currency)
        for warning in row.warnings:
            warning.entry = self.count
        self.warnings += row.warnings
        if not made.pending:
            self.booked += amount
            self.came += max(amount, Decimal(0))
            self.went += min(amount, Decimal(0))
            if (balance := row.number('balance')) is not None:
                self.column.add(made.date, amount, balance, self.count)
        for role in ('opening', 'closing'):
            if (told := row.number(role)) is not None:
                self.told.setdefault(role, told)
        return made

    def statement(self, table: Table) -> Statement:
        above, units = table.above, self.units - {None}
        made = Statement(table.kind, table.profile.name, self.number or above.get('account'), above.get('bank'))
        made.currency = above.get('currency') or (units.pop() if len(units) == 1 else table.profile.currency)
        made.begin, made.end = above.get('begin'), above.get('end')
        for told, summed in ((above.get('came'), self.came), (above.get('went'), self.went)):
            if told is not None and abs(told) != abs(summed):
                self.warnings.append(Warn('checksum', "The bank's own sum is another one."))
        opening, closing = (
            self.told.get('opening', above.get('opening')),
            self.told.get('closing', above.get('closing')),
        )
        if opening is None and closing is None:
            self.column.balances(made, self.warnings)
            return made
        made.opening = Balance(opening, made.currency, made.begin) if opening is not None else None
        made.closing = Balance(closing, made.currency, made.end) if closing is not None else None
        if opening is not None and closing is not None and opening + self.booked != closing:
            self.warnings.append(Warn('balance', "Opening balance and movements do not make the closing balance."))
        return made


class Column:
    """A column of balances, the oldest or the newest first."""

    def __init__(self) -> None:
        self.first: tuple[date | None, Decimal, Decimal] | None = None
        self.last: tuple[date | None, Decimal, Decimal] | None = None
        #: how often the balance follows, and the first entry at which it does not; downwards, upwards
        self.follows, self.breaks = [0, 0], [0, 0]

    def add(self, day: date | None, amount: Decimal, balance: Decimal, entry: int) -> None:
        if self.last:
            _day, before_amount, before = self.last
            for way, fits in enumerate((before + amount == balance, before - before_amount == balance)):
                self.follows[way] += fits
                if not fits and not self.breaks[way]:
                    self.breaks[way] = entry
        self.last = day, amount, balance
        self.first = self.first or self.last

    def balances(self, made: Statement, warnings: list[Warn]) -> None:
        if not self.first or not self.last:
            return
        downwards = self.follows[0] >= self.follows[1]
        if self.first[0] and self.last[0] and self.first[0] != self.last[0]:
            downwards = self.first[0] < self.last[0]
        oldest, newest = (self.first, self.last) if downwards else (self.last, self.first)
        made.opening = Balance(oldest[2] - oldest[1], made.currency, oldest[0])
        made.closing = Balance(newest[2], made.currency, newest[0])
        if entry := self.breaks[0 if downwards else 1]:
            warnings.append(Warn('balance', "The balance column does not follow the movements.", entry))
