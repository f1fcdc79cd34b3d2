"""What a booking has to say to other movements: the other side of a transfer, and those of the same kind."""

from odoo.tools import SQL

from ...matching.coding.data import DOCUMENT, TRANSFER
from ...matching.data import AUTO
from ...matching.policy import OWN_TRANSFER
from ..lib import wording
from ..lib.inside import ours
from ..lib.looking import WAITING, look_soon
from ..lib.verdicts import booked_values
from .act import Act, plan_activity
from .coded import Coded
from .sides import Pair, is_free

#: the like that wait and look again at once; more of them do it in a moment
AT_ONCE = 50


def after_booking(lines, outcomes):
    """What was just booked by itself: transfers meet their other sides, one that waits is booked, too; activities are planned.

    :param outcomes: :class:`matching.coding.coder.Outcome` of each line"""
    for line, outcome in zip(lines, outcomes):
        if outcome.action == AUTO and outcome.coding and outcome.kind != DOCUMENT and outcome.coding.model:
            plan_activity(line, Coded.of(line.company_id, outcome.coding).model)
        if outcome.action == AUTO and outcome.kind == TRANSFER:
            if isinstance(outcome.coding.other, int):
                _book_other(line, outcome.coding)
            Pair(line).close()


def _book_other(line, coding):
    other = line.browse(coding.other).sudo()
    if not other.try_lock_for_update(allow_referencing=True) or other.is_reconciled or not is_free(other):
        return  # somebody is at it, or has said something of it: it finds this side booked
    policy = other.journal_id._bank_feed_policy()
    if OWN_TRANSFER not in policy.automatic or (policy.limit is not None and abs(other.amount) > policy.limit):
        ours(other).bank_match_again = True  # its own journal's settings want a person
        look_soon(line.env)
        return
    coded = Coded(other.company_id, (), None, True)
    if not Act(other, coded).refusal():
        other.bank_match_ids._proposed().unlink()
        ours(other).write(booked_values(OWN_TRANSFER, wording.why_coded(coding.why)))


def call_company(env, companies):
    """All movements of the companies that wait look again in a moment."""
    lines = env['account.bank.statement.line'].sudo()
    lines.flush_model(['bank_match_state', 'is_reconciled', 'bank_match_again', 'company_id'])
    env.execute_query(
        SQL(
            """UPDATE account_bank_statement_line SET bank_match_again = TRUE WHERE id IN (
                   SELECT id FROM account_bank_statement_line
                    WHERE bank_match_state IN %s AND is_reconciled IS NOT TRUE AND bank_match_again IS NOT TRUE
                      AND company_id IN (SELECT id FROM res_company WHERE parent_path LIKE ANY(%s)) FOR NO KEY UPDATE SKIP LOCKED)
               RETURNING id""",
            WAITING,
            [f'{company.parent_path}%' for company in companies.sudo()],
        )
    )
    lines.invalidate_model(['bank_match_again'])
    look_soon(env)


def call_like(lines, at_once=AT_ONCE):
    """Movements that wait and are like these look again: some at once, all others by the scheduler.

    :param at_once: how many
    :return: those that look again at once"""
    env = lines.env
    keys = {key for line in lines.sudo() for key in (line.bank_grounds or '').split()}
    if not keys:
        return lines.browse()
    lines.flush_model(['bank_grounds', 'is_reconciled', 'bank_match_again', 'bank_match_state'])
    rows = env.execute_query(
        SQL(
            """WITH free AS (
                   SELECT id FROM account_bank_statement_line
                    WHERE string_to_array(bank_grounds, ' ') && %s AND bank_grounds IS NOT NULL AND is_reconciled IS NOT TRUE
                      AND bank_match_state IN %s AND NOT id = ANY(%s)
                      FOR NO KEY UPDATE SKIP LOCKED)
               UPDATE account_bank_statement_line SET bank_match_again = TRUE
                WHERE id IN (SELECT id FROM free) RETURNING id""",
            sorted(keys),
            WAITING,
            lines.ids,
        )
    )
    called = lines.browse(sorted(row[0] for row in rows))
    called.invalidate_recordset(['bank_match_again'])
    if len(called) > at_once:
        look_soon(env)
    return called[:at_once]
