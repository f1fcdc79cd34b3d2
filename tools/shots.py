"""``make shots``: screenshots of every screen, from a demo company of their own, in Chromium."""

import os
import subprocess
from pathlib import Path

from . import demo, machine, pictures, python_env
from .odoo import Server, Workshop, free_port
from .say import Failure, step

#: each in a demo company of its own
WALKS = ('screens', 'screens_consents', 'screens_payments')


def shots():
    """Walk through the product as a new user would; PNGs go to SHOTS (default: the cache folder)."""
    workshop = Workshop(tests=True)
    target = os.environ.get('SHOTS') or str(machine.WORK / 'shots')
    os.makedirs(target, exist_ok=True)
    for walk in WALKS:
        _walk(workshop, walk, target)
    pictures.keep(Path(target))
    step(f"Screenshots are in {target}; those of the README are renewed")


def _walk(workshop, walk, target):
    database, port = f'bank_feed_shots_{machine.TAG}', free_port()
    url = f'http://127.0.0.1:{port}'
    demo.build(workshop, database, url)
    try:
        with Server(workshop, database, port, machine.WORK / 'shots.log'):
            step(f"Taking screenshots ({walk})")
            script = machine.CHECKOUT / 'tools' / 'inside' / f'{walk}.py'
            done = subprocess.run(
                [str(workshop.python), str(script), url, target, python_env.chromium()],
                env=workshop.environment,
                cwd=machine.WORK,
            )
    finally:
        workshop.cluster.drop(database)
    if done.returncode:
        raise Failure(f"The walk ended early; the last screenshot in {target} shows where.")
