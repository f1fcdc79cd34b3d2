import base64
import logging

from odoo import SUPERUSER_ID, http
from odoo.exceptions import UserError
from odoo.http import request
from odoo.tools import format_date, format_datetime

from ..banks.errors import BankError
from ..models.agreement.bank_signature_provider import EVENT_PATH
from ..models.agreement.bank_signing import MAX_TRIES
from ..signing import SIGNED
from ..signing.data import FINAL
from ..signing.idura import MAX_EVENT

_logger = logging.getLogger(__name__)

SIGN_PATH = '/bank_feed/sign'


class BankSign(http.Controller):
    """Who signs for the company needs no account in Odoo: a link, a code, a name. An unknown link and one that has ended are answered
    alike."""

    @http.route(f'{SIGN_PATH}/<string:link>', type='http', auth='public', methods=['GET'])
    def page(self, link, sent=''):
        case = self._case(link)
        if not case:
            return self._gone()
        if case.state in FINAL:
            return self._answered(link, case)
        said = self._said(case) if sent in ('mail', 'sms') and case.code_hash else ''
        return self._page(link, case, said=said)

    @http.route(f'{SIGN_PATH}/<string:link>/document', type='http', auth='public', methods=['GET'])
    def document(self, link):
        case = self._case(link)
        if not case:
            return self._gone()
        if request.httprequest.method == 'GET':  # a preview of the link opens nothing
            case._opened()
        content = base64.b64decode(case.with_context(bin_size=False).signed_document or b'') or case._bytes()
        headers = [
            ('Content-Type', 'application/pdf'),
            ('Content-Disposition', 'inline; filename="agreement.pdf"'),
            ('Cache-Control', 'no-store'),
            ('X-Content-Type-Options', 'nosniff'),
        ]
        return request.make_response(content, headers)

    @http.route(f'{SIGN_PATH}/<string:link>', type='http', auth='public', methods=['POST'])
    def act(self, link, act='', code='', name='', agreed='', reason=''):
        """``act``: 'mail', 'sms': send a code; 'sign', 'decline'."""
        case = self._case(link)
        if not case:
            return self._gone()
        if case.state in FINAL:
            return self._answered(link, case)
        error = ''
        try:
            if act in ('mail', 'sms'):
                by_sms = act == 'sms' and case._has_sms()
                case._send_code(by_sms=by_sms)
                # a page of its own: to look at it again sends nothing again
                return request.redirect(f'{SIGN_PATH}/{link}?sent={"sms" if by_sms else "mail"}', 303)
            if act == 'decline':
                case._decline(reason)
                return self._answered(link, case)
            if act == 'sign':
                if not agreed:
                    raise UserError(
                        request.env._("Tick the box: you have read the document, and may sign for the company.")
                    )
                if case._sign(
                    code[:20],
                    name,
                    request.httprequest.remote_addr or '',
                    request.httprequest.headers.get('User-Agent', ''),
                ):
                    return self._answered(link, case)
                left = max(MAX_TRIES - case.code_tries, 0)
                error = (
                    request.env._("The code is wrong. Tries left: %s.", left)
                    if left
                    else request.env._("The code is wrong, and void now. Send another code.")
                )
        except UserError as problem:
            error = str(problem)
        return self._page(link, case, error, typed={'code': code[:8], 'name': name[:200], 'agreed': agreed})

    @http.route(
        f'{EVENT_PATH}/<string:token>',
        type='http',
        auth='public',
        methods=['POST'],
        csrf=False,
        save_session=False,
        max_content_length=MAX_EVENT,
    )
    def event(self, token):
        """A signature provider's call: a hint; what became of it is asked of the provider."""
        provider = (
            request.env['bank.signature.provider']
            .sudo()
            .search([('webhook_token', '=', token[:100].replace('\x00', ''))], limit=1)
        )
        raw = request.httprequest.get_data()
        try:
            reference = provider and provider._client().event(request.httprequest.headers, raw)
        except UserError:  # sealed with a key that is lost
            reference = None
        if not reference:
            return request.make_response('', status=403)
        case = (
            request.env['bank.signing']
            .sudo()
            .search([('provider_id', '=', provider.id), ('reference', '=', reference)], limit=1)
        )
        try:
            case._look()
        except (BankError, UserError) as error:
            _logger.info("Signature %s: %s", case.id, type(error).__name__)
            return request.make_response('', status=503)
        return request.make_response('', status=200)

    def _case(self, link):
        cases = request.env['bank.signing'].with_user(
            SUPERUSER_ID
        )  # what follows is done by the system, by nobody here
        address = request.httprequest.remote_addr or ''
        if not cases._may_try(address):
            return cases
        case, is_known = cases._of_link(link)
        if not is_known:
            cases._missed(address)
        elif case:
            lang = case.agreement_id._lang()
            request.update_context(lang=lang)
            case = case.with_context(lang=lang)
        return case

    def _said(self, case):
        return request.env._("A code was sent to %s. It is valid for 10 minutes.", case.code_address)

    def _answered(self, link, case):
        """What became of it, for who signed or declined, as long as the link is valid."""
        if case.state == SIGNED:
            day = format_datetime(case.env, case.signed_at, dt_format='short')
            title = request.env._("Signed")
            text = request.env._(
                "You signed on %s (UTC). The company has the signed document, and you have a copy by mail.", day
            )
            return self._done(title, text, f'{SIGN_PATH}/{link}/document')
        title = request.env._("You declined to sign")
        return self._done(title, request.env._("The company was told. You can close this page."))

    def _page(self, link, case, error='', said='', typed=None):
        values = {
            'typed': typed or {},
            'until': format_date(case.env, case.expires_at),
            'case': case,
            'link': f'{SIGN_PATH}/{link}',
            'error': error,
            'said': said,
            'has_code': bool(case.code_hash),
        }
        return self._safe(request.render('account_bank_feed.sign_page', values))

    def _gone(self):
        title = request.env._("This link is not valid")
        text = request.env._("It was used, withdrawn, or its time is over. Ask the company for a new one.")
        response = self._done(title, text)
        response.status_code = 404
        return response

    def _done(self, title, text, document=''):
        values = {'title': title, 'text': text, 'document': document}
        return self._safe(request.render('account_bank_feed.sign_done', values))

    @staticmethod
    def _safe(response):
        """The link is a secret: no cache keeps the page, no other site learns its address, nobody frames it."""
        response.headers['Cache-Control'] = 'no-store'
        response.headers['Referrer-Policy'] = 'no-referrer'
        response.headers['X-Frame-Options'] = 'DENY'
        response.headers['X-Robots-Tag'] = 'noindex'
        return response
