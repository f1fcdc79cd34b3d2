"""What pays no document, as a black box and in the core: booked as the company did before, never beyond what it knows."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...matching.coding import Booked, Coder, Coding, Movement, Precedents, Row, coder, novelty, words
from ...matching.coding import like as coder_like
from ...matching.coding.books import Books
from ...matching.data import Decision, Reason
from ..cases.files_case import ToolCase

FIRST = date(2026, 1, 5)


def movement(id_, amount, day=FIRST, text='', name='', account='', **values):
    texts = (('text', text),) if text else ()
    return Movement(
        id_, day, Decimal(amount), 'EUR', texts, 'c1', counterparty_name=name, counterparty_account=account, **values
    )


def booked(one, account, days=1, **values):
    return Booked(one, one.date + timedelta(days=days), (Row(account, one.amount),), **values)


class Firm(Books):
    """Books that know a few things."""

    rates = {'t20': Decimal('0.2')}
    own = {'1987426375411200': 'j2'}

    def __init__(self, owes=(), customers=(), kinds=None):
        self._owes, self._customers, self._kinds = owes, customers, kinds or {}

    def kind(self, account):
        return self._kinds.get(account, 'expense')

    def owes(self, partners, incoming):
        return bool(set(partners) & set(self._owes))

    def is_customer(self, partners):
        return bool(set(partners) & set(self._customers))

    def deposits(self):
        return 'deposits'


def decide(known, one, books=None, payers=(), by_itself=True):
    memory = Precedents()
    memory.learn(known)
    decision = Decision(one, 'none')
    [outcome] = Coder(memory, books or Firm(), coder.by_itself if by_itself else coder.by_nobody).decide(
        [decision], {one.id: payers}
    )
    return outcome


def monthly(count, amount='-500.00', to='rent', start=0, **values):
    days = [FIRST + timedelta(days=30 * (start + place)) for place in range(count)]
    return [booked(movement(f'r{start + place}', amount, day, **values), to) for place, day in enumerate(days)]


LANDLORD = {'name': "Centrum Plaza", 'account': 'SK6602000000005396020101', 'text': "nájomné 01/2026"}


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestCoding(BaseCase):
    """Each promise of the contract."""

    def assertNotAlone(self, outcome, code):
        self.assertNotEqual(outcome.action, 'auto')
        self.assertEqual(outcome.why_not.code, code)

    def now(self, amount='-500.00', **values):
        return movement('now', amount, FIRST + timedelta(days=300), **{**LANDLORD, **values})

    def test_as_before(self):
        outcome = decide(monthly(2, **LANDLORD), self.now())
        self.assertEqual(
            (outcome.action, outcome.coding.rows),
            ('auto', (Row('rent', Decimal('-500.00'), whole=Decimal('-500.00')),)),
        )
        self.assertEqual([one.id for one in outcome.coding.basis], ['r0', 'r1'])
        self.assertNotAlone(decide(monthly(2, **LANDLORD), self.now(), by_itself=False), 'not_allowed')

    def test_once_is_not_enough(self):
        self.assertNotAlone(decide(monthly(1, **LANDLORD), self.now()), 'once')

    def test_other_spelling_of_the_account(self):
        outcome = decide(monthly(3, **LANDLORD), self.now(account='5396020101/0200'))
        self.assertEqual(outcome.action, 'auto')

    def test_another_sign(self):
        self.assertEqual(decide(monthly(3, **LANDLORD), self.now('500.00')).action, 'none')

    def test_an_amount_out_of_its_band(self):
        self.assertNotAlone(decide(monthly(6, **LANDLORD), self.now('-900.00')), 'amount_band')

    def test_other_words(self):
        self.assertNotAlone(decide(monthly(6, **LANDLORD), self.now(text="kaucia")), 'new_words')

    def test_another_account_of_the_name(self):
        known = monthly(6, **{**LANDLORD, 'text': ''})
        self.assertNotAlone(decide(known, self.now(account='SK3112000000198742637542', text='')), 'new_account')

    def test_open_documents_come_first(self):
        outcome = decide(monthly(6, **LANDLORD), self.now(), Firm(owes=['p1']), ['p1'])
        self.assertNotAlone(outcome, 'open_documents')

    def test_a_customers_money_is_no_income(self):
        known = monthly(3, '40.00', 'sales', **LANDLORD)
        outcome = decide(known, self.now('40.00'), Firm(customers=['p1'], kinds={'sales': 'income'}), ['p1'])
        self.assertNotEqual(outcome.action, 'auto')
        self.assertEqual(outcome.coding.rows[0].account, 'deposits')

    def test_undone_is_not_repeated(self):
        known = monthly(4, **LANDLORD)
        known[-1].undone = True
        self.assertNotAlone(decide(known, self.now()), 'undone')
        again = [*known, *monthly(2, start=5, **LANDLORD)]
        self.assertEqual(decide(again, self.now()).action, 'auto')

    def test_two_ways(self):
        """Nothing tells which; a symbol tells; a change of mind that was confirmed."""
        mixed = monthly(2, **LANDLORD) + monthly(2, to='other', start=2, **LANDLORD)
        self.assertNotAlone(decide(mixed, self.now()), 'two_ways')
        of = {'account': 'SK6602000000005396020101'}
        told = monthly(3, text="VS 111222", **of) + monthly(3, to='other', start=3, text="VS 333444", **of)
        self.assertEqual(decide(told, self.now(text="VS 111222", name='')).coding.rows[0].account, 'rent')
        changed = monthly(3, **LANDLORD) + monthly(3, to='other', start=3, **LANDLORD)
        outcome = decide(changed, self.now())
        self.assertEqual((outcome.action, outcome.coding.rows[0].account), ('auto', 'other'))

    def test_typed_words_are_no_ground(self):
        """Of nobody who is known; a bank's own fee is one."""
        known = monthly(4, '20.00', 'gifts', text="poplatok za kurz")
        self.assertNotEqual(
            decide(known, movement('now', '20.00', text="poplatok za kurz", name="Somebody New")).action, 'auto'
        )
        fees = monthly(3, '-7.00', 'fees', info="Poplatok za vedenie účtu")
        self.assertEqual(decide(fees, movement('now', '-7.00', info="Poplatok za vedenie účtu")).action, 'auto')

    def test_own_account(self):
        outcome = decide([], movement('now', '-100.00', account='SK31 1200 0000 1987 4263 7541', journal='j1'))
        self.assertEqual((outcome.action, outcome.coding.transfer), ('auto', 'j2'))
        stranger = movement('now', '100.00', name="Stranger", text="SK31 1200 0000 1987 4263 7541")
        self.assertNotEqual(decide([], stranger).action, 'auto')

    def test_both_sides(self):
        """Days apart, without numbers; not where another movement may be the other side as well, nor among thousands."""

        def side(id_, amount, journal, days=0):
            return movement(id_, amount, FIRST + timedelta(days=days), "Prevod medzi vlastnými účtami", journal=journal)

        def told(*sides):
            decisions = [Decision(one, 'none') for one in sides]
            return [outcome.action for outcome in Coder(Precedents(), Firm(), coder.by_itself).decide(decisions, {})]

        out, back = side('a', '-700.00', 'j1'), side('b', '700.00', 'j2', 2)
        self.assertEqual(told(out, back), ['auto', 'auto'])
        self.assertEqual(told(out, back, side('c', '700.00', 'j3', 1)), ['none'] * 3)
        self.assertEqual(told(out, side('b', '700.00', 'j2', 20)), ['none'] * 2)
        many = [side(f'm{place}', f'{sign}700.00', f'j{place % 2}') for place in range(3000) for sign in ('-', '')]
        self.assertNotIn('auto', told(*many))

    def test_splits(self):
        """Parts that the text says, a fixed share of the gross, none that follow nothing."""

        def loan(id_, principal, interest, days):
            text = f"splátka istina {principal} úrok {interest}".replace('.', ',')
            total = -(Decimal(principal) + Decimal(interest))
            one = movement(id_, total, FIRST + timedelta(days=days), text, name="Bank Loans")
            rows = (Row('loan', -Decimal(principal)), Row('interest', -Decimal(interest)))
            return Booked(one, one.date, rows)

        known = [loan('a', '400.00', '90.00', 0), loan('b', '403.00', '87.00', 30), loan('c', '406.00', '84.10', 60)]
        now = loan('now', '409.00', '81.20', 90).movement
        amounts = {row.account: row.amount for row in decide(known, now).coding.rows}
        self.assertEqual(amounts, {'loan': Decimal('-409.00'), 'interest': Decimal('-81.20')})
        takings = []
        for place, gross in enumerate(('1000.00', '517.30', '861.45')):
            fee = (Decimal(gross) * Decimal('0.014')).quantize(Decimal('0.01'))
            one = movement(f't{place}', Decimal(gross) - fee, FIRST + timedelta(days=place), name="Acquirer")
            takings.append(Booked(one, one.date, (Row('clearing', Decimal(gross)), Row('fee', -fee))))
        outcome = decide(takings, movement('now', Decimal('730.00') - Decimal('10.22'), name="Acquirer"))
        self.assertEqual(
            {row.account: row.amount for row in outcome.coding.rows},
            {'clearing': Decimal('730.00'), 'fee': Decimal('-10.22')},
        )
        takings[1].rows = (Row('clearing', Decimal('517.30')), Row('fee', Decimal('-7.77')))
        takings[1].movement.amount = Decimal('509.53')
        self.assertEqual(decide(takings, movement('now', '719.78', name="Acquirer")).action, 'none')

    def test_taxes(self):
        known = [
            booked(movement(f'm{place}', '-60.00', FIRST + timedelta(days=place), **LANDLORD), 'x')
            for place in range(3)
        ]
        for one in known:
            one.rows = (Row('phone', Decimal('-50.00'), ('t20',)),)
        self.assertEqual(
            decide(known, self.now('-61.13')).coding.rows,
            (Row('phone', Decimal('-50.94'), ('t20',), whole=Decimal('-61.13')),),
        )

    def test_another_currency(self):
        """No amount of one is like one of another."""
        known = monthly(4, **LANDLORD)
        now = self.now()
        now.currency = 'USD'
        self.assertNotAlone(decide(known, now), 'new_currency')

    def test_a_word_that_was_never_seen(self):
        """Shops behind a payment service, told by their words: another shop is asked about, a known one is not."""
        service = {'account': 'SK6602000000005396020101', 'name': "Pay Service"}
        known = []
        for place, (shop, to) in enumerate([("bolt", 'travel'), ("steam", 'games')] * 4):
            known.append(booked(movement(f's{place}', '-20.00', FIRST + timedelta(days=place), shop, **service), to))
        self.assertEqual(
            decide(known, movement('now', '-20.00', FIRST + timedelta(60), "bolt", **service)).action, 'auto'
        )
        stranger = decide(known, movement('now', '-20.00', FIRST + timedelta(60), "wolt", **service))
        self.assertNotEqual(stranger.action, 'auto')

    def test_a_shop_of_several_things(self):
        """After a change of mind, five have to agree there, three elsewhere."""
        shop = {'text': "Nákup kartou TESCO 5787 Nitra", 'merchant': "TESCO 5787"}
        for agree, action in ((coder_like.MINGLED - 1, 'suggest'), (coder_like.MINGLED, 'auto')):
            known = monthly(3, '-20.00', 'food', **shop) + monthly(agree, '-20.00', 'office', start=3, **shop)
            self.assertEqual(
                decide(known, movement('now', '-20.00', FIRST + timedelta(400), **shop)).action, action, agree
            )
        known = monthly(3, **LANDLORD) + monthly(coder_like.AGREE, to='other', start=3, **LANDLORD)
        self.assertEqual(decide(known, self.now()).action, 'auto')

    def test_models_in_order(self):
        """What people said beforehand: the first holds, another one is said; none of a returned payment."""

        def said(account):
            row = Row(account, Decimal('-20.00'))
            return Coding(
                ('coding', (row.place,)), (row,), None, None, (), Reason('model', {'name': account}), model=account
            )

        def with_models(one):
            found = Coder(Precedents(), Firm(), coder.by_itself, lambda _movement: [said('a'), said('b')])
            [outcome] = found.decide([Decision(one, 'none')], {})
            return outcome

        outcome = with_models(movement('now', '-20.00', text="x"))
        self.assertEqual((outcome.action, outcome.coding.model), ('auto', 'a'))
        self.assertEqual([one.against.code for one in outcome.others], ['another_model'])
        back = movement('now', '-20.00', text="x", type='returned')
        self.assertNotAlone(with_models(back), 'money_returned')
        known = monthly(3, **LANDLORD)
        self.assertNotAlone(decide(known, self.now(type='returned')), 'money_returned')

    def test_every_novelty_has_words(self):
        told = {f'new_{code}' for code, _values, _times in novelty.KINDS} | {'new_contract'}
        self.assertEqual(told - set(words.WHY_NOT), set())

    # === For any history === #

    NAMES = st.sampled_from(["Alfa Servis", "Beta Stav", "Gama Trade"])
    EVENTS = st.lists(
        st.tuples(NAMES, st.sampled_from(['rent', 'phone']), st.integers(10, 90), st.booleans(), st.integers(0, 5)),
        min_size=1,
        max_size=12,
    )

    def history(self, events):
        return [
            booked(
                movement(f'h{place}', f'-{amount}.00', FIRST + timedelta(days=day), name=name), account, undone=undone
            )
            for place, (name, account, amount, undone, day) in enumerate(sorted(events, key=lambda event: event[4]))
        ]

    @staticmethod
    def told(outcome):
        coding = outcome.coding
        return (outcome.action, coding and (coding.kind, coding.rows, coding.against))

    @settings(max_examples=150, deadline=None)
    @given(EVENTS, st.integers(10, 90))
    def test_unrelated_movements_change_nothing(self, events, amount):
        now = movement('now', f'-{amount}.00', FIRST + timedelta(days=40), name="Alfa Servis")
        known = self.history(events)
        own = [one for one in known if one.movement.counterparty_name == "Alfa Servis"]
        self.assertEqual(self.told(decide(known, now)), self.told(decide(own, now)))

    @settings(max_examples=150, deadline=None)
    @given(EVENTS, st.randoms())
    def test_the_order_within_a_day_does_not_matter(self, events, chance):
        now = movement('now', '-50.00', FIRST + timedelta(days=40), name="Alfa Servis")
        known = self.history(events)
        mixed = sorted(known, key=lambda one: (one.finished, chance.random()))
        self.assertEqual(self.told(decide(known, now)), self.told(decide(mixed, now)))

    @settings(max_examples=100, deadline=None)
    @given(EVENTS)
    def test_undone_is_forgotten(self, events):
        """What was all taken back is no precedent."""
        known = self.history(events)
        for one in known:
            one.undone = True
        outcome = decide(known, movement('now', '-50.00', FIRST + timedelta(days=40), name="Alfa Servis"))
        self.assertNotEqual(outcome.action, 'auto')

    @settings(max_examples=200, deadline=None)
    @given(st.text(max_size=300), st.text(max_size=80), st.text(max_size=40), st.decimals('-1e9', '1e9', places=2))
    def test_any_text_is_decided(self, text, name, account, amount):
        one = movement(
            'now', amount, FIRST, text, name, account, info=text[:50], merchant=name[:20], bank_code=account[:9]
        )
        known = [booked(movement('h', amount, FIRST, text, name, account), 'x')] if amount else []
        self.assertIn(decide(known, one).action, ('auto', 'suggest', 'none'))


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestCodeFiles(ToolCase):
    """Files in, answers out."""

    tool = 'code_files.py'

    LINE = {'company': 'c1', 'amount': '-60.00', 'currency': 'EUR', 'counterparty_name': "Telco", 'text': ["telefón"], 'journal': 'j1'}  # fmt: skip

    def code(self, options=('--policy', 'auto'), **files):
        rows = {
            'partners': [], 'documents': [],
            'accounts': [{'id': 'a1', 'company': 'c1', 'code': '518', 'name': "Telephones", 'kind': 'expense'}],
            'taxes': [{'id': 't1', 'name': "20 %", 'rate': '20', 'included': True}],
            'journals': [{'id': 'j1', 'company': 'c1', 'account_number': 'SK6602000000005396020101', 'currency': 'EUR'}],
            'booked': [self.booked(1), self.booked(2)],
            'lines': [{**self.LINE, 'id': 'l9', 'date': '2026-03-05'}],
            **files,
        }  # fmt: skip
        return self.run_tool(rows, options)

    def booked(self, month):
        line = {**self.LINE, 'id': f'l{month}', 'date': f'2026-0{month}-05'}
        coding = [{'account': 'a1', 'amount': '-50.00', 'taxes': ['t1'], 'label': None}]
        return {'line': line, 'finished': f'2026-0{month}-07', 'by': 'person', 'partner': None, 'documents': [], 'coding': coding, 'transfer': None, 'undone': False}  # fmt: skip

    def test_contract(self):
        [row] = self.code()
        self.assertEqual(
            row,
            {
                'line': 'l9',
                'action': 'auto',
                'kind': 'coding',
                'allocations': [],
                'coding': [{'account': 'a1', 'amount': '-50.00', 'taxes': ['t1']}],
                'partner': None,
                'transfer': None,
                'basis': ['l1', 'l2'],
                'why': "As the last 2 times, most lately on 2026-02-05.",
                'why_not': None,
                'alternatives': [],
            },
        )
        self.assertEqual((self.stats['lines'], self.stats['booked']), (1, 2))

    def test_a_fee_kept_back(self):
        """A rest of a document that the text says is booked as it was before; not after one time only, nor without the word."""

        def document(number, state):
            residual = '100.00' if state == 'open' else '0.00'
            return {
                'id': f'd{number}', 'company': 'c1', 'partner': 'p1', 'kind': 'invoice', 'state': state, 'number': f'INV/2026/{number:05d}',
                'date': '2026-01-02', 'due': '2026-01-20', 'currency': 'EUR', 'total': '100.00', 'residual': residual,
            }  # fmt: skip

        def paid(number, text="100.00 CHARGES 4.00"):
            return {
                **self.LINE, 'id': f'l{number}', 'date': f'2026-0{number}-20', 'amount': '96.00', 'counterparty_name': "Ján Kráľ",
                'text': [f'INV/2026/{number:05d} {text}'],
            }  # fmt: skip

        def settled(number):
            coding = [{'account': 'a2', 'amount': '-4.00', 'taxes': [], 'label': None}]
            documents = [{'document': f'd{number}', 'amount': '100.00'}]
            return {**self.booked(number), 'line': paid(number), 'finished': f'2026-0{number}-21', 'partner': 'p1', 'documents': documents, 'coding': coding}  # fmt: skip

        accounts = [{'id': id_, 'company': 'c1', 'code': id_, 'name': id_, 'kind': 'expense'} for id_ in ('a1', 'a2')]
        given = {
            'accounts': accounts,
            'partners': [{'id': 'p1', 'name': "Ján Kráľ", 'ibans': []}],
            'documents': [document(1, 'closed'), document(2, 'closed'), document(3, 'open')],
            'booked': [settled(1), settled(2)],
        }
        [row] = self.code(**given, lines=[paid(3)])
        self.assertEqual((row['action'], row['kind'], row['basis']), ('auto', 'document', ['l1', 'l2']))
        self.assertEqual(row['allocations'], [{'document': 'd3', 'instalment': None, 'amount': '100.00'}])
        self.assertEqual(row['coding'], [{'account': 'a2', 'amount': '-4.00', 'taxes': []}])
        [row] = self.code(**{**given, 'booked': [settled(1)]}, lines=[paid(3)])
        self.assertEqual((row['action'], row['why_not']), ('suggest', "It was booked so only once."))
        [row] = self.code(**{**given, 'booked': []}, lines=[paid(3)])
        self.assertEqual((row['action'], row['coding']), ('suggest', []))
        [row] = self.code(**given, lines=[paid(3, "")])
        self.assertEqual(row['coding'], [])

    def test_what_a_payer_is_always_short_of(self):
        """The text says nothing of it: what the payer was short of before is proposed; it may be a part payment, which what is unlike is."""
        accounts = [{'id': id_, 'company': 'c1', 'code': id_, 'name': id_, 'kind': 'expense'} for id_ in ('a1', 'a2')]

        def document(number, residual='100.00'):
            return {
                'id': f'd{number}', 'company': 'c1', 'partner': 'p1', 'kind': 'invoice', 'state': 'open' if residual != '0.00' else 'closed',
                'number': f'INV/2026/{number:05d}', 'date': '2026-01-02', 'due': '2026-01-20', 'currency': 'EUR', 'total': '100.00', 'residual': residual,
            }  # fmt: skip

        def paid(number, amount='97.00', **values):
            return {
                **self.LINE, 'id': f'l{number}', 'date': f'2026-0{number}-20', 'amount': amount, 'counterparty_name': "Ján Kráľ",
                'text': [f'INV/2026/{number:05d}'], **values,
            }  # fmt: skip

        def settled(number, account='a2'):
            coding = [{'account': account, 'amount': '-3.00', 'taxes': [], 'label': None}]
            documents = [{'document': f'd{number}', 'amount': '100.00'}]
            return {**self.booked(number), 'line': paid(number), 'finished': f'2026-0{number}-21', 'partner': 'p1', 'documents': documents, 'coding': coding}  # fmt: skip

        def decided(line, *booked):
            [row] = self.code(
                accounts=accounts, partners=[{'id': 'p1', 'name': "Ján Kráľ", 'ibans': []}], booked=list(booked or (settled(1), settled(2))),
                documents=[document(1, '0.00'), document(2, '0.00'), document(3)], lines=[line],
            )  # fmt: skip
            return row['action'], row['coding'], row['allocations'][0]['amount'], row['why_not']

        rest = [{'account': 'a2', 'amount': '-3.00', 'taxes': []}]
        self.assertEqual(decided(paid(3))[:3], ('suggest', rest, '100.00'))
        self.assertEqual(decided(paid(3), settled(1))[:3], ('suggest', rest, '100.00'))
        self.assertEqual(decided(paid(3, '95.50'))[1:3], ([], '95.50'))
        self.assertEqual(decided(paid(3), settled(1), settled(2, "a1"))[1], [])
        self.assertEqual(decided(paid(3, '40.00'))[1:3], ([], '40.00'))
        self.assertEqual(decided(paid(3, '100.00'))[:3], ('auto', [], '100.00'))
        other = paid(3, counterparty_name="Peter Malý", counterparty_account='SK0509000000005123456789')
        self.assertEqual(decided(other)[1], [])

    def test_nobody_allowed_it(self):
        [row] = self.code(())
        self.assertEqual((row['action'], row['kind']), ('suggest', 'coding'))
        self.assertIn("Nobody has said", row['why_not'])

    def test_bad_rows_are_named(self):
        for name, bad, said in (
            ('booked', {**self.booked(1), 'finished': 'soon'}, "booked.jsonl, line 1"),
            ('booked', {**self.booked(1), 'undone': 'yes'}, "neither true nor false"),
            ('accounts', {'id': 'a1', 'kind': 'magic'}, "accounts.jsonl, line 1"),
            ('taxes', {'id': 't1', 'rate': 20}, "taxes.jsonl, line 1"),
            ('lines', '{', "lines.jsonl, line 1"),
        ):
            self.assertIsNone(self.code(**{name: [bad]}), name)
            self.assertEqual(self.done.returncode, 2)
            self.assertIn(said, self.done.stderr)
