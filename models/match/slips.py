"""How often the company's payers mistype references, as its own books tell."""

from datetime import timedelta

from odoo.tools import SQL

from ...matching import policy
from ...matching.risk import observed_rate

#: days of statement lines that are looked at
DAYS = 730
MAX_LINES = 20_000
#: matched by a reference that was written right, and by one that was not
RIGHT = (
    policy.STRUCTURED, policy.NAMED, policy.SEVERAL, policy.SHORT, policy.STRUCTURED_PART, policy.NAMED_PART, policy.NAMED_MORE,
)  # fmt: skip
WRONG = (policy.MISTYPED,)


def slip_rate(env, companies):
    """Upper bound (95 %) of the share of mistyped references among those that were matched in two years; the general
    rate where the books say less than that.

    :param companies: tuple of ids"""
    env['account.bank.statement.line'].flush_model(['bank_match_rule', 'bank_match_state', 'company_id'])
    counts = dict(
        env.execute_query(
            SQL(
                """SELECT bank_match_rule, count(*) FROM (
                       SELECT line.bank_match_rule FROM account_bank_statement_line line
                        WHERE line.bank_match_state IN ('auto', 'accepted') AND line.company_id IN %s
                          AND line.create_date >= %s ORDER BY line.id DESC LIMIT %s) latest GROUP BY bank_match_rule""",
                companies,
                env.cr.now() - timedelta(days=DAYS),
                MAX_LINES,
            )
        )
    )
    slips = sum(counts.get(rule, 0) for rule in WRONG)
    return observed_rate(slips, slips + sum(counts.get(rule, 0) for rule in RIGHT))
