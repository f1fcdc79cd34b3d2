from odoo import api, fields, models

from ...matching.policy import TABLE
from ..lib import wording


class BankMatchRule(models.Model):
    """A rule of the matching policy; a user ticks those that may reconcile by themselves. The records are made of the policy's
    table (:mod:`matching.policy`), and so are their names."""

    _name = 'bank.match.rule'
    _description = "Matching Rule"
    _order = 'sequence, id'

    sequence = fields.Integer()
    code = fields.Char(required=True)

    _code_unique = models.UniqueIndex("(code)", "This rule is there already.")

    @api.depends('code')
    @api.depends_context('lang')
    def _compute_display_name(self):
        for rule in self:
            what = wording.rule(self.env, rule.code)
            rule.display_name = f"{rule.code}: {what[:1].upper()}{what[1:]}"

    @api.model
    def _provide(self):
        """Those that a user may tick, at installation and at each update. The one that only guesses is switched on elsewhere
        (*Pay the Oldest First*)."""
        there = {rule.code: rule for rule in self.search([])}
        for sequence, rule in enumerate(rule for rule in TABLE if not rule.never and not rule.guess):
            if rule.code in there:
                there.pop(rule.code).sequence = sequence
            else:
                self.create({'sequence': sequence, 'code': rule.code})
        for gone in there.values():
            gone.unlink()
