import contextlib
import json

from odoo import api, fields, models
from odoo.tools.misc import hmac

from ...sandbox import Bank, new_state


class BankSandbox(models.Model):
    """The state of the sandbox bank that this server plays: one record, one JSON text."""

    _name = 'bank.sandbox'
    _description = "Sandbox Bank"

    state = fields.Text(groups=fields.NO_ACCESS, exportable=False)

    @api.model
    def _is_on(self):
        """Whether a sandbox provider is switched on; without one, the bank is not there."""
        return bool(self._practised())

    @api.model
    def _practised(self):
        """Providers that reach the sandbox bank, or a stand-in of it, only (sudo)."""
        domain = ['|', ('practice', '=', True), '&', ('mode', '=', 'sandbox'), ('interface', '=', 'sandbox')]
        return self.env['bank.provider'].sudo().search(domain)

    @api.model
    def _key(self):
        """What our own client says to the sandbox bank's interface: nobody else may ask it."""
        return hmac(self.env(su=True), 'bank_feed_sandbox', self.env.cr.dbname)

    @contextlib.contextmanager
    def _open(self):
        """The bank's state as a dict, stored again at the end; requests take turns."""
        record = self.sudo().search([], limit=1)
        if not record:
            record = self.sudo().create({'state': json.dumps(new_state())})
        self.env.cr.execute("SELECT state FROM bank_sandbox WHERE id = %s FOR UPDATE", [record.id])
        text = self.env.cr.fetchone()[0]
        state = json.loads(text)
        yield state
        changed = json.dumps(state)
        if changed != text:
            self.env.cr.execute("UPDATE bank_sandbox SET state = %s WHERE id = %s", [changed, record.id])
            record.invalidate_recordset(['state'])

    @api.model
    def _deliver(self, mail, mailbox):
        """A mail of the sandbox bank comes to a mailbox, past the company's mail server, which vouches for it: of the sandbox bank's
        own accounts nobody has real money."""
        if mailbox.server:
            results = f'Authentication-Results: {mailbox.server}; dkim=pass header.i=@tatrabanka.sk'
            mail = results.encode() + b'\n' + mail
        return self.env['bank.mail']._arrive(mail, mailbox)

    @api.model
    def _bank(self):
        """Context manager: the :class:`sandbox.Bank`, for tools that play the bank's customers."""
        return _opened(self)


@contextlib.contextmanager
def _opened(model):
    with model._open() as state:
        yield Bank(state)
