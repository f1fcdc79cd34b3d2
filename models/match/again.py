"""Waiting movements look again: when a document that they may pay is posted, and every night."""

import contextlib
import logging
from dataclasses import replace

from psycopg2 import Error as DatabaseError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...matching.coding.data import DOCUMENT
from ...matching.data import AUTO, SUGGEST
from ...matching.decide import place
from ..book.booking import Booking
from ..book.lines import statement_line
from ..book.original import was_changed
from ..book.parts import partner_of
from ..coding.act import Act
from ..coding.coded import Coded
from ..coding.deciding import Deciding
from ..coding.others import after_booking, call_like
from ..coding.proposals import ways
from ..lib.inside import ours
from ..lib.locks import CONFLICTS
from ..lib.looking import WAITING, look_soon
from ..pay.returning import release
from .orders import prepare_index
from .refused import Refused
from .verdict import log_on_documents, verdict_values

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

#: movements that are looked at in one transaction
LINES_A_COMMIT = 200


class Waiting:
    """Statement lines that may wait; those of one journal are decided together."""

    def __init__(self, lines):
        self.lines, self.env = ours(lines), lines.env

    def match(self):
        """Decide those that wait again; reconcile what is sure now, renew the proposals of the rest.

        :return: those that were reconciled"""
        waiting, done = self._lock(), self.lines.browse()
        for journal, lines in waiting.grouped('journal_id').items():
            # a transfer of another journal may have brought one along
            left = lines.filtered(lambda line: not line.is_reconciled)
            done += self._match_journal(journal, left)
        log_on_documents(done)
        return done

    def _match_journal(self, journal, lines):
        deciding = Deciding(journal, *Refused.of(lines))
        outcomes = deciding.decide([statement_line(line) for line in lines])
        done, again, booked = lines.browse(), Refused.of(lines, reconsidered=True), []
        for line, outcome in zip(lines, outcomes):
            refusal = ''
            if outcome.movement.partner and not line.partner_id:
                self._name_partner(line, outcome.movement.partner)
            if outcome.action == AUTO and was_changed(line):
                refusal = _lt("Its amount is not the bank's any more: a person decides.")
            elif outcome.action == AUTO and _was_refused(line, outcome, again):
                refusal = _lt("This was refused or undone before: a person decides.")
            elif outcome.action == AUTO:
                refusal = self._book(line, outcome)
            if outcome.action == AUTO and not refusal:
                done += line
                booked.append(outcome)
            else:
                self._propose(line, outcome, refusal)
        after_booking(done, booked)
        return done

    def _name_partner(self, line, partner):
        """A reconciliation model says whose it is; not in a period that is locked."""
        with contextlib.suppress(UserError, ValidationError), self.env.cr.savepoint():
            line.partner_id = partner

    def _lock(self):
        """Those that still wait and that nobody else is working on."""
        self.lines.flush_recordset(['is_reconciled'])
        self.lines.move_id.flush_recordset(['state'])
        rows = self.env.execute_query(
            SQL(
                """SELECT line.id FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
                    WHERE line.id IN %s AND line.is_reconciled IS NOT TRUE AND move.state = 'posted'
                    ORDER BY line.id FOR NO KEY UPDATE OF line SKIP LOCKED""",
                tuple(self.lines.ids) or (0,),
            )
        )
        free = {row[0] for row in rows}
        taken = self.lines.filtered(lambda line: line.id in free)
        taken.bank_match_again = False
        waiting = taken.filtered(lambda line: line.bank_match_state in WAITING)
        return waiting.sorted(lambda line: (line.date, line.id))

    def _book(self, line, outcome):
        """Book and reconcile one waiting movement; why Odoo refuses, '' where it does not."""
        try:
            with self.env.cr.savepoint():
                if outcome.kind == DOCUMENT:
                    self._reconcile(line, outcome.decision)
                else:
                    Act(line, Coded.of(line.company_id, outcome.coding)).book()
                line.bank_match_ids.sudo()._proposed().unlink()
                line.write(verdict_values(outcome, line.journal_id))
        except (UserError, ValidationError) as error:
            return _lt("Odoo refused the match: %s", str(error))
        except DatabaseError as error:
            if error.pgcode in CONFLICTS:
                raise
            return _lt("The database refused it (%s).", type(error).__name__)
        return ''

    def _reconcile(self, line, decision):
        booking = Booking(line)
        release([decision], self.env)
        parts = booking.parts.decided(decision.line, decision.best.allocations)
        booking.put(parts, line.partner_id or partner_of(parts, self.env))

    def _propose(self, line, outcome, refusal):
        """New proposals in the place of the old ones; what is the same stays, somebody may be looking at it."""
        line.write(verdict_values(outcome, line.journal_id, refusal))
        if outcome.action == AUTO:
            outcome = as_proposal(outcome)
        old = line.bank_match_ids.sudo()._proposed()
        wanted = [way.identity for way in ways(outcome)]
        if wanted != [match._identity() for match in old.sorted('sequence')]:
            old.unlink()
            self.env['bank.match']._propose(line, [outcome])

    # === By the scheduler === #

    def match_safely(self, alone=False):
        """Whether it went well; a conflict with somebody else's work leaves the movements for the next time. Commits."""
        cron = self.env['ir.cron']
        try:
            Waiting(self.lines.with_company(self.lines.journal_id.company_id)).match()
            cron._commit_progress()
            return True
        except Exception as error:
            self.env.cr.rollback()
            if getattr(error, 'pgcode', None) in CONFLICTS:
                return True
            if alone:
                # without the traceback: what it says may hold the bank's text
                _logger.warning("Bank movement %s: %s at %s", self.lines.id, type(error).__name__, place(error, 4))
                self.lines.bank_match_again = False
                cron._commit_progress()
            return False


def as_proposal(outcome):
    """An outcome that a person has to confirm."""
    decision = outcome.decision
    if outcome.kind == DOCUMENT:
        decision = replace(decision, action=SUGGEST)
    return replace(outcome, action=SUGGEST, decision=decision)


def _was_refused(line, outcome, refused):
    """Whether a person refused or undid this once, and asked for another look."""
    if outcome.kind == DOCUMENT:
        return any((line.id, part.document.id) in refused.documents for part in outcome.decision.best.allocations)
    return any(line.id == movement for movement, _kind in refused.codings)  # whatever it would be now


def like_look_again(lines):
    """After something was learned of these movements: those of the same kind look again."""
    if lines and (called := call_like(lines)):
        Waiting(called).match()


def call_all(env):
    """All waiting movements look again: partners, identifiers, accounts and orders may have changed."""
    prepare_index(env)
    env.execute_query(
        SQL(
            "UPDATE account_bank_statement_line SET bank_match_again = TRUE"
            " WHERE bank_match_state IN %s AND is_reconciled IS NOT TRUE AND bank_match_again IS NOT TRUE RETURNING id",
            WAITING,
        )
    )
    env['account.bank.statement.line'].invalidate_model(['bank_match_again'])
    look_soon(env)


def match_called(env):
    """Movements that were called, by a newly posted document or all of them at night: journal by journal, oldest first, a commit
    a chunk. The flag goes when a movement is taken up, so that each is looked at once."""
    rows = env['account.bank.statement.line'].search_fetch(
        [('bank_match_again', '=', True), ('state', '=', 'posted')], ['journal_id'], order='date, id'
    )
    chunks = []
    for _journal, lines in rows.grouped('journal_id').items():
        chunks += [lines[start : start + LINES_A_COMMIT] for start in range(0, len(lines), LINES_A_COMMIT)]
    env['ir.cron']._commit_progress(remaining=len(chunks))
    for chunk in chunks:
        if not Waiting(chunk).match_safely():
            for line in chunk:  # one bad movement stops no other
                Waiting(line).match_safely(alone=True)
        if not env['ir.cron']._commit_progress(1):
            return


def call_for(documents):
    """Mark the waiting movements whose texts name one of these newly posted documents. Nothing here may keep a document from
    being posted: movements that somebody works on right now are left to the nightly look."""
    env = documents.env
    keys = {key for document in documents.sudo() for key in (document.bank_feed_keys or '').split()}
    if not keys:
        return
    lines = env['account.bank.statement.line'].sudo()
    lines.flush_model(['bank_match_keys', 'bank_match_again', 'is_reconciled'])
    try:
        # without a flush: core's own hooks before the commit must not run in the middle of a posting
        with env.cr.savepoint(flush=False):
            rows = env.execute_query(SQL(_CALL, list(keys), tuple(documents.company_id.parent_ids.ids)))
    except DatabaseError as error:
        _logger.info("Waiting movements could not be called (%s); the nightly look finds them", type(error).__name__)
        return
    if rows:
        lines.browse([row[0] for row in rows]).invalidate_recordset(['bank_match_again'])
        look_soon(env)


_CALL = """
    WITH hits AS (
        SELECT hit.id FROM unnest(%s) AS posted(key) CROSS JOIN LATERAL (
            SELECT id FROM account_bank_statement_line
             WHERE string_to_array(bank_match_keys, ' ') @> ARRAY[posted.key]
               AND bank_match_keys IS NOT NULL AND is_reconciled IS NOT TRUE) hit),
    free AS (
        SELECT id FROM account_bank_statement_line
         WHERE id IN (SELECT id FROM hits) AND company_id IN %s AND bank_match_again IS NOT TRUE
           FOR NO KEY UPDATE SKIP LOCKED)
    UPDATE account_bank_statement_line SET bank_match_again = TRUE
     WHERE id IN (SELECT id FROM free) RETURNING id"""
