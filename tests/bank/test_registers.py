import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.common import BankFeedCase

ANSWERS = {
    '/enheter/923609016': {
        'organisasjonsnummer': '923609016', 'navn': 'EQUINOR ASA', 'registrertIMvaregisteret': True,
        'forretningsadresse': {'adresse': ['Forusbeen 50'], 'postnummer': '4035', 'poststed': 'STAVANGER', 'landkode': 'NO'},
    },
    '/enheter/923609016/roller': {
        'rollegrupper': [{'roller': [
            {'type': {'kode': 'DAGL', 'beskrivelse': 'Daglig leder'}, 'person': {'navn': {'fornavn': 'Kari', 'etternavn': 'Nordmann'}}},
            {'type': {'kode': 'MEDL', 'beskrivelse': 'Styremedlem'}, 'person': {'navn': {'fornavn': 'Ola', 'etternavn': 'Nordmann'}}},
            {'type': {'kode': 'LEDE', 'beskrivelse': 'Styrets leder'}, 'fratraadt': True, 'person': {'navn': {'fornavn': 'Per', 'etternavn': 'Gammel'}}},
        ]}],
    },
    '/ekonomicke-subjekty/25596641': {
        'ico': '25596641', 'obchodniJmeno': 'Firma s.r.o.', 'dic': 'CZ25596641',
        'sidlo': {'nazevUlice': 'Dlouhá', 'cisloDomovni': 12, 'cisloOrientacni': 3, 'psc': 11000, 'nazevObce': 'Praha'},
    },
    '/search?identifier=35757442': {'results': [{'id': 7}]},
    '/entity/7': {
        'fullNames': [{'value': 'Stará, s.r.o.', 'validTo': '2010-01-01'}, {'value': 'Nová, s.r.o.'}],
        'addresses': [{'street': 'Hlavná', 'buildingNumber': '1', 'postalCodes': ['04001'], 'municipality': {'value': 'Košice'}}],
        'statutoryBodies': [{'personName': {'formatedName': 'Ján Konateľ'}, 'stakeholderType': {'value': 'konateľ'}}],
    },
}  # fmt: skip


class Register(BaseHTTPRequestHandler):
    def do_GET(self):
        found = ANSWERS.get(self.path)
        body = json.dumps(found).encode() if found is not None else b'{}'
        self.send_response(200 if found is not None else 404)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args):
        pass


@tagged('post_install', '-at_install')
class TestRegisters(BankFeedCase):
    """What a register says of a company; nobody waits long for it, and nothing depends on it."""

    def setUp(self):
        super().setUp()
        self.register = ThreadingHTTPServer(('127.0.0.1', 0), Register)
        threading.Thread(target=self.register.serve_forever, daemon=True).start()
        self.addCleanup(self.register.server_close)
        self.addCleanup(self.register.shutdown)
        agreement = type(self.env['bank.agreement'])
        self.patch(agreement, '_register_address', lambda *_args: f'http://127.0.0.1:{self.register.server_port}/')

    def filled(self, country, number):
        country = self.env['res.country'].search([('code', '=', country)])
        agreement = self.env['bank.agreement'].with_user(self.manager).create(
            {'provider_id': self.provider.id, 'company_id': self.company.id, 'country_id': country.id, 'company_registry': number}
        )  # fmt: skip
        agreement.action_register()
        return agreement

    def test_three_countries(self):
        found = self.filled('NO', '923 609 016')
        self.assertEqual(
            (found.company_name, found.street, found.zip, found.city, found.vat),
            ('EQUINOR ASA', 'Forusbeen 50', '4035', 'STAVANGER', 'NO923609016MVA'),
        )
        self.assertEqual(
            (found.signatory_name, found.signatory_role, found.role_source),
            ('Kari Nordmann', 'Daglig leder', 'register'),
        )
        found.signatory_name = "Ola Nordmann"
        self.assertEqual(found.role_source, 'declared', "a member of the board alone may not")
        found = self.filled('CZ', '25596641')
        self.assertEqual((found.company_name, found.street, found.city), ('Firma s.r.o.', 'Dlouhá 12/3', 'Praha'))
        found = self.filled('SK', '35757442')
        self.assertEqual(
            (found.company_name, found.street, found.signatory_name), ('Nová, s.r.o.', 'Hlavná 1', 'Ján Konateľ')
        )

    def test_no_help(self):
        for country, number, said in (
            ('NO', '12', "registration number"),
            ('DE', '1', "by hand"),
            ('SK', '12345678', "does not know"),
        ):
            with self.assertRaisesRegex(UserError, said):
                self.filled(country, number)
        self.register.shutdown()
        self.register.server_close()
        with self.assertRaisesRegex(UserError, "does not answer"):
            self.filled('SK', '35757442')
