"""A made-up company: fifteen months of all its bank movements, what its accountant did with each, and what was right.

    python -m bench.companies SEED KIND COUNTRY

Rates and shares are assumptions; the traps are those that the contract of ``tools/code_files.py`` names: another payee of one name, two things to one payee
that a symbol tells or nothing does, a change of mind, a slip that was taken back, another sign, an amount out of its band, other words, an open document of
who is paid as ever, typed words that look like a bank's, a first time."""

from __future__ import annotations

import json
import random
import sys
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from . import words

KINDS = ('trade', 'club', 'cafe', 'consult', 'property', 'eshop')
MONTHS = 15
CENT = Decimal('0.01')
#: share of bookings that are a slip, taken back a month later
SLIPS = 0.012


@dataclass
class Movement:
    """One movement: ``row`` as in lines.jsonl; ``right``: what it is; ``known``: a careful accountant can know it; ``booked``: what was made of it, with
    the day, and the day on which it was taken back."""

    month: int
    row: dict
    right: dict
    trap: str = ''
    known: bool = False
    booked: list = field(default_factory=list)


class Company:
    """Of a kind, in a country; the same seed makes the same."""

    def __init__(self, seed: int, kind: str, country: str) -> None:
        self.random = random.Random(f'{seed}/{kind}/{country}')
        self.kind, self.country = kind, country
        self.currency, self.words = words.COUNTRIES[country]
        self.level = words.LEVELS[self.currency]
        self.journals = {'j1': self.number(), 'j2': self.number()}
        self.movements: list[Movement] = []
        self.documents: list[dict] = []
        self.partners: dict[str, dict] = {}
        self._recurring()
        self._shops()
        self._special()
        self._documents()
        self.movements.sort(key=lambda one: (one.row['date'], one.row['id']))
        self._book()

    # === Small things === #

    def number(self) -> str:
        body = f'{self.random.randrange(10**16):016d}'
        check = 98 - int(f"{body}{''.join(str(ord(char) - 55) for char in self.country)}00") % 97
        return f'{self.country}{check:02d}{body}'

    def partner(self, name: str) -> dict:
        id_ = f'p{len(self.partners) + 1}'
        self.partners[id_] = {
            'id': id_,
            'name': name,
            'ibans': [self.number()],
            'ref': None,
            'vat': None,
            'identifiers': [],
            'parent': None,
        }
        return self.partners[id_]

    def money(self, euros: float) -> Decimal:
        unit = Decimal(1) if self.currency == 'HUF' else CENT
        return (Decimal(str(euros)) * self.level).quantize(unit, rounding=ROUND_HALF_UP)

    def day(self, month: int, day: int) -> date:
        first = date(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 1)
        return first + timedelta(days=min(day, 27))

    def add(
        self, month: int, day: int, amount: Decimal, right: dict, trap: str = '', known: bool = True, **row
    ) -> Movement:
        base = {
            'company': 'c1',
            'date': self.day(month, day).isoformat(),
            'amount': str(amount),
            'currency': self.currency,
            'journal': 'j1',
        }
        one = Movement(month, {'id': f'l{len(self.movements) + 1}', **base, **row}, right, trap, known)
        self.movements.append(one)
        return one

    def coding(self, account: str, amount: Decimal, partner: str | None = None) -> dict:
        """One row, its tax taken out."""
        tax = words.ACCOUNTS[account][1]
        rate = Decimal(words.TAXES[tax]) / 100 if tax else Decimal(0)
        net = (amount / (1 + rate)).quantize(CENT, rounding=ROUND_HALF_UP)
        return self.codings([(account, net, [tax] if tax else [])], partner)

    @staticmethod
    def codings(rows: list, partner: str | None = None) -> dict:
        told = [
            {'account': account, 'amount': str(amount), 'taxes': taxes, 'label': None}
            for account, amount, taxes in rows
        ]
        return {'kind': 'coding', 'coding': told, 'partner': partner, 'transfer': None, 'documents': []}

    def to(self, payee: dict, *text: str, vs: str = '') -> dict:
        known = {
            'counterparty_name': payee['name'],
            'counterparty_account': payee['ibans'][0],
            'text': [one for one in text if one],
        }
        return {**known, 'end_to_end_id': f'/VS{vs}/SS/KS'} if vs else known

    # === What comes again === #

    def _recurring(self) -> None:
        chance, word = self.random, self.words
        for account, name, euros, spread in (
            ('rent', "Centrum Plaza", 820, 0), ('phone', "Telco", 64, 0.15), ('energy', "Energia Distrib", 230, 0.1), ('other', "Web Hosting", 19, 0),
        ):  # fmt: skip
            payee, vs, base = self.partner(name), str(chance.randrange(10**9, 10**10)), euros * chance.uniform(0.6, 1.6)
            for month in range(1, MONTHS + 1):
                amount = -self.money(base * (1 + chance.uniform(-spread, spread)))
                text = f"{word.get(account, word['service'])} {month:02d}/2025"
                self.add(month, 4, amount, self.coding(account, amount), known=month > 3, **self.to(payee, text, vs=vs))
            if account == 'phone':
                amount = -self.money(base * 6)
                self.add(
                    9, 20, amount, self.coding('other', amount), 'amount', False, **self.to(payee, word['phone'], vs=vs)
                )
        for number in range(chance.randrange(2, 6)):
            payee, base = (
                self.partner(
                    f"{chance.choice(('Anna', 'Peter', 'Ida', 'Jan'))} {chance.choice(('Novak', 'Kiss', 'Berg', 'Holm'))} {'ABCDEF'[number]}"
                ),
                chance.uniform(700, 1800),
            )
            for month in range(1, MONTHS + 1):
                amount = -self.money(base * chance.uniform(0.93, 1.07))
                self.add(
                    month,
                    9,
                    amount,
                    self.coding('wages', amount, payee['id']),
                    known=month > 3,
                    **self.to(payee, word['wage']),
                )
        office = self.partner("Financial Office")
        for account, symbol, every in (('income_tax', '1700', 3), ('vat', '1100', 1)):
            for month in range(1, MONTHS + 1, every):
                amount = -self.money(chance.uniform(150, 900))
                self.add(
                    month,
                    24,
                    amount,
                    self.coding(account, amount),
                    'symbol',
                    month > 2 * every,
                    **self.to(office, vs=symbol),
                )
        lender = self.partner("Savings Loans")
        for month in range(1, MONTHS + 1):
            interest = self.money(90 - 3 * month)
            principal = self.money(400) + self.money(3 * month)
            rows = [('loan', -principal, []), ('interest_out', -interest, [])]
            text = word['loan'].format(
                principal=f'{principal:.2f}'.replace('.', ','), interest=f'{interest:.2f}'.replace('.', ',')
            )
            self.add(
                month, 15, -(principal + interest), self.codings(rows), 'written', month > 3, **self.to(lender, text)
            )
        for month in range(1, MONTHS + 1):
            fee, interest = -self.money(7), self.money(chance.uniform(0.5, 6))
            self.add(month, 27, fee, self.coding('fee', fee), known=month > 3, info=word['fee'], type='fee')
            self.add(month, 27, interest, self.coding('interest_in', interest), known=month > 3, info=word['interest'])
            moved = self.money(chance.randrange(200, 4000))
            right = {'kind': 'transfer', 'coding': [], 'partner': None, 'transfer': 'j2', 'documents': []}
            self.add(month, 18, -moved, right, known=True, counterparty_account=self.journals['j2'], text=[word['own']])
            self.add(
                month,
                19,
                moved,
                {**right, 'transfer': 'j1'},
                known=True,
                counterparty_account=self.journals['j1'],
                text=[],
                journal='j2',
            )

    def _shops(self) -> None:
        chance = self.random
        count = {'trade': 6, 'cafe': 10, 'consult': 8}.get(self.kind, 5)
        seen: dict[str, int] = {}
        for month in range(1, MONTHS + 1):
            for _time in range(count):
                account, shop = chance.choice(words.SHOPS)
                amount = -self.money(chance.uniform(25, 70) if account != 'software' else 21)
                merchant = f"{shop} {chance.randrange(100, 9999)}"
                seen[shop] = seen.get(shop, 0) + 1
                text = [f"{self.words['card']} {merchant} {chance.choice(words.TOWNS)}"]
                self.add(
                    month,
                    chance.randrange(1, 27),
                    amount,
                    self.coding(account, amount),
                    known=seen[shop] > 3,
                    merchant=merchant,
                    text=text,
                )
        if self.kind in ('cafe', 'eshop', 'trade'):
            self._settlements()

    def _settlements(self) -> None:
        """Card takings, less a share that the terminal's bank keeps."""
        acquirer, share = self.partner("Card Acquiring"), Decimal('0.014')
        for month in range(1, MONTHS + 1):
            for day in (3, 10, 17, 24):
                gross = self.money(self.random.uniform(300, 1500))
                fee = (gross * share).quantize(Decimal(1) if self.currency == 'HUF' else CENT, rounding=ROUND_HALF_UP)
                right = self.codings([('clearing', gross, []), ('card_fee', -fee, [])])
                self.add(
                    month,
                    day,
                    gross - fee,
                    right,
                    'share',
                    month > 2,
                    **self.to(acquirer, f"BATCH {self.random.randrange(10**6, 10**7)}"),
                )

    # === Traps === #

    def _special(self) -> None:
        chance, word = self.random, self.words
        twin, other = self.partner("Servis Nord Plus"), self.partner("Servis Nord")
        for payee, account in ((twin, 'repairs'), (other, 'cleaning')):
            for month in range(1, MONTHS + 1):
                amount = -self.money(chance.uniform(80, 95))
                self.add(
                    month,
                    12,
                    amount,
                    self.coding(account, amount),
                    'one beginning',
                    month > 3,
                    **self.to(payee, word['service']),
                )
        both = self.partner("Two Works")
        for month in range(1, MONTHS + 1):
            account = ('repairs', 'cleaning')[month - 1] if month < 3 else chance.choice(('repairs', 'cleaning'))
            amount = -self.money(chance.uniform(100, 140))
            self.add(
                month, 13, amount, self.coding(account, amount), 'two things', False, **self.to(both, word['service'])
            )
        minded = self.partner("Garden Care")
        for month in range(1, MONTHS + 1):
            amount, account = -self.money(60), 'repairs' if month < 8 else 'cleaning'
            known = 3 < month < 8 or month > 11
            self.add(
                month,
                14,
                amount,
                self.coding(account, amount),
                'change of mind',
                known,
                **self.to(minded, word['service']),
            )
        for month in (5, 10):
            amount = self.money(64)
            self.add(
                month,
                22,
                amount,
                self.coding('phone', amount),
                'another sign',
                False,
                **self.to(self.partners['p2'], "refund"),
            )
            self.add(
                month,
                6,
                -self.money(500),
                self.coding('other', -self.money(500)),
                'other words',
                False,
                **self.to(self.partners['p1'], "deposit 2024"),
            )
        for month in range(1, MONTHS + 1):
            stranger, amount = (
                self.partner(f"Stranger {'ABCDEFGHIJKLMNO'[month - 1]}{month}"),
                -self.money(chance.uniform(20, 400)),
            )
            self.add(
                month,
                16,
                amount,
                self.coding('other', amount),
                'first time',
                False,
                **self.to(stranger, chance.choice((word['rent'], word['fee'], ''))),
            )
        if self.kind in ('club', 'property'):
            for place in range(12):
                member, amount = (
                    self.partner(f"Member {'ABCDEFGHIJKL'[place]} {chance.choice(('Varga', 'Lind', 'Krol'))}"),
                    self.money(40),
                )
                for month in range(1, MONTHS + 1):
                    right = self.coding('members', amount, member['id'])
                    self.add(month, 2 + place, amount, right, known=month > 3, **self.to(member, word['member']))

    # === Documents === #

    def _documents(self) -> None:
        """Invoices and bills, most of them paid by their number; one vendor is coded as ever until a bill of his is open."""
        chance, count = self.random, {'trade': 26, 'eshop': 22}.get(self.kind, 14)
        people = [
            self.partner(f"Customer {chance.choice(('Alfa', 'Beta', 'Gama', 'Delta'))} {place}") for place in range(20)
        ]
        vendors = [self.partner(f"Vendor {chance.choice(('Omega', 'Sigma', 'Tau'))} {place}") for place in range(12)]
        for month in range(1, MONTHS + 1):
            for place in range(count):
                incoming = place % 3 != 0
                partner, amount = chance.choice(people if incoming else vendors), self.money(chance.uniform(30, 900))
                document = self.document(partner, month, amount, 'invoice' if incoming else 'bill')
                text = chance.choice(
                    (
                        document['number'],
                        f"{self.words['invoice']} {document['number']}",
                        document['number'].replace('/', ' '),
                    )
                )
                right = {
                    'kind': 'document',
                    'coding': [],
                    'partner': partner['id'],
                    'transfer': None,
                    'documents': [{'document': document['id'], 'amount': str(amount)}],
                }
                self.add(
                    month,
                    chance.randrange(12, 27),
                    amount if incoming else -amount,
                    right,
                    known=True,
                    **self.to(partner, text),
                )
        old = self.partners['p4']
        document = self.document(old, 9, self.money(140), 'bill')
        right = {
            'kind': 'document',
            'coding': [],
            'partner': old['id'],
            'transfer': None,
            'documents': [{'document': document['id'], 'amount': document['total']}],
        }
        self.add(9, 25, -self.money(140), right, 'open document', False, **self.to(old, self.words['service']))

    def document(self, partner: dict, month: int, amount: Decimal, kind: str) -> dict:
        number = f"{'INV' if kind == 'invoice' else 'BILL'}/2025/{len(self.documents) + 1:05d}"
        row = {
            'id': f'd{len(self.documents) + 1}', 'company': 'c1', 'partner': partner['id'], 'kind': kind, 'number': number, 'payment_reference': number,
            'ref': None, 'origin': None, 'date': self.day(month, 1).isoformat(), 'due': self.day(month, 20).isoformat(), 'currency': self.currency,
            'total': str(amount), 'discount': None, 'instalments': None,
        }  # fmt: skip
        self.documents.append(row)
        return row

    # === The accountant === #

    def _book(self) -> None:
        for one in self.movements:
            finished = date.fromisoformat(one.row['date']) + timedelta(days=self.random.randrange(1, 5))
            if one.right['kind'] == 'coding' and len(one.right['coding']) == 1 and self.random.random() < SLIPS:
                slip = {**one.right, 'coding': [{**one.right['coding'][0], 'account': 'other'}]}
                one.booked.append((finished, slip, finished + timedelta(days=30)))
                finished += timedelta(days=30)
            one.booked.append((finished, one.right, None))


def main(seed: str, kind: str, country: str) -> None:
    company = Company(int(seed), kind, country)
    for one in company.movements:
        sys.stdout.write(
            json.dumps({**one.row, 'right': one.right, 'trap': one.trap, 'known': one.known}, ensure_ascii=False) + '\n'
        )


if __name__ == '__main__':
    main(*sys.argv[1:])
