"""What others do, as their public descriptions say, on the same files: to be scored beside ours.

oca: OCA's account_reconcile_oca 19 (the bank's label has to be contained in a document's number or reference; amounts are
not compared). contained: a document's number is contained in the text, once. equal_symbol: variable symbol and amount are
equal (KROS)."""

import json
import re
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

from tools.match_score import rows

_SYMBOL = re.compile(r'VS\W{0,2}(\d{1,10})')


def decide(folder, out, peer):
    """Write ``peer``'s decisions in the contract's form, as far as the score needs it."""
    documents = [
        row for row in rows(Path(folder) / 'documents.jsonl') if row['state'] == 'open' and row['kind'] != 'order'
    ]
    accounts = {iban: row['id'] for row in rows(Path(folder) / 'partners.jsonl') for iban in row['ibans']}
    by_company = defaultdict(list)
    for document in documents:
        document['open'] = Decimal(document['residual'])
        by_company[document['company']].append(document)
    rule = {'oca': _oca, 'contained': _contained, 'equal_symbol': _equal_symbol}[peer]
    indexes = {company: _index(some) for company, some in by_company.items()}
    with open(out, 'w', encoding='utf-8') as file:
        for line in rows(Path(folder) / 'lines.jsonl'):
            found = rule(line, by_company[line['company']], indexes[line['company']], accounts)
            file.write(json.dumps(_row(line, found)) + '\n')


def _row(line, document):
    row = {'line': line['id'], 'action': 'none', 'rule': None, 'allocations': [], 'alternatives': []}
    if document:
        amount = min(abs(Decimal(line['amount'])), document['open'])
        document['open'] -= amount
        part = {'document': document['id'], 'instalment': None, 'amount': str(amount)}
        row.update(action='auto', rule='peer', allocations=[part])
    return row


def _index(documents):
    by_digits, by_number = defaultdict(list), defaultdict(list)
    for document in documents:
        for value in {document['number'], document['payment_reference']}:
            by_digits[re.sub(r'\D', '', value or '').lstrip('0')].append(document)
            by_number[value].append(document)
    return by_digits, by_number


def _fits(line, document):
    incoming = document['kind'] in ('invoice', 'bill_refund', 'payment')
    return document['open'] > 0 and incoming == (not line['amount'].startswith('-'))


def _label(line):
    return (
        ' '.join(line.get('text') or []).strip()
        or ' '.join(line.get('structured') or [])
        or line.get('counterparty_name')
        or '/'
    )


def _oca(line, documents, _indexes, accounts):
    label = _label(line)
    pattern = None
    if '%' in label or '_' in label:
        pattern = re.compile(re.escape(label).replace('%', '.*').replace('_', '.'), re.I)
    label = label.upper()
    partner = accounts.get(line.get('counterparty_account'))
    found = []
    for document in documents:
        for value in (document['payment_reference'], document['number']):
            if pattern.search(value) if pattern else label in value.upper():
                if _fits(line, document) and partner in (None, document['partner']):
                    found.append(document)
                break
        if len(found) > 1:
            return None
    if len(found) == 1 and (partner or abs(Decimal(line['amount'])) <= found[0]['open']):
        return found[0]
    return None


def _contained(line, _documents, indexes, _accounts):
    _digits, by_number = indexes
    words = re.split(r'[\s,;]+', ' '.join([*(line.get('text') or []), *(line.get('structured') or [])]))
    found = {doc['id']: doc for word in words for doc in by_number.get(word, ()) if len(word) >= 5 and _fits(line, doc)}
    return next(iter(found.values())) if len(found) == 1 else None


def _equal_symbol(line, _documents, indexes, _accounts):
    by_digits, _number = indexes
    text = ' '.join([line.get('end_to_end_id') or '', *(line.get('text') or [])]).upper()
    symbols = {match.lstrip('0') for match in _SYMBOL.findall(text)} - {''}
    amount = Decimal(line['amount'])
    found = {
        doc['id']: doc
        for key in symbols
        for doc in by_digits.get(key, ())
        if _fits(line, doc) and doc['open'] == amount
    }
    return next(iter(found.values())) if len(found) == 1 else None
