"""The reconciliation view on a company with many movements; prints JSON lines.

python bench_widget.py odoo.conf DB OPEN"""

import json
import statistics
import time
from datetime import date

from bench_data import columns

from inside import environment

LINES, WAITING, CHUNK, ACCEPTED, MANY = 100_000, 2_000, 500, 25, 200
SPECIFICATION = {
    name: {}
    for name in (
        'date',
        'partner_name',
        'bank_match_note',
        'bank_signs',
        'is_reconciled',
        'payment_ref',
        'amount',
        'bank_match_state',
    )
} | {'currency_id': {'fields': {'display_name': {}}}}


def waiting(env, journal, count, short):
    """Movements that wait: each names an invoice and is a little short, so that it is proposed."""
    invoices = env['account.move'].search([('move_type', '=', 'out_invoice')], limit=count + 500, order='id desc')
    lines = env['account.bank.statement.line']
    for start in range(0, count, CHUNK):
        lines += lines.create(
            [
                {
                    'journal_id': journal.id,
                    'date': date(2026, 3, 1),
                    'payment_ref': f'Faktura {move.name}',
                    'partner_name': 'Stranger',
                    'amount': round(move.amount_total - short, 2),
                }
                for move in invoices[start : start + CHUNK]
            ]
        )
    env['account.reconcile.model']._provide_bank_feed_settings(journal.company_id)
    if short:
        from odoo.addons.account_bank_feed.models.match.again import Waiting  # noqa: PLC0415  Odoo's add-ons are found only now

        lines.bank_match_state = 'none'
        for start in range(0, count, CHUNK):
            Waiting(lines[start : start + CHUNK]).match()
    env.flush_all()
    return lines, invoices


def fill(env, line, count):
    """Copies of one reconciled movement by SQL, so that the waiting ones are few among many."""
    cr = env.cr
    cr.execute("SELECT max(id) FROM account_move")
    base = cr.fetchone()[0]
    for table, own, where in (
        ('account_move', {'id': f'{base} + n', 'name': "'OLD/' || n", 'sequence_number': 'n', 'statement_line_id': 'NULL'}, f'm.id = {line.move_id.id}'),
        ('account_bank_statement_line', {'id': f'{base} + n', 'move_id': f'{base} + n', 'is_reconciled': 'TRUE', 'bank_match_state': "'auto'", 'bank_match_keys': 'NULL', 'internal_index': "m.internal_index || n"}, f'm.id = {line.id}'),
    ):  # fmt: skip
        names = columns(env, table)
        cr.execute(
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(own.get(name, f'm.{name}') for name in names)}"
            f" FROM {table} m, generate_series(1, {count}) n WHERE {where}"
        )
    cr.commit()
    cr._cnx.autocommit = True
    cr.execute('VACUUM ANALYZE')
    cr._cnx.autocommit = False


def measured(env, act):
    """(seconds, queries) of one call with cold caches, as a request has them."""
    env.flush_all()
    env.invalidate_all()
    before, started = env.cr.sql_log_count, time.monotonic()
    act()
    env.flush_all()
    return time.monotonic() - started, env.cr.sql_log_count - before


def opened(env):
    """The calls that the screen makes until list, panel and journal items of the first movement stand there."""
    from odoo.addons.account_bank_feed.models.lib.domains import WAITS  # noqa: PLC0415  Odoo's add-ons are found only now

    def act():
        lines = env['account.bank.statement.line']
        lines.bank_reconcile_notice()
        found = lines.web_search_read(WAITS, SPECIFICATION, limit=80, count_limit=10001)
        first = lines.browse(found['records'][0]['id'])
        proposals = first.bank_reconcile_details()['proposals']
        first.bank_reconcile_preview(match_id=proposals[0]['id'] if proposals else False)

    return min(measured(env, act) for _round in range(5))


def bare(env, lines, moves):
    """What Odoo alone needs to put an invoice's item in the suspense line's place and reconcile the two."""
    spent = []
    for line, move in zip(lines, moves):
        item = move.line_ids.filtered(lambda item: item.display_type == 'payment_term')

        def act(line=line, item=item):
            _liquidity, suspense, _other = line._seek_for_lines()
            suspense.with_context(skip_readonly_check=True).write(
                {'account_id': item.account_id.id, 'partner_id': item.partner_id.id}
            )
            (suspense + item).reconcile()

        spent.append(measured(env, act)[0])
    return statistics.median(spent)


def main():
    with environment() as env:
        env.user.group_ids |= env.ref('account_bank_feed.bank_feed_group_manager')
        # as a request has it
        env = env(context={**env.context, 'lang': 'en_US', 'allowed_company_ids': env.company.ids})
        journal = env['account.journal'].search([('type', '=', 'bank')], limit=1)
        lines, invoices = waiting(env, journal, WAITING, 1.0)
        plain, _moves = waiting(env, journal, ACCEPTED, 0.0)
        targets = invoices[WAITING : WAITING + ACCEPTED]
        fill(env, lines[0], LINES - WAITING)
        seconds, queries = opened(env)
        print(json.dumps({'bench': 'widget', 'act': 'open', 'lines': LINES, 'waiting': WAITING, 'seconds': round(seconds, 3), 'queries': queries}))  # fmt: skip
        one = statistics.median(
            measured(env, line.bank_match_ids.filtered(lambda match: match.state == 'proposed')[:1].action_accept)[0] for line in lines[:ACCEPTED]
        )  # fmt: skip
        base = bare(env, plain, targets)
        print(json.dumps({'bench': 'widget', 'act': 'accept one', 'ms': round(one * 1000, 1), 'bare_ms': round(base * 1000, 1), 'ratio_to_bare': round(one / base, 2)}))  # fmt: skip
        many = lines[ACCEPTED : ACCEPTED + MANY]
        seconds, queries = measured(env, many.bank_reconcile_accept)
        print(json.dumps({'bench': 'widget', 'act': f'accept {MANY}', 'seconds': round(seconds, 2), 'queries_each': round(queries / MANY, 1)}))  # fmt: skip


if __name__ == '__main__':
    main()
