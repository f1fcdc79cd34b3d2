"""``python tools/read_statement.py FILE [--name NAME] [--profile NAME] [--mail [--trusted]]``: what a statement file or a bank's mail
says, as JSON lines; or one line that says why it is not read (exit status 2). Nothing is printed before all of it is understood."""

import argparse
import io
import json
import os
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.dont_write_bytecode = True

from statements import Refused, Statement, Transaction, read, read_mail  # noqa: E402
from statements.data import MAX_ENTRIES, MAX_FILE  # noqa: E402


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('file')
    parser.add_argument('--name', help="what the file was called; only a hint")
    parser.add_argument('--profile', help="of a CSV or XLSX export")
    parser.add_argument('--mail', action='store_true', help="one RFC 822 mail")
    parser.add_argument('--trusted', action='store_true', help="the mail's sender was authenticated")
    options = parser.parse_args(arguments)
    if isinstance(sys.stdout, io.TextIOWrapper):  # whatever the locale says
        sys.stdout.reconfigure(encoding='utf-8')
    try:
        with tempfile.TemporaryFile('w+', encoding='utf-8') as made:
            _write(_records(options), made)
            made.seek(0)
            for piece in iter(lambda: made.read(1 << 20), ''):
                sys.stdout.write(piece)
    except Refused as refused:
        error = {'code': refused.code, 'message': refused.message, 'line': refused.line}
        if refused.candidates:
            error['candidates'] = list(refused.candidates)
        sys.stdout.write(_json({'error': error}) + '\n')
        return 2
    sys.stdout.flush()
    return 0


def _records(options):
    if options.mail:
        if os.path.getsize(options.file) > MAX_FILE:
            raise Refused('too_large', "The mail is larger than 200 MB.")
        yield from read_mail(Path(options.file).read_bytes(), options.trusted)
        return
    with open(options.file, 'rb') as file:
        yield from read(file, options.profile)


def _write(records, out):
    """A statement stands before its entries, and is known only behind them: these wait in a file of their own."""
    statements = entries = warnings = 0
    with (
        tempfile.TemporaryFile('w+', encoding='utf-8') as waiting,
        tempfile.TemporaryFile('w+', encoding='utf-8') as told,
    ):
        mine, pending = 0, 0
        after = False  # warnings that come now are of the last statement
        for record in records:
            if isinstance(record, Transaction):
                after = False
                mine, pending, entries = mine + 1, pending + record.pending, entries + 1
                if entries > MAX_ENTRIES:
                    raise Refused('too_large', "The file has more than a million entries.")
                waiting.write(_json(_transaction(record, statements + 1, mine)) + '\n')
            elif isinstance(record, Statement):
                statements += 1
                out.write(_json(_statement(record, statements, mine - pending, pending)) + '\n')
                _move(waiting, out)
                mine, pending, after = 0, 0, True
            else:
                warnings += 1
                told.write(_json(_warning(record, statements if after and record.code != 'skipped' else None)) + '\n')
        _move(told, out)
    if not statements:
        raise Refused('empty', "There is no statement.")
    out.write(_json({'record': 'end', 'statements': statements, 'transactions': entries, 'warnings': warnings}) + '\n')


def _move(waiting, out):
    waiting.seek(0)
    for piece in iter(lambda: waiting.read(1 << 20), ''):
        out.write(piece)
    waiting.seek(0)
    waiting.truncate()


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(',', ':'))


def _number(value):
    if value is None:
        return None
    text = format(value, 'f')
    return text[1:] if text.startswith('-') and not text.strip('-0.') else text


def _day(value):
    return value.isoformat() if value else None


def _balance(found):
    if found is None:
        return None
    return {'amount': _number(found.amount), 'currency': found.currency, 'date': _day(found.date), 'kind': found.kind}


def _statement(found, index, booked, pending):
    return {
        'record': 'statement', 'index': index, 'format': found.format, 'profile': found.profile, 'account': found.account, 'bank': found.bank,
        'currency': found.currency, 'id': found.id, 'number': found.number, 'from': _day(found.begin), 'to': _day(found.end),
        'opening': _balance(found.opening), 'closing': _balance(found.closing),
        'page': {'number': found.page.number, 'last': found.page.last} if found.page else None, 'booked': booked, 'pending': pending,
    }  # fmt: skip


def _detail(found):
    original = found.original
    return {
        'amount': _number(found.amount), 'currency': found.currency,
        'original': {'amount': _number(original.amount), 'currency': original.currency, 'rate': _number(original.rate)} if original else None,
        'counterparty': {'name': found.counterparty.name, 'account': found.counterparty.account, 'bank': found.counterparty.bank},
        'text': found.text, 'info': found.info, 'structured': found.structured, 'end_to_end_id': found.end_to_end_id,
        'symbols': {'vs': found.symbols.vs, 'ss': found.symbols.ss, 'ks': found.symbols.ks}, 'bank_reference': found.bank_reference,
        'references': found.references,
        'fees': [{'amount': _number(fee.amount), 'currency': fee.currency} for fee in found.fees],
    }  # fmt: skip


def _transaction(found, statement, entry):
    one = _detail(found)
    return {
        'record': 'transaction', 'statement': statement, 'entry': entry, 'pending': found.pending, 'date': _day(found.date),
        'value_date': _day(found.value_date), 'amount': one.pop('amount'), 'currency': one.pop('currency'), 'original': one.pop('original'),
        'counterparty': one.pop('counterparty'), 'text': one.pop('text'), 'info': one.pop('info'), 'structured': one.pop('structured'),
        'end_to_end_id': one.pop('end_to_end_id'), 'symbols': one.pop('symbols'), 'bank_reference': one.pop('bank_reference'),
        'references': one.pop('references'), 'code': found.code, 'proprietary_code': found.proprietary_code, 'reversal': found.reversal,
        'fees': one.pop('fees'), 'details': [_detail(detail) for detail in found.details],
    }  # fmt: skip


def _warning(found, statement):
    return {
        'record': 'warning', 'code': found.code, 'statement': statement, 'entry': found.entry, 'line': found.line, 'message': found.message,
    }  # fmt: skip


if __name__ == '__main__':
    sys.exit(main())
