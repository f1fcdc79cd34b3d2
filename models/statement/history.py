"""What came of imports: in a sentence, and whether a file was imported before."""

from odoo.tools import format_date


def summary(record):
    """What came of a ``bank.import``, as it is now, in the reader's language."""
    env, left = record.env, record.new_count - record.reconciled_count
    told = [env._("%s new", record.new_count), env._("%s known", record.known_count)]
    if record.held_count:
        told.append(env._("%s on hold", record.held_count))
    text = ', '.join(told) + '.'
    if not record.new_count:
        return text
    if not left:
        return text + ' ' + env._("All new ones are reconciled.")
    return (
        text
        + ' '
        + env._(
            "Reconciled of the new ones: %(done)s. Waiting for you: %(left)s.", done=record.reconciled_count, left=left
        )
    )


def imported_before(record):
    """Files of a ``bank.import`` that another import of the company brought, as they are: [{'name', 'id', 'said'}], JSON-safe"""
    attachments = record.env['ir.attachment'].sudo()
    of_files = [('res_model', '=', 'bank.import.file'), ('res_field', '=', 'content')]
    ours = attachments.search([*of_files, ('res_id', 'in', record.file_ids.ids)])
    same = attachments.search(
        [*of_files, ('res_id', 'not in', record.file_ids.ids), ('checksum', 'in', ours.mapped('checksum'))],
        order='id desc',
        limit=len(ours) * 10,
    )
    files = record.env['bank.import.file'].search(
        [('id', 'in', same.mapped('res_id')), ('company_id', '=', record.company_id.id)]
    )
    return [
        {
            'name': file.name,
            'id': file.import_id.id,
            'said': record.env._(
                "imported on %(day)s by %(who)s",
                day=format_date(record.env, file.import_id.imported_at),
                who=file.import_id.user_id.name,
            ),
        }
        for file in files
        if file.import_id.state == 'done'
    ]
