"""The ways to the reconciliation view, and from it to what is not there yet."""

import re

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..lib.given import given_id
from .reconcile_many import BOOKED

#: what may be made of a movement
DOCUMENTS = ('in_invoice', 'in_receipt', 'out_invoice', 'out_receipt', 'in_refund', 'out_refund')
#: the context's key: which movement a document is made for
FOR_MOVEMENT = 'bank_reconcile_movement'
OCA_ACTION = 'account_reconcile_oca.action_bank_statement_line_reconcile'


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    @api.model
    def bank_reconcile_notice(self):
        """Why *Reconcile* shows nothing, where that does not mean that nothing is left to do; else ''."""
        if not self.env.user.has_group('account_bank_feed.bank_feed_group_accountant'):
            return self.env._("You need the right “Bank Feeds: Accountant” to reconcile movements.")
        if not self.search_count([*BOOKED, ('company_id', 'in', self.env.companies.ids)], limit=1):
            return self.env._("There is no bank movement yet: connect a bank under Configuration → Bank Connections.")
        return ''

    def bank_reconcile_new_document(self, move_type, attachment_ids=None):
        """A draft of a bill, receipt or invoice that this movement pays, complete as far as the bank says, in a dialog. Its
        *Confirm* posts it and reconciles it with the movement; what is closed without *Save* is deleted again.

        :param str move_type: one of ``DOCUMENTS``
        :param attachment_ids: files of the movement that are the document's"""
        self.ensure_one()
        self._check_may_reconcile()
        self._check_open()
        if move_type not in DOCUMENTS:
            raise UserError(self.env._("Only bills, receipts and invoices can be made of a movement."))
        move = self.env['account.move'].with_company(self.company_id).create(self._document_values(move_type))
        move._make_total(abs(self._open_rest()[0]))
        for file in self._files_of_it(attachment_ids):
            copied = file.copy({'res_model': 'account.move', 'res_id': move.id})
            move.message_main_attachment_id = move.message_main_attachment_id or copied
        return {
            'type': 'ir.actions.act_window',
            'name': self.payment_ref,
            'res_model': 'account.move',
            'res_id': move.id,
            'views': [(False, 'form')],
            'target': 'new',
            'context': {FOR_MOVEMENT: self.id, 'dialog_size': 'extra-large'},
        }

    def _document_values(self, move_type):
        """Accounts and taxes are core's to find, as for any document that is typed in."""
        rest, currency = self._open_rest()
        return {
            'move_type': move_type,
            'company_id': self.company_id.id,
            'partner_id': self._payer().id or self._of_that_name().id,
            'ref': self._symbol() or False,
            'date': self.date,
            'invoice_date': self.date,
            'invoice_date_due': self.date,
            'invoice_payment_term_id': False,
            'currency_id': currency.id,
            'invoice_line_ids': [Command.create({'name': self.payment_ref, 'quantity': 1, 'price_unit': abs(rest)})],
        }

    def bank_reconcile_drop_document(self, move_id):
        """Delete the draft that was made for this movement and left as it was; what a person saved stays a draft.

        :return: see :meth:`bank_reconcile_state`"""
        self.ensure_one()
        self._check_may_reconcile()
        move = self.env['account.move'].search(
            [
                ('id', '=', given_id(self.env, move_id)),
                ('state', '=', 'draft'),
                ('posted_before', '=', False),
                ('create_uid', '=', self.env.uid),
                ('company_id', '=', self.company_id.id),
                ('move_type', 'in', DOCUMENTS),
            ]
        )
        move.filtered(lambda move: move.write_date == move.create_date).unlink()
        return self.bank_reconcile_state()

    def _pay_with_this(self, document):
        """Reconcile a document that was just posted for this movement, as far as both reach."""
        rest, currency = self._open_rest()
        parts = []
        for item in document.line_ids.filtered(
            lambda item: item.display_type == 'payment_term' and not item.reconciled
        ):
            open_ = self._open_in(item, currency)
            amount = open_ if abs(open_) <= abs(rest) else rest
            if not currency.is_zero(amount):
                parts.append([item.id, amount])
                rest = currency.round(rest - amount)
        self.bank_reconcile(parts)

    def _of_that_name(self):
        """The one partner who is called like the counterparty."""
        if not self.partner_name:
            return self.env['res.partner']
        found = self.env['res.partner'].search(
            [('name', '=ilike', self.partner_name.strip()), ('parent_id', '=', False)], limit=2
        )
        return found if len(found) == 1 else found.browse()

    def _symbol(self):
        """The variable symbol or other reference that the payment carries."""
        texts = [text for name, text in self._bank_texts() if name in ('structured', 'end_to_end_id')]
        for text in texts:
            if found := re.match(r'/VS0*([0-9]{1,10})', text):
                return found[1]
        return texts[0] if texts else ''

    def bank_reconcile_activity(self):
        """A dialog to leave a note or ask somebody: it stands on the movement's entry."""
        self.ensure_one()
        self._check_may_reconcile()
        return {
            'type': 'ir.actions.act_window',
            'name': self.env._("Note or activity"),
            'res_model': 'mail.activity.schedule',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {
                'active_model': 'account.move',
                'active_id': self.move_id.id,
                'active_ids': self.move_id.ids,
                'dialog_size': 'large',
            },
        }


class AccountJournal(models.Model):
    _inherit = 'account.journal'

    def action_bank_reconcile(self):
        """Reconcile this journal: in the widget that is installed beside ours, or in ours."""
        self.ensure_one()
        if hasattr(self, 'action_open_reconcile'):  # Odoo Enterprise's
            return self.action_open_reconcile()
        other = self.env.ref(OCA_ACTION, raise_if_not_found=False)
        domain = [('journal_id', '=', self.id)]
        if other:
            action = self.env['ir.actions.act_window']._for_xml_id(OCA_ACTION)
            return {**action, 'domain': domain, 'context': {'default_journal_id': self.id}}
        return self._bank_reconcile_action(domain, self.display_name)

    def _bank_reconcile_action(self, domain, name, line_id=False):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_reconcile_action')
        context = {'search_default_waiting': 1, **({'bank_reconcile_line_id': line_id} if line_id else {})}
        action.update(domain=[*BOOKED, *domain], display_name=name, context=context)
        return action


class AccountMove(models.Model):
    _inherit = 'account.move'

    def action_post(self):
        """A document that was made of a movement is posted and reconciled with it in one act, or not at all."""
        result = super().action_post()
        line_id = given_id(self.env, self.env.context.get(FOR_MOVEMENT))
        line = self.env['account.bank.statement.line'].browse(line_id or []).exists()
        if not line or len(self) != 1 or self.state != 'posted' or not self.is_invoice(True):
            return result
        line.with_context(**{FOR_MOVEMENT: False})._pay_with_this(self.with_context(**{FOR_MOVEMENT: False}))
        return {'type': 'ir.actions.act_window_close'}

    def _make_total(self, total):
        """Bring a draft of one line to a total with its taxes, which are a part of what was paid."""
        self.ensure_one()
        line = self.invoice_line_ids[:1]
        if self.amount_total and not self.currency_id.is_zero(self.amount_total - total):
            line.price_unit = line.price_unit * total / self.amount_total

    bank_paid_count = fields.Integer(compute='_compute_bank_paid_count', string="Bank Movements")

    def _compute_bank_paid_count(self):
        """Bank movements that the document is reconciled with, directly or through a payment."""
        may = self.env.user.has_group('account_bank_feed.bank_feed_group_accountant')
        for move in self:
            move.bank_paid_count = len(move._paying_movements()) if may and move.is_invoice(True) else 0

    def _paying_movements(self):
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
            'domain': [('id', 'in', self._paying_movements().ids)],
            'context': {},
            'name': self.display_name,
        }

    bank_waiting_count = fields.Integer(compute='_compute_bank_waiting_count', string="Waiting Payments")

    def _compute_bank_waiting_count(self):
        """Movements that wait and are proposed for the document."""
        may = self.env.user.has_group('account_bank_feed.bank_feed_group_accountant')
        open_ = self.filtered(lambda move: move.is_invoice(True) and move.payment_state in ('not_paid', 'partial'))
        counts = {}
        if may and open_.ids:
            rows = self.env['bank.match']._read_group(
                [
                    ('state', '=', 'proposed'),
                    ('statement_line_id.is_reconciled', '=', False),
                    ('allocation_ids.move_id', 'in', open_.ids),
                ],
                ['statement_line_id'],
                ['id:recordset'],
            )
            for line, matches in rows:
                for move in matches.allocation_ids.move_id:
                    counts.setdefault(move.id, set()).add(line.id)
        for move in self:
            move.bank_waiting_count = len(counts.get(move.id, ()))

    def action_bank_waiting(self):
        """The movements that may pay this document."""
        self.ensure_one()
        matches = self.env['bank.match'].search(
            [
                ('state', '=', 'proposed'),
                ('statement_line_id.is_reconciled', '=', False),
                ('allocation_ids.move_id', '=', self.id),
            ]
        )
        lines = matches.statement_line_id
        return self.env['account.journal']._bank_reconcile_action([('id', 'in', lines.ids)], self.display_name)


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    @api.onchange('tax_ids')
    def _onchange_tax_of_movement(self):
        """In the dialog of a movement a tax is contained in what was paid: the total of the one line stays."""
        line_id, move = given_id(self.env, self.env.context.get(FOR_MOVEMENT)), self.move_id
        others = move.invoice_line_ids.filtered(lambda line: line != self and line._origin != self._origin)
        if not line_id or not move.is_invoice(True) or others:
            return
        movement = self.env['account.bank.statement.line'].browse(line_id).exists()._filtered_access('read')
        if movement and self.price_total:
            self.price_unit = self.price_unit * abs(movement._open_rest()[0]) / self.price_total
