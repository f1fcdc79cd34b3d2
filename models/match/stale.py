"""What becomes of proposals and verdicts when core's own screens pay a document or take a reconciliation back."""

from odoo import api, models
from odoo.tools.translate import LazyTranslate

from ..lib.inside import OURS, RELEASED, UNDOING

_lt = LazyTranslate(__name__)

#: states of a movement that say it is reconciled
SETTLED = ('auto', 'accepted', 'manual')


class AccountPartialReconcile(models.Model):
    _inherit = 'account.partial.reconcile'

    @api.model_create_multi
    def create(self, vals_list):
        """A document that is paid is proposed for nothing any more, whoever paid it."""
        partials = super().create(vals_list)
        items = partials.debit_move_id | partials.credit_move_id
        items.sudo()._withdraw_proposals()
        items.sudo()._settled_again()
        return partials

    def unlink(self):
        """A movement whose reconciliation is taken back on the document says so; what was open before calls those that wait."""
        partials = self.sudo().exists()
        items = partials.debit_move_id | partials.credit_move_id
        lines = items.move_id.statement_line_ids.filtered(lambda line: line.match_state in SETTLED)
        if self.env.context.get(UNDOING) is OURS:
            lines = lines.browse()
        documents = items.move_id.filtered(lambda move: move.is_invoice(include_receipts=True))
        names = {line: partials._lost_by(line, documents) for line in lines}
        lost = {line: line.line_ids._reconciled_lines_of_documents() for line in lines}
        result = super().unlink()
        marked = self.env.cr.precommit.data.setdefault(RELEASED, {})
        marked.update(dict.fromkeys(lines.ids, False))
        for line in lines.exists():
            if any(item.account_id.reconcile and not item.reconciled for item in line._booked_items()):
                mark = self.env['bank.match'].sudo()._refuse_pair(line, lost[line], reconsidered=True)
                marked[line.id] = mark.id
                line._ours().write(
                    {
                        'match_state': 'undone',
                        'match_note': _lt(
                            "%(user)s took the reconciliation back on %(documents)s; the amount stands open with the partner.",
                            user=self.env.user.name,
                            documents=names[line] or _lt("the document"),
                        ),
                    }
                )
        if documents := documents.exists().filtered(lambda move: move.state == 'posted'):
            documents._call_waiting_movements()
        return result

    def _lost_by(self, line, documents):
        """Names of the documents that a movement loses."""
        mine = self.filtered(lambda partial: line.move_id in (partial.debit_move_id | partial.credit_move_id).move_id)
        return ', '.join(((mine.debit_move_id | mine.credit_move_id).move_id & documents).mapped('name'))


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _settled_again(self):
        """Movements that were taken back on a document, and whose amount core's screens gave to another one since."""
        for line in self.move_id.statement_line_ids.filtered(lambda line: line.match_state == 'undone'):
            if line.is_reconciled and all(
                item.reconciled for item in line._booked_items() if item.account_id.reconcile
            ):
                documents = line.line_ids._reconciled_lines_of_documents().move_id
                line._ours().write(
                    {
                        'match_state': 'manual',
                        'match_note': _lt(
                            "By %(user)s: %(what)s", user=self.env.user.name, what=', '.join(documents.mapped('name'))
                        ),
                    }
                )

    def _withdraw_proposals(self):
        """Proposals to pay these items go as soon as less is open of them than is proposed; the movements are looked at again."""
        proposed = self.env['bank.match.allocation'].sudo().search(
            [('move_line_id', 'in', self.ids), ('match_id.state', '=', 'proposed')]
        )  # fmt: skip
        dead = proposed.filtered(lambda part: not part._still_fits()).match_id
        # what a movement pays itself at this moment is the business of who reconciles it
        lines = dead.statement_line_id.filtered(
            lambda line: not line.is_reconciled and line.move_id not in self.move_id
        )
        dead = dead.filtered(lambda match: match.statement_line_id in lines)
        if not dead:
            return
        names = {
            line: ', '.join(matches.mapped('documents')) for line, matches in dead.grouped('statement_line_id').items()
        }
        dead.unlink()
        for line in lines:
            values = {'match_again': True}
            if not line.match_ids.filtered(lambda match: match.state == 'proposed'):
                values.update(match_state='none', match_note=_lt("%s was paid otherwise in the meantime.", names[line]))
            line._ours().write(values)
        if cron := self.env.ref('account_bank_feed.ir_cron_match_again', raise_if_not_found=False):
            cron.sudo()._trigger()


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def _booked_items(self):
        """The items of the movement's entry that stand against the bank's account, without what still waits."""
        liquidity, suspense, other = self._seek_for_lines()
        return other - liquidity - suspense
