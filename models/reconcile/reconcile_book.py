"""What a person decides about a movement: which open items it pays, and what becomes of the rest."""

from psycopg2 import Error as DatabaseError

from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.translate import LazyTranslate

from ...matching.accounts import compact
from ..lib.given import given_dict, given_id, given_number
from ..lib.locks import CONFLICTS
from ..lib.parts import Part
from ..lib.told import listed
from ..match.bank_rematch import WAITING
from ..match.source import OdooSource

_lt = LazyTranslate(__name__)

#: days between the two sides of a transfer between own accounts
TRANSFER_DAYS = 7
MAX_TRANSFERS = 3


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    # === By hand === #

    def bank_reconcile(self, parts, rest=None, partner_id=False, expected=None):
        """Book a movement as a person says, and reconcile it.

        :param parts: [[id of an open item, amount]]; the amount is signed like the movement, in its counterpart's currency
        :param dict rest: what becomes of what is left, by its ``kind``: ``open`` (the default: it waits), ``partner``
            (it is the partner's, to be settled later), ``account`` (with ``lines``, each with ``account_id``, ``amount`` signed
            like the movement or none for what is left, ``label``, ``tax_ids``, ``analytic_distribution``), ``model``
            (``model_id``, a reconciliation model), ``transfer`` (it came from or went to another own account)
        :param int partner_id: who it was, where the items do not say
        :param float expected: what the person saw as open of the movement
        :raise UserError: in plain words, what does not fit
        :return: see :meth:`bank_reconcile_state`"""
        self.ensure_one()
        self._check_may_reconcile()
        rest = given_dict(self.env, rest)
        self._check_open(expected)
        items = self._open_items(parts)
        partner = self._only_partner(items) or self._given_partner(partner_id) or self.partner_id
        if not items and rest.get('kind', 'open') == 'open':
            raise UserError(self.env._("Choose what the movement pays, or what becomes of its rest."))
        pairs = self._book(items, partner, self._of_rest(rest, partner, items), finish=True)
        self.env['account.move.line']._reconcile_plan(pairs)
        self._set_partner(partner)
        self._note_by_hand(items, rest)
        return self.bank_reconcile_state()

    def bank_reconcile_transfer(self, other_id=False):
        """Book a transfer between own accounts; with the other side where that is known.

        :param int other_id: the movement on the other account"""
        self.ensure_one()
        self._check_may_reconcile()
        other = self.browse(given_id(self.env, other_id) or [])
        if other and other not in self._transfers():
            raise UserError(self.env._("“%s” is not the other side of this transfer.", other.payment_ref))
        sides = self + other
        for side in sides:
            side.bank_reconcile([], {'kind': 'transfer'})
        account = self.company_id.transfer_account_id
        ours = sides.line_ids.filtered(lambda item: item.account_id == account and not item.reconciled)
        if other and account.reconcile and len(ours) == 2:
            ours.reconcile()
        return self.bank_reconcile_state()

    def bank_reconcile_partner(self, partner_id):
        """Say who it was; the same account is known from now on."""
        self.ensure_one()
        self._check_may_reconcile()
        self._check_open()
        self.env['bank.payer'].sudo()._unlearn(self)
        self._set_partner(self._given_partner(partner_id))
        if not self._is_begun():
            self._match_waiting()
        if partner_id and self.account_number:
            self._same_account()._match_waiting()
        return self.bank_reconcile_state()

    def bank_reconcile_new_partner(self):
        """A new partner of the counterparty's name, who is this movement's from now on."""
        self.ensure_one()
        self._check_may_reconcile()
        if not self.partner_name:
            raise UserError(self.env._("The bank gave no name."))
        if there := self._of_that_name():
            raise UserError(self.env._("There is a partner “%s” already. Choose it.", there.display_name))
        partner = self.env['res.partner'].create({'name': self.partner_name})
        state = self.bank_reconcile_partner(partner.id)
        state[self.id]['partner'] = partner.id
        return state

    def bank_reconcile_drop_partner(self, partner_id):
        """Take back :meth:`bank_reconcile_new_partner`: nobody's movement again, and no partner where nothing is of it."""
        self.ensure_one()
        self._check_may_reconcile()
        partner = self._given_partner(partner_id)
        if partner and partner.create_uid == self.env.user and self.partner_id == partner:
            state = self.bank_reconcile_partner(False)
            try:
                with self.env.cr.savepoint():
                    partner.unlink()
            except (AccessError, UserError, ValidationError, DatabaseError) as error:
                if getattr(error, 'pgcode', None) in CONFLICTS:
                    raise
            return state
        return self.bank_reconcile_state()

    def _given_partner(self, partner_id):
        """A partner that the person may read, or none."""
        partner = self.env['res.partner'].browse(given_id(self.env, partner_id) or [])
        found = partner.exists()._filtered_access('read')
        if partner and not found:
            raise UserError(self.env._("This partner does not exist, or you may not use it."))
        return found

    def _same_account(self):
        """Waiting movements of this journal from or to the same account."""
        return self.search(
            [
                ('id', '!=', self.id),
                ('journal_id', '=', self.journal_id.id),
                ('account_number', '=', self.account_number),
                ('is_reconciled', '=', False),
                ('match_state', 'in', WAITING),
            ],
            limit=200,
        )

    def _payer_by_account(self):
        """The one partner whom the counterparty's account is known for, or none."""
        number = compact(self.account_number)
        source = OdooSource(self.env, self.company_id)
        known = source.payers_by_account(self.company_id.id, number) if number else []
        return self.env['res.partner'].browse(known if len(known) == 1 else [])

    def bank_reconcile_check(self, checked):
        """Mark as checked, or as to be checked by somebody."""
        self._check_may_reconcile()
        self.move_id.set_moves_checked(checked)
        return self.bank_reconcile_state()

    def bank_reconcile_state(self):
        """What became of the movements: {id: {'reconciled', 'state', 'note'}}."""
        return {
            line.id: {'reconciled': line.is_reconciled, 'state': line.match_state, 'note': line.match_note}
            for line in self
        }

    def _check_may_reconcile(self):
        self.check_access('write')
        if not self.env.user.has_group('account_bank_feed.bank_feed_group_accountant'):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” to reconcile movements."))

    def _check_open(self, expected=None):
        """Somebody else may have been at it since it was shown."""
        rest, currency = self._open_rest()
        if self.is_reconciled or self.move_id.state != 'posted':
            raise UserError(self.env._("“%s” is reconciled already, or no longer posted.", self.payment_ref))
        if expected is not None and currency.compare_amounts(rest, given_number(self.env, expected)):
            raise UserError(self.env._("“%s” was changed by somebody else in the meantime.", self.payment_ref))

    def _is_begun(self):
        """Whether a part of the movement is booked already."""
        return bool(self._seek_for_lines()[2])

    def _set_partner(self, partner):
        if self.partner_id != partner:
            begun = self._is_begun() or self.is_reconciled  # what is booked stays
            line = self.with_context(skip_account_move_synchronization=True) if begun else self
            line.partner_id = partner
        if partner:
            self.env['bank.payer'].sudo()._unlearn(self)
            self.env['bank.payer'].sudo()._learn(self, partner)

    def _open_items(self, parts):
        """:class:`Part` of each pair, checked: nothing is paid twice, too much, or for somebody else's company."""
        parts = [self._given_part(part) for part in parts or []]
        items = self.env['account.move.line'].browse([item for item, _amount in parts]).exists()
        companies = self.env['res.company'].sudo().search([('id', 'child_of', self.company_id.id)])
        currency = self._open_rest()[1]
        if len(items) != len(parts) or len(set(items.ids)) != len(parts):
            raise UserError(self.env._("One of the chosen items does not exist any more."))
        found = []
        for item, (_id, amount) in zip(items, parts):
            open_ = self._open_in(item, currency)
            name = item.move_id.name
            if item.reconciled or item.parent_state != 'posted' or item.company_id not in companies:
                raise UserError(self.env._("%s is paid or no longer posted.", name))
            if not item.account_id.reconcile:
                raise UserError(self.env._("%s is on an account that is not reconciled.", name))
            if currency.is_zero(amount) or (amount > 0) != (open_ > 0):
                raise UserError(self.env._("The amount for %s has the wrong sign.", name))
            if currency.compare_amounts(abs(amount), abs(open_)) > 0:
                raise UserError(
                    self.env._("Only %(amount)s is open on %(name)s.", amount=currency.format(abs(open_)), name=name)
                )
            found.append(Part(item, currency.round(amount)))
        return found

    def _given_part(self, part):
        if not isinstance(part, list | tuple) or len(part) != 2:
            raise UserError(self.env._("Choose what the movement pays, or what becomes of its rest."))
        return given_id(self.env, part[0]) or 0, given_number(self.env, part[1])

    def _open_in(self, item, currency):
        """What is open of an item, in the currency of the movement's counterpart: at the day's rate to the company's
        currency, and at the bank's own rate from there."""
        if item.currency_id == currency:
            return item.amount_residual_currency
        company = self.company_id
        worth = item.currency_id._convert(item.amount_residual_currency, company.currency_id, company, self.date)
        suspense = self._seek_for_lines()[1][:1]
        if currency != company.currency_id and suspense.balance:
            worth = worth * suspense.amount_currency / suspense.balance
        return currency.round(worth)

    def _note_by_hand(self, items, rest):
        proposals = self.match_ids.sudo().filtered(lambda match: match.state == 'proposed')
        proposals.write({'state': 'refused', 'superseded': True})
        chosen = {part.item.move_id.id for part in items}
        chosen_before = self.match_ids.sudo().filtered(
            lambda match: (
                match.state == 'refused' and not match.superseded and chosen & {*match.allocation_ids.move_id.ids}
            )
        )
        chosen_before.reconsidered = True  # who pays it by hand refuses it no more; by itself it is never booked
        what = [part.item.move_id.name for part in items]
        if rest.get('kind', 'open') != 'open':
            what.append(self._name_of_rest(rest))
        self._ours().write(
            {
                'match_state': 'manual',
                'match_rule': False,
                'match_keys': False,
                'match_note': _lt("By %(user)s: %(what)s", user=self.env.user.name, what=listed(what)),
            }
        )

    def _name_of_rest(self, rest):
        kind = rest.get('kind')
        if kind == 'model':
            return self.env['account.reconcile.model'].browse(rest['model_id']).name
        if kind == 'account':
            accounts = self.env['account.account'].browse([line['account_id'] for line in rest.get('lines') or [rest]])
            return ', '.join(self._account_name(account) for account in accounts)
        if kind == 'transfer':
            return _lt("transfer between own accounts")
        return _lt("credited to the partner")

    # === Between own accounts === #

    def _transfers(self):
        """Waiting movements that may be the other side: on other own accounts, or, of the same counterparty's account, a
        payment that came back."""
        self.ensure_one()
        if self.is_reconciled or self._is_begun():
            return self.browse()
        days = fields.Date.add
        found = self.search(
            [
                ('company_id', '=', self.company_id.id),
                '|',
                ('journal_id', '!=', self.journal_id.id),
                ('account_number', '=', self.account_number or '-'),
                ('is_reconciled', '=', False),
                ('state', '=', 'posted'),
                ('amount', '=', -self.amount),
                ('date', '>=', days(self.date, days=-TRANSFER_DAYS)),
                ('date', '<=', days(self.date, days=TRANSFER_DAYS)),
            ],
            limit=10 * MAX_TRANSFERS,
        )
        found = found.filtered(lambda line: line.currency_id == self.currency_id and not line._is_begun())
        return found[:MAX_TRANSFERS]
