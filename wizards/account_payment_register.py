from odoo import models
from odoo.tools import SQL

from ..models.lib.inside import BATCH, Batch
from ..models.pay.names import METHOD


class AccountPaymentRegister(models.TransientModel):
    """Core's dialog, with our method: the same records as core makes one by one, made by the batch."""

    _inherit = 'account.payment.register'

    def _init_payments(self, to_process, edit_mode=False):
        """An empty list of write-offs makes core generate each entry by itself; without one they are generated together."""
        if self.payment_method_line_id.code == METHOD and not edit_mode:
            for vals in to_process:
                if not vals['create_vals'].get('write_off_line_vals'):
                    vals['create_vals'].pop('write_off_line_vals', None)
        return super()._init_payments(to_process, edit_mode)

    def _reconcile_payments(self, to_process, edit_mode=False):
        """One reconciliation of all, where nothing about them is special."""
        plain = not edit_mode and not any('rate' in vals for vals in to_process)
        if self.payment_method_line_id.code != METHOD or not plain:
            return super()._reconcile_payments(to_process, edit_mode)
        kinds = self.env['account.payment']._get_valid_payment_account_types()
        plan = []
        for vals in to_process:
            lines = vals['payment'].move_id.line_ids.filtered(
                lambda line: line.parent_state == 'posted' and line.account_type in kinds and not line.reconciled
            )
            for account in lines.account_id:
                both = (lines + vals['to_reconcile']).filtered(lambda line, account=account: line.account_id == account)
                plan.append(both.filtered(lambda line: not line.reconciled))
        self.env['account.move.line']._reconcile_plan([pair for pair in plan if len(pair) > 1])
        self._remember([(move.id, vals['payment'].id) for vals in to_process for move in vals['to_reconcile'].move_id])
        return None

    def _post_payments(self, to_process, edit_mode=False):
        """Numbers of a batch are counted on from one look at the journal."""
        if self.payment_method_line_id.code != METHOD:
            return super()._post_payments(to_process, edit_mode)
        batch = self.with_context(**{BATCH: Batch()})
        return super(AccountPaymentRegister, batch)._post_payments(to_process, edit_mode)

    def _remember(self, pairs):
        """``matched_payment_ids`` of (document, payment), in one statement."""
        field = self.env['account.move']._fields['matched_payment_ids']
        documents = self.env['account.move'].browse({document for document, _payment in pairs})
        self.env.execute_query(
            SQL(
                "INSERT INTO %s (%s, %s) SELECT * FROM unnest(%s, %s) ON CONFLICT DO NOTHING RETURNING 1",
                SQL.identifier(field.relation),
                SQL.identifier(field.column1),
                SQL.identifier(field.column2),
                [document for document, _payment in pairs],
                [payment for _document, payment in pairs],
            )
        )
        documents.invalidate_recordset(['matched_payment_ids'])
        documents.modified(['matched_payment_ids'])
