"""``make bench``: JSON lines, ours beside the peer and beside Odoo's bare cost, one after the other in one run."""

import json
import os
import shutil
import subprocess
import sys
import zipfile

from . import machine
from .bench_match import bench_files
from .odoo import Workshop
from .say import Failure, step

MODULES = ('account', 'l10n_sk', 'base_iban')
PEER = 'account_reconcile_oca'
PEER_PACKAGES = ('odoo-addon-account_reconcile_oca==19.*', 'odoo-addon-account_statement_base==19.*')
SIZES = (1000, 10000)
DECIDE_SIZES = (1000, 100000, 1000000)
WIDGET_SIZE = 100000


def bench():
    """All benchmarks, or those that BENCH names: import, decide, files. PEER=no leaves out the peer in Odoo."""
    wanted = (os.environ.get('BENCH') or 'import,decide,widget,files').split(',')
    if 'files' in wanted:
        bench_files()
    if 'decide' in wanted:
        _decide()
    if 'widget' in wanted:
        _widget()
    if 'import' in wanted:
        _import()


def _decide():
    """Finding and deciding alone, at a thousand and at a million open documents (inserted by SQL)."""
    workshop = Workshop()
    made = []
    try:
        for size in DECIDE_SIZES:
            data = _data(workshop, size, made, terms_only=True)
            name = _with(workshop, data, [machine.MODULE], made)
            print(workshop.script('bench_decide', name).strip().splitlines()[-1], flush=True)
            for database in made:
                workshop.cluster.drop(database)
    finally:
        for database in made:
            workshop.cluster.drop(database)


def _widget():
    """The reconciliation view with 100,000 movements, 2,000 of them waiting, and 100,000 open items."""
    workshop = Workshop()
    made = []
    try:
        data = _data(workshop, WIDGET_SIZE, made)
        name = _with(workshop, data, [machine.MODULE], made)
        print(workshop.script('bench_widget', name, WIDGET_SIZE).strip(), flush=True)
    finally:
        for database in made:
            workshop.cluster.drop(database)


def _import():
    """LINES (default 1000) payments against 1,000 and 10,000 open invoices: bare, ours, OCA."""
    lines = int(os.environ.get('LINES') or 1000)
    workshop = Workshop()
    peer = None if os.environ.get('PEER') == 'no' else _peer(workshop)
    made = []
    try:
        for size in SIZES:
            data = _data(workshop, size, made)
            databases = {
                'bare': data,
                'ours': _with(workshop, data, [machine.MODULE], made),
                'oca': _with(workshop, data, [PEER], made, peer) if peer else None,
            }
            bare = None
            for engine, template in databases.items():
                if not template:
                    continue
                row = _run(workshop, engine, template, size, lines, made, peer)
                bare = bare or row['seconds']
                row['ratio_to_bare'] = round(row['seconds'] / bare, 2)
                print(json.dumps(row), flush=True)
    finally:
        for database in made:
            workshop.cluster.drop(database)
            shutil.rmtree(workshop.data / 'filestore' / database, ignore_errors=True)


def _name(text, made):
    name = f'bank_feed_bench_{machine.TAG}_{text}'
    made.append(name)
    return name


def _data(workshop, size, made, terms_only=False):
    name = _name(f'data{size}', made)
    step(f"Making {size} open invoices")
    workshop.copy(workshop.template(*MODULES), name)
    workshop.script('bench_data', name, size, *(['terms'] if terms_only else []))
    return name


def _with(workshop, data, modules, made, peer=None):
    name = _name(f"{data.rpartition('_')[2]}_{modules[0]}", made)
    step(f"Installing {modules[0]} beside them")
    workshop.copy(data, name)
    workshop.install(name, modules, machine.WORK / 'bench_install.log', *(_paths(workshop, peer) if peer else ()))
    return name


def _paths(workshop, peer):
    own = next(line for line in workshop.conf.read_text().splitlines() if line.startswith('addons_path')).partition(
        '= '
    )[2]
    return [f'--addons-path={own},{peer}']


def _run(workshop, engine, template, size, lines, made, peer):
    name = _name('run', made)
    step(f"{engine}: {lines} lines against {size} open invoices")
    workshop.copy(template, name)
    conf = workshop.conf
    if engine == 'oca':
        workshop.conf = machine.WORK / 'oca.conf'
        workshop.conf.write_text(
            '\n'.join(
                f'{line},{peer}' if line.startswith('addons_path') else line for line in conf.read_text().splitlines()
            )
            + '\n'
        )
    try:
        return json.loads(workshop.script('bench_import', name, engine, size, lines).strip().splitlines()[-1])
    finally:
        workshop.conf = conf


def _peer(workshop):
    """Folder of the peer's add-ons from the package index, unpacked for the benchmark only; None when it cannot be had."""
    folder = machine.HOME / 'peer'
    if (folder / 'addons' / PEER).exists():
        return folder / 'addons'
    step("Downloading the peer (OCA account_reconcile_oca), for the benchmark only")
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        [
            str(workshop.python),
            '-m',
            'pip',
            'download',
            '-q',
            '--no-deps',
            '-d',
            str(folder / 'wheels'),
            *PEER_PACKAGES,
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write("The peer could not be downloaded; its rows are missing.\n")
        return None
    for wheel in (folder / 'wheels').glob('*.whl'):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / 'unpacked')
    source = folder / 'unpacked' / 'odoo' / 'addons'
    if not (source / PEER).exists():
        raise Failure("The peer's package has another layout than expected; its rows are missing.")
    source.rename(folder / 'addons')
    return folder / 'addons'
