import io
import zipfile
from datetime import date
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...statements import Refused, Statement, Transaction, read_mail
from ..cases.statement_files import CAMT, FIO_MAIL, MAILS, TATRA_MAIL, VUB_MAIL


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestMails(BaseCase):
    """A bank's mail is one movement, or is refused: cut, contradictory, not the bank's."""

    def read(self, name):
        made, statement = read_mail(MAILS[name] if name in MAILS else name.encode(), trusted=True)
        self.assertIsInstance(made, Transaction)
        self.assertIsInstance(statement, Statement)
        return made, statement

    def refused(self, code, text, trusted=True):
        with self.assertRaises(Refused) as caught:
            list(read_mail(text.encode(), trusted))
        self.assertEqual(caught.exception.code, code, caught.exception.message)

    def test_tatra(self):
        made, statement = self.read('tatrabanka')
        self.assertEqual((made.amount, made.currency, made.date), (Decimal('4.00'), 'EUR', date(2019, 12, 11)))
        self.assertEqual(
            (statement.account, statement.closing.amount), ('SK0211000000002946123456', Decimal('88888.62'))
        )
        self.assertEqual(statement.closing.kind, 'interim')
        self.assertEqual((made.symbols.vs, made.symbols.ss, made.symbols.ks), ('12319670000', '123', '308'))
        self.assertEqual((made.counterparty.name, made.counterparty.bank), ("Novak Jozef, Ing.", '1100'))
        self.assertEqual(made.bank_reference, '111219/320305-1')

    def test_vub_forwarded(self):
        made, statement = self.read('vub')
        self.assertEqual(
            (made.amount, made.date, statement.account),
            (Decimal('-1027.70'), date(2026, 3, 3), 'SK5502000000003142860123'),
        )
        self.assertEqual(
            (made.counterparty.account, made.symbols.vs, made.text),
            ('SK4502000000001984100123', '0015501234', ["Platba za faktúru"]),
        )

    def test_fio(self):
        made, statement = self.read('fio')
        self.assertEqual(
            (made.amount, made.currency, made.date), (Decimal('3898.00'), None, date(2026, 3, 3)), "the day in Prague"
        )
        self.assertEqual((made.counterparty.account, made.counterparty.bank), ('7654320005', '0800'))
        self.assertEqual(statement.closing.amount, Decimal('168459.32'))
        made, statement = self.read('fio_new')
        self.assertEqual((made.amount, made.currency, made.counterparty.name), (Decimal('-10.00'), 'CZK', "ing. Novák"))
        self.assertEqual((made.references, made.bank_reference), (['4711'], None), "an order's id is no movement's")

    def test_slsp(self):
        made, _statement = self.read('slsp_mail')
        self.assertEqual((made.amount, made.symbols.vs, made.date), (Decimal('27.70'), '0015501234', date(2026, 3, 3)))

    def test_untrusted(self):
        """Nobody's mail moves money, however it looks."""
        for text in MAILS.values():
            self.refused('untrusted', text.decode('utf-8', 'replace'), trusted=False)
        self.refused('unknown_bank', "From: a@b\n\nHello", trusted=False)

    def test_not_a_movement(self):
        self.refused('not_a_movement', "Subject: Stav na ucte\n\nTATRA BANKA\nzostatok 10,00 EUR")
        self.refused('not_a_movement', "Subject: x\n\nVasa VUB banka: prihlasenie do internet bankingu")
        self.refused('not_a_movement', "Subject: e-commerce\n\nTatra banka AMT=34.90 CURR=978 VS=1 RES=FAIL")

    def test_cut(self):
        for text, mark in (
            (TATRA_MAIL, 'S pozdravom'),
            (TATRA_MAIL, 'zvyseny'),
            (VUB_MAIL, 'transakcia'),
            (FIO_MAIL, 'KS:'),
            (FIO_MAIL, 'Aktu'),
        ):
            self.refused('damaged', text[: text.index(mark)])

    def test_contradictory(self):
        line = "11.12.2019 13:13 bol zostatok Vasho uctu SK0211000000002946123456 zvyseny o 4,00 EUR."
        self.refused('damaged', TATRA_MAIL.replace(line, line + '\n' + line.replace('4,00', '400,00')))
        self.assertEqual(self.read(TATRA_MAIL.replace(line, line + '\n' + line))[0].amount, Decimal('4.00'))

    def test_encrypted(self):
        self.refused(
            'encrypted',
            "From: vypis@tatrabanka.sk\n\n-----BEGIN PGP MESSAGE-----\nx\n-----END PGP MESSAGE-----\nTatra banka",
        )

    def test_attached_statement(self):
        body = (
            'From: a@vub.sk\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\nVUB vypis\n'
            '--x\nContent-Type: application/xml\nContent-Disposition: attachment; filename="export.xml"\n\n'
            + CAMT
            + '\n--x--\n'
        )
        found = list(read_mail(body.encode(), trusted=True))
        self.assertEqual([type(one).__name__ for one in found], [*['Transaction'] * 4, 'Statement'])
        self.refused('untrusted', body, trusted=False)
        made = io.BytesIO()
        with zipfile.ZipFile(made, 'w') as archive:
            archive.writestr('a.xml', CAMT)
        self.assertTrue(made.getvalue())

    # === Hostile, cut and forwarded === #

    def test_headers_that_take_long(self):
        """Before anybody is trusted nothing of a mail may cost much."""
        for header in (
            'From: ' + '(' * 100_000, 'Subject: ' + '=?utf-8?q?a?= ' * 20_000, 'Content-Type: text/plain' + ';a=' * 60_000,
        ):  # fmt: skip
            self.refused('damaged', header + '\nSubject: x\n\ntatra banka', trusted=False)
        self.refused('too_large', 'Content-Type: multipart/mixed; boundary=x\n\n' + '--x\n\na\n' * 30_000)

    def test_texts_that_take_long(self):
        body = 'Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
        for text in (
            '<title ' * 30_000,
            'a' + '\u0301\u0323' * 60_000,
            '11.12.2019 13:13 bol zostatok Vasho uctu ' * 5_000,
        ):
            with self.assertRaises(Refused):
                list(read_mail((body + text + 'tatra banka').encode(), True))

    def test_cut_plain_text(self):
        """A text without an end mark is whole only with its last field, complete."""
        whole = (
            'Bezhotovostný vklad\nSuma: 27,70 EUR\nDatum: 3.3.2026\nReferencia: /VS0015501234\n\nSlovenská sporiteľňa'
        )
        head = 'From: notifikacie@slsp.sk\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n'
        made, _statement = self.read(head + whole)
        self.assertEqual((made.amount, made.symbols.vs), (Decimal('27.70'), '0015501234'))
        for end in range(whole.index('27'), whole.index('1234\n') + 4):
            self.refused('damaged', head + whole[:end])
        cut = (head + whole).encode()
        with self.assertRaises(Refused) as caught:
            list(read_mail(cut[: cut.rindex('ľ'.encode()) + 1], True))
        self.assertEqual(caught.exception.code, 'damaged')
        new = MAILS['fio_new'].decode()
        self.refused('damaged', new[: new.index('1 234,75') + 1])

    def test_cut_parts(self):
        """What ends in the middle of its encoding, or before its last boundary, is cut."""
        _head, text = TATRA_MAIL.split('\n\n', 1)
        outer = 'From: b-mail@tatrabanka.sk\nDate: Wed, 11 Dec 2019 13:13:53 +0100\nContent-Type: multipart/mixed; boundary=x\n\n'
        part = '--x\nContent-Type: text/plain\n\n' + text + '\n'
        self.read(outer + part + '--x--\n')
        self.refused('damaged', outer + part)

    def test_forwarder_says_what_he_likes(self):
        """Only what stands below the bank's own words is the bank's."""
        head, text = VUB_MAIL.split('\n\n', 1)
        made, _statement = self.read(f'{head}\n\nVariabilný symbol: 42\nPopis: my note\n\n{text}')
        self.assertEqual((made.symbols.vs, made.text), ('0015501234', ["Platba za faktúru"]))

    def test_payers_words(self):
        """A payer's words are no status of the bank's."""
        made, _statement = self.read(
            MAILS['slsp_mail'].decode().replace('<tr><td>Referencia', '<tr><td>Popis:</td><td>SporoPay zamietnuta reklamacia</td></tr><tr><td>Referencia')
        )  # fmt: skip
        self.assertEqual(made.text, ["SporoPay zamietnuta reklamacia"])
