"""The ways to the reconciliation view, and from it to what is not there yet."""

import re

from odoo import fields, models
from odoo.fields import Command

OCA_ACTION = 'account_reconcile_oca.action_bank_statement_line_reconcile'


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def bank_reconcile_new_document(self, move_type):
        """A dialog for a bill, receipt or invoice that this movement pays, filled in as far as the bank says."""
        self.ensure_one()
        self._check_may_reconcile()
        rest, currency = self._open_rest()
        return {
            'type': 'ir.actions.act_window',
            'name': self.payment_ref,
            'res_model': 'account.move',
            'views': [(False, 'form')],
            'target': 'new',
            'context': {
                'default_move_type': move_type,
                'default_company_id': self.company_id.id,
                'default_partner_id': self._payer().id or self._of_that_name().id,
                'default_ref': self._symbol() or False,
                'default_date': fields.Date.to_string(self.date),
                'default_invoice_date': fields.Date.to_string(self.date),
                'default_currency_id': currency.id,
                'default_invoice_line_ids': [
                    Command.create({'name': self.payment_ref, 'quantity': 1, 'price_unit': abs(rest), 'tax_ids': []})
                ],
                'dialog_size': 'extra-large',
            },
        }

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

    def _bank_reconcile_action(self, domain, name):
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_reconcile_action')
        booked = [('journal_id.type', 'in', ('bank', 'cash', 'credit')), ('state', '=', 'posted')]
        action.update(domain=[*booked, *domain], display_name=name, context={'search_default_waiting': 1})
        return action


class AccountMove(models.Model):
    _inherit = 'account.move'

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
