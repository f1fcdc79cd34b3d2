from datetime import date, timedelta
from decimal import Decimal

import requests

from odoo.tests import tagged

from ...banks import data, errors
from ...banks.http import Transport, parse_json, redact
from ..cases.client_case import ClientCase
from ..cases.common import MAIN, PSU


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestClient(ClientCase):
    def test_redirect_and_consent(self):
        consent_id, location = self.consent()
        self.assertEqual(location, 'http://odoo.test/return?state=abc')
        found = self.client.finish_consent(consent_id, {}, {}, PSU)
        self.assertEqual((found.status, found.valid_until), ('valid', date.today() + timedelta(days=180)))

    def test_refused(self):
        consent_id, location = self.consent(approve=False)
        self.assertEqual(location, 'http://odoo.test/return?state=abc&nok=1')
        self.assertEqual(self.client.consent(consent_id).status, 'rejected')

    def test_second_signature(self):
        self.bank.state['settings']['second_signature'] = True
        consent_id, _location = self.consent()
        self.assertEqual(self.client.consent(consent_id).status, 'partiallyAuthorised')

    def test_authorisation_expires(self):
        start = self.client.start_consent('http://odoo.test/r', date.today() + timedelta(days=10), PSU)
        self.bank.advance(minutes=31)
        self.assertEqual(self.client.consent(start.consent.id).status, 'rejected')
        self.assertEqual(requests.get(start.redirect_url, timeout=20).status_code, 410)

    def test_newer_consent_ends_the_older(self):
        first, _location = self.consent()
        self.consent()
        self.assertEqual(self.client.consent(first).status, 'expired')
        with self.assertRaises(errors.ConsentExpired):
            self.client.accounts(first, PSU)

    def test_accounts_and_balances(self):
        consent_id, _location = self.consent()
        accounts = self.client.accounts(consent_id, PSU)
        self.assertEqual([account.currency for account in accounts], ['EUR', 'EUR', 'USD'])
        closing = data.closing_balance(accounts[0].balances, 'EUR')
        self.assertEqual(closing.type, 'interimBooked')
        self.assertEqual(
            closing.amount, self.bank.balance({'iban': accounts[0].iban, 'currency': 'EUR', 'opening': '12450.00'})
        )
        self.assertIsInstance(closing.amount, Decimal)

    def test_session_ids_change_with_the_consent(self):
        first, _location = self.consent()
        before = self.main_account(first).session_id
        second, _location = self.consent()
        self.assertNotEqual(self.main_account(second).session_id, before)

    def test_transactions_of_every_shape(self):
        found = self.movements()
        by_name = {row.counterparty_name: row for row in found.booked}
        self.assertEqual(by_name["Slovenská elektrina s.r.o."].end_to_end_id, '/VS7700451/SS/KS0308')
        self.assertEqual(by_name["Slovenská elektrina s.r.o."].amount, Decimal('-845.30'))
        hotel = by_name["Hotel Panorama"]
        self.assertEqual(
            (hotel.original_amount, hotel.original_currency, hotel.exchange_rate), (Decimal('-49.99'), 'USD', '1.0891')
        )
        self.assertEqual(sum(row.counterparty_name == "Marek Biely" for row in found.booked), 2)
        self.assertEqual({row.status for row in found.pending}, {'pending'})
        self.assertEqual(len(found.pending), 2)
        self.assertFalse(found.unreadable)

    def test_pages(self):
        self.bank.state['settings']['page_size'] = 3
        for absolute in (False, True):
            self.bank.state['settings']['absolute_links'] = absolute
            found = self.movements()
            self.assertEqual((len(found.booked), found.calls), (8, 3))

    def test_late_booking_and_pending_become_booked(self):
        consent_id, _location = self.consent()
        account = self.main_account(consent_id).session_id
        before = self.client.movements(consent_id, account, self.since, PSU)
        self.bank.advance(days=1)
        after = self.client.movements(consent_id, account, self.since, PSU)
        names = {row.counterparty_name for row in after.booked} - {row.counterparty_name for row in before.booked}
        self.assertEqual(names, {"Neskorý platiteľ", "Dana Zajtrajšia", "Čerpacia stanica"})
        self.assertFalse(after.pending)
        pending_ids = {row.transaction_id for row in before.pending}
        self.assertFalse(pending_ids & {row.transaction_id for row in after.booked}, "ids change at booking")

    def test_four_unattended_calls_a_day(self):
        consent_id, _location = self.consent()
        account = self.main_account(consent_id).session_id
        for _number in range(4):
            self.client.movements(consent_id, account, self.since, None)
        with self.assertRaises(errors.RateLimited) as caught:
            self.client.movements(consent_id, account, self.since, None)
        self.assertGreater(caught.exception.retry_after, 80000)
        self.client.movements(consent_id, account, self.since, PSU)  # a person is not limited
        self.bank.advance(days=1)
        self.client.movements(consent_id, account, self.since, None)

    def test_history_window(self):
        old = date.today() - timedelta(days=300)
        self.assertTrue(self.movements(since=old).booked)
        self.assertGreaterEqual(self.movements(psu=None, since=old).first_day, date.today() - timedelta(days=91))

    def test_expired_revoked_unknown(self):
        consent_id, _location = self.consent()
        self.bank.end_consent(consent_id)
        with self.assertRaises(errors.ConsentError) as caught:
            self.client.accounts(consent_id, PSU)
        self.assertEqual(caught.exception.code, 'CONSENT_INVALID')
        consent_id, _location = self.consent()
        self.bank.advance(days=181)
        with self.assertRaises(errors.ConsentExpired):
            self.client.accounts(consent_id, PSU)
        with self.assertRaises(errors.ConsentRevoked):
            self.client.accounts('unheard-of', PSU)

    def test_revoke(self):
        consent_id, _location = self.consent()
        self.client.revoke_consent(consent_id)
        self.assertEqual(self.bank.consent(consent_id)['status'], 'terminatedByTpp')
        self.client.revoke_consent(consent_id)

    def test_revoked_by_the_person_at_the_bank(self):
        consent_id, _location = self.consent()
        answer = requests.post(
            f'{self.server.url}permissions', {'login': 'jana', 'pin': '1111', 'consent': consent_id}, timeout=20
        )
        self.assertIn('revokedByPsu', answer.text)
        self.assertEqual(self.client.consent(consent_id).status, 'revokedByPsu')

    def test_unknown_account(self):
        consent_id, _location = self.consent()
        with self.assertRaises(errors.AccountUnknown):
            self.client.movements(consent_id, 'gone', self.since, PSU)

    def test_wrong_pin_and_forged_ticket(self):
        start = self.client.start_consent('http://odoo.test/r', date.today() + timedelta(days=10), PSU)
        self.assertIn(
            'do not fit',
            requests.post(start.redirect_url, {'step': 'login', 'login': 'jana', 'pin': '9'}, timeout=20).text,
        )
        requests.post(start.redirect_url, {'step': 'approve', 'ticket': 'None', 'account': MAIN}, timeout=20)
        self.assertEqual(self.client.consent(start.consent.id).status, 'received')

    def test_a_person_gets_no_other_persons_account(self):
        consent_id, _location = self.consent('eva', accounts=[MAIN])
        self.assertEqual(self.client.accounts(consent_id, PSU), [])


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestBadAnswers(ClientCase):
    """A bank that answers rubbish: each a clear error, nothing read that was not meant."""

    def test_rubbish(self):
        for kind, options, error in (
            ('html', {}, errors.BadAnswer),
            ('half', {}, errors.BadAnswer),
            ('empty', {}, errors.BadAnswer),
            ('nothing', {}, errors.BadAnswer),
            ('status', {'status': 500, 'times': 9}, errors.BankUnavailable),
            ('status', {'status': 503, 'times': 9}, errors.BankUnavailable),
            ('html', {'status': 502, 'times': 9}, errors.BankUnavailable),
            ('status', {'status': 418}, errors.RequestRefused),
            ('html', {'status': 404}, errors.RequestRefused),
            ('status', {'status': 401, 'code': 'CERTIFICATE_EXPIRED'}, errors.ConfigurationError),
            ('status', {'status': 401, 'code': 'not a code ' * 50}, errors.ConsentError),
            ('status', {'status': 429, 'code': 'ACCESS_EXCEEDED', 'retry_after': 90}, errors.RateLimited),
            ('json', {'body': []}, errors.BadAnswer),
            ('json', {'body': {'transactions': 7}}, errors.BadAnswer),
            ('json', {'body': {'transactions': {'booked': 'x'}}}, errors.BadAnswer),
            ('json', {'body': {'transactions': {'booked': [1, None]}}}, errors.BadAnswer),
        ):
            with self.subTest(kind=kind, **options):
                self.fail(kind, **options)
                with self.assertRaises(error) as caught:
                    self.movements()
                self.assertNotIn(self.server.url, str(caught.exception))
                self.bank.state['faults'].clear()

    def test_a_passing_trouble_is_tried_again(self):
        self.fail('status', status=503, times=2)
        self.assertTrue(self.movements().booked)

    def test_200_megabytes(self):
        self.fail('huge', mb=200)
        self.client = self.server.client(max_bytes=5 * 1024 * 1024)
        with self.assertRaisesRegex(errors.BadAnswer, "larger than 5 MB"):
            self.movements()

    def test_slow_answer(self):
        consent_id, _location = self.consent()
        account = self.main_account(consent_id).session_id
        self.client = self.server.client(deadline=0)
        self.fail('slow', seconds=0.2)
        with self.assertRaisesRegex(errors.BankUnavailable, "in time"):
            self.client.movements(consent_id, account, self.since, PSU)

    def test_nobody_there(self):
        self.server.server.socket.close()
        with self.assertRaisesRegex(errors.BankUnavailable, "cannot be reached"):
            Transport('http://127.0.0.1:1/').request('GET', 'v1/accounts')

    def test_rows_of_no_use_are_kept_apart(self):
        for raw in (
            {'transactionAmount': {'amount': 'NaN', 'currency': 'EUR'}},
            {'transactionAmount': {'amount': '1e5', 'currency': 'EUR'}},
            {'transactionAmount': None},
            {'bookingDate': None},
            {'bookingDate': 'tomorrow'},
            {'transactionAmount': {'amount': '1.00', 'currency': 'euro'}},
            {'transactionAmount': {'amount': True, 'currency': 'EUR'}},
            {'transactionAmount': {'amount': [], 'currency': 'EUR'}},
        ):
            self.server.pay(amount='1.00', raw=raw)
        found = self.movements()
        self.assertEqual(len(found.unreadable), 8)
        self.assertEqual(len(found.booked), 8)
        self.assertTrue(all(row.reason.endswith('.') for row in found.unreadable))

    def test_odd_but_usable_rows(self):
        self.server.pay(amount='1.00', name='Number', raw={'transactionAmount': {'amount': 12.1, 'currency': 'EUR'}})
        self.server.pay(
            amount='1.00', name='Object', raw={'remittanceInformationStructured': {'reference': 'RF18539007547034'}}
        )
        self.server.pay(
            amount='1.00',
            name='Wrong types',
            raw={
                'endToEndId': 7,
                'debtorAccount': 'SK1',
                'currencyExchange': 'no',
                'remittanceInformationUnstructuredArray': [None, 'a'],
            },
        )
        rows = {row.counterparty_name: row for row in self.movements().booked}
        self.assertEqual(rows['Number'].amount, Decimal('12.1'))
        self.assertEqual(rows['Object'].structured, ('RF18539007547034',))
        self.assertEqual(rows['Wrong types'].remittance, ('a',))

    def test_endless_pages(self):
        self.fail(
            'json',
            body={'transactions': {'booked': [], '_links': {'next': {'href': '/v1/accounts/x/transactions?p=1'}}}},
            times=5,
        )
        consent_id, _location = self.consent()
        with self.assertRaisesRegex(errors.BadAnswer, "do not end"):
            self.client.movements(consent_id, 'x', self.since, PSU)

    def test_links_to_other_hosts_are_not_followed(self):
        self.fail('json', body={'transactions': {'booked': [], '_links': {'next': 'http://evil.example/v1'}}})
        with self.assertRaisesRegex(errors.BadAnswer, "another host"):
            self.movements()

    def test_json_is_strict(self):
        for body in (b'{"a": NaN}', b'{"a": Infinity}', b'\xff\xfe', b'[' * 100000, b''):
            with self.assertRaises(errors.BadAnswer):
                parse_json(body)
        self.assertEqual(parse_json(b'{"a": 0.1}')['a'], Decimal('0.1'))

    def test_nothing_secret_in_log_or_exception(self):
        self.assertEqual(
            redact('https://u.example/v1/consents/1234567890ab/status?token=x'), 'u.example/v1/consents/…/status'
        )
        with (
            self.assertLogs('odoo.addons.account_bank_feed.banks.http', 'DEBUG') as logs,
            self.assertLogs('urllib3.connectionpool', 'DEBUG') as library,
        ):
            consent_id, _location = self.consent()
            self.fail('status', path='accounts', status=400, code='FORMAT_ERROR')
            with self.assertRaises(errors.RequestRefused) as caught:
                self.client.accounts(consent_id, PSU)
            self.client.consent(consent_id)
        for text in (*logs.output, *library.output, str(caught.exception)):
            self.assertNotIn(consent_id, text)
            self.assertNotIn('state=abc', text)
