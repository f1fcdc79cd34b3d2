from odoo import fields, models
from odoo.exceptions import AccessError

from ..lib.actions import SOFT_RELOAD
from ..lib.rights import MANAGERS, PAYERS


class BankConnection(models.Model):
    """Whether payments go through the connection."""

    _inherit = 'bank.connection'

    payments_stopped = fields.Boolean(tracking=True, help="No payment is sent through this connection.")
    takes_payments = fields.Boolean(compute='_compute_takes_payments')

    def _compute_takes_payments(self):
        for connection in self:
            connection.takes_payments = bool(connection.sudo().institution_id._capabilities().payments)

    def action_stop_payments(self):
        """Nothing is sent through it from now on; what the bank has goes on there."""
        self._switch_payments(True)
        return SOFT_RELOAD

    def action_allow_payments(self):
        self._switch_payments(False)
        return SOFT_RELOAD

    def _switch_payments(self, stopped):
        """Who pays or manages may stop; only a manager lets payments go on."""
        self.check_access('read')
        allowed = self.env.user.has_group(MANAGERS) or (stopped and self.env.user.has_group(PAYERS))
        if not allowed:
            raise AccessError(self.env._("You may not do this."))
        self.sudo().payments_stopped = stopped
