import io
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...statements import Refused, Statement, Transaction, Warn, read
from ..cases.statement_files import CAMT, DANSKE_CSV, OFX, SLSP_TWO, TATRA_CSV

HEAD = ':20:Y\n:25:SK0211000000002946123456\n:28C:1\n:60F:C260227EUR100,00\n'
ENTRY, TAIL = ':61:2602270227C5,00NTRFNONREF\n:86:text\n', ':62F:C260227EUR105,00\n-\n'
INTERIM = ':20:Y\n:25:SK0211000000002946123456\n:28C:1\n:34F:EUR0,\n:13D:2602271200+0100\n'


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestDamaged(BaseCase):
    """A file that lost or changed a sign is refused, or says that it does not add up; money never goes missing quietly."""

    def records(self, data):
        return list(read(io.BytesIO(data.encode())))

    def of(self, data, kind):
        return [record for record in self.records(data) if isinstance(record, kind)]

    def refused(self, data, *codes):
        with self.assertRaises(Refused) as caught:
            self.records(data)
        self.assertIn(caught.exception.code, codes, caught.exception.message)

    def warned(self, data):
        return {record.code for record in self.of(data, Warn)}

    def test_mt940_entries(self):
        """What is no payer's text is refused, also where a text could stand."""
        self.assertFalse(self.warned(HEAD + ENTRY + TAIL))
        for entry in (
            ':61:26O2270227C5,00NTRFNONREF', ':61:2602270227X5,00NTRFNONREF', ':61:2602270227C500NTRFNONREF', ':61:2602270227C5,00',
        ):  # fmt: skip
            self.refused(HEAD + ENTRY + entry + '\n' + TAIL, 'bad_value')
        self.refused(HEAD + '61:2602270227C5,00NTRFNONREF\n' + TAIL, 'damaged')
        self.refused(HEAD + ENTRY + ':62F:C260227EUR10500\n-\n', 'bad_value')
        self.refused(HEAD + ENTRY + TAIL[:-2] + TAIL, 'damaged')
        self.refused(HEAD + ENTRY + TAIL.replace('EUR', 'USD'), 'damaged')
        self.refused(HEAD + ENTRY + TAIL + HEAD[HEAD.index(':28C') :] + TAIL, 'damaged')
        self.refused('{1:F01X}{4:\n' + HEAD + ENTRY + TAIL[:-2], 'damaged')
        for end in ('', '}', '}{5:{CHK:1}}'):
            self.assertFalse(self.warned('{1:F01X}{4:\n' + HEAD + ENTRY + TAIL.rstrip() + end))
        self.refused(HEAD + ENTRY + ('y' * 60 + '\n') * 1200 + TAIL, 'bad_value')

    def test_mt940_unknown_field(self):
        self.assertEqual(self.warned(HEAD + ':99Z:what\n' + ENTRY + TAIL), {'skipped'})

    def test_mt942_control_sums(self):
        self.assertFalse(self.warned(INTERIM + ENTRY + ':90D:0EUR0,\n:90C:1EUR5,00\n-\n'))
        self.assertEqual(self.warned(INTERIM + ENTRY + ':90D:1EUR5,00\n:90C:1EUR5,00\n-\n'), {'checksum'})

    def test_mt940_texts(self):
        """A question mark is no piece, a plus no key, and the day of a leap year that is none is its last one."""
        for text, said in (
            ('Kolko stoji?20 EUR alebo?30 EUR', ['Kolko stoji?20 EUR alebo?30 EUR']),
            ('166?00GUTSCHRIFT?20EREF+E1?21SVWZ+bitte IBAN+BIC ange?22ben', ['bitte IBAN+BIC angeben']),
            ('020~00BX10~20Faktura 12~32Jan Kowalski', ['Faktura 12']),
        ):
            (entry,) = self.of(HEAD + ENTRY.replace('text', text) + TAIL, Transaction)
            self.assertEqual(entry.text, said)
        leap = HEAD + ENTRY.replace('2602270227', '2602270229') + TAIL
        self.assertEqual(self.of(leap, Transaction)[0].date, date(2026, 2, 28))
        self.assertEqual(self.warned(leap), {'date'})

    def test_mt940_in_utf_16(self):
        records = list(read(io.BytesIO((HEAD + ENTRY + TAIL).encode('utf-16'))))
        self.assertIsInstance(records[0], Transaction)

    def test_ofx(self):
        amount = '<TRNAMT>'
        self.assertIn(amount, OFX)
        place = OFX.index(amount)
        self.refused(OFX.replace(amount, '<TRNAMT>1.00' + amount, 1), 'damaged')
        start = OFX.index('<STMTTRN>')
        self.refused(OFX[:start] + OFX[start + len('<STMTTRN>') :], 'damaged')
        self.refused(OFX[:place] + '<MEMO>' + 'x' * 2_000_000 + OFX[place:], 'bad_value')
        told = OFX[:place] + '<CURRENCY><CURSYM>USD</CURRENCY><PAYEE><NAME><![CDATA[A & <B>]]></PAYEE>' + OFX[place:]
        entry = self.of(told, Transaction)[0]
        self.assertEqual(entry.currency, 'USD')
        self.assertNotEqual(self.of(OFX, Transaction)[0].currency, 'USD')

    def test_camt_control_sums(self):
        summary = '<TxsSummry>%s</TxsSummry><Ntry>'

        def told(group):
            return self.warned(CAMT.replace('<Ntry>', summary % group, 1))

        right = '<TtlNtries><NbOfNtries>4</NbOfNtries><Sum>689.70</Sum></TtlNtries>'
        self.assertFalse(told(right))
        for wrong in (right.replace('4', '3'), right.replace('689.70', '689.71')):
            self.assertEqual(told(wrong), {'checksum'})
        batch = CAMT.replace('<NtryDtls><TxDtls><Refs><EndToEndId>A-1', '<NtryDtls>%s<TxDtls><Refs><EndToEndId>A-1')
        self.assertFalse(self.warned(batch % '<Btch><MsgId>B</MsgId><NbOfTxs>2</NbOfTxs></Btch>'))
        self.assertEqual(self.warned(batch % '<Btch><NbOfTxs>3</NbOfTxs></Btch>'), {'checksum'})
        self.assertEqual(self.warned(batch % '<Btch><TtlAmt Ccy="EUR">1.00</TtlAmt></Btch>'), {'checksum'})

    def test_camt_version_1(self):
        """Details stand in the entry itself."""
        data = CAMT.replace('.001.02', '.001.01').replace('<NtryDtls>', '').replace('</NtryDtls>', '')
        first, batch, _storno, _waiting = self.of(data, Transaction)
        self.assertEqual((first.text, len(batch.details)), (["Faktúra 2026/0042"], 2))

    def test_camt_charges_and_returns(self):
        data = CAMT.replace(
            '<AddtlNtryInf>', '<Chrgs><TtlChrgsAndTaxAmt Ccy="EUR">3.00</TtlChrgsAndTaxAmt></Chrgs><AddtlNtryInf>'
        )
        storno = self.of(data, Transaction)[2]
        self.assertEqual([fee.amount for fee in storno.fees], [Decimal('3.00')])
        data = CAMT.replace('<RmtInf>', '<RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf><RmtInf>')
        self.assertIn('AC04', self.of(data, Transaction)[0].info)

    def test_bombs_of_elements(self):
        """What a parser would have to hold is limited, wherever it stands."""
        junk = '<a/>' * 800_000
        for place in ('<GrpHdr>', '<Bal>', '<Ntry>', '<TxDtls>'):
            self.refused(CAMT.replace(place, junk + place, 1), 'too_large')

    def test_rows_within_a_table(self):
        """A row that lost its day and its amount is no line below the table, as long as entries follow."""
        rows = TATRA_CSV.splitlines()
        strange = rows[2].replace('04.03.2026,03.03.2026,"12,04"', '2026-03-04,,')
        self.assertEqual(self.warned('\n'.join((*rows, strange, ''))), {'skipped'})
        with self.assertRaises(Refused) as caught:
            self.records('\n'.join((rows[0], rows[1], strange, rows[2], '')))
        self.assertEqual((caught.exception.code, caught.exception.line), ('bad_value', 3))

    def test_last_row_without_a_line_end(self):
        """Its amount has as many decimals as those above, or it is cut."""
        rows = [line.split(';') for line in DANSKE_CSV.replace('"', '').splitlines()]
        turned = '\n'.join(';'.join([*row[:4], *row[5:], row[4]]) for row in rows[:3])
        self.assertEqual(len(self.of(turned, Transaction)), 2)
        for end in (1, 2):
            self.refused(turned[:-end], 'damaged', 'bad_value')
        self.refused(turned[: -len(',05')], 'damaged')

    def test_many_accounts(self):
        """Each is read once, however many there are."""
        head, first, *_rest = SLSP_TWO.splitlines()
        account = 'SK0409000000000099512376'
        self.assertIn(account, first)
        rows = [first.replace(account, f'SK04090000000000995{number % 90:05}') for number in range(2000)]
        found = self.records('\n'.join((head, *rows, '')))
        self.assertEqual(sum(isinstance(record, Transaction) for record in found), 2000)
        self.assertEqual(sum(isinstance(record, Statement) for record in found), 90)
        many = [first.replace(account, f'SK04090000000000995{number:05}') for number in range(200)]
        self.refused('\n'.join((head, *many, '')), 'too_large')

    def test_digits_of_other_scripts(self):
        """No bank writes them; a person who looks would read something else."""
        self.refused(DANSKE_CSV.replace('-31,05', '-\u0663\u0661,05'), 'bad_value')
        self.refused(DANSKE_CSV.replace('16.03', '1\uff16.03'), 'bad_value')
