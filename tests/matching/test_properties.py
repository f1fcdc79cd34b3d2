"""What holds for any text and any books, tried on generated ones."""

import string
from datetime import timedelta
from decimal import Decimal

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from odoo.tests import tagged

from ...matching import Decider, references
from ...matching.data import Document, Item, Line
from ...matching.reading import mask, read
from ...matching.text import MAX_TEXT, fold
from ..cases.matching_case import DAY, MatchingCase, MemorySource

QUIET = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
NUMBERS = st.one_of(
    st.integers(1, 99999).map('INV/2026/{:05d}'.format),
    st.integers(1, 9999).map('2026{:04d}'.format),
    st.integers(100, 9999).map('FV-{:d}'.format),
    st.integers(1, 9999).map('ABC-2026-{:d}'.format),
    st.integers(1, 99999).map('SZ26/{:05d}'.format),
)
NOISE = st.lists(
    st.sampled_from(
        [
            'platba', 'dakujem', 'SK3112000000198742637541', 'SK31 1200 0000 1987 4263 7541', '14.01.2026', '1 250,50 EUR',
            'tel +421 911 222 333', 'ICO 12345678', 'KS0308', 'SS 123', '?', '/', '%', 'faktura',
        ]
    ),
    max_size=4,
)  # fmt: skip


def book(number, amount, partner=1, place=0):
    return Document(
        place or number, 1, partner, 'invoice', 'open', number, date=DAY - timedelta(days=30), currency='EUR',
        items=(Item(None, DAY, Decimal(amount)),),
    )  # fmt: skip


def pay(number, amount, text):
    return Line(number, DAY, Decimal(amount), 'EUR', (('text', text),), 1)


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestProperties(MatchingCase):
    @QUIET
    @given(st.text(max_size=300))
    def test_folding_twice_changes_nothing(self, text):
        self.assertEqual(fold(fold(text)), fold(text))
        self.assertTrue(fold(text).isascii())

    @QUIET
    @given(st.text(max_size=300))
    def test_masking_keeps_the_length(self, text):
        """What is no reference becomes blanks, sign by sign; nothing else is touched, however often it is done."""
        folded = fold(text)
        for _time in range(2):
            masked = mask(folded)
            self.assertEqual(len(masked), len(folded))
            self.assertTrue(all(sign in (before, ' ') for sign, before in zip(masked, folded)), (folded, masked))
            folded = masked

    @QUIET
    @given(NUMBERS, NOISE, NOISE)
    def test_masking_never_hides_a_planted_reference(self, number, before, after):
        text = ' '.join([*before, number, *after])
        document = book(number, '120.00')
        reading = read([('text', text)])
        case = references.quick(reading) | references.thorough(reading)
        known = MemorySource([document], [])
        self.assertTrue(any(known.documents(1, key) for key in case), text)

    @QUIET
    @given(
        st.lists(st.tuples(NUMBERS, st.integers(100, 99999)), min_size=2, max_size=8, unique_by=lambda pair: pair[0]),
        st.randoms(),
    )
    def test_order_does_not_matter(self, pairs, random):
        """Where no two movements name the same documents, each is decided as if it were alone."""
        documents = [
            book(number, f'{cents}.{place:02d}', partner=place, place=place)
            for place, (number, cents) in enumerate(pairs, 1)
        ]
        lines = [pay(place, doc.items[0].residual, f'faktura {doc.number}') for place, doc in enumerate(documents)]
        keys = [set(references.quick(read(line.texts))) for line in lines]
        assume(not any(one & other for place, one in enumerate(keys) for other in keys[:place]))

        def decided(rows):
            found = Decider(MemorySource(documents, [])).decide(rows)
            return {decision.line.id: (decision.action, decision.best and decision.best.pays) for decision in found}

        shuffled = list(lines)
        random.shuffle(shuffled)
        self.assertEqual(decided(lines), decided(shuffled))

    @QUIET
    @given(NUMBERS, st.integers(100, 99999), st.lists(st.tuples(NUMBERS, st.integers(100, 99999)), max_size=12), NOISE)
    def test_unrelated_documents_never_make_a_wrong_match(self, number, cents, others, noise):
        """Whatever else is open: the movement pays the document that it names, or it is left to people."""
        own = book(number, cents, place='own')
        unrelated = [book(name, value, 2, place) for place, (name, value) in enumerate(others, 1) if name != number]
        line = pay(0, cents, ' '.join([*noise, f'faktura {number}']))
        decision = Decider(MemorySource([own, *unrelated], [])).decide([line])[0]
        if decision.action == 'auto':
            self.assertEqual({part.document.id for part in decision.best.allocations}, {'own'})

    def test_what_is_named_in_full_is_decided(self):
        """The other half of the above: it does decide."""
        numbers = [
            form.format(n) for n in (17, 304, 5120) for form in ('INV/2026/{:05d}', 'ABC-2026-{:d}', 'SZ26/{:05d}')
        ]
        for number in numbers:
            own, other = book(number, '120.00', place='own'), book('INV/2025/99999', '55.00', 2, 'other')
            line = pay(0, '120.00', f'faktura {number}')
            decision = Decider(MemorySource([own, other], [])).decide([line])[0]
            self.assertEqual(decision.action, 'auto', number)
            self.assertEqual({part.document.id for part in decision.best.allocations}, {'own'}, number)

    @QUIET
    @given(st.text(alphabet=string.ascii_uppercase + string.digits + ' /-.,+<?', max_size=400))
    def test_any_text_is_decided(self, text):
        documents = [book('INV/2026/00042', '120.00'), book('20260042', '80.00', 2), book('8', '5.00', 3)]
        for field in ('text', 'structured', 'end_to_end_id'):
            line = Line(0, DAY, Decimal('120.00'), 'EUR', ((field, text),), 1, text[:70], text[:34])
            decision = Decider(MemorySource(documents, [])).decide([line])[0]
            self.assertNotEqual(getattr(decision.why_not, 'code', ''), 'failed', decision.why_not)

    def test_no_text_is_too_long(self):
        """Beyond what any bank carries nothing is read, and candidates are few: the work has an upper bound."""
        for text in ('1 ' * 50000, 'RF18 ' * 20000, '1/2' * 30000, 'VS 1 ' * 20000, 'A1' * 40000, 'SK31 ' * 20000):
            self.assertLessEqual(len(fold(text)), MAX_TEXT)
            texts = [('text', text), ('structured', text)]
            reading = read(texts)
            found = references.quick(reading) | references.thorough(reading)
            self.assertLess(len(found), 4 * references.MAX_CANDIDATES)
