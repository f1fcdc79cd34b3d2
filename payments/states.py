"""What becomes of a payment: its states, which may follow which, and the banks' words for them.

Sources: ISO 20022 external code set, payment status (``TxSts``, NextGenPSD2 1.3.12 ``transactionStatus``); Enable Banking OpenAPI 1.0.0
(``PaymentStatus``), where ACCR, PACR, PDCR, RJCR and NULL answer a request to cancel, and say nothing of the payment itself.

Nothing leads from *unknown* back to *sending*: what may have arrived is never sent again. From a final state nothing follows but a return."""

from __future__ import annotations

from collections.abc import Iterable

DRAFT, TO_APPROVE, APPROVED, SENDING, UNKNOWN = 'draft', 'to_approve', 'approved', 'sending', 'unknown'
#: at the bank: waits for the person, for another person; taken; some of its lines; carried out; seen as a movement
WAITING, SIGNER, ACCEPTED, PARTIALLY, EXECUTED, CLOSED = (
    'waiting', 'waiting_signer', 'accepted', 'partially', 'executed', 'closed',
)  # fmt: skip
REJECTED, CANCELLED, RETURNED = 'rejected', 'cancelled', 'returned'
#: the bank has it, or may have it
SENT = frozenset({SENDING, UNKNOWN, WAITING, SIGNER, ACCEPTED, PARTIALLY, EXECUTED})
#: no money leaves (any more)
FAILED = frozenset({REJECTED, CANCELLED, RETURNED})
FINAL = FAILED | {CLOSED}

_AT_BANK = (WAITING, SIGNER, ACCEPTED, PARTIALLY, EXECUTED, CLOSED, REJECTED, CANCELLED, RETURNED)
#: state → what may follow
FOLLOWS: dict[str, frozenset[str]] = {
    DRAFT: frozenset({TO_APPROVE, CANCELLED}),
    TO_APPROVE: frozenset({APPROVED, DRAFT, CANCELLED}),
    APPROVED: frozenset({SENDING, DRAFT, CANCELLED}),
    # surely not sent: approved again; refused at once for what it says: a draft again
    SENDING: frozenset({APPROVED, DRAFT, UNKNOWN, *_AT_BANK}),
    UNKNOWN: frozenset(_AT_BANK),
    WAITING: frozenset({SIGNER, ACCEPTED, PARTIALLY, EXECUTED, CLOSED, REJECTED, CANCELLED, RETURNED}),
    SIGNER: frozenset({ACCEPTED, PARTIALLY, EXECUTED, CLOSED, REJECTED, CANCELLED, RETURNED}),
    ACCEPTED: frozenset({PARTIALLY, EXECUTED, CLOSED, REJECTED, CANCELLED, RETURNED}),
    PARTIALLY: frozenset({EXECUTED, CLOSED, RETURNED}),
    EXECUTED: frozenset({CLOSED, RETURNED}),
    CLOSED: frozenset({RETURNED}),
    REJECTED: frozenset(),
    CANCELLED: frozenset(),
    RETURNED: frozenset(),
}

#: ISO 20022 and NextGenPSD2
ISO = {
    'RCVD': WAITING, 'PDNG': WAITING, 'RVNC': WAITING, 'RVCM': WAITING, 'RVCN': WAITING, 'RVCC': WAITING, 'RVCI': WAITING, 'RVMC': WAITING,
    'PATC': SIGNER,
    'ACTC': ACCEPTED, 'ACCP': ACCEPTED, 'ACFC': ACCEPTED, 'ACWC': ACCEPTED, 'ACSP': ACCEPTED, 'ACPT': ACCEPTED, 'ACSP/1': ACCEPTED,
    'PART': PARTIALLY,
    'ACSC': EXECUTED, 'ACCC': EXECUTED, 'ACWP': EXECUTED,
    'RJCT': REJECTED, 'CANC': CANCELLED,
}  # fmt: skip
ENABLE_BANKING = {**ISO, 'CNCL': CANCELLED}
AIIA = {
    'Pending': WAITING, 'AuthorizationPending': WAITING, 'Authorized': ACCEPTED, 'Processing': ACCEPTED, 'Executed': EXECUTED,
    'ExecutedDebited': EXECUTED, 'Cancelled': CANCELLED, 'Rejected': REJECTED, 'Failed': REJECTED,
}  # fmt: skip
#: Ponto Connect, without regard to how the words are joined
PONTO = {
    'unsigned': WAITING, 'pending': WAITING, 'signed': ACCEPTED, 'accepted': ACCEPTED, 'acceptedtechnicalvalidation': ACCEPTED,
    'acceptedcustomerprofile': ACCEPTED, 'acceptedwithchange': ACCEPTED, 'acceptedsettlementinprocess': ACCEPTED,
    'acceptedsettlementcompleted': EXECUTED, 'partiallyaccepted': PARTIALLY, 'rejected': REJECTED, 'cancelled': CANCELLED,
}  # fmt: skip
#: Tatra banka: technically checked, and not signed yet
TATRA = {**ISO, 'ACTC': WAITING}
#: of an upload: taken, taken with warnings; it is signed in the internet banking
FIO = {'0': WAITING, '2': WAITING}
WORDS = {'nextgenpsd2': ISO, 'fio': FIO, 'enablebanking': ENABLE_BANKING, 'aiia': AIIA, 'ponto': PONTO, 'tatra': TATRA}


def after(state: str, told: str) -> str:
    """The state after something was told: that, where it may follow; else the same, as what comes late or back is no news.

    >>> after(WAITING, ACCEPTED), after(EXECUTED, WAITING), after(REJECTED, EXECUTED), after(UNKNOWN, SENDING)
    ('accepted', 'executed', 'rejected', 'unknown')
    """
    return told if told in FOLLOWS[state] else state


def meant(interface: str, code: str) -> str:
    """The state that a bank's code means, or '' where it says nothing of it (shown and kept, and changes nothing).

    >>> meant('enablebanking', 'RJCR'), meant('nextgenpsd2', 'PATC')
    ('', 'waiting_signer')
    """
    return WORDS.get(interface, ISO).get(code, '')


def of_lines(states: Iterable[str]) -> str:
    """The order's state after its lines': while something goes on, what is least far; at the end, what came of it.

    >>> of_lines(['accepted', 'rejected']), of_lines(['closed', 'closed']), of_lines(['rejected', 'rejected']), of_lines(['closed', 'rejected'])
    ('partially', 'closed', 'rejected', 'closed')
    """
    known = list(states)
    if len(set(known)) == 1:
        return known[0]
    going = [state for state in known if state not in FAILED]
    if not going:
        return REJECTED if REJECTED in known else CANCELLED if CANCELLED in known else RETURNED
    if set(going) == {CLOSED}:  # nothing more comes of the rest
        return CLOSED
    if len(going) < len(known):
        early = [state for state in going if state in (DRAFT, TO_APPROVE, APPROVED, SENDING, UNKNOWN, WAITING, SIGNER)]
        return early[0] if early else PARTIALLY
    order = list(FOLLOWS)
    return min(going, key=order.index)
