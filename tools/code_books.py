"""The books of the coding files, as the engine asks about them."""

import os
from collections import Counter
from functools import cached_property

from matching import names
from matching.accounts import forms
from matching.coding import Coder, Precedents, coder, traits
from matching.coding.books import Books
from matching.coding.traits import canonical
from tools import code_rows as read
from tools.match_rows import BadRow, parsed, said


class FileBooks(Books):
    """One company's of a folder.

    :param source: :class:`tools.match_index.FileSource`"""

    def __init__(self, company, files, source):
        self.company, self.files, self.source = company, files, source
        self.own = {
            canonical(number): journal for journal, number, of in files.journals if number and of in ('', company)
        }
        self.rates = files.rates
        self.known, self.namesakes = {}, {}

    def kind(self, account):
        return self.files.kinds.get(account, '')

    def owes(self, partners, incoming):
        asked = set(partners).union(*(self._namesakes(partner) for partner in partners))
        return any(self._owes(other, incoming) for other in asked)

    def _namesakes(self, partner):
        if partner not in self.namesakes:
            record = self.source.partner(partner)
            self.namesakes[partner] = self.source.payers_by_likeness(record.name) if record else ()
        return self.namesakes[partner]

    def _owes(self, partner, incoming):
        key = (partner, incoming)
        if key not in self.known:
            documents = self.source.open_of(self.company, partner)
            self.known[key] = any(
                document.state == 'open'
                and document.kind != 'order'
                and any((item.residual > 0) == incoming for item in document.items)
                for document in documents
            )
        return self.known[key]

    def is_customer(self, partners):
        return any(partner in self.files.customers(self.source, self.company) for partner in partners)

    def deposits(self):
        return self.deposit_account

    @cached_property
    def deposit_account(self):
        """Where customers' money without a document went most often; else the first account of what customers owe."""
        customers = self.files.customers(self.source, self.company)
        counts = Counter()
        for (company, account, partner), times in self.files.waiting.items():
            if company == self.company and self.source._root(partner) in customers:
                counts[account] += times
        best = max(counts, key=lambda account: (counts[account], str(account)), default=None)
        return best or self.files.deposits.get(self.company) or self.files.deposits.get('')


class CodeFiles:
    """accounts, taxes, journals and booked movements of a folder.

    :raise BadRow: a row is not as the contract says"""

    def __init__(self, folder, root):
        self.folder, self.root = folder, root
        self.kinds, self.deposits, self.invoiced = {}, {}, {}
        for account, kind, company in self._rows('accounts.jsonl', read.read_account):
            self.kinds[account] = kind
            if kind == 'receivable':
                self.deposits.setdefault(company, account)
        self.rates = dict(self._rows('taxes.jsonl', read.read_tax))
        self.journals = list(self._rows('journals.jsonl', read.read_journal))
        self.memories, self.count, self.waiting = {}, 0, Counter()
        #: {(company, account): partners whose documents were paid with it}
        self.paid_from = {}

    def _rows(self, name, reader):
        path = os.path.join(self.folder, name)
        with open(path, 'rb') as file:
            for place, raw in enumerate(file, 1):
                if raw.strip():
                    try:
                        yield reader(parsed(path, place, raw))
                    except (KeyError, ValueError, TypeError) as error:
                        if isinstance(error, BadRow):
                            raise
                        raise BadRow(f"{name}, line {place}: {said(error)}.") from None

    def learn(self):
        """Read booked.jsonl: {company: its memory}."""
        found = {}
        for booked in self._rows('booked.jsonl', lambda row: read.read_booked(row, self.root)):
            found.setdefault(booked.movement.company, []).append(booked)
            self.count += 1
            if booked.documents and not booked.undone and booked.partner is not None:
                for form in forms(booked.movement.counterparty_account):
                    self.paid_from.setdefault((booked.movement.company, form), set()).add(booked.partner)
            if self._waits(booked):
                self.waiting[booked.movement.company, booked.rows[0].account, booked.partner] += 1
        for company, rows in found.items():
            memory = self.memories[company] = Precedents(self.rates)
            memory.learn(rows)
        return self.memories

    def _waits(self, booked):
        """Whether it is somebody's money for which there was no document."""
        if booked.undone or booked.documents or len(booked.rows) != 1 or booked.movement.amount <= 0:
            return False
        return booked.partner is not None and self.kinds.get(booked.rows[0].account) in (
            'receivable',
            'payable',
            'liability',
        )

    def movements(self):
        """The waiting movements, in their order."""
        return list(self._rows('lines.jsonl', lambda row: read.read_movement(row, self.root)))

    def coder(self, company, books, by_itself):
        permits = coder.by_itself if by_itself else coder.by_nobody
        return Coder(self.memories.get(company) or Precedents(), books, permits)

    def customers(self, source, company):
        """Commercial partners with invoices."""
        return source.invoiced.get(company, frozenset())


def payers(source, line):
    """Commercial partners who may be at the other end of a movement."""
    found = {}
    if line.partner is not None:
        found[line.partner] = True
    if line.counterparty_account:
        found.update(dict.fromkeys(source.payers_by_account(line.company, line.counterparty_account), True))
    if line.counterparty_name and (key := names.key(line.counterparty_name)):
        found.update(dict.fromkeys(source.payers_by_name(line.company, key), True))
    for name in traits.may_be_called(line):
        found.update(dict.fromkeys(source.payers_by_likeness(name), True))
    return list(found)
