"""Import 1,000 payments with one engine; prints one JSON line.

python bench_import.py odoo.conf DB bare|ours|file|oca OPEN [LINES] [profile]"""

import base64
import cProfile
import json
import pstats
import sys
import time
from datetime import date, datetime, timedelta
from decimal import Decimal

from inside import environment

CHUNK = 500


def payments(env, count):
    """[(label, end-to-end id, structured, amount, date, invoice)] for ``count`` invoices, evenly picked, in six usual spellings."""
    invoices = env['account.move'].search([('move_type', '=', 'out_invoice'), ('state', '=', 'posted')], order='id')
    step = len(invoices) // count
    rows = []
    for number in range(count):
        invoice = invoices[number * step]
        symbol = ''.join(char for char in invoice.name if char.isdigit())
        spelled = (
            (invoice.name, '', ''),
            (f'Faktura {invoice.name}', '', ''),
            ('', f'/VS{symbol}/SS/KS0308', ''),
            (f'vs{symbol},ks0308', '', ''),
            ('', '', invoice.payment_reference),
            (f'Uhrada {invoice.name} dakujeme', '', ''),
        )[number % 6]
        rows.append((*spelled, invoice.amount_total, date(2026, 3, 1) + timedelta(days=number % 28), invoice))
    return rows


def plain_values(journal, rows):
    return [
        {
            'journal_id': journal.id,
            'date': day,
            'amount': amount,
            'payment_ref': label or end_to_end or structured,
            'partner_name': invoice.partner_id.name,
            'account_number': 'SK8999520000000005000006',
        }
        for label, end_to_end, structured, amount, day, invoice in rows
    ]


def create_plain(env, journal, rows):
    """(a) Odoo's bare create, and (c) OCA's module, which reconciles inside create."""
    lines = env['account.bank.statement.line']
    for start in range(0, len(rows), CHUNK):
        lines += lines.create(plain_values(journal, rows[start : start + CHUNK]))
    return lines


def create_ours(env, journal, rows):
    """(b) Identify, decide, post with the counterpart in place, reconcile, as a fetch does."""
    data = sys.modules['odoo.addons.account_bank_feed.banks.data']
    storing = sys.modules['odoo.addons.account_bank_feed.models.feed.store']
    questions = sys.modules['odoo.addons.account_bank_feed.models.feed.question']
    provider = env.ref('account_bank_feed.bank_provider_sandbox')
    provider.write({'mode': 'sandbox'})
    institution = env['bank.institution'].create({'provider_id': provider.id, 'code': 'bench', 'name': "Bench"})
    connection = env['bank.connection'].create({'institution_id': institution.id})
    feed = env['bank.feed'].create(
        {
            'connection_id': connection.id,
            'journal_id': journal.id,
            'account_number': 'SK0599520000000001000001',
            'currency_id': env.ref('base.EUR').id,
            'date_from': date(2026, 1, 1),
        }
    )
    booked = [
        data.Transaction(
            status='booked',
            amount=Decimal(f'{amount:.2f}'),
            currency='EUR',
            booking_date=day,
            entry_reference=f'REF{number:06d}',
            counterparty_name=invoice.partner_id.name,
            counterparty_account='SK8999520000000005000006',
            remittance=(label,) if label else (),
            structured=(structured,) if structured else (),
            end_to_end_id=end_to_end,
        )
        for number, (label, end_to_end, structured, amount, day, invoice) in enumerate(rows)
    ]

    def work():
        fetched = data.Movements(booked=tuple(booked), pending=(), balances=(), unreadable=(), calls=1)
        store = storing.Store(feed, questions.Answer(fetched, feed.date_from, datetime.now(), ''))
        store.post_booked(lambda _counts: None)
        return env['account.bank.statement.line'].search([('bank_feed_id', '=', feed.id)])

    return work


CAMT = """<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><Stmt><Id>1</Id><Acct><Id><IBAN>SK0599520000000001000001</IBAN></Id><Ccy>EUR</Ccy></Acct>
{}</Stmt></BkToCstmrStmt></Document>"""
ENTRY = """<Ntry><Amt Ccy="EUR">{amount:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt><AcctSvcrRef>REF{number:06d}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs><EndToEndId>{e2e}</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>{name}</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>SK8999520000000005000006</IBAN></Id></DbtrAcct></RltdPties><RmtInf>{text}</RmtInf></TxDtls></NtryDtls></Ntry>
"""


def import_file(env, journal, rows):
    """(d) The same as a camt file: read for the preview, read again, imported."""
    entries = []
    for number, (label, end_to_end, structured, amount, day, invoice) in enumerate(rows):
        text = f'<Ustrd>{label}</Ustrd>' if label else ''
        text += f'<Strd><CdtrRefInf><Ref>{structured}</Ref></CdtrRefInf></Strd>' if structured else ''
        name = invoice.partner_id.name.replace('&', '&amp;')
        entries.append(
            ENTRY.format(amount=amount, day=day, number=number, e2e=end_to_end or 'NOTPROVIDED', name=name, text=text)
        )
    content = base64.b64encode(CAMT.format(''.join(entries)).encode())
    record = env['bank.import'].create({'name': "bench", 'journal_id': journal.id})
    env['bank.import.file'].create({'import_id': record.id, 'name': 'bench.xml', 'content': content})

    def work():
        begun = time.monotonic()
        record._read()
        sys.stderr.write(f'preview {time.monotonic() - begun:.1f} s\n')
        record._import()
        return record.statement_ids.entry_ids.line_id

    return work


def main():
    engine, open_count = sys.argv[3], int(sys.argv[4])
    count = int(sys.argv[5]) if len(sys.argv) > 5 else 1000
    with environment() as env:
        env = env(context={})
        journal = env['account.journal'].search([('type', '=', 'bank')], limit=1)
        rows = payments(env, count)
        makers = {'ours': create_ours, 'file': import_file}
        work = makers[engine](env, journal, rows) if engine in makers else lambda: create_plain(env, journal, rows)
        env.flush_all()
        env.cr.commit()
        env.invalidate_all()
        before, started = env.cr.sql_log_count, time.monotonic()
        if 'profile' in sys.argv:
            profile = cProfile.Profile()
            profile.runcall(work)
            pstats.Stats(profile, stream=sys.stderr).sort_stats('cumulative').print_stats(
                int(sys.argv[7]) if len(sys.argv) > 7 else 70
            )
            return
        lines = work()
        env.flush_all()
        env.cr.commit()
        seconds = time.monotonic() - started
        queries = env.cr.sql_log_count - before
        matched = wrong = 0
        by_text = {(row[0] or row[1] or row[2]): row[-1] for row in rows}
        for line in lines:
            partials = line.line_ids.matched_debit_ids | line.line_ids.matched_credit_ids
            paid = (partials.debit_move_id | partials.credit_move_id).move_id.filtered(
                lambda move: move.move_type == 'out_invoice'
            )
            matched += paid == by_text[line.payment_ref]
            wrong += bool(paid) and paid != by_text[line.payment_ref]
        print(
            json.dumps(
                {
                    'bench': 'import',
                    'engine': engine,
                    'open': open_count,
                    'lines': len(lines),
                    'seconds': round(seconds, 2),
                    'lines_per_s': round(len(lines) / seconds, 1),
                    'queries_per_line': round(queries / len(lines), 2),
                    'matched': matched,
                    'wrong': wrong,
                }
            )
        )


if __name__ == '__main__':
    main()
