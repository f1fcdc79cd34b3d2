"""Which format a file is in, by its content: its name is only a hint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from . import archive, camt, charset, gpc, mt940, ofx, tables
from .data import MAX_FILE, Refused, Statement, Transaction, Warn
from .profiles import Profile

Record = Statement | Transaction | Warn
#: bytes that tell a format
HEAD = 8192
_BINARY = (
    b'%PDF',
    b'\xd0\xcf\x11\xe0',
    b'\x1f\x8b',
    b'Rar!',
    b'7z\xbc\xaf',
    b'\x89PNG',
    b'GIF8',
    b'\xff\xd8\xff',
    b'BZh',
    b'\xfd7zXZ',
)


def read(file: IO[bytes], profile: str | None = None, own: tuple[Profile, ...] = ()) -> Iterator[Record]:
    """What a file says: the entries of a statement, then the statement, then what does not add up; and so on.

    The file is read while it goes on: nothing counts before its end was reached.

    :param file: at its beginning, can be rewound
    :param profile: of an export without a form of its own, where a person says it
    :param own: profiles that people taught
    :raises Refused: why it is not read"""
    file.seek(0, 2)
    size = file.tell()
    file.seek(0)
    if size > MAX_FILE:
        raise Refused('too_large', "The file is larger than 200 MB.")
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip(b'\xef\xbb\xbf \r\n\t\x00'):
        raise Refused('empty', "The file is empty.")
    yield from safely(_reader(file, head, profile, own))


def safely(records: Iterator[Record]) -> Iterator[Record]:
    """The last net: whatever a file makes of our reading, it is refused in words."""
    try:
        yield from records
    except (
        ValueError,
        TypeError,
        LookupError,
        AttributeError,
        ArithmeticError,
        RecursionError,
        AssertionError,
    ) as error:
        raise Refused('damaged', f"The file is not what its format describes ({type(error).__name__}).") from None
    except MemoryError:
        raise Refused('too_large', "The file needs more memory than there is.") from None


def _reader(file: IO[bytes], head: bytes, profile: str | None, own: tuple[Profile, ...]) -> Iterator[Record]:
    if head.startswith((b'\xff\xfe', b'\xfe\xff')):
        head = head[: len(head) & ~1].decode('utf-16', 'ignore').encode()
    if head.startswith((b'PK\x03\x04', b'PK\x05\x06')):
        if archive.is_workbook(file):
            return tables.read_xlsx(file, profile, own)
        return archive.read(file, lambda inner: read_member(inner, profile, own))
    if head.startswith(_BINARY):
        raise Refused('unknown_format', "This is no statement file.")
    if profile is None:
        if ofx.looks(head):
            return ofx.read(file)
        if _is_xml(head):
            return camt.read(file)
        if gpc.looks(head):
            return gpc.read(file)
        if mt940.looks(head):
            return mt940.read(file)
    return tables.read_csv(file, profile, own)


def read_member(file: IO[bytes], profile: str | None, own: tuple[Profile, ...]) -> Iterator[Record]:
    """A file of an archive: no archive again."""
    head = file.read(HEAD)
    file.seek(0)
    if not head.strip():
        raise Refused('empty', "The file is empty.")
    if head.startswith((b'PK\x03\x04', b'PK\x05\x06')) and not archive.is_workbook(file):
        raise Refused('hostile', "An archive within an archive.")
    if head.startswith((b'\x1f\x8b', b'Rar!', b'7z\xbc\xaf', b'BZh', b'\xfd7zXZ')):
        raise Refused('hostile', "An archive within an archive.")
    return _reader(file, head, profile, own)


def _is_xml(head: bytes) -> bool:
    start = head.lstrip(b'\xef\xbb\xbf \r\n\t')
    if not start.startswith(b'<'):
        return False
    if re.match(rb'<!doctype\s+html|<html', start, re.I):
        raise Refused('unknown_format', "This is a web page.")
    return True


__all__ = ['charset', 'read']
