"""Many accounts fetched by one and by two workers: is nothing fetched twice, and what does the second worker bring?"""

import base64
import json
import os
import subprocess
import time

from . import machine
from .odoo import free_port
from .say import step

MODULES = ('account', 'l10n_sk', 'base_iban')
ACCOUNTS, MOVEMENTS = 200, 50


def bench_feeds(workshop, made):
    """Prints one JSON line."""
    accounts = int(os.environ.get('FEEDS') or ACCOUNTS)
    port = free_port()
    # one key for all copies of the database
    os.environ['BANK_FEED_SECRET_KEYS'] = base64.urlsafe_b64encode(os.urandom(32)).decode()
    inside = machine.CHECKOUT / 'tools' / 'inside'
    bank = subprocess.Popen(
        [str(workshop.python), str(inside / 'bench_bank.py'), str(port), str(accounts), str(MOVEMENTS)],
        env={**workshop.environment, 'PYTHONPATH': str(machine.CHECKOUT)},
        cwd=machine.WORK,
        stderr=subprocess.DEVNULL,
    )
    try:
        base = f'bank_feed_bench_{machine.TAG}_feeds'
        made.append(base)
        step(f"Connecting {accounts} accounts")
        workshop.copy(workshop.template(*MODULES), base)
        workshop.install(base, [machine.MODULE], machine.WORK / 'bench_install.log')
        workshop.script('bench_feeds', base, 'prepare', f'http://127.0.0.1:{port}/', accounts)
        row = {'benchmark': 'feeds', 'feeds': accounts, 'movements_each': MOVEMENTS}
        for workers in (1, 2):
            name = f'{base}_{workers}'
            made.append(name)
            workshop.copy(base, name)
            step(f"Fetching with {workers} worker{'s' if workers > 1 else ''}")
            row[f'seconds_{workers}'] = _fetch(workshop, name, workers)
            row[f'report_{workers}'] = json.loads(workshop.script('bench_feeds', name, 'report').splitlines()[-1])
        row['ratio'] = round(row['seconds_2'] / row['seconds_1'], 2)
        print(json.dumps(row), flush=True)
    finally:
        bank.terminate()
        bank.wait()


def _fetch(workshop, name, workers):
    """Wall time of so many workers, without their start."""
    path = machine.CHECKOUT / 'tools' / 'inside' / 'bench_feeds.py'
    environment = workshop.environment
    environment['PYTHONPATH'] = os.pathsep.join([str(workshop.home), str(path.parent)])
    command = [str(workshop.python), str(path), str(workshop.conf), name, 'fetch']
    started = time.monotonic()
    processes = [subprocess.Popen(command, env=environment, cwd=machine.WORK) for _number in range(workers)]
    codes = [process.wait() for process in processes]
    if any(codes):
        raise SystemExit(f"A worker ended with {codes}.")
    return round(time.monotonic() - started, 1)
