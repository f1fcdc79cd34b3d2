from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...payments import states
from .approving import Approval
from .content import Content
from .course import Course
from .names import BEFORE

_lt = LazyTranslate(__name__)


class BankPaymentOrder(models.Model):
    """What becomes of an order in the house: submitted, fallen back, emptied; and its trail. All of it in sudo, the callers ask for rights."""

    _inherit = 'bank.payment.order'

    # === Whose it is === #

    def _home(self):
        """Country of the account that pays."""
        self.ensure_one()
        number = self._debtor_number()
        return number[:2] if number[:2].isalpha() else self.company_id.country_id.code or ''

    def _concerned(self):
        """The companies whose settings hold (sudo): the payments', the account's, and those above them: a branch pays from its parent's account."""
        own = self.company_id | self.journal_id.company_id
        return own | own.parent_ids

    def _debtor_number(self):
        """The number of the account that pays: of the journal's bank account, else what the bank calls it."""
        bank = self.sudo().journal_id.bank_account_id
        return (bank.sanitized_acc_number or self.sudo().feed_id.account_number or '').upper()

    # === What becomes of it === #

    @api.model
    def _of_wages(self, moves):
        """Orders of salaries that these entries book (sudo)."""
        plain = moves.filtered(
            lambda move: move.move_type == 'entry' and not move.origin_payment_id and not move.statement_line_id
        )
        return self.sudo().search([('move_id', 'in', plain.ids)]) if plain else self.sudo().browse()

    def _wage_items(self):
        """What the entry takes off wages payable."""
        return self.move_id.line_ids.filtered(lambda item: item.account_id == self.wage_account_id)

    def _submit(self, user):
        """Freeze it, or say what is wrong (sudo).

        :return: a sentence, or None"""
        self._living()._copy_live()
        self.prepared_at = fields.Datetime.now()
        found = Content(self).problems()
        own = [said for line, said in found if not line]
        by_line = {}
        for line, said in found:
            if line:
                by_line.setdefault(line, said)
        for line in self.line_ids:
            line.problem = by_line.get(line, False)
        said = own[0] if own else _lt("%s payments cannot be sent as they are.", len(by_line)) if found else None
        self.problem = said or False
        if said:
            return said
        self.content, self.content_hash = Content(self).freeze()
        self._add_preparer(user)
        self.note = False
        self.line_ids._set_state(states.TO_APPROVE)
        self._log(_lt("Submitted: %(count)s payments.", count=self.count), content_hash=self.content_hash)
        self._call_payers()
        return None

    def _call_payers(self):
        """An activity for each who may approve; it names nobody who is paid."""
        self._call(Approval(self)._candidates(), self.env._("Approve payments"))

    def _call(self, users, summary, note=False):
        """An activity for each of these people (sudo); of salaries it names nobody."""
        for user in users.filtered('active'):
            self.activity_schedule('mail.mail_activity_data_todo', user_id=user.id, summary=summary, note=note)

    def _fall(self, reason, warn=True, aside=False):
        """Back to draft: approvals do not hold any more (sudo).

        :param aside: words about salaries, for who may see them
        :raises UserError: it was sent"""
        if self.state not in BEFORE:
            raise UserError(self.env._("What was sent to the bank cannot be cancelled here."))
        self.content = self.content_hash = False
        self.note = reason if warn else False
        self.line_ids.filtered(lambda line: line.state in BEFORE)._set_state(states.DRAFT)
        self._log(reason, aside=aside)
        self.activity_unlink(['mail.mail_activity_data_todo'])

    def _take_out(self, lines):
        """Payments leave the order before it is sent: their entries are cancelled."""
        for order in self:
            if not order._lock() or order.state not in BEFORE:
                raise UserError(self.env._("What was sent to the bank cannot be cancelled here."))
            mine = lines.sudo() & order.sudo().line_ids
            order.sudo()._add_preparer(self.env.user)
            if order.state != states.DRAFT:
                order.sudo()._fall(_lt("A payment was taken out."))
            Course(order.sudo()).give_up(mine, _lt("Taken out."))

    def _dropped(self, line):
        """A payment was cancelled or reset by itself, before anything was sent (sudo)."""
        if self.state != states.DRAFT:
            self._fall(_lt("A payment was taken out."))
        line._set_state(states.CANCELLED)

    def _refresh_state(self):
        """The state follows from the payments' (sudo); it is written nowhere else."""
        for order in self:
            known = [line.state for line in order.line_ids]
            living = [
                state for state in known if state != states.CANCELLED
            ]  # who was taken out before says nothing of the rest
            state = states.of_lines(living or known or [states.DRAFT])
            if order.state != state:
                order.state = state

    def _reopen(self, lines):
        """A person took the reconciliation with the movement back: the only way from *on the statement* back (sudo)."""
        lines.write({'state': states.EXECUTED})
        self._refresh_state()
        self._log(_lt("Its movement was taken off it again."))

    def _log(self, what, code='', before=None, after=None, content_hash=False, aside=False):
        """An entry of the trail (sudo). ``what`` names no payee: salaries are in it, too; what may name one is said ``aside``."""
        self.env['bank.payment.event'].sudo().create(
            [
                {
                    'order_id': order.id,
                    'user_id': self.env.uid,
                    'what': what,
                    'code': code,
                    'state_before': before,
                    'state_after': after or order.state,
                    'content_hash': content_hash,
                    'aside': aside,
                }
                for order in self
            ]
        )
