from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...signing import codes
from ..lib.after import send_when_kept
from .bank_signing import CODE_MINUTES, MAX_SENT


class BankSigning(models.Model):
    """What who signs gets: codes, a further link, a copy."""

    _inherit = 'bank.signing'

    def _send_code(self, by_sms=False):
        """Send a new code; the one before is void.

        :raises UserError: too many were sent"""
        case, now = self.sudo(), fields.Datetime.now()
        case.lock_for_update()
        sent = [at for at in case.codes_sent or () if fields.Datetime.to_datetime(at) > now - timedelta(hours=1)]
        if len(sent) >= MAX_SENT:
            raise UserError(
                self.env._(
                    "Too many codes were sent. Wait an hour, or ask %s for a new link.",
                    case.agreement_id.company_id.name,
                )
            )
        case._opened()
        code, salt = codes.new_code(), codes.new_salt()
        case.write(
            {
                'code_salt': salt,
                'code_hash': codes.digest(code, salt),
                'code_until': now + timedelta(minutes=CODE_MINUTES),
                'code_tries': 0,
                'codes_sent': [*sent, fields.Datetime.to_string(now)],
                'code_address': case.mobile if by_sms else case.email,
            }
        )
        if by_sms:
            text = self.env._("%s is your code for signing.", code)
            message = self.env['sms.sms'].sudo().create({'number': case.mobile, 'body': text})
            message.send()  # at once: the person waits, and has to know whether it went
            if message.exists() and message.state == 'error':
                raise UserError(self.env._("The SMS could not be sent. Ask for a code by mail."))
            return
        mail = self.env['mail.mail'].sudo().create(
            {
                'subject': self.env._("Your code for signing"),
                **case.agreement_id._to_signatory(),
                'email_to': case.email,
                'body_html': self.env._("Your code for signing is <b>%s</b>. It is valid for 10 minutes. Give it to nobody.", code),
            }
        )  # fmt: skip
        send_when_kept(mail)

    def _send_copy(self):
        """Who signed has the signed document, too."""
        case = self.sudo().with_context(lang=self.agreement_id._lang(), bin_size=False)
        agreement = case.agreement_id
        copy = case.env['ir.attachment'].create(
            {
                'res_model': case._name,
                'res_id': case.id,
                'name': agreement.file_name,
                'datas': case.signed_document,
                'mimetype': 'application/pdf',
            }
        )
        mail = case.env['mail.mail'].create(
            {
                **agreement._to_signatory(),
                'email_to': case.email,
                'subject': case.env._("You signed: %s", agreement.display_name),
                'body_html': case.env._("Here is what you signed. Thank you."),
                'attachment_ids': [Command.link(copy.id)],
            }
        )
        send_when_kept(mail)

    def _has_sms(self):
        return bool(self.sudo().mobile and 'sms.sms' in self.env)

    def _remind_link(self):
        """Address of a further link to the same page, for a reminder: only hashes of links are kept. The first one goes on working."""
        self.ensure_one()
        if self.provider_id:
            return ''
        link = codes.new_link()
        self.sudo().reminder_link_hash = codes.digest(link)
        return f'{self.get_base_url()}/bank_feed/sign/{link}'
