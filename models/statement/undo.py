"""An import is taken back as a whole, or not at all."""

from odoo.exceptions import UserError, ValidationError
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ..book.booking import Booking
from ..lib import wording
from ..reconcile.undo import Undo as UndoReconciliation
from .posting import unlink_lines

_lt = LazyTranslate(__name__)


class Undo:
    """A ``bank.import`` that is done, or some of its statements."""

    def __init__(self, record, statements=None):
        self.record, self.env = record, record.env
        self.statements = statements or record.statement_ids.filtered(lambda statement: statement.state == 'done')

    def run(self):
        """Delete the lines that the import made, but those that another source told, too.

        :return: a sentence that says what became of them
        :raises UserError: which line prevents it, and why; nothing is changed then"""
        made = self.statements.entry_ids.filtered(lambda entry: entry.state == 'new').line_id
        said = (
            self.env['bank.feed.unposted'].search([('line_id', 'in', made.ids)]).line_id
        )  # by a person, of another source
        kept = made.filtered('bank_feed_id') | self._told_elsewhere(made) | said
        lines = made - kept
        for same_day in lines.grouped(lambda line: (line.journal_id, line.date)).values():
            if reason := self._hindrance(same_day):
                raise self._refused(same_day[0], reason)
        try:
            with self.env.cr.savepoint():
                self._delete(lines)
        except (UserError, ValidationError):
            raise self._which(lines) from None
        self._hand_over(kept)
        self._hand_over_held()
        self.statements.unposted_ids.unlink()
        self.statements.entry_ids.unlink()
        self.statements.write({'state': 'undone'})
        for journal in self.statements.journal_id:
            self.env['bank.feed.unposted']._retry(journal)
        if kept:
            return _lt(
                "%(count)s taken back; %(kept)s stay, as another source told them, too.",
                count=len(lines),
                kept=len(kept),
            )
        return _lt("%s taken back.", len(lines))

    def _told_elsewhere(self, lines):
        """Those that another import told, too, which is not taken back."""
        return self._entries_elsewhere(lines).line_id

    def _hand_over(self, kept):
        """What another import told, too, is that one's from now on: it goes with it."""
        others = self._entries_elsewhere(kept).filtered(lambda entry: not entry.line_id.bank_feed_id)
        for entries in others.grouped('line_id').values():
            entries[0].state = 'new'

    def _hand_over_held(self):
        """What is on hold and was told by another import, too, is that one's from now on."""
        for held in self.statements.unposted_ids:
            told = [('journal_id', '=', held.journal_id.id), ('voice', '=', held.voice), ('uid', '=', held.uid)]
            other = self.env['bank.import.entry'].search(
                [*told, ('statement_id', 'not in', self.statements.ids), ('state', '=', 'held')], limit=1
            )
            if other:
                held.import_statement_id = other.statement_id

    def _entries_elsewhere(self, lines):
        return self.env['bank.import.entry'].search(
            [('line_id', 'in', lines.ids), ('statement_id', 'not in', self.statements.ids)], order='id'
        )

    def _hindrance(self, lines):
        """Why lines of one day and journal cannot be deleted, or ''."""
        company, journal = lines.company_id[:1], lines.journal_id
        if locks := company._get_violated_lock_dates(lines[0].date, False, journal):
            return wording.locked(self.env, locks[-1][0])
        if any(move.inalterable_hash for move in lines.move_id):
            return self.env._("Its entry is secured.")
        return ''

    def _delete(self, lines):
        done = lines.filtered(lambda line: line.is_reconciled or Booking(line).is_begun())
        if done:
            UndoReconciliation(done).undo()
        self.statements.bank_statement_id.unlink()
        unlink_lines(lines)
        self.env.flush_all()

    def _which(self, lines):
        """The first line that cannot be deleted, and why."""
        for line in lines:
            try:
                with self.env.cr.savepoint():
                    self._delete(line)
            except (UserError, ValidationError) as error:
                return self._refused(line, str(error))
        return UserError(self.env._("The import cannot be taken back. Nothing was changed."))

    def _refused(self, line, reason):
        return UserError(
            self.env._(
                "“%(label)s” of %(day)s over %(amount)s prevents it: %(reason)s Nothing was changed.",
                label=line.payment_ref[:80],
                day=format_date(self.env, line.date),
                amount=line.currency_id.format(line.amount),
                reason=reason,
            )
        )
