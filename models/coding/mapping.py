"""Partner mapping: reconciliation models that only say whose a movement is, by their conditions, as core's form makes them."""

from ...booking import Refused
from . import conditions


class Mapping:
    """Those of a journal's company.

    :param journal: of the movements"""

    def __init__(self, journal):
        models = journal.env['account.reconcile.model'].sudo()
        domain = [
            ('mapped_partner_id', '!=', False),
            ('match_label', 'in', ('contains', 'match_regex')),  # what a text does not say is nobody's name
            ('company_id', 'parent_of', journal.company_id.id),
            ('active', '=', True),
        ]
        # with archived records: a condition does not fall away
        found = models.search(domain).with_context(active_test=False)
        companies = journal.company_id.sudo().parent_ids
        self.models = found.filtered(
            lambda model: (
                model.mapped_partner_id.active
                and model.mapped_partner_id.company_id <= companies
                and conditions.has_any(model)
            )
        )

    def partner(self, movement):
        """Id of the commercial partner whose a :class:`matching.coding.Movement` is; None where none says so, or two differ."""
        partners = {self._partner(model, movement) for model in self.models} - {None}
        return partners.pop() if len(partners) == 1 else None

    def _partner(self, model, movement):
        try:
            holds = conditions.hold(model, movement, ())
        except Refused:  # a pattern that is none, or takes too long, is not asked again
            self.models -= model
            return None
        return model.mapped_partner_id.commercial_partner_id.id if holds else None
