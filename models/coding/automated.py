"""Core's reconciliation models that run by themselves, as codings of our movements."""

from decimal import Decimal

from odoo.tools import SQL

from ...booking import ByModel, Currency, Left, ModelLine, Refused
from ...booking import Movement as BookingMovement
from ...matching.coding import Coding, Row
from ...matching.coding.data import CODING, TRANSFER
from ...matching.coding.split import net
from ...matching.data import Reason
from . import conditions
from .kinds import archived
from .memory import TRANSIT

#: amounts are told to the cent
ROUND = Decimal('0.01')


def model_rest(model):
    """:class:`booking.ByModel` of a reconciliation model."""
    return ByModel(
        model,
        tuple(
            ModelLine(
                line.account_id,
                line.amount_type,
                Decimal(repr(line.amount)),
                line.amount_string or '',
                line.label or '',
                line.tax_ids,
                line.analytic_distribution or False,
                line.partner_id,
            )
            for line in model.line_ids
        ),
    )


def _result(coding):
    """What a model would make of a movement: equal results contradict each other in nothing."""
    return coding.kind, tuple(sorted((repr(row.place), row.amount) for row in coding.rows)), coding.partner


class Automated:
    """Those of a journal's company, the first first; without conditions none runs.

    :param journal: of the movements
    :param books: :class:`.books.OdooBooks`"""

    def __init__(self, journal, books):
        self.journal, self.books, self.env = journal, books, journal.env(su=True)
        models = self.env['account.reconcile.model'].search(
            [
                ('trigger', '=', 'auto_reconcile'),
                ('bank_feed_matching', '=', False),
                ('bank_ground', '=', False),
                ('company_id', 'parent_of', journal.company_id.id),
                ('line_ids.account_id', '!=', False),
                ('active', '=', True),
            ]
        )
        # with archived records: a condition or a tax does not fall away
        models = models.with_context(active_test=False)
        self.models = models.filtered(lambda model: conditions.has_any(model) and not archived(model))
        self.refused = self._refused()

    def _refused(self):
        """Ids of models of which somebody took a booking back, or refused it, since they were changed, and which nobody confirmed twice
        since. One query."""
        rows = self.env.execute_query(
            SQL(
                """SELECT model.id FROM account_reconcile_model model
                     JOIN LATERAL (SELECT max(match.refused_at) AS at FROM bank_match match
                                    WHERE match.reconcile_model_id = model.id AND match.state = 'refused'
                                      AND match.superseded IS NOT TRUE) refused ON refused.at >= model.write_date
                    WHERE model.id = ANY(%s)
                      AND 2 > (SELECT count(*) FROM bank_match match WHERE match.reconcile_model_id = model.id
                                  AND match.state = 'accepted' AND match.write_date > refused.at)""",
                self.models.ids,
            )
        )
        return {row[0] for row in rows}

    def codings(self, movement):
        """Of a :class:`matching.coding.Movement`. Where two models want different things, that is said: whoever put them in an order
        has said which comes first; else a person decides."""
        found = [
            coding for model in self.models if self.holds(model, movement) and (coding := self.coding(model, movement))
        ]
        if len({_result(coding) for coding in found}) < 2:
            return found
        models = [self.models.browse(coding.model) for coding in found]
        other = next(model for coding, model in zip(found, models) if _result(coding) != _result(found[0]))
        names = {'name': models[0].name, 'other': other.name}
        if other.sequence > models[0].sequence:
            return [found[0]._replace(why=Reason('model_before', names)), *found[1:]]
        return [found[0]._replace(against=Reason('models_differ', names)), *found[1:]]

    def is_for(self, model, movement):
        """Whether it is for the movement's journal and partner."""
        return conditions.where_holds(model, movement, self.books.payers(movement))

    def holds(self, model, movement):
        """A pattern that is none, or takes too long, is not asked again."""
        try:
            return conditions.hold(model, movement, self.books.payers(movement))
        except Refused:
            self.models -= model
            return False

    def coding(self, model, movement):
        """What a model makes of a movement; None where it takes more than there is, or nothing."""
        why = Reason('model', {'name': model.name})
        company = self.journal.company_id
        if model.line_ids.account_id == company.transfer_account_id:
            against = Reason('undone', {}) if model.id in self.refused else None
            return Coding((TRANSFER, TRANSIT), (), None, TRANSIT, (), why, against, model=model.id)
        if any(self.books.kind(account) == 'suspense' for account in model.line_ids.account_id.ids):
            return None
        try:
            lines = model_rest(model).lines(*self._whole(movement))
        except (Refused, ArithmeticError):  # more than there is, or an amount that is none
            return None
        rows = tuple(self._row(line) for line in lines)
        if any(row.account is None for row in rows):
            return None  # something stays open
        partners = model.line_ids.partner_id
        partner = partners.commercial_partner_id.id if len(partners) == 1 else movement.partner
        kind = (CODING, tuple(sorted((row.place for row in rows), key=repr)))
        against = Reason('undone', {}) if model.id in self.refused else None
        return Coding(kind, rows, partner, None, (), why, against, model=model.id)

    def _whole(self, movement):
        journal = self.journal
        unit = journal.currency_id or journal.company_id.currency_id
        currency = Currency(movement.currency, Decimal(repr(unit.rounding)) if unit.rounding else ROUND)
        whole = Left(-movement.amount, -movement.amount)
        given = BookingMovement(
            currency,
            currency,
            -movement.amount,
            -movement.amount,
            movement.amount,
            lambda share, _other: share,
            movement.label,
        )
        return given, whole

    def _row(self, line):
        taxes = tuple(sorted(line.taxes.ids)) if line.taxes else ()
        analytic = tuple(sorted(line.analytic.items())) if line.analytic else None
        amount = net(-line.amount, taxes, self.books.rates, ROUND)
        return Row(line.account and line.account.id, amount, taxes, analytic, line.label or '', -line.amount)
