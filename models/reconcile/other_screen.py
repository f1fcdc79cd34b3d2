"""Another reconciliation screen on the same database (OCA's, Odoo Enterprise's): it shows what we propose, and why."""

from lxml import etree

from ..lib.rights import ACCOUNTANTS
from ..match.stale import SETTLED
from .many import best_proposal

_TEXT = f'<field name="bank_match_text" class="o_bank_beside text-muted small" groups="{ACCOUNTANTS}"/>'


def proposal_text(line):
    """What is proposed and why it was not done, or why it was; one sentence, or False."""
    if line.is_reconciled:
        return line.bank_match_state in SETTLED and line.bank_match_note
    best = best_proposal(line)
    proposed = line.env._("Proposed: %s.", best.documents) if best else ''
    return f"{proposed} {line.bank_match_note or ''}".strip() or False


def show_in(arch, view_type, accept):
    """Put the sentence, and a button to accept, into a view of another module.

    :param accept: the button's text"""
    if view_type == 'kanban':
        for card in arch.xpath("//t[@t-name='card']"):
            card.append(etree.fromstring(_TEXT))
        return
    box = etree.fromstring(
        f'<div class="o_bank_beside d-flex align-items-baseline gap-2 px-3 py-1" invisible="not bank_match_text" groups="{ACCOUNTANTS}">'
        '<i class="fa fa-university text-info" role="presentation"/>'
        '<field name="bank_match_state" invisible="1"/><field name="is_reconciled" invisible="1"/>'
        '<field name="bank_match_text" readonly="1" class="mb-0"/>'
        '<button name="action_bank_accept" type="object" class="btn btn-secondary btn-sm" '
        'invisible="bank_match_state != \'proposed\' or is_reconciled"/></div>'
    )
    box.find('button').set('string', accept)
    header = next((node for node in arch if 'statusbar' in (node.get('class') or '') or node.tag == 'header'), None)
    arch.insert(0 if header is None else arch.index(header) + 1, box)
