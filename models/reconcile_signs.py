"""What colleagues left at a movement: notes, activities, files, and whether it is to be checked. They stand on its entry."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import OrderedSet, html2plaintext

from .account_bank_statement_line import ACCOUNTANTS, KEEPERS
from .given import given_ids
from .reconcile_rest import read_amount

#: letters of a note that a row shows
MAX_NOTE = 200


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    bank_signs = fields.Json(
        string="Notes and Files", compute='_compute_bank_signs', compute_sudo=True, groups=ACCOUNTANTS, exportable=False
    )

    bank_search = fields.Char(
        string="Movement", compute='_compute_bank_search', search='_search_bank_search', groups=KEEPERS, exportable=False,
        help="Label, counterparty, account, or the amount.",
    )  # fmt: skip

    def _compute_bank_search(self):
        self.bank_search = False

    def _search_bank_search(self, operator, value):
        """One box for all: texts, and an amount of either sign with any separators."""
        if operator not in ('ilike', '=ilike', '=', 'in'):
            return NotImplemented
        found = Domain.FALSE
        for text in value if isinstance(value, list | tuple | set | OrderedSet) else [value]:
            found |= Domain.OR(
                Domain(name, 'ilike', str(text)) for name in ('payment_ref', 'partner_name', 'account_number')
            )
            amount = read_amount(str(text)) if re.fullmatch(r'[-−+]?\d[\d\s.,]*', str(text).strip()) else None
            if amount is not None:
                found |= Domain('amount', 'in', [amount, -amount])
        return found

    def action_undo_match(self):
        """Take a match back from a list; the list shows it."""
        self.bank_reconcile_undo()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    @api.model
    def bank_reconcile_notice(self):
        """Why *Reconcile* shows nothing, where that does not mean that nothing is left to do; else ''."""
        if not self.env.user.has_group('account_bank_feed.bank_feed_group_accountant'):
            return self.env._("You need the right “Bank Feeds: Accountant” to reconcile movements.")
        domain = [('journal_id.type', 'in', ('bank', 'cash', 'credit')), ('company_id', 'in', self.env.companies.ids)]
        if not self.search_count(domain, limit=1):
            return self.env._("There is no bank movement yet: connect a bank under Configuration → Bank Connections.")
        return ''

    @api.depends('move_id', 'checked')
    def _compute_bank_signs(self):
        """{'notes': count, 'note': the last one, 'activity': its state, 'todo': its summary, 'files': count, 'check': bool}; one
        query a kind for all movements."""
        moves = self.move_id.ids
        on_entries = [('model', '=', 'account.move'), ('res_id', 'in', moves)]
        notes, todos = {}, {}
        for message in self.env['mail.message'].search(
            [*on_entries, ('message_type', 'in', ('comment', 'email'))], order='id'
        ):
            notes.setdefault(message.res_id, []).append(message)
        for activity in self.env['mail.activity'].search(
            [('res_model', '=', 'account.move'), ('res_id', 'in', moves)], order='date_deadline desc, id'
        ):
            todos[activity.res_id] = activity  # the next one comes last
        files = dict(
            self.env['ir.attachment']._read_group(
                [('res_model', '=', 'account.move'), ('res_id', 'in', moves), ('res_field', '=', False)],
                ['res_id'],
                ['__count'],
            )
        )
        for line in self:
            move = line.move_id.id
            said, todo = notes.get(move, []), todos.get(move)
            last = f"{said[-1].author_id.name}: {html2plaintext(said[-1].body or '')}" if said else ''
            line.bank_signs = {
                'notes': len(said),
                'note': last[:MAX_NOTE],
                'activity': todo.state if todo else '',
                'todo': (todo.summary or todo.activity_type_id.name or '') if todo else '',
                'files': files.get(move, 0),
                'check': not line.checked,
            }

    def _files_of_it(self, attachment_ids):
        """Attachments of this movement's entry.

        :raise UserError: one is of something else"""
        found = self.env['ir.attachment'].browse(given_ids(self.env, attachment_ids)).exists()
        if any(file.res_model != 'account.move' or file.res_id != self.move_id.id for file in found):
            raise UserError(self.env._("This file is not of the movement."))
        return found
