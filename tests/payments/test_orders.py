"""Orders: what is wrong with them, their hash, the command that makes files of them."""

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from datetime import date, datetime, timezone
from decimal import Decimal
from pathlib import Path

from odoo.tests import BaseCase, tagged

from ...payments import Account, Address, Reference, canonical, content_hash, problems, read
from ...payments.orders import as_json
from ...payments.states import FINAL, FOLLOWS, RETURNED, SENDING, UNKNOWN, after, meant
from ..cases.files_case import ROOT
from .orders_case import IBANS, any_order, chance, line, order


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestOrders(BaseCase):
    def codes(self, found):
        return [(problem.line, problem.field, problem.code) for problem in problems(found)]

    def test_nothing_wrong(self):
        for seed in range(300):
            found = any_order(chance(seed))
            with self.subTest(seed=seed):
                self.assertEqual(problems(found), [])

    def test_what_is_wrong(self):
        de = Account("Müller GmbH", 'IBAN', IBANS['DE'])
        norway = {
            'product': 'domestic',
            'country': 'NO',
            'currency': 'NOK',
            'debtor': Account("AS", 'BBAN', '12345678903'),
        }
        bban = Account("AS", 'BBAN', '86011117947')
        for expected, found in (
            ([(None, 'id', 'format')], order(id='/X')),
            ([(None, 'id', 'format')], order(id='X' * 36)),
            ([(None, 'lines', 'empty')], replace(order(), lines=())),
            ([(None, 'currency', 'unsupported')], order(currency='USD')),
            ([(None, 'date', 'past')], order(date=date(2026, 11, 29))),
            ([(None, 'date', 'holiday')], order(date=date(2026, 12, 25))),
            ([(None, 'date', 'holiday')], order(date=date(2026, 12, 5))),
            ([(None, 'date', 'instant')], order(product='instant')),
            ([(None, 'debtor.number', 'account')], order(debtor=Account("Demo", 'IBAN', 'SK3112000000198742637542'))),
            ([(0, 'end_to_end_id', 'format')], order(line(end_to_end_id='a//b'))),
            ([(0, 'number', 'account')], order(line(account=Account("X", 'IBAN', 'DE89370400440532013001')))),
            ([(0, 'number', 'own')], order(line(account=Account("X", 'IBAN', IBANS['SK'])))),
            ([(0, 'scheme', 'unsupported')], order(line(account=Account("X", 'BBAN', '86011117947')), country='NO')),
            ([(0, 'bic', 'bic')], order(line(account=replace(de, bic='TATR')))),
            ([(0, 'name', 'charset')], order(line(account=replace(de, name="東京 Ltd")))),
            ([(0, 'name', 'length')], order(line(account=replace(de, name="x" * 71)))),
            ([(0, 'text', 'length')], order(line(text="x" * 141))),
            ([(0, 'text', 'charset')], order(line(text="Счёт 12"))),
            ([(0, 'amount', 'amount')], order(line(amount=Decimal(0)))),
            ([(0, 'amount', 'amount')], order(line(amount=Decimal('-1')))),
            ([(0, 'amount', 'amount')], order(line(amount=Decimal('NaN')))),
            ([(0, 'amount', 'amount')], order(line(amount=Decimal('1000000000')))),
            ([(0, 'amount', 'decimals')], order(line(amount=Decimal('1.005')))),
            ([(0, 'reference', 'reference')], order(line(reference=Reference('scor', 'RF19539007547034')))),
            ([(0, 'reference', 'unsupported')], order(line(reference=Reference('kid', '12345674')))),
            (
                [(0, 'reference', 'reference')],
                order(line(account=bban, reference=Reference('kid', '12345675')), **norway),
            ),
            (
                [(0, 'address.town', 'address'), (0, 'address.country', 'address')],
                order(line(account=Account("Ltd", 'IBAN', IBANS['GB']))),
            ),
            (
                [(0, 'address.town', 'address')],
                order(line(account=Account("Ltd", 'IBAN', IBANS['GB']), address=Address("Road 1", '', '', 'GB'))),
            ),
            ([(0, 'end_to_end_id', 'duplicate'), (1, 'end_to_end_id', 'duplicate')], order(line(), line())),
            (
                [(1, 'reference', 'duplicate')],
                order(*(line(number, reference=Reference('scor', 'RF18539007547034')) for number in (1, 2))),
            ),
        ):
            with self.subTest(expected=expected):
                self.assertEqual(self.codes(found), expected)

    def test_what_a_judge_found(self):
        """Another payee, a reference that goes nowhere, the same twice in two writings."""
        bban = Account("AS", 'BBAN', '86011117947')
        norway = {
            'product': 'domestic',
            'country': 'NO',
            'currency': 'NOK',
            'debtor': Account("AS", 'BBAN', '15031234562'),
        }
        danish = {
            'product': 'domestic',
            'country': 'DK',
            'currency': 'DKK',
            'debtor': Account("AS", 'IBAN', 'DK5000400440116243'),
        }
        swedish = {
            'product': 'domestic',
            'country': 'SE',
            'currency': 'SEK',
            'debtor': Account("AB", 'IBAN', 'SE4550000000058398257466'),
        }
        slovak = {'product': 'domestic'}
        de = Account("Müller GmbH", 'IBAN', IBANS['DE'])
        for expected, found in (
            # a bank's code beside a number that has its own
            ([(0, 'bank_code', 'account')], order(line(account=replace(de, bank_code='0100')))),
            ([], order(line(account=replace(de, bank_code='37040044')))),
            ([(0, 'bic', 'bic')], order(line(account=replace(de, bic='TATRSK0X')))),
            ([], order(line(account=replace(de, number=de.number[:4] + '\xa0' + de.number[4:])))),
            ([(0, 'name', 'charset')], order(line(account=replace(de, name='㈱ Toyota')))),
            ([], order(line(account=replace(de, name='Acme™ Nº 1, Oʼbrien')))),
            ([], order(*(line(n, amount=Decimal(n), reference=Reference('vs', '77')) for n in (1, 2)))),
            ([(0, 'number', 'unsupported')], order(line(account=Account('A', 'IBAN', 'TR330006100519786457841326')))),
            ([(0, 'number', 'account')], order(line(account=Account("A", 'BBAN', '12345678901', bank_code='3000')), **danish)),
            ([], order(line(account=Account("A", 'BBAN', '1234567', bank_code='3000')), **danish)),
            ([(0, 'number', 'account')], order(line(account=Account("A", 'BBAN', '30001234567')), **danish)),
            ([(0, 'number', 'account')], order(line(account=Account("A", 'BBAN', '99999999999')), **swedish)),
            ([(0, 'number', 'account')], order(line(account=Account("A", 'BBAN', '8601114')), **norway)),
            ([(0, 'number', 'account')], order(line(account=Account("A", 'IBAN', 'NO6686011117948')), **norway)),
            # values under no kind, symbols under another
            ([(0, 'reference', 'reference')], order(line(reference=Reference('none', 'ABC-99')))),
            ([(0, 'reference', 'reference')], order(line(reference=Reference('scor', 'RF18539007547034', '1')))),
            ([(0, 'reference', 'reference')], order(line(reference=Reference('scor', 'RF18-5390-0754-7034')))),
            ([(0, 'reference', 'reference')], order(line(reference=Reference('scor', 'RF99100043')))),
            ([(0, 'reference', 'unsupported')], order(line(account=bban, reference=Reference('scor', 'RF18539007547034')), **norway)),
            # one account in two writings
            (
                [(1, 'reference', 'duplicate')],
                order(
                    line(1, account=bban, reference=Reference('kid', '12345674')),
                    line(2, account=Account("AS", 'IBAN', IBANS['NO']), reference=Reference('kid', '12345674')),
                    **norway,
                ),
            ),
            (
                [(1, 'reference', 'duplicate')],
                order(*(line(number, reference=Reference('vs', vs)) for number, vs in ((1, '123'), (2, '0123')))),
            ),
            ([], order(*(line(number, reference=Reference('vs', '123', ss)) for number, ss in ((1, '102026'), (2, '112026'))))),
            ([(0, 'number', 'own')], order(line(account=Account("A", 'BBAN', '1503-12-34562')), **norway)),
            # where a payment may not go, and leave
            ([(0, 'number', 'unsupported')], order(line(account=Account("A", 'IBAN', 'TR330006100519786457841326'), address=Address("A", "1", "T", "TR")), **slovak)),
            ([(None, 'debtor.number', 'unsupported')], order(debtor=Account("A", 'IBAN', 'TR330006100519786457841326'))),
            ([(None, 'debtor.scheme', 'unsupported')], order(debtor=bban, country='NO')),
            ([(None, 'debtor.number', 'unsupported')], order(line(account=bban), **{**norway, 'debtor': de})),
            # letters that vanish
            (
                [(0, 'address.town', 'address')],
                order(line(account=Account("Ltd", 'IBAN', IBANS['GB']), address=Address('', '', "\U0001f600", 'GB'))),
            ),
            ([(0, 'name', 'charset')], order(line(account=replace(de, name="-/-")))),
            (
                [(0, 'address.country', 'address')],
                order(line(account=Account("Ltd", 'IBAN', IBANS['GB']), address=Address('', '', 'London', 'gb'))),
            ),
            ([(0, 'text', 'charset')], order(line(text="10²"))),
        ):  # fmt: skip
            with self.subTest(expected=expected, line=found.lines[0].account.number):
                self.assertEqual(self.codes(found), expected)

    def test_the_banks_own_day(self):
        late = datetime(2026, 11, 30, 23, 30, tzinfo=timezone.utc)  # 1 December in Bratislava
        instant = {'product': 'instant', 'created': late}
        self.assertEqual(self.codes(order(date=date(2026, 12, 1), **instant)), [])
        self.assertEqual(self.codes(order(date=date(2026, 11, 30), **instant)), [(None, 'date', 'past')])

    def test_the_hash_is_of_the_content(self):
        first = order()
        self.assertEqual(content_hash(first), content_hash(read(json.loads(canonical(first)))))
        for other in (
            order(line(amount=Decimal('12.51'))),
            order(line(text="x")),
            order(line(account=Account("Müller GmbH", 'IBAN', IBANS['NO']))),
            order(date=date(2026, 12, 2)),
            order(batch_booking=True),
            order(line(), line(2)),
        ):
            self.assertNotEqual(content_hash(first), content_hash(other))
        for seed in range(100):
            found = any_order(chance(seed))
            self.assertEqual(read(as_json(found)), found)

    def run_command(self, content, form='pain.001.001.09'):
        with tempfile.TemporaryDirectory() as folder:
            source, target = Path(folder) / 'order.json', Path(folder) / 'out.xml'
            source.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
            command = [sys.executable, ROOT / 'tools' / 'payment_file.py', source, target, '--format', form]
            done = subprocess.run([str(part) for part in command], capture_output=True, text=True, cwd=folder)
            self.assertEqual(done.stderr, '')
            return done.returncode, done.stdout, target.read_bytes() if target.exists() else None

    def test_the_command(self):
        status, said, content = self.run_command(as_json(order()))
        self.assertEqual((status, said), (0, ''))
        self.assertEqual(self.run_command(as_json(order()))[2], content, "the same order, the same bytes")
        good = as_json(order())
        for wrong, field in (
            (b'{', 'order'),
            (b'[]', 'order'),
            (b'\xff', 'order'),
            (b'{"id": "a", "id": "b"}', 'order'),
            (b'[' * 100_000, 'order'),
            ({**good, 'date': '2026-13-01'}, 'date'),
            ({**good, 'created': 'yesterday'}, 'created'),
            ({**good, 'kind': 'gift'}, 'kind'),
            ({**good, 'lines': {}}, 'lines'),
            ({**good, 'batch_booking': 'yes'}, 'batch_booking'),
            ({**good, 'lines': [{**good['lines'][0], 'amount': 12.5}]}, 'amount'),
            ({**good, 'lines': [{**good['lines'][0], 'amount': '1e3'}]}, 'amount'),
            ({**good, 'lines': [{**good['lines'][0], 'number': 7}]}, 'number'),
            ({**good, 'lines': [{**good['lines'][0], 'name': 'a\x00b'}]}, 'name'),
            ({**good, 'lines': ['x']}, 'line'),
            ({**good, 'created': '9999-06-01T10:00:00'}, 'created'),
            ({**good, 'created': '2026-11-30T10:00:00+23:59'}, 'created'),
            ({**good, 'refernce': 'x'}, 'refernce'),
            ({**good, 'lines': [{**good['lines'][0], 'text': '\ud800'}]}, 'text'),
            ({**good, 'lines': [{**good['lines'][0], 'text': '\ufffe'}]}, 'text'),
        ):
            status, said, content = self.run_command(wrong)
            with self.subTest(field=field, wrong=str(wrong)[:60]):
                self.assertEqual((status, content), (2, None))
                self.assertEqual(len(said.splitlines()), 1)
                found = json.loads(said)['problems']
                self.assertEqual(found[0]['field'], field)
                self.assertEqual(set(found[0]), {'line', 'field', 'code', 'message'})


@tagged('post_install', '-at_install', 'bank_feed_pure')
class TestStates(BaseCase):
    def test_nothing_leads_back_to_sending(self):
        """From unknown, and from everything at the bank, no way leads to sending."""
        reached, todo = set(), [UNKNOWN]
        while todo:
            state = todo.pop()
            if state not in reached:
                reached.add(state)
                todo += FOLLOWS[state]
        self.assertNotIn(SENDING, reached)

    def test_final_states_stay(self):
        for state in FINAL:
            for told in FOLLOWS:
                expected = RETURNED if state == 'closed' and told == RETURNED else state
                self.assertEqual(after(state, told), expected)

    def test_answers_to_a_cancellation_release_nothing(self):
        for code in ('ACCR', 'PACR', 'PDCR', 'RJCR', 'NULL', 'NEWS', ''):
            self.assertEqual(meant('enablebanking', code), '')
