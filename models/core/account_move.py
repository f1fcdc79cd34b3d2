from odoo import api, fields, models

from ...matching.keys import SYMBOL_DIGITS, digits
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.inside import BATCH, Batch
from ..lib.rights import ACCOUNTANTS, check_may_reconcile
from ..match import again, stale
from ..match.documents import KINDS, joined_keys
from ..match.stored_keys import INDEX, create_filled
from ..reconcile.cash import CashPayment, is_its
from ..reconcile.documents import FOR_MOVEMENT, Documents, movement_of


class AccountMove(models.Model):
    _inherit = 'account.move'

    bank_feed_keys = fields.Char(
        compute='_compute_bank_feed_keys',
        store=True,
        copy=False,
        prefetch=False,
        exportable=False,
        help="What the document can be found under in a bank's texts.",
    )
    bank_paid_count = fields.Integer(compute='_compute_bank_paid_count', string="Bank Movements")
    bank_paid_in_cash = fields.Boolean(compute='_compute_bank_paid_in_cash', compute_sudo=True, exportable=False)
    bank_waiting_count = fields.Integer(compute='_compute_bank_waiting_count', string="Waiting Payments")

    # One column and one index for all keys of a document; the framework keeps the column up to date.
    _bank_feed_keys_index = models.Index(INDEX)

    # === Keys === #

    @api.depends(
        'name',
        'payment_reference',
        'ref',
        'invoice_origin',
        'invoice_date',
        'date',
        'move_type',
        'origin_payment_id.memo',
        'origin_payment_id.payment_reference',
    )
    def _compute_bank_feed_keys(self):
        for move in self:
            payment = move.origin_payment_id if move.move_type == 'entry' else None
            if move.move_type not in KINDS and not payment:
                move.bank_feed_keys = False
                continue
            move.bank_feed_keys = joined_keys(
                move.move_type,
                move.name,
                payment.memo if payment else move.payment_reference,
                payment.payment_reference if payment else move.ref,
                move.invoice_origin,
                move.invoice_date or move.date,
            )

    def _auto_init(self):
        kinds = ', '.join(f"'{move_type}'" for move_type in KINDS)
        create_filled(self.env, 'account_move', _STORED.format(kinds=kinds), joined_keys)
        return super()._auto_init()

    # === Posting === #

    def _post(self, soft=True):
        """A newly posted document calls the movements that wait for it."""
        posted = super()._post(soft)
        if documents := posted.filtered(lambda move: move.is_invoice(include_receipts=True)):
            again.call_for(documents)
        return posted

    def button_draft(self):
        """What is reset is proposed for nothing as it was."""
        result = super().button_draft()
        stale.withdraw_of(self.sudo())
        return result

    def button_cancel(self):
        result = super().button_cancel()
        stale.withdraw_of(self.sudo())
        return result

    def action_post(self):
        """A document that was made of a movement is posted and reconciled with it in one act, or not at all."""
        result = super().action_post()
        line = movement_of(self.env)
        if not line or len(self) != 1 or self.state != 'posted' or not self.is_invoice(True):
            return result
        line = line.with_context(**{FOR_MOVEMENT: False})
        check_may_reconcile(line)
        Documents(line).pay(self.with_context(**{FOR_MOVEMENT: False}))
        return {'type': 'ir.actions.act_window_close'}

    def _get_last_sequence(self, relaxed=False, with_prefix=None):
        """Of bank movements that are posted by the hundred: the last number before this batch, once a journal and day; the same
        numbers, column by column, as without it (``tests/feed/test_batch.py``). Core counts on from it by its own locked counter,
        which wins over what is found here."""
        cache = self.env.context.get(BATCH)
        if not isinstance(cache, Batch):
            return super()._get_last_sequence(relaxed, with_prefix)
        key = (self.journal_id.id, self.date, self.move_type, relaxed, with_prefix)
        if key not in cache:
            cache[key] = super()._get_last_sequence(relaxed, with_prefix)
        return cache[key]

    # === References: Slovak and Czech variable symbols, at most ten digits, as banks' forms and payers expect them === #

    def _get_invoice_reference_sk_invoice(self):
        """The digits of the number, the last ten where there are more: INV/2026/00042 → 202600042."""
        self.ensure_one()
        return digits(self.name)[-SYMBOL_DIGITS:].lstrip('0') or self.name

    def _get_invoice_reference_sk_partner(self):
        """The customer's number where it has digits enough, else the database's own."""
        self.ensure_one()
        partner = self.commercial_partner_id
        return digits(partner.ref or '')[-SYMBOL_DIGITS:].lstrip('0') or str(partner.id)

    def _get_invoice_reference_cz_invoice(self):
        return self._get_invoice_reference_sk_invoice()

    def _get_invoice_reference_cz_partner(self):
        return self._get_invoice_reference_sk_partner()

    # === The document's movements === #

    def _compute_bank_paid_count(self):
        """Bank movements that the document is reconciled with, directly or through a payment."""
        may = self.env.user.has_group(ACCOUNTANTS)
        for move in self:
            move.bank_paid_count = len(move._bank_paying_movements()) if may and move.is_invoice(True) else 0

    def _bank_paying_movements(self):
        """The movements that the person may see; a branch's invoice may be paid from an account of the parent's."""
        items = self.sudo().line_ids.filtered(lambda item: item.display_type == 'payment_term')
        partials = items.matched_debit_ids | items.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - items
        found = others.statement_line_id | others.move_id.origin_payment_id.reconciled_statement_line_ids
        return self.env['account.bank.statement.line'].search([('id', 'in', found.ids)])

    def action_bank_paid(self):
        """The movements that paid this document, with their reasons."""
        self.ensure_one()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_feed_line_action')
        return {
            **action,
            'domain': [('id', 'in', self._bank_paying_movements().ids)],
            'context': {},
            'name': self.display_name,
        }

    # === Cash === #

    def _compute_bank_paid_in_cash(self):
        """Whether a payment in cash of the document can be taken back."""
        lines = (
            self.env['account.bank.statement.line']
            .search_fetch([('bank_cash_move_id', 'in', self.ids)], ['bank_cash_move_id'])
            .filtered(is_its)
        )
        for move in self:
            move.bank_paid_in_cash = move in lines.bank_cash_move_id

    def action_bank_pay_in_cash(self):
        """Register the payment of all that is open in the cash journal; ask once which."""
        payment = CashPayment(self)
        if journal := payment.journal():
            return self._bank_pay_in_cash(journal)
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Paid in Cash"),
            'res_model': 'bank.cash',
            'view_mode': 'form',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {'default_move_id': self.id},
        }

    def _bank_pay_in_cash(self, journal):
        paid = CashPayment(self).pay(journal)
        message = self.env._(
            "%(document)s is paid: %(amount)s, %(journal)s.",
            document=self.name,
            amount=self.currency_id.format(abs(paid.amount)),
            journal=journal.display_name,
        )
        return notify(message, then=SOFT_RELOAD)

    def action_bank_undo_cash(self):
        """Take the payment in cash back."""
        CashPayment(self).undo()
        return SOFT_RELOAD

    def _bank_proposed_for(self):
        """Proposals of waiting movements for these documents."""
        return [
            ('state', '=', 'proposed'),
            ('statement_line_id.is_reconciled', '=', False),
            ('allocation_ids.move_id', 'in', self.ids),
        ]

    def _compute_bank_waiting_count(self):
        """Movements that wait and are proposed for the document."""
        may = self.env.user.has_group(ACCOUNTANTS)
        open_ = self.filtered(lambda move: move.is_invoice(True) and move.payment_state in ('not_paid', 'partial'))
        counts = {}
        if may and open_.ids:
            rows = self.env['bank.match']._read_group(
                open_._bank_proposed_for(), ['statement_line_id'], ['id:recordset']
            )
            for line, matches in rows:
                for move in matches.allocation_ids.move_id:
                    counts.setdefault(move.id, set()).add(line.id)
        for move in self:
            move.bank_waiting_count = len(counts.get(move.id, ()))

    def action_bank_waiting(self):
        """The movements that may pay this document."""
        self.ensure_one()
        lines = self.env['bank.match'].search(self._bank_proposed_for()).statement_line_id
        return self.env['account.journal']._bank_reconcile_action([('id', 'in', lines.ids)], self.display_name)


_STORED = """
    SELECT move.id, move.move_type, move.name,
           CASE WHEN payment.id IS NULL THEN move.payment_reference ELSE payment.memo END,
           CASE WHEN payment.id IS NULL THEN move.ref ELSE payment.payment_reference END,
           move.invoice_origin, COALESCE(move.invoice_date, move.date)
      FROM account_move move
 LEFT JOIN account_payment payment ON payment.move_id = move.id
     WHERE move.id > %(last)s AND (move.move_type IN ({kinds}) OR payment.id IS NOT NULL)
  ORDER BY move.id LIMIT %(limit)s"""
