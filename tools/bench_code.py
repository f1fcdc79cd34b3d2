"""Benchmark of coding on files: made-up companies month after month, ours beside simple engines; and speed over a long history."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.companies import KINDS, Company
from bench.folders import write
from bench.score import Score
from bench.words import COUNTRIES

from . import machine
from .say import step

SEED, MONTHS = 20261130, (4, 7, 9, 12, 15)
ENGINES = ('ours', 'last', 'two', 'five')
#: companies whose histories are laid side by side for the measurement of speed
LONG = 80
#: a number of a document as the companies write it, and how many of them a company has at most
DOCUMENT, APART = re.compile(r'((?:INV|BILL)[/ ]2025[/ ])(\d{5})'), 1000


def bench_code():
    """Rows ``{"bench": "code", …}``: each engine over all companies; by trap; speed."""
    scores = {engine: Score() for engine in ENGINES}
    with tempfile.TemporaryDirectory() as place:
        for kind in KINDS:
            for country in COUNTRIES:
                step(f"Coding the movements of a made-up company ({kind}, {country})")
                company = Company(SEED, kind, country)
                for month in MONTHS:
                    folder = Path(place) / f'{kind}-{country}-{month}'
                    write(company, month, folder)
                    for engine, score in scores.items():
                        _scored(engine, folder, company, month, score)
        for engine, score in scores.items():
            print(json.dumps({'bench': 'code', 'engine': engine, **score.row()}), flush=True)
        traps = {name: dict(counts) for name, counts in sorted(scores['ours'].traps.items())}
        print(json.dumps({'bench': 'code', 'engine': 'ours', 'by_trap': traps}), flush=True)
        _speed(Path(place) / 'long')


def _scored(engine, folder, company, month, score):
    answers = {row['line']: row for row in _run(engine, folder)[0]}
    for movement in company.movements:
        if movement.month == month:
            score.add(movement, answers[movement.row['id']])


def _run(engine, folder):
    out, stats = folder / f'{engine}.out', folder / 'stats.json'
    if engine == 'ours':
        tool = machine.CHECKOUT / 'tools' / 'code_files.py'
        command = [sys.executable, tool, folder, out, '--policy', 'auto', '--stats', stats]
    else:
        command = [sys.executable, '-m', 'bench.simple', engine, folder, out]
    subprocess.run([str(part) for part in command], check=True, cwd=machine.CHECKOUT)
    rows = [json.loads(line) for line in out.read_text(encoding='utf-8').splitlines()]
    return rows, json.loads(stats.read_text()) if engine == 'ours' else {}


def _speed(folder):
    """One company with the histories of many: the same payees would be looked at a thousand times, so each has its own."""
    parts = {}
    for number in range(LONG):
        place = folder / str(number)
        write(Company(SEED + number, 'trade', 'SK'), 15, place)
        for path in place.glob('*.jsonl'):
            rows = [_renamed(json.loads(line), number) for line in path.read_text(encoding='utf-8').splitlines()]
            known = {row['id'] for row in parts.get(path.name, ()) if 'id' in row}
            parts.setdefault(path.name, []).extend(row for row in rows if row.get('id') not in known or 'id' not in row)
    whole = folder / 'whole'
    whole.mkdir()
    for name, rows in parts.items():
        (whole / name).write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
    print(json.dumps({'bench': 'code', 'part': 'speed', **_run('ours', whole)[1]}), flush=True)


def _renamed(row, number):
    """One company's row among others': its ids and its documents' numbers, in its texts, too, are nobody else's."""
    if isinstance(row, dict):
        return {name: _told(name, value, number) for name, value in row.items()}
    if isinstance(row, str):
        return DOCUMENT.sub(lambda found: f'{found[1]}{int(found[2]) + number * APART:05d}', row)
    return [_renamed(one, number) for one in row] if isinstance(row, list) else row


def _told(name, value, number):
    if name in ('id', 'partner', 'document') and isinstance(value, str) and value[:1] in 'pdl' and value[1:].isdigit():
        return f'{value}-{number}'
    return _renamed(value, number)
