from odoo.tests import tagged

from ..cases.files_case import ToolCase

PARTNER = {'id': 'p1', 'name': "Kovács és Társa Kft.", 'ibans': ["SK8999520000000005000006"], 'identifiers': ["990042"]}
DOCUMENT = {
    'id': 'd1', 'company': 'c1', 'partner': 'p1', 'kind': 'invoice', 'state': 'open', 'number': "INV/2026/00042",
    'payment_reference': "INV/2026/00042", 'date': '2026-10-01', 'due': '2026-10-15', 'currency': 'EUR', 'total': '120.00',
    'residual': '120.00',
}  # fmt: skip
LINE = {
    'id': 'l1',
    'company': 'c1',
    'date': '2026-10-14',
    'amount': '120.00',
    'currency': 'EUR',
    'text': ["Faktura INV/2026/00042"],
}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestMatchFiles(ToolCase):
    """The engine as a black box: files in, decisions out."""

    tool = 'match_files.py'

    def match(self, documents=(DOCUMENT,), lines=(LINE,), partners=(PARTNER,), options=()):
        return self.run_tool({'documents': documents, 'lines': lines, 'partners': partners}, options)

    def test_contract(self):
        rows = self.match()
        self.assertEqual(
            rows,
            [
                {
                    'line': 'l1',
                    'action': 'auto',
                    'rule': 'R2',
                    'allocations': [{'document': 'd1', 'instalment': None, 'amount': '120.00'}],
                    'rest': '0.00',
                    'partner': 'p1',
                    'evidence': [{'field': 'text', 'text': 'INV/2026/00042', 'key': 'number', 'strength': 'strong'}],
                    'alternatives': [],
                    'why_not': None,
                }
            ],
        )
        self.assertEqual((self.stats['lines'], self.stats['documents']), (1, 1))
        self.assertGreater(self.stats['peak_mb'], 0)

    def test_in_order_and_words(self):
        rows = self.match(lines=[LINE, {**LINE, 'id': 'l2'}, {**LINE, 'id': 'l3', 'amount': '117.00', 'company': 'c2'}])
        self.assertEqual([row['action'] for row in rows], ['auto', 'none', 'none'])
        self.assertIn("paid already", rows[1]['why_not'])

    def test_signs_instalments_and_parents(self):
        bill = {
            **DOCUMENT,
            'id': 'd2',
            'kind': 'bill',
            'number': "FV2026118",
            'payment_reference': None,
            'residual': '84.00',
        }
        halves = [{'id': f'd3-{place}', 'due': f'2026-1{place}-01', 'residual': '60.00'} for place in (0, 1)]
        split = {**DOCUMENT, 'id': 'd3', 'number': "INV/2026/00077", 'payment_reference': None, 'instalments': halves}
        child = {
            'id': 'p2',
            'name': "Kovács, Pobočka Košice",
            'parent': 'p1',
            'ibans': ["HU42117730161111101800000000"],
        }
        rows = self.match(
            documents=[{**DOCUMENT, 'partner': 'p2'}, bill, split],
            lines=[
                {**LINE, 'amount': '50.00', 'counterparty_account': "HU42 1177 3016 1111 1018 0000 0000"},
                {**LINE, 'amount': '-84.00', 'text': ["FV2026118"]},
                {**LINE, 'amount': '60.00', 'text': ["INV/2026/00077"]},
            ],
            partners=[PARTNER, child],
        )
        self.assertEqual([row['rule'] for row in rows], ['R7', 'R2', 'R2'])
        self.assertEqual((rows[0]['partner'], rows[0]['rest']), ('p1', '0.00'))
        self.assertEqual(rows[1]['allocations'], [{'document': 'd2', 'instalment': None, 'amount': '84.00'}])
        self.assertEqual(rows[2]['allocations'][0]['instalment'], 'd3-0')

    def test_policies(self):
        line = {**LINE, 'text': ["INV/2026/00024"], 'counterparty_account': "SK8999520000000005000006"}
        self.assertEqual(self.match(lines=[line])[0]['action'], 'auto')
        self.assertEqual(self.match(lines=[line], options=['--policy', 'strict'])[0]['action'], 'suggest')

    def test_a_bad_row_is_named_and_nothing_is_written(self):
        for bad, where, kwargs in (
            ('{"id": ', "lines.jsonl, line 2", {'lines': [LINE, '{"id": ']}),
            ('list', "documents.jsonl, line 1", {'documents': ['[]']}),
            ('amount', "lines.jsonl, line 2", {'lines': [LINE, {**LINE, 'amount': 120}]}),
            ('nan', "lines.jsonl, line 1", {'lines': [{**LINE, 'amount': 'NaN'}]}),
            ('missing', "documents.jsonl, line 2", {'documents': [DOCUMENT, {'id': 'd2'}]}),
            ('date', "documents.jsonl, line 1", {'documents': [{**DOCUMENT, 'date': '1.10.2026'}]}),
            ('kind', "documents.jsonl, line 1", {'documents': [{**DOCUMENT, 'kind': 'receipt'}]}),
            ('partner', "partners.jsonl, line 1", {'partners': [{'name': "x"}]}),
        ):
            with self.subTest(bad):
                self.assertIsNone(self.match(**kwargs))
                self.assertEqual(self.done.returncode, 2, self.done.stderr)
                self.assertIn(where, self.done.stderr)
                self.assertIsNone(self.stats)
