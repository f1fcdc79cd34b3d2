from odoo import api, fields, models
from odoo.exceptions import UserError

from ..models.lib.rights import ACCOUNTANTS
from ..models.pay.names import METHOD, OVER
from ..payments.days import business_day, today


class BankPay(models.TransientModel):
    """From bills to payment orders: from which account, on which day, one payment a payee or one a bill. Drafts are posted in the same act."""

    _name = 'bank.pay'
    _description = "Pay Bills"
    _check_company_auto = True

    company_id = fields.Many2one('res.company', required=True, default=lambda self: self.env.company)
    move_ids = fields.Many2many('account.move', check_company=True)
    journal_id = fields.Many2one(
        'account.journal', string="From", compute='_compute_journal_id', store=True, precompute=True, readonly=False, required=True, check_company=True, domain="[('type', '=', 'bank')]",
    )  # fmt: skip
    when = fields.Selection(
        [
            ('due', "When each is due"),
            ('discount', "In time for the discount, else when due"),
            ('now', "As soon as possible"),
            ('day', "On a day"),
        ],
        required=True,
        default='due',
    )
    day = fields.Date(default=fields.Date.context_today)
    group = fields.Boolean(
        string="One Payment a Payee",
        help="Bills of one payee that are due on one day go together.",
    )
    has_drafts = fields.Boolean(compute='_compute_summary')
    count = fields.Integer(compute='_compute_summary')
    summary = fields.Char(compute='_compute_summary')
    left_out = fields.Text(compute='_compute_summary')

    @api.depends('company_id')
    def _compute_journal_id(self):
        """The account that payments left last, else the one that is connected, else the first."""
        for wizard in self:
            own = [('company_id', 'parent_of', wizard.company_id.id)]
            last = self.env['bank.payment.order'].search(
                [
                    ('company_id', '=', wizard.company_id.id),
                    ('kind', '=', 'vendor'),
                    ('state', 'not in', OVER),
                    ('journal_id.type', '=', 'bank'),
                ],
                order='id desc',
                limit=1,
            )
            journals = self.env['account.journal'].search([*own, ('type', '=', 'bank')])
            wizard.journal_id = last.journal_id or journals.filtered('bank_feed_ids')[:1] or journals[:1]

    @api.constrains('journal_id')
    def _check_journal(self):
        for wizard in self:
            if wizard.journal_id.type != 'bank':
                raise UserError(self.env._("Payments leave a bank journal: %s is none.", wizard.journal_id.name))

    @api.depends('move_ids', 'journal_id', 'when', 'day')
    def _compute_summary(self):
        for wizard in self:
            able, unable = wizard._sorted()
            wizard.has_drafts = 'draft' in wizard.move_ids.mapped('state')
            wizard.count = len(able)
            sums = {}
            for move in able:
                sums[move.currency_id] = sums.get(move.currency_id, 0) + (
                    move.amount_residual if move.state == 'posted' else move.amount_total
                )
            total = ', '.join(currency.format(amount) for currency, amount in sums.items())
            wizard.summary = self.env._("%(count)s documents, %(total)s", count=len(able), total=total or '0')
            days = len(wizard._by_day(able)) if wizard.journal_id else 0
            if days > 1:
                wizard.summary += self.env._("; %s orders, one a day", days)
            wizard.left_out = '\n'.join(f"{move.display_name}: {why}" for move, why in unable) or False

    def _sorted(self):
        """(documents that go into an order, [(document, why not)])"""
        able, unable = self.env['account.move'], []
        for move in self.move_ids:
            if why := move._bank_pay_obstacle():
                unable.append((move, why))
            else:
                able |= move
        return able, unable

    def action_pay(self):
        """Post what is a draft, make the payments, and open their orders."""
        self.ensure_one()
        if not self.env.user.has_group(ACCOUNTANTS):
            raise UserError(self.env._("You need the right “Bank Feeds: Accountant” to pay from here."))
        self.move_ids.check_access('write')
        able, _unable = self._sorted()
        if drafts := able.filtered(lambda move: move.state == 'draft'):
            drafts.action_post()
        method = self._method()
        payments = self.env['account.payment']
        for day, moves in self._by_day(able).items():
            refunds = moves.filtered(
                lambda move: move.move_type == 'out_refund'
            )  # core's dialog takes one kind at once
            for alike in (moves - refunds, refunds):
                payments |= self._pay(alike, day, method)
        orders = payments.bank_payment_order_id
        if not orders:
            raise UserError(self.env._("None of these can be paid: %s", self.left_out or ''))
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_payment_order_action')
        if len(orders) == 1:
            return {**action, 'views': [(False, 'form')], 'res_id': orders.id}
        return {**action, 'domain': [('id', 'in', orders.ids)], 'context': {}}

    def _method(self):
        """The journal's line of our method, made where somebody deleted it, with the account that core would choose for each payment anew."""
        found = self._line_of_method()
        if not found.payment_account_id:
            payment = self.env['account.payment'].new(
                {'journal_id': self.journal_id.id, 'company_id': self.company_id.id}
            )
            found.sudo().payment_account_id = payment._get_outstanding_account('outbound')
        return found

    def _line_of_method(self):
        found = self.journal_id.outbound_payment_method_line_ids.filtered(lambda line: line.code == METHOD)[:1]
        if found:
            return found
        method = (
            self.env['account.payment.method'].sudo().search([('code', '=', METHOD), ('payment_type', '=', 'outbound')])
        )
        return (
            self.env['account.payment.method.line']
            .sudo()
            .create({'journal_id': self.journal_id.id, 'payment_method_id': method.id, 'name': method.name})
        )

    def _today(self):
        """The day at the bank."""
        home = (
            self.env['bank.payment.order']
            .sudo()
            .new({'company_id': self.company_id.id, 'journal_id': self.journal_id.id})
            ._home()
        )
        return max(today(home), fields.Date.context_today(self))

    def _by_day(self, moves):
        """{day: documents}; days on which banks work, none of them past"""
        now, found = self._today(), {}
        for move in moves:
            currency = (self.journal_id.currency_id or self.company_id.currency_id).name
            due = move.invoice_date_due or now
            if self.when == 'day':
                due = self.day or now
            elif self.when == 'now':
                due = now
            elif self.when == 'discount' and move.bank_discount_date:
                due = business_day(move.bank_discount_date, currency, later=False)
            day = business_day(max(due, now), currency)
            found.setdefault(day, self.env['account.move'])
            found[day] |= move
        return found

    def _pay(self, moves, day, method):
        """Payments by core's own dialog, which knows discounts, instalments and currencies."""
        items = moves.line_ids.filtered(
            lambda item: (
                item.account_id.account_type in ('liability_payable', 'asset_receivable') and not item.reconciled
            )
        )
        if not items:
            return self.env['account.payment']
        register = self.env['account.payment.register'].with_context(
            active_model='account.move.line', active_ids=items.ids
        )
        values = {
            'journal_id': self.journal_id.id,
            'payment_method_line_id': method.id,
            'payment_date': day,
            'group_payment': self.group,
        }
        return register.create(values)._create_payments()
