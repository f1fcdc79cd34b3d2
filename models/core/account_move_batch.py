"""Posting bank movements by the hundred: what Odoo would look up again for each entry is looked up once a batch.

Everything here is switched on by one context key, which only :meth:`_create_from_feed` sets; the result is the same,
column by column, as without it (``test_post_batch``)."""

from odoo import models

#: context key: a dict that lives as long as the batch
BATCH = 'bank_feed_batch'


class AccountMove(models.Model):
    _inherit = 'account.move'

    def _get_last_sequence(self, relaxed=False, with_prefix=None):
        """The last number before this batch, once a journal and day. Core counts on from it by its own locked counter,
        which wins over what is found here."""
        cache = self.env.context.get(BATCH)
        if cache is None:
            return super()._get_last_sequence(relaxed, with_prefix)
        key = (self.journal_id.id, self.date, self.move_type, relaxed, with_prefix)
        if key not in cache:
            cache[key] = super()._get_last_sequence(relaxed, with_prefix)
        return cache[key]


class AccountMoveLine(models.Model):
    _inherit = 'account.move.line'

    def _compute_analytic_distribution(self):
        """Where the company has no distribution model, none can apply: spare the search for each line."""
        cache = self.env.context.get(BATCH)
        if cache is None:
            return super()._compute_analytic_distribution()
        if 'distributions' not in cache:
            cache['distributions'] = bool(
                self.env['account.analytic.distribution.model'].sudo().search_count([], limit=1)
            )
        if cache['distributions']:
            return super()._compute_analytic_distribution()
        self.analytic_distribution = False
        return None
