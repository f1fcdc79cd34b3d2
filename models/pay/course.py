"""What became of an order at the bank, and what follows in the books: a refused payment opens its bill again, a movement finishes it."""

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...payments import Reference, reasons, states
from ...payments.references import as_end_to_end
from ..lib.inside import OURS, RELEASING
from ..lib.told import text
from .names import BEFORE
from .wages import Wages

_lt = LazyTranslate(__name__)


PART_OF_WHAT = _lt(
    "The bank has taken a part of it, and does not say which: the movements will. What it refused, a person says (What Became of It?)."
)
PAYEE_DOUBTED = _lt(
    "The bank says that a payee’s name does not fit the account. Look at the payee, then go on at the bank, or cancel it there."
)


class Course:
    """Of one order (sudo).

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order = order.sudo()
        self.env = self.order.env

    # === The bank's word === #

    def told(self, code, lines=(), reason='', words='', final=False, at_least=''):
        """The bank says how far the order is.

        :param str code: of the order, as the bank writes it
        :param lines: :class:`banks.payments.LineStatus`
        :param str reason: ISO code of a refusal; ``words``: the bank's own
        :param bool final: the bank will not say more
        :param str at_least: the state where the code says nothing: the bank has it"""
        order, interface = self.order, self._interface()
        before, refused_before = order.state, order.line_ids.filtered(lambda line: line.state in states.FAILED)
        state = states.meant(interface, code) or at_least
        own = self._by_line(lines)
        for line in order.line_ids:
            status = own.get(line)
            after = states.meant(interface, status.code) if status else state
            if after in ('', states.PARTIALLY):  # a part of the order: which, the lines say
                continue
            if final and after == states.ACCEPTED:
                after = states.EXECUTED
            self._line_told(line, after, status.code if status else code, status or None, reason, words)
        news, order.bank_code = code[:20] != (order.bank_code or ''), code[:20]
        order.part_unsaid = state == states.PARTIALLY and not own
        order.note = PART_OF_WHAT if order.part_unsaid else PAYEE_DOUBTED if code == 'RVCM' else False
        if order.state != before or news:
            order._log(_lt("The bank says: %s.", code[:20] or '–'), code=code[:20], before=before, after=order.state)
        if order.state in states.FINAL:
            order.next_poll = False
        if order.state != before and before in (states.SENDING, states.WAITING, states.SIGNER):
            order.activity_unlink(['mail.mail_activity_data_todo'])  # it is signed, or will not be
        self._call_preparers(order.line_ids.filtered(lambda line: line.state in states.FAILED) - refused_before)

    def _call_preparers(self, refused):
        """Who prepared it hears of what the bank did not take."""
        if refused:
            summary = self.env._(
                "%(refused)s of %(count)s payments were not made", refused=len(refused), count=len(self.order.line_ids)
            )
            reasons_ = {text(self.env, line.reason) for line in refused if line.reason}
            note = ' '.join(sorted(reasons_)) if self.order.kind != 'salary' else False
            self.order._call(self.order.preparer_ids | self.order.sender_id, summary, note)

    def _by_line(self, told):
        """{payment: what the bank says of it}. Some banks give back Slovak symbols in place of our id: where only one payment has them, it is that one."""
        named = {line.end_to_end_id: line for line in self.order.line_ids}
        symbols = {}
        for line in self.order.line_ids.filtered(lambda line: line.reference_kind == 'vs'):
            given = Reference('vs', line.reference or '', line.specific_symbol or '', line.constant_symbol or '')
            symbols.setdefault(as_end_to_end(given), []).append(line)
        named |= {text: lines[0] for text, lines in symbols.items() if len(lines) == 1}
        return {named[status.end_to_end_id]: status for status in told if status.end_to_end_id in named}

    def _line_told(self, line, state, code, status, reason, words):
        why = status.reason if status and status.reason else reason
        said = status.text if status and status.text else words
        if state not in states.FAILED:
            line._set_state(state, bank_code=code[:20])
        elif states.after(line.state, state) == state and line.state != state:
            self._refused(line, state, code, why, said)

    def _refused(self, line, state, code, reason, words):
        """No money leaves: the bill is open again, with the bank's reason."""
        sentence = reasons.of(reason).sentence
        if state == states.CANCELLED and not reason:
            sentence = self.env._("It was cancelled at the bank.")
        said = _lt("%(reason)s “%(words)s”", reason=sentence, words=words[:300]) if words else _lt("%s", sentence)
        line._set_state(state, bank_code=code[:20], reason_code=reason[:10], reason=said)
        self._open_again(line)
        for document in line.payment_id.invoice_ids or line.payment_id.reconciled_bill_ids:
            document._message_log(body=self.env._("The bank did not pay this: %s", sentence))

    def _interface(self):
        return self.order.feed_id.institution_id.provider_id.interface or ''

    # === A person's word === #

    def give_up(self, lines, why):
        """Before anything was sent: the payments are cancelled and their bills are open again."""
        lines = lines.filtered(lambda line: line.state in BEFORE)
        lines._set_state(states.CANCELLED)
        self._open_again(lines)
        self.order._log(why)
        self.order.activity_unlink(['mail.mail_activity_data_todo'])

    def resolve(self, executed, why, person):
        """What became of it, by the word of a person who has looked at the bank.

        :param bool executed: else it never arrived, or was never signed"""
        order = self.order
        lines = order._living()  # what is on the statement already stays there
        if executed:
            lines._set_state(states.EXECUTED)
            self._log_word(
                _lt("%(person)s says that the bank has executed it: %(why)s", person=person.name, why=why),
                _lt("%s says that the bank has executed it.", person.name),
                why,
            )
        else:
            gone = lines.filtered(lambda line: line.state not in (states.EXECUTED, states.CLOSED))
            gone = gone._set_state(states.CANCELLED, reason=_lt("%(person)s: %(why)s", person=person.name, why=why))
            order.given_up += sum(gone.mapped('amount'))
            self._open_again(gone)
            self._log_word(
                _lt(
                    "%(person)s says that it never reached the bank, or was never signed: %(why)s",
                    person=person.name,
                    why=why,
                ),
                _lt("%s says that it never reached the bank, or was never signed.", person.name),
                why,
            )
        order.next_poll = False
        order.activity_unlink(['mail.mail_activity_data_todo'])

    def _log_word(self, sentence, bare, why):
        """A person's word in the trail; of salaries, which it may name, in confidence."""
        secret = self.order.kind == 'salary'
        self.order._log(bare if secret else sentence, aside=why if secret else False)

    # === The books === #

    def unbook(self, lines):
        """Nothing of these salaries leaves: they are owed again. A new attempt books them anew."""
        if self.order.kind == 'salary' and self.order.move_id:
            Wages(self.order).give_back(lines)
            if lines == self.order._living():
                self.order.move_id = False

    def _open_again(self, lines):
        """Cancel the entries; where their period is locked, reverse them today: the bills are open again either way."""
        if self.order.kind == 'salary':
            Wages(self.order).give_back(lines)
        payments = lines.payment_id.with_context(**{RELEASING: OURS})
        for payment in payments.filtered(lambda one: one.state != 'canceled' and not one.move_id.reversal_move_ids):
            try:
                with self.env.cr.savepoint():
                    payment.action_cancel()
                    payment.flush_recordset()
            except UserError:
                payment.invalidate_recordset()
                self._reverse(payment)

    def _reverse(self, payment):
        move = payment.move_id.with_context(**{RELEASING: OURS})
        move.line_ids.remove_move_reconcile()
        values = {'date': fields.Date.context_today(self.order), 'ref': self.order.message_id}
        move._reverse_moves([values], cancel=True)
        payment.action_reject()
