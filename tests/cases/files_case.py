import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path

from odoo.tests import BaseCase

ROOT = Path(__file__).resolve().parents[2]
DAY = '2026-10-14'
IBAN_A, IBAN_B, IBAN_C = 'SK3112000000198742637541', 'SK6807200002891987426353', 'SK8999520000000005000006'


@contextmanager
def tools():
    """The command line tools and the engine as they are used without Odoo: imported from the checkout."""
    sys.path.insert(0, str(ROOT))
    try:
        from tools import match_fuzz, match_rows
        from tools.match_index import FileSource

        yield match_fuzz, match_rows, FileSource
    finally:
        sys.path.remove(str(ROOT))


class ToolCase(BaseCase):
    """A command line tool as a black box: files in, answers out. ``tool``: its file."""

    tool = None

    def run_tool(self, files, options=()):
        """:param files: {name: rows}; a row is a dict, or a line as it stands in the file
        :return: rows of the answers, or None where nothing was written; ``done`` and ``stats`` are kept"""
        with tempfile.TemporaryDirectory() as folder:
            for name, rows in files.items():
                text = ''.join((row if isinstance(row, str) else json.dumps(row)) + '\n' for row in rows)
                (Path(folder) / f'{name}.jsonl').write_text(text, encoding='utf-8')
            out, stats = Path(folder) / 'out.jsonl', Path(folder) / 'stats.json'
            command = [sys.executable, ROOT / 'tools' / self.tool, folder, out, '--stats', stats, *options]
            self.done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
            self.stats = json.loads(stats.read_text()) if stats.exists() else None
            return [json.loads(row) for row in out.read_text(encoding='utf-8').splitlines()] if out.exists() else None


def partner(id_, name, *ibans, ref=None, ids=(), parent=None):
    return {'id': id_, 'name': name, 'ibans': list(ibans), 'ref': ref, 'identifiers': list(ids), 'parent': parent}


def document(id_, of, number, amount, kind='invoice', state='open', **values):
    return {
        'id': id_, 'company': 'c1', 'partner': of, 'kind': kind, 'state': state, 'number': number, 'payment_reference': None,
        'ref': None, 'origin': None, 'date': '2026-09-28', 'due': '2026-10-12', 'currency': 'EUR', 'total': amount,
        'residual': '0.00' if state == 'closed' else amount, 'discount': None, 'instalments': None, **values,
    }  # fmt: skip


def line(amount, *text, vs=None, name=None, account=None, **values):
    return {
        'id': values.pop('id', 'l1'), 'company': 'c1', 'date': DAY, 'amount': amount, 'currency': values.pop('currency', 'EUR'),
        'text': list(text) or None, 'end_to_end_id': f'/VS{vs}/SS/KS' if vs else None, 'counterparty_name': name,
        'counterparty_account': account, **values,
    }  # fmt: skip


def crowd(count, currency='EUR'):
    """Open documents that have nothing to do with a case: other numbers, other amounts, another customer."""
    return [
        document(f'x{n}', 'nobody', f'XF-{500000 + 7 * n}', f'{201.37 + 3.11 * n:.2f}', currency=currency)
        for n in range(count)
    ]


def club(numbers, amount='49.00', ids=None, **values):
    """(partners, documents) of members with one fee each."""
    partners, documents = [], []
    for place, number in enumerate(numbers):
        partners.append(
            partner(
                f'm{place}', f'Člen {chr(65 + place // 26)}{chr(65 + place % 26)}Q', ids=[ids[place]] if ids else ()
            )
        )
        documents.append(document(f'd{place}', f'm{place}', number, amount, **values))
    return partners, documents


class FilesCase(BaseCase):
    """Rows as the files have them in, decisions out."""

    def decide(self, partners, documents, lines, fill=40):
        lines = lines if isinstance(lines, list) else [lines]
        currency = lines[0]['currency']
        partners = [*partners, partner('nobody', 'Nobody Known')]
        with tempfile.TemporaryDirectory() as folder, tools() as (_fuzz, rows, source_of_files):
            for file, some in (('partners', partners), ('documents', [*documents, *crowd(fill, currency)])):
                Path(folder, f'{file}.jsonl').write_text('\n'.join(map(json.dumps, some)) + '\n')
            source = source_of_files(folder)
            from matching import Decider

            return Decider(source).decide([rows.read_line(row, source._root) for row in lines])

    def paid(self, decision):
        return sorted({part.document.id for part in decision.best.allocations}) if decision.best else []

    def assertPosted(self, documents, partners, books, row, **options):
        decision = self.decide(partners, books, row, **options)[0]
        self.assertEqual((decision.action, self.paid(decision)), ('auto', documents), decision.why_not)
        return decision

    def assertProposed(self, why, partners, books, row, first=None, **options):
        """Not posted, for this reason; ``first``: a document among the first three proposals."""
        decision = self.decide(partners, books, row, **options)[0]
        self.assertNotEqual(decision.action, 'auto', (self.paid(decision), decision.best and decision.best.rule))
        if why:
            self.assertEqual(decision.why_not.code, why)
        if first:
            shown = [decision.best, *decision.alternatives][:3]
            self.assertIn(first, [part.document.id for proposal in shown if proposal for part in proposal.allocations])
        return decision
