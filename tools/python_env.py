"""One virtual environment for Odoo and for the tests."""

import hashlib
import os
import shutil
import subprocess
import sys

from . import machine
from .say import Failure, step


def python(tests=False):
    """Path of a Python that can run Odoo 19; with ``tests`` also the test tools. Made once per requirements file."""
    folder = machine.HOME / 'venv'
    interpreter = folder / 'bin' / 'python'
    files = ['requirements-odoo.txt'] + (['requirements-test.txt'] if tests else [])
    if not interpreter.exists():
        machine.check_space()
        step("Making a virtual environment")
        done = subprocess.run([sys.executable, '-m', 'venv', folder], capture_output=True, text=True)
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            version = f'python{sys.version_info.major}.{sys.version_info.minor}-venv'
            machine.apt_install([version], "Python's venv is missing.", "install Python's venv and pip.")
            machine.run([sys.executable, '-m', 'venv', folder], "The virtual environment cannot be made")
    for name in files:
        source = machine.CHECKOUT / 'tools' / name
        stamp = folder / f"{name}.{hashlib.sha256(source.read_bytes()).hexdigest()[:12]}"
        if not stamp.exists():
            step(f"Installing Python packages ({name})")
            done = subprocess.run(
                [str(interpreter), '-m', 'pip', 'install', '-q', '-r', str(source)], capture_output=True, text=True
            )
            if done.returncode:
                reason = [line for line in done.stderr.splitlines() if 'ERROR' in line][
                    -1:
                ] or done.stderr.splitlines()[-1:]
                raise Failure(
                    f"Python packages could not be installed (no network, or no disk space?): {' '.join(reason)}"
                )
            stamp.touch()
    return interpreter


def only(package):
    """Folder with one pure-Python package in it, for a Python that lacks it."""
    folder = machine.HOME / 'packages' / package
    if not folder.exists():
        machine.prepare_home()
        pip = [sys.executable, '-m', 'pip', 'install', '-q', '--no-deps', '--target', folder, package]
        machine.run(pip, f"The Python package {package} is missing and cannot be installed")
    return str(folder)


def chromium():
    """Path of Chromium for the browser tests and screenshots; installed when this runs as root on Debian."""
    for name in ('chromium', 'chromium-browser', 'google-chrome'):
        if path := shutil.which(name):
            return path
    if own := os.environ.get('CHROMIUM'):
        return own
    machine.apt_install(['chromium'], "Chromium is needed for the browser tests.", "put a Chromium on the PATH.")
    return shutil.which('chromium')
