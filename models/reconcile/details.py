"""What the reconciliation view shows of one movement."""

from odoo.tools import format_date

from ..book.booking import Booking
from ..coding.shown import rest_shown
from ..coding.shown import shown as coding_shown
from ..lib import wording
from ..match.stale import SETTLED
from .many import contradicts
from .payer import Payer
from .rate import Rate
from .search import OpenItems
from .texts import marked_texts
from .transfers import is_own_account, other_sides

#: files of a movement that are listed
MAX_FILES = 20


class Details:
    """All that a person needs to decide on a movement, JSON-safe."""

    def __init__(self, line):
        self.line, self.env, self.booking = line, line.env, Booking(line)

    def as_dict(self):
        line = self.line
        proposals = line.bank_match_ids._proposed() if not line.is_reconciled else []
        shown = [self.proposal(proposal) for proposal in proposals]
        # where a document is proposed, nobody looks for a transfer
        transfers = line.browse() if any(not one.get('coding') for one in shown) else other_sides(line)
        rate = Rate(line)
        return {
            **self._movement(),
            **self._payer(shown),
            **self._state(),
            'texts': marked_texts(line, [piece for one in shown[:1] for piece in one['pieces']]),
            'proposals': shown,
            'transfers': [
                {
                    'id': other.id,
                    'name': f"{other.journal_id.display_name}, {format_date(self.env, other.date)}, {other.currency_id.format(other.amount)}",
                    'returned': other.journal_id == line.journal_id,
                }
                for other in transfers
            ],
            'warning': rate.warning(),
            'at_another_rate': rate.is_another(),
            'caution': contradicts(line),
            'own_account': not shown and not transfers and is_own_account(line),
        }

    def _movement(self):
        line = self.line
        rest, currency = self.booking.open()
        return {
            'id': line.id,
            'date': format_date(self.env, line.date),
            'journal': line.journal_id.display_name,
            'company_id': line.company_id.id,
            'counterparty': line.partner_name or '',
            'label': line.payment_ref or '',
            'amount': line.amount,
            'amount_text': line.currency_id.format(line.amount),
            'original_text': line.foreign_currency_id.format(line.amount_currency) if line.foreign_currency_id else '',
            'rest': rest,
            'currency': {'id': currency.id, 'digits': currency.decimal_places, 'symbol': currency.symbol},
            'move_id': line.move_id.id,
        }

    def _payer(self, shown):
        """Who it is; where nobody is known, a partner of the same name."""
        payer = Payer(self.line)
        partner = self.line.partner_id if shown else payer.known()
        namesake = payer.namesake() if not partner else partner.browse()
        return {
            'partner': [partner.id, partner.display_name] if partner else False,
            'by_account': bool(partner) and not self.line.partner_id,
            'namesake': [namesake.id, namesake.display_name] if namesake else False,
        }

    def _state(self):
        line = self.line
        states = dict(line._fields['bank_match_state']._description_selection(self.env))
        files = [('res_model', '=', 'account.move'), ('res_id', '=', line.move_id.id), ('res_field', '=', False)]
        return {
            'reconciled': line.is_reconciled,
            'checked': line.checked,
            'signs': line.bank_signs,
            'files': self.env['ir.attachment'].search_read(files, ['name'], limit=MAX_FILES, order='id'),
            'state': line.bank_match_state or '',
            'state_text': states.get(line.bank_match_state, states['none']),
            'note': line.bank_match_note or '',
            'doubt': line.bank_match_doubt or '',
            'paid': self._paid() if line.is_reconciled or line.bank_match_state in SETTLED else [],
        }

    def _paid(self):
        """What the movement is reconciled with, or booked on."""
        liquidity, suspense, _other = self.booking.items()
        rows = []
        for item in self.line.move_id.line_ids - liquidity - suspense:
            other = item._bank_items_of_documents().move_id
            rows.append(
                {
                    'id': (other or self.line.move_id)[:1].id,
                    'name': ', '.join(other.mapped('name')) or item.account_id.display_name,
                    'amount_text': item.currency_id.format(-item.amount_currency),
                }
            )
        return rows

    def proposal(self, match):
        """A proposal for the view: what it pays, why, and what stays open. ``changed``: the document was, since."""
        if match.coding:
            return coding_shown(match)
        rest, currency = self.booking.open()
        readable = match.allocation_ids.move_line_id._filtered_access('read')
        changed = any(part.move_line_id not in readable or not part.move_line_id for part in match.allocation_ids)
        parts = [self._proposed_part(part, currency) for part in match.allocation_ids if not changed]
        told = all(part.currency_id == currency for part in match.allocation_ids)
        left = currency.round(rest - sum(match.allocation_ids.mapped('amount'))) if told else 0.0
        return {
            'id': match.id,
            'rule': wording.rule(self.env, match.rule),
            'reason': match.reason or '',
            'pieces': [piece[:2] for piece in match.evidence_pieces or []],
            'documents': match.documents or '' if changed else ', '.join(part['name'] for part in parts),
            'partner': match.allocation_ids.move_line_id.partner_id[:1].display_name or '' if not changed else '',
            'parts': parts,
            'changed': changed,
            'left': left,
            'left_text': '' if currency.is_zero(left) else currency.format(left),
            **(rest_shown(match) if match.rest and not changed else {}),
        }

    def _proposed_part(self, part, currency):
        item = part.move_line_id
        left, stays = 0.0, item.currency_id == part.currency_id and not part.discount
        if stays:
            left = part.currency_id.round(item.amount_residual_currency - part.amount)
            stays = not part.currency_id.is_zero(left)
        return {
            **OpenItems(self.line).shown(item),
            'amount': part.amount,
            'amount_text': (part.currency_id or currency).format(part.amount),
            'discount': part.discount,
            'left_text': part.currency_id.format(left) if stays else '',
        }


def models_to_use(line):
    """Reconciliation models that a person may use for a movement: [{'id', 'name', 'accounts'}]."""
    found = line.env['account.reconcile.model'].search(
        [
            ('company_id', 'parent_of', line.company_id.id),
            ('line_ids.account_id', '!=', False),
            ('bank_is_kind', '=', False),
            ('match_journal_ids', 'in', [False, line.journal_id.id]),
        ]
    )
    transfer, booking = line.company_id.transfer_account_id, Booking(line)
    return [
        {
            'id': model.id,
            'name': model.name,
            'accounts': ', '.join(booking.account_name(account) for account in model.line_ids.account_id),
        }
        # a transfer is the last guess
        for model in found.sorted(lambda model: transfer in model.line_ids.account_id)
    ]
