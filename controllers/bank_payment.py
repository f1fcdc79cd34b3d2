from odoo import fields, http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from ..models.pay.approving import Approval
from ..models.pay.sending import RETURN_LIFE, Outbox
from ..models.pay.upload import PaymentFile
from ..payments import states


class BankPayment(http.Controller):
    """A payment order's file."""

    @http.route('/bank_feed/payment/<int:order_id>/file', type='http', auth='user', methods=['GET'])
    def payment_file(self, order_id):
        """The bytes, for who may pay; of salaries, for who may see them."""
        order = request.env['bank.payment.order'].browse(order_id).exists()
        try:
            if not order:
                raise MissingError('')
            Approval(order).check_file()
            name, content = PaymentFile(order).given()
        except (AccessError, MissingError):
            raise request.not_found() from None
        except UserError as error:
            return request.make_response(str(error), [('Content-Type', 'text/plain; charset=utf-8')], status=409)
        headers = [
            ('Content-Type', 'application/xml'),
            ('Content-Disposition', http.content_disposition(name)),
            ('Cache-Control', 'no-store'),
            ('X-Content-Type-Options', 'nosniff'),
        ]
        return request.make_response(content, headers)


def signed(token, parameters):
    """The page after the bank's, for who comes back from signing; None where the address belongs to no payment order. It proves nothing: what
    became of the order, the bank is asked."""
    order = request.env['bank.payment.order']._from_return(token)
    if not order:
        return None
    if order.sender_id != request.env.user or order.sent_at < fields.Datetime.now() - RETURN_LIFE:
        return request.redirect('/odoo/bank-payments')
    if order.state in states.SENT and order.sudo().bank_ref_sealed:
        try:
            Outbox(order.with_env(request.env)).come_back(parameters)
        except UserError:  # the schedule asks again
            request.env.cr.rollback()
    return request.redirect(f'/odoo/bank-payments/{order.id}')
