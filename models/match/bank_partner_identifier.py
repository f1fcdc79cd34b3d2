from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...matching.keys import compact, is_key
from ..lib.named import told_to_readers
from ..lib.walls import check_companies


class BankPartnerIdentifier(models.Model):
    """A constant identifier that a customer writes when paying, instead of an invoice's number."""

    _name = 'bank.partner.identifier'
    _description = "Customer Payment Identifier"
    _order = 'partner_id, date_from desc, id'

    partner_id = fields.Many2one('res.partner', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one('res.company', default=lambda self: self.env.company, index=True)
    kind = fields.Selection(
        [('customer', "Customer identifier"), ('order', "Watched order number")],
        required=True,
        default='customer',
        help="A watched order number is paid again and again: each time the oldest due invoice of that amount.",
    )
    name = fields.Char("Identifier", required=True)
    key = fields.Char(compute='_compute_key', store=True, index=True)
    date_from = fields.Date("From")
    date_to = fields.Date("Until")

    @told_to_readers
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.model_create_multi
    def create(self, vals_list):
        identifiers = super().create(vals_list)
        identifiers._check_walls()
        identifiers.partner_id.check_access('read')
        return identifiers

    def write(self, vals):
        self._check_walls()
        result = super().write(vals)
        self._check_walls()
        if 'partner_id' in vals:
            self.partner_id.check_access('read')
        return result

    @api.ondelete(at_uninstall=False)
    def _check_deleted(self):
        self._check_walls()

    def _check_walls(self):
        """It steers the matching of its company; what holds for all companies is for the administrator of
        the system. The partner is one that the person sees."""
        check_companies(self, shared=self.env.user.has_group('base.group_system'))

    @api.depends('name')
    def _compute_key(self):
        for identifier in self:
            identifier.key = compact(identifier.name)

    @api.constrains('name')
    def _check_name(self):
        for identifier in self:
            if not is_key(compact(identifier.name)):
                raise ValidationError(
                    self.env._(
                        "“%s” is too short to be told from other numbers: four characters, three digits.",
                        identifier.name,
                    )
                )

    @api.constrains('name', 'partner_id', 'date_from', 'date_to', 'company_id')
    def _check_unique(self):
        """The same identifier may go from one customer to the next, never to two at a time."""
        for identifier in self:
            others = self.search(
                [
                    ('key', '=', compact(identifier.name)),
                    ('id', '!=', identifier.id),
                    ('partner_id.commercial_partner_id', '!=', identifier.partner_id.commercial_partner_id.id),
                    ('company_id', 'in', [identifier.company_id.id, False]),
                ]
            )
            for other in others:
                before = other.date_to and identifier.date_from and other.date_to < identifier.date_from
                after = other.date_from and identifier.date_to and other.date_from > identifier.date_to
                if not before and not after:
                    raise ValidationError(
                        self.env._("%(name)s uses “%(key)s” already.", name=other.partner_id.name, key=identifier.name)
                    )
