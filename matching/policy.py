"""The matching policy as data: which rule posts by itself (matching policy R0 to R22).

A rule that is not automatic proposes. The guards of each rule are in the module named beside it; R0 is the gate in
:mod:`case` (direction, currency, company, date)."""

from .data import Policy
from .words import _lt

#: rule: what it rests on
RULES = {
    'R1': _lt("structured reference, exact amount"),  # by_reference
    'R2': _lt("reference in the text, exact amount"),  # by_reference
    'R3': _lt("several references, their exact sum"),  # by_reference
    'R4': _lt("list or range of numbers, their exact sum"),  # by_list
    'R5': _lt("short or bare number, exact amount, payer or amount unique"),  # by_reference
    'R6': _lt("structured reference, part of the amount"),  # by_reference
    'R7': _lt("reference in the text, part of the amount"),  # by_reference
    'R8': _lt("reference, more than the amount"),  # by_reference
    'R9': _lt("reference, netted with a credit note"),  # by_reference
    'R10': _lt("customer's identifier or order, exact amount"),  # by_identifier, by_reference
    'R11': _lt("customer's identifier, sum of the oldest"),  # by_identifier
    'R12': _lt("customer's identifier, any amount"),  # by_identifier
    'R13': _lt("mistyped number, payer and exact amount"),  # by_resemblance
    'R14': _lt("cut number, payer and exact amount"),  # by_resemblance, by_reference
    'R15': _lt("number glued to other text, exact amount"),  # by_reference
    'R16': _lt("number split by blanks or lines, exact amount"),  # by_reference
    'R17': _lt("payer's account, the only document of this amount"),  # by_payer
    'R18': _lt("payer's account, documents that make the sum"),  # by_payer
    'R19': _lt("amount only"),  # by_payer
    'R20': _lt("paid already"),  # by_reference
    'R21': _lt("draft or order"),  # by_reference
    'R22': _lt("returned payment"),  # decide
}
#: can never post by themselves, whatever a user sets
NEVER = frozenset({'R18', 'R19', 'R20', 'R21', 'R22'})
DEFAULT_RULES = frozenset(
    {'R1', 'R2', 'R3', 'R4', 'R5', 'R6', 'R7', 'R8', 'R9', 'R10', 'R11', 'R13', 'R14', 'R15', 'R16'}
)
STRICT_RULES = frozenset({'R1', 'R2', 'R3', 'R5', 'R10'})

DEFAULT = Policy(automatic=DEFAULT_RULES)
STRICT = Policy(automatic=STRICT_RULES)
PROPOSE = Policy(automatic=frozenset())
POLICIES = {'default': DEFAULT, 'strict': STRICT}
