"""What the reconciliation view calls, each call one act or one look; what it does is in the class that it names."""

from odoo import api, models
from odoo.exceptions import UserError

from ..coding.others import call_like
from ..lib.actions import SOFT_RELOAD
from ..lib.domains import BOOKED
from ..lib.given import given_dict, given_id, given_ids
from ..lib.inside import ours
from ..lib.rights import ACCOUNTANTS, check_may_reconcile
from ..match.again import Waiting, like_look_again
from . import details, many, offer, search, signs
from .by_hand import ByHand, check_open
from .documents import Documents
from .entry import Entry
from .offer import Offer
from .payer import Payer, given_partner
from .rate import Rate
from .undo import Undo


class AccountBankStatementLine(models.Model):
    _inherit = 'account.bank.statement.line'

    # === A look === #

    @api.model
    def bank_reconcile_notice(self):
        """Why *Reconcile* shows nothing, where that does not mean that nothing is left to do; else ''."""
        if not self.env.user.has_group(ACCOUNTANTS):
            return self.env._("You need the right “Bank Feeds: Accountant” to reconcile movements.")
        if not self.search_count([*BOOKED, ('company_id', 'in', self.env.companies.ids)], limit=1):
            return self.env._("There is no bank movement yet: connect a bank under Bank Feeds → Bank Connections.")
        return ''

    def bank_reconcile_details(self):
        """All that a person needs to decide on a movement, JSON-safe."""
        self._bank_check_one()
        return details.Details(self).as_dict()

    def bank_reconcile_state(self):
        """What became of the movements: {id: {'reconciled', 'state', 'note'}}."""
        return {
            line.id: {'reconciled': line.is_reconciled, 'state': line.bank_match_state, 'note': line.bank_match_note}
            for line in self
        }

    def bank_reconcile_search(self, text='', offset=0):
        """Open items by number, partner, amount or day.

        Without a text: the partner's, or those of exactly this amount.

        :return: {'items': [{id, name, partner, date, due, open, open_text, …}], 'more': bool}"""
        self._bank_check_one()
        return search.OpenItems(self).find(text, offset)

    def bank_reconcile_accounts(self, text=''):
        """Accounts for what is written off, with their numbers: [{'id', 'name'}]; those that were used for this payer, then
        for this journal, come first.

        :param str text: the beginning of a number, or a part of a name"""
        self._bank_check_one()
        return Entry(self).accounts(text)

    def bank_reconcile_taxes(self):
        """Taxes that may be contained in what is written off: [{'id', 'name'}]; those of the money's direction first."""
        self._bank_check_one()
        return Entry(self).taxes()

    def bank_reconcile_models(self):
        """Reconciliation models that a person may use here: [{'id', 'name', 'accounts'}]."""
        self._bank_check_one()
        return details.models_to_use(self)

    def bank_reconcile_preview(self, parts=None, rest=None, partner_id=False, match_id=False):
        """The movement's entry as it is, and as it would be after :meth:`bank_reconcile`, or after a proposal is accepted.
        Nothing is written.

        :param int match_id: the proposal, where one is looked at
        :return: {'before': rows, 'after': rows or False, 'reason': why it cannot be shown}; a row: {account, label, debit,
            credit}, amounts as texts"""
        self._bank_check_one()
        return Entry(self).preview(parts, rest, partner_id, match_id)

    @api.model
    def bank_reconcile_summary(self, domain):
        """What accepting the best proposal of each movement of a domain comes to.

        Mere guesses, and movements with several equal possibilities, are left out.

        :return: {'ids': [...], 'totals': [{'currency', 'count', 'money_in', 'money_out'}], 'partial': count, 'left': count}"""
        check_may_reconcile(self)
        return many.summary(self, domain)

    def bank_reconcile_offer(self):
        """Whether the like of this movement may be booked by itself from now on: {'name', 'why'}, or False where it is not sure, or
        is so already."""
        self._bank_check_one()
        return Offer(self).told()

    @api.model
    def bank_reconcile_grid(self, domain):
        """The coding grid of the movements of a domain that wait.

        :return: an action; a message where none waits there"""
        return self.env['bank.coding']._open(domain)

    # === An act === #

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
        self._bank_check_one()
        ByHand(self).reconcile(parts, rest, partner_id, expected)
        if not parts or (rest or {}).get('kind') == 'account':
            like_look_again(self)
        return self.bank_reconcile_state()

    def bank_reconcile_accept(self):
        """Accept the best proposal of each movement; one that is refused by Odoo stops no other.

        :return: {'done': [ids], 'failed': [{'id', 'name', 'reason'}], 'partners': {id: whose it was before, for
            :meth:`bank_reconcile_take_back`}}"""
        check_may_reconcile(self)
        return many.accept(self)

    def bank_reconcile_allow(self):
        """The like of this movement is booked by itself from now on; what waits of it looks again.

        :return: see :meth:`bank_reconcile_state`, with ``model``: id of the reconciliation model, ``name``: its name, ``done``: ids of
            the movements that were booked at once, ``before``: for :meth:`bank_reconcile_disallow`
        :raise UserError: it is not sure enough, in words"""
        self._bank_check_one()
        offered = Offer(self)
        before = offer.before_allowing(offered.model(), self)
        model = offered.take()
        waiting = call_like(self) | self.filtered(lambda line: not line.is_reconciled)
        before['partners'] = {str(line.id): line.partner_id.id for line in waiting}
        done = Waiting(waiting).match()
        told = {'model': model.id, 'name': model.name, 'done': done.ids, 'before': before}
        return {**self.bank_reconcile_state(), **told}

    @api.model
    def bank_reconcile_disallow(self, model_id, ids, before=None):
        """Take :meth:`bank_reconcile_allow` back: the kind is as it was, and what it booked since waits.

        :param ids: movements that were booked at once
        :param dict before: as :meth:`bank_reconcile_allow` answered"""
        check_may_reconcile(self)
        model = self.env['account.reconcile.model'].browse(given_id(self.env, model_id) or [])
        offer.take_back(model, given_ids(self.env, ids), given_dict(self.env, before))
        return {}

    def bank_reconcile_like(self):
        """Book this movement as its best proposal says, and all others that wait and are of the same kind.

        :return: as :meth:`bank_reconcile_accept`"""
        self._bank_check_one()
        if many.contradicts(self):
            raise UserError(self.env._("Something speaks against it: look at each."))
        return many.accept_like(self)

    def bank_reconcile_transfer(self, other_id=False):
        """Book a transfer between own accounts; with the other side where that is known.

        :param int other_id: the movement on the other account"""
        self._bank_check_one()
        ByHand(self).transfer(self.browse(given_id(self.env, other_id) or []))
        like_look_again(self)
        return self.bank_reconcile_state()

    def bank_reconcile_partner(self, partner_id, look=True):
        """Say who it was; the same account is known from now on.

        :param bool look: whether it looks again then; not where that was taken back"""
        self._bank_check_one()
        check_open(self)
        Payer(self).say(given_partner(self.env, partner_id), bool(look))
        return self.bank_reconcile_state()

    def bank_reconcile_new_partner(self):
        """A new partner of the counterparty's name, who is this movement's from now on.

        :return: see :meth:`bank_reconcile_state`, with ``partner``: its id"""
        self._bank_check_one()
        check_open(self)
        partner = Payer(self).create()
        Payer(self).say(partner)
        state = self.bank_reconcile_state()
        state[self.id]['partner'] = partner.id
        return state

    def bank_reconcile_drop_partner(self, partner_id):
        """Take back :meth:`bank_reconcile_new_partner`: nobody's movement again, and no partner where nothing is of it."""
        self._bank_check_one()
        check_open(self)
        Payer(self).drop(given_partner(self.env, partner_id))
        return self.bank_reconcile_state()

    def bank_reconcile_rate(self):
        """Book a waiting movement at the rate of its day, which was entered since."""
        self._bank_check_one()
        check_open(self)
        Rate(self).take()
        return self.bank_reconcile_state()

    def bank_reconcile_check(self, checked):
        """Mark as checked, or as to be checked by somebody."""
        check_may_reconcile(self)
        self.move_id.set_moves_checked(checked)
        return self.bank_reconcile_state()

    def bank_reconcile_new_document(self, move_type, attachment_ids=None):
        """A draft of a bill, receipt or invoice that this movement pays, complete as far as the bank says, in a dialog. Its
        *Confirm* posts it and reconciles it with the movement; what is closed without *Save* is deleted again.

        :param str move_type: one of ``models.reconcile.documents.DOCUMENTS``
        :param attachment_ids: files of the movement that are the document's"""
        self._bank_check_one()
        return Documents(self).make(move_type, attachment_ids)

    def bank_reconcile_drop_document(self, move_id):
        """Delete the draft that was made for this movement and left as it was; what a person saved stays a draft.

        :return: see :meth:`bank_reconcile_state`"""
        self._bank_check_one()
        Documents(self).drop(move_id)
        return self.bank_reconcile_state()

    def bank_reconcile_activity(self):
        """A dialog to leave a note or ask somebody: it stands on the movement's entry."""
        self._bank_check_one()
        return signs.activity_dialog(self)

    # === Take an act back === #

    def bank_reconcile_undo(self):
        """Take a reconciliation back, whoever made it and whenever; a transfer on both accounts.

        :return: as :meth:`bank_reconcile_state`; ``redo``: arguments of :meth:`bank_reconcile` that do it again, where these
            are enough"""
        check_may_reconcile(self)
        redo = Undo(self).undo()
        state = self.bank_reconcile_state()
        return {key: {**value, 'redo': redo.get(key) or False} for key, value in state.items()}

    def bank_reconcile_take_back(self, partners=None):
        """Take back what the same person did a moment ago: as if it had not been done, nothing is learned from it.

        :param partners: {id of the movement: its partner before, or False}; ids may be texts"""
        check_may_reconcile(self)
        Undo(self).take_back(partners)
        return self.bank_reconcile_state()

    def bank_reconcile_again(self):
        """Look again, as if nobody had refused or undone anything; what somebody did is proposed at most, never booked."""
        check_may_reconcile(self)
        Undo(self).look_again()
        return self.bank_reconcile_state()

    # === Buttons === #

    def action_bank_accept(self):
        """Accept the best proposal; the button in another module's screen."""
        self._bank_check_one()
        best = many.best_proposal(self)
        if self.is_reconciled or not best:
            raise UserError(self.env._("This was decided already. Look at the movement again."))
        best.action_accept()
        return SOFT_RELOAD

    def action_bank_undo(self):
        """Take a match back from a list; the list shows it."""
        self.bank_reconcile_undo()
        return SOFT_RELOAD

    def action_bank_keep_match(self):
        """A person looked: the match is right."""
        check_may_reconcile(self)
        ours(self).bank_match_doubt = False
        return SOFT_RELOAD

    def _bank_check_one(self):
        self.ensure_one()
        check_may_reconcile(self)
