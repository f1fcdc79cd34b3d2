"""What a person needs to set a provider up alone: what it asks for, addresses to copy, a key pair, a test."""

import secrets

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ...banks import client_class
from ...banks.crypto import self_signed
from ...banks.errors import BankError
from ...sandbox import stub_class
from ..lib import sealing, wording
from ..lib.rights import MANAGERS
from .bank_provider import RETURN_PATH, SANDBOX_PATH, WEBHOOK_PATH
from .bank_vault import RecordVault

_lt = LazyTranslate(__name__)

#: the key pair of an application is valid so long
KEY_DAYS = 10 * 365


class BankProvider(models.Model):
    _inherit = 'bank.provider'

    setting_ids = fields.One2many('bank.provider.setting', 'provider_id', string="Settings", groups=MANAGERS)
    has_settings = fields.Boolean(compute='_compute_kind')
    has_stub = fields.Boolean(compute='_compute_kind')
    asks_address = fields.Boolean(compute='_compute_kind')
    asks_key = fields.Boolean(compute='_compute_kind')
    has_push = fields.Boolean(compute='_compute_kind')
    asks_key_pair = fields.Boolean(compute='_compute_kind')
    has_redirect = fields.Boolean(compute='_compute_kind')
    key_setting_id = fields.Many2one('bank.provider.setting', compute='_compute_key_setting', groups=MANAGERS)
    has_key = fields.Boolean(compute='_compute_key_setting')
    certificate = fields.Text(compute='_compute_key_setting', string="Certificate to hand in")
    practice = fields.Boolean(
        tracking=True, help="Speak with this server's own copy of the provider's interface: no contract, no real money."
    )
    portal_url = fields.Char(compute='_compute_addresses')
    redirect_url = fields.Char(compute='_compute_addresses', string="Return address")
    is_local = fields.Boolean(
        compute='_compute_addresses', help="No bank can send anybody back to this server's address."
    )
    webhook_url = fields.Char(compute='_compute_addresses', string="Webhook address", groups=MANAGERS)
    webhook_token = fields.Char(groups=fields.NO_ACCESS, copy=False, exportable=False, index='btree_not_null')
    guide = fields.Html(compute='_compute_guide', sanitize=False, groups=MANAGERS)
    test_result = fields.Char(readonly=True, copy=False)
    test_ok = fields.Boolean(readonly=True, copy=False)

    @api.depends('interface')
    def _compute_kind(self):
        for provider in self:
            cls = client_class(provider.interface) if provider.interface else None
            provider.has_settings = bool(cls and cls.asks)
            provider.has_stub = bool(provider.interface and stub_class(provider.interface))
            provider.asks_address = bool(cls and not cls.addresses and not cls.built_in)
            provider.asks_key = bool(cls and cls.api_key)
            provider.asks_key_pair = bool(cls and any(asked.kind == 'key' for asked in cls.asks))
            provider.has_push = bool(cls and cls.capabilities.push)
            provider.has_redirect = bool(cls and cls.registers_redirect)

    @api.depends('interface', 'setting_ids.value_sealed')
    def _compute_key_setting(self):
        for provider in self:
            setting = provider.sudo().setting_ids.filtered(lambda row: row.kind == 'key')[:1]
            provider.key_setting_id = setting.sudo(False)
            provider.has_key = setting.is_set
            provider.certificate = setting.certificate

    @api.depends('interface', 'practice')
    def _compute_addresses(self):
        base = self.env['bank.provider'].get_base_url()
        for provider in self:
            token = provider.sudo().webhook_token
            provider.redirect_url = f'{base}{RETURN_PATH}'
            provider.is_local = not base.startswith('https://')
            provider.webhook_url = f'{base}{WEBHOOK_PATH}/{token}' if provider.has_push and token else False
            provider.portal_url = f'{base}{SANDBOX_PATH}/{provider.interface}/portal' if provider.practice else False

    @api.depends('interface', 'practice', 'certificate', 'webhook_url')
    def _compute_guide(self):
        """The steps of this provider's own template ``guide_<client>``, where it has one."""
        for provider in self:
            values = {'provider': provider, 'redirect': provider.redirect_url, 'webhook': provider.webhook_url}
            cls = client_class(provider.interface) if provider.interface else None
            own = cls.guide if cls else ''
            template = self.env.ref(own or f'account_bank_feed.guide_{provider.interface}', raise_if_not_found=False)
            provider.guide = template and Markup(self.env['ir.qweb']._render(template.id, values))

    @api.constrains('mode')
    def _check_tested(self):
        for provider in self.filtered(lambda row: row.mode == 'live' and not row.test_ok):
            raise ValidationError(self.env._("“%s”: press Test Connection before you go live.", provider.name))

    @api.constrains('practice', 'mode')
    def _check_practice(self):
        for provider in self:
            if provider.practice and provider.mode == 'live':
                raise ValidationError(
                    self.env._("“%s” is set to practise: end the practice before you go live.", provider.name)
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        providers = super().create(vals_list)
        providers._sync_settings()
        return providers

    def write(self, vals):
        """Settings go only to the address that they were typed in for."""
        if vals.get('practice') is False:
            self.filtered('practice')._end_practice()
        moved = self.filtered(
            lambda row: any(name in vals and row[name] != vals[name] for name in ('interface', 'base_url', 'practice'))
        )
        if moved:  # first the old ones go: what is typed in together with the new address belongs to it
            moved._check_shared(vals)
            moved.sudo().setting_ids._clear()
        if vals.get('setting_ids'):
            vals = {**vals, 'setting_ids': self._addresses_first(vals['setting_ids'])}
        result = super().write(vals)
        if moved:
            moved._sync_settings()
            moved._end_consents()
        return result

    def _addresses_first(self, commands):
        """A new address empties the secrets of the old one, so it has to come before those of its own."""
        addresses = set(self.sudo().setting_ids.filtered(lambda row: row.kind == 'address').ids)
        return sorted(commands, key=lambda command: command[1] not in addresses)

    def _end_consents(self):
        """What was granted elsewhere is of no use at another address, and must not be sent there."""
        for provider in self.sudo():
            RecordVault(provider).forget()
            consents = self.env['bank.consent'].sudo().search([('institution_id.provider_id', '=', provider.id)])
            consents._set_state('terminatedByTpp')
            consents._tell_end(_lt("The provider's address was changed. Renew the connection."))

    def _sync_settings(self):
        """One row for each thing that the client asks for, and the webhook's address."""
        for provider in self.sudo():
            asks = client_class(provider.interface).asks
            provider.setting_ids.filtered(lambda row: not row._asked()).unlink()
            there = set(provider.setting_ids.mapped('name'))
            self.env['bank.provider.setting'].sudo().create(
                [
                    {'provider_id': provider.id, 'name': asked.name, 'sequence': place}
                    for place, asked in enumerate(asks)
                    if asked.name not in there
                ]
            )
            if not provider.webhook_token:
                provider.webhook_token = secrets.token_urlsafe(32)

    # === Actions === #

    def action_generate_key(self):
        """A new private key, sealed here and never shown, and the certificate that is handed in for it."""
        self.ensure_one()
        self.check_access('write')
        self._check_shared({'credential'})
        setting = self.key_setting_id
        if not setting:
            raise UserError(self.env._("This provider needs no key."))
        private, certificate = self_signed(self.env.company.name or "Odoo", KEY_DAYS)
        setting.sudo().write({'value_sealed': sealing.seal(self.env, private), 'certificate': certificate})
        setting._forget_verdict()
        setting._log_change()
        return True

    def action_test(self):
        """Try the settings; the verdict stays on the form. Switches nothing on."""
        self.ensure_one()
        self.check_access('write')
        missing = self.setting_ids.filtered(lambda row: row.required and not row.is_set)
        try:
            if missing:
                raise UserError(self.env._("Fill in first: %s.", ', '.join(missing.mapped('label'))))
            text, good = self._make_client(self.mode if self.mode != 'off' else 'sandbox').test(), True
        except BankError as error:
            text, good = wording.bank_error(self.env, error, attended=True), False
        except UserError as error:
            text, good = str(error), False
        self.sudo().write({'test_result': text, 'test_ok': good})
        return True

    def action_practise(self):
        """Use this server's own copy of the interface."""
        self.check_access('write')
        self.write({'practice': True, 'mode': 'off'})

    def action_end_practice(self):
        """Back to the real interface: off, with empty settings."""
        self.check_access('write')
        self.write({'practice': False, 'mode': 'off'})

    def _end_practice(self):
        """What was connected to practise ends, while its bank can still be told; nobody is asked to renew it."""
        self._check_shared()
        connections = self.env['bank.connection'].sudo().search([('provider_id', 'in', self.ids)])
        connections.filtered(lambda row: row.state != 'disconnected').action_disconnect()
