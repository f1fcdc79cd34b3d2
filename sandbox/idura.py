"""A stand-in of Idura Signatures: the mutations and queries that our client sends, and a person who signs. As documented (docs.idura.app):
fields, states, Basic authentication, signed calls."""

import base64
import json
import re
import secrets

import requests
from werkzeug.wrappers import Request, Response

from ..signing.idura import signed_event


class IduraApp:
    """WSGI. ``orders``: {id: {...}}; ``url`` is set by whoever serves it."""

    def __init__(self, client='client', secret='secret'):
        self.orders, self.url, self.calls = {}, '', []
        self.basic = 'Basic ' + base64.b64encode(f'{client}:{secret}'.encode()).decode()

    @Request.application
    def __call__(self, request):
        if request.headers.get('Authorization') != self.basic:
            return Response('{"errors": [{"message": "unauthorized"}]}', 401, content_type='application/json')
        body = json.loads(request.get_data())
        name = re.search(r'\{ (\w+)\(', body['query'])[1]
        self.calls.append(name)
        variables = body['variables']
        given = variables.get('input') or variables
        number = given.get('signatureOrderId') or given.get('id')
        if name != 'createSignatureOrder' and number not in self.orders:
            return self._answer({'errors': [{'message': 'not found'}]})
        found = getattr(self, '_' + name)(number, given)
        return self._answer(found if 'errors' in found else {'data': {name: found}})

    @staticmethod
    def _answer(body):
        return Response(json.dumps(body), content_type='application/json')

    def _createSignatureOrder(self, _number, given):
        number = secrets.token_hex(8)
        self.orders[number] = {
            'id': number, 'status': 'OPEN', 'closedAt': None, 'given': given, 'signatories': [], 'name': '',
            'blob': given['documents'][0]['pdf']['blob'],
        }  # fmt: skip
        return {'signatureOrder': self._shown(self.orders[number])}

    def _addSignatory(self, number, _given):
        signatory = {
            'id': secrets.token_hex(4),
            'status': 'OPEN',
            'statusReason': None,
            'href': f'{self.url}sign/{number}',
        }
        self.orders[number]['signatories'].append(signatory)
        return {'signatory': signatory}

    def _signatureOrder(self, number, _given):
        return self._shown(self.orders[number])

    def _closeSignatureOrder(self, number, _given):
        order = self.orders[number]
        if order['status'] != 'OPEN' or any(one['status'] != 'SIGNED' for one in order['signatories']):
            return {'errors': [{'message': 'not all have signed'}]}
        order.update(status='CLOSED', closedAt='2026-11-29T10:00:00.123Z')
        return {'signatureOrder': self._shown(order)}

    def _cancelSignatureOrder(self, number, _given):
        self.orders[number]['status'] = 'CANCELLED'
        return {'signatureOrder': {'id': number}}

    @staticmethod
    def _shown(order):
        signed = any(one['status'] == 'SIGNED' for one in order['signatories'])
        claims = [{'name': 'name', 'value': order['name']}, {'name': 'ssn', 'value': '01010750160'}]
        return {
            'id': order['id'], 'status': order['status'], 'closedAt': order['closedAt'], 'signatories': order['signatories'],
            'documents': [{'id': 'd', 'blob': order['blob'], 'signatures': [{'__typename': 'JWTSignature', 'claims': claims}] if signed else []}],
        }  # fmt: skip

    # === What a person does there === #

    def sign(self, number, name):
        """The person signs with an eID that knows the name."""
        order = self.orders[number]
        order['name'] = name
        order['signatories'][0]['status'] = 'SIGNED'
        return self.event(number, 'SIGNATORY_SIGNED')

    def reject(self, number, reason):
        self.orders[number]['signatories'][0].update(status='REJECTED', statusReason=reason)
        return self.event(number, 'SIGNATORY_REJECTED')

    def event(self, number, kind):
        """(raw body, headers) of the call that the provider makes."""
        hook = self.orders[number]['given']['webhook']
        raw, signature = signed_event(hook['secret'], {'event': kind, 'signatureOrderId': number})
        return raw, {'X-Criipto-Signature': signature, 'Content-Type': 'application/json'}

    def call(self, number, kind):
        """The provider's call, over HTTP. Returns the status."""
        raw, headers = self.event(number, kind)
        return requests.post(
            self.orders[number]['given']['webhook']['url'], data=raw, headers=headers, timeout=20
        ).status_code
