"""Payments through Tatra banka's Premium API – Payments (``POST /v1/{payments|bulk-payments}/pain.001-…``; a Berlin Group interface).

Source: the bank's developer portal (flow, products, scopes). Always pain.001.001.03: the one form that is described to the end. Not verified
against the live interface: the path of the last step, where the person's signature is confirmed, is NextGenPSD2's (``PUT
…/authorisations/{id}``), as the portal's own page could not be read. Nothing is executed before that step."""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlsplit

from ...payments import pain001
from ...payments.data import INSTANT, Refused
from ...payments.days import today
from .. import errors
from ..http import header_text
from ..payments import Objection, PaymentStarted, PaymentStatus, named, reported, taken
from ..read import document, part, text
from .read import message_code, raise_for

if TYPE_CHECKING:
    from ...payments.data import Order
    from ..data import Psu
    from .client import TatraClient

SCOPE = 'PREMIUM_PIS'
PRODUCT, INSTANT_PRODUCT = 'pain.001-sepa-credit-transfers', 'pain.001-instant-sepa-credit-transfers'
#: days ahead, and payments in one file, that the bank takes
AHEAD, MOST = 60, 500
_ID = re.compile(r'[0-9A-Za-z._-]{4,100}')
_REFUSED = (400, 401, 403, 404, 405, 422, 429)


class Payments:
    """Of one application's client."""

    def __init__(self, client: TatraClient) -> None:
        self.client = client

    @staticmethod
    def objections(order: Order) -> list[Objection]:
        """What the bank would not take."""
        said = []
        if order.currency != 'EUR':
            said.append(Objection(None, "The bank takes payments in euro only this way: send it as a file."))
        if (order.date - today(order.country)).days > AHEAD:
            said.append(Objection(None, f"The bank takes payments {AHEAD} days ahead at most."))
        if len(order.lines) > MOST:
            said.append(Objection(None, f"The bank takes {MOST} payments at once at most. Take some out."))
        try:
            pain001.write(order, pain001.OLD)
        except Refused as refused:
            said += [Objection(problem.line, problem.message) for problem in refused.problems]
        return said

    def start(self, order: Order, redirect_uri: str, request_id: str, psu: Psu | None) -> PaymentStarted:
        service = 'payments' if len(order.lines) == 1 else 'bulk-payments'
        path = f'v1/{service}/{INSTANT_PRODUCT if order.product == INSTANT else PRODUCT}'
        try:
            content = pain001.write(order, pain001.OLD)
            headers = self._headers(self.client._oauth.application_token(SCOPE), psu, request_id)
        except Refused as refused:
            raise errors.NotSent(f"Nothing was sent. {refused.problems[0].message}") from None
        except errors.BankError as error:
            raise errors.NotSent(f"Nothing was sent. {error}") from None
        if order.product == INSTANT:
            headers['Instant-Payment-Flow'] = 'true'
        answer = self.client.transport.pay(path, content, 'application/xml', headers)
        if not taken(answer, message_code(answer), _REFUSED):
            raise_for(answer)
        found = document(answer)
        number, permission = (
            named(answer, 'paymentId', _ID),
            text(found.get('authorisationId') or found.get('authorizationId')),
        )
        page = text(part(part(found, '_links'), 'scaRedirect').get('href') or found.get('scaRedirect'))
        reference = f'{path}/{number}'
        if not _ID.fullmatch(permission) or urlsplit(page).scheme not in ('https', 'http'):
            return PaymentStarted(reference, text(found.get('transactionStatus')))
        url, memory = self._page(page, redirect_uri, permission)
        return PaymentStarted(
            reference, text(found.get('transactionStatus')), url, {**memory, 'authorisation': permission}
        )

    def _page(self, page: str, redirect_uri: str, permission: str) -> tuple[str, dict[str, str]]:
        """The bank's page with what it does not carry yet."""
        given = {name for name, _value in parse_qsl(urlsplit(page).query)}
        return self.client._oauth.authorise(page, redirect_uri, f'{SCOPE}:{permission}', given)

    def _headers(self, token: str, psu: Psu | None, request_id: str = '') -> dict[str, str]:
        headers = {'Authorization': f'Bearer {token}', 'X-Request-ID': request_id or str(uuid.uuid4())}
        if psu:
            headers['PSU-IP-Address'] = psu.ip_address
            headers['PSU-User-Agent'] = header_text(psu.user_agent)
        return headers

    def finish(
        self, reference: str, memory: dict[str, Any], parameters: dict[str, str], psu: Psu | None
    ) -> PaymentStatus:
        """The person has signed: the bank wants to hear of it before it executes the order. A second time it refuses, which changes nothing."""
        tokens = self.client._oauth.redeem(memory, parameters)
        if tokens:
            path = f"{reference}/authorisations/{quote(memory['authorisation'], safe='')}"
            answer = self.client.transport.request(
                'PUT', path, headers=self._headers(tokens['access_token'], psu), body={}
            )
            if answer.status >= 400 and answer.status not in (400, 409):
                raise_for(answer)
        return self.status(reference, psu)

    def status(self, reference: str, psu: Psu | None) -> PaymentStatus:
        headers = self._headers(self.client._oauth.application_token(SCOPE), psu)
        answer = self.client.transport.request(
            'GET', f'{reference}/status', headers={**headers, 'Accept': 'application/json, application/xml'}
        )
        if answer.status >= 400:
            raise_for(answer)
        if 'xml' in answer.content_type:
            return reported(answer.content)
        found = document(answer)
        return PaymentStatus(text(found.get('transactionStatus')), text(part(found, 'statusReason').get('code'), 10))
