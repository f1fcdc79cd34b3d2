"""Lists that come in pages."""

from __future__ import annotations

from .errors import BadAnswer

#: more pages than any bank has; a bank whose links run in a circle has more
MAX_PAGES = 1000


class Pages:
    """The pages of one list: each is visited once, and they end. ``len()`` is the number of calls."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def __len__(self) -> int:
        return len(self._seen)

    def visit(self, page: str) -> None:
        """:param str page: address or key of the next page
        :raises BadAnswer: when it was visited before, or there is no end"""
        if page in self._seen or len(self._seen) >= MAX_PAGES:
            raise BadAnswer("The bank's pages do not end.")
        self._seen.add(page)
