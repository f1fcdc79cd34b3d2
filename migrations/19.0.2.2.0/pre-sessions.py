"""What the bank calls an account is kept with the consent that covers it."""


def migrate(cr, version):
    cr.execute("ALTER TABLE bank_feed RENAME COLUMN account_session TO old_account_session")
    cr.execute("ALTER TABLE bank_feed RENAME COLUMN account_valid_until TO old_account_valid_until")
