from odoo import api, models
from odoo.exceptions import UserError

from ...payments import states
from ..lib.inside import OURS, RELEASING, UNDOING
from ..match.stale import TakenBack, note_settled_again, withdraw_proposals
from ..pay.returning import Closing


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        """A document that is paid is proposed for nothing any more, whoever paid it."""
        partials = super().create(vals_list)
        items = (partials.debit_move_id | partials.credit_move_id).sudo()
        withdraw_proposals(items)
        note_settled_again(items)
        Closing(self.env).look(items.move_id)
        return partials

    def write(self, vals):
        """Nobody bends a reconciliation from which a bill under way is paid."""
        if vals.keys() & {
            'debit_move_id',
            'credit_move_id',
            'amount',
            'debit_amount_currency',
            'credit_amount_currency',
        }:
            self._check_bills_stay_paid((self.debit_move_id | self.credit_move_id).sudo().move_id)
        return super().write(vals)

    def unlink(self):
        """A movement whose reconciliation is taken back on the document says so; what was open before calls those that wait."""
        moves = (self.debit_move_id | self.credit_move_id).sudo().move_id
        self._check_bills_stay_paid(moves)
        taken_back = TakenBack(self.sudo().exists(), told=self.env.context.get(UNDOING) is OURS)
        result = super().unlink()
        taken_back.finish()
        Closing(self.env).look(moves.exists())
        return result

    def _check_bills_stay_paid(self, moves):
        """A bill, or wages, whose payment is in an order is not opened again by the way: it would be paid twice.

        :raises UserError: that would happen"""
        if self.env.context.get(RELEASING) is OURS:
            return
        for line in self.env['bank.payment.line']._live_of(moves.origin_payment_id).values():
            terms = line.payment_id.move_id.line_ids.filtered(
                lambda item: item.account_id.account_type in ('liability_payable', 'asset_receivable')
            )
            if line.state != states.CLOSED and self & (terms.matched_debit_ids | terms.matched_credit_ids):
                raise UserError(
                    self.env._(
                        "%s is in a payment order: take it out there first, if the bank does not have it.",
                        line.payment_id.display_name,
                    )
                )
        for order in self.env['bank.payment.order']._of_wages(moves):
            wages = order._wage_items()
            if order.state in states.SENT and self & (wages.matched_debit_ids | wages.matched_credit_ids):
                raise UserError(
                    self.env._("%s are salaries that the bank has, or may have.", order.move_id.display_name)
                )
