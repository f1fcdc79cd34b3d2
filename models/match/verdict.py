"""A decision as the fields of a statement line keep it."""

from odoo.tools import format_date

from ...matching.data import AUTO, SUGGEST
from ..lib import wording


def verdict_values(decision, currency, refusal=''):
    """Match state, rule, the reason in words, a warning where there is one, and what the movement waits under.

    :param decision: :class:`matching.data.Decision`
    :param currency: of the account, a record
    :param refusal: why Odoo refused what was decided: then it is a proposal"""
    best, doubt = decision.best, wording.why_not(decision.warning, currency) or False
    if decision.action == AUTO and not refusal:
        return {
            'bank_match_state': 'auto',
            'bank_match_rule': best.rule,
            'bank_match_note': wording.why(best),
            'bank_match_risk': best.risk,
            'bank_match_doubt': doubt,
            'bank_match_keys': False,
        }
    return {
        'bank_match_state': 'proposed' if decision.action in (AUTO, SUGGEST) else 'none',
        'bank_match_rule': best.rule if best else False,
        'bank_match_note': refusal or wording.why_not(decision.why_not, currency),
        'bank_match_doubt': doubt,
        'bank_match_keys': ' '.join(decision.keys) or False,
    }


def log_on_documents(lines):
    """Say on each document which of these movements paid it and why that is sure: one batch of notes."""
    bodies = {}
    for line in lines.filtered(lambda line: line.bank_match_state == 'auto'):
        for document in line.line_ids._bank_items_of_documents().move_id:
            bodies[document.id] = lines.env._(
                "Reconciled with the bank movement of %(day)s: %(why)s.",
                day=format_date(lines.env, line.date),
                why=line.bank_match_note,
            )
    lines.env['account.move'].browse(bodies)._message_log_batch(bodies)
