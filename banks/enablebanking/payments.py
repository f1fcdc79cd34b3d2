"""Payments through Enable Banking (OpenAPI 1.0.0: ``POST /payments``, ``GET /payments/{payment_id}``; schemas ``CreatePaymentRequest``,
``ResponsePaymentType``, ``GetPaymentResponse``).

There is no idempotency key and no list: what was lost on the way back stays unknown until the movement. Without the person's signature at
``url`` nothing is executed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from ...payments import accounts, references
from ...payments.charset import plain
from ...payments.checks import letters, needs_address
from ...payments.data import BANKGIRO, BBAN, CZECH, DOMESTIC, IBAN, INSTANT, NONE, PLUSGIRO, SALARY, SYMBOLS
from ...payments.days import today
from ...payments.ids import is_id
from .. import errors
from ..payments import LineStatus, Objection, PaymentStarted, PaymentStatus
from ..read import part, rows, text, texts, whole

if TYPE_CHECKING:
    from ...payments.data import Line, Order
    from ..http import Answer

_NAME = re.compile(r'[A-Z][A-Z_]{2,60}')
#: the bank, or the way to it, was in trouble after the provider had the order
_UNKNOWN = frozenset({'ASPSP_ERROR', 'ASPSP_TIMEOUT'})
_ID = re.compile(r'[0-9A-Za-z-]{8,64}')


def payment_type(order: Order) -> str:
    """The provider's name of what is sent.

    A giro payment and one to an account are different types: they do not go together."""
    giro = any(line.account.scheme in (BANKGIRO, PLUSGIRO) for line in order.lines)
    if order.product == INSTANT:
        kind = 'INST_SEPA'
    elif order.product == DOMESTIC and order.currency != 'EUR':
        kind = 'DOMESTIC_SE_GIRO' if giro else 'DOMESTIC'
    else:
        kind = 'SEPA'
    return kind if len(order.lines) == 1 else f'BULK_{kind}'


def offer(aspsp: dict[str, Any], kind: str, psu_type: str) -> dict[str, Any]:
    """What the bank says of a type of payments; {} where it does not have it."""
    return next(
        (
            row
            for row in rows(aspsp, 'payments', missing_is_empty=True)
            if (row.get('payment_type'), row.get('psu_type')) == (kind, psu_type)
        ),
        {},
    )


# === Before === #


def objections(order: Order, found: dict[str, Any], kind: str) -> list[Objection]:
    """What the bank would not take, by what it says of the type."""
    if not found:
        return [
            Objection(
                None, f"The bank does not take this kind of payment through the provider ({kind}). Send it as a file."
            )
        ]
    objected = [Objection(None, message) for message in _of_order(order, found)]
    for place, line in enumerate(order.lines):
        objected += [Objection(place, message) for message in _of_line(order, line, found)]
    return objected


def _of_order(order: Order, found: dict[str, Any]) -> list[str]:
    said = []
    most = whole(found.get('max_transactions'), 1, 10**6)
    if most and len(order.lines) > most:
        said.append(f"The bank takes {most} payments at once at most. Take some out and send them separately.")
    currencies = texts(found.get('currencies'))
    if currencies and order.currency not in currencies:
        said.append(f"The bank takes no payments in {order.currency} this way.")
    days = (order.date - today(order.country)).days
    if days > 0 and found.get('requested_execution_date_supported') is not True:
        said.append("The bank executes payments at once this way: choose today, or send it as a file.")
    elif (furthest := whole(found.get('requested_execution_date_max_period'), 0, 10**4)) and days > furthest:
        said.append(f"The bank takes payments {furthest} days ahead at most.")
    schemes = texts(found.get('debtor_account_schemas'))
    if schemes and order.debtor.scheme not in schemes:
        said.append("The bank wants the paying account's number in another form.")
    for field, what in (
        ('debtor_contact_email_required', "e-mail address"),
        ('debtor_contact_phone_required', "telephone number"),
    ):
        if found.get(field) is True:
            said.append(f"The bank wants the payer's {what}, which is not sent from here yet. Send it as a file.")
    if found.get('regulatory_reporting_code_required') is True:
        said.append("The bank wants a code for the authorities, which is not sent from here yet. Send it as a file.")
    if found.get('creditor_agent_clearing_system_member_id_required') is True:
        said.append(
            "The bank wants the clearing number of the payees' banks, which is not sent from here yet. Send it as a file."
        )
    return said


def _of_line(order: Order, line: Line, found: dict[str, Any]) -> list[str]:
    said = []
    schemes = texts(found.get('creditor_account_schemas'))
    if schemes and line.account.scheme not in schemes:
        said.append("The bank does not pay to such an account number.")
    if found.get('creditor_agent_bic_fi_required') is True and not line.account.bic:
        said.append("The bank wants the BIC of the payee's bank.")
    address = line.address
    if found.get('creditor_country_required') is True and not (address and address.country):
        said.append("The bank wants the payee's country.")
    if found.get('creditor_postal_address_required') is True and not (address and address.town and address.country):
        said.append("The bank wants the payee's address: town and country at least.")
    reference = _reference(line)
    if reference and found.get('reference_number_supported') is not True:
        said.append("The bank takes no reference number this way: put it into the text.")
    lines = _remittance(order, line)
    wanted = found.get('remittance_information_lines')
    if found.get('remittance_information_required') is True and not lines and not reference:
        said.append("The bank wants a text.")
    if isinstance(wanted, list) and wanted and lines and len(wanted) != len(lines):
        said.append(
            f"The bank wants the text in {len(wanted)} lines, which is not sent from here yet. Send it as a file."
        )
    elif isinstance(wanted, list) and wanted and lines:
        most = whole(wanted[0].get('max_length'), 1, 10**4) if isinstance(wanted[0], dict) else None
        if most and len(lines[0]) > most:
            said.append(f"The bank takes a text of {most} letters at most.")
    return said


# === The order === #


def request(order: Order, days_supported: bool) -> dict[str, Any]:
    """``PaymentRequestResource`` of an order."""
    values: dict[str, Any] = {
        'payment_information_id': order.id,
        'debtor': {'name': plain(order.debtor.name, letters(order))[0]},
        'debtor_account': _account(order.debtor, order.country),
        'debtor_currency': order.currency,
        'credit_transfer_transaction': [_transaction(order, line, days_supported) for line in order.lines],
    }
    if order.kind == SALARY:
        values['payment_type_information'] = {'category_purpose': 'SALA'}
    return values


def _account(account: Any, home: str) -> dict[str, str]:
    if account.scheme == CZECH:  # without the bank's code the number would be another one
        return {'scheme_name': IBAN, 'identification': accounts.international(account)}
    scheme = account.scheme if account.scheme in (IBAN, BANKGIRO, PLUSGIRO) else BBAN
    return {'scheme_name': scheme, 'identification': accounts.written(account, home)}


def _transaction(order: Order, line: Line, days_supported: bool) -> dict[str, Any]:
    creditor: dict[str, Any] = {'name': plain(line.account.name, letters(order))[0]}
    if line.address and needs_address(order, line):
        address = line.address
        creditor['postal_address'] = {
            key: plain(value, letters(order))[0]
            for key, value in (
                ('street_name', address.street),
                ('post_code', address.post_code),
                ('town_name', address.town),
                ('country', address.country),
            )
            if value
        }
    beneficiary: dict[str, Any] = {'creditor': creditor, 'creditor_account': _account(line.account, order.country)}
    if line.account.bic:
        beneficiary['creditor_agent'] = {'bic_fi': line.account.bic}
    values: dict[str, Any] = {
        'instructed_amount': {'currency': order.currency, 'amount': f'{line.amount:.2f}'},
        'beneficiary': beneficiary,
        'payment_id': {'instruction_id': line.end_to_end_id, 'end_to_end_id': end_to_end(line)},
    }
    if days_supported:
        values['requested_execution_date'] = order.date.isoformat()
    if reference := _reference(line):
        values['reference_number'] = reference
    elif lines := _remittance(order, line):
        values['remittance_information'] = lines
    return values


def end_to_end(line: Line) -> str:
    """Slovak symbols take the end-to-end id's place, by the Slovak banks' convention."""
    return references.as_end_to_end(line.reference) if line.reference.kind == SYMBOLS else line.end_to_end_id


def _reference(line: Line) -> str:
    return references.compact(line.reference) if line.reference.kind not in (NONE, SYMBOLS) else ''


def _remittance(order: Order, line: Line) -> list[str]:
    return [found] if (found := plain(line.text, letters(order))[0]) else []


# === Answers === #


def started(answer: dict[str, Any]) -> PaymentStarted:
    """:raises PaymentUnknown: the answer names no payment, or no page"""
    reference, url = text(answer.get('payment_id')), text(answer.get('url'))
    if not _ID.fullmatch(reference) or not url.startswith(('https://', 'http://')):
        raise errors.PaymentUnknown("Whether the payment arrived is not known: the provider's answer does not name it.")
    return PaymentStarted(reference, text(answer.get('status')), url)


def refused(answer: Answer) -> bool:
    """Whether an error says that the order was read, and is not wanted; False: what it may have become is not known."""
    found = answer.data if isinstance(answer.data, dict) else {}
    name = found.get('error')
    known = isinstance(name, str) and bool(_NAME.fullmatch(name))
    return known and name not in _UNKNOWN and answer.status in (400, 401, 403, 404, 422, 429)


def status(answer: dict[str, Any]) -> PaymentStatus:
    """``GetPaymentResponse``."""
    why = answer.get('status_reason_information')
    why = why if isinstance(why, dict) else {}
    found = []
    for row in rows(part(answer, 'payment_details'), 'credit_transfer_transaction', missing_is_empty=True):
        given = [text(part(row, 'payment_id').get(name)) for name in ('instruction_id', 'end_to_end_id')]
        own = next(filter(is_id, given), '') or given[0] or given[1]
        if own and text(row.get('transaction_status')):
            found.append(LineStatus(own, text(row.get('transaction_status'))))
    return PaymentStatus(
        text(answer.get('status')),
        text(why.get('status_reason_code')),
        text(why.get('status_reason_description')),
        tuple(found),
        answer.get('final_status') is True,
    )
