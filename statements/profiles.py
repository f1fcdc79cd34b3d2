"""Banks' CSV and XLSX exports as data: which column is what, and in which form dates and amounts are.

One entry a profile. Sources: banks' own help pages, public parsers and real exports, as far as each was seen; where a bank changes
its columns, its file is of an unknown format until a person says what they are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

#: what a column may be
ROLES = frozenset(
    """date value amount in out direction currency balance name account prefix bank text info vs ss ks e2e kid id reference own from to
    from_name to_name status code original original_currency rate fee opening closing ignore""".split()
)


@dataclass(frozen=True)
class Profile:
    """``columns``: {header: role}; ``optional``: headers that may be missing.

    ``dates``: forms, each of ``Y m d``, ``y`` for two digits of the year, and the signs between; what follows a blank (a time, a weekday) is left.
    ``decimal``, ``thousands``: the signs of amounts. ``debit``: words of the direction that mean minus.
    ``pending``: words, in the booking day or the state, of what is not booked yet. ``pages``: encodings, the likeliest first.
    ``currency``: where the header says it. ``out_is``: sign of the amounts that went out: '+' written without one,
    '±' with or without."""

    name: str
    columns: dict[str, str]
    optional: tuple[str, ...] = ()
    dates: tuple[str, ...] = ('d.m.Y',)
    decimal: str = ','
    thousands: str = ' '
    debit: tuple[str, ...] = ()
    credit: tuple[str, ...] = ()
    #: what went out has its sign beside the word
    signed: bool = False
    pending: tuple[str, ...] = ()
    pages: tuple[str, ...] = ('cp1250', 'cp852', 'cp1252')
    currency: str | None = None
    #: columns that nobody knows may stand beside
    open: bool = False
    #: amounts have their currency behind them
    with_currency: bool = False
    #: a minus may stand behind, a currency before or behind an amount
    loose: bool = False
    #: a row without a booking day is not booked yet
    undated_pending: bool = False


def _columns(text: str) -> dict[str, str]:
    """``header=role; header=role``"""
    found = {}
    for part in text.split(';'):
        if part.strip():
            header, _sign, role = part.strip().rpartition('=')
            found[header.strip()] = role.strip()
    return found


NORTH = ('cp1252', 'cp850', 'cp1250')
_WAITING = ('reservert', 'reserveret', 'venter', 'reserved', 'pending')

PROFILES: tuple[Profile, ...] = (
    Profile(
        'sk_tatrabanka',
        _columns(
            'Dátum spracovania=date; Dátum zúčtovania=value; Suma=amount; Mena=currency; Typ=direction; Predčíslie=prefix; Číslo účtu=account;'
            'Kód banky=bank; IBAN=account; Variabilný symbol=vs; Špecifický symbol=ss; Konštantný symbol=ks; Referencia platiteľa=e2e;'
            'Informácia pre príjemcu=text; Popis=info'
        ),
        optional=('Predčíslie', 'Referencia platiteľa', 'Informácia pre príjemcu', 'Popis', 'IBAN', 'Dátum zúčtovania'),
        debit=('debet',),
        credit=('kredit',),
    ),
    Profile(
        'sk_slsp',
        _columns(
            'Vlastný názov účtu=ignore; Vlastný IBAN=own; Dátum splatnosti=date; Suma=amount; Mena=currency; Partner=name; IBAN partnera=account;'
            'BIC/SWIFT kód banky partnera=bank; Číslo účtu partnera=account; CC kód banky partnera=bank; Popis transakcie=text;'
            'Typ transakcie=info; Konštantný symbol=ks; Špecifický symbol=ss; Variabilný symbol=vs; Referencia platiteľa=e2e;'
            'Poznámka=info; Dátum zaúčtovania=ignore'
        ),
        optional=(
            'Vlastný názov účtu',
            'BIC/SWIFT kód banky partnera',
            'Číslo účtu partnera',
            'CC kód banky partnera',
            'Typ transakcie',
            'Referencia platiteľa',
            'Poznámka',
            'Dátum zaúčtovania',
            'Konštantný symbol',
            'Špecifický symbol',
        ),
    ),
    Profile(
        'cz_fio_api',
        _columns(
            'ID operace=id; ID pohybu=id; Datum=date; Objem=amount; Měna=currency; Protiúčet=account; Název protiúčtu=name; Kód banky=bank;'
            'Název banky=ignore; KS=ks; VS=vs; SS=ss; Uživatelská identifikace=info; Zpráva pro příjemce=text; Typ=info; Provedl=info;'
            'Upřesnění=info; Komentář=info; BIC=bank; ID pokynu=reference; Reference plátce=e2e'
        ),
        optional=(
            'ID operace',
            'ID pohybu',
            'Název banky',
            'Provedl',
            'Upřesnění',
            'Komentář',
            'BIC',
            'ID pokynu',
            'Uživatelská identifikace',
            'Reference plátce',
            'Název protiúčtu',
            'Typ',
        ),
    ),
    Profile(
        'cz_fio_ib',
        _columns(
            'ID operace=id; ID pohybu=id; Datum=date; Objem=amount; Měna=currency; Protiúčet=account; Název protiúčtu=name; Kód banky=bank;'
            'Název banky=ignore; KS=ks; VS=vs; SS=ss; Poznámka=info; Zpráva pro příjemce=text; Typ=info; Provedl=info; Upřesnění=info;'
            'BIC=bank; ID pokynu=reference'
        ),
        optional=(
            'ID operace',
            'ID pohybu',
            'Název banky',
            'Provedl',
            'Upřesnění',
            'BIC',
            'ID pokynu',
            'Název protiúčtu',
            'Typ',
            'Zpráva pro příjemce',
        ),
    ),
    Profile(
        'cz_raiffeisen',
        _columns(
            'Datum provedení=value; Datum zaúčtování=date; Číslo účtu=own; Název účtu=ignore; Kategorie transakce=info; Číslo protiúčtu=account;'
            'Název protiúčtu=name; Typ transakce=info; Zpráva=text; Poznámka=text; VS=vs; KS=ks; SS=ss; Zaúčtovaná částka=amount; Měna účtu=currency;'
            'Původní částka a měna=original; Poplatek=fee; Id transakce=id; Vlastní poznámka=info; Název obchodníka=name; Město=info'
        ),
        optional=(
            'Název účtu',
            'Kategorie transakce',
            'Poznámka',
            'Původní částka a měna',
            'Poplatek',
            'Vlastní poznámka',
            'Název obchodníka',
            'Město',
        ),
    ),
    Profile(
        'cz_csob',
        _columns(
            'číslo účtu=own; datum zaúčtování=date; částka=amount; měna=currency; zůstatek=balance; číslo účtu protiúčtu=account;'
            'kód banky protiúčtu=bank; název účtu protiúčtu=name; konstantní symbol=ks; variabilní symbol=vs; specifický symbol=ss;'
            'označení operace=info; ID transakce=id; poznámka=text'
        ),
        optional=('poznámka', 'zůstatek'),
    ),
    Profile(
        'hu_kh',
        _columns(
            'könyvelés dátuma=date; tranzakció azonosító=id; típus=info; könyvelési számla=own; könyvelési számla elnevezése=ignore;'
            'partner számla=account; partner elnevezése=name; összeg=amount; összeg devizaneme=currency; közlemény=text; értéknap=value'
        ),
        optional=('könyvelési számla elnevezése', 'értéknap'),
        dates=('Y.m.d',),
        open=True,
    ),
    Profile(
        'hu_otp_xlsx',
        _columns(
            'Számlaszám=own; Ellenoldali számlaszám=account; Ellenoldali név=name; Forgalom típusa=info; Közlemény=text; Kategória=info;'
            'Banki tranzakció azonosító=id; Tranzakció időpontja=ignore; Könyvelés dátuma=date; Összeg=amount; Devizanem=currency'
        ),
        optional=('Kategória', 'Tranzakció időpontja'),
        dates=('Y-m-d',),
        undated_pending=True,
    ),
    Profile(
        'hu_magnet',
        _columns(
            'Típus=info; Könyvelés dátuma=date; Értéknap=value; Azonosító=id; Összeg=amount; Közlemény/1=text; Közlemény/2=text;'
            'Közlemény/3=text; Közlemény/4=text; Ellenoldali név=name; Ellenoldali számlaszám=account'
        ),
        optional=('Közlemény/2', 'Közlemény/3', 'Közlemény/4', 'Ellenoldali név', 'Ellenoldali számlaszám'),
        dates=('Y.m.d',),
        with_currency=True,
    ),
    Profile(
        'no_dnb',
        _columns('Dato=date; Forklaringstekst=text; Rentedato=value; Beløp=amount; Motkonto=account'),
        optional=('Motkonto',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_dnb_old',
        _columns('Dato=date; Forklaring=text; Rentedato=value; Ut fra konto=out; Inn på konto=in'),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_dnb_business',
        _columns(
            'Konto=own; Kontonavn=ignore; Inngående saldo=opening; Utgående saldo=closing; Bokført dato=date; Forklarende tekst=text; Ut=out; Inn=in;'
            'Rentedato=value; Arkivref=id; Referanse=reference'
        ),
        optional=('Kontonavn', 'Rentedato', 'Arkivref', 'Referanse'),
        thousands='. ',
        pages=NORTH,
    ),
    Profile(
        'no_sparebank1',
        _columns('Dato=date; Beskrivelse=text; Rentedato=value; Inn=in; Ut=out; Til konto=to; Fra konto=from'),
        optional=('Rentedato',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_sparebank1_business',
        _columns(
            'Bokført dato=date; Forklarende tekst=text; Status=status; Transaksjonstype=info; Rentedato=value; Ut=out; Inn=in; Arkivref.=id; Referanse=reference'
        ),
        optional=('Status', 'Transaksjonstype', 'Referanse'),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_savings',
        _columns('Dato=date; Forklaring=text; Rentedato=value; Ut av konto=out; Inn på konto=in; KID=kid; Arkivref=id'),
        optional=('KID', 'Arkivref'),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_nordea',
        _columns(
            'Bokføringsdato=date; Beløp=amount; Avsender=from; Mottaker=to; Navn=name; Tittel=text; Valuta=currency; Betalingstype=info'
        ),
        optional=('Navn', 'Betalingstype'),
        dates=('Y/m/d',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'no_danske',
        _columns(
            'Bokført dato=date; Rentedato=value; Tekst=text; Beløp i NOK=amount; Bokført saldo i NOK=balance; Status=status'
        ),
        optional=('Status', 'Rentedato', 'Bokført saldo i NOK'),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
        currency='NOK',
    ),
    Profile(
        'no_handelsbanken',
        _columns(
            'Utført dato=ignore; Bokført dato=date; Rentedato=value; Beskrivelse=info; Type=info; Undertype=info; Fra konto=from; Avsender=from_name;'
            'Til konto=to; Mottakernavn=to_name; Beløp inn=in; Beløp ut=out; Valuta=currency; Status=status; Melding/KID/Fakt.nr=text'
        ),
        optional=('Undertype', 'Status', 'Avsender', 'Mottakernavn'),
        decimal='.',
        thousands='',
        pages=NORTH,
        pending=_WAITING,
        undated_pending=True,
    ),
    Profile(
        'dk_danske',
        _columns(
            'Dato=date; Kategori=info; Underkategori=info; Tekst=text; Beløb=amount; Saldo=balance; Status=status; Afstemt=ignore'
        ),
        optional=('Kategori', 'Underkategori', 'Afstemt'),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'dk_nordea',
        _columns(
            'Bogføringsdato=date; Beløb=amount; Afsender=from; Modtager=to; Navn=name; Beskrivelse=text; Saldo=balance; Valuta=currency; Afstemt=ignore'
        ),
        optional=('Afstemt', 'Navn'),
        dates=('Y/m/d',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'dk_jyske',
        _columns(
            'Date=date; Text=text; Amount=amount; Balance=balance; Reconciled=ignore; AccountNumber=own; AccountName=ignore; MainCategory=info;'
            'Category=info; Comment=info'
        ),
        optional=('Reconciled', 'AccountName', 'MainCategory', 'Category', 'Comment'),
        decimal='.',
        thousands=',',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'dk_jyske_old',
        _columns(
            'Dato=date; Tekst=text; Beløb=amount; Saldo=balance; Kommentar=info; Afstemt=ignore; Flag=ignore; Konto=own'
        ),
        optional=('Kommentar', 'Afstemt', 'Flag'),
        dates=('d-m-Y',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
    Profile(
        'dk_al',
        _columns('Dato=date; Valørdato=value; Tekst=text; Beløb=amount; Saldo=balance'),
        dates=('d-m-Y',),
        thousands='. ',
        pages=NORTH,
        pending=_WAITING,
    ),
)

#: OTP's export for companies has no header: what stands in which place
HEADERLESS: tuple[Profile, ...] = (
    Profile(
        'hu_otp',
        {
            '0': 'own', '1': 'direction', '2': 'amount', '3': 'currency', '4': 'date', '5': 'value', '6': 'balance', '7': 'account', '8': 'name',
            '9': 'text', '10': 'text', '11': 'text', '12': 'info', '13': 'text', '14': 'text',
        },
        dates=('Ymd',),
        thousands='',
        decimal='.,',
        signed=True,
        debit=('t',),
        credit=('j',),
    ),
)  # fmt: skip


def named(name: str, profiles: Iterable[Profile] = (*PROFILES, *HEADERLESS)) -> Profile | None:
    return next((profile for profile in profiles if profile.name == name), None)
