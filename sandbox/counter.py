"""The page of the sandbox bank on which a person gets statement files, and has the mail of a movement sent."""

from datetime import timedelta

from markupsafe import Markup
from werkzeug.wrappers import Response

from . import papers, people
from .pages import page

DAYS, MAILS = 60, 6
FILES = {
    'camt': ("Statement (camt.053)", papers.camt053, 'statement-{}.xml', 'application/xml'),
    'csv': ("Movements (CSV)", papers.export, 'movements-{}.csv', 'text/csv'),
    'strange': ("Unknown form (CSV)", papers.strange, 'strange-{}.csv', 'text/csv'),
}
#: what the page's answer is where a mail is to be sent; whoever serves the page sends it
MAIL = 'message/rfc822'


class Counter:
    """One request to the page."""

    def __init__(self, bank, request, prefix):
        self.bank, self.request, self.prefix = bank, request, prefix
        self.accounts = people.accounts_of('jana')

    def respond(self, path):
        """:param path: below ``/papers``"""
        last = self.bank.today()
        kind, _slash, number = path.strip('/').partition('/')
        if kind in FILES and number.isdigit() and int(number) < len(self.accounts):
            _label, make, name, content_type = FILES[kind]
            account = self.accounts[int(number)]
            text = make(self.bank, account, last - timedelta(days=DAYS), last)
            return Response(
                text.encode(),
                content_type=content_type,
                headers={'Content-Disposition': f'attachment; filename="{name.format(account["iban"][-4:])}"'},
            )
        if kind == 'mail' and self.request.method == 'POST':
            return self._mail(self.request.form.get('entry', ''))
        if kind:
            return Response("There is nothing at this address.", status=404)
        return self._page(last)

    def _recent(self):
        """The latest movements of the first account, the newest first."""
        return self.bank.entries(people.account_key(self.accounts[0]), 'booked')[:MAILS]

    def _mail(self, number):
        entry = next((one for one in self._recent() if str(one['number']) == number), None)
        if not entry:
            return Response("There is no such movement.", status=404)
        to = self.request.form.get('to', '')[:200].replace('\r', '').replace('\n', '')
        return Response(papers.mail(self.bank, self.accounts[0], entry, to), content_type=MAIL)

    def _page(self, last):
        files = Markup().join(
            Markup('<label class="row"><span>{name}<small>{iban} {currency}</small></span><span class="end">{links}</span></label>').format(
                name=account['name'], iban=account['iban'], currency=account['currency'],
                links=Markup('<br>').join(
                    Markup('<a id="{kind}{number}" href="{prefix}/papers/{kind}/{number}">{label}</a>').format(
                        kind=kind, number=number, prefix=self.prefix, label=FILES[kind][0]
                    )
                    for kind in FILES
                ),
            )
            for number, account in enumerate(self.accounts)
        )  # fmt: skip
        mails = Markup().join(
            Markup(
                '<form method="post" action="{prefix}/papers/mail"><input type="hidden" name="entry" value="{number}">'
                '<label class="row"><span>{name}<small>{day}</small></span><span class="end">{amount} <button>Send</button></span></label></form>'
            ).format(
                prefix=self.prefix,
                number=entry['number'],
                name=entry['name'] or '–',
                day=entry['booked'],
                amount=entry['amount'],
            )
            for entry in self._recent()
        )
        body = Markup(
            '<h1>Statements</h1><p>Of the last {days} days until {last}: save a file and drop it on the bank’s card in Odoo.</p>{files}'
            '<h1>Mails</h1><p>“Send” has the mail of a movement delivered to the company’s bank mailbox, as Tatra banka writes it.</p>{mails}'
        ).format(days=DAYS, last=last, files=files, mails=mails or Markup("<p>Nothing has happened yet.</p>"))
        return page("Statements", body)
