"""Synthetic companies, customers, documents and bank movements with the truth about them: what payers really write.

Rates are assumptions (no public measurement exists); everything follows from the seed. Files as ``match_files`` reads
them, and truth.jsonl: ``{"line", "allocations": [[document, amount]], "noise": [...], "decidable": bool}``. A line is
decidable when what it says, with who pays and how much, points at its documents and at no others: not where the account
is known as another customer's, that a person looks at."""

import json
import random
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

from tools.match_locales import LOCALES, noise_text, payer_name

TODAY = date(2026, 10, 15)
PRICES = [
    9.9,
    12.5,
    19,
    24.9,
    29,
    35,
    39.9,
    49,
    59,
    79,
    99,
    120,
    149,
    180,
    199,
    240,
    299,
    360,
    450,
    499,
    600,
    990,
    1200,
]
OUTCOMES = (
    ('exact', 72), ('many', 6), ('partial', 4), ('over', 2), ('credit_note', 1), ('identifier', 5), ('twice', 1),
    ('advance', 2), ('unrelated', 5), ('own', 2),
)  # fmt: skip


class World:
    """One company's books and its bank's movements."""

    def __init__(self, locale, documents, lines, seed, same_price=None):
        self.random = random.Random(f'{locale}/{documents}/{lines}/{seed}')
        self.locale, self.spelling = locale, LOCALES[locale](self.random)
        self.currency = self.spelling.currency
        self.company = f'c-{locale}'
        self.same_price = same_price
        self.partners, self.documents, self.lines, self.truth = [], [], [], []
        self.of_partner = defaultdict(list)
        self._make_partners(max(documents // 3, 20))
        self._make_documents(documents)
        self.unpaid = [doc for doc in self.documents if doc['state'] == 'open' and doc['kind'] == 'invoice']
        self.random.shuffle(self.unpaid)
        self.used = set()
        self._make_lines(lines)

    # === Customers and documents === #

    def _make_partners(self, count):
        rng = self.random
        for number in range(count):
            self.partners.append(
                {
                    'id': f'p{number}',
                    'name': self.spelling.name(number),
                    'ibans': [self.spelling.iban()] if rng.random() < 0.75 else [],
                    'ref': rng.choice([None, f'C-{number:04d}', str(number)]),
                    'vat': self.spelling.vat(),
                    'identifiers': [str(rng.randint(100000, 9999999))] if rng.random() < 0.2 else [],
                    'parent': None,
                    'new_iban': self.spelling.iban(),
                    'recurring': rng.random() < 0.2,
                    'price': rng.choice(PRICES),
                }
            )

    def _amount(self, partner):
        rng = self.random
        if self.same_price:
            return f'{self.same_price:.2f}'
        if partner['recurring']:
            return f"{partner['price']:.2f}"
        value = rng.choice(PRICES) if rng.random() < 0.35 else rng.lognormvariate(5.2, 1.1)
        return f'{max(value, 1):.2f}' if self.currency != 'HUF' else f'{max(round(value * 390), 100)}.00'

    def _make_documents(self, count):
        rng = self.random
        weights = [1 / (place + 3) for place in range(len(self.partners))]
        for number, partner in enumerate(rng.choices(self.partners, weights, k=count), 1):
            age = rng.random()
            issued = TODAY - timedelta(days=int(40 + 300 * (1 - number / count) * age))
            document = self._document(f'd{number}', partner, number, issued)
            kind = rng.random()
            if number % 25 == 0:
                document['kind'] = 'credit_note'
                document['number'] = document['payment_reference'] = self.spelling.credit_note(number)
                document['residual'] = document['total'] = f'{max(1.0, float(document["total"]) / 4):.2f}'
            elif kind < 0.15:
                document.update(state='closed', residual='0.00')
            elif kind < 0.18:
                document['state'] = 'draft'
            elif kind < 0.28 and not self.same_price:
                self._instalments(document)
            elif kind < 0.33 and not self.same_price:
                until = TODAY + timedelta(days=rng.randint(-10, 10))
                document['discount'] = {'until': str(until), 'residual': f"{float(document['total']) * 0.98:.2f}"}
            if document['origin'] and rng.random() < 0.3:
                self._add({**document, 'id': f'o{number}', 'kind': 'order', 'state': 'open', 'number': document['origin'],
                           'payment_reference': document['origin'], 'origin': None, 'instalments': None, 'discount': None})  # fmt: skip
            self._add(document)

    def _document(self, id_, partner, number, issued):
        amount = self._amount(partner)
        label = self.spelling.number(number)
        return {
            'id': id_,
            'company': self.company,
            'partner': partner['id'],
            'kind': 'invoice',
            'state': 'open',
            'number': label,
            'payment_reference': self.spelling.reference(number, label, int(partner['id'][1:])),
            'ref': None,
            'origin': f'S{number + 30000:05d}' if self.random.random() < 0.3 else None,
            'date': str(issued),
            'due': str(issued + timedelta(days=14)),
            'currency': self.currency,
            'total': amount,
            'residual': amount,
            'discount': None,
            'instalments': None,
        }

    def _add(self, document):
        self.documents.append(document)
        self.of_partner[document['partner']].append(document)

    def _instalments(self, document):
        total = round(float(document['total']) * 100)
        first = total // 3
        due = date.fromisoformat(document['due'])
        document['instalments'] = [
            {
                'id': f"{document['id']}-{place}",
                'due': str(due + timedelta(days=30 * place)),
                'residual': f'{cents / 100:.2f}',
            }
            for place, cents in enumerate((first, first, total - 2 * first), 1)
        ]

    # === Movements === #

    def _make_lines(self, count):
        names, weights = zip(*OUTCOMES)
        for number, outcome in enumerate(self.random.choices(names, weights, k=count)):
            made = getattr(self, f'_{outcome}')() or self._unrelated()
            line, truth = made
            day = TODAY - timedelta(days=int(25 * (1 - number / count)))
            self.lines.append(
                {'id': f'l{number}', 'company': self.company, 'date': str(day), 'currency': self.currency, **line}
            )
            self.truth.append({'line': f'l{number}', **truth})

    def _next(self):
        while self.unpaid:
            document = self.unpaid.pop()
            if document['id'] not in self.used:
                self.used.add(document['id'])
                return document
        return None

    def _partner(self, document):
        return self.partners[int(document['partner'][1:])]

    def _payer(self, partner, noise):
        """Name and account as the bank gives them: mostly known, sometimes new, missing or somebody else's."""
        rng = self.random
        chance = rng.random()
        name, account = payer_name(rng, partner['name']), (partner['ibans'] or [partner['new_iban']])[0]
        if chance < 0.12:
            account = partner['new_iban']
        elif chance < 0.17:
            account = None
        elif chance < 0.20:
            other = rng.choice(self.partners)
            name, account = payer_name(rng, other['name']), (other['ibans'] or [other['new_iban']])[0]
            noise.append('third_party')
        elif chance < 0.24:
            name = None
        return {'counterparty_name': name, 'counterparty_account': account}

    def _written(self, documents, amount, noise, partner):
        return {**self.spelling.write(documents, noise, amount, partner, self), 'type': 'transfer', 'original': None}

    def _line(self, documents, amount, noise, allocations, decidable=True):
        partner = self._partner(documents[0])
        fields = self._written(documents, amount, noise, partner)
        payer = self._payer(partner, noise)
        undecidable = {'third_party', 'no_reference', 'wrong_existing', 'customer_number', 'undecidable'} & set(noise)
        truth = {'allocations': allocations, 'noise': noise, 'decidable': decidable and not undecidable}
        return {'amount': amount, **payer, **fields}, truth

    def _exact(self):
        document = self._next()
        if not document:
            return None
        amount, noise = document['residual'], []
        if document['instalments']:
            noise.append('instalment')
            amount = document['instalments'][0]['residual']
        elif document['discount'] and self.random.random() < 0.7:
            noise.append('discount')
            amount = document['discount']['residual']
            late = date.fromisoformat(document['discount']['until']) < TODAY
            return self._line([document], amount, noise, [[document['id'], amount]], not late)
        return self._line([document], amount, noise, [[document['id'], amount]])

    def _many(self):
        first = self._next()
        if not first:
            return None
        others = [
            doc
            for doc in self.of_partner[first['partner']]
            if doc['state'] == 'open' and doc['kind'] == 'invoice' and doc['id'] not in self.used
        ][: self.random.choice([1, 1, 2, 3])]
        documents = [first, *others]
        self.used.update(doc['id'] for doc in others)
        amount = sum(round(float(doc['residual']) * 100) for doc in documents) / 100
        noise = ['many'] if others else []
        return self._line(documents, f'{amount:.2f}', noise, [[doc['id'], doc['residual']] for doc in documents])

    def _partial(self):
        document = self._next()
        if not document or document['instalments'] or document['discount']:
            return None
        amount = f"{round(float(document['residual']) * self.random.choice([0.3, 0.5, 0.8])):.2f}"
        if float(amount) < 1:
            return None
        return self._line([document], amount, ['partial'], [[document['id'], amount]])

    def _over(self):
        document = self._next()
        if not document or document['instalments'] or document['discount']:
            return None
        amount = f"{float(document['residual']) + self.random.choice([1, 5, 10]):.2f}"
        return self._line([document], amount, ['over'], [[document['id'], document['residual']]])

    def _credit_note(self):
        for note in self.documents:
            if note['kind'] == 'credit_note' and note['id'] not in self.used:
                for document in self.of_partner[note['partner']]:
                    free = (
                        document['state'] == 'open'
                        and document['kind'] == 'invoice'
                        and document['id'] not in self.used
                    )
                    if free and not document['discount'] and float(document['residual']) > float(note['residual']):
                        self.used.update((note['id'], document['id']))
                        amount = f"{float(document['residual']) - float(note['residual']):.2f}"
                        allocations = [[document['id'], document['residual']], [note['id'], note['residual']]]
                        return self._line([document, note], amount, ['credit_note'], allocations)
        return None

    def _identifier(self):
        document = self._next()
        if not document or document['instalments'] or not self._partner(document)['identifiers']:
            return None
        twins = [
            doc
            for doc in self.of_partner[document['partner']]
            if doc['state'] == 'open' and doc['kind'] == 'invoice' and doc['residual'] == document['residual']
        ]
        oldest = min(twins, key=lambda doc: (doc['due'], int(doc['id'][1:])))
        if oldest['id'] != document['id'] and oldest['id'] in self.used:
            return None
        self.used.add(oldest['id'])
        return self._line([oldest], oldest['residual'], ['identifier'], [[oldest['id'], oldest['residual']]])

    def _twice(self):
        paid = [doc for doc in self.documents if doc['state'] == 'closed']
        if not paid:
            return None
        document = self.random.choice(paid)
        return self._line([document], document['total'], ['twice'], [], False)

    def _advance(self):
        planned = [doc for doc in self.documents if doc['state'] == 'draft']
        if not planned:
            return None
        document = self.random.choice(planned)
        return self._line([document], document['total'], ['advance'], [], False)

    def _unrelated(self):
        rng = self.random
        amount = f'{rng.choice(PRICES) if rng.random() < 0.5 else rng.lognormvariate(5, 1):.2f}'
        if self.currency == 'HUF':
            amount = f'{round(float(amount) * 390)}.00'
        text = [
            rng.choice(['Prijem', 'Payment', 'Deposit', 'Refund', 'Platba']) + ' ' + noise_text(rng, self.spelling, 2)
        ]
        line = {'amount': amount, 'text': text, 'counterparty_name': 'Unrelated Payer', 'counterparty_account': self.spelling.iban()}  # fmt: skip
        return line, {'allocations': [], 'noise': ['unrelated'], 'decidable': False}

    def _own(self):
        line = {'amount': f'-{self.random.randint(1, 20)}.00', 'text': ['Poplatok za vedenie uctu'], 'type': 'fee'}
        return line, {'allocations': [], 'noise': ['own'], 'decidable': False}


def write(folder, worlds):
    """Write worlds (companies) into one folder; ids are made unique by the company."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        name: open(folder / f'{name}.jsonl', 'w', encoding='utf-8')
        for name in ('partners', 'documents', 'lines', 'truth')
    }
    for world in worlds:
        tag = world.company
        for partner in world.partners:
            row = {key: partner[key] for key in ('name', 'ibans', 'ref', 'vat', 'identifiers', 'parent')}
            _put(files['partners'], {'id': f"{tag}/{partner['id']}", **row})
        for document in world.documents:
            ids = {'id': f"{tag}/{document['id']}", 'partner': f"{tag}/{document['partner']}"}
            _put(files['documents'], {**document, **ids})
        for line in world.lines:
            _put(files['lines'], {**line, 'id': f"{tag}/{line['id']}"})
        for truth in world.truth:
            allocations = [[f'{tag}/{document}', amount] for document, amount in truth['allocations']]
            _put(files['truth'], {**truth, 'line': f"{tag}/{truth['line']}", 'allocations': allocations})
    for file in files.values():
        file.close()


def _put(file, row):
    file.write(json.dumps(row, ensure_ascii=False) + '\n')
