"""What the rules ask about documents and partners. Whoever has them (a database, files, a test) answers."""

from .risk import SLIP_RATE
from .schemes import PROVEN

#: documents of one amount that are looked at; open documents of one partner
MAX_EQUAL = 30
MAX_OPEN = 40
#: documents of one amount are counted further: a guard must not end where the looking does
MAX_COUNTED_EQUAL = 1000


class Source:
    """Answers about one owner's documents. All open amounts are signed like the movement that pays them.

    :cvar prefixes: the letters that documents' numbers begin with, as a set; None where that is not known
    :cvar batched: whether :meth:`prepare` and :meth:`prepare_more` save round trips
    :cvar broken: exceptions after which nothing more can be asked"""

    prefixes = None
    batched = False
    broken = ()

    def prepare(self, lines, keys):
        """Told before a batch: the lines, and {company: set of keys} found in them."""

    def prepare_more(self, lines, keys):
        """Told before the second, thorough look: the lines that need it, and {company: set of keys}."""

    def prepare_equal(self, company, wanted):
        """Told before :meth:`equal` is asked for these (currency, amount, partner or None)."""

    def prepare_names(self, company, name_keys):
        """Told before :meth:`payers_by_name` is asked for these."""

    def known(self, company, keys):
        """Those of many keys that name a document, in their order."""
        return [key for key in keys if self.documents(company, key)]

    def documents(self, company, key):
        """[(:class:`data.Document`, kind of key)] in any state that can be found under the key."""
        raise NotImplementedError

    def payers_by_account(self, company, account):
        """Ids of the commercial partners that own the account."""
        raise NotImplementedError

    def remembered(self, company, line):
        """{commercial partner's id: how many matched payments of the line's payer were for it}, where the company's books
        prove that this says something (:mod:`memory`)."""
        return {}

    def claims(self, company):
        """What payers named in full in movements that wait: {payer: {partner's id: [keys of a document]}}, as
        :class:`memory.Memory` has it."""
        return {}

    def payers_by_name(self, company, name_key):
        """Ids of the commercial partners of this :func:`names.key`."""
        raise NotImplementedError

    def identified(self, company, key, day):
        """Ids of the commercial partners whose customer identifier (on that day), number or registration is the key."""
        raise NotImplementedError

    def identified_many(self, company, keys, day):
        """[(key, ids)] of those of many keys that are somebody's identifier."""
        return [(key, found) for key in keys if (found := self.identified(company, key, day))]

    def partner(self, partner):
        """The :class:`data.Partner`."""
        raise NotImplementedError

    def accounts_of(self, company, partner):
        """Set of the partner's accounts, in all their :func:`accounts.forms`; empty where none is on file."""
        return frozenset()

    def elsewhere(self, company, key):
        """Ids of the commercial partners that have a document under this key in another company of the same owner. Only a
        doubt: nothing of it is shown."""
        return []

    def is_prefix(self, company, letters):
        """Whether numbers of the company's own documents begin with these letters."""
        return letters in (self.prefixes or ())

    def schemes(self, company):
        """Names of the schemes of check digits that the company's own references follow (:func:`schemes.trusted`)."""
        return PROVEN

    def slip_rate(self, company):
        """Upper bound of the share of references that are mistyped, as seen in the company's own books."""
        return SLIP_RATE

    def count_equal(self, company, currency, amount):
        """(how many open items or documents have exactly this open amount, counted up to ``MAX_COUNTED_EQUAL``; how many
        documents are open, ``MANY`` from ``MAX_COUNTED`` on)."""
        raise NotImplementedError

    def equal(self, company, currency, amount, partner=None):
        """At most ``MAX_EQUAL`` open documents with this open amount (of the document, an instalment, or less the discount);
        of one partner the oldest due."""
        raise NotImplementedError

    def open_of(self, company, partner):
        """At most ``MAX_OPEN`` open documents of the partner, the oldest due first."""
        raise NotImplementedError
