"""Payments of NextGenPSD2 1.3.x (OpenAPI 1.3.12: paths /v1/{payment-service}/{payment-product}, /v1/signing-baskets; core payment bodies
paymentInitiation_json, bulkPaymentInitiation_json; XML bodies are EPC's pain.001.001.03).

JSON says one payment of today, or a bulk; what it cannot say (salaries, structured references, a day for a single one) goes as pain.001. A bank
that has neither takes single payments that are signed together in a basket. Same X-Request-ID and same body are the interface's only guard
against a repetition: the id is kept before it is sent, and nobody repeats it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from ...payments import accounts, pain001, references
from ...payments.charset import plain
from ...payments.checks import letters, needs_address
from ...payments.data import CZECH, DOMESTIC, IBAN, INSTANT, NONE, SALARY, SYMBOLS, Refused
from ...payments.days import today
from .. import data, errors
from ..http import encode
from ..payments import LineStatus, Objection, PaymentStarted, PaymentStatus, reported
from ..read import document, money, part, rows, text
from .errors import message_code, raise_for

if TYPE_CHECKING:
    from ...payments.data import Line, Order
    from ..data import Psu
    from ..http import Answer
    from .client import NextGenPsd2Client

JSON, XML, BASKET = 'json', 'xml', 'basket'
#: forms that a provider's form offers
FORMS = (('', "As the payment needs it"), (JSON, "JSON"), (XML, "pain.001"), (BASKET, "Single payments in a basket"))
PRODUCTS = {INSTANT: 'instant-sepa-credit-transfers'}
SEPA_PRODUCT = 'sepa-credit-transfers'
#: products of domestic payments; another bank's name is a setting
DOMESTIC_PRODUCTS = {'NO': 'norwegian-domestic-credit-transfers'}
_ID = re.compile(r'[\x21-\x7e]{1,200}')
#: what the person typed in is the matter of the order, not of the provider's registration
_OF_THE_ORDER = {'KID_MISSING': "The bank wants a KID for this payee."}


class Payments:
    """Of one bank's client."""

    def __init__(self, client: NextGenPsd2Client) -> None:
        self.client = client

    # === Which form === #

    def form(self, order: Order) -> str:
        chosen = self.client.settings.get('payment_form')
        if chosen in (JSON, XML, BASKET):
            return str(chosen)
        structured = any(line.reference.kind not in (NONE, SYMBOLS) for line in order.lines)
        later = len(order.lines) == 1 and order.date > today(order.country)
        return XML if structured or later or order.kind == SALARY else JSON

    def product(self, order: Order) -> str:
        own = self.client.settings.get('payment_product')
        if order.product == DOMESTIC and order.currency != 'EUR':
            return str(own or DOMESTIC_PRODUCTS.get(order.country, ''))
        return PRODUCTS.get(order.product, SEPA_PRODUCT)

    def objections(self, order: Order) -> list[Objection]:
        """What this form cannot say."""
        said = []
        form = self.form(order)
        if not self.product(order):
            said.append(
                Objection(
                    None,
                    "The bank's name for domestic payments is not known: enter it at the provider, or send a file.",
                )
            )
        if form != XML:
            if order.kind == SALARY and form == JSON:
                said.append(
                    Objection(None, "The bank's form for payments has no salaries: choose pain.001 at the provider.")
                )
            if (len(order.lines) == 1 or form == BASKET) and order.date > today(order.country):
                said.append(Objection(None, "The bank executes these at once: choose today, or send it as a file."))
            said += [
                Objection(place, "The bank's form carries no such reference: put it into the text, or send a file.")
                for place, line in enumerate(order.lines)
                if line.reference.kind not in (NONE, SYMBOLS)
            ]
        return said

    # === Start === #

    def start(self, order: Order, redirect_uri: str, request_id: str, psu: Psu | None) -> PaymentStarted:
        form = self.form(order)
        if form == BASKET and len(order.lines) > 1:
            return self._basket(order, redirect_uri, request_id, psu)
        service = 'payments' if len(order.lines) == 1 else 'bulk-payments'
        if form == XML:
            path = f'v1/{service}/pain.001-{self.product(order)}'
            content, kind = _file(order), 'application/xml'
        else:
            path, kind = f'v1/{service}/{self.product(order)}', 'application/json'
            content = encode(single(order, order.lines[0]) if len(order.lines) == 1 else bulk(order))
        answer = self._post(path, content, kind, request_id, redirect_uri, psu)
        return self._started(path, answer, redirect_uri, psu)

    def _basket(self, order: Order, redirect_uri: str, request_id: str, psu: Psu | None) -> PaymentStarted:
        """Single payments, then one signature for all of them. Until then none of them is executed."""
        path = f'v1/payments/{self.product(order)}'
        more = {'TPP-Explicit-Authorisation-Preferred': 'true'}
        paid: list[str] = []
        for place, line in enumerate(order.lines):
            own = _numbered(request_id, place)
            try:
                answer = self._post(path, encode(single(order, line)), 'application/json', own, redirect_uri, psu, more)
            except errors.BankError:
                if paid:  # some are at the bank, unsigned
                    raise errors.PaymentUnknown(
                        "A part of the payments is at the bank, unsigned; the rest was not taken."
                    ) from None
                raise
            paid.append(_identity(answer))
        body = encode({'paymentIds': paid})
        try:
            answer = self._post(
                'v1/signing-baskets', body, 'application/json', _numbered(request_id, len(paid)), redirect_uri, psu
            )
        except errors.BankError:
            raise errors.PaymentUnknown(
                "The payments are at the bank, unsigned: it did not put them together."
            ) from None
        started = self._started('v1/signing-baskets', answer, redirect_uri, psu)
        members = ' '.join(f'{path}/{quote(own, safe="")}' for own in paid)
        return PaymentStarted(f'{started.reference} {members}', started.code, started.url, started.memory)

    def _post(
        self,
        path: str,
        content: bytes,
        kind: str,
        request_id: str,
        redirect_uri: str,
        psu: Psu | None,
        more: dict[str, str] | None = None,
    ) -> Answer:
        """Sent once; an answer that the interface describes for what was not taken is an error of that kind, anything else is not known."""
        headers = self.client._payment_headers(content, kind, request_id, redirect_uri, psu, more or {})
        answer = self.client.transport.pay(path, content, kind, headers)
        if answer.status < 400:
            document(answer)
            return answer
        code = message_code(answer.data)
        if not code or answer.status in (408, 409):  # 409: it may have it already
            raise errors.PaymentUnknown("Whether the payment arrived is not known: the bank's answer does not say it.")
        if code in _OF_THE_ORDER:
            raise errors.RequestRefused(_OF_THE_ORDER[code], code)
        raise_for(answer)
        raise AssertionError

    def _started(self, path: str, answer: Answer, redirect_uri: str, psu: Psu | None) -> PaymentStarted:
        found = answer.data
        own, links = _identity(answer), self.client._links(found)
        reference = f'{path}/{quote(own, safe="")}'
        approach = answer.headers.get('ASPSP-SCA-Approach', '').upper()
        try:
            started = self.client.sca.start(
                data.Consent(own, 'received'), links, approach, redirect_uri, psu, f'PIS:{own}'
            )
        except errors.BankError:
            started = None  # it is there; the person signs in the internet banking
        url = started.redirect_url if started and urlsplit(started.redirect_url).scheme in ('https', 'http') else ''
        memory = started.memory if started and started.memory.get('verifier') else {}
        return PaymentStarted(reference, text(found.get('transactionStatus')), url, memory)

    def finish(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], order: Order, psu: Psu | None
    ) -> PaymentStatus:
        """Who signed by OAuth came back: some banks go on when the code was redeemed; nothing else is done with the token."""
        self.client.sca.exchange(memory, parameters)
        return self.status(reference, order, psu)

    # === Status === #

    def status(self, reference: str, order: Order, psu: Psu | None) -> PaymentStatus:
        first, *members = reference.split(' ')
        answer = self.client._ask_payment(f'{first}/status', psu)
        if 'xml' in answer.content_type:
            return reported(answer.content)
        code = text(document(answer).get('transactionStatus'))
        if members and code not in ('RCVD', 'PATC'):
            return self._of_members(members, order, code, psu)
        lines: tuple[LineStatus, ...] = ()
        if code == 'PART':
            lines = self._details(first, order, psu)
        return PaymentStatus(code, _reason(answer.data), '', lines)

    def _of_members(self, members: list[str], order: Order, code: str, psu: Psu | None) -> PaymentStatus:
        found = []
        for path, line in zip(members, order.lines):
            answer = document(self.client._ask_payment(f'{path}/status', psu))
            found.append(LineStatus(line.end_to_end_id, text(answer.get('transactionStatus')), _reason(answer)))
        return PaymentStatus(code, '', '', tuple(found))

    def _details(self, path: str, order: Order, psu: Psu | None) -> tuple[LineStatus, ...]:
        """JSON carries no id of ours beside the end-to-end id, which Slovak symbols take the place of: then the place in the list tells, where
        all of it is there and says the same."""
        found = rows(document(self.client._ask_payment(path, psu)), 'payments', missing_is_empty=True)
        sent = [end_to_end(line) for line in order.lines]
        if len(set(sent)) < len(sent) and [_told_amount(row) for row in found] != [
            f'{line.amount:.2f}' for line in order.lines
        ]:
            return ()  # another order of the list cannot be excluded
        told = [text(row.get('endToEndIdentification')) for row in found]
        if told != sent and (len(set(sent)) < len(sent) or not set(told) <= set(sent)):
            return ()
        own = dict(zip(sent, order.lines))
        lines = order.lines if told == sent else [own[id_] for id_ in told]
        return tuple(
            LineStatus(line.end_to_end_id, text(row.get('transactionStatus')), _reason(row))
            for line, row in zip(lines, found)
        )


def _file(order: Order) -> bytes:
    """:raises NotSent: this form cannot say the order: nothing went anywhere"""
    try:
        return pain001.write(order, pain001.OLD)
    except Refused as refused:
        raise errors.NotSent(f"Nothing was sent. {refused.problems[0].message}") from None


def _identity(answer: Answer) -> str:
    found = document(answer)
    own = text(found.get('paymentId')) or text(found.get('basketId'))
    if not _ID.fullmatch(own):
        raise errors.PaymentUnknown("Whether the payment arrived is not known: the bank's answer does not name it.")
    return own


def _reason(found: Any) -> str:
    why = part(found, 'statusReason') or part(found, 'reason')
    return text(why.get('code'), 10) or text(found.get('reasonCode') if isinstance(found, dict) else '', 10)


def _told_amount(row: dict[str, Any]) -> str:
    try:
        return f"{money(row.get('instructedAmount'), 'amount')[0]:.2f}"
    except ValueError:
        return ''


def _numbered(request_id: str, place: int) -> str:
    """A UUID of its own for each request of one order, the same whenever it is worked out."""
    number = (int(request_id.replace('-', ''), 16) + place + 1) % (1 << 128)
    plain_ = f'{number:032x}'
    return f'{plain_[:8]}-{plain_[8:12]}-4{plain_[13:16]}-a{plain_[17:20]}-{plain_[20:]}'


# === Bodies === #


def _account(account: Any, home: str) -> dict[str, str]:
    if account.scheme == CZECH:  # without the bank's code the number would be another one
        return {'iban': accounts.international(account)}
    number = accounts.written(account, home)
    return {'iban': number} if account.scheme == IBAN else {'bban': number}


def end_to_end(line: Line) -> str:
    """Slovak symbols by the Slovak banks' convention, else our own id."""
    return references.as_end_to_end(line.reference) if line.reference.kind == SYMBOLS else line.end_to_end_id


def element(order: Order, line: Line) -> dict[str, Any]:
    """``paymentInitiationBulkElement_json``."""
    found: dict[str, Any] = {
        'endToEndIdentification': end_to_end(line),
        'instructedAmount': {'currency': order.currency, 'amount': f'{line.amount:.2f}'},
        'creditorAccount': _account(line.account, order.country),
        'creditorName': plain(line.account.name, letters(order))[0],
    }
    if line.account.bic:
        found['creditorAgent'] = line.account.bic
    if message := plain(line.text, letters(order))[0]:
        found['remittanceInformationUnstructured'] = message
    if line.address and needs_address(order, line):
        address = {
            'streetName': line.address.street,
            'postCode': line.address.post_code,
            'townName': line.address.town,
            'country': line.address.country,
        }
        found['creditorAddress'] = {name: plain(value, letters(order))[0] for name, value in address.items() if value}
    return found


def single(order: Order, line: Line) -> dict[str, Any]:
    """``paymentInitiation_json``."""
    return {'debtorAccount': _account(order.debtor, order.country), **element(order, line)}


def bulk(order: Order) -> dict[str, Any]:
    """``bulkPaymentInitiation_json``."""
    return {
        'batchBookingPreferred': order.batch_booking,
        'debtorAccount': _account(order.debtor, order.country),
        'requestedExecutionDate': order.date.isoformat(),
        'payments': [element(order, line) for line in order.lines],
    }
