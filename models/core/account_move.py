from odoo import api, fields, models

from ..match.documents import KINDS, joined_keys
from ..match.stored_keys import INDEX, create_filled


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
    # One column and one index for all keys of a document; the framework keeps the column up to date.
    _bank_feed_keys_index = models.Index(INDEX)

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


_STORED = """
    SELECT move.id, move.move_type, move.name,
           CASE WHEN payment.id IS NULL THEN move.payment_reference ELSE payment.memo END,
           CASE WHEN payment.id IS NULL THEN move.ref ELSE payment.payment_reference END,
           move.invoice_origin, COALESCE(move.invoice_date, move.date)
      FROM account_move move
 LEFT JOIN account_payment payment ON payment.move_id = move.id
     WHERE move.id > %(last)s AND (move.move_type IN ({kinds}) OR payment.id IS NOT NULL)
  ORDER BY move.id LIMIT %(limit)s"""


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    # What is open, by amount and by partner: asked for when a payment has no reference.
    _bank_feed_amount_index = models.Index(
        "(amount_residual_currency, partner_id) WHERE display_type = 'payment_term' AND reconciled IS NOT TRUE"
    )
    _bank_feed_discount_index = models.Index(
        "(discount_amount_currency, partner_id)"
        " WHERE display_type = 'payment_term' AND reconciled IS NOT TRUE AND discount_date IS NOT NULL"
    )
    _bank_feed_partner_index = models.Index(
        "(partner_id, date_maturity) WHERE display_type = 'payment_term' AND reconciled IS NOT TRUE"
    )

    # The backtest asks what once was open.
    _bank_feed_history_index = models.Index("(company_id, amount_currency) WHERE display_type = 'payment_term'")

    def _reconciled_lines_of_documents(self):
        """Items of invoices, bills, their refunds and payments that these lines are reconciled with."""
        partials = self.matched_debit_ids | self.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - self
        return others.filtered(
            lambda line: line.move_id.is_invoice(include_receipts=True) or line.move_id.origin_payment_id
        )
