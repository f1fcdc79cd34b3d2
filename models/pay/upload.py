"""An approved order as a file for the bank: made once of what was approved, kept byte for byte, given again as it is."""

import base64
import hashlib

from odoo import fields
from odoo.exceptions import UserError
from odoo.tools.translate import LazyTranslate

from ...payments import WRITERS, Refused, states
from ...payments.data import CZECH
from .content import Content

_lt = LazyTranslate(__name__)

NEW, OLD, FIO = 'pain.001.001.09', 'pain.001.001.03', 'fio-xml'
FORMATS = [(NEW, "ISO 20022 pain.001.001.09"), (OLD, "ISO 20022 pain.001.001.03"), (FIO, "Fio banka XML")]


class PaymentFile:
    """Of one order (sudo).

    :param order: ``bank.payment.order``"""

    def __init__(self, order):
        self.order = order.sudo()
        self.env = order.env

    def wanted_format(self, order):
        """Czech domestic payments have no ISO file at the banks that we know; Norwegian and Swedish banks read the older version."""
        chosen = self.order.journal_id.bank_payment_format
        if chosen:
            return chosen
        if any(line.account.scheme == CZECH for line in order.lines):
            return FIO
        return OLD if order.country in ('NO', 'SE', 'DK') else NEW

    def make(self):
        """Write the file and keep it.

        :raises UserError: this format cannot say it"""
        order = Content.frozen(self.order)
        kind = self.wanted_format(order)
        try:
            content = WRITERS[kind](order)
        except Refused as refused:
            raise UserError(refused.problems[0].message) from None
        self.order.write(
            {
                'file': base64.b64encode(content),
                'file_hash': hashlib.sha256(content).hexdigest(),
                'file_format': kind,
                'sent_at': fields.Datetime.now(),
            }
        )

    def given(self):
        """(name, bytes)

        :raises UserError: the stored bytes are not those that were made"""
        if self.order.state in states.FAILED or self._holds_what_was_given_up():
            raise UserError(self.env._("What is in this file was given up, in whole or in part. Do not upload it."))
        content = base64.b64decode(self.order.file or b'')
        if not content or hashlib.sha256(content).hexdigest() != self.order.file_hash:
            raise UserError(self.env._("The file is not the one that was made. Do not upload it."))
        return f'{self.order.message_id}.xml', content

    def _holds_what_was_given_up(self):
        gone = self.order.line_ids.filtered(lambda line: line.state == states.CANCELLED)
        return any(line.end_to_end_id in (self.order.content or '') for line in gone)

    def action(self):
        """The browser downloads it, and shows the order anew."""
        url = f'/bank_feed/payment/{self.order.id}/file'
        return {'type': 'ir.actions.client', 'tag': 'account_bank_feed.payment_file', 'params': {'url': url}}
