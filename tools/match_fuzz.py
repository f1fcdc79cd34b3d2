"""Slips in dense books: what a payer's hand does to a reference where a neighbour's is one slip away, regime by regime.

Each line pays one document, its reference mistyped once or twice. Wrong is a decision that posts it on another customer's
document; on another equal debt of the same customer is counted apart (``own``). Honest lines, without a slip, tell what the
guards cost. Every line is decided as if it were the first one."""

import random
import tempfile
from collections import Counter
from pathlib import Path

from stdnum import luhn
from stdnum.iso7064 import mod_97_10

from matching import Decider
from matching.risk import SLIP_RATE
from matching.schemes import kid
from tools import match_data
from tools.match_index import FileSource
from tools.match_rows import read_line

DAY = '2026-10-14'
FIRST = ("Peter", "Jana", "Eva", "Ján", "Mária", "Adam", "Zoltán", "Ole", "Kari", "Søren")
LAST = ("Kováč", "Horváth", "Šimko", "Molnár", "Bielik", "Hansen", "Olsen", "Nagy", "Szabó", "Tóth", "Varga", "Lund")


def regimes():
    """{name: options of :class:`Books`}"""
    one = {'price': lambda rng, n: '49.00'}
    rare = {'price': lambda rng, n: f'{rng.randint(1000, 99999) / 100:.2f}'}
    few = {'price': lambda rng, n: '49.00' if rng.random() < 0.02 else f'{rng.randint(1000, 99999) / 100:.2f}'}
    letters = {'number': lambda n: f'INV/2026/{n:05d}', 'field': 'text'}
    return {
        'account known, one price': {**one, 'payer': 'account'},
        'name known, one price': {**one, 'payer': 'name'},
        'stranger, one price': one,
        'stranger, 2 % have the price': few,
        'stranger, rare amounts': rare,
        'text, one price': {**one, **letters},
        'text, rare amounts': {**rare, **letters},
        'glued to a word, one price': {**one, 'write': lambda key: f'uhrada{key}', 'field': 'text'},
        'RF, account known': {**one, 'payer': 'account', 'reference': _rf, 'write': lambda key: key[4:], 'field': 'text'},
        'RF, number only, stranger': {**one, 'reference': _rf, 'write': lambda key: key[4:], 'field': 'text'},
        'RF in full, stranger': {**one, 'reference': _rf, 'field': 'structured'},
        'symbols unlike numbers': {**one, 'number': lambda n: f'FV-{n}', 'reference': lambda n: str(77_000_000 + 7 * n)},
        'KID modulus 10, one price': {**one, 'number': str, 'reference': _kid10, 'field': 'structured', 'first': 10000},
        'KID modulus 11, one price': {**one, 'number': str, 'reference': _kid11, 'field': 'structured', 'first': 10000},
        'members of one fee': {**one, 'identifier': lambda n: str(100_000 + n)},
        'members, structured': {**one, 'identifier': lambda n: f'{n:07d}', 'field': 'structured', 'first': 1_000_000},
        'dollars on a crown account': {**one, 'currency': 'CZK', 'foreign': 'USD'},
        'forints with decimals': {'price': lambda rng, n: '1199.50', 'currency': 'HUF', 'paid': '1200.00'},
        'two instalments': {'price': lambda rng, n: '98.00', 'parts': True, 'paid': '49.00'},
        'eleven digits, ten typed': {**one, 'number': lambda n: f'INV/2026/10/{n:05d}', 'write': lambda key: key[-10:]},
        'five digits behind a word': {**one, 'number': str, 'write': lambda key: f'faktura {key}', 'field': 'text', 'first': 20000},
        'five digits, rare amounts': {**rare, 'number': str, 'write': lambda key: f'faktura {key}', 'field': 'text', 'first': 20000},
        'outgoing, account known': {**one, 'payer': 'account', 'kind': 'bill'},
    }  # fmt: skip


def _rf(n):
    body = f'2026{n:05d}'
    return f"RF{mod_97_10.calc_check_digits(body + 'RF')}{body}"


def _kid10(n):
    payload = f'{n // 7:05d}{n:07d}'
    return payload + luhn.calc_check_digit(payload)


def _kid11(n):
    payload = f'{n // 7:05d}{n:07d}'
    return payload + kid.mod11(payload)


class Books:
    """Open documents of one regime, numbered one after the other, three of four customers with one document."""

    def __init__(self, seed, size, price, number=None, reference=None, identifier=None, write=None, field='vs',
                 payer='', currency='EUR', foreign='', paid='', parts=False, first=1, kind='invoice'):  # fmt: skip
        self.random = random.Random(seed)
        self.write, self.field, self.payer, self.paid = write or (lambda key: key), field, payer, paid
        self.currency, self.foreign, self.sign = currency, foreign, '-' if kind == 'bill' else ''
        self.partners, self.documents, self.keys = [], [], []
        number = number or '2026{:06d}'.format
        for place in range(size):
            n = first + place
            owner = place if place % 4 else max(place - 1, 0)
            self.partners.append(self._partner(place, identifier and identifier(n)))
            amount = price(self.random, n)
            half = f'{float(amount) / 2:.2f}'
            self.documents.append(
                {
                    'id': f'd{place}', 'company': 'c', 'partner': f'p{owner}', 'kind': kind, 'state': 'open',
                    'number': number(n), 'payment_reference': reference(n) if reference else number(n),
                    'ref': number(n) if kind == 'bill' else None, 'date': '2026-09-20', 'due': '2026-10-04',
                    'currency': foreign or currency, 'total': amount, 'residual': amount,
                    'instalments': [{'id': f'd{place}-{part}', 'due': DAY, 'residual': half} for part in (1, 2)] if parts else None,
                }
            )  # fmt: skip
            key = identifier(n) if identifier else self.documents[-1]['payment_reference']
            self.keys.append(key if field in ('text', 'structured') else ''.join(c for c in key if c.isdigit()))

    def _partner(self, place, identifier):
        rng = self.random
        body = f'1200{rng.randint(0, 10**16 - 1):016d}'
        return {
            'id': f'p{place}', 'name': f'{rng.choice(FIRST)} {rng.choice(LAST)}{chr(97 + place % 26)}{chr(97 + place // 26 % 26)}{chr(97 + place // 676 % 26)}',
            'ibans': [f"SK{mod_97_10.calc_check_digits(body + 'SK')}{body}"] if self.payer == 'account' else [],
            'identifiers': [identifier] if identifier else [],
        }  # fmt: skip

    def save(self, folder):
        for name, rows in (('partners', self.partners), ('documents', self.documents)):
            with open(Path(folder) / f'{name}.jsonl', 'w', encoding='utf-8') as file:
                for row in rows:
                    match_data._put(file, row)

    def line(self, place, slips):
        """A movement that pays document ``place``, its reference mistyped so many times."""
        document, partner = self.documents[place], self.partners[int(self.documents[place]['partner'][1:])]
        key = self.keys[place]
        for _slip in range(slips):
            key = mistyped(self.random, key)
        written = self.write(key)
        amount = self.paid or document['residual']
        row = {
            'id': 'l', 'company': 'c', 'date': DAY, 'amount': self.sign + amount, 'currency': self.currency, 'text': ['platba'],
            'counterparty_name': "Neznámy Platiteľ", 'original': None,
        }  # fmt: skip
        if self.field == 'vs':
            row['end_to_end_id'] = f'/VS{written[-10:]}/SS/KS'
        else:
            row[self.field] = [written]
        if self.payer:
            row['counterparty_name'] = partner['name']
        if self.payer == 'account':
            row['counterparty_account'] = partner['ibans'][0]
        if self.foreign:
            row['original'] = {'currency': self.foreign, 'amount': amount}
            row['amount'] = f'{float(amount) * 23.21:.2f}'
        return row


def mistyped(rng, key):
    """One slip: a digit changed (three of four), two swapped, one left out or put in."""
    places = [place for place, char in enumerate(key) if char.isdigit()]
    place, kind = rng.choice(places), rng.random()
    if kind < 0.75:
        return key[:place] + rng.choice([digit for digit in '0123456789' if digit != key[place]]) + key[place + 1 :]
    if kind < 0.9 and place + 1 in places and key[place] != key[place + 1]:
        return key[:place] + key[place + 1] + key[place] + key[place + 2 :]
    if kind < 0.95 and len(places) > 4:
        return key[:place] + key[place + 1 :]
    return key[:place] + rng.choice('0123456789') + key[place:]


#: share of lines with one slip and with two, as the risk assumes them
RATES = {0: 1 - SLIP_RATE - SLIP_RATE**2, 1: SLIP_RATE, 2: SLIP_RATE**2}


def run(name, size=3000, lines=1000, seed=1):
    """Figures of one regime: wrong ones with one slip and with two, honest ones posted, the highest risk that was posted;
    ``posted``: [risk, weight, wrong] of each posted line, weighted as often as such lines come."""
    books = Books(f'{name}/{seed}', size, **regimes()[name])
    with tempfile.TemporaryDirectory() as folder:
        books.save(folder)
        source = FileSource(folder)
    counts, posted = Counter(), []
    for slips, label in ((0, 'honest'), (1, 'slip'), (2, 'slips2')):
        for _number in range(lines):
            place = books.random.randrange(size)
            line = read_line(books.line(place, slips), source._root)
            (decision,) = Decider(source).decide([line])
            counts[f'{label}_lines'] += 1
            if decision.action == 'auto':
                verdict = _verdict(books, place, decision)
                posted.append((decision.best.risk, RATES[slips] / lines, verdict == 'wrong'))
                counts[f'{label}_{verdict}'] += 1
    return {
        'regime': name, 'documents': size, 'lines': lines, 'honest_posted': counts['honest_right'],
        **{f'{label}_{what}': counts[f'{label}_{what}'] for label in ('honest', 'slip', 'slips2') for what in ('wrong', 'own')},
        'slip_right': counts['slip_right'], 'highest_risk': max((risk for risk, _weight, _wrong in posted), default=None), 'posted': posted,
    }  # fmt: skip


def deciles(posted):
    """Predicted beside observed: the posted lines of all regimes in ten parts by their risk, the surest first."""
    posted = sorted(posted)
    size = max(len(posted) // 10, 1)
    rows = []
    for start in range(0, len(posted), size):
        part = posted[start : start + size]
        weight = sum(entry[1] for entry in part)
        rows.append(
            {
                'risk_from': part[0][0],
                'risk_to': part[-1][0],
                'predicted': sum(risk * share for risk, share, _wrong in part) / weight,
                'observed': sum(share for _risk, share, wrong in part if wrong) / weight,
                'lines': len(part),
            }
        )
    return rows


def _verdict(books, place, decision):
    paid = {part.document.id for part in decision.best.allocations}
    if paid == {f'd{place}'}:
        return 'right'
    owners = {part.document.partner for part in decision.best.allocations}
    return 'own' if owners == {books.documents[place]['partner']} else 'wrong'
