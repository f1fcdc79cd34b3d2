"""Documents and partners in JSON-Lines files, found by hashed keys: a million documents fit into little memory because
only their places in the file are kept, and a row is read again when it is asked for."""

import os
import re
from array import array
from datetime import date
from decimal import Decimal
from functools import lru_cache

from matching import names, schemes
from matching.accounts import forms
from matching.data import Partner
from matching.keys import compact, customer_keys, document_keys
from matching.risk import MANY, MAX_COUNTED
from matching.source import MAX_COUNTED_EQUAL, MAX_EQUAL, MAX_OPEN, Source
from tools.match_rows import BadRow, needed, read_document, said, text, texts
from tools.match_tables import Packed, Rows, Table

#: bytes of documents.jsonl from which on memory counts more than time
LARGE = 100_000_000
MAX_PARTNERS = 20
#: documents of one key that are looked at, the open ones first
MAX_ROWS = 200
#: references from which the company's schemes of check digits are known: the first ones, then one in so many
SAMPLED, SAMPLE = 1000, 50
#: sister companies that are asked whether a number is theirs
MAX_COMPANIES = 20
ZERO = Decimal(0)
FIRST_DAY = date(1990, 1, 1).toordinal()
_LEAD = re.compile(r'[A-Z]+')


class FileSource(Source):
    """partners.jsonl and documents.jsonl of a folder.

    :raise BadRow: a row is not as the contract says"""

    def __init__(self, folder):
        self.prefixes = set()
        self.roots, self.tags = {}, {}
        self.open_count, self.references, self.accounts = {}, {}, {}
        self.long, self.trusted, self.customers = {}, {}, set()
        self.invoiced = {}
        self.partner_rows = Rows(os.path.join(folder, 'partners.jsonl'))
        self.document_rows = Rows(os.path.join(folder, 'documents.jsonl'))
        large = os.fstat(self.document_rows.handle).st_size > LARGE
        make = Packed if large else Table
        self.kept = None if large else []
        self.kept_partners = []
        self.by_partner_key = make()
        self._index_partners()
        self.due_days = array('H')
        self.by_key, self.by_amount, self.by_partner = make(), make(), make()
        self.by_both = make() if large else None
        self._index_documents()
        self.document = lru_cache(20000)(self._document) if large else self.kept.__getitem__
        self.partner = lru_cache(20000)(self._partner)
        self.payers_by_likeness = lru_cache(20000)(self._payers_by_likeness)
        #: {(company, account): partners whose documents it paid before}, of whoever knows what was booked
        self.paid_from = {}
        self.oldest, self.oldest_equal = lru_cache(20000)(self._oldest), lru_cache(20000)(self._oldest_equal)
        self.amounts_of = lru_cache(20000)(self._amounts_of)
        self.documents = lru_cache(50000)(self._documents) if large else self._documents
        self.open_of = self._open_of if large else lru_cache(20000)(self._open_of)

    # === Index === #

    def _index_partners(self):
        for number, row in self.partner_rows:
            try:
                id_ = needed(row, 'id')
                if row.get('parent') is not None:
                    self.roots[id_] = needed(row, 'parent')
                if self.kept is not None:
                    self.kept_partners.append(Partner(id_, text(row, 'name')))
                for key in self._partner_keys(row):
                    self.by_partner_key.add(key, number)
                if ibans := texts(row, 'ibans'):
                    self.accounts[id_] = ibans
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise BadRow(f"partners.jsonl, line {self.partner_rows.place}: {said(error)}.") from None

    @staticmethod
    def _partner_keys(row):
        yield 'i', row['id']
        for account in texts(row, 'ibans'):
            for form in forms(account):
                yield 'a', form
        if name := names.key(text(row, 'name')):
            yield 'n', name
        for beginning in names.beginnings(text(row, 'name')):
            yield 'b', beginning
        for key in customer_keys(text(row, 'ref'), text(row, 'vat'), *texts(row, 'identifiers')):
            yield 'c', key

    def _index_documents(self):
        for number, row in self.document_rows:
            try:
                document = read_document(row)
                document.partner = self._root(document.partner)
                self._index_document(number, document)
            except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
                raise BadRow(f"documents.jsonl, line {self.document_rows.place}: {said(error)}.") from None

    def _index_document(self, number, document):
        if self.kept is not None:
            self.kept.append(document)
        add = self.by_key.add
        keys = document_keys(document)
        tag = self._tag(document.company)
        for key in keys:
            add(tag + key if tag else key, number)
        for text_ in (next(iter(keys), ''), document.number):
            if not text_[:1].isdigit():
                self.prefixes.add(_lead(text_))
        self.customers.add((document.company, document.partner))
        if document.kind == 'invoice':
            self.invoiced.setdefault(document.company, set()).add(document.partner)
        if document.payment_reference and (number < SAMPLED or not number % SAMPLE):
            pair = compact(document.payment_reference), compact(document.number)
            self.references.setdefault(document.company, []).append(pair)
        due = document.due
        self.due_days.append(max(0, min(due.toordinal() - FIRST_DAY, 65535)) if due else 65535)
        if document.state != 'open' or document.kind == 'order':
            return
        company, currency = document.company, document.currency
        self.open_count[company] = self.open_count.get(company, 0) + 1
        partner = document.partner
        self.by_partner.add((company, partner), number)
        for amount in open_amounts(document):
            self.by_amount.add((company, currency, amount), number)
            if self.by_both is not None:
                self.by_both.add((company, currency, amount, partner), number)

    def _tag(self, company):
        """A character for each company, so that one's numbers are not looked up among another's."""
        tag = self.tags.get(company)
        if tag is None:  # the first one, often the only one, needs none
            tag = self.tags[company] = chr(len(self.tags) + 0x100) if self.tags else ''
        return tag

    def _root(self, partner):
        for _level in range(10):
            if partner not in self.roots:
                return partner
            partner = self.roots[partner]
        return partner

    # === Rows === #

    def _document(self, number):
        document = read_document(self.document_rows.get(number))
        document.partner = self._root(document.partner)
        return document

    def _open(self, numbers, company, currency=None, amount=None, partner=None):
        documents = [self.document(number) for number in numbers]
        if self.kept is not None:  # the keys are exact
            return documents
        return [
            document
            for document in documents
            if document.company == company
            and (partner is None or document.partner == partner)
            and (amount is None or (document.currency == currency and amount in open_amounts(document)))
        ]

    # === Answers === #

    def _documents(self, company, key):
        tag = self.tags.get(company)
        if tag is None:
            return ()
        found = []
        for number in self._rows(tag + key if tag else key):
            document = self.document(number)
            if document.company == company and (kind := document_keys(document).get(key)):
                found.append((document, kind))
        return found

    def _rows(self, key):
        """At most ``MAX_ROWS`` rows under a key, open documents before paid ones, whatever their order in the file."""
        numbers = self.by_key.find(key)
        if len(numbers) <= MAX_ROWS:
            return numbers
        if key not in self.long:
            ordered = sorted(numbers, key=lambda number: (self.document(number).state == 'closed', number))
            self.long[key] = ordered[:MAX_ROWS]
        return self.long[key]

    def elsewhere(self, company, key):
        found = {}
        for other, tag in list(self.tags.items())[:MAX_COMPANIES]:
            if other != company:
                for number in self.by_key.find(tag + key, MAX_PARTNERS):
                    found[self.document(number).partner] = True
        return list(found)

    def schemes(self, company):
        if company not in self.trusted:
            self.trusted[company] = schemes.trusted(self.references.get(company, ()))
        return self.trusted[company]

    def accounts_of(self, company, partner):
        return frozenset(form for account in self.accounts.get(partner, ()) for form in forms(account))

    def known(self, company, keys):
        tag = self.tags.get(company)
        if tag is None:
            return []
        if not tag and self.kept is not None:
            rows = self.by_key.rows
            return [key for key in keys if key in rows]
        return [key for key in keys if (tag + key) in self.by_key]

    def _partners(self, kind, key):
        if self.kept is not None:
            numbers = self.by_partner_key.find((kind, key), MAX_PARTNERS)
            return list({self._root(self.kept_partners[number].id): True for number in numbers})
        found = {}
        for number in self.by_partner_key.find((kind, key), MAX_PARTNERS):
            row = self.partner_rows.get(number)
            if (kind, key) in self._partner_keys(row):
                found[self._root(row['id'])] = True
        return list(found)

    def _own(self, company, partners):
        """Of several, those that have documents in this company: the same number or name may be a sister's customer's."""
        if len(partners) < 2:
            return partners
        return [partner for partner in partners if (company, partner) in self.customers] or partners

    def payers_by_account(self, company, account):
        on_file = {partner: True for form in forms(account) for partner in self._partners('a', form)}
        paid = {partner for form in forms(account) for partner in self.paid_from.get((company, form), ())}
        return list(on_file) or (list(paid) if len(paid) == 1 else [])

    def payers_by_name(self, company, name_key):
        return self._own(company, self._partners('n', name_key))

    def _payers_by_likeness(self, name):
        """Whose name may be this one, cut off or too short to tell anybody."""
        found = {partner: True for key in names.sought(name) for partner in self._partners('b', key)}
        return [partner for partner in found if names.may_be(name, self.partner(partner).name)]

    def identified(self, company, key, day):
        return self._own(company, self._partners('c', key))

    def _partner(self, partner):
        for number in self.by_partner_key.find(('i', partner)):
            if self.kept is not None:
                return self.kept_partners[number]
            row = self.partner_rows.get(number)
            if row['id'] == partner:
                return Partner(partner, row.get('name') or '')
        return None

    def count_equal(self, company, currency, amount):
        open_ = self.open_count.get(company, 0)
        equal = min(self.by_amount.count((company, currency, amount)), MAX_COUNTED_EQUAL)
        return equal, open_ if open_ < MAX_COUNTED else MANY

    def equal(self, company, currency, amount, partner=None):
        if partner is None:
            numbers = self.by_amount.find((company, currency, amount), MAX_EQUAL)
        else:
            numbers = self.oldest_equal(company, currency, amount, partner)
        return self._open(numbers, company, currency, amount, partner)

    def _oldest(self, company, partner):
        return self._first_due(self.by_partner.find((company, partner)), MAX_OPEN)

    def _oldest_equal(self, company, currency, amount, partner):
        if self.by_both is not None:
            return self._first_due(self.by_both.find((company, currency, amount, partner)), MAX_EQUAL)
        return self._first_due(self.amounts_of(company, partner).get((currency, amount), ()), MAX_EQUAL)

    def _amounts_of(self, company, partner):
        """{(currency, amount): numbers of rows} of one partner's open documents."""
        found = {}
        for number in self.by_partner.find((company, partner)):
            document = self.kept[number]
            for amount in open_amounts(document):
                found.setdefault((document.currency, amount), []).append(number)
        return found

    def _first_due(self, numbers, limit):
        return sorted(numbers, key=self.due_days.__getitem__)[:limit] if len(numbers) > limit else numbers

    def _open_of(self, company, partner):
        numbers = self.oldest(company, partner)
        documents = self._open(numbers, company, partner=partner)
        documents.sort(key=lambda document: (document.due or date.max, str(document.id)))
        return documents


def open_amounts(document):
    """The open amounts under which a document can be found: in all, each instalment, less the discount."""
    items = document.items
    if len(items) == 1:
        (item,) = items
        return {item.residual, item.discount[1]} if item.discount else {item.residual}
    return {sum((item.residual for item in items), ZERO), *(item.residual for item in items)}


def _lead(text):
    match = _LEAD.match(text.upper())
    return match.group() if match else ''
