"""A statement is imported: whole, by the same posting, matching and holding as what a bank's interface gives."""

from odoo import Command, fields
from odoo.exceptions import UserError

from ..feed.journals import bank_account
from ..feed.obstacles import journal_obstacle
from ..feed.store import LINES_A_COMMIT, PostOrHold
from ..lib.inside import ours
from ..lib.told import text
from . import routing
from .reading import is_closed
from .sorting import Sorting

#: movements of a statement from which on it is kept by the part
LARGE = 2000


class Import:
    """One statement, as it is now sorted out against the books.

    :param statement: ``bank.import.statement``, ready
    :param told: :class:`.reading.Told`"""

    def __init__(self, statement, told):
        self.statement, self.told, self.env = statement, told, statement.env

    def run(self, between=None):
        """All of it, within the transaction of the caller. What takes longer than a worker may work is kept by the part; a worker that
        is killed is followed by one that goes on, and what fails is taken back.

        :param between: called after each part of a large statement; commits
        :raises UserError: nothing can be posted to the journal"""
        if not self.statement.try_lock_for_update(allow_referencing=True) or self.statement.state != 'ready':
            raise UserError(self.env._("This statement is being imported already."))
        if routing.is_of_another(self.statement) and not self.statement.is_chosen:
            raise UserError(
                self.env._("“%s” has another account number by now. Choose a journal.", self.statement.journal_id.name)
            )
        sorting = Sorting(self.statement, self.told)
        if obstacle := journal_obstacle(sorting.place):
            raise UserError(text(self.env, obstacle))
        if not sorting.place.journal_id._bank_feed_settings():  # without them nothing is reconciled by itself
            self.env['account.reconcile.model']._provide_bank_feed_settings(sorting.place.company_id)
        sorting.gone()._tell_gone()
        poster = PostOrHold(sorting.place)
        for start in range(0, len(sorting.new), LINES_A_COMMIT):
            if start:
                self._tell(start, len(sorting.new))
            part = sorting.new[start : start + LINES_A_COMMIT]
            poster.post(part)
            if between and len(sorting.new) > LARGE:
                self._keep_entries(sorting, poster, [uid for uid, _row in part])
                between()
        if sorting.doubts:
            poster.post([], sorting.doubts)
        sorting.books.complete(sorting.known, sorting.counted)
        kept = set(self.statement.entry_ids.mapped('uid'))
        self._keep_entries(sorting, poster, [uid for uid in sorting.rows if uid not in kept])
        entries = self.statement.entry_ids
        before = len(entries.filtered(lambda entry: entry.state == 'new')) - poster.counts['new']
        self.env['bank.feed.unposted']._retry(sorting.place.journal_id)
        self.env['bank.mail']._vouched(self.statement.import_id)
        self._name_account()
        self.statement.write(
            {
                'state': 'done',
                'new_count': poster.counts['new'] + before,
                'held_count': poster.counts['held'],
                'known_count': len(sorting.told) + len(sorting.known) - before,
                'bank_statement_id': self._bank_statement(entries).id,
            }
        )

    def _tell(self, done, total):
        """Show who waits how far it is; in a transaction of its own, as this one ends with the statement."""
        with self.env.registry.cursor() as cr:
            self.statement.import_id.with_env(self.env(cr=cr))._notify(part=done, of=total)

    def _keep_entries(self, sorting, poster, uids):
        """What the statement told, and which lines that is."""
        known = {uid: line for uid, _row, line in sorting.known}
        values = []
        for uid in uids:
            line = poster.lines.get(uid) or known.get(uid) or sorting.told.get(uid)
            state = 'new' if uid in poster.lines else 'known' if line else 'held'
            values.append(
                {
                    'statement_id': self.statement.id,
                    'journal_id': sorting.place.journal_id.id,
                    'voice': sorting.place.voice,
                    'uid': uid,
                    'line_id': line.id if line else False,
                    'state': state,
                }
            )
        self.env['bank.import.entry'].create(values)

    def _name_account(self):
        """A journal that had no account number has that of its first statement."""
        journal, number = self.statement.journal_id, self.statement.iban or self.statement.account_number
        if journal.bank_account_id or not number or len(number) < 6:
            return
        found = bank_account(journal.company_id, number)
        if not found.journal_id:
            journal.bank_account_id = found

    def _bank_statement(self, entries):
        """``account.bank.statement`` with the bank's own number and balances and the file, where the file is one."""
        none = self.env['account.bank.statement']
        statement = self.statement
        if not is_closed(self.told.head) or not statement.has_closing or not statement.has_opening:
            return none
        lines = entries.line_id.filtered(lambda line: line.move_id.state == 'posted')
        if not lines or lines.statement_id:  # an overlapping period: those of the first one stay there
            return none
        number = statement.number or fields.Date.to_string(statement.date_to)
        found = none.create(
            {
                'name': f'{statement.journal_id.code} {number}',
                'reference': statement.file_id.name or statement.import_id.name,
                'date': statement.date_to,
                'balance_start': statement.opening,
                'balance_end_real': statement.closing,
                'line_ids': [Command.set(lines.ids)],
            }
        )
        if file := statement.file_id:
            found.bank_file_name = file.name
            self.env['ir.attachment'].create(
                {
                    'name': file.name,
                    'raw': file._bytes(),
                    'res_model': found._name,
                    'res_id': found.id,
                    'res_field': 'bank_file',
                }
            )
            found.invalidate_recordset(['bank_file'])
        return found


def unlink_lines(lines):
    """Delete statement lines that are not reconciled, with their entries."""
    ours(lines).with_context(force_delete=True).unlink()
