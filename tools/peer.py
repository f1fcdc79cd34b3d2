"""The peer's add-ons (OCA account_reconcile_oca), unpacked from the package index beside the cache; never part of the module."""

import shutil
import subprocess
import sys
import zipfile

from . import machine
from .say import Failure, step

PEER = 'account_reconcile_oca'
PEER_PACKAGES = ('odoo-addon-account_reconcile_oca==19.*', 'odoo-addon-account_statement_base==19.*')


def addons(workshop):
    """Folder of the peer's add-ons from the package index, unpacked for the benchmark only; None when it cannot be had."""
    folder = machine.HOME / 'peer'
    if (folder / 'addons' / PEER).exists():
        return folder / 'addons'
    step("Downloading the peer (OCA account_reconcile_oca), for benchmark and tests only")
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run(
        [
            str(workshop.python),
            '-m',
            'pip',
            'download',
            '-q',
            '--no-deps',
            '-d',
            str(folder / 'wheels'),
            *PEER_PACKAGES,
        ],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.stderr.write("The peer could not be downloaded; what needs it is left out.\n")
        return None
    for wheel in (folder / 'wheels').glob('*.whl'):
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(folder / 'unpacked')
    source = folder / 'unpacked' / 'odoo' / 'addons'
    if not (source / PEER).exists():
        raise Failure("The peer's package has another layout than expected; what needs it is left out.")
    source.rename(folder / 'addons')
    return folder / 'addons'


def conf(workshop, folder):
    """An odoo.conf like the workshop's that knows the peer's add-ons too."""
    path = machine.WORK / 'oca.conf'
    lines = workshop.conf.read_text().splitlines()
    path.write_text('\n'.join(f'{line},{folder}' if line.startswith('addons_path') else line for line in lines) + '\n')
    return path


def paths(workshop, folder):
    """Arguments for Odoo's command that add the peer's add-ons."""
    line = next(line for line in workshop.conf.read_text().splitlines() if line.startswith('addons_path'))
    return [f"--addons-path={line.partition('= ')[2]},{folder}"]
