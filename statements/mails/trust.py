"""Whether a mail is a bank's: by the signature of the bank's domain over the mail as it was received (DKIM, RFC 6376), or by what the
company's own mail server found (Authentication-Results, RFC 8601).

Not part of :mod:`statements`: it asks the domain name system, and needs dkimpy and dnspython."""

from __future__ import annotations

import email
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import policy
from email.utils import getaddresses

import dkim
import dns.exception
import dns.resolver

#: of which a mail has one at most: a second one is read instead of what was signed
_SINGLE = ('From', 'Subject', 'Date', 'Content-Type', 'Content-Transfer-Encoding', 'MIME-Version')
#: what a signature must cover
_SIGNED = {b'from', b'subject'}
#: signatures that are looked at, seconds for an answer of a name server, bytes of all headers
MAX_SIGNATURES, SECONDS, MAX_HEADERS = 5, 5, 256 * 1024
_RESULT = re.compile(r'\b(dkim|dmarc)\s*=\s*pass\b([^;]*)', re.I)
_PROPERTY = re.compile(r'\b(header\.(?:d|i|from))\s*=\s*"?@?([^\s;"]+)', re.I)

#: what a mail says is in no log
_SILENT = logging.getLogger(__name__)
_SILENT.setLevel(logging.CRITICAL + 1)

Lookup = Callable[..., 'bytes | None']


@dataclass(frozen=True)
class Trust:
    """``domain``: whose mail it is, '' where nobody vouches; ``how``: ``dkim`` or ``server``; ``reason``: why not:
    ``headers``, ``sender``, ``unsigned``, ``wrong``, ``unknown``: the name server gave no answer."""

    domain: str = ''
    how: str = ''
    reason: str = ''


def trust(data: bytes, domains: frozenset[str], server: str = '', lookup: Lookup | None = None) -> Trust:
    """Who vouches for a mail.

    :param data: the mail as it was received
    :param domains: of banks; what is below one of them counts as it
    :param server: name by which the company's own mail server signs its results (authserv-id), '' to ask none
    :param lookup: finds the text of a domain name, as dkimpy asks it; None: no signature is checked"""
    head = data[:MAX_HEADERS].partition(b'\r\n\r\n' if b'\r\n\r\n' in data[:MAX_HEADERS] else b'\n\n')[0]
    message = email.message_from_bytes(head + b'\n\n', policy=policy.compat32)
    if any(len(message.get_all(name, [])) > 1 for name in _SINGLE):
        return Trust(reason='headers')
    sender = _sender(message)
    bank = _within(sender, domains)
    if not bank:
        return Trust(reason='sender')
    if server and _by_server(message, server, sender):
        return Trust(bank, 'server')
    if lookup is None:
        return Trust(reason='unsigned')
    return _by_signature(data, bank, lookup)


def resolver(server: str = '') -> Lookup:
    """A lookup of names.

    :param server: "address" or "address:port" of a name server; '' for the machine's own"""
    chosen = dns.resolver.Resolver(configure=not server)
    if server:
        address, _sign, port = server.partition(':')
        chosen.nameservers, chosen.port = [address], int(port or 53)

    def lookup(name: bytes, timeout: int = SECONDS) -> bytes | None:
        try:
            answer = chosen.resolve(name.decode('ascii'), 'TXT', lifetime=timeout, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return None
        except (dns.exception.DNSException, UnicodeError, OSError) as error:
            raise dkim.DnsTimeoutError(type(error).__name__) from None
        return next((b''.join(row.strings) for row in answer), None)

    return lookup


def _sender(message: email.message.Message) -> str:
    """The domain of the one sender, in small letters; '' where there is none or several."""
    found = getaddresses([str(value) for value in message.get_all('From', [])])
    if len(found) != 1 or found[0][1].count('@') != 1:
        return ''
    return found[0][1].rpartition('@')[2].strip().lower().rstrip('.')


def _within(domain: str, domains: frozenset[str]) -> str:
    """Which of the domains it is or is below."""
    return next((one for one in domains if domain == one or domain.endswith(f'.{one}')), '')


def _by_server(message: email.message.Message, server: str, sender: str) -> bool:
    """Whether the company's server found the sender to be the bank's. Only its own topmost results count, and only where no foreign
    server stands between: what is below came with the mail."""
    server = server.lower()
    for name, value in message.items():
        text = ' '.join(str(value).split())
        if name.lower() == 'received' and not _is_ours(text, server):
            return False
        if name.lower() == 'authentication-results':
            said, _sign, results = text.partition(';')
            if (said.split() or [''])[0].lower() == server:
                return any(_passes(match[1].lower(), match[2], sender) for match in _RESULT.finditer(_bare(results)))
    return False


def _is_ours(received: str, server: str) -> bool:
    match = re.search(r'\bby\s+([^\s;()]+)', received, re.I)
    host = match[1].lower().rstrip('.') if match else ''
    if re.fullmatch(r'[0-9a-f:.\[\]]+', host) and (':' in host or host.count('.') == 3):
        return True  # an inner address
    return host == server or _parent(host) == _parent(server)


def _parent(host: str) -> str:
    return '.'.join(host.split('.')[-2:])


def _bare(text: str) -> str:
    """Without comments, in which anything may stand."""
    before = None
    while before != text:
        before, text = text, re.sub(r'\([^()]*\)', ' ', text)
    return text


def _passes(method: str, properties: str, sender: str) -> bool:
    found = {
        name.lower(): value.lower().rpartition('@')[2].rstrip('.') for name, value in _PROPERTY.findall(properties)
    }
    if method == 'dmarc':
        return found.get('header.from') == sender
    domain = found.get('header.d') or found.get('header.i') or ''
    return bool(domain) and (domain == sender or sender.endswith(f'.{domain}') or domain.endswith(f'.{sender}'))


def _by_signature(data: bytes, bank: str, lookup: Lookup) -> Trust:
    reason, unanswered = 'unsigned', []

    def asked(name: bytes, timeout: int = SECONDS) -> bytes | None:
        try:
            return lookup(name, timeout)
        except dkim.DnsTimeoutError:
            unanswered.append(name)
            return None

    try:
        # what the mail gateway passes on has the line ends of this machine
        signed = dkim.DKIM(re.sub(rb'\r?\n', b'\r\n', data), logger=_SILENT, timeout=SECONDS)
    except dkim.DKIMException:
        return Trust(reason='headers')
    count = sum(name.lower() == b'dkim-signature' for name, _value in signed.headers)
    for number in range(min(count, MAX_SIGNATURES)):
        try:
            prepared = signed.verify_headerprep(number)
            if not prepared:
                continue
            fields, headers, signatures = prepared
            domain = fields[b'd'].decode('ascii').lower().rstrip('.')
            if not _within(domain, frozenset({bank})):
                continue
            if b'l' in fields or not _SIGNED.issubset(headers):
                reason = 'wrong'  # text may stand behind what was signed, or another subject above
                continue
            if signed.verify_sig(fields, headers, signatures[number], asked):
                return Trust(bank, 'dkim')
            reason = 'wrong'
        except (dkim.DKIMException, ValueError, KeyError, TypeError, AttributeError):
            reason = 'wrong'
    return Trust(reason='unknown' if unanswered else reason)
