"""The one way out of the house: an order is marked as being sent, that is kept, and only then it goes to the bank, once.

Whatever happens in between, nothing is sent again: an order that stays *being sent* becomes *not known*, and only the bank, a movement or a
person's word resolves it."""

import hashlib
import json
import logging
import secrets
import uuid
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...banks import errors
from ...banks.errors import BankError
from ...payments import states
from ...payments.days import today
from ...payments.ids import new_id
from ..bank.bank_provider import RETURN_PATH
from ..lib import sealing, wording
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.locks import lock_again
from ..lib.psu import current_psu
from ..lib.told import text
from .approving import Approval
from .content import Content
from .course import Course
from .limits import Limits
from .upload import PaymentFile
from .wages import Wages
from .ways import PATIENCE, Way

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

#: how long a person may take to sign; how long a request may be on its way
RETURN_LIFE, STUCK = timedelta(hours=24), timedelta(minutes=10)
#: the bank is asked after so many minutes; then hourly for a day, then daily
POLLS = (1, 5, 15)
#: the bank's calls make us ask about one order at most this often
HINTS = timedelta(seconds=30)


class Outbox:
    """Of one order.

    :param order: ``bank.payment.order``, as the person sees it"""

    def __init__(self, order):
        self.order, self.env = order, order.env

    # === Send === #

    def send(self):
        """Send an approved order, for the person who presses the button.

        :return: an action: to the bank's page, the file, or a word"""
        order, approval = self.order, Approval(self.order)
        approval.check_payer()
        Way(order).check()
        if order.state != states.APPROVED:
            raise UserError(self.env._("This is not approved. Load the page again."))
        consent = approval.consent() if order.way == 'bank' else None
        if order.way == 'bank' and not consent:
            raise UserError(self.env._("You need an own valid consent at the bank that covers this account."))
        if consent and (said := self._objections(consent)):
            return self._fallen(said)
        if not order._lock() or order.state != states.APPROVED:
            raise UserError(
                self.env._("This is not approved, or somebody else sends it right now. Load the page again.")
            )
        if not approval.still_holds():
            return self._fallen(_lt("Who approved it may not do so any more: it has to be approved again."))
        if order.date < today(order._home()):
            return self._fallen(_lt("Its day is past: choose a day and submit it again."))
        if not Content(order).still_stands():
            return self._fallen(_lt("Something changed after it was approved: it has to be submitted again."))
        if said := Limits(order).today():
            raise UserError(text(self.env, said))
        if order.way == 'file':
            return self._as_file()
        return self._to_the_bank(consent)

    def _fallen(self, reason):
        self.order.sudo()._fall(reason)
        return notify(text(self.env, reason), 'danger', SOFT_RELOAD, sticky=True)

    def _objections(self, consent):
        """What the bank would not take, as it says before anything is sent: a sentence, or None."""
        order = self.order.sudo()
        try:
            found = consent._client().check_payment(Content.frozen(order), consent.institution_id.code, current_psu())
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        lines = list(order._living())
        for objection in found:
            if objection.line is not None:
                lines[objection.line].problem = objection.message
        own = [objection.message for objection in found if objection.line is None]
        if not found:
            return None
        return own[0] if own else _lt("The bank would not take %s of the payments as they are.", len(found))

    def _as_file(self):
        order = self.order.sudo()
        PaymentFile(order).make()
        order.write({'sender_id': self.env.uid, 'sent_at': fields.Datetime.now()})
        self._book_wages()
        order.line_ids._set_state(states.SENDING)
        order.line_ids._set_state(states.WAITING)
        self._mark_sent()
        order._log(_lt("Given as a file."), content_hash=order.file_hash)
        return PaymentFile(order).action()

    def _book_wages(self):
        if self.order.kind == 'salary':
            Wages(self.order).book()

    def _mark_sent(self):
        self.order.sudo()._living().payment_id.mark_as_sent()

    # === Through the connection === #

    def _to_the_bank(self, consent):
        order = self.order.sudo()
        content, token = Content.frozen(order), secrets.token_urlsafe(24)
        order.write(
            {
                'request_id': str(uuid.uuid4()),
                'return_hash': hashlib.sha256(token.encode()).hexdigest(),
                'sender_id': self.env.uid,
                'consent_id': consent.id,
                'sent_at': fields.Datetime.now(),
                'bank_ref_sealed': False,
                'bank_page_sealed': False,
                'bank_memory_sealed': False,
                'has_bank_page': False,
                'note': False,
                'polls': 0,
            }
        )
        self._book_wages()
        order.line_ids._set_state(states.SENDING)
        order._log(_lt("Goes to the bank."), content_hash=order.content_hash)
        client = consent._client()
        address = f'{order.get_base_url()}{RETURN_PATH}?state={token}'
        keep(self.env)  # from here on, nothing leads back to sending
        try:
            started = client.start_payment(
                content, consent.institution_id.code, address, order.request_id, current_psu()
            )
        except Exception as error:  # noqa: BLE001  whatever it is, it may have arrived
            return self._not_started(error)
        order.write(
            {
                'bank_ref_sealed': sealing.seal(self.env, started.reference),
                'bank_page_sealed': sealing.seal(self.env, started.url),
                'bank_memory_sealed': sealing.seal(self.env, json.dumps(started.memory)) if started.memory else False,
                'has_bank_page': bool(started.url),
                'next_poll': fields.Datetime.now() + timedelta(minutes=POLLS[0]) if Way(order).is_told() else False,
            }
        )
        Course(order).told(started.code, at_least=states.WAITING)
        self._mark_sent()
        if order.state == states.WAITING:
            order._call(self.env.user, self.env._("Sign payments at the bank"))
        keep(self.env)
        if not started.url:
            return SOFT_RELOAD
        return {'type': 'ir.actions.act_url', 'url': started.url, 'target': 'self'}

    def _not_started(self, error):
        """What an error of sending means: surely not sent; refused as it is; or not known."""
        order = self.order.sudo()
        if order.kind == 'salary' and isinstance(error, BankError):
            error.told = ''  # what a bank says of a salary may name people
        if not isinstance(error, BankError):
            _logger.warning("Sending payment order %s: %s", order.id, type(error).__name__)
        said = (
            wording.bank_error_told(error, attended=True)
            if isinstance(error, BankError)
            else _lt("Something broke on the way.")
        )
        if isinstance(error, errors.NotSent | errors.ConsentError | errors.ConfigurationError | errors.RateLimited):
            order.note = said
            order.line_ids._set_state(states.APPROVED)
            order._log(_lt("Was not sent: %s", said))
        elif isinstance(error, errors.RequestRefused | errors.AccountUnknown):
            order._log(_lt("The bank refused it at once: %s", said))
            Course(order).unbook(order._living())
            order._living()._renew_ids()
            order.message_id = new_id()
            order.line_ids._set_state(states.DRAFT)
            order._fall(_lt("The bank refused it: %s", said))
        else:
            order.note = said
            order.line_ids._set_state(states.UNKNOWN)
            order._log(_lt("Whether it arrived is not known: %s", said))
            self._call_for_help()
        keep(self.env)
        return notify(text(self.env, order.note or Way(order).next_step()), 'danger', SOFT_RELOAD, sticky=True)

    def _call_for_help(self):
        order = self.order.sudo()
        user = order.sender_id or order.create_uid
        order.activity_schedule(
            'mail.mail_activity_data_todo',
            user_id=user.id,
            summary=self.env._("Did the bank get it?"),
            note=self.env._(
                "Look in your internet banking, then say here what became of it. It is never sent again by itself."
            ),
        )

    def go_on(self):
        """The bank's page of this payment again."""
        Approval(self.order).check_payer()
        order = self.order.sudo()
        if order.sender_id != self.env.user:
            raise UserError(self.env._("%s began this at the bank, and goes on there.", order.sender_id.name))
        address = (
            sealing.unseal(self.env, order.bank_page_sealed) if order.state in (states.WAITING, states.SIGNER) else ''
        )
        if not address:
            raise UserError(self.env._("There is nothing to go on with at the bank."))
        order._log(_lt("Went on at the bank."), code=order.bank_code or '')
        return {'type': 'ir.actions.act_url', 'url': address, 'target': 'self'}

    # === What became of it === #

    @classmethod
    def of_return(cls, orders, token):
        """The order that a return address belongs to, or none."""
        hashed = hashlib.sha256((token or '').encode()).hexdigest()
        return orders.search([('return_hash', '=', hashed)], limit=1)

    def come_back(self, parameters):
        """The person who sent it is back from the bank's page: what it still wants is done, and it is asked.

        :param dict parameters: the query of the return address"""
        order = self.order
        memory = sealing.unseal(self.env, order.sudo().bank_memory_sealed)
        wanted = memory and order.state in (states.WAITING, states.SIGNER)
        stopped = self._stopped() if wanted else None
        self.ask_now((json.loads(memory), parameters) if wanted and not stopped else None)
        if stopped and order.state in (states.WAITING, states.SIGNER):  # what the bank says goes before
            said = _lt("It was not confirmed: %s", stopped)
            order.sudo().note = said
            order.sudo()._log(said)

    def _stopped(self):
        """Why it is not executed though the person signed (a sentence), or None: what held when it was sent holds no more.

        :raises AccessError: the person may not pay any more"""
        order, approval = self.order, Approval(self.order)
        approval.check_payer()
        if found := Way(order).obstacle():
            return found
        if not approval.still_holds() or not Content(order).still_stands():
            return _lt("Something changed after it was approved. Cancel it at the bank, or let it expire there.")
        return None

    def ask_now(self, back=None):
        """Ask the bank for the person who waits.

        :param back: (memory, query of the return address) where the bank wants something still"""
        order = self.order
        if order.state not in states.SENT or not order.sudo().bank_ref_sealed or not Way(order).is_told():
            raise UserError(self.env._("The bank has nothing to be asked about."))
        try:
            found = self._ask(current_psu(), back)
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        if not order._lock():
            raise UserError(self.env._("Somebody else asks right now. Load the page again."))
        self._tell(found)
        return notify(text(self.env, Way(order).next_step()), 'info', SOFT_RELOAD)

    def cancel(self):
        """Ask the bank to cancel it, for the payer who presses the button. Only the bank's own yes opens the bills again."""
        order = self.order
        Approval(order).check_payer()
        if not Way(order).may_cancel():
            raise UserError(self.env._("This cannot be cancelled from here: use the internet banking."))
        client = (order.sudo().consent_id or order.sudo().feed_id.consent_id)._client()
        try:
            code = client.cancel_payment(sealing.unseal(self.env, order.sudo().bank_ref_sealed), current_psu())
        except BankError as error:
            raise UserError(wording.bank_error(self.env, error, attended=True)) from None
        if not order._lock():
            raise UserError(self.env._("Somebody else asks right now. Load the page again."))
        order.sudo()._log(_lt("Cancelled at the bank."), code=code)
        Course(order).told(code)
        return SOFT_RELOAD

    def _ask(self, psu, back=None):
        """What the bank says now. Nothing is locked meanwhile: what comes late or twice changes nothing. Raises BankError, UserError (provider off)."""
        order = self.order.sudo()
        client = (order.consent_id or order.feed_id.consent_id)._client()
        reference, content = sealing.unseal(self.env, order.bank_ref_sealed), Content.frozen(order)
        return (
            client.finish_payment(reference, *back, content, psu)
            if back
            else client.payment_status(reference, content, psu)
        )

    def _tell(self, found):
        order = self.order.sudo()
        order.status_at = fields.Datetime.now()
        Course(order).told(found.code, found.lines, found.reason, found.text, found.final)

    @classmethod
    def poll(cls, orders):
        """Scheduled: ask for each order that is due; what stays on its way too long is not known."""
        now = fields.Datetime.now()
        stuck = orders.search([('state', '=', states.SENDING), ('sent_at', '<', now - STUCK)])
        due = orders.search([('next_poll', '<=', now), ('state', 'in', sorted(states.SENT))])
        for order in stuck | due:
            try:
                cls(order)._look()
            except Exception as error:  # noqa: BLE001  one order never stops the others
                orders.env.cr.rollback()
                _logger.warning("Asking for payment order %s: %s", order.id, type(error).__name__)
            orders.env['ir.cron']._commit_progress(1)

    @classmethod
    def hinted(cls, orders, consent_ids):
        """The bank calls: what it has of these consents is asked about now, each order once in a while."""
        now = fields.Datetime.now()
        found = orders.search(
            [
                ('consent_id', 'in', consent_ids),
                ('state', 'in', sorted(states.SENT)),
                ('next_poll', '>', now),
                '|',
                ('status_at', '=', False),
                ('status_at', '<', now - HINTS),
            ]
        )
        found = found.try_lock_for_update(allow_referencing=True)
        if found:
            found.next_poll = now
            orders.env.ref('account_bank_feed.ir_cron_payments')._trigger()

    def _look(self):
        order = self.order
        if not order.try_lock_for_update(allow_referencing=True):
            return
        order.invalidate_recordset()
        if order.state == states.SENDING:
            if order.sent_at < fields.Datetime.now() - STUCK:
                self._not_heard()
            return
        if not order.bank_ref_sealed or order.state not in states.SENT:
            order.next_poll = False
            return
        self._plan()
        self.env['ir.cron']._commit_progress()  # nobody waits for the bank at the row
        try:
            found = self._ask(None)
        except (BankError, UserError) as error:
            _logger.info("Asking for payment order %s: %s", order.id, type(error).__name__)
            return
        if lock_again(order):
            order.invalidate_recordset()
            self._tell(found)

    def _not_heard(self):
        order = self.order
        order.line_ids._set_state(states.UNKNOWN)
        order._log(_lt("Nothing was heard since it was sent: whether it arrived is not known."))
        self._call_for_help()

    def _plan(self):
        """When the bank is asked next."""
        order, now = self.order, fields.Datetime.now()
        order.polls += 1
        over = order.date + timedelta(days=PATIENCE) < now.date()
        if over or order.state in states.FINAL:
            order.next_poll = False
        elif order.polls < len(POLLS):
            order.next_poll = now + timedelta(minutes=POLLS[order.polls])
        else:
            order.next_poll = now + (timedelta(hours=1) if order.polls < 24 else timedelta(days=1))


def keep(env):
    """What is said so far stays, whatever happens next: the network runs outside of what a conflict would do again."""
    env.cr.commit()  # pylint: disable=invalid-commit
