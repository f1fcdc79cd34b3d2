from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...matching import Decider
from ...matching.policy import PROPOSE
from ..feed.card import card
from ..lib.domains import BOOKED, WAITS
from ..lib.rights import ACCOUNTANTS
from ..match.source import OdooSource

OCA_ACTION = 'account_reconcile_oca.action_bank_statement_line_reconcile'


class AccountJournal(models.Model):  # the class name matters: core's method below is name-mangled
    _inherit = 'account.journal'

    bank_feed_ids = fields.One2many('bank.feed', 'journal_id', string="Feeding Accounts", groups=ACCOUNTANTS)

    invoice_reference_model = fields.Selection(
        selection_add=[('sk', "Slovakia: variable symbol"), ('cz', "Czechia: variable symbol")],
        # not "set default": in a Slovak company that is "sk" again, as long as this module is loaded
        ondelete={
            'sk': lambda journals: journals.write({'invoice_reference_model': 'odoo'}),
            'cz': lambda journals: journals.write({'invoice_reference_model': 'odoo'}),
        },
    )

    # === Settings === #

    def __get_bank_statements_available_sources(self):
        sources = super().__get_bank_statements_available_sources()
        return [*sources, ('bank_feed', self.env._("Bank feed"))]

    def _bank_feed_decider(self, refused=()):
        """:class:`matching.Decider` for this journal's movements, with its settings."""
        self.ensure_one()
        months = self._bank_feed_settings().bank_feed_months or 24
        return Decider(OdooSource(self.env, self.company_id, months, self), self._bank_feed_policy(), refused)

    def _bank_feed_policy(self):
        """:class:`matching.policy.Policy`: what may be booked by itself here; nothing where nobody said it."""
        settings = self._bank_feed_settings()
        return settings._bank_feed_policy(self.currency_id or self.company_id.currency_id) if settings else PROPOSE

    def _bank_feed_settings(self):
        """The matching settings for this journal: those that name it, else those for all journals; maybe none."""
        models_ = (
            self.env['account.reconcile.model']
            .sudo()
            .search(
                [
                    ('bank_feed_matching', '=', True),
                    ('company_id', 'parent_of', self.company_id.id),
                    ('active', '=', True),
                ]
            )
            .with_context(active_test=False)  # settings for an archived journal are for no other
        )
        models_ = models_.sorted(lambda model: -len(model.company_id.parent_ids))  # the nearest company's first
        own = models_.filtered(lambda model: self in model.match_journal_ids)
        return (own or models_.filtered(lambda model: not model.match_journal_ids))[:1]

    @api.ondelete(at_uninstall=False)
    def _bank_feed_settings_of_deleted(self):
        """Settings that name only journals that go must not become settings for all: they are archived."""
        models_ = self.env['account.reconcile.model'].sudo().with_context(active_test=False)
        named = models_.search([('bank_feed_matching', '=', True), ('match_journal_ids', 'in', self.ids)])
        gone = named.filtered(lambda model: model.match_journal_ids <= self)
        gone.active = False
        for model in gone:
            model.message_post(body=self.env._("Archived: the journals that it was for were deleted."))
        models_.search([('match_journal_ids', 'in', self.ids)])._bank_lost_condition(self.env._("a journal"))

    # === The account at the bank === #

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

    # === Reconcile === #

    def action_bank_reconcile(self):
        """Reconcile this journal: in the widget that is installed beside ours, or in ours."""
        self.ensure_one()
        if hasattr(self, 'action_open_reconcile'):  # Odoo Enterprise's
            return self.action_open_reconcile()
        other = self.env.ref(OCA_ACTION, raise_if_not_found=False)
        domain = [('journal_id', '=', self.id)]
        if other:
            action = self.env['ir.actions.act_window']._for_xml_id(OCA_ACTION)
            return {**action, 'domain': domain, 'context': {'default_journal_id': self.id}}
        return self._bank_reconcile_action(domain, self.display_name)

    def _bank_reconcile_action(self, domain, name, line_id=False):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_reconcile_action')
        context = {'search_default_waiting': 1, **({'bank_reconcile_line_id': line_id} if line_id else {})}
        action.update(domain=[*BOOKED, *domain], display_name=name, context=context)
        return action

    def create_document_from_attachment(self, attachment_ids):
        """Files that are dropped on a bank's card are statements."""
        journal = self or self.browse(self.env.context.get('default_journal_id'))
        if journal.type not in ('bank', 'credit'):
            return super().create_document_from_attachment(attachment_ids)
        attachments = self.env['ir.attachment'].browse(attachment_ids)
        return self.env['bank.import']._drop(attachments, journal)._open()

    # === Dashboard === #

    def open_action(self):
        """*Transactions* of a journal that a bank account feeds: its movements, not core's page for entering statements."""
        fed = len(self) == 1 and (self.sudo().bank_feed_ids or self._bank_has_movements())
        if fed and not self.env.context.get('action_name') and self.env.user.has_group('account.group_account_basic'):
            action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
            return {
                **action,
                'domain': [('journal_id', '=', self.id)],
                'context': {'default_journal_id': self.id},
                'display_name': self.display_name,
            }
        return super().open_action()

    def _bank_has_movements(self):
        """Whether a file or a mail brought movements."""
        domain = [('journal_id', '=', self.id), ('bank_feed_way', '!=', False)]
        return bool(self.env['account.bank.statement.line'].sudo().search_count(domain, limit=1))

    def _fill_bank_cash_dashboard_data(self, dashboard_data):
        """Add the bank feed's card; only for who may see bank data."""
        super()._fill_bank_cash_dashboard_data(dashboard_data)
        if not self.env.user.has_group(ACCOUNTANTS):
            return
        feeds = self.env['bank.feed'].search([('journal_id', 'in', self.ids)])
        proposals = dict(
            self.env['account.bank.statement.line']._read_group(
                [('journal_id', 'in', self.ids), ('bank_match_state', '=', 'proposed'), ('is_reconciled', '=', False)],
                ['journal_id'],
                ['__count'],
            )
        )
        waiting = dict(
            self.env['account.bank.statement.line']._read_group(
                [('journal_id', 'in', feeds.journal_id.ids), *WAITS], ['journal_id'], ['__count']
            )
        )
        running = (
            self.env['bank.feed.run']
            .search([('feed_id', 'in', feeds.ids), ('state', 'in', ('queued', 'running'))])
            .feed_id
        )
        held = self.env['bank.feed.unposted']._read_group(
            [('journal_id', 'in', self.ids), ('dismissed', '=', False), ('state', '!=', 'pending')],
            ['journal_id'],
            ['__count'],
        )
        imported = self.env['bank.import.statement']._read_group(
            [('journal_id', 'in', self.ids), ('state', '=', 'done')], ['journal_id'], ['date_to:max']
        )
        for journal, day in imported:
            dashboard_data[journal.id]['bank_imported'] = format_date(self.env, day) if day else ''
        for journal, count in held:
            dashboard_data[journal.id]['bank_held'] = count
        for feed in feeds:
            dashboard_data[feed.journal_id.id]['bank_feed'] = {
                **card(feed),
                'running': feed in running,
                'proposals': proposals.get(feed.journal_id, 0),
                'waiting': waiting.get(feed.journal_id, 0),
            }
