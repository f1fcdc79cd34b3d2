"""Entries of camt.052, 053 and 054 and their details."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from . import symbols, values
from .data import Detail, Fee, Original, Party, Refused, Transaction, Warn
from .nodes import NONE, Element, Node, account, bank, name

#: what is not booked yet
PENDING = frozenset({'PDNG', 'INFO', 'FUTR'})
#: references beside the ones that have a place of their own
_REFERENCES = (
    'MsgId', 'PmtInfId', 'InstrId', 'TxId', 'UETR', 'MndtId', 'ChqNb', 'ClrSysRef', 'AcctOwnrTxId', 'AcctSvcrTxId', 'MktInfrstrctrTxId',
    'PrcgId',
)  # fmt: skip
_NOTHING = Decimal(0)


def own_account(node: Node) -> str | None:
    """The statement's own account."""
    return values.without_currency(account(node))


class Entries:
    """The entries of one statement, one by one, and what they come to.

    :param element: of the statement, as far as it was read"""

    def __init__(self, element: Element, warnings: list[Warn]) -> None:
        self.element, self.warnings = element, warnings
        self.count = 0
        self.booked: dict[str | None, Decimal] = {}
        self.turnover = {True: Decimal(0), False: Decimal(0)}
        self.number_of = {True: 0, False: 0}
        self.currency: str | None = None
        self._own: str | None = None

    @property
    def own(self) -> str | None:
        if self._own is None:
            found = next((one for one in self.element if name(one) == 'Acct'), None)
            self._own = (own_account(Node(found)) if found is not None else None) or ''
        return self._own or None

    def read(self, node: Node) -> Transaction:
        """One entry.

        :raises Refused: ``bad_value``"""
        self.count += 1
        told, direction = node.at('Amt'), node.text('CdtDbtInd')
        if not told or direction not in ('CRDT', 'DBIT'):
            raise Refused('bad_value', "An entry has no amount, or no direction.", node.line)
        made = Transaction(amount=values.signed(told.amount(), direction == 'DBIT'), currency=told.currency)
        status = node.text('Sts') or node.text('Sts', 'Cd') or node.text('Sts', 'Prtry')
        made.pending = bool(status) and (status or '').upper() in PENDING
        made.reversal = node.text('RvslInd') in ('true', '1')
        made.value_date = node.at('ValDt').day(self.warnings, self.count, 'Dt', 'DtTm')
        made.date = node.at('BookgDt').day(self.warnings, self.count, 'Dt', 'DtTm') or made.value_date
        made.bank_reference = values.meant(node.text('AcctSvcrRef'))
        made.code, made.proprietary_code = _codes(node.at('BkTxCd'))
        _add(made.references, node.text('NtryRef'))
        self._original(node.at('AmtDtls'), NONE, made, made)
        self._fees(node, made)
        for found in node.all('AddtlNtryInf'):
            _add(made.info, found.text())
        groups = node.all('NtryDtls')
        details = [one for group in groups for one in group.all('TxDtls')] or node.all('TxDtls')
        self._batches(made, [batch for group in groups for batch in group.all('Btch')], len(details))
        self._with_details(made, details)
        for info in made.info:
            symbols.within(made.symbols, info)
        self._counted(made, direction == 'CRDT')
        return made

    def _batches(self, made: Transaction, batches: list[Node], details: int) -> None:
        """The references of batches, and what they say of themselves."""
        for batch in batches:
            for step in ('MsgId', 'PmtInfId'):
                _add(made.references, batch.text(step))
        told = [batch.text('NbOfTxs') for batch in batches]
        numbers = [int(one) for one in told if one and one.isdecimal() and one.isascii() and len(one) < 16]
        totals = [total for batch in batches if (total := batch.at('TtlAmt')) and total.currency == made.currency]
        wrong = details and len(numbers) == len(batches) and batches and sum(numbers) != details
        if len(totals) == len(batches) == 1:
            wrong = wrong or totals[0].amount() != abs(made.amount or _NOTHING)
        if wrong:
            self.warnings.append(Warn('checksum', "A batch's own count or sum is another one.", self.count))

    def _counted(self, made: Transaction, is_in: bool) -> None:
        amount = made.amount or _NOTHING
        self.currency = self.currency or made.currency
        self.number_of[is_in] += 1
        self.turnover[is_in] += abs(amount)
        if not made.pending:
            self.booked[made.currency] = self.booked.get(made.currency, _NOTHING) + amount

    # === Details === #

    def _with_details(self, made: Transaction, nodes: list[Node]) -> None:
        """One detail is the entry; several are its details where they add up to it, else what they say is the entry's."""
        read = [self._detail(node, made) for node in nodes]
        if len(read) == 1:
            self._lift(made, read[0], nodes[0])
        elif (
            read
            and all(one.amount is not None for one in read)
            and sum(one.amount or _NOTHING for one in read) == made.amount
        ):
            made.details = read
        else:
            self._extend(made, read)
            ids = [reference for one in read for reference in (one.end_to_end_id, one.bank_reference)]
            _merge(made.references, [reference for reference in ids if reference != made.bank_reference])
            for one in read:
                for key in ('vs', 'ss', 'ks'):
                    symbols.put(made.symbols, key, getattr(one.symbols, key))

    def _lift(self, made: Transaction, one: Detail, node: Node) -> None:
        if not (made.code or made.proprietary_code):
            made.code, made.proprietary_code = _codes(node.at('BkTxCd'))
        if made.bank_reference is None:
            made.bank_reference = one.bank_reference
        else:
            _add(made.references, one.bank_reference, but=made.bank_reference)
        made.counterparty, made.symbols, made.end_to_end_id = one.counterparty, one.symbols, one.end_to_end_id
        made.original = made.original or one.original
        made.fees = made.fees or one.fees
        self._extend(made, [one])

    @staticmethod
    def _extend(made: Transaction, details: list[Detail]) -> None:
        _merge(made.text, [found for one in details for found in one.text])
        _merge(made.structured, [found for one in details for found in one.structured])
        _merge(made.info, [found for one in details for found in one.info])
        _merge(made.references, [found for one in details for found in one.references])

    def _detail(self, node: Node, entry: Transaction) -> Detail:
        one = Detail()
        self._detail_amount(node, entry, one)
        self._original(node.at('AmtDtls'), node.at('Amt'), one, entry)
        self._fees(node, one)
        self._references(node.at('Refs'), one)
        for info in node.all('RmtInf'):
            for found in info.all('Ustrd'):
                _add(one.text, found.text())
            for found in info.all('Strd'):
                _structured(found, one)
        for found in node.all('AddtlTxInf'):
            _add(one.info, found.text())
        _returned(node.at('RtrInf'), one)
        one.counterparty = self._counterparty(node, entry)
        for text in (one.end_to_end_id, *one.text, *one.info):
            symbols.within(one.symbols, text)
        return one

    @staticmethod
    def _references(node: Node, one: Detail) -> None:
        one.end_to_end_id = values.meant(node.text('EndToEndId'))
        one.bank_reference = values.meant(node.text('AcctSvcrRef'))
        for step in _REFERENCES:
            for found in node.all(step):
                _add(one.references, found.text())
        for found in node.all('Prtry'):
            kind, reference = (found.text('Tp') or '').upper().rstrip(':'), found.text('Ref')
            if kind in ('VS', 'SS', 'KS'):
                symbols.put(one.symbols, kind, reference if (reference or '').isdigit() else None)
            else:
                _add(one.references, reference)

    @staticmethod
    def _detail_amount(node: Node, entry: Transaction, one: Detail) -> None:
        """The detail's amount in the entry's currency, signed like the entry or as it says itself."""
        minus = {'CRDT': False, 'DBIT': True}.get(node.text('CdtDbtInd') or '', (entry.amount or _NOTHING) < 0)
        inside = node.at('AmtDtls')
        for found in (node.at('Amt'), *(inside.at(kind, 'Amt') for kind in ('TxAmt', 'InstdAmt', 'CntrValAmt'))):
            if found and found.currency in (entry.currency, None):
                one.amount, one.currency = values.signed(found.amount(), minus), entry.currency
                return

    @staticmethod
    def _original(inside: Node, mine: Node, into: Detail, entry: Transaction) -> None:
        """The first amount in another currency than the entry's."""
        for found in (*(inside.at(kind, 'Amt') for kind in ('InstdAmt', 'TxAmt', 'CntrValAmt')), mine):
            unit = found.currency if found else None
            if unit and unit != entry.currency:
                minus = ((entry if into.amount is None else into).amount or _NOTHING) < 0
                into.original = Original(values.signed(found.amount(), minus), unit, _rate(inside))
                return

    @staticmethod
    def _fees(node: Node, into: Detail) -> None:
        for group in node.all('Chrgs'):
            for found in group.all('Rcrd') or [group]:
                if (told := found.at('Amt') or found.at('TtlChrgsAndTaxAmt')) and (amount := told.amount()):
                    into.fees.append(Fee(amount, told.currency))

    # === Parties === #

    def _counterparty(self, node: Node, entry: Transaction) -> Party:
        """Who paid, or was paid: the side that is not ours. In a returned payment the roles are those of the first one."""
        parties, agents = node.at('RltdPties'), node.at('RltdAgts')
        sides = {side: _party(parties, agents, side) for side in ('Dbtr', 'Cdtr')}
        first, other = ('Dbtr', 'Cdtr') if ((entry.amount or _NOTHING) >= 0) != entry.reversal else ('Cdtr', 'Dbtr')
        if self.own and sides[first].account == self.own and sides[other].account != self.own:
            first, other = other, first
        said = any((sides[first].name, sides[first].account, sides[first].bank))
        if not said and (not self.own or sides[other].account != self.own):
            return sides[other]
        return sides[first]


def _party(parties: Node, agents: Node, side: str) -> Party:
    person = parties.at(side)
    inner, last = person.at('Pty') or person, parties.at(f'Ultmt{side}')
    called = inner.text('Nm') or person.text('Agt', 'FinInstnId', 'Nm') or last.text('Nm') or last.text('Pty', 'Nm')
    return Party(called, account(parties.at(f'{side}Acct')), bank(agents.at(f'{side}Agt')))


def _structured(node: Node, one: Detail) -> None:
    for group in node.all('CdtrRefInf'):
        reference = group.text('Ref') or group.text('CdtrRef')
        if reference and not symbols.alone(one.symbols, reference):
            _add(one.structured, reference)
    for group in node.all('RfrdDocInf'):
        _add(one.references, group.text('Nb') or group.text('RfrdDocNb'))
    for found in node.all('AddtlRmtInf'):
        _add(one.text, found.text())


def _returned(node: Node, one: Detail) -> None:
    """Why a payment came back."""
    for reason in (node.at('Rsn'), node.at('RtrRsn')):
        _add(one.info, reason.text('Cd') or reason.text('Prtry'))
    for found in node.all('AddtlInf'):
        _add(one.info, found.text())


def _rate(inside: Node) -> Decimal | None:
    for groups in inside.steps().values():
        for group in groups:
            if rate := group.at('CcyXchg', 'XchgRate'):
                return rate.amount()
    return None


def _codes(node: Node) -> tuple[str | None, str | None]:
    domain = node.at('Domn')
    parts = [domain.text('Cd'), domain.text('Fmly', 'Cd'), domain.text('Fmly', 'SubFmlyCd')] if domain else []
    return '-'.join(part for part in parts if part) or None, node.text('Prtry', 'Cd')


def _merge(into: list[str], more: Iterable[str | None]) -> None:
    """As ``_add``, for as many as a batch has."""
    known = dict.fromkeys(into)
    known.update(dict.fromkeys(found for one in more if (found := values.meant(one))))
    into[:] = known


def _add(into: list[str], found: str | None, but: str | None = None) -> None:
    if (found := values.meant(found)) and found not in into and found != but:
        into.append(found)
