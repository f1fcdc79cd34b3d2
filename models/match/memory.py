"""Who paid for whom, read from the company's own reconciled movements: what is undone is forgotten by itself."""

from odoo.tools import SQL

from ...matching import names
from ...matching.accounts import compact, forms
from ...matching.memory import MAX_PARTNERS, SLIPS, is_trusted

#: latest movements on which the memory is proved
MAX_PROVED = 5000
#: waiting proposals that are looked at
MAX_CLAIMS = 20_000
#: statement lines after which the past is longer, and proves more
AGAIN = 500


class PayerMemory:
    """What the books of ``companies`` (ids) tell of payers, where their own past proves that it tells something.

    :param before: id of a statement line; only older ones are known (for the backtest)"""

    def __init__(self, env, companies):
        self.env, self.companies = env, companies
        self.found, self.before, self.proved, self.proved_at = {}, None, None, 0
        self.claimed = None
        env['account.bank.statement.line'].flush_model(
            ['account_number', 'partner_name', 'partner_id', 'is_reconciled', 'bank_match_state', 'company_id']
        )

    def of(self, line):
        """{commercial partner's id: how many movements of this payer were for it} of a :class:`matching.data.Line`."""
        if not self._is_proved():
            return {}
        key = _key(line)
        if key not in self.found:
            self.load([line])
        return self.found[key]

    def load(self, lines):
        """Ask for many movements at once."""
        if not self._is_proved():
            return
        missing = {
            key: spellings
            for line in lines
            if (key := _key(line)) not in self.found and (spellings := _spellings(line))
        }
        self.found.update({_key(line): {} for line in lines if _key(line) not in self.found})
        by_spelling = {}
        for key, spellings in missing.items():
            for spelling in spellings:
                by_spelling.setdefault(spelling, []).append(key)
        if not by_spelling:
            return
        rows = self.env.execute_query(
            SQL(
                """SELECT payer, partner, count(*) FROM (
                       SELECT coalesce(line.account_number, line.partner_name) AS payer, partner.commercial_partner_id AS partner
                         FROM account_bank_statement_line line JOIN res_partner partner ON partner.id = line.partner_id
                        WHERE coalesce(line.account_number, line.partner_name) = ANY(%s) AND %s) paid
                    GROUP BY 1, 2""",
                list(by_spelling),
                self._known(),
            )
        )
        for payer, partner, count in rows:
            for key in by_spelling[payer]:
                self.found[key][partner] = self.found[key].get(partner, 0) + count
        for key in missing:
            if len(self.found[key]) > MAX_PARTNERS:
                self.found[key] = {}

    def claims(self):
        """Documents that were named in full by payers whom nobody knows, in movements that wait for a person."""
        if self.claimed is None:
            self.env['bank.match'].flush_model(['state', 'sequence', 'reason_code', 'statement_line_id'])
            rows = self.env.execute_query(
                SQL(
                    """SELECT coalesce(line.account_number, 'n:' || line.partner_name), move.commercial_partner_id,
                              move.bank_feed_keys
                         FROM bank_match match
                         JOIN account_bank_statement_line line ON line.id = match.statement_line_id
                         JOIN bank_match_allocation part ON part.match_id = match.id
                         JOIN account_move move ON move.id = part.move_id
                        WHERE match.state = 'proposed' AND match.sequence = 0 AND match.reason_code IN %s
                          AND line.company_id IN %s AND line.is_reconciled IS NOT TRUE AND move.bank_feed_keys IS NOT NULL
                     ORDER BY match.id DESC LIMIT %s""",
                    SLIPS,
                    self.companies,
                    MAX_CLAIMS,
                )
            )
            self.claimed = {}
            for payer, partner, keys in rows:
                name = payer and payer.startswith('n:')
                key = f'n:{names.key(payer[2:])}' if name else compact(payer)
                self.claimed.setdefault(key, {}).setdefault(partner, []).append(frozenset(keys.split()))
        return self.claimed

    def as_of(self, line):
        """Forget what came after this statement line. Whether it is proved is asked again now and then."""
        if self.before is None or not 0 <= line.id - self.proved_at < AGAIN:
            self.proved, self.proved_at = None, line.id
        self.before, self.found, self.claimed = line.id, {}, {}  # what waits today says nothing of then

    def _known(self):
        return SQL(
            "line.is_reconciled AND line.partner_id IS NOT NULL AND line.company_id IN %s"
            " AND line.bank_match_state IS DISTINCT FROM 'undone' AND %s",
            self.companies,
            SQL("line.id < %s", self.before) if self.before else SQL("TRUE"),
        )

    def _is_proved(self):
        """Of the latest payments by payers who were known then: how many were for a customer they had paid for before."""
        if self.proved is None:
            [(again, elsewhere)] = self.env.execute_query(
                SQL(
                    """WITH latest AS (
                           SELECT line.id, coalesce(line.account_number, line.partner_name) AS payer,
                                  partner.commercial_partner_id AS partner
                             FROM account_bank_statement_line line JOIN res_partner partner ON partner.id = line.partner_id
                            WHERE coalesce(line.account_number, line.partner_name) IS NOT NULL AND %s
                         ORDER BY line.id DESC LIMIT %s),
                       pairs AS (SELECT payer, partner, min(id) AS first FROM latest GROUP BY 1, 2),
                       payers AS (SELECT payer, min(first) AS begun FROM pairs GROUP BY 1)
                    SELECT count(*) FILTER (WHERE latest.id > pairs.first),
                           count(*) FILTER (WHERE latest.id = pairs.first AND latest.id > payers.begun)
                      FROM latest JOIN pairs USING (payer, partner) JOIN payers USING (payer)""",
                    self._known(),
                    MAX_PROVED,
                )
            )
            self.proved = is_trusted(again, elsewhere)
        return self.proved


def _key(line):
    return line.counterparty_account or f'n:{line.counterparty_name}'


def _spellings(line):
    """As the books may have it: the account in any spelling, or where the bank gave none, the name."""
    if line.counterparty_account:
        return {line.counterparty_account, *forms(line.counterparty_account)}
    return {line.counterparty_name} if line.counterparty_name else set()
