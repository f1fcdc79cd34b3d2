"""What code and documentation both say is the same."""

import re

from odoo.tests import BaseCase, tagged

from ...banks import client_class, client_codes
from ...matching.policy import TABLE
from ...models.lib import sealing
from ...statements.profiles import HEADERLESS, PROFILES, ROLES
from ..cases.files_case import ROOT

COMMAND = re.compile(r'shown: "([^"]+)", label: _t\("([^"]+)"\)')


def table(path):
    """Rows of the tables of a page, without their heads: [[cell]]."""
    lines = [line for line in (ROOT / path).read_text().splitlines() if line.startswith('|')]
    rows = [[cell.strip() for cell in line.strip('|').split('|')] for line in lines]
    return [row for row in rows if not set(''.join(row)) <= {'-', ''}]


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestDocs(BaseCase):
    def test_keys(self):
        """The table of commands and the page of keys."""
        commands = COMMAND.findall((ROOT / 'static/src/reconcile/commands.js').read_text())
        self.assertGreater(len(commands), 15)
        page = [tuple(row) for row in table('docs/keys.md')]
        self.assertEqual([row for row in page if row in commands], commands)
        self.assertEqual(len(page), len(commands) + 2)  # its head, and what the browser does by itself

    def test_every_test_runs(self):
        """Odoo's runner finds only what is named."""
        named = (ROOT / 'tests' / '__init__.py').read_text()
        files = list((ROOT / 'tests').glob('*/test_*.py'))
        self.assertGreater(len(files), 30)
        self.assertEqual([path.stem for path in files if not re.search(rf'\b{path.stem}\b', named)], [])

    def test_rules(self):
        page = {row[0]: row for row in table('docs/rules.md') if re.fullmatch(r'R\d+', row[0])}
        self.assertEqual(list(page), [rule.code for rule in TABLE])
        for rule in TABLE:
            by_itself = 'never' if rule.never else 'yes' if rule.default else 'if ticked'
            told = f'{by_itself}, strict too' if rule.strict else by_itself
            self.assertEqual(page[rule.code][2:], [rule.module, told], rule.code)
            self.assertTrue(
                (ROOT / 'matching' / 'rules' / f'{rule.module}.py').exists() or rule.module in ('decide', 'coding')
            )

    def test_every_rule_is_told_by_its_name(self):
        """No rule is compared by its number outside the policy's table."""
        for path in [*(ROOT / 'matching').rglob('*.py'), *(ROOT / 'models').rglob('*.py')]:
            if path.name != 'policy.py':
                self.assertEqual(re.findall(r"'R\d{1,2}'", path.read_text()), [], path)

    def test_profiles_and_refusals(self):
        """What the page of statement files lists is what the code knows."""
        rows = table('docs/statements.md')
        named = [row[0].strip('`') for row in rows]
        profiles = sorted(profile.name for profile in (*PROFILES, *HEADERLESS))
        self.assertEqual(sorted(name for name in named if re.match(r'(sk|cz|hu|no|dk)_', name)), profiles)
        code = ''.join(path.read_text() for path in (ROOT / 'statements').rglob('*.py'))
        raised = set(re.findall(r"Refused\(\s*'(\w+)'", code))
        self.assertEqual(raised - set(named), set())
        for profile in (*PROFILES, *HEADERLESS):
            self.assertLessEqual(set(profile.columns.values()), ROLES, profile.name)

    def test_providers(self):
        """Each interface has a page that names it, and its steps on the form."""
        for code, _label in client_codes():
            if client_class(code).built_in:
                continue
            page = (ROOT / 'docs' / 'providers' / f'{code}.md').read_text()
            self.assertIn(f'`{code}`', page)
            self.assertIn(f'id="guide_{code}"', (ROOT / 'data' / 'providers' / f'{code}.xml').read_text())

    def test_settings(self):
        """Every environment variable and parameter that the code reads is on a page."""
        pages = ''.join(path.read_text() for path in [ROOT / 'README.rst', *(ROOT / 'docs').rglob('*.md')])
        code = ''.join(path.read_text() for folder in ('models', 'tools') for path in (ROOT / folder).rglob('*.py'))
        read = set(re.findall(r"environ(?:\.get\(|\[)'(\w+)'", code)) | {sealing.VARIABLE, sealing.OPTION}
        inner = {
            'CI',
            'T',
            'CHROMIUM',
            'REMOTE_PORT',
            'XDG_CACHE_HOME',
            'BANK_FEED_TEST_TEMPLATE',
            'TERM',
            'PGUSER',
            'PGPORT',
            'PGPASSWORD',
        }
        missing = [name for name in read - inner if name not in pages]
        self.assertEqual(missing, [])

    def test_commands(self):
        """Every command of the Makefile is in its own help, and those of the README are there."""
        make = (ROOT / 'Makefile').read_text()
        commands = re.search(r'^\.PHONY: (.*)$', make, re.M)[1].split()
        for command in commands:
            self.assertTrue(command == 'help' or f'make {command}' in make, command)
        for command in re.findall(r'^    make ([a-z-]+)', (ROOT / 'README.rst').read_text(), re.M):
            self.assertIn(command, commands)

    def test_pages_that_are_named_are_there(self):
        for path in [ROOT / 'README.rst', ROOT / 'CONTRIBUTING.rst', *(ROOT / 'docs').rglob('*.md')]:
            for name in re.findall(r'docs/[\w/-]+\.(?:md|rst)', path.read_text()):
                self.assertTrue((ROOT / name).exists(), f'{path.name}: {name}')

    def test_code_that_is_named_is_there(self):
        """Files that the architecture names exist."""
        text = (ROOT / 'docs/architecture.md').read_text()
        for name in set(re.findall(r'[\w/]+\.(?:py|js|xml)\b', text)):
            self.assertTrue(list(ROOT.rglob(name.rpartition('/')[2])), name)
        for name in re.findall(r'`((?:core|lib|book|match|feed|bank|reconcile)/\w+\.py)`', text):
            self.assertTrue((ROOT / 'models' / name).exists(), name)
        for name in re.findall(r'`((?:matching|booking|banks|controllers)/\w+\.py)`', text):
            self.assertTrue((ROOT / name).exists(), name)

    def test_files_stay_small(self):
        """Under 400 lines; what is not is named in the limits."""
        limits = (ROOT / 'docs/limits.md').read_text()
        for folder in ('banks', 'matching', 'booking', 'models', 'wizards', 'controllers', 'sandbox', 'static/src'):
            for path in (ROOT / folder).rglob('*'):
                if path.suffix in ('.py', '.js', '.xml') and len(path.read_text().splitlines()) > 400:
                    self.assertIn(path.name, limits)
