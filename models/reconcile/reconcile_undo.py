"""Taking a reconciliation back: what a person just did, something of the past, by our screen or by core's; and looking again."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..lib.given import given_dict
from ..lib.inside import OURS, RELEASED, TAKING_BACK, UNDOING

_lt = LazyTranslate(__name__)


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def bank_reconcile_undo(self):
        """Take a reconciliation back, whoever made it and whenever; a transfer on both accounts.

        :return: as :meth:`bank_reconcile_state`; ``redo``: arguments of :meth:`bank_reconcile` that do it again, where these
            are enough"""
        self._check_may_reconcile()
        lines = self | self._other_sides()
        redo = {line.id: line._redo() for line in lines} if len(lines) == 1 else {}
        by_hand = lines.filtered(lambda line: line.match_state not in ('auto', 'accepted'))
        lines.action_undo_reconciliation()
        self.env['bank.payer'].sudo()._unlearn(by_hand)
        for line in by_hand:
            before = line.match_ids.sudo().filtered('superseded')
            before.write({'state': 'proposed', 'superseded': False})
            line._ours().write(
                {
                    'match_state': 'proposed' if before else 'undone',
                    'partner_id': False,
                    'match_note': _lt("The reconciliation was undone by %s.", self.env.user.name),
                }
            )
        state = self.bank_reconcile_state()
        return {key: {**value, 'redo': redo.get(key) or False} for key, value in state.items()}

    def action_undo_match(self):
        """Take a match back from a list; the list shows it."""
        self.bank_reconcile_undo()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def _redo(self):
        """[parts, rest, partner] of what the movement is reconciled with now; nothing where more was booked than that."""
        self.ensure_one()
        currency, parts = self._open_rest()[1], []
        for item in self._booked_items():
            partials = item.matched_debit_ids | item.matched_credit_ids
            if not partials or item.currency_id != currency or not item.reconciled:
                return []
            for partial in partials:
                debit = partial.debit_move_id != item  # the other one
                other = partial.debit_move_id if debit else partial.credit_move_id
                amount = partial.debit_amount_currency if debit else partial.credit_amount_currency
                if not amount:  # an exchange difference
                    continue
                if other.currency_id != currency:
                    return []
                parts.append([other.id, amount if debit else -amount])
        return [parts, None, self.partner_id.id] if parts else []

    def bank_reconcile_take_back(self, partners=None):
        """Take back what the same person did a moment ago: as if it had not been done, nothing is learned from it.

        :param partners: {id of the movement: its partner before, or False}; ids may be texts"""
        self._check_may_reconcile()
        before = {str(key): self._given_partner(value) for key, value in given_dict(self.env, partners).items()}
        lines = self | self._other_sides()
        matches = lines.match_ids.sudo().filtered(lambda match: match.state == 'accepted' or match.superseded)
        self.env['bank.payer'].sudo()._unlearn(lines)
        lines.with_context(**{TAKING_BACK: OURS, UNDOING: OURS}).action_undo_reconciliation()
        matches.write({'state': 'proposed', 'superseded': False})
        for line in lines:
            again = line._best_proposal()
            line._ours().write(
                {
                    'match_state': 'proposed' if again else 'none',
                    'match_note': again._fields['reason'].stored(again)
                    if again.reason
                    else _lt("The reconciliation was undone by %s.", self.env.user.name),
                }
            )
            if line in self:  # the other side of a transfer keeps its own
                line._set_partner(before.get(str(line.id), self.env['res.partner']))
        return self.bank_reconcile_state()

    def bank_reconcile_again(self):
        """Look again, as if nobody had refused or undone anything; what somebody did is proposed at most, never booked."""
        self._check_may_reconcile()
        if any(line._is_begun() for line in self):
            raise UserError(self.env._("A part of it is booked already. Undo that first."))
        self.match_ids.sudo().filtered(lambda match: match.state == 'refused').reconsidered = True
        waiting = self.filtered(lambda line: not line.is_reconciled)
        waiting._ours().match_state = 'none'
        for _journal, lines in waiting.grouped('journal_id').items():
            lines._match_waiting()
        return self.bank_reconcile_state()

    def _other_sides(self):
        """The movements on other accounts that these are reconciled with as transfers."""
        items = self.line_ids.filtered(lambda item: item.account_id == item.company_id.transfer_account_id)
        partials = items.matched_debit_ids | items.matched_credit_ids
        return (partials.debit_move_id | partials.credit_move_id).move_id.statement_line_id - self

    # === Core's undo === #

    def action_undo_reconciliation(self):
        """After core's undo: the pair does not come back, and the partner that the match brought goes. Core calls this itself
        where the amount of a paid document changes: nobody's verdict, the movement waits for the document again."""
        if self.env.context.get(TAKING_BACK) is OURS:  # whoever calls restores what was before
            return super().action_undo_reconciliation()
        marked = self.env.cr.precommit.data.get(RELEASED, {})
        released = self.filtered(lambda line: line.match_state == 'undone' and line.id in marked)
        marks = self.env['bank.match'].sudo().browse([marked[line.id] for line in released if marked[line.id]])
        for line in self:
            marked.pop(line.id, None)
        matched = self.filtered(lambda line: line.match_state in ('auto', 'accepted'))
        by_hand = self.filtered(lambda line: line.match_state == 'manual')
        documents = {line: line.line_ids._reconciled_lines_of_documents() for line in matched + by_hand}
        result = super(AccountBankStatementLine, self.with_context(**{UNDOING: OURS})).action_undo_reconciliation()
        for line in matched:
            line._after_undo(documents[line])
        for line in by_hand:
            self.env['bank.match'].sudo()._refuse_pair(line, documents[line], reconsidered=True)
        if by_hand:  # by core's own button; ours says what was before
            by_hand._ours().write(
                {
                    'match_state': 'undone',
                    'match_note': _lt("The reconciliation was undone by %s.", self.env.user.name),
                }
            )
        released._wait_again(marks)
        return result

    def _wait_again(self, marks):
        """What core took back because the document changed is looked at again, as if it were new.

        :param marks: what remembers that it was taken back"""
        if not self:
            return
        (self.match_ids.sudo().filtered(lambda match: match.state == 'accepted') | marks.exists()).unlink()
        self._ours().write(
            {
                'match_state': 'none',
                'match_again': True,
                'match_note': _lt("The document was changed; the movement waits for it again."),
            }
        )
        if cron := self.env.ref('account_bank_feed.ir_cron_match_again', raise_if_not_found=False):
            cron.sudo()._trigger()

    def _after_undo(self, items):
        self.ensure_one()
        self.env['bank.match'].sudo().search(
            [('statement_line_id', '=', self.id), ('state', '=', 'accepted')]
        ).state = 'refused'
        self.env['bank.match'].sudo()._refuse_pair(self, items)
        self.env['bank.payer'].sudo()._unlearn(self)
        self._ours().write(
            {
                'match_state': 'undone',
                'partner_id': False,
                'match_note': _lt("The match was undone by %s.", self.env.user.name),
            }
        )
