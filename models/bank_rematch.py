"""Waiting movements look again: when a document that they may pay is posted, and every night."""

import logging

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

from ..matching.data import AUTO, SUGGEST
from . import words
from .match_lines import statement_line
from .match_orders import prepare_index

_logger = logging.getLogger(__name__)

CHUNK = 200
#: states in which a movement waits; what a person undid is left to people
WAITING = ('none', 'proposed')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    match_keys = fields.Char(
        readonly=True, copy=False, prefetch=False, exportable=False, help="What its texts may refer to, while it waits."
    )
    match_again = fields.Boolean(readonly=True, copy=False, help="A document that it may pay was posted since.")

    _match_keys_index = models.Index(
        "USING gin (string_to_array(match_keys, ' ')) WHERE match_keys IS NOT NULL AND is_reconciled IS NOT TRUE"
    )
    _match_again_index = models.Index("(journal_id) WHERE match_again")

    @api.model
    def _cron_match_again(self):
        """Movements that a newly posted document concerns."""
        self._match_in_chunks(Domain('match_again', '=', True))

    @api.model
    def _cron_match_nightly(self):
        """All waiting movements: partners, identifiers, accounts and orders may have changed."""
        prepare_index(self.env)
        self._match_in_chunks(Domain('match_state', 'in', WAITING))

    def _match_in_chunks(self, domain):
        """Journal by journal, oldest first, a commit a chunk. A chunk that fails is noted and left; the next goes on."""
        domain &= Domain('is_reconciled', '=', False)
        rows = self.env['account.bank.statement.line'].search_fetch(domain, ['journal_id'], order='date, id')
        chunks = []
        for journal, lines in rows.grouped('journal_id').items():
            chunks += [(journal, lines[start : start + CHUNK]) for start in range(0, len(lines), CHUNK)]
        self.env['ir.cron']._commit_progress(remaining=len(chunks))
        for journal, lines in chunks:
            try:
                lines.with_company(journal.company_id)._match_waiting()
            except Exception:
                self.env.cr.rollback()
                _logger.exception("Matching again failed for journal %s", journal.id)
            lines.match_again = False
            if not self.env['ir.cron']._commit_progress(1):
                return

    def _match_waiting(self):
        """Decide these movements of one journal again; reconcile what is sure now, renew the proposals of the rest.

        :return: those that were reconciled"""
        waiting = self._lock_waiting()
        if not waiting:
            return waiting
        refused = waiting._refused_pairs()
        decider = waiting.journal_id._bank_feed_decider(refused)
        decisions = decider.decide([statement_line(line) for line in waiting])
        done = waiting.browse()
        for line, decision in zip(waiting, decisions):
            if decision.action == AUTO and line._reconcile_now(decision):
                done += line
            else:
                line._propose_again(decision)
        done._log_on_documents()
        return done

    def _lock_waiting(self):
        """Those that still wait and that nobody else is working on."""
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM account_bank_statement_line
                    WHERE id IN %s AND is_reconciled IS NOT TRUE ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                tuple(self.ids) or (0,),
            )
        )
        free = {row[0] for row in rows}
        waiting = self.filtered(lambda line: line.id in free and line.match_state in (*WAITING, False))
        return waiting.sorted(lambda line: (line.date, line.id))

    def _refused_pairs(self):
        """{(movement's id, document's id)} that a person refused or undid."""
        refused = (
            self.env['bank.match']
            .sudo()
            .search([('statement_line_id', 'in', self.ids), ('state', '=', 'refused'), ('superseded', '=', False)])
        )
        return {(match.statement_line_id.id, part.move_id.id) for match in refused for part in match.allocation_ids}

    def _reconcile_now(self, decision):
        """Book and reconcile one waiting movement; False, with the reason on it, where Odoo refuses."""
        parts = self._parts(decision.line, decision.best.allocations)
        try:
            with self.env.cr.savepoint():
                partner = self.partner_id or self._only_partner(parts)
                self.env['account.move.line']._reconcile_plan(self._book(parts, partner))
                self.match_ids.sudo().filtered(lambda match: match.state == 'proposed').unlink()
                self.write(
                    {
                        'match_state': 'auto',
                        'match_rule': decision.best.rule,
                        'match_note': words.why(self.env, decision.best),
                        'match_keys': False,
                    }
                )
        except (UserError, ValidationError) as error:
            self.match_note = self.env._("Odoo refused the match: %s", error)
            return False
        except DatabaseError as error:
            if error.pgcode in ('40001', '40P01', '55P03'):
                raise
            self.match_note = self.env._("The database refused it (%s).", type(error).__name__)
            return False
        return True

    def _propose_again(self, decision):
        """New proposals in the place of the old ones."""
        suggests = decision.action in (AUTO, SUGGEST)
        self.match_ids.sudo().filtered(lambda match: match.state == 'proposed').unlink()
        self.write(
            {
                'match_state': 'proposed' if suggests else 'none',
                'match_rule': decision.best.rule if decision.best else False,
                'match_note': words.why_not(self.env, decision.why_not, self.currency_id) or self.match_note,
                'match_keys': ' '.join(decision.keys) or False,
            }
        )
        if suggests:
            self.env['bank.match']._propose(self, [decision])


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _post(self, soft=True):
        """A newly posted document calls the movements that wait for it."""
        posted = super()._post(soft)
        documents = posted.filtered(lambda move: move.is_invoice(include_receipts=True))
        if documents:
            documents._call_waiting_movements()
        return posted

    def _call_waiting_movements(self):
        keys = {key for document in self.sudo() for key in (document.bank_feed_keys or '').split()}
        if not keys:
            return
        lines = self.env['account.bank.statement.line'].sudo()
        lines.flush_model(['match_keys', 'match_again', 'is_reconciled'])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM account_bank_statement_line
                    WHERE string_to_array(match_keys, ' ') && %s AND match_keys IS NOT NULL
                      AND is_reconciled IS NOT TRUE AND company_id IN %s AND match_again IS NOT TRUE""",
                list(keys),
                tuple(self.company_id.root_id.ids) + tuple(self.company_id.ids),
            )
        )
        if rows:
            lines.browse(row[0] for row in rows).match_again = True
            self.env.ref('account_bank_feed.ir_cron_match_again').sudo()._trigger()
