"""Who a movement is from or to."""

import re

from psycopg2 import Error as DatabaseError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools.sql import escape_psql

from ...matching.accounts import compact
from ..book.booking import Booking
from ..lib.given import given_id
from ..lib.locks import CONFLICTS
from ..lib.looking import WAITING
from ..match.again import Waiting
from ..match.source import OdooSource
from .texts import bank_texts

#: waiting movements of the same account that look again when its owner is known
MAX_SAME = 200


def given_partner(env, partner_id):
    """A partner that the person may read, or none.

    :raise UserError: there is none of that id"""
    partner = env['res.partner'].browse(given_id(env, partner_id) or [])
    found = partner.exists()._filtered_access('read')
    if partner and not found:
        raise UserError(env._("This partner does not exist, or you may not use it."))
    return found


class Payer:
    """Who one movement is from or to: said, known, guessed; and saying it."""

    def __init__(self, line):
        self.line, self.env = line, line.env

    def known(self):
        """The partner who was said, or whom the counterparty's account is known for, or none."""
        return self.line.partner_id or self._by_account()

    def _by_account(self):
        number = compact(self.line.account_number)
        company = self.line.company_id
        known = OdooSource(self.env, company).payers_by_account(company.id, number) if number else []
        return self.env['res.partner'].browse(known if len(known) == 1 else [])._filtered_access('read')

    def namesake(self):
        """The one partner who is called like the counterparty, or none."""
        name, partners = self.line.partner_name, self.env['res.partner']
        found = (
            partners.search([('name', '=ilike', escape_psql(name.strip())), ('parent_id', '=', False)], limit=2)
            if name
            else partners
        )
        return found if len(found) == 1 else partners

    def symbol(self):
        """The variable symbol or other reference that the payment carries, or ''."""
        texts = [text for name, text in bank_texts(self.line) if name in ('structured', 'end_to_end_id')]
        for text in texts:
            if found := re.match(r'/VS0*([0-9]{1,10})', text):
                return found[1]
        return texts[0] if texts else ''

    def set(self, partner):
        """Write the partner and learn the counterparty's account; what is booked already stays as it is."""
        line = self.line
        if line.partner_id != partner:
            begun = Booking(line).is_begun() or line.is_reconciled
            line = line.with_context(skip_account_move_synchronization=True) if begun else line
            line.partner_id = partner
        if partner:
            self.env['bank.payer'].sudo()._unlearn(self.line)
            self.env['bank.payer'].sudo()._learn(self.line, partner)

    def say(self, partner, look=True):
        """A person says who it was: the movement and the others of the same account look again.

        :param look: not where something is taken back: nothing is booked by that"""
        self.env['bank.payer'].sudo()._unlearn(self.line)
        self.set(partner)
        if not look:
            return
        if not Booking(self.line).is_begun():
            Waiting(self.line).match()
        if partner and self.line.account_number:
            Waiting(self._same_account()).match()

    def create(self):
        """A new partner of the counterparty's name.

        :raise UserError: the bank gave no name, or there is one of it"""
        if not self.line.partner_name:
            raise UserError(self.env._("The bank gave no name."))
        if there := self.namesake():
            raise UserError(self.env._("There is a partner “%s” already. Choose it.", there.display_name))
        return self.env['res.partner'].create({'name': self.line.partner_name})

    def drop(self, partner):
        """Nobody's movement again, and no partner whom the same person just made, where nothing is of it."""
        if not partner or partner.create_uid != self.env.user or self.line.partner_id != partner:
            return
        self.say(self.env['res.partner'], look=False)
        try:
            with self.env.cr.savepoint():
                partner.unlink()
        except (AccessError, UserError, ValidationError, DatabaseError) as error:
            if getattr(error, 'pgcode', None) in CONFLICTS:
                raise

    def _same_account(self):
        """Waiting movements of this journal from or to the same account."""
        line = self.line
        return line.search(
            [
                ('id', '!=', line.id),
                ('journal_id', '=', line.journal_id.id),
                ('account_number', '=', line.account_number),
                ('is_reconciled', '=', False),
                ('bank_match_state', 'in', WAITING),
            ],
            limit=MAX_SAME,
        )
