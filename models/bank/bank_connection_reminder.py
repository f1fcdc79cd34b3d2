import logging

from odoo import api, fields, models
from odoo.tools.translate import LazyTranslate

from ...matching.decide import place
from ..lib.told import text

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)


class BankConnectionReminder(models.Model):
    """A permission's end is never a surprise."""

    _inherit = 'bank.connection'

    @api.model
    def _cron_remind(self):
        """Remind of permissions that end soon; notice those that ended. One connection, one transaction."""
        cron = self.env['ir.cron']
        connections = self.search([('state', '=', 'active'), ('valid_until', '!=', False)])
        cron._commit_progress(remaining=len(connections))
        for connection in connections:
            connection = connection.try_lock_for_update(allow_referencing=True).with_company(connection.company_id)
            try:
                connection._remind()
                cron._commit_progress()  # what fails when it is written belongs here, too
            except Exception as error:  # one connection's trouble must not silence the others
                self.env.cr.rollback()
                _logger.warning(
                    "Reminder of bank connection %s: %s at %s", connection.id, type(error).__name__, place(error, 4)
                )
            if not cron._commit_progress(1):
                break
        self.env['bank.consent']._revoke_unused()

    def _remind(self):
        """Send what is due today for these connections."""
        today = fields.Date.context_today(self)
        for connection in self:
            left = (connection.valid_until - today).days
            if left < 0:
                connection._on_consent_ended(_lt("The permission's time is over."))
                continue
            due = [days for days in connection.company_id._bank_feed_reminder_days() if left <= days]
            if due and (connection.reminded_days < 0 or min(due) < connection.reminded_days):
                connection.reminded_days = min(due)
                connection._tell_ending(left)

    def _for_the_responsible(self):
        """The connection in the language of who is responsible; somebody else where that person has left."""
        self.ensure_one()
        user = self.user_id
        if not user.active or not user.has_group('account_bank_feed.bank_feed_group_accountant'):
            managers = self.env.ref('account_bank_feed.bank_feed_group_manager').all_user_ids
            fit = managers.filtered(lambda user: user.active and not user.share and self.company_id in user.company_ids)
            user = fit.sorted('id')[-1:] or user
            self.with_context(mail_auto_subscribe_no_notify=True).user_id = user
        return self.with_context(lang=user.lang or self.env.lang)

    def _tell_ending(self, left):
        self = self._for_the_responsible()
        summary = (
            self.env._("Renew %s today", self.display_name)
            if not left
            else self.env._("Renew %(bank)s within %(count)s days", bank=self.display_name, count=left)
        )
        self._schedule_renewal(summary, self.valid_until)
        self._send('account_bank_feed.mail_template_ending')

    def _tell_lost(self, feeds, reason):
        """Some accounts are no longer covered, others are."""
        self = self._for_the_responsible()
        if not self.activity_search(['account_bank_feed.mail_activity_type_renew']):
            names = ', '.join(feeds.mapped('account_number'))
            self._schedule_renewal(
                self.env._("Renew %s: not all accounts are fetched", self.display_name), fields.Date.context_today(self)
            )
            self.message_post(
                body=self.env._("%(accounts)s: %(reason)s", accounts=names, reason=text(self.env, reason))
            )

    def _tell_ended(self, reason):
        self = self._for_the_responsible()
        self._schedule_renewal(
            self.env._("Renew %s: nothing is fetched", self.display_name), fields.Date.context_today(self)
        )
        self.message_post(body=text(self.env, reason))
        self._send('account_bank_feed.mail_template_ended')

    def _schedule_renewal(self, summary, deadline):
        """One open activity, however often we remind; our own mail says it, so Odoo need not mail the assignment too."""
        self = self.with_context(mail_activity_quick_update=True)
        activity = self.activity_search(['account_bank_feed.mail_activity_type_renew'])[:1]
        if activity:
            activity.write({'summary': summary, 'date_deadline': deadline})
        else:
            self.activity_schedule(
                'account_bank_feed.mail_activity_type_renew',
                date_deadline=deadline,
                summary=summary,
                user_id=(self.user_id or self.env.user).id,
            )

    def _send(self, template):
        self.env.ref(template).sudo().send_mail_batch(self.ids)
