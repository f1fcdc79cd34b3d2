"""Words that banks' customers write, as data (upper case, without accents)."""

from __future__ import annotations

from functools import lru_cache

#: what the word before a number says it is: a document of ours; an order or customer; a paper that is no invoice; a word
#: that may be any thing's name, and says nothing unless "number" follows
DOCUMENT, ORDERED, PAPER, THING = 'invoice', 'order', 'paper', 'thing'
MIN_NOUN = 3
#: beginnings of words, as they are declined and compounded
INVOICE_STEMS = ('FAKTUR', 'SZAMLA', 'RECHNUNG', 'INVOIC', 'FACTUR', 'FATTUR', 'FACTUUR', 'LASKU', 'REGNING', 'RACHUN')
ORDER_STEMS = (
    'OBJEDNAV', 'ZAKAZ', 'KUNDE', 'KUND', 'KLIENT', 'ZAMOW', 'UMOW', 'TILAUS', 'ASIAKAS', 'SOPIM', 'AVTAL', 'AFTAL', 'BESTIL',
    'BESTELL', 'AUFTRAG', 'VERTRAG', 'SZERZOD', 'ZMLUV', 'SMLOUV', 'RENDEL', 'UGYFEL', 'MEDLEM', 'CLENSK', 'CUSTOMER', 'CONTRACT',
    'ORDER', 'ORDRE', 'MEMBER', 'DEBITOR', 'KONTRAKT',
)  # fmt: skip
PAPER_STEMS = (
    'PONUK', 'NABID', 'PROFORM', 'ZALOHOV', 'ZALOHY', 'PREDFAKT', 'DIJBEK', 'KOSZTORYS', 'KOSTENVORANSCHL', 'TARJOUS', 'ORDREBEKR',
    'ORDERBEKR', 'AUFTRAGSBEST', 'MAHN', 'UPOMI', 'POISTN', 'POISTK', 'POJIST', 'FORSIKR', 'FORSAKR', 'POLIS', 'DODAC', 'LIEFERSCH',
    'SZALLITOL', 'FOLGESED', 'FOLJESED', 'REZERV', 'RESERV', 'BOOKING', 'SETTLE', 'VYUCT', 'ZUCTOV', 'ELSZAMOL', 'TICKET', 'ETICKET',
    'SAK', 'SAG', 'SKADE', 'ZASIELK', 'ZASILK', 'ELEKTROM', 'ODBERN', 'OFFERT', 'QUOT', 'TILBUD', 'ANGEBOT', 'DELIVER', 'SHIPMENT',
    'TRACKING', 'VORGANG', 'AKTENZ', 'AZONOSIT', 'REMINDER', 'PURRING', 'RYKKER', 'PAMINN', 'EXEKU', 'PARAGON', 'UCTENK',
)  # fmt: skip
NUMBER_ENDINGS = ('NR', 'NUMMER', 'NUMER', 'NUMERO', 'NUMBER', 'SZAM', 'SZAMA', 'CISLO', 'CISLA')
#: say that a number follows, not whose
NUMBER = frozenset('C CISLO NR NO NUM NUMMER NUMBER NUMERO NUMER NRO SZ SZAM SZAMA SZAMU ID'.split())
#: words of paying, of nobody's number
NEUTRAL = frozenset(
    """
    PLATBA PLATBY PLATBU PLATIM UHRADA UHRADY UHRADU PAYMENT PAYMENTS PAY PAYING ZAHLUNG UBERWEISUNG UEBERWEISUNG PREVOD PREVODOM
    TRANSFER BETALING BETALT BETALNING INBETALNING INNBETALING INDBETALING BEFIZETES FIZETES UTALAS ATUTALAS KIEGYENLITES KOSZONJUK
    PRZELEW ZAPLATA WPLATA MAKSU TILISIIRTO VIREMENT PAIEMENT BONIFICO PAGAMENTO PAGO DAKUJEM DAKUJEME DEKUJI DEKUJEME THANK
    THANKS YOU TAK TAKK TACK DANK VIELEN KOSZI KOSZONOM DZIEKUJE KIITOS MERCI GRAZIE GRACIAS SYMBOL VARIABILNY VARIABILNI VAR
    PODLA DLE ACCORDING YOUR VAS NAS VASA NASA PRE PRO FOR FROM DEN DNA ZO NAME TXT SVWZ EREF INV ACC PER VIA
    """.split()
)
#: a number behind one of these is meant as a reference to a document
INVOICE = frozenset(
    """
    F FA FAK FAKT FAKTURA FAKTURY FAKTURU FAKTUR FAKTURE FAKTURANR FAKTNR FAKTURANUMMER FAKTURENR FV FVS VF DF
    DOKLAD DOKLADU UHRADA DANOVY VS KID FIK FI OCR REF
    REFERENCIA REFERENCE REFERENCIU REFNR REFERENS REFERANSE VIITE VIITENUMERO VIITENUMBER LASKU LASKUN ARVE
    MELDING BETALING BET SZAMLA SZLA SZAMLASZAM SZAMLASZ SZAMLASZAMA SZSZ SZ SORSZAM SORSZAMU SZAMLAT
    INV INVOICE INVOICES INVNO INVOICENO BILL RECHNUNG RECHNUNGSNR RECHNUNGSNUMMER RG RGNR RE RENR
    RNR RNG RECHN BELEG BELEGNR FACTUUR FACTUURNR FACTUURNUMMER FACTURE FACT FACTURA FATTURA FT FATT RACUN RN
    POZIV SKLIC NR NO NUM NUMMER NUMBER CISLO C SYMBOL VARSYM KENMERK BETALINGSKENMERK MEDEDELING
    TYTUL TYTULEM INKASO REGNING REGNINGSNR
    """.split()
)
#: an order, a customer or a contract is named, not an invoice
ORDER = frozenset(
    """
    SO PO OBJ OBJEDNAVKA OBJEDNAVKY OBJEDNAVKU RENDELES RENDELESSZAM REND ORDER ORDRE ORDRENR ORDERNR BESTELLUNG
    BESTELLNR BESTELLNUMMER ZMLUVA ZMLUVY SMLOUVA SMLOUVY SZERZODES KUNDENUMMER KUNDENR KUNDENNR KUNDENNUMMER KNR KDNR
    KLIENT ZAKAZNIK UGYFEL UGYFELSZAM UGYFELKOD VEVO VEVOKOD AZONOSITO CUSTOMER CUST CLIENT MEMBER MEDLEM MEDLEMSNR
    CONTRACT ACCOUNT KONTRAKT VERTRAG VERTRAGSNR ZML ZOD SOD AVTALE AFTALE ZAK CLEN CLENSKE
    """.split()
)
#: a paper of another kind: a pro-forma, a quote, a delivery note, a policy, a batch, a booking
PAPERS = frozenset(
    """
    OUR UNSER UNSERE PROFORMA FORMA PF ZF ZAL PREDFAKTURA PREDFAKTURU PREDFAKTURY ZALOHOVA ZALOHOVU ZALOHOVEJ ZALOHOVY ZALOHA ZALOHU
    ZALOHY DIJBEKERO DIJBEKEROSZAM PREDRACUN PONUKA PONUKY NABIDKA NABIDKY ANGEBOT AN OFFER OFFERT QUOTE QUOTATION TILBUD
    ARAJANLAT OFERTA PREVENTIVO DEVIS DODACI DL LIEFERSCHEIN LS SZALLITOLEVEL SZL FOLGESEDDEL DELIVERY PAKKSEDDEL POISTKA
    POISTKY POISTNA POLICY KOTVENY POJISTKA POJISTKY FORSIKRING POLICE CLAIM CASE SAK SPIS REZERVACIA REZERVACE BOOKING
    FOGLALAS RESERVATION POS TERMINAL DAVKA BATCH UVER LOAN HITEL TICKET JEGY TRANSAKCIA TRANSAKCE TRANSACTION TXN TRX
    VYUCTOVANIE VYUCTOVANI SETTLEMENT PAYOUT AFREGNING OPPGJOR ABRECHNUNG ELSZAMOLAS REKLAMACIA REKLAMACE BLOK POUKAZ VOUCHER
    """.split()
)
#: may stand between such a word and the number
CONNECTING = frozenset(
    """
    A AZ AND UND OG OCH ES C CISLO NR NO NUM NUMMER NUMBER NUMERO NUMER NRO SZ SZAM SZAMA SZAMU ID THE FOR ZA LIST LISTU OF
    """.split()
)
#: a credit note is meant: words, and beginnings of words
CREDIT_NOTE = frozenset(
    """
    CN RINV RFV KN STORNO AVOIR SZTORNO KOREKTA
    """.split()
)
CREDIT_NOTE_STEMS = ('DOBROPIS', 'GUTSCHRIFT', 'JOVAIR', 'KREDITNOTA', 'CREDITNOTE', 'HYVITYS', 'HELYESBIT', 'OPRAVNY')
#: "credit note" in two words; "credit transfer" is none
CREDIT_NOTE_PAIRS = (('CREDIT', 'NOTE'), ('KREDIT', 'NOTA'), ('CREDIT', 'MEMO'))
#: money comes or goes back
RETURN_STEMS = (
    'VRATEN', 'VRACI', 'VRACA', 'VRACENI', 'VRATKA', 'VRATKY', 'OMYLO', 'OMYLE', 'MYLN', 'PREPLAT', 'NADPLAT', 'RUCKZAHL',
    'RUECKZAHL', 'RUCKUBERW', 'RUECKUEBERW', 'RUCKERSTATT', 'RUECKERSTATT', 'RUCKLASTSCHR', 'RUECKLASTSCHR', 'ERSTATTUNG',
    'TILBAKEBETAL', 'TILBAGEBETAL', 'TILBAKEFOR', 'TILBAGEFOR', 'REFUSJON', 'REFUSION', 'VISSZAUTAL', 'VISSZATERIT', 'TULFIZET',
    'TEVES', 'REFUND', 'RETURNED', 'REVERSAL', 'OVERPAY', 'OVERBETAL', 'CHARGEBACK', 'ATERBETAL', 'ZWROT', 'PALAUTUS', 'FEILBETAL',
    'FEJLOVERFOR', 'FEILOVERFOR', 'FEHLUBERW', 'FEHLUEBERW', 'STORNIER', 'STORNOV', 'DUBBELBETAL', 'DOBBELTBETAL', 'DVOJIT',
    'WRONGLY', 'REMBOURS', 'RIMBORS', 'REEMBOLS', 'DOPPELZAHL', 'DOPPELT',
)  # fmt: skip
RETURNS = frozenset(['OMYL', 'RETOUR', 'RETOURE', 'RETUR', 'RETURN', 'ERROR', 'VRATIT', 'VRATIL', 'VRATILI'])
#: the sum of many payments less fees, told by a terminal, a shop or a courier
SETTLEMENT = frozenset(
    """
    PAYOUT PAYOUTS DOBIERKY DOBIERKA DOBIRKY UTANVET
    AUSZAHLUNG UTBETALING UTBETALNING KORTINDLOSNING TRZIEB TRZEB TRZBA TRZBY KARTOVE KARTOVYCH WYPLATA COD
    SAMMELGUTSCHRIFT POOLING SWEEP MOLLIE VIPPS MOBILEPAY WOLT DPD GLS PACKETA ZASILKOVNA FOODORA AIRBNB ETSY AMAZON
    SHOPIFY WORLDPAY GLOBALPAY PAYSERA
    POS TERMINAL DAVKA STRIPE PAYPAL GOPAY COMGATE BARION SUMUP ADYEN NETS KLARNA ZETTLE IZETTLE TRUSTPAY BESTERON PAYU
    """.split()
)
#: the same, or what a payer calls his own payment of a bill
SETTLING = frozenset(
    """
    VYUCTOVANIE VYUCTOVANI SETTLEMENT AFREGNING OPPGJOR ABRECHNUNG ELSZAMOLAS ZUCTOVANIE ZUCTOVANI
    """.split()
)
#: what is not paid by this movement
NEGATIONS = frozenset(
    """
    NIE NEPLATIM NEPLATIME NEZAPLATIM NEZAPLATIME NOT EXCEPT EXCLUDING NICHT AUSSER OKREM KROME MIMO IKKE INTE UNDTAGEN UNNTATT
    UTOM NEM KIVEVE OPROCZ ALREADY BEREITS ALLEREDE REDAN JUZ UZ JIZ
    """.split()
)
#: wages, taxes, insurances, loans: never a vendor's bill by number alone
DUTIES = frozenset(
    """
    MZDA MZDY VYPLATA LON LONN LOHN GEHALT SALARY SALARIES WAGE WAGES BER MUNKABER FIZETES WYNAGRODZENIE PALKKA
    DPH DPPO DPFO SKAT MOMS MVA TAX TAXES STEUER FINANZAMT NAV AFA ADO JARULEK ODVODY POISTNE POISTENIE POJISTNE SOCIALNA
    SOCIALNI ZDRAVOTNA ZDRAVOTNI PODATEK ZUS FORSKUDDSTREKK FORSKUDDSTRAEKK ARBEIDSGIVERAVGIFT VERSICHERUNG
    """.split()
)
#: months as they begin; a word that only begins like one is none, so what may follow is bounded
MONTHS = {
    'JANUAR': 1, 'LEDEN': 1, 'LEDNA': 1, 'JANUARY': 1, 'FEBRUAR': 2, 'UNOR': 2, 'UNORA': 2, 'FEBRUARY': 2, 'MAREC': 3,
    'BREZEN': 3, 'BREZNA': 3, 'MARCIUS': 3, 'MARZ': 3, 'MAERZ': 3, 'MARCH': 3, 'MARTS': 3, 'MARS': 3, 'APRIL': 4, 'DUBEN': 4,
    'DUBNA': 4, 'APRILIS': 4, 'MAJ': 5, 'MAY': 5, 'MAI': 5, 'KVETEN': 5, 'KVETNA': 5, 'MAJUS': 5, 'JUN': 6, 'JUNI': 6, 'JUNE': 6,
    'CERVEN': 6, 'CERVNA': 6, 'JUNIUS': 6, 'JUL': 7, 'JULI': 7, 'JULY': 7, 'CERVENEC': 7, 'CERVENCE': 7, 'JULIUS': 7, 'AUGUST': 8,
    'SRPEN': 8, 'SRPNA': 8, 'AUGUSZTUS': 8, 'SEPTEMBER': 9, 'ZARI': 9, 'SZEPTEMBER': 9, 'OKTOBER': 10, 'OCTOBER': 10, 'RIJEN': 10,
    'RIJNA': 10, 'NOVEMBER': 11, 'LISTOPAD': 11, 'LISTOPADU': 11, 'DECEMBER': 12, 'DEZEMBER': 12, 'DESEMBER': 12, 'PROSINEC': 12,
    'PROSINCE': 12, 'LEDNOV': 1, 'UNOROV': 2, 'BREZNOV': 3, 'DUBNOV': 4, 'KVETNOV': 5, 'CERVNOV': 6, 'CERVENCOV': 7, 'SRPNOV': 8,
    'RIJNOV': 10, 'PROSINCOV': 12, 'STYCZEN': 1, 'LUTY': 2, 'MARZEC': 3, 'KWIECIEN': 4, 'CZERWIEC': 6, 'LIPIEC': 7, 'SIERPIEN': 8, 'WRZESIEN': 9,
    'PAZDZIERNIK': 10, 'GRUDZIEN': 12, 'OCT': 10, 'AUG': 8, 'SEP': 9, 'APR': 4, 'LED': 1, 'JANV': 1, 'DES': 12, 'DEZ': 12, 'SIERPNIA': 8, 'WRZESNIA': 9,
    'PAZDZIERNIKA': 10, 'LISTOPADA': 11, 'GRUDNIA': 12, 'STYCZNIA': 1, 'LUTEGO': 2, 'KWIETNIA': 4, 'CZERWCA': 6, 'LIPCA': 7, 'ENERO': 1, 'MARCA': 3, 'MAJA': 5, 'JUNA': 6, 'JULA': 7, 'FEB': 2, 'SEPT': 9, 'OKT': 10, 'NOV': 11, 'DEC': 12, 'TAMMIKUU': 1, 'HELMIKUU': 2,
    'MAALISKUU': 3, 'HUHTIKUU': 4, 'TOUKOKUU': 5, 'KESAKUU': 6, 'HEINAKUU': 7, 'ELOKUU': 8, 'SYYSKUU': 9, 'LOKAKUU': 10,
    'MARRASKUU': 11, 'JOULUKUU': 12, 'JANVIER': 1, 'FEVRIER': 2, 'AVRIL': 4, 'JUIN': 6, 'JUILLET': 7, 'AOUT': 8, 'SEPTEMBRE': 9,
    'OCTOBRE': 10, 'NOVEMBRE': 11, 'DECEMBRE': 12,
}  # fmt: skip
#: endings of a month's name in languages that decline it, and of "for the month of"
MONTH_ENDINGS = (
    '',
    'A',
    'U',
    'I',
    'E',
    'OVY',
    'OVE',
    'OVA',
    'OVEJ',
    'S',
    'HO',
    'RE',
    'BAN',
    'BEN',
    'TA',
    'SSA',
    'N',
    'LTA',
    'NOVE',
    'NOVA',
    'NY',
    'NE',
)
#: a span of time, in a word that says so beside its number
PERIODS = frozenset(
    """
    MESIAC MESIACA MESIC MESICE HAVI HONAP HONAPRA MANED MANEDEN MAANED MONAT MONATS MONTH MIESIAC KUUKAUSI STVRTROK STVRTROKA
    CTVRTLETI KVARTAL KVARTALET QUARTER QUARTAL NEGYEDEV POLROK POLROKA SEMESTER TRIMESTER
    """.split()
)
#: forms of companies, no part of a name
LEGAL_FORMS = frozenset(
    """
    SRO S R O RO SPOL AS A KS VOS KFT BT ZRT NYRT KKT RT EV GMBH MBH AG KG OHG UG EK EU GBR LTD LIMITED LLC LLP
    PLC INC CORP CO COMPANY OY OYJ AB HB ASA APS IVS IS ENK NUF OU SIA UAB BV NV VOF SA SARL SAS SPA SRL SNC
    DOO D DD SP Z ZOO OO J K THE TARSA ES AND UND OG ET I Y PAN PANI MR MRS MS HERR FRAU ING MGR BC DR
    """.split()
)


def mark(word: str, before: str = '') -> str:
    """What a word says about the number behind it: DOCUMENT, ORDERED, PAPER, THING or ''. A connecting word says what the
    one before it did; an invoice that is announced as another paper ("zálohová faktúra") is that paper; "number" behind a
    word that nobody knows is that thing's number ("byt č. 431"), at the beginning a document's.

    :param before: what the word before it said

    >>> mark('FAKTURA'), mark('CISLO', 'order'), mark('JABLKO', 'invoice'), mark('FAKTURA', 'paper')
    ('invoice', 'order', 'thing', 'paper')
    >>> mark('NR'), mark('NR', mark('ZIMMER')), mark('KUNDEN-NR'), mark('ASIAKASNUMERO'), mark('FAKTURANUMMER')
    ('invoice', 'paper', 'order', 'order', 'invoice')
    """
    if '-' in word or '/' in word:
        for part in word.replace('/', '-').split('-'):
            before = mark(part, before)
        return before
    word = word.replace('.', '') if '.' in word else word
    if before and word in CONNECTING:
        return PAPER if before == THING and word in NUMBER else before
    found = _noun(word)
    if found in (DOCUMENT, THING) and before == PAPER:
        return PAPER
    return found


@lru_cache(maxsize=8192)
def _noun(word: str) -> str:
    if word in PAPERS:
        return PAPER
    if word in INVOICE or word in NUMBER:
        return DOCUMENT
    if word in ORDER:
        return ORDERED
    if len(word) < MIN_NOUN or word in NEUTRAL:
        return ''
    for stems, said in ((PAPER_STEMS, PAPER), (ORDER_STEMS, ORDERED), (INVOICE_STEMS, DOCUMENT)):
        if word.startswith(stems):
            return said
    if word.endswith(NUMBER_ENDINGS):
        return PAPER  # the number of something
    return THING


@lru_cache(maxsize=8192)
def month(word: str) -> int | None:
    """The month that a word names, or None.

    >>> month('OKTOBRA'), month('OKTOBER'), month('MARTIN'), month('SEPTEMBROVE')
    (10, 10, None, 9)
    """
    if word in MONTHS:
        return MONTHS[word]
    if len(word) < 5:
        return None
    for stem, number in _STEMS:
        if word.startswith(stem) and (word[len(stem) :] in MONTH_ENDINGS or len(stem) > 5):
            return number
        if len(stem) > 5 and word.endswith(stem):
            return number
    return None


#: declined: "októbra", "septembrové", "januári"
_STEMS = tuple(
    (stem, number)
    for name, number in MONTHS.items()
    if len(name) >= 5
    for stem in {name, name[:-2] + name[-1] if name.endswith('BER') else name}
)
