from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ResCompany(models.Model):
    _inherit = 'res.company'

    bank_feed_reminder_days = fields.Char(
        default='14, 8, 2, 0', help="Days before the end of a bank permission on which somebody is reminded."
    )

    @api.constrains('bank_feed_reminder_days')
    def _check_bank_feed_reminder_days(self):
        for company in self:
            try:
                days = company._bank_feed_reminder_days()
            except ValueError:
                days = [-1]
            if any(not 0 <= day <= 365 for day in days):
                raise ValidationError(
                    self.env._("Reminder days are numbers between 0 and 365, separated by commas, e.g. 14, 8, 2, 0.")
                )

    def _bank_feed_reminder_days(self):
        """Numbers of days before the end, as a list."""
        self.ensure_one()
        return [int(part) for part in (self.bank_feed_reminder_days or '').split(',') if part.strip()]
