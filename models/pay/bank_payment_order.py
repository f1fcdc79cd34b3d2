from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tools import format_date
from odoo.tools.translate import LazyTranslate

from ...payments import states
from ...payments.days import business_day, today
from ...payments.ids import new_id
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.named import told_to_readers
from ..lib.rights import ACCOUNTANTS, PAYROLL
from ..lib.told import Told, text
from ..lib.walls import check_free, onchange, without_defaults
from .approving import Approval
from .bank_payment_line import FREE as LINE_FREE
from .course import Course
from .names import BEFORE, KINDS, OVER, PRODUCTS, STATES
from .sending import Outbox
from .shown import Shown
from .upload import FORMATS, PaymentFile
from .ways import Way

_lt = LazyTranslate(__name__)

#: what a person may change of a draft
FREE = {
    'date',
    'product',
    'batch_booking',
    'way',
    'activity_ids',
    'message_follower_ids',
    'message_ids',
    'message_main_attachment_id',
}
HIDDEN = _lt("Only who has the right “Salaries: Payroll” sees these payments, and submits them.")
#: of these, what belongs to the content
CONTENT = {'date', 'product', 'batch_booking', 'way'}


class BankPaymentOrder(models.Model):
    """Payments from one account, in one currency, on one day: approved together as they stand, and sent together, once."""

    _name = 'bank.payment.order'
    _description = "Payment Order"
    _inherit = ['mail.thread', 'mail.activity.mixin']
    _check_company_auto = True
    _order = 'date desc, id desc'

    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    journal_id = fields.Many2one(
        'account.journal', string="From", required=True, ondelete='restrict', check_company=True, index=True
    )
    feed_id = fields.Many2one('bank.feed', compute='_compute_feed_id', compute_sudo=True)
    currency_id = fields.Many2one('res.currency', required=True)
    kind = fields.Selection(KINDS, required=True, default='vendor')
    product = fields.Selection(PRODUCTS, required=True, default='sepa')
    date = fields.Date(string="Execution Day", required=True, index=True)
    batch_booking = fields.Boolean(
        string="One Movement for All",
        help="A wish: one movement on the account for the whole order. The contract with the bank decides.",
    )
    way = fields.Selection([('bank', "Through the connection"), ('file', "As a file")], required=True, default='file')
    state = fields.Selection(STATES, required=True, default=states.DRAFT, index=True, tracking=True)
    line_ids = fields.One2many('bank.payment.line', 'order_id', string="Payments")
    count = fields.Integer(compute='_compute_total', compute_sudo=True, string="Number", store=True)
    total = fields.Monetary(compute='_compute_total', compute_sudo=True, store=True)
    balance = fields.Monetary(
        compute='_compute_balance',
        compute_sudo=True,
        string="On the Account",
        help="The bank's booked balance at the last fetch.",
    )
    balance_text = fields.Char(compute='_compute_balance', compute_sudo=True)
    look_at = fields.Char(compute='_compute_look_at')
    message_id = fields.Char(string="Order Id", required=True, readonly=True, default=lambda self: new_id(), copy=False)

    prepared_at = fields.Datetime(copy=False)
    preparer_ids = fields.Many2many('res.users', string="Prepared By", copy=False)
    content = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    content_hash = fields.Char(string="Content (SHA-256)", copy=False)
    approval_ids = fields.One2many('bank.payment.approval', 'order_id')
    event_ids = fields.One2many('bank.payment.event', 'order_id')
    next_step = fields.Char(compute='_compute_next_step')
    may_approve = fields.Boolean(compute='_compute_next_step')
    may_send = fields.Boolean(compute='_compute_next_step')
    may_cancel = fields.Boolean(compute='_compute_next_step')
    may_resolve = fields.Boolean(compute='_compute_next_step')
    may_prepare = fields.Boolean(compute='_compute_next_step')
    may_again = fields.Boolean(compute='_compute_next_step', help="Something of it was not paid, and is open.")
    part_unsaid = fields.Boolean(copy=False, help="The bank has taken a part of it, and does not say which.")
    is_told = fields.Boolean(compute='_compute_next_step', help="The bank says what becomes of it.")
    note = Told(copy=False, help="What happened last, where it needs a person.")
    problem = Told(copy=False)

    wage_account_id = fields.Many2one(
        'account.account', string="Wages Payable", ondelete='restrict', check_company=True
    )
    wage_item_ids = fields.Many2many('account.move.line', groups=PAYROLL, copy=False, exportable=False)
    outstanding_account_id = fields.Many2one('account.account', ondelete='restrict', copy=False)
    move_id = fields.Many2one(
        'account.move',
        string="Entry",
        ondelete='restrict',
        copy=False,
        index='btree_not_null',
        help="Of salaries: one sum.",
    )

    file = fields.Binary(attachment=False, groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    file_hash = fields.Char(string="File (SHA-256)", copy=False)
    file_format = fields.Selection(FORMATS, string="Format", copy=False)
    request_id = fields.Char(groups=fields.NO_ACCESS, copy=False)
    bank_ref_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    bank_page_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    bank_memory_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    has_bank_page = fields.Boolean(copy=False)
    return_hash = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False, index='btree_not_null'
    )
    sender_id = fields.Many2one('res.users', string="Sent By", copy=False)
    consent_id = fields.Many2one('bank.consent', ondelete='set null', groups=fields.NO_ACCESS, copy=False)
    sent_at = fields.Datetime(copy=False)
    given_up = fields.Monetary(
        copy=False,
        help="What a person says never reached the bank: it may be paid again, and counts for the limits of the day.",
    )
    bank_code = fields.Char(string="Bank's Code", copy=False)
    status_at = fields.Datetime(string="Asked On", copy=False)
    next_poll = fields.Datetime(copy=False, index='btree_not_null')
    polls = fields.Integer(copy=False)

    _message_id_uniq = models.UniqueIndex("(message_id)", "This id was used before.")

    # === What is shown === #

    @told_to_readers
    @api.depends('kind', 'date', 'total', 'currency_id')
    def _compute_display_name(self):
        for order in self:
            kind = dict(order._fields['kind']._description_selection(self.env)).get(order.kind, '')
            total = order.currency_id.format(order.total) if order.currency_id else ''
            order.display_name = f"{kind}, {format_date(self.env, order.date) if order.date else ''}, {total}"

    @api.depends('journal_id')
    def _compute_feed_id(self):
        feeds = {
            feed.journal_id: feed for feed in self.env['bank.feed'].search([('journal_id', 'in', self.journal_id.ids)])
        }
        for order in self:
            order.feed_id = feeds.get(order.journal_id)

    @api.depends('line_ids.amount', 'line_ids.state')
    def _compute_total(self):
        for order in self:
            lines = order._living() or order.line_ids
            order.count, order.total = len(lines), sum(lines.mapped('amount'))

    @api.depends('feed_id.bank_balance', 'feed_id.available_balance', 'total', 'state')
    @api.depends_context('lang')
    def _compute_balance(self):
        for order in self:
            order.balance, order.balance_text = Shown(order).balance()

    @api.depends('line_ids.warnings', 'state')
    @api.depends_context('lang')
    def _compute_look_at(self):
        for order in self:
            order.look_at = Shown(order).look_at()

    @api.depends('state', 'content_hash', 'way', 'note', 'problem')
    @api.depends_context('uid')
    def _compute_next_step(self):
        for order in self:
            approval, way = Approval(order), Way(order)
            waiting = order.state == states.TO_APPROVE
            refusal = approval.obstacle() if waiting else None
            order.may_approve = waiting and not refusal
            order.is_told = way.is_told()
            order.may_cancel = way.may_cancel() and approval.is_payer()
            order.may_resolve = way.is_silent() and approval.may_settle()
            order.may_prepare = self.env.user.has_group(PAYROLL if order.kind == 'salary' else ACCOUNTANTS)
            order.may_again = order.may_prepare and bool(order.sudo()._refused_documents())
            order.may_send = order.state == states.APPROVED and approval.is_payer()
            hidden = order.kind == 'salary' and order.state == states.DRAFT and not order.may_prepare
            order.next_step = text(self.env, HIDDEN if hidden else refusal or way.next_step())

    def _living(self):
        """Payments that were not taken out, refused or sent back."""
        return self.line_ids.filtered(lambda line: line.state not in OVER)

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """No default of the context or of a person says anything here, also where the module itself makes the record."""
        records, vals_list = without_defaults(self, vals_list, set())
        return super(BankPaymentOrder, records).create(vals_list).with_env(self.env)

    def onchange(self, values, field_names, fields_spec):
        own = self.line_ids.ids
        lines = [
            [Command.UPDATE, command[1], {name: value for name, value in command[2].items() if name in LINE_FREE}]
            for command in values.get('line_ids') or ()
            if command[0] == Command.UPDATE and command[1] in own
        ]
        free = FREE | {'line_ids'} if lines else FREE
        return onchange(super().onchange, {**values, 'line_ids': lines}, field_names, fields_spec, free)

    def write(self, vals):
        if 'line_ids' in vals and not self.env.su:
            vals = self._write_lines(vals)
        check_free(self, vals, FREE)
        if not self.env.su and CONTENT & vals.keys():
            self._check_may_prepare()
            if set(self.mapped('state')) - {states.DRAFT}:
                raise UserError(self.env._("This is submitted: take it back to draft first."))
            self.sudo()._add_preparer(self.env.user)
            result = super().write(vals)
            for order in self.sudo():
                Way(order).check_chosen()
                order.problem = False
            return result
        return super().write(vals)

    def _write_lines(self, vals):
        """What the form sends of its payments is written on each of them, by their own rules. Nothing else is done to a list of payments.

        :return: the values without it"""
        own, known = self.line_ids, (Command.UPDATE, Command.LINK)
        if not vals['line_ids']:
            check_free(self, vals, FREE)
        for command in vals['line_ids']:
            if len(command) < 2 or command[0] not in known or command[1] not in own.ids:
                check_free(self, {'line_ids': command}, FREE)
            if command[0] == Command.UPDATE:
                own.browse(command[1]).write(command[2])
        return {name: value for name, value in vals.items() if name != 'line_ids'}

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A payment order is cancelled, never deleted."))

    # === Rights === #

    def _check_may_prepare(self):
        """:raises AccessError: the person may not change orders, or not those of salaries"""
        self.check_access('read')
        wanted = PAYROLL if 'salary' in self.sudo().mapped('kind') else ACCOUNTANTS
        if not self.env.su and not self.env.user.has_group(wanted):
            raise AccessError(self.env._("You may not prepare these payments."))

    def _add_preparer(self, user):
        """Who had a hand in it; with four eyes, nobody of them approves."""
        for order in self.filtered(lambda order: user not in order.preparer_ids):
            order.preparer_ids |= user

    # === Actions of who prepares === #

    def action_submit(self):
        """Check it, and freeze it for approval. What is wrong is said on each payment."""
        for order in self:
            order._check_may_prepare()
            if not order._lock() or order.state != states.DRAFT:
                raise UserError(self.env._("This was submitted already. Load the page again."))
            if said := order.sudo()._submit(self.env.user):
                return notify(text(self.env, said), 'danger', SOFT_RELOAD, sticky=True)
        return SOFT_RELOAD

    def action_back_to_draft(self):
        """Take it back: what was approved does not hold any more."""
        for order in self:
            order._check_may_prepare()
            if not order._lock() or order.state not in (states.TO_APPROVE, states.APPROVED):
                raise UserError(self.env._("What was sent is not changed any more."))
            order.sudo()._add_preparer(self.env.user)
            order.sudo()._fall(_lt("Taken back to be changed."), warn=False)
        return SOFT_RELOAD

    def action_cancel(self):
        """Give it up: the entries are cancelled and the bills are open again."""
        for order in self:
            order._check_may_prepare()
            if not order._lock() or order.state not in BEFORE:
                raise UserError(self.env._("What was sent to the bank cannot be cancelled here."))
            Course(order.sudo()).give_up(order.line_ids, _lt("Cancelled."))
        return SOFT_RELOAD

    def action_again(self):
        """Pay again what was not paid: a new order, after who prepares it has looked."""
        self.ensure_one()
        self._check_may_prepare()
        return self._refused_documents().with_env(self.env).action_bank_pay()

    def action_as_soon_as_possible(self):
        """The next day on which banks work, from today."""
        for order in self:
            order.date = business_day(today(order._home()), order.currency_id.name)
        return SOFT_RELOAD

    # === Actions of who pays === #

    def action_approve(self):
        """Approve what stands on the screen: its hash comes with the call."""
        said = [Approval(order).approve(self.env.context.get('seen_hash')) for order in self]
        return notify(text(self.env, said[-1]), then=SOFT_RELOAD) if said and said[-1] else SOFT_RELOAD

    def action_approve_and_send(self):
        """Approve, and go on to the bank, or take the file."""
        self.ensure_one()
        Approval(self).approve(self.env.context.get('seen_hash'))
        return self.action_send() if self.state == states.APPROVED else SOFT_RELOAD

    def _reject(self, reason):
        Approval(self).reject(reason)

    def action_reject(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Reject"),
            'res_model': 'bank.payment.reject',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_order_id': self.id},
        }

    def action_send(self):
        """Send it to the bank and go there to sign; or take the file."""
        self.ensure_one()
        return Outbox(self).send()

    def action_continue(self):
        """Back to the bank's page of this payment; never a new one."""
        self.ensure_one()
        return Outbox(self).go_on()

    def action_ask(self):
        """Ask the bank now."""
        self.ensure_one()
        Approval(self).check_payer()
        return Outbox(self).ask_now()

    def action_cancel_at_bank(self):
        """Ask the bank to cancel what it has not executed."""
        self.ensure_one()
        return Outbox(self).cancel()

    def action_resolve(self):
        """A manager's word on what is not known, or on a file: it was executed, or never arrived."""
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("What Became of It?"),
            'res_model': 'bank.payment.resolve',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_order_id': self.id},
        }

    def action_download(self):
        """The file as it was made, once more."""
        self.ensure_one()
        Approval(self).check_payer()
        return PaymentFile(self).action()

    # === Business === #

    def _refused_documents(self):
        """Documents of payments that were refused, cancelled or sent back, which are open still."""
        gone = self.line_ids.filtered(lambda line: line.state in OVER)
        return gone.payment_id.invoice_ids.filtered(
            lambda bill: bill.state == 'posted' and bill.payment_state in ('not_paid', 'partial')
        )

    def _lock(self):
        """Take the row, and read it again: one act at a time."""
        self.ensure_one()
        self.check_access('read')
        if not self.sudo().try_lock_for_update(allow_referencing=True):
            return False
        self.invalidate_recordset()
        return True

    @api.model
    def _from_return(self, token):
        """The order that a return address belongs to (sudo), or none."""
        return Outbox.of_return(self.sudo(), token)

    @api.model
    def _hinted(self, consent_ids):
        """Something happened at the bank: what it has of these consents is asked about soon (sudo)."""
        Outbox.hinted(self, consent_ids)

    @api.model
    def _cron_poll(self):
        Outbox.poll(self.sudo())
