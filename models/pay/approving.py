"""Who may approve a payment order, and what an approval rests on: the content's hash, the person, the person's own consent at the bank."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.http import request
from odoo.tools.translate import LazyTranslate

from ...payments import states
from ..lib.rights import MANAGERS, PAYERS, PAYROLL
from ..lib.told import text
from .content import Content
from .limits import Limits

_lt = LazyTranslate(__name__)


class Approval:
    """Of one order, by the person of its environment.

    :param order: ``bank.payment.order``, as the person sees it"""

    def __init__(self, order):
        self.order, self.env = order, order.env
        self.user = order.env.user

    # === Who may === #

    def is_payer(self, user=None):
        """Whether the person pays for this company at all."""
        user = user or self.user
        order = self.order.sudo()
        return user.has_group(PAYERS) and order.company_id | order.journal_id.company_id <= user.company_ids

    def check_payer(self):
        """:raises AccessError: the person is no payer here, or nobody is there (a schedule, a key of the interface, Odoo itself)"""
        self.order.check_access('read')
        if self.env.su or not self.is_payer():
            raise AccessError(self.env._("You need the right “Bank Payments: Payer” to approve or send payments."))
        if self.order.sudo().kind == 'salary' and not self.user.has_group(PAYROLL):
            raise AccessError(
                self.env._("Only who may see salaries approves and sends them (right “Salaries: Payroll”).")
            )
        if not request or request.session.uid != self.env.uid:
            raise AccessError(
                self.env._("Payments are approved and sent by a person who is logged in, never by a program.")
            )

    def check_file(self):
        """:raises AccessError: the person may not have the order's file"""
        self.order.check_access('read')
        order = self.order.sudo()
        if not self.is_payer() or (order.kind == 'salary' and not self.user.has_group(PAYROLL)):
            raise AccessError(self.env._("You may not have this file."))

    def may_settle(self):
        """Whether the person's word counts of what the bank does not say: a manager who pays; of a file who has taken it, too."""
        order = self.order.sudo()
        return self.may_give_up() or (self.is_payer() and order.way == 'file' and order.sender_id == self.user)

    def may_give_up(self):
        """Whether the person may say that it never reached the bank, so that its bills can be paid again: a manager who pays."""
        return self.is_payer() and self.user.has_group(MANAGERS)

    def obstacle(self):
        """Why this person may not approve the order now (a sentence), or None."""
        order = self.order.sudo()
        if not self.is_payer():
            names = ', '.join(self._candidates()[:3].mapped('name'))
            return (
                _lt("Waits for the approval of %s.", names)
                if names
                else _lt("Waits for somebody with the right “Bank Payments: Payer”.")
            )
        if order.kind == 'salary' and not self.user.has_group(PAYROLL):
            return _lt("Only who may see salaries approves them (right “Salaries: Payroll”).")
        if self.user in order.preparer_ids and self.needs_another():
            return _lt("Somebody else has to approve it: you had a hand in preparing it.")
        if order.way == 'bank' and not self.consent():
            return _lt(
                "You need an own valid consent at the bank that covers this account: renew the connection, or use your invitation."
            )
        return None

    def needs_another(self):
        """Whether the company wants a second pair of eyes on it."""
        order = self.order.sudo()
        companies = order._concerned()
        if 'always' in companies.mapped('bank_payment_four_eyes'):
            return True
        above = companies.filtered(lambda company: company.bank_payment_four_eyes == 'above')
        return any(Limits(order).total(one) > one.bank_payment_four_eyes_amount for one in above) or (
            bool(above) and any(order._living().mapped('warnings'))
        )

    def consent(self, user=None):
        """The person's own valid consent that covers the account (sudo), or none."""
        order, today = self.order.sudo(), fields.Date.context_today(self.order)
        covers = self.env['bank.consent.account'].sudo().search(
            [
                ('feed_id', '=', order.feed_id.id),
                ('user_id', '=', (user or self.user).id),
                ('consent_id.state', '=', 'valid'),
                ('is_doubted', '=', False),
            ],
            order='consent_id desc',
        )  # fmt: skip
        return covers.filtered(lambda cover: not cover.valid_until or cover.valid_until >= today)[:1].consent_id

    def _candidates(self):
        """Users who may approve it (sudo)."""
        order = self.order.sudo()
        users = self.env.ref(PAYERS).sudo().all_user_ids.filtered(self.is_payer)
        if order.kind == 'salary':
            users &= self.env.ref(PAYROLL).sudo().all_user_ids
        if self.needs_another():
            users -= order.preparer_ids
        return users.filtered(lambda user: user.active and user.id != 1)

    # === The word === #

    def approve(self, seen):
        """Approve the order as it was seen.

        :param str seen: hash of the content on the person's screen
        :return: a sentence that the person should read, or None
        :raises AccessError, UserError: the person may not, or it is another order than was seen"""
        order = self.order
        self.check_payer()
        if not order._lock() or order.state != states.TO_APPROVE:
            raise UserError(self.env._("This is not waiting for an approval any more. Load the page again."))
        if refusal := self.obstacle():
            raise AccessError(text(self.env, refusal))
        if refusal := Limits(order).of_person(self.user):
            raise UserError(text(self.env, refusal))
        if not isinstance(seen, str) or seen != order.content_hash:
            raise UserError(
                self.env._("It was changed since you looked at it. Load the page again, and look once more.")
            )
        if not Content(order).still_stands():
            reason = _lt("Something changed after it was submitted: it has to be submitted again.")
            order.sudo()._fall(reason)
            return reason
        self._keep('approved')
        order.sudo().line_ids._set_state(states.APPROVED)
        order.sudo()._log(_lt("Approved."), content_hash=order.content_hash)
        order.sudo().activity_unlink(['mail.mail_activity_data_todo'])
        return None

    def reject(self, reason):
        """Send it back to who prepared it."""
        order = self.order
        self.check_payer()
        if not order._lock() or order.state not in (states.TO_APPROVE, states.APPROVED):
            raise UserError(self.env._("This is not waiting for an approval any more. Load the page again."))
        secret = order.kind == 'salary'  # who gives a reason may name people
        self._keep('rejected', False if secret else reason)
        said = _lt("%(person)s did not approve it: %(reason)s", person=self.user.name, reason=reason)
        if secret:
            said = _lt("%s did not approve it.", self.user.name)
        order.sudo()._fall(said, aside=reason if secret else False)
        order.sudo()._call(
            order.sudo().preparer_ids - self.user,
            self.env._("Payments were not approved"),
            False if secret else reason,
        )

    def _keep(self, decision, comment=''):
        order = self.order.sudo()
        self.env['bank.payment.approval'].sudo().create(
            {
                'order_id': order.id,
                'user_id': self.user.id,
                'decision': decision,
                'content_hash': order.content_hash,
                'consent_id': self.consent().id,
                'comment': comment,
            }
        )

    # === When it is sent === #

    def still_holds(self):
        """Whether an approval of exactly this content is there by somebody who may still approve it."""
        order = self.order.sudo()
        for approval in order.approval_ids.filtered('is_good'):
            person = Approval(self.order.with_user(approval.user_id))
            if approval.user_id.active and person.obstacle() is None:
                return True
        return False
