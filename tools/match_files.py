"""The matching engine on files, without a database.

python tools/match_files.py IN_DIR OUT_FILE [--policy strict|default] [--stats STATS_FILE]

IN_DIR holds partners.jsonl, documents.jsonl and lines.jsonl; OUT_FILE gets one decision a line, in the same order. A row
that is not valid is named, with its file and line, and nothing is written (status 2)."""

import argparse
import gc
import json
import os
import resource
import sys
import time
from itertools import islice
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHUNK = 1000


def main(arguments=None):
    return run(
        "Match the movements of a folder with its documents.", ('strict', 'default'), 'default', match, arguments
    )


def run(description, policies, default, work, arguments=None):
    """The command of an engine on files: its answers are there whole, or not at all.

    :param work: function of (folder, path to write to, policy), returns statistics
    :return: exit status: 2 where a row is not valid"""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('folder', metavar='IN_DIR')
    parser.add_argument('out', metavar='OUT_FILE')
    parser.add_argument('--policy', choices=policies, default=default)
    parser.add_argument('--stats', metavar='STATS_FILE')
    options = parser.parse_args(arguments)
    imports()
    from tools.match_rows import BadRow

    part = f'{options.out}.part'
    try:
        stats = work(options.folder, part, options.policy)
        os.replace(part, options.out)
    except (BadRow, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    finally:
        Path(part).unlink(missing_ok=True)
    if options.stats:
        Path(options.stats).write_text(json.dumps(stats) + '\n', encoding='utf-8')
    return 0


def imports():
    """python-stdnum is the only library needed; where this Python has none, it is put beside the project's cache."""
    sys.path.insert(0, str(ROOT))
    try:
        import stdnum  # noqa: F401
    except ImportError:
        from tools.python_env import only

        sys.path.append(only('python-stdnum'))


def match(folder, out, policy):
    """Decide every line of a folder.

    :return: the statistics: counts, seconds, memory"""
    from matching import Decider
    from matching.policy import POLICIES
    from tools.match_index import FileSource

    gc.disable()  # nothing here is cyclic, and there is much of it
    started = time.perf_counter()
    source = FileSource(folder)
    indexed = time.perf_counter()
    decider = Decider(source, POLICIES[policy])
    count = 0
    path = os.path.join(folder, 'lines.jsonl')
    with open(path, 'rb') as lines, open(out, 'w', encoding='utf-8', errors='backslashreplace') as file:
        numbered = ((place, raw) for place, raw in enumerate(lines, 1) if raw.strip())
        while chunk := list(islice(numbered, CHUNK)):
            decisions = decider.decide([_line(path, place, raw, source) for place, raw in chunk])
            file.write(''.join([json.dumps(row(decision), ensure_ascii=False) + '\n' for decision in decisions]))
            count += len(chunk)
    return {
        'lines': count,
        'documents': max(len(source.document_rows.offsets) - 1, 0),
        'seconds_index': round(indexed - started, 3),
        'seconds_match': round(time.perf_counter() - indexed, 3),
        'peak_mb': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


def _line(path, place, raw, source):
    from tools import match_rows as read

    try:
        return read.read_line(read.parsed(path, place, raw), source._root)
    except (KeyError, ValueError) as error:
        if isinstance(error, read.BadRow):
            raise
        raise read.BadRow(f"lines.jsonl, line {place}: {read.said(error)}.") from None


def row(decision):
    """A decision as the contract has it: allocations are what each document receives, without sign."""
    from matching.words import why_not

    line, best = decision.line, decision.best
    return {
        'line': line.id,
        'action': decision.action,
        'rule': best.rule if best else None,
        'allocations': allocations(best) if best else [],
        'rest': str(decision.rest if best else line.amount),
        'partner': decision.partner,
        'evidence': _evidence(best) if best else [],
        'alternatives': [
            {'allocations': allocations(proposal), 'rule': proposal.rule} for proposal in decision.alternatives
        ],
        'why_not': why_not(decision.why_not, line.currency),
    }


def allocations(proposal):
    return [
        {'document': part.document.id, 'instalment': part.item.id, 'amount': str(abs(part.amount))}
        for part in proposal.allocations
    ]


def _evidence(proposal):
    from matching.data import STRENGTHS

    return [
        {'field': piece.field, 'text': piece.text, 'key': piece.key, 'strength': STRENGTHS[piece.strength]}
        for piece in proposal.evidence
    ]


if __name__ == '__main__':
    sys.exit(main())
