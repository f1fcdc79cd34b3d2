"""Movements of one journal are posted by the batch, with their counterparts in place from the start."""

import logging
from collections import Counter

from psycopg2 import Error as DatabaseError

from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...matching.coding.data import DOCUMENT
from ...matching.data import AUTO
from ..book.booking import COUNTERPARTS, PARTS, Counterparts, Planned
from ..book.lines import entry_label
from ..book.parts import Parts, partner_of
from ..coding.coded import Coded
from ..coding.grounds import grounds_text
from ..coding.others import after_booking
from ..lib.inside import BATCH, OURS, WORD, Batch, ours
from ..lib.locks import CONFLICTS, refusal
from ..match.again import as_proposal
from ..match.claims import Bell
from ..match.verdict import log_on_documents, verdict_values
from ..pay.returning import release

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)


#: letters of a label, of a name or number
MAX_LABEL, MAX_NAME = 2000, 200


class Posting:
    """Posts decided movements of a :class:`.place.Place`: [(uid, :class:`banks.data.Transaction`, :class:`matching.coding.coder.Outcome`)]."""

    def __init__(self, place):
        self.place, self.env = place, place.env
        self.lines = self.env['account.bank.statement.line']

    def post(self, decided):
        """Post them with their counterpart in place, reconcile the sure ones, propose the rest.

        Batch first; where something in it refuses (a constraint, a lock), one by one, so that one bad movement stops no
        other.

        :return: (lines, [(uid, transaction, reason)] that could not be posted)"""
        if not decided:
            return self.lines, []
        try:
            with self.env.cr.savepoint():
                return self._post_batch(decided), []
        except (UserError, ValidationError, DatabaseError) as error:
            if getattr(error, 'pgcode', None) in CONFLICTS:
                raise  # a passing conflict is no verdict on any line: the whole fetch is done again
            _logger.info("%s: the batch was refused (%s), going one by one", self.place.name, type(error).__name__)
        posted, refused = self.lines, []
        for uid, row, outcome in decided:
            line, reason = self._post_one(uid, row, outcome)
            posted += line
            if reason:
                refused.append((uid, row, reason))
        return posted, refused

    def _post_one(self, uid, row, outcome):
        """(line, '') or (no line, reason). A match that Odoo refuses leaves the movement unmatched, not unposted."""
        reason = ''
        proposed = as_proposal(outcome) if outcome.action == AUTO else None
        for attempt in (outcome, proposed) if proposed else (outcome,):
            try:
                with self.env.cr.savepoint():
                    line = self._post_batch([(uid, row, attempt)])
                    if attempt is proposed and proposed:
                        ours(line).bank_match_note = _lt("Odoo refused the match: %s", reason)
                    return line, ''
            except (UserError, ValidationError) as error:
                reason = str(error)
            except DatabaseError as error:
                reason = refusal(self.env, error)
        return self.lines, reason

    def _post_batch(self, decided):
        release([outcome.decision for _uid, _row, outcome in decided], self.env)
        parts, rests = self._parts(decided), self._rests(decided)
        found = Counterparts()
        plan = {uid: (parts.get(uid, ()), rests.get(uid)) for uid in {**parts, **rests}}
        context = {**self._context(), PARTS: Planned(plan), COUNTERPARTS: found}
        lines = self.lines.with_context(**context).create(self._values(decided, parts)).with_env(self.env)
        self._name_partner_on_entries(lines)
        plan = [pair for ours in parts.values() for pair in found.pairs(self.env, ours)]
        if plan:
            self.env['account.move.line'].with_context(**self._quiet())._reconcile_plan(plan)
            found.check(self.env, [part for ours in parts.values() for part in ours])
            log_on_documents(lines.with_context(**self._quiet()))
        outcomes = [outcome for _uid, _row, outcome in decided]
        self._check_whole(lines, outcomes)
        self.env['bank.match']._propose(lines, outcomes)
        Bell(lines, [outcome.decision for outcome in outcomes]).ring()
        after_booking(lines, outcomes)
        return lines

    def _check_whole(self, lines, outcomes):
        """:raise UserError: what was booked on accounts by itself would still wait in part"""
        for line, outcome in zip(lines, outcomes):
            if outcome.action == AUTO and outcome.kind != DOCUMENT and not line.is_reconciled:
                raise UserError(self.env._("“%s” would still wait. Choose another account.", line.payment_ref))

    def _parts(self, decided):
        """{uid: parts} of those that are booked by themselves; what is read of their items is read once."""
        automatic = [(uid, one.decision) for uid, _row, one in decided if one.action == AUTO and one.kind == DOCUMENT]
        ids = [part.item.id for _uid, decision in automatic for part in decision.best.allocations]
        self.env['account.move.line'].browse(ids).fetch(READ)
        parts = Parts(self.env, self.place.company_id, self.place.currency_id)
        return {uid: parts.decided(decision.line, decision.best.allocations) for uid, decision in automatic}

    def _rests(self, decided):
        """{uid: :class:`booking.Rest`} of those that pay no document and are booked by themselves."""
        return {
            uid: Coded.of(self.place.company_id, one.coding).rest()
            for uid, _row, one in decided
            if one.action == AUTO and one.kind != DOCUMENT
        }

    def _values(self, decided, parts):
        currencies = {currency.name: currency for currency in self.env['res.currency'].search([])}
        values, slots = [], Slots(self.place, [row for _uid, row, _outcome in decided])
        for uid, row, outcome in decided:
            vals = {**self._bank_values(uid, row), **verdict_values(outcome, self.place.journal_id)}
            vals['bank_feed_slot'] = slots.take(row)
            vals['bank_grounds'] = grounds_text(lambda outcome=outcome: outcome.movement)
            if self._is_original(outcome):
                vals.update(self._original_values(row, currencies))
            if uid in parts:
                vals['partner_id'] = partner_of(parts[uid], self.env).id
            elif outcome.action == AUTO:
                vals['partner_id'] = outcome.coding.partner or outcome.movement.partner or False
            elif outcome.movement.partner:
                vals['partner_id'] = outcome.movement.partner
            values.append(vals)
        return values

    def _bank_values(self, uid, row):
        return {
            'journal_id': self.place.journal_id.id,
            'date': row.booking_date,
            'amount': float(row.amount),
            # all of it is in the details
            'payment_ref': (entry_label(row) or row.counterparty_name or self.env._("Bank movement"))[:MAX_LABEL],
            'partner_name': row.counterparty_name[:MAX_NAME] or False,
            'account_number': row.counterparty_account[:MAX_NAME] or False,
            'transaction_type': (row.bank_transaction_code or row.proprietary_code)[:MAX_NAME] or False,
            'bank_feed_id': self.place.feed.id,
            'bank_feed_way': self.place.way,
            'bank_feed_uid': uid,
            'bank_feed_details': row.as_json(),
            'bank_before_activation': bool(self.place.active_from and row.booking_date < self.place.active_from),
        }

    def _is_original(self, outcome):
        """Whether the counterpart is in the payment's original currency: where no document is matched or proposed, or one
        in that currency; not what is booked on an account. The bank's details keep the original anyway."""
        decision = outcome.decision
        if outcome.action == AUTO and outcome.kind != DOCUMENT:
            return False
        if not decision.best or not decision.best.allocations:
            return True
        return all(part.document.currency != self.place.currency_id.name for part in decision.best.allocations)

    def _original_values(self, row, currencies):
        """Amount and currency of a payment in another currency."""
        original = currencies.get(row.original_currency)
        if not row.original_amount or not original or original == self.place.currency_id:
            return {}
        return {'foreign_currency_id': original.id, 'amount_currency': float(row.original_amount)}

    def _name_partner_on_entries(self, lines):
        """The entry has the partner, too, where the match brought one: core copies it by comparing line and entry, which is
        left out here. One statement for the batch."""
        named = lines.filtered('partner_id')
        if not named:
            return
        moves = named.move_id
        names = ['partner_id', 'commercial_partner_id', 'invoice_partner_display_name']
        moves.flush_recordset(names)
        rows = [
            (
                line.move_id.id,
                line.partner_id.id,
                line.partner_id.commercial_partner_id.id,
                line.partner_id.display_name,
            )
            for line in named
        ]
        self.env.execute_query(
            SQL(
                """UPDATE account_move SET partner_id = told.partner, commercial_partner_id = told.commercial,
                          invoice_partner_display_name = told.name
                     FROM unnest(%s, %s, %s, %s) AS told(id, partner, commercial, name)
                    WHERE account_move.id = told.id RETURNING account_move.id""",
                *(list(column) for column in zip(*rows)),
            )
        )
        moves.invalidate_recordset(names)

    def _context(self):
        """Context of a batch. Lines and entries are made of the same values here, so core need not compare them again
        (skip_account_move_synchronization), and there is no invoice to recompute (skip_invoice_sync).

        No chatter message an entry: the run is the record of who fetched what. Companies with an audit trail keep them."""
        return {
            WORD: OURS,
            BATCH: Batch(),
            'skip_account_move_synchronization': True,
            'skip_invoice_sync': True,
            **self._quiet(),
        }

    def _quiet(self):
        if self.place.company_id.restrictive_audit_trail:
            return {}
        return {'tracking_disable': True, 'mail_create_nolog': True, 'mail_notrack': True}


class Slots:
    """Which of the equal movements of its day each is, in the journal: two ways that bring the same at one moment meet here, at a
    unique index, and one of them begins anew.

    :param rows: what is going to be posted"""

    def __init__(self, place, rows):
        self.digits = place.currency_id.decimal_places
        lines = place.env['account.bank.statement.line'].search_fetch(
            [('journal_id', '=', place.journal_id.id), ('date', 'in', list({row.booking_date for row in rows})), ('bank_feed_slot', '!=', False)],
            ['bank_feed_slot'],
        )  # fmt: skip
        self.taken, self.next = set(lines.mapped('bank_feed_slot')), Counter()

    def take(self, row):
        """The first free one of the movement's day and amount."""
        equal = f'{row.booking_date}:{row.amount:.{self.digits}f}'
        while (slot := f'{equal}:{self.next[equal]}') in self.taken:
            self.next[equal] += 1
        self.taken.add(slot)
        return slot


#: of the items that are paid
READ = [
    'account_id',
    'amount_residual',
    'amount_residual_currency',
    'currency_id',
    'move_id',
    'partner_id',
]
