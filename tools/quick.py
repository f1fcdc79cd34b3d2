"""``make quick``: lint, types and the tests of the pure cores; no database."""

import os
import subprocess

from . import machine, odoo_files, python_env
from .say import Failure, step

#: the cores that import nothing of Odoo
CORES = ('banks', 'matching', 'booking', 'statements', 'signing', 'payments')


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
    lint(python, environment)
    step("Tests of the cores")
    command = [python, machine.CHECKOUT / 'tools' / 'inside' / 'quick.py', conf]
    done = subprocess.run([str(part) for part in command], env=environment, cwd=machine.WORK)
    if done.returncode:
        raise Failure("Tests of the cores: failed.")


def lint(python, environment):
    """ruff, its format, and the types of the cores: what ``make test`` and ``make quick`` both ask first."""
    ruff, cores = python.parent / 'ruff', [argument for core in CORES for argument in ('-p', core)]
    types = [
        python, '-m', 'mypy', '--config-file', machine.CHECKOUT / 'pyproject.toml', '--cache-dir', machine.HOME / 'mypy', *cores,
    ]  # fmt: skip
    for what, command in (
        ("Linting (ruff)", [ruff, 'check', '--no-cache', machine.CHECKOUT]),
        ("Formatting (ruff)", [ruff, 'format', '--no-cache', '--check', machine.CHECKOUT]),
        ("Types of the cores (mypy)", types),
    ):
        step(what)
        environment = {**environment, 'MYPYPATH': str(machine.CHECKOUT)}
        done = subprocess.run([str(part) for part in command], env=environment, cwd=machine.CHECKOUT)
        if done.returncode:
            raise Failure(f"{what}: failed.")
