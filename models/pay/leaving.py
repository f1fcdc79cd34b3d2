"""What has to be settled before the module leaves a database."""

from odoo.exceptions import UserError
from odoo.tools import SQL

from ...payments import states
from .names import METHOD


def check_nothing_under_way(env):
    """:raises UserError: a bank has an order, or may have it: nobody would know of it afterwards"""
    orders = env['bank.payment.order'].sudo().search([('state', 'in', sorted(states.SENT - {states.EXECUTED}))])
    if orders:
        names = ', '.join(orders.mapped('message_id')[:20])
        raise UserError(
            env._("Payment orders are at the bank, or may be: settle them first, or keep their ids: %s", names)
        )


def hand_over(env):
    """Payments by our method stay, as manual ones: core has no other word for them."""
    manual = (
        env['account.payment.method']
        .sudo()
        .search([('code', '=', 'manual'), ('payment_type', '=', 'outbound')], limit=1)
    )
    own = env['account.payment.method'].sudo().search([('code', '=', METHOD)])
    if manual and own:
        env.execute_query(
            SQL(
                "UPDATE account_payment_method_line SET payment_method_id = %s WHERE payment_method_id IN %s RETURNING 1",
                manual.id,
                tuple(own.ids),
            )
        )
        env.execute_query(
            SQL(
                "UPDATE account_payment SET payment_method_id = %s WHERE payment_method_id IN %s RETURNING 1",
                manual.id,
                tuple(own.ids),
            )
        )
        env.invalidate_all()
