from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ...matching.data import Policy
from ...matching.policy import DEFAULT, DEFAULT_RULES, IDENTIFIED_ANY, IDENTIFIED_SUM, PROPOSE, STRICT_RULES
from ...matching.risk import BUDGET
from ..lib.exact import exact
from ..lib.rates import has_rate
from ..lib.rights import ACCOUNTANTS, MANAGERS

#: what people make themselves comes before the settings that were there
LAST = 1000
POLICIES = [
    ('default', "Default: whatever is sure"),
    ('strict', "Strict: full reference and exact amount only"),
    ('rules', "The rules ticked below"),
    ('propose', "Nothing: only propose"),
]


class AccountReconcileModel(models.Model):
    _inherit = 'account.reconcile.model'

    bank_feed_matching = fields.Boolean(
        string="Match Bank Feeds",
        help="These are the settings for matching movements of bank feeds with open documents; it writes nothing off.",
    )
    bank_feed_policy = fields.Selection(POLICIES, string="Reconciles by Itself", default='default', tracking=True)
    bank_feed_rule_ids = fields.Many2many(
        'bank.match.rule',
        string="Rules",
        default=lambda self: self.env['bank.match.rule'].search([('code', 'in', list(DEFAULT_RULES))]),
    )
    bank_feed_tolerance = fields.Monetary(
        string="Tolerance",
        currency_field='bank_feed_currency_id',
        tracking=True,
        help="A difference that still counts as the exact amount; the rest stays open. At most 0.05.",
    )
    bank_feed_months = fields.Integer(
        string="Months Back", default=24, help="Paid documents that are older are not looked at; open ones always are."
    )
    bank_feed_limit = fields.Monetary(
        string="Amount Limit",
        currency_field='bank_feed_currency_id',
        tracking=True,
        help="Larger amounts are only proposed. Zero: no limit.",
    )
    bank_feed_budget = fields.Integer(
        string="One Wrong in",
        default=BUDGET,
        tracking=True,
        help="A match is made by itself only where the chance that it is wrong is smaller than one in so many. The chance is "
        "worked out from your own open documents: how easily a slip of the payer's hand, or a number that means something "
        "else, hits another one that fits as well.",
    )
    bank_feed_record = fields.Char(
        string="Your Own Record",
        compute='_compute_bank_feed_record',
        groups=ACCOUNTANTS,
    )
    bank_feed_fifo = fields.Boolean(
        string="Pay the Oldest First",
        help="A payment with a customer's identifier that fits no open amount pays the oldest documents (rents, schools).",
    )
    bank_feed_manual_partner_ids = fields.Many2many(
        'res.partner',
        'account_reconcile_model_manual_partner_rel',
        string="Partners by Hand",
        help="Movements of these partners are only proposed.",
    )
    bank_feed_currency_id = fields.Many2one(related='company_id.currency_id', string="Matching Currency")

    _bank_feed_tolerance_small = models.Constraint(
        'CHECK (bank_feed_tolerance IS NULL OR (bank_feed_tolerance >= 0 AND bank_feed_tolerance <= 0.05))',
        "The tolerance can be 0.05 at most.",
    )
    _bank_feed_budget_small = models.Constraint(
        'CHECK (bank_feed_budget IS NULL OR bank_feed_budget BETWEEN 1000 AND 1000000000)',
        "The chance of a wrong match can be one in 1,000 at most.",
    )
    _bank_feed_months_some = models.Constraint(
        'CHECK (bank_feed_months IS NULL OR bank_feed_months > 0)', "At least one month back."
    )

    @api.model_create_multi
    def create(self, vals_list):
        made = super().create(vals_list)
        made._check_bank_feed_right()  # also where a default of the context made them
        return made

    def write(self, vals):
        self._check_bank_feed_right()
        result = super().write(vals)
        self._check_bank_feed_right()
        return result

    @api.ondelete(at_uninstall=False)
    def _check_deleted(self):
        self._check_bank_feed_right()

    def _check_bank_feed_right(self):
        """What posts by itself is decided by those who configure bank feeds, not by everybody who may make a template:
        nobody else makes, changes, orders, archives or deletes these settings."""
        concerned = any(model.bank_feed_matching for model in self.sudo())
        if concerned and not self.env.su and not self.env.user.has_group(MANAGERS):
            raise AccessError(
                self.env._("You need the right “Bank Feeds: Manager” to change how movements are matched.")
            )

    @api.model
    def _provide_bank_feed_settings(self, company):
        """The settings of a company that connects its first bank, where nobody made any: without some, nothing is booked by
        itself."""
        domain = [('bank_feed_matching', '=', True), ('company_id', 'parent_of', company.id)]
        if not self.sudo().with_context(active_test=False).search_count(domain, limit=1):
            self.sudo().create(
                {
                    'name': self.env._("Matching of bank feeds"),
                    'company_id': company.id,
                    'bank_feed_matching': True,
                    'sequence': LAST,
                }
            )

    @api.depends('bank_feed_matching')
    def _compute_bank_feed_record(self):
        """What was decided by itself in a year, what it risked, and what people undid since."""
        for model in self:
            model.bank_feed_record = model.bank_feed_matching and model.company_id._bank_feed_record()

    def _bank_feed_policy(self, currency=None):
        """:class:`matching.data.Policy` of these settings for a journal in ``currency``; the default one where there are
        none."""
        if not self:
            return DEFAULT
        self.ensure_one()
        own = not currency or currency == self.company_id.currency_id
        limit = self.bank_feed_limit
        if limit and not own:
            if not has_rate(self.company_id, currency, fields.Date.today()):
                return PROPOSE  # nobody can say what the limit is in that currency
            limit = self.company_id.currency_id._convert(limit, currency, self.company_id, fields.Date.today())
        rules = {
            'default': DEFAULT_RULES,
            'strict': STRICT_RULES,
            'rules': frozenset(self.bank_feed_rule_ids.mapped('code')),
            'propose': frozenset(),
        }[self.bank_feed_policy or 'default']
        return Policy(
            automatic=rules | {IDENTIFIED_ANY} if self.bank_feed_fifo and IDENTIFIED_SUM in rules else rules,
            tolerance=exact(self.bank_feed_tolerance, 2) if own else Decimal(0),
            limit=exact(limit, 2) if limit else None,
            fifo=self.bank_feed_fifo,
            budget=1 / (self.bank_feed_budget or BUDGET),
            manual=frozenset(
                self.with_context(active_test=False).bank_feed_manual_partner_ids.commercial_partner_id.ids
            ),
        )
