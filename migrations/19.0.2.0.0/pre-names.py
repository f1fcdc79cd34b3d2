"""One word a thing: tables and columns get their names of today, with all that is in them."""

COLUMNS = {
    'account_bank_statement_line': {
        'feed_id': 'bank_feed_id',
        'feed_uid': 'bank_feed_uid',
        'feed_details': 'bank_feed_details',
        **{
            f'match_{name}': f'bank_match_{name}'
            for name in ('state', 'rule', 'note', 'risk', 'doubt', 'keys', 'again')
        },
    },
    'bank_provider': {'client': 'interface'},
}
TABLES = {
    'bank_history': 'bank_prefetch',
    'bank_feed_movement': 'bank_feed_unposted',
    'bank_match_test': 'bank_backtest',
    'bank_match_test_row': 'bank_backtest_row',
}


def migrate(cr, version):
    for table, columns in COLUMNS.items():
        for old, new in columns.items():
            cr.execute(
                "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, old]
            )
            if cr.fetchone():
                cr.execute(f'ALTER TABLE {table} RENAME COLUMN {old} TO {new}')
    for old, new in TABLES.items():
        cr.execute("SELECT to_regclass(%s), to_regclass(%s)", [old, new])
        there, already = cr.fetchone()
        if there and not already:
            cr.execute(f'ALTER TABLE {old} RENAME TO {new}')
            cr.execute(f'ALTER SEQUENCE IF EXISTS {old}_id_seq RENAME TO {new}_id_seq')
    # waiting movements look again: reasons are kept as sentences that each reader reads in a language of his own
    cr.execute(
        "UPDATE account_bank_statement_line SET bank_match_again = TRUE"
        " WHERE bank_match_state IN ('none', 'proposed') AND is_reconciled IS NOT TRUE"
    )
