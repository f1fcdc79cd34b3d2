"""Payments of the stand-in of Ponto Connect: single and bulk; where the application has a signature certificate, requests are signed."""

import base64
import hashlib
import re
from decimal import Decimal

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.x509 import load_pem_x509_certificate
from werkzeug.wrappers import Response

from .bank import Refusal
from .payments import CANCELLED, Payments

_ID = r'([^/]+)'
WORDS = {
    'RCVD': 'unsigned',
    'PATC': 'unsigned',
    'ACSP': 'acceptedSettlementInProcess',
    'ACSC': 'acceptedSettlementCompleted',
    'PART': 'partiallyAccepted',
    'RJCT': 'rejected',
    'CANC': 'cancelled',
}


class PontoPayments:
    """The part of :class:`ponto.PontoStub` that takes payments."""

    payment_routes = (
        ('POST', f'/accounts/{_ID}/payments', 'create_payment'),
        ('POST', f'/accounts/{_ID}/bulk-payments', 'create_bulk'),
        ('GET', f'/accounts/{_ID}/payments/{_ID}', 'payment'),
        ('GET', f'/accounts/{_ID}/bulk-payments/{_ID}', 'payment'),
        ('DELETE', f'/accounts/{_ID}/payments/{_ID}', 'delete'),
        ('DELETE', f'/accounts/{_ID}/bulk-payments/{_ID}', 'delete'),
    )

    def create_payment(self, account_id):
        return self._take(account_id, 'payment', lambda told: [told])

    def create_bulk(self, account_id):
        return self._take(account_id, 'bulkPayment', lambda told: told.get('payments') or [])

    def _take(self, account_id, kind, listed):
        app, consent = self.bearer()
        account, found = self.bank.account(consent, account_id), self.body().get('data') or {}
        self._check_signature(app)
        told = found.get('attributes') or {}
        if found.get('type') != kind or not told.get('redirectUri'):
            raise Refusal(400, 'validationError', "Type or redirectUri are missing.")
        if not self.registered(told['redirectUri'].partition('?')[0]):
            raise Refusal(400, 'validationError', "The redirectUri is not registered.")
        key = self.request.headers.get('Ibanity-Idempotency-Key')
        try:
            lines = [self._line(row, account) for row in listed(told)]
        except (KeyError, TypeError, ArithmeticError):
            raise Refusal(400, 'validationError', "Something that is mandatory is missing.") from None
        payment = Payments(self.bank).take(
            account['iban'],
            account['currency'],
            told.get('requestedExecutionDate') or self.bank.today().isoformat(),
            lines,
            told['redirectUri'],
            batch=bool(told.get('batchBookingPreferred')),
            app=app['id'],
        )
        payment.update(kind=kind, key=key)
        return self._payment(payment, 201)

    @staticmethod
    def _line(row, account):
        value = Decimal(str(row['amount']))
        if row['currency'] != account['currency'] or row['creditorAccountReferenceType'] != 'IBAN':
            raise Refusal(400, 'validationError', "Currency or account are not possible.")
        if len(row['creditorName']) > 60:
            raise Refusal(400, 'validationError', "The name is too long.")
        structured = row.get('remittanceInformationType') == 'structured'
        text = row.get('remittanceInformation', '')
        return {
            'e2e': row.get('endToEndId', ''),
            'instruction': '',
            'name': row['creditorName'],
            'number': row['creditorAccountReference'],
            'amount': f'{value:.2f}',
            'text': '' if structured else text,
            'reference': text if structured else '',
        }

    def payment(self, account_id, number):
        app, consent = self.bearer()
        self.bank.account(consent, account_id)
        return self._payment(Payments(self.bank).find(number, app['id']), 200)

    def delete(self, account_id, number):
        app, consent = self.bearer()
        self.bank.account(consent, account_id)
        payment = Payments(self.bank).find(number, app['id'])
        if payment['status'] != 'RCVD':
            raise Refusal(409, 'paymentNotDeletable', "It is signed already.")
        Payments(self.bank)._set(payment, CANCELLED)
        return Response(status=204)

    def _payment(self, payment, status):
        told = {'status': WORDS[payment['status']], 'currency': payment['currency']}
        links = {'redirect': f"{self.origin()}/sign/{payment['id']}"} if status == 201 else {}
        data = {'id': payment['id'], 'type': payment['kind'], 'attributes': told, 'links': links}
        return self.answer({'data': data}, status)

    def _check_signature(self, app):
        if not app.get('signature_certificate'):
            return
        headers = self.request.headers
        digest = f"SHA-512={base64.b64encode(hashlib.sha512(self.request.get_data()).digest()).decode()}"
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', headers.get('Signature', '')))
        names = given.get('headers', '').split()
        special = {
            '(request-target)': f'post {self.request.path}',
            '(created)': given.get('created', ''),
            'host': self.request.host,
        }
        needed = {'(request-target)', 'host', 'digest', '(created)', 'authorization', 'ibanity-idempotency-key'}
        text = '\n'.join(f"{name}: {special.get(name) or headers.get(name, '')}" for name in names)
        key = load_pem_x509_certificate(app['signature_certificate'].encode()).public_key()
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), 32)
        try:
            key.verify(base64.b64decode(given['signature']), text.encode(), pss, hashes.SHA256())
        except (InvalidSignature, ValueError, KeyError):
            raise Refusal(401, 'invalidSignature', "The signature does not fit.") from None
        if headers.get('Digest') != digest or not needed <= set(names) or given.get('keyId') != app['signature_id']:
            raise Refusal(401, 'invalidSignature', "The signature does not cover what it has to.")
