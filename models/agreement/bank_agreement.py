from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...banks.errors import BankError
from ...signing import registers
from ..lib.rights import ACCOUNTANTS
from ..lib.walls import check_companies, check_free, onchange, only_free
from .names import same_name

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
    'signatory_email', 'signatory_mobile', 'signatory_role', 'signature_provider_id', 'company_id', 'user_id', 'active',
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
        domain="[('company_id', 'in', (False, company_id)), ('agreement', '!=', 'none')]",
    )
    active = fields.Boolean(default=True)
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
    signed_by_other = fields.Boolean(compute='_compute_signed_by_other', compute_sudo=True)
    signed_as = fields.Char(related='signing_id.identified_name', string="Signed As")

    _living_uniq = models.UniqueIndex(
        "(company_id, provider_id) WHERE state IN ('sent', 'opened', 'signed', 'review', 'live')",
        "There is an agreement with this provider already.",
    )

    @api.depends('provider_id', 'company_id', 'sent_at')
    def _compute_display_name(self):
        for agreement in self:
            parts = [agreement.company_id.name or '', agreement.provider_id.sudo().name or self.env._("New")]
            if agreement.sent_at:
                parts.append(f'{format_date(self.env, agreement.sent_at)} (#{agreement.id})')
            agreement.display_name = ' – '.join(parts)

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
    @api.depends_context('uid')
    def _compute_next_action(self):
        for agreement in self:
            agreement.next_action = agreement._next()
            agreement.file_name = f"{self.env._('Agreement')} {agreement.display_name}.pdf".replace('/', '-')

    def _next(self):
        who, state = self.signatory_name or '', self.state
        case = self.sudo().signing_id
        until = format_date(self.env, case.expires_at) if case.expires_at else ''
        return {
            'draft': self.env._("Fill in the company and who signs, then press Send. What is not needed any more can be archived."),
            'sent': self.env._("%(who)s has a mail with a link, valid until %(day)s, and is reminded after 3 and 7 days. Something is wrong? Withdraw it, correct it, send it again.", who=who, day=until),
            'opened': self.env._("The document was opened; %(who)s has not signed yet. The link is valid until %(day)s.", who=who, day=until),
            'signed': self.env._("Signed. It goes on by itself."),
            'review': self._next_in_review(),
            'live': self._next_live() or self.env._("Live since %s. There is nothing to do.", format_date(self.env, self.valid_from) if self.valid_from else ''),
            'rejected': self.env._("Rejected: “%s”. When it is settled, press New Agreement.", self.reject_reason or ''),
            'declined': self.env._("%(who)s declined to sign: “%(reason)s”. Talk to each other, then press New Agreement.", who=who, reason=case.reason or '–'),
            'expired': self.env._("The link has expired before it was signed. Press New Agreement: what was filled in is taken over."),
            'ended': self.env._("Ended on %s. Press New Agreement to begin again.", format_date(self.env, self.ended_on) if self.ended_on else ''),
        }[state]  # fmt: skip

    def _next_live(self):
        if not self.valid_from or self._feeds():
            return ''
        return self.env._(
            "Live since %s. Next: connect the bank under Bank Feeds → Bank Connections.",
            format_date(self.env, self.valid_from),
        )

    def _next_in_review(self):
        if self._may_decide():
            return self.env._("Signed. Look at the document and at who signed, then approve or reject it.")
        if self.signed_by_other:
            return self.env._(
                "Signed as “%(signed)s”, while %(asked)s was asked: the provider looks at it. If that was a mistake, end it and press New Agreement.",
                signed=self.sudo().signing_id.identified_name or '?',
                asked=self.signatory_name,
            )
        return self.env._("Nothing is wrong: it is being looked at. Wait some working days.")

    @api.depends('state', 'signatory_name', 'signing_id.identified_name')
    def _compute_signed_by_other(self):
        for agreement in self:
            signed = agreement.sudo().signing_id.identified_name
            agreement.signed_by_other = bool(signed) and not same_name(signed, agreement.signatory_name)

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

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, FREE | ALWAYS | DECIDED)

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
            if country in registers.ADDRESSES:
                raise UserError(self._no_number()) from None
            names = ', '.join(registers.ADDRESSES)
            raise UserError(self.env._("Only the registers of %s can be asked. Fill it in by hand.", names)) from None
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

    def _no_number(self):
        return self.env._("“%(number)s” is no registration number of %(country)s. Look at its digits.",
                          number=self.company_registry or '', country=self.country_id.name or self.company_id.country_id.name or '?')  # fmt: skip

    def _register_address(self, _country):
        """Instead of the register's own address; for tests."""
        return ''

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
        self.activity_ids.sudo().filtered('automated').unlink()  # what it came to is settled with the new one
        return {'type': 'ir.actions.act_window', 'res_model': self._name, 'res_id': new.id, 'views': [(False, 'form')]}

    def _check_may(self, what):
        self.check_access(what)
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))
