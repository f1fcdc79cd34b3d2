"""Reasons are kept as sentences that each reader reads in his own language: waiting movements are looked at again, which renews theirs."""


def migrate(cr, version):
    cr.execute(
        "UPDATE account_bank_statement_line SET match_again = TRUE"
        " WHERE match_state IN ('none', 'proposed') AND is_reconciled IS NOT TRUE"
    )
