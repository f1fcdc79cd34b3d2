"""Odoo's configuration, databases and processes."""

import hashlib
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request

from . import machine, odoo_files, postgres, python_env
from .say import Failure, step


class Workshop:
    """Everything a command needs: Odoo's files, a Python, a database server, a configuration file."""

    def __init__(self, tests=False, name='odoo'):
        machine.prepare_home()
        with machine.only_one():
            self.home = odoo_files.find_odoo()
            self.python = python_env.python(tests)
        self.cluster = postgres.Cluster().start()
        self.data = machine.WORK / 'data'
        self.conf = machine.WORK / f'{name}.conf'
        self._write_conf()

    def _write_conf(self):
        lines = [
            '[options]',
            f"addons_path = {','.join(odoo_files.addons_paths(self.home))}",
            f'data_dir = {self.data}',
            *self.cluster.odoo_options(),
            'admin_passwd = admin',
            'list_db = False',
            'max_cron_threads = 1',
            'workers = 0',
            'http_interface = 127.0.0.1',
            'limit_time_real = 1200',
            'limit_time_cpu = 1200',
            'limit_memory_hard = 0',
            'limit_memory_soft = 0',
        ]
        self.conf.write_text('\n'.join(lines) + '\n')

    @property
    def environment(self):
        return {
            **os.environ,
            **self.cluster.environment,
            'PYTHONPATH': os.pathsep.join([str(self.home)]),
            'PYTHONDONTWRITEBYTECODE': '1',
            'PYTHONWARNINGS': 'ignore',
            'TZ': 'UTC',
        }

    def command(self, *arguments):
        return [str(self.python), '-m', 'odoo', *(str(argument) for argument in arguments)]

    # === Databases === #

    def template(self, *modules):
        """Name of a database with ``modules`` of Odoo installed, made once per cache folder."""
        release = (self.home / 'odoo' / 'release.py').stat().st_mtime_ns
        key = hashlib.sha256(f"{self.home}{release}{','.join(modules)}".encode()).hexdigest()[:8]
        name = f'bank_feed_base_{key}'
        with machine.only_one():
            if not self.cluster.exists(name):
                step(f"Installing {', '.join(modules)} into a template database (once)")
                building = f'{name}_building'
                self.cluster.drop(building)
                log = machine.WORK / 'template.log'
                self.install(building, modules, log)
                self.cluster.psql('postgres', f'ALTER DATABASE "{building}" RENAME TO "{name}"')
                source, target = self.data / 'filestore' / building, machine.HOME / 'filestore' / name
                target.parent.mkdir(exist_ok=True)
                shutil.rmtree(target, ignore_errors=True)
                if source.exists():
                    shutil.move(source, target)
        return name

    def install(self, database, modules, log, *options):
        """Install ``modules``; the log goes to a file, its errors into the message."""
        with open(log, 'w') as out:
            done = subprocess.run(
                self.command(
                    'server',
                    '-c',
                    self.conf,
                    '-d',
                    database,
                    '-i',
                    ','.join(modules),
                    '--stop-after-init',
                    '--no-http',
                    '--max-cron-threads=0',
                    *options,
                ),
                stdout=out,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=machine.WORK,
            )
        problems = [line for line in log.read_text().splitlines() if re.search(r' (ERROR|CRITICAL) ', line)]
        if done.returncode or problems:
            raise Failure(f"Installing {', '.join(modules)} failed, see {log}: {' '.join(problems[:1])}")

    def copy(self, template, database):
        self.cluster.copy(template, database)
        shutil.rmtree(self.data / 'filestore' / database, ignore_errors=True)
        for source in (machine.HOME / 'filestore' / template, self.data / 'filestore' / template):
            if source.exists():
                shutil.copytree(source, self.data / 'filestore' / database)
                break

    def drop(self, database):
        """The database and its files."""
        self.cluster.drop(database)
        shutil.rmtree(self.data / 'filestore' / database, ignore_errors=True)

    def rename(self, old, new):
        """The database and its files."""
        self.cluster.psql('postgres', f'ALTER DATABASE "{old}" RENAME TO "{new}"')
        shutil.rmtree(self.data / 'filestore' / new, ignore_errors=True)
        if (self.data / 'filestore' / old).exists():
            shutil.move(self.data / 'filestore' / old, self.data / 'filestore' / new)

    def script(self, name, database, *arguments, check=True):
        """Run ``tools/inside/<name>.py`` inside Odoo on ``database``; returns what it printed."""
        path = machine.CHECKOUT / 'tools' / 'inside' / f'{name}.py'
        environment = self.environment
        environment['PYTHONPATH'] = os.pathsep.join([str(self.home), str(path.parent)])
        done = subprocess.run(
            [str(self.python), str(path), str(self.conf), database, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=environment,
            cwd=machine.WORK,
        )
        (machine.WORK / f'{name}.log').write_text(done.stderr)
        if check and done.returncode:
            raise Failure(
                f"{name} failed, see {machine.WORK / f'{name}.log'}: {' '.join(done.stderr.strip().splitlines()[-1:])}"
            )
        return done.stdout


class Server:
    """An Odoo server process with its cron runner; stopped by ``stop()`` or at the end of a with block."""

    def __init__(self, workshop, database, port, log, *options):
        self.workshop, self.database, self.port, self.log = workshop, database, port, log
        self.options = options
        self.process = None

    @property
    def url(self):
        return f'http://127.0.0.1:{self.port}'

    def start(self, detach=False):
        out = open(self.log, 'w')
        self.process = subprocess.Popen(
            self.workshop.command(
                'server',
                '-c',
                self.workshop.conf,
                '-d',
                self.database,
                '--http-port',
                self.port,
                '--gevent-port',
                free_port(),
                *self.options,
            ),
            stdout=out,
            stderr=subprocess.STDOUT,
            env=self.workshop.environment,
            cwd=machine.WORK,
            start_new_session=detach,
        )
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise Failure(f"Odoo ended at once, see {self.log}: {' '.join(self.log.read_text().splitlines()[-1:])}")
            try:
                with urllib.request.urlopen(f'{self.url}/web/login', timeout=60) as answer:
                    if answer.status == 200:
                        return self
            except (urllib.error.URLError, OSError):
                time.sleep(0.3)
        self.stop()
        raise Failure(f"Odoo did not answer at {self.url} within two minutes, see {self.log}.")

    def stop(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exc):
        self.stop()


def free_port():
    """A port that is free now."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        return probe.getsockname()[1]


def wanted_port(default=8069):
    """PORT, or the default; a clear sentence when somebody else listens there."""
    text = os.environ.get('PORT') or str(default)
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise Failure(f"PORT={text} is not a port number.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(('127.0.0.1', int(text)))
        except OSError:
            raise Failure(
                f"Port {text} is taken by another program: choose one with PORT=8169 make demo (any free number)."
            ) from None
    return int(text)
