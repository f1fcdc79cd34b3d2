import base64
import hashlib
import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...banks.errors import BankError
from ...signing import DECLINED, EXPIRED, OPENED, PENDING, SIGNED, Signer, chain, codes, pdf
from ...signing.data import FINAL
from ..lib.rights import ACCOUNTANTS, MANAGERS
from . import paper
from .names import same_name

_logger = logging.getLogger(__name__)

#: days for which a link is valid; minutes for which a code is; how often a code is sent in an hour, and typed wrongly
LINK_DAYS, CODE_MINUTES, MAX_SENT, MAX_TRIES = 14, 10, 5, 5
#: wrong codes of a link in all
MAX_WRONG_CODES = 15
#: letters of what a person types in, of a browser's name
MAX_TYPED, MAX_AGENT = 200, 300
#: wrong links of one address in the time, and the time
MAX_WRONG, WRONG_TIME = 20, timedelta(minutes=10)


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
    is_unlike = fields.Boolean(help="What came back signed is not the document and a signature alone.")
    chain_number = fields.Integer()
    chain_hash = fields.Char()
    reference = fields.Char(groups=fields.NO_ACCESS, copy=False, index='btree_not_null')
    link_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, index='btree_not_null')
    reminder_link_hash = fields.Char(groups=fields.NO_ACCESS, copy=False, index='btree_not_null')
    code_hash = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_salt = fields.Char(groups=fields.NO_ACCESS, copy=False)
    code_until = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    code_tries = fields.Integer(groups=fields.NO_ACCESS, copy=False)
    code_wrong = fields.Integer(groups=fields.NO_ACCESS, copy=False, help="Technical: wrong codes in all.")
    _chain_uniq = models.UniqueIndex("(chain_number) WHERE chain_number > 0", "Two proofs have one number.")

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
            try:
                case._look()  # signed meanwhile, it is not withdrawn
                if case.provider_id and case.state not in FINAL:
                    case.provider_id._client().cancel(case.reference)
            except (BankError, UserError) as error:
                if not self.env.user.has_group(MANAGERS):
                    raise UserError(
                        self.env._(
                            "The signature provider could not be told: %s A manager can withdraw it all the same.",
                            str(error),
                        )
                    ) from None
            case._set_state('cancelled')

    def _set_state(self, state, **values):
        """The one writer of the state; from a final one nothing follows."""
        for case in self.sudo():
            if case.state in FINAL or case.state == state:
                continue
            case.write({'state': state, **values, 'code_hash': False} if state in FINAL else {'state': state, **values})
            case.agreement_id._on_signing(case)

    # === The page of who signs === #

    @api.model
    def _of_link(self, link):
        """(the case that a link belongs to (sudo), while its time is not over: to sign, or to read what was signed or declined; or none;
        whether the link is known at all)"""
        if not link or len(link) > 100 or not link.isascii():
            return self.browse(), False
        known = codes.digest(link)
        found = self.sudo().search(['|', ('link_hash', '=', known), ('reminder_link_hash', '=', known)], limit=1)
        over = found and found.expires_at < fields.Datetime.now()
        if over:
            found._set_state(EXPIRED)
        useful = found.filtered(lambda case: not over and (case.state not in FINAL or case.state in (SIGNED, DECLINED)))
        return useful, bool(found)

    def _opened(self):
        """The document was read."""
        self._set_state(OPENED, opened_at=fields.Datetime.now())

    def _sign(self, code, name, ip, agent):
        """The person typed the code and the name, and ticked the box.

        :raises UserError: the code is wrong or void, or the name is missing; a wrong code is counted whatever becomes of the call"""
        case, now = self.sudo(), fields.Datetime.now()
        case.lock_for_update()
        name = _clean(name)
        if not name:
            raise UserError(self.env._("Type your name."))
        if not same_name(name, case.name):
            raise UserError(
                self.env._(
                    "You were asked as %(asked)s. If somebody else signs, ask %(company)s for a new link.",
                    asked=case.name,
                    company=case.agreement_id.company_id.name,
                )
            )
        if not code.strip():
            raise UserError(self.env._("Type the code."))
        if case.code_wrong >= MAX_WRONG_CODES:
            raise UserError(self.env._("Too many codes were wrong. Ask the company for a new link."))
        if case.state in FINAL or not case.code_hash or case.code_until < now or case.code_tries >= MAX_TRIES:
            raise UserError(self.env._("The code is not valid any more. Ask for a new one."))
        if not codes.is_code(code, case.code_hash, case.code_salt):
            case.write({'code_tries': case.code_tries + 1, 'code_wrong': case.code_wrong + 1})
            return False
        evidence = {
            'document_sha256': case.document_sha256,
            'signer': name,
            'sent_to': case.code_address,
            'sent_at': fields.Datetime.to_string(case.sent_at),
            'opened_at': fields.Datetime.to_string(case.opened_at or now),
            'signed_at': fields.Datetime.to_string(now),
            'ip': ip[:64],
            'user_agent': _clean(agent)[:MAX_AGENT],
        }
        content = pdf.joined(case._bytes(), paper.evidence_pdf(case.env, evidence, case.agreement_id.id))
        case._keep_proof(evidence, content)
        case._set_state(SIGNED, signed_at=now, identified_name=name)
        return True

    def _keep_proof(self, evidence, content):
        """The next entry of the chain: what is known of this signature, and the signed document's hash."""
        number, before = self._next_link()
        evidence = {
            **evidence,
            'agreement': self.agreement_id.id,
            'signed_sha256': hashlib.sha256(content).hexdigest(),
            'before': before,
        }
        found = chain.link(before, evidence)
        self.write(
            {
                'signed_document': base64.b64encode(content),
                'evidence': evidence,
                'chain_number': number,
                'chain_hash': found,
            }
        )
        self.env.cr.execute(SQL("UPDATE bank_signing_head SET hash = %s", found))

    def _decline(self, reason):
        self._set_state(DECLINED, reason=_clean(reason) or False)

    # === Proof === #

    def _next_link(self):
        """(number, hash before) of the next entry. Who signs at the same moment meets the changed row, and is done again by Odoo."""
        self.env.cr.execute(
            SQL(
                "INSERT INTO bank_signing_head (single, number, hash) VALUES (TRUE, 0, %s) ON CONFLICT DO NOTHING",
                chain.START,
            )
        )
        self.env.cr.execute(SQL("UPDATE bank_signing_head SET number = number + 1 RETURNING number, hash"))
        return self.env.cr.fetchone()

    @api.model
    def _first_broken(self):
        """Number of the first proof that is not what was signed, or 0: documents, names, and that none is left out."""
        cases = self.sudo().search([('chain_number', '>', 0)], order='chain_number')
        number = chain.first_broken((case.evidence or {}, case.chain_hash) for case in cases)
        if number is not None:
            return cases[number].chain_number
        for place, case in enumerate(cases, 1):
            told = case.evidence
            kept = (case._bytes(), base64.b64decode(case.with_context(bin_size=False).signed_document or b''))
            sums = tuple(hashlib.sha256(content).hexdigest() for content in kept)
            whose = (case.identified_name or '', case.agreement_id.id)
            if (
                case.chain_number != place
                or sums != (told.get('document_sha256'), told.get('signed_sha256'))
                or whose != (told.get('signer'), told.get('agreement'))
            ):
                return case.chain_number
        self.env.cr.execute(SQL("SELECT number, hash FROM bank_signing_head"))
        head = self.env.cr.fetchone() or (0, chain.START)
        return 0 if head == (len(cases), cases[-1:].chain_hash or chain.START) else len(cases) + 1

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
            at = found.signed_at.replace(tzinfo=None, microsecond=0) if found.signed_at else fields.Datetime.now()
            name = _clean(found.name)
            evidence = {
                'document_sha256': case.document_sha256,
                'signer': name,
                'provider': case.provider_id.code,
                'signed_at': fields.Datetime.to_string(at),
            }
            case.is_unlike = not pdf.is_exactly(case._bytes(), content)
            case._keep_proof(evidence, content)
            case._set_state(SIGNED, signed_at=at, identified_name=name)

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
                case._look()
                cron._commit_progress()
            except Exception as error:  # one provider's trouble must not stop the others, nor the time
                self.env.cr.rollback()
                _logger.info("Signature %s: %s", case.id, type(error).__name__)
            case._pass_time()
            if not cron._commit_progress(1):
                break

    def _pass_time(self):
        """The link's time may be over, or a reminder due."""
        if self.state not in FINAL and self.expires_at < fields.Datetime.now():
            self._set_state(EXPIRED)
        self.agreement_id._remind_signatory(self)


def _clean(text):
    """What a person typed, as it can be kept."""
    return ' '.join(text.replace('\x00', ' ').split())[:MAX_TYPED]


class BankSigningHead(models.Model):
    """The end of the chain of proofs: one row, which every signature changes."""

    _name = 'bank.signing.head'
    _description = "End of the Chain of Signatures"
    _log_access = False

    single = fields.Boolean(default=True, required=True)
    number = fields.Integer(required=True)
    hash = fields.Char(required=True)

    _single_uniq = models.Constraint('UNIQUE(single)', "There is one.")


class BankSigningMiss(models.Model):
    """A link that nobody was sent was tried from an address, which is kept as a hash for a day."""

    _name = 'bank.signing.miss'
    _description = "Wrong Signing Link"

    ip = fields.Char(required=True, index=True)

    @api.autovacuum
    def _gc(self):
        self.sudo().search([('create_date', '<', fields.Datetime.now() - timedelta(days=1))], limit=10_000).unlink()
