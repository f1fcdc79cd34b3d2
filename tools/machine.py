"""Folders, disk space, packages of the distribution: what the set-up needs of a machine."""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .say import Failure, step

CHECKOUT = Path(__file__).resolve().parent.parent
MODULE = 'account_bank_feed'
NEEDED_MB = 2500


def is_root():
    return os.geteuid() == 0


def _default_home():
    if is_root():  # not below /root: the database server runs as another user and must get there
        return Path('/var/cache') / MODULE
    return Path(os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache') / MODULE


HOME = Path(os.environ.get('BANK_FEED_HOME') or _default_home()).resolve()
#: names what belongs to this checkout among all that share the cache folder
TAG = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:8]
WORK = HOME / 'checkouts' / TAG


def prepare_home():
    """Create the cache folder; say plainly when it cannot be."""
    if sys.version_info < (3, 10):
        raise Failure(f"Python 3.10 or newer is needed; this one is {sys.version.split()[0]}. Install a newer python3.")
    try:
        WORK.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Failure(
            f"The cache folder {HOME} cannot be created ({error.strerror}): set BANK_FEED_HOME to a folder you may write."
        ) from None
    addons = WORK / 'addons'
    addons.mkdir(exist_ok=True)
    link = addons / MODULE
    if not link.is_symlink() or link.resolve() != CHECKOUT:
        link.unlink(missing_ok=True)
        link.symlink_to(CHECKOUT)


def check_space(needed_mb=NEEDED_MB):
    free = shutil.disk_usage(HOME).free / 1e6
    if free < needed_mb:
        raise Failure(
            f"Only {free:.0f} MB are free in {HOME} and {needed_mb} MB are needed: free some, or set BANK_FEED_HOME to another disk."
        )


@contextlib.contextmanager
def only_one():
    """Set-up steps of two commands that run at the same time wait for each other."""
    with open(HOME / 'setup.lock', 'w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run(command, what, **kwargs):
    """Run a set-up command quietly; when it fails, its last lines and ``what`` become the message."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **kwargs)
    if done.returncode:
        tail = ' / '.join((done.stderr or done.stdout).strip().splitlines()[-3:])
        raise Failure(f"{what}: {tail}")
    return done.stdout


def apt_install(packages, why, without_root):
    """Install packages of the distribution as root; otherwise say what a person has to do."""
    if not shutil.which('apt-get'):
        raise Failure(f"{why} This is neither Debian nor Ubuntu: {without_root}")
    if not is_root():
        raise Failure(f"{why} Ask an administrator for: apt-get install {' '.join(packages)}, or {without_root}")
    step(f"Installing {', '.join(packages)} from the distribution's packages")
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    command = ['apt-get', 'install', '-y', '--no-install-recommends', *packages]
    if subprocess.run(command, capture_output=True, env=environment).returncode:
        run(['apt-get', 'update'], "The package lists could not be read (no network?)", env=environment)
        run(command, f"{why} Installing failed", env=environment)
