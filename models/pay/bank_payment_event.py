from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..lib.rights import PAYROLL
from ..lib.told import Told
from ..lib.walls import without_defaults
from .names import STATES


class BankPaymentEvent(models.Model):
    """One entry of the trail of a payment order: what happened, when, by whom. Nobody changes or deletes one."""

    _name = 'bank.payment.event'
    _description = "Event of a Payment Order"
    _order = 'id'
    _log_access = True

    order_id = fields.Many2one('bank.payment.order', required=True, ondelete='restrict', index=True)
    company_id = fields.Many2one(related='order_id.company_id', store=True, precompute=True, index=True)
    user_id = fields.Many2one(
        'res.users', string="By", default=lambda self: self.env.uid, help="Odoo itself where nobody was there."
    )
    at = fields.Datetime(required=True, default=fields.Datetime.now)
    what = Told(required=True)
    aside = fields.Char(string="In Confidence", groups=PAYROLL, help="Words about salaries.")
    code = fields.Char(string="Bank's Code")
    state_before = fields.Selection(STATES, string="Before")
    state_after = fields.Selection(STATES, string="After")
    content_hash = fields.Char(string="Content (SHA-256)")

    @api.model_create_multi
    def create(self, vals_list):
        """No default of the context or of a person says anything here, also where the module itself makes the record."""
        records, vals_list = without_defaults(self, vals_list, set())
        return super(BankPaymentEvent, records).create(vals_list).with_env(self.env)

    def write(self, vals):
        raise AccessError(self.env._("The trail of a payment order is never changed."))

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("The trail of a payment order is never deleted."))
