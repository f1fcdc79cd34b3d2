"""What the reconciliation view shows of a coding, and of the like that waits."""

from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from ...matching.coding.rests import CENT
from ...matching.coding.split import gross
from ..lib import wording
from ..lib.named import account_name
from .books import tax_rates
from .deciding import MAY_BE_ALLOWED
from .stored import read_rows

#: movements of one kind that are booked by one press; an amount that is like another one is at most so many times it
MOST, NEAR = 200, 1.5
#: what speaks against no coding: nobody allowed it, or the settings forbid it
SURE = ('not_allowed', 'not_ticked', 'limit')


def shown(match):
    """A coding for the view, JSON-safe: the rows, what it rests on, and whether it may be allowed for the future.

    :param match: ``bank.match`` with a coding"""
    env, line = match.env, match.statement_line_id
    rows, _partner, is_transfer = read_rows(match.coding)
    coded = match._coded()
    changed = not is_transfer and _is_gone(coded)
    like = like_of(match)
    return {
        'id': match.id,
        'coding': True,
        'rule': wording.rule(env, match.rule),
        'why': match.why or '',
        'reason': match.reason or '',
        'pieces': [piece[:2] for piece in match.evidence_pieces or []],
        'documents': match.documents or '',
        'partner': coded.partner._filtered_access('read').display_name or '',
        'rows': [] if changed or is_transfer else _rows(line, coded, rows),
        'transfer': is_transfer,
        'basis': _basis(line, match.coding.get('basis') or []),
        'may_allow': match.reason_code in MAY_BE_ALLOWED,
        'model': match.reconcile_model_id.name or '',
        'like': len(like),
        'parts': [],
        'changed': changed,
        'left': 0.0,
        'left_text': '',
    }


def rest_shown(match):
    """Of a document's proposal: how its rest would be booked, and what that rests on.

    :param match: ``bank.match`` with a rest"""
    line, coded = match.statement_line_id, match._coded_rest()
    gone = _is_gone(coded)
    return {
        'rows': [] if gone else _rows(line, coded, read_rows(match.rest)[0]),
        'why': match.why or '',
        'basis': _basis(line, match.rest.get('basis') or []),
        'changed': gone,
        'left': 0.0,
        'left_text': '',
    }


def _is_gone(coded):
    """Whether an account of it is no more, or one where it would wait on."""
    try:
        coded.accounts()
    except UserError:
        return True
    return False


def _rows(line, coded, rows):
    env = line.env
    rates = tax_rates(env, line.company_id) if any(row.taxes for row in rows) else {}
    taxes = env['account.tax'].browse(tax for row in rows for tax in row.taxes).exists()
    names = {tax.id: tax.name for tax in taxes}
    accounts = {account.id: account_name(account, line.company_id) for account in coded.accounts()}
    return [
        {
            'account': accounts[row.account],
            'amount_text': line.currency_id.format(float(gross(row, rates, CENT))),
            'taxes': ', '.join(names[tax] for tax in row.taxes if tax in names),
            'analytic': _analytic(env, row.analytic),
            'label': row.label,
        }
        for row in rows
    ]


def _analytic(env, analytic):
    if not analytic:
        return ''
    ids = [int(one) for keys, _share in analytic for one in keys.split(',')]
    return ', '.join(env['account.analytic.account'].browse(ids).exists()._filtered_access('read').mapped('name'))


def _basis(line, ids):
    """The precedents, the latest first."""
    found = line.browse(ids).exists()._filtered_access('read')
    return [
        {
            'id': one.id,
            'move_id': one.move_id.id,
            'date': format_date(line.env, one.date),
            'text': one.payment_ref or '',
            'amount_text': one.currency_id.format(one.amount),
        }
        for one in found.sorted(lambda one: (one.date, one.id), reverse=True)
    ]


def like_of(match):
    """Other movements that wait and whose best proposal is the same kind, for the same payee: statement lines."""
    line = match.statement_line_id
    keys = (line.sudo().bank_grounds or '').split()
    if not keys or not match.coding:
        return line.browse()
    others = match.search(
        Domain('coding_kind', '=', match.coding_kind)
        & Domain('state', '=', 'proposed')
        & Domain('sequence', '=', 0)
        & Domain('company_id', '=', line.company_id.id)
        & Domain('statement_line_id', '!=', line.id)
        & Domain('statement_line_id.is_reconciled', '=', False)
        & Domain('rule', '=', match.rule),
        limit=MOST,
    ).statement_line_id
    return others.filtered(lambda other: (other.amount > 0) == (line.amount > 0) and _is_like(other, match, keys))


def _is_like(other, match, keys):
    """Of the same payee, by the surest that is known of both; what speaks against one of them speaks for itself."""
    best = other.bank_match_ids._proposed()[:1]
    if (other.sudo().bank_grounds or '').split()[:1] != keys[:1] or other.bank_match_doubt:
        return False
    if best.reason_code == 'once':  # nobody has looked at its amount
        return abs(other.amount) <= NEAR * abs(match.statement_line_id.amount)
    return best.reason_code in SURE
