"""What a client keeps between calls."""

from __future__ import annotations

import time
from typing import Any


class Vault:
    """What a client keeps between calls (tokens, the time of the last call). In memory here; the models keep it sealed
    in the database, each change in a transaction of its own."""

    def __init__(self, values: None = None) -> None:
        self.values: dict[str, Any] = dict(values or {})

    def read(self) -> dict[str, Any]:
        """:return: dict, as it was stored last"""
        return dict(self.values)

    def store(self, **values: Any) -> None:
        """Keep values; they are safe when this returns."""
        self.values.update(values)

    def reserve(self, name: str, seconds: float, patience: float = 0.0) -> float:
        """Take the next turn of what may happen once in ``seconds``, for all workers; only if it comes within
        ``patience`` seconds.

        :return: seconds until the turn, 0.0: now; above ``patience``: it was not taken"""
        wait, self.values = next_turn(self.values, name, seconds, patience)
        return wait


def next_turn(values: dict[str, Any], name: str, seconds: float, patience: float) -> tuple[float, dict[str, Any]]:
    """(seconds to wait, values with the turn taken): the rule of :meth:`Vault.reserve`."""
    now = time.time()
    turn = max(now, float(values.get(name) or 0))
    if turn - now > patience:
        return turn - now, values
    return turn - now, {**values, name: turn + seconds}
