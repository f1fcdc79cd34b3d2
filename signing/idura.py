"""Idura Signatures (formerly Criipto): BankID, MitID and other eIDs, by GraphQL.

Source: docs.idura.app, Signatures: GraphQL schema, Webhooks (configuration, events). Not tried against the live service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from ..banks.client import Setting
from ..banks.errors import BadAnswer, ConfigurationError
from ..banks.http import Answer, parse_json
from .data import CANCELLED, DECLINED, EXPIRED, FAILED, PENDING, SIGNED, Case, Signer
from .pdf import is_pdf
from .provider import SignatureProvider

PATH = 'v1/graphql'
#: bytes of an event, characters of a reason or name
MAX_EVENT, MAX_TEXT = 64 * 1024, 200
_ORDER = 'id status signatories { id status statusReason href }'
_CREATE = f'mutation ($input: CreateSignatureOrderInput!) {{ createSignatureOrder(input: $input) {{ signatureOrder {{ {_ORDER} }} }} }}'
_ADD = 'mutation ($input: AddSignatoryInput!) { addSignatory(input: $input) { signatory { id href } } }'
_CANCEL = (
    'mutation ($input: CancelSignatureOrderInput!) { cancelSignatureOrder(input: $input) { signatureOrder { id } } }'
)
_CLOSE = f'mutation ($input: CloseSignatureOrderInput!) {{ closeSignatureOrder(input: $input) {{ signatureOrder {{ {_ORDER} documents {{ id blob }} }} }} }}'
_STATE = (
    f'query ($id: ID!) {{ signatureOrder(id: $id) {{ {_ORDER} closedAt documents {{ id signatures {{ __typename'
    ' ... on JWTSignature { claims { name value } } } } } }'
)
_DOCUMENTS = 'query ($id: ID!) { signatureOrder(id: $id) { id status documents { id blob } } }'
_SIGNATORY = {'OPEN': PENDING, 'SIGNED': SIGNED, 'REJECTED': DECLINED, 'ERROR': FAILED, 'DELETED': CANCELLED}
_ENDED = {'CANCELLED': CANCELLED, 'EXPIRED': EXPIRED}
#: days for which the provider keeps what was signed, after we have fetched it
KEPT_DAYS = 7


class Idura(SignatureProvider):
    code, label, level = 'idura', "Idura (BankID, MitID and others)", 'QES'
    address = 'https://signatures.idura.app/'
    asks = (
        Setting('client_id', "Client ID"),
        Setting('client_secret', "Client Secret", 'secret'),
        Setting('webhook_secret', "Webhook Secret", 'secret', help="Base64; made by us where it is empty."),
    )

    @staticmethod
    def new_webhook_secret() -> str:
        """A secret for the provider's calls, as it wants it: base64 of random bytes."""
        return base64.b64encode(secrets.token_bytes(32)).decode()

    def send(self, title: str, document: bytes, signer: Signer, days: int, notify_url: str) -> Case:
        order = self._ask(
            _CREATE,
            {
                'input': {
                    'title': title[:MAX_TEXT],
                    'expiresInDays': days,
                    'maxSignatories': 1,
                    'documents': [{'pdf': {'title': title[:MAX_TEXT], 'blob': base64.b64encode(document).decode(), 'storageMode': 'Temporary'}}],
                    'webhook': {'url': notify_url, 'secret': self.settings.get('webhook_secret')},
                }
            },
            'createSignatureOrder', 'signatureOrder',
        )  # fmt: skip
        number = _text(order.get('id'))
        added = self._ask(
            _ADD,
            {'input': {'signatureOrderId': number, 'reference': signer.email[:MAX_TEXT]}},
            'addSignatory',
            'signatory',
        )
        link = _text(added.get('href'))
        if not number or (not link.startswith('https://') and not link.startswith(self.transport.base_url)):
            raise BadAnswer("The signature provider gave no link.")
        return Case(number, PENDING, link)

    def state(self, reference: str) -> Case:
        order = self._ask(_STATE, {'id': reference}, 'signatureOrder')
        signatory = next((one for one in _list(order.get('signatories')) if one.get('status') != 'DELETED'), {})
        state = _SIGNATORY.get(_text(signatory.get('status')), PENDING)
        if state == PENDING:
            state = _ENDED.get(_text(order.get('status')), PENDING)
        return Case(
            reference,
            state,
            _text(signatory.get('href')),
            self._name(order),
            _text(signatory.get('statusReason')),
            _time(order.get('closedAt')),
        )

    def fetch(self, reference: str) -> bytes:
        """Closes the order, which seals the PDF; one that is closed already gives what it keeps."""
        try:
            order = self._ask(
                _CLOSE,
                {'input': {'signatureOrderId': reference, 'retainDocumentsForDays': KEPT_DAYS}},
                'closeSignatureOrder',
                'signatureOrder',
            )
        except BadAnswer:
            order = self._ask(_DOCUMENTS, {'id': reference}, 'signatureOrder')
        document = next(iter(_list(order.get('documents'))), {})
        try:
            content = base64.b64decode(_text(document.get('blob'), 64 * 1024 * 1024), validate=True)
        except ValueError:
            content = b''
        if not is_pdf(content):
            raise BadAnswer("The signature provider gave no PDF.")
        return content

    def cancel(self, reference: str) -> None:
        self._ask(
            _CANCEL, {'input': {'signatureOrderId': reference}}, 'cancelSignatureOrder', 'signatureOrder', ended=True
        )

    def event(self, headers: Mapping[str, str], raw: bytes) -> str | None:
        """Header ``X-Criipto-Signature``: base64 of HMAC-SHA256 over the raw body, with the secret's bytes."""
        given = next((value for name, value in headers.items() if name.lower() == 'x-criipto-signature'), '')
        try:
            key = base64.b64decode(str(self.settings.get('webhook_secret') or ''), validate=True)
        except ValueError:
            return None
        wanted = base64.b64encode(hmac.new(key, raw, hashlib.sha256).digest()).decode()
        if (
            len(key) < 16
            or len(raw) > MAX_EVENT
            or not hmac.compare_digest(wanted.encode(), given.encode('utf-8', 'replace'))
        ):
            return None
        try:
            body = parse_json(raw)
        except BadAnswer:
            return None
        return (_text(body.get('signatureOrderId')) or None) if isinstance(body, dict) else None

    def _ask(self, query: str, variables: dict[str, Any], *path: str, ended: bool = False) -> dict[str, Any]:
        user, secret = str(self.settings.get('client_id') or ''), str(self.settings.get('client_secret') or '')
        if not user or not secret:
            raise ConfigurationError("The signature provider's Client ID or Client Secret is missing.")
        head = {'Authorization': 'Basic ' + base64.b64encode(f'{user}:{secret}'.encode()).decode()}
        answer: Answer = self.transport.request(
            'POST', PATH, headers=head, body={'query': query, 'variables': variables}
        )
        if answer.status in (401, 403):
            raise ConfigurationError("The signature provider refuses the Client ID or Client Secret.")
        data = answer.data if isinstance(answer.data, dict) else {}
        found: Any = data.get('data')
        for name in path:
            found = found.get(name) if isinstance(found, dict) else None
        if ended and data.get('errors'):
            return {}
        if data.get('errors') or not isinstance(found, dict):
            raise BadAnswer("The signature provider did not do what was asked.")
        return found

    @staticmethod
    def _name(order: dict[str, Any]) -> str:
        """As the eID identified the person."""
        for document in _list(order.get('documents')):
            for signature in _list(document.get('signatures')):
                claims = {_text(one.get('name')): _text(one.get('value')) for one in _list(signature.get('claims'))}
                if claims.get('name'):
                    return claims['name']
        return ''


def _text(value: Any, longest: int = 2000) -> str:
    return value[:longest] if isinstance(value, str) else ''


def _list(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _time(value: Any) -> datetime | None:
    try:
        return datetime.fromisoformat(_text(value).replace('Z', '+00:00')).astimezone(timezone.utc)
    except ValueError:
        return None


def signed_event(secret: str, body: dict[str, Any]) -> tuple[bytes, str]:
    """(raw body, header) as the provider's call carries them; for the stand-in."""
    raw = json.dumps(body).encode()
    return raw, base64.b64encode(hmac.new(base64.b64decode(secret), raw, hashlib.sha256).digest()).decode()
