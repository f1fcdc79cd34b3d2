"""What leaves the house once what it tells is kept."""

from odoo import SUPERUSER_ID, api, modules
from odoo.modules.registry import Registry


def send_when_kept(records):
    """``send()`` of mails or short messages as soon as the transaction is kept: one that is taken back, or done again, sends nothing, nothing
    twice. What cannot be sent stays in Odoo's queue, which tries again."""
    if modules.module.current_test:  # nothing is kept in a test
        records.send()
        return
    name, database, ids = records._name, records.env.cr.dbname, records.ids

    @records.env.cr.postcommit.add
    def send():
        with Registry(database).cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})[name].browse(ids).exists().send()
