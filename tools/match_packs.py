"""Adversarial data: what makes a careless engine post a wrong match. Each pack is a folder of ``match_data``'s files."""

from tools.match_data import TODAY, World
from tools.match_locales import noise_text


class Pack(World):
    """A world whose lines are made by one trick."""

    def __init__(self, trick, documents, lines, seed, locale='SK', **options):
        self.trick = trick
        super().__init__(locale, documents, lines, f'{trick}/{seed}', **options)
        self.company = f'c-{trick}'
        for row in (*self.documents, *self.lines):
            row['company'] = self.company

    def _make_lines(self, count):
        make = getattr(self, f'_{self.trick}')
        for number in range(count):
            made = make(number)
            if not made:
                made = self._unrelated()
            line, truth = made
            self.lines.append(
                {'id': f'l{number}', 'company': self.company, 'date': str(TODAY), 'currency': self.currency, **line}
            )
            self.truth.append({**truth, 'line': f'l{number}'})

    def _plainly(self, document, text, amount=None, known=True, decidable=True, true=True):
        partner, noise = self._partner(document), []
        payer = self._payer(partner, noise) if known else {}
        amount = amount or document['residual']
        line = {'amount': amount, 'text': [text], **payer}
        allocations = [[document['id'], amount]] if true else []
        return line, {'allocations': allocations, 'noise': [self.trick, *noise], 'decidable': decidable}

    def _neighbours(self, number):
        """Sequential numbers, one price, one typing error in ten."""
        document = self._next()
        if not document:
            return None
        told = document['number']
        if number % 10 == 0:
            place = max(place for place, char in enumerate(told) if char.isdigit())
            place -= self.random.choice([0, 1, 2])
            told = told[:place] + str((int(told[place]) + self.random.randint(1, 9)) % 10) + told[place + 1 :]
            return self._plainly(document, told, known=number % 20 != 0, decidable=False)
        return self._plainly(document, f'{self.random.choice(self.spelling.markers)} {told}')

    _one_price = _neighbours

    def _dates(self, number):
        """Days that look like our numbers: 2026MMDD; nobody means a document."""
        rng = self.random
        document = rng.choice(self.documents)
        text = f'Platba {rng.choice(("dna ", "za ", ""))}2026{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}'
        return self._plainly(document, text, document['total'], known=False, decidable=False, true=False)

    def _labels(self, number):
        """Labels that say nothing, amounts of open documents."""
        document = self.random.choice(self.documents)
        text = self.random.choice(
            ['/', '', '%', '_', '?', 'INV', 'FA', '2026', 'NOTPROVIDED', '%%', '1', document['number'][:3]]
        )
        return self._plainly(document, text, document['total'], known=False, decidable=False, true=False)

    def _short_references(self, number):
        """Customers' numbers such as 8 or CUST/8 beside the amount of their documents."""
        document = self.random.choice(self.documents)
        partner = document['partner'][1:]
        text = self.random.choice([partner, f'CUST/{partner}', f'zak. {partner}', f'{partner} {partner}'])
        other = self.random.choice(self.documents)
        return self._plainly(other, text, other['total'], known=False, decidable=False, true=False)

    def _twice_paid(self, number):
        """A paid document again, with the amount of an open one of the same customer."""
        closed = [doc for doc in self.documents if doc['state'] == 'closed']
        document = self.random.choice(closed)
        others = [
            doc for doc in self.of_partner[document['partner']] if doc['state'] == 'open' and doc['kind'] == 'invoice'
        ]
        amount = self.random.choice(others)['residual'] if others else document['total']
        return self._plainly(document, f'Faktura {document["number"]}', amount, decidable=False, true=False)

    def _drafts(self, number):
        """Drafts with number, amount and customer."""
        drafts = [doc for doc in self.documents if doc['state'] == 'draft']
        document = self.random.choice(drafts)
        return self._plainly(document, f'Faktura {document["number"]}', document['total'], decidable=False, true=False)

    def _accounts(self, number):
        """Account numbers and telephones whose digits contain an open document's number."""
        document = self.random.choice(self.documents)
        digits = ''.join(char for char in document['number'] if char.isdigit())
        text = self.random.choice(
            [
                f'SK89995200{digits}05000006',
                f'tel +421{digits}',
                f'ucet 11{digits}-22{digits}',
                f'{digits}123456789',
                f'1234{digits}/0900',
            ]
        )
        return self._plainly(
            document, f'{text} {noise_text(self.random, self.spelling)}', document['total'], False, False, False
        )

    def _vendors(self, number):
        """Outgoing payments that quote a number of our invoices."""
        document = self.random.choice([doc for doc in self.documents if doc['kind'] == 'invoice'])
        return self._plainly(
            document, f'Uhrada {document["number"]}', f'-{document["total"]}', decidable=False, true=False
        )

    def _splits(self, number):
        """Two payments for one document; the parts are amounts of others."""
        document = self._next()
        if not document or document['instalments']:
            return None
        part = self.random.choice(self.documents)['total']
        if float(part) >= float(document['residual']):
            return None
        return self._plainly(document, f'Faktura {document["number"]}', part)

    def _same_line_twice(self, number):
        """Two movements of one batch for one document: the second one is not owed."""
        if number % 2 and self.lines:
            first = self.lines[-1]
            before = self.truth[-1]
            line = {key: first[key] for key in first if key not in ('id', 'company', 'date', 'currency')}
            if not before['allocations']:
                return self._unrelated()
            return line, {'allocations': [], 'noise': ['same_line_twice'], 'decidable': False}
        document = self._next()
        if not document or document['instalments'] or document['discount']:
            return None
        return self._plainly(document, f'Faktura {document["number"]}')

    def _two_journals(self, number):
        """Two journals whose numbers have equal digits."""
        if number == 0:
            self._double_journal()
        document = self._next()
        if not document or document['instalments'] or document['discount']:
            return None
        digits = ''.join(char for char in document['number'] if char.isdigit())
        text = self.random.choice([f'VS{digits}', digits, document['number']])
        return self._plainly(document, text, decidable=text == document['number'])

    def _double_journal(self):
        copies = []
        for document in self.documents:
            if document['kind'] == 'invoice':
                partner = self.random.choice(self.partners)
                copies.append({**document, 'id': f'x{document["id"]}', 'partner': partner['id'], 'number': f'X{document["number"]}',
                               'payment_reference': document['payment_reference'], 'instalments': None, 'discount': None})  # fmt: skip
        for document in copies:
            self._add(document)
        self.unpaid += [doc for doc in copies if doc['state'] == 'open']
        self.random.shuffle(self.unpaid)

    def _mod11(self, number):
        """KIDs that end in "-" beside numbers that are their digits."""
        document = self._next()
        if not document or document['instalments'] or document['discount']:
            return None
        return self._plainly(document, document['payment_reference'])


PACKS = {
    'neighbours': {'documents': 4000, 'same_price': 49},
    'one_price': {'documents': 4000, 'same_price': 120, 'locale': 'HU'},
    'dates': {'documents': 3000},
    'labels': {'documents': 50},
    'short_references': {'documents': 1000},
    'twice_paid': {'documents': 3000},
    'drafts': {'documents': 3000},
    'accounts': {'documents': 3000},
    'vendors': {'documents': 3000},
    'splits': {'documents': 6000},
    'same_line_twice': {'documents': 4000},
    'two_journals': {'documents': 3000},
    'mod11': {'documents': 5000, 'locale': 'NO'},
}


def pack(name, lines=3000, seed=1):
    options = dict(PACKS[name])
    return Pack(name, options.pop('documents'), lines, seed, **options)
