"""Bytes to text: a byte-order mark, a declaration, strict UTF-8, then the code page whose letters fit."""

from __future__ import annotations

import codecs
import io
from typing import IO

from .data import Refused

#: code pages of these countries' banks
PAGES = ('cp1250', 'cp852', 'cp1252')
_MARKS = (
    (codecs.BOM_UTF8, 'utf-8-sig'),
    (codecs.BOM_UTF32_LE, 'utf-32'),
    (codecs.BOM_UTF32_BE, 'utf-32'),
    (codecs.BOM_UTF16_LE, 'utf-16'),
    (codecs.BOM_UTF16_BE, 'utf-16'),
)
#: letters that people's names and texts have, by what is written with the page
_CENTRAL = 'áčďéěíľĺňóôŕřšťúůýžäöüőűßąćęłńśźżâăîșțşţđ'
_NORTHERN = 'æøåéäöüßàâçèêëîïñóôûáíúð'
_LETTERS = {
    'cp1250': frozenset(_CENTRAL + _CENTRAL.upper()),
    'cp852': frozenset(_CENTRAL + _CENTRAL.upper()),
    'cp1252': frozenset(_NORTHERN + _NORTHERN.upper()),
}
#: bytes that are read at once; bytes that are not ASCII from which a page is told
CHUNK, MAX_STRANGE = 1 << 20, 200_000
_ASCII = bytes(range(128))
#: signs that texts have as well
_SIGNS = frozenset('€„“”’‘–—…•§°£´\xa0«»×·')


def marked(data: bytes) -> str | None:
    """The encoding that a byte-order mark says."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def encoding_of(file: IO[bytes], declared: str | None = None, pages: tuple[str, ...] = PAGES) -> str:
    """The encoding of a file, which is read once and rewound.

    :param declared: what the file itself says of its encoding
    :raises Refused: ``damaged`` where it contradicts itself"""
    file.seek(0)
    head = file.read(4)
    file.seek(0)
    if declared:
        try:
            codecs.lookup(declared)
        except LookupError:
            declared = None
    name = marked(head) or declared or 'utf-8'
    decoder, strange = codecs.getincrementaldecoder(name)('strict'), bytearray()
    fits = True
    for piece in iter(lambda: file.read(CHUNK), b''):
        if fits:
            try:
                decoder.decode(piece)
            except UnicodeDecodeError:
                fits = False
        if len(strange) < MAX_STRANGE:
            strange += piece.translate(None, _ASCII)
    if fits:
        try:
            decoder.decode(b'', final=True)
        except UnicodeDecodeError:
            fits = False
    file.seek(0)
    if fits:
        return name
    if name != 'utf-8' or marked(head):
        raise Refused('damaged', f"The file says that it is in {name}, and is not.")
    return best_page(bytes(strange[:MAX_STRANGE]), pages)


def open_text(file: IO[bytes], encoding: str) -> io.TextIOWrapper:
    """The file as text, from its beginning, line breaks as they are."""
    file.seek(0)
    strict = encoding.startswith('utf')
    return io.TextIOWrapper(file, encoding, 'strict' if strict else 'replace', newline='')


def decode(data: bytes, declared: str | None = None, pages: tuple[str, ...] = PAGES) -> str:
    """The text of a small file."""
    file = io.BytesIO(data)
    name = encoding_of(file, declared, pages)
    return data.decode(name, 'strict' if name.startswith('utf') else 'replace')


def best_page(data: bytes, pages: tuple[str, ...] = PAGES) -> str:
    """The code page in which most of what is not ASCII is a letter that people write; the first of equal ones."""
    return max(pages, key=lambda page: (_fit(data, page), -pages.index(page)))


def _fit(data: bytes, page: str) -> float:
    letters = _LETTERS.get(page, _LETTERS['cp1252'])
    return sum(
        1.0 if char in letters else 0.1 if char in _SIGNS else -1.0
        for char in data.translate(None, _ASCII).decode(page, 'replace')
    )
