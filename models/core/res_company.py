from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL

from ..lib import wording
from ..lib.told import text

#: of wrong matches that are to be expected, what is worth a figure
SMALL = 0.001


class ResCompany(models.Model):
    _inherit = 'res.company'

    bank_feed_reminder_days = fields.Char(
        default='14, 8, 2, 0', help="Days before the end of a bank permission on which somebody is reminded."
    )

    bank_cash_journal_id = fields.Many2one(
        'account.journal',
        string="Cash Payments",
        domain="[('type', '=', 'cash')]",
        check_company=True,
        ondelete='set null',
        help="Into which journal *Paid in Cash* on a document puts the money.",
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

    def _bank_feed_record(self):
        """What was matched by itself in a year, how many of it were wrong by its own reckoning, how many people undid."""
        self.ensure_one()
        self.env['account.bank.statement.line'].flush_model(
            ['bank_match_risk', 'bank_match_state', 'company_id', 'date']
        )
        since = fields.Date.add(fields.Date.today(), years=-1)
        [(count, expected, undone, highest)] = self.env.execute_query(
            SQL(
                """SELECT count(*), coalesce(sum(line.bank_match_risk), 0), count(*) FILTER (WHERE line.bank_match_state <> 'auto'),
                          coalesce(max(line.bank_match_risk), 0)
                     FROM account_bank_statement_line line JOIN account_move move ON move.id = line.move_id
                    WHERE line.bank_match_risk > 0 AND line.company_id IN %s AND move.date >= %s""",
                tuple(self.search([('id', 'child_of', self.id)]).ids),
                since,
            )
        )
        if not count:
            return self.env._("Nothing yet.")
        return self.env._(
            "%(count)s movements in a year, with a chance of %(each)s or less each; wrong ones expected among them: "
            "%(expected)s. Undone by people since: %(undone)s.",
            count=count,
            each=text(self.env, wording.odds(highest)),
            expected=f'{expected:.3f}' if expected >= SMALL else self.env._("under %s", SMALL),
            undone=undone,
        )

    def _bank_feed_reminder_days(self):
        """Numbers of days before the end, as a list."""
        self.ensure_one()
        return [int(part) for part in (self.bank_feed_reminder_days or '').split(',') if part.strip()]
