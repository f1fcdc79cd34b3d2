"""Documents that are made of a movement: a bill that it pays, complete as far as the bank says."""

from odoo.exceptions import UserError
from odoo.fields import Command

from ..book.booking import Booking
from ..lib.given import given_id
from .by_hand import ByHand, check_open
from .payer import Payer
from .signs import files_of

#: what may be made of a movement
DOCUMENTS = ('in_invoice', 'in_receipt', 'out_invoice', 'out_receipt', 'in_refund', 'out_refund')
MONEY_IN = ('out_invoice', 'out_receipt', 'in_refund')
#: the context's key: which movement a document is made for
FOR_MOVEMENT = 'bank_reconcile_movement'


class Documents:
    """Documents of one movement."""

    def __init__(self, line):
        self.line, self.env, self.booking = line, line.env, Booking(line)

    def make(self, move_type, attachment_ids=None):
        """See :meth:`bank_reconcile_new_document`."""
        line = self.line
        check_open(line)
        if move_type not in DOCUMENTS:
            raise UserError(self.env._("Only bills, receipts and invoices can be made of a movement."))
        if (move_type in MONEY_IN) != (self.booking.open()[0] > 0):
            raise UserError(self.env._("The money goes the other way than that document's."))
        move = self.env['account.move'].with_company(line.company_id).create(self._values(move_type))
        _make_total(move, abs(self.booking.open()[0]))
        for file in files_of(line, attachment_ids):
            copied = file.copy({'res_model': 'account.move', 'res_id': move.id})
            move.message_main_attachment_id = move.message_main_attachment_id or copied
        return {
            'type': 'ir.actions.act_window',
            'name': line.payment_ref,
            'res_model': 'account.move',
            'res_id': move.id,
            'views': [(False, 'form')],
            'target': 'new',
            'context': {FOR_MOVEMENT: line.id, 'dialog_size': 'extra-large'},
        }

    def _values(self, move_type):
        """Accounts and taxes are core's to find, as for any document that is typed in."""
        line, payer = self.line, Payer(self.line)
        rest, currency = self.booking.open()
        return {
            'move_type': move_type,
            'company_id': line.company_id.id,
            'partner_id': payer.known().id or payer.namesake().id,
            'ref': payer.symbol() or False,
            'date': line.date,
            'invoice_date': line.date,
            'invoice_date_due': line.date,
            'invoice_payment_term_id': False,
            'currency_id': currency.id,
            'invoice_line_ids': [Command.create({'name': line.payment_ref, 'quantity': 1, 'price_unit': abs(rest)})],
        }

    def drop(self, move_id):
        """Delete the draft that was made for this movement and left as it was; what a person saved stays a draft."""
        move = self.env['account.move'].search(
            [
                ('id', '=', given_id(self.env, move_id)),
                ('state', '=', 'draft'),
                ('posted_before', '=', False),
                ('create_uid', '=', self.env.uid),
                ('company_id', '=', self.line.company_id.id),
                ('move_type', 'in', DOCUMENTS),
            ]
        )
        move.filtered(lambda move: move.write_date == move.create_date).unlink()

    def pay(self, document):
        """Reconcile a document that was just posted for this movement, as far as both reach."""
        rest, currency = self.booking.open()
        parts = []
        for item in document.line_ids.filtered(
            lambda item: item.display_type == 'payment_term' and not item.reconciled
        ):
            open_ = self.booking.open_of(item, currency)
            amount = open_ if abs(open_) <= abs(rest) else rest
            if not currency.is_zero(amount):
                parts.append([item.id, amount])
                rest = currency.round(rest - amount)
        ByHand(self.line).reconcile(parts)


def _make_total(move, total):
    """Bring a draft of one line to a total with its taxes, which are a part of what was paid."""
    line = move.invoice_line_ids[:1]
    if move.amount_total and not move.currency_id.is_zero(move.amount_total - total):
        line.price_unit = line.price_unit * total / move.amount_total


def movement_of(env):
    """The movement that a document of this dialog is made for, or none: the context may come from anybody."""
    line_id = given_id(env, env.context.get(FOR_MOVEMENT))
    return env['account.bank.statement.line'].browse(line_id or []).exists()
