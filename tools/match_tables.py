"""Numbers of rows under hashed keys, in little memory; and the rows of a JSON-Lines file by their number."""

import json
import os
from array import array
from bisect import bisect_left
from hashlib import blake2b

from tools.match_rows import parsed

_HASH_BITS, _NUMBER_BITS = 40, 24
_HASH_MASK = (1 << _HASH_BITS) - 1
_NUMBER_MASK = (1 << _NUMBER_BITS) - 1
_SHIFT = _HASH_BITS - 12
_decode = json.JSONDecoder().decode


class Table:
    """Key → numbers of rows. Quick; a hundred bytes an entry."""

    def __init__(self):
        self.rows = {}

    def add(self, key, number):
        known = self.rows.setdefault(key, number)
        if known is number:
            return
        if type(known) is int:
            self.rows[key] = [known, number]
        else:
            known.append(number)

    def find(self, key, limit=None):
        known = self.rows.get(key)
        if known is None:
            return ()
        return (known,) if type(known) is int else known[:limit]

    def __contains__(self, key):
        return key in self.rows

    def count(self, key):
        known = self.rows.get(key)
        return 0 if known is None else 1 if type(known) is int else len(known)


class Packed:
    """The same in eight bytes an entry: hash and number. A row found may be another's in one of 10⁵ cases: ask it."""

    def __init__(self):
        self.buckets = [array('Q') for _ in range(1 << 12)]
        self.ready = bytearray(1 << 12)

    def add(self, key, number):
        hashed = _hashed(key)
        self.buckets[hashed >> _SHIFT].append(hashed << _NUMBER_BITS | number)

    def _bounds(self, key):
        hashed = _hashed(key)
        place = hashed >> _SHIFT
        if not self.ready[place]:
            self.buckets[place] = array('Q', sorted(self.buckets[place]))
            self.ready[place] = 1
        bucket = self.buckets[place]
        low = hashed << _NUMBER_BITS
        start = bisect_left(bucket, low)
        if start == len(bucket) or bucket[start] > low | _NUMBER_MASK:
            return bucket, start, start
        return bucket, start, bisect_left(bucket, low + _NUMBER_MASK + 1, start)

    def find(self, key, limit=None):
        bucket, start, end = self._bounds(key)
        if limit is not None:
            end = min(end, start + limit)
        return [entry & _NUMBER_MASK for entry in bucket[start:end]]

    def __contains__(self, key):
        return bool(self.count(key))

    def count(self, key):
        _bucket, start, end = self._bounds(key)
        return end - start


def _hashed(key):
    """The same in every run: Python's own hash is not."""
    text = key if type(key) is str else '\x1f'.join(map(str, key))
    return int.from_bytes(blake2b(text.encode(errors='surrogatepass'), digest_size=5).digest(), 'big') & _HASH_MASK


class Rows:
    """Rows of a JSON-Lines file by number."""

    def __init__(self, path):
        self.path = path
        self.offsets = array('Q')
        self.place = 0  # line of the file that is being read
        self.handle = os.open(path, os.O_RDONLY)

    def __iter__(self):
        """(number of the row, dict), in order; empty lines are skipped.

        :raise BadRow: where a line is not a JSON object"""
        offset = 0
        with open(self.path, 'rb') as file:
            for place, line in enumerate(file, 1):
                self.place = place
                if line.strip():
                    self.offsets.append(offset)
                    yield len(self.offsets) - 1, parsed(self.path, place, line)
                offset += len(line)
        self.offsets.append(offset)

    def get(self, number):
        start, end = self.offsets[number], self.offsets[number + 1]
        return _decode(os.pread(self.handle, end - start, start).decode())
