import io
import json
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from unittest import SkipTest

import openpyxl

from odoo.tests import BaseCase, tagged

from ...statements import Refused, Statement, Transaction, Warn, read
from ..cases.files_case import ROOT
from ..cases.statement_files import CAMT, DANSKE_CSV, FILES, GPC, MT940, OFX, SLSP_TWO, TATRA_CSV

SAMPLES = ROOT.parent / 'shared' / 'specs' / 'statements'


def records(data, profile=None):
    data = data.encode() if isinstance(data, str) else data
    return list(read(io.BytesIO(data), profile))


def zipped(members, **kwargs):
    made = io.BytesIO()
    with zipfile.ZipFile(made, 'w', zipfile.ZIP_DEFLATED, **kwargs) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestFormats(BaseCase):
    """Each format says what is in it, and nothing else."""

    def of(self, data, kind, profile=None):
        return [record for record in records(data, profile) if isinstance(record, kind)]

    def refused(self, code, data, profile=None):
        with self.assertRaises(Refused) as caught:
            records(data, profile)
        self.assertEqual(caught.exception.code, code, caught.exception.message)
        return caught.exception

    # === camt === #

    def test_camt(self):
        first, batch, storno, waiting = self.of(CAMT, Transaction)
        (statement,) = self.of(CAMT, Statement)
        self.assertFalse(self.of(CAMT, Warn))
        self.assertEqual(
            (statement.format, statement.account, statement.bank, statement.currency, statement.number),
            ('camt.053.001.02', 'SK0211000000002946123456', 'TATRSKBX', 'EUR', '4'),
        )
        self.assertEqual((statement.begin, statement.end), (date(2026, 4, 1), date(2026, 4, 30)))
        self.assertEqual((statement.opening.amount, statement.closing.amount), (Decimal('1000.00'), Decimal('1020.70')))
        self.assertEqual(
            (first.date, first.value_date, first.amount), (date(2026, 4, 3), date(2026, 4, 4), Decimal('27.70'))
        )
        self.assertEqual((first.symbols.vs, first.symbols.ss, first.symbols.ks), ('0015501234', '0145000029', '0308'))
        party = first.counterparty
        self.assertEqual(
            (party.name, party.account, party.bank), ("Novák Jozef", 'SK5502000000003142860123', 'SUBASKBX')
        )
        self.assertEqual(
            (first.text, first.code, first.bank_reference), (["Faktúra 2026/0042"], 'PMNT-RCDT-ESCT', 'TB0001')
        )
        self.assertEqual([one.amount for one in batch.details], [Decimal('100.00'), Decimal('200.00')])
        self.assertEqual((storno.amount, storno.reversal, storno.info), (Decimal('-307.00'), True, ["Storno"]))
        self.assertTrue(waiting.pending)

    def test_camt_in_other_clothes(self):
        """Prefixes, no namespace, an envelope, another encoding, later versions."""
        plain = CAMT.replace(' xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"', '')
        prefixed = CAMT.replace('</', '</c:').replace('<', '<c:').replace('<c:/c:', '</c:').replace('<c:?', '<?')
        prefixed = prefixed.replace('<c:Document xmlns=', '<c:Document xmlns:c=')
        enveloped = CAMT.replace('?>\n', '?>\n<Envelope><Header/>', 1) + '</Envelope>'
        latin = CAMT.replace('UTF-8', 'ISO-8859-2').encode('iso-8859-2')
        later = (
            CAMT.replace('001.02', '001.08')
            .replace('<Dbtr><Nm>', '<Dbtr><Pty><Nm>')
            .replace('</Nm></Dbtr>', '</Nm></Pty></Dbtr>')
        )
        later = (
            later.replace('<Sts>PDNG</Sts>', '<Sts><Cd>PDNG</Cd></Sts>')
            .replace('<BIC>', '<BICFI>')
            .replace('</BIC>', '</BICFI>')
        )
        for data in (plain, prefixed, enveloped, latin, later):
            found = self.of(data, Transaction)
            self.assertEqual([one.amount for one in found], [one.amount for one in self.of(CAMT, Transaction)])
            self.assertEqual((found[0].counterparty.name, found[0].counterparty.bank), ("Novák Jozef", 'SUBASKBX'))
            self.assertTrue(found[3].pending)

    def test_camt_details_that_do_not_add_up(self):
        """The entry's amount stands, and what they say is its own."""
        found = self.of(CAMT.replace('>200.00<', '>201.00<'), Transaction)[1]
        self.assertEqual((found.amount, found.details, found.references), (Decimal('300.00'), [], ['A-1', 'A-2']))

    def test_camt_balance_that_does_not_add_up(self):
        self.assertEqual([one.code for one in self.of(CAMT.replace('1020.70', '1020.71'), Warn)], ['balance'])

    def test_camt_refused(self):
        self.refused('damaged', CAMT[:-40])
        self.refused('hostile', CAMT.replace('?>\n', '?>\n<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n', 1))
        self.refused('unknown_format', '<?xml version="1.0"?><Document><CstmrCdtTrfInitn/></Document>')
        self.refused(
            'empty', '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt/></Document>'
        )
        for bad in ('27,70', '-27.70', 'NaN', '1e3', ''):
            self.refused('bad_value', CAMT.replace('>27.70<', f'>{bad}<'))
        self.refused('bad_value', CAMT.replace('2026-04-03', '2026-04-31'))
        self.refused('bad_value', CAMT.replace('Novák Jozef', 'x' * 70_000))

    def test_the_30th_of_february(self):
        (warning,) = self.of(CAMT.replace('2026-04-04', '2026-02-30'), Warn)
        self.assertEqual((warning.code, warning.entry), ('date', 1))
        self.assertEqual(
            self.of(CAMT.replace('2026-04-04', '2026-02-30'), Transaction)[0].value_date, date(2026, 2, 28)
        )

    # === MT940 === #

    def test_mt940(self):
        first, storno = self.of(MT940, Transaction)
        (statement,) = self.of(MT940, Statement)
        self.assertFalse(self.of(MT940, Warn))
        self.assertEqual(
            (statement.account, statement.number, statement.page.number), ('SK0211000000002946123456', '00007', 1)
        )
        self.assertEqual((first.value_date, first.date), (date(2026, 12, 31), date(2027, 1, 2)), "the nearest year")
        self.assertEqual((first.symbols.vs, first.symbols.ss, first.symbols.ks), ('0015501234', None, '0308'))
        self.assertEqual(
            (first.counterparty.name, first.counterparty.account), ("NOVAK JOZEF ING.", 'SK5502000000003142860123')
        )
        self.assertEqual((first.bank_reference, first.code, first.proprietary_code), ('TB123', 'NTRF', '051'))
        self.assertIn("FAKTURA 2026/42", first.text)
        self.assertEqual((storno.amount, storno.reversal), (Decimal('-10.00'), True))
        self.assertEqual(storno.text, ["STORNO KREDITU :61: nothing of ours -not the end"])

    def test_mt940_in_blocks(self):
        data = '{1:F01CEKOSKBXAXXX0000000000}{2:I940009903112240N 020}{4:\r\n' + MT940.replace('\n', '\r\n').replace(
            '\r\n-\r\n', '\r\n-}\r\n'
        )
        self.assertEqual(len(self.of(data, Transaction)), 2)

    def test_mt940_of_the_counterparty(self):
        """Its own symbols are not ours."""
        data = MT940.replace('?24FAKTURA 2026/42', '?24VS2:99 /SS2:88')
        self.assertEqual(self.of(data, Transaction)[0].symbols.vs, '0015501234')
        data = data.replace('?20VS0015501234', '?20.')
        self.assertIsNone(self.of(data, Transaction)[0].symbols.vs)

    def test_mt940_refused(self):
        self.refused('damaged', MT940[: MT940.index(':62F:')])
        self.refused('bad_value', MT940.replace('CR27,70', 'CR27.70'))
        self.refused('bad_value', MT940.replace(':60F:C261230', ':60F:C261330'))
        self.refused('damaged', MT940.replace(':25:SK0211000000002946123456EUR\n', ''))

    # === GPC === #

    def test_gpc(self):
        came, went = self.of(GPC, Transaction)
        (statement,) = self.of(GPC, Statement)
        self.assertFalse(self.of(GPC, Warn))
        self.assertEqual((statement.account, statement.currency), ('0000192000145399', 'CZK'))
        self.assertEqual((statement.opening.amount, statement.closing.amount), (Decimal('1000.00'), Decimal('2315.00')))
        self.assertEqual((came.amount, came.symbols.vs, came.symbols.ks), (Decimal('1815.00'), '0202605001', '0308'))
        self.assertEqual((came.counterparty.account, came.counterparty.bank), ('0000009876543210', '0300'))
        self.assertEqual((came.text, came.code), (["Zprava pro prijemce"], '2'))
        self.assertEqual((went.amount, went.counterparty.account), (Decimal('-500.00'), None))

    def test_gpc_saved_in_another_encoding(self):
        """Every field would stand elsewhere."""
        self.refused('damaged', GPC.replace('ODBERATEL           ', 'ODBĚRATEL           ').encode())
        self.assertEqual(
            self.of(GPC.replace('ODBERATEL ', 'ODBĚRATEL ').encode('cp1250'), Transaction)[0].counterparty.name,
            'ODBĚRATEL',
        )

    # === OFX === #

    def test_ofx(self):
        came, went = self.of(OFX, Transaction)
        (statement,) = self.of(OFX, Statement)
        self.assertEqual((statement.account, statement.bank, statement.end), ('2900123456', '2010', date(2026, 3, 31)))
        self.assertEqual(statement.closing.amount, Decimal('2017.80'))
        self.assertEqual(
            (came.amount, came.counterparty.name, came.symbols.vs), (Decimal('1027.70'), "Peter & syn", '15501234')
        )
        self.assertEqual((went.amount, went.bank_reference), (Decimal('-9.90'), '78'))
        self.refused('damaged', OFX[:-10])
        self.refused('bad_value', OFX.replace('-9.90', '-9.90x'))

    # === CSV and XLSX === #

    def test_csv_tatra(self):
        """The sign stands in a column of its own, the encoding nowhere."""
        came, went = self.of(FILES['tatra'], Transaction)
        (statement,) = self.of(FILES['tatra'], Statement)
        self.assertEqual((statement.profile, statement.account), ('sk_tatrabanka', None))
        self.assertEqual((came.amount, went.amount), (Decimal('1234.56'), Decimal('-12.04')))
        self.assertEqual((came.text, came.symbols.vs), (["Faktúra 2026/0042, ďakujem"], '0015501234'))

    def test_csv_balance_column(self):
        (statement,) = self.of(FILES['danske'], Statement)
        self.assertEqual(
            (statement.opening.amount, statement.closing.amount), (Decimal('85431.05'), Decimal('101900.00'))
        )
        self.assertFalse(self.of(FILES['danske'], Warn))
        self.assertEqual([one.pending for one in self.of(FILES['danske'], Transaction)], [False, False, True])
        newest_first = DANSKE_CSV.splitlines()
        newest_first = '\n'.join([newest_first[0], *newest_first[:0:-1]]) + '\n'
        (other,) = self.of(newest_first, Statement)
        self.assertEqual((other.opening, other.closing), (statement.opening, statement.closing))
        self.assertEqual(
            [one.code for one in self.of(DANSKE_CSV.replace('101.900,00', '101.900,01'), Warn)], ['balance']
        )

    def test_csv_two_accounts(self):
        found = records(SLSP_TWO)
        kinds = [record.account if isinstance(record, Statement) else str(record.amount) for record in found]
        self.assertEqual(kinds, ['1234.56', '-17.85', 'SK0409000000000099512376', '10.00', 'SK7509000000000099512384'])

    def test_csv_any_order_and_sign(self):
        rows = [line.split(';') for line in DANSKE_CSV.splitlines()]
        turned = '\n'.join('\t'.join(reversed(row)) for row in rows) + '\n'
        self.assertEqual(
            [one.amount for one in self.of("Konto,x\n\n" + turned, Transaction)],
            [one.amount for one in self.of(DANSKE_CSV, Transaction)],
        )

    def test_csv_refused(self):
        """One form holds for every row; a cut row is no row."""
        self.refused('bad_value', DANSKE_CSV.replace('-31,05', '-31.05'))
        self.refused('bad_value', DANSKE_CSV.replace('16.03.2026', '2026-03-16'))
        self.refused('damaged', DANSKE_CSV[: DANSKE_CSV.index('"Netflix"') + 5])
        self.refused('damaged', DANSKE_CSV.rstrip()[: -len(';"";"Venter";"Nej"')])
        self.refused('unknown_format', DANSKE_CSV.replace('Saldo', 'Something'))
        self.refused('unknown_format', "a;b;c\n1;2;3\n")
        self.refused('unknown_format', TATRA_CSV, profile='nobody')

    def test_xlsx(self):
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.append(['Lekérdezés kezdete', '2026-06-01'])
        sheet.append([])
        sheet.append(['Számlaszám', 'Ellenoldali számlaszám', 'Ellenoldali név', 'Forgalom típusa', 'Közlemény', 'Kategória',
                      'Banki tranzakció azonosító', 'Tranzakció időpontja', 'Könyvelés dátuma', 'Összeg', 'Devizanem'])  # fmt: skip
        sheet.append(
            [
                '11773016-01234567',
                None,
                "Kovács Péter",
                'ÁTUTALÁS',
                '=1+1',
                None,
                'OTP1',
                None,
                date(2026, 6, 3),
                0.1 + 0.2,
                'HUF',
            ]
        )
        sheet.append(['11773016-01234567', None, "SPAR", 'KÁRTYA', None, None, 'OTP2', None, None, -100, 'HUF'])
        sheet['E4'].data_type = 's'
        sheet.append(
            ['11773016-01234567', None, "Posta", 'DIJ', None, None, 'OTP3', None, date(2026, 6, 4), -50]
        )  # short
        made = io.BytesIO()
        book.save(made)
        booked, waiting, short = self.of(made.getvalue(), Transaction)
        self.assertEqual((booked.amount, booked.date, booked.text), (Decimal('0.3'), date(2026, 6, 3), ['=1+1']))
        self.assertEqual((waiting.pending, waiting.date), (True, None))
        self.assertEqual((short.amount, short.currency), (Decimal('-50'), None))

    # === Archives and others === #

    def test_zip(self):
        found = records(zipped([('a.xml', CAMT), ('b.sta', MT940), ('readme.pdf', b'%PDF-1.4')]))
        self.assertEqual(len([one for one in found if isinstance(one, Statement)]), 2)
        self.assertEqual([one.code for one in found if isinstance(one, Warn)], ['skipped'])
        self.refused('hostile', zipped([('../a.xml', CAMT)]))
        self.refused('hostile', zipped([('a.zip', zipped([('a.xml', CAMT)]))]))
        self.refused('hostile', zipped([('a.csv', b'0' * 30_000_000)]))
        self.refused('hostile', zipped([(f'{number}.xml', CAMT) for number in range(21)]))
        self.refused('damaged', zipped([('a.xml', CAMT)])[:-30])

    def test_strangers(self):
        self.refused('empty', b'')
        self.refused('empty', b' \r\n')
        for data in (
            b'%PDF-1.4 x',
            b'\xd0\xcf\x11\xe0' + b'x' * 600,
            b'\x1f\x8b\x08',
            b'\x00' * 50 + b'x',
            b'<html></html>',
        ):
            self.refused('unknown_format', data)

    def test_as_a_command(self):
        """Nothing is printed before all of it is understood; and JSON without a number that is no text."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, 'x')
            for data, code in ((FILES['camt'], 0), (FILES['camt'][:-50], 2)):
                path.write_bytes(data)
                done = subprocess.run(
                    [sys.executable, ROOT / 'tools' / 'read_statement.py', path], capture_output=True, text=True
                )
                self.assertEqual((done.returncode, done.stderr), (code, ''))
                lines = [json.loads(line, parse_float=self.fail) for line in done.stdout.splitlines()]
                if code:
                    self.assertEqual([*lines[0]], ['error'])
                else:
                    self.assertEqual([line['record'] for line in lines], ['statement', *['transaction'] * 4, 'end'])
                    self.assertEqual((lines[0]['booked'], lines[0]['pending'], lines[1]['amount']), (3, 1, '27.70'))

    def test_samples_of_banks(self):
        """Reference material beside the checkout: read, or refused for what is wrong with it."""
        if not SAMPLES.exists():
            raise SkipTest("Samples of statements are not beside this checkout (shared/specs).")
        bad = {
            'truncated.xml': 'damaged',
            'xxe.xml': 'hostile',
            'cs_cz_utf8_broken.gpc': 'damaged',
            'vub_export_guess.csv': 'unknown_format',
        }
        for path in sorted(SAMPLES.rglob('*')):
            if path.suffix in ('.xml', '.sta', '.gpc', '.ofx', '.csv', '.xlsx'):
                with self.subTest(path.name):
                    if path.name in bad:
                        self.refused(bad[path.name], path.read_bytes())
                    else:
                        self.assertTrue(self.of(path.read_bytes(), Transaction))
