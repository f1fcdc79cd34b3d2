"""What is done with a bank's mail: who vouches for it, what it tells, which account it is of, whether it is kept."""

import base64
import hashlib

from odoo import fields
from odoo.tools.translate import LazyTranslate

from ... import statements
from ...statements.mails import DOMAINS
from ...statements.mails.trust import Trust, one_form, trust
from ..feed.store import PostOrHold
from ..statement import refusals, routing
from ..statement.posting import Import
from ..statement.preview import Preview
from ..statement.reading import collect
from ..statement.sorting import Sorting
from .name_server import resolver

_lt = LazyTranslate(__name__)

#: mails a day that are kept though nobody vouches for them
MAX_UNVERIFIED = 200
REASONS = {
    'headers': _lt("Its headers are built in a way that no bank uses."),
    'sender': _lt("Its sender is no bank that is known."),
    'unsigned': _lt("Nobody vouches for its sender: neither a signature of the bank nor our mail server."),
    'wrong': _lt("The bank's signature does not fit: it was changed on its way, or is not the bank's."),
    'unknown': _lt("The bank's key could not be asked for. It is tried again."),
}
#: a name server other than the machine's own
DNS = 'account_bank_feed.name_server'


class Arrival:
    """One mail at a company's mailbox.

    :param mailbox: ``bank.mailbox``, as superuser
    :param data: the mail's bytes as they were received"""

    def __init__(self, mailbox, data):
        self.mailbox, self.env = mailbox, mailbox.env
        self.digest = hashlib.sha256(data).hexdigest()
        #: as it is checked, and read
        self.checked = one_form(data)
        self.data = data if self.checked is None else self.checked

    @staticmethod
    def mailbox_of(mailboxes, data):
        """The mailbox of the company whose account the mail tells of; where that is unclear, the first one."""
        if len(mailboxes) < 2:
            return mailboxes
        try:
            told = collect(statements.read_mail(data, True))
        except statements.Refused:
            return mailboxes[:1]
        for mailbox in mailboxes:
            if all(Arrival(mailbox, data)._journal_of(one) for one in told):
                return mailbox
        return mailboxes[:1]

    def run(self, from_server, again=False):
        """Values of the ``bank.mail``; None: nothing of it is kept.

        :param from_server: whether the mail comes from the company's own mail server
        :param again: it is kept already"""
        found = self._trust(from_server)
        if not found.domain:
            return self._unverified(found.reason, again)
        values = {'verified_by': found.how, 'domain': found.domain, 'reason': False, 'code': False}
        try:
            told = collect(statements.read_mail(self.data, True))
        except statements.Refused as refused:
            return self._refused(refused, values)
        if not all(self._is_of(one, found.domain) for one in told):
            return self._unverified('wrong', again)
        return self._book(told, values)

    def preview(self, user, subject=''):
        """An import that shows what the mail tells, for a person who vouches for it."""
        told = collect(statements.read_mail(self.data, True))
        record = self._record(told, user)
        record.name = (subject or record.name)[:200]
        file = record.file_ids.create(
            {'import_id': record.id, 'name': self.env._("Mail"), 'content': base64.b64encode(self.data)}
        )
        for one, statement in zip(told, record.statement_ids):
            statement.file_id = file
            statement.write(Preview(statement, one).values())
        record.state = 'preview'
        return record

    # === Trust === #

    def _trust(self, from_server):
        lookup = None
        if self.mailbox.dkim:
            lookup = resolver(self.env['ir.config_parameter'].get_param(DNS) or '')
        if self.checked is None:
            return Trust(reason='headers')
        server = (self.mailbox.server or '').strip() if from_server else ''
        return trust(self.data, self.mailbox._domains(), server, lookup)

    def _is_of(self, told, domain):
        """A movement is told by its own bank; a statement that is attached, by any that is trusted."""
        return told.head.format != 'mail' or domain in DOMAINS.get(told.head.profile, ())

    def _unverified(self, reason, again):
        words = REASONS[reason]
        if reason == 'unsigned' and not self.mailbox.server:
            words = _lt("%s No mail server of yours is entered under Address for Bank Mails.", words)
        kept = {'state': 'unverified', 'reason': words, 'code': reason}
        if again or reason == 'unknown':  # a name server that is away costs no mail
            return kept
        today = fields.Date.context_today(self.mailbox)
        count = self.mailbox.refused_today + 1 if self.mailbox.refused_day == today else 1
        self.mailbox.write({'refused_day': today, 'refused_today': count})
        if count > MAX_UNVERIFIED or (self.mailbox.privacy and reason == 'sender'):
            return self.discard()
        return kept

    def discard(self):
        """Nothing of it is kept, but that it came."""
        self.mailbox.discarded_count += 1

    def unread(self, reason):
        """Values of a mail that our reading fails on; of a flood of them, not all are kept."""
        return self._unverified('headers', False) and {'state': 'unreadable', 'reason': reason}

    def _refused(self, refused, values):
        if refused.code == 'not_a_movement':
            return self.discard() if self.mailbox.privacy else {**values, 'state': 'nothing'}
        return {**values, 'state': 'unreadable', 'reason': refusals.told(refused), 'code': refused.code}

    # === Books === #

    def _journal_of(self, told):
        """The journal of the account that it tells of, without keeping anything."""
        env, record = self.env, self.env['bank.import'].new({'company_id': self.mailbox.company_id.id})
        statement = env['bank.import.statement'].new({**record._statement_values(told), 'import_id': record})
        return routing.journal_of(statement, env['account.journal'])

    def _book(self, told, values):
        if self.mailbox.privacy and not all(self._is_wanted(one) for one in told):
            return self.discard()
        record = self._record(told, self.env.user)
        if any(not statement.journal_id for statement in record.statement_ids):
            record.unlink()
            return {**values, 'state': 'journal', 'reason': _lt("No journal has the account that it tells of.")}
        for one, statement in zip(told, record.statement_ids):
            statement.state = 'ready'
            Import(statement, one).run()
        record.write({'state': 'done', 'imported_at': fields.Datetime.now()})
        record._notify()
        states = record.statement_ids.entry_ids.mapped('state')
        state = 'booked' if 'new' in states else 'held' if 'held' in states else 'known'
        return {**values, 'state': state, 'import_id': record.id}

    def _is_wanted(self, told):
        """Privacy mode: whether it names an account of ours and an open document."""
        if not self._journal_of(told):
            return False
        record = self._record([told], self.env.user)
        sorting = Sorting(record.statement_ids, told)
        decided = PostOrHold(sorting.place)._decide(sorting.new)
        wanted = bool(sorting.known or sorting.told) or any(
            outcome.decision.allocations for _uid, _row, outcome in decided
        )
        record.unlink()
        return wanted

    def _name(self, told):
        """Who paid how much, by the first movement that it tells."""
        row = next((row for one in told for row in (*one.booked, *one.pending)), None)
        if not row:
            return self.env._("Mail of %s", fields.Date.to_string(fields.Date.context_today(self.mailbox)))
        who = row.counterparty_name or row.counterparty_account or ' '.join(row.remittance)
        return self.env._(
            "Mail: %(who)s, %(amount)s %(currency)s", who=who[:60], amount=row.amount, currency=row.currency
        )

    def _record(self, told, user):
        company = self.mailbox.company_id
        record = self.env['bank.import'].create(
            {
                'name': self._name(told),
                'way': 'mail',
                'company_id': company.id,
                'user_id': user.id,
            }
        )
        for index, one in enumerate(told):
            statement = record._make_statement(one, index=index)
            statement.digest = self.digest
            statement.journal_id = routing.journal_of(statement, self.env['account.journal'])
        return record
