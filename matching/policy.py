"""The matching policy as one table (R0 is the gate in :mod:`case`: direction, currency, company, date). What a rule does, and its
guards, are in the module named beside it; everything else that is known of a rule is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .data import Policy
from .words import _lt

STRUCTURED, NAMED, SEVERAL, LISTED, SHORT = 'R1', 'R2', 'R3', 'R4', 'R5'
STRUCTURED_PART, NAMED_PART, NAMED_MORE, NETTED = 'R6', 'R7', 'R8', 'R9'
IDENTIFIED, IDENTIFIED_SUM, IDENTIFIED_ANY = 'R10', 'R11', 'R12'
MISTYPED, CUT, GLUED, SPLIT = 'R13', 'R14', 'R15', 'R16'
PAYERS_AMOUNT, PAYERS_SUM, AMOUNT_ONLY = 'R17', 'R18', 'R19'
PAID, PLANNED, RETURNED = 'R20', 'R21', 'R22'
#: payments that were sent from here
SENT, SENT_TO, SENT_BACK, SENT_TOGETHER, SENT_WITH_FEE = 'R23', 'R24', 'R25', 'R26', 'R27'
#: what pays no document
OWN_TRANSFER, BY_MODEL, AS_BEFORE, DEPOSIT = 'R28', 'R29', 'R30', 'R31'


@dataclass(frozen=True)
class Rule:
    """What is known of a rule.

    ``rests_on``: in words; ``module``: where it is; ``default``, ``strict``: it books by itself in these policies, where its risk is
    within the budget (:data:`WEIGHED`; what a user ticks beyond them is the user's own word and is not weighed); ``never``: it can in
    none, whatever a user sets; ``tier``: how far down the list its proposals stand, where it only guesses; ``guess``: a
    person looks at each; ``single``: for one document that is named, it looks for rivals itself; ``inexact``: for an amount that
    does not fit, no rival of one that does; ``enough``: nothing better can be found; ``yields``: it gives way to what the text
    says of a document that is not open"""

    code: str
    rests_on: str
    module: str
    default: bool = False
    strict: bool = False
    never: bool = False
    tier: int | None = None
    guess: bool = False
    single: bool = False
    inexact: bool = False
    enough: bool = False
    yields: bool = False


TABLE = (
    Rule(STRUCTURED, _lt("structured reference, exact amount"), 'by_reference', default=True, strict=True, single=True, enough=True),
    Rule(NAMED, _lt("reference in the text, exact amount"), 'by_reference', default=True, strict=True, single=True, enough=True),
    Rule(SEVERAL, _lt("several references, their exact sum"), 'by_several', default=True, strict=True, enough=True),
    Rule(LISTED, _lt("list or range of numbers, their exact sum"), 'by_list', default=True),
    Rule(SHORT, _lt("short or bare number, exact amount, payer or amount unique"), 'by_reference', default=True, strict=True, single=True),
    Rule(STRUCTURED_PART, _lt("structured reference, part of the amount"), 'by_reference', default=True, single=True, inexact=True),
    Rule(NAMED_PART, _lt("reference in the text, part of the amount"), 'by_reference', default=True, single=True, inexact=True),
    Rule(NAMED_MORE, _lt("reference, more than the amount"), 'by_reference', default=True, single=True, inexact=True),
    Rule(NETTED, _lt("reference, netted with a credit note"), 'by_several', default=True),
    Rule(IDENTIFIED, _lt("customer's identifier or order, exact amount"), 'by_identifier', default=True, strict=True),
    Rule(IDENTIFIED_SUM, _lt("customer's identifier, sum of the oldest"), 'by_identifier', default=True),
    Rule(IDENTIFIED_ANY, _lt("customer's identifier, any amount"), 'by_identifier', tier=2, guess=True, inexact=True),
    Rule(MISTYPED, _lt("mistyped number, payer and exact amount"), 'by_resemblance', default=True, tier=1, yields=True),
    Rule(CUT, _lt("cut number, payer and exact amount"), 'by_resemblance', default=True, tier=1, yields=True),
    Rule(GLUED, _lt("number glued to other text, exact amount"), 'by_reference', default=True, single=True),
    Rule(SPLIT, _lt("number split by blanks or lines, exact amount"), 'by_reference', default=True, single=True),
    Rule(PAYERS_AMOUNT, _lt("payer's account, the only document of this amount"), 'by_payer', tier=2, yields=True),
    Rule(PAYERS_SUM, _lt("payer's account, documents that make the sum"), 'by_payer', never=True, tier=2, guess=True, yields=True),
    Rule(AMOUNT_ONLY, _lt("amount only"), 'by_payer', never=True, tier=4, guess=True, yields=True),
    Rule(PAID, _lt("paid already"), 'by_reference', never=True, guess=True),
    Rule(PLANNED, _lt("draft or order"), 'by_reference', never=True, guess=True),
    Rule(RETURNED, _lt("returned payment"), 'decide', never=True, guess=True),
    Rule(SENT, _lt("own payment, by the id that was sent with it"), 'by_order', default=True, strict=True, single=True, enough=True),
    Rule(SENT_TO, _lt("own payment, to this account and of this amount"), 'by_order', default=True, strict=True, single=True, enough=True),
    Rule(SENT_BACK, _lt("own payment that came back, or arrived on another own account, by its id"), 'by_order', default=True, strict=True, single=True, enough=True),
    Rule(SENT_TOGETHER, _lt("own payment order as one movement"), 'by_order', default=True, enough=True),
    Rule(SENT_WITH_FEE, _lt("own payment and a fee"), 'by_order', never=True, guess=True, inexact=True),
    Rule(OWN_TRANSFER, _lt("transfer between own accounts"), 'coding', default=True),
    Rule(BY_MODEL, _lt("automated reconciliation model"), 'coding', default=True, strict=True),
    Rule(AS_BEFORE, _lt("as the like was booked before; by itself where a person allowed it"), 'coding', default=True, strict=True),
    Rule(DEPOSIT, _lt("customer's money without a document"), 'coding', never=True, guess=True),
)  # fmt: skip
#: {code: what it rests on}
RULES = {rule.code: rule.rests_on for rule in TABLE}


def _codes(holds: Callable[[Rule], bool]) -> frozenset[str]:
    return frozenset(rule.code for rule in TABLE if holds(rule))


NEVER = _codes(lambda rule: rule.never)
GUESSES = _codes(lambda rule: rule.guess)
SINGLE = _codes(lambda rule: rule.single)
INEXACT = _codes(lambda rule: rule.inexact)
ENOUGH = _codes(lambda rule: rule.enough)
YIELDS = _codes(lambda rule: rule.yields)
TIERS = {rule.code: rule.tier for rule in TABLE if rule.tier is not None}
DEFAULT_RULES = _codes(lambda rule: rule.default)
#: of what pays no document: nothing is weighed, a person has said that it is booked by itself
CODED = frozenset({OWN_TRANSFER, BY_MODEL, AS_BEFORE, DEPOSIT})
#: whose risk is held against the budget
WEIGHED = DEFAULT_RULES - CODED
#: what left by our own hand was approved: no limit holds it back on the statement
OWN = frozenset({SENT, SENT_TO, SENT_BACK, SENT_TOGETHER})
STRICT_RULES = _codes(lambda rule: rule.strict)

DEFAULT = Policy(automatic=DEFAULT_RULES)
STRICT = Policy(automatic=STRICT_RULES)
#: beside what is coded by itself by the company's word: a payment from a known account of exactly the only open amount
CONFIRMED = Policy(automatic=DEFAULT_RULES | {PAYERS_AMOUNT})
PROPOSE = Policy(automatic=frozenset())
POLICIES = {'default': DEFAULT, 'strict': STRICT}
