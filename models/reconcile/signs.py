"""What colleagues left at a movement: notes, activities, files, and whether it is to be checked. They stand on its entry."""

from odoo.exceptions import UserError
from odoo.tools import html2plaintext

from ..lib.given import given_ids

#: letters of a note that a row shows
MAX_NOTE = 200


def signs(lines):
    """{line: {'notes': count, 'note': the last one, 'activity': its state, 'todo': its summary, 'files': count, 'check': bool}};
    one query a kind for all movements.

    :param lines: as the superuser"""
    env, moves = lines.env, lines.move_id.ids
    on_entries = [('model', '=', 'account.move'), ('res_id', 'in', moves)]
    notes, todos = {}, {}
    for message in env['mail.message'].search([*on_entries, ('message_type', 'in', ('comment', 'email'))], order='id'):
        notes.setdefault(message.res_id, []).append(message)
    for activity in env['mail.activity'].search(
        [('res_model', '=', 'account.move'), ('res_id', 'in', moves)], order='date_deadline desc, id'
    ):
        todos[activity.res_id] = activity  # the next one comes last
    files = dict(
        env['ir.attachment']._read_group(
            [('res_model', '=', 'account.move'), ('res_id', 'in', moves), ('res_field', '=', False)],
            ['res_id'],
            ['__count'],
        )
    )
    return {
        line: _signs(line, notes.get(line.move_id.id, []), todos.get(line.move_id.id), files.get(line.move_id.id, 0))
        for line in lines
    }


def _signs(line, said, todo, files):
    last = f"{said[-1].author_id.name}: {html2plaintext(said[-1].body or '')}" if said else ''
    return {
        'notes': len(said),
        'note': last[:MAX_NOTE],
        'activity': todo.state if todo else '',
        'todo': (todo.summary or todo.activity_type_id.name or '') if todo else '',
        'files': files,
        'check': not line.checked,
    }


def files_of(line, attachment_ids):
    """Attachments of this movement's entry.

    :raise UserError: one is of something else"""
    found = line.env['ir.attachment'].browse(given_ids(line.env, attachment_ids)).exists()
    if any(file.res_model != 'account.move' or file.res_id != line.move_id.id for file in found):
        raise UserError(line.env._("This file is not of the movement."))
    return found


def activity_dialog(line):
    """A dialog to leave a note or ask somebody: it stands on the movement's entry."""
    return {
        'type': 'ir.actions.act_window',
        'name': line.env._("Note or activity"),
        'res_model': 'mail.activity.schedule',
        'views': [(False, 'form')],
        'target': 'new',
        'context': {
            'active_model': 'account.move',
            'active_id': line.move_id.id,
            'active_ids': line.move_id.ids,
            'dialog_size': 'large',
        },
    }
