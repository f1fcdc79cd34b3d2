from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.misc import clean_context

from ...payments import reasons, states
from ..lib.inside import OURS, RELEASING
from ..lib.rights import ACCOUNTANTS
from .names import METHOD

#: documents that money leaves for
PAYABLE = ('in_invoice', 'in_receipt', 'out_refund')


class AccountMove(models.Model):
    """Bills that are to be paid, and those whose payment the bank has."""

    _inherit = 'account.move'

    bank_discount_date = fields.Date(compute='_compute_bank_discount', string="Discount Until")
    bank_discount_residual = fields.Monetary(compute='_compute_bank_discount', string="With Discount")
    bank_pay_obstacle = fields.Char(compute='_compute_bank_pay_obstacle', string="To Look At")
    bank_order_count = fields.Integer(compute='_compute_bank_order_count', string="Payment Orders")

    # === In payment, for our method only: other payments stay as in Odoo without this module === #

    def _get_invoice_in_payment_state(self):
        if len(self) == 1 and self.id and self._bank_payments_under_way():
            return 'in_payment'
        return super()._get_invoice_in_payment_state()

    def _bank_payments_under_way(self):
        """Payments of the document by our method that are not on the statement yet."""
        items = self.sudo().line_ids.filtered(
            lambda item: item.account_id.account_type in ('asset_receivable', 'liability_payable')
        )
        others = items.matched_debit_ids.debit_move_id | items.matched_credit_ids.credit_move_id
        return others.move_id.origin_payment_id.filtered(
            lambda one: not one.is_matched and (one.payment_method_code == METHOD or one.bank_payment_line_ids)
        )

    def write(self, vals):
        if (
            'origin_payment_id' in vals
            and not self.env.su
            and self.env['bank.payment.line']._live_of(self.sudo().origin_payment_id)
        ):
            raise UserError(self.env._("This entry is of a payment in an order: it stays with it."))
        return super().write(vals)

    def button_draft(self):
        self._check_nothing_sent()
        for move in self.filtered(lambda move: move.move_type in PAYABLE and move.payment_state == 'in_payment'):
            move._bank_payments_under_way()._check_not_sent()
        return super().button_draft()

    def _check_nothing_sent(self):
        """:raises UserError: the bank has a payment, or salaries, that one of these entries books"""
        self.sudo().origin_payment_id._check_not_sent()
        if self.env.context.get(RELEASING) is not OURS:
            for order in self.env['bank.payment.order']._of_wages(self.sudo()):
                if order.state in states.SENT | {states.APPROVED, states.CLOSED}:
                    raise UserError(
                        self.env._("%s are salaries that the bank has, or may have.", order.move_id.display_name)
                    )

    def button_cancel(self):
        self._check_nothing_sent()
        return super().button_cancel()

    # === Bills to pay === #

    @api.depends('line_ids.discount_date', 'line_ids.discount_amount_currency', 'amount_residual')
    def _compute_bank_discount(self):
        """The discount for paying early, while there is one."""
        today = fields.Date.context_today(self)
        for move in self:
            terms = move.line_ids.filtered(lambda item: item.display_type == 'payment_term' and not item.reconciled)
            early = terms.filtered(lambda item: item.discount_date and item.discount_date >= today)
            whole = len(terms) == 1 and terms.amount_residual_currency == terms.amount_currency
            move.bank_discount_date = early.discount_date if early and whole else False
            move.bank_discount_residual = abs(early.discount_amount_currency) if early and whole else 0

    @api.depends('partner_bank_id.allow_out_payment', 'partner_bank_id', 'payment_state')
    def _compute_bank_pay_obstacle(self):
        (self.partner_bank_id | self.partner_id.bank_ids | self.commercial_partner_id.bank_ids).mapped(
            'allow_out_payment'
        )  # read once
        refused = self._bank_refused()
        for move in self:
            move.bank_pay_obstacle = move._bank_pay_obstacle() or refused.get(move.id) or False

    def _bank_refused(self):
        """{document's id: sentence} of what a bank refused or sent back, the last time that it was to be paid."""
        lines = (
            self.env['bank.payment.line']
            .sudo()
            .search(
                [
                    ('payment_id.invoice_ids', 'in', self.ids),
                    ('state', 'in', (states.REJECTED, states.RETURNED)),
                    ('kind', '!=', 'salary'),
                ],
                order='id',
            )
        )
        return {
            bill.id: self.env._(
                "Not paid on %(day)s: %(reason)s",
                day=format_date(self.env, line.order_id.date),
                reason=reasons.of(
                    line.reason_code or ''
                ).sentence,  # without the bank's own words: who invoices reads it
            )
            for line in lines
            for bill in line.payment_id.invoice_ids & self
        }

    def _bank_pay_obstacle(self):
        """Why the document cannot be put into an order as it is (a sentence), or ''."""
        self.ensure_one()
        bank = self._bank_pay_account()
        if self.move_type not in PAYABLE:
            return self.env._("Only bills, receipts and refunds are paid.")
        if self.state == 'cancel' or self.payment_state not in ('not_paid', 'partial'):
            return self.env._("There is nothing to pay, or its payment is blocked or under way.")
        if not bank:
            return self.env._("The payee’s account is missing.")
        if not bank.allow_out_payment:
            return self.env._("The payee’s account is not trusted yet.")
        return ''

    def _bank_pay_account(self):
        """The account that the document is paid to, as core's own dialog chooses it."""
        self.ensure_one()
        banks = self.partner_id.bank_ids | self.commercial_partner_id.bank_ids
        usable = banks.filtered(lambda bank: not bank.company_id or bank.company_id == self.company_id)
        own = self.partner_bank_id if self.move_type != 'out_refund' else self.partner_bank_id & usable
        return (own or usable)[:1]

    def action_bank_pay(self):
        """The dialog that puts these documents into payment orders; drafts are posted by it."""
        if not self.env.user.has_group(ACCOUNTANTS):
            raise UserError(self.env._("You need the right “Bank Feeds: Accountant” to pay from here."))
        # a default of the bill's own page, such as its journal, says nothing here
        wizard = self.env(context=clean_context(self.env.context))['bank.pay'].create(
            {
                'move_ids': [fields.Command.set(self.ids)],
                'company_id': self.company_id[:1].id or self.env.company.id,
            }
        )
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Post and Pay") if 'draft' in self.mapped('state') else self.env._("Pay"),
            'res_model': 'bank.pay',
            'res_id': wizard.id,
            'views': [(False, 'form')],
            'target': 'new',
        }

    def action_bank_payment_orders(self):
        """The orders that pay this document."""
        self.ensure_one()
        orders = self._bank_orders()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_payment_order_action')
        action.update(domain=[('id', 'in', orders.ids)], context={})
        if len(orders) == 1:
            action.update(views=[(False, 'form')], res_id=orders.id)
        return action

    def _compute_bank_order_count(self):
        may = self.env.user.has_group(ACCOUNTANTS)
        for move in self:
            move.bank_order_count = len(move._bank_orders()) if may and move.move_type in PAYABLE else 0

    def _bank_orders(self):
        payments = self.sudo().matched_payment_ids | self.sudo()._bank_payments_under_way()
        return self.env['bank.payment.order'].search([('line_ids.payment_id', 'in', payments.ids)])
