"""Sales orders, where the module Sales is there: money for one that is not invoiced yet is an advance payment."""

from decimal import Decimal

from odoo.tools import SQL
from odoo.tools.sql import index_exists

from ...matching.data import Document
from ...matching.keys import compact

_KEY = "ltrim(regexp_replace(upper({field}), '[^A-Z0-9]', '', 'g'), '0')"
_FIELDS = ('name', 'client_order_ref', 'reference')


def prepare_index(env):
    """An index for each of an order's numbers; made when the module is installed, and by the nightly job where Sales came
    later."""
    if 'sale.order' in env:
        for name in _FIELDS:
            index = f'sale_order_bank_feed_{name}'
            if not index_exists(env.cr, index):
                env.cr.execute(f"CREATE INDEX {index} ON sale_order (({_KEY.format(field=name)}))")


def drop_index(env):
    for name in _FIELDS:
        env.cr.execute(f"DROP INDEX IF EXISTS sale_order_bank_feed_{name}")


def orders_named(env, companies, keys):
    """[(key, :class:`matching.data.Document`)] of orders that are not cancelled, by number or the customer's reference."""
    if 'sale.order' not in env or not keys:
        return []
    env['sale.order'].flush_model(['name', 'client_order_ref', 'reference', 'state'])
    found = SQL(" UNION ").join(
        SQL("SELECT id FROM sale_order WHERE %s = ANY(%s)", SQL(_KEY.format(field=name)), list(keys))
        for name in _FIELDS
    )
    rows = env.execute_query(
        SQL(
            """SELECT sale.id, sale.company_id, partner.commercial_partner_id, sale.name, sale.client_order_ref,
                      sale.reference, sale.date_order, currency.name, sale.amount_total
                 FROM sale_order sale
                 JOIN res_partner partner ON partner.id = sale.partner_id
                 JOIN res_currency currency ON currency.id = sale.currency_id
                WHERE sale.id IN (%s) AND sale.company_id IN %s AND sale.state <> 'cancel'
                  AND sale.invoice_status <> 'invoiced'""",
            found,
            companies,
        )
    )
    wanted = set(keys)
    return [
        (key, _document(row))
        for row in rows
        for key in {compact(row[3]), compact(row[4] or ''), compact(row[5] or '')} & wanted
    ]


def _document(row):
    id_, company, partner, name, _ref, _reference, day, currency, total = row
    return Document(
        f'order/{id_}', company, partner, 'order', 'open', name, date=day.date(), currency=currency,
        total=Decimal(str(total or 0)),
    )  # fmt: skip
