"""Every client against every scenario that its bank knows, by real HTTP."""

import logging
from collections import Counter
from datetime import timedelta
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...banks import data, errors
from ...banks.identity import identify
from ...sandbox.faults import fault
from ..cases import harness
from ..cases.common import MAIN, PSU, hours_pass


class Scenarios:
    """Mixed into one test class a client, below."""

    harness_class = None

    def setUp(self):
        super().setUp()
        self.harness = self.harness_class()
        self.addCleanup(self.harness.server.stop)
        self.bank = self.harness.bank
        self.client = self.harness.client()
        self.since = self.bank.today() - timedelta(days=80)

    # === What people do === #

    def connect(self, **choice):
        """The id of a permission that a person gave, and the main account's id in it."""
        consent, _query = self.harness.authorise(self.client, PSU, **choice)
        self.assertEqual(consent.status, 'valid')
        return consent.id, self.main_account(consent.id).session_id

    def main_account(self, consent_id):
        found = self.client.accounts(consent_id, PSU)
        return next(account for account in found if f'{account.iban}/{account.currency}' == MAIN)

    def fetch(self, consent_id, account_id, since=None, psu=PSU):
        return self.client.movements(consent_id, account_id, since or self.since, psu)

    def pay(self, days=1, **entry):
        booked = (self.bank.today() - timedelta(days=days)).isoformat()
        return self.bank.add_entry(MAIN, **{'amount': '10.00', 'booked': booked, 'name': "Payer", **entry})

    def expected(self, since=None):
        """What the ledger says: (day, amount) of each booked movement."""
        first = (since or self.since).isoformat()
        return Counter(
            (entry['booked'], Decimal(entry['amount'])) for entry in self.bank.entries(MAIN, 'booked', first)
        )

    def assertComplete(self, found, since=None):
        """Nothing lost, nothing twice."""
        got = Counter((row.booking_date.isoformat(), row.amount) for row in found.booked)
        self.assertEqual(got, self.expected(since))
        self.assertEqual(len({uid for uid, _row in identify(found.booked)}), len(found.booked))

    # === The permission === #

    def test_institutions_and_settings(self):
        found = self.client.institutions()
        self.assertTrue(found and all(row.code and row.name for row in found))
        self.assertIsInstance(self.client.test(), str)

    def test_connected(self):
        consent_id, account_id = self.connect()
        self.assertEqual(self.client.consent(consent_id, PSU).status, 'valid')
        self.assertComplete(self.fetch(consent_id, account_id))
        shown = self.main_account(consent_id)
        closing = data.closing_balance(shown.balances, 'EUR')
        expected = self.bank.balance({'iban': MAIN[:-4], 'currency': 'EUR', 'opening': '12450.00'})
        if closing:
            self.assertEqual(closing.amount, expected)

    def test_renewed(self):
        """New ids of the session, the same account, the same movements."""
        first, before = self.connect()
        old = {uid for uid, _row in identify(self.fetch(first, before).booked)}
        second, after = self.connect()
        if self.harness.session_ids:
            self.assertNotEqual(before, after)
        self.assertEqual({uid for uid, _row in identify(self.fetch(second, after).booked)}, old)
        with self.assertRaises(errors.BankError):
            self.fetch(second, 'ffffffff-ffff-ffff-ffff-ffffffffffff')

    def test_ended_by_us(self):
        consent_id, account_id = self.connect()
        self.client.revoke_consent(consent_id)
        self.client.revoke_consent(consent_id)
        if not self.client.capabilities.revoke:
            self.harness.revoke_at_bank()
        # a token that was deleted looks as a bank in trouble does: only time tells
        with self.assertRaises(errors.LoginDoubted if self.harness.by_token else errors.BankError):
            self.fetch(consent_id, account_id)

    # === Movements === #

    def test_pages(self):
        consent_id, account_id = self.connect()
        self.bank.state['settings'].update(page_size=3, empty_pages=2)
        found = self.fetch(consent_id, account_id)
        self.assertComplete(found)
        if self.harness.pages:
            self.assertGreater(found.calls, len(found.booked) // 3)

    def test_pending_becomes_booked(self):
        self.bank.state['ledger'][MAIN] = []
        tomorrow, today = self.bank.today() + timedelta(days=1), self.bank.today()
        self.pay(booked=tomorrow.isoformat(), pending_since=today.isoformat(), remittance=["VS1"])
        consent_id, account_id = self.connect()
        found = self.fetch(consent_id, account_id)
        self.assertFalse(found.booked)
        self.assertEqual(len(found.pending), int(self.harness.pending))
        if self.harness.follows_clock:
            self.bank.advance(days=1)
            found = self.fetch(consent_id, account_id)
            self.assertEqual((len(found.booked), len(found.pending)), (1, 0))

    def test_equal_payments_and_placeholder_ids(self):
        for _number in range(3):
            self.pay(amount='25.00', anonymous=True, remittance=["clenske"])
        consent_id, account_id = self.connect()
        self.assertComplete(self.fetch(consent_id, account_id))

    def test_what_a_movement_says(self):
        self.bank.state['ledger'][MAIN] = []
        iban = 'SK3112000000198742637541'
        self.pay(amount='-45.90', name="Kováč a syn", iban=iban, remittance=["Faktúra 2026/17", "ďakujem"])
        self.pay(amount='120.00', days=2, e2e='/VS2026000017/SS/KS0308', original=['130.00', 'USD', '1.0833'])
        consent_id, account_id = self.connect()
        second, first = sorted(self.fetch(consent_id, account_id).booked, key=lambda row: row.amount, reverse=True)
        self.assertEqual((first.amount, first.currency), (Decimal('-45.90'), 'EUR'))
        self.assertEqual((first.counterparty_name, first.counterparty_account), ("Kováč a syn", iban))
        self.assertIn("Faktúra 2026/17", ' '.join(text for _field, text in first.texts()))
        self.assertIn('2026000017', ' '.join(text for _field, text in second.texts()))
        if self.harness.originals:
            self.assertEqual((second.original_amount, second.original_currency), (Decimal('130.00'), 'USD'))

    # === Limits === #

    def test_a_long_history(self):
        consent_id, account_id = self.connect()
        self.harness.unlock_history()
        long_ago = self.bank.today() - timedelta(days=400)
        self.assertComplete(self.fetch(consent_id, account_id, long_ago), long_ago)

    def test_the_banks_own_errors(self):
        consent_id, account_id = self.connect()
        for told, error in (
            (self.harness.revoked, errors.ConsentError),
            (self.harness.expired, errors.ConsentError),
            (self.harness.limited, errors.RateLimited),
        ):
            if not told:
                continue
            code, status = told
            self.bank.state['faults'] = [fault(self.harness.transactions, code=code, status=status)]
            with self.assertRaises(error) as caught:
                self.fetch(consent_id, account_id)
            self.assertEqual(str(caught.exception)[-1:], ')', str(caught.exception))

    # === Rubbish === #

    def test_rubbish(self):
        consent_id, account_id = self.connect()
        for kind, options, error in (
            ('html', {}, errors.BadAnswer),
            ('half', {}, errors.BadAnswer),
            ('empty', {}, errors.BadAnswer),
            ('nothing', {}, errors.BadAnswer),
            ('json', {'body': []}, errors.BadAnswer),
            ('json', {'body': "text"}, errors.BadAnswer),
            ('html', {'status': 404}, errors.BankError),
            ('status', {'status': 500}, errors.BankError),
            ('status', {'status': 503, 'times': 3}, errors.BankUnavailable),
            ('status', {'status': 418, 'code': 'NEVER_HEARD_OF'}, errors.BankError),
        ):
            self.bank.state['faults'] = [fault(self.harness.transactions, kind, **options)]
            with self.subTest(kind=kind, **options), self.assertRaises(error):
                self.fetch(consent_id, account_id)
        self.assertComplete(self.fetch(consent_id, account_id))

    def test_odd_rows_stay_movements(self):
        self.bank.state['ledger'][MAIN] = []
        for raw in self.harness.odd_rows:
            self.pay(amount='12.50', raw=raw)
        consent_id, account_id = self.connect()
        found = self.fetch(consent_id, account_id)
        self.assertEqual([row.amount for row in found.booked], [Decimal('12.50')] * len(self.harness.odd_rows))
        self.assertEqual([row.reason for row in found.unreadable], [])

    def test_bad_rows_are_kept_apart(self):
        for raw in self.harness.bad_rows:
            self.pay(raw=raw)
        self.pay(amount='99.00')
        consent_id, account_id = self.connect()
        found = self.fetch(consent_id, account_id)
        self.assertEqual(len(found.unreadable), len(self.harness.bad_rows))
        self.assertTrue(all(row.reason and row.raw for row in found.unreadable))
        self.assertIn(Decimal('99.00'), [row.amount for row in found.booked])

    def test_nothing_secret_in_log_or_exception(self):
        secrets = [value for value in self.harness.settings().values() if isinstance(value, str) and len(value) > 20]
        with self.assertLogs(level=logging.DEBUG) as log:
            consent_id, account_id = self.connect()
            self.fetch(consent_id, account_id)
            self.bank.state['faults'] = [fault(self.harness.transactions, 'status', status=400, code='X')]
            with self.assertRaises(errors.BankError) as caught:
                self.fetch(consent_id, account_id)
        kept = [value for value in self.client.vault.read().values() if isinstance(value, str) and len(value) > 15]
        # the person's browser is a part of this test, not of the client
        ours = [line for line in log.output if '/authorize' not in line and '?client_id=' not in line]
        text = '\n'.join([*ours, str(caught.exception), repr(caught.exception)])
        for secret in [*secrets, *kept, consent_id, account_id]:
            self.assertNotIn(secret, text)


class ByRedirect:
    """The person is sent to the bank's page."""

    def test_the_person_says_no(self):
        consent, query = self.harness.authorise(self.client, PSU, approve=False)
        self.assertEqual((consent.status, query['state']), ('rejected', 'state-1'))

    def test_revoked_and_expired(self):
        for status, error in (('revokedByPsu', errors.ConsentError), ('expired', errors.ConsentError)):
            consent_id, account_id = self.connect()
            for inner in [key for key, row in self.bank.state['consents'].items() if row['status'] == 'valid']:
                self.bank.end_consent(inner, status)
            with self.assertRaises(error):
                self.fetch(consent_id, account_id)


class ByCode:
    """... and comes back with a code."""

    def test_a_code_works_once(self):
        _consent, query = self.harness.authorise(self.client, PSU)
        self.assertTrue(query['code'])
        again = self.harness.client().finish_consent('x', self.harness.memory, query, PSU)
        self.assertEqual(again.status, 'rejected')


class ByToken:
    """The person types in a token."""

    def test_a_token_of_nobody(self):
        with self.assertRaises(errors.BankError):
            self.client.grant('x' * 64, None, PSU)


class CountsCalls:
    """The bank gives only so many answers a day when nobody is there."""

    def test_calls_without_a_person_are_counted(self):
        consent_id, account_id = self.connect()
        with self.assertRaises(errors.RateLimited) as caught:
            for _call in range(6):
                self.fetch(consent_id, account_id, psu=None)
        if self.harness.says_when:
            self.assertTrue(80000 < caught.exception.retry_after <= 86401)
        if self.harness.people_uncounted:
            self.assertComplete(self.fetch(consent_id, account_id))


class CountsNoCalls:
    """It may be asked as often as need be."""

    def test_many_calls_without_a_person(self):
        consent_id, account_id = self.connect()
        for _call in range(6):
            self.assertComplete(self.fetch(consent_id, account_id, psu=None))


class EndsHistory:
    """The long history can be had right after the log-in only."""

    def test_history_is_shorter_later(self):
        consent_id, account_id = self.connect()
        self.harness.unlock_history()
        long_ago = self.bank.today() - timedelta(days=400)
        self.fetch(consent_id, account_id, long_ago)
        hours_pass(self.bank, 2)
        found = self.fetch(consent_id, account_id, long_ago)
        self.assertGreaterEqual(found.first_day, self.bank.today() - timedelta(days=91))
        self.assertComplete(found, found.first_day)


def _scenarios(bank):
    """What the bank can do says which of them it is put through."""
    yield ByToken if bank.by_token else ByRedirect
    if bank.gives_code:
        yield ByCode
    yield CountsCalls if bank.counts_calls else CountsNoCalls
    if bank.ends_history:
        yield EndsHistory


for _harness in harness.HARNESSES:
    _name = f'TestBank{_harness.__name__}'
    globals()[_name] = tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')(
        type(_name, (*_scenarios(_harness), Scenarios, BaseCase), {'harness_class': _harness, '__module__': __name__})
    )
