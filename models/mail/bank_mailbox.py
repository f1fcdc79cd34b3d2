import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, ValidationError

from ...statements.mails import DOMAINS
from ..lib.rights import MANAGERS
from ..lib.walls import check_companies, check_free, without_defaults

#: what a manager may write
FREE = {
    'user_id', 'activity_ids', 'message_follower_ids', 'message_ids',
    'company_id', 'alias_name', 'alias_domain_id', 'server', 'dkim', 'more_domains', 'privacy', 'keep', 'active',
}  # fmt: skip


#: the activity of mails that wait
STUCK = 'account_bank_feed.mail_activity_type_mails'


class BankMailbox(models.Model):
    """Where a company takes its banks' mails: an address, whom it trusts, what it keeps."""

    _name = 'bank.mailbox'
    _inherit = ['mail.alias.mixin.optional', 'mail.thread', 'mail.activity.mixin']
    _description = "Bank Mailbox"
    _rec_name = 'company_id'

    active = fields.Boolean(default=True)
    user_id = fields.Many2one(
        'res.users',
        string="Responsible",
        default=lambda self: self.env.user,
        help="Is told of mails that need a person.",
    )
    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company, index=True)
    dkim = fields.Boolean(
        string="Check the Bank's Signature",
        default=True,
        help="DKIM: the bank's domain has signed the mail as it arrived.",
    )
    server = fields.Char(
        string="Our Mail Server",
        help="The name by which the company's own mail server signs its results (the first word of Authentication-Results, such as"
        " mx.google.com). What it found is trusted; leave it empty if you are not sure.",
    )
    more_domains = fields.Char(
        string="More Banks",
        help="Domains of other banks whose signed mails bring statements as attachments, with blanks between.",
    )
    privacy = fields.Boolean(
        string="Privacy Mode",
        help="A mail that does not name an account of ours and an open document is discarded, and only counted.",
    )
    keep = fields.Boolean(string="Keep the Mails", default=True, help="Keep the original with each movement.")
    discarded_count = fields.Integer(string="Discarded", readonly=True)
    refused_today = fields.Integer(readonly=True)
    refused_day = fields.Date(readonly=True)
    mail_ids = fields.One2many('bank.mail', 'mailbox_id')
    guide = fields.Json(compute='_compute_guide', exportable=False)

    _company_uniq = models.UniqueIndex("(company_id) WHERE active", "The company has a bank mailbox already.")

    def _compute_guide(self):
        for mailbox in self:
            mailbox.guide = {'address': mailbox.alias_email or '', 'banks': guides(self.env)}

    @api.constrains('server', 'more_domains')
    def _check_names(self):
        for mailbox in self:
            names = (mailbox.more_domains or '').split() + ([mailbox.server.strip()] if mailbox.server else [])
            for name in names:
                if not re.fullmatch(r'[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?', name) or '.' not in name:
                    raise ValidationError(self.env._("“%s” is no name of a server or domain.", name[:60]))

    @api.model_create_multi
    def create(self, vals_list):
        self._check_may()
        for vals in vals_list:
            check_free(self, vals, FREE)
        records, vals_list = without_defaults(self, vals_list, FREE)
        # an alias is made with more rights than a Bank Feeds manager has
        mailboxes = super(BankMailbox, records.sudo()).create(vals_list).with_env(self.env)
        check_companies(mailboxes, shared=False)
        return mailboxes

    def write(self, vals):
        self._check_may()
        check_free(self, vals, FREE)
        self.check_access('write')
        result = super(BankMailbox, self.sudo()).write(vals)
        check_companies(self, shared=False)
        return result

    def _check_may(self):
        if not self.env.su and not self.env.user.has_group(MANAGERS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Manager” for this."))

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values['alias_model_id'] = self.env['ir.model']._get_id('bank.mail')
        if self.id:
            values['alias_defaults'] = repr({'mailbox_id': self.id})
        return values

    @api.model
    def action_open(self):
        """The company's mailbox; a manager makes it where there is none, an accountant sees the address."""
        mailbox = self.search([('company_id', '=', self.env.company.id)], limit=1)
        if not mailbox:
            self._check_may()
            code = re.sub(r'[^a-z0-9]+', '-', self.env.company.name.lower()).strip('-') or 'company'
            mailbox = self.create({'company_id': self.env.company.id, 'alias_name': f'bank-{code}'})
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Bank Mails"),
            'res_model': self._name,
            'res_id': mailbox.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def _tell_stuck(self):
        """Somebody has to look at mails: a bank writes otherwise than before, or nobody vouches for its mails."""
        if not self.activity_search([STUCK]):
            self.activity_schedule(
                STUCK, date_deadline=fields.Date.context_today(self), user_id=(self.user_id or self.env.user).id
            )

    def _domains(self):
        """Domains of banks whose mails are read."""
        known = {domain for domains in DOMAINS.values() for domain in domains}
        return frozenset(known | {name.lower() for name in (self.more_domains or '').split()})


def guides(env):
    """Where each bank switches its mails on: [{'bank', 'steps'}]. Source: the banks' help pages and the guides of systems that read
    these mails; menus change."""
    return [
        {'bank': "Tatra banka", 'steps': env._(
            "Internet banking → Settings → Notifications (b-mail) → new e-mail: the address above; movements: credits and debits; language: Slovak.")},
        {'bank': "VÚB", 'steps': env._(
            "Internet banking → Settings → Non-stop banking, notices → account movements by e-mail: the address above, credit and debit.")},
        {'bank': "Fio banka", 'steps': env._(
            "Internet banking → Settings → Sending of messages → add: type “movement on the account”, by e-mail, the address above.")},
        {'bank': "Slovenská sporiteľňa", 'steps': env._(
            "George → Settings → Notifications → account: e-mail, the address above; credits and debits, without a password.")},
        {'bank': env._("Another bank"), 'steps': env._(
            "Let it send statements (camt, MT940, CSV) as attachments to the address above, and name its domain under “More Banks”.")},
    ]  # fmt: skip
