from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..book.booking import PARTS, Booking, Planned
from ..book.lines import statement_line
from ..coding.act import unplan_activities
from ..coding.grounds import grounds_text
from ..lib.inside import OURS, TAKING_BACK, UNDOING, WORD, ours
from ..lib.rights import ACCOUNTANTS, KEEPERS
from ..lib.told import Told
from ..lib.walls import onchange, without_defaults
from ..match import again
from ..reconcile import other_screen, search, signs
from ..reconcile.undo import CoreUndo

MATCH_STATES = [
    ('auto', "Reconciled"),
    ('proposed', "Proposed"),
    ('accepted', "Accepted"),
    ('manual', "By Hand"),
    ('none', "Open"),
    ('undone', "Undone"),
]
#: the bank's word and the engine's: written by this module only, by no call from outside
WORDS = {
    'bank_feed_id', 'bank_feed_uid', 'bank_feed_way', 'bank_before_activation', 'bank_feed_slot', 'bank_feed_details', 'bank_match_state', 'bank_match_rule', 'bank_match_note', 'bank_match_risk', 'bank_match_doubt', 'bank_match_keys',
    'bank_match_again', 'bank_match_ids', 'bank_cash_move_id', 'bank_grounds',
}  # fmt: skip


#: what a slot is made of
SLOTTED = {'date', 'amount', 'journal_id'}


class AccountBankStatementLine(models.Model):
    """A movement of the bank: its fields, and core's methods that know of them. What the reconciliation view calls is in
    ``models/reconcile/calls.py``."""

    _inherit = 'account.bank.statement.line'

    # === The bank's word === #

    partner_name = fields.Char(groups=KEEPERS)
    account_number = fields.Char(groups=KEEPERS)
    bank_feed_id = fields.Many2one(
        'bank.feed',
        ondelete='restrict',
        index='btree_not_null',
        readonly=True,
        copy=False,
        groups=KEEPERS,
    )
    bank_feed_uid = fields.Char(
        string="Bank's Identity",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        help="Identity of the movement within its account; it comes once only.",
    )
    bank_feed_way = fields.Selection(
        [('feed', "Interface"), ('file', "File"), ('mail', "Mail")],
        string="Came By",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        help="The way of what tells most of it; empty: by hand.",
    )
    bank_before_activation = fields.Boolean(
        string="Before Activation",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        help="Booked before the day on which the company's agreement with the provider went live.",
    )
    bank_feed_slot = fields.Char(
        groups=KEEPERS,
        readonly=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="Technical: which of the equal movements of its day it is.",
    )
    bank_feed_details = fields.Json(
        string="Bank's Details",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        exportable=False,
        prefetch=False,
        help="All that the bank gave.",
    )

    # === The engine's word === #

    bank_match_state = fields.Selection(
        MATCH_STATES, string="Match", groups=KEEPERS, readonly=True, copy=False, index='btree_not_null'
    )
    bank_match_rule = fields.Char(
        groups=KEEPERS, readonly=True, copy=False, help="The rule of the matching policy that decided."
    )
    bank_match_note = Told(string="Why", groups=KEEPERS, readonly=True, copy=False)
    bank_match_risk = fields.Float(
        string="Risk",
        groups=KEEPERS,
        readonly=True,
        copy=False,
        digits=(16, 12),
        help="The chance that an automatic match is wrong, as it was decided.",
    )
    bank_match_doubt = Told(
        string="Doubt",
        readonly=True,
        copy=False,
        groups=ACCOUNTANTS,  # payers' names: no question through other models
        help="Another payment names the same document, or the money went to an account that its vendor does not have.",
    )
    bank_match_keys = fields.Char(
        groups=KEEPERS,
        readonly=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="What its texts may refer to, while it waits.",
    )
    bank_match_again = fields.Boolean(
        groups=KEEPERS, readonly=True, copy=False, help="A document that it may pay was posted since."
    )
    bank_grounds = fields.Char(
        compute='_compute_bank_grounds',
        store=True,
        groups=KEEPERS,
        copy=False,
        prefetch=False,
        exportable=False,
        help="Technical: keys of who is at the other end, under which the like is found.",
    )
    bank_match_ids = fields.One2many('bank.match', 'statement_line_id', string="Proposals", groups=ACCOUNTANTS)

    bank_cash_move_id = fields.Many2one(
        'account.move',
        string="Paid in Cash",
        ondelete='set null',
        index='btree_not_null',
        readonly=True,
        copy=False,
        groups=KEEPERS,
        help="The document whose payment in cash this is.",
    )

    # === For the screens === #

    bank_match_text = fields.Char(
        string="Bank Feeds", compute='_compute_bank_match_text', compute_sudo=True, groups=ACCOUNTANTS
    )
    bank_signs = fields.Json(
        string="Notes and Files", compute='_compute_bank_signs', compute_sudo=True, groups=ACCOUNTANTS, exportable=False
    )
    bank_search = fields.Char(
        string="Movement",
        compute='_compute_bank_search',
        search='_search_bank_search',
        groups=KEEPERS,
        exportable=False,
        help="Label, counterparty, account, or the amount.",
    )

    _feed_uid_uniq = models.UniqueIndex(
        "(bank_feed_id, bank_feed_uid) WHERE bank_feed_uid IS NOT NULL",
        "This movement of the bank is in the books already.",
    )
    _feed_slot_uniq = models.UniqueIndex(
        "(journal_id, bank_feed_slot) WHERE bank_feed_slot IS NOT NULL",
        "This movement was brought another way at the same moment.",
    )
    _match_keys_index = models.Index(
        "USING gin (string_to_array(bank_match_keys, ' ')) WHERE bank_match_keys IS NOT NULL AND is_reconciled IS NOT TRUE"
    )
    _grounds_index = models.Index("USING gin (string_to_array(bank_grounds, ' ')) WHERE bank_grounds IS NOT NULL")
    _match_again_index = models.Index("(journal_id) WHERE bank_match_again")
    _match_doubt_index = models.Index("(company_id) WHERE bank_match_doubt IS NOT NULL")
    # who paid for whom before
    _bank_feed_payer_index = models.Index(
        "((coalesce(account_number, partner_name))) WHERE is_reconciled AND partner_id IS NOT NULL"
    )

    @api.depends('payment_ref', 'ref', 'narration', 'partner_name', 'account_number', 'amount', 'currency_id', 'transaction_type', 'bank_feed_details')  # fmt: skip
    def _compute_bank_grounds(self):
        for line in self:
            line.bank_grounds = grounds_text(lambda line=line: statement_line(line))

    @api.depends('bank_match_state', 'bank_match_note', 'bank_match_ids.state', 'is_reconciled')
    def _compute_bank_match_text(self):
        for line in self:
            line.bank_match_text = other_screen.proposal_text(line)

    @api.depends('move_id', 'checked')
    def _compute_bank_signs(self):
        for line, found in signs.signs(self).items():
            line.bank_signs = found

    def _compute_bank_search(self):
        self.bank_search = False

    def _search_bank_search(self, operator, value):
        return search.movement_domain(operator, value)

    # === CRUD === #

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, self._fields.keys() - WORDS - {'move_id'})

    @api.model_create_multi
    def create(self, vals_list):
        if self._bank_is_from_outside():
            for vals in vals_list:
                self._bank_check_words(vals)
        lines, vals_list = without_defaults(self, vals_list, self._fields.keys() - WORDS)
        return super(AccountBankStatementLine, lines).create(vals_list)

    def write(self, vals):
        if self._bank_is_from_outside():
            self._bank_check_words(vals)
        if vals.keys() & SLOTTED and (slotted := self.filtered('bank_feed_slot')):
            ours(slotted.sudo()).bank_feed_slot = False  # it is none of its day's equal movements any more
        return super().write(vals)

    def _bank_is_from_outside(self):
        return not self.env.su and self.env.context.get(WORD) is not OURS

    def _bank_check_words(self, vals):
        if closed := WORDS & vals.keys():
            raise AccessError(
                self.env._("The bank's word on a movement cannot be changed: %s.", ', '.join(sorted(closed)))
            )

    def _prepare_move_line_default_vals(self, counterpart_account_id=None):
        """A movement that is created with its match has its counterparts in place from the start."""
        values = super()._prepare_move_line_default_vals(counterpart_account_id)
        planned = self.env.context.get(PARTS)
        parts, rest = (planned.get(self.bank_feed_uid) if isinstance(planned, Planned) else None) or ((), None)
        if not parts and not rest:
            return values
        liquidity, counterpart = values
        return [liquidity, *Booking(self).counterparts(counterpart, parts, rest)]

    def action_undo_reconciliation(self):
        """Core's undo; see :class:`models.reconcile.undo.CoreUndo`."""
        unplan_activities(self)
        if self.env.context.get(TAKING_BACK) is OURS:  # whoever calls restores what was before
            return super().action_undo_reconciliation()
        undo = CoreUndo(self)
        result = super(AccountBankStatementLine, self.with_context(**{UNDOING: OURS})).action_undo_reconciliation()
        undo.finish()
        return result

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Cards and forms with a component of their own are reconciliation screens: none of ours is.

        There is no view to inherit from: the other module may be installed before us, after us, or not at all."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.get('js_class') and view_type in ('kanban', 'form'):
            other_screen.show_in(arch, view_type, self.env._("Accept"))
        return arch, view

    # === Buttons === #

    def action_bank_open_document(self):
        """Open the document that the movement paid, or the movement's own entry."""
        self.ensure_one()
        documents = self.line_ids._bank_items_of_documents().move_id
        target = documents if len(documents) == 1 else self.move_id
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.move',
            'res_id': target.id,
            'view_mode': 'form',
            'views': [(False, 'form')],
        }

    def action_bank_the_same(self):
        """What is on hold (in the context) is this movement."""
        self.ensure_one()
        held = self.env['bank.feed.unposted'].browse(self.env.context.get('bank_unposted_id'))
        return held.with_context(bank_same_line_id=self.id).action_the_same()

    def action_bank_details(self):
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

    # === Scheduled === #

    @api.model
    def _cron_bank_match_nightly(self):
        again.call_all(self.env)

    @api.model
    def _cron_bank_match_again(self):
        again.match_called(self.env)

    @api.model
    def _mark_before_activation(self, agreement):
        """An agreement went live: movements of its provider's accounts that were booked before are marked, others are not."""
        feeds = self.env['bank.feed'].sudo().with_context(active_test=False)
        ours_ = feeds.search(
            [('company_id', '=', agreement.company_id.id), ('connection_id.provider_id', '=', agreement.provider_id.id)]
        )
        lines = self.sudo().search([('bank_feed_id', 'in', ours_.ids)])
        before = lines.filtered(lambda line: line.date < agreement.valid_from)
        ours(before.filtered(lambda line: not line.bank_before_activation)).bank_before_activation = True
        ours((lines - before).filtered('bank_before_activation')).bank_before_activation = False
