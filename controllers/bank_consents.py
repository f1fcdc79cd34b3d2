from datetime import date, timedelta
from urllib.parse import urlencode

from odoo import fields, http
from odoo.exceptions import RedirectWarning, UserError
from odoo.http import request

from ..banks.errors import BankError
from ..models.lib import wording
from ..models.lib.psu import current_psu

#: where a person sees and gives the own consents
CONSENTS_PATH = '/bank_feed/consents'
#: letters of a token that a person pastes
MAX_TOKEN = 500


class BankConsents(http.Controller):
    """A person's own consents, for everybody who was asked for one, with or without a right in Odoo's accounting."""

    @http.route(CONSENTS_PATH, type='http', auth='public', methods=['GET'])
    def own(self):
        return self._log_in() or self._page(self._holders())

    @http.route(f'{CONSENTS_PATH}/<int:connection_id>', type='http', auth='public', methods=['GET'])
    def one(self, connection_id):
        return self._log_in() or self._page(self._holder(connection_id), alone=True)

    def _log_in(self):
        """Who comes from a mail and is not logged in to Odoo is told which log-in comes first; nothing else is said to anybody."""
        if not request.env.user._is_public():
            return None
        query = urlencode({'redirect': request.httprequest.full_path.rstrip('?')})
        response = request.render('account_bank_feed.consents_log_in', {'log_in': f'/web/login?{query}'})
        response.headers['Cache-Control'] = 'no-store'
        return response

    @http.route(f'{CONSENTS_PATH}/<int:connection_id>', type='http', auth='user', methods=['POST'])
    def act(self, connection_id, act='', token='', until=''):
        """``act``: 'give' leads to the bank; 'no_rights', 'has_rights': what the person says; 'end': the own consents end."""
        holder = self._holder(connection_id)
        if not holder or not holder._may_give():
            return self._page(holder.browse(), alone=True)
        error = ''
        try:
            if act == 'give':
                if address := self._give(holder, token[:MAX_TOKEN].strip(), until):
                    return request.redirect(address, local=False)
            elif act == 'no_rights':
                holder.sudo(False).action_no_rights()
            elif act == 'has_rights':
                holder.sudo(False).action_has_rights()
            elif act == 'end':
                error = holder._end_own()
        except BankError as problem:
            error = wording.bank_error(request.env, problem, attended=True)
        except UserError as problem:
            error = str(problem)
        except RedirectWarning as problem:  # the way that it offers is not for this page
            error = problem.args[0]
        return self._page(holder, alone=True, error=error)

    def _give(self, holder, token, until):
        """Begin the person's consent: the address of the bank's log-in, or '' where a token was all that is needed."""
        connection = holder.connection_id
        consents = request.env['bank.consent'].sudo()
        asked = {'renews': connection, 'invited_by': holder.invited_by or connection.user_id or request.env.user}
        if not connection.institution_id.by_token:
            _consent, address = consents._start(
                connection.institution_id, connection.company_id, current_psu(), **asked
            )
            return address
        try:
            day = fields.Date.to_date(until) if until else fields.Date.context_today(holder) + timedelta(days=180)
        except ValueError:
            day = date.min
        if not token or '\x00' in token or day < fields.Date.context_today(holder):
            raise UserError(request.env._("Paste the token that the bank made, and the day until which it is valid."))
        consent = consents._grant(
            connection.institution_id, connection.company_id, token, day, current_psu(),
            renews_connection_id=connection.id, invited_by=asked['invited_by'].id,
        )  # fmt: skip
        consent._join(current_psu())
        return ''

    def _holders(self):
        """The person at all connections (sudo)."""
        holders = request.env['bank.consent.holder'].sudo().search([('user_id', '=', request.env.uid)])
        companies = request.env.user.company_ids
        return holders.filtered(
            lambda holder: (
                holder.connection_id.state != 'disconnected' and holder.company_id in companies and holder._may_give()
            )
        )

    def _holder(self, connection_id):
        """The person at one connection (sudo); none where nobody asked."""
        holders = request.env['bank.consent.holder'].sudo()
        connection = request.env['bank.connection'].sudo().browse(connection_id).exists()
        if (
            not connection
            or connection.state == 'disconnected'
            or connection.company_id not in request.env.user.company_ids
        ):
            return holders
        found = holders.search([('user_id', '=', request.env.uid), ('connection_id', '=', connection.id)], limit=1)
        found = found or holders.new({'user_id': request.env.uid, 'connection_id': connection.id})
        if not found._may_give():
            return holders
        if not isinstance(found.id, int) and request.httprequest.method == 'POST':  # who only looks leaves no trace
            found = holders._of(connection, request.env.user)
        return found

    def _page(self, holders, alone=False, error=''):
        values = {'holders': holders, 'alone': alone, 'error': error, 'path': CONSENTS_PATH}
        response = request.render('account_bank_feed.consents_page', values)
        response.headers['Cache-Control'] = 'no-store'
        if alone and not holders:
            response.status_code = 404
        return response
