"""What a bank would refuse, found before anybody approves: the order, and each of its lines.

Sources: EPC125-05 and EPC004-16 (SEPA credit transfer, instant: currency, amounts, country of the account), EPC153-22 v2.1 (addresses: since 15
November 2026 structured, town and country at least), Bits' and Bankgirot's ISO 20022 guides (Norway, Sweden), the National Bank of Hungary
(whole forints)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from pycountry import countries  # comes with schwifty

from . import accounts, references
from .charset import LATIN, NORWEGIAN, is_identifier, plain
from .data import (
    BANKGIRO,
    CZECH,
    DOMESTIC,
    IBAN,
    INSTANT,
    KID,
    NONE,
    OCR,
    PLUSGIRO,
    REFUND,
    SALARY,
    SCOR,
    SEPA,
    SYMBOLS,
    Account,
    Line,
    Order,
    Problem,
)  # fmt: skip
from .days import TARGET_ZONE, ZONES, is_business

#: of a SEPA payment; of any other
LARGEST, LARGEST_OF_OTHERS = Decimal('999999999.99'), Decimal('999999999999.99')
#: of a Hungarian instant payment (GIRO)
LARGEST_INSTANT_HUF = Decimal(20_000_000)
#: what a file's sum can say: 18 digits
LARGEST_SUM = Decimal('9999999999999999.99')
#: letters of ids, of a name, of a text
MAX_ID, MAX_NAME, MAX_TEXT = 35, 70, 140
#: currency and schemes of domestic payments
DOMESTIC_OF = {
    'NO': ('NOK', {IBAN, 'BBAN'}, {NONE, KID}),
    'SE': ('SEK', {IBAN, 'BBAN', BANKGIRO, PLUSGIRO}, {NONE, OCR}),
    'DK': ('DKK', {IBAN, 'BBAN'}, {NONE, SCOR}),
    'CZ': ('CZK', {IBAN, CZECH}, {NONE, SYMBOLS}),
    'HU': ('HUF', {IBAN}, {NONE, SCOR}),
    'SK': ('EUR', {IBAN}, {NONE, SCOR, SYMBOLS}),
}  # fmt: skip


def letters(order: Order) -> frozenset[str]:
    """Letters that the order's bank takes."""
    return NORWEGIAN if order.product == DOMESTIC and order.country == 'NO' else LATIN


def problems(order: Order) -> list[Problem]:
    """Everything that is wrong with an order, the order's own first, each field once; empty: it can be sent."""
    found = list(_of_order(order))
    for place, line in enumerate(order.lines):
        found += [Problem(place, name, code, message) for name, code, message in _of_line(order, line)]
    return each_once(found + list(_twice(order)))


def each_once(found: list[Problem]) -> list[Problem]:
    """The first problem of each field: what follows from it is said no second time."""
    first: dict[tuple[int | None, str], Problem] = {}
    for problem in found:
        first.setdefault((problem.line, problem.field), problem)
    return list(first.values())


# === The order === #


def _of_order(order: Order) -> Iterator[Problem]:
    def problem(name: str, code: str, message: str) -> Problem:
        return Problem(None, name, code, message)

    if not is_identifier(order.id) or len(order.id) > MAX_ID:
        yield problem('id', 'format', f"The order's id has 1 to {MAX_ID} letters that banks take, and no double slash.")
    if not order.lines:
        yield problem('lines', 'empty', "There is nothing to pay.")
    currency, message = _currency(order)
    if message:
        yield problem('currency' if currency else 'product', 'unsupported', message)
    yield from (problem(name, code, message) for name, code, message in _of_day(order))
    for name, code, message in _of_account(order, order.debtor):
        yield problem(f'debtor.{name}', code, message)
    if order.debtor.scheme in (BANKGIRO, PLUSGIRO):
        yield problem('debtor.scheme', 'unsupported', "Payments leave a bank account, not a giro number.")
    elif order.product in (SEPA, INSTANT) and order.currency == 'EUR':
        # Fio's own file names its Czech and Slovak accounts by their numbers
        if order.debtor.scheme not in (IBAN, CZECH):
            yield problem('debtor.scheme', 'unsupported', "A SEPA payment leaves an account with an IBAN.")
        elif accounts.country(order.debtor, 'CZ') not in accounts.SEPA:
            yield problem('debtor.number', 'unsupported', "The account's country is outside of SEPA.")
    elif order.product != SEPA and accounts.country(order.debtor, order.country) != order.country:
        yield problem('debtor.number', 'unsupported', f"Domestic payments of {order.country} leave an account there.")
    if all(line.amount.is_finite() for line in order.lines) and order.total > LARGEST_SUM:
        yield problem('lines', 'amount', "The sum is larger than a file can say.")


def _currency(order: Order) -> tuple[str, str]:
    """(currency of the product, what is wrong)"""
    if order.product == SEPA:
        return 'EUR', '' if order.currency == 'EUR' else "SEPA payments are in euro."
    if order.product == INSTANT:
        wanted = 'HUF' if order.country == 'HU' and order.currency == 'HUF' else 'EUR'
        return wanted, '' if order.currency == wanted else "Instant payments are in euro, in Hungary in forint."
    known = DOMESTIC_OF.get(order.country)
    if not known:
        return '', f"Domestic payments of {order.country or '?'} are not known here."
    return known[0], '' if order.currency == known[0] else f"Domestic payments of {order.country} are in {known[0]}."


def today(order: Order) -> date:
    """The day at the order's bank on which it was made."""
    made = order.created
    if made.tzinfo:
        made = made.astimezone(ZoneInfo(ZONES.get(order.country, TARGET_ZONE)))
    return made.date()


def _of_day(order: Order) -> Iterator[tuple[str, str, str]]:
    made = today(order)
    if order.date < made:
        yield 'date', 'past', "The day of execution is past."
    elif order.product == INSTANT:
        if order.date != made:
            yield 'date', 'instant', "An instant payment is executed on the day on which it is made."
    elif not is_business(order.date, order.currency):
        yield 'date', 'holiday', "Banks are closed on the day of execution."


# === A line === #


def _of_line(order: Order, line: Line) -> Iterator[tuple[str, str, str]]:
    if not is_identifier(line.end_to_end_id) or len(line.end_to_end_id) > MAX_ID:
        yield 'end_to_end_id', 'format', f"The id has 1 to {MAX_ID} letters that banks take, and no double slash."
    of_account = list(_of_account(order, line.account))
    yield from of_account
    yield from _of_amount(order, line.amount)
    yield from _of_reference(order, line)
    yield from _of_text(order, line)
    if any(name == 'number' for name, _code, _message in of_account):
        return  # of no account, nothing else can be said
    if accounts.identity(line.account, order.country) == accounts.identity(order.debtor, order.country):
        yield 'number', 'own', "This is the account that pays."
    yield from _of_scheme(order, line)
    yield from _of_address(order, line)


def _of_account(order: Order, account: Account) -> Iterator[tuple[str, str, str]]:
    name, lost = plain(account.name, letters(order))
    if not account.name.strip():
        yield 'name', 'missing', "The name is missing."
    elif lost or not any(sign.isalnum() for sign in name):
        yield 'name', 'charset', f"Banks do not take these letters of the name: {lost or account.name}"
    elif len(name) > MAX_NAME:
        yield 'name', 'length', f"The name has more than {MAX_NAME} letters."
    if not account.number.strip():
        yield 'number', 'missing', "The account number is missing."
    elif account.scheme == CZECH and not re.fullmatch(r'\d{4}', account.bank_code, re.ASCII):
        yield 'bank_code', 'account', "A Czech account number needs the four digits of its bank."
    elif _is_beside(account):
        yield 'bank_code', 'account', "The bank's code is not that of the IBAN."
    elif not accounts.is_valid(account, order.country, own=account is order.debtor):
        yield 'number', 'account', "The account number is not valid."
    if account.bic and not accounts.is_bic(account.bic):
        yield 'bic', 'bic', "The BIC is not valid."


def _is_beside(account: Account) -> bool:
    """Whether a valid IBAN stands beside another bank's code."""
    alone = replace(account, bank_code='')
    return account.scheme == IBAN and accounts.is_valid(alone, '') and not accounts.is_valid(account, '')


def _of_scheme(order: Order, line: Line) -> Iterator[tuple[str, str, str]]:
    scheme = line.account.scheme
    if order.product == DOMESTIC:
        allowed = DOMESTIC_OF.get(order.country, ('', {scheme}, set()))[1]
        if scheme not in allowed:
            yield 'scheme', 'unsupported', f"Domestic payments of {order.country} do not go to such an account."
        elif scheme == IBAN and accounts.country(line.account, '') != order.country:
            yield 'number', 'unsupported', "The account is in another country: this is no domestic payment."
        return
    if scheme != IBAN:
        yield 'scheme', 'unsupported', "This payment needs an IBAN."
    elif order.currency == 'HUF' and accounts.country(line.account, '') != 'HU':
        yield 'number', 'unsupported', "The account is not in Hungary."
    elif order.currency == 'EUR' and accounts.country(line.account, '') not in accounts.SEPA:
        yield 'number', 'unsupported', "The account's country is outside of SEPA."


def _of_amount(order: Order, amount: Decimal) -> Iterator[tuple[str, str, str]]:
    if not amount.is_finite() or amount <= 0:
        yield 'amount', 'amount', "The amount has to be more than zero."
    elif amount > (LARGEST if order.currency == 'EUR' else LARGEST_OF_OTHERS):
        yield 'amount', 'amount', "The amount is larger than a payment may be."
    elif order.product == INSTANT and order.currency == 'HUF' and amount > LARGEST_INSTANT_HUF:
        yield 'amount', 'amount', "Above 20 million forint no payment is instant."
    elif amount != amount.quantize(Decimal('0.01')):
        yield 'amount', 'decimals', "The amount has more than two decimals."
    elif order.currency == 'HUF' and amount != amount.to_integral_value():
        yield 'amount', 'decimals', "Forints are paid in whole numbers."


def _of_reference(order: Order, line: Line) -> Iterator[tuple[str, str, str]]:
    kind = line.reference.kind
    allowed = (
        DOMESTIC_OF[order.country][2]
        if order.product == DOMESTIC and order.country in DOMESTIC_OF
        else {NONE, SCOR, SYMBOLS}
    )
    if kind not in allowed:
        yield 'reference', 'unsupported', "This kind of payment does not carry such a reference."
    elif kind == OCR and line.account.scheme not in (BANKGIRO, PLUSGIRO):
        yield 'reference', 'unsupported', "An OCR number goes to a bankgiro or plusgiro."
    elif message := references.problem(line.reference):
        yield 'reference', 'reference', message


def _of_text(order: Order, line: Line) -> Iterator[tuple[str, str, str]]:
    if line.reference.kind in (SCOR, KID, OCR):
        return  # the reference goes in place of it
    text, lost = plain(line.text, letters(order))
    if lost:
        yield 'text', 'charset', f"Banks do not take these letters of the text: {lost}"
    elif len(text) > MAX_TEXT:
        yield 'text', 'length', f"The text has more than {MAX_TEXT} letters."


def _of_address(order: Order, line: Line) -> Iterator[tuple[str, str, str]]:
    if not needs_address(order, line) or accounts.country(line.account, order.country) not in accounts.SEPA:
        return
    address = line.address
    for name, value in (('town', address and address.town), ('country', address and address.country)):
        if not plain(value or '', letters(order))[0].strip(" -.,'"):
            yield f'address.{name}', 'address', f"Outside of the European Economic Area the payee's {name} is needed."
    if not address:
        return
    known = address.country.isupper() and countries.get(alpha_2=address.country)
    if address.country.strip() and not known:
        yield 'address.country', 'address', "The country is its ISO code, such as CH."
    for name in ('street', 'post_code', 'town'):
        value, lost = plain(getattr(address, name), letters(order))
        if lost or len(value) > {'street': 70, 'post_code': 16, 'town': 35}[name]:
            yield (
                f'address.{name}',
                'charset' if lost else 'length',
                f"Banks do not take this {name.replace('_', ' ')}.",
            )


def needs_address(order: Order, line: Line) -> bool:
    """Whether the payee's address has to be sent: the account is outside of the European Economic Area."""
    return line.account.scheme == IBAN and accounts.country(line.account, order.country) not in accounts.EEA


# === Lines beside each other === #


def _twice(order: Order) -> Iterator[Problem]:
    """The same id, or the same reference and amount paid twice to one account: an instalment has another amount, or another day."""
    ids = Counter(line.end_to_end_id for line in order.lines)
    seen: set[tuple[str, ...]] = set()
    for place, line in enumerate(order.lines):
        if ids[line.end_to_end_id] > 1:
            yield Problem(place, 'end_to_end_id', 'duplicate', "Two lines have this id.")
        reference = line.reference
        symbols = [one.strip().lstrip('0') for one in (references.compact(reference), reference.ss, reference.ks)]
        # the constant symbol says what kind of payment it is, not which
        number = accounts.identity(line.account, order.country)
        key = (number, reference.kind, *symbols[:2], str(line.amount.normalize() if line.amount.is_finite() else ''))
        if order.kind not in (SALARY, REFUND) and any(symbols[:2]) and key in seen:
            yield Problem(place, 'reference', 'duplicate', "This reference is paid twice to the same account.")
        seen.add(key)
