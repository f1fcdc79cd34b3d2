"""A later, better claim on a document rings a bell about the movement that was matched with it."""

from odoo.tools import SQL, format_date
from odoo.tools.translate import LazyTranslate

from ...matching import names
from ...matching.accounts import forms
from ..lib.inside import ours
from ..lib.told import day

_lt = LazyTranslate(__name__)


class Bell:
    """Rings about movements that were matched by themselves though nobody knew their payer, where a later movement names
    their document as well and has its amount: one of the two was meant for something else.

    :param lines: the later movements
    :param decisions: :class:`matching.data.Decision` of each of them"""

    def __init__(self, lines, decisions):
        self.env, self.lines = lines.env, lines
        claims = [(line, id_) for line, decision in zip(lines, decisions) for id_ in decision.claims]
        self.claims = [(line, id_) for line, id_ in claims if isinstance(id_, int)]  # orders have no entry

    def ring(self):
        earlier = self._matched_with(tuple({document for _line, document in self.claims}))
        for line, document in self.claims:
            for other in earlier.get(document, ()):
                another = other.amount == line.amount and other.account_number != line.account_number
                if other != line and another and not self._is_known(other):
                    self._doubt(other, line, self.env['account.move'].browse(document))

    def _matched_with(self, documents):
        """{document's id: movements that were matched with it by themselves}"""
        if not documents:
            return {}
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT term.move_id, line.id
                     FROM account_move_line term
                     JOIN account_partial_reconcile partial ON term.id IN (partial.debit_move_id, partial.credit_move_id)
                     JOIN account_move_line other
                       ON other.id IN (partial.debit_move_id, partial.credit_move_id) AND other.id <> term.id
                     JOIN account_bank_statement_line line ON line.move_id = other.move_id
                    WHERE term.move_id IN %s AND term.display_type = 'payment_term'
                      AND line.bank_match_state = 'auto' AND line.bank_match_doubt IS NULL AND line.company_id IN %s""",
                documents,
                tuple(self.lines.company_id.ids),
            )
        )
        found = {}
        for document, line in rows:
            found.setdefault(document, []).append(self.lines.browse(line))
        return found

    @staticmethod
    def _is_known(line):
        """Whether the earlier payment came from its customer: from an account on file, or under the name."""
        partner = line.partner_id.sudo().commercial_partner_id
        on_file = {form for account in partner.bank_ids.mapped('acc_number') for form in forms(account)}
        return not on_file.isdisjoint(forms(line.account_number)) or names.same(
            line.partner_name or '', partner.name or ''
        )

    def _doubt(self, line, later, document):
        ours(line).bank_match_doubt = _lt(
            "The payment of %(day)s by %(payer)s names %(number)s as well: one of the two may be meant for another document.",
            day=day(later.date),
            payer=later.partner_name or later.account_number or _lt("somebody"),
            number=document.name,
        )
        # whoever invoices reads this and sees no bank data: neither payer nor account
        document._message_log(
            body=self.env._(
                "Another bank movement, of %s, names this document as well: one of the two may be meant for another one.",
                format_date(self.env, later.date),
            )
        )
