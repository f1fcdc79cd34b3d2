import secrets

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...banks.http import Transport
from ...signing import PROVIDERS
from ..lib import sealing
from ..lib.walls import check_companies, check_free, only_free

#: what a manager fills in
FREE = {'name', 'code', 'company_id', 'active', 'client_id', 'client_secret', 'base_url'}
EVENT_PATH = '/bank_feed/sign/event'


class BankSignatureProvider(models.Model):
    """A company's account at a provider of electronic signatures. Without one, the built-in code signs."""

    _name = 'bank.signature.provider'
    _description = "Signature Provider"
    _order = 'name, id'

    name = fields.Char(required=True)
    code = fields.Selection(
        [(code, cls.label) for code, cls in PROVIDERS.items()], string="Interface", required=True, default='idura'
    )
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    active = fields.Boolean(default=True)
    client_id = fields.Char(string="Client ID")
    client_secret = fields.Char(compute='_compute_client_secret', inverse='_inverse_client_secret', exportable=False)
    has_secret = fields.Boolean(compute='_compute_client_secret', compute_sudo=True)
    secret_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    webhook_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    webhook_token = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False, index='btree_not_null'
    )
    base_url = fields.Char(string="Address", help="Of a test system; empty: the provider's own.")

    @api.depends('secret_sealed')
    def _compute_client_secret(self):
        for provider in self:
            provider.client_secret = False
            provider.has_secret = bool(provider.sudo().secret_sealed)

    def _inverse_client_secret(self):
        for provider in self.filtered('client_secret'):
            provider.sudo().secret_sealed = sealing.seal(self.env, provider.client_secret)

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE)
        made = super(BankSignatureProvider, records).create(vals_list).with_env(self.env)
        check_companies(made, shared=False)
        made._check_address()
        for provider in made.sudo():
            provider.webhook_token = secrets.token_urlsafe(24)
            provider.webhook_sealed = sealing.seal(self.env, PROVIDERS[provider.code].new_webhook_secret())
        return made

    def write(self, vals):
        """The secret goes only to the address that it was typed in for."""
        check_free(self, vals, FREE)
        self.check_access('write')  # before anything is answered about what waits there
        if {'base_url', 'code', 'company_id'} & vals.keys() and self.env['bank.signing'].sudo().search_count(
            [('provider_id', 'in', self.ids), ('state', 'in', ('pending', 'opened'))], limit=1
        ):
            raise UserError(self.env._("A signature is waiting at this provider: withdraw it first."))
        if {'base_url', 'code'} & vals.keys():
            self.sudo().filtered('secret_sealed').secret_sealed = False
        result = super().write(vals)
        check_companies(self, shared=False)
        self._check_address()
        return result

    def _check_address(self):
        if self.filtered('base_url') and not (self.env.su or self.env.user.has_group('base.group_system')):
            raise UserError(
                self.env._("Only the system's administrator can give a signature provider another address.")
            )

    def _client(self):
        """:class:`signing.provider.SignatureProvider`"""
        self.ensure_one()
        provider = self.sudo()
        cls = PROVIDERS[provider.code]
        settings = {
            'client_id': provider.client_id,
            'client_secret': sealing.unseal(self.env, provider.secret_sealed) if provider.secret_sealed else '',
            'webhook_secret': sealing.unseal(self.env, provider.webhook_sealed) if provider.webhook_sealed else '',
        }
        return cls(settings, Transport(provider.base_url or cls.address))

    def _event_url(self):
        return f'{self.get_base_url()}{EVENT_PATH}/{self.sudo().webhook_token}'
