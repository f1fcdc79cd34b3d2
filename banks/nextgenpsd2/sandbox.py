"""The module's own sandbox bank: a NextGenPSD2 bank that this very server plays. No real money."""

from .client import NextGenPsd2Client


class SandboxClient(NextGenPsd2Client):
    """As any NextGenPSD2 bank; the address is this server's own."""

    code = 'sandbox'
    label = "Sandbox bank of this server (no real money)"
    built_in = True
    fixed_settings = {'institution': 'sandbox', 'name': "Sandbox Bank", 'country': 'SK', 'bic': 'SANDSKBX'}
