"""The vocabulary of the house: what banks, statement files and mails are turned into.

Money is :class:`decimal.Decimal` in the named currency, positive when it came in. Dates are the bank's own dates
(no time zone is applied). Everything is frozen; nothing here knows a database or the network."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

BOOKED = 'booked'
PENDING = 'pending'

#: consent states that end it, named as NextGenPSD2 1.3.12 ``consentStatus`` names them
CONSENT_ENDED = frozenset({'rejected', 'revokedByPsu', 'expired', 'terminatedByTpp'})


@dataclass(frozen=True, slots=True)
class Institution:
    """A bank that a provider can reach."""

    code: str
    name: str
    country: str
    bic: str = ''
    #: address of the bank's picture
    logo: str = ''
    #: longest permission, and history without a person, in days; None: as the provider's other banks
    consent_days: int | None = None
    history_days: int | None = None
    #: PSU headers that the bank wants with an attended call: all of them, or it counts as unattended
    psu_headers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Psu:
    """The person whose presence makes a request *attended* (PSD2: payment service user).

    Only what the browser sent; ``None`` in place of a Psu means that nobody is there (a schedule)."""

    ip_address: str
    user_agent: str = ''
    accept_language: str = ''
    accept: str = ''
    accept_encoding: str = ''
    accept_charset: str = ''
    http_method: str = ''
    port: str = ''


@dataclass(frozen=True, slots=True)
class Balance:
    """One balance of an account. ``type`` is a NextGenPSD2 ``balanceType``, e.g. closingBooked, interimAvailable."""

    type: str
    amount: Decimal
    currency: str
    reference_date: date | None = None
    credit_limit_included: bool = False

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Balance:
        return cls(**{**values, 'amount': Decimal(values['amount']), 'reference_date': _day(values['reference_date'])})


@dataclass(frozen=True, slots=True)
class Account:
    """An account at the bank. ``session_id`` is what the bank calls it during one consent and nothing more:
    the identity is ``iban`` (or ``bban``, or what else the bank calls it for good) and ``currency``."""

    session_id: str
    iban: str
    currency: str
    bban: str = ''
    name: str = ''
    owner_name: str = ''
    product: str = ''
    bic: str = ''
    status: str = 'enabled'
    balances: tuple[Balance, ...] = ()
    #: what the provider calls the account for good, where it has neither IBAN nor number
    identification: str = ''
    #: the bank where the account is, where one log-in reaches several
    bank_name: str = ''
    #: last day of the permission, where it differs from account to account
    valid_until: date | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON-safe dict without the balances; :meth:`from_json` reads it again."""
        values = {name: to_json(getattr(self, name)) for name in self.__slots__ if name != 'balances'}
        return {name: value for name, value in values.items() if value}

    @classmethod
    def from_json(cls, values: dict[str, str], balances: tuple[Balance, ...] = ()) -> Account:
        until = _day(values.get('valid_until'))
        known: dict[str, Any] = {'iban': '', **values, 'valid_until': until, 'balances': tuple(balances)}
        return cls(**known)

    def under(self, session_id: str, valid_until: date | None) -> Account:
        """The account as it is called under another permission, which ends on that day."""
        return replace(self, session_id=session_id, valid_until=valid_until)

    @property
    def number(self) -> str:
        """IBAN, or the domestic number where the bank gives no IBAN, or the provider's lasting name."""
        return self.iban or self.bban or self.identification


@dataclass(frozen=True, slots=True)
class Transaction:
    """One movement. ``entry_reference`` is the bank's own id where it gives one that never changes after booking."""

    status: str
    amount: Decimal
    currency: str
    booking_date: date | None
    value_date: date | None = None
    entry_reference: str = ''
    transaction_id: str = ''
    counterparty_name: str = ''
    counterparty_account: str = ''
    counterparty_bic: str = ''
    remittance: tuple[str, ...] = ()
    structured: tuple[str, ...] = ()
    end_to_end_id: str = ''
    mandate_id: str = ''
    creditor_id: str = ''
    bank_transaction_code: str = ''
    proprietary_code: str = ''
    purpose_code: str = ''
    additional_information: str = ''
    original_amount: Decimal | None = None
    original_currency: str = ''
    exchange_rate: str = ''
    balance_after: Decimal | None = None
    raw: dict = field(default_factory=dict, compare=False, repr=False)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """(field, text) pairs in which a reference may stand. Remittance lines come one by one and joined, as
        banks break them at any column."""
        pairs = [('structured', text) for text in self.structured]
        pairs.append(('end_to_end_id', self.end_to_end_id))
        pairs += [('text', text) for text in self.remittance]
        if len(self.remittance) > 1:
            pairs.append(('text', ' '.join(self.remittance)))
        pairs += [('additional_information', self.additional_information), ('mandate_id', self.mandate_id)]
        return tuple((name, text) for name, text in pairs if text)

    def as_json(self) -> dict[str, Any]:
        """JSON-safe dict of what the bank gave, ``raw`` included; :meth:`from_json` reads it again."""
        values = {name: getattr(self, name) for name in self.__slots__}
        return {name: to_json(value) for name, value in values.items() if value not in (None, '', (), {})}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Transaction:
        values = dict(values)
        for name in ('amount', 'original_amount', 'balance_after'):
            if values.get(name):
                values[name] = Decimal(values[name])
        for name in ('booking_date', 'value_date'):
            values[name] = _day(values.get(name))
        for name in ('remittance', 'structured'):
            values[name] = tuple(values.get(name) or ())
        return cls(**values)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def to_json(value: Any) -> Any:
    """The value with Decimal and date as text, so that it can be stored as JSON."""
    if isinstance(value, (Decimal, date)):
        return str(value)
    if isinstance(value, (list, tuple)):
        return [to_json(entry) for entry in value]
    if isinstance(value, dict):
        return {key: to_json(entry) for key, entry in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row of the bank's answer that is no usable movement: why, and the row itself, so that nothing is lost."""

    reason: str
    raw: dict = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Movements:
    """What one fetch of one account brought."""

    booked: tuple[Transaction, ...] = ()
    pending: tuple[Transaction, ...] = ()
    unreadable: tuple[Unreadable, ...] = ()
    balances: tuple[Balance, ...] = ()
    calls: int = 0
    #: first day that the bank really gave, where it gave less than was asked for
    first_day: date | None = None

    def as_json(self) -> dict[str, Any]:
        """JSON-safe dict; :meth:`from_json` reads it again."""
        return {
            'booked': [row.as_json() for row in self.booked],
            'pending': [row.as_json() for row in self.pending],
            'unreadable': [to_json(asdict(row)) for row in self.unreadable],
            'balances': [to_json(asdict(row)) for row in self.balances],
            'calls': self.calls,
            'first_day': to_json(self.first_day),
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Movements:
        return cls(
            booked=tuple(map(Transaction.from_json, values['booked'])),
            pending=tuple(map(Transaction.from_json, values['pending'])),
            unreadable=tuple(Unreadable(**row) for row in values['unreadable']),
            balances=tuple(map(Balance.from_json, values['balances'])),
            calls=values['calls'],
            first_day=_day(values['first_day']),
        )


@dataclass(frozen=True, slots=True)
class Consent:
    """A person's permission as the bank sees it. ``valid_until`` is inclusive.

    ``memory`` is what the client wants to be kept sealed with it (tokens); None: what was kept stays. ``next_url``: the person is not done
    and goes on to this page of the bank, from which the way leads to the same return address; ``memory`` is what the client needs then."""

    id: str
    status: str
    valid_until: date | None = None
    memory: dict | None = field(default=None, repr=False, compare=False)
    next_url: str = field(default='', repr=False, compare=False)

    @property
    def is_valid(self) -> bool:
        return self.status == 'valid'


@dataclass(frozen=True, slots=True)
class ConsentStart:
    """A consent just asked for: where to send the person, and what the client needs at the return (JSON-safe)."""

    consent: Consent
    redirect_url: str
    memory: dict = field(default_factory=dict, repr=False)


#: what a call to our webhook is about: movements; the person has to log in again; the permission has ended; payments
NEWS, RENEW, ENDED, PAYMENTS = 'news', 'renew', 'ended', 'payments'


@dataclass(frozen=True, slots=True)
class Event:
    """What a bank's call to our webhook says of these accounts of this permission: ``kind``, and until when it goes on (``until``, of
    :data:`RENEW`). Never more than a hint: what is new, or has ended, is asked of the bank. No accounts: all of the permission."""

    consent_id: str
    account_ids: tuple[str, ...] = ()
    kind: str = NEWS
    until: date | None = None


def closing_balance(balances: tuple[Balance, ...], currency: str) -> Balance | None:
    """The balance that the books should show: booked, without credit limit; ``None`` where the bank gives none.

    Of closingBooked (end of a closed period, often yesterday) and interimBooked (now; NextGenPSD2 1.3.12, schema
    ``balanceType``) the later one; without a date, interimBooked is of today. Others include what is not booked."""
    found = [
        (balance.reference_date or (date.max if balance.type == 'interimBooked' else date.min), balance.type, balance)
        for balance in balances
        if balance.type in ('closingBooked', 'interimBooked')
        and balance.currency == currency
        and not balance.credit_limit_included
    ]
    return max(found, key=lambda entry: entry[:2])[2] if found else None


def available_balance(balances: tuple[Balance, ...], currency: str) -> Balance | None:
    """What can be spent now, where the bank says it: ``interimAvailable`` (NextGenPSD2 1.3.12, ``balanceType``), the latest; reservations
    are off it, a credit line may be in it. Norwegian *disponibel*."""
    found = [balance for balance in balances if balance.type == 'interimAvailable' and balance.currency == currency]
    return max(
        found, key=lambda balance: (balance.reference_date or date.max, balance.credit_limit_included), default=None
    )
