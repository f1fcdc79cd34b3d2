"""The rows of a bank's answer sorted: booked, pending, and what cannot be read, so that one bad row stops no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from . import data

if TYPE_CHECKING:
    from .data import Balance, Movements, Transaction


class Sorted:
    """Movements of one account, as they are read."""

    def __init__(self) -> None:
        self.booked: list[Transaction] = []
        self.pending: list[Transaction] = []
        self.unreadable: list[data.Unreadable] = []

    def add(self, row: Any, read: Callable[..., Transaction | None], *args: Any) -> None:
        """Read a row and put it where it belongs.

        :param read: gives the :class:`data.Transaction` of the row and ``args``, None for what is no movement; a ValueError in
            plain words is kept with the row"""
        try:
            movement = read(row, *args)
        except ValueError as error:
            self.unreadable.append(data.Unreadable(str(error), row if isinstance(row, dict) else {'row': row}))
            return
        if movement:
            (self.booked if movement.status == data.BOOKED else self.pending).append(movement)

    def movements(self, balances: tuple[Balance, ...], calls: int) -> Movements:
        """:param calls: that the bank was asked for them"""
        return data.Movements(tuple(self.booked), tuple(self.pending), tuple(self.unreadable), balances, calls)
