import re

from markupsafe import Markup

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import email_normalize, format_date

from ...banks.errors import BankError
from ...signing import registers
from ..lib.after import send_when_kept
from ..lib.rights import MANAGERS
from . import paper
from .bank_agreement import FREE, MAX_FIELD, OVER
from .names import is_full, same_name

#: of a mail to who signs
AGREEMENT_HEADER = 'X-Bank-Agreement'


class BankAgreement(models.Model):
    """Sent to who signs, withdrawn, sent again."""

    _inherit = 'bank.agreement'

    # === Send === #

    def action_send(self):
        """draft → sent: make the document, send the signatory a link."""
        self.ensure_one()
        self._check_may('write')
        if self.state != 'draft':
            raise UserError(self.env._("It was sent already."))
        self._check_filled()
        living = [
            ('company_id', '=', self.company_id.id),
            ('provider_id', '=', self.provider_id.id),
            ('state', 'not in', ('draft', *OVER)),
        ]
        if self.sudo().search_count(living, limit=1):
            raise UserError(self.env._("There is an agreement with this provider already."))
        signatory = self.with_context(lang=self._lang())
        content = paper.agreement_pdf(signatory)
        try:
            _case, link = self.env['bank.signing']._ask(self, content)
        except BankError as error:
            raise UserError(self.env._("The signature provider could not be asked: %s", str(error))) from None
        self._set_state('sent', version=paper.VERSION, sent_at=fields.Datetime.now(), reminded=0)
        signatory._mail_signatory(link)
        return True

    def _check_filled(self):
        lacks = [
            self._fields[name]._description_string(self.env)
            for name in ('company_name', 'company_registry', 'signatory_name', 'signatory_email')
            if not (self[name] or '').strip()
        ]
        if lacks:
            raise UserError(self.env._("Fill in: %s.", ', '.join(lacks)))
        if not is_full(self.signatory_name):
            raise UserError(self.env._("Write the signatory's name and surname, as in the register."))
        if any(len(self[name] or '') > MAX_FIELD for name in FREE if self._fields[name].type == 'char'):
            raise UserError(self.env._("A field has more than %s letters.", MAX_FIELD))
        if self.sudo().provider_id.agreement == 'none':
            raise UserError(self.env._("%s wants no agreement.", self.sudo().provider_id.name))
        if not registers.is_number(self.country_id.code or '', self.company_registry):
            raise UserError(self._no_number())
        own = email_normalize(self.signatory_email) == self.env.user.email_normalized
        if own and not self.env.user.has_group(MANAGERS):
            raise UserError(self.env._("Who signs is somebody else than who sends it: the address is your own."))
        # whose it is may be another company's business
        owners = self.env['res.users'].sudo().search([('email_normalized', '=', email_normalize(self.signatory_email))])
        if owners and not any(same_name(owner.name, self.signatory_name) for owner in owners):
            raise UserError(
                self.env._(
                    "%(address)s is somebody else's address. The link has to reach who signs: write the address of %(signatory)s.",
                    address=self.signatory_email,
                    signatory=self.signatory_name,
                )
            )
        if not email_normalize(self.signatory_email):
            raise UserError(self.env._("“%s” is no e-mail address.", self.signatory_email))
        if self.signatory_mobile and not re.fullmatch(r'\+[\d ]{8,20}', self.signatory_mobile):
            raise UserError(self.env._("Write the mobile number with its country, such as +421 900 123 456."))

    def _lang(self):
        """Of the signatory, where we know the person; else of the company."""
        partner = (
            self.env['res.partner']
            .sudo()
            .search([('email_normalized', '=', email_normalize(self.signatory_email))], limit=1)
        )
        return partner.lang or self.company_id.partner_id.lang or self.env.lang

    def _mail_signatory(self, link, reminds=False):
        """The link is the signatory's alone: it stands in no chatter, in no message that somebody here has written, and in no template that
        people may edit."""
        values = {
            'agreement': self,
            'link': link,
            'provider': self.sudo().provider_id.name,
            'who': self.user_id.name or '',
            'reminds': reminds,
            'until': format_date(self.env, self.sudo().signing_id.expires_at),
        }
        body = self.env['ir.qweb'].sudo()._render('account_bank_feed.sign_mail', values)
        subject = (
            self.env._("Reminder: %s waits for your signature", self.company_name)
            if reminds
            else self.env._("%s: an agreement to sign", self.company_name)
        )
        mails = self.env['mail.mail'].with_user(SUPERUSER_ID)
        mail = mails.create({'subject': subject, 'body_html': body, **self._to_signatory()})
        send_when_kept(mail)
        done = self.env._("Reminded: %s.") if reminds else self.env._("Sent to %s.")
        self.message_post(body=done % self.signatory_email)

    def _to_signatory(self):
        """Values of a mail to who signs. It stands in no chatter; the header tells to which agreement it belongs."""
        return {
            'email_to': self.signatory_email,
            'auto_delete': True,
            'headers': repr({AGREEMENT_HEADER: str(self.id)}),
        }

    def action_withdraw(self):
        """sent, opened → draft: the link is void."""
        self._check_may('write')
        for agreement in self:
            if agreement.state not in ('sent', 'opened'):
                raise UserError(self.env._("Only what waits for its signature can be withdrawn."))
            agreement.sudo().signing_id._withdraw()
            agreement.message_post(body=self.env._("Withdrawn: the link is void."))
            agreement.with_context(lang=agreement._lang())._mail_withdrawn()
        return True

    def _mail_withdrawn(self):
        """Who was asked need not sign."""
        if self.env.context.get('bank_agreement_again'):
            return  # a new link is on its way
        who = self.user_id.name or self.company_name or ''
        said = self.env._("%s has taken the agreement back. The link is void, and you need not sign.", who)
        mail = self.env['mail.mail'].with_user(SUPERUSER_ID).create(
            {
                **self._to_signatory(),
                'subject': self.env._("%s: there is nothing to sign", self.company_name),
                'body_html': Markup('<p>%s</p>') % said,  # a name is no markup
            }
        )  # fmt: skip
        send_when_kept(mail)

    def action_send_again(self):
        """A new link: the one before is void."""
        self.with_context(bank_agreement_again=True).action_withdraw()
        return self.action_send()
