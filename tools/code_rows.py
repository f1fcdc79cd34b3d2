"""Rows of the coding files, read strictly: what is not as the contract says is named, never guessed."""

from decimal import Decimal

from matching.coding.data import Booked, Movement, Row
from tools.match_rows import day, money, needed, part, read_line, text

ACCOUNT_KINDS = ('income', 'expense', 'asset', 'liability', 'equity', 'receivable', 'payable', 'bank', 'suspense')
_EXTRA = ('creditor_id', 'mandate_id', 'purpose', 'bank_code', 'info', 'merchant')


def read_movement(row, root):
    """:class:`matching.coding.Movement` of a row of lines.jsonl, or of a ``line`` in booked.jsonl."""
    line = read_line(row, root)
    values = {name: getattr(line, name) for name in line.__slots__}
    return Movement(**values, journal=text(row, 'journal') or None, **{name: text(row, name) for name in _EXTRA})


def read_booked(row, root):
    """:class:`matching.coding.Booked` of a row of booked.jsonl."""
    line = part(row, 'line')
    if line is None:
        raise KeyError('line')
    if row.get('by') not in (None, 'person', 'auto'):
        raise ValueError(f"by {row['by']!r} is unknown")
    undone = row.get('undone', False)
    if not isinstance(undone, bool):
        raise ValueError(f"undone {undone!r} is neither true nor false")
    return Booked(
        read_movement(line, root),
        day(row, 'finished'),
        tuple(_coding_row(one) for one in _list(row, 'coding')),
        text(row, 'partner') or None,
        text(row, 'transfer') or None,
        bool(_list(row, 'documents')),
        undone,
    )


def _list(row, name):
    value = row.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise ValueError(f"{name} is no list of objects")
    return value


def _coding_row(row):
    taxes = row.get('taxes') or []
    if not isinstance(taxes, list) or not all(isinstance(tax, str) for tax in taxes):
        raise ValueError("taxes is no list of ids")
    return Row(
        needed(row, 'account'), money(row, 'amount'), tuple(sorted(taxes)), row.get('analytic'), text(row, 'label')
    )


def read_account(row):
    """(id, kind, company) of a row of accounts.jsonl."""
    kind = row['kind']
    if kind not in ACCOUNT_KINDS:
        raise ValueError(f"kind {kind!r} is unknown")
    return needed(row, 'id'), kind, text(row, 'company')


def read_tax(row):
    """(id, share) of a row of taxes.jsonl."""
    rate = money(row, 'rate')
    return needed(row, 'id'), rate / Decimal(100)


def read_journal(row):
    """(id, number, company) of a row of journals.jsonl."""
    return needed(row, 'id'), text(row, 'account_number'), text(row, 'company')
