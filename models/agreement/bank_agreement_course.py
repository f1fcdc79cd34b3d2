from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...signing import DECLINED, EXPIRED, OPENED, PENDING, SIGNED
from ..lib.rights import ACCOUNTANTS, MANAGERS
from .names import same_name

#: days after which the signatory is reminded
REMIND = (3, 7)
_SIGNING = {
    OPENED: 'opened',
    SIGNED: 'signed',
    DECLINED: 'declined',
    EXPIRED: 'expired',
    'cancelled': 'draft',
    'failed': 'rejected',
}


class BankAgreement(models.Model):
    """What becomes of an agreement once it was sent: signed, looked at, live, ended."""

    _inherit = 'bank.agreement'

    # === What becomes of it === #

    def _set_state(self, state, **values):
        """The one writer of the state.

        * draft → sent (:meth:`action_send`) → opened, signed, declined, expired, draft again (:meth:`_on_signing`)
        * signed → review, live (:meth:`_on_signing`); review → live, rejected (:meth:`action_approve`, :meth:`_reject`)
        * live → ended (:meth:`action_end`)"""
        self.sudo().write({'state': state, **values})

    def _on_signing(self, case):
        """The signature has come a step further."""
        for agreement in self.sudo().filtered(lambda one: one.signing_id == case and one.state in ('sent', 'opened')):
            state = _SIGNING.get(case.state)
            if not state:
                continue
            agreement._set_state(state)
            if state == 'signed':
                agreement.signed_at = case.signed_at
                agreement._after_signature(case)
            elif state == 'rejected':
                agreement.reject_reason = case.reason or self.env._("The signature failed.")
            if state in ('declined', 'expired', 'rejected'):
                agreement._tell(self.env._("The agreement was not signed"))

    def _after_signature(self, case):
        """signed → live, or review where the provider reviews, or another person signed than was asked."""
        if not same_name(case.identified_name, self.signatory_name):
            self._set_state('review', review_reason='persons')
            who = case.identified_name or '?'
            self.message_post(
                body=self.env._("Signed by %(who)s, not by %(asked)s.", who=who, asked=self.signatory_name)
            )
        elif case.is_unlike:
            self._set_state('review', review_reason=False)
            self.message_post(
                body=self.env._("What came back signed has the same pages, and something more: look at it.")
            )
        elif self.provider_id.agreement_review:
            self._set_state('review', review_reason=False)
        else:
            self._go_live()

    def _go_live(self):
        self._set_state('live', valid_from=fields.Date.context_today(self), review_reason=False)
        self.env['account.bank.statement.line']._mark_before_activation(self)
        self._tell(self.env._("The agreement is live"))

    def _tell(self, summary):
        """Who filled it in is told; a manager where that one is not here any more."""
        managers = self.env.ref(MANAGERS).sudo().all_user_ids.sorted('id')
        people = (self.user_id | managers).filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids and user.has_group(ACCOUNTANTS)
            )
        )
        user = self.user_id if self.user_id in people else people[:1]
        if user:
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                date_deadline=fields.Date.context_today(self),
                summary=summary,
                user_id=user.id,
            )

    def _remind_signatory(self, case):
        """After some days, where the document waits; the link stays the one that was sent."""
        if case.state not in (PENDING, OPENED) or self.signing_id != case:
            return
        days = (fields.Datetime.now() - case.sent_at).days
        due = [day for day in REMIND if day <= days]
        if due and max(due) > self.reminded:
            self.sudo().reminded = max(due)
            self.with_context(lang=self._lang())._mail_signatory('', reminds=True)

    # === Decide === #

    def _may_decide(self):
        """The operator of a provider that serves all companies; the manager where it is the company's own."""
        self.ensure_one()
        user, provider = self.env.user, self.sudo().provider_id
        own = provider.company_id == self.company_id and user.has_group(MANAGERS)
        return own or user.has_group('base.group_system')

    def _check_may_decide(self):
        self.check_access('read')
        if any(not agreement._may_decide() for agreement in self):
            raise AccessError(self.env._("The provider's operator decides this."))
        if any(agreement.state != 'review' for agreement in self):
            raise UserError(self.env._("Only what is under review is decided."))

    def action_approve(self):
        self._check_may_decide()
        for agreement in self.sudo():
            agreement._go_live()
        return True

    def action_reject(self):
        """review → rejected, for the reason that was typed in; the company reads it."""
        self._check_may_decide()
        for agreement in self.sudo():
            reason = agreement.reject_reason or self.env._("The provider gave no reason.")
            agreement._set_state('rejected', reject_reason=reason)
            agreement._tell(self.env._("The agreement was rejected"))
        return True

    def action_end(self):
        """live → ended: payments, and fetching where the provider demands it, stop."""
        self._check_may('write')
        if not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Manager” for this."))
        if any(agreement.state != 'live' for agreement in self):
            raise UserError(self.env._("Only a live agreement is ended."))
        self._set_state('ended', ended_on=fields.Date.context_today(self))
        return True

    def action_verify(self):
        """Whether what was signed, and all proofs before it, are as they were."""
        self.ensure_one()
        self._check_may('read')
        broken = self.env['bank.signing']._first_broken()
        message = (
            self.env._("Proof number %s is not what was signed.", broken)
            if broken
            else self.env._("All documents and proofs are as they were signed.")
        )
        return {
            'type': 'ir.actions.client',
            'tag': 'display_notification',
            'params': {'type': 'danger' if broken else 'success', 'message': message},
        }
