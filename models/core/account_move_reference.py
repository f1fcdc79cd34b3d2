"""Slovak and Czech payment references: a variable symbol, at most ten digits, as banks' forms and payers expect it."""

from odoo import models

from ...matching.keys import SYMBOL_DIGITS, digits


class AccountMove(models.Model):
    _inherit = 'account.move'

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
