import re

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import email_normalize, format_date

from ...banks.errors import BankError
from ...signing import registers
from ..lib.after import send_when_kept
from ..lib.rights import ACCOUNTANTS, MANAGERS
from ..lib.walls import check_companies, check_free, only_free
from . import paper
from .names import is_full, same_name

REVIEW = [
    ('random', "Random check: some agreements are looked at by chance."),
    ('new', "New company: the registers do not have it yet."),
    ('pep', "A politically exposed person was named."),
    ('financing', "The way the company is financed has to be understood."),
    ('countries', "It is unclear in which countries payments are made."),
    ('industry', "The industry is one that is always looked at."),
    ('persons', "Owners, board or auditor have to be checked."),
]
STATES = [
    ('draft', "Draft"), ('sent', "Sent"), ('opened', "Opened"), ('signed', "Signed"), ('review', "Under Review"), ('live', "Live"),
    ('rejected', "Rejected"), ('declined', "Declined"), ('expired', "Expired"), ('ended', "Ended"),
]  # fmt: skip
#: from which a new one is made
OVER = ('rejected', 'declined', 'expired', 'ended')
#: what is filled in while it is a draft
FREE = {
    'provider_id', 'company_name', 'company_registry', 'vat', 'street', 'zip', 'city', 'country_id', 'signatory_name',
    'signatory_email', 'signatory_mobile', 'signatory_role', 'signature_provider_id', 'company_id', 'user_id',
}  # fmt: skip
#: letters of a field of the document
MAX_FIELD = 200
#: what the provider's operator says of one that is under review
DECIDED = {'review_reason', 'reject_reason'}
ALWAYS = {'user_id', 'activity_ids', 'message_follower_ids', 'message_ids', 'message_main_attachment_id'}


class BankAgreement(models.Model):
    """A company's agreement with a provider: filled in by an accountant, signed electronically by who may sign for the company."""

    _name = 'bank.agreement'
    _description = "Bank Agreement"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _order = 'id desc'

    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    provider_id = fields.Many2one(
        'bank.provider',
        required=True,
        ondelete='restrict',
        index=True,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    user_id = fields.Many2one(
        'res.users', string="Filled In by", default=lambda self: self.env.user, help="Told what becomes of it."
    )
    state = fields.Selection(STATES, required=True, default='draft', tracking=True)
    company_name = fields.Char(compute='_compute_company', store=True, readonly=False, precompute=True)
    company_registry = fields.Char(
        string="Registration Number", compute='_compute_company', store=True, readonly=False, precompute=True
    )
    vat = fields.Char(string="VAT", compute='_compute_company', store=True, readonly=False, precompute=True)
    street = fields.Char(compute='_compute_company', store=True, readonly=False, precompute=True)
    zip = fields.Char(compute='_compute_company', store=True, readonly=False, precompute=True)
    city = fields.Char(compute='_compute_company', store=True, readonly=False, precompute=True)
    country_id = fields.Many2one('res.country', compute='_compute_company', store=True, readonly=False, precompute=True)
    signatory_name = fields.Char(string="Signatory")
    signatory_role = fields.Char(string="Role", help="As in the register, such as managing director.")
    signatory_email = fields.Char(string="E-Mail")
    signatory_mobile = fields.Char(string="Mobile")
    register_people = fields.Json(copy=False, exportable=False, help="Technical: who may sign, as the register says.")
    role_source = fields.Selection(
        [('register', "As the register says"), ('declared', "As declared")],
        string="Entitled to Sign",
        compute='_compute_role_source',
        store=True,
    )
    signature_provider_id = fields.Many2one(
        'bank.signature.provider', string="Signed with", domain="[('company_id', '=', company_id)]", check_company=True
    )
    version = fields.Char(readonly=True, help="Of the text that was signed.")
    signing_ids = fields.One2many('bank.signing', 'agreement_id')
    signing_id = fields.Many2one(
        'bank.signing', string="Present Signature", compute='_compute_signing_id', compute_sudo=True
    )
    document = fields.Binary(related='signing_id.document', string="Document", groups=ACCOUNTANTS, exportable=False)
    signed_document = fields.Binary(related='signing_id.signed_document', groups=ACCOUNTANTS, exportable=False)
    file_name = fields.Char(compute='_compute_next_action')
    sent_at = fields.Datetime(readonly=True)
    signed_at = fields.Datetime(readonly=True)
    review_reason = fields.Selection(REVIEW)
    reject_reason = fields.Char()
    valid_from = fields.Date(
        string="Activation Date", readonly=True, tracking=True, help="Movements booked before it are marked."
    )
    ended_on = fields.Date(readonly=True)
    reminded = fields.Integer(help="Technical: days after which the signatory was reminded.")
    next_action = fields.Char(compute='_compute_next_action')
    can_decide = fields.Boolean(compute='_compute_can_decide')

    _living_uniq = models.UniqueIndex(
        "(company_id, provider_id) WHERE state IN ('sent', 'opened', 'signed', 'review', 'live')",
        "There is an agreement with this provider already.",
    )

    @api.depends('provider_id', 'company_id')
    def _compute_display_name(self):
        for agreement in self:
            agreement.display_name = f'{agreement.company_id.name} – {agreement.provider_id.sudo().name or ""}'

    @api.depends('company_id')
    def _compute_company(self):
        for agreement in self:
            company = agreement.company_id
            agreement.company_name, agreement.company_registry = company.name, company.company_registry
            for name in ('vat', 'street', 'zip', 'city', 'country_id'):
                agreement[name] = company[name]

    @api.depends('signing_ids')
    def _compute_signing_id(self):
        for agreement in self:
            agreement.signing_id = agreement.signing_ids.sorted('id')[-1:]

    @api.depends('state', 'signing_id.reason', 'review_reason', 'reject_reason', 'valid_from', 'signatory_name')
    def _compute_next_action(self):
        for agreement in self:
            agreement.next_action = agreement._next()
            agreement.file_name = f"{self.env._('Agreement')} {agreement.display_name}.pdf".replace('/', '-')

    def _next(self):
        who, state = self.signatory_name or '', self.state
        case = self.sudo().signing_id
        until = format_date(self.env, case.expires_at) if case.expires_at else ''
        return {
            'draft': self.env._("Fill in the company and who signs, then press Send."),
            'sent': self.env._("%(who)s has a mail with a link, valid until %(day)s, and is reminded after 3 and 7 days.", who=who, day=until),
            'opened': self.env._("%(who)s has opened the document. The link is valid until %(day)s.", who=who, day=until),
            'signed': self.env._("Signed. It goes on by itself."),
            'review': self.env._("Nothing is wrong: it is being looked at. Wait some working days."),
            'live': self.env._("Live since %s. There is nothing to do.", format_date(self.env, self.valid_from) if self.valid_from else ''),
            'rejected': self.env._("Rejected: %s Make a new one.", self.reject_reason or ''),
            'declined': self.env._("%(who)s declined to sign. %(reason)s Talk to each other, then make a new one.", who=who, reason=case.reason or ''),
            'expired': self.env._("The link has expired. Make a new one."),
            'ended': self.env._("Ended on %s. Make a new one to begin again.", format_date(self.env, self.ended_on) if self.ended_on else ''),
        }[state]  # fmt: skip

    @api.depends('provider_id')
    @api.depends_context('uid')
    def _compute_can_decide(self):
        for agreement in self:
            agreement.can_decide = agreement._may_decide()

    @api.depends('signatory_name', 'register_people')
    def _compute_role_source(self):
        for agreement in self:
            names = [name for name, _role in agreement.register_people or ()]
            listed = any(same_name(name, agreement.signatory_name) for name in names)
            agreement.role_source = 'register' if listed else 'declared'

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE | ALWAYS)
        made = super(BankAgreement, records).create(vals_list).with_env(self.env)
        made._check_own()
        return made

    def write(self, vals):
        """What is sent stands as it is; only a draft is changed."""
        if not self.env.su and vals.keys() & DECIDED:
            self._check_may_decide()  # and the rest below
        check_free(self, vals, FREE | ALWAYS | DECIDED)
        self.check_access('write')  # before anything is answered about what was sent
        if not self.env.su and 'company_id' in vals and self.sudo().signing_ids:
            raise UserError(self.env._("What was sent once stays in its company."))
        if not self.env.su and vals.keys() & FREE - ALWAYS and any(agreement.state != 'draft' for agreement in self):
            raise UserError(self.env._("It was sent: what was sent is not changed. Withdraw it first."))
        decided = {name: vals[name] for name in DECIDED & vals.keys()}
        if decided and not self.env.su:
            self.sudo().write({name: str(value or '')[:500] or False for name, value in decided.items()})
            vals = {name: value for name, value in vals.items() if name not in DECIDED}
        result = super().write(vals)
        if vals.keys() & FREE:
            self._check_own()
        return result

    def _check_own(self):
        check_companies(self, shared=False)
        for agreement in self:
            agreement.provider_id.check_access('read')
            if agreement.user_id and agreement.company_id not in agreement.sudo().user_id.company_ids:
                raise UserError(self.env._("%s is not in this company.", agreement.user_id.name))
            provider = agreement.sudo().provider_id
            if provider.company_id and provider.company_id != agreement.company_id:
                raise UserError(self.env._("This provider serves another company."))

    @api.ondelete(at_uninstall=False)
    def _keep_sent(self):
        if any(agreement.state != 'draft' or agreement.sudo().signing_ids for agreement in self):
            raise UserError(self.env._("What was sent to be signed is kept."))

    def action_register(self):
        """Fill in what the register of the company's country says of its registration number."""
        self.ensure_one()
        self._check_may('write')
        if self.state != 'draft':
            raise UserError(self.env._("It was sent already."))
        country = self.country_id.code or self.company_id.country_id.code or ''
        try:
            found = registers.look_up(country, self.company_registry or '', self._register_address(country))
        except ValueError:
            names = ', '.join(registers.ADDRESSES)
            raise UserError(self.env._("Fill in a registration number of one of these countries: %s.", names)) from None
        except BankError:
            raise UserError(self.env._("The register does not answer. Fill it in by hand.")) from None
        if not found:
            raise UserError(self.env._("The register does not know “%s”.", self.company_registry))
        values = {
            'company_name': found.name,
            'street': found.street,
            'zip': found.zip,
            'city': found.city,
            'vat': found.vat,
        }
        self.write({name: value for name, value in values.items() if value})
        self.sudo().register_people = [list(one) for one in found.people]
        if len(found.people) == 1 and not self.signatory_name:
            self.signatory_name, self.signatory_role = found.people[0]
        return True

    def _register_address(self, _country):
        """Instead of the register's own address; for tests."""
        return ''

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
        own = email_normalize(self.signatory_email) == self.env.user.email_normalized
        if own and not self.env.user.has_group(MANAGERS):
            raise UserError(self.env._("Who signs is somebody else than who sends it: the address is your own."))
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
        }
        body = self.env['ir.qweb'].sudo()._render('account_bank_feed.sign_mail', values)
        subject = (
            self.env._("Reminder: %s waits for your signature", self.company_name)
            if reminds
            else self.env._("%s: an agreement to sign", self.company_name)
        )
        mails = self.env['mail.mail'].with_user(SUPERUSER_ID)
        mail = mails.create(
            {'subject': subject, 'body_html': body, 'email_to': self.signatory_email, 'auto_delete': True}
        )
        send_when_kept(mail)
        self.message_post(body=self.env._("Sent to %s.", self.signatory_email))

    def action_withdraw(self):
        """sent, opened → draft: the link is void."""
        self._check_may('write')
        for agreement in self:
            if agreement.state not in ('sent', 'opened'):
                raise UserError(self.env._("Only what waits for its signature can be withdrawn."))
            agreement.sudo().signing_id._withdraw()
        return True

    def action_send_again(self):
        """A new link: the one before is void."""
        self.action_withdraw()
        return self.action_send()

    def action_new(self):
        """A new agreement in place of one that came to nothing; the old one is kept."""
        self.ensure_one()
        self._check_may('read')
        if self.state not in OVER:
            raise UserError(self.env._("This agreement goes on."))
        values = {
            name: self[name].id if self._fields[name].type == 'many2one' else self[name] for name in FREE - {'user_id'}
        }
        new = self.create(values)
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': new.id, 'views': [(False, 'form')]}

    def _check_may(self, what):
        self.check_access(what)
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))

    # === What it opens === #

    @api.model
    def _live(self, company, provider):
        """The company's live agreement with a provider, or none (sudo)."""
        domain = [('company_id', '=', company.id), ('provider_id', '=', provider.id), ('state', '=', 'live')]
        return self.sudo().search(domain, limit=1)
