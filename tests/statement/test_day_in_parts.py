from odoo.tests import tagged

from ..cases.common import MAIN
from ..cases.hand_written import Words, camt, entry
from ..cases.import_case import ImportCase

ALICE = {'name': "Alice Nova", 'iban': 'SK3112000000198742637541', 'e2e': '/VS42/SS/KS', 'texts': ["Faktura 2026001"]}


def report(entries, day, number, total='0'):
    """A camt.052 of a day."""
    text = camt(entries, day, day, number, total=total).decode().replace('camt.053', 'camt.052')
    return (
        text.replace('BkToCstmrStmt', 'BkToCstmrAcctRpt')
        .replace('<Stmt>', '<Rpt>')
        .replace('</Stmt>', '</Rpt>')
        .encode()
    )


@tagged('post_install', '-at_install')
class TestDayInParts(ImportCase, Words):
    """Equal movements without the bank's id, told in several statements of a day."""

    def setUp(self):
        super().setUp()
        self.day = self.days(3)[0]
        self.fee = entry('-5.00', self.day, texts=["Poplatok za platbu"])

    def part(self, number, opening, total, *entries):
        return camt(entries, self.day, self.day, number, opening, total)

    def count(self):
        return self.in_books().mapped('amount').count(-5.0), len(self.held())

    def parts(self):
        return (
            self.part(1, '1000.00', '95', self.fee, entry('100.00', self.day, 'A', ref='REF0001')),
            self.part(2, '1095.00', '50', entry('50.00', self.day, 'C', ref='REF0003')),
            self.part(3, '1145.00', '195', self.fee, entry('200.00', self.day, 'B', ref='REF0002')),
        )

    def test_three_a_day(self):
        for part in self.parts():
            self.imported(part)
        self.assertEqual(self.count(), (2, 0))
        for part in self.parts():
            self.assertFalse(self.drop(part).can_import, "the same again")

    def test_in_any_order(self):
        for part in self.parts()[::-1]:
            self.imported(part)
        self.assertEqual(self.count(), (2, 0))
        for part in self.parts():
            self.assertFalse(self.drop(part).can_import)

    def test_in_one_drop(self):
        record = self.drop(*self.parts())
        self.assertEqual(record.new_count, 5, "the preview knows")
        record.action_import()
        self.assertEqual(self.count(), (2, 0))

    def test_a_noon_that_changes_nothing_is_asked(self):
        self.imported(self.part(1, '1000.00', '0', self.fee, entry('5.00', self.day, 'A', ref='REF0001')))
        self.imported(self.part(2, '1000.00', '-5', self.fee))
        self.assertEqual(sum(self.count()), 2)

    def test_reports_of_the_day_so_far(self):
        for number in (1, 2, 3):
            record = self.drop(report([self.fee], self.day, number, '-5'))
            if record.can_import:
                record.action_import()
        self.assertEqual(self.count(), (1, 1), "asked once")

    def test_report_then_statement(self):
        self.imported(report([entry('10.00', self.day, ref='INTRADAY00001', **ALICE)], self.day, 1))
        self.imported(camt([entry('10.00', self.day, ref='2026STMT00077', **ALICE)], self.day, self.day, 9, '0', '10'))
        self.assertEqual((len(self.in_books()), len(self.held())), (1, 0))

    def test_one_name_in_common(self):
        """Two people of one first name pay the same for the same."""
        self.imported(
            camt(
                [entry('25.00', self.day, 'Eva Hudak', e2e='/VS100296/SS/KS', texts=["Clenske 2026"])],
                self.day,
                self.day,
            )
        )
        self.server.pay(amount='25.00', days=3, name="EVA HANSEN", remittance=["Clenske 2026"])
        self.fetch(self.feed_all())
        self.assertEqual(len(self.in_books()) + len(self.held()), 2)

    def test_renamed_while_on_hold(self):
        """The bank amends what is on hold to what is in the books: it is not posted for want of a candidate."""
        day = self.days(1)[0]
        self.imported(camt([entry('-10.00', day, 'LIDL SLOVENSKO', texts=["LIDL BRATISLAVA"])], day, day, total='-10'))
        self.server.pay(amount='-10.00', days=1, name="MERCHANT", remittance=["CARD BLOCK"], anonymous=True)
        feed = self.feed_all()
        self.fetch(feed)
        self.bank.state['ledger'][MAIN][-1].update(name="LIDL SLOVENSKO", remittance=["LIDL BRATISLAVA"])
        self.fetch(feed)
        self.fetch(feed)
        self.assertEqual((len(self.in_books()), self.held().gone), (1, True))
