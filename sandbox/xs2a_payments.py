"""Payments of the sandbox bank's NextGenPSD2 interface (OpenAPI 1.3.12): single, bulk, pain.001, signing baskets, status, cancellation."""

import json
import re
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree
from werkzeug.wrappers import Response

from .bank import Refusal
from .payments import CANCELLED, FINAL, Payments

_PRODUCTS = ('sepa-credit-transfers', 'instant-sepa-credit-transfers', 'norwegian-domestic-credit-transfers')
_AMOUNT = re.compile(r'\d{1,14}(\.\d{1,3})?')
_PAIN = '{urn:iso:std:iso:20022:tech:xsd:pain.001.001.03}'
STATUS = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.03"><CstmrPmtStsRpt><GrpHdr><MsgId>{id}</MsgId><CreDtTm>{now}</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{id}</OrgnlMsgId><OrgnlMsgNmId>pain.001</OrgnlMsgNmId><GrpSts>{status}</GrpSts>{reason}</OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{id}</OrgnlPmtInfId>{lines}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""
LINE = """<TxInfAndSts><OrgnlInstrId>{instruction}</OrgnlInstrId><OrgnlEndToEndId>{e2e}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}</TxInfAndSts>"""
REASON = '<StsRsnInf><Rsn><Cd>{}</Cd></Rsn></StsRsnInf>'


class Xs2aPayments:
    """The part of :class:`api.Xs2a` that takes payments."""

    def create_payment(self, service, product):
        plain = product.removeprefix('pain.001-')
        if plain not in _PRODUCTS:
            raise Refusal(404, 'PRODUCT_UNKNOWN', "The payment product is not known here.")
        if not self.request.headers.get('PSU-IP-Address'):
            raise Refusal(400, 'FORMAT_ERROR', "PSU-IP-Address is mandatory.")
        redirect = self._redirect('TPP-Redirect-URI')
        xml = product != plain
        order = read_pain(self.request.get_data()) if xml else _from_json(self._body(), service, self.bank)
        if (len(order['lines']) > 1) != (service == 'bulk-payments') and not (service == 'bulk-payments' and not xml):
            raise Refusal(400, 'FORMAT_ERROR', "The service does not fit the number of payments.")
        payments = Payments(self.bank)
        payment = payments.take(**order, back=redirect, app='xs2a')
        payment.update(service=f'{service}/{product}', xml=xml)
        if self.request.headers.get('TPP-Explicit-Authorisation-Preferred') == 'true':
            payment['signed_with'] = 'basket'
        base = self._link(f"/v1/{service}/{product}/{payment['id']}")
        return self._created(
            {'transactionStatus': payment['status'], 'paymentId': payment['id']}, base, f"/sign/{payment['id']}"
        )

    def _created(self, answer, base, page):
        origin = f'{self._origin()}{self.prefix}'
        sign = {'scaRedirect': {'href': f'{origin}{page}'}}
        if self.ways.get('sca') == 'oauth':
            sign = {'scaOAuth': {'href': f'{origin}/.well-known/oauth-authorization-server'}}
        answer['_links'] = {
            **sign,
            'self': {'href': base},
            'status': {'href': f'{base}/status'},
        }
        headers = {'Location': base, 'ASPSP-SCA-Approach': 'REDIRECT'}
        request_id, digest = self._digest
        self.bank.state['requests'][request_id] = {'digest': digest, 'body': answer, 'headers': headers}
        return _json(answer, 201, headers)

    def _payment(self, service, product, payment_id):
        payment = Payments(self.bank).find(payment_id, 'xs2a')
        if payment['service'] != f'{service}/{product}':
            raise Refusal(404, 'RESOURCE_UNKNOWN', "The payment is not known under this product.")
        return payment

    def payment_status(self, service, product, payment_id):
        payment = self._payment(service, product, payment_id)
        if payment['xml'] and 'xml' in self.request.headers.get('Accept', ''):
            return Response(report(payment, self.bank), content_type='application/xml')
        answer = {'transactionStatus': payment['status']}
        if payment['reason']:
            answer['statusReason'] = {'code': payment['reason']}
        return _json(answer)

    def payment_details(self, service, product, payment_id):
        payment = self._payment(service, product, payment_id)
        rows = [
            {
                'endToEndIdentification': line['e2e'],
                'instructionIdentification': line['instruction'] or line['e2e'],
                'instructedAmount': {'currency': payment['currency'], 'amount': line['amount']},
                'creditorName': line['name'],
                'transactionStatus': line['status'],
                **({'statusReason': {'code': line['reason']}} if line['reason'] else {}),
            }
            for line in payment['lines']
        ]
        return _json(
            {'transactionStatus': payment['status'], 'debtorAccount': {'iban': payment['debtor']}, 'payments': rows}
        )

    def cancel_payment(self, service, product, payment_id):
        payment = self._payment(service, product, payment_id)
        if payment['status'] in FINAL or (
            date.fromisoformat(payment['date']) <= self.bank.today() and payment['signers']
        ):
            raise Refusal(405, 'CANCELLATION_INVALID', "It is too late for that.")
        Payments(self.bank)._set(payment, CANCELLED)
        return Response(status=204)

    # === Baskets === #

    def create_basket(self):
        ids = self._body().get('paymentIds')
        redirect = self._redirect('TPP-Redirect-URI')
        payments = Payments(self.bank)
        if not isinstance(ids, list) or not ids:
            raise Refusal(400, 'FORMAT_ERROR', "paymentIds is missing.")
        members = [payments.find(payment_id, 'xs2a') for payment_id in ids]
        if any(member['status'] != 'RCVD' or member.get('signed_with') != 'basket' for member in members):
            raise Refusal(409, 'REFERENCE_STATUS_INVALID', "A payment is signed already, or by itself.")
        basket = payments.gather(members, redirect)
        base = self._link(f"/v1/signing-baskets/{basket['id']}")
        return self._created(
            {'transactionStatus': basket['status'], 'basketId': basket['id']}, base, f"/sign/{basket['id']}"
        )

    def basket_status(self, basket_id):
        return _json({'transactionStatus': Payments(self.bank).find(basket_id, 'xs2a')['status']})


def _from_json(body, service, bank):
    rows = body.get('payments') if service == 'bulk-payments' else [body]
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        raise Refusal(400, 'FORMAT_ERROR', "There are no payments.")
    try:
        return {
            'debtor': body['debtorAccount'].get('iban') or body['debtorAccount'].get('bban', ''),
            'currency': rows[0]['instructedAmount']['currency'],
            'day': body.get('requestedExecutionDate') or bank.today().isoformat(),
            'batch': bool(body.get('batchBookingPreferred')),
            'lines': [
                {
                    'e2e': row.get('endToEndIdentification', ''),
                    'instruction': '',
                    'name': row['creditorName'],
                    'number': row['creditorAccount'].get('iban') or row['creditorAccount'].get('bban', ''),
                    'amount': _amount(row['instructedAmount']['amount']),
                    'text': row.get('remittanceInformationUnstructured', ''),
                    'reference': '',
                }
                for row in rows
            ],
        }
    except (KeyError, TypeError, AttributeError):
        raise Refusal(400, 'FORMAT_ERROR', "Something that is mandatory is missing.") from None


def _amount(text):
    if not isinstance(text, str) or not _AMOUNT.fullmatch(text):
        raise Refusal(400, 'FORMAT_ERROR', "An amount is no number.")
    return text


def read_pain(content):
    """A pain.001.001.03 as :meth:`payments.Payments.take` wants it."""
    try:
        root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
        block = root.find(f'.//{_PAIN}PmtInf')
        lines = [_xml_line(row) for row in block.findall(f'{_PAIN}CdtTrfTxInf')]
        total = sum(Decimal(line['amount']) for line in lines)
        if Decimal(root.findtext(f'.//{_PAIN}GrpHdr/{_PAIN}CtrlSum')) != total:
            raise Refusal(400, 'FORMAT_ERROR', "The control sum does not fit.")
        return {
            'debtor': block.findtext(f'{_PAIN}DbtrAcct/{_PAIN}Id/{_PAIN}IBAN')
            or block.findtext(f'{_PAIN}DbtrAcct/{_PAIN}Id/{_PAIN}Othr/{_PAIN}Id'),
            'currency': block.find(f'.//{_PAIN}InstdAmt').get('Ccy'),
            'day': block.findtext(f'{_PAIN}ReqdExctnDt'),
            'batch': block.findtext(f'{_PAIN}BtchBookg') == 'true',
            'salary': block.findtext(f'{_PAIN}PmtTpInf/{_PAIN}CtgyPurp/{_PAIN}Cd') == 'SALA',
            'lines': lines,
        }
    except (etree.XMLSyntaxError, AttributeError, TypeError, InvalidOperation):
        raise Refusal(400, 'FORMAT_ERROR', "The body is no pain.001.001.03.") from None


def _xml_line(row):
    def text(*names):
        return row.findtext('/'.join(f'{_PAIN}{name}' for name in names)) or ''

    return {
        'e2e': text('PmtId', 'EndToEndId'),
        'instruction': text('PmtId', 'InstrId'),
        'name': text('Cdtr', 'Nm'),
        'number': text('CdtrAcct', 'Id', 'IBAN') or text('CdtrAcct', 'Id', 'Othr', 'Id'),
        'amount': text('Amt', 'InstdAmt'),
        'text': text('RmtInf', 'Ustrd'),
        'reference': text('RmtInf', 'Strd', 'CdtrRefInf', 'Ref'),
    }


def report(payment, bank):
    lines = ''.join(
        LINE.format(
            instruction=line['instruction'] or line['e2e'],
            e2e=line['e2e'],
            status=line['status'],
            reason=REASON.format(line['reason']) if line['reason'] else '',
        )
        for line in payment['lines']
    )
    reason = REASON.format(payment['reason']) if payment['reason'] else ''
    return STATUS.format(
        id=payment['id'], now=bank.now().isoformat(), status=payment['status'], reason=reason, lines=lines
    ).encode()


def _json(body, status=200, headers=None):
    return Response(json.dumps(body), status=status, headers=headers or {}, content_type='application/json')


_ID = r'([^/]+)'
_SERVICE = r'(payments|bulk-payments)'
ROUTES = (
    ('POST', f'/v1/{_SERVICE}/{_ID}', 'create_payment'),
    ('GET', f'/v1/{_SERVICE}/{_ID}/{_ID}', 'payment_details'),
    ('GET', f'/v1/{_SERVICE}/{_ID}/{_ID}/status', 'payment_status'),
    ('DELETE', f'/v1/{_SERVICE}/{_ID}/{_ID}', 'cancel_payment'),
    ('POST', '/v1/signing-baskets', 'create_basket'),
    ('GET', f'/v1/signing-baskets/{_ID}/status', 'basket_status'),
)
