"""As many pairs as there can be: a largest matching of two sides (augmenting paths)."""

from __future__ import annotations

from collections.abc import Sequence


def largest_matching(order: Sequence[str], edges: dict[str, list[int]]) -> dict[int, str]:
    """{right: left}, as many as there can be. Whoever comes first chooses first, and takes another one only to let one more in.

    :param order: the left ones
    :param edges: {left: the right ones that it may have, the likeliest first}

    >>> largest_matching(['a', 'b'], {'a': [1, 2], 'b': [1]})
    {1: 'b', 2: 'a'}
    """
    taken: dict[int, str] = {}
    owned: dict[str, int] = {}
    for left in order:
        _augment(left, edges, taken, owned)
    return taken


def _augment(start: str, edges: dict[str, list[int]], taken: dict[int, str], owned: dict[str, int]) -> None:
    came: dict[int, str] = {}
    waiting = [start]
    while waiting:
        left = waiting.pop(0)
        for right in edges[left]:
            if right in came:
                continue
            came[right] = left
            if right in taken:
                waiting.append(taken[right])
                continue
            _shift(right, came, taken, owned, start)
            return


def _shift(right: int, came: dict[int, str], taken: dict[int, str], owned: dict[str, int], start: str) -> None:
    """Give the free one to whom it was found by, what that one had to the one before, and so on."""
    while True:
        left = came[right]
        before = owned.get(left)
        taken[right], owned[left] = left, right
        if left == start or before is None:
            return
        right = before
