"""``make quick``: lint, types and the tests of the pure cores; no database."""

import os
import subprocess

from . import machine, odoo_files, python_env
from .say import Failure, step

#: the cores that import nothing of Odoo
CORES = ('banks', 'matching', 'booking')


def quick():
    machine.prepare_home()
    home, python = odoo_files.find_odoo(), python_env.python(tests=True)
    conf = machine.WORK / 'quick.conf'
    conf.write_text(f"[options]\naddons_path = {','.join(odoo_files.addons_paths(home))}\n")
    environment = {
        **os.environ,
        'PYTHONPATH': str(home),
        'PYTHONDONTWRITEBYTECODE': '1',
        'PYTHONWARNINGS': 'ignore',
        'TZ': 'UTC',
    }
    bin_ = python.parent
    for what, command, cwd in (
        ("Linting (ruff)", [bin_ / 'ruff', 'check', '--no-cache', machine.CHECKOUT], machine.WORK),
        ("Formatting (ruff)", [bin_ / 'ruff', 'format', '--no-cache', '--check', machine.CHECKOUT], machine.WORK),
        ("Types of the cores (mypy)", types(python), machine.CHECKOUT),
        ("Tests of the cores", [python, machine.CHECKOUT / 'tools' / 'inside' / 'quick.py', conf], machine.WORK),
    ):
        step(what)
        done = subprocess.run([str(part) for part in command], env=environment, cwd=cwd)
        if done.returncode:
            raise Failure(f"{what}: failed.")


def types(python):
    """The command that checks the types of the cores."""
    cores = [argument for core in CORES for argument in ('-p', core)]
    return [
        python,
        '-m',
        'mypy',
        '--config-file',
        machine.CHECKOUT / 'pyproject.toml',
        '--cache-dir',
        machine.HOME / 'mypy',
        *cores,
    ]
