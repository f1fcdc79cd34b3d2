"""``make bench``: JSON lines, ours beside the peer and beside Odoo's bare cost, one after the other in one run."""

import json
import os
import shutil

from . import machine, peer
from .bench_code import bench_code
from .bench_feeds import bench_feeds
from .bench_match import bench_files
from .bench_statements import bench_statements
from .odoo import Workshop
from .say import step

MODULES = ('account', 'l10n_sk', 'base_iban')
SIZES = (1000, 10000)
DECIDE_SIZES = (1000, 100000, 1000000)
WIDGET_SIZE = 100000
BILLS = 500
#: payees and months of each history
CODINGS = ((100, 3), (100, 12))
#: runs of each of two that are compared
PAIRS = 3


def bench():
    """All benchmarks, or those that BENCH names: import, decide, widget, feeds, files, code, codings, statements, payments. PEER=no leaves out the peer in Odoo."""
    wanted = (os.environ.get('BENCH') or 'import,decide,widget,feeds,files,code,codings,statements,payments').split(',')
    if 'files' in wanted:
        bench_files()
    if 'code' in wanted:
        bench_code()
    if 'statements' in wanted:
        bench_statements()
        _statements()
    if 'decide' in wanted:
        _decide()
    if 'widget' in wanted:
        _widget()
    if 'feeds' in wanted:
        _feeds()
    if 'payments' in wanted:
        _payments()
    if 'codings' in wanted:
        _codings()
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


def _payments():
    """Bills → orders → the bank's file, beside core's own payment of as many bills."""
    workshop = Workshop()
    name = f'bank_feed_bench_{machine.TAG}_payments'
    try:
        step(f"Paying {BILLS} bills, and as many by core's own dialog")
        workshop.copy(workshop.template(*MODULES), name)
        workshop.install(name, [machine.MODULE], machine.WORK / 'bench_install.log')
        print(workshop.script('bench_payments', name, 2 * BILLS).strip().splitlines()[-1], flush=True)
    finally:
        workshop.drop(name)


def _codings():
    """What coding adds to posting movements without documents."""
    workshop = Workshop()
    base = f'bank_feed_bench_{machine.TAG}_codings'
    made = [base, f'{base}_copy']
    try:
        step("Posting movements without documents, with coding and without, in turns")
        workshop.copy(workshop.template(*MODULES), base)
        workshop.install(base, [machine.MODULE], machine.WORK / 'bench_install.log')
        for size in CODINGS:
            workshop.drop(made[1])
            workshop.copy(base, made[1])
            print(workshop.script('bench_codings', made[1], *size).strip().splitlines()[-1], flush=True)
    finally:
        for database in made:
            workshop.drop(database)


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


def _feeds():
    """200 accounts with 50 new movements each, fetched by one and by two workers."""
    workshop, made = Workshop(), []
    try:
        bench_feeds(workshop, made)
    finally:
        for database in made:
            workshop.cluster.drop(database)


def _import():
    """LINES (default 1000) payments against 1,000 and 10,000 open invoices: bare, ours, OCA."""
    lines = int(os.environ.get('LINES') or 1000)
    workshop = Workshop()
    folder = None if os.environ.get('PEER') == 'no' else peer.addons(workshop)
    made = []
    try:
        for size in SIZES:
            data = _data(workshop, size, made)
            databases = {
                'bare': data,
                'ours': _with(workshop, data, [machine.MODULE], made),
                'oca': _with(workshop, data, [peer.PEER], made, folder) if folder else None,
            }
            bare = None
            for engine, template in databases.items():
                if not template:
                    continue
                row = _run(workshop, engine, template, size, lines, made, folder)
                bare = bare or row['seconds']
                row['ratio_to_bare'] = round(row['seconds'] / bare, 2)
                print(json.dumps(row), flush=True)
    finally:
        for database in made:
            workshop.cluster.drop(database)
            shutil.rmtree(workshop.data / 'filestore' / database, ignore_errors=True)


def _statements():
    """LINES (default 1000) payments as a file, preview included, beside the interface's way of the same, in pairs."""
    lines, size = int(os.environ.get('LINES') or 1000), max(int(os.environ.get('LINES') or 1000), 1000)
    workshop, made = Workshop(), []
    try:
        template = _with(workshop, _data(workshop, size, made), [machine.MODULE], made)
        ratios = []
        for _pair in range(PAIRS):
            rows = {engine: _run(workshop, engine, template, size, lines, made, None) for engine in ('ours', 'file')}
            ratios.append(rows['file']['seconds'] / rows['ours']['seconds'])
            for row in rows.values():
                print(json.dumps(row), flush=True)
        told = {
            'bench': 'statements_import',
            'lines': lines,
            'pairs': PAIRS,
            'file_to_interface': round(sorted(ratios)[PAIRS // 2], 2),
        }
        print(json.dumps(told), flush=True)
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


def _with(workshop, data, modules, made, folder=None):
    name = _name(f"{data.rpartition('_')[2]}_{modules[0]}", made)
    step(f"Installing {modules[0]} beside them")
    workshop.copy(data, name)
    workshop.install(
        name, modules, machine.WORK / 'bench_install.log', *(peer.paths(workshop, folder) if folder else ())
    )
    return name


def _run(workshop, engine, template, size, lines, made, folder):
    name = _name('run', made)
    step(f"{engine}: {lines} lines against {size} open invoices")
    workshop.copy(template, name)
    conf = workshop.conf
    if engine == 'oca':
        workshop.conf = peer.conf(workshop, folder)
    try:
        return json.loads(workshop.script('bench_import', name, engine, size, lines).strip().splitlines()[-1])
    finally:
        workshop.conf = conf
