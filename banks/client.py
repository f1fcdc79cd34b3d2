"""What the module needs of a bank: interface, capabilities, errors. One subclass a bank family."""

from __future__ import annotations

import logging
import traceback
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from requests.adapters import HTTPAdapter

from .errors import BadAnswer, PeriodRefused
from .vault import Vault

if TYPE_CHECKING:
    from ..payments.data import Order
    from .data import Account, Consent, ConsentStart, Event, Institution, Movements, Psu
    from .http import Transport
    from .payments import Objection, PaymentStarted, PaymentStatus

_logger = logging.getLogger(__name__)

_CLIENTS: dict[str, type[BankClient]] = {}
#: history that every bank gives without a new log-in (RTS on SCA, article 10: 90 days; one less for time zones)
HISTORY_DAYS = 89


def client_class(code: str) -> type[BankClient]:
    """The class registered under ``code``. Raises KeyError for an unknown code."""
    return _CLIENTS[code]


def client_codes() -> list[tuple[str, str]]:
    """``[(code, label)]`` of all registered clients, by label."""
    return sorted(((code, cls.label) for code, cls in _CLIENTS.items()), key=lambda pair: pair[1])


@dataclass(frozen=True)
class Capabilities:
    """What a bank family can do; screens and schedules ask here, never for the bank's name."""

    #: how a person grants access: 'redirect' to the bank's page, or a 'token' typed in
    authorisation: str = 'redirect'
    #: one log-in gives accounts of several banks, each of which is named with the account
    several_banks: bool = False
    #: the bank tells us of movements (webhook)
    push: bool = False
    #: the bank can be asked for news at once, which may need a log-in there
    synchronises: bool = False
    #: the consent can be ended at the bank by us
    revoke: bool = True
    #: calls without a person per account and day; None: no limit
    unattended_calls_per_day: int | None = 4
    #: days of history without, and right after, the person's authorisation
    history_days: int = 90
    history_days_after_sca: int = 730
    #: the person can unlock the long history at the bank for some minutes, without a new permission
    unlocks_history: bool = False
    #: longest consent in days
    consent_days: int = 180
    #: payments are sent through it, and signed right after in the browser ('attended') or later in the internet banking ('deferred'); '': none
    payments: str = ''
    #: the bank tells what became of a payment; else only the movement does
    payment_status: bool = True
    #: a payment that is not executed yet can be cancelled there
    cancels_payments: bool = False


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


@contextmanager
def _net(name: str) -> Iterator[None]:
    """The last net: whatever a bank's answer makes of our reading, it stays a :class:`BankError`. The log says where, without
    the message, which could quote the answer."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        what = type(error).__name__
        _logger.warning("%s: %s in %s:%s", name, what, place.filename, place.lineno)
        raise BadAnswer(f"The bank's answer is not what its interface describes ({what}).") from None


#: at some providers payments are a registration of their own
PAYS = Setting(
    'pays',
    "Payments",
    required=False,
    choices=(('no', "Not registered for payments"), ('yes', "Registered for payments")),
    help="Whether the application may send payments, too. Consents that were given before have to be renewed.",
)


class BankClient(ABC):
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
    #: QWeb template with the steps to set it up, where it is not this module's ``guide_<code>``
    guide: ClassVar[str] = ''
    #: this server plays the bank itself
    built_in: ClassVar[bool] = False
    #: settings that are the same for every provider of this interface; they go before what a provider says
    fixed_settings: ClassVar[dict] = {}
    #: settings while the bank is played by this server: nobody who practises waits as long as at the bank
    practice_settings: ClassVar[dict] = {}
    #: what the provider's form asks for
    asks: ClassVar[tuple[Setting, ...]] = ()
    #: where the interface is, by mode ('sandbox', 'live'); empty: the form asks for it
    addresses: ClassVar[dict] = {}
    #: our return address has to be registered at the provider
    registers_redirect: ClassVar[bool] = False
    #: the form offers a key that is sent as X-API-Key
    api_key: ClassVar[bool] = False

    def __init_subclass__(cls, **kwargs: Any) -> None:  # pylint: disable=missing-return
        super().__init_subclass__(**kwargs)
        if cls.code:
            _CLIENTS[cls.code] = cls

    def __init__(
        self, transport: Transport, settings: dict[str, Any], vault: Vault | None = None, app_vault: Vault | None = None
    ) -> None:
        self.transport = transport
        self.settings = {**settings, **self.fixed_settings}
        self.vault = vault or Vault()
        self.app_vault = app_vault or Vault()

    @classmethod
    def adapter(cls, settings: dict[str, Any]) -> HTTPAdapter | None:
        """requests adapter with the client certificate that the settings hold; None: a plain one"""
        return None

    @classmethod
    def abilities(cls, settings: Mapping[str, Any]) -> Capabilities:
        """What can be done with a provider's settings, which say whether it is registered for payments."""
        if PAYS in cls.asks and settings.get(PAYS.name) != 'yes':
            return replace(cls.capabilities, payments='')
        return cls.capabilities

    # What is called. Each reading of the bank's answer is in the method of the same name with a line before it.

    def test(self) -> str:
        """Try the settings without any account: a sentence of what was found, e.g. the application's name."""
        with _net('test'):
            return self._test()

    def institutions(self) -> list[Institution]:
        """:return: list of :class:`data.Institution` that can be reached with these settings"""
        with _net('institutions'):
            return self._institutions()

    def start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        """Ask for access to accounts, balances and transactions.

        :param str redirect_uri: absolute address the person comes back to; carries the caller's one-time state
        :param date valid_until: last day wished for; the bank may shorten it
        :param str institution: code of the bank, where one provider reaches several
        :return: :class:`data.ConsentStart`"""
        with _net('start_consent'):
            return self._start_consent(redirect_uri, valid_until, psu, institution)

    def finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        """The person came back (which proves nothing): what became of the consent?

        :param dict memory: ``ConsentStart.memory``
        :param dict parameters: the query of the return address
        :return: :class:`data.Consent` in its present state"""
        with _net('finish_consent'):
            return self._finish_consent(consent_id, memory, parameters, psu)

    def consent(self, consent_id: str, psu: Psu | None = None) -> Consent:
        """:return: :class:`data.Consent` in its present state"""
        with _net('consent'):
            return self._consent(consent_id, psu)

    def revoke_consent(self, consent_id: str) -> None:
        """End the consent at the bank. An already ended consent is no error."""
        with _net('revoke_consent'):
            self._revoke_consent(consent_id)

    def synchronise(self, consent_id: str, redirect_uri: str, psu: Psu | None) -> str:
        """Have the provider ask the bank for news now (``synchronises``).

        :return: '' where the bank is being asked; else the page where the person has to log in first, and comes back from to
            ``redirect_uri``"""
        with _net('synchronise'):
            return self._synchronise(consent_id, redirect_uri, psu)

    def accounts(self, consent_id: str, psu: Psu | None) -> list[Account]:
        """:return: list of :class:`data.Account`, with balances"""
        with _net('accounts'):
            return self._accounts(consent_id, psu)

    def movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        """Everything since ``date_from`` (inclusive, booking date), all pages, booked and pending, with balances. Where the
        bank refuses so long a period: what it gives at any time, and from which day (``first_day``).

        :return: :class:`data.Movements`"""
        with _net('movements'):
            return self._movements_given(consent_id, account_id, date_from, psu)

    def grant(self, secret: str, valid_until: date | None, psu: Psu | None) -> Consent:
        """Where the person types in a token (``authorisation`` is 'token'): what it allows.

        :return: :class:`data.Consent`, whose id is not secret"""
        with _net('grant'):
            return self._grant(secret, valid_until, psu)

    def events(self, body: bytes, headers: Mapping[str, str]) -> list[Event] | None:
        """What a call to the webhook says, where the bank pushes. The body is anybody's until the header is right.

        :param bytes body: as it came
        :param headers: mapping without regard to case
        :return: list of :class:`data.Event`, or None when the caller does not prove to be the bank"""
        with _net('events'):
            return self._events(body, headers)

    # Payments. The order is a :class:`payments.data.Order`, as it was approved.

    def check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        """What this bank would not take of an order, before anything is sent.

        :param str institution: code of the bank"""
        with _net('check_payment'):
            return self._check_payment(order, institution, psu)

    def start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        """Give the order to the bank, once.

        :param str redirect_uri: where the person comes back to; carries the caller's one-time state
        :param str request_id: UUID of this request, kept before it is sent
        :raises NotSent: it surely did not arrive
        :raises RequestRefused: the bank has read it and will not have it
        :raises ConsentError, ConfigurationError, RateLimited: it was not looked at
        :raises PaymentUnknown, or any other :class:`BankError`: it may have arrived"""
        with _net('start_payment'):
            return self._start_payment(order, institution, redirect_uri, request_id, psu)

    def finish_payment(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], order: Order, psu: Psu | None
    ) -> PaymentStatus:
        """The person came back from the bank's page of an order (which proves nothing): do what the bank still wants, and ask it. May be
        called again for the same order.

        :param dict memory: of :class:`banks.payments.PaymentStarted`
        :param dict parameters: the query of the return address"""
        with _net('finish_payment'):
            return self._finish_payment(reference, memory, parameters, order, psu)

    def payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        """What became of an order.

        :param str reference: of :class:`banks.payments.PaymentStarted`"""
        with _net('payment_status'):
            return self._payment_status(reference, order, psu)

    def cancel_payment(self, reference: str, psu: Psu | None) -> str:
        """Ask the bank to cancel what is not executed yet (``cancels_payments``).

        :return: the bank's code of the cancelled payment
        :raises RequestRefused: it is too late, or the bank wants a signature for it; nothing has changed"""
        with _net('cancel_payment'):
            return self._cancel_payment(reference, psu)

    # What a bank family implements: the first seven, or the token instead of the consent's start and end.

    def _test(self) -> str:
        return ', '.join(institution.name for institution in self._institutions()[:3])

    @abstractmethod
    def _institutions(self) -> list[Institution]:
        """As :meth:`institutions`, and so on."""

    def _start_consent(
        self, redirect_uri: str, valid_until: date, psu: Psu | None, institution: str = ''
    ) -> ConsentStart:
        raise NotImplementedError

    def _finish_consent(
        self, consent_id: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> Consent:
        raise NotImplementedError

    @abstractmethod
    def _consent(self, consent_id: str, psu: Psu | None = None) -> Consent: ...

    @abstractmethod
    def _revoke_consent(self, consent_id: str) -> None: ...

    @abstractmethod
    def _accounts(self, consent_id: str, psu: Psu | None) -> list[Account]: ...

    @abstractmethod
    def _movements(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
        """As :meth:`movements`. Raises :class:`errors.PeriodRefused` where the bank gives less."""

    def _grant(self, secret: str, valid_until: date | None, psu: Psu | None) -> Consent:
        raise NotImplementedError

    def _events(self, body: bytes, headers: Mapping[str, str]) -> list[Event] | None:
        return None

    def _synchronise(self, consent_id: str, redirect_uri: str, psu: Psu | None) -> str:
        return ''

    def _check_payment(self, order: Order, institution: str, psu: Psu | None) -> list[Objection]:
        return []

    def _start_payment(
        self, order: Order, institution: str, redirect_uri: str, request_id: str, psu: Psu | None
    ) -> PaymentStarted:
        raise NotImplementedError

    def _finish_payment(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], order: Order, psu: Psu | None
    ) -> PaymentStatus:
        return self._payment_status(reference, order, psu)

    def _payment_status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        raise NotImplementedError

    def _cancel_payment(self, reference: str, psu: Psu | None) -> str:
        raise NotImplementedError

    def _movements_given(self, consent_id: str, account_id: str, date_from: date, psu: Psu | None) -> Movements:
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
