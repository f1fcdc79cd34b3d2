from markupsafe import Markup

from odoo import http
from odoo.http import request
from odoo.tools import format_date, format_datetime

from ..models.bank.bank_provider import SANDBOX_PATH
from ..models.bank.bank_sandbox_backstage import SOON
from ..sandbox.pages import page

BACKSTAGE_PATH = f'{SANDBOX_PATH}/backstage'
#: what a button does: name → (method of ``bank.sandbox``, days)
ACTS = {
    'soon': ('_let_end', SOON),
    'over': ('_let_end', -1),
    'remind': ('_let_wait', 3),
    'expire': ('_let_wait', 15),
}
_LABELS = {
    'soon': "Ends in 5 days",
    'over': "Ended yesterday",
    'remind': "3 days pass",
    'expire': "15 days pass",
}


class BankSandboxBackstage(http.Controller):
    """Behind the scenes of a demo, for who administers the database: mails that nobody carries away, and time that passes. Concerns what
    reaches the sandbox bank only."""

    @http.route(BACKSTAGE_PATH, type='http', auth='user', methods=['GET'])
    def show(self):
        return self._page(self._sandbox())

    @http.route(BACKSTAGE_PATH, type='http', auth='user', methods=['POST'])
    def act(self, act='', number=''):
        sandbox = self._sandbox()
        if act in ACTS and number.isascii() and number.isdigit():
            method, days = ACTS[act]
            getattr(sandbox, method)(int(number), days)
        return request.redirect(BACKSTAGE_PATH, 303)

    def _sandbox(self):
        sandbox = request.env['bank.sandbox']
        if not request.env.user.has_group('base.group_system') or not sandbox.sudo()._is_on():
            raise request.not_found()
        return sandbox

    def _page(self, sandbox):
        consents = Markup().join(
            self._row(
                f'{consent.user_id.name}, {consent.institution_id.name}',
                f'until {format_date(consent.env, consent.valid_until) if consent.valid_until else "?"}',
                consent,
                ('soon', 'over'),
            )
            for consent in sandbox._consents()
        )
        agreements = Markup().join(
            self._row(
                agreement.display_name,
                f'{agreement.state}, {agreement.signatory_name or "nobody"} signs',
                agreement,
                ('remind', 'expire') if agreement.state in ('sent', 'opened') else (),
            )
            for agreement in sandbox._agreements()
        )
        body = Markup(
            '<h1>Behind the scenes</h1><p>What people get by mail, and what time does. For the administrator of a demo, and for what reaches the '
            'sandbox bank only.</p><h1>Consents</h1>{consents}<h1>Agreements</h1>{agreements}<h1>Mails</h1><p>A demo has no mail server: what '
            'went out is read here.</p>{mails}'
        ).format(
            consents=consents or Markup("<p>None is valid.</p>"),
            agreements=agreements or Markup("<p>None.</p>"),
            mails=Markup().join(map(self._mail, sandbox._mails())) or Markup("<p>None.</p>"),
        )
        answer = page("Behind the scenes", body)
        return request.make_response(answer.get_data(), headers=list(answer.headers.items()))

    def _row(self, title, small, record, acts):
        buttons = Markup(' ').join(
            Markup('<button name="act" value="{act}" class="plain">{label}</button>').format(
                act=act, label=_LABELS[act]
            )
            for act in acts
        )
        return Markup(
            '<form method="post"><input type="hidden" name="csrf_token" value="{token}"><input type="hidden" name="number" value="{number}">'
            '<label class="row" style="flex-wrap:wrap"><span>{title}<small>{small}</small></span><span class="end">{buttons}</span></label></form>'
        ).format(token=request.csrf_token(), number=record.id, title=title, small=small, buttons=buttons)

    def _mail(self, mail):
        """A mail as its reader sees it; nothing in it runs here."""
        to = mail.email_to or ', '.join(mail.recipient_ids.mapped('email_formatted'))
        content = Markup('<base target="_blank"><body style="font:15px sans-serif">{}').format(
            Markup(mail.body_html or '')
        )
        return Markup(
            '<details class="mail"><summary><b>{subject}</b><br><small>to {to}, {when}</small></summary>'
            '<iframe title="{subject}" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{content}" '
            'style="width:100%;height:320px;border:1px solid #d5dee7;border-radius:8px"></iframe></details>'
        ).format(subject=mail.subject, to=to, when=format_datetime(mail.env, mail.create_date), content=str(content))
