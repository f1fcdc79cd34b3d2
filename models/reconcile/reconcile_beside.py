"""Another reconciliation screen on the same database (OCA's, Odoo Enterprise's): it shows what we propose, and why."""

from lxml import etree

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..lib.rights import ACCOUNTANTS

_TEXT = f'<field name="match_text" class="o_bank_beside text-muted small" groups="{ACCOUNTANTS}"/>'
#: states of what was reconciled here; else another screen did it
BY_US = ('auto', 'accepted', 'manual')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    match_text = fields.Char(string="Bank Feeds", compute='_compute_match_text', compute_sudo=True, groups=ACCOUNTANTS)

    @api.depends('match_state', 'match_note', 'match_ids.state', 'is_reconciled')
    def _compute_match_text(self):
        """What is proposed and why it was not done, or why it was; one sentence."""
        for line in self:
            if line.is_reconciled:
                line.match_text = line.match_state in BY_US and line.match_note
                continue
            best = line._best_proposal()
            proposed = self.env._("Proposed: %s.", best.documents) if best else ''
            line.match_text = f"{proposed} {line.match_note or ''}".strip() or False

    def action_accept_best(self):
        """Accept the best proposal; the button in the other screen."""
        self.ensure_one()
        self._check_may_reconcile()
        best = self._best_proposal()
        if self.is_reconciled or not best:
            raise UserError(self.env._("This was decided already. Look at the movement again."))
        best.action_accept()
        return {'type': 'ir.actions.client', 'tag': 'soft_reload'}

    @api.model
    def _get_view(self, view_id=None, view_type='form', **options):
        """Cards and forms with a component of their own are reconciliation screens: none of ours is.

        There is no view to inherit from: the other module may be installed before us, after us, or not at all."""
        arch, view = super()._get_view(view_id, view_type, **options)
        if arch.get('js_class') and view_type in ('kanban', 'form'):
            self._show_in(arch, view_type)
        return arch, view

    def _show_in(self, arch, view_type):
        if view_type == 'kanban':
            for card in arch.xpath("//t[@t-name='card']"):
                card.append(etree.fromstring(_TEXT))
            return
        box = etree.fromstring(
            f'<div class="o_bank_beside d-flex align-items-baseline gap-2 px-3 py-1" invisible="not match_text" groups="{ACCOUNTANTS}">'
            '<i class="fa fa-university text-info" role="presentation"/>'
            '<field name="match_state" invisible="1"/><field name="is_reconciled" invisible="1"/>'
            '<field name="match_text" readonly="1" class="mb-0"/>'
            '<button name="action_accept_best" type="object" class="btn btn-secondary btn-sm" '
            'invisible="match_state != \'proposed\' or is_reconciled"/></div>'
        )
        box.find('button').set('string', self.env._("Accept"))
        header = next((node for node in arch if 'statusbar' in (node.get('class') or '') or node.tag == 'header'), None)
        arch.insert(0 if header is None else arch.index(header) + 1, box)
