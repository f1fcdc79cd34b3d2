import logging

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from ..models.bank import webhook
from ..models.bank.bank_provider import WEBHOOK_PATH

_logger = logging.getLogger(__name__)


class BankWebhook(http.Controller):
    """A bank says that there is something new. The address is unguessable, the bank proves itself to the client, and what
    it says is a hint only: the answer goes out at once, the fetch is the scheduler's."""

    @http.route(
        f'{WEBHOOK_PATH}/<string:token>',
        type='http',
        auth='public',
        methods=['POST'],
        csrf=False,
        save_session=False,
        max_content_length=64 * 1024,
    )
    def bank_webhook(self, token):
        provider = webhook.provider_of(request.env, token)
        if not provider:
            raise request.not_found()
        try:
            client = provider._client()
        except UserError:
            raise request.not_found() from None
        events = client.events(request.httprequest.get_data(), request.httprequest.headers)
        if events is None:
            _logger.info("Webhook of provider %s: the caller did not prove to be the bank", provider.id)
            return request.make_response('', status=403)
        webhook.on_events(provider, events)
        return request.make_response('', status=200)
