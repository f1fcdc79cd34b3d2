from odoo import api, fields, models

from ..book.booking import COUNTERPARTS, Booking, Counterparts
from ..lib.inside import BATCH, Batch
from ..lib.rights import KEEPERS
from ..reconcile.documents import movement_of


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    bank_part = fields.Integer(
        store=False,
        copy=False,
        inverse='_inverse_bank_part',
        groups=KEEPERS,
        exportable=False,
        help="While a movement is booked: the part of it that this journal item is the counterpart of.",
    )

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

    def _inverse_bank_part(self):
        """Tell whoever books which journal item became the counterpart of which part; nothing is stored."""
        found = self.env.context.get(COUNTERPARTS)
        if isinstance(found, Counterparts):
            found.update((item.bank_part, item.id) for item in self if item.bank_part)

    def _compute_analytic_distribution(self):
        """Of bank movements that are posted by the hundred: where the company has no distribution model, none can apply; spare
        the search for each line."""
        cache = self.env.context.get(BATCH)
        if not isinstance(cache, Batch):
            return super()._compute_analytic_distribution()
        if 'distributions' not in cache:
            cache['distributions'] = bool(
                self.env['account.analytic.distribution.model'].sudo().search_count([], limit=1)
            )
        if cache['distributions']:
            return super()._compute_analytic_distribution()
        self.analytic_distribution = False
        return None

    @api.onchange('tax_ids')
    def _onchange_bank_tax(self):
        """In the dialog of a movement a tax is contained in what was paid: the total of the one line stays."""
        move = self.move_id
        others = move.invoice_line_ids.filtered(lambda line: line != self and line._origin != self._origin)
        movement = movement_of(self.env)._filtered_access('read')
        if movement and move.is_invoice(True) and not others and self.price_total:
            self.price_unit = self.price_unit * abs(Booking(movement).open()[0]) / self.price_total

    def _bank_items_of_documents(self):
        """Items of invoices, bills, their refunds and payments that these lines are reconciled with."""
        partials = self.matched_debit_ids | self.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - self
        return others.filtered(
            lambda line: line.move_id.is_invoice(include_receipts=True) or line.move_id.origin_payment_id
        )
