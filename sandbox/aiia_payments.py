"""Payments of the stand-in of Aiia: unsigned ones, and one authorization that signs them together."""

import secrets
from decimal import Decimal
from urllib.parse import urlencode

from .bank import Refusal
from .payments import Payments
from .stub import reply

#: what is said of a payment, after the bank's own code
WORDS = {
    'RCVD': 'AuthorizationPending',
    'PATC': 'AuthorizationPending',
    'ACSP': 'Processing',
    'ACSC': 'ExecutedDebited',
    'PART': 'Processing',
    'RJCT': 'Rejected',
    'CANC': 'Cancelled',
}
FINAL = ('ACSC', 'RJCT', 'CANC')


class AiiaPayments:
    """The part of :class:`aiia.AiiaStub` that takes payments."""

    payment_routes = (
        ('POST', '/v2/accounts/([^/]+)/payments', 'create_payment'),
        ('POST', '/v2/accounts/([^/]+)/payment-authorizations', 'authorise_payments'),
        ('GET', '/v2/accounts/([^/]+)/payment-authorizations/([^/]+)', 'authorisation'),
        ('GET', '/v2/accounts/([^/]+)/payment-authorizations/([^/]+)/payments', 'authorised_payments'),
    )

    @property
    def unsigned(self):
        return self.bank.state.setdefault('unsigned', {})

    def create_payment(self, account_id):
        _app, consent = self.bearer()
        account, told = self.bank.account(consent, account_id), self.body().get('payment')
        try:
            value = Decimal(str(told['amount']['value']))
            to = told['destination']
            row = {
                'account': account['iban'],
                'currency': told['amount']['currency'],
                'day': (told.get('execution') or {}).get('date') or self.bank.today().isoformat(),
                'e2e': (told.get('identifiers') or {}).get('endToEndId', ''),
                'name': to['name'],
                'number': to.get('iban') or ''.join(to['bban'].values()),
                'amount': f'{value:.2f}',
                'text': told.get('message', ''),
            }
        except (KeyError, TypeError, ArithmeticError, AttributeError):
            raise Refusal(400, 'InvalidPayment', "Something that is mandatory is missing.") from None
        if value <= 0 or Decimal(row['amount']) != value or row['currency'] != account['currency']:
            raise Refusal(400, 'InvalidPayment', "Amount or currency are not possible.")
        number = secrets.token_hex(12)
        self.unsigned[number] = row
        return reply({'paymentId': number})

    def authorise_payments(self, account_id):
        app, consent = self.bearer()
        account, found = self.bank.account(consent, account_id), self.body()
        ids, address = self.needs(found, 'paymentIds', 'redirectUrl')
        rows = [self.unsigned.get(number) for number in ids]
        if not self.registered(address.partition('?')[0]):
            raise Refusal(400, 'InvalidRedirectUrl', "The address is not registered.")
        if not all(row and row['account'] == account['iban'] for row in rows) or len(set(ids)) < len(ids):
            raise Refusal(400, 'PaymentNotFound', "A payment is not known, or signed elsewhere.")
        lines = [
            {name: row[name] for name in ('e2e', 'name', 'number', 'amount', 'text')}
            | {'instruction': '', 'reference': '', 'paymentId': number}
            for number, row in zip(ids, rows)
        ]
        payment = Payments(self.bank).take(
            account['iban'], account['currency'], max(row['day'] for row in rows), lines, address, app=app['id']
        )
        for number in ids:
            del self.unsigned[number]
        joint = '&' if '?' in address else '?'
        payment['back'] = f"{address}{joint}{urlencode({'authorizationId': payment['id']})}"
        return reply({'authorizationId': payment['id'], 'authorizationUrl': f"{self.origin()}/sign/{payment['id']}"})

    def _authorised(self, account_id, number):
        app, consent = self.bearer()
        self.bank.account(consent, account_id)
        return Payments(self.bank).find(number, app['id'])

    def authorisation(self, account_id, number):
        payment = self._authorised(account_id, number)
        return reply({'id': payment['id'], 'accountId': account_id, 'status': _status(payment)})

    def authorised_payments(self, account_id, number):
        payment = self._authorised(account_id, number)
        rows = [{'id': line['paymentId'], 'status': _status(line)} for line in payment['lines']]
        return reply({'pagingToken': None, 'payments': rows})


def _status(row):
    return {'code': WORDS[row['status']], 'terminal': row['status'] in FINAL}
