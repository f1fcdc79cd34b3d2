"""Benchmark of the matching engine on files: precision and recall by noise, adversarial packs, speed and memory, peers."""

import json
import subprocess
import sys

from . import machine
from .python_env import python
from .say import step

LOCALES = ('SK', 'HU', 'NO', 'DK', 'EN', 'SE', 'FI', 'BE', 'CZ', 'DE', 'PL')
LINES, DOCUMENTS, SEED = 2800, 4000, 20261122
PEERS = ('oca', 'contained', 'equal_symbol')
#: (documents, movements) for speed
SIZES = ((1000, 3000), (100000, 30000), (1000000, 30000))
#: open documents, lines of each kind and seed of a regime
FUZZ = (3000, 1000, 1)
FOLDER = machine.HOME / 'match-data'


def bench_files():
    """Rows ``{"bench": "files", …}``: the mixed data, each pack, each size."""
    mixed = FOLDER / f'mixed-{SEED}'
    _make(mixed, 'mixed')
    row, seconds = _ours(mixed)
    print(json.dumps({'bench': 'files', 'engine': 'ours', 'data': 'mixed', **row, **seconds}), flush=True)
    for peer in PEERS:
        step(f"Matching the same data as {peer}")
        row = json.loads(_tool(_PEER, mixed, peer))
        row.pop('by_noise'), row.pop('rules')
        print(json.dumps({'bench': 'files', 'engine': peer, 'data': 'mixed', **row}), flush=True)
    for name in _tool("from tools import match_packs; print(*match_packs.PACKS)").split():
        folder = FOLDER / f'pack-{name}-{SEED}'
        _make(folder, name)
        row, seconds = _ours(folder)
        row.pop('by_noise')
        print(json.dumps({'bench': 'files', 'engine': 'ours', 'data': name, **row, **seconds}), flush=True)
    _fuzz()
    for documents, lines in SIZES:
        folder = FOLDER / f'size-{documents}-{lines}-{SEED}'
        _make(folder, f'{documents}/{lines}')
        row, seconds = _ours(folder)
        row.pop('by_noise')
        print(json.dumps({'bench': 'files', 'engine': 'ours', 'data': f'SK {documents}', **row, **seconds}), flush=True)


def _fuzz():
    """Slips in dense books, regime by regime, and over all of them the risk that was predicted beside what was observed."""
    posted = []
    for regime in json.loads(
        _tool("import json; from tools import match_fuzz; print(json.dumps(list(match_fuzz.regimes())))")
    ):
        step(f"Mistyping references: {regime}")
        found = json.loads(_tool(_FUZZ, regime, *FUZZ))
        posted += found.pop('posted')
        print(json.dumps({'bench': 'fuzz', **found}), flush=True)
    rows = json.loads(_tool(_DECILES, stdin=json.dumps(posted)))
    print(json.dumps({'bench': 'risk', 'deciles': rows}), flush=True)


def _make(folder, what):
    if not (folder / 'done').exists():
        step(f"Making data: {what}")
        _tool(_MAKE, folder, what)
        (folder / 'done').touch()


def _ours(folder):
    """(score, statistics) of ``match_files`` in a process of its own."""
    step(f"Matching {folder.name}")
    out, stats = folder / 'out.jsonl', folder / 'stats.json'
    tool = machine.CHECKOUT / 'tools' / 'match_files.py'
    machine.run([sys.executable, tool, folder, out, '--stats', stats], "The matching tool failed")
    row = json.loads(_tool(_SCORE, folder, out))
    stats = json.loads(stats.read_text())
    stats['lines_per_s'] = round(stats['lines'] / stats['seconds_match'])
    return row, stats


def _tool(code, *arguments, stdin=None):
    command = [str(python()), '-c', code, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=machine.CHECKOUT, input=stdin)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return done.stdout


_MAKE = f"""
import sys
from tools import match_data, match_packs
folder, what = sys.argv[1:]
if what == 'mixed':
    worlds = [match_data.World(locale, {DOCUMENTS}, {LINES}, {SEED}) for locale in {LOCALES!r}]
elif '/' in what:
    documents, lines = map(int, what.split('/'))
    worlds = [match_data.World('SK', documents, lines, {SEED})]
else:
    worlds = [match_packs.pack(what, seed={SEED})]
match_data.write(folder, worlds)
"""
_FUZZ = """
import json, sys
from tools import match_fuzz
print(json.dumps(match_fuzz.run(sys.argv[1], *map(int, sys.argv[2:]))))
"""
_DECILES = """
import json, sys
from tools import match_fuzz
print(json.dumps(match_fuzz.deciles(json.load(sys.stdin))))
"""
_SCORE = """
import json, sys
from tools import match_score
print(json.dumps(match_score.score(*sys.argv[1:])[0]))
"""
_PEER = """
import json, sys
from tools import match_peers, match_score
folder, peer = sys.argv[1:]
out = folder + '/' + peer + '.jsonl'
match_peers.decide(folder, out, peer)
print(json.dumps(match_score.score(folder, out)[0]))
"""
