"""A mail as text, and what is attached to it."""

from __future__ import annotations

import email
import email.message
import html
import itertools
import re
import unicodedata
from datetime import date
from email import policy
from email.errors import (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from .. import charset, values
from ..data import Refused

ZONE = ZoneInfo('Europe/Prague')
#: bytes of a mail (no server takes larger ones), characters of a header that is read, parts, characters of a text
MAX_MAIL, MAX_HEADER, MAX_PARTS, MAX_TEXT = 30 * 1024 * 1024, 4000, 100, 200_000
#: lines that may begin a part
MAX_BOUNDARIES = 20_000
_READ = ('Subject', 'From', 'Date', 'Content-Type', 'Content-Disposition', 'Content-Transfer-Encoding')
_CUT = (
    CloseBoundaryNotFoundDefect,
    InvalidBase64CharactersDefect,
    InvalidBase64LengthDefect,
    InvalidBase64PaddingDefect,
)
#: the label of a field, as banks write it
_LABEL = re.compile(r'[^:]{1,60}:(?!//)')
_STATEMENTS = ('.xml', '.sta', '.mt940', '.940', '.gpc', '.abo', '.ofx', '.csv', '.tsv', '.xlsx', '.zip', '.txt')
_KINDS = (
    'application/xml',
    'text/xml',
    'application/zip',
    'application/octet-stream',
    'application/x-zip-compressed',
    'text/csv',
)
#: characters of a line that programs break
FULL = 66
_QUOTED = re.compile(r'^(?:[ \t]*[>|])+[ \t]?', re.M)


class Message:
    """One mail.

    :raises Refused: ``too_large``, ``damaged``"""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_MAIL:
            raise Refused('too_large', "The mail is larger than 30 MB.")
        if not data.strip():
            raise Refused('empty', "The mail is empty.")
        if data.count(b'\n--') > MAX_BOUNDARIES:
            raise Refused('too_large', "The mail has more parts than a mail has.")
        try:
            self._read(data)
        except (ValueError, LookupError, AttributeError, TypeError, RecursionError):
            raise Refused('damaged', "The mail cannot be read.") from None

    def _read(self, data: bytes) -> None:
        # headers stay as they came: the library's newer way reads each of them whole, in quadratic time
        self.message = email.message_from_bytes(data, policy=policy.compat32)
        self.parts = list(itertools.islice(self.message.walk(), MAX_PARTS))
        for part in self.parts:
            if any(len(str(value)) > MAX_HEADER for name in _READ for value in part.get_all(name, ())):
                raise Refused('damaged', "A header of the mail is too long.")
        self.subject = self._header('Subject')
        self.text = self._text()[:MAX_TEXT]
        #: without accents, in small letters, to find words in; and what else tells a bank
        self.folded = fold(self.text)
        self.told_by = f"{self.folded}\n{fold(self.subject)}\n{fold(self._header('From'))}"

    def _header(self, name: str, part: email.message.Message | None = None) -> str:
        return _decoded((self.message if part is None else part).get(name))

    def _text(self) -> str:
        plain = [self._content(part) for part in self.parts if self._is_body(part, 'text/plain')]
        if any(text.strip() for text in plain):
            return _plain('\n'.join(plain))
        return _plain(
            '\n'.join(_without_tags(self._content(part)) for part in self.parts if self._is_body(part, 'text/html'))
        )

    @staticmethod
    def _is_body(part: email.message.Message, kind: str) -> bool:
        return part.get_content_type() == kind and part.get_content_disposition() != 'attachment'

    @staticmethod
    def _content(part: email.message.Message) -> str:
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            return ''
        said = part.get_content_charset()
        if said in ('us-ascii', 'ascii', None) and not data.isascii():
            said = None
        try:
            return charset.decode(data, said)
        except Refused:
            return charset.decode(data)

    @property
    def subjects(self) -> str:
        """Of the mail, of what is forwarded in it, and what the text says of one."""
        inner = [self._header('Subject', part) for part in self.parts[1:]]
        return ' '.join((self.subject, *inner, ' '.join(self.text.split())))

    @property
    def is_cut(self) -> bool:
        """Whether a part of it ends in the middle, or its HTML has a beginning and no end."""
        if any(isinstance(defect, _CUT) for part in self.parts for defect in part.defects):
            return True
        texts = [part for part in self.parts if self._is_body(part, 'text/plain') or self._is_body(part, 'text/html')]
        if any(_ends_within_letter(part) for part in texts):
            return True
        found = [self._content(part).casefold() for part in self.parts if self._is_body(part, 'text/html')]
        return any('<html' in text and '</html' not in text for text in found)

    @property
    def is_encrypted(self) -> bool:
        kinds = {part.get_content_type() for part in self.parts}
        smime = any(
            part.get_param('smime-type') == 'enveloped-data'
            for part in self.parts
            if part.get_content_type().endswith('pkcs7-mime')
        )
        told = '-----BEGIN PGP MESSAGE-----' in self.text
        return 'multipart/encrypted' in kinds or smime or told

    @property
    def is_plain(self) -> bool:
        """Whether its words come from plain text."""
        return any(self._is_body(part, 'text/plain') and self._content(part).strip() for part in self.parts)

    def from_words(self, words: str) -> str:
        """The text from the first place on at which the folded words (a pattern) stand: what stands above them is a forwarder's."""
        match = re.search(words, self.folded)
        return self.text[match.start() :] if match and len(self.folded) == len(self.text) else self.text

    def attached(self) -> list[bytes]:
        """Contents of what may be a statement."""
        found = []
        for part in self.parts:
            name = _decoded(part.get_filename()).lower()
            kind = part.get_content_type()
            told = name.endswith(_STATEMENTS) or kind in _KINDS
            if (
                part.is_multipart()
                or not told
                or (kind == 'text/plain' and part.get_content_disposition() != 'attachment')
            ):
                continue
            content = part.get_payload(decode=True)
            if isinstance(content, bytes) and content:
                found.append(content)
        return found

    def day(self) -> date:
        """The day of the Date header, in the banks' zone.

        :raises Refused: ``damaged``: there is none"""
        try:
            moment = parsedate_to_datetime(self._header('Date'))
        except (ValueError, TypeError, IndexError, OverflowError):
            raise Refused('damaged', "The mail has no date.") from None
        try:
            return moment.astimezone(ZONE).date() if moment.tzinfo else moment.date()
        except (OverflowError, ValueError):
            raise Refused('damaged', "The mail has no date.") from None


def _ends_within_letter(part: email.message.Message) -> bool:
    """Whether a part ends in the middle of a letter, as UTF-8 or quoted-printable writes it."""
    raw, encoding = part.get_payload(), str(part.get('Content-Transfer-Encoding') or '').strip().lower()
    if (
        encoding == 'quoted-printable'
        and isinstance(raw, str)
        and re.search(r'=[0-9A-Fa-f]?$', raw[-3:].rstrip('\r\n'))
    ):
        return True
    data = part.get_payload(decode=True)
    if part.get_content_charset() != 'utf-8' or not isinstance(data, bytes):
        return False
    try:
        data.decode('utf-8')
    except UnicodeDecodeError as error:
        return error.reason == 'unexpected end of data'
    return False


def _decoded(value: object) -> str:
    """A header's words, with blanks instead of breaks; as it came where it cannot be decoded."""
    text = ' '.join(str(value or '').split())
    try:
        return ' '.join(str(make_header(decode_header(text))).split())
    except (ValueError, LookupError, email.errors.HeaderParseError):
        return text


def fold(text: str) -> str:
    """Small letters without accents; as long as it was, letter by letter, where that is possible."""
    return ''.join(unicodedata.normalize('NFD', char)[0] for char in values.composed(text)).casefold()


def _plain(text: str) -> str:
    """Without marks of quoting, with plain blanks."""
    text = values.composed(text.replace('\r\n', '\n').replace('\r', '\n'))
    return re.sub('[\xa0\u202f\u2009\t]', ' ', _QUOTED.sub('', text))


def _without_tags(text: str) -> str:
    """The words of an HTML text: a cell stands behind its label, a row on a line of its own."""
    text = text[:MAX_TEXT]
    for tag in ('head', 'script', 'style', 'title'):
        text = _without(text, tag)
    text = re.sub(r'(?i)<br\s*/?>|</(?:p|div|tr|table|h\d|li)\s*>', '\n', text)
    text = re.sub(r'(?i)</t[dh]\s*>', ' ', text)
    return html.unescape(re.sub(r'(?s)<[^<>]{0,2000}>', '', text))


def _without(text: str, tag: str) -> str:
    """The HTML without these elements and what is in them."""
    start, end = re.compile(rf'<{tag}\b', re.I), re.compile(rf'</{tag}\s*>', re.I)
    kept, place = [], 0
    while (begins := start.search(text, place)) and (ends := end.search(text, begins.end())):
        kept.append(text[place : begins.start()])
        place = ends.end()
    return ' '.join((*kept, text[place:]))


def labels(text: str) -> dict[str, str]:
    """{folded label: value} of lines "Label: value"; the first of each counts. A full line goes on in the next one, which has no
    label."""
    found: dict[str, str] = {}
    last, length = '', 0
    for line in text.split('\n'):
        label, colon, value = line.partition(':')
        if colon and 0 < len(label.strip()) <= 60 and _LABEL.match(line):
            last = ' '.join(fold(label).split())
            if last in found:
                last = ''
            else:
                found[last] = value.strip()
        elif last and length >= FULL and line.strip():
            found[last] += ' ' + line.strip()
        else:
            last = ''
        length = len(line)
    return found
