"""What was sent to the bank from an account, as the matching asks for it: two queries a batch, by index."""

from datetime import timedelta

from odoo.tools import SQL

from ...matching.data import Item
from ...matching.sent import Sent
from ...payments import states
from ..lib.exact import exact

#: the bank has it, or may have it, and no movement of it was seen
OPEN = tuple(sorted(states.SENT))
#: days that a payment may come back after its day
RETURNS = 400


class SentPayments:
    """Of one journal.

    :param journal: the record; none: nothing was sent from there
    :param load: gives the :class:`matching.data.Document` of each of a set of ids of journal entries"""

    def __init__(self, env, journal, load):
        self.env, self.journal, self.load = env, journal, load
        self.open = None

    def prepare(self):
        for model, names in (
            ('bank.payment.line', ['state', 'payment_id', 'end_to_end_id', 'amount', 'account_number', 'order_id']),
            ('bank.payment.order', ['journal_id', 'date', 'batch_booking', 'move_id']),
            ('account.payment', ['move_id', 'is_matched']),
        ):
            self.env[model].flush_model(names)

    def all_open(self):
        """[:class:`matching.sent.Sent`] that no movement was seen of."""
        if not self.journal:
            return []
        if self.open is None:
            wanted = SQL("porder.journal_id = %s AND line.state IN %s", self.journal.id, OPEN)
            self.open = list(self._sent(wanted).values())
        return self.open

    def by_id(self, ids):
        """{id: :class:`matching.sent.Sent`}, also of what is on the statement."""
        if not self.journal or not ids:
            return {}
        since = self.env.cr.now().date() - timedelta(days=RETURNS)
        wanted = SQL(
            "line.end_to_end_id = ANY(%s) AND porder.company_id = %s AND porder.date >= %s",
            list(ids),
            self.journal.company_id.id,
            since,
        )
        return self._sent(SQL("%s AND line.state IN %s", wanted, (*OPEN, states.CLOSED)))

    def _sent(self, condition):
        rows = self.env.execute_query(SQL(_SENT, condition))
        documents = {document.id: document for document in self.load({row[6] for row in rows if row[6]})}
        digits = (self.journal.currency_id or self.journal.company_id.currency_id).decimal_places
        found = {}
        for (
            line,
            own,
            state,
            order,
            journal,
            salary,
            move,
            amount,
            day,
            account,
            together,
            back,
            matched,
            transfer,
            begun,
            message,
        ) in rows:
            document, elsewhere = documents.get(move), journal != self.journal.id
            if not document or (state != states.CLOSED and not document.items and not transfer):
                continue
            paid = exact(amount, digits)
            if elsewhere:  # of another own account: what arrives here, of a transfer
                item = Item(back, None, paid) if transfer and back else None
                found[own] = Sent(own, order, document, -paid, day, '', False, item)
                continue
            is_open = state != states.CLOSED and bool(document.items) and (bool(salary) or not matched)
            back = f'wage/{line}' if salary else back
            found[own] = Sent(
                own, order, document, -paid, day, account or '', is_open, self._back(back, paid, state), together or bool(salary),
                bool(salary), not begun, message,
            )  # fmt: skip
        return found

    @staticmethod
    def _back(item, amount, state):
        """Only of what is on the statement: before, the money is still on its way out."""
        return Item(item, None, amount) if item and state == states.CLOSED else None


_SENT = """
    SELECT line.id, line.end_to_end_id, line.state, line.order_id, porder.journal_id, porder.move_id, COALESCE(payment.move_id, porder.move_id), line.amount, porder.date,
           line.account_number, porder.batch_booking, back.id, payment.is_matched, account.account_type NOT IN ('liability_payable', 'asset_receivable'),
           EXISTS (SELECT FROM bank_payment_line other WHERE other.order_id = porder.id AND other.state IN ('closed', 'returned')), porder.message_id
      FROM bank_payment_line line
      JOIN bank_payment_order porder ON porder.id = line.order_id
 LEFT JOIN account_payment payment ON payment.id = line.payment_id
 LEFT JOIN account_move_line back ON back.move_id = payment.move_id AND back.account_id = payment.destination_account_id AND back.debit > 0
 LEFT JOIN account_account account ON account.id = back.account_id
     WHERE %s"""
