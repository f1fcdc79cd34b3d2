"""Where Odoo 19 comes from: ODOO_HOME, or Debian's package odoo-19 unpacked privately."""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from . import machine
from .say import Failure, progress, step

SUITE = 'sid'
PACKAGE = 'odoo-19'
#: the package's scripts and fonts are links into these
LINKED = (
    'libjs-jquery',
    'libjs-underscore',
    'libjs-jquery-form',
    'fonts-font-awesome',
    'fonts-roboto-unhinted',
    'fonts-montserrat',
    'fonts-inconsolata',
    'fonts-ocr-b',
)
#: a script that the package names in its assets and does not contain; an empty one keeps the browser's console clean
MISSING = 'addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js'
USE_OWN = "set ODOO_HOME to a folder with Odoo 19 (the one that contains the package 'odoo')."


def find_odoo():
    """Path to put on PYTHONPATH so that ``import odoo`` is Odoo 19; fetches it when nothing is there."""
    if own := os.environ.get('ODOO_HOME'):
        home = Path(own).resolve()
        if not (home / 'odoo' / 'release.py').exists():
            raise Failure(f"ODOO_HOME={own} has no odoo/release.py: name the folder that contains the package 'odoo'.")
        release = (home / 'odoo' / 'release.py').read_text()
        if not re.search(r'version_info\s*=\s*\(19,', release):
            raise Failure(f"ODOO_HOME={own} is not Odoo 19.")
        return home
    home = machine.HOME / 'odoo-19' / 'usr' / 'lib' / 'python3' / 'dist-packages'
    if not (machine.HOME / 'odoo-19' / 'complete').exists():
        _fetch()
    return home


def addons_paths(home):
    """Add-on folders of Odoo at ``home`` (a package or a source checkout) and of this checkout."""
    return [
        str(path)
        for path in (home / 'odoo' / 'addons', home / 'addons', machine.WORK / 'addons')
        if path.is_dir() and (path.parent != home or (path / 'account').is_dir())
    ]


def _fetch():
    for tool in ('apt-get', 'dpkg', 'dpkg-deb'):
        if not shutil.which(tool):
            raise Failure(
                f"Odoo 19 is fetched as a Debian package and {tool} is not here (not Debian or Ubuntu?): {USE_OWN}"
            )
    machine.check_space()
    apt = machine.HOME / 'apt'
    for folder in ('lists/partial', 'cache/archives/partial', 'debs'):
        (apt / folder).mkdir(parents=True, exist_ok=True)
    (apt / 'sources.list').write_text(_private_sources())
    (apt / 'apt.conf').write_text(
        f'Dir::Etc::sourcelist "{apt}/sources.list";\nDir::Etc::sourceparts "-";\n'
        f'Dir::State::lists "{apt}/lists";\nDir::Cache "{apt}/cache";\nAPT::Sandbox::User "root";\n'
    )
    environment = {**os.environ, 'APT_CONFIG': str(apt / 'apt.conf')}
    step(f"Reading the package list of Debian {SUITE} (private, nothing on this machine changes)")
    machine.run(
        ['apt-get', 'update'],
        f"The package list cannot be read (no network?); otherwise {USE_OWN} Reason",
        env=environment,
    )
    _download(apt, environment)
    _unpack(apt)
    shutil.rmtree(apt)


def _private_sources():
    """The machine's own source of Debian, with its suite replaced.

    On Ubuntu or another derivative the machine's source has no such suite; then a person has to name ODOO_HOME."""
    stanzas = []
    for file in sorted(Path('/etc/apt/sources.list.d').glob('*.sources')):
        for stanza in re.split(r'\n\s*\n', file.read_text()):
            fields = dict(re.findall(r'^(URIs|Suites|Signed-By|Enabled):\s*(.+)$', stanza, re.M))
            if fields.get('Enabled', 'yes') != 'no' and fields.get('URIs') and fields.get('Suites'):
                stanzas.append((fields['URIs'].split()[0], fields['Suites'], fields.get('Signed-By', '')))
    for file in [Path('/etc/apt/sources.list'), *sorted(Path('/etc/apt/sources.list.d').glob('*.list'))]:
        if file.exists():
            for options, uri, suite in re.findall(r'^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)', file.read_text(), re.M):
                signed = re.search(r'signed-by=(\S+)', options)
                stanzas.append((uri, suite, signed.group(1) if signed else ''))
    keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
    for uri, suites, signed in stanzas:
        if 'security' in uri or 'security' in suites or 'debian' not in uri:
            continue
        signed = signed if signed.startswith('/') else keyring
        return f"deb [signed-by={signed}] {uri} {SUITE} main\n"
    raise Failure(f"This machine's package sources name no Debian archive to fetch {PACKAGE} from: {USE_OWN}")


def _download(apt, environment):
    names = [PACKAGE, *LINKED]
    shown = machine.run(
        ['apt-cache', 'show', '--no-all-versions', *names],
        f"Debian {SUITE} has no {PACKAGE}; {USE_OWN} Reason",
        env=environment,
    )
    total = sum(int(size) for size in re.findall(r'^Size: (\d+)$', shown, re.M))
    step(f"Downloading {PACKAGE} and {len(LINKED)} packages that it links to ({total / 1e6:.0f} MB)")
    with open(apt / 'download.log', 'w') as log:
        job = subprocess.Popen(
            ['apt-get', 'download', *names], cwd=apt / 'debs', env=environment, stdout=log, stderr=log
        )
        while job.poll() is None:
            progress("odoo", _size(apt / 'debs', apt / 'cache'), total)
            time.sleep(0.3)
    if job.returncode:
        reason = (apt / 'download.log').read_text().strip().splitlines()[-1:]
        raise Failure(f"Downloading Odoo failed (no network, or no disk space?): {' '.join(reason)}")
    progress("odoo", total, total)


def _size(*folders):
    total = 0
    for folder in folders:
        for path in folder.rglob('*.deb'):
            try:
                total += path.stat().st_size
            except FileNotFoundError:  # apt moved it just now
                continue
    return total


def _unpack(apt):
    step("Unpacking Odoo")
    target = machine.HOME / 'odoo-19.new'
    shutil.rmtree(target, ignore_errors=True)
    for deb in sorted((apt / 'debs').glob('*.deb')):
        machine.run(['dpkg-deb', '-x', deb, target], f"Unpacking {deb.name} failed (disk full?)")
    missing = target / 'usr/lib/python3/dist-packages/odoo' / MISSING
    if not missing.exists():
        missing.parent.mkdir(parents=True, exist_ok=True)
        missing.write_text('')
    (target / 'complete').touch()
    final = machine.HOME / 'odoo-19'
    shutil.rmtree(final, ignore_errors=True)
    target.rename(final)
