from datetime import timedelta

from odoo import api, fields, models

from ..agreement.bank_agreement_send import AGREEMENT_HEADER

#: how many mails are shown
MAILS = 20
SOON = 5


class BankSandbox(models.Model):
    """What only somebody behind the scenes of a demo sees and does: mails that no mail server carries away, and time that passes."""

    _inherit = 'bank.sandbox'

    @api.model
    def _agreements(self):
        return self.env['bank.agreement'].sudo().search([('provider_id', 'in', self._practised().ids)])

    @api.model
    def _consents(self):
        """Valid consents of practised providers (sudo), the newest first."""
        domain = [('institution_id.provider_id', 'in', self._practised().ids), ('state', '=', 'valid')]
        return self.env['bank.consent'].sudo().search(domain, order='id desc')

    @api.model
    def _mails(self):
        """The newest mails about practised connections and agreements, as the administrator may read them anyway."""
        connections = self.env['bank.connection'].sudo().with_context(active_test=False)
        connections = connections.search([('institution_id.provider_id', 'in', self._practised().ids)])
        marks = [repr({AGREEMENT_HEADER: str(number)}) for number in self._agreements().ids]
        domain = [
            '|',
            ('headers', 'in', marks),
            '|',
            '&',
            ('model', '=', 'bank.agreement'),
            ('res_id', 'in', self._agreements().ids),
            '|',
            '&',
            ('model', '=', 'bank.connection'),
            ('res_id', 'in', connections.ids),
            '&',
            ('model', '=', 'bank.consent.holder'),
            ('res_id', 'in', connections.holder_ids.ids),
        ]
        return self.env['mail.mail'].search(domain, order='id desc', limit=MAILS)

    # === Time passes === #

    @api.model
    def _let_end(self, consent_id, days):
        """A consent ends in so many days; before today, it has ended. Who is to be told is told at once."""
        consent = self._consents().filtered(lambda one: one.id == consent_id)
        if not consent:
            return
        end = fields.Date.context_today(self) + timedelta(days=days)
        with self._bank() as bank:
            known = bank.state['consents'].get(consent._bank_ref())
            if known:
                known['valid_until'] = end.isoformat()
        consent.valid_until = end
        connections = consent.cover_ids.feed_id.connection_id | consent.renews_connection_id
        connections.filtered(lambda one: one.state in ('active', 'waiting'))._remind()

    @api.model
    def _let_wait(self, agreement_id, days):
        """So many days pass since an agreement was sent to be signed: the signatory is reminded, or the link is over."""
        agreement = self._agreements().filtered(lambda one: one.id == agreement_id and one.state in ('sent', 'opened'))
        case = agreement.signing_id
        if case:
            passed = timedelta(days=days)
            case.write({'sent_at': case.sent_at - passed, 'expires_at': case.expires_at - passed})
            case._pass_time()
