from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...payments import recognise, states
from ...payments.charset import LATIN, NORWEGIAN, plain
from ...payments.ids import new_id
from ...payments.reasons import ACCOUNT
from ...payments.reasons import of as reason_of
from ..lib.actions import SOFT_RELOAD
from ..lib.named import told_to_readers
from ..lib.told import Told, text
from ..lib.walls import check_free, onchange, without_defaults
from .names import BEFORE, OVER, REFERENCES, STATES
from .warnings import Warnings

#: what a person may change before it is submitted: how the payee is told what is paid
FREE = {'reference_kind', 'reference', 'specific_symbol', 'constant_symbol', 'text'}


class BankPaymentLine(models.Model):
    """One payment of an order. Who is paid, to which account and how much is copied when the order is submitted, and compared with what it was
    copied from when the order is sent."""

    _name = 'bank.payment.line'
    _description = "Payment of an Order"
    _order = 'order_id, id'
    _check_company_auto = True

    order_id = fields.Many2one('bank.payment.order', required=True, ondelete='restrict', index=True)
    company_id = fields.Many2one(related='order_id.company_id', store=True, precompute=True, index=True)
    kind = fields.Selection(related='order_id.kind', store=True, precompute=True)
    currency_id = fields.Many2one(related='order_id.currency_id', store=True, precompute=True)
    payment_id = fields.Many2one('account.payment', ondelete='restrict', index='btree_not_null', check_company=True)
    partner_id = fields.Many2one('res.partner', string="Payee", ondelete='restrict')
    partner_bank_id = fields.Many2one('res.partner.bank', string="Payee’s Account", ondelete='restrict')
    payee = fields.Char(string="Name at the Bank", help="As it is sent to the bank.")
    account_number = fields.Char()
    amount = fields.Monetary()
    reference_kind = fields.Selection(REFERENCES, required=True, default='none')
    reference = fields.Char()
    specific_symbol = fields.Char()
    constant_symbol = fields.Char()
    text = fields.Char(string="Text to the Payee")
    end_to_end_id = fields.Char(required=True, readonly=True, default=lambda self: new_id(), copy=False)
    state = fields.Selection(STATES, required=True, default=states.DRAFT)
    bank_code = fields.Char(string="Bank's Code", readonly=True)
    reason_code = fields.Char(readonly=True)
    reason = Told(readonly=True)
    sent_text = fields.Char(
        compute='_compute_sent_text',
        string="As the Bank Takes It",
        help="Letters that banks do not take are written otherwise.",
    )
    warnings = fields.Char(compute='_compute_warnings')
    problem = Told(readonly=True, help="Why the bank would refuse it.")
    account_doubted = fields.Boolean(compute='_compute_account_doubted')

    _id_uniq = models.UniqueIndex("(end_to_end_id)", "This id was used before.")
    _payment_uniq = models.UniqueIndex(
        "(payment_id) WHERE state NOT IN ('cancelled', 'rejected', 'returned') AND payment_id IS NOT NULL",
        "This payment is in an order already.",
    )

    @told_to_readers
    @api.depends('partner_id', 'end_to_end_id', 'kind')
    def _compute_display_name(self):
        """Core reads names in sudo, for whoever knows an id: a salary has none."""
        for line in self:
            named = line.kind != 'salary' and line.partner_id.display_name
            line.display_name = named or line.end_to_end_id

    @api.depends('text', 'reference', 'reference_kind', 'order_id.product')
    def _compute_sent_text(self):
        """What arrives at the payee: the reference in place of the text where there is one."""
        for line in self:
            norwegian = line.order_id.product == 'domestic' and line.order_id.sudo()._home() == 'NO'
            sent, _lost = plain(line.text or '', NORWEGIAN if norwegian else LATIN)
            structured = line.reference_kind in ('scor', 'kid', 'ocr') and line.reference
            line.sent_text = line.reference if structured else sent

    @api.depends('reason_code')
    def _compute_account_doubted(self):
        """The bank's reason says that the account should be looked at before anybody pays there again."""
        for line in self:
            line.account_doubted = bool(line.reason_code) and reason_of(line.reason_code).do == ACCOUNT

    @api.depends('partner_bank_id', 'amount', 'reference', 'state')
    def _compute_warnings(self):
        stored = self._origin
        found = Warnings(stored).found() if stored else {}
        for line in self:
            line.warnings = ' '.join(text(self.env, said) for said in found.get(line._origin.id, ())) or False

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        """No default of the context or of a person says anything here, also where the module itself makes the record."""
        records, vals_list = without_defaults(self, vals_list, set())
        return super(BankPaymentLine, records).create(vals_list).with_env(self.env)

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, FREE)

    def write(self, vals):
        """A person changes what the payee reads, and that of drafts only; the rest is the payment's and the bank's word."""
        check_free(self, vals, FREE)
        if not self.env.su:
            self.order_id._check_may_prepare()
            if set(self.mapped('state')) - {states.DRAFT}:
                raise UserError(self.env._("This is submitted: take the order back to draft first."))
            self.order_id.sudo()._add_preparer(self.env.user)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("A payment is taken out of its order, never deleted."))

    # === Actions === #

    def action_remove(self):
        """Take the payment out of the order: its entry is cancelled, and the bill is open again."""
        self.order_id._check_may_prepare()
        self.order_id._take_out(self)
        return SOFT_RELOAD

    def action_open_payment(self):
        self.ensure_one()
        return {
            'type': 'ir.actions.act_window',
            'res_model': 'account.payment',
            'res_id': self.payment_id.id,
            'views': [(False, 'form')],
        }

    # === What it is made of === #

    @api.model
    def _values_of(self, payment, order):
        """Values of a new line of a payment (sudo)."""
        home, bank = order._home(), payment.partner_bank_id
        payee = recognise.account('', bank.acc_number or '', home, bank.bank_bic or '')
        bills = payment.reconciled_bill_ids or payment.reconciled_invoice_ids or payment.invoice_ids
        texts = []
        if len(bills) == 1:
            texts = [bills.payment_reference or '', bills.ref or '']
        elif not bills:
            texts = [payment.memo or '']
        reference = recognise.reference(texts[:1], payee, home, order.product)
        if (
            reference.kind == 'none'
        ):  # the vendor's own number passes a KID's or an OCR's check digit by chance, one in ten
            reference = recognise.reference(texts[1:], payee, home, order.product, checked=False)
        return {
            'order_id': order.id,
            'payment_id': payment.id,
            'partner_id': payment.partner_id.id,
            'partner_bank_id': bank.id,
            'payee': self._holder(bank),
            'account_number': bank.acc_number,
            'amount': payment.amount,
            'reference_kind': reference.kind,
            'reference': reference.value,
            'text': payment.memo or '',
        }

    @api.model
    def _holder(self, bank):
        """Who holds an account, as banks compare it (verification of payee)."""
        return bank.acc_holder_name or bank.partner_id.commercial_partner_id.name or bank.partner_id.name or ''

    def _copy_live(self):
        """What is shown and frozen is what the records say now (sudo)."""
        for line in self:
            bank, payment = line.partner_bank_id, line.payment_id
            values = {
                'partner_bank_id': (payment.partner_bank_id or bank).id,
                'payee': self._holder(payment.partner_bank_id or bank),
                'account_number': (payment.partner_bank_id or bank).acc_number,
                'amount': payment.amount if payment else line.amount,
            }
            if changed := {
                name: value
                for name, value in values.items()
                if line._fields[name].convert_to_write(line[name], line) != value
            }:
                line.write(changed)

    def _renew_ids(self):
        """New ids for what a bank has refused: an id is used once (sudo)."""
        for line in self:
            line.end_to_end_id = new_id()
            line.payment_id.payment_reference = line.end_to_end_id

    # === State === #

    def _set_state(self, state, **values):
        """The one writer of the state, along :data:`payments.states.FOLLOWS`; from *on the statement* back to *executed* where a person undoes the
        reconciliation (:meth:`bank.payment.order._reopen`). What may not follow changes nothing."""
        changed = self.browse()
        for line in self.sudo():
            after = states.after(line.state, state)
            if after == state and line.state != state:
                line.write({'state': state, **values})
                changed |= line
        self.order_id.sudo()._refresh_state()
        return changed

    @api.model
    def _live_of(self, payments):
        """{payment: its line that is not over} (sudo)"""
        if not payments:
            return {}
        lines = self.sudo().search([('payment_id', 'in', payments.ids), ('state', 'not in', OVER)])
        return {line.payment_id: line for line in lines}

    @api.model
    def _under_way(self, payments):
        """Those of the payments that the bank has, or may have."""
        lines = self._live_of(payments).values()
        return self.sudo().browse([line.id for line in lines if line.state not in BEFORE])
