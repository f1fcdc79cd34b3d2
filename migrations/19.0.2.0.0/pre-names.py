"""One word a thing: tables, columns and what Odoo keeps of them get their names of today, with all that is in them."""

LINE = {
    'feed_id': 'bank_feed_id',
    'feed_uid': 'bank_feed_uid',
    'feed_details': 'bank_feed_details',
    **{f'match_{name}': f'bank_match_{name}' for name in ('state', 'rule', 'note', 'risk', 'doubt', 'keys', 'again', 'ids', 'text')},
}  # fmt: skip
COLUMNS = {
    'account_bank_statement_line': LINE,
    'bank_provider': {'client': 'interface'},
    'account_journal_bank_match_test_rel': {'bank_match_test_id': 'bank_backtest_id'},
}
TABLES = {
    'bank_history': 'bank_prefetch',
    'bank_feed_movement': 'bank_feed_unposted',
    'bank_match_test': 'bank_backtest',
    'bank_match_test_row': 'bank_backtest_row',
    'account_journal_bank_match_test_rel': 'account_journal_bank_backtest_rel',
}
MODELS = {
    'bank.history': 'bank.prefetch',
    'bank.feed.movement': 'bank.feed.unposted',
    'bank.match.test': 'bank.backtest',
    'bank.match.test.row': 'bank.backtest.row',
}
XMLIDS = {'ir_cron_match_test': 'ir_cron_backtest', 'ir_cron_history': 'ir_cron_prefetch'}


def migrate(cr, version):
    for table, columns in COLUMNS.items():
        _rename_columns(cr, table, columns)
    for old, new in TABLES.items():
        _rename_table(cr, old, new)
    for name in ('match_keys', 'match_again', 'match_doubt'):
        cr.execute(f'DROP INDEX IF EXISTS account_bank_statement_line_{name}_index')  # made again under the new name
    for old, new in MODELS.items():
        _rename_model(cr, old, new)
    _rename_favourites(cr)
    for old, new in XMLIDS.items():
        cr.execute("UPDATE ir_model_data SET name = %s WHERE module = 'account_bank_feed' AND name = %s", [new, old])
    # the rules are made of the policy's table: no data file names them any more, so Odoo would delete them with their ticks
    cr.execute("DELETE FROM ir_model_data WHERE module = 'account_bank_feed' AND model = 'bank.match.rule'")
    # records that an update leaves alone
    for old, new in (
        ('_cron_match_again()', '_cron_bank_match_again()'),
        ('_cron_match_nightly()', '_cron_bank_match_nightly()'),
    ):
        cr.execute("UPDATE ir_act_server SET code = replace(code, %s, %s) WHERE code LIKE %s", [old, new, f'%{old}%'])
    cr.execute(
        """DELETE FROM ir_rule WHERE id IN (SELECT res_id FROM ir_model_data WHERE module = 'account_bank_feed'
            AND model = 'ir.rule' AND name = 'statement_line_rule_bank_data')"""
    )
    cr.execute("UPDATE bank_prefetch SET state = 'ready' WHERE state = 'there'")
    # waiting movements look again: reasons are kept as sentences that each reader reads in a language of his own
    cr.execute(
        "UPDATE account_bank_statement_line SET bank_match_again = TRUE"
        " WHERE bank_match_state IN ('none', 'proposed') AND is_reconciled IS NOT TRUE"
    )


def _rename_columns(cr, table, columns):
    for old, new in columns.items():
        cr.execute("SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s", [table, old])
        if cr.fetchone():
            cr.execute(f'ALTER TABLE {table} RENAME COLUMN {old} TO {new}')
            for index in (f'{table}__{old}_index', f'{table}_{old}_index'):
                cr.execute(f'ALTER INDEX IF EXISTS {index} RENAME TO {index.replace(old, new)}')


def _rename_table(cr, old, new):
    cr.execute("SELECT to_regclass(%s), to_regclass(%s)", [old, new])
    there, already = cr.fetchone()
    if there and not already:
        cr.execute(f'ALTER TABLE {old} RENAME TO {new}')
        cr.execute(f'ALTER SEQUENCE IF EXISTS {old}_id_seq RENAME TO {new}_id_seq')


def _rename_model(cr, old, new):
    """What Odoo keeps of a model: else it would take it for gone, and its jobs and rights with it."""
    cr.execute("UPDATE ir_model SET model = %s WHERE model = %s", [new, old])
    cr.execute("UPDATE ir_model_fields SET model = %s WHERE model = %s", [new, old])
    cr.execute("UPDATE ir_model_fields SET relation = %s WHERE relation = %s", [new, old])
    cr.execute("UPDATE ir_model_data SET model = %s WHERE model = %s", [new, old])
    table_old, table_new = old.replace('.', '_'), new.replace('.', '_')
    cr.execute(  # of the model itself, its fields, views, actions, rights
        "UPDATE ir_model_data SET name = replace(name, %s, %s) WHERE module = 'account_bank_feed' AND name LIKE %s",
        [table_old, table_new, '%' + table_old.replace('_', '\\_') + '%'],
    )


def _rename_favourites(cr):
    """Searches that people kept name the fields."""
    for old, new in LINE.items():
        for column in ('domain', 'context', 'sort'):
            cr.execute(
                f"""UPDATE ir_filters SET {column} = regexp_replace({column}, %s, %s, 'g')
                     WHERE model_id = 'account.bank.statement.line' AND {column} ~ %s""",
                [rf'\m{old}\M', new, rf'\m{old}\M'],
            )
