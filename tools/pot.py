"""``make pot``: write the translation template again, from a fresh database."""

import subprocess

from . import machine
from .odoo import Workshop
from .say import Failure, step


def pot():
    workshop = Workshop()
    database = f'bank_feed_pot_{machine.TAG}'
    workshop.copy(workshop.template('account', 'l10n_sk', 'base_iban'), database)
    workshop.install(database, [machine.MODULE], machine.WORK / 'install.log')
    try:
        target = machine.CHECKOUT / 'i18n' / f'{machine.MODULE}.pot'
        target.parent.mkdir(exist_ok=True)
        done = subprocess.run(
            workshop.command('i18n', 'export', '-c', workshop.conf, '-d', database, '-o', target, machine.MODULE),
            env=workshop.environment,
            cwd=machine.WORK,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise Failure(f"The export failed: {done.stderr.strip().splitlines()[-1]}")
        step(f"Written: {target.relative_to(machine.CHECKOUT)}")
    finally:
        workshop.cluster.drop(database)
