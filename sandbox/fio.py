"""Stand-in of Fio's token interface (API manual 1.4.5): ``periods``, one account a token, one call in some seconds."""

import time
from datetime import date, timedelta
from decimal import Decimal

from lxml import etree
from werkzeug.wrappers import Response

from . import people
from .bank import Refusal
from .payments import Payments
from .stub import Stub, reply
from .xs2a_payments import read_pain

#: seconds between two calls with a token; the bank's own 30 would teach nobody anything
SECONDS_BETWEEN = 2

_PART = r'([^/]+)'


class FioStub(Stub):
    code = 'fio'
    portal_gives = ('token',)
    routes = (
        ('GET', f'/periods/{_PART}/{_PART}/{_PART}/transactions.json', 'periods'),
        ('POST', '/import/', 'upload'),
    )

    @classmethod
    def error(cls, status, code, text, retry_after=None):
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><response><result><errorCode>21</errorCode><status>error</status>'
            f'<message>{text}</message></result></response>'
        )
        return Response(body, status=status, content_type='text/xml')

    def _app(self, token):
        """Whose token it is, once in some seconds."""
        app = next((app for app in self.apps.values() if app.get('token') == token), None)
        if not app or app.get('deleted'):
            raise Refusal(500, 'TOKEN', "Internal error")
        now, wait = time.time(), self.settings.get('seconds_between', SECONDS_BETWEEN)
        if now - app.get('called', 0) < wait:
            raise Refusal(409, 'TOO_SOON', "Too many requests")
        app['called'] = now
        return app

    def upload(self):
        """A file of payments: read, and kept unsigned until the person signs in the internet banking."""
        form = self.request.form
        self._app(form.get('token', ''))
        file = self.request.files.get('file')
        kind = form.get('type')
        if not file or kind not in ('xml', 'pain001_xml'):
            return Response(_result('11', "Syntax error"), content_type='text/xml')
        order = read_pain(file.read()) if kind == 'pain001_xml' else _read_own(file.read())
        wrong = [line for line in order['lines'] if line['number'] in self.settings.get('unknown', ())]
        if wrong:
            return Response(_result('1', "Unknown account"), content_type='text/xml')
        order['debtor'] = people.accounts_of('jana')[0]['iban']
        payment = Payments(self.bank).take(**order, back='', app='fio')
        total = sum(Decimal(line['amount']) for line in payment['lines']) + Decimal(
            str(self.settings.get('sum_off', 0))
        )
        return Response(_result('0', 'OK', payment, total), content_type='text/xml')

    def periods(self, token, first, last):
        app = self._app(token)
        unlocked = app.get('unlocked')
        fresh = unlocked and self.bank.seconds_since(unlocked) < 600
        if date.fromisoformat(first) < self.bank.today() - timedelta(days=90) and not fresh:
            raise Refusal(422, 'STRONG', "Data není možné poskytnout bez silné autorizace")
        account = people.accounts_of('jana')[0]
        entries = self.bank.entries(people.account_key(account), 'booked', first, last)
        rows = [self._row(entry, account) for entry in reversed(entries)]
        info = {
            'accountId': account['iban'][-10:],
            'bankId': '8330',
            'currency': account['currency'],
            'iban': account['iban'],
            'bic': 'FIOZSKBAXXX',
            'closingBalance': float(self.bank.balance(account)),
            'dateStart': f'{first}+0100',
            'dateEnd': f'{last}+0100',
            'idLastDownload': None,
        }
        listed = {'transaction': rows} if rows else None
        return reply({'accountStatement': {'info': info, 'transactionList': listed}})

    def _row(self, entry, account):
        vs, ss, ks = '', '', ''
        if entry['e2e'].startswith('/VS'):
            vs, ss, ks = (part[2:] for part in entry['e2e'].strip('/').split('/'))
        number, _slash, code = entry['account'].partition('/')
        original = f"{entry['original'][0]} {entry['original'][1]}" if entry['original'] else None
        columns = {
            22: None if entry['anonymous'] else 1000000000 + entry['number'],
            0: f"{entry['booked']}+0100",
            1: float(Decimal(entry['amount'])),
            14: account['currency'],
            2: entry['iban'] or number or None,
            3: code or None,
            10: entry['name'] or None,
            5: vs or None,
            6: ss or None,
            4: ks or None,
            16: ' '.join(entry['remittance']) or None,
            27: entry['structured'] or None,
            18: original,
        }
        row = {
            f'column{number}': None if value is None else {'value': value, 'name': f'column {number}', 'id': number}
            for number, value in columns.items()
        }
        return {**row, **entry['raw']}


def _result(code, message, payment=None, total=None):
    """``responseImport`` (responseImportIB.xsd)."""
    more = details = ''
    if payment:
        more = (
            f'<idInstruction>{int(payment["id"][:8], 16)}</idInstruction><status>ok</status><sums><sum id="{payment["currency"]}">'
            f'<sumCredit>0</sumCredit><sumDebet>{total:.2f}</sumDebet></sum></sums>'
        )
        details = ''.join(
            f'<detail id="{place}"><messages><message status="ok" errorCode="0">OK</message></messages></detail>'
            for place, _line in enumerate(payment['lines'], 1)
        )
    else:
        more = f'<status>error</status><message>{message}</message>'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><responseImport><result><errorCode>{code}</errorCode>{more}</result>'
        f'<ordersDetails>{details}</ordersDetails></responseImport>'
    )


def _read_own(content):
    """The bank's own XML: ``DomesticTransaction``."""
    root = etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True))
    rows = root.findall('.//DomesticTransaction')
    return {
        'debtor': '',
        'currency': rows[0].findtext('currency'),
        'day': rows[0].findtext('date'),
        'lines': [
            {
                'e2e': row.findtext('comment') or '',
                'instruction': '',
                'name': '',
                'number': f"{row.findtext('accountTo')}/{row.findtext('bankCode')}",
                'amount': row.findtext('amount'),
                'text': row.findtext('messageForRecipient') or '',
                'reference': row.findtext('vs') or '',
            }
            for row in rows
        ],
    }
