"""Payments of the stand-in of Enable Banking (OpenAPI 1.0.0: ``POST /payments``, ``GET /payments/{payment_id}``)."""

from urllib.parse import urlencode

from . import people
from .bank import Refusal
from .payments import Payments

TYPES = ('SEPA', 'INST_SEPA', 'DOMESTIC', 'BULK_SEPA', 'BULK_DOMESTIC')


def offered(settings):
    """``ResponsePaymentType`` of each type; a test may lay its own over them."""
    own = settings.get('payment_types') or {}
    return [
        {
            'payment_type': kind,
            'psu_type': psu_type,
            'max_transactions': 500 if kind.startswith('BULK') else 1,
            'currencies': ['EUR'] if 'SEPA' in kind else ['EUR', 'NOK', 'CZK', 'HUF'],
            'debtor_account_required': True,
            'debtor_account_schemas': ['IBAN', 'BBAN'],
            'creditor_account_schemas': ['IBAN', 'BBAN'],
            'creditor_name_required': True,
            'reference_number_supported': True,
            'requested_execution_date_supported': True,
            'final_successful_statuses': ['ACSC', 'ACCC'],
            **own.get(kind, {}),
        }
        for kind in TYPES
        for psu_type in ('business', 'personal')
    ]


def take(stub):
    """``CreatePaymentRequest`` → ``CreatePaymentResponse``."""
    body = stub.body()
    kind, request, aspsp, state, redirect, psu_type = stub.needs(
        body, 'payment_type', 'payment_request', 'aspsp', 'state', 'redirect_url', 'psu_type'
    )
    if redirect != stub.app['redirect'] or not stub.registered(redirect):
        raise Refusal(422, 'REDIRECT_URI_NOT_ALLOWED', "Redirect URI not allowed")
    if aspsp.get('name') != people.BANK_NAME:
        raise Refusal(422, 'WRONG_ASPSP_PROVIDED', "Wrong ASPSP name provided")
    offer = next(
        (row for row in offered(stub.settings) if (row['payment_type'], row['psu_type']) == (kind, psu_type)), None
    )
    rows = request.get('credit_transfer_transaction')
    if not offer or not isinstance(rows, list) or not 0 < len(rows) <= offer['max_transactions']:
        raise Refusal(422, 'INVALID_PAYMENT', "The payment type, or the number of its transactions, is not possible")
    if (len(rows) > 1) != kind.startswith('BULK'):
        raise Refusal(422, 'INVALID_PAYMENT', "Several transactions need a bulk payment")
    currencies = {row['instructed_amount']['currency'] for row in rows}
    days = {row.get('requested_execution_date') or stub.bank.today().isoformat() for row in rows}
    if len(currencies) > 1 or len(days) > 1 or not currencies <= set(offer['currencies']):
        raise Refusal(422, 'INVALID_PAYMENT', "One currency and one day, please")
    payment = Payments(stub.bank).take(
        request.get('debtor_account', {}).get('identification', ''),
        currencies.pop(),
        days.pop(),
        [_line(row) for row in rows],
        f"{redirect}?{urlencode({'state': state})}",
        salary=request.get('payment_type_information', {}).get('category_purpose') == 'SALA',
        app=stub.app['id'],
    )
    payment.update(kind=kind, request=request)
    return {
        'payment_id': payment['id'],
        'status': payment['status'],
        'url': f"{stub.origin()}/sign/{payment['id']}",
        'psu_id_hash': 'f3a1bd7e0c5b0f1f',
    }


def _line(row):
    identity = row.get('payment_id') or {}
    return {
        'e2e': identity.get('end_to_end_id', ''),
        'instruction': identity.get('instruction_id', ''),
        'name': row['beneficiary'].get('creditor', {}).get('name', ''),
        'number': row['beneficiary']['creditor_account']['identification'],
        'amount': row['instructed_amount']['amount'],
        'text': ' '.join(row.get('remittance_information') or ()),
        'reference': row.get('reference_number', ''),
    }


def read(stub, payment_id):
    """``GetPaymentResponse``. Waiting for a second person has no code of its own here: it stays pending."""
    payment = Payments(stub.bank).find(payment_id, stub.app['id'])
    details = dict(payment['request'])
    details['credit_transfer_transaction'] = [
        {**row, 'transaction_id': line['id'], 'transaction_status': _code(line['status'])}
        for row, line in zip(details['credit_transfer_transaction'], payment['lines'])
    ]
    answer = {
        'payment_id': payment['id'],
        'status': _code(payment['status']),
        'payment_details': details,
        'payment_type': payment['kind'],
        'aspsp': {'name': people.BANK_NAME, 'country': 'SK'},
        'final_status': payment['status'] in ('ACSC', 'RJCT'),
        'psu_id_hash': 'f3a1bd7e0c5b0f1f',
    }
    reason = payment['reason'] or next((line['reason'] for line in payment['lines'] if line['reason']), '')
    if reason:
        answer['status_reason_information'] = {
            'status_reason_code': reason,
            'status_reason_description': "See the reason code",
        }
    return answer


def _code(status):
    return 'PDNG' if status == 'PATC' else 'CNCL' if status == 'CANC' else status
