import hashlib
import json
import secrets
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...banks.consents import replaced
from ...banks.data import CONSENT_ENDED
from ...banks.errors import BankError, ConsentError
from ..feed.schedule import FIRST_DAYS
from ..lib import sealing, wording
from ..lib.rights import MANAGERS
from ..lib.walls import onchange
from .bank_provider import RETURN_PATH
from .bank_vault import RecordVault

_lt = LazyTranslate(__name__)

#: how long a person may take at the bank
RETURN_LIFE = timedelta(minutes=40)
STATES = [
    ('received', "Waiting for the bank"),
    ('partiallyAuthorised', "Waiting for a second person"),
    ('valid', "Valid"),
    ('rejected', "Refused"),
    ('expired', "Expired"),
    ('revokedByPsu', "Revoked at the bank"),
    ('terminatedByTpp', "Ended here"),
]


def _hash(token):
    return hashlib.sha256(token.encode()).hexdigest()


class BankConsent(models.Model):
    """One person's permission at one bank. The state names are the bank's (NextGenPSD2 ``consentStatus``)."""

    _name = 'bank.consent'
    _description = "Bank Consent"
    _order = 'id desc'

    institution_id = fields.Many2one('bank.institution', required=True, ondelete='restrict', index=True)
    company_id = fields.Many2one('res.company', required=True, index=True, default=lambda self: self.env.company)
    user_id = fields.Many2one('res.users', string="Given by", required=True, default=lambda self: self.env.user)
    connection_ids = fields.Many2many(
        'bank.connection', 'bank_connection_consent_rel', 'consent_id', 'connection_id', string="Connections"
    )
    renews_connection_id = fields.Many2one('bank.connection', ondelete='set null')
    invited_by = fields.Many2one('res.users', help="Who asked for it, and may connect the accounts that it covers.")
    cover_ids = fields.One2many('bank.consent.account', 'consent_id', string="Accounts", groups=MANAGERS)
    state = fields.Selection(STATES, required=True, default='received')
    valid_until = fields.Date(help="The last day on which the bank gives data.")
    ended_on = fields.Date(readonly=True, help="When it ended, by its time or before.")
    date_from = fields.Date(string="Movements From", help="First day that the person wants of new accounts.")
    authorised_at = fields.Datetime()
    account_names = fields.Char(compute='_compute_account_names', compute_sudo=True)
    scope = fields.Selection([('accounts', "Account information")], default='accounts', required=True)

    bank_ref_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    memory_sealed = fields.Text(groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False)
    bank_ref_hash = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False, index='btree_not_null'
    )
    return_hash = fields.Char(
        groups=fields.NO_ACCESS, copy=False, prefetch=False, exportable=False, index='btree_not_null'
    )
    return_until = fields.Datetime(groups=fields.NO_ACCESS, copy=False)
    returns_to_fetch = fields.Boolean(
        groups=fields.NO_ACCESS,
        copy=False,
        help="Technical: the person comes back from a log-in for news, not from a consent.",
    )
    returned_at = fields.Datetime(groups=fields.NO_ACCESS, copy=False)

    def onchange(self, values, field_names, fields_spec):
        return onchange(super().onchange, values, field_names, fields_spec, ())

    @api.depends('institution_id', 'create_date')
    def _compute_display_name(self):
        for consent in self:
            consent.display_name = self.env._(
                "%(bank)s, %(day)s",
                bank=consent.institution_id.name,
                day=fields.Date.to_string(consent.create_date) or '',
            )

    @api.depends('cover_ids')
    @api.depends_context('allowed_company_ids', 'uid')
    def _compute_account_names(self):
        """Of the companies that the person works in: one consent may cover accounts of several."""
        for consent in self:
            feeds = consent.cover_ids.feed_id.filtered(lambda feed: feed.company_id in self.env.companies)
            consent.account_names = ', '.join(feeds.mapped('account_number'))

    # === Ask for a permission === #

    @api.model
    def _start(self, institution, company, psu, renews=None, date_from=None, invited_by=None):
        """Ask the bank for a permission and return (consent, address of the bank's page).

        :param date date_from: first day that is wanted of new accounts
        The return address carries a one-time token, of which only a hash is stored; it is bound to the user and the
        company. Raises BankError."""
        self.env['bank.agreement']._check_opens(company, institution.sudo().provider_id)
        client = institution.provider_id._client(institution=institution)
        token = secrets.token_urlsafe(24)
        valid_until = fields.Date.context_today(self) + timedelta(days=institution.consent_days)
        start = client.start_consent(
            f'{self.get_base_url()}{RETURN_PATH}?state={token}', valid_until, psu, institution.code
        )
        consent = self.sudo().create(
            {
                'institution_id': institution.id,
                'company_id': company.id,
                'user_id': self.env.uid,
                'renews_connection_id': renews.id if renews else False,
                'invited_by': invited_by.id if invited_by else False,
                'date_from': date_from,
                'valid_until': start.consent.valid_until or valid_until,
                'bank_ref_sealed': sealing.seal(self.env, start.consent.id),
                'memory_sealed': sealing.seal(self.env, json.dumps(start.memory)),
                'return_hash': _hash(token),
                'return_until': fields.Datetime.now() + RETURN_LIFE,
            }
        )
        return consent.sudo(False), start.redirect_url

    @api.model
    def _from_return(self, token):
        """The consent that a return address belongs to (sudo), or an empty recordset."""
        return self.sudo().search([('return_hash', '=', _hash(token or ''))], limit=1)

    def _finish(self, parameters, psu):
        """Read from the bank what became of the permission. Raises BankError.

        :return: the page of the bank where the person goes on, and comes back from to the same address; '': there is none"""
        self.ensure_one()
        consent = self.sudo()
        memory = json.loads(sealing.unseal(self.env, consent.memory_sealed) or '{}')
        found = consent._client().finish_consent(consent._bank_ref(), memory, parameters, psu)
        if found.next_url:
            consent.write(
                {
                    'bank_ref_sealed': sealing.seal(self.env, found.id),
                    'memory_sealed': sealing.seal(self.env, json.dumps(found.memory)),
                    'return_until': fields.Datetime.now() + RETURN_LIFE,
                }
            )
            return found.next_url
        consent._set_state(found.status)
        if found.is_valid:
            consent._keep(found)
        return ''

    def _waits(self):
        """What the person is asked to do elsewhere (in the bank's app) while we wait; '' where there is nothing."""
        self.ensure_one()
        if self.state != 'received':
            return ''
        return json.loads(sealing.unseal(self.env, self.sudo().memory_sealed) or '{}').get('waits', '')

    def _take_return(self):
        """Whether this request is the one that asks the bank what became of the permission: the code of a return address
        works once, and a browser may send the same request twice."""
        consent = self.sudo()
        if not consent.try_lock_for_update() or consent.returned_at:
            return False
        consent.returned_at = fields.Datetime.now()
        return True

    def _reopen_return(self):
        """The bank had a bad moment, or waits for the person: the same address works again, for as long as it is valid."""
        self.sudo().returned_at = False

    def _close_return(self):
        """The return address works no more."""
        self.sudo().return_hash = False

    @api.model
    def _grant(self, institution, company, secret, valid_until, psu, date_from=None, **more):
        """A permission by a token that the person typed in. Raises BankError."""
        self.env['bank.agreement']._check_opens(company, institution.sudo().provider_id)
        client = institution.provider_id._client(institution=institution)
        found = client.grant(secret, valid_until, psu)
        values = {'institution_id': institution.id, 'company_id': company.id, 'date_from': date_from, **more}
        consent = self.sudo().create({**values, 'state': 'valid'})
        consent._keep(found)
        return consent.sudo(False)

    def _keep(self, found):
        """Keep what the bank granted (:class:`banks.data.Consent`)."""
        self.write(
            {
                'valid_until': found.valid_until or self.valid_until,
                'authorised_at': fields.Datetime.now(),
                'bank_ref_sealed': sealing.seal(self.env, found.id),
                'bank_ref_hash': _hash(found.id),
            }
        )
        if found.memory is not None:
            RecordVault(self).replace(found.memory)

    @api.model
    def _by_bank_refs(self, provider, numbers):
        """{permission: the bank's name for it} of the valid ones that the bank calls so."""
        hashes = {_hash(number): number for number in numbers}
        domain = [('bank_ref_hash', 'in', list(hashes)), ('institution_id.provider_id', '=', provider.id)]
        return {consent: hashes[consent.bank_ref_hash] for consent in self.search([*domain, ('state', '=', 'valid')])}

    # === Use it === #

    def _first_day(self):
        """First day that is wanted of accounts that are new with this permission."""
        return self.date_from or fields.Date.context_today(self) - timedelta(days=FIRST_DAYS)

    def _client(self):
        """The bank's client with this permission's tokens."""
        self.ensure_one()
        return self.sudo().institution_id.provider_id._client(consent=self.sudo())

    def _bank_ref(self):
        """The bank's id of the consent, in clear."""
        self.ensure_one()
        return sealing.unseal(self.env, self.sudo().bank_ref_sealed)

    def _set_state(self, status):
        """The one writer of the state: the bank's word for it; a word that the standard does not know is of no use to us.

        * received → valid, partiallyAuthorised, rejected: the person came back from the bank (:meth:`_finish`)
        * received → rejected: the person took too long (the return page)
        * valid from the start: by a token (:meth:`_grant`)
        * valid → expired, revokedByPsu: the bank says so (:meth:`_end`, :meth:`_end_older`), or its time is over
        * any → terminatedByTpp: ended by us (:meth:`_revoke`)"""
        known = dict(self._fields['state'].selection)
        for consent in self:
            state = status if status in known else 'rejected'
            if consent.state == state:
                continue
            consent.sudo().state = state
            if state in CONSENT_ENDED:  # nothing that could be used stays
                today = fields.Date.context_today(consent)
                consent.sudo().ended_on = min(filter(None, (today, consent.valid_until)))
                consent.sudo().memory_sealed = False
                RecordVault(consent).forget()
                self.env['bank.prefetch']._forget(consent)

    def _ask_state(self):
        """Learn from the bank what became of the permission; whether anybody can tell now."""
        try:
            self._set_state(self._client().consent(self._bank_ref()).status)
        except ConsentError as error:
            self._set_state(error.status)
        except UserError:  # sealed with a key that is lost: of no use any more
            self._set_state('expired')
        except BankError:
            return False
        return True

    def _end_older(self):
        """A bank may end a person's older permission when a new one is given; one that nothing is fetched with is ended."""
        older = self.sudo().search(
            [
                ('institution_id', '=', self.institution_id.id),
                ('user_id', '=', self.user_id.id),
                ('state', '=', 'valid'),
                ('id', '!=', self.id),
            ]
        )
        for other in older:
            if not other._ask_state():
                continue  # the next fetch will tell
            if other.state == 'valid' and other._is_replaced():
                other._revoke()
            else:
                other._tell_end(_lt("A newer permission at the bank took the place of this one."))

    def _is_replaced(self):
        """Whether newer consents of the same person cover all that this one is there for (sudo)."""
        if not self.cover_ids or self.renews_connection_id.state == 'waiting':
            return False  # its accounts wait for their journals
        feeds = self.cover_ids.feed_id.filtered(lambda feed: feed.active and feed.connection_id.state != 'disconnected')
        return replaced(feeds.cover_ids._covers(), self.id, fields.Date.context_today(self))

    def _end(self, status, reason):
        """The bank ended it: its feeds and connections say so.

        :param status: the bank's word
        :param reason: a sentence"""
        self._set_state(status)
        self._tell_end(reason)

    def _expire_over(self):
        """Those whose time is over have ended, and it is said, in all companies that they are used in."""
        today = fields.Date.context_today(self)
        over = self.sudo().filtered(lambda one: one.state == 'valid' and one.valid_until and one.valid_until < today)
        over._set_state('expired')
        over._tell_end(_lt("The permission's time is over."))

    def _may_be_used_by(self, user):
        """The person who gave it, and who asked for it; where that one has left the company, its managers."""
        consent = self.sudo()
        asked = consent.invited_by
        left = asked and (not asked.active or consent.company_id not in asked.company_ids)
        manages = user.has_group(MANAGERS) and consent.company_id in user.company_ids
        return user in consent.user_id | asked or bool(left and manages)

    def _tell_end(self, reason):
        """Its connections, and the person whose it was, learn that it has ended, where it has."""
        for consent in self.filtered(lambda one: one.state in CONSENT_ENDED):
            connections = consent.connection_ids.filtered(lambda connection: connection.state != 'disconnected')
            connections._on_consent_ended(reason, consent.sudo())

    def _revoke(self):
        """End the permission at the bank, where it can be. Returns an error in plain words, or ''."""
        self.ensure_one()
        try:
            self._client().revoke_consent(self._bank_ref())
        except BankError as error:
            return wording.bank_error(self.env, error, attended=True)
        except UserError as error:  # the provider is off, or the key is lost
            return str(error)
        finally:
            self._set_state('terminatedByTpp')
        return ''

    @api.model
    def _revoke_unused(self):
        """End permissions that were given and then led to no connection."""
        # "received": the bank may have seen the approval though we never heard of it
        unused = self.sudo().search(
            [
                ('state', 'in', ('valid', 'received')),
                ('bank_ref_sealed', '!=', False),
                ('connection_ids', '=', False),
                ('create_date', '<', fields.Datetime.now() - timedelta(days=1)),
            ]
        )
        for consent in unused:
            consent._revoke()
            self.env['ir.cron']._commit_progress()

    @api.autovacuum
    def _gc_abandoned(self):
        """Log-ins at the bank that nobody finished leave nothing behind."""
        now = fields.Datetime.now()
        abandoned = self.sudo().search(
            [
                ('connection_ids', '=', False),
                ('state', '!=', 'valid'),
                ('create_date', '<', now - timedelta(days=1)),
                # those are ended at the bank first, by the daily job
                '|',
                ('state', '!=', 'received'),
                ('create_date', '<', now - timedelta(days=4)),
            ]
        )
        abandoned.unlink()
