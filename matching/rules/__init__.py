"""The rules, by what they rest on. Each takes a :class:`case.Case` and returns proposals; ``against`` says what keeps one
from being posted by itself."""

from .by_identifier import by_identifier
from .by_list import by_list
from .by_order import by_order
from .by_payer import by_payer
from .by_reference import by_reference
from .by_resemblance import by_resemblance

__all__ = ['by_identifier', 'by_list', 'by_order', 'by_payer', 'by_reference', 'by_resemblance']
