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


class ProcessCase(BaseCase):
    """A database of its own, copied from a template with the module installed, and Odoo processes on it."""

    def setUp(self):
        super().setUp()
        template = os.environ.get(TEMPLATE)
        if not template:
            self.skipTest(f"{TEMPLATE} names no database with the module installed: run the tests with make test.")
        self.database = f'{template}_{uuid.uuid4().hex[:6]}'
        self.sql(f'CREATE DATABASE "{self.database}" TEMPLATE "{template}"', 'postgres')
        self.addCleanup(self.drop)
        store = Path(config['data_dir']) / 'filestore'
        if (store / template).exists():
            shutil.copytree(store / template, store / self.database)
        self.addCleanup(shutil.rmtree, store / self.database, ignore_errors=True)
        self.log = Path(tempfile.mkdtemp()) / 'odoo.log'
        self.addCleanup(shutil.rmtree, self.log.parent, ignore_errors=True)

    def drop(self):
        """Without FORCE, which may not end autovacuum's workers."""
        own = f"datname = '{self.database}' AND usename = current_user AND pid <> pg_backend_pid()"
        self.sql(f'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {own}', 'postgres')
        self.sql(f'DROP DATABASE IF EXISTS "{self.database}"', 'postgres')

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

    def odoo_path(self):
        import odoo.release

        return str(Path(odoo.release.__file__).parent.parent)

    def spawn(self, command):
        """An Odoo process; killed at the end of the test if it still runs."""
        environment = {**os.environ, 'PYTHONPATH': self.odoo_path()}
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=open(self.log, 'a'), env=environment, text=True
        )
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        return process

    def worker(self, command, *arguments):
        """``tests/worker.py`` in a process of its own."""
        path = Path(__file__).with_name('worker.py')
        return self.spawn(
            [
                sys.executable,
                str(path),
                str(config['config']),
                self.database,
                command,
                *(json.dumps(argument) for argument in arguments),
            ]
        )

    def run_worker(self, command, *arguments):
        """Wait for the worker; returns the last line that it printed, read as JSON, or None."""
        process = self.worker(command, *arguments)
        output = process.communicate(timeout=300)[0].strip()
        self.assertEqual(process.returncode, 0, self.log.read_text()[-3000:])
        return json.loads(output.splitlines()[-1]) if output else None

    def wait_until(self, query, seconds=90):
        """Wait until the first column of the query's first row is true."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            rows = self.sql(query)
            if rows and rows[0][0]:
                return
            time.sleep(0.05)
        self.fail(f"Waited in vain for {query}\n{self.log.read_text()[-3000:]}")
