import io
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import BaseCase, tagged

from ... import statements
from ...sandbox import papers
from ...statements.guess import guess
from ..cases.import_case import ACCOUNT, ImportCase

UNCLEAR = "When;Who;Why;Sum\r\n04/05/2026;Alice;A;1.000\r\n06/07/2026;Bob;B;2.000\r\n"
WORDS = "Date;Partner;Type;Amount;Message\r\n31.12.2026;Alice;Debet;10,50;Rent\r\n30.12.2026;Bob;Kredit;7,00;Fee\r\n"


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestGuess(BaseCase):
    """Which column of an export is what."""

    def roles(self, text, encoding='utf-8'):
        return {column.header: column.role for column in guess(io.BytesIO(text.encode(encoding))).columns}

    def test_columns(self):
        self.assertEqual(
            self.roles(WORDS),
            {'Date': 'date', 'Partner': 'name', 'Type': 'direction', 'Amount': 'amount', 'Message': 'text'},
        )
        self.assertEqual(guess(io.BytesIO(WORDS.encode())).debit, ['Debet'])

    def test_encodings_and_lines_above(self):
        text = "Kontoudtog\r\n\r\nBogført;Tekst;Beløb;Saldo\r\n31-12-2026;Køb;-1.234,50;10,00\r\n"
        for encoding in ('utf-8', 'cp1252', 'utf-16'):
            self.assertEqual(
                self.roles(text, encoding), {'Bogført': 'date', 'Tekst': 'text', 'Beløb': 'amount', 'Saldo': 'balance'}
            )

    def test_what_is_unclear_is_asked(self):
        found = guess(io.BytesIO(UNCLEAR.encode()))
        self.assertEqual(found.dates, ['d/m/Y', 'm/d/Y'])
        self.assertEqual(found.decimals, [',', '.'])

    def test_no_table(self):
        for text in ('', 'hello', 'a;b;c\n', 'a;b;c\nx;y;z\n', '\x00\x01\x02', '%PDF-1.4 ...'):
            with self.assertRaises(statements.Refused, msg=text):
                guess(io.BytesIO(text.encode()))


@tagged('post_install', '-at_install')
class TestTeach(ImportCase):
    """A person says once which column is what."""

    def strange(self):
        return papers.strange(self.bank, ACCOUNT, *self.days(60)).encode()

    def taught(self, content):
        """(the import, its form)"""
        record = self.drop(content, journal=self.journal, name='pohyby.csv')
        self.assertEqual(record.file_ids.error_code, 'unknown_format')
        action = record.file_ids.action_teach()
        return record, self.env['bank.import.profile'].with_user(self.accountant).browse(action['res_id'])

    def test_in_a_minute(self):
        invoice = self.invoice(120.0)
        self.server.pay(amount='120.00', days=20, remittance=[invoice.name], name="Zákazník s.r.o.")
        self.server.pay(amount='-5.50', days=13, name="Bank")
        record, form = self.taught(self.strange())
        form.date_form = 'day_slash_short'  # whether it has to be said depends on the days
        self.assertEqual(
            (form.result.get('count'), form.result.get('came'), form.result.get('went')),
            (2, '120.00 EUR', '-5.50 EUR'),
            form.result,
        )
        self.assertEqual(form.result['balance'], 'yes')
        form.action_teach()
        self.assertEqual((record.state, record.new_count), ('preview', 2))
        record.action_import()
        self.assertEqual(invoice.payment_state, 'paid')
        self.server.pay(amount='7.00', days=2, name="Carol")
        again = self.drop(self.strange(), journal=self.journal, name='next.csv')
        self.assertFalse(again.file_ids.error, "recognised the next time")
        self.assertEqual((again.new_count, again.known_count), (1, 2))

    def test_dates_are_asked(self):
        _record, form = self.taught(UNCLEAR.encode())
        self.assertTrue(form.dates_unclear)
        self.assertIn("“04/05/2026” may be 4 May 2026 or 5 Apr 2026", form.dates_example)
        self.assertEqual(
            set(form.date_choices), {'day_slash', 'month_slash'}, "only forms in which all days can be read"
        )
        self.assertIn("Choose above how the days", form.result['error'])
        form.column_ids.filtered(lambda column: column.role == 'date').role = 'ignore'
        self.assertEqual(set(form.date_choices), {'year_dash'}, "without a column of days nothing is unclear")
        form.column_ids[0].role = 'date'
        with self.assertRaises(UserError):
            form.action_teach()
        form.write({'date_form': 'day_slash', 'decimal': 'point'})
        self.assertEqual(
            (form.result['count'], form.result['first'], form.result['came']), (2, '4 May 2026', '3.000 EUR')
        )

    def test_words_of_direction(self):
        _record, form = self.taught(WORDS.encode())
        self.assertEqual((form.result['came'], form.result['went']), ('7.00 EUR', '-10.50 EUR'))
        form.debit = ''
        self.assertIn("went out", form.result['error'])

    def test_signs_and_currencies_beside_amounts(self):
        """A minus behind, a currency beside: as shops and old banks write; who and why stand in columns that no word names."""
        told = "Kedy;Kolko;Kto;Naco\r\n27.11.2026;84,00- EUR;Peter Malý;Nájom za november\r\n28.11.2026;70,05 EUR;Anna Veľká;Faktúra 20260042, ďakujeme\r\n28.11.2026;5,05 EUR;Ján Nový;Faktúra 20260043\r\n"
        record, form = self.taught(told.encode())
        self.assertEqual(
            dict(form.column_ids.mapped(lambda column: (column.name, column.role))),
            {'Kedy': 'date', 'Kolko': 'amount', 'Kto': 'name', 'Naco': 'text'},
        )
        self.assertEqual((form.result['came'], form.result['went']), ('75.10 EUR', '-84.00 EUR'), form.result)
        self.assertEqual(form.result['warnings'], [])
        form.column_ids.filtered(lambda column: column.role in ('name', 'text')).role = 'ignore'
        self.assertIn("nothing can be matched", form.result['warnings'][0])
        form.column_ids[2:].role = 'text'
        form.action_teach()
        self.assertEqual(record.new_count, 3)

    def test_days_to_come_are_said(self):
        later = fields.Date.today() + timedelta(days=40)
        _record, form = self.taught(
            f"Day;Sum;Who\r\n{later:%d.%m.%Y};7,00;Alice\r\n{later:%d.%m.%Y};8,00;Bob\r\n".encode()
        )
        self.assertIn("in the future", form.result['warnings'][0])

    def test_wrong_columns_are_said(self):
        self.server.pay(amount='120.00', days=20)
        self.server.pay(amount='20.00', days=19)
        _record, form = self.taught(self.strange())
        form.date_form = 'day_slash_short'
        out, came = (form.column_ids.filtered(lambda column, role=role: column.role == role) for role in ('out', 'in'))
        out.role, came.role = 'in', 'out'
        self.assertEqual(form.result.get('balance'), 'no', form.result)
        form.column_ids.filtered(lambda column: column.role == 'date').role = 'ignore'
        self.assertIn("booking day", form.result['error'])

    def test_another_file_is_not_read(self):
        """A form shows the file that it is taught on, whatever a call says."""
        _record, form = self.taught(WORDS.encode())
        self.server.pay(amount='10.00', name="Secret Payer")
        other = self.drop(self.strange(), name='x.csv').file_ids
        answer = form.onchange({'file_id': other.id, 'debit': 'x'}, ['file_id'], {'result': {}})
        self.assertNotIn("Secret Payer", str(answer))

    def test_who_may(self):
        _record, form = self.taught(WORDS.encode())
        with self.assertRaises(AccessError):
            form.write({'is_taught': True})
        with self.assertRaises(AccessError):
            form.write({'company_id': self.env.ref('base.main_company').id})
        with self.assertRaises(AccessError):
            form.column_ids[0].write({'name': "x"})
        with self.assertRaises(AccessError):
            self.env['bank.import.profile'].with_user(self.accountant).create(
                {'name': "x", 'company_id': self.company.id}
            )
        with self.assertRaises(AccessError):
            form.with_user(self._make_user('employee')).read(['name'])
