from odoo import api, models

from ..lib.inside import OURS, UNDOING
from ..match.stale import TakenBack, note_settled_again, withdraw_proposals


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        """A document that is paid is proposed for nothing any more, whoever paid it."""
        partials = super().create(vals_list)
        items = (partials.debit_move_id | partials.credit_move_id).sudo()
        withdraw_proposals(items)
        note_settled_again(items)
        return partials

    def unlink(self):
        """A movement whose reconciliation is taken back on the document says so; what was open before calls those that wait."""
        taken_back = TakenBack(self.sudo().exists(), told=self.env.context.get(UNDOING) is OURS)
        result = super().unlink()
        taken_back.finish()
        return result
