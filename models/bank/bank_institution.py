from odoo import api, fields, models

from ...banks import client_class
from ...banks.client import PAYS


class BankInstitution(models.Model):
    """A bank that a provider can reach."""

    _name = 'bank.institution'
    _description = "Bank"
    _order = 'name'
    _rec_names_search = ['name', 'bic']

    name = fields.Char(required=True, index='trigram')
    code = fields.Char(required=True, help="What the provider calls the bank.")
    provider_id = fields.Many2one('bank.provider', required=True, ondelete='cascade', index=True)
    active = fields.Boolean(default=True)
    country_id = fields.Many2one('res.country', index='btree_not_null')
    bic = fields.Char(string="BIC")
    logo = fields.Image(max_width=128, max_height=128)
    logo_url = fields.Char(readonly=True, help="The provider's picture of the bank.")
    own_consent_days = fields.Integer(help="Technical: longest permission of this bank; 0: the provider's.")
    own_history_days = fields.Integer(help="Technical: history without a person; 0: the provider's.")
    psu_headers = fields.Json(help="Technical: headers that the bank wants of a person.")
    provider_name = fields.Char(related='provider_id.name', string="Reached Through")
    mode = fields.Selection(related='provider_id.mode')
    by_token = fields.Boolean(compute='_compute_capabilities')
    several_banks = fields.Boolean(compute='_compute_capabilities')
    consent_days = fields.Integer(compute='_compute_capabilities', help="How long a permission lasts at most.")
    history_days = fields.Integer(compute='_compute_capabilities', help="How far back a scheduled fetch can go.")

    _code_uniq = models.Constraint('UNIQUE(provider_id, code)', "This provider lists the bank already.")

    @api.depends('provider_id.interface', 'own_consent_days', 'own_history_days')
    def _compute_capabilities(self):
        for institution in self:
            capabilities = institution._capabilities()
            institution.consent_days = institution.own_consent_days or capabilities.consent_days
            institution.history_days = institution.own_history_days or capabilities.history_days
            institution.by_token = capabilities.authorisation == 'token'
            institution.several_banks = capabilities.several_banks

    @api.depends('name', 'country_id')
    def _compute_display_name(self):
        for institution in self:
            country = institution.country_id.code
            institution.display_name = f'{institution.name} ({country})' if country else institution.name

    def _client_settings(self):
        """What the client has to know of this bank."""
        self.ensure_one()
        found = {
            'country': self.country_id.code,
            'history_days': self.history_days,
            'consent_days': self.consent_days,
        }
        return {**found, 'psu_headers': tuple(self.psu_headers)} if self.psu_headers else found

    def _capabilities(self):
        """:class:`banks.client.Capabilities` of the provider's client, with its settings."""
        self.ensure_one()
        provider = self.sudo().provider_id
        pays = provider.setting_ids.filtered(lambda setting: setting.name == PAYS.name)
        return client_class(provider.interface).abilities({PAYS.name: pays._in_clear()} if pays else {})
