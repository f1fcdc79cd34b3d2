from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ..book.booking import Booking
from ..book.parts import partner_of
from ..coding.act import Act, plan_activity
from ..coding.coded import Coded
from ..coding.proposals import coding_values, ways
from ..coding.sides import Pair
from ..lib import wording
from ..lib.actions import SOFT_RELOAD
from ..lib.inside import ours
from ..lib.named import told_to_readers
from ..lib.rights import check_may_reconcile
from ..lib.told import Told, kept
from ..lib.walls import onchange
from ..reconcile.rate import Rate
from .again import like_look_again

_lt = LazyTranslate(__name__)


class BankMatch(models.Model):
    """A proposal: this movement may pay these open items, or be booked like this, for these reasons. A person accepts or refuses it."""

    _name = 'bank.match'
    _description = "Match Proposal"
    _order = 'statement_line_id desc, sequence, id'

    _coding_refused_index = models.Index("(company_id) WHERE state = 'refused' AND coding IS NOT NULL")

    statement_line_id = fields.Many2one(
        'account.bank.statement.line', string="Movement", required=True, ondelete='cascade', index=True
    )
    company_id = fields.Many2one(related='statement_line_id.company_id', store=True, index=True)
    sequence = fields.Integer()
    state = fields.Selection(
        [('proposed', "Proposed"), ('accepted', "Accepted"), ('refused', "Refused")],
        required=True,
        default='proposed',
        index=True,
    )
    superseded = fields.Boolean(help="Refused only because another proposal was accepted.")
    refused_at = fields.Datetime(help="When a person refused it, or took it back.")
    reconsidered = fields.Boolean(help="Refused or undone once; it may be proposed again, but never booked by itself.")
    rule = fields.Char()
    reason = Told(string="Why not by itself")
    reason_code = fields.Char(help="The reason as the engine names it.")
    evidence = Told()
    evidence_pieces = fields.Json(
        help="[[field, text as it was compared, key, strength]], to show it in the bank's text."
    )
    allocation_ids = fields.One2many('bank.match.allocation', 'match_id', string="Pays")
    coding = fields.Json(help="How a movement without a document would be booked, see models/coding/stored.py.")
    rest = fields.Json(help="How what a document leaves of the movement, or lacks, would be booked; as a coding.")
    coding_kind = fields.Char(help="Technical: equal for codings of one kind, whatever the amounts.")
    reconcile_model_id = fields.Many2one(
        'account.reconcile.model', string="Model", ondelete='set null', index='btree_not_null'
    )
    why = Told()
    documents = fields.Char(string="Pays or Is Booked On", compute='_compute_documents', compute_sudo=True)
    partner_id = fields.Many2one('res.partner', compute='_compute_documents', compute_sudo=True)
    date = fields.Date(related='statement_line_id.date')
    payment_ref = fields.Char(related='statement_line_id.payment_ref', string="Label")
    partner_name = fields.Char(related='statement_line_id.partner_name', string="Counterparty")
    amount = fields.Monetary(related='statement_line_id.amount')
    currency_id = fields.Many2one(related='statement_line_id.currency_id')
    is_reconciled = fields.Boolean(related='statement_line_id.is_reconciled')

    @api.depends('allocation_ids.move_id.name', 'coding', 'rest')
    def _compute_documents(self):
        for match in self:
            if match.coding:
                coded = match._coded()
                match.documents, match.partner_id = coded.name(), coded.partner
                continue
            names = match.allocation_ids.move_id.mapped('name') + ([match._coded_rest().name()] if match.rest else [])
            match.documents = ', '.join(names)
            match.partner_id = match.allocation_ids.move_id.commercial_partner_id[:1]

    @told_to_readers
    @api.depends('documents', 'payment_ref')
    def _compute_display_name(self):
        for match in self:
            match.display_name = f"{match.payment_ref or ''} → {match.documents}"

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, ())

    def _proposed(self):
        """Those that may be accepted, the best first."""
        return self.filtered(lambda match: match.state == 'proposed').sorted('sequence')

    # === Actions === #

    def action_accept(self):
        """Book the movement as proposed; the like look again."""
        self._accept_all()
        like_look_again(self.filtered(lambda match: match.coding or match.rest).statement_line_id)
        return SOFT_RELOAD

    def _accept_all(self):
        self._check_may_decide()
        if self and not any(match.state == 'proposed' for match in self):
            raise UserError(self.env._("This was decided already. Look at the movement again."))
        for match in self:
            if match.state == 'proposed':  # accepting one refuses its alternatives
                Rate(match.statement_line_id).check()
                match._accept()

    def action_refuse(self):
        """Never propose this pair again; of a coding, the like asks a person, too."""
        self._check_may_decide()
        values = {'state': 'refused', 'reconsidered': False, 'refused_at': self.env.cr.now()}
        self._proposed().sudo().write(values)
        left = self.statement_line_id.filtered(
            lambda line: line.bank_match_state == 'proposed' and not line.bank_match_ids._proposed()
        )
        ours(left).write({'bank_match_state': 'none', 'bank_match_note': _lt("The proposals were refused.")})
        for line in self.statement_line_id - left:
            if (best := line.bank_match_ids._proposed()[:1]).coding:
                ours(line).bank_match_note = best._told()
        like_look_again(self.filtered('coding').statement_line_id)
        return SOFT_RELOAD

    def action_unrefuse(self):
        """Take a refusal back: it is proposed again, where the movement still waits."""
        self._check_may_decide()
        back = self.filtered(lambda match: match.state == 'refused' and not match.statement_line_id.is_reconciled)
        back.sudo().state = 'proposed'
        for match in back:
            ours(match.statement_line_id).write({'bank_match_state': 'proposed', 'bank_match_note': match._told()})
        like_look_again(back.filtered('coding').statement_line_id)

    # === Business === #

    def _check_may_decide(self):
        """Proposals are written by nobody directly; deciding needs the right to reconcile the movement."""
        if len(self.sudo().exists()) != len(self):
            raise UserError(
                self.env._("This proposal is gone: less is open now than it would pay. Look at the movement again.")
            )
        self.check_access('read')
        check_may_reconcile(self.statement_line_id)

    @api.model
    def _propose(self, lines, outcomes):
        """Store the proposals of a batch. ``lines`` and ``outcomes`` go together, one by one."""
        values = []
        for line, outcome in zip(lines, outcomes):
            for sequence, way in enumerate(ways(outcome)):
                told = (
                    self._proposal_values(line, outcome.decision, way)
                    if way.proposal
                    else coding_values(way, outcome.movement, line.currency_id)
                )
                values.append(
                    {
                        'statement_line_id': line.id,
                        'state': 'proposed',
                        'superseded': False,
                        'reconsidered': False,
                        'sequence': sequence,
                        **told,
                    }
                )
        return self.sudo().create(values)

    def _told(self):
        """The note of a movement that waits for this proposal."""
        why, reason = (self._fields[name].stored(self) for name in ('why', 'reason'))
        return wording.coded_note(self.documents, kept(why), self.reason_code, kept(reason)) if self.coding else reason

    def _identity(self):
        """What makes it the same as another one, see :class:`models.coding.proposals.Way`."""
        if self.coding:
            return (self.coding_kind, self.coding, self.reason_code)
        return (self.rule, self.allocation_ids.move_line_id.ids, self.rest or False)

    def _coded(self):
        """:class:`models.coding.coded.Coded` of a coding."""
        return Coded.kept(self.company_id, self.coding, self.reconcile_model_id)

    def _coded_rest(self):
        """:class:`models.coding.coded.Coded` of what a document leaves."""
        return Coded.kept(self.company_id, self.rest, self.reconcile_model_id)

    def _proposal_values(self, line, decision, way):
        booking, proposal, against = Booking(line), way.proposal, way.against
        return {
            'rest': way.rest,
            'why': wording.why_coded(way.coding.why) if way.rest else False,
            'rule': proposal.rule,
            'evidence': wording.evidence(proposal.evidence),
            'evidence_pieces': [list(piece) for piece in proposal.evidence],
            'reason_code': getattr(against, 'code', False),
            'reason': wording.why_not(against, line.currency_id),
            'allocation_ids': [
                Command.create(
                    {
                        'move_line_id': part.item.key.id,
                        'move_id': part.item.key.move_id.id,
                        'currency_id': booking.told_currency(part).id,
                        'amount': float(part.amount),
                        'discount': part.discount,
                    }
                )
                for part in booking.parts.decided(decision.line, proposal.allocations)
            ],
        }

    @api.model
    def _refuse_pair(self, line, items, reconsidered=False):
        """Remember that this movement does not pay these items; ``reconsidered``: only that a person decides."""
        if not items:
            return self.browse()
        return self.create(
            {
                'statement_line_id': line.id,
                'state': 'refused',
                'reconsidered': reconsidered,
                'reason': _lt("The match was undone."),
                'allocation_ids': [
                    Command.create({'move_line_id': item.id, 'move_id': item.move_id.id}) for item in items
                ],
            }
        )

    def _accept(self):
        self.ensure_one()
        line = self.statement_line_id
        if line.is_reconciled:
            raise UserError(self.env._("“%s” is reconciled already.", line.payment_ref))
        if self.coding:
            coded = self._coded()
            Act(line, coded).book()
            plan_activity(line, coded.model)
            if coded.is_transfer:
                Pair(line).close()
        else:
            self._reconcile()
        self.sudo().state = 'accepted'
        line.bank_match_ids._proposed().sudo().write({'state': 'refused', 'superseded': True})
        ours(line).write(
            {
                'bank_match_state': 'accepted',
                'bank_match_rule': self.rule,
                'bank_match_note': _lt(
                    "Accepted by %(user)s: %(documents)s", user=self.env.user.name, documents=self.documents
                ),
            }
        )

    def _reconcile(self):
        line = self.statement_line_id
        if not self.allocation_ids or not all(part.move_line_id for part in self.allocation_ids):
            raise UserError(self.env._("The document was changed since. Refuse this proposal."))
        for allocation in self.allocation_ids:
            allocation._check_still_fits()
        booking = Booking(line)
        parts = booking.parts.proposed(self)
        partner = partner_of(parts, self.env)
        booking.put(parts, partner, self._coded_rest().rest() if self.rest else None)
        self.env['bank.payer'].sudo()._learn(line, partner)


class BankMatchAllocation(models.Model):
    """So much of a movement would pay this open item."""

    _name = 'bank.match.allocation'
    _description = "Match Proposal Item"

    match_id = fields.Many2one('bank.match', required=True, ondelete='cascade', index=True)
    move_line_id = fields.Many2one('account.move.line', ondelete='set null', index=True)
    # the document itself: a refusal outlives the items, which change when it is reset and posted again
    move_id = fields.Many2one('account.move', string="Document", required=True, ondelete='cascade', index=True)
    currency_id = fields.Many2one('res.currency', string="Told In", help="Currency of the amount.")
    amount = fields.Monetary(help="Signed like the movement.")
    discount = fields.Boolean(string="Early-Payment Discount", help="The item is settled by it, the discount taken.")
    residual = fields.Monetary(
        related='move_line_id.amount_residual_currency', currency_field='item_currency_id', string="Open"
    )
    item_currency_id = fields.Many2one(related='move_line_id.currency_id')

    def _still_fits(self):
        """Whether as much is open of the item as would be paid."""
        item = self.move_line_id
        if not item or item.reconciled:
            return False
        if (self.amount > 0) != (item.amount_residual_currency > 0):
            return False
        same = item.currency_id == self.currency_id
        return not same or item.currency_id.compare_amounts(abs(self.amount), abs(item.amount_residual_currency)) <= 0

    def _check_still_fits(self):
        """Since it was proposed, the item may have been paid, in part or in full."""
        self.ensure_one()
        item = self.move_line_id
        if item.reconciled or item.parent_state != 'posted':
            raise UserError(self.env._("%s is paid or no longer posted. Refuse this proposal.", item.move_id.name))
        if (self.amount > 0) != (item.amount_residual_currency > 0):
            raise UserError(self.env._("%s goes the other way now. Refuse this proposal.", item.move_id.name))
        if self.discount and not item.discount_date:
            raise UserError(
                self.env._("%s has no early-payment discount any more. Refuse this proposal.", item.move_id.name)
            )
        if (
            item.currency_id == self.currency_id
            and item.currency_id.compare_amounts(abs(self.amount), abs(item.amount_residual_currency)) > 0
        ):
            raise UserError(
                self.env._(
                    "Only %(amount)s is still open on %(number)s. Refuse this proposal.",
                    amount=item.currency_id.format(abs(item.amount_residual_currency)),
                    number=item.move_id.name,
                )
            )
