from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...statements.numbers import bank_of, iban_of
from ..lib.actions import SOFT_RELOAD
from ..lib.named import told_to_readers
from ..lib.rights import ACCOUNTANTS
from ..lib.told import Told, text
from . import routing
from .preview import ROWS

STATES = [
    ('ask', "Which Journal?"),
    ('ready', "Ready"),
    ('nothing', "Nothing New"),
    ('refused', "Cannot Be Imported"),
    ('done', "Imported"),
    ('undone', "Undone"),
]


class BankImportStatement(models.Model):
    """One account's statement of an imported file or mail: to which journal it goes, what is new in it, what came of it."""

    _name = 'bank.import.statement'
    _description = "Imported Bank Statement"
    _order = 'import_id, id'

    import_id = fields.Many2one('bank.import', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='import_id.company_id', store=True, index=True, precompute=True)
    way = fields.Selection(related='import_id.way')
    file_id = fields.Many2one('bank.import.file', ondelete='cascade')
    index = fields.Integer(help="Which one of its file.")
    voice = fields.Char(help="Technical: the source, within which a movement has one identity.")
    digest = fields.Char(help="Technical: of the mail.")
    format = fields.Char()
    account_number = fields.Char(string="Account")
    bank_code = fields.Char()
    iban = fields.Char(compute='_compute_iban')
    bank_name = fields.Char(string="Bank", compute='_compute_iban')
    currency_id = fields.Many2one('res.currency')
    number = fields.Char(help="The bank's own number of the statement.")
    page = fields.Integer(help="Of a statement that comes in pages.")
    date_from = fields.Date(string="From")
    date_to = fields.Date(string="To")
    has_opening = fields.Boolean()
    has_closing = fields.Boolean()
    opening = fields.Monetary()
    closing = fields.Monetary()
    journal_id = fields.Many2one(
        'account.journal',
        domain="[('type', 'in', ('bank', 'credit')), ('company_id', '=', company_id)]",
        index='btree_not_null',
    )
    is_chosen = fields.Boolean(help="A person has chosen the journal.")
    state = fields.Selection(STATES, required=True, default='ask')
    new_count = fields.Integer(string="New")
    known_count = fields.Integer(string="Known")
    pending_count = fields.Integer(string="Pending")
    held_count = fields.Integer(string="On Hold")
    reconciled_count = fields.Integer(string="Reconciled", compute='_compute_reconciled_count')
    told = fields.Json(exportable=False, help="Technical: sentences and rows of the preview.")
    error = Told()
    bank_statement_id = fields.Many2one('account.bank.statement', string="Statement", ondelete='set null')
    entry_ids = fields.One2many('bank.import.entry', 'statement_id')
    unposted_ids = fields.One2many('bank.feed.unposted', 'import_statement_id')

    @api.depends('account_number', 'bank_code')
    def _compute_iban(self):
        for statement in self:
            country = statement.import_id.company_id.country_id.code or ''
            statement.iban = iban_of(statement.account_number, statement.bank_code, country) or False
            statement.bank_name = bank_of(statement.iban)[1] if statement.iban else False

    @api.depends('entry_ids.state', 'entry_ids.line_id.is_reconciled')
    def _compute_reconciled_count(self):
        """How many of the movements that it brought are reconciled now."""
        entries = self.env['bank.import.entry'].sudo()
        domain = [('statement_id', 'in', self.ids), ('state', '=', 'new'), ('line_id.is_reconciled', '=', True)]
        counts = dict(entries._read_group(domain, ['statement_id'], ['__count']))
        for statement in self:
            statement.reconciled_count = counts.get(statement._origin, 0)

    @told_to_readers
    @api.depends('account_number', 'currency_id')
    def _compute_display_name(self):
        for statement in self:
            parts = (statement.journal_id.name, statement.iban or statement.account_number, statement.currency_id.name)
            statement.display_name = ' · '.join(filter(None, parts))

    def write(self, vals):
        """A person says to which journal it goes; the rest is the file's word."""
        if not self.env.su:
            if vals.keys() - {'journal_id'}:
                raise AccessError(self.env._("Only the journal of an imported statement can be chosen."))
            if self.filtered(lambda statement: statement.state not in ('ask', 'ready', 'nothing', 'refused')):
                raise UserError(self.env._("This statement is imported already."))
            if self.sudo().import_id.filtered(lambda record: record.state not in ('preview', 'done')):
                raise UserError(self.env._("It is being imported. Wait until it is done."))
            self.check_access('write')
            result = super().write(vals)
            self._check_journal()
            self.sudo().is_chosen = True
            self.sudo().import_id._preview()
            return result
        return super().write(vals)

    def _check_journal(self):
        for statement in self.filtered('journal_id'):
            journal = statement.journal_id
            journal.check_access('read')
            if journal.type not in ('bank', 'credit') or journal.company_id != statement.company_id:
                raise AccessError(self.env._("Choose a bank journal of the import's company."))

    def action_new_journal(self):
        """Make a journal for this account."""
        self.ensure_one()
        self.check_access('write')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))
        if other := routing.elsewhere(self):
            raise UserError(
                self.env._(
                    "This account belongs to %s. Switch to that company and drop the file there.", other.company_id.name
                )
            )
        if self.state == 'ask' and not self.journal_id:
            self.journal_id = routing.new_journal(self.sudo()).id
        return SOFT_RELOAD

    # === For its import === #

    def _is_account(self, numbers):
        self.ensure_one()
        return routing.is_account(self.iban or self.account_number, self.bank_code, numbers)

    def _tell_entry(self, uid, line, state):
        """What was on hold is in the books now: as this line, made for it or not; so it is for every import that told it."""
        for statement in self:
            domain = [('journal_id', '=', statement.journal_id.id), ('voice', '=', statement.voice), ('uid', '=', uid)]
            entries = self.env['bank.import.entry'].search([*domain, ('state', '=', 'held')])
            entries.write({'line_id': line.id, 'state': 'known'})
            (entries & statement.entry_ids).state = state
            (statement | entries.statement_id)._recount()

    def _recount(self):
        """What came of it, as it is now."""
        for statement in self:
            states = statement.entry_ids.mapped('state')
            statement.write({f'{name}_count': states.count(name) for name in ('new', 'known', 'held')})

    def _rows(self):
        """Rows of the preview; once it is imported, what its movements are now."""
        self.ensure_one()
        if self.state != 'done':
            rows = [{**row, 'said': text(self.env, row['said'])} for row in (self.told or {}).get('rows', [])]
            gone = self.state == 'undone'
            return [{**row, 'state': 'gone', 'said': ''} if gone and row['state'] == 'new' else row for row in rows]
        entries = self.entry_ids.filtered('line_id')[:ROWS]
        states = dict(
            self.env['account.bank.statement.line']._fields['bank_match_state']._description_selection(self.env)
        )
        return [
            {
                'date': format_date(self.env, line.date, date_format='d MMM y'),
                'name': line.partner_name or '',
                'label': line.payment_ref,
                'amount': str(line.amount),
                'state': 'done'
                if line.is_reconciled
                else 'proposed'
                if line.bank_match_state == 'proposed'
                else 'open',
                'said': states.get(line.bank_match_state, ''),
                'match': line.bank_match_text or '',
            }
            for line in entries.line_id
        ]

    def _notes(self):
        """Sentences of the preview, in the reader's language: [(level, text, whether the journal's movements help)]"""
        self.ensure_one()
        notes = (self.told or {}).get('notes', ())
        if self.state in ('done', 'undone'):  # warnings before the button are none behind it
            notes = [note for note in notes if note[0] != 'danger']
        return [(level, text(self.env, sentence), bool(look)) for level, sentence, *look in notes]

    def action_open_before(self):
        """What the journal has before the first day of the statement, the newest first: where a balance stops to join."""
        self.ensure_one()
        self.check_access('read')
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
        domain = [('journal_id', '=', self.journal_id.id), ('date', '<', self.date_from)]
        return {**action, 'domain': domain, 'context': {}, 'display_name': self.journal_id.name}
