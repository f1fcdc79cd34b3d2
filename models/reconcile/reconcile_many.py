"""Many proposals at once: what they come to, and accepting them one by one, each on its own."""

from psycopg2 import Error as DatabaseError

from odoo import api, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...matching.policy import NEVER
from ..lib import wording
from ..lib.locks import CONFLICTS

#: rules that only guess: a person looks at each
GUESSES = NEVER | {'R12'}
#: reasons that speak against every proposal, and those that leave open which document is meant
CONTRADICTIONS = {
    'paid', 'cancelled', 'draft', 'order', 'returned', 'disputed', 'negated', 'money_back', 'settlement', 'duty', 'sister',
    'other_payee', 'other_account', 'later', 'direction',
}  # fmt: skip
UNCLEAR = CONTRADICTIONS | {
    'ambiguous', 'weak', 'resembling_other', 'resembling', 'resembling_amount', 'resembling_unknown', 'neighbour', 'also',
    'also_paid', 'also_draft', 'other_payer', 'month', 'contested', 'identifier_of_another', 'identifier_weak', 'names_other',
    'names_another', 'names_another_too', 'partner_has_equal', 'payer_has_equal', 'amount_only', 'name_said',
}  # fmt: skip
#: movements that *Reconcile* is about
BOOKED = [('journal_id.type', 'in', ('bank', 'cash', 'credit')), ('state', '=', 'posted')]
#: movements that wait for a person: what core calls unreconciled, and what was taken back on a document's side
WAITS = [*BOOKED, '|', ('is_reconciled', '=', False), ('match_state', '=', 'undone')]
PROPOSED = [('match_state', '=', 'proposed'), ('is_reconciled', '=', False), ('match_ids.state', '=', 'proposed')]


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    @api.model
    def bank_reconcile_summary(self, domain):
        """What accepting the best proposal of each movement of a domain comes to.

        Mere guesses, and movements with several equal possibilities, are left out.

        :return: {'ids': [...], 'totals': [{'currency', 'count', 'money_in', 'money_out'}], 'partial': count, 'left': count}"""
        self._check_may_reconcile()
        proposed = self.search(Domain(domain) & Domain(PROPOSED), order='date, id')
        lines = proposed.filtered(lambda line: line._is_clear())
        totals = []
        for currency, of_currency in lines.grouped('currency_id').items():
            amounts = of_currency.mapped('amount')
            totals.append(
                {
                    'currency': currency.name,
                    'count': len(of_currency),
                    'money_in': currency.format(sum(amount for amount in amounts if amount > 0)),
                    'money_out': currency.format(sum(amount for amount in amounts if amount < 0)),
                }
            )
        return {
            'ids': lines.ids,
            'totals': totals,
            'rows': [line._summary_row() for line in lines],
            'partial': sum(line._proposes_part() for line in lines),
            'left': len(proposed - lines),
        }

    def _summary_row(self):
        """{id, who, documents, amount, left}: ``left``: a document is not paid in full."""
        best = self._best_proposal()
        return {
            'id': self.id,
            'who': self.partner_name or self.payment_ref or '',
            'documents': best.documents or '',
            'amount': self.currency_id.format(self.amount),
            'reason': best.reason or '',
            'left': any(
                not part.discount
                and part.item_currency_id == part.currency_id
                and part.currency_id.compare_amounts(abs(part.residual), abs(part.amount)) > 0
                for part in best.allocation_ids
            ),
        }

    def _is_clear(self):
        """Whether the best proposal rests on more than a guess, and no other one is as good."""
        best, *others = self.match_ids.filtered(lambda match: match.state == 'proposed').sorted('sequence') or [None]
        sure = bool(best) and best.rule not in GUESSES and all(other.rule != best.rule for other in others)
        return sure and not self._contradicts() and not self._proposes_part() and best.reason_code not in UNCLEAR

    def _contradicts(self):
        """Whether the bank's text speaks against any proposal: it names what is paid, cancelled or a draft, or says what it is
        not; or money went astray. A person reads it before anything is accepted."""
        return bool(self.match_doubt) or wording.reason_code(self, 'match_note') in CONTRADICTIONS

    def _proposes_part(self):
        """Whether the best proposal leaves something of the movement open."""
        best = self._best_proposal()
        if best.allocation_ids.currency_id != self.currency_id:
            return False  # told in the payment's original currency
        paid = sum(best.allocation_ids.mapped('amount'))
        return self.currency_id.compare_amounts(abs(paid), abs(self.amount)) != 0

    def _best_proposal(self):
        return self.match_ids.filtered(lambda match: match.state == 'proposed').sorted('sequence')[:1]

    def bank_reconcile_accept(self):
        """Accept the best proposal of each movement; one that is refused by Odoo stops no other.

        :return: {'done': [ids], 'failed': [{'id', 'name', 'reason'}]}"""
        self._check_may_reconcile()
        done, failed = [], []
        for line in self:
            best = line._best_proposal()
            try:
                with self.env.cr.savepoint():
                    if line.is_reconciled or not best:
                        raise UserError(self.env._("It was decided by somebody else in the meantime."))
                    best.action_accept()
                done.append(line.id)
            except (UserError, ValidationError) as error:
                failed.append({'id': line.id, 'name': line.payment_ref, 'reason': str(error)})
            except DatabaseError as error:
                if error.pgcode in CONFLICTS:
                    raise
                reason = self.env._("The database refused it (%s).", type(error).__name__)
                failed.append({'id': line.id, 'name': line.payment_ref, 'reason': reason})
        return {'done': done, 'failed': failed}
