from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from ..lib.actions import SOFT_RELOAD, notify
from ..lib.named import account_name, told_to_readers
from ..lib.rights import ACCOUNTANTS, KEEPERS
from ..lib.walls import without_defaults
from . import conditions
from .kinds import archived, as_text, former, is_aside, places
from .others import call_company

#: what makes a model run by itself, or says what it does then
CONCERNED = {
    'trigger', 'active', 'company_id', 'sequence', 'line_ids', 'match_journal_ids', 'match_amount', 'match_amount_min',
    'match_amount_max', 'match_label', 'match_label_param', 'match_partner_ids', 'next_activity_type_id', 'bank_ground', 'bank_kind',
    'bank_places', 'bank_shares', 'bank_changed_at',
}  # fmt: skip
#: in a kind's name, between who is at the other end and where it is booked
ARROW = ' → '
#: made by us only
OURS = {'bank_ground', 'bank_kind', 'bank_places', 'bank_shares', 'bank_changed_at'}


class AccountReconcileModel(models.Model):
    """A model that runs by itself books our movements: whoever makes it so must be allowed to reconcile them. A kind is such a model
    that was made of what the company did before; it is found by who is at the other end."""

    _inherit = 'account.reconcile.model'

    bank_ground = fields.Char(
        copy=False,
        readonly=True,
        index='btree_not_null',
        groups=KEEPERS,
        help="Technical: key of who is at the other end.",
    )
    bank_kind = fields.Char(
        copy=False, readonly=True, groups=KEEPERS, help="Technical: what it booked on when it was made."
    )
    bank_places = fields.Char(
        copy=False, readonly=True, groups=KEEPERS, help="Technical: that, and what it booked on before each change."
    )
    bank_shares = fields.Char(
        copy=False, readonly=True, groups=KEEPERS, help="Technical: its amounts when it was made."
    )
    bank_changed_at = fields.Datetime(
        copy=False, readonly=True, groups=KEEPERS, help="Technical: when its accounts were changed."
    )
    bank_is_kind = fields.Boolean(compute='_compute_bank_is_kind', store=True, compute_sudo=True)
    bank_accounts = fields.Char(string="Books On", compute='_compute_bank_accounts')
    bank_count = fields.Integer(string="In a Year", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_undone = fields.Integer(string="Taken Back", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_last = fields.Date(string="Last", compute='_compute_bank_history', groups=ACCOUNTANTS)
    bank_rate = fields.Float(
        string="Right", compute='_compute_bank_history', groups=ACCOUNTANTS, help="Share of what nobody took back."
    )
    bank_share = fields.Float(
        string="Of All",
        compute='_compute_bank_history',
        groups=ACCOUNTANTS,
        help="Of all movements of the company in a year.",
    )
    bank_advice = fields.Char(string="To Look At", compute='_compute_bank_advice')

    _bank_ground_unique = models.UniqueIndex(
        "(company_id, bank_ground, md5(bank_kind)) WHERE bank_ground IS NOT NULL AND active",
        "This kind has a model already.",
    )

    @api.depends('bank_ground')
    def _compute_bank_is_kind(self):
        for model in self:
            model.bank_is_kind = bool(model.bank_ground)

    @told_to_readers
    def _compute_display_name(self):
        return super()._compute_display_name()

    # === What it did === #

    @api.depends('line_ids.account_id')
    def _compute_bank_accounts(self):
        for model in self:
            accounts = model.line_ids.account_id
            model.bank_accounts = ', '.join(account_name(account, model.company_id) for account in accounts)

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
                    ('refused_at', '>=', since),
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

    @api.depends(
        'trigger', 'match_label', 'match_label_param', 'match_amount', 'match_amount_min', 'match_journal_ids', 'match_partner_ids',
        'line_ids.account_id', 'line_ids.tax_ids',
    )  # fmt: skip
    def _compute_bank_advice(self):
        for model in self:
            model.bank_advice = model._bank_advice()

    def _bank_advice(self):
        """Why it does nothing by itself, though it should; or False."""
        if self.trigger != 'auto_reconcile' or self.bank_feed_matching or self.mapped_partner_id:
            return False
        if not self.bank_is_kind and not conditions.has_any(self):
            return self.env._("It has no condition: it would book every movement, so it is not run.")
        if archived(self):
            return self.env._("An account or a tax of it is archived: a person decides.")
        return self._bank_obstacle()

    # === Who may === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(OURS & vals.keys() for vals in vals_list):
            raise self._bank_not_written()
        records = self
        if not self.env.su:
            records, vals_list = without_defaults(self, vals_list, self._fields.keys() - OURS)
        made = super(AccountReconcileModel, records).create(vals_list).with_env(self.env)
        made._check_bank_automated()
        made._bank_call_waiting()
        return made

    def write(self, vals):
        if not self.env.su and OURS & vals.keys():
            raise self._bank_not_written()
        concerned = bool((CONCERNED - OURS) & vals.keys())
        if concerned:
            self._check_bank_automated()
        if 'line_ids' in vals:
            self._bank_keep_places()
        result = super().write(vals)
        if concerned:
            self._check_bank_automated()
            self._bank_call_waiting()
        return result

    def _bank_keep_places(self):
        """Before a change: what a kind books on now is what it was."""
        for model in self.sudo().filtered('bank_ground'):
            now = as_text(places(model))
            values = {'bank_changed_at': self.env.cr.now()}
            if now not in former(model):
                values['bank_places'] = f'{model.bank_places or ""}\n{now}'.strip()
            model.write(values)

    def _bank_rename(self):
        """A kind is called after its accounts; the log says what it was."""
        for model in self.sudo().filtered(lambda model: model.bank_is_kind and ARROW in model.name):
            before, who = model.name, model.name.partition(ARROW)[0]
            languages = [code for code, _name in self.env['res.lang'].get_installed()]
            names = {
                code: f"{who}{ARROW}{', '.join(model.with_context(lang=code).line_ids.account_id.mapped('name'))}"
                for code in languages
            }
            model.update_field_translations('name', names)
            if model.name != before:
                model.message_post(body=model.env._("Before: %s", before))

    def _bank_call_waiting(self):
        """What runs by itself, or says whose a movement is, was made or changed: what waits looks again in a moment."""
        ours = self.sudo().filtered(
            lambda model: (
                (model.trigger == 'auto_reconcile' or model.mapped_partner_id) and not model.bank_feed_matching
            )
        )
        if ours:
            call_company(self.env, ours.company_id)

    @api.ondelete(at_uninstall=False)
    def _check_bank_automated_deleted(self):
        self._check_bank_automated()

    def _bank_lost_condition(self, what):
        """Before what it names is deleted: it would be for more than anybody said, so it runs by itself no more.

        :param what: in words"""
        for model in self.filtered(lambda model: model.trigger == 'auto_reconcile' and not model.bank_feed_matching):
            model.trigger = 'manual'
            model.message_post(body=self.env._("Set to manual: %s that it names was deleted.", what))

    def copy_data(self, default=None):
        """A copy of a kind has lost who it is for: it does not run by itself."""
        copied = super().copy_data(default)
        for model, values in zip(self, copied):
            if model.sudo().bank_ground:
                values['trigger'] = 'manual'
        return copied

    def _bank_not_written(self):
        return AccessError(
            self.env._("Who a kind is for is not written: allow the like of a movement to be booked by itself.")
        )

    def _check_bank_automated(self):
        """What runs by itself is made, changed and deleted by who may reconcile, in the own company."""
        if self.env.su:
            return
        ours = self.sudo().filtered(
            lambda model: model.trigger == 'auto_reconcile' or model.bank_ground or model.mapped_partner_id
        )
        if ours and not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(
                self.env._("You need the right “Bank Feeds: Accountant” to change what is booked by itself.")
            )
        if ours.company_id - self.env.companies.sudo():
            raise AccessError(self.env._("What another company books by itself is decided there."))

    def action_bank_switch(self):
        """Book the like by itself, or propose it only."""
        for model in self:
            if model.trigger != 'auto_reconcile' and (why := model._bank_obstacle()):
                raise UserError(why)
            model.trigger = 'manual' if model.trigger == 'auto_reconcile' else 'auto_reconcile'
        name = ', '.join(self.mapped('name'))
        on = self.env._("“%s”: the like is booked by itself from now on.", name)
        off = self.env._("“%s”: the like is only proposed from now on.", name)
        text = on if self[:1].trigger == 'auto_reconcile' else off
        return notify(text, then=SOFT_RELOAD)

    def _bank_obstacle(self):
        """Why it cannot be switched on, or False."""
        if is_aside(self.sudo()):
            kind = self.sudo().bank_kind.rpartition(' #')[0]
            newer = self.sudo().search(
                [
                    ('bank_ground', '=', self.sudo().bank_ground),
                    ('company_id', '=', self.company_id.id),
                    ('trigger', '=', 'auto_reconcile'),
                    ('bank_kind', '=', kind),
                ],
                limit=1,
            )
            if newer:
                return self.env._("“%s” stands in its place: switch that off first.", newer.name)
        if not self.line_ids.account_id:
            return self.env._("It has no account: it books nothing.")
        return False
