"""Statement files as banks make them, written for the tests: small, invented."""

CAMT = '''<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId></GrpHdr>
<Stmt><Id>2026-04</Id><ElctrncSeqNb>4</ElctrncSeqNb><FrToDt><FrDtTm>2026-04-01T00:00:00+02:00</FrDtTm><ToDtTm>2026-04-30T23:59:59+02:00</ToDtTm></FrToDt>
<Acct><Id><IBAN>SK0211000000002946123456</IBAN></Id><Ccy>EUR</Ccy><Svcr><FinInstnId><BIC>TATRSKBX</BIC></FinInstnId></Svcr></Acct>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-01</Dt></Dt></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1020.70</Amt><CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-04-30</Dt></Dt></Bal>
<Ntry><Amt Ccy="EUR">27.70</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-03</Dt></BookgDt><ValDt><Dt>2026-04-04</Dt></ValDt>
<AcctSvcrRef>TB0001</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
<NtryDtls><TxDtls><Refs><EndToEndId>/VS0015501234/SS0145000029/KS0308</EndToEndId></Refs>
<RltdPties><Dbtr><Nm>Novák Jozef</Nm></Dbtr><DbtrAcct><Id><IBAN>SK5502000000003142860123</IBAN></Id></DbtrAcct></RltdPties>
<RltdAgts><DbtrAgt><FinInstnId><BIC>SUBASKBX</BIC></FinInstnId></DbtrAgt></RltdAgts><RmtInf><Ustrd>Faktúra 2026/0042</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">300.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-04-10</Dt></BookgDt>
<NtryDtls><TxDtls><Refs><EndToEndId>A-1</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">100.00</Amt></TxAmt></AmtDtls></TxDtls>
<TxDtls><Refs><EndToEndId>A-2</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy="EUR">200.00</Amt></TxAmt></AmtDtls></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="EUR">307.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts>BOOK</Sts><BookgDt><DtTm>2026-04-30T10:00:00</DtTm></BookgDt>
<AddtlNtryInf>Storno</AddtlNtryInf></Ntry>
<Ntry><Amt Ccy="EUR">55.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts><BookgDt><Dt>2026-04-30</Dt></BookgDt></Ntry>
</Stmt></BkToCstmrStmt></Document>'''

MT940 = ''':20:MC94026070100000
:25:SK0211000000002946123456EUR
:28C:00007/001
:60F:C261230EUR1000,00
:61:2612310102CR27,70NTRFNONREF//TB123
:86:051?00PREVOD?20VS0015501234?21SS0000000000?22KS0308?23POS0001
?24FAKTURA 2026/42?25?26?27?28?29?30SUBASKBX?31SK5502000000003142
860123?32NOVAK JOZEF?33 ING.?60REF123
:61:2612311231RC10,00NMSCNONREF
:86:STORNO KREDITU
:61: nothing of ours
-not the end
:62F:C261231EUR1017,70
-
'''


def gpc_entry(amount, code, vs='0', name='ODBERATEL', day='010526', counter='0000009876543210'):
    """One 075 record of 128 bytes."""
    return f"0750000192000145399{counter}0001234567890{amount:012d}{code}{vs:0>10}000300{'0308'}0000000000{day}{name[:20]:<20}00203{day}"


GPC = '\r\n'.join(
    (
        "0740000192000145399Priklad, spol. s r.o30042600000000100000+00000000231500+000000000500000000000001815000001010526"
        + " " * 14,
        gpc_entry(181500, '2', '202605001'),
        "076" + "0" * 26 + "010526Zprava pro prijemce",
        gpc_entry(50000, '1', counter='0' * 16),
        '',
    )
)

OFX = '''OFXHEADER:100
DATA:OFXSGML
CHARSET:1252

<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>2010<ACCTID>2900123456</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331120000[+1:CET]
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260303<TRNAMT>+1 027,70<FITID>77<NAME>Peter &amp; syn<MEMO>VS:15501234 platba</STMTTRN>
<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260305<TRNAMT>-9.90<FITID>78<NAME>Fio</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>2017.80<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
'''

TATRA_CSV = '''"Dátum spracovania","Dátum zúčtovania",Suma,Mena,Typ,"Predčíslie","Číslo účtu","Kód banky",IBAN,"Variabilný symbol","Špecifický symbol","Konštantný symbol","Referencia platiteľa","Informácia pre príjemcu",Popis
03.03.2026,03.03.2026,"1 234,56",EUR,Kredit,000000,2612345678,0200,SK5502000000003142860123,0015501234,,0308,/VS0015501234/SS/KS0308,"Faktúra 2026/0042, ďakujem",CCINT
04.03.2026,03.03.2026,"12,04",EUR,Debet,,,,,,,,,NÁKUP,GP
'''

DANSKE_CSV = '''"Dato";"Kategori";"Underkategori";"Tekst";"Beløb";"Saldo";"Status";"Afstemt"
"15.03.2026";"Øvrige";"Indbetaling";"Indbetaling FI-kort 71";"16.500,00";"101.931,05";"Udført";"Nej"
"16.03.2026";"";"";"Gebyr";"-31,05";"101.900,00";"Udført";"Nej"
"18.03.2026";"";"";"Netflix";"-149,00";"";"Venter";"Nej"
'''

SLSP_TWO = '''"Vlastný názov účtu","Vlastný IBAN","Dátum splatnosti","Suma","Mena","Partner","IBAN partnera","BIC/SWIFT kód banky partnera","Číslo účtu partnera","CC kód banky partnera","Popis transakcie","Typ transakcie","Konštantný symbol","Špecifický symbol","Variabilný symbol"
"A","SK0409000000000099512376","03.03.2026","1 234,56","EUR","Novák Jozef","SK5502000000003142860123","SUBASKBX","","","Platba","Vklad","0308","","0015501234"
"B","SK7509000000000099512384","03.03.2026","10,00","EUR","X","","","","","","","","",""
"A","SK0409000000000099512376","04.03.2026","-17,85","EUR","LIDL","","","","","Kartou","Karta","","",""
'''

TATRA_MAIL = '''From: b-mail@tatrabanka.sk
To: platby@example.com
Date: Wed, 11 Dec 2019 13:13:53 +0100
Subject: Kredit na ucte (ID=111219/320305-1)
Content-Type: text/plain; charset=ISO-8859-2

Vazeny klient,

11.12.2019 13:13 bol zostatok Vasho uctu SK0211000000002946123456 zvyseny o 4,00 EUR.
uctovny zostatok:                            88 888,62 EUR
aktualny zostatok:                           88 888,62 EUR
disponibilny zostatok:                       99 888,62 EUR

Popis transakcie: CCINT 1100/000000-2611123000
Referencia platitela: /VS12319670000/SS123/KS308
Ucet protistrany: Novak Jozef, Ing.

S pozdravom

TATRA BANKA, a.s.
'''

VUB_MAIL = '''From: nonstopbanking@vub.sk
Date: Tue, 3 Mar 2026 10:16:00 +0100
Subject: Upozornenie o zrealizovanej transakcii
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

> Vážený klient,
>
> na účte SK5502000000003142860123 dňa 03.03.2026 o 10:15 bola zrealizovaná debetná transakcia vo výške 1 027,70 EUR.
>
> Účet partnera: SK4502000000001984100123
> Variabilný symbol: 0015501234
> Konštantný symbol: 0308
> Popis: Platba za faktúru
>
> Vaša VÚB banka
'''

FIO_MAIL = '''From: automat@fio.cz
Date: Mon, 2 Mar 2026 23:30:00 +0000
Subject: Fio banka - prijem na konte
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Příjem na kontě: 1234560005
Částka: 3 898,00
VS: 26006439
Zpráva příjemci: test potvrzeni
Aktuální zůstatek: 168 459,32
Protiúčet: 7654320005/0800
SS:
KS:
'''

FIO_NEW_MAIL = '''From: automat@fio.cz
Date: Mon, 24 Aug 2026 12:44:00 +0200
Subject: Fio banka - zmena zustatku
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: 8bit

Dobrý den,

zůstatek účtu 2901618111 se 24.08.2026 v 12:43 snížil o 10,00 CZK.

Typ pohybu: Platba
Protistrana: 7654320005/0800 (ing. Novák)
ID pokynu: 4711
Variabilní symbol: 26006439
Zpráva pro příjemce: Faktura 26006439

Aktuální zůstatek: 1 234,75 CZK

Fio banka
'''

SLSP_MAIL = '''From: notifikacie@slsp.sk
Date: Tue, 3 Mar 2026 10:16:00 +0100
Subject: Notifikacia - Bezhotovostny vklad
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: 8bit

<html><body><p>Bezhotovostný vklad</p><table><tr><td>Datum:</td><td>3.3.2026 10:15:00</td></tr>
<tr><td>Suma:</td><td>27,70 EUR</td></tr><tr><td>Protiúčet:</td><td>SK0409000000000099512376</td></tr>
<tr><td>Referencia:</td><td>/VS0015501234/SS0145000029/KS0308</td></tr></table></body></html>
'''

FILES = {
    'camt': CAMT.encode(),
    'mt940': MT940.encode(),
    'gpc': GPC.encode(),
    'ofx': OFX.encode('cp1252'),
    'tatra': TATRA_CSV.encode('cp1250'),
    'danske': DANSKE_CSV.encode('cp1252'),
    'slsp': SLSP_TWO.encode(),
}
MAILS = {
    'tatrabanka': TATRA_MAIL.encode(),
    'vub': VUB_MAIL.encode(),
    'fio': FIO_MAIL.encode(),
    'fio_new': FIO_NEW_MAIL.encode(),
    'slsp_mail': SLSP_MAIL.encode(),
}
