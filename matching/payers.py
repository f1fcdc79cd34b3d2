"""Who pays a movement, as far as the bank, the files on partners and the payments before it tell."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from . import names, references
from .accounts import forms
from .memory import MAX_PARTNERS, SURE_AFTER

if TYPE_CHECKING:
    from .case import Case
    from .data import Candidate, Document

#: ways in which a payer is known
ACCOUNT, GIVEN, NAME, IDENTIFIER, LEARNED = 'account', 'given', 'name', 'identifier', 'learned'


def payers(case: Case) -> dict[object, str]:
    """{commercial partner's id: how the payer is known}, best way only."""
    line, found = case.line, {}
    if line.partner is not None:
        return {line.partner: GIVEN}
    if line.counterparty_account:
        for partner in case.source.payers_by_account(case.company, line.counterparty_account):
            found[partner] = ACCOUNT
    if not found and line.counterparty_name:
        key = names.key(line.counterparty_name)
        if key:
            found.update(dict.fromkeys(case.source.payers_by_name(case.company, key), NAME))
    for partner in case.remembered:
        found.setdefault(partner, LEARNED)
    return found


def remembered(case: Case) -> dict[object, int]:
    """{commercial partner's id: how often this payer paid for it}, of this run and of the books before it."""
    found = dict(case.source.remembered(case.company, case.line))
    if case.memory:
        for partner, times in case.memory.of(case.line).items():
            found[partner] = found.get(partner, 0) + times
        if not found:
            before = case.source.claims(case.company)
            if (claimed := case.memory.claimed(case.line, case.candidates.keys(), before)) is not None:
                found[claimed] = 1
    return found if len(found) <= MAX_PARTNERS else {}


def corroboration(case: Case, document: Document) -> str:
    """How it is known that the document's partner pays: account, given, name, learned, identifier, or ''."""
    partner = document.partner
    if partner not in case.certain:
        known = case.payers.get(partner)
        if known:
            case.certain[partner] = known if known != ACCOUNT or len(case.payers) == 1 else NAME
        elif is_named(case, partner):
            case.certain[partner] = NAME
        else:
            case.certain[partner] = IDENTIFIER if partner in case.identified else ''
    return case.certain[partner]


def is_named(case: Case, partner: object) -> bool:
    """Whether the counterparty has the partner's name, or the text says the whole of it: a parent names the child."""
    record = case.source.partner(partner)
    if not record:
        return False
    name = case.line.counterparty_name
    return bool(name and names.same(name, record.name)) or names.says(case.remittance, record.name)


def remittance(case: Case) -> str:
    """What the payer wrote, in its own script."""
    return ' '.join(text for field, text in case.line.texts if field != 'end_to_end_id' and text)


def said_keys(case: Case) -> Collection[str]:
    """Under what customers may be found whom the text names, where nobody is known to pay."""
    return () if case.payers or case.usable else names.said_keys(case.remittance)


def said(case: Case) -> list[object]:
    """Ids of the commercial partners whose whole names the text says."""
    found = [id_ for key in case.said_keys for id_ in case.source.payers_by_name(case.company, key)]
    return list(dict.fromkeys(found))


def contradicts(case: Case, document: Document) -> bool:
    """Whether the payer is known for sure, as somebody else than the document's partner."""
    sure = [partner for partner, how in case.payers.items() if how in (ACCOUNT, GIVEN)]
    if not sure and len(case.remembered) == 1 and min(case.remembered.values()) >= SURE_AFTER:
        sure = list(case.remembered)
    return bool(sure) and document.partner not in case.payers


def payee_differs(case: Case, partner: object) -> str:
    """Whether we paid somebody else than the partner, as far as accounts on file and names tell.

    :return: 'account' where the partner has other accounts, 'name' where none is on file and the name is another, or ''"""
    line = case.line
    if case.amount > 0 or partner is None or line.partner == partner:
        return ''
    known = case.source.accounts_of(case.company, partner) if line.counterparty_account else ()
    if known:
        return '' if not known.isdisjoint(forms(line.counterparty_account)) else ACCOUNT
    return NAME if line.counterparty_name and not is_named(case, partner) else ''


def identified(case: Case) -> dict[object, Candidate]:
    """{commercial partner's id: candidate} of customer identifiers that stand in the texts. What several customers
    have says something only of the one who pays."""
    found: dict[object, Candidate] = {}
    shared: set[object] = set()
    for partners, candidate in case.identifiers.values():
        if len(partners) > 1:
            partners = [partner for partner in partners if partner in case.payers] or partners
        if len(partners) > 1:
            shared.update(partners)
        for partner in partners:
            found.setdefault(partner, candidate)
    return {partner: candidate for partner, candidate in found.items() if partner not in shared}


def identifiers(case: Case) -> dict[str, tuple[list[object], Candidate]]:
    """{key: (commercial partners' ids, candidate)} of all that is somebody's identifier."""
    found = {}
    for key, candidate in case.candidates.items():
        if candidate.how in (references.JOINED, references.PART, references.DATE, references.END_TO_END) or '/' in key:
            continue
        if partners := case.source.identified(case.company, key, case.line.date):
            found[key] = (partners, candidate)
    return found
