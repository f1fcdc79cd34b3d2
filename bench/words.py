"""What is written in six countries, and how accounts are numbered there."""

from __future__ import annotations

#: country → (currency, words by key)
COUNTRIES = {
    'SK': ('EUR', {'rent': "nájomné", 'phone': "faktúra za telefón", 'fee': "Poplatok za vedenie účtu", 'interest': "Kreditný úrok", 'wage': "mzda",
                   'loan': "splátka úveru istina {principal} úrok {interest}", 'card': "Nákup kartou", 'own': "Prevod medzi vlastnými účtami",
                   'service': "údržba", 'energy': "záloha elektrina", 'tax': "daň z príjmov", 'vat': "DPH", 'member': "členské", 'invoice': "faktúra"}),
    'CZ': ('CZK', {'rent': "nájemné", 'phone': "vyúčtování telefon", 'fee': "Poplatek za vedení účtu", 'interest': "Připsaný úrok", 'wage': "mzda",
                   'loan': "splátka jistina {principal} úrok {interest}", 'card': "Nákup u obchodníka", 'own': "Převod mezi vlastními účty",
                   'service': "údržba", 'energy': "záloha elektřina", 'tax': "daň z příjmů", 'vat': "DPH", 'member': "členský příspěvek",
                   'invoice': "faktura"}),
    'HU': ('HUF', {'rent': "bérleti díj", 'phone': "telefonszámla", 'fee': "Számlavezetési díj", 'interest': "Kamatjóváírás", 'wage': "munkabér",
                   'loan': "törlesztés tőke {principal} kamat {interest}", 'card': "Vásárlás bankkártyával", 'own': "Saját számlák közötti átvezetés",
                   'service': "karbantartás", 'energy': "áramdíj", 'tax': "társasági adó", 'vat': "áfa", 'member': "tagdíj", 'invoice': "számla"}),
    'NO': ('NOK', {'rent': "husleie", 'phone': "mobilregning", 'fee': "Gebyr kontohold", 'interest': "Kreditrenter", 'wage': "lønn",
                   'loan': "lån avdrag {principal} renter {interest}", 'card': "Visa kjøp", 'own': "Overføring mellom egne konti",
                   'service': "vedlikehold", 'energy': "strøm", 'tax': "forskuddsskatt", 'vat': "mva", 'member': "kontingent", 'invoice': "faktura"}),
    'DK': ('DKK', {'rent': "husleje", 'phone': "mobil regning", 'fee': "Gebyr netbank", 'interest': "Rente tilskrevet", 'wage': "løn",
                   'loan': "lån afdrag {principal} rente {interest}", 'card': "Dankort-køb", 'own': "Overførsel mellem egne konti",
                   'service': "vedligehold", 'energy': "el aconto", 'tax': "acontoskat", 'vat': "moms", 'member': "kontingent", 'invoice': "faktura"}),
    'DE': ('EUR', {'rent': "Miete", 'phone': "Telefonrechnung", 'fee': "Kontoführungsentgelt", 'interest': "Habenzinsen", 'wage': "Lohn",
                   'loan': "Darlehen Tilgung {principal} Zinsen {interest}", 'card': "Kartenzahlung", 'own': "Umbuchung eigene Konten",
                   'service': "Wartung", 'energy': "Abschlag Strom", 'tax': "Körperschaftsteuer", 'vat': "Umsatzsteuer", 'member': "Mitgliedsbeitrag",
                   'invoice': "Rechnung"}),
}  # fmt: skip
#: how much money is worth: what costs one euro
LEVELS = {'EUR': 1, 'CZK': 25, 'HUF': 390, 'NOK': 11, 'DKK': 7}
TOWNS = ("Nitra", "Brno", "Szeged", "Bergen", "Odense", "Bonn", "Trnava", "Aarhus", "Leipzig")
SHOPS = (
    ('fuel', "SHELL"),
    ('fuel', "OMV"),
    ('supplies', "OFFICE DEPOT"),
    ('supplies', "IKEA"),
    ('software', "ADOBE CREATIVE"),
    ('meals', "TESCO"),
)
#: account of the books → (kind, tax that its rows have)
ACCOUNTS = {
    'rent': ('expense', None), 'phone': ('expense', 't20'), 'energy': ('expense', 't20'), 'fuel': ('expense', 't20'), 'supplies': ('expense', 't20'),
    'software': ('expense', None), 'meals': ('expense', 't10'), 'fee': ('expense', None), 'interest_in': ('income', None), 'interest_out': ('expense', None),
    'wages': ('liability', None), 'loan': ('liability', None), 'repairs': ('expense', 't20'), 'cleaning': ('expense', 't20'), 'income_tax': ('liability', None),
    'vat': ('liability', None), 'members': ('income', None), 'clearing': ('asset', None), 'card_fee': ('expense', None), 'deposits': ('receivable', None),
    'drawings': ('equity', None), 'other': ('expense', None),
}  # fmt: skip
TAXES = {'t20': '20', 't10': '10'}
