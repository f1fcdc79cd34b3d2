from datetime import timedelta

from odoo.tests import tagged

from ...sandbox import papers
from ...sandbox.people import accounts_of
from ..cases.hand_written import Words, camt, entry
from ..cases.import_case import ACCOUNT, ImportCase


@tagged('post_install', '-at_install')
class TestParts(ImportCase, Words):
    """Pages, parts of a day, filtered exports, other days and other words."""

    def test_pages_with_equal_fees(self):
        first, last = self.days(5, 0)
        day = self.days(3)[0]
        fee = entry('-5.00', day, texts=['Poplatok za platbu'])
        one = camt([fee, entry('100.00', day, 'A', ref='R1')], first, last, 1).decode()
        two = camt([fee, entry('200.00', day, 'B', ref='R2')], first, last, 1).decode()
        a, b = one.partition('<Stmt>'), two.partition('<Stmt>')
        stmt1 = (
            '<Stmt>'
            + a[2]
            .partition('</Stmt>')[0]
            .replace('<FrToDt>', '<StmtPgntn><PgNb>1</PgNb><LastPgInd>false</LastPgInd></StmtPgntn><FrToDt>', 1)
            + '</Stmt>'
        )
        stmt2 = (
            '<Stmt>'
            + b[2]
            .partition('</Stmt>')[0]
            .replace('<FrToDt>', '<StmtPgntn><PgNb>2</PgNb><LastPgInd>true</LastPgInd></StmtPgntn><FrToDt>', 1)
            + '</Stmt>'
        )
        stmt1 = stmt1.replace('<ElctrncSeqNb>1</ElctrncSeqNb>', '').replace('<StmtPgntn>', '<StmtPgntn>')
        stmt2 = stmt2.replace('<ElctrncSeqNb>1</ElctrncSeqNb>', '')
        data = (a[0] + stmt1 + stmt2 + '</BkToCstmrStmt></Document>').encode()
        record = self.imported(data)
        self.assertEqual(len(record.statement_ids), 2)
        self.assertEqual(sorted(self.in_books().mapped('amount')), [-5.0, -5.0, 100.0, 200.0], self.state())

    def test_mt940_pages(self):
        day = self.days(3)[0]

        def page(n, ob, cb, first, last, extra):
            return (
                f':20:STARTUMS\r\n:25:{ACCOUNT["iban"]}\r\n:28C:00007/00{n}\r\n:{"60F" if first else "60M"}:C{day:%y%m%d}EUR{ob}\r\n'
                f':61:{day:%y%m%d}{day:%m%d}D5,00NCHGNONREF\r\n:86:POPLATOK\r\n{extra}'
                f':{"62F" if last else "62M"}:C{day:%y%m%d}EUR{cb}\r\n-\r\n'
            )

        x1 = f':61:{day:%y%m%d}{day:%m%d}C100,00NTRFNONREF//R1\r\n:86:PLATBA A\r\n'
        x2 = f':61:{day:%y%m%d}{day:%m%d}C200,00NTRFNONREF//R2\r\n:86:PLATBA B\r\n'
        data = (
            page(1, '1000,00', '1095,00', True, False, x1) + page(2, '1095,00', '1290,00', False, True, x2)
        ).encode()
        record = self.imported(data)
        self.assertEqual(
            sorted(self.in_books().mapped('amount')),
            [-5.0, -5.0, 100.0, 200.0],
            (record.statement_ids.mapped('number'), self.state()),
        )

    def test_daily_statements_twice_a_day(self):
        """Two closed statements of one day (noon, evening), each with an anonymous equal fee, in two files."""
        day = self.days(3)[0]
        fee = entry('-5.00', day, texts=['Poplatok za platbu'])
        self.imported(camt([fee, entry('100.00', day, 'A', ref='R1')], day, day, 1, '1000.00', '95'))
        self.imported(camt([fee, entry('200.00', day, 'B', ref='R2')], day, day, 2, '1095.00', '195'))
        self.assertEqual(self.in_books().mapped('amount').count(-5.0) + len(self.held()), 2, self.state())

    def test_csv_value_date_fee(self):
        day = self.days(3)[0]
        self.server.pay(amount='-5.00', days=3, name="", remittance=["Account maintenance"])
        # CSV tells day of value one day before, in its own words
        import csv
        import io

        out = io.StringIO()
        out.write(papers.HEADER + '\r\n')
        csv.writer(out, lineterminator='\r\n', quoting=csv.QUOTE_ALL).writerow(
            [
                ACCOUNT['iban'],
                f'{day - timedelta(days=1):%d.%m.%Y}',
                '-5,00',
                'EUR',
                '',
                '',
                'Poplatok za vedenie',
                '',
                '',
            ]
        )
        self.imported(out.getvalue().encode(), name='x.csv')
        self.fetch(self.feed_all())
        self.assertEqual(len(self.in_books()), 1, self.state())

    def test_line_in_draft(self):
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.imported(self.camt())
        self.in_books().move_id.button_draft()
        self.fetch(self.feed_all())
        self.in_books().filtered(lambda line: line.state == 'draft').move_id.action_post()
        self.assertEqual(len(self.in_books()) + len(self.held()), 1, self.state())

    def test_overlapping_periods_statements(self):
        self.server.pay(amount='10.00', days=10, name="A")
        self.server.pay(amount='20.00', days=8, name="B")
        self.server.pay(amount='40.00', days=2, name="C")
        self.imported(self.camt(12, 5))
        self.imported(self.camt(9, 0))
        found = self.env['account.bank.statement'].search([('journal_id', '=', self.journal.id)])
        self.assertEqual(len(self.in_books()), 3)
        self.assertTrue(
            all(found.mapped('is_complete')),
            [(f.name, f.balance_start, f.balance_end_real, f.balance_end, f.is_complete, f.is_valid) for f in found],
        )

    def test_deleted_then_again(self):
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.imported(self.camt())
        line = self.in_books()[0]
        line.move_id.button_draft()
        line.with_context(force_delete=True).unlink()
        again = self.imported(self.camt())
        self.assertEqual((again.new_count, len(self.in_books())), (1, 2))
        self.fetch(self.feed_all())
        self.assertEqual(len(self.in_books()), 2, self.state())

    def test_file_feed_file_csv(self):
        for n, d in (("Alice", 3), ("Alice", 3), ("Bob", 3), ("", 3), ("", 3)):
            self.server.pay(amount='10.00', days=d, name=n, anonymous=not n, remittance=["x"] if n else [])
        self.imported(self.csv(), name='a.csv')
        feed = self.feed_all()
        self.fetch(feed)
        self.imported(self.camt())
        self.assertFalse(self.drop(self.csv(), name='a.csv').can_import)
        self.fetch(feed)
        self.assertEqual((len(self.in_books()), len(self.held())), (5, 0), self.state())

    def test_camt052_deltas(self):
        day = self.days(0)[0]
        fee = entry('-5.00', day, texts=['Poplatok za platbu'])

        def report(e, n):
            return (
                camt(e, day, day, n)
                .decode()
                .replace('camt.053', 'camt.052')
                .replace('BkToCstmrStmt', 'BkToCstmrAcctRpt')
                .replace('<Stmt>', '<Rpt>')
                .replace('</Stmt>', '</Rpt>')
                .encode()
            )

        self.imported(report([fee, entry('100.00', day, 'A', ref='R1')], 1))
        self.imported(report([fee, entry('200.00', day, 'B', ref='R2')], 2))
        self.assertEqual(self.in_books().mapped('amount').count(-5.0) + len(self.held()), 2, self.state())

    def test_several_days_statements_in_one_file_recurring(self):
        d1, d2 = self.days(3)[0], self.days(2)[0]
        e = {'name': 'Alice', 'iban': 'SK5502000000003142860123', 'e2e': '/VS42/SS/KS', 'texts': ['Rent']}
        self.imported(
            camt([entry('10.00', d1, **e)], d1, d1, 1, total='10'),
            camt([entry('10.00', d2, **e)], d2, d2, 2, total='10'),
        )
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())
        self.server.pay(
            amount='10.00',
            days=3,
            name='Alice',
            iban='SK5502000000003142860123',
            e2e='/VS42/SS/KS',
            remittance=['Rent'],
        )
        self.server.pay(
            amount='10.00',
            days=2,
            name='Alice',
            iban='SK5502000000003142860123',
            e2e='/VS42/SS/KS',
            remittance=['Rent'],
        )
        self.fetch(self.feed_all())
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_month_edge(self):
        """camt of March books on 31st, value 1st; CSV of April tells value days."""
        d1, d2 = self.days(10)[0], self.days(9)[0]
        self.imported(
            camt(
                [entry('500.00', d1, 'Alice Nova', 'SK5502000000003142860123', texts=['Najom'], ref='R9', value=d2)],
                self.days(30)[0],
                d1,
                total='500',
            )
        )
        import csv
        import io

        out = io.StringIO()
        out.write(papers.HEADER + '\r\n')
        csv.writer(out, lineterminator='\r\n', quoting=csv.QUOTE_ALL).writerow(
            [
                ACCOUNT['iban'],
                f'{d2:%d.%m.%Y}',
                '500,00',
                'EUR',
                'ALICE NOVA',
                'SK5502000000003142860123',
                'Najom',
                '',
                '',
            ]
        )
        self.imported(out.getvalue().encode(), name='x.csv')
        self.assertEqual(len(self.in_books()), 1, self.state())

    def test_swapped_details(self):
        """Interface: symbols only; export: names and accounts only. Which is which cannot be told."""
        self.server.pay(amount='25.00', days=3, name="", e2e='/VS1001/SS/KS')
        self.server.pay(amount='25.00', days=3, name="", e2e='/VS1002/SS/KS')
        self.fetch(self.feed_all())
        day = self.days(3)[0]
        rec = self.imported(
            camt(
                [
                    entry('25.00', day, 'Bob Stary', 'SK3112000000198742637541'),
                    entry('25.00', day, 'Alice Nova', 'SK5502000000003142860123'),
                ],
                day,
                day,
                total='50',
            )
        )
        self.assertFalse(
            self.in_books().mapped('partner_name')[0],
            (
                rec.known_count,
                rec.held_count,
                [(line.payment_ref, line.partner_name, line.account_number) for line in self.in_books()],
            ),
        )

    def test_filtered_export_other_name(self):
        """Interface: a card payment at LIDL; a filtered export: one at TESCO of the same amount and day."""
        day = self.days(1)[0]
        self.server.pay(amount='-10.00', days=1, name="LIDL")
        self.fetch(self.feed_all())
        rec = self.imported(camt([entry('-10.00', day, 'TESCO STORES')], day, day, total='-10'))
        self.assertEqual(len(self.in_books()) + len(self.held()), 2, (rec.known_count, self.state()))

    def test_a_person_moves_the_day(self):
        self.server.pay(amount='10.00', days=3, name="Alice")
        self.imported(self.camt())
        self.in_books().date = self.days(2)[0]
        self.server.pay(amount='10.00', days=3, name="Bob", e2e='/VS43/SS/KS')
        self.imported(self.camt())
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())

    def test_dollars(self):
        dollars = accounts_of('jana')[2]
        self.env.ref('base.USD').active = True
        self.rate('USD', 1.1)
        journal = self.journal_in(self.env.ref('base.USD'))
        for _n in range(2):
            self.server.pay(key=f"{dollars['iban']}/USD", amount='10.10', name='Alice')
        one = self.imported(self.camt(account=dollars), journal=journal)
        self.assertEqual(one.new_count, 2)
        self.server.pay(key=f"{dollars['iban']}/USD", amount='10.10', name='Alice')
        self.assertEqual(self.imported(self.camt(account=dollars), journal=journal).new_count, 1)
        csv = papers.export(self.bank, dollars, *self.days(60)).encode()
        rec = self.drop(csv, journal=journal, name='x.csv')
        self.assertEqual((rec.new_count, rec.known_count), (0, 3))
        one.action_undo()
        self.assertEqual(len(self.env['account.bank.statement.line'].search([('journal_id', '=', journal.id)])), 3)

    def test_twice_in_one_drop(self):
        for _n in range(2):
            self.server.pay(amount='-5.00', name='', remittance=['Fee'], anonymous=True)
        rec = self.drop(self.camt(), self.csv(), self.camt())
        rec.action_import()
        self.assertEqual((len(self.in_books()), len(self.held())), (2, 0), self.state())
        rec.action_undo()
        self.assertEqual((len(self.in_books()), len(self.held())), (0, 0), self.state())

    def test_mt940_after_camt_fees(self):
        day = self.days(3)[0]
        for _n in range(3):
            self.server.pay(amount='-5.00', days=3, name='', remittance=['Poplatok za platbu'])
        self.imported(self.camt())
        x = f':61:{day:%y%m%d}{day:%m%d}D5,00NCHGNONREF//{{}}\r\n:86:POPL.PLATBA\r\n'
        data = (
            f':20:STARTUMS\r\n:25:{ACCOUNT["iban"]}\r\n:28C:00007/001\r\n:60F:C{day:%y%m%d}EUR1000,00\r\n'
            + ''.join(x.format(f'T{n}') for n in range(4))
            + f':62F:C{day:%y%m%d}EUR980,00\r\n-\r\n'
        ).encode()
        rec = self.imported(data)
        self.assertEqual((rec.new_count, rec.known_count, len(self.held())), (1, 3, 0), self.state())
        self.fetch(self.feed_all())
        self.assertEqual((len(self.in_books()), len(self.held())), (4, 0), self.state())

    def test_short_references(self):
        """Two sources number the day's movements: 0001, 0002; other payers."""
        day = self.days(2)[0]
        self.imported(camt([entry('10.00', day, 'Bob', 'SK3112000000198742637541', ref='0001')], day, day, total='10'))
        x = f':61:{day:%y%m%d}{day:%m%d}C10,00NTRFNONREF//0001\r\n:86:?20PLATBA?31SK5502000000003142860123?32ALICE\r\n'
        data = (
            f':20:STARTUMS\r\n:25:{ACCOUNT["iban"]}\r\n:28C:00007/001\r\n:60F:C{day:%y%m%d}EUR1000,00\r\n'
            + x
            + f':62F:C{day:%y%m%d}EUR1010,00\r\n-\r\n'
        ).encode()
        rec = self.imported(data)
        self.assertEqual(len(self.in_books()) + len(self.held()), 2, (rec.known_count, self.state()))

    def test_filtered_exports_of_one_form(self):
        """A person exports received payments of the day filtered twice by name... as CSV of one form, equal rows without ids."""
        import csv
        import io

        day = self.days(1)[0]

        def export(rows):
            out = io.StringIO()
            out.write(papers.HEADER + '\r\n')
            w = csv.writer(out, lineterminator='\r\n', quoting=csv.QUOTE_ALL)
            for a, n, t in rows:
                w.writerow([ACCOUNT['iban'], f'{day:%d.%m.%Y}', a, 'EUR', n, '', t, '', ''])
            return out.getvalue().encode()

        self.imported(export([('25,00', 'Alice Nova', 'Clenske')]), name='a.csv')
        rec = self.imported(export([('25,00', 'Bob Stary', 'Clenske')]), name='b.csv')
        self.assertEqual(
            len(self.in_books()) + len(self.held()),
            2,
            (rec.known_count, self.state(), self.in_books().mapped('bank_feed_details')),
        )

    def test_notifications_with_ids_of_one_source(self):
        """camt.054 tells only what is new: the same customer's second payment of the day, with the bank's own other id."""
        day = self.days(0)[0]

        def note(ref, n):
            data = camt(
                [entry('10.00', day, 'Alice', 'SK3112000000198742637541', e2e='/VS42/SS/KS', ref=ref)], day, day, n
            ).decode()
            return (
                data.replace('camt.053', 'camt.054')
                .replace('BkToCstmrStmt', 'BkToCstmrDbtCdtNtfctn')
                .replace('<Stmt>', '<Ntfctn>')
                .replace('</Stmt>', '</Ntfctn>')
                .encode()
            )

        self.imported(note('TB0000001', 1))
        rec = self.drop(note('TB0000002', 2))
        if rec.can_import:
            rec.action_import()
        self.assertEqual(
            len(self.in_books()) + len(self.held()),
            2,
            (rec.statement_ids.format, rec.new_count, rec.known_count, self.state()),
        )

    def test_evening_statement_of_one_source_with_ids(self):
        """A closed statement at noon (camt.053 no. 1), another in the evening (no. 2): the bank's ids differ."""
        day = self.days(0)[0]
        e = {'name': 'Alice', 'iban': 'SK3112000000198742637541', 'e2e': '/VS42/SS/KS'}
        self.imported(camt([entry('10.00', day, ref='TB0000001', **e)], day, day, 1, '0.00', '10'))
        rec = self.imported(camt([entry('10.00', day, ref='TB0000002', **e)], day, day, 2, '10.00', '10'))
        self.assertEqual(len(self.in_books()) + len(self.held()), 2, (rec.new_count, rec.known_count, self.state()))
