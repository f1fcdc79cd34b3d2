"""A mail as text, and what is attached to it."""

from __future__ import annotations

import email
import html
import re
import unicodedata
from datetime import date
from email import policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from .. import charset
from ..data import MAX_FILE, Refused

ZONE = ZoneInfo('Europe/Prague')
MAX_PARTS, MAX_TEXT = 100, 200_000
_STATEMENTS = ('.xml', '.sta', '.mt940', '.940', '.gpc', '.abo', '.ofx', '.csv', '.tsv', '.xlsx', '.zip', '.txt')
_KINDS = (
    'application/xml',
    'text/xml',
    'application/zip',
    'application/octet-stream',
    'application/x-zip-compressed',
    'text/csv',
)
_QUOTED = re.compile(r'^(?:[ \t]*[>|])+[ \t]?', re.M)


class Message:
    """One mail.

    :raises Refused: ``too_large``, ``damaged``"""

    def __init__(self, data: bytes) -> None:
        if len(data) > MAX_FILE:
            raise Refused('too_large', "The mail is larger than 200 MB.")
        if not data.strip():
            raise Refused('empty', "The mail is empty.")
        try:
            parsed = email.message_from_bytes(data, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.message = parsed
            self.parts = list(parsed.walk())[:MAX_PARTS]
            self.subject = self._header('Subject')
            self.text = self._text()[:MAX_TEXT]
        except (ValueError, LookupError, AttributeError, TypeError, AssertionError, RecursionError):
            raise Refused('damaged', "The mail cannot be read.") from None
        #: without accents, in small letters, to find words in; and what else tells a bank
        self.folded = fold(self.text)
        self.told_by = f"{self.folded}\n{fold(self.subject)}\n{fold(self._header('From'))}"

    def _header(self, name: str) -> str:
        try:
            return ' '.join(str(self.message.get(name) or '').split())
        except (ValueError, LookupError, AttributeError, TypeError, IndexError):
            return ''

    def _text(self) -> str:
        plain = [self._content(part) for part in self.parts if self._is_body(part, 'text/plain')]
        if any(text.strip() for text in plain):
            return _plain('\n'.join(plain))
        return _plain(
            '\n'.join(_without_tags(self._content(part)) for part in self.parts if self._is_body(part, 'text/html'))
        )

    @staticmethod
    def _is_body(part: EmailMessage, kind: str) -> bool:
        return part.get_content_type() == kind and part.get_content_disposition() != 'attachment'

    @staticmethod
    def _content(part: EmailMessage) -> str:
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
        inner = [' '.join(str(part.get('Subject') or '').split()) for part in self.parts[1:]]
        return ' '.join((self.subject, *inner, ' '.join(self.text.split())))

    @property
    def is_cut(self) -> bool:
        """Whether its HTML has a beginning and no end."""
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
        return 'multipart/encrypted' in kinds or smime or '-----BEGIN PGP MESSAGE-----' in self.text

    def attached(self) -> list[bytes]:
        """Contents of what may be a statement."""
        found = []
        for part in self.parts:
            name = (part.get_filename() or '').lower()
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


def fold(text: str) -> str:
    """Small letters without accents; as long as it was, letter by letter, where that is possible."""
    return ''.join(unicodedata.normalize('NFD', char)[0] for char in unicodedata.normalize('NFC', text)).casefold()


def _plain(text: str) -> str:
    """Without marks of quoting, with plain blanks."""
    text = unicodedata.normalize('NFC', text.replace('\r\n', '\n').replace('\r', '\n'))
    return re.sub('[\xa0\u202f\u2009\t]', ' ', _QUOTED.sub('', text))


def _without_tags(text: str) -> str:
    """The words of an HTML text: a cell stands behind its label, a row on a line of its own."""
    text = re.sub(r'(?is)<(script|style|head|title)\b.*?</\1\s*>', ' ', text[:MAX_TEXT])
    text = re.sub(r'(?i)<br\s*/?>|</(?:p|div|tr|table|h\d|li)\s*>', '\n', text)
    text = re.sub(r'(?i)</t[dh]\s*>', ' ', text)
    return html.unescape(re.sub(r'(?s)<[^<>]{0,2000}>', '', text))


def labels(text: str) -> dict[str, str]:
    """{folded label: value} of lines "Label: value"; the first of each counts."""
    found: dict[str, str] = {}
    for line in text.split('\n'):
        label, colon, value = line.partition(':')
        if colon and 0 < len(label.strip()) <= 60:
            found.setdefault(' '.join(fold(label).split()), value.strip())
    return found
