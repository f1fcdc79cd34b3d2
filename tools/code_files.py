"""The coding engine on files, without a database: what pays no document is booked as the company did before.

python tools/code_files.py IN_DIR OUT_FILE [--policy propose|auto] [--stats STATS_FILE]

IN_DIR holds partners, documents, accounts, taxes, journals, booked and lines (.jsonl); OUT_FILE gets one row a movement, in the same order. A row that
is not valid is named, with its file and line, and nothing is written (status 2)."""

import gc
import json
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments=None):
    sys.path.insert(0, str(ROOT))
    from tools.match_files import run

    return run(
        "Book the movements of a folder as its company did before.", ('propose', 'auto'), 'propose', code, arguments
    )


def code(folder, out, policy):
    """Decide every movement of a folder.

    :return: the statistics: counts, seconds, memory"""
    from matching import Decider
    from matching.policy import CONFIRMED, DEFAULT
    from tools.code_books import CodeFiles, FileBooks, payers
    from tools.code_out import row
    from tools.match_index import FileSource

    gc.disable()  # nothing here is cyclic, and there is much of it
    source = FileSource(folder)
    files = CodeFiles(folder, source._root)
    started = time.perf_counter()
    files.learn()
    source.paid_from = files.paid_from
    learned = time.perf_counter()
    movements = files.movements()
    decisions = Decider(source, CONFIRMED if policy == 'auto' else DEFAULT).decide(movements)
    by_company = {}
    for decision in decisions:
        by_company.setdefault(decision.line.company, []).append(decision)
    outcomes = {}
    for company, own in by_company.items():
        coder = files.coder(company, FileBooks(company, files, source), policy == 'auto')
        found = coder.decide(own, {decision.line.id: payers(source, decision.line) for decision in own})
        outcomes.update({outcome.movement.id: outcome for outcome in found})
    with open(out, 'w', encoding='utf-8', errors='backslashreplace') as file:
        for movement in movements:
            file.write(json.dumps(row(outcomes[movement.id]), ensure_ascii=False) + '\n')
    return {
        'lines': len(movements),
        'booked': files.count,
        'seconds_learn': round(learned - started, 3),
        'seconds_decide': round(time.perf_counter() - learned, 3),
        'peak_mb': round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
    }


if __name__ == '__main__':
    sys.exit(main())
