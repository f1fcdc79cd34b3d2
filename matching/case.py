"""One movement and all that is known about it: asked for when a rule needs it, and only once."""

from itertools import islice

from . import amounts, names, references, schemes
from .accounts import forms
from .data import WEAK, Evidence, Reason
from .keys import FULL, REF, SHORT, compact, digits
from .memory import MAX_PARTNERS, SURE_AFTER
from .reading import read
from .similar import of_another_period, tokens
from .source import MAX_OPEN

#: days that a document may be dated after the movement that pays it (R0)
DAYS_AHEAD = 5
MAX_SHORTENED = 12
#: days that a registered payment may wait for its movement before an open document is the likelier one
MAX_UNCLEARED = 31
#: documents that are looked at under all keys of a movement: a text that names constant references stays cheap
MAX_HITS = 150
ACCOUNT, GIVEN, NAME, IDENTIFIER, LEARNED = 'account', 'given', 'name', 'identifier', 'learned'


class once:
    """A property that is worked out once; without the lock that functools' has, as a case has one owner."""

    def __init__(self, method):
        self.method, self.name = method, method.__name__

    def __get__(self, case, owner=None):
        value = case.__dict__[self.name] = self.method(case)
        return value


class Hit:
    """A document that the movement's texts name, with the best evidence for it."""

    __slots__ = ('candidate', 'candidates', 'document', 'evidence', 'kind', 'strength')

    def __init__(self, document, kind, candidate, strength):
        self.document, self.kind, self.candidate, self.strength = document, kind, candidate, strength
        self.candidates = {candidate.key}
        self.evidence = (Evidence(candidate.field, candidate.text, kind, strength),)

    def checked(self, trusted):
        """Whether what was written carries a check digit of the document's own reference: no typing error gets here.

        :param trusted: schemes that the company's own references pass"""
        reference = compact(self.document.payment_reference)
        if not reference or self.candidate.key != reference:
            return False
        return schemes.has_own_check_digit(reference, compact(self.document.number), trusted)

    def better(self, kind, candidate, strength):
        self.candidates.add(candidate.key)
        if strength > self.strength:
            self.kind, self.candidate, self.strength = kind, candidate, strength
            self.evidence = (Evidence(candidate.field, candidate.text, kind, strength), *self.evidence)[:3]


def _outermost(hits):
    """Without hits that are just a part of a longer reference: "ABC-2026" in "ABC-2026-3527", TAM-2026-375 in
    E-TAM-2026-375."""
    full = {hit.candidate.text for hit in hits.values() if hit.kind in FULL and hit.strength > WEAK}
    if len({hit.candidate.text for hit in hits.values()}) < 2:
        return hits

    def is_inner(hit):
        text, key = hit.candidate.text, hit.candidate.key
        return any(text in other and len(text) < len(other) and not _is_the_number(key, other) for other in full)

    return {id_: hit for id_, hit in hits.items() if not is_inner(hit)}


def _is_the_number(key, text):
    """Whether a bare number is all digits of a longer text: the same number without its letters."""
    return key.isdigit() and digits(text) == key


class Case:
    """One movement under decision.

    :param taken: {(document's id, item's id): amount} that earlier movements of the batch pay
    :param refused: set of (line's id, document's id) that a person refused
    :param memory: :class:`memory.Memory` of what this run matched"""

    def __init__(self, line, source, policy, taken, refused, memory=None):
        self.line, self.source, self.policy, self.taken, self.refused = line, source, policy, taken, refused
        self.memory = memory
        self.amount, self.currency, self.company = line.amount, line.currency, line.company
        self.reading = read(self.texts)
        self.candidates = references.quick(self.reading, line.date)
        self.is_thorough = False
        self.begin()

    @property
    def texts(self):
        """All fields are read; the counterparty's name too, as people put the number there."""
        line = self.line
        return (*line.texts, ('counterparty_name', line.counterparty_name)) if line.counterparty_name else line.texts

    def look_closer(self):
        """Add the candidates of the thorough look.

        :return: whether they may name a document that was not named before"""
        self.is_thorough = True
        known = self.candidates
        more = references.thorough(self.reading, self.line.date, self.source.prefixes)
        self.candidates = {**more, **known}
        self.forget('identified', 'identifiers')
        self.certain = {}
        documents = self.source.documents
        if not self.source.batched and not any(documents(self.company, key) for key in more if key not in known):
            return False
        self.forget('hits', 'usable', 'contra', 'closed', 'planned', 'obstacles')
        return True

    def begin(self):
        """Forget what earlier movements of the batch may have changed."""
        self.open_parts, self.stops, self.equal, self.opened, self.certain = {}, {}, {}, {}, {}
        self.forget('hits', 'usable', 'contra', 'closed', 'planned', 'obstacles', 'identified', 'payers')

    def forget(self, *names):
        """Work these out again when they are asked for."""
        for name in names:
            self.__dict__.pop(name, None)

    # === What the texts name === #

    @once
    def hits(self):
        """{document's id: :class:`Hit`}"""
        found = {}
        for key, candidate in self.candidates.items():
            if len(found) > MAX_HITS:
                break
            for document, kind in self.source.documents(self.company, key):
                if kind == SHORT and (document.kind == 'payment' or of_another_period(candidate.text, document.number)):
                    continue  # a payment's number without the year is nobody's reference; last month's is another one
                own = document.kind in ('invoice', 'credit_note', 'order')
                worth = references.strength(candidate, kind, own)
                foreign = candidate.letters and document.kind != 'payment'
                if foreign and references.behind_other_letters(candidate, document.number):
                    worth = WEAK
                if kind == REF and own:
                    worth = min(worth, references.MEDIUM)  # the customer's own order number
                if document.id in found:
                    found[document.id].better(kind, candidate, worth)
                else:
                    found[document.id] = Hit(document, kind, candidate, worth)
        self._add_payments(found)
        return _outermost(found) if len(found) > 1 else found

    def _add_payments(self, found):
        """The registered payment of a paid document that is named by a reference which only the document has. Where a constant
        reference also names an open document of this amount, only a payment of these days is meant."""
        due = {hit.candidate.key for hit in found.values() if self._is_due(hit.document)}
        for hit in list(found.values()):
            document = hit.document
            if document.state == 'closed' and document.kind in ('invoice', 'bill') and hit.strength > WEAK:
                for key in {compact(document.number), compact(document.payment_reference)} - {hit.candidate.key, ''}:
                    for payment, kind in self.source.documents(self.company, key):
                        own = payment.kind == 'payment' and payment.partner == document.partner
                        if (
                            own
                            and payment.date
                            and hit.candidate.key in due
                            and (self.line.date - payment.date).days > MAX_UNCLEARED
                        ):
                            continue
                        if own and payment.id not in found:
                            found[payment.id] = Hit(payment, kind, hit.candidate, hit.strength)

    def _is_due(self, document):
        return document.kind in ('invoice', 'bill') and any(item.residual == self.amount for item in document.items)

    @once
    def obstacles(self):
        """{document's id: :class:`data.Reason`} why a document that was named cannot be paid by this movement."""
        return {id_: reason for id_, hit in self.hits.items() if (reason := self.obstacle(hit.document))}

    @once
    def usable(self):
        """Hits that this movement can pay, the strongest first."""
        hits = [hit for id_, hit in self.hits.items() if id_ not in self.obstacles]
        if len(hits) < 2:
            return hits
        return sorted(hits, key=lambda hit: (-hit.strength, amounts.oldest(hit.document)))

    @once
    def contra(self):
        """Hits of the same currency in the other direction: credit notes that may be netted."""
        return [
            hit
            for id_, hit in self.hits.items()
            if id_ in self.obstacles and self.obstacles[id_].code == 'direction' and self.left(hit.document)
        ]

    @once
    def closed(self):
        """Hits of paid or cancelled documents under a full key."""
        return [hit for id_, hit in self.hits.items() if self.is_code(id_, 'paid', 'cancelled') and hit.kind in FULL]

    @once
    def planned(self):
        """Hits of drafts and orders."""
        return [hit for id_ in self.hits if self.is_code(id_, 'draft', 'order') and (hit := self.hits[id_])]

    def is_code(self, document, *codes):
        reason = self.obstacles.get(document)
        return bool(reason) and reason.code in codes

    def obstacle(self, document):
        """R0: why this movement cannot pay the document, or None."""
        id_ = document.id
        if id_ not in self.stops:
            self.stops[id_] = self._obstacle(document)
        return self.stops[id_]

    def _obstacle(self, document):
        number = document.number
        if self.refused and (self.line.id, document.id) in self.refused:
            return Reason('refused', {'number': number})
        if document.kind == 'order':
            return Reason('order', {'number': number})
        if document.state == 'draft':
            return Reason('draft', {'number': number})
        left = self.left(document)
        if document.state == 'cancelled':
            return Reason('cancelled', {'number': number})
        if document.state == 'closed' or not left:
            return Reason('paid', {'number': number})
        amount = self.amount if document.currency == self.currency else self.amount_in(document)
        if (left[0][1] > 0) != (amount > 0):
            return Reason('direction', {'number': number})
        if document.currency not in (self.currency, self.line.original_currency):
            return Reason('currency', {'number': number, 'currency': document.currency})
        if document.date and (document.date - self.line.date).days > DAYS_AHEAD:
            return Reason('later', {'number': number})
        return None

    @once
    def tokens(self):
        """Pieces of all texts in which a damaged reference may stand."""
        return tokens(self.reading, self.line.date)

    @once
    def shortened(self):
        """{key: token} of what a number without its year would be, this year or the last."""
        year = self.line.date.year
        keys = {f'{of}/{plain}': token for token, _run, plain in self.tokens.tails for of in (year, year - 1)}
        return dict(islice(keys.items(), MAX_SHORTENED))

    # === What is open === #

    def amount_in(self, document):
        """The movement's amount in the document's currency: the original one where the bank gave it."""
        line = self.line
        if document.currency != line.currency and document.currency == line.original_currency:
            return abs(line.original_amount).copy_sign(line.amount)
        return line.amount

    def left(self, document):
        """[(item, what is open of it)], oldest due first, without what the batch has taken."""
        pairs = self.open_parts.get(document.id)
        if pairs is not None:
            return pairs
        items = document.items
        if len(items) == 1 and items[0].residual and items[0].residual == document.total:
            item = items[0]
            if (document.id, item.id) not in self.taken:  # the usual one: one item, nothing paid of it
                pairs = self.open_parts[document.id] = [(item, item.residual)]
                return pairs
        pairs = self.open_parts[document.id] = []
        for item in items:
            residual = item.residual
            taken = self.taken.get((document.id, item.id))
            if taken is not None:
                residual -= taken
            whole = taken is None and document.total == residual
            if residual and (whole or not self._is_crumb(document, item, residual, taken)):
                pairs.append((item, residual))
        if len(pairs) > 1:
            pairs.sort(key=lambda pair: (pair[0].due is None, pair[0].due, str(pair[0].id)))
        return pairs

    def _is_crumb(self, document, item, residual, taken):
        """What rounding left of a paid item: no second payment is for it."""
        if len(document.items) > 1 or (taken is None and abs(document.total) <= abs(item.residual)):
            return False
        allowed = amounts.tolerance(self.policy, document.currency, self.amount)
        return bool(allowed) and abs(residual) <= allowed

    def relation(self, document):
        amount = self.amount_in(document)
        allowed = amounts.tolerance(self.policy, document.currency, amount)
        relation = amounts.relate(document, self.left(document), amount, self.line.date, allowed)
        if amount != self.amount and relation.allocations:
            paid = sum(part.amount for part in relation.allocations)
            told = self.amount if paid == amount else (self.amount * paid / amount).quantize(amounts.CENT)
            relation = relation._replace(allocations=amounts.scaled(relation.allocations, told))
        return relation

    # === Who pays === #

    @once
    def payers(self):
        """{commercial partner's id: how the payer is known}, best way only."""
        line, found = self.line, {}
        if line.partner is not None:
            return {line.partner: GIVEN}
        if line.counterparty_account:
            for partner in self.source.payers_by_account(self.company, line.counterparty_account):
                found[partner] = ACCOUNT
        if not found and line.counterparty_name:
            key = names.key(line.counterparty_name)
            if key:
                found.update(dict.fromkeys(self.source.payers_by_name(self.company, key), NAME))
        for partner in self.remembered:
            found.setdefault(partner, LEARNED)
        return found

    @once
    def remembered(self):
        """{commercial partner's id: how often this payer paid for it}, of this run and of the books before it."""
        found = dict(self.source.remembered(self.company, self.line))
        if self.memory:
            for partner, times in self.memory.of(self.line).items():
                found[partner] = found.get(partner, 0) + times
            if not found:
                before = self.source.claims(self.company)
                if (claimed := self.memory.claimed(self.line, self.candidates.keys(), before)) is not None:
                    found[claimed] = 1
        return found if len(found) <= MAX_PARTNERS else {}

    def corroboration(self, document):
        """How it is known that the document's partner pays: account, given, name, learned, identifier, or ''."""
        partner = document.partner
        if partner not in self.certain:
            known = self.payers.get(partner)
            if known:
                self.certain[partner] = known if known != ACCOUNT or len(self.payers) == 1 else NAME
            elif self.is_named(partner):
                self.certain[partner] = NAME
            else:
                self.certain[partner] = IDENTIFIER if partner in self.identified else ''
        return self.certain[partner]

    def is_named(self, partner):
        """Whether the counterparty has the partner's name, or the text says the whole of it: a parent names the child."""
        record = self.source.partner(partner)
        if not record:
            return False
        name = self.line.counterparty_name
        return bool(name and names.same(name, record.name)) or names.says(self.remittance, record.name)

    @once
    def remittance(self):
        """What the payer wrote, in its own script."""
        return ' '.join(text for field, text in self.line.texts if field != 'end_to_end_id' and text)

    @once
    def said_keys(self):
        """Under what customers may be found whom the text names, where nobody is known to pay."""
        return () if self.payers or self.usable else names.said_keys(self.remittance)

    @once
    def said(self):
        """Ids of the commercial partners whose whole names the text says."""
        found = [id_ for key in self.said_keys for id_ in self.source.payers_by_name(self.company, key)]
        return list(dict.fromkeys(found))

    def contradicts(self, document):
        """Whether the payer is known for sure, as somebody else than the document's partner."""
        sure = [partner for partner, how in self.payers.items() if how in (ACCOUNT, GIVEN)]
        if not sure and len(self.remembered) == 1 and min(self.remembered.values()) >= SURE_AFTER:
            sure = list(self.remembered)
        return bool(sure) and document.partner not in self.payers

    def payee_differs(self, partner):
        """Whether we paid somebody else than the partner, as far as accounts on file and names tell.

        :return: 'account' where the partner has other accounts, 'name' where none is on file and the name is another, or ''"""
        line = self.line
        if self.amount > 0 or partner is None or line.partner == partner:
            return ''
        known = self.source.accounts_of(self.company, partner) if line.counterparty_account else ()
        if known:
            return '' if not known.isdisjoint(forms(line.counterparty_account)) else ACCOUNT
        return NAME if line.counterparty_name and not self.is_named(partner) else ''

    @once
    def identified(self):
        """{commercial partner's id: candidate} of customer identifiers that stand in the texts. What several customers
        have says something only of the one who pays."""
        found, shared = {}, set()
        for partners, candidate in self.identifiers.values():
            if len(partners) > 1:
                partners = [partner for partner in partners if partner in self.payers] or partners
            if len(partners) > 1:
                shared.update(partners)
            for partner in partners:
                found.setdefault(partner, candidate)
        return {partner: candidate for partner, candidate in found.items() if partner not in shared}

    @once
    def identifiers(self):
        """{key: (commercial partners' ids, candidate)} of all that is somebody's identifier."""
        found = {}
        for key, candidate in self.candidates.items():
            if (
                candidate.how in (references.JOINED, references.PART, references.DATE, references.END_TO_END)
                or '/' in key
            ):
                continue
            if partners := self.source.identified(self.company, key, self.line.date):
                found[key] = (partners, candidate)
        return found

    # === How many there are === #

    @once
    def open_count(self):
        """(open items of the movement's amount, open documents), counted as far as :mod:`source` says."""
        return self.source.count_equal(self.company, self.currency, self.amount)

    @once
    def slip_rate(self):
        return self.source.slip_rate(self.company)

    @once
    def trusted(self):
        """Schemes of check digits that the company's own references pass."""
        return self.source.schemes(self.company)

    def counted(self, document, relation):
        """How many open items or documents are of the amount that was paid on this one, in its own currency."""
        if document.currency == self.currency and relation.name != amounts.ROUNDED:
            return self.open_count[0]
        return max(self.source.count_equal(self.company, *self.paid_amount(document, relation))[0], 1)

    def paid_amount(self, document, relation):
        """(currency, amount) that is settled on the document, as its own books have it."""
        if relation.name == amounts.ROUNDED or relation.name == amounts.EXACT:
            return document.currency, relation.total
        return document.currency, self.amount_in(document)

    def may_ask_equal(self):
        """{(currency, amount, partner or None)} that the rules may ask about this movement."""
        if self.open_count[0] < 2:
            return set()
        partners = {None, *self.payers, *(hit.document.partner for hit in self.hits.values())}
        return {(self.currency, self.amount, partner) for partner in partners}

    def equal_of(self, partner):
        """The partner's usable documents with exactly this amount open, oldest due first; also those of the original
        amount, where the payer's bank exchanged it."""
        if partner is None:
            return []
        if partner not in self.equal:
            line = self.line
            documents = self.source.equal(self.company, self.currency, self.amount, partner)
            if line.original_amount is not None and line.original_currency not in ('', self.currency):
                original = abs(line.original_amount).copy_sign(line.amount)
                documents = [*documents, *self.source.equal(self.company, line.original_currency, original, partner)]
            fitting = [
                doc for doc in documents if not self.obstacle(doc) and self.relation(doc).name in amounts.FITTING
            ]
            self.equal[partner] = sorted(fitting, key=amounts.oldest)
        return self.equal[partner]

    def open_of(self, partner):
        """The partner's open documents that this movement could pay, oldest due first."""
        if partner is None:
            return []
        if partner not in self.opened:
            documents = self.source.open_of(self.company, partner)
            self.opened[partner] = sorted((doc for doc in documents if not self.obstacle(doc)), key=amounts.oldest)
        return self.opened[partner]

    def own_count(self, partner):
        """How many open documents may be the partner's: his own, or all that are open where these are too many to be seen."""
        own = len(self.source.open_of(self.company, partner))
        return min(own, self.open_count[1]) if own < MAX_OPEN else self.open_count[1]

    @property
    def says_credit_note(self):
        """Whether the texts speak of a credit note, in a word of its own."""
        return self.reading.says_credit_note
