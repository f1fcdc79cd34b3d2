"""What the module needs of a bank: interface, capabilities, errors. One subclass a bank family."""

import functools
import logging
import re
import time
import traceback
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import ClassVar

_logger = logging.getLogger(__name__)

_CLIENTS: dict[str, type] = {}
#: letters of a bank's own sentence that are shown; what in it may be an id or a token
MAX_TOLD = 300
_TOKEN = re.compile(r'[A-Za-z0-9+/=_-]{16,}')
#: more pages than any bank has; a bank whose links run in a circle has more
MAX_PAGES = 1000
#: history that every bank gives without a new log-in (RTS on SCA, article 10: 90 days; one less for time zones)
HISTORY_DAYS = 89


def client_class(code):
    """The class registered under ``code``. Raises KeyError for an unknown code."""
    return _CLIENTS[code]


def client_codes():
    """``[(code, label)]`` of all registered clients, by label."""
    return sorted(((code, cls.label) for code, cls in _CLIENTS.items()), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Capabilities:
    """What a bank family can do; screens and schedules ask here, never for the bank's name."""

    #: how a person grants access: 'redirect' to the bank's page, or a 'token' typed in
    authorisation: str = 'redirect'
    #: an OAuth2 step belongs to the authorisation
    oauth: bool = False
    #: the bank tells us of movements (webhook)
    push: bool = False
    #: a person can ask the bank to refresh what it has
    refresh: bool = False
    #: the consent can be ended at the bank by us
    revoke: bool = True
    #: pending movements are delivered
    pending: bool = True
    #: calls without a person per account and day; None: no limit
    unattended_calls_per_day: int | None = 4
    #: days of history without, and right after, the person's authorisation
    history_days: int = 90
    history_days_after_sca: int = 730
    #: the person can unlock the long history at the bank for some minutes, without a new permission
    unlocks_history: bool = False
    #: longest consent in days
    consent_days: int = 180
    #: payment products that can be initiated
    payments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Setting:
    """One thing that the provider's form asks for. ``label`` is the word of the bank's own portal.

    kind: ``text``, ``address`` (of the bank; secrets do not follow it elsewhere), ``secret``, ``key`` (a private key in PEM, made on the form, with the certificate to hand in),
    ``certificate`` (PEM: certificate, chain and key, e.g. a QWAC)"""

    name: str
    label: str
    kind: str = 'text'
    required: bool = True
    help: str = ''
    choices: tuple[tuple[str, str], ...] = ()


class Vault:
    """What a client keeps between calls (tokens, the time of the last call). In memory here; the models keep it sealed
    in the database, each change in a transaction of its own."""

    def __init__(self, values=None):
        self.values = dict(values or {})

    def read(self):
        """:return: dict, as it was stored last"""
        return dict(self.values)

    def store(self, **values):
        """Keep values; they are safe when this returns."""
        self.values.update(values)

    def reserve(self, name, seconds, patience=0.0):
        """Take the next turn of what may happen once in ``seconds``, for all workers; only if it comes within
        ``patience`` seconds.

        :return: seconds until the turn, 0.0: now; above ``patience``: it was not taken"""
        wait, self.values = next_turn(self.values, name, seconds, patience)
        return wait


def next_turn(values, name, seconds, patience):
    """(seconds to wait, values with the turn taken): the rule of :meth:`Vault.reserve`."""
    now = time.time()
    turn = max(now, float(values.get(name) or 0))
    if turn - now > patience:
        return turn - now, values
    return turn - now, {**values, name: turn + seconds}


class BankError(Exception):
    """Something the bank or the way to it did. ``str()`` is one plain sentence without secrets.

    ``code`` is the bank's own code, where it gave one."""

    #: trying again later, unchanged, may work
    retryable = False
    #: the bank's own sentence, to be shown to the person who waits; never a part of ``str()`` or of a log
    told = ''

    def __init__(self, message, code=''):
        super().__init__(message)
        self.code = code


class BankUnavailable(BankError):
    """The bank does not answer, or answers that it cannot now."""

    retryable = True


class RateLimited(BankError):
    """Too many calls. ``retry_after`` is the bank's wish in seconds, or None."""

    retryable = True

    def __init__(self, message, code='', retry_after=None):
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


class ConfigurationError(BankError):
    """Certificate, registration or settings are not what the bank wants."""


#: what models call of a client
GUARDED = frozenset(
    {
        'institutions',
        'test',
        'start_consent',
        'finish_consent',
        'consent',
        'revoke_consent',
        'accounts',
        'grant',
        'events',
    }
)


def _guarded(method):
    """The last net: whatever a bank's answer makes of our reading, it stays a :class:`BankError`. The log says where, without
    the message, which could quote the answer."""

    @functools.wraps(method)
    def call(*args, **kwargs):
        try:
            return method(*args, **kwargs)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            place = traceback.extract_tb(error.__traceback__)[-1]
            name = type(error).__name__
            _logger.warning("%s: %s in %s:%s", method.__qualname__, name, place.filename, place.lineno)
            raise BadAnswer(f"The bank's answer is not what its interface describes ({name}).") from None

    return call


class BankClient:
    """Access to one bank API with one provider's settings.

    :param transport: a :class:`banks.http.Transport`
    :param settings: dict with the provider's settings; which keys, :attr:`asks` says
    :param vault: :class:`Vault` of the permission that is used
    :param app_vault: :class:`Vault` of the provider

    Every method that talks to the bank takes ``psu``: the :class:`data.Psu` who is there, or None. All raise
    :class:`BankError`."""

    code: ClassVar[str] = ''
    label: ClassVar[str] = ''
    capabilities: ClassVar[Capabilities] = Capabilities()
    #: this server plays the bank itself
    built_in: ClassVar[bool] = False
    #: settings that the provider need not give
    default_settings: ClassVar[dict] = {}
    #: what the provider's form asks for
    asks: ClassVar[tuple[Setting, ...]] = ()
    #: where the interface is, by mode ('sandbox', 'live'); empty: the form asks for it
    addresses: ClassVar[dict] = {}
    #: our return address has to be registered at the provider
    registers_redirect: ClassVar[bool] = False
    #: the form offers a key that is sent as X-API-Key
    api_key: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs):  # pylint: disable=missing-return
        super().__init_subclass__(**kwargs)
        for name in GUARDED & cls.__dict__.keys():
            setattr(cls, name, _guarded(cls.__dict__[name]))
        if cls.code:
            _CLIENTS[cls.code] = cls

    def __init__(self, transport, settings, vault=None, app_vault=None):
        self.transport = transport
        self.settings = {**settings, **self.default_settings}
        self.vault = vault or Vault()
        self.app_vault = app_vault or Vault()

    @classmethod
    def adapter(cls, settings):
        """requests adapter with the client certificate that the settings hold; None: a plain one"""
        return

    def test(self):
        """Try the settings without any account: a sentence of what was found, e.g. the application's name."""
        return ', '.join(institution.name for institution in self.institutions()[:3])

    def institutions(self):
        """:return: list of :class:`data.Institution` that can be reached with these settings"""
        raise NotImplementedError

    def start_consent(self, redirect_uri, valid_until, psu, institution=''):
        """Ask for access to accounts, balances and transactions.

        :param str redirect_uri: absolute address the person comes back to; carries the caller's one-time state
        :param date valid_until: last day wished for; the bank may shorten it
        :param str institution: code of the bank, where one provider reaches several
        :return: :class:`data.ConsentStart`"""
        raise NotImplementedError

    def finish_consent(self, consent_id, memory, parameters, psu):
        """The person came back (which proves nothing): what became of the consent?

        :param dict memory: ``ConsentStart.memory``
        :param dict parameters: the query of the return address
        :return: :class:`data.Consent` in its present state"""
        raise NotImplementedError

    def consent(self, consent_id, psu=None):
        """:return: :class:`data.Consent` in its present state"""
        raise NotImplementedError

    def revoke_consent(self, consent_id):
        """End the consent at the bank. An already ended consent is no error."""
        raise NotImplementedError

    def accounts(self, consent_id, psu):
        """:return: list of :class:`data.Account`, with balances"""
        raise NotImplementedError

    @_guarded
    def movements(self, consent_id, account_id, date_from, psu):
        """Everything since ``date_from`` (inclusive, booking date), all pages, booked and pending, with balances. Where the
        bank refuses so long a period: what it gives at any time, and from which day (``first_day``).

        :return: :class:`data.Movements`"""
        own = int(self.settings.get('history_days') or self.capabilities.history_days)
        later = [date.today() - timedelta(days=days) for days in sorted({own, HISTORY_DAYS}, reverse=True)]
        days = [date_from, *(day for day in later if day > date_from)]
        for step, first in enumerate(days):
            try:
                found = self._movements(consent_id, account_id, first, psu)
            except PeriodRefused:
                if first == days[-1]:
                    raise
                continue
            return replace(found, first_day=first, calls=found.calls + step) if step else found
        raise AssertionError  # not reached: the last day was given or raised

    def _movements(self, consent_id, account_id, date_from, psu):
        """As :meth:`movements`. Raises :class:`PeriodRefused` where the bank gives less."""
        raise NotImplementedError

    def grant(self, secret, valid_until, psu):
        """Where the person types in a token (``authorisation`` is 'token'): what it allows.

        :return: :class:`data.Consent`, whose id is not secret"""
        raise NotImplementedError

    def events(self, body, headers):
        """What a call to the webhook says, where the bank pushes. The body is anybody's until the header is right.

        :param bytes body: as it came
        :param headers: mapping without regard to case
        :return: list of :class:`data.Event`, or None when the caller does not prove to be the bank"""
        return


def refuse(error, sentence, answer, code='', retry_after=None):
    """Raise the house's error for an answer with a status of 400 or above: one sentence and the bank's own code. Always raises.

    :param error: class of :class:`BankError`
    :param answer: :class:`banks.http.Answer`"""
    text = f"{sentence} ({code or f'HTTP {answer.status}'})"
    made = RateLimited(text, code, retry_after or answer.retry_after) if error is RateLimited else error(text, code)
    made.told = told(answer.data)
    raise made


def told(found):
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


class Pages:
    """The pages of one list: each is visited once, and they end. ``len()`` is the number of calls."""

    def __init__(self):
        self._seen = set()

    def __len__(self):
        return len(self._seen)

    def visit(self, page):
        """:param str page: address or key of the next page
        :raises BadAnswer: when it was visited before, or there is no end"""
        if page in self._seen or len(self._seen) >= MAX_PAGES:
            raise BadAnswer("The bank's pages do not end.")
        self._seen.add(page)


def split_state(redirect_uri):
    """(address, state) of a return address: where the address has to be registered to the letter, the caller's one-time
    state travels in a parameter of its own, and comes back as ``state`` just the same."""
    address, _question, query = redirect_uri.partition('?')
    return address, query.removeprefix('state=')


def header_text(value):
    """Text that may stand in a header: printable ASCII, not too long."""
    return re.sub(r'[^\x20-\x7e]', '', value or '')[:200]
