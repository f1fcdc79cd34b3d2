"""Statements written by hand, and what a person says of what is on hold."""

from datetime import timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from ...sandbox import papers
from .import_case import ACCOUNT


def entry(amount, day, name='', iban='', e2e='', ref='', texts=(), value=None, details=''):
    amount = Decimal(amount)
    role = 'Dbtr' if amount > 0 else 'Cdtr'
    party = ''
    if name:
        party += f'<{role}><Pty><Nm>{escape(name)}</Nm></Pty></{role}>'
    if iban:
        party += f'<{role}Acct><Id><IBAN>{iban}</IBAN></Id></{role}Acct>'
    refs = f'<Refs><EndToEndId>{e2e}</EndToEndId></Refs>' if e2e else ''
    rmt = ''.join(f'<Ustrd>{escape(t)}</Ustrd>' for t in texts)
    return (
        f'<Ntry><Amt Ccy="EUR">{abs(amount)}</Amt><CdtDbtInd>{"CRDT" if amount > 0 else "DBIT"}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>'
        f'<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{value or day}</Dt></ValDt>{f"<AcctSvcrRef>{ref}</AcctSvcrRef>" if ref else ""}<BkTxCd/>'
        + (
            details
            or f'<NtryDtls><TxDtls>{refs}<RltdPties>{party}</RltdPties><RmtInf>{rmt}</RmtInf></TxDtls></NtryDtls>'
        )
        + '</Ntry>'
    )


def camt(entries, first, last, number=1, opening='12450.00', total='0', iban=None):
    cl = Decimal(opening) + Decimal(total)
    return papers.CAMT.format(
        id=f'X{number}',
        number=number,
        first=first,
        last=last,
        iban=iban or ACCOUNT['iban'],
        currency='EUR',
        opening=papers._balance('OPBD', Decimal(opening), 'EUR', first),
        closing=papers._balance('CLBD', cl, 'EUR', last),
        entries='\n'.join(entries),
    ).encode()


class Words:
    """What people do, for cases with a journal."""

    def state(self):
        return (
            sorted(self.in_books().mapped('amount')),
            [
                (h.label, h.doubtful, 'DISMISSED' if h.dismissed else '', h.line_id.ids, (h.reason or '')[:40])
                for h in self.held()
            ],
        )

    def hand(self, amount, days, text):
        return self.env['account.bank.statement.line'].create(
            {'journal_id': self.journal.id, 'date': self.days(days)[0], 'amount': amount, 'payment_ref': text}
        )

    def feed_all(self):
        feed = self.connect()
        feed.date_from = self.today() - timedelta(days=60)
        return feed

    def say(self, held, how):
        getattr(held.with_user(self.accountant), how)()
