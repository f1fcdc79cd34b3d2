"""Kinds of movements that a person lets be booked by themselves: each is a reconciliation model, found by who is at the other end."""

from dataclasses import replace

from odoo.exceptions import UserError
from odoo.fields import Command

from ...matching.coding.data import CODING, TRANSFER
from ...matching.coding.rests import CENT
from ...matching.coding.split import gross
from ...matching.coding.traits import MERCHANT
from ...matching.data import Reason
from . import conditions
from .books import tax_rates
from .grounds import ground_key, ground_keys, told
from .memory import TRANSIT

#: letters of a model's name, of its condition
MAX_NAME, MAX_WHO, MAX_LABEL = 100, 45, 120
#: a kind's amounts: so much beyond those that were seen
LOW, HIGH = 0.5, 2.0


def places(model):
    """What a model books on, as :attr:`matching.coding.Booked.kind` has it; also where something of it is archived."""
    lines, company = model.with_context(active_test=False).line_ids, model.company_id
    if lines and lines.account_id == company.transfer_account_id:
        return (TRANSFER, TRANSIT)
    rows = [
        (
            line.account_id.id,
            tuple(sorted(line.tax_ids.ids)),
            tuple(sorted(line.analytic_distribution.items())) if line.analytic_distribution else None,
        )
        for line in lines
    ]
    return (CODING, tuple(sorted(rows, key=repr)))


def shares(model):
    """How much of it goes to each line, as a column keeps it."""
    return repr([(line.amount_type, line.amount_string) for line in model.line_ids.sorted('id')])


def as_text(kind):
    """A kind as a column keeps it, to be compared; own transfers are all one."""
    return repr(kind) if kind[0] != TRANSFER else TRANSFER


def aside(model):
    """What is kept as the kind of a model that stands aside for a new one of that kind."""
    return f'{model.bank_kind} #{model.id}'


def is_aside(model):
    """Whether it does."""
    return (model.bank_kind or '').endswith(f' #{model.id}')


def archived(model):
    """Whether an account or a tax of it is archived."""
    lines = model.with_context(active_test=False).line_ids
    return not all(lines.account_id.mapped('active')) or not all(lines.tax_ids.mapped('active'))


def former(model):
    """What it booked on when it was made, and before each change of its accounts: a set of texts."""
    return set((model.bank_places or '').splitlines())


class Kinds:
    """The kinds of one company, by ground.

    :param company: the record"""

    def __init__(self, company):
        self.company = company
        self.env = company.env(su=True)
        self.models = self.env['account.reconcile.model']
        self._by_ground = None

    @property
    def by_ground(self):
        """{key of a ground: its models}; those that are switched off, too. With archived records: a condition or a tax does not fall away."""
        if self._by_ground is None:
            domain = [('bank_ground', '!=', False), ('company_id', '=', self.company.id), ('active', '=', True)]
            found = self.models.with_context(active_test=False).search(domain, order='sequence, id')
            self._by_ground = found.grouped('bank_ground')
        return self._by_ground

    def _of_ground(self, coding):
        key = coding.ground and ground_key(self.company.id, coding.ground)
        return self.by_ground.get(key, self.models)

    def of(self, coding):
        """The model of a coding's ground and kind, or no record; one that a person changed is still of what it was."""
        models, text = self._of_ground(coding), as_text(coding.kind)
        exact = models.filtered(lambda model: as_text(places(model)) == text)
        found = (exact or models.filtered(lambda model: text in former(model)))[:1]
        return found.with_prefetch(models._prefetch_ids)  # what is asked of one is read of all

    def running(self, movement):
        """The models of a movement's grounds that run by themselves."""
        return self.models.browse(
            model.id
            for key in ground_keys(movement)
            for model in self.by_ground.get(key, ())
            if model.trigger == 'auto_reconcile'
        ).with_context(active_test=False)

    def others(self, coding):
        """A model of the ground that runs by itself and books otherwise, or no record."""
        mine = self.of(coding)
        return self._of_ground(coding).filtered(lambda model: model.trigger == 'auto_reconcile' and model != mine)[:1]

    def told_by(self, model, coding):
        """The coding as the model says it: its label and partner, where it has some."""
        line = model.line_ids[:1]
        rows, partner = coding.rows, coding.partner
        if len(rows) == 1 and line.label:
            rows = (rows[0]._replace(label=line.label),)
        if line.partner_id:
            partner = line.partner_id.commercial_partner_id.id
        why = (
            Reason('as_changed', {'name': model.name, 'count': len(coding.basis)}) if _is_changed(model) else coding.why
        )
        return coding._replace(model=model.id, rows=rows, partner=partner, why=why)

    def relabelled(self, booked):
        """[:class:`matching.coding.Booked`] as if they had been booked as a person says since: who changes the account of a kind has said
        where its like goes."""
        changed = {key: found for key, models in self.by_ground.items() if (found := models.filtered(_is_changed))}
        if not changed:
            return booked
        return [self._relabelled(one, changed) for one in booked]

    @staticmethod
    def _relabelled(booked, changed):
        if len(booked.rows) != 1 or booked.documents:
            return booked
        text = as_text(booked.kind)
        for key in ground_keys(booked.movement):
            for model in changed.get(key, ()):
                kind, place = places(model)
                is_before = model.bank_changed_at and booked.finished <= model.bank_changed_at
                if is_before and text in former(model) and kind == CODING and len(place) == 1:
                    account, taxes, analytic = place[0]
                    row = booked.rows[0]._replace(account=account, taxes=taxes, analytic=analytic, whole=None)
                    return replace(booked, rows=(row,))
        return booked

    def allow(self, movement, coding):
        """From now on the like is booked by itself: a model is made, or switched on and brought up to date.

        :param coding: :class:`matching.coding.Coding` with precedents
        :return: the model
        :raise UserError: it rests on no precedents"""
        if not coding.basis or not coding.ground:
            raise UserError(self.env._("Only what was booked the same way before can be booked by itself."))
        self._of_ground(coding).lock_for_update(allow_referencing=True)
        model, size = self.of(coding), abs(float(movement.amount))
        if model and places(model) == coding.kind and not archived(model):
            # its journals and partners stay, they were asked; its amounts grow, and so do its texts below
            low, high = min(model.match_amount_min, size), max(model.match_amount_max, size)
            model.write({'trigger': 'auto_reconcile', 'match_amount_min': low, 'match_amount_max': high})
        else:
            if model:  # a person changed it since
                model.write({'trigger': 'manual', 'bank_kind': aside(model)})
                model.flush_recordset(['bank_kind'])  # an index has each kind of a payee once
            model = self.models.with_context(active_test=False).create(self._values(movement, coding))
        model.bank_shares = shares(model)
        if not conditions.label_holds(model, movement):  # it is found by who is at the other end, too
            model.match_label = False
        self._by_ground = None
        return model

    def _values(self, movement, coding):
        sizes = [abs(booked.movement.amount) for booked in coding.basis] + [abs(movement.amount)]
        return {
            'name': self._name(movement, coding)[:MAX_NAME],
            'company_id': self.company.id,
            'trigger': 'auto_reconcile',
            'bank_ground': ground_key(self.company.id, coding.ground),
            'bank_kind': as_text(coding.kind),
            'bank_places': as_text(coding.kind),
            'match_label': 'contains',
            'match_label_param': told(movement, coding.ground)[:MAX_LABEL],
            'match_amount': 'between',
            'match_amount_min': round(float(min(sizes)) * LOW, 2),
            'match_amount_max': round(float(max(sizes)) * HIGH, 2),
            'line_ids': self._lines(movement, coding),
        }

    def _name(self, movement, coding):
        label = next((text for _field, text in movement.texts), '')
        who = told(movement, coding.ground) if coding.ground[0] == MERCHANT else movement.counterparty_name
        return f"{(who or label).strip()[:MAX_WHO]} → {self.accounts(coding)}"

    def accounts(self, coding):
        """Names of the accounts of a coding."""
        if coding.is_transfer:
            return self.env._("transfer between own accounts")
        accounts = self.env['account.account'].with_company(self.company).browse(row.account for row in coding.rows)
        return ', '.join(dict.fromkeys(accounts.mapped('name')))

    def _lines(self, movement, coding):
        if coding.is_transfer:
            return [Command.create({'account_id': self.company.transfer_account_id.id})]
        rates = tax_rates(self.env, self.company) if len(coding.rows) > 1 else {}
        return [
            Command.create(
                {
                    'account_id': row.account,
                    'amount_type': 'percentage' if len(coding.rows) == 1 else 'percentage_st_line',
                    'amount_string': '100' if len(coding.rows) == 1 else self._share(row, movement, rates),
                    'tax_ids': [Command.set(row.taxes)],
                    'analytic_distribution': dict(row.analytic) if row.analytic else False,
                    'label': row.label or False,
                }
            )
            for row in coding.rows
        ]

    @staticmethod
    def _share(row, movement, rates):
        """Of the latest movement, in percent: shown, as amounts of several accounts follow what was before."""
        return f'{float(100 * gross(row, rates, CENT) / movement.amount):.4f}'


def _is_changed(model):
    """Whether a kind that runs by itself books elsewhere than when it was made."""
    return model.trigger == 'auto_reconcile' and as_text(places(model)) != model.bank_kind
