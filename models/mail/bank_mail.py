import base64
import email
import logging
from email import policy
from email.header import decode_header, make_header

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools.translate import LazyTranslate

from ... import statements
from ...matching.decide import place as where
from ...statements.mails.message import MAX_MAIL
from ..lib.actions import SOFT_RELOAD, notify
from ..lib.named import told_to_readers
from ..lib.rights import ACCOUNTANTS
from ..lib.told import Told
from .arrival import Arrival

_lt = LazyTranslate(__name__)
_logger = logging.getLogger(__name__)

#: states in which a person may look at a mail
OPEN = ('unverified', 'unreadable', 'journal', 'undone')
#: characters of a subject or sender that are kept
MAX_TEXT = 200


class BankMail(models.Model):
    """A mail of a bank: who vouches for it and what came of it. Not verified, it books nothing."""

    _name = 'bank.mail'
    _description = "Bank Mail"
    _order = 'id desc'
    _rec_name = 'subject'

    mailbox_id = fields.Many2one('bank.mailbox', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='mailbox_id.company_id', store=True, index=True)
    state = fields.Selection(
        [
            ('booked', "In the Books"),
            ('known', "Known"),
            ('held', "On Hold"),
            ('journal', "Which Journal?"),
            ('unverified', "Not Verified"),
            ('unreadable', "Not Understood"),
            ('nothing', "No Movement"),
            ('undone', "Undone"),
            ('dismissed', "Dismissed"),
        ],
        required=True,
        index=True,
    )
    received = fields.Datetime(default=fields.Datetime.now)
    sender = fields.Char()
    subject = fields.Char()
    verified_by = fields.Selection(
        [('dkim', "The Bank's Signature"), ('server', "Our Mail Server"), ('person', "A Person")]
    )
    domain = fields.Char()
    reason = Told()
    code = fields.Char(help="Technical: why it is not verified or not understood.")
    from_server = fields.Boolean(help="It came from the company's own mail server, not by a person's call.")
    digest = fields.Char(required=True, index=True, help="Technical: of the mail; it comes once.")
    content = fields.Binary(string="Original", attachment=True, groups=ACCOUNTANTS, exportable=False)
    import_id = fields.Many2one('bank.import', ondelete='set null')
    line_ids = fields.Many2many('account.bank.statement.line', compute='_compute_line_ids', groups=ACCOUNTANTS)

    told = fields.Char(string="Movement", compute='_compute_told', groups=ACCOUNTANTS)
    match = fields.Char(compute='_compute_told', groups=ACCOUNTANTS)
    file_name = fields.Char(compute='_compute_told', groups=ACCOUNTANTS)

    _digest_uniq = models.UniqueIndex("(mailbox_id, digest)", "This mail has come already.")

    @told_to_readers
    def _compute_display_name(self):
        return super()._compute_display_name()

    @api.depends('import_id.statement_ids.entry_ids.line_id')
    def _compute_line_ids(self):
        for mail in self:
            mail.line_ids = mail.sudo().import_id.statement_ids.entry_ids.line_id

    @api.depends('line_ids', 'subject')
    def _compute_told(self):
        """Who paid how much, where it is in the books; and the original's name."""
        for mail in self:
            mail.told = ', '.join(
                f'{line.partner_name or ""} {line.currency_id.format(line.amount)}'.strip()
                for line in mail.line_ids[:3]
            )
            mail.match = ', '.join(filter(None, mail.line_ids[:3].mapped('bank_match_text')))
            mail.file_name = f'{mail.subject or "mail"}.eml'

    # === Arrival === #

    def message_new(self, msg_dict, custom_values=None):
        """The gateway hands the mail to :meth:`_arrive`, as it was received; in another way none comes."""
        raise UserError(self.env._("Bank mails come by the mail gateway."))

    @api.model
    def _arrive(self, data, mailbox, message_id=''):
        """A mail has come: read it, book what it tells, or keep it for a person.

        :param data: the mail's bytes as they were received
        :param mailbox: the one it was sent to; no record: that of the account which it tells of
        :return: id of the bank mail, or False where nothing is kept"""
        # what the server found counts only where the mail comes from the server, not from a person's remote call
        from_server = self.env.su or self.env.user.has_group('base.group_system')
        box = self.sudo().env['bank.mailbox']
        mailbox = mailbox or Arrival.mailbox_of(box.search([('active', '=', True)]), data)
        if not mailbox:
            _logger.info("A bank mail came, and no company has a mailbox for it")
            return False
        arrival = Arrival(mailbox.with_company(mailbox.company_id), data)
        digest = arrival.digest
        if mailbox.mail_ids.search_count([('mailbox_id', '=', mailbox.id), ('digest', '=', digest)], limit=1):
            return False
        shown = {}
        try:
            if len(data) > MAX_MAIL:
                return arrival.discard()
            shown = _shown(data)
            with self.env.cr.savepoint():
                values = arrival.run(from_server)
        except Exception as error:  # whatever a mail makes of our reading, it is kept for a person
            _logger.warning("A bank mail could not be read: %s at %s", type(error).__name__, where(error, 4))
            values = arrival.unread(_lt("It could not be read for an unexpected reason."))
        if not values:
            return False
        mail = mailbox.mail_ids.create(
            {**shown, **values, 'mailbox_id': mailbox.id, 'digest': digest, 'from_server': from_server}
        )
        if mail.state in ('unreadable', 'journal') or (
            mail.state == 'unverified' and mail.code not in ('sender', 'unknown')
        ):
            mailbox._tell_stuck()
        if mailbox.keep or mail.state in ('unverified', 'unreadable', 'journal'):
            mail.content = base64.b64encode(data)
        return mail.id

    # === A person's word === #

    def action_check_again(self):
        """Ask again who vouches for it."""
        self._check_may()
        for mail in self.sudo().filtered(lambda one: one.state in OPEN):
            arrival = Arrival(mail.mailbox_id.with_company(mail.company_id), mail._bytes())
            mail._again(arrival.run(mail.from_server, again=True))
        return self._checked()

    def _checked(self):
        """What the person is told who had it checked again."""
        left = self.exists()
        names = dict(self._fields['state']._description_selection(self.env))
        said = {mail.reason or names[mail.state] for mail in left} or {
            self.env._("It is no movement that concerns us: it is not kept.")
        }
        clear = left and all(mail.state in ('booked', 'known') for mail in left)
        return notify(' '.join(sorted(said)), 'success' if clear else 'info', SOFT_RELOAD)

    def action_read(self):
        """A person has looked at it: show what it tells, as a file that was dropped; nothing is booked before the button there."""
        self.ensure_one()
        self._check_may()
        mail = self.sudo()
        if mail.state not in OPEN or not mail.content:
            raise UserError(self.env._("There is nothing to read in it any more."))
        try:
            record = Arrival(mail.mailbox_id.with_company(mail.company_id), mail._bytes()).preview(
                self.env.user, mail.subject
            )
        except statements.Refused as refused:
            raise UserError(self.env._("It cannot be read: %s", refused.message)) from None
        mail.import_id = record
        return record.sudo(False)._open()

    @api.model
    def _vouched(self, record):
        """A person imported what a mail tells that nobody else vouches for."""
        mails = self.search([('import_id', '=', record.id), ('state', 'in', OPEN)])
        mails.write({'state': 'booked', 'verified_by': 'person', 'reason': False, 'code': False})

    def action_dismiss(self):
        """A person has looked at it: nothing is to be done."""
        self._check_may()
        self.sudo().filtered(lambda mail: mail.state in OPEN).write({'state': 'dismissed', 'reason': False})
        return SOFT_RELOAD

    @api.model
    def _undone(self, records):
        """Imports of mails were taken back: the mails may be looked at again."""
        self.search([('import_id', 'in', records.ids), ('state', 'in', ('booked', 'known', 'held'))]).state = 'undone'

    def _again(self, values):
        if values:
            self.write(values)
        else:
            self.unlink()

    def _bytes(self):
        return base64.b64decode(self.with_context(bin_size=False).content or b'')

    def _check_may(self):
        self.check_access('read')
        if not self.env.user.has_group(ACCOUNTANTS):
            raise AccessError(self.env._("You need the right “Bank Feeds: Accountant” for this."))

    @api.model
    def _cron_check_again(self):
        """Mails whose bank's key could not be asked for."""
        for mail in self.search([('state', '=', 'unverified'), ('code', '=', 'unknown')], limit=100):
            mail.action_check_again()
            if not self.env['ir.cron']._commit_progress(1):
                break


def _shown(data):
    """Sender and subject, as people read them."""
    message = email.message_from_bytes(data[: 64 * 1024], policy=policy.compat32)
    return {'sender': _header(message, 'From'), 'subject': _header(message, 'Subject')}


def _header(message, name):
    text = str(message.get(name) or '')[: 4 * MAX_TEXT]
    try:
        text = str(make_header(decode_header(text)))
    except Exception:  # whatever a header makes of the library
        text = text.encode('ascii', 'replace').decode()
    text = text.encode('utf-8', 'replace').decode().replace('\x00', ' ')
    return ' '.join(text.split())[:MAX_TEXT]
