"""The developer portal of a stand-in: an application is registered there as at the real provider."""

import secrets
import uuid

from cryptography.x509 import load_pem_x509_certificate
from markupsafe import Markup

from .nextgenpsd2 import new_seal
from .pages import page
from .stub import new_secret

ASKS = {
    'redirect': ("Redirect address", 'input'),
    'certificate': ("Certificate (PEM)", 'textarea'),
    'webhook': ("Webhook address", 'input'),
    'webhook_secret': ("Webhook security header", 'input'),
}
GIVES = {
    'application_id': "Application ID",
    'client_id': "Client ID",
    'client_secret': "Client secret",
    'secret_id': "Secret ID",
    'secret_key': "Secret key",
    'token': "Token",
    'page': "Authorization address",
    'webhook_secret': "Webhook secret",
    'qsealc': "Seal certificate with its key (QSealC)",
}


class Portal:
    """One request to the portal's page."""

    def __init__(self, bank, request, prefix, redirects, stub):
        self.bank, self.request, self.prefix, self.redirects, self.stub = bank, request, prefix, redirects, stub

    def respond(self):
        form = self.request.form if self.request.method == 'POST' else {}
        given = {name: form.get(name, '').strip() for name in self.stub.portal_asks}
        wrong = "Fill in everything." if not all(given.values()) else ''
        if not wrong and 'certificate' in given and not _is_certificate(given['certificate']):
            wrong = "This is no certificate (PEM)."
        if form.get('step') and not wrong:
            app = register(self.bank, self.stub, **given)
            if 'page' in app:
                app['page'] = f"{self.request.host_url.rstrip('/')}{self.prefix}/{self.stub.browser_paths[0]}"
            return self._show(app)
        wrong = Markup('<p class="wrong">{}</p>').format(wrong) if form else ''
        rows = Markup().join(self._row(name, given.get(name, '')) for name in self.stub.portal_asks)
        body = Markup(
            '<h1>Register an application</h1><p>As in the developer portal of the real provider; here it costs nothing '
            'and reaches the test bank only.</p>{wrong}<form method="post">{rows}'
            '<div class="buttons"><button name="step" value="register">Register</button></div></form>'
        ).format(wrong=wrong, rows=rows)
        return page("Developer portal", body)

    def _row(self, name, value):
        label, kind = ASKS[name]
        field = (
            '<input name="{name}" value="{value}" style="width:100%;padding:8px">'
            if kind == 'input'
            else '<textarea name="{name}" rows="6" style="width:100%">{value}</textarea>'
        )
        return Markup('<p><label>{label}<br>' + field + '</label></p>').format(label=label, name=name, value=value)

    def _show(self, app):
        rows = Markup().join(
            Markup(
                '<p>{label}<br><code id="{name}" style="white-space:pre-wrap;word-break:break-all">{value}</code></p>'
            ).format(label=GIVES[name], name=name, value=app[name])
            for name in self.stub.portal_gives
        )
        return page("Registered", Markup('<h1>Registered</h1><p>Copy this to Odoo.</p>{}').format(rows))


def _is_certificate(pem):
    try:
        return bool(load_pem_x509_certificate(pem.encode()))
    except ValueError:
        return False


def register(bank, stub, **given):
    """A new application: what was asked for, and what the portal gives."""
    number = str(uuid.uuid4())
    app = {'id': number, 'name': "Bank Feeds", 'api': stub.code, **given}
    for place, name in enumerate(stub.portal_gives):
        app[name] = secrets.token_hex(32) if name == 'token' else number if place == 0 else new_secret()
    private = {}
    if 'qsealc' in app:  # the key is the person's alone
        private['qsealc'], app['certificate'] = new_seal()
        del app['qsealc']
    bank.state.setdefault('apps', {})[number] = app
    return {**app, **private} if private else app
