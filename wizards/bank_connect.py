from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..banks.errors import BankError
from ..models.feed.schedule import FIRST_DAYS
from ..models.lib import sealing, wording
from ..models.lib.psu import current_psu
from ..models.lib.walls import check_free, only_free

#: what a person fills in
FREE = {'company_id', 'country_id', 'institution_id', 'token', 'token_until', 'date_from'}


class BankConnect(models.TransientModel):
    """Choose a bank and go to its log-in, or give it the token that the bank made."""

    _name = 'bank.connect'
    _description = "Connect a Bank"

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    country_id = fields.Many2one('res.country', default=lambda self: self._default_country_id())
    institution_id = fields.Many2one(
        'bank.institution',
        string="Bank",
        domain="[('mode', '!=', 'off'), '|', ('country_id', '=?', country_id), ('country_id', '=', False), "
        "'|', ('provider_id.company_id', '=', False), ('provider_id.company_id', '=', company_id)]",
    )
    consent_days = fields.Integer(related='institution_id.consent_days', related_sudo=False)
    mode = fields.Selection(related='institution_id.mode', related_sudo=False)
    by_token = fields.Boolean(related='institution_id.by_token', related_sudo=False)
    several_banks = fields.Boolean(related='institution_id.several_banks', related_sudo=False)
    provider_id = fields.Many2one(related='institution_id.provider_id', related_sudo=False)
    logo_url = fields.Char(related='institution_id.logo_url', related_sudo=False)
    token_sealed = fields.Text(groups=fields.NO_ACCESS)
    token = fields.Char(compute='_compute_token', inverse='_inverse_token', exportable=False)
    token_until = fields.Date(
        string="Token Valid Until", default=lambda self: fields.Date.context_today(self) + timedelta(days=180)
    )
    date_from = fields.Date(
        string="Movements From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=FIRST_DAYS),
        help="Many banks give their long history only in the minutes after the log-in.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE)
        made = super(BankConnect, records).create(vals_list).with_env(self.env)
        made.institution_id.check_access('read')
        return made

    def write(self, vals):
        check_free(self, vals, FREE)
        result = super().write(vals)
        self.institution_id.check_access('read')
        return result

    @api.model
    def _default_country_id(self):
        if self.env.context.get('default_institution_id'):
            return False
        country = self.env.company.account_fiscal_country_id
        known = self.env['bank.institution'].search_count(
            [('mode', '!=', 'off'), ('country_id', '=', country.id)], limit=1
        )
        return country if known else False

    @api.depends('token_sealed')
    def _compute_token(self):
        self.token = False

    def _inverse_token(self):
        for wizard in self.filtered('token'):
            wizard.sudo().token_sealed = sealing.seal(self.env, wizard.token)

    @api.model
    def try_sandbox(self):
        """Switch the sandbox bank on and offer it."""
        provider = self.env.ref('account_bank_feed.bank_provider_sandbox')
        provider.action_use()
        return self.env['bank.provider'].connect_bank(provider.institution_ids[:1].id)

    def action_connect(self):
        """Ask the bank for a permission and send the person there; with a token, go on with its account."""
        self.ensure_one()
        if not self.institution_id:
            raise UserError(self.env._("Choose your bank first."))
        self.env['bank.connection'].check_access('write')
        self._check_bank()
        if self.date_from > fields.Date.context_today(self):
            raise UserError(self.env._("Movements From: choose a day that has come already."))
        self.env['bank.agreement']._check_opens(self.company_id, self.institution_id.sudo().provider_id)
        try:
            if self.by_token:
                return self._grant()
            _consent, address = self.env['bank.consent']._start(
                self.institution_id, self.company_id, current_psu(), date_from=self.date_from
            )
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        return {'type': 'ir.actions.act_url', 'url': address, 'target': 'self'}

    def action_invite(self):
        """Who connects has no rights at the bank: ask who has."""
        self.ensure_one()
        self.env['bank.connection'].check_access('write')
        self._check_bank()
        self.env['bank.agreement']._check_opens(self.company_id, self.institution_id.sudo().provider_id)
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_invite_action')
        context = {'default_institution_id': self.institution_id.id, 'default_company_id': self.company_id.id}
        return {**action, 'context': context}

    def _check_bank(self):
        """Dialog, bank, provider and company come from the browser: they have to be the person's own."""
        if self.sudo().create_uid != self.env.user:
            raise UserError(self.env._("This dialog is somebody else's. Begin again from Connect a Bank."))
        self.institution_id.sudo(False).check_access('read')
        providers = self.env['bank.provider'].search([('id', '=', self.institution_id.sudo().provider_id.id)])
        if not providers or (providers.company_id and providers.company_id != self.company_id):
            raise UserError(self.env._("This bank cannot be reached from this company."))
        if self.company_id not in self.env.companies:
            raise UserError(self.env._("Choose one of your companies."))

    def _grant(self):
        token = sealing.unseal(self.env, self.sudo().token_sealed)
        if not token:
            raise UserError(self.env._("Paste the token that the bank made."))
        if not self.token_until or self.token_until < fields.Date.context_today(self):
            raise UserError(self.env._("Enter the day until which the token is valid."))
        psu = current_psu()
        consent = self.env['bank.consent']._grant(
            self.institution_id, self.company_id, token, self.token_until, psu, self.date_from
        )
        self.sudo().token_sealed = False
        result = self.env['bank.connect.result']._from_consent(consent, psu)
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connect.result',
            'res_id': result.id,
            'views': [(False, 'form')],
        }
