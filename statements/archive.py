"""ZIP archives of statement files: few members, no paths, no archive within, no bomb."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import IO

from .data import MAX_FILE, Refused, Statement, Transaction, Warn

MAX_MEMBERS, MAX_RATIO = 20, 200
#: from which size on a ratio says something
SMALL = 100_000
#: parts of a workbook; bytes within which its XML must begin
MAX_PARTS, PROLOG = 500, 1 << 16
#: bytes of texts that a workbook's cells share, which are held at once
MAX_STRINGS = 64 * 1024 * 1024

Record = Statement | Transaction | Warn


def is_workbook(file: IO[bytes]) -> bool:
    """Whether the archive is an XLSX workbook."""
    try:
        with zipfile.ZipFile(file) as opened:
            infos = opened.infolist()
            names = {info.filename for info in infos}
            total = sum(info.file_size for info in infos)
            packed = sum(info.compress_size for info in infos) or 1
            parts = [info for info in infos[:MAX_PARTS] if info.filename.endswith(('.xml', '.rels'))]
            heads = [opened.open(info).read(PROLOG).replace(b'\x00', b'') for info in parts]
    except (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError, NotImplementedError):
        return False
    finally:
        file.seek(0)
    if '[Content_Types].xml' not in names or not any(name.startswith('xl/') for name in names):
        return False
    if total > MAX_FILE or (total > SMALL and total / packed > MAX_RATIO):
        raise Refused('hostile', "The workbook unpacks to far more than it is.")
    if any(info.filename == 'xl/sharedStrings.xml' and info.file_size > MAX_STRINGS for info in infos):
        raise Refused('too_large', "The workbook has more texts than fit into the memory.")
    if len(infos) > MAX_PARTS:
        raise Refused('hostile', "The workbook has more parts than a bank's workbook has.")
    if any(b'<!DOCTYPE' in head.upper() or not re.search(rb'<[A-Za-z]', head) for head in heads):
        raise Refused('hostile', "The workbook has a DTD, which no bank writes.")
    return True


def read(file: IO[bytes], read_member: Callable[[IO[bytes]], Iterator[Record]]) -> Iterator[Record]:
    """What all members say, in their order. What is no statement is skipped, where another one is.

    :raises Refused: ``hostile``, ``encrypted``, ``too_large``, ``damaged``; and what a member is refused for"""
    try:
        opened = zipfile.ZipFile(file)
        infos = [info for info in opened.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, ValueError, EOFError, OSError, NotImplementedError):
        raise Refused('damaged', "The archive cannot be opened.") from None
    with opened:
        _check(infos)
        seen, strange = False, None
        for info in infos:
            data = _unpacked(opened, info)
            try:
                yield from read_member(io.BytesIO(data))
                seen = True
            except Refused as refused:
                if refused.code != 'unknown_format':
                    raise
                strange = refused
                yield Warn('skipped', f"“{info.filename[:60]}” is no statement.")
    if not seen:
        raise strange or Refused('empty', "The archive is empty.")


def _check(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise Refused('hostile', f"The archive has more than {MAX_MEMBERS} files.")
    for info in infos:
        if any(sign in info.filename for sign in '/\\:') or info.filename in ('.', '..'):
            raise Refused('hostile', "A name in the archive is a path.")
        if info.flag_bits & 1:
            raise Refused('encrypted', "The archive has a password.")
        if info.file_size > SMALL and info.file_size > MAX_RATIO * max(info.compress_size, 1):
            raise Refused('hostile', "The archive unpacks to far more than it is.")
    if sum(info.file_size for info in infos) > MAX_FILE:
        raise Refused('too_large', "The archive unpacks to more than 200 MB.")


def _unpacked(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    try:
        with opened.open(info) as member:
            data = member.read(info.file_size + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError):
        raise Refused('damaged', f"“{info.filename[:60]}” cannot be unpacked.") from None
    if len(data) != info.file_size:
        raise Refused('hostile', "The archive says false sizes.")
    return data
