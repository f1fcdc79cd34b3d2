"""A payment order as the pure core knows it: made of the records, checked, frozen, and compared with the records again."""

import json
from datetime import timezone
from decimal import Decimal

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ...payments import Address, Line, Order, Reference, content_hash, problems, recognise
from ...payments.orders import canonical, read
from ..lib.exact import exact
from .limits import Limits
from .names import OVER
from .warnings import paid_twice

_lt = LazyTranslate(__name__)


class Content:
    """Of one order (sudo).

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order = order.sudo()
        self.home = self.order._home()

    def live(self):
        """:class:`payments.Order` of the records as they are now."""
        order = self.order
        journal = order.journal_id.bank_account_id
        return Order(
            id=order.message_id,
            created=(order.prepared_at or fields.Datetime.now()).replace(tzinfo=timezone.utc),
            kind='vendor' if order.kind == 'transfer' else order.kind,  # banks know no such kind
            product=order.product,
            country=self.home,
            date=order.date,
            currency=order.currency_id.name,
            batch_booking=order.batch_booking,
            debtor=recognise.account(
                journal.acc_holder_name or order.company_id.name,
                order._debtor_number(),
                self.home,
                journal.bank_bic or '',
            ),
            lines=tuple(self._line(line) for line in order._living()),
        )

    def _line(self, line):
        bank = line.payment_id.partner_bank_id or line.partner_bank_id
        amount = line.payment_id.amount if line.payment_id else line.amount
        name = line._holder(bank)
        return Line(
            end_to_end_id=line.end_to_end_id,
            account=recognise.account(name, bank.acc_number or '', self.home, bank.bank_bic or ''),
            amount=exact(amount, 2) if amount else Decimal(0),
            reference=Reference(
                line.reference_kind,
                line.reference or '',
                line.specific_symbol or '',
                line.constant_symbol or '',
            ),
            text=line.text or '',
            address=self._address(bank.partner_id),
        )

    @staticmethod
    def _address(partner):
        if not partner.country_id:
            return None
        return Address(partner.street or '', partner.zip or '', partner.city or '', partner.country_id.code)

    # === Frozen === #

    def freeze(self):
        """(canonical text, its SHA-256) of the records as they are."""
        live = self.live()
        return canonical(live).decode(), content_hash(live)

    @staticmethod
    def frozen(order):
        """:class:`payments.Order` of what was frozen: what is sent.

        :raises payments.Refused: somebody was at the column itself"""
        return read(json.loads(order.sudo().content))

    def is_as_frozen(self):
        """Whether the records still say what was approved, and the stored content is the one that the hash is of."""
        order = self.order
        if not order.content:
            return False
        return self.freeze() == (order.content, order.content_hash)

    def still_stands(self):
        """Whether nothing has changed, and nothing has come up that would have kept it from being submitted (an account that is not trusted any
        more, a bill that was paid otherwise)."""
        return self.is_as_frozen() and not self.problems()

    # === What is wrong === #

    def problems(self):
        """[(line or None, sentence)] of all that keeps it from being submitted."""
        order = self.order
        lines = list(order._living())
        found = []
        for problem in problems(self.live()):
            found.append((lines[problem.line] if problem.line is not None else None, problem.message))
        twice = paid_twice(order.line_ids)
        for line in lines:
            bank, payment = line.payment_id.partner_bank_id or line.partner_bank_id, line.payment_id
            if not bank.allow_out_payment:
                found.append(
                    (
                        line,
                        _lt(
                            "The account is not trusted yet: open it, compare it with the vendor's papers, and switch on “Send Money”."
                        ),
                    )
                )
            if not bank.active:
                found.append((line, _lt("The account is archived.")))
            if payment and (payment.state not in ('in_process', 'paid') or payment.move_id.state != 'posted'):
                found.append((line, _lt("The payment's entry is not posted any more.")))
            bills = payment.reconciled_bill_ids | payment.reconciled_invoice_ids
            if bills.filtered(lambda bill: bill.state != 'posted'):
                found.append((line, _lt("The bill is not posted any more.")))
            if payment and not self._is_of(payment):
                found.append((line, _lt("The payment does not say what its entry says: take it out, and pay anew.")))
            if payment and payment.currency_id != order.currency_id:
                found.append((line, _lt("The payment is in another currency than the order.")))
            if line.id in twice:
                found.append((line, twice[line.id]))
        return found + self._of_wages() + Limits(order).problems()

    def _is_of(self, payment):
        """Whether amount, direction, account and company are those that are booked, and the bill is still paid by it."""
        order = self.order
        liquidity, counterpart, _rest = payment._seek_for_lines()
        booked = -sum(liquidity.mapped('amount_currency'))
        if (
            payment.payment_type != 'outbound'
            or payment.journal_id != order.journal_id
            or payment.company_id != order.company_id
        ):
            return False
        if payment.currency_id.compare_amounts(booked, payment.amount):
            return False
        return not payment.invoice_ids or payment.currency_id.is_zero(
            sum(counterpart.mapped('amount_residual_currency'))
        )

    def _of_wages(self):
        """Of salaries from items on wages payable: each is open, in no other order, and no more is paid than is owed."""
        order = self.order
        items = order.wage_item_ids
        if not items or order.move_id.state == 'posted':
            return []
        domain = [('id', '!=', order.id), ('wage_item_ids', 'in', items.ids), ('state', 'not in', OVER)]
        if items.filtered(lambda item: item.reconciled or item.parent_state != 'posted') or order.search_count(
            domain, limit=1
        ):
            return [(None, _lt("Some of these wages are paid already, or are in another order."))]
        owed = -sum(items.mapped('amount_residual_currency'))
        if order.currency_id.compare_amounts(sum(order._living().mapped('amount')), owed) > 0:
            return [(None, _lt("More is paid than is owed on the chosen items."))]
        return []
