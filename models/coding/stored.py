"""A coding as a proposal keeps it (JSON), and back."""

from decimal import Decimal

from ...matching.coding import Row


def stored(coding):
    """JSON-safe form of a :class:`matching.coding.Coding`.

    :return: see :func:`kept`"""
    basis = [booked.id for booked in coding.basis]
    return kept(coding.rows, coding.partner, coding.is_transfer, basis, coding.ground)


def kept(rows, partner, is_transfer, basis=(), ground=None):
    """{'rows': [{account, amount, taxes, analytic, label}], 'partner': id, 'transfer': bool, 'basis': ids of statement lines,
    'ground': its kind, key and sign}"""
    return {
        'rows': [
            {
                'account': row.account,
                'amount': str(row.amount),
                'taxes': list(row.taxes),
                'analytic': dict(row.analytic) if row.analytic else None,
                'label': row.label,
                'whole': None if row.whole is None else str(row.whole),
            }
            for row in rows
        ],
        'partner': partner,
        'transfer': is_transfer,
        'basis': list(basis),
        'ground': list(ground) if ground and isinstance(ground[1], str) else None,
    }


def read_rows(kept):
    """(rows, partner, whether it is a transfer) of what :func:`stored` made."""
    rows = tuple(
        Row(
            row['account'],
            Decimal(row['amount']),
            tuple(row['taxes']),
            tuple(sorted(row['analytic'].items())) if row['analytic'] else None,
            row['label'],
            Decimal(row['whole']) if row.get('whole') else None,
        )
        for row in kept['rows']
    )
    return rows, kept['partner'], kept['transfer']
