"""Payments of each client and the answers of their stand-ins, held against the official descriptions."""

import uuid
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

from odoo.tests import BaseCase, tagged

from ...payments.data import Account, Address, Line, Order, Reference
from ...payments.days import business_day
from ...payments.ids import new_id
from ...sandbox.payments import Payments
from ...sandbox.people import sk_iban
from ..cases import harness
from ..cases.common import MAIN, PSU
from ..cases.judge import FILE, Judge, specification_path

RETURN = f'{harness.RETURN}?state=abc'


def order(count=1, ahead=0, **values):
    """An order in euro from the sandbox bank's first account."""
    lines = tuple(
        Line(
            new_id(),
            Account(f"Dodávateľ {place} & syn", 'IBAN', sk_iban(8800001 + place), 'TATRSKBX' if place else ''),
            Decimal('12.50') + place,
            values.get('reference') or (Reference('vs', '2026001', '', '0308') if place else Reference()),
            "Faktúra 7",
            Address("Hlavná 1", '04001', "Košice", 'SK'),
        )
        for place in range(count)
    )
    return Order(
        new_id(), datetime.now(timezone.utc), values.get('kind', 'vendor'), 'sepa', 'SK', business_day(date.today() + timedelta(days=ahead), 'EUR'), 'EUR', False,
        Account("Demo s.r.o.", 'IBAN', MAIN.partition('/')[0]), lines,
    )  # fmt: skip


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPaymentConformance(BaseCase):
    def judged(self, cls, file):
        if not specification_path(file):
            self.skipTest(f"{file} is not beside this checkout (shared/specs).")

        def wrap(app):
            self.judge = Judge(app, specification_path(file))
            return self.judge

        found = cls(wrap=wrap)
        self.addCleanup(found.server.stop)
        self.bank = found.bank
        return found

    def pay(self, client, institution, one):
        self.assertEqual(client.check_payment(one, institution, PSU), [])
        started = client.start_payment(one, institution, RETURN, str(uuid.uuid4()), PSU)
        first = client.payment_status(started.reference, one, PSU)
        payments = Payments(self.bank)
        payment = list(payments.all.values())[-1]
        payment['psu'] = 'jana'
        payments.sign(payment)
        self.assertEqual(first.code, 'RCVD')
        return client.payment_status(started.reference, one, PSU)

    def test_enable_banking(self):
        found = self.judged(harness.EnableBanking, 'enablebanking/openapi-1.0.0.yml')
        client = found.client()
        institution = found.institution(client)
        for one in (
            order(),
            order(3),
            order(2, kind='salary'),
            order(1, 2),
            order(1, reference=Reference('scor', 'RF18539007547034')),
        ):
            self.assertIn(self.pay(client, institution, one).code, ('ACSC', 'ACSP'))
        self.assertEqual(self.judge.complaints, [])

    def test_nextgenpsd2(self):
        found = self.judged(harness.NextGenPsd2, FILE)
        client = found.client()
        for one in (order(), order(3), order(2, kind='salary'), order(1, 2)):
            self.assertIn(self.pay(client, 'bank', one).code, ('ACSC', 'ACSP'))
        client.settings['payment_form'] = 'basket'
        basket = replace(order(2), date=date.today())
        self.assertEqual(self.pay(client, 'bank', basket).code, 'ACTC')
        self.assertEqual(self.judge.complaints, [])
        self.assertGreaterEqual(len({path for _method, path, _status in self.judge.seen}), 4)
