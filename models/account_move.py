from decimal import Decimal

from odoo import models
from odoo.tools import SQL

from ..matching.data import OpenItem
from ..matching.keys import document_keys

TYPES = ('out_invoice', 'out_refund', 'out_receipt', 'in_invoice', 'in_refund', 'in_receipt')
# The keys of matching/keys.py as SQL expressions: PostgreSQL keeps them up to date in indexes of its own.
_KEY = "ltrim(regexp_replace(upper({field}), '[^A-Z0-9]', '', 'g'), '0')"
_DIGITS = "ltrim(regexp_replace({field}, '[^0-9]', '', 'g'), '0')"
_WHERE = f"WHERE state = 'posted' AND move_type IN {TYPES}"
NAME_KEY, REFERENCE_KEY, REF_KEY = (_KEY.format(field=name) for name in ('name', 'payment_reference', 'ref'))
NAME_DIGITS, REFERENCE_DIGITS = (_DIGITS.format(field=name) for name in ('name', 'payment_reference'))


class AccountMove(models.Model):
    _inherit = 'account.move'

    _bank_feed_name_key = models.Index(f"(({NAME_KEY})) {_WHERE}")
    _bank_feed_reference_key = models.Index(f"(({REFERENCE_KEY})) {_WHERE}")
    _bank_feed_ref_key = models.Index(f"(({REF_KEY})) {_WHERE}")
    _bank_feed_name_digits = models.Index(f"(({NAME_DIGITS})) {_WHERE}")
    _bank_feed_reference_digits = models.Index(f"(({REFERENCE_DIGITS})) {_WHERE}")

    def _bank_feed_open_items(self, company, keys):
        """Documents that can be found under the keys, with what is open on them.

        One query, by index: its cost depends on the keys, not on how many documents there are.

        :param set keys: of :func:`matching.keys.document_keys`
        :return: dict key → list of :class:`matching.data.OpenItem`; closed documents have one item with ``id`` None"""
        self.env['account.move'].flush_model(['name', 'payment_reference', 'ref', 'state', 'move_type', 'company_id'])
        self.env['account.move.line'].flush_model(
            ['amount_residual_currency', 'reconciled', 'account_id', 'date_maturity', 'display_type', 'move_id']
        )
        companies = self.env['res.company'].sudo().search([('id', 'child_of', company.id)])
        wanted = list(keys)
        found = SQL(' UNION ').join(
            SQL(
                "SELECT id FROM account_move WHERE state = 'posted' AND move_type IN %s AND %s = ANY(%s)",
                TYPES,
                SQL(expression),
                wanted,
            )
            for expression in (NAME_KEY, REFERENCE_KEY, REF_KEY, NAME_DIGITS, REFERENCE_DIGITS)
        )
        rows = self.env.execute_query(
            SQL(
                """SELECT move.id, move.name, move.payment_reference, move.ref, move.commercial_partner_id, currency.name,
                      line.id, line.amount_residual_currency, line.date_maturity
                 FROM account_move move
                 JOIN res_currency currency ON currency.id = move.currency_id
            LEFT JOIN account_move_line line ON line.move_id = move.id AND line.display_type = 'payment_term'
                      AND line.reconciled IS NOT TRUE AND line.amount_residual_currency <> 0
                WHERE move.company_id IN %s AND move.id IN (%s)""",
                tuple(companies.ids),
                found,
            )
        )
        items = {}
        for move, name, payment_reference, ref, partner, currency, line, residual, due in rows:
            item = OpenItem(line, move, name, partner, Decimal(str(residual or 0)), currency, due)
            for key in document_keys(name, payment_reference, ref) & keys:
                items.setdefault(key, []).append(item)
        return items


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _reconciled_lines_of_documents(self):
        """Items of invoices, bills and their refunds that these lines are reconciled with."""
        partials = self.matched_debit_ids | self.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - self
        return others.filtered(lambda line: line.move_id.is_invoice(include_receipts=True))
