"""``make test``: lint, install on a fresh database, then every test once: Odoo's own runner and pytest-odoo, on copies of that
database, at the same time. ``make test-all``: everything in both. ``make test T=…``: one of them, on a database that is kept."""

import hashlib
import os
import re
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

from . import machine, peer, python_env
from .odoo import Workshop, free_port
from .say import Failure, step

MODULES = ('account', 'l10n_sk', 'base_iban')
#: pytest's stages, by the tags of the tests; the longest first. Odoo's runner takes the rest.
STAGES = ('bank_feed_processes', 'bank_feed_browser', 'bank_feed_http')
#: in the reason of a test that needs reference material which a plain clone has not
BESIDE_CHECKOUT = 'not beside this checkout'
#: pylint-odoo's rules that are not ours: OCA as author; print() in command line tools; core's copy() in plain classes
PYLINT_OFF = 'manifest-required-author,print-used,translation-required,method-required-super'
#: what a change of the database's tables or records looks like
SCHEMA = re.compile(r'fields\.|models\.(?:Index|UniqueIndex|Constraint)|_inherit|_name\b|_order|^\s+"|^\s+\'')


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
    python_env.chromium()
    stages = kind(workshop)
    linting = ThreadPoolExecutor(1).submit(_lint, workshop)
    try:
        stages.install()
        linting.result()
        return stages.run()
    finally:
        stages.clean_up()


def _lint(workshop):
    folder = workshop.python.parent
    module = machine.WORK / 'addons' / machine.MODULE
    step("Linting (ruff, pylint-odoo)")
    pylint = [
        folder / 'pylint', '--load-plugins=pylint_odoo', '-d', 'all', '-e', 'odoolint', '-d', PYLINT_OFF,
        '--valid-odoo-versions=19.0', '--score=n', '--ignore=tools', module,
    ]  # fmt: skip
    for command in (
        [folder / 'ruff', 'check', '--no-cache', machine.CHECKOUT],
        [folder / 'ruff', 'format', '--no-cache', '--check', machine.CHECKOUT],
        pylint,
    ):
        done = subprocess.run([str(part) for part in command], cwd=machine.WORK, env=workshop.environment)
        if done.returncode:
            raise Failure(f"Lint failed: {command[0].name}.")


class Stages:
    """The parts of ``make test``: one installation, a copy of it for each part, as many parts at once as there is room for."""

    def __init__(self, workshop):
        self.workshop = workshop
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
            self.workshop.cluster.drop(database)
            subprocess.run(['rm', '-rf', str(self.workshop.data / 'filestore' / database)])

    # === Its copies === #

    def run(self):
        """Exit status; what a part printed comes when it is done."""
        folder = peer.addons(self.workshop)
        parts = [lambda: self._odoo_runner('standard'), *(lambda tag=tag: self._pytest(tag) for tag in STAGES)]
        if folder:
            parts.append(lambda: self._beside_peer(folder))
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
            done = subprocess.run(
                command, stdout=out, stderr=subprocess.STDOUT, env=self.workshop.environment, cwd=machine.WORK
            )
        self._no_complaint(log, "Odoo's own runner")
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

    def _pytest(self, tag, *options):
        name = tag.removeprefix('bank_feed_')
        step(f"pytest-odoo, {name}: begins")
        report = machine.WORK / f'pytest_{name}.xml'
        report.unlink(missing_ok=True)
        done = self._run_pytest(self._copy(name), [f'--stage={tag}', f'--junitxml={report}', *options])
        lines = done.stdout.strip().splitlines()
        if done.returncode:
            with self.said:
                sys.stdout.write(done.stdout[-20000:])
            raise Failure(f"pytest-odoo, {name}: failed.")
        reasons = re.findall(r'<skipped [^>]*message="([^"]*)"', report.read_text())
        named = [reason for reason in reasons if BESIDE_CHECKOUT in reason]
        if len(named) < len(reasons) or (named and os.environ.get('CI')):
            raise Failure(f"pytest-odoo, {name}: {len(reasons)} tests were skipped: {reasons[0]}")
        for reason in sorted(set(named)):
            step(f"Skipped {named.count(reason)} times: {reason}")
        step(f"pytest-odoo, {name}: {lines[-1] if lines else 'nothing ran'}")

    def _run_pytest(self, database, options, conf=None):
        command = [
            self.workshop.python, '-m', 'pytest', '-q', '-p', 'only', f'--odoo-config={conf or self.workshop.conf}',
            f'--odoo-database={database}', '--odoo-http', '--durations=5', *options,
        ]  # fmt: skip
        if not any(str(option).endswith('.py') or '::' in str(option) for option in options):
            command.append(machine.WORK / 'addons' / machine.MODULE)
        environment = self.workshop.environment
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
        """What touches the screen that both modules have, with both on one database."""
        step(f"Beside {peer.PEER}: begins")
        database = self._copy('oca')
        log = machine.WORK / 'oca_install.log'
        self.workshop.install(database, [peer.PEER], log, *peer.paths(self.workshop, folder))
        done = self._run_pytest(database, ['--stage=bank_feed_beside'], peer.conf(self.workshop, folder))
        if done.returncode:
            with self.said:
                sys.stdout.write(done.stdout[-20000:])
            raise Failure(f"Beside {peer.PEER}: failed.")
        step(f"Beside {peer.PEER}: {done.stdout.strip().splitlines()[-1]}")


class BothRunners(Stages):
    """Everything in both runners; tests that need processes or a browser of their own in pytest only."""

    def run(self):
        status = super().run()
        return status or (1 if _outcome(lambda: self._pytest('standard')) else 0)


def _outcome(part):
    """The failure of a part, or None."""
    try:
        part()
    except Failure as failure:
        return failure
    return None


def _one(wanted):
    """``T=tests/feed/test_fetch.py::TestFetch::test_lease`` or ``T=lease``: on a database that is kept while nothing changes
    that is installed."""
    workshop = Workshop(tests=True)
    kept = f'bank_feed_kept_{machine.TAG}_{_schema()}'
    if not workshop.cluster.exists(kept):
        step("Installing the module on a database that is kept")
        for old in workshop.cluster.databases(f'bank_feed_kept_{machine.TAG}_'):
            workshop.cluster.drop(old)
        workshop.copy(workshop.template(*MODULES), f'{kept}_new')
        workshop.install(f'{kept}_new', [machine.MODULE], machine.WORK / 'install.log')
        workshop.script('prepare_tests', f'{kept}_new')
        workshop.cluster.psql('postgres', f'ALTER DATABASE "{kept}_new" RENAME TO "{kept}"')
    stages = Stages(workshop)
    stages.template = kept
    path, _colon, name = wanted.partition('::')
    where = machine.WORK / 'addons' / machine.MODULE / path
    options = [f"{where}{'::' if name else ''}{name}"] if path.endswith('.py') else ['-k', wanted]
    database = stages._copy('one')
    try:
        done = stages._run_pytest(database, options)
    finally:
        workshop.cluster.drop(database)
    sys.stdout.write(done.stdout)
    return done.returncode


def _schema():
    """A hash of all that makes tables and records: data files, and the lines of models that declare something."""
    found = hashlib.sha256()
    for path in sorted(machine.CHECKOUT.rglob('*')):
        inside = path.relative_to(machine.CHECKOUT)
        if path.suffix in ('.xml', '.csv') and inside.parts[0] not in ('static', 'tests'):
            found.update(path.read_bytes())
        elif path.suffix == '.py' and inside.parts[0] in ('models', 'wizards'):
            declared = [line for line in path.read_text().splitlines() if SCHEMA.search(line)]
            found.update('\n'.join(declared).encode())
    return found.hexdigest()[:8]
