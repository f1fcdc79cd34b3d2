"""``make test``: lint, Odoo's own runner on a fresh database, pytest-odoo with HTTP and browser tests. ``make lint``."""

import re
import subprocess
import sys

from . import machine, peer, python_env
from .odoo import Workshop, free_port
from .say import Failure, step

MODULES = ('account', 'l10n_sk', 'base_iban')
#: what Odoo's runner has run in Odoo's own browser; the clients against their banks (tag bank_feed_http) run here only
ONCE = 'not TestTours and not TestHoot'
#: tests that are run once more with the peer's reconciliation screen installed
BESIDE = ('reconcile', 'reconcile_traps', 'match_post', 'beside')
#: in the reason of a test that needs reference material which a plain clone has not
BESIDE_CHECKOUT = 'not beside this checkout'
#: pylint-odoo's rules that are not ours: OCA as author; print() in command line tools; core's copy() in plain classes
PYLINT_OFF = 'manifest-required-author,print-used,translation-required,method-required-super'


def lint():
    _lint(Workshop(tests=True))


def test():
    """Exit status 0 only when everything passed and nothing was skipped."""
    workshop = Workshop(tests=True)
    python_env.chromium()
    _lint(workshop)
    database, template = f'bank_feed_test_{machine.TAG}', f'bank_feed_tpl_{machine.TAG}'
    beside = f'bank_feed_oca_{machine.TAG}'
    try:
        _odoo_runner(workshop, database)
        workshop.copy(database, template)
        return _pytest(workshop, database, template) or _beside_peer(workshop, template, beside)
    finally:
        _clean_up(workshop, database, template, beside)


def _lint(workshop):
    folder = workshop.python.parent
    module = machine.WORK / 'addons' / machine.MODULE
    step("Linting (ruff, pylint-odoo)")
    for command in (
        [folder / 'ruff', 'check', '--no-cache', machine.CHECKOUT],
        [folder / 'ruff', 'format', '--no-cache', '--check', machine.CHECKOUT],
        [
            folder / 'pylint',
            '--load-plugins=pylint_odoo',
            '-d',
            'all',
            '-e',
            'odoolint',
            '-d',
            PYLINT_OFF,
            '--valid-odoo-versions=19.0',
            '--score=n',
            '--ignore=tools',
            module,
        ],
    ):
        done = subprocess.run([str(part) for part in command], cwd=machine.WORK, env=workshop.environment)
        if done.returncode:
            raise Failure(f"Lint failed: {command[0].name}.")


def _odoo_runner(workshop, database):
    """Install on a fresh database and run the tests as Odoo does; no ERROR or WARNING line may appear."""
    step("Installing the module on a fresh database and running the tests with Odoo's own runner")
    workshop.copy(workshop.template(*MODULES), database)
    log = machine.WORK / 'odoo_runner.log'
    with open(log, 'w') as out:
        done = subprocess.run(
            workshop.command(
                'server',
                '-c',
                workshop.conf,
                '-d',
                database,
                '-i',
                machine.MODULE,
                '--test-tags',
                f'/{machine.MODULE}',
                '--stop-after-init',
                '--max-cron-threads=0',
                '--http-port',
                free_port(),
            ),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=workshop.environment,
            cwd=machine.WORK,
        )
    text = log.read_text()
    problems = re.findall(r'^\d{4}-\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$', text, re.M)
    ran = re.search(r'(\d+) failed, (\d+) error\(s\) of (\d+) tests', text)
    if done.returncode or problems or not ran or int(ran[3]) == 0:
        sys.stdout.write('\n'.join(problems[:30]) + '\n')
        raise Failure(f"Odoo's own runner is not content, see {log}.")
    step(f"Odoo's own runner: {ran[0]}, no warning")


def _pytest(workshop, database, template):
    step("Running the tests with pytest-odoo, processes and browser included")
    environment = {**workshop.environment, 'BANK_FEED_TEST_TEMPLATE': template}
    report = machine.WORK / 'pytest.xml'
    report.unlink(missing_ok=True)
    command = [
        workshop.python,
        '-m',
        'pytest',
        '-q',
        f'--odoo-config={workshop.conf}',
        f'--odoo-database={database}',
        '--odoo-http',
        f'--junitxml={report}',
        '--durations=5',
        '-k',
        ONCE,
        machine.WORK / 'addons' / machine.MODULE,
    ]
    done = subprocess.run([str(part) for part in command], env=environment, cwd=machine.WORK)
    reasons = re.findall(r'<skipped [^>]*message="([^"]*)"', report.read_text()) if report.exists() else []
    unexplained = [reason for reason in reasons if BESIDE_CHECKOUT not in reason]
    if not done.returncode and unexplained:
        raise Failure(f"{len(unexplained)} tests were skipped: {unexplained[0]}")
    for reason in reasons:
        step(f"Skipped: {reason}")
    return done.returncode


def _beside_peer(workshop, template, database):
    """Both reconciliation screens on one database do each other no harm; where the package index has no peer, says so."""
    folder = peer.addons(workshop)
    if not folder:
        return 0
    step(f"Running the tests of reconciling with {peer.PEER} installed")
    workshop.copy(template, database)
    workshop.install(database, [peer.PEER], machine.WORK / 'oca_install.log', *peer.paths(workshop, folder))
    tests = machine.WORK / 'addons' / machine.MODULE / 'tests'
    command = [
        workshop.python,
        '-m',
        'pytest',
        '-q',
        f'--odoo-config={peer.conf(workshop, folder)}',
        f'--odoo-database={database}',
        '--odoo-http',
        *(tests / f'test_{name}.py' for name in BESIDE),
    ]
    return subprocess.run([str(part) for part in command], env=workshop.environment, cwd=machine.WORK).returncode


def _clean_up(workshop, *databases):
    for database in databases:
        workshop.cluster.drop(database)
        subprocess.run(['rm', '-rf', str(workshop.data / 'filestore' / database)])
