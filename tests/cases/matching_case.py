from datetime import date, timedelta
from decimal import Decimal

from odoo.tests import BaseCase

from ...matching import Decider, names
from ...matching.accounts import forms
from ...matching.data import Document, Item, Line, Partner
from ...matching.keys import compact, document_keys
from ...matching.policy import DEFAULT
from ...matching.source import Source

DAY = date(2026, 11, 1)
IBAN, OTHER_IBAN = 'SK8999520000000005000006', 'SK0599520000000001000001'


class MemorySource(Source):
    """Documents and partners of a test."""

    def __init__(self, documents, partners):
        self.all, self.people = documents, {partner['id']: partner for partner in partners}

    def documents(self, company, key):
        return [(doc, kind) for doc in self.all if (kind := document_keys(doc).get(key))]

    def payers_by_account(self, company, account):
        return [id_ for id_, row in self.people.items() if set(forms(account)) & set(row.get('ibans', ()))]

    def accounts_of(self, company, partner):
        return frozenset(form for iban in self.people.get(partner, {}).get('ibans', ()) for form in forms(iban))

    def payers_by_name(self, company, name_key):
        return [id_ for id_, row in self.people.items() if names.key(row['name']) == name_key]

    def identified(self, company, key, day):
        return [id_ for id_, row in self.people.items() if key in map(compact, row.get('identifiers', ()))]

    def partner(self, partner):
        row = self.people.get(partner)
        return row and Partner(partner, row['name'], row.get('manual', False))

    def _open(self):
        return [doc for doc in self.all if doc.state == 'open' and doc.kind not in ('order',)]

    def _amounts(self, document):
        amounts = {item.residual for item in document.items} | {sum(item.residual for item in document.items)}
        return amounts | {item.discount[1] for item in document.items if item.discount}

    def count_equal(self, company, currency, amount):
        return len(self.equal(company, currency, amount)), len(self._open())

    def equal(self, company, currency, amount, partner=None):
        return [
            doc
            for doc in self._open()
            if doc.currency == currency and amount in self._amounts(doc) and partner in (None, doc.partner)
        ]

    def open_of(self, company, partner):
        return sorted((doc for doc in self._open() if doc.partner == partner), key=lambda doc: doc.due)


class MatchingCase(BaseCase):
    """Documents in, movements in, decisions out."""

    def setUp(self):
        super().setUp()
        self.documents = []
        self.partners = [
            {'id': 1, 'name': "Kováč s.r.o.", 'ibans': [IBAN], 'identifiers': ['990042']},
            {'id': 2, 'name': "Novák Stavby s.r.o.", 'ibans': [OTHER_IBAN]},
        ]

    def document(self, number, amount, partner=1, kind='invoice', state='open', due=0, **values):
        """An open document; ``amount`` may be a list: its instalments."""
        sign = 1 if kind in ('invoice', 'bill_refund', 'payment', 'order') else -1
        discount = values.pop('discount', None)
        if discount:
            discount = (discount[0], sign * Decimal(discount[1]))
        parts = amount if isinstance(amount, list) else [amount]
        made = Document(
            len(self.documents) + 1, 1, partner, kind, state, number, values.pop('reference', ''),
            date=values.pop('date', DAY - timedelta(days=30)), currency=values.pop('currency', 'EUR'),
            items=tuple(
                Item(f'{number}/{place}', DAY + timedelta(days=due + 30 * place), sign * Decimal(part), discount)
                for place, part in enumerate(parts)
            ) if state == 'open' else (),
            total=sum(map(Decimal, parts)), **values,
        )  # fmt: skip
        self.documents.append(made)
        return made

    def line(self, amount, text='', field='text', number=0, **values):
        values.setdefault('currency', 'EUR')
        return Line(
            number, values.pop('date', DAY), Decimal(amount), values.pop('currency'), ((field, text),) if text else (), 1, **values
        )  # fmt: skip

    def decide(self, *lines, policy=DEFAULT, refused=(), source=MemorySource):
        return Decider(source(self.documents, self.partners), policy, refused).decide(lines)

    def assertAuto(self, rule, documents, line, **kwargs):
        decision = self.decide(line, **kwargs)[0]
        self.assertEqual((decision.action, decision.best and decision.best.rule), ('auto', rule), decision.why_not)
        paid = [part.document for part in decision.best.allocations]
        self.assertEqual([doc.number for doc in paid], [doc.number for doc in documents])
        return decision

    def assertNotAuto(self, line, why=None, proposed=None, **kwargs):
        """Not posted, for this reason; ``proposed`` is the first proposal's document."""
        decision = self.decide(line, **kwargs)[0]
        self.assertNotEqual(decision.action, 'auto', decision.best)
        if why:
            self.assertEqual(decision.why_not.code, why)
        if proposed:
            self.assertEqual(decision.best.allocations[0].document.number, proposed.number)
        return decision
