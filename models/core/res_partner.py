from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...matching import accounts, names
from ...matching.keys import compact, customer_keys, is_key
from ..lib.walls import check_companies
from ..match.stored_keys import INDEX, create_filled


def joined_keys(name, reference, *numbers):
    """Name and numbers of a partner as they are stored: each with its kind before it, blanks between them."""
    keys = {f'c:{key}' for key in customer_keys(reference or '', *numbers)}
    if key := names.key(name or ''):
        keys.add('n:' + key.replace(' ', '_'))
    return ' '.join(sorted(keys)) or False


class ResPartner(models.Model):
    _inherit = 'res.partner'

    bank_feed_identifier_ids = fields.One2many(
        'bank.partner.identifier',
        'partner_id',
        string="Payment Identifiers",
        groups='account.group_account_invoice,account.group_account_readonly',
        help="What this customer always writes when paying: a customer or contract number, a standing order's number.",
    )
    bank_feed_manual = fields.Boolean(
        string="Match Payments by Hand",
        groups='account.group_account_invoice,account.group_account_readonly',
        help="Movements of this partner are proposed, never reconciled by themselves.",
    )
    bank_feed_keys = fields.Char(
        compute='_compute_bank_feed_keys',
        store=True,
        copy=False,
        prefetch=False,
        exportable=False,
        groups='base.group_system',
    )
    _bank_feed_keys_index = models.Index(INDEX)

    @api.depends('name', 'ref', 'vat', 'company_registry')
    def _compute_bank_feed_keys(self):
        for partner in self:
            partner.bank_feed_keys = joined_keys(partner.name, partner.ref, partner.vat, partner.company_registry)

    def _auto_init(self):
        create_filled(
            self.env,
            'res_partner',
            "SELECT id, name, ref, vat, company_registry FROM res_partner WHERE id > %(last)s ORDER BY id LIMIT %(limit)s",
            joined_keys,
        )
        return super()._auto_init()


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

    @api.model_create_multi
    def create(self, vals_list):
        identifiers = super().create(vals_list)
        identifiers._check_walls()
        return identifiers

    def write(self, vals):
        self._check_walls()
        result = super().write(vals)
        self._check_walls()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_deleted(self):
        self._check_walls()

    def _check_walls(self):
        """It steers the matching of its company; what holds for all companies is for who configures bank feeds."""
        check_companies(self, shared=self.env.user.has_group('account_bank_feed.bank_feed_group_manager'))

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


class BankPayer(models.Model):
    """An account that was seen paying for a partner, learned from confirmed matches only. It is no bank account of the
    partner: nothing is ever sent to it."""

    _name = 'bank.payer'
    _description = "Known Payer Account"
    _order = 'partner_id, id'

    account_number = fields.Char(required=True, readonly=True)
    partner_id = fields.Many2one('res.partner', required=True, readonly=True, ondelete='cascade', index=True)
    company_id = fields.Many2one('res.company', required=True, readonly=True, index=True)
    statement_line_id = fields.Many2one(
        'account.bank.statement.line', string="Learned From", readonly=True, ondelete='set null', index=True
    )

    _account_index = models.Index("(account_number, company_id)")

    @api.model
    def _learn(self, line, partner):
        """After a person confirmed a match: this account paid for this partner. It counts as long as it paid for no other,
        and nobody's own bank account is learned."""
        number = accounts.compact(line.account_number)
        if not number or not partner:
            return
        if self.env['res.partner.bank'].search_count([('sanitized_acc_number', '=', number)], limit=1):
            return
        self.create(
            {
                'account_number': number,
                'partner_id': partner.commercial_partner_id.id,
                'company_id': line.company_id.id,
                'statement_line_id': line.id,
            }
        )

    @api.model
    def _unlearn(self, lines):
        self.search([('statement_line_id', 'in', lines.ids)]).unlink()
