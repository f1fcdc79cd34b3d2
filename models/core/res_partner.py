from odoo import api, fields, models

from ...matching import names
from ...matching.keys import customer_keys
from ..match.stored_keys import INDEX, create_filled


def joined_keys(name, reference, *numbers):
    """Name and numbers of a partner as they are stored: each with its kind before it, blanks between them."""
    keys = {f'c:{key}' for key in customer_keys(reference or '', *numbers)}
    if key := names.key(name or ''):
        keys.add('n:' + key.replace(' ', '_'))
    keys |= {'b:' + beginning for beginning in names.beginnings(name or '')}
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

    @api.ondelete(at_uninstall=False)
    def _bank_models_of_deleted(self):
        models_ = self.env['account.reconcile.model'].sudo().with_context(active_test=False)
        domain = ['|', ('match_partner_ids', 'in', self.ids), ('line_ids.partner_id', 'in', self.ids)]
        models_.search(domain)._bank_lost_condition(self.env._("a partner"))

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
