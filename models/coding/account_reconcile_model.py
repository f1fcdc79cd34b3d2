from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..lib.rights import ACCOUNTANTS
from .kinds import as_text, places

#: what makes a model run by itself, or says what it does then
CONCERNED = {
    'trigger', 'active', 'company_id', 'sequence', 'line_ids', 'match_journal_ids', 'match_amount', 'match_amount_min',
    'match_amount_max', 'match_label', 'match_label_param', 'match_partner_ids', 'bank_ground', 'bank_places', 'bank_is_incoming',
}  # fmt: skip
#: made by us only
OURS = {'bank_ground', 'bank_places', 'bank_is_incoming'}


class AccountReconcileModel(models.Model):
    """A model that runs by itself books our movements: whoever makes it so must be allowed to reconcile them. A kind is such a model
    that was made of what the company did before; it is found by who is at the other end."""

    _inherit = 'account.reconcile.model'

    bank_ground = fields.Char(
        copy=False, readonly=True, index='btree_not_null', help="Technical: key of who is at the other end."
    )
    bank_places = fields.Char(copy=False, readonly=True, help="Technical: what it booked on when it was made.")
    bank_is_incoming = fields.Boolean(copy=False, readonly=True)
    bank_accounts = fields.Char(string="Books On", compute='_compute_bank_accounts')
    bank_count = fields.Integer(string="Booked in a Year", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_undone = fields.Integer(string="Taken Back", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_last = fields.Date(string="Last", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_rate = fields.Float(
        string="Right", compute='_compute_bank_history', groups=ACCOUNTANTS, help="Share of what nobody took back."
    )
    bank_share = fields.Float(
        string="Share",
        compute='_compute_bank_history',
        groups=ACCOUNTANTS,
        help="Of all movements of the company in a year.",
    )
    bank_advice = fields.Char(string="To Look At", compute='_compute_bank_advice')

    _bank_ground_unique = models.UniqueIndex(
        "(company_id, bank_ground) WHERE bank_ground IS NOT NULL AND active", "This kind has a model already."
    )

    # === What it did === #

    @api.depends('line_ids.account_id')
    def _compute_bank_accounts(self):
        for model in self:
            accounts = model.line_ids.account_id.with_company(model.company_id)
            model.bank_accounts = ', '.join(
                f"{account.code} {account.name}" if account.code else account.name for account in accounts
            )

    def _compute_bank_history(self):
        done, undone, totals = self._bank_done(), self._bank_taken_back(), self._bank_totals()
        for model in self:
            count, last = done.get(model._origin.id, (0, False))
            back, total = undone.get(model._origin.id, 0), totals.get(model.company_id.id, 0)
            model.bank_count, model.bank_last, model.bank_undone = count, last, back
            model.bank_rate = count / (count + back) if count + back else 0.0
            model.bank_share = count / total if total else 0.0

    def _bank_done(self):
        """{id: (movements in a year, the last day)}"""
        self.env['account.move.line'].flush_model(['reconcile_model_id', 'date', 'parent_state'])
        rows = self.env.execute_query(
            SQL(
                """SELECT item.reconcile_model_id, count(DISTINCT item.move_id), max(item.date)
                     FROM account_move_line item
                    WHERE item.reconcile_model_id = ANY(%s) AND item.parent_state = 'posted' AND item.date >= %s GROUP BY 1""",
                self._origin.ids,
                fields.Date.add(fields.Date.context_today(self), years=-1),
            )
        )
        return {model: (count, last) for model, count, last in rows}

    def _bank_taken_back(self):
        """{id: bookings of a year that somebody took back or refused}"""
        since = fields.Date.add(fields.Date.context_today(self), years=-1)
        groups = (
            self.env['bank.match']
            .sudo()
            ._read_group(
                [
                    ('reconcile_model_id', 'in', self._origin.ids),
                    ('state', '=', 'refused'),
                    ('superseded', '=', False),
                    ('create_date', '>=', since),
                ],
                ['reconcile_model_id'],
                ['statement_line_id:count_distinct'],
            )
        )
        return {model.id: count for model, count in groups}

    def _bank_totals(self):
        """{company's id: its movements in a year}"""
        since = fields.Date.add(fields.Date.context_today(self), years=-1)
        groups = (
            self.env['account.bank.statement.line']
            .sudo()
            ._read_group(
                [('company_id', 'in', self.company_id.ids), ('date', '>=', since), ('state', '=', 'posted')],
                ['company_id'],
                ['__count'],
            )
        )
        return {company.id: count for company, count in groups}

    @api.depends('trigger', 'match_label', 'match_amount', 'match_journal_ids', 'match_partner_ids', 'line_ids')
    def _compute_bank_advice(self):
        for model in self:
            model.bank_advice = model._bank_advice()

    def _bank_advice(self):
        """Why it does nothing by itself, though it should; or False."""
        if self.trigger != 'auto_reconcile' or self.bank_feed_matching:
            return False
        if not (self.match_journal_ids or self.match_partner_ids or self.match_amount or self.match_label):
            return self.env._("It has no condition: it would book every movement, so it is not run.")
        if not self.line_ids.account_id:
            return self.env._("It has no account: it books nothing.")
        return False

    # === Who may === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(OURS & vals.keys() for vals in vals_list):
            raise self._bank_not_written()
        context = {
            key: value for key, value in self.env.context.items() if key not in {f'default_{name}' for name in OURS}
        }
        made = super(AccountReconcileModel, self.with_env(self.env(context=context))).create(vals_list)
        made._check_bank_automated()
        return made.with_env(self.env)

    def write(self, vals):
        if not self.env.su and OURS & vals.keys():
            raise self._bank_not_written()
        if CONCERNED & vals.keys():
            self._check_bank_automated()
        result = super().write(vals)
        if CONCERNED & vals.keys():
            self._check_bank_automated()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_bank_automated_deleted(self):
        self._check_bank_automated()

    def _bank_not_written(self):
        return AccessError(
            self.env._("Who a kind is for is not written: allow the like of a movement to be booked by itself.")
        )

    def _check_bank_automated(self):
        """What runs by itself is made, changed and deleted by who may reconcile."""
        if self.env.su or self.env.user.has_group(ACCOUNTANTS):
            return
        if any(model.trigger == 'auto_reconcile' for model in self.sudo()):
            raise AccessError(
                self.env._("You need the right “Bank Feeds: Accountant” to change what is booked by itself.")
            )

    def _bank_is_changed(self):
        """Whether a kind that runs by itself books elsewhere than when it was made: a person has changed it."""
        return self.trigger == 'auto_reconcile' and as_text(places(self)) != self.bank_places

    def action_bank_switch(self):
        """Book the like by itself, or propose it only."""
        for model in self:
            if model.trigger != 'auto_reconcile' and (why := model.with_env(model.env)._bank_obstacle()):
                raise UserError(why)
            model.trigger = 'manual' if model.trigger == 'auto_reconcile' else 'auto_reconcile'

    def _bank_obstacle(self):
        """Why it cannot be switched on, or False."""
        if not self.line_ids.account_id:
            return self.env._("It has no account: it books nothing.")
        return False
