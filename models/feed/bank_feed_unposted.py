from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...banks.data import Transaction
from ..lib.actions import BACK, SOFT_RELOAD
from ..lib.named import told_to_readers
from ..lib.rights import ACCOUNTANTS
from ..lib.told import text as told_text
from .books import Books
from .obstacles import journal_obstacle
from .place import Place
from .store import PostOrHold


class BankFeedUnposted(models.Model):
    """A movement that is at the bank and not in the books: pending there, or booked there and on hold here, with the
    reason. What is on hold is tried again at every fetch and import."""

    _name = 'bank.feed.unposted'
    _description = "Bank Movement Not Posted"
    _order = 'date desc, id desc'

    feed_id = fields.Many2one('bank.feed', string="Account", ondelete='cascade', index=True)
    import_statement_id = fields.Many2one(
        'bank.import.statement', string="Imported Statement", ondelete='cascade', index='btree_not_null'
    )
    company_id = fields.Many2one('res.company', compute='_compute_company', store=True, index=True, precompute=True)
    journal_id = fields.Many2one(
        'account.journal', compute='_compute_journal', store=True, index='btree_not_null', ondelete='set null'
    )
    voice = fields.Char(compute='_compute_voice', store=True, help="Technical: which source tells it.")
    state = fields.Selection(
        [('pending', "Pending at the bank"), ('held', "On hold"), ('unreadable', "Unreadable")], required=True
    )
    uid = fields.Char(required=True, help="Identity of the movement within its source.")
    date = fields.Date()
    amount = fields.Monetary()
    currency_id = fields.Many2one('res.currency')
    partner_name = fields.Char(string="Counterparty")
    label = fields.Char()
    reason = fields.Char(help="Why it is not in the books, and what helps.")
    doubtful = fields.Boolean(help="Perhaps it is in the books already; a person says so, or another source.")
    line_ids = fields.Many2many(
        'account.bank.statement.line',
        'bank_feed_unposted_line_rel',
        'unposted_id',
        'line_id',
        string="May Be One of These",
        groups=ACCOUNTANTS,
    )
    line_id = fields.Many2one(
        'account.bank.statement.line',
        string="Is",
        ondelete='set null',
        index='btree_not_null',
        groups=ACCOUNTANTS,
        help="The movement in the books that it is, by a person's word.",
    )
    details = fields.Json(exportable=False)
    gone = fields.Boolean(help="Its source tells its day, and not this any more: it is not posted by itself.")
    dismissed = fields.Boolean(help="A person has dealt with it; it is kept so that it does not come back.")

    _uid_uniq = models.UniqueIndex("(feed_id, uid) WHERE state <> 'pending'", "This movement is on hold already.")
    _voice_uid_uniq = models.UniqueIndex(
        "(journal_id, voice, uid) WHERE feed_id IS NULL", "This movement is on hold already."
    )

    @api.depends('feed_id.company_id', 'import_statement_id.company_id')
    def _compute_company(self):
        for movement in self:
            movement.company_id = movement.feed_id.company_id or movement.import_statement_id.company_id

    @api.depends('feed_id.journal_id', 'import_statement_id.journal_id')
    def _compute_journal(self):
        for movement in self:
            movement.journal_id = movement.feed_id.journal_id or movement.import_statement_id.journal_id

    @api.depends('import_statement_id.voice')
    def _compute_voice(self):
        for movement in self:
            movement.voice = movement.import_statement_id.voice

    @told_to_readers
    @api.depends('label', 'partner_name')
    def _compute_display_name(self):
        for movement in self:
            movement.display_name = movement.label or movement.partner_name or movement.uid

    # === A person's word === #

    def action_retry(self):
        """Try to post what is on hold again; of what is in doubt, a person says that it is another one."""
        self._check_may_decide()
        held = self.sudo().filtered(lambda movement: movement.state == 'held')
        if len(self) > 1:  # what its source does not tell any more, a person posts one by one
            held = held.filtered(lambda movement: not movement.gone)
        held.gone = False
        for doubtful, movements in held.grouped('doubtful').items():
            for place, asked in movements._by_place():
                if obstacle := journal_obstacle(place):
                    raise UserError(told_text(self.env, obstacle))
                PostOrHold(place).post_held(asked=asked if doubtful else None)
        return self._shown_next()

    def action_the_same(self):
        """It is the movement in the books that is named in the context, or the only one that it may be."""
        self._check_may_decide()
        for movement in self.sudo():
            lines = movement.line_ids.exists()
            if chosen := self.env.context.get('bank_same_line_id'):
                lines = lines.filtered(lambda line: line.id == chosen)
            if movement.state != 'held' or not lines:
                if len(self) > 1:
                    continue  # another one of them is that line; this one stays on hold
                raise UserError(self.env._("Nothing in the books is like it any more. Try again."))
            if len(lines) > 1:
                raise UserError(self.env._("Open it and choose which one it is."))
            movement._is_line(lines)
        return self._shown_next()

    def action_dismiss(self):
        """A person has dealt with it by hand: it is neither shown nor posted later."""
        self._check_may_decide()
        self.filtered(lambda movement: movement.state != 'pending').sudo().dismissed = True
        return self._shown_next()

    def _shown_next(self):
        """The list again; from the page of one that is gone, back to it."""
        return BACK if self.env.context.get('bank_form') and not self.exists() else SOFT_RELOAD

    def _check_may_decide(self):
        self.check_access('read')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))

    # === What becomes of it === #

    def _tell_gone(self):
        """Their source tells their day anew, and not them."""
        reason = self.env._(
            "Its source does not tell it any more: it may have been renamed. Dismiss it, or post it as another one."
        )
        self.write({'gone': True, 'reason': reason})

    @api.model
    def _retry(self, journal):
        """Something came to the journal: whatever is on hold there, from any source, may be told now."""
        domain = [
            ('journal_id', '=', journal.id),
            ('state', '=', 'held'),
            ('dismissed', '=', False),
            ('gone', '=', False),
        ]
        held = self.search(domain)
        for place, _movements in held._by_place():
            PostOrHold(place).post_held()

    def _by_place(self):
        """[(:class:`.place.Place`, movements)]"""
        found = []
        for (feed, _journal, _voice), movements in self.grouped(
            lambda one: (one.feed_id, one.journal_id, one.voice)
        ).items():
            company, statement = movements.company_id[:1], movements.import_statement_id[:1]
            if feed:
                found.append((Place.of_feed(feed.with_company(company)), movements))
            elif statement.journal_id:
                found.append((Place.of_statement(statement.with_company(company)), movements))
        return found

    def _now_in(self, line):
        """It was posted as this line."""
        self.ensure_one()
        self.import_statement_id._tell_entry(self.uid, line, 'new')
        self.unlink()

    def _is_line(self, line):
        """It is this line of the books, which came another way."""
        self.ensure_one()
        [(place, _movement)] = self._by_place()
        Books(place).complete([(self.uid, self._transaction(), line)])
        self.import_statement_id._tell_entry(self.uid, line, 'known')
        if self.feed_id and line.bank_feed_uid != self.uid:
            self.write({'dismissed': True, 'line_id': line.id})  # the line bears another provider's name
        else:
            self.unlink()

    def _transaction(self):
        """The bank's movement again (:class:`banks.data.Transaction`)."""
        self.ensure_one()
        return Transaction.from_json(self.details)
