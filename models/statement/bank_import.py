import logging

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from ...matching.decide import place as where
from ..lib.actions import BACK, SOFT_RELOAD
from ..lib.named import told_to_readers
from ..lib.rights import ACCOUNTANTS
from ..lib.told import Told
from ..lib.walls import check_free
from . import history, routing
from .posting import Import
from .preview import Preview
from .undo import Undo

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

CRON = 'account_bank_feed.ir_cron_import'
#: movements that are imported at once, while the person waits; more are in the background
AT_ONCE = 500
#: files of one import, bytes of them that are read while the person waits
MAX_FILES, MAX_WAIT = 50, 4 * 1024 * 1024


class BankImport(models.Model):
    """Files that somebody dropped at once, or a bank's mail: what is in them, what came of it; it can be taken back as a whole."""

    _name = 'bank.import'
    _description = "Bank Statement Import"
    _order = 'id desc'

    name = fields.Char(required=True)
    way = fields.Selection([('file', "File"), ('mail', "Mail")], required=True, default='file')
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    journal_id = fields.Many2one('account.journal', string="Dropped On", ondelete='set null')
    user_id = fields.Many2one('res.users', string="By", default=lambda self: self.env.user)
    state = fields.Selection(
        [
            ('reading', "Reading"),
            ('preview', "Preview"),
            ('queued', "Importing"),
            ('done', "Imported"),
            ('undone', "Undone"),
        ],
        required=True,
        default='reading',
        index=True,
    )
    imported_at = fields.Datetime(string="Imported")
    undone_at = fields.Datetime(string="Undone On")
    undone_by = fields.Many2one('res.users')
    message = Told()
    file_ids = fields.One2many('bank.import.file', 'import_id')
    statement_ids = fields.One2many('bank.import.statement', 'import_id')
    new_count = fields.Integer(string="New", compute='_compute_counts')
    known_count = fields.Integer(string="Known", compute='_compute_counts')
    held_count = fields.Integer(string="On Hold", compute='_compute_counts')
    reconciled_count = fields.Integer(string="Reconciled", compute='_compute_counts')
    asks = fields.Boolean(compute='_compute_counts')
    can_import = fields.Boolean(compute='_compute_counts')
    preview = fields.Json(compute='_compute_preview', exportable=False)

    summary = fields.Char(compute='_compute_summary')

    @told_to_readers
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends(
        'state',
        'statement_ids.new_count',
        'statement_ids.known_count',
        'statement_ids.held_count',
        'statement_ids.reconciled_count',
        'statement_ids.state',
    )
    def _compute_counts(self):
        for record in self:
            ours = record.statement_ids
            if record.state == 'done':  # what still waits for its journal is not in the books
                ours = ours.filtered(lambda statement: statement.state == 'done')
            for name in ('new_count', 'known_count', 'held_count', 'reconciled_count'):
                record[name] = sum(ours.mapped(name))
            states = record.statement_ids.mapped('state')
            record.asks = 'ask' in states
            record.can_import = record.state in ('preview', 'done') and 'ready' in states

    @api.depends('state', 'new_count', 'known_count', 'held_count', 'reconciled_count')
    def _compute_summary(self):
        for record in self:
            record.summary = history.summary(record) if record.state == 'done' else False

    @api.depends('statement_ids.told', 'file_ids.error', 'statement_ids.journal_id')
    def _compute_preview(self):
        """What the page shows below the accounts: files that were not read, and each account's sentences and rows."""
        for record in self:
            record.preview = {
                'earlier': history.imported_before(record) if record.state == 'preview' else [],
                'files': [
                    {'id': file.id, 'name': file.name, 'error': file.error or '', 'code': file.error_code or ''}
                    for file in record.file_ids
                    if file.error
                ],
                'accounts': [
                    {
                        'id': statement.id,
                        'name': statement.display_name or statement.file_id.name or '',
                        'state': statement.state,
                        'notes': statement._notes(),
                        'rows': statement._rows(),
                        'more': (statement.told or {}).get('more', 0),
                        'currency': statement.currency_id.id or statement.journal_id.currency_id.id or statement.company_id.currency_id.id,
                    }
                    for statement in record.statement_ids
                ],
            }  # fmt: skip

    def write(self, vals):
        """On the page a person chooses the journals of its statements; the rest is the files' word."""
        check_free(self, vals, {'statement_ids'})
        return super().write(vals)

    # === Drop === #

    @api.model
    def _drop(self, attachments, journal):
        """Read files that a person dropped.

        :param attachments: ``ir.attachment`` that the person has just uploaded
        :param journal: on which they were dropped, or none
        :return: the import"""
        self._check_may_import()
        if not attachments:
            raise UserError(self.env._("There is no file."))
        if len(attachments) > MAX_FILES:
            raise UserError(self.env._("At most %s files at once.", MAX_FILES))
        mine = attachments.sudo().filtered(
            lambda one: (
                one.create_uid == self.env.user and not one.res_model and not one.res_field and one.type == 'binary'
            )
        )
        if mine != attachments.sudo():
            raise AccessError(self.env._("Only files that you have just uploaded can be imported."))
        journal.check_access('read')
        company = journal.company_id or self.env.company
        if company not in self.env.companies:
            raise AccessError(self.env._("Choose a bank journal of one of your companies."))
        record = self.sudo().create(
            {
                'name': ', '.join(attachments.mapped('name'))[:200],
                'company_id': company.id,
                'journal_id': journal.id,
                'user_id': self.env.uid,
            }
        )
        size = 0
        for attachment in mine:
            file = record.file_ids.create({'import_id': record.id, 'name': attachment.name})
            size += attachment.file_size
            attachment.write({'res_model': file._name, 'res_id': file.id, 'res_field': 'content', 'public': False})
        if size > MAX_WAIT:
            record._wake()
        else:
            record._read()
        return record.sudo(False)

    def create_document_from_attachment(self, attachment_ids):
        """Read files that a person has uploaded just now, whichever accounts they are of; opens the preview. Core's upload button
        calls it so."""
        attachments = self.env['ir.attachment'].browse(attachment_ids)
        return self._drop(attachments, self.env['account.journal'])._open()

    def _open(self):
        return {
            'type': 'ir.actions.act_window',
            'res_model': self._name,
            'res_id': self.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def _read(self):
        """reading → preview: read the files, find the journals, say what would be done."""
        self.ensure_one()
        self.statement_ids.unlink()
        told = []
        for file in self.file_ids:
            told += [(file, index, one) for index, one in enumerate(file._read())]
        earlier = []
        alone = len({one.head.account for _file, _index, one in told}) == 1
        for file, index, one in told:
            statement = self._make_statement(one, file, index)
            statement.journal_id = routing.journal_of(statement, self.journal_id, alone)
            statement.write(Preview(statement, one, earlier).values())
        self.state = 'preview'
        self._notify()

    def _make_statement(self, told, file=None, index=0):
        values = {'import_id': self.id, 'file_id': file.id if file else False, 'index': index}
        return self.env['bank.import.statement'].create({**values, **self._statement_values(told)})

    @api.model
    def _statement_values(self, told):
        """What a file or a mail says of a statement."""
        head, (first, last) = told.head, told.days
        currency = (
            self.env['res.currency'].with_context(active_test=False).search([('name', '=', head.currency)], limit=1)
        )
        return {
            'voice': told.voice,
            'format': head.format,
            'account_number': head.account,
            'bank_code': head.bank,
            'currency_id': currency.id,
            'number': head.number or head.id,
            'page': head.page.number if head.page else 0,
            'date_from': first,
            'date_to': last,
            'has_opening': bool(head.opening),
            'has_closing': bool(head.closing),
            'opening': float(head.opening.amount) if head.opening else 0.0,
            'closing': float(head.closing.amount) if head.closing else 0.0,
        }

    def _preview(self):
        """Say anew what would become of the statements: the journal of one was chosen."""
        earlier = []
        open_ones = self.statement_ids.filtered(lambda one: one.state in ('ask', 'ready', 'nothing', 'refused'))
        for file, ours in open_ones.grouped('file_id').items():
            told = file._read()
            for statement in ours:
                statement.write(Preview(statement, told[statement.index], earlier).values())

    def _own_profiles(self):
        """Forms of CSV exports that people of the company taught."""
        taught = self.env['bank.import.profile'].search(
            [('company_id', '=', self.company_id.id), ('is_taught', '=', True)]
        )
        return tuple(profile._profile() for profile in taught)

    # === Import === #

    def action_import(self):
        """Post what is new of all statements whose journal is known."""
        self.ensure_one()
        self._check_may_import()
        self.check_access('read')
        if not self.can_import:
            raise UserError(self.env._("There is nothing to import."))
        for statement in self.statement_ids.filtered(lambda one: one.state == 'ready'):
            statement._check_journal()
        record = self.sudo()
        if sum(one.new_count for one in record.statement_ids if one.state == 'ready') > AT_ONCE:
            record.state = 'queued'
            record._wake()
        else:
            record._import()
        return SOFT_RELOAD

    def _import(self, between=None):
        """preview, queued → done: each statement whole.

        :param between: called after each statement; may commit"""
        self.ensure_one()
        for file, ours in self.statement_ids.filtered(lambda one: one.state == 'ready').grouped('file_id').items():
            told = file._read()
            for statement in ours:
                Import(statement, told[statement.index]).run(between)
                if between:
                    self._notify()
                    between()
        self.write({'state': 'done', 'imported_at': fields.Datetime.now()})
        self._notify()

    def action_discard(self):
        """Nothing of it was imported: it goes, with its files."""
        self._check_may_import()
        self.check_access('read')
        if any(record.state not in ('preview', 'undone') for record in self):
            raise UserError(self.env._("Only what was not imported can be discarded."))
        self.sudo().unlink()
        return BACK

    # === Undo === #

    def action_undo(self):
        """Take back the whole import: its lines and what was reconciled with them."""
        self.ensure_one()
        self._check_may_import()
        self.check_access('read')
        if self.state != 'done':
            raise UserError(self.env._("Only what was imported can be taken back."))
        message = Undo(self.sudo()).run()
        self.env['bank.mail'].sudo()._undone(self)
        self.sudo().write(
            {'state': 'undone', 'undone_at': fields.Datetime.now(), 'undone_by': self.env.uid, 'message': message}
        )
        return SOFT_RELOAD

    def action_open_lines(self):
        """The movements that the import made."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
        lines = self.sudo().statement_ids.entry_ids.filtered(lambda entry: entry.state == 'new').line_id
        return {**action, 'domain': [('id', 'in', lines.ids)], 'context': {}, 'display_name': self.name}

    def action_open_held(self):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_unposted_action')
        return {**action, 'domain': [('import_statement_id', 'in', self.statement_ids.ids)], 'context': {}}

    def action_reconcile(self):
        """Reconcile what waits of the journals into which it was imported."""
        self.ensure_one()
        journals = self.statement_ids.journal_id
        return journals[:1]._bank_reconcile_action([('journal_id', 'in', journals.ids)], self.name)

    @api.ondelete(at_uninstall=False)
    def _keep_imported(self):
        """What was imported is kept: it is the way to take it back."""
        if any(record.state in ('queued', 'done') for record in self):
            raise UserError(self.env._("Take the import back first."))

    # === In the background === #

    def _wake(self):
        self.env.ref(CRON).sudo()._trigger()

    @api.model
    def _cron_import(self):
        """Read and import what is too large to be waited for; one failure leaves the others alone."""
        cron = self.env['ir.cron']
        waiting = self.search([('state', 'in', ('reading', 'queued'))], order='id')
        cron._commit_progress(remaining=len(waiting))
        for record in waiting:
            record = record.with_company(record.company_id).with_context(lang=record.user_id.lang, tz=record.user_id.tz)
            try:
                if record.state == 'reading':
                    record._read()
                else:
                    record._import(between=cron._commit_progress)
            except Exception as error:
                self.env.cr.rollback()
                _logger.warning("Bank import %s failed: %s at %s", record.id, type(error).__name__, where(error, 4))
                message = record._take_back_parts()
                done = any(statement.state == 'done' for statement in record.statement_ids)
                record.write(
                    {
                        'state': 'done' if done else 'preview',
                        'message': message,
                    }
                )
                record._notify()
            if not cron._commit_progress(1):
                break

    def _take_back_parts(self):
        """A statement that failed half-way is nothing at all; where somebody has locked its days meanwhile, what is there stays and can
        be taken back later.

        :return: what became of it, a sentence"""
        begun = self.statement_ids.filtered(lambda one: one.state == 'ready' and one.entry_ids)
        if begun:
            try:
                with self.env.cr.savepoint():
                    Undo(self, begun).run()
                begun.state = 'ready'
            except UserError as error:
                begun.state = 'done'
                begun._recount()
                return _lt("It failed half-way, and a part stays: %s Drop the file again for the rest.", str(error))
        return _lt("It failed for an unexpected reason; nothing of the statement was imported. Try again.")

    def _notify(self, part=0, of=0):
        """Tell the browser of who waits that something moved (delivered with the next commit).

        :param part: movements of the present statement that are posted, ``of`` so many"""
        for record in self:
            record.user_id._bus_send(
                'account_bank_feed/import',
                {
                    'id': record.id,
                    'state': record.state,
                    'done': len(record.statement_ids.filtered(lambda one: one.state == 'done')),
                    'total': len(record.statement_ids),
                    'part': part,
                    'of': of,
                },
            )

    def _check_may_import(self):
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” to import statements."))
