"""What the reconciliation view shows of one movement, and the open items it can look for."""

import re

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import OrderedSet, format_date
from odoo.tools.sql import escape_psql

from ...banks.data import Transaction
from ...matching.accounts import compact
from ...matching.text import locate
from ..lib import wording
from ..lib.given import given_id, given_text
from ..lib.rights import KEEPERS
from .reconcile_rest import read_amount

MAX_FOUND = 20
#: letters of a search
MAX_TYPED = 200
_DATE = re.compile(r'\d{4}-\d{2}-\d{2}')
_AMOUNT = re.compile(r'\d[\d.,]*')


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    def bank_reconcile_details(self):
        """All that a person needs to decide on a movement, JSON-safe."""
        self.ensure_one()
        self._check_may_reconcile()
        proposals = self.match_ids.filtered(lambda match: match.state == 'proposed') if not self.is_reconciled else []
        shown = [proposal._shown() for proposal in proposals]
        rest, currency = self._open_rest()
        partner = self.partner_id if shown else self._payer()
        namesake = self._of_that_name() if not partner else partner.browse()
        # where a document is proposed, nobody looks for a transfer
        transfers = self.browse() if shown else self._transfers()
        states = dict(self._fields['match_state']._description_selection(self.env))
        return {
            'id': self.id,
            'date': format_date(self.env, self.date),
            'journal': self.journal_id.display_name,
            'company_id': self.company_id.id,
            'counterparty': self.partner_name or '',
            'label': self.payment_ref or '',
            'amount': self.amount,
            'amount_text': self.currency_id.format(self.amount),
            'original_text': self.foreign_currency_id.format(self.amount_currency) if self.foreign_currency_id else '',
            'partner': [partner.id, partner.display_name] if partner else False,
            'by_account': bool(partner) and not self.partner_id,
            'namesake': [namesake.id, namesake.display_name] if namesake else False,
            'reconciled': self.is_reconciled,
            'checked': self.checked,
            'signs': self.bank_signs,
            'files': self.env['ir.attachment'].search_read(
                [('res_model', '=', 'account.move'), ('res_id', '=', self.move_id.id), ('res_field', '=', False)],
                ['name'], limit=20, order='id',
            ),
            'state': self.match_state or '',
            'state_text': states.get(self.match_state, states['none']),
            'note': self.match_note or '',
            'doubt': self.match_doubt or '',
            'rest': rest,
            'currency': {'id': currency.id, 'digits': currency.decimal_places, 'symbol': currency.symbol},
            'texts': self._shown_texts([piece for one in shown[:1] for piece in one['pieces']]),
            'proposals': shown,
            'paid': self._shown_paid() if self.is_reconciled or self.match_state in ('auto', 'accepted', 'manual') else [],
            'transfers': [
                {
                    'id': line.id,
                    'name': f"{line.journal_id.display_name}, {format_date(self.env, line.date)}, {line.currency_id.format(line.amount)}",
                    'returned': line.journal_id == self.journal_id,
                }
                for line in transfers
            ],
            'warning': self._rate_warning(),
            'at_another_rate': self._is_at_another_rate(),
            'caution': self._contradicts(),
            'own_account': not shown and not transfers and self._is_own_account(),
            'move_id': self.move_id.id,
        }  # fmt: skip

    def _rate_warning(self):
        """Books in another currency need a rate; without any, Odoo takes one for one and says nothing."""
        currency, own = self.currency_id, self.company_id.currency_id
        rates = self.env['res.currency.rate'].sudo()
        if self._is_at_another_rate():
            return self.env._(
                "It is booked with %(booked)s; at the rate of its day it is %(worth)s.",
                booked=own.format(self._booked_worth()),
                worth=own.format(self._worth()),
            )
        if currency == own or rates.search_count(
            [
                ('currency_id', '=', currency.id),
                ('company_id', 'in', [False, self.company_id.root_id.id]),
                ('name', '<=', self.date),
            ],
            limit=1,
        ):
            return ''
        return self.env._(
            "There is no exchange rate of %(currency)s for this day: in %(own)s it counts one for one. Enter a rate first.",
            currency=currency.name,
            own=own.name,
        )

    def _booked_worth(self):
        """The balance of the bank's item, in the company's currency."""
        return sum(self._seek_for_lines()[0].mapped('balance'))

    def _worth(self):
        """The movement's amount at the rate of its day, in the company's currency."""
        own = self.company_id.currency_id
        return self.currency_id._convert(self.amount, own, self.company_id, self.date)

    def _is_at_another_rate(self):
        """Whether the entry of a waiting movement was made at another rate than is known now: the rate came later."""
        own = self.company_id.currency_id
        waits = not self.is_reconciled and not self._is_begun() and not self.foreign_currency_id
        return self.currency_id != own and waits and bool(own.compare_amounts(self._booked_worth(), self._worth()))

    def bank_reconcile_rate(self):
        """Book a waiting movement at the rate of its day, which was entered since."""
        self.ensure_one()
        self._check_may_reconcile()
        self._check_open()
        if self._is_at_another_rate():
            self._synchronize_to_moves({'amount'})
            self._match_waiting()
        return self.bank_reconcile_state()

    def _payer(self):
        """Who it is: said, or known by the account."""
        return self.partner_id or self._payer_by_account()

    def _open_rest(self):
        """(what is open of the movement, signed like it, its currency)"""
        _liquidity, suspense, _other = self._seek_for_lines()
        currency = suspense.currency_id[:1] or self.foreign_currency_id or self.currency_id
        return currency.round(-sum(suspense.mapped('amount_currency'))), currency

    def _shown_texts(self, pieces):
        """[{field, label, text, marks}]: what the bank wrote, with the places that the evidence rests on."""
        found = []
        for name, text in self._bank_texts():
            marks = [span for field, piece in pieces if field == name and (span := locate(text, piece))]
            found.append(
                {'field': name, 'label': wording.field(self.env, name), 'text': text, 'marks': sorted(set(marks))[:5]}
            )
        return found

    def _bank_texts(self):
        if not self.feed_details:
            rows = [('text', self.payment_ref), ('additional_information', self.ref)]
        else:
            row = Transaction.from_json(self.feed_details)
            rows = [('structured', text) for text in row.structured]
            rows += [('text', ' '.join(row.remittance)), ('end_to_end_id', row.end_to_end_id)]
            rows += [('additional_information', row.additional_information), ('mandate_id', row.mandate_id)]
        rows += [('counterparty_name', self.partner_name), ('counterparty_account', self.account_number)]
        return [(name, text) for name, text in rows if text]

    def _shown_paid(self):
        """What the movement is reconciled with, or booked on."""
        liquidity, suspense, _other = self._seek_for_lines()
        rows = []
        for item in self.move_id.line_ids - liquidity - suspense:
            other = item._reconciled_lines_of_documents().move_id
            rows.append(
                {
                    'id': (other or self.move_id)[:1].id,
                    'name': ', '.join(other.mapped('name')) or item.account_id.display_name,
                    'amount_text': item.currency_id.format(-item.amount_currency),
                }
            )
        return rows

    def bank_reconcile_models(self):
        """Reconciliation models that a person may use here: [{'id', 'name', 'accounts'}]."""
        self.ensure_one()
        self._check_may_reconcile()
        found = self.env['account.reconcile.model'].search(
            [
                ('company_id', 'parent_of', self.company_id.id),
                ('line_ids.account_id', '!=', False),
                ('match_journal_ids', 'in', [False, self.journal_id.id]),
            ]
        )
        transfer = self.company_id.transfer_account_id
        found = found.sorted(lambda model: transfer in model.line_ids.account_id)  # a transfer is the last guess
        return [
            {
                'id': model.id,
                'name': model.name,
                'accounts': ', '.join(self._account_name(account) for account in model.line_ids.account_id),
            }
            for model in found
        ]

    def _is_own_account(self):
        """Whether the counterparty's account is one of the company's own."""
        number = compact(self.account_number)
        accounts = self.company_id.bank_journal_ids.bank_account_id.mapped('sanitized_acc_number') if number else ()
        return number in accounts

    # === Looking for movements === #

    bank_search = fields.Char(
        string="Movement", compute='_compute_bank_search', search='_search_bank_search', groups=KEEPERS, exportable=False,
        help="Label, counterparty, account, or the amount.",
    )  # fmt: skip

    def _compute_bank_search(self):
        self.bank_search = False

    def _search_bank_search(self, operator, value):
        """One box for all: texts, and an amount of either sign with any separators."""
        if operator not in ('ilike', '=ilike', '=', 'in'):
            return NotImplemented
        found = Domain.FALSE
        for text in value if isinstance(value, list | tuple | set | OrderedSet) else [value]:
            found |= Domain.OR(
                Domain(name, 'ilike', str(text)) for name in ('payment_ref', 'partner_name', 'account_number')
            )
            amount = read_amount(str(text)) if re.fullmatch(r'[-−+]?\d[\d\s.,]*', str(text).strip()) else None
            if amount is not None:
                found |= Domain('amount', 'in', [amount, -amount])
        return found

    # === Looking for open items === #

    def bank_reconcile_search(self, text='', offset=0):
        """Open items by number, partner, amount or day.

        Without a text: the partner's, or those of exactly this amount.

        :return: {'items': [{id, name, partner, date, due, open, open_text, …}], 'more': bool}"""
        self.ensure_one()
        self._check_may_reconcile()
        rest, currency = self._open_rest()
        domain = Domain(self._get_default_amls_matching_domain())
        text, payer = given_text(self.env, text, MAX_TYPED).strip(), self._payer()
        offset = given_id(self.env, offset) or 0
        if text:
            domain &= Domain.AND([self._said(word) for word in text.split()[:6]])
        elif payer:
            domain &= Domain('partner_id', 'child_of', payer.commercial_partner_id.id)
        else:
            domain &= Domain('amount_residual_currency', '=', rest)
        items, order = self.env['account.move.line'], 'date_maturity, id'
        found, hint = items.search(domain, order=order, limit=MAX_FOUND + 1, offset=offset), ''
        if not text and not found and payer and not offset:
            domain = Domain(self._get_default_amls_matching_domain()) & Domain('amount_residual_currency', '=', rest)
            found = items.search(domain, order=order, limit=MAX_FOUND)
            hint = self.env._("Nothing is open of %s.", payer.display_name)
            if found:
                hint = self.env._("Nothing is open of %s; of this amount there is:", payer.display_name)
        return {
            'hint': hint,
            'items': [
                {**self._shown_item(item, currency), 'ref': item.move_id.payment_reference or item.ref or ''}
                for item in found[:MAX_FOUND]
            ],
            'more': len(found) > MAX_FOUND,
        }

    def _said(self, word):
        """Items that a word of the search may mean."""
        if _DATE.fullmatch(word):
            return Domain('date', '=', word) | Domain('date_maturity', '=', word)
        literal = escape_psql(word)
        domain = Domain.OR(
            [
                Domain(name, 'ilike', literal)
                for name in ('move_name', 'ref', 'partner_id.complete_name', 'move_id.payment_reference')
            ]
        )
        amount = read_amount(word) if _AMOUNT.fullmatch(word) else None
        if amount is None:
            return domain
        return domain | Domain('amount_residual_currency', 'in', [amount, -amount])

    def _shown_item(self, item, currency):
        own = item.currency_id == currency
        return {
            'id': item.id,
            'move_id': item.move_id.id,
            'name': item.move_name or item.name or '',
            'partner': item.partner_id.display_name or '',
            'date': format_date(self.env, item.date),
            'due': format_date(self.env, item.date_maturity) if item.date_maturity else '',
            'open': self._open_in(item, currency),
            'open_text': item.currency_id.format(item.amount_residual_currency),
            'same_currency': own,
        }


class BankMatch(models.Model):
    _inherit = 'bank.match'

    def _shown(self):
        """A proposal for the view: what it pays, why, and what stays open. ``changed``: the document was, since."""
        self.ensure_one()
        line = self.statement_line_id
        rest, currency = line._open_rest()
        parts = []
        readable = self.allocation_ids.move_line_id._filtered_access('read')
        changed = any(part.move_line_id not in readable or not part.move_line_id for part in self.allocation_ids)
        for part in self.allocation_ids if not changed else ():
            shown = line._shown_item(part.move_line_id, currency)
            shown.update(
                amount=part.amount,
                amount_text=(part.currency_id or currency).format(part.amount),
                discount=part.discount,
                left_text='',
            )
            open_ = part.move_line_id.amount_residual_currency
            if part.move_line_id.currency_id == part.currency_id and not part.discount:
                left = part.currency_id.round(open_ - part.amount)
                shown['left_text'] = '' if part.currency_id.is_zero(left) else part.currency_id.format(left)
            parts.append(shown)
        told = all(part.currency_id == currency for part in self.allocation_ids)
        left = currency.round(rest - sum(self.allocation_ids.mapped('amount'))) if told else 0.0
        return {
            'id': self.id,
            'rule': wording.rule(self.env, self.rule),
            'reason': self.reason or '',
            'pieces': [piece[:2] for piece in self.evidence_pieces or []],
            'documents': self.documents or '' if changed else ', '.join(part['name'] for part in parts),
            'partner': self.allocation_ids.move_line_id.partner_id[:1].display_name or '' if not changed else '',
            'parts': parts,
            'changed': changed,
            'left': left,
            'left_text': '' if currency.is_zero(left) else currency.format(left),
        }
