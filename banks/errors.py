"""What goes wrong between us and a bank.

BankError
├── BankUnavailable          it does not answer, or not now            (retryable)
│   └── LoginDoubted         perhaps it does not take the token: time tells
├── RateLimited              too many calls                            (retryable)
├── BadAnswer                not what its interface describes          (retryable)
├── ConsentError             a person has to grant a new permission
│   ├── ConsentExpired
│   │   └── LoginRefused     the token is not taken and never sent again
│   └── ConsentRevoked
├── AccountUnknown           the account's session id is not known (any more)
├── RequestRefused           repeating it is of no use
│   └── PeriodRefused        no transactions so old, now
├── NotSent                  of a payment: it surely did not arrive; a person may send it again
├── PaymentUnknown           of a payment: it may have arrived; it is never sent again
└── ConfigurationError       certificate, registration or settings"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from .http import Answer

#: letters of a bank's own sentence that are shown; what in it may be an id or a token
MAX_TOLD = 300
_TOKEN = re.compile(r'[A-Za-z0-9+/=_-]{16,}')


class BankError(Exception):
    """Something the bank or the way to it did. ``str()`` is one plain sentence without secrets.

    ``code`` is the bank's own code, where it gave one."""

    #: trying again later, unchanged, may work
    retryable = False
    #: the bank's own sentence, to be shown to the person who waits; never a part of ``str()`` or of a log
    told = ''

    def __init__(self, message: str, code: str = '') -> None:
        super().__init__(message)
        self.code = code


class BankUnavailable(BankError):
    """The bank does not answer, or answers that it cannot now."""

    retryable = True


class RateLimited(BankError):
    """Too many calls. ``retry_after`` is the bank's wish in seconds, or None."""

    retryable = True

    def __init__(self, message: str, code: str = '', retry_after: int | None = None) -> None:
        super().__init__(message, code)
        self.retry_after = retry_after


class BadAnswer(BankError):
    """The bank answered something that is not what its interface describes."""

    retryable = True


class ConsentError(BankError):
    """The consent is of no use any more; a person has to grant a new one. ``status`` as in data.CONSENT_ENDED."""

    status = 'expired'


class ConsentExpired(ConsentError):
    """The consent's time is over, or a newer consent took its place."""


class LoginRefused(ConsentExpired):
    """The bank does not take the token of the log-in, and never will: whatever it says of the consent, only the person can
    help, and the token is not sent again."""


class LoginDoubted(BankUnavailable):
    """The bank answers as it does to a token that it does not take, and as it does in trouble: time tells which."""


class ConsentRevoked(ConsentError):
    """Somebody ended the consent at the bank."""

    status = 'revokedByPsu'


class AccountUnknown(BankError):
    """The bank does not know the account's session id (any more)."""


class RequestRefused(BankError):
    """The bank refuses the request as such: repeating it is of no use."""


class PeriodRefused(RequestRefused):
    """The bank does not give transactions so old, now. ``code`` is the bank's."""


class NotSent(BankError):
    """What moves money has surely not reached the bank: no connection was made. Not retried by itself: a person sends it again."""


class PaymentUnknown(BankError):
    """What moves money may have reached the bank: no answer, half of one, or one that says nothing of it. It is never sent again; the bank,
    a movement, or a person's word tells what became of it."""


class ConfigurationError(BankError):
    """Certificate, registration or settings are not what the bank wants."""


def refuse(
    error: type[BankError], sentence: str, answer: Answer, code: str = '', retry_after: int | None = None
) -> NoReturn:
    """Raise the house's error for an answer with a status of 400 or above: one sentence and the bank's own code. Always raises.

    :param error: class of :class:`BankError`
    :param answer: :class:`banks.http.Answer`"""
    text = f"{sentence} ({code or f'HTTP {answer.status}'})"
    made = RateLimited(text, code, retry_after or answer.retry_after) if error is RateLimited else error(text, code)
    made.told = told(answer.data)
    raise made


def told(found: object) -> str:
    """The bank's own sentence in the body of an error answer, made safe to show: one line, short, without what may be an id
    or a token; '' where there is none."""
    entries = found.get('tppMessages') if isinstance(found, dict) else found
    entry = entries[0] if isinstance(entries, list) and entries else found
    for key in ('text', 'detail', 'message', 'error_description'):
        sentence = entry.get(key) if isinstance(entry, dict) else None
        if isinstance(sentence, str) and sentence.strip():
            plain = ''.join(char if char.isprintable() else ' ' for char in sentence[:MAX_TOLD])
            return _TOKEN.sub('…', ' '.join(plain.split()))
    return ''
