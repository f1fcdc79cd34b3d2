"""Payments of the stand-in of Tatra banka's Premium API: pain.001, signed by OAuth, and executed once the signature was confirmed."""

import secrets

from werkzeug.wrappers import Response

from .bank import Refusal
from .payments import Payments
from .stub import reply
from .xs2a_payments import read_pain, report

_ID = r'([^/]+)'
_PRODUCT = r'(payments|bulk-payments)/(pain\.001-(?:instant-)?sepa-credit-transfers)'


class TatraPayments:
    """The part of :class:`tatra.TatraStub` that takes payments."""

    payment_routes = (
        ('POST', f'/v1/{_PRODUCT}', 'create_payment'),
        ('GET', f'/v1/{_PRODUCT}/{_ID}/status', 'payment_status'),
        ('PUT', f'/v1/{_PRODUCT}/{_ID}/authorisations/{_ID}', 'confirm'),
    )

    def create_payment(self, service, product):
        app, _none = self.bearer(person=False)
        order = read_pain(self.request.get_data())
        if order['currency'] != 'EUR' or (len(order['lines']) > 1) != (service == 'bulk-payments'):
            raise Refusal(400, 'FORMAT_ERROR', "Currency or number of payments are not possible.")
        payment = Payments(self.bank).take(**order, back='', app=app['id'])
        payment.update(service=f'{service}/{product}', xml=True, confirms=True, authorisation=secrets.token_hex(8))
        return reply(
            {
                'paymentId': payment['id'],
                'transactionStatus': 'ACTC',
                'authorisationId': payment['authorisation'],
                '_links': {'scaRedirect': {'href': f'{self.origin()}/auth/oauth/v2/authorize?client_id={app["id"]}'}},
            },
            201,
        )

    def to_sign(self, app, args):
        """Address of the page where the person signs what the scope names."""
        number = args['scope'].partition(':')[2]
        payment = next((row for row in Payments(self.bank).all.values() if row.get('authorisation') == number), None)
        return self.to_signature(payment if payment and payment['app'] == app['id'] else None, app, args)

    def _payment(self, service, product, number, app):
        payment = Payments(self.bank).find(number, app)
        if payment['service'] != f'{service}/{product}':
            raise Refusal(404, 'RESOURCE_UNKNOWN', "The payment is not known under this product.")
        return payment

    def payment_status(self, service, product, number):
        app, _none = self.bearer(person=False)
        payment = self._payment(service, product, number, app['id'])
        shown = 'ACTC' if payment['status'] == 'RCVD' else payment['status']
        lines = [
            {**line, 'status': 'ACTC' if line['status'] == 'RCVD' else line['status']} for line in payment['lines']
        ]
        return Response(report({**payment, 'status': shown, 'lines': lines}, self.bank), content_type='application/xml')

    def confirm(self, service, product, number, authorisation):
        token = self.tokens.get(self.request.headers.get('Authorization', '').removeprefix('Bearer '))
        payment = self._payment(service, product, number, token['app'] if token else '')
        if not token or token.get('payment') != number or payment['authorisation'] != authorisation:
            raise Refusal(401, 'TOKEN_INVALID', "The token is not of this payment.")
        if not payment['unconfirmed']:
            raise Refusal(409, 'STATUS_INVALID', "It is confirmed already.")
        Payments(self.bank).confirm(payment)
        return reply({'scaStatus': 'finalised'})
