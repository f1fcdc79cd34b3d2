from psycopg2 import Error as DatabaseError

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..matching.policy import AMOUNT_ONLY
from ..models.book.booking import Booking
from ..models.coding.coded import PERSONAL
from ..models.coding.shown import SURE
from ..models.lib.actions import notify
from ..models.lib.domains import WAITS
from ..models.lib.given import search_given
from ..models.lib.locks import refusal
from ..models.lib.rights import check_may_reconcile
from ..models.lib.walls import check_free, only_free
from ..models.match.again import like_look_again
from ..models.reconcile.by_hand import ByHand
from ..models.reconcile.many import best_proposal, contradicts, look_again

#: what a person types
FREE = {'account_id', 'tax_id', 'partner_id', 'label'}
#: what speaks against a coding: it may pay a document
PAST = ('open_documents', 'document_first')
#: of a row whose proposal is looked at again
NOTHING = dict.fromkeys(('account_id', 'tax_id', 'label', 'is_proposed'), False)
#: rows of the grid
MOST = 200


class BankCoding(models.TransientModel):
    """A row of the coding grid: a movement that waits, and what it is going to be booked on. Everybody has rows of the own."""

    _name = 'bank.coding'
    _description = "Coding Grid"
    _order = 'date, id'

    line_id = fields.Many2one('account.bank.statement.line', string="Movement", required=True, ondelete='cascade')
    company_id = fields.Many2one('res.company', required=True)
    date = fields.Date()
    who = fields.Char("Counterparty")
    what = fields.Char("Text")
    amount = fields.Monetary()
    currency_id = fields.Many2one('res.currency')
    open = fields.Float(help="Technical: what was open of the movement, in its counterpart's currency.")
    tax_use = fields.Char()
    account_id = fields.Many2one(
        'account.account',
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable', 'off_balance')), ('company_ids', 'parent_of', company_id)]",
    )
    tax_id = fields.Many2one(
        'account.tax',
        domain="[('type_tax_use', '=', tax_use), ('company_id', 'parent_of', company_id)]",
    )
    partner_id = fields.Many2one('res.partner')
    label = fields.Char(help="Of the journal item; the bank's text where it is empty.")
    why = fields.Char()
    message = fields.Char("Not Booked")
    is_proposed = fields.Boolean(help="Technical: nobody has typed it.")
    is_booked = fields.Boolean(help="Technical: kept in case that it is taken back a moment later.")
    warned = fields.Char(help="Technical: the document past which it is booked all the same.")

    @api.model_create_multi
    def create(self, vals_list):
        records, vals_list = only_free(self, vals_list, FREE)
        return super(BankCoding, records).create(vals_list).with_env(self.env)

    def write(self, vals):
        check_free(self, vals, FREE)
        if not self.env.su:
            self.filtered('is_proposed').sudo().is_proposed = False  # a person's from now on
        result = super().write(vals)
        if not self.env.su:
            for name in ('account_id', 'tax_id', 'partner_id'):
                self[name].check_access('read')
            self._check_taxes()
            self._check_companies()
        return result

    def _check_taxes(self):
        for row in self.filtered('tax_id'):
            if row.tax_id.type_tax_use != row.tax_use:
                raise UserError(self.env._("%s is no tax of money in this direction.", row.tax_id.display_name))

    def _check_companies(self):
        for row in self:
            for record in (row.account_id, row.tax_id, row.partner_id):
                companies = record.sudo().company_ids if 'company_ids' in record._fields else record.sudo().company_id
                if companies and not companies & row.company_id.parent_ids:
                    raise UserError(self.env._("Choose one of the company's own."))

    # === The grid === #

    @api.model
    def _open(self, domain):
        """The grid of the movements of a domain that wait, the oldest first.

        :return: an action"""
        lines = self.env['account.bank.statement.line']
        check_may_reconcile(lines)
        waits = Domain(WAITS) & Domain('is_reconciled', '=', False)
        all_ = search_given(lines, domain, waits, order='date, id')
        waiting = all_[:MOST]
        if not waiting:
            return notify(self.env._("Nothing waits here."), 'info')
        rows = self._kept(waiting)
        rows |= self.sudo().create([self._values(line) for line in waiting - rows.line_id])
        rows._fill()
        action = self.env['ir.actions.act_window']._for_xml_id('account_bank_feed.bank_coding_action')
        action.pop('help')  # only what the browser loads itself is read as HTML
        if len(all_) > MOST:
            action['display_name'] = self.env._("The oldest %(shown)s of %(count)s", shown=MOST, count=len(all_))
        return {**action, 'domain': [('id', 'in', rows.ids), ('is_booked', '=', False)]}

    def _kept(self, waiting):
        """The person's rows of these movements: what was typed stays, however the grid was left, and in a second tab; what was only
        proposed is looked at again."""
        mine = self.sudo().search([('create_uid', '=', self.env.uid)])
        rows = mine.filtered(lambda row: row.line_id in waiting)
        old = (mine - rows).filtered(lambda row: not row.is_booked)
        old.filtered(lambda row: row.line_id.is_reconciled or not row.account_id).unlink()
        for row in rows:
            typed = {'partner_id': row.partner_id.id}
            row.write({**self._values(row.line_id), **(NOTHING if row.is_proposed else typed)})
        return rows

    def _values(self, line):
        return {
            'line_id': line.id,
            'company_id': line.company_id.id,
            'date': line.date,
            'who': line.partner_name or '',
            'what': line.payment_ref or '',
            'amount': line.amount,
            'currency_id': line.currency_id.id,
            'open': Booking(line).open()[0],
            'tax_use': 'sale' if line.amount > 0 else 'purchase',
            'partner_id': line.partner_id.id,
            'message': False,
            'warned': False,
            'is_booked': False,
        }

    def _fill(self):
        """Put in what is proposed, where a row is empty."""
        for row in self.sudo().filtered(lambda row: not row.account_id):
            match = best_proposal(row.line_id)
            row.why = row.line_id.bank_match_note or match.reason or False
            if not match.coding or match.reason_code not in SURE or contradicts(row.line_id):
                continue  # who books the grid has looked at what stands there by itself
            coded = match._coded()
            taxes = coded.rows[0].taxes if coded.rows else ()
            if coded.is_transfer or len(coded.rows) != 1 or len(taxes) > 1 or coded.rows[0].analytic:
                continue  # a row of the grid is one account
            try:
                if coded.accounts().account_type in PERSONAL:
                    continue
            except UserError:
                continue  # it is gone
            row.write(
                {
                    'is_proposed': True,
                    'account_id': coded.accounts().id,
                    'tax_id': taxes[0] if taxes else False,
                    'partner_id': row.partner_id.id or coded.partner.id,
                    'label': coded.rows[0].label or False,
                }
            )

    # === Booking === #

    def action_book(self):
        """Book the rows that have an account; one that is refused stops no other. The like that waits is filled in.

        :return: {'done': ids of movements, 'refused': how many were not, 'text': what to say,
            'partners': {id of a movement: whose it was before}, 'lines': ids of all that were in the grid}
        :raise UserError: no row has an account"""
        asked = self.exists()
        ready = asked.filtered(lambda row: row.account_id and not row.is_booked)
        if not ready and not asked.filtered('is_booked'):
            raise UserError(self.env._("Type an account first: rows without one wait on."))
        partners = {str(line.id): line.partner_id.id for line in ready.line_id}
        proposed = ready.filtered('is_proposed').line_id  # what somebody typed is said
        check_may_reconcile(proposed)
        done = look_again(proposed)
        for row in ready:
            if row.line_id not in done and row._book():
                done |= row.line_id
        like_look_again(done)
        mine = self.sudo().search([('create_uid', '=', self.env.uid), ('is_booked', '=', False)])
        lines = mine.line_id.ids
        left = mine.filtered(lambda row: row.line_id not in done)
        typed = (mine - left).filtered(lambda row: not row.is_proposed)
        (mine - left - typed).unlink()
        typed.is_booked = True
        gone = left.filtered(lambda row: row.line_id.is_reconciled)
        gone_ready = len(gone & ready)
        elsewhere = gone_ready + sum(row.is_booked for row in asked - ready)
        gone.unlink()
        left.exists()._fill()
        refused, ids = len(ready) - len(done) - gone_ready, done.ids
        text = self.env._("%s movements were booked.", len(done))
        if len(done) == 1:
            text = self.env._("One movement was booked.")
        if refused:
            text = self.env._(
                "Booked: %(done)s. Not booked: %(refused)s, see the rows.", done=len(done), refused=refused
            )
        if elsewhere:
            text = f'{text} ' + self.env._("Booked elsewhere in the meantime: %s.", elsewhere)
        return {'done': ids, 'refused': refused, 'text': text, 'partners': partners, 'lines': lines}

    def _is_past_a_document(self):
        """Whether a document that it may pay is told in the row; who books it once more has read that."""
        best = best_proposal(self.line_id)
        named = best.allocation_ids and best.rule != AMOUNT_ONLY
        told = best.documents if named else best.reason if best.reason_code in PAST else False
        if not told or self.warned == told:
            return False
        why = self.env._("It may pay %s.", told) if named else told
        again = self.env._("Book it once more to code it all the same.")
        self.sudo().write({'warned': told, 'message': f"{why} {again}"})
        return True

    def _book(self):
        """Whether it was booked; else why not stands in the row."""
        try:
            with self.env.cr.savepoint():
                check_may_reconcile(self.line_id)
                if self._is_past_a_document():
                    return False
                rest = {'account_id': self.account_id.id, 'label': self.label or '', 'tax_ids': self.tax_id.ids}
                ByHand(self.line_id).reconcile([], {'kind': 'account', 'lines': [rest]}, self.partner_id.id, self.open)
            return True
        except (UserError, ValidationError) as error:
            self.sudo().message = str(error)
        except DatabaseError as error:
            self.sudo().message = refusal(self.env, error)
        return False
