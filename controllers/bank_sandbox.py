from odoo import http
from odoo.http import request
from odoo.tools import consteq

from ..models.bank.bank_provider import SANDBOX_PATH
from ..models.lib.rights import ACCOUNTANTS
from ..sandbox import SandboxApp, stub_class
from ..sandbox.counter import MAIL


class BankSandboxController(http.Controller):
    """The sandbox bank, as long as a sandbox provider is switched on."""

    @http.route(
        f'{SANDBOX_PATH}/<path:path>',
        type='http',
        auth='public',
        csrf=False,
        save_session=False,
        readonly=False,
        methods=['GET', 'POST', 'PUT', 'DELETE'],
        max_content_length=64 * 1024,
    )
    def sandbox(self, path, **_parameters):
        sandbox = request.env['bank.sandbox'].sudo()
        if not sandbox._is_on():
            raise request.not_found()
        api, _slash, rest = path.partition('/')
        stub = stub_class(api)
        if not self._is_page(rest if stub else path, stub):
            given = request.httprequest.headers.get('X-API-Key', '')
            if not consteq(given.encode(), sandbox._key().encode()):
                raise request.not_found()
        elif not request.env.user._is_internal():
            # its customers' names come from the invoices: for people of this Odoo only
            return request.redirect_query('/web/login', {'redirect': request.httprequest.full_path})
        elif path.startswith('papers') and not request.env.user.has_group(ACCOUNTANTS):
            raise request.not_found()  # payers' names
        base = request.env['bank.provider'].sudo().get_base_url()
        prefix = f'{SANDBOX_PATH}/{api}' if stub else SANDBOX_PATH
        app = SandboxApp(store=sandbox._open, prefix=prefix, redirects=f'{base}/', api=api if stub else '')
        answer = app.respond(request.httprequest, path=f'/{rest if stub else path}')
        if answer.content_type == MAIL:
            return self._send(answer.get_data())
        response = request.make_response(
            answer.get_data(),
            headers=[
                (name, value)
                for name, value in answer.headers.items()
                if name.lower() not in ('content-length', 'x-frame-options')
            ],
            status=answer.status_code,
        )
        response.headers['X-Frame-Options'] = 'DENY'
        return response

    def _send(self, mail):
        """Have a mail of the sandbox bank delivered, as the company's mail server would."""
        if not request.env.user.has_group(ACCOUNTANTS):
            raise request.not_found()
        mailbox = request.env['bank.mailbox'].sudo().search([('company_id', '=', request.env.company.id)], limit=1)
        if mailbox:
            request.env['bank.sandbox'].sudo()._deliver(mail, mailbox)
        return request.redirect('/odoo/bank-mails')

    def _is_page(self, path, stub):
        """Whether a person's browser comes here; else it is the interface, which only our own client may call."""
        pages = ('authorize/', 'papers', 'permissions', 'portal', 'logo.svg', *(stub.browser_paths if stub else ()))
        return path.startswith(pages) or not (stub or path.startswith('v1/'))
