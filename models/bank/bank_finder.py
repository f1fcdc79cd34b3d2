"""*Find my bank*: one search over the banks of all providers, set up or not."""

from odoo import api, models
from odoo.fields import Domain

from ...banks import catalogue, client_class
from ..lib import wording
from ..lib.given import given_id, given_text

#: rows that are shown; banks of the providers that are looked through
SHOWN, LOOKED_AT = 40, 20_000


class BankProvider(models.Model):
    _inherit = 'bank.provider'

    @api.model
    def find_banks(self, text='', country=''):
        """Banks by name, in a country: first those that can be connected now, then those whose provider waits to be set up.

        :param str country: two-letter code; '' for all
        :return: {'banks': [row], 'countries': [[code, name]], 'ready': count, 'unknown': nothing of this name is known}"""
        self.check_access('read')
        text, country = given_text(self.env, text, 100).strip(), given_text(self.env, country, 2).upper()
        ready = self._ready_banks(text, country)
        providers = {}
        for provider in self.search([('company_id', 'in', [False, *self.env.companies.ids])]):
            providers.setdefault(provider.interface, provider)
            if provider.mode != 'off':
                providers[provider.interface] = provider
        on = {client for client, provider in providers.items() if provider.mode != 'off'}
        later = [
            self._way_row(name, code, way, providers.get(way.interface))
            for name, code, way in catalogue.ways(text, country)
            if way.interface not in on
        ]
        unknown = not ready and not later
        if unknown:
            later = [
                self._way_row('', country, way, providers.get(way.interface))
                for way in catalogue.OTHERS
                if way.interface not in on
            ]
        return {
            'banks': [*ready, *later][:SHOWN],
            'ready': len(ready),
            'unknown': unknown,
            'countries': self._bank_countries(),
        }

    def _ready_banks(self, text, country):
        """Rows of banks whose provider is on, by name or BIC."""
        domain = Domain('mode', '!=', 'off') & Domain('provider_id.company_id', 'in', [False, *self.env.companies.ids])
        if country:
            domain &= Domain('country_id.code', '=', country) | Domain('country_id', '=', False)
        found = self.env['bank.institution'].search_fetch(domain, ['name', 'bic', 'logo_url'], limit=LOOKED_AT)
        fitting = found.filtered(lambda bank: catalogue.fits(text, f"{bank.name} {bank.bic or ''}"))[:SHOWN]
        rows = []
        for bank in fitting:
            provider = bank.sudo().provider_id
            way = catalogue.WAYS.get(provider.interface)
            rows.append(
                {
                    'key': f'bank-{bank.id}',
                    'institution_id': bank.id,
                    'provider_id': False,
                    'name': bank.name,
                    'country': bank.country_id.code or '',
                    'provider': provider.name,
                    'takes': '',
                    'minutes': 0,
                    'logo': bank.logo_url or '',
                    'at_once': bool(way and any(catalogue.fits(name, bank.name) for name in way.at_once)),
                    'test': provider.mode == 'sandbox',
                }
            )
        return rows

    def _way_row(self, name, country, way, provider):
        return {
            'key': f'way-{name}-{country}-{way.interface}',
            'institution_id': False,
            'provider_id': provider.id if provider else False,
            'interface': way.interface,
            'name': name or self.env._("Another bank"),
            'country': country,
            'provider': provider.name if provider else client_class(way.interface).label,
            'takes': self.env._(wording.EFFORTS[way.effort]),
            'minutes': way.minutes,
            'logo': '',
            'at_once': name in way.at_once,
            'test': False,
        }

    def _bank_countries(self):
        """[[code, name]] of the countries that something is known of."""
        found = self.env['bank.institution']._read_group([('mode', '!=', 'off')], ['country_id'])
        codes = {*catalogue.BANKS, *(country.code for (country,) in found if country)}
        countries = self.env['res.country'].search([('code', 'in', list(codes))], order='name')
        return [[country.code, country.name] for country in countries]

    @api.model
    def connect_bank(self, institution_id):
        """The dialog that connects a bank of the list."""
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_connect_action')
        return {**action, 'context': {'default_institution_id': given_id(self.env, institution_id)}}
