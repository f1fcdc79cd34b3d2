"""``make stop`` and ``make clean``."""

import shutil

from . import demo, machine, postgres
from .say import Failure, step


def stop():
    """Stop the demo server and, where nobody else uses it, the private PostgreSQL."""
    if demo.stop_server():
        step("The demo server is stopped")
    cluster = postgres.Cluster()
    if cluster.private and (cluster.folder / 'postmaster.pid').exists():
        try:
            busy = cluster.connections()
        except Failure:
            busy = 0
        if busy:
            step("PostgreSQL goes on: another checkout uses it")
        else:
            cluster.stop()
            step("PostgreSQL is stopped")


def clean():
    """Remove this checkout's databases, logs and files. Odoo, Python packages and templates stay for other checkouts."""
    demo.stop_server()
    cluster = postgres.Cluster()
    if not cluster.private or (cluster.folder / 'ready').exists():
        cluster.start()
        for name in cluster.psql(
            'postgres', f"SELECT datname FROM pg_database WHERE datname LIKE 'bank_feed_%_{machine.TAG}%'"
        ).split():
            cluster.drop(name)
    shutil.rmtree(machine.WORK, ignore_errors=True)
    stop()
    step(f"Clean. To remove the downloads too, delete {machine.HOME}")
