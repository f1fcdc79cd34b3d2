"""The sandbox bank's pages for people: log in, choose accounts, approve or refuse; and a list of granted permissions."""

from markupsafe import Markup
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from . import people

_STYLE = """
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,"Segoe UI",Roboto,"Liberation Sans",sans-serif;background:#eef2f6;color:#1c2b3a}
header{background:#0b3d63;color:#fff;padding:18px 24px;display:flex;justify-content:space-between;align-items:center}
header b{font-size:20px;letter-spacing:.3px}header span{font-size:13px;opacity:.85}
main{max-width:560px;margin:32px auto;background:#fff;border-radius:10px;box-shadow:0 2px 14px rgba(11,61,99,.12);padding:28px 32px}
h1{font-size:22px;margin:0 0 6px}p{margin:6px 0 16px;color:#46586a}fieldset{border:0;padding:0;margin:0 0 18px}
label.row{display:flex;gap:12px;align-items:center;border:1px solid #d5dee7;border-radius:8px;padding:12px 14px;margin:8px 0;cursor:pointer}
label.row:hover{border-color:#0b6bb3}label.row small{display:block;color:#667}label.row .end{margin-left:auto;font-variant-numeric:tabular-nums;white-space:nowrap}
input[type=password]{font:inherit;padding:10px 12px;border:1px solid #b9c6d3;border-radius:8px;width:160px}
.buttons{display:flex;gap:12px;margin-top:22px}button,a.button{font:inherit;border-radius:8px;padding:11px 22px;border:1px solid #0b6bb3;background:#0b6bb3;color:#fff;cursor:pointer;text-decoration:none}
button.plain{background:#fff;color:#0b6bb3}.wrong{background:#fdecea;color:#8a1f11;border-radius:8px;padding:10px 14px}
@media(max-width:520px){main{margin:0;border-radius:0;padding:20px 16px}header span{display:none}label.row{flex-wrap:wrap}label.row>span:first-of-type{min-width:0;flex:1}label.row small{overflow-wrap:anywhere}label.row .end{width:100%;text-align:right}}
.note{font-size:13px;color:#667;border-top:1px solid #e3e9ef;padding-top:14px;margin-top:24px}
"""
#: the bank's picture
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="#0b3d63"/>'
    '<path fill="#fff" d="M24 8 8 17v3h32v-3zM12 23h4v11h-4zm10 0h4v11h-4zm10 0h4v11h-4zM8 37h32v4H8z"/></svg>'
)


def page(title, body, status=200):
    html = Markup(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="robots" content="noindex"><title>{title} · {bank}</title><style>{style}</style></head><body>'
        '<header><b>{bank}</b><span>Test bank, no real money</span></header><main>{body}</main></body></html>'
    ).format(title=title, bank=people.BANK_NAME, style=Markup(_STYLE), body=body)
    return Response(
        html,
        status=status,
        content_type='text/html; charset=utf-8',
        headers={'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer', 'X-Frame-Options': 'DENY'},
    )


def money(amount, currency):
    return f'{amount:,.2f}'.replace(',', '\N{NO-BREAK SPACE}') + f'\N{NO-BREAK SPACE}{currency}'


class Pages:
    """One request to the bank's pages."""

    def __init__(self, bank, request, prefix):
        self.bank, self.request, self.prefix = bank, request, prefix

    def authorize(self, authorisation_id):
        """Log in → choose accounts → back to whoever asked, approved or not."""
        authorisation = self.bank.authorisation(authorisation_id)
        if not authorisation:
            return page(
                "Unknown request",
                Markup("<h1>Unknown request</h1><p>This address is not complete or not ours.</p>"),
                404,
            )
        if authorisation['status'] == 'failed':
            return self._ended(
                authorisation,
                "This request is over",
                "It was refused or its 30 minutes have passed. Nothing was shared.",
            )
        if authorisation['status'] == 'finalised':
            return self._ended(authorisation, "Already approved", "This request was answered before.")
        form = self.request.form if self.request.method == 'POST' else {}
        step = form.get('step')
        if step == 'refuse':
            self.bank.refuse(authorisation)
            return self._return(authorisation, 'nok')
        if step == 'login':
            if not self.bank.log_in(authorisation, form.get('login', ''), form.get('pin', '')):
                return self._login("Name and PIN do not fit.")
            return self._choose(authorisation)
        if step == 'approve' and authorisation['ticket'] and form.get('ticket') == authorisation['ticket']:
            chosen = self.request.form.getlist('account')
            if not chosen:
                return self._choose(authorisation, "Tick at least one account, or refuse.")
            self.bank.approve(authorisation, chosen)
            return self._return(authorisation, 'redirect')
        return self._login()

    def permissions(self):
        """The person's list of granted permissions, each of which can be revoked."""
        form = self.request.form if self.request.method == 'POST' else {}
        login = form.get('login', '')
        person = people.PEOPLE.get(login)
        if not person or person['pin'] != form.get('pin'):
            return self._login("Name and PIN do not fit." if form else None, "See who may read your accounts")
        if form.get('consent'):
            consent = self.bank.state['consents'].get(form['consent'])
            if consent and consent['psu'] == login:
                self.bank.end_consent(consent['id'])
        rows = [
            self._permission(consent, form)
            for consent in self.bank.state['consents'].values()
            if consent['psu'] == login
        ]
        body = Markup("<h1>Who may read your accounts</h1><p>{name}</p>{rows}").format(
            name=person['name'], rows=Markup().join(rows) or Markup("<p>Nobody.</p>")
        )
        return page("Permissions", body)

    def _permission(self, consent, form):
        button = (
            Markup('<button name="consent" value="{id}">Revoke</button>').format(id=consent['id'])
            if consent['status'] == 'valid'
            else ''
        )
        return Markup(
            '<form method="post"><input type="hidden" name="login" value="{login}"><input type="hidden" name="pin" value="{pin}">'
            '<label class="row"><span>Bank Feeds, {count} account(s)<small>{status}, until {until}</small></span>'
            '<span class="end">{button}</span></label></form>'
        ).format(
            login=form['login'],
            pin=form['pin'],
            count=len(consent['accounts']),
            status=consent['status'],
            until=consent['valid_until'],
            button=button,
        )

    # === Parts === #

    asks = "Bank Feeds for Odoo asks for access to account information."

    def _login(self, wrong=None, title="Log in to your bank"):
        rows = Markup().join(
            Markup(
                '<label class="row"><input type="radio" name="login" value="{login}"{checked}><span>{name}<small>{role}</small></span>'
                '<span class="end"><small>PIN {pin}</small></span></label>'
            ).format(
                login=login,
                name=person['name'],
                role=person['role'],
                pin=person['pin'],
                checked=Markup(' checked') if login == (self.request.form.get('login') or 'jana') else '',
            )
            for login, person in people.PEOPLE.items()
        )
        body = Markup(
            '<h1>{title}</h1><p>{asks} At a real bank only you would know the PIN.</p>{wrong}'
            '<form method="post"><fieldset>{rows}</fieldset><input type="password" name="pin" inputmode="numeric" placeholder="PIN" autocomplete="off" aria-label="PIN">'
            '<div class="buttons"><button name="step" value="login">Log in</button>'
            '<button name="step" value="refuse" class="plain" formnovalidate>Cancel</button></div></form>'
        ).format(title=title, asks=self.asks, rows=rows, wrong=self._wrong(wrong))
        return page(title, body)

    def _choose(self, authorisation, wrong=None):
        consent = self.bank.state['consents'][authorisation['consent']]
        rows = Markup().join(
            Markup(
                '<label class="row"><input type="checkbox" name="account" value="{key}" checked><span>{name}<small>{iban}</small></span>'
                '<span class="end">{balance}</span></label>'
            ).format(
                key=people.account_key(account),
                name=account['name'],
                iban=account['iban'],
                balance=money(self.bank.balance(account), account['currency']),
            )
            for account in self.bank.offered(authorisation)
        )
        body = Markup(
            '<h1>Share account information</h1><p>{name}, tick the accounts whose balances and movements Bank Feeds may read, '
            'up to {frequency} times a day, until {until}. Paying takes a signature of its own.</p>{wrong}<form method="post"><fieldset>{rows}</fieldset>'
            '<input type="hidden" name="ticket" value="{ticket}"><div class="buttons"><button name="step" value="approve">Approve</button>'
            '<button name="step" value="refuse" class="plain">Refuse</button></div></form>'
            '<p class="note">You can end this permission at any time in your online banking.</p>'
        ).format(
            name=people.PEOPLE[authorisation['psu']]['name'],
            frequency=consent['frequency'],
            until=consent['valid_until'],
            rows=rows,
            ticket=authorisation['ticket'],
            wrong=self._wrong(wrong),
        )
        return page("Share account information", body)

    def _wrong(self, text):
        return Markup('<p class="wrong">{}</p>').format(text) if text else ''

    def _ended(self, authorisation, title, text):
        body = Markup('<h1>{title}</h1><p>{text}</p><a class="button" href="{href}">Back</a>').format(
            title=title, text=text, href=authorisation['nok']
        )
        return page(title, body, 410)

    def _return(self, authorisation, which):
        return redirect(authorisation[which], 303)
