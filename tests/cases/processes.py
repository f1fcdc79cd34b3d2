"""Databases and Odoo processes for tests that one transaction cannot hold."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from contextlib import closing
from pathlib import Path

import psycopg2

from odoo.tests import BaseCase
from odoo.tools import config

TEMPLATE = 'BANK_FEED_TEST_TEMPLATE'
#: what is in the books, read without Odoo: a process a look would take seconds
LINES = """
    SELECT feed.account_number, line.bank_feed_uid, line.amount::numeric(16, 2)::text, move.date::text, move.name, move.state,
           (SELECT count(*) FROM account_move_line item WHERE item.move_id = move.id)
      FROM account_bank_statement_line line
      JOIN bank_feed feed ON feed.id = line.bank_feed_id
      JOIN account_move move ON move.id = line.move_id
  ORDER BY 1, 2"""
RUNS = """
    SELECT feed.account_number, run.state, run.new_count
      FROM bank_feed_run run JOIN bank_feed feed ON feed.id = run.feed_id ORDER BY run.id"""


class Place:
    """A database of its own, copied from another one with all that belongs to it, and Odoo processes on it."""

    def __init__(self, source):
        self.database = f'{source[:40]}_{uuid.uuid4().hex[:6]}'
        self.processes = []
        self.sql(f'CREATE DATABASE "{self.database}" TEMPLATE "{source}"', 'postgres')
        data = Path(config['data_dir'])
        self.files, self.keys = data / 'filestore' / self.database, data / 'bank_feed' / f'{self.database}.keys'
        if (data / 'filestore' / source).exists():
            shutil.copytree(data / 'filestore' / source, self.files)
        if (keys := self.keys.with_name(f'{source}.keys')).exists():
            shutil.copy2(keys, self.keys)
        self.log = Path(tempfile.mkdtemp()) / 'odoo.log'

    def close(self):
        """Nothing stays. The database goes without FORCE, which may not end autovacuum's workers."""
        for process in self.processes:
            process.kill()
            process.wait()
            process.stdout.close()
        own = f"datname = '{self.database}' AND usename = current_user AND pid <> pg_backend_pid()"
        self.sql(f'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}', 'postgres')
        self.sql(f'DROP DATABASE IF EXISTS "{self.database}"', 'postgres')
        shutil.rmtree(self.files, ignore_errors=True)
        shutil.rmtree(self.log.parent, ignore_errors=True)
        self.keys.unlink(missing_ok=True)

    def sql(self, query, database=None):
        """Rows of one committed query."""
        given = {
            'host': config['db_host'],
            'port': config['db_port'],
            'user': config['db_user'],
            'password': config['db_password'],
        }
        connection = psycopg2.connect(
            dbname=database or self.database, **{name: value for name, value in given.items() if value}
        )
        with closing(connection):
            connection.autocommit = True
            with connection.cursor() as cr:
                cr.execute(query)
                return cr.fetchall() if cr.description else []

    def spawn(self, command):
        """An Odoo process; killed at the end if it still runs."""
        import odoo.release

        environment = {**os.environ, 'PYTHONPATH': str(Path(odoo.release.__file__).parent.parent)}
        with open(self.log, 'a') as log:
            process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment, text=True)
        self.processes.append(process)
        return process

    def worker(self, command, *arguments):
        """``tests/cases/worker.py`` in a process of its own."""
        path = Path(__file__).with_name('worker.py')
        given = [json.dumps(argument) for argument in arguments]
        return self.spawn([sys.executable, str(path), str(config['config']), self.database, command, *given])

    def run_worker(self, command, *arguments):
        """Wait for the worker; returns the last line that it printed, read as JSON, or None."""
        process = self.worker(command, *arguments)
        output = process.communicate(timeout=300)[0].strip()
        if process.returncode:
            raise AssertionError(f"{command} failed: {self.log.read_text()[-3000:]}")
        return json.loads(output.splitlines()[-1]) if output else None


class ProcessCase(BaseCase):
    """Each test in a place of its own: a copy of a database with the module installed, or of what ``prepare`` of worker.py made
    of it once for all tests of the class."""

    prepare = ''

    @classmethod
    def prepare_arguments(cls):
        """What ``prepare`` is told."""
        return ()

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.source, cls.prepared = os.environ.get(TEMPLATE), None
        if cls.source and cls.prepare:
            base = Place(cls.source)
            cls.addClassCleanup(base.close)
            cls.prepared = base.run_worker(cls.prepare, *cls.prepare_arguments())
            cls.source = base.database

    def setUp(self):
        super().setUp()
        if not self.source:
            self.skipTest(f"{TEMPLATE} names no database with the module installed: run the tests with make test.")
        self.place = Place(self.source)
        self.addCleanup(self.place.close)
        self.database, self.log = self.place.database, self.place.log
        self.sql, self.spawn = self.place.sql, self.place.spawn
        self.worker, self.run_worker = self.place.worker, self.place.run_worker

    def report(self):
        """What is in the books: the fetched lines, whether all are posted, their numbers, the success pointers, the runs."""
        rows = self.sql(LINES)
        return {
            'lines': [list(row[:4]) for row in rows],
            'posted': all(row[5] == 'posted' and row[6] == 2 for row in rows),
            'names': len({row[4] for row in rows}),
            'pointers': [
                row[0] or '' for row in self.sql("SELECT fetched_until::text FROM bank_feed WHERE active ORDER BY id")
            ],
            'runs': [list(row) for row in self.sql(RUNS)],
        }

    def wait_until(self, query, seconds=90):
        """Wait until the first column of the query's first row is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            rows = self.sql(query)
            if rows and rows[0][0]:
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain for {query}\n{self.log.read_text()[-3000:]}")
