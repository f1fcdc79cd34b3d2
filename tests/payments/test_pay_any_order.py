"""The acts of people, schedules and the bank on real records and a real bank over HTTP, in any order: sent once at most, no bill paid beyond what is
open, no way out of a final state, and the account of what is under way holds exactly what the bank has not booked."""

import os
import random
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...banks.payments import LineStatus
from ...models.pay import sending
from ...models.pay.approving import Approval
from ...models.pay.course import Course
from ...payments import states
from ...sandbox.faults import fault
from ...sandbox.payments import Payments
from ..cases.pay_case import PayCase

RUNS = int(os.environ.get('BANK_FEED_PROPERTY_RUNS', '15'))
#: what goes on, that a run gets somewhere
LIKELY = {
    'draft': ['act_approve'],
    'approved': ['act_send'],
    'waiting': ['act_bank_signs', 'act_ask', 'act_bank_says'],
    'accepted': ['act_fetch', 'act_ask'],
    'partially': ['act_fetch', 'act_ask'],
    'executed': ['act_fetch'],
    'closed': ['act_undo'],
}
CODES = (*states.ISO, 'CNCL', 'ACCR', 'RJCR', 'NULL', 'ZZZZ', '')


@tagged('-standard', 'post_install', '-at_install', 'bank_feed_http')
class TestPayAnyOrder(PayCase):
    def setUp(self):
        super().setUp()
        self.feed = self.connected()
        self.fetch(self.feed)
        for name, value in (('check_payer', None), ('consent', self.feed.sudo().consent_id)):
            self.startPatcher(patch.object(Approval, name, lambda *_args, value=value, **_options: value))
        self.startPatcher(patch.object(sending, 'keep', lambda env: env.flush_all()))

    # === Acts === #

    def prepare(self):
        self.bills = self.env['account.move'].union(
            *(self.bill(self.chance.randint(100, 99999) / 100) for _bill in range(self.chance.randint(1, 3)))
        )
        self.order = self.to_pay(self.bills).with_user(self.director)
        self.taken, self.ended = {}, {}

    def act_approve(self):
        if self.order.state == 'draft':
            self.order.sudo()._submit(self.accountant)
        if self.order.state == 'to_approve':
            Approval(self.order).approve(self.order.content_hash)

    def act_send(self):
        kind, options = self.chance.choice(
            (
                (None, {}),
                (None, {}),
                ('swallow', {}),
                ('status', {'status': 500}),
                ('status', {'status': 422, 'code': 'INVALID_PAYMENT'}),
                ('status', {'status': 429, 'code': 'ASPSP_RATE_LIMIT_EXCEEDED'}),
                ('half', {}),
            )
        )
        if kind:
            self.bank.state['faults'] = [fault('/payments', kind, **options)]
        sending.Outbox(self.order).send()
        self.bank.state['faults'] = []

    def act_bank_signs(self):
        for payment in self.mine():
            if payment['status'] == 'RCVD':
                payment['psu'] = 'jana'
                self.chance.choice((Payments(self.bank).sign, Payments(self.bank).refuse))(payment)

    def act_bank_says(self):
        """Whatever code it likes, true or not, of the order or of a line."""
        line = self.chance.choice(self.order.sudo().line_ids)
        code, final = self.chance.choice(CODES), self.chance.random() < 0.2
        status = [LineStatus(line.end_to_end_id, self.chance.choice(CODES))] if self.chance.random() < 0.5 else []
        if self.order.state in states.SENT - {states.SENDING}:
            Course(self.order).told(code, status, final=final)

    def act_ask(self):
        if self.order.sudo().bank_ref_sealed and self.order.state in states.SENT:
            sending.Outbox(self.order).ask_now()

    def act_fetch(self):
        self.bank.state['today'] = max(self.order.date, self.bank.today()).isoformat()
        Payments(self.bank).execute()
        self.fetch(self.feed)

    def act_give_up(self):
        self.order.sudo().action_cancel()

    def act_back_to_draft(self):
        self.order.with_user(self.accountant).action_back_to_draft()

    def act_word(self):
        if self.order.state == states.UNKNOWN:
            Course(self.order).resolve(self.chance.random() < 0.5, "x", self.director)

    def act_undo(self):
        """A person takes a movement's reconciliation back, or tries to free the bill."""
        line = self.chance.choice(self.order.sudo().line_ids)
        statement = line.payment_id.reconciled_statement_line_ids[:1]
        if statement:
            statement.with_user(self.director).action_undo_reconciliation()
        else:
            self.bills.line_ids.with_user(self.director).remove_move_reconcile()

    def act_other_ways(self):
        """Core's own buttons."""
        payment = self.chance.choice(self.order.sudo().line_ids).payment_id.with_user(self.director)
        name = self.chance.choice(('action_draft', 'action_cancel', 'action_reject', 'unlink'))
        self.trail.append(name)
        getattr(payment, name)()

    # === What has to hold === #

    def mine(self):
        ids = set(self.order.sudo().line_ids.mapped('end_to_end_id')) | set(self.taken)
        return [
            payment
            for payment in Payments(self.bank).all.values()
            if {line['instruction'] for line in payment['lines']} & ids
        ]

    def check(self, trail):
        order = self.order.sudo()
        ids = [line['instruction'] for payment in Payments(self.bank).all.values() for line in payment['lines']]
        self.assertEqual(len(ids), len(set(ids)), trail)
        for line in order.line_ids:
            before = self.ended.get(line.id)
            if before in states.FINAL and line.state != before:
                self.assertIn((before, line.state), {('closed', 'returned'), ('closed', 'executed')}, trail)
            self.ended[line.id] = line.state
            if line.state in states.FAILED:
                self.assertIn(line.payment_id.state, ('canceled', 'rejected', 'draft'), trail)  # reset by a person
        for bill in self.bills:
            living = order.line_ids.filtered(
                lambda line, bill=bill: line.state not in states.FAILED and bill in line.payment_id.invoice_ids
            )
            if 'draft' in bill.matched_payment_ids.mapped('state'):
                continue  # reset by a person: core keeps the bill with it
            if bill.state == 'posted' and living:
                self.assertEqual(bill.amount_residual, bill.amount_total - sum(living.mapped('amount')), trail)
            elif bill.state == 'posted':
                self.assertEqual(bill.amount_residual, bill.amount_total, trail)
        under_way = order.line_ids.filtered(lambda line: line.state not in (*states.FAILED, 'closed')).payment_id
        items = order.line_ids.payment_id.move_id.line_ids.filtered(
            lambda item: (
                item.parent_state == 'posted' and item.account_id == order.line_ids.payment_id.outstanding_account_id
            )
        )
        self.assertAlmostEqual(-sum(items.mapped('amount_residual')), sum(under_way.mapped('amount')), 2, trail)
        self.assertEqual(
            order.state,
            states.of_lines([line.state for line in order.line_ids if line.state != 'cancelled'] or ['cancelled']),
            trail,
        )

    def test_any_interleaving(self):
        acts = [name for name in dir(self) if name.startswith('act_')]
        reached = set()
        for seed in range(RUNS):
            self.chance = random.Random(seed)
            self.prepare()
            trail = self.trail = [seed]
            for _act in range(self.chance.randint(5, 14)):
                name = self.chance.choice(LIKELY.get(self.order.state, []) * 4 + acts)
                trail.append(name)
                try:
                    with self.env.cr.savepoint():
                        getattr(self, name)()
                except UserError as error:
                    trail.append(str(error)[:60])
                self.bank.state['faults'] = []
                self.env.invalidate_all()
                trail.append(self.order.state)
                self.check(trail)
                reached.add(self.order.state)
        self.assertGreaterEqual(len(reached), min(RUNS // 2, 8), reached)
