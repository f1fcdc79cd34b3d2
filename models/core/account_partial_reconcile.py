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

    def unlink(self):
        """A movement whose reconciliation is taken back on the document says so; what was open before calls those that wait."""
        moves = (self.debit_move_id | self.credit_move_id).sudo().move_id
        if self.env.context.get(RELEASING) is not OURS:
            self._check_bill_stays_paid(moves.origin_payment_id)
        taken_back = TakenBack(self.sudo().exists(), told=self.env.context.get(UNDOING) is OURS)
        result = super().unlink()
        taken_back.finish()
        Closing(self.env).look(moves.exists())
        return result

    def _check_bill_stays_paid(self, payments):
        """A bill whose payment the bank has, or may have, is not opened again by the way: it would be paid twice.

        :raises UserError: that would happen"""
        for line in self.env['bank.payment.line']._under_way(payments):
            terms = line.payment_id.move_id.line_ids.filtered(
                lambda item: item.account_id.account_type in ('liability_payable', 'asset_receivable')
            )
            if line.state != states.CLOSED and self & (terms.matched_debit_ids | terms.matched_credit_ids):
                raise UserError(
                    self.env._("%s is at the bank, or may be: the bill stays paid by it.", line.payment_id.display_name)
                )
