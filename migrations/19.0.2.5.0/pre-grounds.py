"""The column is made here, so that Odoo does not work it out for all movements at once: post-grounds.py does it by the thousand."""


def migrate(cr, version):
    cr.execute("ALTER TABLE account_bank_statement_line ADD COLUMN IF NOT EXISTS bank_grounds varchar")
