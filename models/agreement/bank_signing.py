import base64
import hashlib
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...banks.errors import BankError
from ...signing import DECLINED, EXPIRED, OPENED, PENDING, SIGNED, Signer, chain, codes, pdf
from ...signing.data import FINAL
from ..lib.rights import ACCOUNTANTS
from . import paper

#: days for which a link is valid; minutes for which a code is; how often a code is sent in an hour, and typed wrongly
LINK_DAYS, CODE_MINUTES, MAX_SENT, MAX_TRIES = 14, 10, 3, 5
#: letters of what a person types in, of a browser's name
MAX_TYPED, MAX_AGENT = 200, 300
#: wrong links of one address in the time, and the time
MAX_WRONG, WRONG_TIME = 20, timedelta(minutes=10)
LOCK = 0x62736967  # of the chain, for the transaction


class BankSigning(models.Model):
    """One document that one person is asked to sign: link, code, proof. Nothing of it is written by people."""

    _name = 'bank.signing'
    _description = "Electronic Signature"
    _order = 'id desc'

    agreement_id = fields.Many2one('bank.agreement', required=True, ondelete='cascade', index=True)
    company_id = fields.Many2one(related='agreement_id.company_id', store=True, index=True, precompute=True)
    provider_id = fields.Many2one('bank.signature.provider', ondelete='restrict', help="None: the built-in code.")
    name = fields.Char(string="Signatory", required=True)
    email = fields.Char(required=True)
    mobile = fields.Char()
    state = fields.Selection(
        [
            (PENDING, "Sent"), (OPENED, "Opened"), (SIGNED, "Signed"), (DECLINED, "Declined"), (EXPIRED, "Expired"),
            ('cancelled', "Withdrawn"), ('failed', "Failed"),
        ],
        required=True,
        default=PENDING,
    )  # fmt: skip
    sent_at = fields.Datetime(default=fields.Datetime.now)
    expires_at = fields.Datetime(required=True)
    opened_at = fields.Datetime()
    signed_at = fields.Datetime()
    identified_name = fields.Char(help="As typed by the signatory, or as the provider identified the person.")
    reason = fields.Char()
    document = fields.Binary(attachment=True, groups=ACCOUNTANTS, exportable=False)
    document_sha256 = fields.Char()
    signed_document = fields.Binary(attachment=True, groups=ACCOUNTANTS, exportable=False)
    evidence = fields.Json(groups=ACCOUNTANTS, exportable=False)
    chain_number = fields.Integer()
    chain_hash = fields.Char()
    reference = fields.Char(groups=fields.NO_ACCESS, copy=False, index='btree_not_null')
    link_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, index='btree_not_null')
    code_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_salt = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_until = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    code_tries = fields.Integer(groups=fields.NO_ACCESS, copy=False)
    codes_sent = fields.Json(groups=fields.NO_ACCESS, copy=False)
    code_address = fields.Char(groups=fields.NO_ACCESS, copy=False)

    # === Ask === #

    @api.model
    def _ask(self, agreement, content):
        """Send a document to be signed.

        :param content: PDF, as bytes
        :return: (the case, address of the signatory's page)
        :raises BankError: the signature provider could not be asked"""
        now, provider = fields.Datetime.now(), agreement.signature_provider_id
        values = {
            'agreement_id': agreement.id,
            'provider_id': provider.id,
            'name': agreement.signatory_name,
            'email': agreement.signatory_email,
            'mobile': agreement.signatory_mobile,
            'expires_at': now + timedelta(days=LINK_DAYS),
            'document': base64.b64encode(content),
            'document_sha256': hashlib.sha256(content).hexdigest(),
        }
        if provider:
            signer = Signer(agreement.signatory_name, agreement.signatory_email, agreement.signatory_mobile or '')
            sent = provider._client().send(agreement.display_name, content, signer, LINK_DAYS, provider._event_url())
            return self.sudo().create({**values, 'reference': sent.reference}), sent.link
        link = codes.new_link()
        case = self.sudo().create({**values, 'link_hash': codes.digest(link)})
        return case, f'{case.get_base_url()}/bank_feed/sign/{link}'

    def _withdraw(self):
        """Nobody is asked any more."""
        for case in self.sudo().filtered(lambda one: one.state not in FINAL):
            if case.provider_id:
                try:
                    case.provider_id._client().cancel(case.reference)
                except BankError as error:
                    raise UserError(self.env._("The signature provider could not be told: %s", str(error))) from None
            case._set_state('cancelled')

    def _set_state(self, state, **values):
        """The one writer of the state; from a final one nothing follows."""
        for case in self.sudo():
            if case.state in FINAL or case.state == state:
                continue
            case.write({'state': state, **values, 'link_hash': case.link_hash if state not in FINAL else False})
            case.agreement_id._on_signing(case)

    # === The page of who signs === #

    @api.model
    def _of_link(self, link):
        """The case that a link belongs to, while it can be signed (sudo); none: unknown, used, or its time is over."""
        if not link or len(link) > 100:
            return self.browse()
        found = self.sudo().search([('link_hash', '=', codes.digest(link))], limit=1)
        if found and found.expires_at < fields.Datetime.now():
            found._set_state(EXPIRED)
            return self.browse()
        return found.filtered(lambda case: case.state not in FINAL)

    def _opened(self):
        self._set_state(OPENED, opened_at=fields.Datetime.now())

    def _send_code(self, by_sms=False):
        """Send a new code; the one before is void.

        :raises UserError: too many were sent"""
        case, now = self.sudo(), fields.Datetime.now()
        case.lock_for_update()
        sent = [at for at in case.codes_sent or () if fields.Datetime.to_datetime(at) > now - timedelta(hours=1)]
        if len(sent) >= MAX_SENT:
            raise UserError(self.env._("Too many codes were sent. Wait an hour, or use the last one."))
        code, salt = codes.new_code(), codes.new_salt()
        case.write(
            {
                'code_salt': salt,
                'code_hash': codes.digest(code, salt),
                'code_until': now + timedelta(minutes=CODE_MINUTES),
                'code_tries': 0,
                'codes_sent': [*sent, fields.Datetime.to_string(now)],
                'code_address': case.mobile if by_sms else case.email,
            }
        )
        if by_sms:
            self.env['sms.sms'].sudo().create(
                {'number': case.mobile, 'body': self.env._("%s is your code for signing.", code)}
            ).send()
            return
        mail = self.env['mail.mail'].sudo().create(
            {
                'subject': self.env._("Your code for signing"),
                'email_to': case.email,
                'body_html': self.env._("Your code for signing is <b>%s</b>. It is valid for 10 minutes. Give it to nobody.", code),
                'auto_delete': True,
            }
        )  # fmt: skip
        mail.send()

    def _has_sms(self):
        return bool(self.sudo().mobile and 'sms.sms' in self.env)

    def _sign(self, code, name, ip, agent):
        """The person typed the code and the name, and ticked the box.

        :raises UserError: the code is wrong or void, or the name is missing; a wrong code is counted whatever becomes of the call"""
        case, now = self.sudo(), fields.Datetime.now()
        case.lock_for_update()
        name = ' '.join(name.split())[:MAX_TYPED]
        if not name:
            raise UserError(self.env._("Type your name."))
        if case.state in FINAL or not case.code_hash or case.code_until < now or case.code_tries >= MAX_TRIES:
            raise UserError(self.env._("The code is not valid any more. Ask for a new one."))
        if not codes.is_code(code, case.code_hash, case.code_salt):
            case.code_tries += 1
            return False
        evidence = {
            'document_sha256': case.document_sha256,
            'signer': name,
            'sent_to': case.code_address,
            'sent_at': fields.Datetime.to_string(case.sent_at),
            'opened_at': fields.Datetime.to_string(case.opened_at or now),
            'signed_at': fields.Datetime.to_string(now),
            'ip': ip[:64],
            'user_agent': agent[:MAX_AGENT],
        }
        number, before = case._last_link()
        evidence['before'] = before
        content = pdf.joined(case._bytes(), paper.evidence_pdf(case.env, evidence))
        case.write(
            {
                'signed_document': base64.b64encode(content),
                'evidence': evidence,
                'chain_number': number + 1,
                'chain_hash': chain.link(before, evidence),
                'code_hash': False,
            }
        )
        case._set_state(SIGNED, signed_at=now, identified_name=name)
        return True

    def _decline(self, reason):
        self._set_state(DECLINED, reason=' '.join(reason.split())[:MAX_TYPED] or False)

    # === Proof === #

    def _last_link(self):
        """(number, hash) of the last entry of the chain; one at a time."""
        self.env.cr.execute(SQL("SELECT pg_advisory_xact_lock(%s)", LOCK))
        last = self.sudo().search([('chain_number', '>', 0)], order='chain_number desc', limit=1)
        return (last.chain_number, last.chain_hash) if last else (0, chain.START)

    @api.model
    def _first_broken(self):
        """The first case whose proof is not what was signed; none: all are."""
        cases = self.sudo().search([('chain_number', '>', 0)], order='chain_number')
        number = chain.first_broken((case.evidence or {}, case.chain_hash) for case in cases)
        if number is not None:
            return cases[number]
        return cases.filtered(
            lambda case: hashlib.sha256(case._bytes()).hexdigest() != (case.evidence or {}).get('document_sha256')
        )[:1]

    def _bytes(self):
        return base64.b64decode(self.sudo().with_context(bin_size=False).document or b'')

    # === A provider's word === #

    def _look(self):
        """Ask the provider what became of it. Raises BankError."""
        for case in self.sudo().filtered(lambda one: one.provider_id and one.state not in FINAL):
            client = case.provider_id._client()
            found = client.state(case.reference)
            if found.state != SIGNED:
                case._set_state(found.state, reason=found.reason[:MAX_TYPED] or False)
                continue
            content = client.fetch(case.reference)
            if not pdf.has_pages_of(case._bytes(), content):
                case._set_state('failed', reason=self.env._("What came back signed is another document."))
                continue
            case.signed_document = base64.b64encode(content)
            at = found.signed_at.replace(tzinfo=None, microsecond=0) if found.signed_at else fields.Datetime.now()
            case._set_state(SIGNED, signed_at=at, identified_name=found.name[:MAX_TYPED])

    # === Wrong links === #

    @api.model
    def _may_try(self, ip):
        """Whether an address may open links; who guesses, may not for a while."""
        since = fields.Datetime.now() - WRONG_TIME
        wrong = self.env['bank.signing.miss'].sudo()
        return (
            wrong.search_count([('ip', '=', codes.digest(ip)), ('create_date', '>', since)], limit=MAX_WRONG)
            < MAX_WRONG
        )

    @api.model
    def _missed(self, ip):
        self.env['bank.signing.miss'].sudo().create({'ip': codes.digest(ip)})

    # === In time === #

    @api.model
    def _cron_signings(self):
        """Links whose time is over, reminders, and what a provider did not tell."""
        cron = self.env['ir.cron']
        waiting = self.search([('state', 'in', (PENDING, OPENED))], order='id')
        cron._commit_progress(remaining=len(waiting))
        for case in waiting:
            try:
                if case.provider_id:
                    case._look()
                if case.state not in FINAL and case.expires_at < fields.Datetime.now():
                    case._set_state(EXPIRED)
                case.agreement_id._remind_signatory(case)
            except (BankError, UserError):
                self.env.cr.rollback()
            if not cron._commit_progress(1):
                break


class BankSigningMiss(models.Model):
    """A link that nobody was sent was tried from an address, which is kept as a hash for a day."""

    _name = 'bank.signing.miss'
    _description = "Wrong Signing Link"

    ip = fields.Char(required=True, index=True)

    @api.autovacuum
    def _gc(self):
        self.sudo().search([('create_date', '<', fields.Datetime.now() - timedelta(days=1))], limit=10_000).unlink()
