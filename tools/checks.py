"""``make test``: lint, install on a fresh database, then every test once: Odoo's own runner and pytest-odoo, on copies of that
database, at the same time. ``make test-all``: everything in both. ``make test T=…``: one of them, on a database that is kept."""

import ast
import hashlib
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import machine, peer, python_env, quick
from .odoo import Workshop, free_port
from .say import Failure, step

MODULES = ('account', 'l10n_sk', 'base_iban')
#: in the reason of a test that needs reference material which a plain clone has not
BESIDE_CHECKOUT = 'not beside this checkout'
#: pylint-odoo's rules that are not ours: OCA as author; print() in command line tools; core's copy() in plain classes
PYLINT_OFF = 'manifest-required-author,print-used,translation-required,method-required-super'


def lint():
    _lint(Workshop(tests=True))


def test():
    """Exit status 0 only when everything passed, and nothing was skipped but by name."""
    wanted = os.environ.get('T')
    return _one(wanted) if wanted else _all(Stages)


def test_all():
    """The same with every test in both runners."""
    return _all(BothRunners)


def _all(kind):
    workshop = Workshop(tests=True)
    stages = kind(workshop, python_env.chromium())
    linting = ThreadPoolExecutor(1).submit(_lint, workshop)
    try:
        stages.install()
        linting.result()
        return stages.run()
    finally:
        stages.clean_up()


def _lint(workshop):
    quick.lint(workshop.python, workshop.environment)
    step("Linting (pylint-odoo)")
    command = [
        workshop.python.parent / 'pylint', '--load-plugins=pylint_odoo', '-d', 'all', '-e', 'odoolint', '-d', PYLINT_OFF,
        '--valid-odoo-versions=19.0', '--score=n', '--ignore=tools', machine.WORK / 'addons' / machine.MODULE,
    ]  # fmt: skip
    done = subprocess.run([str(part) for part in command], cwd=machine.WORK, env=workshop.environment)
    if done.returncode:
        raise Failure("Linting (pylint-odoo): failed.")


class Stages:
    """The parts of ``make test``: one installation, a copy of it for each part, as many parts at once as there is room for."""

    #: pytest's parts, by the tags of the tests; the longest first. Odoo's runner takes the rest.
    TAGS = ('bank_feed_processes', 'bank_feed_browser', 'bank_feed_http')

    def __init__(self, workshop, chromium=None):
        self.workshop = workshop
        self.environment = workshop.environment
        if chromium:  # Odoo's own tests and ours look for it by name: all find the same one
            folder = machine.WORK / 'bin'
            folder.mkdir(exist_ok=True)
            (folder / 'chromium').unlink(missing_ok=True)
            (folder / 'chromium').symlink_to(chromium)
            self.environment['PATH'] = f"{folder}{os.pathsep}{self.environment['PATH']}"
        self.database, self.template = f'bank_feed_test_{machine.TAG}', f'bank_feed_tpl_{machine.TAG}'
        self.copies, self.said = [], threading.Lock()

    # === One installation === #

    def install(self):
        step("Installing the module on a fresh database")
        log = machine.WORK / 'install.log'
        self.workshop.copy(self.workshop.template(*MODULES), self.template)
        self.workshop.install(self.template, [machine.MODULE], log)
        self._no_complaint(log, "Installing the module")
        self.workshop.script('prepare_tests', self.template)

    def _copy(self, name):
        database = f'{self.database}_{name}'
        self.copies.append(database)
        with self.said:  # the template may have no connection while it is copied
            self.workshop.copy(self.template, database)
        return database

    def clean_up(self):
        for database in (*self.copies, self.template):
            self.workshop.drop(database)

    # === Its copies === #

    def run(self):
        """Exit status; what a part printed comes when it is done."""
        folder = peer.addons(self.workshop)
        parts = [lambda: self._odoo_runner('standard'), *(lambda tag=tag: self._pytest(tag) for tag in self.TAGS)]
        if folder:
            parts.append(lambda: self._beside_peer(folder))
        else:
            step(f"Left out: what runs beside {peer.PEER}, which the package index does not have")
        with ThreadPoolExecutor((os.cpu_count() or 2) + 1) as pool:
            failures = [failure for failure in pool.map(_outcome, parts) if failure]
        for failure in failures:
            sys.stderr.write(f"\n{failure}\n")
        return 1 if failures else 0

    def _odoo_runner(self, tags):
        """Run the tests as Odoo does; no ERROR or WARNING line may appear."""
        step("Odoo's own runner: begins")
        log, database = machine.WORK / 'odoo_runner.log', self._copy('odoo')
        command = self.workshop.command(
            'server', '-c', self.workshop.conf, '-d', database, '--test-tags', f'{tags}/{machine.MODULE}',
            '--stop-after-init', '--max-cron-threads=0', '--http-port', free_port(),
        )  # fmt: skip
        with open(log, 'w') as out:
            done = subprocess.run(command, stdout=out, stderr=subprocess.STDOUT, env=self.environment, cwd=machine.WORK)
        self._no_complaint(log, "Odoo's own runner")
        self._no_skip("Odoo's own runner", re.findall(r': skipped [^\n]*? : ([^\n]*)$', log.read_text(), re.M))
        ran = re.search(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests', log.read_text())
        if done.returncode or not ran or int(ran[3]) == 0:
            raise Failure(f"Odoo's own runner is not content, see {log}.")
        step(f"Odoo's own runner: {ran[0]}, no warning")

    def _no_complaint(self, log, what):
        problems = re.findall(r'^\d{4}-\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$', log.read_text(), re.M)
        if problems:
            with self.said:
                sys.stdout.write('\n'.join(problems[:30]) + '\n')
            raise Failure(f"{what} complains, see {log}.")

    def _pytest(self, tag, database=None, conf=None):
        """The tests with a tag, on a copy of the template, or on a database that is given."""
        name = tag.removeprefix('bank_feed_')
        step(f"pytest-odoo, {name}: begins")
        report = machine.WORK / f'pytest_{name}.xml'
        report.unlink(missing_ok=True)
        options = [f'--stage={tag}', f'--junitxml={report}']
        done = self._run_pytest(database or self._copy(name), options, conf)
        lines = done.stdout.strip().splitlines()
        if done.returncode:
            with self.said:
                sys.stdout.write(done.stdout[-20000:])
            raise Failure(f"pytest-odoo, {name}: failed.")
        self._no_skip(f"pytest-odoo, {name}", re.findall(r'<skipped [^>]*message="([^"]*)"', report.read_text()))
        step(f"pytest-odoo, {name}: {lines[-1] if lines else 'nothing ran'}")

    @staticmethod
    def _no_skip(what, reasons):
        """Only what needs reference material may be skipped: by name, counted; never in CI, where the material is."""
        named = [reason for reason in reasons if BESIDE_CHECKOUT in reason]
        if len(named) < len(reasons) or (named and os.environ.get('CI')):
            raise Failure(f"{what}: {len(reasons)} tests were skipped: {reasons[0]}")
        for reason in sorted(set(named)):
            step(f"Skipped {named.count(reason)} times: {reason}")

    def _run_pytest(self, database, options, conf=None):
        command = [
            self.workshop.python, '-m', 'pytest', '-q', '-p', 'only', f'--odoo-config={conf or self.workshop.conf}',
            f'--odoo-database={database}', '--odoo-http', '--durations=5', *options,
        ]  # fmt: skip
        if not any(Path(str(option).partition('::')[0]).exists() for option in options):
            command.append(machine.WORK / 'addons' / machine.MODULE)
        environment = dict(self.environment)
        environment['BANK_FEED_TEST_TEMPLATE'] = self.template
        environment['PYTHONPATH'] = os.pathsep.join(
            [environment['PYTHONPATH'], str(machine.CHECKOUT / 'tools' / 'inside')]
        )
        return subprocess.run(
            [str(part) for part in command],
            env=environment,
            cwd=machine.WORK,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _beside_peer(self, folder):
        """What touches the screen that both modules have, with both on one database; and what takes employees of ``hr``."""
        step(f"Beside {peer.PEER}: begins")
        database = self._copy('oca')
        log = machine.WORK / 'oca_install.log'
        self.workshop.install(database, [peer.PEER, 'hr'], log, *peer.paths(self.workshop, folder))
        self._pytest('bank_feed_beside', database, peer.conf(self.workshop, folder))


class BothRunners(Stages):
    """Everything in both runners; tests that need processes or a browser of their own in pytest only."""

    TAGS = ('standard', *Stages.TAGS)


def _outcome(part):
    """The failure of a part, or None."""
    try:
        part()
    except Failure as failure:
        return failure
    return None


def _one(wanted):
    """``T=tests/feed/test_fetch.py::TestFetch::test_lease``, ``T=tests/feed`` or ``T=lease``: on a database that is kept while nothing changes
    that is installed."""
    workshop = Workshop(tests=True)
    kept = f'bank_feed_kept_{machine.TAG}_{_schema()}'
    if not workshop.cluster.exists(kept):
        step("Installing the module on a database that is kept")
        for old in workshop.cluster.databases(f'bank_feed_kept_{machine.TAG}_'):
            workshop.drop(old)
        workshop.copy(workshop.template(*MODULES), f'{kept}_new')
        workshop.install(f'{kept}_new', [machine.MODULE], machine.WORK / 'install.log')
        workshop.script('prepare_tests', f'{kept}_new')
        workshop.rename(f'{kept}_new', kept)
    stages = Stages(workshop, python_env.chromium())
    stages.template = kept
    path, _colon, name = wanted.partition('::')
    where = machine.WORK / 'addons' / machine.MODULE / path
    options = [f"{where}{'::' if name else ''}{name}"] if where.exists() else ['-k', wanted]
    database = stages._copy('one')
    try:
        done = stages._run_pytest(database, options)
    finally:
        workshop.drop(database)
    sys.stdout.write(done.stdout)
    return done.returncode


def _schema():
    """A hash of all that makes tables and records: data files, and what the classes of the models declare."""
    found = hashlib.sha256()
    for path in sorted(machine.CHECKOUT.rglob('*')):
        inside = path.relative_to(machine.CHECKOUT)
        data = path.suffix in ('.xml', '.csv') and inside.parts[0] not in ('static', 'tests')
        if data or inside.as_posix() in ('__manifest__.py', 'matching/policy.py', 'tools/inside/prepare_tests.py'):
            found.update(path.read_bytes())
        elif path.suffix == '.py' and inside.parts[0] in ('models', 'wizards'):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ClassDef):
                    declared = [ast.dump(part) for part in node.body if isinstance(part, ast.Assign)]
                    found.update('\n'.join(declared).encode())
    return found.hexdigest()[:8]
