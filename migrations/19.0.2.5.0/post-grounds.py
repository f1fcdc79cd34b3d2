"""Who is at the other end of each movement that is there, by the thousand: what was booked before the update is remembered, too."""

from odoo import SUPERUSER_ID, api

CHUNK = 1000


def migrate(cr, version):
    env = api.Environment(cr, SUPERUSER_ID, {})
    lines = env['account.bank.statement.line'].with_context(active_test=False)
    cr.execute("SELECT id FROM account_bank_statement_line WHERE bank_grounds IS NULL ORDER BY id")
    ids = [row[0] for row in cr.fetchall()]
    for start in range(0, len(ids), CHUNK):
        chunk = lines.browse(ids[start : start + CHUNK])
        env.add_to_compute(lines._fields['bank_grounds'], chunk)
        chunk.flush_recordset(['bank_grounds'])
        env.invalidate_all()
