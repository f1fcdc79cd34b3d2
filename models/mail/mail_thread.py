from odoo import api, models

#: the bytes of a mail on their way to :class:`.bank_mail.BankMail`; a class of ours, which no remote call can send
RAW = 'bank_mail_raw'


class Raw:
    """A mail as it was received."""

    def __init__(self, data):
        self.data = data


class MailThread(models.AbstractModel):
    _inherit = 'mail.thread'

    @api.model
    def message_process(
        self, model, message, custom_values=None, save_original=False, strip_attachments=False, thread_id=None
    ):
        """A signature is of the bytes, which core's reading of the mail does not keep."""
        data = getattr(message, 'data', message)
        raw = Raw(data.encode() if isinstance(data, str) else bytes(data))
        return super(MailThread, self.with_context(**{RAW: raw})).message_process(
            model, message, custom_values, save_original, strip_attachments, thread_id
        )

    @api.model
    def _message_route_process(self, message, message_dict, routes):
        """A bank's mail is read and leaves no message: its text would be everybody's who sees the thread."""
        ours = [route for route in routes or () if route[0] == 'bank.mail']
        raw = self.env.context.get(RAW)
        found = False
        for _model, _thread_id, custom_values, _user_id, _alias in ours:
            if isinstance(raw, Raw):
                mailbox = self.env['bank.mailbox'].sudo().browse((custom_values or {}).get('mailbox_id')).exists()
                found = self.env['bank.mail']._arrive(raw.data, mailbox, message_dict.get('message_id') or '')
        others = [route for route in routes or () if route[0] != 'bank.mail']
        return super()._message_route_process(message, message_dict, others) if others or not ours else found
