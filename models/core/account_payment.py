from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ..lib.inside import OURS, RELEASING
from ..lib.rights import ACCOUNTANTS
from ..pay.collect import Collector
from ..pay.names import METHOD

_lt = LazyTranslate(__name__)

#: what a payment that the bank has is made of
FROZEN = {'move_id', 'amount', 'partner_bank_id', 'partner_id', 'journal_id', 'currency_id', 'payment_type', 'date', 'destination_account_id', 'payment_method_line_id', 'state'}  # fmt: skip


class AccountPayment(models.Model):
    _inherit = 'account.payment'

    bank_payment_line_ids = fields.One2many('bank.payment.line', 'payment_id', groups=ACCOUNTANTS)
    bank_payment_order_id = fields.Many2one(
        'bank.payment.order', compute='_compute_bank_payment_order_id', string="Payment Order", groups=ACCOUNTANTS
    )

    @api.depends('bank_payment_line_ids.state')
    def _compute_bank_payment_order_id(self):
        for payment in self:
            payment.bank_payment_order_id = payment.sudo().bank_payment_line_ids[-1:].order_id

    @api.model
    def _get_method_codes_using_bank_account(self):
        return [*super()._get_method_codes_using_bank_account(), METHOD]

    @api.model
    def _get_method_codes_needing_bank_account(self):
        return [*super()._get_method_codes_needing_bank_account(), METHOD]

    def _generate_journal_entry(self, write_off_line_vals=None, force_balance=None, line_ids=None):
        """Of many payments by our method: the same entries, written to their payments in one statement."""
        need = self.filtered(lambda payment: not payment.move_id and payment.outstanding_account_id)
        plain = not (write_off_line_vals or force_balance or line_ids)
        if len(need) < 2 or not plain or any(payment.payment_method_code != METHOD for payment in need):
            return super()._generate_journal_entry(write_off_line_vals, force_balance, line_ids)
        moves = self.env['account.move'].create([payment._generate_move_vals() for payment in need])
        need.flush_recordset(['move_id', 'state'])
        self.env.execute_query(
            SQL(
                """UPDATE account_payment SET move_id = told.move, state = 'in_process' FROM unnest(%s, %s) AS told(id, move)
                    WHERE account_payment.id = told.id RETURNING 1""",
                need.ids,
                moves.ids,
            )
        )
        need.invalidate_recordset(['move_id', 'state'])
        with self.env.protecting(
            [self._fields['name']], need
        ):  # it comes with the entry's number, not before from a sequence
            need.modified(['move_id', 'state'])
        return None

    def action_post(self):
        """A payment by our method goes into an order, which locks the bill until the bank has paid it."""
        result = super().action_post()
        Collector(self).collect()
        return result

    # === What the bank has, or may have, is not changed by the way === #

    def write(self, vals):
        if vals.keys() & FROZEN:
            self._check_not_sent()
            self._tell_order(vals)
        return super().write(vals)

    def action_draft(self):
        self._leave_order()
        return super().action_draft()

    def action_cancel(self):
        self._leave_order()
        return super().action_cancel()

    def action_reject(self):
        """What waits in an order is cancelled: core would leave its bill as if it were paid."""
        if self.env.context.get(RELEASING) is OURS:
            return super().action_reject()
        self._check_not_sent()
        waiting = self.browse([payment.id for payment in self.env['bank.payment.line']._live_of(self)])
        waiting.action_cancel()
        return super(AccountPayment, self - waiting).action_reject()

    def unlink(self):
        self._check_not_sent()  # before core's own, which unlinks the entries first
        self._check_not_kept()
        return super().unlink()

    def _check_not_kept(self):
        """:raises UserError: an order keeps one of these"""
        if kept := self.env['bank.payment.line'].sudo().search([('payment_id', 'in', self.ids)], limit=1):
            raise UserError(
                self.env._("%s stands in a payment order: cancel it instead.", kept.payment_id.display_name)
            )

    def _check_not_sent(self):
        """:raises UserError: the bank has one of these, or may have it"""
        if self.env.context.get(RELEASING) is OURS:
            return
        # also where the journal's method was made another one since
        ours = self.filtered(lambda payment: payment.state not in (False, 'draft'))
        if ours and (sent := self.env['bank.payment.line']._under_way(ours)):
            raise UserError(
                self.env._(
                    "%s is at the bank, or may be: it cannot be changed. Its payment order says what became of it.",
                    sent[0].payment_id.display_name,
                )
            )

    def _leave_order(self):
        """Taken back before it was sent: the order goes on without it."""
        if self.env.context.get(RELEASING) is OURS:
            return
        self._check_not_sent()
        for line in self.env['bank.payment.line']._live_of(self).values():
            line.order_id._add_preparer(self.env.user)
            line.order_id._dropped(line)

    def _tell_order(self, vals):
        """What is changed of a payment that waits in an order: the order is a draft again, and who did it had a hand in it."""
        changed = vals.keys() & (FROZEN - {'state', 'move_id'})
        if not changed or self.env.context.get(RELEASING) is OURS:
            return
        for payment, line in self.env['bank.payment.line']._live_of(self.filtered('move_id')).items():
            if any(payment._fields[name].convert_to_write(payment[name], payment) != vals[name] for name in changed):
                line.order_id._add_preparer(self.env.user)
                if line.order_id.state != 'draft':
                    line.order_id._fall(_lt("A payment was changed."))
