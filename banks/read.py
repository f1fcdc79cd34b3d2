"""Reading what a bank sent: tolerant of nulls, numbers for strings and unknown words, strict about money and days.

What is merely shown and cannot be read becomes empty; what is booked and cannot be read is a ValueError in plain words,
which the caller keeps with the row (:class:`data.Unreadable`)."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from .errors import BadAnswer

if TYPE_CHECKING:
    from .http import Answer

#: letters of one text (a remittance has 140, a statement's narrative 2,000), of a name that is shown
MAX_TEXT, MAX_NAME = 10_000, 200
ZONE = ZoneInfo('Europe/Prague')
_AMOUNT = re.compile(r'[-+]?[0-9]{1,14}(\.[0-9]{1,6})?')
_CURRENCY = re.compile(r'[A-Z]{3}')


def text(value: object, longest: int = MAX_TEXT) -> str:
    """One line of text, cut where it is longer than any bank's field; '' for anything else. Numbers are taken as they are
    written: some banks send ids so."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return format(value, 'f') if isinstance(value, Decimal) else str(value)
    return ' '.join(value[: 4 * longest].split())[:longest] if isinstance(value, str) else ''


def texts(value: object) -> list[str]:
    """Texts of a text, a list of texts, an object with ``reference``, or a list of these."""
    values = value if isinstance(value, list) else [value]
    found = (text(entry.get('reference') if isinstance(entry, dict) else entry) for entry in values)
    return [line for line in found if line]


def part(found: object, key: str) -> dict[str, Any]:
    """The object under ``key``; {} where there is none."""
    value = found.get(key) if isinstance(found, dict) else None
    return value if isinstance(value, dict) else {}


def document(answer: Answer) -> dict[str, Any]:
    """The JSON object that an :class:`banks.http.Answer` carries.

    :raises BadAnswer: when it carries something else"""
    if not isinstance(answer.data, dict):
        raise BadAnswer(f"The bank answered {answer.content_type or 'nothing'} where JSON was expected.")
    return answer.data


def rows(found: object, key: str, missing_is_empty: bool = False) -> list[dict[str, Any]]:
    """The list of objects under ``key``.

    :raises BadAnswer: when it is none"""
    value = found.get(key) if isinstance(found, dict) else None
    if value is None and missing_is_empty:
        return []
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        raise BadAnswer(f"The bank's answer has no proper list of {key}.")
    return value


def day(value: object) -> date | None:
    """Date of an ISO day or moment, whose own day counts; None where there is none."""
    try:
        return date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        return None


def moment_day(milliseconds: int) -> date | None:
    """Day of milliseconds since 1970 at a bank of Central Europe, where a day is its midnight; None where it is none."""
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, ZONE).date()
    except (TypeError, ValueError, OverflowError, OSError):
        return None


def whole(value: object, low: int, high: int) -> int | None:
    """A whole number of a number or of its digits, where it lies between; else None."""
    digits = text(value)
    if not (digits.isascii() and digits.isdigit() and len(digits) < 12):
        return None
    return int(digits) if low <= int(digits) <= high else None


def amount(value: object, what: str = 'amount') -> Decimal:
    """Decimal of a number or of its text; ValueError in plain words."""
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        value = format(value, 'f')  # a number instead of a string: the raw digits were kept
    if not isinstance(value, str) or not _AMOUNT.fullmatch(value):
        raise ValueError(f"The {what} is not a number.")
    return Decimal(value)


def currency(value: object, what: str = 'amount') -> str:
    """A currency code; ValueError in plain words."""
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError(f"The currency of the {what} is not a currency code.")
    return value


def money(found: object, what: str = 'amount') -> tuple[Decimal, str]:
    """(Decimal, currency) of ``{amount, currency}``; ValueError in plain words."""
    if not isinstance(found, dict):
        raise ValueError(f"The {what} is missing.")
    return amount(found.get('amount'), what), currency(found.get('currency'), what)


def symbols(variable: object, specific: str | None = '', constant: str | None = '') -> str:
    """The Slovak and Czech payment symbols as one text, in the form that SEPA payments carry them in (/VS…/SS…/KS…);
    '' without a variable or specific symbol."""
    variable, specific, constant = (text(value).strip('0') and text(value) for value in (variable, specific, constant))
    return f'/VS{variable}/SS{specific}/KS{constant}' if variable or specific else ''


def original(found: object, value: Decimal) -> tuple[Decimal | None, str]:
    """(Decimal, currency) of a payment's original amount ``{amount, currency}``, with the sign of ``value``; (None, '') where
    none can be read: it is shown, never booked."""
    try:
        told, unit = money(found, 'original amount')
    except ValueError:
        return None, ''
    return told.copy_abs().copy_sign(value), unit


def end_to_end(value: object) -> str:
    """End-to-end id; '' for the word that says there is none."""
    value = text(value)
    return '' if value.upper() in ('NOTPROVIDED', 'NOT PROVIDED') else value


def iban(value: object) -> str:
    return text(value).replace(' ', '').upper()
