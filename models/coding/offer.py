"""The offer to book the like of a movement by itself from now on, and taking it."""

from dataclasses import replace

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..book.lines import statement_line
from ..lib import wording
from ..lib.inside import OURS, TAKING_BACK, UNDOING, ours
from ..lib.rights import check_may_reconcile
from ..lib.told import text
from ..match.again import Waiting
from .coded import Coded
from .deciding import MAY_BE_ALLOWED, Deciding

_lt = LazyTranslate(__name__)


class Offer:
    """Of one statement line, which waits or was just booked.

    :param line: the record"""

    def __init__(self, line):
        self.line, self.env = line, line.env
        self.deciding = Deciding(line.journal_id)

    def _again(self):
        """What would become of the same movement if it came once more."""
        movement = replace(statement_line(self.line), id=None, partner=None)
        [outcome] = self.deciding.code_only([movement])
        return movement, outcome

    def told(self):
        """{'name', 'why'}: what would be booked by itself, where that is sure and nobody has allowed it; else False."""
        _movement, outcome = self._again()
        coding, why_not = outcome.coding, outcome.why_not
        if not coding or not why_not or why_not.code not in MAY_BE_ALLOWED or not coding.basis:
            return False
        return {
            'name': Coded.of(self.line.company_id, coding).name(),
            'why': text(self.env, wording.why_coded(coding.why)),
        }

    def take(self):
        """Allow it.

        :return: the reconciliation model
        :raise UserError: it is not sure enough"""
        movement, outcome = self._again()
        coding = outcome.coding
        if (
            not coding
            or coding.against
            or not coding.basis
            or (outcome.why_not and outcome.why_not.code not in MAY_BE_ALLOWED)
        ):
            reason = outcome.why_not and wording.why_not(outcome.why_not, self.line.currency_id)
            raise UserError(
                text(self.env, reason)
                if reason
                else self.env._("Only what was booked the same way before can be booked by itself.")
            )
        return self.deciding.kinds.allow(movement, coding)


def take_back(lines, model_id):
    """A kind that was just allowed is only proposed again; what it booked by itself waits, and nothing is learned of that.

    :param lines: movements that it booked
    :param model_id: of the reconciliation model, one of the lines' company
    :raise UserError: there is none"""
    model = lines.env['account.reconcile.model'].browse(model_id or []).exists()
    if not model or not model.sudo().bank_ground or model.company_id not in lines.env.companies:
        raise UserError(lines.env._("This kind is no more."))
    model.action_set_manual()
    mine = lines.filtered(lambda line: line.bank_match_state == 'auto' and model in line.line_ids.reconcile_model_id)
    check_may_reconcile(mine)
    mine.with_context(**{TAKING_BACK: OURS, UNDOING: OURS}).action_undo_reconciliation()
    said = lines.env['bank.payer'].sudo().search([('statement_line_id', 'in', mine.ids)]).statement_line_id
    ours(mine).write({'bank_match_state': 'none', 'bank_match_note': _lt("It was taken back.")})
    (mine - said).partner_id = False  # the booking brought it
    Waiting(mine).match()
