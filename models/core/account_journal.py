from odoo import fields, models
from odoo.exceptions import UserError

from ...matching import Decider
from ...matching.policy import PROPOSE
from ..match.source import OdooSource


class AccountJournal(models.Model):  # the class name matters: core's method below is name-mangled
    _inherit = 'account.journal'

    bank_feed_ids = fields.One2many(
        'bank.feed', 'journal_id', string="Feeding Accounts", groups='account_bank_feed.bank_feed_group_accountant'
    )

    invoice_reference_model = fields.Selection(
        selection_add=[('sk', "Slovakia: variable symbol"), ('cz', "Czechia: variable symbol")],
        # not "set default": in a Slovak company that is "sk" again, as long as this module is loaded
        ondelete={
            'sk': lambda journals: journals.write({'invoice_reference_model': 'odoo'}),
            'cz': lambda journals: journals.write({'invoice_reference_model': 'odoo'}),
        },
    )

    def __get_bank_statements_available_sources(self):
        sources = super().__get_bank_statements_available_sources()
        return [*sources, ('bank_feed', self.env._("Bank feed"))]

    def _bank_feed_decider(self, refused=()):
        """:class:`matching.Decider` for this journal's movements, with its settings."""
        self.ensure_one()
        settings = self._bank_feed_settings()
        currency = self.currency_id or self.company_id.currency_id
        policy = settings._bank_feed_policy(currency) if settings else PROPOSE  # nobody said what may be booked
        source = OdooSource(self.env, self.company_id, settings.bank_feed_months or 24)
        return Decider(source, policy, refused)

    def _bank_feed_settings(self):
        """The matching settings for this journal: those that name it, else those for all journals; maybe none."""
        models_ = (
            self.env['account.reconcile.model']
            .sudo()
            .search([('bank_feed_matching', '=', True), ('company_id', 'parent_of', self.company_id.id)])
        )
        models_ = models_.sorted(lambda model: -len(model.company_id.parent_ids))  # the nearest company's first
        own = models_.filtered(lambda model: self in model.match_journal_ids)
        return (own or models_.filtered(lambda model: not model.match_journal_ids))[:1]

    def action_bank_feed_fetch(self):
        """Fetch now, from the dashboard's card."""
        return self.bank_feed_ids.action_fetch_now()

    def action_bank_feed_renew(self):
        """Renew the connection that feeds this journal."""
        self.ensure_one()
        if not self.bank_feed_ids:
            raise UserError(self.env._("No bank account feeds this journal."))
        return self.bank_feed_ids.connection_id[:1].action_renew()

    def action_bank_feed_open(self):
        """Open the connection that feeds this journal."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'bank.connection',
            'res_id': self.bank_feed_ids.connection_id[:1].id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }
