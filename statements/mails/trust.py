"""Whether a mail is a bank's: by the signature of the bank's domain over the mail as it was received (DKIM, RFC 6376), or by what the
company's own mail server found (Authentication-Results, RFC 8601).

Not part of :mod:`statements`, as it needs dkimpy. Names are asked by the caller."""

from __future__ import annotations

import ipaddress
import logging
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import getaddresses
from typing import Any

import dkim

#: of which a mail has one at most: a second one is read instead of what was signed
_SINGLE = (
    'from',
    'sender',
    'subject',
    'date',
    'content-type',
    'content-transfer-encoding',
    'mime-version',
    'message-id',
)
#: what a signature must cover, and what of it where it is there: all that is read
_SIGNED, _READ = {'from', 'subject'}, {'date', 'content-transfer-encoding'}
#: bodies that are read in one way only, whatever an unsigned Content-Type says beside
_PLAIN = re.compile(
    r'text/plain(?:\s*;\s*(?:charset="?(?:us-ascii|utf-8|iso-8859-[12]|windows-125[02])"?|format=\w+|delsp=\w+))*\s*',
    re.I,
)
#: signatures that are looked at, seconds for an answer of a name server, bytes of all headers
MAX_SIGNATURES, SECONDS, MAX_HEADERS = 5, 5, 256 * 1024
_NAME = re.compile(rb'[!-9;-~]+:')
_ALGORITHMS = {b'rsa-sha256', b'ed25519-sha256'}

#: what a mail says is in no log
_SILENT = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)

Lookup = Callable[..., 'bytes | None']
Headers = list[tuple[str, str]]


@dataclass(frozen=True)
class Trust:
    """``domain``: whose mail it is, '' where nobody vouches; ``how``: ``dkim`` or ``server``; ``reason``: why not:
    ``headers``, ``sender``, ``unsigned``, ``wrong``, ``unknown``: the name server gave no answer."""

    domain: str = ''
    how: str = ''
    reason: str = ''


def one_form(data: bytes) -> bytes | None:
    """The mail with the line ends of mails; None where its headers can be read in two ways, so that one reader would check and
    another one read something else.

    >>> one_form(b'From: a@b\\n\\nx'), one_form(b'From : a@b\\n\\nx'), one_form(b'A: x\\ry\\n\\n')
    (b'From: a@b\\r\\n\\r\\nx', None, None)
    """
    data = re.sub(rb'\r?\n', b'\r\n', data)
    head, end, _body = data.partition(b'\r\n\r\n')
    if not end or len(head) > MAX_HEADERS or b'\x00' in head or b'\r' in head.replace(b'\r\n', b''):
        return None
    lines = head.split(b'\r\n')
    if not _NAME.match(lines[0]) or not all(line[:1] in (b' ', b'\t') or _NAME.match(line) for line in lines):
        return None
    return None if any(line[:1] in (b' ', b'\t') and not line.strip() for line in lines) else data


def trust(data: bytes, domains: frozenset[str], server: str = '', lookup: Lookup | None = None) -> Trust:
    """Who vouches for a mail.

    :param data: the mail as :func:`one_form` gives it: what is read of it afterwards is the same bytes
    :param domains: of banks; what is below one of them counts as it
    :param server: name by which the company's own mail server signs its results (authserv-id), '' to ask none
    :param lookup: finds the text of a domain name, as dkimpy asks it, or raises :class:`dkim.DnsTimeoutError`; None: no signature is
        checked"""
    headers = _headers(data.partition(b'\r\n\r\n')[0])
    names = Counter(name for name, _value in headers)
    if any(names[name] > 1 for name in _SINGLE):
        return Trust(reason='headers')
    sender = _sender(headers)
    bank = _within(sender, domains)
    if not bank:
        return Trust(reason='sender')
    if server and _by_server(headers, server.lower(), sender, bank):
        return Trust(bank, 'server')
    if lookup is None:
        return Trust(reason='unsigned')
    return _by_signature(data, headers, sender, bank, lookup)


def _headers(head: bytes) -> Headers:
    """(name in small letters, value on one line) of each, the topmost first."""
    found: Headers = []
    for line in head.decode('latin-1').split('\r\n'):
        if line[:1] in (' ', '\t'):
            found[-1] = found[-1][0], f'{found[-1][1]} {line.strip()}'
        else:
            name, _sign, value = line.partition(':')
            found.append((name.lower(), value.strip()))
    return found


def _sender(headers: Headers) -> str:
    """The domain of the one sender, in small letters; '' where there is none or several."""
    found = getaddresses([value for name, value in headers if name == 'from'])
    if len(found) != 1 or found[0][1].count('@') != 1:
        return ''
    return found[0][1].rpartition('@')[2].strip().lower().rstrip('.')


def _within(domain: str, domains: frozenset[str]) -> str:
    """Which of the domains it is or is below."""
    return next((one for one in domains if domain == one or domain.endswith(f'.{one}')), '')


# === The company's own server === #


def _by_server(headers: Headers, server: str, sender: str, bank: str) -> bool:
    """Whether the company's server found the sender to be the bank's. Only its own topmost results count, and only where no foreign
    server stands between: what is below came with the mail."""
    for name, value in headers:
        if name == 'received' and not _is_ours(value, server):
            return False
        if name == 'authentication-results':
            said, *results = _split(value)
            if (said.split() or [''])[0].lower() == server:
                return any(_passes(result, sender, bank) for result in results)
    return False


def _is_ours(received: str, server: str) -> bool:
    """Whether this hop is the company's server, its neighbour or an inner address. The first word behind "from" is the sender's own."""
    match = re.match(r'(?:from\s+\S+\s+)?by\s+([^\s;]+)', ' '.join(_split(received)[0].split()), re.I)
    host = match[1].lower().rstrip('.').strip('[]') if match else ''
    try:
        address = ipaddress.ip_address(host.removeprefix('ipv6:'))
    except ValueError:
        around = server.partition('.')[2]
        return host == server or ('.' in around and host.endswith(f'.{around}'))
    inner = address.sixtofour if isinstance(address, ipaddress.IPv6Address) else None
    return (inner or address).is_private


def _split(text: str) -> list[str]:
    """The parts between ";" outside of quotes, without comments, in which anything may stand; a quoted text is one word, "?"."""
    parts, depth, quoted, escaped = [''], 0, False, False
    out: list[str] = []
    for sign in text:
        if escaped:
            escaped = False
        elif sign == '\\':
            escaped = quoted or depth > 0
        elif quoted:
            quoted = sign != '"'
        elif sign == '"' and not depth:
            quoted = True
            out.append('?')
        elif sign == '(':
            depth += 1
        elif sign == ')':
            depth = max(0, depth - 1)
        elif not depth:
            out.append(sign)
    parts = ''.join(out).split(';')
    return [part.strip() for part in parts] if not quoted and not depth else ['']


def _passes(result: str, sender: str, bank: str) -> bool:
    """Whether one result says that the sender's domain has signed, or is aligned."""
    words = re.sub(r'\s*=\s*', '=', result).lower().split()
    method = re.fullmatch(r'(dkim|dmarc)(?:/\d+)?=pass', words[0]) if words else None
    if not method:
        return False
    told = dict(word.partition('=')[::2] for word in words[1:])
    found = {name: value.rpartition('@')[2].rstrip('.') for name, value in told.items()}
    if method[1] == 'dmarc':
        return found.get('header.from') == sender
    return _is_aligned(found.get('header.d') or found.get('header.i') or '', sender, bank)


def _is_aligned(domain: str, sender: str, bank: str) -> bool:
    """Whether who signs is who sends: the bank itself, or the sender's own name below it."""
    return domain in (bank, sender)


# === The signature === #


def _by_signature(data: bytes, headers: Headers, sender: str, bank: str, lookup: Lookup) -> Trust:
    unanswered: list[bytes] = []

    def asked(name: bytes, timeout: int = SECONDS) -> bytes | None:
        try:
            return lookup(name, timeout)
        except dkim.DnsTimeoutError:
            unanswered.append(name)
            return None

    reason = 'unsigned'
    try:
        signed = dkim.DKIM(data, logger=_SILENT, timeout=SECONDS)
        count = sum(name.lower() == b'dkim-signature' for name, _value in signed.headers)
    except Exception:  # noqa: BLE001  whatever a mail makes of the library
        return Trust(reason='headers')
    for number in range(min(count, MAX_SIGNATURES)):
        found = _one_signature(signed, number, headers, sender, bank, asked)
        if found == 'good':
            return Trust(bank, 'dkim')
        reason = found or reason
    return Trust(reason='unknown' if unanswered else reason)


def _one_signature(signed: Any, number: int, headers: Headers, sender: str, bank: str, asked: Lookup) -> str:
    """'good', 'wrong', or '' where it is not the bank's."""
    try:
        prepared = signed.verify_headerprep(number)
        if not prepared:
            return ''
        fields, names, signatures = prepared
        if not _is_aligned(fields[b'd'].decode('ascii').lower().rstrip('.'), sender, bank):
            return ''
        if (
            b'l' in fields
            or fields[b'a'] not in _ALGORITHMS
            or not _covers({name.decode('ascii') for name in names}, headers)
        ):
            return 'wrong'  # text may stand behind what was signed, or be read otherwise than it was signed
        return 'good' if signed.verify_sig(fields, names, signatures[number], asked) else 'wrong'
    except Exception:  # noqa: BLE001  whatever a signature makes of the library
        return 'wrong'


def _covers(signed: set[str], headers: Headers) -> bool:
    """Whether all that is read of the headers was signed."""
    there = {name for name, _value in headers}
    if not signed >= _SIGNED or not (_READ & there) <= signed:
        return False
    kind = next((value for name, value in headers if name == 'content-type'), None)
    return kind is None or 'content-type' in signed or bool(_PLAIN.fullmatch(kind))
