"""A chain of entries: each carries the hash of the one before, so that nobody can change one, or leave one out, unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any

START = '0' * 64


def canonical(entry: dict[str, Any]) -> bytes:
    """The one form of an entry: JSON, keys sorted, no blanks.

    >>> canonical({'b': 1, 'a': 'č'})
    b'{"a":"\\xc4\\x8d","b":1}'
    """
    return json.dumps(entry, sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def link(before: str, entry: dict[str, Any]) -> str:
    """Hash of an entry behind the one whose hash is ``before``; :data:`START` before the first."""
    return hashlib.sha256(before.encode() + b'\n' + canonical(entry)).hexdigest()


def first_broken(entries: Iterable[tuple[dict[str, Any], str]]) -> int | None:
    """Number of the first entry whose hash is not what it has to be; None: the chain is whole.

    >>> one = link(START, {'n': 1})
    >>> two = link(one, {'n': 2})
    >>> first_broken([({'n': 1}, one), ({'n': 2}, two)]), first_broken([({'n': 1}, one), ({'n': 3}, two)])
    (None, 1)
    """
    before = START
    for number, (entry, kept) in enumerate(entries):
        if link(before, entry) != kept:
            return number
        before = kept
    return None
