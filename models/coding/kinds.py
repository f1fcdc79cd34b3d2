"""Kinds of movements that a person lets be booked by themselves: each is a reconciliation model, found by who is at the other end."""

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tools.translate import LazyTranslate

from ...matching.coding.data import CODING, TRANSFER
from ...matching.coding.rests import CENT
from ...matching.coding.split import gross
from .books import tax_rates
from .grounds import ground_key, shown
from .memory import TRANSIT

_lt = LazyTranslate(__name__)

#: letters of a model's name, of its condition
MAX_NAME, MAX_LABEL = 80, 120
#: a kind's amounts: so much beyond those that were seen
LOW, HIGH = 0.5, 2.0


def places(model):
    """What a model books on, as :attr:`matching.coding.Booked.kind` has it."""
    lines, company = model.line_ids, model.company_id
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


def as_text(kind):
    """A kind as a column keeps it, to be compared; own transfers are all one."""
    return repr(kind) if kind[0] != TRANSFER else TRANSFER


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
        """{key of a ground: the model}; those that are switched off, too."""
        if self._by_ground is None:
            found = self.models.search([('bank_ground', '!=', False), ('company_id', '=', self.company.id)])
            self._by_ground = {model.bank_ground: model for model in found}
        return self._by_ground

    def of(self, coding):
        """The model of a coding's ground, or no record."""
        key = coding.ground and ground_key(self.company.id, coding.ground)
        return self.by_ground.get(key, self.models)

    def allow(self, movement, coding):
        """From now on the like is booked by itself: a model is made, or switched on and brought up to date.

        :param coding: :class:`matching.coding.Coding` with precedents
        :return: the model
        :raise UserError: it rests on no precedents"""
        if not coding.basis or not coding.ground:
            raise UserError(self.env._("Only what was booked the same way before can be booked by itself."))
        model = self.of(coding)
        values = self._values(movement, coding)
        if model:
            model.line_ids.unlink()
            model.write({name: value for name, value in values.items() if name not in ('name', 'company_id')})
        else:
            model = self.models.create(values)
        self._by_ground = None
        return model

    def _values(self, movement, coding):
        _field, told = shown(coding.basis[-1].movement, coding.ground)
        sizes = [abs(booked.movement.amount) for booked in coding.basis] + [abs(movement.amount)]
        return {
            'name': self._name(movement, coding)[:MAX_NAME],
            'company_id': self.company.id,
            'trigger': 'auto_reconcile',
            'bank_ground': ground_key(self.company.id, coding.ground),
            'bank_places': as_text(coding.kind),
            'bank_is_incoming': movement.amount > 0,
            'match_label': 'contains',
            'match_label_param': (told or movement.counterparty_name)[:MAX_LABEL],
            'match_amount': 'between',
            'match_amount_min': round(float(min(sizes)) * LOW, 2),
            'match_amount_max': round(float(max(sizes)) * HIGH, 2),
            'line_ids': self._lines(movement, coding),
        }

    def _name(self, movement, coding):
        who = movement.counterparty_name or shown(coding.basis[-1].movement, coding.ground)[1]
        return f"{who.strip()} → {self.accounts(coding)}"

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
