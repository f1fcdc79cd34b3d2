import logging
from dataclasses import replace

from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import SQL, format_date
from odoo.tools.translate import LazyTranslate

from ..lib import wording
from ..lib.inside import OURS, WORD
from ..lib.locks import CONFLICTS
from ..lib.parts import PARTS, Part
from ..lib.rights import ACCOUNTANTS, KEEPERS
from ..lib.told import Told
from ..lib.walls import without_defaults
from ..match.claims import Bell
from .account_move_batch import BATCH

_lt = LazyTranslate(__name__)

_logger = logging.getLogger(__name__)

MATCH_STATES = [
    ('auto', "Reconciled"),
    ('proposed', "Proposed"),
    ('accepted', "Accepted"),
    ('manual', "By Hand"),
    ('none', "Open"),
    ('undone', "Undone"),
]


#: letters of a label, of a name or number
MAX_LABEL, MAX_NAME = 2000, 200
#: the bank's word and the engine's: written by this module only, by no call from outside
WORDS = {
    'feed_id', 'feed_uid', 'feed_details', 'match_state', 'match_rule', 'match_note', 'match_risk', 'match_doubt', 'match_keys',
    'match_again', 'match_ids',
}  # fmt: skip


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    partner_name = fields.Char(groups=KEEPERS)
    account_number = fields.Char(groups=KEEPERS)

    feed_id = fields.Many2one(
        'bank.feed',
        string="Bank Feed",
        ondelete='restrict',
        index='btree_not_null',
        readonly=True,
        copy=False,
        groups=KEEPERS,
    )
    feed_uid = fields.Char(
        string="Bank's Identity",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        help="Identity of the movement within its account; it comes once only.",
    )
    feed_details = fields.Json(
        string="Bank's Details",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        exportable=False,
        prefetch=False,
        help="All that the bank gave.",
    )
    match_state = fields.Selection(
        MATCH_STATES, string="Match", groups=KEEPERS, readonly=True, copy=False, index='btree_not_null'
    )
    match_rule = fields.Char(
        groups=KEEPERS, readonly=True, copy=False, help="The rule of the matching policy that decided."
    )
    match_note = Told(string="Why", groups=KEEPERS, readonly=True, copy=False)
    match_risk = fields.Float(
        string="Risk",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        digits=(16, 12),
        help="The chance that an automatic match is wrong, as it was decided.",
    )
    match_ids = fields.One2many('bank.match', 'statement_line_id', string="Proposals", groups=ACCOUNTANTS)

    _feed_uid_uniq = models.UniqueIndex(
        "(feed_id, feed_uid) WHERE feed_uid IS NOT NULL", "This movement of the bank is in the books already."
    )

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if self._is_from_outside():
            for vals in vals_list:
                self._check_words(vals)
            return super(AccountBankStatementLine, without_defaults(self, self._fields.keys() - WORDS)).create(
                vals_list
            )
        return super().create(vals_list)

    def write(self, vals):
        if self._is_from_outside():
            self._check_words(vals)
        return super().write(vals)

    def _is_from_outside(self):
        return not self.env.su and self.env.context.get(WORD) is not OURS

    def _check_words(self, vals):
        if closed := WORDS & vals.keys():
            raise AccessError(
                self.env._("The bank's word on a movement cannot be changed: %s.", ', '.join(sorted(closed)))
            )

    def _ours(self):
        """These movements, for a write of what the bank or the engine says of them."""
        return self.with_context(**{WORD: OURS})

    def _create_from_feed(self, feed, decided):
        """Post movements of one feed with their counterpart in place, reconcile the sure ones, propose the rest.

        Batch first; where something in it refuses (a constraint, a lock), one by one, so that one bad movement stops no
        other.

        :param decided: [(uid, :class:`banks.data.Transaction`, :class:`matching.data.Decision`)]
        :return: (lines, [(uid, transaction, reason)] that could not be posted)"""
        if not decided:
            return self.browse(), []
        try:
            with self.env.cr.savepoint():
                return self._create_batch(feed, decided), []
        except (UserError, ValidationError, DatabaseError) as error:
            if getattr(error, 'pgcode', None) in CONFLICTS:
                raise  # a passing conflict is no verdict on any line: the whole fetch is done again
            _logger.info("Bank feed %s: the batch was refused (%s), going one by one", feed.id, type(error).__name__)
        lines, refused = self.browse(), []
        for uid, row, decision in decided:
            line, reason = self._create_one(feed, uid, row, decision)
            lines += line
            if reason:
                refused.append((uid, row, reason))
        return lines, refused

    def _create_one(self, feed, uid, row, decision):
        """(line, '') or (no line, reason). A match that Odoo refuses leaves the movement unmatched, not unposted."""
        reason = ''
        proposed = replace(decision, action='suggest') if decision.action == 'auto' else None
        for attempt in (decision, proposed) if proposed else (decision,):
            try:
                with self.env.cr.savepoint():
                    line = self._create_batch(feed, [(uid, row, attempt)])
                    if attempt is proposed and proposed:
                        line._ours().match_note = _lt("Odoo refused the match: %s", reason)
                    return line, ''
            except (UserError, ValidationError) as error:
                reason = str(error)
            except DatabaseError as error:
                if error.pgcode in CONFLICTS:
                    raise
                reason = self.env._("The database refused it (%s).", type(error).__name__)
        return self.browse(), reason

    def _create_batch(self, feed, decided):
        currencies = {currency.name: currency for currency in self.env['res.currency'].search([])}
        values, automatic = [], {}
        for uid, row, decision in decided:
            vals = {**self._feed_values(feed, uid, row), **self._decision_values(feed, decision)}
            if decision and decision.action != 'auto':
                vals['match_keys'] = ' '.join(decision.keys) or False
            if self._is_original(feed, decision):
                vals.update(self._original_values(feed, row, currencies))
            values.append(vals)
            if decision and decision.action == 'auto':
                automatic[uid] = self._parts(decision.line, decision.best.allocations)
                vals['partner_id'] = self._only_partner(automatic[uid]).id
        context = {**self._feed_context(feed), PARTS: automatic}
        lines = self.with_context(**context).create(values).with_env(self.env)
        lines._name_partner_on_entries()
        lines.with_context(**self._quiet_context(feed))._reconcile_automatic(automatic)
        decisions = [decision for _uid, _row, decision in decided]
        self.env['bank.match']._propose(lines, decisions)
        Bell(lines, decisions).ring()
        return lines

    def _name_partner_on_entries(self):
        """The entry has the partner, too, where the match brought one: core copies it by comparing line and entry, which is
        left out here. One statement for the batch."""
        named = self.filtered('partner_id')
        if not named:
            return
        moves = named.move_id
        moves.flush_recordset(['partner_id', 'commercial_partner_id', 'invoice_partner_display_name'])
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
        moves.invalidate_recordset(['partner_id', 'commercial_partner_id', 'invoice_partner_display_name'])

    def _feed_context(self, feed):
        """Context of a batch. Lines and entries are made of the same values here, so core need not compare them again
        (skip_account_move_synchronization), and there is no invoice to recompute (skip_invoice_sync).

        No chatter message an entry: the run is the record of who fetched what. Companies with an audit trail keep them."""
        return {
            WORD: OURS,
            BATCH: {},
            'skip_account_move_synchronization': True,
            'skip_invoice_sync': True,
            **self._quiet_context(feed),
        }

    def _quiet_context(self, feed):
        return (
            {}
            if feed.company_id.restrictive_audit_trail
            else {'tracking_disable': True, 'mail_create_nolog': True, 'mail_notrack': True}
        )

    def _parts(self, line, allocations):
        """[:class:`Part`] of a decision's allocations, in the currency of the movement's counterpart."""
        items = self.env['account.move.line'].browse([allocation.item.id for allocation in allocations])
        told_in_line_currency = sum(allocation.amount for allocation in allocations) == line.amount
        parts = []
        for item, allocation in zip(items, allocations):
            amount = allocation.amount
            original = allocation.document.currency == line.original_currency != line.currency
            if original and told_in_line_currency:
                amount = allocation.item.residual
            parts.append(Part(item, float(amount), allocation.discount))
        return parts

    def _only_partner(self, parts):
        """The one partner of all parts, or none."""
        partners = self.env['res.partner'].browse({part.item.partner_id.id for part in parts})
        return partners if len(partners) == 1 else self.env['res.partner']

    def _reconcile_automatic(self, automatic):
        """One reconciliation plan for the batch: each counterpart with the item that it pays."""
        plan = []
        for line in self:
            if parts := automatic.get(line.feed_uid):
                plan += line._booked_pairs(parts)
        if plan:
            self.env['account.move.line']._reconcile_plan(plan)
            self._log_on_documents()

    def _log_on_documents(self):
        """Say on each document which movement paid it and why that is sure: one batch of notes."""
        bodies = {}
        for line in self.filtered(lambda line: line.match_state == 'auto'):
            for document in line.line_ids._reconciled_lines_of_documents().move_id:
                bodies[document.id] = self.env._(
                    "Reconciled with the bank movement of %(day)s: %(why)s.",
                    day=format_date(self.env, line.date),
                    why=line.match_note,
                )
        self.env['account.move'].browse(bodies)._message_log_batch(bodies)

    # === Values === #

    def _feed_values(self, feed, uid, row):
        label = ' '.join(row.remittance) or ' '.join(row.structured) or row.additional_information or row.end_to_end_id
        return {
            'journal_id': feed.journal_id.id,
            'date': row.booking_date,
            'amount': float(row.amount),
            # all of it is in the details
            'payment_ref': (label or row.counterparty_name or self.env._("Bank movement"))[:MAX_LABEL],
            'partner_name': row.counterparty_name[:MAX_NAME] or False,
            'account_number': row.counterparty_account[:MAX_NAME] or False,
            'transaction_type': (row.bank_transaction_code or row.proprietary_code)[:MAX_NAME] or False,
            'feed_id': feed.id,
            'feed_uid': uid,
            'feed_details': row.as_json(),
        }

    def _is_original(self, feed, decision):
        """Whether the counterpart is in the payment's original currency: where no document is matched or proposed, or one
        in that currency. The bank's details keep the original anyway."""
        if not decision or not decision.best or not decision.best.allocations:
            return True
        return all(part.document.currency != feed.currency_id.name for part in decision.best.allocations)

    def _original_values(self, feed, row, currencies):
        """Amount and currency of a payment in another currency."""
        original = currencies.get(row.original_currency)
        if not row.original_amount or not original or original == feed.currency_id:
            return {}
        return {'foreign_currency_id': original.id, 'amount_currency': float(row.original_amount)}

    def _decision_values(self, feed, decision):
        """Match state, rule, the reason in words, and a warning where there is one."""
        if decision is None:
            return {'match_state': 'none'}
        doubt = wording.why_not(decision.warning, feed.currency_id) or False
        return {**self._verdict_values(feed, decision), 'match_doubt': doubt}

    def _verdict_values(self, feed, decision):
        if decision.action == 'none':
            rule = decision.best.rule if decision.best else False
            return {
                'match_state': 'none',
                'match_rule': rule,
                'match_note': wording.why_not(decision.why_not, feed.currency_id),
            }
        best = decision.best
        if decision.action == 'suggest':
            return {
                'match_state': 'proposed',
                'match_rule': best.rule,
                'match_note': wording.why_not(decision.why_not, feed.currency_id),
            }
        return {
            'match_state': 'auto',
            'match_rule': best.rule,
            'match_note': wording.why(best),
            'match_risk': best.risk,
        }

    # === Ways to more === #

    def action_open_match(self):
        """Open the document that the movement paid, or the movement's own entry."""
        self.ensure_one()
        documents = self.line_ids._reconciled_lines_of_documents().move_id
        target = documents if len(documents) == 1 else self.move_id
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': target.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def action_fetch_details(self):
        """Show all that the bank gave."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.payment_ref,
            'res_model': self._name,
            'res_id': self.id,
            'target': 'new',
            'views': [(self.env.ref('account_bank_feed.bank_feed_line_view_form').id, 'form')],
        }
