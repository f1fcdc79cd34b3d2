import logging

from odoo import fields, http
from odoo.exceptions import UserError
from odoo.http import request

from ..banks.errors import BankError
from ..models.bank.bank_provider import RETURN_PATH
from ..models.lib import wording
from ..models.lib.psu import current_psu
from ..models.lib.rights import MANAGERS
from .bank_consents import CONSENTS_PATH
from .bank_payment import signed

_logger = logging.getLogger(__name__)


class BankReturn(http.Controller):
    """The person comes back from the bank."""

    @http.route(RETURN_PATH, type='http', auth='user', methods=['GET'])
    def bank_return(self, state='', **parameters):
        """The address proves nothing by itself: its one-time token is bound to user and time, and what was granted is
        read from the bank. Every refusal is a page in plain words and leaves nothing behind."""
        if request.httprequest.method != 'GET':  # a preview of the link asks nothing of the bank
            return request.make_response('', [('Cache-Control', 'no-store')])
        token = state or parameters.get('ref') or ''  # some providers give our token back under this name
        if page := signed(token[:200], parameters):
            return page
        consent = request.env['bank.consent']._from_return(token[:200])
        if refusal := self._refusal(consent):
            return refusal
        if consent.returns_to_fetch:
            connection = consent._come_for_news()
            return request.redirect(f'/odoo/bank-connections/{connection.id}')
        retry = consent.renews_connection_id
        try:
            if consent.state == 'received' and (page := self._ask_bank(consent, parameters, retry)):
                return page
            if consent.state == 'received':  # perhaps the person is still there, in another window
                consent._reopen_return()
                return self._not_valid(consent, retry)
            if consent.state != 'valid':
                consent._close_return()
                return self._not_valid(consent, retry)
            if consent.invited_by:
                return self._joined(consent)
            result = request.env['bank.connect.result']._from_consent(consent, current_psu())
        except BankError as error:
            _logger.info("Return from bank, consent %s: %s", consent.id, type(error).__name__)
            return self._failed(consent, error, retry)
        except UserError as error:
            consent._close_return()
            return self._page(request.env._("Not connected"), str(error), 400, retry)
        consent._close_return()
        return request.redirect(f'/odoo/bank-connect-result/{result.id}')

    def _joined(self, consent):
        """Who was asked for a consent has given it: what it covers is the inviter's to say."""
        told = consent._join(current_psu())
        consent._close_return()
        return self._page(request.env._("Thank you"), told, 200, consent.renews_connection_id, own=True)

    def _refusal(self, consent):
        """The page for who has no business here, or comes too late; None where it is the right person in time."""
        if not consent or not (consent.invited_by or consent.returns_to_fetch or request.env.user.has_group(MANAGERS)):
            return self._page(
                request.env._("This address is not valid"),
                request.env._(
                    "It was used before, is incomplete or was not made by this Odoo. Begin again from Bank Connections."
                ),
                400,
            )
        if consent.user_id != request.env.user:
            return self._page(
                request.env._("Somebody else began this"),
                request.env._(
                    "The log-in at the bank was begun by another user of Odoo. Nothing was connected. Log in as that user, or begin again yourself."
                ),
                403,
            )
        if consent.company_id not in request.env.user.company_ids:
            consent._revoke()
            consent._close_return()
            return self._page(
                request.env._("Not your company any more"),
                request.env._("You are not in the company that this was begun for. Nothing was connected."),
                403,
            )
        if consent.return_until < fields.Datetime.now():
            if not consent.returns_to_fetch:
                consent._set_state('rejected')
            consent._close_return()
            return self._page(
                request.env._("This took too long"),
                request.env._(
                    "The log-in at the bank was begun more than 40 minutes ago. Nothing was connected; begin again."
                ),
                410,
                consent.renews_connection_id,
            )
        return None

    def _failed(self, consent, error, retry):
        """The bank had a bad moment: the same address works again for as long as it is valid, as what the bank granted
        is kept; what is given up is ended at the bank by the daily job."""
        if error.retryable:
            consent._reopen_return()
        else:
            consent._close_return()
        return self._page(
            request.env._("The bank did not answer as it should"),
            wording.bank_error(request.env, error, attended=True),
            502,
            retry,
            once_more=request.httprequest.full_path if error.retryable else '',
        )

    def _ask_bank(self, consent, parameters, retry):
        """Learn from the bank what became of the permission, and keep it at once: a request that is done again after a
        conflict in the database must not use the bank's code a second time. Returns a page that waits, or the way to the bank's next page, or
        None."""
        if not consent._take_return():
            text = request.env._("Another window is asking your bank. This page looks again by itself.")
            return self._page(request.env._("One moment"), text, 200, retry, again=True)
        request.env.cr.commit()  # pylint: disable=invalid-commit
        if address := consent._finish(parameters, current_psu()):
            consent._reopen_return()
            return request.redirect(address, 303, local=False)
        if message := consent._waits():
            consent._reopen_return()
            return self._page(request.env._("Confirm at your bank"), message, 200, retry, again=True)
        request.env.cr.commit()  # pylint: disable=invalid-commit
        return None

    def _not_valid(self, consent, retry):
        bank = consent.institution_id.name
        if consent.state == 'partiallyAuthorised':
            return self._page(
                request.env._("A second signature is needed"),
                request.env._(
                    "%s wants another person of your company to approve too. Ask them to, then begin again.", bank
                ),
                200,
                retry,
            )
        if consent.state == 'received':
            return self._page(
                request.env._("The bank has not finished"),
                request.env._(
                    "%s does not know yet whether you approved. Nothing was connected; begin again in a minute.", bank
                ),
                200,
                retry,
            )
        if consent.invited_by and consent.renews_connection_id:
            holder = consent.env['bank.consent.holder']._of(consent.renews_connection_id, request.env.user)
            holder.sudo(False)._tell_inviter(
                request.env._("%s has not approved", request.env.user.name),
                request.env._("The access was refused or not finished at %s.", bank),
            )
        return self._page(
            request.env._("You did not approve"),
            request.env._(
                "The access was refused or not finished at %s. Nothing was connected and nothing is stored.", bank
            ),
            200,
            retry,
        )

    def _page(self, title, text, status, retry=None, again=False, once_more='', own=False):
        own = own or not request.env.user.has_group(MANAGERS)
        values = {
            'back': request.env._("Your Bank Consents") if own else request.env._("Back to Bank Connections"),
            'title': title,
            'text': text,
            'again': again,
            'once_more': once_more,
            'retry': CONSENTS_PATH
            if own
            else (retry and f'/odoo/bank-connections/{retry.id}') or '/odoo/bank-connections',
        }
        response = request.render('account_bank_feed.return_page', values)
        response.status_code = status
        response.headers['Cache-Control'] = 'no-store'
        return response
