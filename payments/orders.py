"""Orders as JSON: read strictly, and in the one form of which the content's hash is taken."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from . import data
from .data import Account, Address, Line, Order, Problem, Reference, Refused

#: lines of an order, letters of a field
MAX_LINES, MAX_FIELD = 10_000, 1000
_AMOUNT = re.compile(r'-?\d{1,15}(\.\d{1,10})?', re.ASCII)


def read(values: Any) -> Order:
    """An order of a JSON object.

    :raises Refused: a field is missing, or not what it has to be; what it says is not looked at (see :func:`checks.problems`)"""
    reader = _Reader()
    order = reader.order(values)
    if reader.found:
        raise Refused(reader.found)
    assert order
    return order


def _is_no_sign(sign: str) -> bool:
    """Controls, halves of surrogate pairs, and what Unicode says is no character: no XML carries them."""
    code = ord(sign)
    return (code < 32 and sign not in '\n\r\t') or 0xD800 <= code <= 0xDFFF or code & 0xFFFE == 0xFFFE or code == 127


#: what an object may say; anything else could be a name that was misspelt
_ORDER = {'id', 'created', 'kind', 'product', 'country', 'date', 'currency', 'batch_booking', 'debtor', 'lines'}
_ACCOUNT = {'name', 'scheme', 'number', 'bic', 'bank_code'}
_LINE = _ACCOUNT | {'end_to_end_id', 'amount', 'reference', 'text', 'address'}
_REFERENCE, _ADDRESS = {'kind', 'value', 'ss', 'ks'}, {'street', 'post_code', 'town', 'country'}


class _Reader:
    """Reads on after each problem, so that all of them are told."""

    def __init__(self) -> None:
        self.found: list[Problem] = []
        self.line: int | None = None

    def wrong(self, field: str, message: str, code: str = 'format') -> None:
        self.found.append(Problem(self.line, field, code, message))

    def only(self, values: dict[str, Any], names: set[str], prefix: str = '') -> None:
        for name in sorted(values.keys() - names)[:3]:
            self.wrong(f'{prefix}{name}'[:80], "This field is not known.", 'unknown')

    def text(self, values: dict[str, Any], name: str, prefix: str = '', needed: bool = False) -> str:
        value = values.get(name)
        field = prefix + name
        if value is None and not needed:
            return ''
        if not isinstance(value, str) or (needed and not value.strip()):
            self.wrong(field, f"“{field}” is missing or no text.", 'missing' if value in (None, '') else 'format')
            return ''
        if len(value) > MAX_FIELD or any(_is_no_sign(sign) for sign in value):
            self.wrong(field, f"“{field}” is too long, or has signs that no text has.")
            return ''
        return value

    def choice(self, values: dict[str, Any], name: str, choices: tuple[str, ...], prefix: str = '') -> str:
        value = values.get(name)
        if value not in choices:
            self.wrong(prefix + name, f"“{prefix + name}” is one of: {', '.join(choices)}.")
            return choices[0]
        return str(value)

    def order(self, values: Any) -> Order | None:
        if not isinstance(values, dict):
            self.wrong('order', "The order is no object.")
            return None
        self.only(values, _ORDER)
        created, day = self._moment(values.get('created')), self._day(values.get('date'))
        rows = values.get('lines')
        if not isinstance(rows, list) or len(rows) > MAX_LINES:
            self.wrong('lines', f"The lines are no list, or more than {MAX_LINES}.")
            rows = []
        batch = values.get('batch_booking')
        batch = False if batch is None else batch
        if not isinstance(batch, bool):
            self.wrong('batch_booking', "“batch_booking” is true or false.")
        return Order(
            id=self.text(values, 'id', needed=True),
            created=created,
            kind=self.choice(values, 'kind', data.KINDS),
            product=self.choice(values, 'product', data.PRODUCTS),
            country=self._country(values),
            date=day,
            currency=self._code(values, 'currency', 3),
            batch_booking=bool(batch),
            debtor=self._account(values.get('debtor'), 'debtor.'),
            lines=tuple(self._line(place, row) for place, row in enumerate(rows)),
        )

    def _country(self, values: dict[str, Any]) -> str:
        return self._code(values, 'country', 2)

    def _code(self, values: dict[str, Any], name: str, length: int) -> str:
        value = self.text(values, name, needed=True)
        if value and not re.fullmatch(rf'[A-Z]{{{length}}}', value, re.ASCII):
            self.wrong(name, f"“{name}” is a code of {length} capital letters.")
        return value

    def _moment(self, value: Any) -> datetime:
        try:
            found = datetime.fromisoformat(value.replace('Z', '+00:00'))
            offset = found.utcoffset() or timedelta()
            if not 2000 <= found.year <= 2200 or abs(offset) > timedelta(hours=14) or offset % timedelta(minutes=1):
                raise ValueError
            return found
        except (AttributeError, ValueError):
            self.wrong('created', "“created” is no ISO 8601 time.")
            return datetime(2000, 1, 1)

    def _day(self, value: Any) -> date:
        try:
            if not re.fullmatch(r'\d{4}-\d\d-\d\d', value or '', re.ASCII):
                raise ValueError
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong('date', "“date” is no day (YYYY-MM-DD).")
            return date(2000, 1, 1)

    def _account(self, values: Any, prefix: str = '') -> Account:
        if not isinstance(values, dict):
            self.wrong(prefix.rstrip('.') or 'line', "The account is no object.")
            values = {'scheme': data.IBAN, 'name': '?', 'number': '?'}
        if prefix:
            self.only(values, _ACCOUNT, prefix)
        return Account(
            name=self.text(values, 'name', prefix, needed=True),
            scheme=self.choice(values, 'scheme', data.SCHEMES, prefix),
            number=self.text(values, 'number', prefix, needed=True),
            bic=''.join(self.text(values, 'bic', prefix).split()).upper(),
            bank_code=self.text(values, 'bank_code', prefix).strip(),
        )

    def _line(self, place: int, values: Any) -> Line:
        self.line = place
        try:
            account = self._account(values)
            values = values if isinstance(values, dict) else {}
            self.only(values, _LINE)
            return Line(
                end_to_end_id=self.text(values, 'end_to_end_id', needed=True),
                account=account,
                amount=self._amount(values.get('amount')),
                reference=self._reference(values.get('reference')),
                text=self.text(values, 'text'),
                address=self._address(values.get('address')),
            )
        finally:
            self.line = None

    def _amount(self, value: Any) -> Decimal:
        if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
            self.wrong('amount', "The amount is a text such as “12.50”.", 'amount')
            return Decimal(1)
        return Decimal(value)

    def _reference(self, values: Any) -> Reference:
        if values is None:
            return Reference()
        if not isinstance(values, dict):
            self.wrong('reference', "The reference is no object.")
            return Reference()
        self.only(values, _REFERENCE, 'reference.')
        kind = self.choice(values, 'kind', data.REFERENCES, 'reference.')
        return Reference(kind, *(self.text(values, name, 'reference.') for name in ('value', 'ss', 'ks')))

    def _address(self, values: Any) -> Address | None:
        if values is None:
            return None
        if not isinstance(values, dict):
            self.wrong('address', "The address is no object.")
            return None
        self.only(values, _ADDRESS, 'address.')
        return Address(*(self.text(values, name, 'address.') for name in ('street', 'post_code', 'town', 'country')))


# === The content, and its hash === #


def as_json(order: Order) -> dict[str, Any]:
    """The order as :func:`read` reads it; amounts as text with two decimals."""

    def account(one: Account) -> dict[str, str]:
        return {
            'name': one.name,
            'scheme': one.scheme,
            'number': one.number,
            'bic': one.bic,
            'bank_code': one.bank_code,
        }

    return {
        'id': order.id,
        'created': order.created.isoformat(timespec='seconds'),
        'kind': order.kind,
        'product': order.product,
        'country': order.country,
        'date': order.date.isoformat(),
        'currency': order.currency,
        'batch_booking': order.batch_booking,
        'debtor': account(order.debtor),
        'lines': [
            {
                'end_to_end_id': line.end_to_end_id,
                **account(line.account),
                'amount': f'{line.amount:.2f}',
                'reference': {'kind': line.reference.kind, 'value': line.reference.value, 'ss': line.reference.ss, 'ks': line.reference.ks},
                'text': line.text,
                'address': line.address
                and {
                    'street': line.address.street,
                    'post_code': line.address.post_code,
                    'town': line.address.town,
                    'country': line.address.country,
                },
            }
            for line in order.lines
        ],
    }  # fmt: skip


def canonical(order: Order) -> bytes:
    """The one form of the content: keys sorted, no spaces, UTF-8 (as RFC 8785 for texts and booleans)."""
    return json.dumps(as_json(order), sort_keys=True, separators=(',', ':'), ensure_ascii=False).encode()


def content_hash(order: Order) -> str:
    """SHA-256 of :func:`canonical`, hexadecimal: what an approval is bound to."""
    return hashlib.sha256(canonical(order)).hexdigest()
