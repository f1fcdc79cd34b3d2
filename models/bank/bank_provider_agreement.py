from odoo import fields, models


class BankProvider(models.Model):
    """Whether the provider wants an agreement with each company."""

    _inherit = 'bank.provider'

    agreement = fields.Selection(
        [('none', "Not needed"), ('payments', "For payments"), ('fetching', "For payments and fetching")],
        string="Agreement with the Company",
        default='none',
        required=True,
        help="Signed electronically by who may sign for the company, before payments are sent, or anything is fetched.",
    )
    agreement_review = fields.Boolean(
        string="Provider Reviews It", help="A signed agreement waits for the provider's decision before it goes live."
    )
