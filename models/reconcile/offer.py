"""The offer to book the like of a movement by itself from now on, and taking it."""

from dataclasses import replace
from functools import cached_property

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ..book.lines import statement_line
from ..coding.coded import Coded
from ..coding.deciding import MAY_BE_ALLOWED, Deciding
from ..coding.kinds import is_aside
from ..lib import wording
from ..lib.given import given_dict, given_id, given_number, given_time
from ..lib.inside import OURS, TAKING_BACK, UNDOING, ours
from ..lib.rights import check_may_reconcile
from ..lib.told import text
from ..match.again import Waiting
from .payer import given_partner
from .undo import MOMENT

_lt = LazyTranslate(__name__)


class Offer:
    """Of one statement line, which waits or was just booked.

    :param line: the record"""

    def __init__(self, line):
        self.line, self.env = line, line.env
        self.deciding = Deciding(line.journal_id)

    @cached_property
    def _movement(self):
        return replace(statement_line(self.line), id=None, partner=None)

    @cached_property
    def _outcome(self):
        """What would become of the same movement if it came once more."""
        [outcome] = self.deciding.code_only([self._movement])
        return outcome

    @property
    def _may_be_allowed(self):
        """Whether nothing speaks against it but that nobody has allowed it."""
        coding, why_not = self._outcome.coding, self._outcome.why_not
        return bool(coding and coding.basis) and (not why_not or why_not.code in MAY_BE_ALLOWED)

    def told(self):
        """{'name', 'why'}: what would be booked by itself, where that is sure and nobody has allowed it; else False."""
        coding = self._outcome.coding
        if not self._may_be_allowed or not self._outcome.why_not:
            return False
        return {
            'name': Coded.of(self.line.company_id, coding).name(),
            'why': text(self.env, wording.why_coded(coding.why)),
        }

    def take(self):
        """Allow it.

        :return: the reconciliation model
        :raise UserError: it is not sure enough"""
        if not self._may_be_allowed:
            reason = self._outcome.why_not and wording.why_not(self._outcome.why_not, self.line.currency_id)
            raise UserError(
                text(self.env, reason)
                if reason
                else self.env._("Only what was booked the same way before can be booked by itself.")
            )
        return self.deciding.kinds.allow(self._movement, self._outcome.coding)

    def model(self):
        """The kind's model as it is, or no record."""
        kinds, coding = self.deciding.kinds, self._outcome.coding
        return kinds.of(coding) if coding else kinds.models


def take_back(model, ids, before):
    """What :meth:`Offer.take` allowed is as it was before: a kind that nobody had allowed is only proposed again, and what it booked by
    itself since waits; nothing is learned of that.

    :param model: ``account.reconcile.model``
    :param ids: movements that were booked at once
    :param before: see :func:`before_allowing`
    :raise UserError: there is no such kind in the person's companies"""
    env = model.env
    old = model.browse(given_id(env, before.get('model')) or model.id).exists()
    if not model.exists() or not model.sudo().bank_ground or model.company_id not in env.companies:
        raise UserError(env._("This kind is no more."))
    same = old.sudo().bank_ground == model.sudo().bank_ground and old.company_id == model.company_id
    if not same or (old != model and not is_aside(old.sudo())):
        raise UserError(env._("This kind is no more."))
    model._check_bank_automated()
    lines, was_on = env['account.bank.statement.line'].browse(ids).exists(), before.get('trigger') == 'auto_reconcile'
    if not was_on or old != model:
        since = max(given_time(env, before.get('since')) or env.cr.now(), env.cr.now() - MOMENT)
        domain = [('bank_match_state', '=', 'auto'), ('line_ids.reconcile_model_id', '=', model.id)]
        lines |= lines.search([*domain, ('line_ids.write_date', '>=', since)])
    mine = lines.filtered(lambda line: line.bank_match_state == 'auto' and model in line.line_ids.reconcile_model_id)
    check_may_reconcile(mine)
    mine.with_context(**{TAKING_BACK: OURS, UNDOING: OURS}).action_undo_reconciliation()
    ours(mine).write({'bank_match_state': 'none', 'bank_match_note': _lt("It was taken back.")})
    _restore(model, old, was_on, before)
    partners = given_dict(env, before.get('partners'))
    for line in mine:
        line.partner_id = given_partner(env, partners.get(str(line.id)))  # the booking may have brought one
    Waiting(mine).match()


def _restore(model, old, was_on, before):
    """The kind as it was before it was allowed.

    :param old: the model that was there then"""
    if old != model:  # a person had changed it: it stood aside for a new one
        kind = model.sudo().bank_kind
        model.sudo().unlink()
        old.sudo().write({'trigger': 'auto_reconcile' if was_on else 'manual', 'bank_kind': kind})
    elif was_on:
        low, high = given_number(model.env, before.get('low')), given_number(model.env, before.get('high'))
        model.write({'match_amount_min': low, 'match_amount_max': high})
    else:
        model.action_set_manual()


def before_allowing(model, waiting):
    """What :func:`take_back` needs: JSON-safe.

    :param model: the kind's model, or no record
    :param waiting: movements that may be booked at once"""
    return {
        'model': model.id,
        'trigger': model.trigger or False,
        'low': model.match_amount_min,
        'high': model.match_amount_max,
        'since': fields.Datetime.to_string(model.env.cr.now()),
        'partners': {str(line.id): line.partner_id.id for line in waiting},
    }
