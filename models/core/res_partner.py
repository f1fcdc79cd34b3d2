from odoo import api, fields, models

from ...matching import names
from ...matching.keys import customer_keys
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
        copy=False,  # who may not read it copies partners, too
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
