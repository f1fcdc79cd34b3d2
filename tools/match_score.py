"""Score decisions against the truth, and make the data: ``python -m tools.match_score`` prints one JSON line a data set.

The unit is (line, document): an automatic decision is wrong where any money goes to a document that the truth does not
name, where the truth names none, or where it gives a document more than the truth does. Twins count as right: of one partner, with the
same open amount and payment reference; among proposals also with different references, for a line that names neither."""

import json
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path


def rows(path):
    with open(path, encoding='utf-8') as file:
        for line in file:
            yield json.loads(line)


def score(folder, out):
    """:return: dict of the figures, and the wrong rows as (truth, decision)"""
    truths = {row['line']: row for row in rows(Path(folder) / 'truth.jsonl')}
    twins = {
        row['id']: (row['partner'], row['residual'], row['kind'], row['payment_reference'])
        for row in rows(Path(folder) / 'documents.jsonl')
    }
    counts, noise, rules, wrong, missed = Counter(), defaultdict(Counter), Counter(), [], []
    for decision in rows(out):
        truth = truths[decision['line']]
        tag = '+'.join(truth['noise']) or 'plain'
        true = {document for document, _amount in truth['allocations']}
        counts['lines'] += 1
        counts['decidable'] += truth['decidable']
        noise[tag]['decidable'] += truth['decidable']
        if decision['action'] == 'auto':
            rules[decision['rule']] += 1
            right = _is_right(truth, decision, twins)
            counts['auto'] += 1
            counts['right' if right else 'wrong'] += 1
            if not right:
                wrong.append((truth, decision))
            elif truth['decidable']:
                counts['right_decidable'] += 1
                noise[tag]['right'] += 1
        else:
            if truth['decidable']:
                missed.append((truth, decision))
            if true:
                counts['rest'] += 1
                noise[tag]['rest'] += 1
                if _among_three(true, decision, twins):
                    counts['top3'] += 1
                    noise[tag]['top3'] += 1
    return figures(counts, noise, rules), wrong, missed


def _is_right(truth, decision, twins):
    true = {document: Decimal(amount) for document, amount in truth['allocations']}
    given = defaultdict(Decimal)
    for part in decision['allocations']:
        same = [document for document in true if twins[document] == twins[part['document']]]
        document = part['document'] if part['document'] in true or not same else same[0]
        given[document] += Decimal(part['amount'])
    return bool(true) and all(document in true and amount <= true[document] for document, amount in given.items())


def _among_three(true, decision, twins):
    proposals = [decision['allocations'], *(other['allocations'] for other in decision['alternatives'])][:3]
    wanted = {twins[document][:3] for document in true}
    return any(twins[part['document']][:3] in wanted for allocations in proposals for part in allocations)


def figures(counts, noise, rules):
    by_noise = {
        tag: {
            'recall': round(count['right'] / count['decidable'], 3) if count['decidable'] else None,
            'lines': count['decidable'],
            'top3': round(count['top3'] / count['rest'], 3) if count['rest'] else None,
        }
        for tag, count in sorted(noise.items())
    }
    return {
        'lines': counts['lines'],
        'auto': counts['auto'],
        'wrong': counts['wrong'],
        'precision': round(counts['right'] / counts['auto'], 6) if counts['auto'] else None,
        'recall': round(counts['right_decidable'] / counts['decidable'], 4) if counts['decidable'] else None,
        'top3': round(counts['top3'] / counts['rest'], 4) if counts['rest'] else None,
        'rules': dict(rules.most_common()),
        'by_noise': by_noise,
    }
