from odoo import api, fields, models
from odoo.exceptions import AccessError, RedirectWarning, UserError
from odoo.tools.translate import LazyTranslate

from ...signing import DECLINED, EXPIRED, OPENED, PENDING, SIGNED
from ..lib.actions import notify
from ..lib.rights import ACCOUNTANTS, MANAGERS
from ..lib.told import text
from .names import same_name

_lt = LazyTranslate(__name__)

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

    # === What it opens === #

    @api.model
    def _live(self, company, provider):
        """The company's live agreement with a provider, or none (sudo)."""
        domain = [('company_id', '=', company.id), ('provider_id', '=', provider.id), ('state', '=', 'live')]
        return self.sudo().search(domain, limit=1)

    @api.model
    def _obstacle(self, company, provider, purpose='fetching'):
        """Why nothing may be fetched, or paid, for want of an agreement (a sentence), or ''.

        :param str purpose: 'fetching' or 'payments'"""
        provider = provider.sudo()
        wanted = ('fetching',) if purpose == 'fetching' else ('fetching', 'payments')
        if provider.agreement not in wanted or self._live(company, provider):
            return ''
        domain = [('company_id', '=', company.id), ('provider_id', '=', provider.id)]
        state = self.sudo().search(domain, order='id desc', limit=1).state
        if state in ('sent', 'opened'):
            return _lt("The agreement with %s waits for its signature.", provider.name)
        if state == 'review':
            return _lt("The agreement with %s is being looked at. Wait some working days.", provider.name)
        if state == 'ended':
            return _lt("The agreement with %s has ended. Make a new one under Bank Feeds → Agreements.", provider.name)
        return _lt(
            "%s wants an agreement with the company first. Make it under Bank Feeds → Agreements.", provider.name
        )

    @api.model
    def _check_opens(self, company, provider):
        """:raise UserError: nothing may be asked of the provider for want of an agreement; who may make one is led there"""
        found = self._obstacle(company, provider)
        if not found:
            return
        if not self.env.user.has_group(ACCOUNTANTS):
            raise UserError(text(self.env, found))
        action = self.env.ref('account_bank_feed.bank_agreement_action').id
        raise RedirectWarning(
            text(self.env, found), action, self.env._("Agreements"), {'default_provider_id': provider.id}
        )

    def _feeds(self):
        """Accounts that are fetched through the provider in the company (sudo)."""
        domain = [('company_id', '=', self.company_id.id), ('connection_id.provider_id', '=', self.provider_id.id)]
        return self.env['bank.feed'].sudo().search(domain)

    # === What becomes of it === #

    def _set_state(self, state, **values):
        """The one writer of the state.

        * draft → sent (:meth:`action_send`) → opened, signed, declined, expired, draft again (:meth:`_on_signing`)
        * signed → review, live (:meth:`_on_signing`); review → live, rejected (:meth:`action_approve`, :meth:`_reject`)
        * live, review → ended (:meth:`action_end`)"""
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
        who = case.identified_name or '?'
        self.message_post(body=self.env._("Signed by %s.", who))
        case._send_copy()
        if not same_name(case.identified_name, self.signatory_name):
            self._review(self.env._("Signed by %(who)s, not by %(asked)s.", who=who, asked=self.signatory_name))
        elif case.is_unlike:
            self._review(self.env._("What came back signed has the same pages, and something more: look at it."))
        elif self.provider_id.agreement_review:
            self._review()
        else:
            self._go_live()

    def _review(self, why=''):
        """signed → review: who decides is told."""
        self._set_state('review', review_reason=False)
        if why:
            self.message_post(body=why)
        provider = self.sudo().provider_id
        group = MANAGERS if provider.company_id == self.company_id else 'base.group_system'
        people = self.env.ref(group).sudo().all_user_ids.sorted('id')
        people = people.filtered(lambda one: one.active and not one.share and self.company_id in one.company_ids)
        user = people.filtered(lambda one: one.has_group(ACCOUNTANTS))[:1]
        if user:
            self.activity_schedule(
                'mail.mail_activity_data_todo',
                date_deadline=fields.Date.context_today(self),
                summary=self.env._("Approve or reject the agreement"),
                note=why or False,
                user_id=user.id,
            )

    def _go_live(self):
        self._set_state('live', valid_from=fields.Date.context_today(self), review_reason=False)
        self.env['account.bank.statement.line']._mark_before_activation(self)
        self.activity_ids.sudo().filtered('automated').unlink()
        self._feeds()._begin_anew()
        if who := self._responsible():
            self.message_notify(
                partner_ids=who.partner_id.ids,
                subject=self.env._("The agreement is live: %s", self.display_name),
                body=self.next_action,
                author_id=self.env.ref('base.partner_root').id,
            )

    def _responsible(self):
        """Who filled it in; a manager where that one is not here any more."""
        managers = self.env.ref(MANAGERS).sudo().all_user_ids.sorted('id')
        people = (self.user_id | managers).filtered(
            lambda user: (
                user.active and not user.share and self.company_id in user.company_ids and user.has_group(ACCOUNTANTS)
            )
        )
        return self.user_id if self.user_id in people else people[:1]

    def _tell(self, summary):
        """Who filled it in has something to do."""
        if user := self._responsible():
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
            self.with_context(lang=self._lang())._mail_signatory(case._remind_link(), reminds=True)

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
            agreement.message_post(body=self.env._("Approved."), author_id=self.env.user.partner_id.id)
            agreement._go_live()
        return True

    def action_reject(self):
        """review → rejected, for the reason that was typed in; the company reads it."""
        self._check_may_decide()
        if any(not (agreement.reject_reason or '').strip() for agreement in self.sudo()):
            raise UserError(self.env._("Write why it is rejected: the company reads it."))
        for agreement in self.sudo():
            agreement.activity_ids.filtered('automated').unlink()
            agreement._set_state('rejected')
            agreement._tell(self.env._("The agreement was rejected"))
        return True

    def action_end(self):
        """live, review → ended: payments, and fetching where the provider demands it, stop."""
        self._check_may('write')
        if not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Manager” for this."))
        if any(agreement.state not in ('live', 'review') for agreement in self):
            raise UserError(self.env._("Only a signed agreement is ended."))
        self._set_state('ended', ended_on=fields.Date.context_today(self))
        for agreement in self:
            agreement.activity_ids.sudo().filtered('automated').unlink()
            why = self._obstacle(agreement.company_id, agreement.provider_id)
            if why:
                agreement._feeds().error = why
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
        return notify(message, 'danger' if broken else 'success')
