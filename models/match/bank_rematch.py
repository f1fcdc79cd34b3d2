"""Waiting movements look again: when a document that they may pay is posted, and every night."""

import logging
from dataclasses import replace

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...matching.data import AUTO, SUGGEST
from ...matching.decide import place
from ..lib import wording
from ..lib.locks import CONFLICTS
from ..lib.rights import KEEPERS
from .lines import statement_line
from .orders import prepare_index

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

CHUNK = 200
#: states in which a movement waits; what a person undid is left to people
WAITING = ('none', 'proposed')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    match_keys = fields.Char(
        groups=KEEPERS,
        readonly=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="What its texts may refer to, while it waits.",
    )
    match_again = fields.Boolean(
        groups=KEEPERS, readonly=True, copy=False, help="A document that it may pay was posted since."
    )

    _match_keys_index = models.Index(
        "USING gin (string_to_array(match_keys, ' ')) WHERE match_keys IS NOT NULL AND is_reconciled IS NOT TRUE"
    )
    _match_again_index = models.Index("(journal_id) WHERE match_again")

    @api.model
    def _cron_match_nightly(self):
        """All waiting movements look again: partners, identifiers, accounts and orders may have changed."""
        prepare_index(self.env)
        self.env.execute_query(
            SQL(
                "UPDATE account_bank_statement_line SET match_again = TRUE"
                " WHERE match_state IN %s AND is_reconciled IS NOT TRUE AND match_again IS NOT TRUE RETURNING id",
                WAITING,
            )
        )
        self.env['account.bank.statement.line'].invalidate_model(['match_again'])
        self.env.ref('account_bank_feed.ir_cron_match_again')._trigger()

    @api.model
    def _cron_match_again(self):
        """Movements that a newly posted document concerns, or all of them at night: journal by journal, oldest first, a
        commit a chunk. The flag goes when a movement is taken up, so that each is looked at once."""
        rows = self.search_fetch([('match_again', '=', True)], ['journal_id'], order='date, id')
        chunks = []
        for _journal, lines in rows.grouped('journal_id').items():
            chunks += [lines[start : start + CHUNK] for start in range(0, len(lines), CHUNK)]
        self.env['ir.cron']._commit_progress(remaining=len(chunks))
        for chunk in chunks:
            if not chunk._match_safely():
                for line in chunk:  # one bad movement stops no other
                    line._match_safely(alone=True)
            if not self.env['ir.cron']._commit_progress(1):
                return

    def _match_safely(self, alone=False):
        """Whether it went well; a conflict with somebody else's work leaves the movements for the next time."""
        try:
            self.with_company(self.journal_id.company_id)._match_waiting()
            self.env['ir.cron']._commit_progress()
            return True
        except Exception as error:
            self.env.cr.rollback()
            if getattr(error, 'pgcode', None) in CONFLICTS:
                return True
            if alone:
                # without the traceback: what it says may hold the bank's text
                _logger.warning("Bank movement %s: %s at %s", self.id, type(error).__name__, place(error, 4))
                self._ours().match_again = False
                self.env['ir.cron']._commit_progress()
            return False

    def _match_waiting(self):
        """Decide these movements of one journal again; reconcile what is sure now, renew the proposals of the rest.

        :return: those that were reconciled"""
        waiting = self._lock_waiting()
        if not waiting:
            return waiting
        decider = waiting.journal_id._bank_feed_decider(waiting._refused_pairs())
        decisions = decider.decide([statement_line(line) for line in waiting])
        done, asked = waiting.browse(), waiting._refused_pairs(reconsidered=True)
        for line, decision in zip(waiting, decisions):
            refusal = ''
            if decision.action == AUTO and any(
                (line.id, part.document.id) in asked for part in decision.best.allocations
            ):
                refusal = _lt("This was refused or undone before: a person decides.")
            elif decision.action == AUTO:
                refusal = line._reconcile_now(decision)
            if decision.action == AUTO and not refusal:
                done += line
            else:
                line._propose_again(decision, refusal)
        done._log_on_documents()
        return done

    def _lock_waiting(self):
        """Those that still wait and that nobody else is working on."""
        self.flush_recordset(['is_reconciled'])
        rows = self.env.execute_query(
            SQL(
                """SELECT id FROM account_bank_statement_line
                    WHERE id IN %s AND is_reconciled IS NOT TRUE ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
                tuple(self.ids) or (0,),
            )
        )
        free = {row[0] for row in rows}
        taken = self.filtered(lambda line: line.id in free)
        taken._ours().match_again = False
        waiting = taken.filtered(lambda line: line.match_state in WAITING)
        return waiting.sorted(lambda line: (line.date, line.id))

    def _refused_pairs(self, reconsidered=False):
        """{(movement's id, document's id)} that a person refused or undid; or those of them to be proposed again."""
        refused = (
            self.env['bank.match']
            .sudo()
            .search(
                [
                    ('statement_line_id', 'in', self.ids),
                    ('state', '=', 'refused'),
                    ('superseded', '=', False),
                    ('reconsidered', '=', reconsidered),
                ]
            )
        )
        return {(match.statement_line_id.id, part.move_id.id) for match in refused for part in match.allocation_ids}

    def _reconcile_now(self, decision):
        """Book and reconcile one waiting movement; why Odoo refuses, '' where it does not."""
        parts = self._parts(decision.line, decision.best.allocations)
        try:
            with self.env.cr.savepoint():
                partner = self.partner_id or self._only_partner(parts)
                self.env['account.move.line']._reconcile_plan(self._book(parts, partner))
                self.match_ids.sudo().filtered(lambda match: match.state == 'proposed').unlink()
                self._ours().write(
                    {
                        'match_state': 'auto',
                        'match_rule': decision.best.rule,
                        'match_note': wording.why(decision.best),
                        'match_risk': decision.best.risk,
                        'match_doubt': wording.why_not(decision.warning, self.currency_id) or False,
                        'match_keys': False,
                    }
                )
        except (UserError, ValidationError) as error:
            return _lt("Odoo refused the match: %s", str(error))
        except DatabaseError as error:
            if error.pgcode in CONFLICTS:
                raise
            return _lt("The database refused it (%s).", type(error).__name__)
        return ''

    def _propose_again(self, decision, refusal=''):
        """New proposals in the place of the old ones; what is the same stays, somebody may be looking at it."""
        if decision.action == AUTO:
            decision = replace(decision, action=SUGGEST)
        suggests = decision.action == SUGGEST
        self._ours().write(
            {
                'match_state': 'proposed' if suggests else 'none',
                'match_rule': decision.best.rule if decision.best else False,
                'match_note': refusal or wording.why_not(decision.why_not, self.currency_id),
                'match_keys': ' '.join(decision.keys) or False,
                'match_doubt': wording.why_not(decision.warning, self.currency_id) or False,
            }
        )
        old = self.match_ids.sudo().filtered(lambda match: match.state == 'proposed')
        wanted = [
            (proposal.rule, [part.item.id for part in proposal.allocations])
            for proposal in ((decision.best, *decision.alternatives) if suggests else ())
        ]
        if wanted != [(match.rule, match.allocation_ids.move_line_id.ids) for match in old.sorted('sequence')]:
            old.unlink()
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
        """Mark the movements whose texts name one of these documents. Nothing here may keep a document from being posted:
        movements that somebody works on right now are left to the nightly look."""
        keys = {key for document in self.sudo() for key in (document.bank_feed_keys or '').split()}
        cron = self.env.ref('account_bank_feed.ir_cron_match_again', raise_if_not_found=False)
        if not keys or not cron:
            return
        lines = self.env['account.bank.statement.line'].sudo()
        lines.flush_model(['match_keys', 'match_again', 'is_reconciled'])
        try:
            # without a flush: core's own hooks before the commit must not run in the middle of a posting
            with self.env.cr.savepoint(flush=False):
                rows = self.env.execute_query(
                    SQL(
                        """WITH hits AS (
                               SELECT hit.id FROM unnest(%s) AS posted(key) CROSS JOIN LATERAL (
                                   SELECT id FROM account_bank_statement_line
                                    WHERE string_to_array(match_keys, ' ') @> ARRAY[posted.key]
                                      AND match_keys IS NOT NULL AND is_reconciled IS NOT TRUE) hit),
                           free AS (
                               SELECT id FROM account_bank_statement_line
                                WHERE id IN (SELECT id FROM hits) AND company_id IN %s AND match_again IS NOT TRUE
                                  FOR NO KEY UPDATE SKIP LOCKED)
                           UPDATE account_bank_statement_line SET match_again = TRUE
                            WHERE id IN (SELECT id FROM free) RETURNING id""",
                        list(keys),
                        tuple(self.company_id.parent_ids.ids),
                    )
                )
        except DatabaseError as error:
            _logger.info(
                "Waiting movements could not be called (%s); the nightly look finds them", type(error).__name__
            )
            return
        if rows:
            lines.browse([row[0] for row in rows]).invalidate_recordset(['match_again'])
            cron.sudo()._trigger()
