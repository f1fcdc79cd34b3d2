"""What a statement file says, in the words in which a bank's answer comes: whole, or not at all."""

import io
from dataclasses import dataclass, field, replace

from ... import statements
from ...banks.data import BOOKED, PENDING, Transaction
from ...statements.numbers import iban_of

#: movements of one file
MAX_MOVEMENTS = 200_000
#: payments of a batch whose texts are kept
MAX_DETAILS = 200


@dataclass
class Told:
    """One statement of a file: what stands above it, its movements, what does not add up (:class:`statements.Warn`)."""

    head: statements.Statement
    booked: list = field(default_factory=list)
    pending: list = field(default_factory=list)
    warnings: list = field(default_factory=list)

    @property
    def voice(self):
        """In whose words its movements have one identity: of the format, and of the export's form."""
        return voice(self.head)

    @property
    def days(self):
        """(first, last) day of its booked movements and its period; (None, None) where it has neither."""
        days = [row.booking_date for row in self.booked]
        days += [day for day in (self.head.begin, self.head.end) if day]
        return (min(days), max(days)) if days else (None, None)


def voice(head):
    kind = head.format[:8] if head.format.startswith('camt') else head.format
    return f'{kind}:{head.profile}' if head.profile else kind


def is_closed(head):
    """Whether a file of this format is a statement in Odoo's sense: a closed period with its balances."""
    return head.format.startswith(('camt.053', 'mt940', 'gpc'))


def read_file(content, profile=None, own=()):
    """[:class:`Told`] of a file's bytes.

    :raises statements.Refused: why it is not read"""
    return collect(statements.read(io.BytesIO(content), profile, own))


def collect(records):
    """[:class:`Told`] of what :func:`statements.read` or :func:`statements.read_mail` yields.

    :raises statements.Refused: as these; ``too_large``"""
    found, rows, loose, count = [], [], [], 0
    for record in records:
        if isinstance(record, statements.Transaction):
            rows.append(record)
            count += 1
            if count > MAX_MOVEMENTS:
                raise statements.Refused(
                    'too_large', f"More than {MAX_MOVEMENTS:,} movements in one file: cut it into parts."
                )
        elif isinstance(record, statements.Statement):
            told = Told(record)
            for row in rows:
                (told.pending if row.pending else told.booked).append(movement(row, record))
            found.append(told)
            rows = []
        elif found and record.code != 'skipped':
            found[-1].warnings.append(record)
        else:
            loose.append(record)
    if not found:
        raise statements.Refused('empty', "There is no statement in it.")
    found[0].warnings += loose
    return found


def movement(row, head):
    """:class:`banks.data.Transaction` of an entry. Its currency is empty where neither entry nor statement says it."""
    country = (head.account or '')[:2]
    party = row.counterparty
    end_to_end, others = _end_to_end(row)
    texts = list(row.text)
    for detail in row.details[:MAX_DETAILS] if len(row.details) > 1 else ():
        parts = (
            detail.counterparty.name,
            *detail.structured,
            _symbols(detail.symbols),
            detail.end_to_end_id,
            *detail.text,
        )
        texts.append(' '.join(filter(None, parts)))
    original = row.original
    return Transaction(
        status=PENDING if row.pending else BOOKED,
        amount=row.amount,
        currency=row.currency or head.currency or '',
        booking_date=row.date,
        value_date=row.value_date,
        entry_reference=row.bank_reference or '',
        transaction_id=(row.references or [''])[0],
        counterparty_name=party.name or '',
        counterparty_account=_account(party, country),
        counterparty_bic=party.bank if party.bank and not party.bank.isdigit() else '',
        remittance=tuple(filter(None, texts)),
        structured=tuple(row.structured),
        end_to_end_id=end_to_end,
        bank_transaction_code=row.code or '',
        proprietary_code=row.proprietary_code or '',
        additional_information=' '.join(filter(None, (*row.info, others))),
        original_amount=original.amount if original else None,
        original_currency=original.currency if original else '',
        exchange_rate=str(original.rate) if original and original.rate else '',
        balance_after=head.closing.amount if head.format == 'mail' and head.closing else None,
        raw={'voice': voice(head)},
    )


def in_currency(rows, currency):
    """The movements, those without a currency in the account's."""
    return [row if row.currency else replace(row, currency=currency) for row in rows]


def _end_to_end(row):
    """(payment symbols or end-to-end id, the other of the two)"""
    symbols, given = _symbols(row.symbols), row.end_to_end_id or ''
    if symbols and row.symbols.vs and row.symbols.vs not in given:
        return symbols, given
    return given or symbols, ''


def _symbols(found):
    """Slovak and Czech symbols as SEPA payments carry them."""
    return f'/VS{found.vs or ""}/SS{found.ss or ""}/KS{found.ks or ""}' if found.vs or found.ss else ''


def _account(party, country):
    if not party.account:
        return ''
    return iban_of(party.account, party.bank, country) or (
        f'{party.account}/{party.bank}'
        if party.bank and party.bank.isdigit() and '/' not in party.account
        else party.account
    )
