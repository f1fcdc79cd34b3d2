"""The one way to a bank's server: time-outs, retries of what is safe, size limits, redaction.

Answers are hostile until read: no redirect is followed, no host but the configured one is called, a body is read up
to a limit, JSON is parsed strictly and numbers become Decimal from the raw text."""

from __future__ import annotations

import json
import logging
import re
import ssl
import threading
import time
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter

from .errors import BadAnswer, BankError, BankUnavailable, ConfigurationError, NotSent, PaymentUnknown

_logger = logging.getLogger(__name__)

#: seconds without a byte from the bank
TIMEOUT = 30
#: seconds for one whole answer, however slowly it drips
DEADLINE = 120
#: bytes of one answer; a page of transactions has some hundred kilobytes
MAX_BYTES = 20 * 1024 * 1024
#: how often a reading request is sent when the bank has a bad moment, and how long to wait (seconds, growing)
ATTEMPTS, BACK_OFF = 3, 0.4
#: digits of a number
LONGEST_NUMBER = 40
#: what may pass by itself: no connection, and these answers
PASSING = ('connection', '502', '503', '504')
_UNSTORABLE = re.compile('[\x00\ud800-\udfff]')
_HEADER = re.compile(r'[\x20-\x7e]*')
_LONG_TOKEN = re.compile(r'(?<=/)[^/?]{9,}')


_inside = threading.local()


class _Redact(logging.Filter):
    """urllib3 logs whole addresses, and what it could not parse of an answer's head; while it works for a bank, ids
    in addresses are cut, and of errors only their kind stays."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(_inside, 'request', False):
            if isinstance(record.args, tuple):
                record.args = tuple(map(self._redacted, record.args))
            record.exc_info = record.exc_text = None
            record.levelno, record.levelname = min((record.levelno, record.levelname), (logging.INFO, 'INFO'))
        return True

    @staticmethod
    def _redacted(arg: object) -> object:
        if isinstance(arg, str):
            return _LONG_TOKEN.sub('…', arg.partition('?')[0])
        return type(arg).__name__ if isinstance(arg, BaseException) else arg


for _name in ('connectionpool', 'connection', 'response', 'util.retry'):
    logging.getLogger(f'urllib3.{_name}').addFilter(_Redact())


class Answer:
    """Status, headers and parsed body of a bank's answer. ``data`` is None where the body is no JSON."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes, url: str) -> None:
        self.status = status
        self.headers = headers
        self.url = url
        self.content = body
        self.content_type = headers.get('Content-Type', '').partition(';')[0].strip().lower()
        self.data: Any = _parsed(body, status) if 'json' in self.content_type else None

    @property
    def retry_after(self) -> int | None:
        """Seconds of the Retry-After header, or None (the date form is rare at banks and ignored)."""
        value = self.headers.get('Retry-After', '').strip()
        return int(value) if value.isascii() and value.isdigit() and len(value) < 8 else None


def _parsed(body: bytes, status: int) -> Any:
    """The body; None where there is none, or where the answer is an error anyway and its body makes no sense."""
    if not body.strip():
        return None
    try:
        return parse_json(body)
    except BadAnswer:
        if status >= 400:
            return None
        raise


def _fraction(digits: str) -> Decimal:
    """Decimal of a JSON number; refused where it would fill the memory when it is written out."""
    number = Decimal(digits)
    if not number.is_finite() or abs(number.adjusted()) > LONGEST_NUMBER:
        raise ValueError("too large")
    return number


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _clean(value: Any) -> Any:
    """Without the characters that no database stores: NUL and halves of surrogate pairs."""
    if isinstance(value, str):
        return _UNSTORABLE.sub('', value)
    if isinstance(value, list):
        return [_clean(entry) for entry in value]
    if isinstance(value, dict):
        return {_clean(key): _clean(entry) for key, entry in value.items()}
    return value


def parse_json(body: bytes) -> Any:
    """Parse bytes strictly: UTF-8, Decimal for every fraction, no NaN or Infinity.

    :raises BadAnswer: when it is no complete JSON"""
    try:
        return _clean(json.loads(body.decode('utf-8'), parse_float=_fraction, parse_constant=_refuse_constant))
    except (ValueError, ArithmeticError, RecursionError) as error:
        # only the kind of error: the text could quote the body
        raise BadAnswer(f"The bank's answer is not complete JSON ({type(error).__name__}).") from None


def encode(body: object) -> bytes:
    """The bytes that are sent for a JSON-safe object (a signature covers them)."""
    return json.dumps(body, separators=(',', ':')).encode()


def redact(url: str) -> str:
    """Address for the log: no query, no long path parts (ids of consents, accounts and payments)."""
    parts = urlsplit(url)
    return f"{parts.netloc}{_LONG_TOKEN.sub('…', parts.path)}"


class Transport:
    """HTTP to one bank. Not shared between threads.

    :param str base_url: everything is called below this address's host
    :param dict headers: sent with every request (registration keys); never logged
    :param adapter: a requests adapter, e.g. with the client certificate; default a plain one"""

    def __init__(
        self,
        base_url: str,
        headers: Mapping[str, str] | None = None,
        adapter: HTTPAdapter | None = None,
        max_bytes: int = MAX_BYTES,
        timeout: int = TIMEOUT,
        deadline: int = DEADLINE,
    ) -> None:
        self.base_url = base_url.rstrip('/') + '/'
        try:
            self._host = urlsplit(self.base_url)[:2]
        except ValueError:
            self._host = ('', '')
        if self._host[0] not in ('http', 'https') or not self._host[1]:
            raise ConfigurationError("The provider's address must begin with https:// and name a host.")
        self.max_bytes, self.timeout, self.deadline = max_bytes, timeout, deadline
        self._headers, self._adapter = dict(headers or {}), adapter
        self._session = requests.Session()
        self._session.trust_env = False  # no .netrc: it could add credentials
        self._session.proxies = requests.utils.get_environ_proxies(self.base_url)
        for scheme in ('http://', 'https://'):
            self._session.mount(scheme, adapter or HTTPAdapter())

    def beside(self, base_url: str) -> Transport:
        """A transport to another of the bank's addresses, with the same certificate and limits."""
        return Transport(base_url, None, self._adapter, self.max_bytes, self.timeout, self.deadline)

    def url(self, path: str) -> str:
        """Absolute address of a path or link; a link to another host is refused, credentials stay with the bank."""
        try:
            url = urljoin(self.base_url, path)
            host = urlsplit(url)[:2]
        except ValueError:
            raise BadAnswer("The bank's answer has a link that is none.") from None
        if host != self._host:
            raise BadAnswer("The bank's answer links to another host, which is not followed.")
        return url

    def request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, Any] | None = None,
        body: object = None,
        form: Mapping[str, Any] | None = None,
        attempts: int = ATTEMPTS,
    ) -> Answer:
        """Send one request.

        :param str path: below ``base_url``, or a link that the bank gave
        :param body: JSON-safe object or None
        :param dict form: fields of a form, in place of a body (token endpoints)
        :param int attempts: how often a reading request is sent in a bad moment
        :return: :class:`Answer`, whatever its status below 500
        :raises BankUnavailable: no connection, time-out, 5xx; ``BadAnswer``: too large, no JSON, redirect"""
        url = self.url(path)
        sent = {**self._headers, 'Accept': 'application/json', **(headers or {})}
        data = None
        if form is not None:
            data, sent['Content-Type'] = urlencode(form).encode(), 'application/x-www-form-urlencoded'
        elif body is not None:
            data, sent['Content-Type'] = encode(body), 'application/json'
        attempts = attempts if method == 'GET' else 1  # anything but reading is sent once
        for value in sent.values():
            if not _HEADER.fullmatch(value):
                raise BadAnswer("Something that the bank gave, or a setting, cannot be sent back to it.")
        for attempt in range(1, attempts + 1):
            try:
                return self._send(method, url, params, data, sent)
            except BankUnavailable as error:
                # a time-out has cost the person enough; what a server answers in a bad moment may pass
                if attempt == attempts or error.code not in PASSING:
                    raise
            time.sleep(BACK_OFF * attempt)
        raise AssertionError  # not reached: the last attempt returned or raised

    def pay(self, path: str, content: bytes, content_type: str, headers: Mapping[str, str] | None = None) -> Answer:
        """Send what moves money: once, on a connection of its own.

        :param bytes content: exactly what is sent
        :return: :class:`Answer` of 2xx or 4xx: the bank has read it, and says what it makes of it
        :raises NotSent: it surely did not arrive; :class:`PaymentUnknown`: it may have, whatever else happened"""
        try:
            url = self.url(path)
        except BankError as error:
            raise NotSent(str(error)) from None
        sent = {**self._headers, 'Accept': 'application/json', **(headers or {}), 'Content-Type': content_type}
        if not all(_HEADER.fullmatch(value) for value in sent.values()):
            raise NotSent("Something that the bank gave, or a setting, cannot be sent back to it.")
        self._session.close()  # a connection that lay idle may be dead already: what is lost on it would be unknown
        try:
            answer = self._send('POST', url, None, content, {**sent, 'Connection': 'close'})
        except BankUnavailable as error:
            if error.code == 'not_sent':
                raise NotSent("The bank's server cannot be reached: nothing was sent.") from None
            raise PaymentUnknown(f"Whether the payment arrived is not known. {error}", error.code) from None
        except BadAnswer as error:
            raise PaymentUnknown(f"Whether the payment arrived is not known. {error}", error.code) from None
        if answer.status < 400 and not answer.content.strip():
            raise PaymentUnknown("Whether the payment arrived is not known. The bank's answer is empty.")
        return answer

    def _send(
        self, method: str, url: str, params: Mapping[str, Any] | None, data: bytes | None, headers: dict[str, str]
    ) -> Answer:
        started = time.monotonic()
        _inside.request = True
        try:
            with self._session.request(
                method,
                url,
                params=params,
                data=data,
                headers=headers,
                timeout=self.timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = self._read(response, started)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            _logger.info("%s %s: %s", method, redact(url), type(error).__name__)
            if _never_arrived(error) and method != 'GET':
                raise BankUnavailable("The bank's server cannot be reached.", 'not_sent') from None
            if isinstance(error, requests.Timeout):
                raise BankUnavailable("The bank's server did not answer in time.") from None
            raise BankUnavailable("The bank's server cannot be reached.", 'connection') from None
        finally:
            _inside.request = False
        _logger.info(
            "%s %s: %s in %d ms", method, redact(url), response.status_code, (time.monotonic() - started) * 1000
        )
        return self._checked(response, content, url)

    def _read(self, response: requests.Response, started: float) -> bytes:
        chunks, size = [], 0
        for chunk in response.iter_content(64 * 1024):
            size += len(chunk)
            if size > self.max_bytes:
                raise BadAnswer(
                    f"The bank's answer is larger than {self.max_bytes // 1024 // 1024} MB and was not read."
                )
            if time.monotonic() - started > self.deadline:
                raise BankUnavailable("The bank's answer did not end in time.")
            chunks.append(chunk)
        return b''.join(chunks)

    def _checked(self, response: requests.Response, content: bytes, url: str) -> Answer:
        if response.status_code >= 500:
            raise BankUnavailable(
                f"The bank's server has a problem (HTTP {response.status_code}).", str(response.status_code)
            )
        if 300 <= response.status_code < 400:
            raise BadAnswer("The bank's server redirects the call elsewhere, which is not followed.")
        return Answer(response.status_code, response.headers, content, url)


def _never_arrived(error: BaseException) -> bool:
    """Whether a request failed before its first byte was sent: no address, no connection, a certificate that is not trusted. TLS may break after
    the request was written, too: any other trouble of it proves nothing. In doubt: no."""
    if isinstance(error, requests.exceptions.ConnectTimeout):
        return True
    reason = getattr(error.args[0] if error.args else None, 'reason', None)
    if isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.NameResolutionError):
        return True
    inner = reason.args[0] if isinstance(reason, urllib3.exceptions.SSLError) and reason.args else None
    return isinstance(inner, ssl.SSLCertVerificationError)


def header_text(value: str) -> str:
    """Text that may stand in a header: printable ASCII, not too long."""
    return re.sub(r'[^\x20-\x7e]', '', value or '')[:200]
