"""Payment files before judges that are not ours: two sets of schemas, a bank that reads them, a second reader, Fio's own schema."""

import importlib.util
import re
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

from lxml import etree
from schwifty import IBAN

from odoo.tests import BaseCase, tagged

from ...payments import WRITERS, Account, Reference, Refused, fio, pain002
from ..cases.judge import specification_path
from .orders_case import CREATED, IBANS, any_order, chance, line, order

ORDERS = 150
LETTERS = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
NORWEGIAN = re.compile(r"[A-Za-z0-9/\-?:().,'+ áäçđéíóöúüýæøåßÁÄÇĐÉÍÓÖÚÜÝÆØÅ%&=@§]*")


def _schema(package, path):
    folder = Path(importlib.util.find_spec(package).origin).parent
    return etree.XMLSchema(etree.parse(folder / path))


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPaymentFiles(BaseCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schemas = {
            version: [
                _schema('sepaxml', f'schemas/{version}.xsd'),
                _schema('pain001', f'templates/{version}/{version}.xsd'),
            ]
            for version in ('pain.001.001.03', 'pain.001.001.09')
        }

    def test_files_of_any_order(self):
        from mockbank import validate

        for seed in range(ORDERS):
            found = any_order(chance(seed))
            for version, schemas in self.schemas.items():
                content = WRITERS[version](found)
                with self.subTest(seed=seed, version=version):
                    self.assertEqual(WRITERS[version](found), content)
                    for schema in schemas:
                        self.assertTrue(schema.validate(etree.fromstring(content)), schema.error_log)
                    judged = validate.errors(validate.validate(content, today=CREATED.date()))
                    self.assertEqual([validate.render(one) for one in judged], [])
                    self.second_reader(found, content)

    def second_reader(self, given, content):
        """Counts, sums, ids, accounts, letters, read with another library."""
        root = ET.fromstring(content)
        for element in root.iter():
            element.tag = element.tag.rpartition('}')[2]
        rows, letters = root.findall('.//CdtTrfTxInf'), NORWEGIAN if given.country == 'NO' else LETTERS
        amounts = [Decimal(row.findtext('.//InstdAmt')) for row in rows]
        self.assertEqual([int(one.text) for one in root.iter('NbOfTxs')], [len(rows)] * 2)
        self.assertEqual([Decimal(one.text) for one in root.iter('CtrlSum')], [sum(amounts)] * 2)
        self.assertEqual(amounts, [one.amount for one in given.lines])
        self.assertEqual({row.find('.//InstdAmt').get('Ccy') for row in rows}, {given.currency})
        ids = [row.findtext('.//InstrId') for row in rows]
        self.assertEqual(ids, [one.end_to_end_id for one in given.lines])
        for one in root.iter('IBAN'):
            IBAN(one.text)
        for element in root.iter():
            self.assertTrue((element.text and element.text.strip()) or len(element), f"{element.tag} is empty")
            if not len(element):
                self.assertTrue(letters.fullmatch(element.text), element.text)
        for row, one in zip(rows, given.lines):
            outside = one.account.number[:2] in ('CH', 'GB')
            self.assertEqual(row.find('.//PstlAdr') is not None, outside)
            self.assertIsNone(row.find('.//AdrLine'))
            self.assertLessEqual(len(row.findall('.//RmtInf/*')), 1)
        self.assertEqual(root.findtext('.//CtgyPurp/Cd') == 'SALA', given.kind == 'salary')
        self.assertEqual(root.findtext('.//LclInstrm/Cd') == 'INST', given.product == 'instant')

    def test_fio(self):
        debtor = Account("Demo s.r.o.", 'CZ', '2111111111', bank_code='2010')
        czech = [
            line(
                number,
                account=Account("Dodavatel a.s.", 'CZ', '19-2000145399', bank_code='0800'),
                reference=Reference('vs', f'{number}2026', '', '0308'),
                text="Faktura č. 1",
            )
            for number in (1, 2)
        ]
        czk = {'product': 'domestic', 'country': 'CZ', 'currency': 'CZK', 'debtor': debtor}
        euro = line(3, account=Account("Müller GmbH", 'IBAN', IBANS['DE'], 'COBADEFF'))
        for found in (
            order(*czech, **czk),
            order(euro, debtor=Account("Demo", 'IBAN', 'CZ8020100000002111111111')),
        ):
            content = WRITERS[fio.FORMAT](found)
            root = ET.fromstring(content)
            self.assertEqual(sum(Decimal(one.text) for one in root.iter('amount')), found.total)
            self.assertEqual({one.text for one in root.iter('accountFrom')}, {'2111111111'})
            self.assertEqual([one.text for one in root.iter('comment')], [one.end_to_end_id for one in found.lines])
            path = specification_path('fio')
            if path:
                schema = etree.XMLSchema(etree.parse(path / 'importIB.xsd'))
                self.assertTrue(schema.validate(etree.fromstring(content)), schema.error_log)
        for found in (
            order(*czech, **{**czk, 'debtor': Account("Demo", 'CZ', '2111111111', bank_code='0800')}),
            order(line(4), debtor=Account("Demo", 'IBAN', 'CZ8020100000002111111111')),
        ):
            with self.assertRaises(Refused):
                WRITERS[fio.FORMAT](found)
        with self.assertRaises(Refused):
            WRITERS['pain.001.001.09'](order(*czech, **czk))

    def test_a_status_report(self):
        report = b"""<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt><GrpHdr><MsgId>1</MsgId></GrpHdr>
            <OrgnlGrpInfAndSts><OrgnlMsgId>BFORDER0001</OrgnlMsgId><GrpSts>PART</GrpSts></OrgnlGrpInfAndSts>
            <OrgnlPmtInfAndSts><TxInfAndSts><OrgnlEndToEndId>BF1</OrgnlEndToEndId><TxSts>RJCT</TxSts>
            <StsRsnInf><Rsn><Cd>AC04</Cd></Rsn><AddtlInf>Closed</AddtlInf></StsRsnInf></TxInfAndSts></OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"""
        found = pain002.read(report)
        self.assertEqual((found.message_id, found.state), ('BFORDER0001', 'partially'))
        told = found.lines[0]
        self.assertEqual(
            (told.end_to_end_id, told.state, told.reason, told.text), ('BF1', 'rejected', 'AC04', "Closed")
        )
        evil = b'<!DOCTYPE a [<!ENTITY b "c">]>' + report.replace(b'Closed', b'&b;')
        for wrong in (b'', b'x', b'<a/>', evil, report.replace(b'OrgnlGrpInfAndSts', b'Other')):
            with self.assertRaises(pain002.Unreadable):
                pain002.read(wrong)
