from ipaddress import ip_address
from urllib.parse import urlsplit

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.http import request

from ...banks import catalogue, client_class, client_codes
from ...banks.errors import BankError
from ...banks.http import Transport
from ..lib import sealing, wording
from ..lib.walls import check_companies, check_free, only_free
from .bank_vault import RecordVault

#: what a manager may change of a provider that serves all companies
LOOKS = {'sequence'}
#: what a manager fills in at all; the verdict of a test is not among it
FREE = {
    'agreement', 'agreement_review', 'name', 'sequence', 'active', 'interface', 'mode', 'company_id', 'base_url', 'credential', 'practice', 'setting_ids',
    'activity_ids', 'message_follower_ids', 'message_ids', 'message_main_attachment_id',
}  # fmt: skip
#: letters of a bank's name or code, of a BIC; banks of one provider
MAX_NAME, MAX_BIC, MAX_BANKS = 200, 11, 20_000
SANDBOX_PATH, RETURN_PATH, WEBHOOK_PATH = '/bank_feed/sandbox', '/bank_feed/return', '/bank_feed/webhook'


#: letters of an address
MAX_ADDRESS = 2000


def is_address(text, scheme='https'):
    """Whether a text is a bank's address: https, or ``http`` of a stand-in on this machine; no credentials in it."""
    try:
        parts = urlsplit(text or '')
    except ValueError:
        return False
    if any(char.isspace() or not char.isprintable() for char in text or '') or len(text or '') > MAX_ADDRESS:
        return False
    here = scheme == 'https' or parts.hostname in ('127.0.0.1', 'localhost')
    return bool(parts.scheme == scheme and parts.hostname and here and '@' not in parts.netloc)


def is_public(text):
    """Whether an address may be a bank's: https at a name or a public number, not something inside one's own network."""
    if not is_address(text):
        return False
    host = urlsplit(text).hostname.rstrip('.')
    try:
        return ip_address(host).is_global
    except ValueError:
        # "10.1" and "0177.0.0.1" are numbers, too
        return (
            '.' in host
            and not host.rpartition('.')[2][:1].isdigit()
            and not host.endswith(('.localhost', '.local', '.internal'))
        )


class BankProvider(models.Model):
    """Access to one bank API: which client, where, with which credentials. Who changed what of them stays in the chatter,
    the secret values never."""

    _name = 'bank.provider'
    _inherit = ['mail.thread']
    _description = "Bank Provider"
    _order = 'sequence, name'

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    interface = fields.Selection(
        selection=lambda self: self._selection_client(),
        required=True,
        help="The kind of bank interface that this provider speaks.",
    )
    mode = fields.Selection(
        [('off', "Off"), ('sandbox', "Sandbox"), ('live', "Live")],
        default='off',
        required=True,
        tracking=True,
        help="Off: never called. Sandbox: test data only. Live: real accounts.",
    )
    company_id = fields.Many2one(
        'res.company',
        default=lambda self: self._default_company_id(),
        help="Leave empty to offer this provider to all companies.",
    )
    base_url = fields.Char(
        string="Address",
        tracking=True,
        help="Where the bank's interface begins, e.g. https://api.bank.example/psd2/",
    )
    credential_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    credential = fields.Char(
        string="Key",
        compute='_compute_credential',
        inverse='_inverse_credential',
        copy=False,
        exportable=False,
        help="A key that the bank gave you, sent with every call. It is kept sealed and never shown again.",
    )
    has_credential = fields.Boolean(compute='_compute_credential')
    institution_ids = fields.One2many('bank.institution', 'provider_id', string="Banks")
    connection_count = fields.Integer(compute='_compute_connection_count')
    built_in = fields.Boolean(compute='_compute_built_in')
    reach = fields.Char(
        compute='_compute_reach', string="Countries", help="Where it reaches banks, as far as it is known."
    )
    takes = fields.Char(compute='_compute_reach', string="What It Takes")

    @api.model
    def _default_company_id(self):
        return False if self.env.user.has_group('base.group_system') else self.env.company

    @api.depends('credential_sealed')
    def _compute_credential(self):
        for provider in self:
            provider.credential = False
            provider.has_credential = bool(provider.sudo().credential_sealed)

    def _inverse_credential(self):
        for provider in self.filtered('credential'):
            provider.sudo().credential_sealed = sealing.seal(self.env, provider.credential)
            provider._message_log(body=self.env._("“%s” was changed.", self.env._("Key")))

    def _compute_connection_count(self):
        counts = dict(
            self.env['bank.connection']._read_group([('provider_id', 'in', self.ids)], ['provider_id'], ['__count'])
        )
        for provider in self:
            provider.connection_count = counts.get(provider, 0)

    @api.depends('interface')
    def _compute_reach(self):
        """Where it reaches banks, and what it takes, as far as it is known before it is set up."""
        for provider in self:
            way = catalogue.WAYS.get(provider.interface)
            countries = [
                code
                for code in catalogue.BANKS
                if way and any(row[2].interface == way.interface for row in catalogue.ways(country=code))
            ]
            provider.reach = ', '.join(countries)
            provider.takes = self.env._(wording.EFFORTS[way.effort]) if way else False

    @api.depends('interface')
    def _compute_built_in(self):
        for provider in self:
            provider.built_in = bool(provider.interface) and client_class(provider.interface).built_in

    @api.model
    def _selection_client(self):
        return client_codes()

    @api.constrains('mode', 'base_url', 'interface', 'practice')
    def _check_address(self):
        """Where a provider that is on may be reached; one that practises has this server's own address."""
        on = self.filtered(lambda row: row.mode != 'off')
        for provider in on.filtered(lambda row: row.base_url or (row.asks_address and not row.practice)):
            local = provider.mode == 'sandbox' and is_address(provider.base_url, 'http')
            if not local and not is_address(provider.base_url):
                raise ValidationError(
                    self.env._("Bank provider “%s” needs an address that begins with https://.", provider.name)
                )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE)
        providers = super(BankProvider, records).create(vals_list).with_env(self.env)
        providers._check_shared()
        providers.filtered('base_url')._check_own_address()
        check_companies(providers)
        return providers

    def write(self, vals):
        """A key goes only to the address that it was typed in for."""
        check_free(self, vals, FREE)
        self._check_shared(vals)
        if {'base_url', 'interface'} & vals.keys():
            for provider in self.sudo().filtered('credential_sealed'):
                if any(provider[name] != vals.get(name, provider[name]) for name in ('base_url', 'interface')):
                    provider.credential_sealed = False
        result = super().write(vals)
        self._check_shared(vals)
        if {'base_url', 'interface'} & vals.keys():
            self.filtered('base_url')._check_own_address()
        check_companies(self)
        return result

    def unlink(self):
        self._check_shared()
        return super().unlink()

    def _check_own_address(self):
        """A stand-in on this machine, or a gateway of one's own before a provider whose address is known, is for the system's
        administrator to name: the server itself calls it."""
        if self.env.su or self.env.user.has_group('base.group_system'):
            return
        for provider in self:
            if not provider.asks_address or not is_public(provider.base_url):
                raise AccessError(
                    self.env._("Only the system's administrator can give “%s” this address.", provider.name)
                )

    def _check_shared(self, vals=('company_id',)):
        """What serves all companies is for the system's administrator to change."""
        touched = set(vals) - LOOKS
        if touched and not self.env.su and not self.env.user.has_group('base.group_system'):
            shared = self.filtered(lambda provider: not provider.company_id)
            if shared:
                raise AccessError(
                    self.env._(
                        "Bank provider “%s” serves all companies: ask the system's administrator.", shared[0].name
                    )
                )

    # === Actions === #

    def action_use(self):
        """Switch it on and list its banks: the built-in sandbox bank, or a provider whose settings were tried."""
        self.check_access('write')
        off = self.filtered(lambda provider: provider.mode == 'off')
        off.sudo().filtered('built_in').mode = 'sandbox'
        off.filtered(lambda provider: not provider.built_in).mode = 'sandbox'
        return self.action_refresh_institutions()

    def action_refresh_institutions(self):
        """Ask the provider which banks it reaches, and list them."""
        self.check_access('write')
        for provider in self:
            try:
                found = provider._client().institutions()
            except BankError as error:
                raise UserError(wording.bank_error(self.env, error, attended=True)) from None
            provider.sudo()._store_institutions(found)
        return True

    def action_open_connections(self):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_connection_action')
        return {**action, 'domain': [('provider_id', 'in', self.ids)]}

    # === Business === #

    def _client(self, consent=None, institution=None):
        """The :class:`banks.client.BankClient` of this provider. UserError when it is switched off.

        :param consent: the permission whose tokens are used
        :param institution: the bank that is spoken with; default the permission's"""
        self.ensure_one()
        if not self.sudo().active:
            raise UserError(self.env._("Bank provider “%s” is archived.", self.sudo().name))
        if self.sudo().mode == 'off':
            raise UserError(self.env._("Bank provider “%s” is switched off.", self.sudo().name))
        return self._make_client(self.sudo().mode, consent, institution)

    def _make_client(self, mode, consent=None, institution=None):
        provider = self.sudo()
        cls = client_class(provider.interface)
        settings = {'name': provider.name, **self.env['bank.provider.setting']._values(provider)}
        if institution := institution or (consent and consent.institution_id):
            settings.update(institution.sudo()._client_settings())
        own = provider.base_url
        headers, address = {}, own or cls.addresses.get(mode) or provider.base_url
        if cls.built_in or provider.practice:
            # the call comes from this server and has no session, so it has to name its database
            headers['X-Odoo-Database'] = self.env.cr.dbname
            headers['X-API-Key'] = self.env['bank.sandbox']._key()
            address = f"{provider.get_base_url()}{SANDBOX_PATH}{'' if cls.built_in else f'/{provider.interface}'}"
            settings.update(cls.practice_settings)
        elif provider.credential_sealed:
            headers['X-API-Key'] = sealing.unseal(self.env, provider.credential_sealed)
        return cls(
            Transport(address or '', headers, adapter=cls.adapter(settings)),
            settings,
            vault=consent and RecordVault(consent),
            app_vault=RecordVault(provider),
        )

    def _is_picture(self, address, schemes):
        """Whether a browser may be sent to an address for a bank's picture: never to this server, where an address acts."""
        if not any(is_address(address, scheme) for scheme in schemes):
            return False
        own = {urlsplit(self.get_base_url()).hostname}
        if request:
            own.add(urlsplit(request.httprequest.host_url).hostname)
        path = urlsplit(address).path
        is_ours = path.startswith(f'{SANDBOX_PATH}/') and '..' not in path and '%' not in path
        return urlsplit(address).hostname not in own or is_ours

    def _store_institutions(self, found):
        """Create, update and archive the banks that the provider named (:class:`banks.data.Institution`)."""
        self.ensure_one()
        known = {institution.code: institution for institution in self.with_context(active_test=False).institution_ids}
        found = [row for row in found if row.code and len(row.code) <= MAX_NAME and len(row.bic) <= MAX_BIC]
        if known and not found:
            raise UserError(self.env._("The provider names no bank at all. Nothing was changed."))
        found = list({row.code: row for row in found}.values())[:MAX_BANKS]
        countries = {
            country.code: country.id
            for country in self.env['res.country'].search([('code', 'in', [row.country for row in found])])
        }
        schemes = ('https', 'http') if self.mode == 'sandbox' else ('https',)
        new = []
        for row in found:
            values = {
                'name': row.name[:MAX_NAME],
                'bic': row.bic,
                'country_id': countries.get(row.country, False),
                'active': True,
                'logo_url': row.logo if self._is_picture(row.logo, schemes) else False,
                'own_consent_days': row.consent_days or 0,
                'own_history_days': row.history_days or 0,
                'psu_headers': list(row.psu_headers),
            }
            if row.code in known:
                institution = known.pop(row.code)
                if any(institution[name] != value for name, value in values.items() if name != 'country_id'):
                    institution.write(values)
            else:
                new.append({**values, 'code': row.code, 'provider_id': self.id})
        self.env['bank.institution'].create(new)
        for gone in known.values():
            gone.active = False
