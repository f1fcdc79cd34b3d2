"""What colleagues left at a movement: notes, activities, files, and whether it is to be checked. They stand on its entry."""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..lib.given import given_ids
from ..lib.rights import ACCOUNTANTS

#: letters of a note that a row shows
MAX_NOTE = 200


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    bank_signs = fields.Json(
        string="Notes and Files", compute='_compute_bank_signs', compute_sudo=True, groups=ACCOUNTANTS, exportable=False
    )

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
