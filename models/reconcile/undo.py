"""Taking a reconciliation back: what a person just did, something of the past, by our screen or by core's; and looking again."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..book.booking import Booking
from ..coding.memory import Memory
from ..coding.others import call_like
from ..coding.proposals import remember_refusal
from ..lib.given import given_dict
from ..lib.inside import OURS, RELEASED, TAKING_BACK, UNDOING, ours
from ..lib.looking import look_soon
from ..match.again import Waiting, like_look_again
from .many import best_proposal
from .payer import Payer, given_partner
from .transfers import booked_other_sides

_lt = LazyTranslate(__name__)

#: what was done a moment ago may be taken back as if it had not been
MOMENT = timedelta(hours=1)


class Undo:
    """Movements whose reconciliation is taken back."""

    def __init__(self, lines):
        self.lines, self.env = lines, lines.env
        self.matches, self.payers = self.env['bank.match'].sudo(), self.env['bank.payer'].sudo()

    def undo(self):
        """Whoever reconciled them and whenever; a transfer on both accounts.

        :return: {id: arguments of :meth:`bank_reconcile` that do it again, or [] where these are not enough}"""
        done = self._done()
        lines = done | booked_other_sides(done)
        redo = {line.id: _redo(line) for line in lines} if len(lines) == 1 else {}
        by_hand = lines.filtered(lambda line: line.bank_match_state not in ('auto', 'accepted'))
        lines.action_undo_reconciliation()
        self.payers._unlearn(by_hand)
        for line in by_hand:
            before = line.bank_match_ids.sudo().filtered('superseded')
            before.write({'state': 'proposed', 'superseded': False})
            _write(
                line,
                bank_match_state='proposed' if before else 'undone',
                partner_id=False,
                bank_match_note=_lt("The reconciliation was undone by %s.", self.env.user.name),
            )
        like_look_again(by_hand)
        return redo

    def take_back(self, partners):
        """What the same person did a moment ago: as if it had not been done, nothing is learned from it.

        :param partners: {id of a movement: its partner before, or False}; ids may be texts"""
        done = self._done()
        before = {str(key): given_partner(self.env, value) for key, value in given_dict(self.env, partners).items()}
        others = done.filtered(lambda line: line.bank_match_state == 'auto' or not self._is_mine(line))
        if others:  # nobody did that, or somebody else, or long ago: what is taken back of it is remembered
            Undo(others).undo()
        lines = done - others
        lines |= booked_other_sides(lines)
        matches = lines.bank_match_ids.sudo().filtered(lambda match: match.state == 'accepted' or match.superseded)
        self.payers._unlearn(lines)
        lines.with_context(**{TAKING_BACK: OURS, UNDOING: OURS}).action_undo_reconciliation()
        matches.write({'state': 'proposed', 'superseded': False})
        for line in lines:
            again = best_proposal(line)
            undone = _lt("The reconciliation was undone by %s.", self.env.user.name)
            note = (again and again._told()) or undone
            _write(line, bank_match_state='proposed' if again else 'none', bank_match_note=note)
            if line in self.lines:  # the other side of a transfer keeps its own
                Payer(line).set(before.get(str(line.id), self.env['res.partner']))
        like_look_again(lines)

    def _is_mine(self, line):
        """Whether the person booked it a moment ago."""
        since = self.env.cr.now() - MOMENT
        items = Booking(line).booked_items()
        return all(item.create_uid == self.env.user or item.write_uid == self.env.user for item in items) and all(
            item.write_date >= since for item in items
        )

    def _done(self):
        """Those that are reconciled still: somebody else may have been faster with the others.

        :raise UserError: it is none"""
        done = self.lines.filtered(lambda line: line.is_reconciled or Booking(line).is_begun())
        if self.lines and not done:
            raise UserError(self.env._("“%s” is not reconciled any more.", self.lines[:1].payment_ref))
        return done

    def look_again(self):
        """As if nobody had refused or undone anything; what somebody did is proposed at most, never booked.

        :raise UserError: a part is booked already"""
        if any(Booking(line).is_begun() for line in self.lines):
            raise UserError(self.env._("A part of it is booked already. Undo that first."))
        self.lines.bank_match_ids.sudo().filtered(lambda match: match.state == 'refused').reconsidered = True
        waiting = self.lines.filtered(lambda line: not line.is_reconciled and line.move_id.state == 'posted')
        _write(waiting, bank_match_state='none')
        Waiting(waiting).match()


class CoreUndo:
    """What becomes of movements that core's undo is called for: the pair does not come back, and the partner that the match
    brought goes. Core calls it itself where the amount of a paid document changes: nobody's verdict, the movement waits for
    the document again.

    To be made before core's undo; :meth:`finish` after it."""

    def __init__(self, lines):
        self.env = lines.env
        marked = self.env.cr.precommit.data.get(RELEASED, {})
        self.released = lines.filtered(lambda line: line.bank_match_state == 'undone' and line.id in marked)
        self.marks = self.env['bank.match'].sudo().browse([marked[id_] for id_ in self.released.ids if marked[id_]])
        for line in lines:
            marked.pop(line.id, None)
        self.matched = lines.filtered(lambda line: line.bank_match_state in ('auto', 'accepted'))
        self.by_hand = lines.filtered(lambda line: line.bank_match_state == 'manual')
        self.documents = {line: line.line_ids._bank_items_of_documents() for line in self.matched + self.by_hand}
        self.booked = {}
        coded = self.matched.filtered(lambda line: not self.documents[line])
        for company, of_company in coded.grouped('company_id').items():
            self.booked.update({booked.id: booked for booked in Memory(self.env, company).booked(of_company)})
        self.models = {line: line.line_ids.reconcile_model_id[:1] for line in self.matched}

    def finish(self):
        for line in self.matched:
            self._forget(line)
        for line in self.by_hand:
            self.env['bank.match'].sudo()._refuse_pair(line, self.documents[line], reconsidered=True)
        call_like(
            self.matched.filtered(lambda line: not self.documents[line]), at_once=0
        )  # who undoes may not be allowed to book
        if self.by_hand:  # by core's own button; ours says what was before
            note = _lt("The reconciliation was undone by %s.", self.env.user.name)
            _write(self.by_hand, bank_match_state='undone', bank_match_note=note)
        self._wait_again()

    def _forget(self, line):
        matches = self.env['bank.match'].sudo()
        accepted = matches.search([('statement_line_id', '=', line.id), ('state', '=', 'accepted')])
        accepted.write({'state': 'refused', 'refused_at': self.env.cr.now()})
        matches._refuse_pair(line, self.documents[line])
        if not accepted.filtered('coding'):
            remember_refusal(line, self.booked.get(line.id), self.models[line], _lt("The booking was undone."))
        self.env['bank.payer'].sudo()._unlearn(line)
        note = _lt("The match was undone by %s.", self.env.user.name)
        _write(line, bank_match_state='undone', partner_id=False, bank_match_note=note)

    def _wait_again(self):
        """What core took back because the document changed is looked at again, as if it were new."""
        if not self.released:
            return
        accepted = self.released.bank_match_ids.sudo().filtered(lambda match: match.state == 'accepted')
        (accepted | self.marks.exists()).unlink()
        note = _lt("The document was changed; the movement waits for it again.")
        _write(self.released, bank_match_state='none', bank_match_again=True, bank_match_note=note)
        look_soon(self.env)


def _write(lines, **values):
    ours(lines).write(values)


def _redo(line):
    """[parts, rest, partner] of what the movement is reconciled with now; nothing where more was booked than that."""
    booking = Booking(line)
    currency, parts = booking.open()[1], []
    for item in booking.booked_items():
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
    return [parts, None, line.partner_id.id] if parts else []
