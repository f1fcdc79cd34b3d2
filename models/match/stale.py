"""What becomes of proposals and verdicts when core's own screens pay a document or take a reconciliation back."""

from odoo.tools.translate import LazyTranslate

from ..book.booking import Booking
from ..lib.inside import RELEASED, ours
from ..lib.looking import look_soon
from .again import call_for

_lt = LazyTranslate(__name__)

#: states of a movement that was reconciled here; without one of them another screen did it
SETTLED = ('auto', 'accepted', 'manual')


class TakenBack:
    """Partial reconciliations that are about to go: to be made before they do; :meth:`finish` after it.

    :param partials: as the superuser
    :param told: whoever takes them back says himself what becomes of the movements"""

    def __init__(self, partials, told=False):
        self.env = partials.env
        items = partials.debit_move_id | partials.credit_move_id
        lines = items.move_id.statement_line_ids.filtered(lambda line: line.bank_match_state in SETTLED)
        self.lines = lines.browse() if told else lines
        self.documents = items.move_id.filtered(lambda move: move.is_invoice(include_receipts=True))
        self.names = {line: self._lost_by(line, partials) for line in self.lines}
        self.lost = {line: line.line_ids._bank_items_of_documents() for line in self.lines}

    def _lost_by(self, line, partials):
        """Names of the documents that a movement loses."""
        mine = partials.filtered(
            lambda partial: line.move_id in (partial.debit_move_id | partial.credit_move_id).move_id
        )
        return ', '.join(((mine.debit_move_id | mine.credit_move_id).move_id & self.documents).mapped('name'))

    def finish(self):
        marked = self.env.cr.precommit.data.setdefault(RELEASED, {})
        marked.update(dict.fromkeys(self.lines.ids, False))
        for line in self.lines.exists():
            if any(item.account_id.reconcile and not item.reconciled for item in Booking(line).booked_items()):
                mark = self.env['bank.match'].sudo()._refuse_pair(line, self.lost[line], reconsidered=True)
                marked[line.id] = mark.id
                _write(
                    line,
                    bank_match_state='undone',
                    bank_match_note=_lt(
                        "%(user)s took the reconciliation back on %(documents)s; the amount stands open with the partner.",
                        user=self.env.user.name,
                        documents=self.names[line] or _lt("the document"),
                    ),
                )
        if documents := self.documents.exists().filtered(lambda move: move.state == 'posted'):
            call_for(documents)


def note_settled_again(items):
    """Movements that were taken back on a document, and whose amount core's screens gave to another one since.

    :param items: journal items that were just reconciled, as the superuser"""
    for line in items.move_id.statement_line_ids.filtered(lambda line: line.bank_match_state == 'undone'):
        booked = Booking(line).booked_items()
        if line.is_reconciled and all(item.reconciled for item in booked if item.account_id.reconcile):
            documents = line.line_ids._bank_items_of_documents().move_id
            what = ', '.join(documents.mapped('name'))
            note = _lt("By %(user)s: %(what)s", user=items.env.user.name, what=what)
            _write(line, bank_match_state='manual', bank_match_note=note)


def withdraw_proposals(items):
    """Proposals to pay these items go as soon as less is open of them than is proposed; the movements are looked at again.

    :param items: journal items that were just reconciled, as the superuser"""
    env = items.env
    proposed = env['bank.match.allocation'].search(
        [('move_line_id', 'in', items.ids), ('match_id.state', '=', 'proposed')]
    )
    dead = proposed.filtered(lambda part: not part._still_fits()).match_id
    # what a movement pays itself at this moment is the business of who reconciles it
    lines = dead.statement_line_id.filtered(lambda line: not line.is_reconciled and line.move_id not in items.move_id)
    dead = dead.filtered(lambda match: match.statement_line_id in lines)
    _withdraw(env, dead, lambda names: _lt("%s was paid otherwise in the meantime.", names))


def _withdraw(env, dead, note):
    """:param note: makes the sentence that says why, of the documents' names"""
    if not dead:
        return
    lines = dead.statement_line_id
    names = {
        line: ', '.join(matches.mapped('documents')) for line, matches in dead.grouped('statement_line_id').items()
    }
    for (
        line
    ) in lines:  # where the best goes, the others are not what anybody looked at: the next look says what is best
        proposed = line.bank_match_ids._proposed()
        if proposed[:1] in dead:
            dead |= proposed
    dead.unlink()
    for line in lines:
        values = {'bank_match_again': True}
        if not line.bank_match_ids._proposed():
            values.update(bank_match_state='none', bank_match_note=note(names[line]))
        _write(line, **values)
    look_soon(env)


def withdraw_of(documents):
    """Proposals to pay documents that are reset or cancelled go; the movements are looked at again.

    :param documents: as the superuser"""
    env = documents.env
    proposed = env['bank.match.allocation'].search(
        [
            ('move_id', 'in', documents.ids),
            ('match_id.state', '=', 'proposed'),
            ('match_id.statement_line_id.is_reconciled', '=', False),
        ]
    )
    _withdraw(env, proposed.match_id, lambda names: _lt("%s was changed in the meantime.", names))


def _write(line, **values):
    ours(line).write(values)
