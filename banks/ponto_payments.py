"""Payments of Ponto Connect (``POST /accounts/{id}/payments``, ``/bulk-payments``; signed requests after draft-cavage-http-signatures-12,
``hs2019``: RSASSA-PSS with SHA-256, digest SHA-512).

Source: the provider's documentation and public client libraries. Not verified against the live interface; the words of a status are not
documented in what was read. Bulk payments carry no id of ours: the bank's movement is recognised by payee, amount and text. Nothing is executed
before the person has signed."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from ..payments import accounts, references
from ..payments.charset import plain
from ..payments.checks import letters, needs_address
from ..payments.data import CZECH, IBAN, INSTANT, NONE, SALARY, SCOR, SYMBOLS
from ..payments.days import today
from . import errors
from .http import encode
from .payments import Objection, PaymentStarted, PaymentStatus, taken
from .read import document, part, text

if TYPE_CHECKING:
    from ..payments.data import Line, Order
    from .ponto import PontoClient

KIND = 'application/vnd.api+json'
MOST_OF_NAME = 60
_ID = re.compile(r'[0-9A-Za-z-]{6,100}')
_REFUSED = (400, 401, 403, 404, 422, 429)


class Signer:
    """Signs requests with one certificate of the provider's portal.

    :param str pem: certificate and private key
    :param str number: the portal's id of the certificate
    :raises ConfigurationError: the PEM is of no use"""

    def __init__(self, pem: str, number: str) -> None:
        try:
            key = serialization.load_pem_private_key(pem.encode(), None)
        except (ValueError, TypeError):
            raise errors.ConfigurationError("The signature certificate's private key cannot be read (PEM).") from None
        if not isinstance(key, rsa.RSAPrivateKey):
            raise errors.ConfigurationError("Only signature certificates with an RSA key can be used.")
        self.key, self.number = key, number

    def headers(self, method: str, url: str, sent: dict[str, str], body: bytes) -> dict[str, str]:
        """Digest and Signature of a request; ``sent`` holds Authorization and the idempotency key."""
        parts, created = urlsplit(url), int(time.time())
        digest = f"SHA-512={base64.b64encode(hashlib.sha512(body).digest()).decode()}"
        target = parts.path + (f'?{parts.query}' if parts.query else '')
        values = {
            '(request-target)': f'{method.lower()} {target}',
            'host': parts.netloc,
            'digest': digest,
            '(created)': str(created),
            **{name.lower(): value for name, value in sent.items()},
        }
        text_ = '\n'.join(f'{name}: {value}' for name, value in values.items())
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.DIGEST_LENGTH)
        signature = base64.b64encode(self.key.sign(text_.encode(), pss, hashes.SHA256())).decode()
        return {
            'Digest': digest,
            'Signature': f'keyId="{self.number}",created={created},algorithm="hs2019",'
            f'headers="{" ".join(values)}",signature="{signature}"',
        }


class Payments:
    """Of one application's client."""

    def __init__(self, client: PontoClient) -> None:
        self.client = client

    @staticmethod
    def objections(order: Order) -> list[Objection]:
        """What the interface cannot say."""
        said = []
        if order.kind == SALARY:
            said.append(Objection(None, "The provider has no salary payments: send them as a file."))
        if order.currency != 'EUR':
            said.append(Objection(None, "The provider sends payments in euro only: send it as a file."))
        if order.product == INSTANT:
            said.append(Objection(None, "Instant payments are not sent this way: choose another product."))
        for place, line in enumerate(order.lines):
            if line.account.scheme not in (IBAN, CZECH):
                said.append(Objection(place, "The provider pays to an IBAN only."))
            if line.reference.kind not in (NONE, SCOR, SYMBOLS):
                said.append(Objection(place, "The provider carries no such reference: put it into the text."))
            if line.reference.kind == SYMBOLS and len(order.lines) > 1:
                said.append(Objection(place, "Symbols go with a single payment only: send it by itself, or as a file."))
            if needs_address(order, line):
                said.append(Objection(place, "The payee's address is not sent this way: send it as a file."))
            if len(plain(line.account.name, letters(order))[0]) > MOST_OF_NAME:
                said.append(Objection(place, f"The provider takes {MOST_OF_NAME} letters of a payee's name."))
        return said

    def start(self, order: Order, redirect_uri: str, request_id: str) -> PaymentStarted:
        client = self.client
        many = len(order.lines) > 1
        try:
            base = f"accounts/{self._account(order)}/{'bulk-payments' if many else 'payments'}"
            sent = {'Authorization': f'Bearer {client._oauth.access_token()}', 'Ibanity-Idempotency-Key': request_id}
            kind = 'bulkPayment' if many else 'payment'
            body = encode({'data': {'type': kind, 'attributes': attributes(order, redirect_uri)}})
            signed = self._signed(client.transport.url(base), sent, body)
        except errors.BankError as error:
            raise errors.NotSent(f"Nothing was sent. {error}") from None
        answer = client.transport.pay(base, body, KIND, {**sent, **signed, 'Accept': KIND})
        if not taken(answer, client._code(answer), _REFUSED):
            client._raise_for(answer)
        found = part(document(answer), 'data')
        number, url = text(found.get('id')), text(part(found, 'links').get('redirect'))
        if not _ID.fullmatch(number):
            raise errors.PaymentUnknown("Whether the payment arrived is not known: the answer does not name it.")
        told = part(found, 'attributes')
        url = url or text(told.get('redirectUri'))
        url = url if urlsplit(url).scheme in ('https', 'http') and url != redirect_uri else ''
        return PaymentStarted(f'{base}/{number}', _word(told), url)

    def _account(self, order: Order) -> str:
        wanted = accounts.identity(order.debtor, order.country)
        for row in self.client._pages('accounts')[0]:
            told = part(row, 'attributes')
            number = text(told.get('reference')).replace(' ', '').upper()
            same = number[:2] + number[4:] == wanted and text(told.get('currency')).upper() == order.currency
            if same and _ID.fullmatch(text(row.get('id'))):
                return text(row['id'])
        raise errors.AccountUnknown("The account that pays is not among those that the provider shows.")

    def _signed(self, url: str, sent: dict[str, str], body: bytes) -> dict[str, str]:
        settings = self.client.settings
        if not settings.get('signature_certificate'):
            return {}  # the sandbox takes requests as they are; a live one refuses them
        return Signer(settings['signature_certificate'], settings.get('signature_id') or '').headers(
            'POST', url, sent, body
        )

    def status(self, reference: str) -> PaymentStatus:
        told = part(part(self.client._call('GET', reference), 'data'), 'attributes')
        return PaymentStatus(_word(told))

    def cancel(self, reference: str) -> str:
        """Delete what nobody has signed; anything else is not cancelled this way."""
        if self.status(reference).code not in ('unsigned', 'pending'):
            raise errors.RequestRefused("It is signed already: cancel it in the internet banking.")
        self.client._call('DELETE', reference)
        return 'cancelled'


def _word(told: dict[str, Any]) -> str:
    return re.sub('[^a-z]', '', text(told.get('status')).lower())


def attributes(order: Order, redirect_uri: str) -> dict[str, Any]:
    """Of a payment, or of a bulk."""
    day = {} if order.date <= today(order.country) else {'requestedExecutionDate': order.date.isoformat()}
    if len(order.lines) == 1:
        line = order.lines[0]
        symbols = line.reference.kind == SYMBOLS
        own = references.as_end_to_end(line.reference) if symbols else line.end_to_end_id
        return {**_line(order, line), **day, 'endToEndId': own, 'redirectUri': redirect_uri}
    return {
        'reference': order.id,
        'batchBookingPreferred': order.batch_booking,
        'redirectUri': redirect_uri,
        'payments': [_line(order, line) for line in order.lines],
        **day,
    }


def _line(order: Order, line: Line) -> dict[str, Any]:
    account = line.account
    number = accounts.international(account) if account.scheme == CZECH else accounts.written(account, order.country)
    found: dict[str, Any] = {
        'amount': float(line.amount),
        'currency': order.currency,
        'creditorName': plain(account.name, letters(order))[0],
        'creditorAccountReference': number,
        'creditorAccountReferenceType': 'IBAN',
    }
    if account.bic:
        found.update(creditorAgent=account.bic, creditorAgentType='BIC')
    message = plain(line.text, letters(order))[0]
    if line.reference.kind == SCOR:
        found.update(remittanceInformation=references.compact(line.reference), remittanceInformationType='structured')
    elif message:
        found.update(remittanceInformation=message, remittanceInformationType='unstructured')
    return found
