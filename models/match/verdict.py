"""A decision as the fields of a statement line keep it."""

from odoo.tools import format_date

from ...matching.coding.data import DOCUMENT
from ...matching.data import AUTO, SUGGEST
from ..coding.coded import Coded
from ..coding.deciding import rule_of
from ..lib import wording
from ..lib.verdicts import booked_values


def verdict_values(outcome, journal, refusal=''):
    """Match state, rule, the reason in words, a warning where there is one, and what the movement waits under.

    :param outcome: :class:`matching.coding.coder.Outcome`
    :param journal: the record that the movement is in
    :param refusal: why Odoo refused what was decided: then it is a proposal"""
    currency = journal.currency_id or journal.company_id.currency_id
    decision = outcome.decision
    doubt = wording.why_not(decision.warning, currency) or False
    is_coded = outcome.kind not in (None, DOCUMENT)
    if outcome.action == AUTO and not refusal:
        if is_coded:
            told = booked_values(rule_of(outcome.coding), _coded_note(outcome.coding, journal))
        else:
            told = booked_values(decision.best.rule, wording.why(decision.best), decision.best.risk)
        return {**told, 'bank_match_doubt': doubt}
    best = decision.best
    if is_coded:
        note = _coded_note(outcome.coding, journal, outcome.why_not)
    else:
        note = wording.why_not(decision.why_not, currency)
    rule = rule_of(outcome.coding) if is_coded else best.rule if best else False
    return {
        'bank_match_state': 'proposed' if outcome.action in (AUTO, SUGGEST) else 'none',
        'bank_match_rule': rule,
        'bank_match_note': refusal or note,
        'bank_match_doubt': doubt,
        'bank_match_keys': ' '.join(decision.keys) or False,
    }


def _coded_note(coding, journal, why_not=None):
    what, currency = Coded.of(journal.company_id, coding).name(), journal.currency_id or journal.company_id.currency_id
    code, reason = (why_not.code, wording.why_not(why_not, currency)) if why_not else (False, '')
    return wording.coded_note(what, wording.why_coded(coding.why), code, reason)


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
