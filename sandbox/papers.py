"""What the sandbox bank gives on paper: statement files of an account, and the mail that tells of a movement."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from xml.sax.saxutils import escape

from . import people

CAMT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt><GrpHdr><MsgId>{id}</MsgId><CreDtTm>{last}T23:59:59</CreDtTm></GrpHdr><Stmt><Id>{id}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb><FrToDt><FrDtTm>{first}T00:00:00</FrDtTm><ToDtTm>{last}T23:59:59</ToDtTm></FrToDt><Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>{currency}</Ccy></Acct>
{opening}{closing}
{entries}
</Stmt></BkToCstmrStmt></Document>"""
BALANCE = '<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>'
ENTRY = (
    '<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{day}</Dt></BookgDt>'
    '<ValDt><Dt>{day}</Dt></ValDt>{reference}<BkTxCd/><NtryDtls><TxDtls>{refs}<RltdPties><{role}><Pty><Nm>{name}</Nm></Pty></{role}>{account}</RltdPties>'
    '<RmtInf>{texts}</RmtInf></TxDtls></NtryDtls></Ntry>'
)
HEADER = "Vlastný IBAN,Dátum splatnosti,Suma,Mena,Partner,IBAN partnera,Popis transakcie,Variabilný symbol,Referencia platiteľa"
MAIL = """From: b-mail@tatrabanka.sk
To: {to}
Date: {date}
Message-ID: <{id}@mailer.tatrabanka.sk>
Subject: {kind} na ucte (ID={id})
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Vazeny klient,

{day} 09:15 bol zostatok Vasho uctu {iban} {way} o {amount} {currency}.
uctovny zostatok:                            {balance} {currency}

Popis transakcie: CCINT
Referencia platitela: {e2e}
Ucet protistrany: {name}
Informacia pre prijemcu: {text}

S pozdravom

TATRA BANKA, a.s.
"""


def booked(bank, account, first, last):
    """Booked entries of an account, the oldest first. ``first``, ``last``: dates."""
    found = bank.entries(people.account_key(account), 'booked', first.isoformat(), last.isoformat())
    return found[::-1]


def camt053(bank, account, first, last, number=1):
    """A camt.053 statement of whole days, as text."""
    entries, currency = booked(bank, account, first, last), account['currency']
    before = booked(bank, account, date(2000, 1, 1), first - timedelta(days=1))
    opening = Decimal(account['opening']) + sum((Decimal(entry['amount']) for entry in before), Decimal(0))
    closing = opening + sum((Decimal(entry['amount']) for entry in entries), Decimal(0))
    return CAMT.format(
        id=f'{account["iban"][-6:]}-{last:%Y%m%d}', number=number, first=first, last=last, iban=account['iban'], currency=currency,
        opening=_balance('OPBD', opening, currency, first), closing=_balance('CLBD', closing, currency, last),
        entries='\n'.join(_entry(entry, currency) for entry in entries),
    )  # fmt: skip


def export(bank, account, first, last):
    """A CSV export in the form of Slovenská sporiteľňa's, as text."""
    out = io.StringIO()
    out.write(HEADER + '\r\n')
    writer = csv.writer(out, lineterminator='\r\n', quoting=csv.QUOTE_ALL)
    for entry in booked(bank, account, first, last):
        day = date.fromisoformat(entry['booked'])
        symbol = entry['e2e'].partition('/VS')[2].partition('/')[0]
        amount = f"{Decimal(entry['amount']):,.2f}".replace(',', ' ').replace('.', ',')
        writer.writerow(
            [account['iban'], f'{day:%d.%m.%Y}', amount, account['currency'], entry['name'], entry['iban'],
             ' '.join(entry['remittance']), symbol, '' if symbol else entry['e2e']]
        )  # fmt: skip
    return out.getvalue()


def mail(bank, account, entry, to='bank@example.com'):
    """The mail that tells of a movement, in the form of Tatra banka's, as bytes."""
    day, amount = date.fromisoformat(entry['booked']), Decimal(entry['amount'])
    return MAIL.format(
        to=to,
        date=f'{day:%a, %d %b %Y} 09:15:00 +0100',
        id=f'{day:%d%m%y}/{entry["number"]:06d}-1',
        kind="Kredit" if amount > 0 else "Debet",
        day=f'{day.day}.{day.month}.{day.year}',
        iban=account['iban'],
        way='zvyseny' if amount > 0 else 'znizeny',
        amount=_czech(abs(amount)),
        currency=account['currency'],
        balance=_czech(bank.balance(account)),
        e2e=entry['e2e'],
        name=entry['name'],
        text=' '.join(entry['remittance']),
    ).encode()


def _czech(amount):
    return f'{amount:,.2f}'.replace(',', ' ').replace('.', ',')


def _balance(code, amount, currency, day):
    sign = 'CRDT' if amount >= 0 else 'DBIT'
    return BALANCE.format(code=code, currency=currency, amount=f'{abs(amount):.2f}', sign=sign, day=day)


def _entry(entry, currency):
    amount = Decimal(entry['amount'])
    role = 'Dbtr' if amount > 0 else 'Cdtr'
    account = f'<{role}Acct><Id><IBAN>{entry["iban"]}</IBAN></Id></{role}Acct>' if entry['iban'] else ''
    structured = entry['structured']
    texts = ''.join(f'<Ustrd>{escape(text)}</Ustrd>' for text in entry['remittance'])
    if structured:
        texts += f'<Strd><CdtrRefInf><Ref>{escape(structured)}</Ref></CdtrRefInf></Strd>'
    return ENTRY.format(
        currency=currency,
        amount=f'{abs(amount):.2f}',
        sign='CRDT' if amount > 0 else 'DBIT',
        day=entry['booked'],
        reference='' if entry['anonymous'] else f'<AcctSvcrRef>PAPER{entry["number"]:07d}</AcctSvcrRef>',
        refs=f'<Refs><EndToEndId>{escape(entry["e2e"])}</EndToEndId></Refs>' if entry['e2e'] else '',
        role=role,
        name=escape(entry['name']),
        account=account,
        texts=texts,
    )


def strange(bank, account, first, last):
    """An export in a form that nobody knows: what came and what went in columns of their own, two-digit years."""
    rows = ["Account movements;;;;;", "Day;Who;Why;Out;In;Left"]
    left = bank.balance(account) - sum(
        (Decimal(entry['amount']) for entry in booked(bank, account, first, last)), Decimal(0)
    )
    for entry in booked(bank, account, first, last):
        amount = Decimal(entry['amount'])
        left += amount
        day = date.fromisoformat(entry['booked'])
        text = ' '.join((entry['e2e'], *entry['remittance'])).strip().replace(';', ',')
        out, came = (_czech(-amount), '') if amount < 0 else ('', _czech(amount))
        rows.append(f'{day:%d/%m/%y};{entry["name"].replace(";", ",")};{text};{out};{came};{_czech(left)}')
    return '\r\n'.join(rows) + '\r\n'
