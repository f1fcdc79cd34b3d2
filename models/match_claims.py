"""A later, better claim on a document rings a bell about the movement that was matched with it."""

from odoo import fields, models
from odoo.tools import SQL, format_date


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    match_doubt = fields.Char(
        string="Doubt",
        readonly=True,
        copy=False,
        help="Another payment names the same document, or the money went to an account that its vendor does not have.",
    )
    _match_doubt_index = models.Index("(company_id) WHERE match_doubt IS NOT NULL")
    # who paid for whom before
    _bank_feed_payer_index = models.Index(
        "((coalesce(account_number, partner_name))) WHERE is_reconciled AND partner_id IS NOT NULL"
    )

    def action_keep_match(self):
        """A person looked: the match is right."""
        self._check_may_reconcile()
        self.match_doubt = False
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    def _bank_feed_ring(self, decisions):
        """Say on each movement that was matched by itself, though its payer was not known, that one of these names its
        document as well and has its amount: one of the two was meant for something else.

        :param decisions: :class:`matching.data.Decision` of each of these movements"""
        claims = [(line, id_) for line, decision in zip(self, decisions) if decision for id_ in decision.claims]
        documents = {id_ for _line, id_ in claims if isinstance(id_, int)}
        if not documents:
            return
        earlier = self._bank_feed_matched_with(documents - {None})
        for line, document in claims:
            for other in earlier.get(document, ()):
                if other != line and other.amount == line.amount and other.account_number != line.account_number:
                    other._bank_feed_doubt(line, document)

    def _bank_feed_matched_with(self, documents):
        """{document's id: movements that were matched with it by themselves}"""
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT term.move_id, line.id
                     FROM account_move_line term
                     JOIN account_partial_reconcile partial ON term.id IN (partial.debit_move_id, partial.credit_move_id)
                     JOIN account_move_line other
                       ON other.id IN (partial.debit_move_id, partial.credit_move_id) AND other.id <> term.id
                     JOIN account_bank_statement_line line ON line.move_id = other.move_id
                    WHERE term.move_id IN %s AND term.display_type = 'payment_term'
                      AND line.match_state = 'auto' AND line.match_doubt IS NULL AND line.company_id IN %s""",
                tuple(documents),
                tuple(self.company_id.ids),
            )
        )
        found = {}
        for document, line in rows:
            found.setdefault(document, []).append(self.browse(line))
        return found

    def _bank_feed_doubt(self, later, document):
        self.ensure_one()
        move = self.env['account.move'].browse(document)
        self.match_doubt = self.env._(
            "The payment of %(day)s by %(payer)s names %(number)s as well: one of the two may be meant for another document.",
            day=format_date(self.env, later.date),
            payer=later.partner_name or later.account_number or self.env._("somebody"),
            number=move.name,
        )
        # whoever invoices reads this and sees no bank data: neither payer nor account
        move._message_log(
            body=self.env._(
                "Another bank movement, of %s, names this document as well: one of the two may be meant for another one.",
                format_date(self.env, later.date),
            )
        )
