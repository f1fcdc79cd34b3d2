"""Paid in cash: what is open of a document is paid in the company's cash journal, today, and can be taken back."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tools.misc import format_date
from odoo.tools.translate import LazyTranslate

from ..book.booking import Booking
from ..lib.inside import OURS, TAKING_BACK, UNDOING, ours

_lt = LazyTranslate(__name__)

#: who registers payments in Odoo
INVOICING = 'account.group_account_invoice'


def is_its(line):
    """Whether a payment in cash pays its document or nothing: somebody may have reconciled it with another one since."""
    return line.line_ids._bank_items_of_documents().move_id <= line.bank_cash_move_id


class CashPayment:
    """A document's payment in cash: a movement of the cash journal that pays it in full."""

    def __init__(self, move):
        move.ensure_one()
        self.move, self.env = move, move.env

    def _check_right(self):
        self.move.check_access('write')
        if not self.env.user.has_group(INVOICING):
            raise AccessError(self.env._("You need the right to invoice to register a payment in cash."))

    def journals(self):
        """Cash journals of the document's company in its currency."""
        found = self.env['account.journal'].search(
            [('type', '=', 'cash'), ('company_id', 'parent_of', self.move.company_id.id)]
        )
        own = self.move.company_id.currency_id
        return found.filtered(lambda journal: (journal.currency_id or own) == self.move.currency_id)

    def journal(self):
        """The cash journal that was chosen before, or the only one; none where a person has to say.

        :raise UserError: there is none"""
        found = self.journals()
        if not found:
            raise UserError(
                self.env._(
                    "There is no cash journal in %s. Make one under Configuration → Journals.",
                    self.move.currency_id.name,
                )
            )
        chosen = self.move.company_id.bank_cash_journal_id & found
        return chosen or (found if len(found) == 1 else found.browse())

    def pay(self, journal):
        """Pay all that is open, today.

        :return: the movement, as the superuser
        :raise UserError: nothing is open, or the journal is another company's or in another currency"""
        self._check_right()
        move = self.move
        items = move.line_ids.filtered(lambda item: item.display_type == 'payment_term' and not item.reconciled)
        if move.state != 'posted' or not move.is_invoice(include_receipts=True) or not items:
            raise UserError(self.env._("Nothing is open on %s.", move.display_name))
        if waiting := self.lines().filtered(lambda line: not line.is_reconciled)[:1]:
            raise UserError(
                self.env._(
                    "A payment in cash of %(document)s of %(day)s waits in %(journal)s: the document was changed since. "
                    "Undo that payment first.",
                    document=move.display_name,
                    day=format_date(self.env, waiting.date),
                    journal=waiting.journal_id.display_name,
                )
            )
        if journal not in self.journals():
            raise UserError(self.env._("Choose a cash journal of this company in %s.", move.currency_id.name))
        # sudo: who invoices takes cash, and writes no other statement line
        line = ours(self.env['account.bank.statement.line'].sudo().with_company(journal.company_id)).create(
            {
                'journal_id': journal.id,
                'date': fields.Date.context_today(move),
                'amount': sum(items.mapped('amount_residual_currency')),
                'payment_ref': self.env._("%s in cash", move.name),
                'partner_id': move.commercial_partner_id.id,
                'bank_cash_move_id': move.id,
                'bank_match_state': 'manual',
                'bank_match_note': _lt("Paid in cash, by %s.", self.env.user.name),
            }
        )
        booking = Booking(line)
        parts = [booking.parts.part(item, item.amount_residual_currency) for item in items.sudo()]
        booking.put(parts, move.commercial_partner_id.sudo(), by_person=True)
        return line

    def lines(self):
        """The movements that paid it, or wait since it was changed, the newest first; as the superuser."""
        lines = self.env['account.bank.statement.line'].sudo()
        return lines.search([('bank_cash_move_id', '=', self.move.id)], order='id desc').filtered(is_its)

    def undo(self):
        """Take the payment back: the document is open again, the movement is gone.

        :raise UserError: it was not paid in cash here, or the day is closed"""
        self._check_right()
        line = self.lines()[:1]
        if not line:
            raise UserError(self.env._("%s was not paid in cash here.", self.move.display_name))
        line.with_context(**{TAKING_BACK: OURS, UNDOING: OURS}).action_undo_reconciliation()
        line.unlink()
