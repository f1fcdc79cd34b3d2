"""PostgreSQL: the one that PGHOST names, or a private cluster that nobody else can reach by network."""

import hashlib
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from . import machine
from .say import Failure, step

ROLE = 'odoo'
#: private clusters that this command started, and so has to stop
STARTED = []


def _short(path):
    return hashlib.sha256(str(path).encode()).hexdigest()[:8]


def _binaries():
    for root in sorted(
        Path('/usr/lib/postgresql').glob('*/bin'), key=lambda path: -int(path.parent.name.split('.')[0])
    ):
        if (root / 'initdb').exists():
            return root
    if found := shutil.which('initdb'):
        return Path(found).resolve().parent
    return None


class Cluster:
    """How to reach PostgreSQL: environment for libpq, and who started it."""

    def __init__(self):
        self.private = not os.environ.get('PGHOST')
        self.folder = machine.HOME / 'postgresql'
        # a socket's path may have 107 characters at most, so it does not live below the cache folder
        self.socket = Path(tempfile.gettempdir()) / f'bank_feed_pg_{_short(machine.HOME)}'

    @property
    def environment(self):
        """Variables for libpq's programs and Odoo's test tools."""
        if not self.private:
            return {
                'PGHOST': os.environ['PGHOST'],
                'PGPORT': os.environ.get('PGPORT', '5432'),
                'PGUSER': os.environ.get('PGUSER', ROLE),
            }
        return {'PGHOST': str(self.socket), 'PGPORT': '5432', 'PGUSER': ROLE}

    def odoo_options(self):
        """Lines of Odoo's configuration file."""
        found = self.environment
        lines = [f"db_host = {found['PGHOST']}", f"db_port = {found['PGPORT']}", f"db_user = {found['PGUSER']}"]
        if not self.private and os.environ.get('PGPASSWORD'):
            lines.append(f"db_password = {os.environ['PGPASSWORD']}")
        return lines

    # === Life === #

    def start(self):
        """Start the private cluster, or check that the named one answers. Returns self."""
        if not self.private:
            self.psql('postgres', 'SELECT 1')
            return self
        self.binaries = _binaries()
        if not self.binaries:
            # the package must not start a cluster of its own on the default port
            if machine.is_root():
                settings = Path('/etc/postgresql-common')
                settings.mkdir(exist_ok=True)
                if not (settings / 'createcluster.conf').exists():
                    (settings / 'createcluster.conf').write_text('create_main_cluster = false\n')
            machine.apt_install(
                ['postgresql'],
                "PostgreSQL is not here.",
                "set PGHOST (PGUSER, PGPASSWORD) to a server where databases may be created.",
            )
            self.binaries = _binaries()
        with machine.only_one():
            if not (self.folder / 'ready').exists():
                self._create()
            if not self._answers():
                self._launch()
        return self

    def stop(self):
        """Stop the private cluster; another server is never touched."""
        self.binaries = _binaries()
        if self.private and self.binaries and (self.folder / 'postmaster.pid').exists():
            self._as_owner([self.binaries / 'pg_ctl', '-D', self.folder, '-m', 'fast', '-w', 'stop'])
            STARTED[:] = [cluster for cluster in STARTED if cluster.folder != self.folder]

    def connections(self):
        """How many other sessions there are."""
        return int(
            self.psql(
                'postgres',
                "SELECT count(*) FROM pg_stat_activity WHERE datname IS NOT NULL AND pid <> pg_backend_pid()",
            )
        )

    def _owner(self):
        """initdb refuses root: then another user owns the cluster."""
        if not machine.is_root():
            return None
        for name in ('postgres', 'nobody'):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise Failure("There is no user 'postgres' or 'nobody' to run PostgreSQL: create one, or set PGHOST.")

    def _as_owner(self, command, check=True):
        owner = self._owner()
        kwargs = {'user': owner.pw_uid, 'group': owner.pw_gid, 'extra_groups': []} if owner else {}
        done = subprocess.run(
            [str(part) for part in command],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd='/',
            **kwargs,
        )
        if check and done.returncode:
            tail = ' / '.join(done.stdout.strip().splitlines()[-2:])
            raise Failure(
                f"PostgreSQL's {Path(str(command[0])).name} failed in {self.folder} (may its owner go there?): {tail}"
            )
        return done

    def _create(self):
        step("Making a private PostgreSQL cluster")
        machine.check_space(500)
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        if owner := self._owner():
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._as_owner(
            [
                self.binaries / 'initdb',
                '-D',
                self.folder,
                '-U',
                'postgres',
                '-A',
                'trust',
                '-E',
                'UTF8',
                '--locale=C',
                '--no-sync',
            ]
        )
        with open(self.folder / 'postgresql.conf', 'a') as conf:
            # nothing here has to survive a power cut; the server listens on a private socket only
            conf.write(
                "\nlisten_addresses = ''\nfsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"
                "max_connections = 100\nshared_buffers = 256MB\nmax_wal_size = 2GB\n"
            )
        self._launch()
        self._as_owner(
            [
                self.binaries / 'psql',
                '-h',
                self.socket,
                '-U',
                'postgres',
                '-d',
                'postgres',
                '-c',
                f'CREATE ROLE {ROLE} LOGIN CREATEDB',
            ]
        )
        self._as_owner(
            [
                self.binaries / 'psql',
                '-h',
                self.socket,
                '-U',
                'postgres',
                '-d',
                'template1',
                '-c',
                'CREATE EXTENSION IF NOT EXISTS pg_trgm',
            ],
            check=False,
        )
        (self.folder / 'ready').touch()

    def _launch(self):
        step("Starting the private PostgreSQL")
        self.socket.mkdir(mode=0o711, exist_ok=True)
        if owner := self._owner():
            os.chown(self.socket, owner.pw_uid, owner.pw_gid)
        self._as_owner(
            [
                self.binaries / 'pg_ctl',
                '-D',
                self.folder,
                '-w',
                '-t',
                '60',
                '-l',
                self.folder / 'server.log',
                '-o',
                f'-k {self.socket}',
                'start',
            ]
        )
        STARTED.append(self)

    def _answers(self):
        return self._as_owner([self.binaries / 'pg_isready', '-q', '-h', self.socket], check=False).returncode == 0

    # === Databases === #

    def psql(self, database, query):
        """Result of one query as text."""
        binary = shutil.which('psql') or str(_binaries() / 'psql')
        done = subprocess.run(
            [binary, '-X', '-q', '-A', '-t', '-d', database, '-c', query],
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment, 'PGCONNECT_TIMEOUT': '10'},
        )
        if done.returncode:
            reason = ' '.join(done.stderr.split())
            hint = "" if self.private else " (start it, or unset PGHOST to get a private one)"
            raise Failure(f"PostgreSQL at {self.environment['PGHOST']} does not do it{hint}: {reason}")
        return done.stdout.strip()

    def exists(self, database):
        return bool(self.psql('postgres', f"SELECT 1 FROM pg_database WHERE datname = '{database}'"))

    def databases(self, prefix):
        """Names of the databases that begin so."""
        found = self.psql('postgres', f"SELECT datname FROM pg_database WHERE starts_with(datname, '{prefix}')")
        return found.split()

    def drop(self, database):
        # without FORCE: it would have to end autovacuum's workers, which only a superuser may; the plain command waits
        mine = f"datname = '{database}' AND usename = current_user AND pid <> pg_backend_pid()"
        self.psql('postgres', f'SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE {mine}')
        self.psql('postgres', f'DROP DATABASE IF EXISTS "{database}"')

    def copy(self, template, database):
        """A fresh ``database`` like ``template`` (which nobody may be connected to)."""
        self.drop(database)
        for attempt in range(20):  # a server that just stopped may still hold the template for a moment
            try:
                return self.psql('postgres', f'CREATE DATABASE "{database}" TEMPLATE "{template}"')
            except Failure as error:
                if 'being accessed' not in str(error) or attempt == 19:
                    raise
                time.sleep(0.5)
